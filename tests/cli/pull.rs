//! `sss pull`: what the platform holds comes into the working tree, whole or not at all.

use std::fs;

use serde_json::{Value, json};

use crate::{
    emulator::Emulator,
    publish::{BATCH, STREAMING, edit, example, publish, spec_path},
    status::change_remotely,
    support::tree,
};

fn state(emulator: &Emulator, directory: &tempfile::TempDir, source: &str) -> Value {
    emulator.sss(directory.path()).args(["--json", "status", source]).run().exits(0).json()["sources"][0]["state"]
        .clone()
}

#[test]
fn what_was_changed_on_the_platform_is_fetched_with_few_edits() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    publish(&emulator, &directory, &[]).exits(0);
    let before = fs::read_to_string(spec_path(&directory, BATCH)).unwrap();
    emulator.sss(directory.path()).args(["pull", BATCH]).run().exits(0);
    assert_eq!(fs::read_to_string(spec_path(&directory, BATCH)).unwrap(), before, "nothing to pull");

    change_remotely(&emulator, BATCH, |spec| {
        spec["sourceSpec"]["attributes"]["paginationParams"]["delayRequestMillis"] = json!("1200");
        spec["attributes"]["owner"] = json!({"team": "é"});
    });
    let dry = emulator.sss(directory.path()).args(["pull", BATCH, "--dry-run"]).run().exits(0);
    assert!(dry.stderr.contains("1200") && dry.stdout.contains("would write"), "{dry:?}");
    assert_eq!(fs::read_to_string(spec_path(&directory, BATCH)).unwrap(), before);
    let pulled = emulator.sss(directory.path()).args(["--json", "pull", BATCH]).run().exits(0).json();
    assert_eq!(
        (&pulled["version"], &pulled["state"], &pulled["written"]),
        (&json!(1), &json!("changed-remotely"), &json!(true))
    );
    let after = fs::read_to_string(spec_path(&directory, BATCH)).unwrap();
    let old: Vec<&str> = before.lines().collect();
    let changed: Vec<&str> = after.lines().filter(|line| !old.contains(line)).map(str::trim).collect();
    assert!(changed.contains(&"\"delayRequestMillis\": \"1200\""), "{changed:?}");
    assert!(changed.contains(&"\"team\": \"é\""), "{changed:?}");
    assert!(changed.len() <= 5, "{changed:?}");
    assert!(!after.contains("createdAt") && !after.contains("\"id\""));
    assert_eq!(state(&emulator, &directory, BATCH), "in-step");
    emulator.sss(directory.path()).args(["plan", "--detailed-exitcode"]).run().exits(0);
}

#[test]
fn what_was_changed_here_is_only_overwritten_when_told_to() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    publish(&emulator, &directory, &[]).exits(0);
    edit(&directory, BATCH, "\"delayRequestMillis\": \"850\"", "\"delayRequestMillis\": \"900\"");
    let mine = fs::read_to_string(spec_path(&directory, BATCH)).unwrap();
    let ran = emulator.sss(directory.path()).args(["pull", BATCH]).run().exits(0);
    assert!(ran.stdout.contains("nothing to pull"), "{}", ran.stdout);
    change_remotely(&emulator, BATCH, |spec| spec["version"] = json!("2.0"));
    let before = tree(directory.path());
    emulator.sss(directory.path()).args(["pull", BATCH]).run().exits(2).tells(["would be lost", "--force"]);
    assert_eq!(fs::read_to_string(spec_path(&directory, BATCH)).unwrap(), mine);
    assert_eq!(tree(directory.path()), before);
    emulator.sss(directory.path()).args(["pull", "--force", BATCH]).run().exits(0);
    let pulled = fs::read_to_string(spec_path(&directory, BATCH)).unwrap();
    assert!(pulled.contains("\"version\": \"2.0\"") && pulled.contains("\"850\""));
    assert_eq!(state(&emulator, &directory, BATCH), "in-step");
}

