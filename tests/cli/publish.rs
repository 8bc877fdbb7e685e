//! `sss plan` and `sss publish` against an emulator in a process of its own: the way of a partner, and every way it can
//! be cut short.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    emulator::{Emulator, GENERIC_STREAMING, REST_STORAGE, drop_connection, status},
    rehearse::copy,
    support::tree,
};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/artifacts-example");
pub(crate) const BATCH: &str = "harbor-helpdesk-tickets";
pub(crate) const STREAMING: &str = "lumen-loyalty-events";

pub(crate) fn example() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    copy(Path::new(EXAMPLE), directory.path());
    directory
}

pub(crate) fn spec_path(directory: &TempDir, source: &str) -> std::path::PathBuf {
    directory.path().join(format!("Sources/{source}/Artifacts/{source}-connectionSpec.json"))
}

pub(crate) fn edit(directory: &TempDir, source: &str, from: &str, to: &str) {
    let path = spec_path(directory, source);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replace(from, to)).unwrap();
}

pub(crate) fn publish(emulator: &Emulator, directory: &TempDir, arguments: &[&str]) -> crate::support::Ran {
    emulator.sss(directory.path()).args(["publish", "--yes"]).args(arguments).run()
}

/// One connection spec of each source's name, its id in its flow spec once, and recorded.
pub(crate) fn assert_published(emulator: &Emulator, directory: &TempDir) {
    for (source, flow_spec) in [(BATCH, REST_STORAGE), (STREAMING, GENERIC_STREAMING)] {
        let specs = emulator.named(source);
        assert_eq!(specs.len(), 1, "{source}: {specs:#?}");
        let id = specs[0]["id"].as_str().unwrap();
        assert_eq!(emulator.times_listed(flow_spec, id), 1, "{source}");
        let record = fs::read_to_string(directory.path().join(format!(".sss/published/{source}.toml"))).unwrap();
        assert!(record.contains(id) && record.contains(flow_spec), "{record}");
    }
    let open: Vec<String> = tree(directory.path())
        .into_iter()
        .filter(|path| path.starts_with(".sss/journal/") && !path.ends_with('/') && !path.ends_with(".gitignore"))
        .collect();
    assert_eq!(open, [""; 0], "the journal is closed");
}

#[test]
fn a_source_is_published_once_and_a_second_run_writes_nothing() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    let before = [emulator.record("flowSpecs", REST_STORAGE), emulator.record("flowSpecs", GENERIC_STREAMING)];

    let plan = emulator.sss(directory.path()).args(["plan", "--detailed-exitcode"]).run().exits(1);
    assert!(plan.stdout.contains("2 to create"), "{}", plan.stdout);
    assert_eq!(emulator.writes(), [""; 0], "a plan writes nothing");

    let ran = publish(&emulator, &directory, &["--json"]).exits(0);
    let report = ran.json();
    assert_eq!(report["version"], 1);
    for result in report["results"].as_array().unwrap() {
        assert_eq!((&result["action"], &result["attached"]), (&json!("created"), &json!(true)), "{report:#}");
    }
    assert_published(&emulator, &directory);

    let writes = emulator.writes();
    assert_eq!(writes.len(), 4, "{writes:?}");
    let again = publish(&emulator, &directory, &[]).exits(0);
    assert!(format!("{}{}", again.stdout, again.stderr).contains("nothing to change"), "{again:?}");
    assert_eq!(emulator.writes(), writes, "the second run writes nothing");
    emulator.sss(directory.path()).args(["plan", "--detailed-exitcode"]).run().exits(0);

    // Every other member of the flow specs, and every id that was there, is as it was, in its place.
    for (before, id) in before.iter().zip([REST_STORAGE, GENERIC_STREAMING]) {
        let after = emulator.record("flowSpecs", id);
        let (old, new) = (before.as_object().unwrap(), after.as_object().unwrap());
        assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>());
        for (key, value) in old {
            match key.as_str() {
                "sourceConnectionSpecIds" => {
                    let (value, new) = (value.as_array().unwrap(), new[key].as_array().unwrap());
                    assert_eq!(value.as_slice(), &new[..value.len()]);
                    assert_eq!(new.len(), value.len() + 1);
                }
                "updatedAt" | "updatedBy" | "updatedClient" | "version" | "etag" => {}
                _ => assert_eq!(value.to_string(), new[key].to_string(), "{key}"),
            }
        }
        assert_eq!(before["version"], after["version"]);
    }
}

#[test]
fn an_edit_is_shown_as_a_difference_and_put() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    publish(&emulator, &directory, &[]).exits(0);
    edit(&directory, BATCH, "\"delayRequestMillis\": \"850\"", "\"delayRequestMillis\": \"900\"");
    let plan = emulator.sss(directory.path()).args(["plan"]).run().exits(0);
    assert!(plan.stdout.contains("delayRequestMillis") && plan.stdout.contains("900"), "{}", plan.stdout);
    assert!(plan.stdout.contains("1 to update"), "{}", plan.stdout);
    let plan = emulator.sss(directory.path()).args(["plan", "--json"]).run().exits(0).json();
    assert_eq!(plan["version"], 1);
    publish(&emulator, &directory, &[]).exits(0);
    assert_published(&emulator, &directory);
    let spec = &emulator.named(BATCH)[0];
    assert_eq!(spec["sourceSpec"]["attributes"]["paginationParams"]["delayRequestMillis"], "900");
}

