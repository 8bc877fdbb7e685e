//! Dumps, and emulators that begin with one.

use std::{fs, path::Path};

use super::{
    dataflows::{WITH_MAPPING, WITHOUT_MAPPING, envelope},
    *,
};
use crate::{emulator::Error, exit::Exit};

const STATE: &str = "/__emulator/state";

fn text(stage: &Stage) -> String {
    let url = format!("{}{STATE}", stage.emulator.base_url());
    stage.agent.get(&url).call().unwrap().body_mut().read_to_string().unwrap()
}

fn begun_with(seed: &Path) -> Result<Emulator, Error> {
    Emulator::start(Options { seed: Some(seed.to_owned()), ..Options::default() })
}

/// An emulator with something of everything, and the address of an inlet that takes events in XDM.
fn furnished() -> (Stage, String, Value) {
    let stage = Stage::new();
    let (base, source) = stage.http_api("xdm", false);
    let target = stage.target();
    let flow = stage.flow(WITHOUT_MAPPING, &source, &target.connection_id, None);
    let inlet = stage.inlet_of_connection(&base);
    let event = envelope(&target, &flow, &json!({"_id": "1"}));
    stage.post(&inlet, &event).expect(200);
    stage.post(&inlet, &envelope(&target, &flow, &json!({"_id": 1}))).expect(200);
    let (raw, _) = stage.http_api("raw", true);
    let raw = stage.inlet_of_connection(&raw);
    let asked = json!({"authentication": "hmac", "secret": "hush-hush"});
    stage.put(&format!("/__emulator/inlets/{}", raw.rsplit('/').next().unwrap()), &asked).expect(200);
    stage.post(&format!("{FLOW_SERVICE}/connectionSpecs"), &batch("acme")).expect(201);
    (stage, inlet, event)
}

#[test]
fn an_emulator_that_begins_with_a_dump_gives_an_equal_one() {
    let (stage, inlet, event) = furnished();
    let token = stage.token(&credentials()).expect(200).body["access_token"].as_str().unwrap().to_owned();
    let dump = text(&stage);
    assert!(!dump.contains(&token) && !dump.contains("hush"), "{dump}");
    let told: Value = serde_json::from_str(&dump).unwrap();
    assert_eq!(told["events"].as_array().unwrap().len(), 2);
    assert_eq!(told["inlets"][0]["authentication"], "hmac");
    let flows = stage.get(&format!("{FLOW_SERVICE}/flows")).expect(200).body;

    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed.json");
    fs::write(&seed, &dump).unwrap();
    let (agent, headers) = (stage.agent.clone(), stage.headers.clone());
    drop(stage);
    let stage = Stage { emulator: begun_with(&seed).unwrap(), agent, headers };
    assert_eq!(text(&stage), dump);

    // And it works on: everything is where it was, tags included, and no tag is given twice.
    let again = stage.get(&format!("{FLOW_SERVICE}/flows")).expect(200).body;
    assert_eq!(
        (&again["items"][0]["etag"], &again["items"][0]["id"]),
        (&flows["items"][0]["etag"], &flows["items"][0]["id"])
    );
    let runs = stage.get(&format!("{FLOW_SERVICE}/runs")).expect(200);
    assert_eq!(runs.items()[0]["metrics"]["recordSummary"]["inputRecordCount"], 2);
    stage.post(&inlet, &event).expect(200);
    assert_eq!(stage.events("").len(), 3);
    let hmac = told["inlets"][0]["inletId"].as_str().unwrap();
    let headers = [("x-hmac-sha256", "00")];
    stage.try_write("POST", &format!("/collection/{hmac}"), &headers, &json!({})).unwrap().expect(401);
    let made = stage.post(&format!("{FLOW_SERVICE}/connectionSpecs"), &batch("acme")).expect(201);
    assert!(!dump.contains(made.header("etag").trim_matches('"')), "{:?}", made.headers);

    stage.post("/__emulator/reset", &json!({})).expect(200);
    let after: Value = serde_json::from_str(&text(&stage)).unwrap();
    assert_eq!((&after["records"], &after["inlets"]), (&told["records"], &told["inlets"]));
    assert_eq!(after["events"], json!([]));
    assert_eq!(stage.count("acme"), 1);
}

#[test]
fn a_dump_may_be_written_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed.json");
    let dump = json!({
        "version": 1,
        "records": [
            {"collection": "connectionSpecs", "record": {"id": "4e98f16f-87d6-4ef0-bdc6-7a2b0fe76e62", "name": "one"}},
            {"collection": "connectionSpecs", "sandbox": "dev", "etag": "\"1\"",
                "record": {"id": "4e98f16f-87d6-4ef0-bdc6-7a2b0fe76e63", "name": "two"}},
        ],
    });
    fs::write(&seed, serde_json::to_string_pretty(&dump).unwrap()).unwrap();
    let mut stage = Stage::new();
    stage.emulator = begun_with(&seed).unwrap();
    let specs = format!("{FLOW_SERVICE}/connectionSpecs");
    assert_eq!(stage.get(&specs).names(), ["one"], "the platform's own specs are not there");
    stage.header("x-sandbox-name", "dev");
    assert_eq!(stage.get(&specs).names(), ["one", "two"]);
    assert_eq!(stage.record(&format!("{specs}/4e98f16f-87d6-4ef0-bdc6-7a2b0fe76e63")).1, "\"1\"");
}

#[test]
fn what_is_no_dump_is_refused_with_its_place_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed.json");
    fs::write(&seed, "{\n  \"version\": 1,\n  \"records\": {}\n}").unwrap();
    let error = begun_with(&seed).unwrap_err();
    let Error::Seed { line: 3, .. } = &error else { panic!("{error:?}") };
    assert_eq!(error.exit(), Exit::Usage);
    assert!(error.to_string().starts_with(&format!("`{}`, line 3, column ", seed.display())), "{error}");
    assert!(error.help().unwrap().contains("/__emulator/state"));
    let error = begun_with(&folder.path().join("missing.json")).unwrap_err();
    assert!(matches!(error, Error::File { action: "read", .. }), "{error:?}");
    let error = begun_with(folder.path()).unwrap_err();
    assert!(matches!(error, Error::File { action: "read", .. }), "{error:?}");
}

#[test]
fn a_dump_is_not_mixed_with_a_database_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed.json");
    fs::write(&seed, text(&Stage::new())).unwrap();
    let options = Options {
        seed: Some(seed.clone()),
        store: StoreAt::File(folder.path().join("emulator.db")),
        ..Options::default()
    };
    Emulator::start(options.clone()).unwrap().stop();
    let error = Emulator::start(options).unwrap_err();
    assert!(matches!(error, Error::SeedOverDatabase { .. }), "{error:?}");
    assert!(error.help().unwrap().contains("--db"));
}

#[test]
fn a_mapping_set_and_its_events_go_along() {
    let stage = Stage::new();
    let (_, source) = stage.http_api("raw", false);
    let target = stage.target();
    let mapping = stage.mapping_set(&target.schema_id);
    stage.flow(WITH_MAPPING, &source, &target.connection_id, Some(&mapping));
    let told: Value = serde_json::from_str(&text(&stage)).unwrap();
    let collections: Vec<&str> = told["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["sandbox"] == "prod")
        .map(|entry| entry["collection"].as_str().unwrap())
        .collect();
    assert_eq!(
        collections,
        ["connections", "sourceConnections", "xdm", "dataSets", "targetConnections", "mappingSets", "flows", "runs"]
    );
}
