//! `sss status`: every state a source can be in, told and as JSON.

use std::fs;

use serde_json::{Value, json};

use crate::{
    emulator::{Emulator, REST_STORAGE},
    publish::{BATCH, STREAMING, assert_published, edit, example, publish, spec_path},
};

const SPECS: &str = "/data/foundation/flowservice/connectionSpecs";

/// Somebody else changes the connection spec of a source on the platform.
pub(crate) fn change_remotely(emulator: &Emulator, source: &str, change: impl FnOnce(&mut Value)) {
    let mut spec = emulator.named(source).remove(0);
    change(&mut spec);
    let path = format!("{SPECS}/{}", spec["id"].as_str().unwrap());
    assert_eq!(emulator.call("PUT", &path, Some(&spec)).0, 200);
}

fn states(emulator: &Emulator, directory: &tempfile::TempDir, code: i32) -> Value {
    let ran = emulator.sss(directory.path()).args(["--json", "status", "--detailed-exitcode"]).run().exits(code);
    let status = ran.json();
    assert_eq!(status["version"], 1);
    let sources = status["sources"].as_array().unwrap();
    Value::Object(
        sources.iter().map(|one| (one["source"].as_str().unwrap().to_owned(), one["state"].clone())).collect(),
    )
}

#[test]
fn every_state_is_told() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    assert_eq!(states(&emulator, &directory, 1), json!({BATCH: "unpublished", STREAMING: "unpublished"}));
    publish(&emulator, &directory, &[]).exits(0);
    assert_eq!(states(&emulator, &directory, 0), json!({BATCH: "in-step", STREAMING: "in-step"}));

    edit(&directory, BATCH, "\"delayRequestMillis\": \"850\"", "\"delayRequestMillis\": \"900\"");
    change_remotely(&emulator, STREAMING, |spec| spec["attributes"]["category"] = json!("elsewhere"));
    assert_eq!(states(&emulator, &directory, 1), json!({BATCH: "changed-locally", STREAMING: "changed-remotely"}));
    let told = emulator.sss(directory.path()).args(["status"]).run().exits(0).stdout;
    assert!(told.contains("changed locally") && told.contains("`sss pull` fetches"), "{told}");
    assert!(!told.contains("elsewhere"), "the differences are for `-v`: {told}");
    let told = emulator.sss(directory.path()).args(["-v", "status"]).run().exits(0).stdout;
    assert!(told.contains("    attributes\n      ~ category: \"elsewhere\""), "{told}");

    change_remotely(&emulator, BATCH, |spec| spec["version"] = json!("2.0"));
    assert_eq!(states(&emulator, &directory, 1)[BATCH], "changed-both");

    publish(&emulator, &directory, &[]).exits(0);
    let mut flow_spec = emulator.record("flowSpecs", REST_STORAGE);
    flow_spec["sourceConnectionSpecIds"].as_array_mut().unwrap().pop();
    let path = format!("/data/foundation/flowservice/flowSpecs/{REST_STORAGE}");
    assert_eq!(emulator.call("PUT", &path, Some(&flow_spec)).0, 200);
    fs::write(spec_path(&directory, STREAMING), "{").unwrap();
    assert_eq!(states(&emulator, &directory, 1), json!({BATCH: "not-listed", STREAMING: "unreadable"}));

    emulator.call("POST", "/__emulator/reset", None);
    assert_eq!(states(&emulator, &directory, 1)[BATCH], "deleted");
    emulator.sss(directory.path()).args(["status", "harbor"]).run().exits(2).tells(["there is no source `harbor`"]);
    assert_eq!(emulator.writes(), [""; 0], "`status` writes nothing");
}

#[test]
fn a_record_of_an_earlier_version_is_read() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    publish(&emulator, &directory, &[]).exits(0);
    let path = directory.path().join(format!(".sss/published/{BATCH}.toml"));
    let record = fs::read_to_string(&path).unwrap();
    let older: String =
        record.lines().filter(|line| !line.starts_with("echoed")).map(|line| format!("{line}\n")).collect();
    assert_ne!(older, record);
    fs::write(&path, &older).unwrap();
    assert_eq!(states(&emulator, &directory, 0)[BATCH], "in-step");
    edit(&directory, BATCH, "\"delayRequestMillis\": \"850\"", "\"delayRequestMillis\": \"900\"");
    assert_eq!(states(&emulator, &directory, 1)[BATCH], "changed-locally");
    publish(&emulator, &directory, &[]).exits(0);
    assert_published(&emulator, &directory);
    assert!(fs::read_to_string(&path).unwrap().contains("echoed"));
}

#[test]
fn one_of_the_same_name_and_the_platform_away_are_told() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    let spec: Value = serde_json::from_str(&fs::read_to_string(spec_path(&directory, BATCH)).unwrap()).unwrap();
    assert_eq!(emulator.call("POST", SPECS, Some(&spec)).0, 201);
    let ran = emulator.sss(directory.path()).args(["status", BATCH]).run().exits(0);
    assert!(ran.stdout.contains("not recorded here") && ran.stdout.contains("--adopt"), "{}", ran.stdout);
    let url = emulator.base_url.clone();
    drop(emulator);
    crate::support::Sss::in_dir(&directory)
        .env("AEP_BASE_URL", url)
        .args(["--profile", "emulator", "status"])
        .run()
        .exits(4)
        .tells(["did not reach"]);
}
