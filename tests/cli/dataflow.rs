//! `sss dataflow up`, `show` and `down` as a partner runs them: what is printed, how they end, and what they ask.

use std::{
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    emulator::Emulator,
    publish::{BATCH, STREAMING, example, publish},
    support::{Ran, Sss},
};

const FLOWS: &str = "/data/foundation/flowservice/flows";

/// The example with a sample, its sources published.
fn published() -> (TempDir, Emulator) {
    let directory = example();
    fs::write(directory.path().join("sample.json"), r#"{"event_id": "a", "points": 5}"#).unwrap();
    let emulator = Emulator::in_memory(directory.path());
    publish(&emulator, &directory, &[]).exits(0);
    (directory, emulator)
}

fn dataflow(emulator: &Emulator, directory: &TempDir, arguments: &[&str]) -> Sss {
    emulator.sss(directory.path()).arg("dataflow").args(arguments)
}

fn up(emulator: &Emulator, directory: &TempDir, more: &[&str]) -> Ran {
    dataflow(emulator, directory, &["up", STREAMING, "--sample", "sample.json", "--yes"]).args(more).run()
}

fn value<'a>(results: &'a Value, name: &str) -> &'a Value {
    let results = results["results"].as_array().unwrap();
    results.iter().find(|result| result["name"] == name).unwrap_or_else(|| panic!("no {name} in {results:#?}"))
}