#[test]
fn a_spec_that_was_made_elsewhere_becomes_a_source() {
    let elsewhere = example();
    let emulator = Emulator::in_memory(elsewhere.path());
    publish(&emulator, &elsewhere, &[]).exits(0);
    let id = emulator.named(STREAMING)[0]["id"].as_str().unwrap().to_owned();

    let here = tempfile::tempdir().unwrap();
    emulator.sss(here.path()).args(["pull", "--id", &id, "--dry-run"]).run().exits(0);
    assert_eq!(tree(here.path()), [""; 0]);
    let ran = emulator.sss(here.path()).args(["pull", "--id", &id]).run().exits(0);
    ran.tells(["missing: Sources/lumen-loyalty-events/Artifacts/lumen-loyalty-events-icon.svg"]);
    assert_eq!(state(&emulator, &here, STREAMING), "in-step");
    emulator.sss(here.path()).args(["plan", "--detailed-exitcode"]).run();
    let spec: Value = serde_json::from_str(&fs::read_to_string(spec_path(&here, STREAMING)).unwrap()).unwrap();
    let original: Value = serde_json::from_str(&fs::read_to_string(spec_path(&elsewhere, STREAMING)).unwrap()).unwrap();
    assert_eq!(spec, original);

    emulator.sss(here.path()).args(["pull", "--id", &id]).run().exits(2).tells(["is recorded as"]);
    let nobody = "00000000-0000-4000-8000-000000000000";
    emulator.sss(here.path()).args(["pull", "--id", nobody]).run().exits(4).tells(["there is no connection spec"]);
    emulator.sss(here.path()).args(["pull", "--id", &id, "--source", "A B"]).run().exits(2);
    emulator.sss(here.path()).args(["pull"]).run().exits(2);
    emulator.sss(here.path()).args(["pull", "nobody"]).run().exits(2).tells(["there is no source"]);
}

#[test]
fn an_unrecorded_source_is_compared_before_it_is_overwritten() {
    let elsewhere = example();
    let emulator = Emulator::in_memory(elsewhere.path());
    publish(&emulator, &elsewhere, &[]).exits(0);
    let id = emulator.named(BATCH)[0]["id"].as_str().unwrap().to_owned();
    let here = example();
    emulator.sss(here.path()).args(["pull", BATCH]).run().exits(3).tells(["is not recorded"]);
    // The same content is only recorded.
    let before = fs::read_to_string(spec_path(&here, BATCH)).unwrap();
    emulator.sss(here.path()).args(["pull", "--id", &id]).run().exits(0);
    assert_eq!(fs::read_to_string(spec_path(&here, BATCH)).unwrap(), before);
    assert_eq!(state(&emulator, &here, BATCH), "in-step");

    let other = example();
    edit(&other, BATCH, "\"delayRequestMillis\": \"850\"", "\"delayRequestMillis\": \"900\"");
    emulator.sss(other.path()).args(["pull", "--id", &id]).run().exits(2).tells(["--force"]);
    assert!(!other.path().join(".sss/published").exists());
    emulator.sss(other.path()).args(["pull", "--id", &id, "--force"]).run().exits(0);
    assert_eq!(fs::read_to_string(spec_path(&other, BATCH)).unwrap(), before);
}

#[test]
fn nothing_is_written_where_the_record_cannot_be() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    publish(&emulator, &directory, &[]).exits(0);
    let id = emulator.named(BATCH)[0]["id"].as_str().unwrap().to_owned();
    let here = tempfile::tempdir().unwrap();
    // A file where the folder of the records is to be.
    fs::create_dir(here.path().join(".sss")).unwrap();
    fs::write(here.path().join(".sss/published"), "").unwrap();
    emulator.sss(here.path()).args(["pull", "--id", &id]).run().exits(2);
    assert_eq!(tree(here.path()), [".sss/", ".sss/published"]);
}

#[test]
fn a_broken_artifact_is_replaced_only_with_force_and_a_gone_spec_is_told() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    publish(&emulator, &directory, &[]).exits(0);
    fs::write(spec_path(&directory, BATCH), "{\"name\": ").unwrap();
    emulator.sss(directory.path()).args(["pull", BATCH]).run().exits(2).tells(["--force"]);
    emulator.sss(directory.path()).args(["pull", BATCH, "--force"]).run().exits(0);
    assert_eq!(state(&emulator, &directory, BATCH), "in-step");
    emulator.call("POST", "/__emulator/reset", None);
    emulator.sss(directory.path()).args(["pull", BATCH]).run().exits(4).tells(["there is no connection spec"]);
}
