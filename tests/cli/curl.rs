//! `--curl`: the printed commands, run by a real shell with a real `curl`, come to the same as `sss` itself.

#![cfg(unix)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};

use crate::{
    emulator::{Emulator, GENERIC_STREAMING, REST_STORAGE},
    publish::{BATCH, STREAMING, assert_published, edit, example, publish},
    support::tree,
};

fn shell(directory: &Path, script: &str) -> Output {
    let curl = Command::new("curl").arg("--version").output();
    assert!(curl.is_ok_and(|ran| ran.status.success()), "this test runs `curl`, which is not installed");
    Command::new("sh")
        .args(["-c", script])
        .current_dir(directory)
        .env("ACCESS_TOKEN", "emulator")
        .env("API_KEY", "emulator")
        .env("no_proxy", "*")
        .output()
        .unwrap()
}

#[track_caller]
fn run(directory: &Path, script: &str) -> String {
    let ran = shell(directory, script);
    assert!(
        ran.status.success(),
        "{script}\n{}\n{}",
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr)
    );
    String::from_utf8(ran.stdout).unwrap()
}

/// What the platform holds, without ids and times.
fn holds(emulator: &Emulator) -> Value {
    let bare = |mut value: Value| {
        for name in [
            "id",
            "createdAt",
            "updatedAt",
            "createdBy",
            "updatedBy",
            "createdClient",
            "updatedClient",
            "version",
            "etag",
        ] {
            value.as_object_mut().unwrap().remove(name);
        }
        value
    };
    let mut all = Vec::new();
    for (source, flow_spec) in [(BATCH, REST_STORAGE), (STREAMING, GENERIC_STREAMING)] {
        let specs = emulator.named(source);
        assert_eq!(specs.len(), 1, "{source}");
        let id = specs[0]["id"].clone();
        let mut record = emulator.record("flowSpecs", flow_spec);
        for listed in record["sourceConnectionSpecIds"].as_array_mut().unwrap() {
            if *listed == id {
                *listed = json!("ours");
            }
        }
        all.push(bare(specs[0].clone()));
        all.push(bare(record));
    }
    Value::Array(all)
}

#[test]
fn the_printed_commands_do_what_publish_does() {
    let directory = example();
    // What a shell would act on, if it were let.
    edit(&directory, BATCH, "\"version\": \"1.0\"", r#""version": "1.0", "note": "it's $HOME `id` $(id) \\ \" é""#);
    let by_sss = Emulator::in_memory(directory.path());
    publish(&by_sss, &directory, &[]).exits(0);
    let held = holds(&by_sss);
    drop(by_sss);

    fs::remove_dir_all(directory.path().join(".sss")).unwrap();
    fs::remove_file(directory.path().join("emulator.ready")).unwrap();
    let emulator = Emulator::in_memory(directory.path());
    let before = tree(directory.path());
    let printed = emulator.sss(directory.path()).args(["publish", "--curl"]).run().exits(0).stdout;
    assert_eq!(emulator.writes(), [""; 0], "nothing is written by printing");
    assert_eq!(tree(directory.path()), before, "and nothing here");
    assert!(printed.contains("Bearer $ACCESS_TOKEN") && printed.contains("x-api-key: $API_KEY"), "{printed}");
    assert!(!printed.contains("Bearer emulator"), "{printed}");
    run(directory.path(), &printed);
    assert_eq!(holds(&emulator), held);

    // Updates, with the versions that were read; and what was made by hand is taken up.
    emulator.sss(directory.path()).args(["publish", "--yes", "--adopt"]).run().exits(0);
    assert_published(&emulator, &directory);
    edit(&directory, STREAMING, "\"version\": \"1.0\"", "\"version\": \"1.0\", \"note\": \"n\"");
    let printed = emulator.sss(directory.path()).args(["publish", "--curl", STREAMING]).run().exits(0).stdout;
    run(directory.path(), &printed);
    assert_eq!(emulator.named(STREAMING)[0]["note"], "n");
    let nothing = emulator.sss(directory.path()).args(["publish", "--curl"]).run().exits(0).stdout;
    assert!(nothing.contains("There is nothing to write"), "{nothing}");

    // The same out of the flow specs again.
    let printed = emulator.sss(directory.path()).args(["publish", "--undo", "--curl", BATCH]).run().exits(0).stdout;
    run(directory.path(), &printed);
    assert_eq!(emulator.times_listed(REST_STORAGE, emulator.named(BATCH)[0]["id"].as_str().unwrap()), 0);
}

#[test]
fn commands_that_are_too_late_or_refused_stop() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    let printed = emulator.sss(directory.path()).args(["publish", "--curl", BATCH]).run().exits(0).stdout;
    // Somebody else writes the flow spec between printing and running: `If-Match` holds the commands back.
    let record = emulator.record("flowSpecs", REST_STORAGE);
    let path = format!("/data/foundation/flowservice/flowSpecs/{REST_STORAGE}");
    assert_eq!(emulator.call("PUT", &path, Some(&record)).0, 200);
    assert!(!shell(directory.path(), &printed).status.success());
    let told = shell(directory.path(), &printed.replace("${ACCESS_TOKEN:?", "${NO_SUCH_TOKEN:?"));
    assert!(String::from_utf8_lossy(&told.stderr).contains("set ACCESS_TOKEN"), "{told:?}");
}

#[test]
fn a_single_call_is_printed_too() {
    let directory = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(directory.path());
    let sss = |arguments: &[&str]| emulator.sss(directory.path()).args(["api"]).args(arguments);
    let read =
        sss(&["GET", "/flowSpecs", "--query", "property=name==RestStorageToAEP", "--curl"]).run().exits(0).stdout;
    assert_eq!(emulator.requests(), [""; 0]);
    let answer: Value = serde_json::from_str(&run(directory.path(), &read)).unwrap();
    assert_eq!(answer["items"].as_array().unwrap().len(), 1);
    let body = json!({"name": "it's", "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a"}).to_string();
    let write = sss(&["POST", "/connectionSpecs", "--data", "-", "--curl"]).stdin(body).run().exits(0).stdout;
    run(directory.path(), &write);
    assert_eq!(emulator.named("it's").len(), 1);
}