#[test]
fn what_somebody_else_took_out_of_the_flow_spec_is_put_back() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    publish(&emulator, &directory, &[]).exits(0);
    let mut record = emulator.record("flowSpecs", REST_STORAGE);
    record["sourceConnectionSpecIds"].as_array_mut().unwrap().pop();
    let path = format!("/data/foundation/flowservice/flowSpecs/{REST_STORAGE}");
    assert_eq!(emulator.call("PUT", &path, Some(&record)).0, 200);
    publish(&emulator, &directory, &[]).exits(0);
    assert_published(&emulator, &directory);
}

#[test]
fn nothing_is_written_without_a_yes() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    emulator.sss(directory.path()).args(["publish"]).run().exits(2).tells(["--yes"]);
    assert_eq!(emulator.writes(), [""; 0]);
    assert!(!directory.path().join(".sss").exists());
}

#[test]
fn a_source_that_does_not_lint_is_not_published() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    edit(&directory, BATCH, "\"GET\"", "\"FETCH\"");
    let ran = publish(&emulator, &directory, &[]).exits(1).tells(["nothing was sent"]);
    assert!(ran.stdout.contains("error[unknown-value]"), "{}", ran.stdout);
    assert_eq!(emulator.requests(), [""; 0]);
    publish(&emulator, &directory, &[STREAMING]).exits(0);
    assert_eq!(emulator.named(STREAMING).len(), 1);
}

#[test]
fn a_spec_that_is_not_ours_is_only_taken_over_when_told_to() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    let mut foreign: Value = serde_json::from_str(&fs::read_to_string(spec_path(&directory, BATCH)).unwrap()).unwrap();
    foreign["description"] = json!("somebody else's");
    assert_eq!(emulator.call("POST", "/data/foundation/flowservice/connectionSpecs", Some(&foreign)).0, 201);
    let id = emulator.named(BATCH)[0]["id"].clone();
    publish(&emulator, &directory, &[BATCH]).exits(4).tells(["--adopt"]);
    assert_eq!(emulator.named(BATCH)[0]["description"], "somebody else's");
    publish(&emulator, &directory, &["--adopt"]).exits(0);
    assert_eq!(emulator.named(BATCH)[0]["id"], id);
    assert_published(&emulator, &directory);
}

#[test]
fn a_recorded_spec_that_is_gone_is_only_made_anew_when_told_to() {
    let directory = example();
    let first = Emulator::in_memory(directory.path());
    publish(&first, &directory, &[]).exits(0);
    drop(first);
    fs::remove_file(directory.path().join("emulator.ready")).unwrap();
    let second = Emulator::in_memory(directory.path());
    publish(&second, &directory, &[]).exits(4).tells(["--recreate"]);
    publish(&second, &directory, &["--recreate"]).exits(0);
    assert_published(&second, &directory);
}

#[test]
fn what_was_published_lasts_with_the_database() {
    let directory = example();
    let first = Emulator::start(directory.path(), &["--db", "platform.db"]);
    publish(&first, &directory, &[]).exits(0);
    drop(first);
    fs::remove_file(directory.path().join("emulator.ready")).unwrap();
    let second = Emulator::start(directory.path(), &["--db", "platform.db"]);
    let again = publish(&second, &directory, &[]).exits(0);
    assert!(format!("{}{}", again.stdout, again.stderr).contains("nothing to change"), "{again:?}");
    assert_published(&second, &directory);
}

#[test]
fn the_platform_refusing_or_away_changes_nothing_and_says_so() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    for fault in [status("*", "**", 1000, 503), status("*", "**", 1000, 403), status("POST", "**", 1000, 400)] {
        emulator.fault(&fault);
        publish(&emulator, &directory, &[]).exits(4);
        emulator.mend();
    }
    assert_eq!(emulator.named(BATCH).len(), 0);
    let base_url = emulator.base_url.clone();
    drop(emulator);
    let gone = crate::support::Sss::in_dir(&directory)
        .env("AEP_BASE_URL", &base_url)
        .env("AEP_IMS_URL", &base_url)
        .env("AEP_ACCESS_TOKEN", "emulator")
        .env("AEP_API_KEY", "emulator")
        .env("AEP_ORG_ID", "x@AdobeOrg")
        .env("AEP_SANDBOX", "prod")
        .env("SSS_RETRY_MAX_WAIT", "0")
        .args(["publish", "--yes"])
        .run()
        .exits(4);
    gone.tells(["did not reach", "is `sss emulate` running there?"]);
}