fn actions(results: &Value) -> Vec<&str> {
    let results = results["results"].as_array().unwrap();
    let mut actions: Vec<&str> = results.iter().map(|result| result["action"].as_str().unwrap()).collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

#[test]
fn a_dataflow_goes_up_is_shown_and_goes_down() {
    let (directory, emulator) = published();
    let made =
        up(&emulator, &directory, &["--json"]).exits(0).tells(["made the flow: ", "Read the address of the inlet"]);
    let made = made.json();
    assert_eq!(
        (&made["dataflow"], &made["kind"], &made["complete"]),
        (&json!(STREAMING), &json!("streaming"), &json!(true))
    );
    assert_eq!(actions(&made), ["known", "made"]);
    let inlet = value(&made, "inletUrl")["value"].as_str().unwrap();
    assert!(inlet.starts_with(&format!("{}/collection/", emulator.base_url)), "{inlet}");
    let id = value(&made, "flowId")["value"].as_str().unwrap();
    let flow = emulator.record("flows", id);
    let mark = format!("(sss {})", made["run"].as_str().unwrap());
    assert!(flow["description"].as_str().unwrap().ends_with(&mark), "{flow:#}");

    let writes = emulator.writes().len();
    let again = up(&emulator, &directory, &["--json"]).exits(0).json();
    assert_eq!((actions(&again), emulator.writes().len()), (vec!["known", "unchanged"], writes));
    let show = || dataflow(&emulator, &directory, &["show", STREAMING, "--detailed-exitcode", "--json"]).run();
    let shown = show().exits(0).json();
    assert_eq!(
        (&shown["in_step"], &shown["flow_state"], &shown["uncertain"]),
        (&json!(true), &json!("enabled"), &Value::Null)
    );

    // Somebody deletes the flow.
    assert_eq!(emulator.call("DELETE", &format!("{FLOWS}/{id}"), None).0, 204);
    let shown = show().exits(1).json();
    assert_eq!((&value(&shown, "flowId")["standing"], &shown["in_step"]), (&json!("gone"), &json!(false)));
    dataflow(&emulator, &directory, &["show", STREAMING]).run().exits(0);
    let again = up(&emulator, &directory, &["--json"]).exits(0).tells(["is gone, and is made again"]).json();
    assert_eq!(value(&again, "flowId")["action"], "made");

    let down = |all: &[&str]| dataflow(&emulator, &directory, &["down", STREAMING, "--yes", "--json"]).args(all).run();
    let gone = down(&[]).exits(0).tells(["`--all` deletes that, too"]).json();
    assert_eq!(actions(&gone), ["deleted", "kept"]);
    assert_eq!(actions(&down(&["--all"]).exits(0).json()), ["deleted"]);
    down(&[]).exits(3).tells(["nothing is known of a dataflow `lumen-loyalty-events`", "sss dataflow up"]);
    assert_eq!(emulator.call("GET", FLOWS, None).1["items"], json!([]));
    let left: Vec<String> = crate::support::tree(&directory.path().join(".sss/dataflow"));
    assert_eq!(left, [".gitignore"]);
}

#[test]
fn a_batch_source_signs_in_with_what_the_environment_has_and_it_is_written_nowhere() {
    let (directory, emulator) = published();
    let arguments =
        ["up", BATCH, "--auth-spec", "API Key Authentication", "--input", "brandId=7", "--sample", "sample.json"];
    let batch = |more: &[&str]| {
        let sss = dataflow(&emulator, &directory, &arguments).args(more).env("SSS_SOURCE_SUBDOMAIN", "acme");
        sss.args(["--yes", "-vv"])
    };
    let writes = emulator.writes().len();
    batch(&[]).run().exits(2).tells(["SSS_SOURCE_AUTH_KEY1"]);
    assert_eq!(emulator.writes().len(), writes);
    let ran = batch(&[]).env("SSS_SOURCE_AUTH_KEY1", "s3cr3t-of-harbor").run().exits(0);
    assert!(
        ran.stderr.contains("/test") && !format!("{}{}", ran.stdout, ran.stderr).contains("s3cr3t"),
        "{}",
        ran.stderr
    );
    let state = fs::read_to_string(directory.path().join(format!(".sss/dataflow/{BATCH}.toml"))).unwrap();
    assert!(!state.contains("s3cr3t") && state.contains("kind = \"batch\""), "{state}");
    let shown = dataflow(&emulator, &directory, &["show", BATCH]).run().exits(0);
    assert!(shown.stdout.contains("the flow is enabled, and has run once:"), "{}", shown.stdout);
    // Another way to fetch is another dataflow.
    let ran = batch(&["--frequency", "day", "--interval", "1"]).env("SSS_SOURCE_AUTH_KEY1", "s3cr3t").run();
    ran.exits(4).tells([
        "the flow of the dataflow",
        "cannot be changed in place",
        "sss dataflow down harbor-helpdesk-tickets",
    ]);
}

#[test]
fn a_refusal_ends_with_4_where_nothing_is_there_and_with_5_part_way() {
    let (directory, emulator) = published();
    let refuse = |path: &str| {
        emulator.fault(&json!({"method": "POST", "path": path, "action": {"status": 403}}));
    };
    refuse("/data/foundation/flowservice/sourceConnections");
    let ran = up(&emulator, &directory, &["--json"]).exits(4);
    assert_eq!(ran.json()["complete"], false);
    assert!(!directory.path().join(".sss/dataflow").join(format!("{STREAMING}.toml")).exists());
    emulator.mend();
    refuse("/data/foundation/catalog/dataSets");
    let ran = up(&emulator, &directory, &["--json"]).exits(5).tells([
        "stopped part-way, after the source connection, the field group and the schema",
        "run again: what is done is kept, and the rest continues",
    ]);
    let ran = ran.json();
    assert_eq!((&value(&ran, "schemaId")["action"], &ran["uncertain"]), (&json!("made"), &Value::Null));
    emulator.mend();
    let ran = up(&emulator, &directory, &["--json"]).exits(0).json();
    assert_eq!(
        (&value(&ran, "schemaId")["action"], &value(&ran, "datasetId")["action"]),
        (&json!("unchanged"), &json!("made"))
    );
}

#[test]
fn nothing_is_written_unasked_and_production_is_guarded() {
    let directory = example();
    fs::write(directory.path().join("sample.json"), r#"{"event_id": "a"}"#).unwrap();
    let emulator = Emulator::start(directory.path(), &["--memory", "--sandbox-type", "production"]);
    let raw = |more: &[&str]| {
        dataflow(&emulator, &directory, &["up", "--http-api", "raw", "--sample", "sample.json"]).args(more).run()
    };
    raw(&["--yes"]).exits(2).tells([
        "make the base connection",
        "`prod` is a production sandbox",
        "--allow-production",
    ]);
    assert_eq!(emulator.writes(), [""; 0]);
    raw(&["--yes", "--allow-production"]).exits(0);
    let writes = emulator.writes().len();
    let down = |more: &[&str]| dataflow(&emulator, &directory, &["down", "--http-api", "raw"]).args(more).run();
    down(&["--yes"]).exits(2).tells(["delete the flow: ", "--allow-production"]);
    // In a sandbox of development a yes is enough, and without one nothing is done.
    let dev = |more: &[&str]| {
        let sss = dataflow(&emulator, &directory, &["up", "--http-api", "raw", "--sample", "sample.json"]);
        sss.env("AEP_SANDBOX", "dev").args(more).run()
    };
    dev(&[]).exits(2).tells(["make the base connection", "nobody can be asked without a terminal", "--yes"]);
    assert_eq!(emulator.writes().len(), writes);
    dev(&["--yes"]).exits(0);
    let state = fs::read_to_string(directory.path().join(".sss/dataflow/http-api-raw.toml")).unwrap();
    assert_eq!(state.matches("[[dataflow]]").count(), 2, "{state}");
    down(&["--all", "--allow-production"]).exits(2).tells(["`--yes` does it without asking"]);
    down(&["--all", "--allow-production", "--yes"]).exits(0);
    let state = fs::read_to_string(directory.path().join(".sss/dataflow/http-api-raw.toml")).unwrap();
    assert!(state.contains("sandbox = \"dev\"") && !state.contains("sandbox = \"prod\""), "{state}");
}

#[test]
fn what_cannot_be_is_told_before_anything_is_sent() {
    let (directory, emulator) = published();
    let writes = emulator.writes().len();
    for (arguments, code, told) in [
        (&["up"][..], 2, "required"),
        (&["up", "nobody", "--sample", "sample.json"], 2, "`nobody`"),
        (&["up", STREAMING], 2, "`--sample FILE`"),
        (&["up", STREAMING, "--sample", "none.json"], 2, "none.json"),
        (&["up", STREAMING, "--authenticated"], 2, "--authenticated"),
        (&["show", "../x"], 2, "cannot be the name of a dataflow"),
        (&["down", "nobody", "--yes"], 3, "nothing is known of a dataflow `nobody`"),
        (&["show", "--http-api", "xdm", "--authenticated"], 3, "`http-api-xdm-authenticated`"),
    ] {
        dataflow(&emulator, &directory, arguments).run().exits(code).tells([told]);
    }
    let state = directory.path().join(format!(".sss/dataflow/{STREAMING}.toml"));
    fs::create_dir_all(state.parent().unwrap()).unwrap();
    fs::write(&state, "version = 7\n").unwrap();
    up(&emulator, &directory, &[]).exits(2).tells(["its version is 7", "nothing was overwritten"]);
    assert_eq!(emulator.writes().len(), writes);
    // A source that was never published has nothing to bring data from.
    fs::remove_file(&state).unwrap();
    fs::remove_dir_all(directory.path().join(".sss/published")).unwrap();
    up(&emulator, &directory, &[]).exits(3).tells(["is not published", "sss publish lumen-loyalty-events"]);
}

/// SIGINT while a request is under way: the run ends after it, with 130 and what was made, and the next one continues.
#[cfg(unix)]
#[test]
fn an_interrupted_run_keeps_what_it_made() {
    let (directory, emulator) = published();
    emulator
        .fault(&json!({"method": "POST", "path": "/data/foundation/catalog/dataSets", "action": {"delay_ms": 700}}));
    let mut command = Command::new(env!("CARGO_BIN_EXE_sss"));
    command.current_dir(directory.path()).env_clear();
    let child = command
        .args(["dataflow", "up", STREAMING, "--sample", "sample.json", "--yes", "--profile", "emulator"])
        .env("HOME", directory.path())
        .env("AEP_BASE_URL", &emulator.base_url)
        .env("AEP_IMS_URL", &emulator.base_url)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !emulator.requests().iter().any(|request| request.ends_with("POST /data/foundation/catalog/dataSets")) {
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", emulator.requests());
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    let (stdout, stderr) = (String::from_utf8(ended.stdout).unwrap(), String::from_utf8(ended.stderr).unwrap());
    assert_eq!(ended.status.code(), Some(130), "{stdout}{stderr}");
    assert!(stdout.contains("made       dataset") && !stdout.contains("mapping set"), "{stdout}{stderr}");
    emulator.mend();
    let again = up(&emulator, &directory, &["--json"]).exits(0).json();
    assert_eq!(value(&again, "datasetId")["action"], "unchanged");
}
