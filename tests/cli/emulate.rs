//! `sss emulate` as a person starts it: with a dump, and with a file that is none.

use std::fs;

use serde_json::json;

use crate::{emulator::Emulator, support::Sss};

#[test]
fn an_emulator_begins_where_another_one_was() {
    let directory = tempfile::tempdir().unwrap();
    let first = Emulator::in_memory(directory.path());
    let spec = json!({"name": "acme", "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a", "type": "generic-rest"});
    let (status, _) = first.call("POST", "/data/foundation/flowservice/connectionSpecs", Some(&spec));
    assert_eq!(status, 201);
    let (_, dump) = first.call("GET", "/__emulator/state", None);
    drop(first);
    fs::write(directory.path().join("seed.json"), dump.to_string()).unwrap();
    fs::remove_file(directory.path().join("emulator.ready")).unwrap();

    let second = Emulator::start(directory.path(), &["--memory", "--seed", "seed.json"]);
    assert_eq!(second.named("acme").len(), 1);
    assert_eq!(second.call("GET", "/__emulator/state", None).1, dump);
}

#[test]
fn a_seed_that_is_no_dump_is_refused_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let emulate = |seed: &str| {
        Sss::in_dir(directory.path()).args(["emulate", "--memory", "--port", "0", "--seed", seed]).run().exits(2)
    };
    fs::write(
        directory.path().join("seed.json"),
        "{\n  \"version\": 1,\n  \"records\": [{\"collection\": \"flow\"}]\n}\n",
    )
    .unwrap();
    emulate("seed.json").tells(["`seed.json`, line 3, column ", "missing field `record`", "/__emulator/state"]);
    emulate("missing.json").tells(["could not read `missing.json`"]);
}