#[test]
fn passing_faults_are_ridden_out() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    for fault in [
        status("GET", "**", 2, 503),
        status("POST", "connectionSpecs", 1, 429),
        status("PUT", "flowSpecs/*", 2, 500),
        drop_connection("GET", "flowSpecs/*", "before"),
        drop_connection("PUT", "flowSpecs/*", "after"),
        drop_connection("POST", "connectionSpecs", "after"),
        json!({"method": "GET", "path": "/data/foundation/flowservice/flowSpecs/*", "times": 1, "action": {"truncate": 20}}),
    ] {
        emulator.fault(&fault);
    }
    let ran = publish(&emulator, &directory, &[]);
    // An answer that was lost may end the run; the next one puts all right. Never a second spec.
    if ran.code != Some(0) {
        assert!(matches!(ran.code, Some(4 | 5)), "{ran:?}");
        emulator.mend();
        publish(&emulator, &directory, &[]).exits(0);
    }
    assert_published(&emulator, &directory);
}

#[test]
fn a_failure_on_the_way_ends_with_five_and_the_next_run_continues() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    emulator.fault(&status("PUT", "flowSpecs/*", 1000, 500));
    publish(&emulator, &directory, &[]).exits(5).tells(["run again"]);
    emulator.mend();
    publish(&emulator, &directory, &[]).exits(0);
    assert_published(&emulator, &directory);
    assert_eq!(emulator.writes().iter().filter(|write| write.starts_with("POST")).count(), 2);
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_the_next_run_ends_as_an_undisturbed_one() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    // Every answer takes a moment, so that the kills fall on either side of each.
    emulator.fault(&json!({"method": "*", "path": "/data/**", "action": {"delay_ms": 12}}));
    for round in 0..12 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sss"))
            .current_dir(directory.path())
            .env("AEP_BASE_URL", &emulator.base_url)
            .args(["--profile", "emulator", "publish", "--yes"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(20 + 15 * round));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    emulator.mend();
    publish(&emulator, &directory, &[]).exits(0);
    assert_published(&emulator, &directory);
}

#[test]
fn several_publishers_at_once_lose_nobody() {
    let emulator_home = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(emulator_home.path());
    let names: Vec<String> = (0..6).map(|number| format!("partner-{number}")).collect();
    std::thread::scope(|scope| {
        for name in &names {
            let emulator = &emulator;
            scope.spawn(move || {
                let directory = example();
                fs::remove_dir_all(directory.path().join(format!("Sources/{STREAMING}"))).unwrap();
                edit(&directory, BATCH, &format!("\"name\": \"{BATCH}\""), &format!("\"name\": \"{name}\""));
                publish(emulator, &directory, &[]).exits(0);
            });
        }
    });
    for name in &names {
        let specs = emulator.named(name);
        assert_eq!(specs.len(), 1, "{name}");
        assert_eq!(emulator.times_listed(REST_STORAGE, specs[0]["id"].as_str().unwrap()), 1, "{name}");
    }
}

#[test]
fn several_publishers_in_one_repository_create_each_source_once() {
    let directory = example();
    let emulator_home = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(emulator_home.path());
    // Slow enough for all of them to plan before the first has created anything, if nothing held them back.
    emulator.fault(&json!({"method": "POST", "path": "/data/**", "action": {"delay_ms": 150}}));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| publish(&emulator, &directory, &[]).exits(0));
        }
    });
    assert_published(&emulator, &directory);
}

#[test]
fn what_is_missing_to_call_the_platform_is_told_at_once() {
    let directory = example();
    let ran = crate::support::Sss::in_dir(&directory).args(["plan"]).run().exits(2);
    ran.tells(["AEP_API_KEY", "AEP_ORG_ID", "AEP_SANDBOX", "--profile emulator"]);
    crate::support::Sss::in_dir(&directory)
        .args(["--profile", "testin", "plan"])
        .run()
        .exits(2)
        .tells(["there is no profile `testin`", "did you mean `testing`?"]);
}

#[test]
fn no_secret_is_told_written_or_kept() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    let secret = "p8e-Kq7vN2mXw4sT9bRz";
    let mut told = String::new();
    for (name, arguments) in
        [("AEP_CLIENT_SECRET", ["-vv", "publish", "--yes"]), ("AEP_ACCESS_TOKEN", ["-vv", "publish", "--yes"])]
    {
        let ran = emulator.sss(directory.path()).env(name, secret).args(arguments).run();
        assert_ne!(ran.code, Some(0), "a wrong secret gets nowhere");
        told.push_str(&ran.stdout);
        told.push_str(&ran.stderr);
    }
    let good = emulator.sss(directory.path()).args(["-vv", "publish", "--yes"]).run().exits(0);
    told.push_str(&good.stderr);
    let kept = tree(directory.path()).into_iter().filter(|path| !path.ends_with('/'));
    for path in kept {
        told.push_str(&String::from_utf8_lossy(&fs::read(directory.path().join(path)).unwrap()));
    }
    assert!(!told.contains(secret));
    assert!(told.contains("[redacted]"));
}
