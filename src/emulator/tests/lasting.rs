use std::{fs, time::Instant};

use super::*;
use crate::{emulator::Error, exit::Exit};

const SPECS: &str = "/data/foundation/flowservice/connectionSpecs";

fn at(store: StoreAt) -> Options {
    Options { store, ..Options::default() }
}

#[test]
fn a_file_keeps_records_and_tokens_over_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let file = StoreAt::File(directory.path().join("deep/down/emulator.db"));
    let stage = Stage::with(at(file.clone()));
    let created = stage.post(SPECS, &batch("acme")).expect(201);
    let token = stage.token(&credentials()).expect(200).body["access_token"].as_str().unwrap().to_owned();
    let path = format!("{SPECS}/{}", created.body["id"].as_str().unwrap());
    let (mut spec, _) = stage.record(REST_STORAGE);
    spec["version"] = json!("1.1");
    stage.put(REST_STORAGE, &spec).expect(200);
    let seeded = stage.get(SPECS).items().len();
    stage.emulator.stop();

    let mut stage = Stage::with(at(file));
    stage.header("authorization", &format!("Bearer {token}"));
    let (record, etag) = stage.record(&path);
    assert_eq!((record, etag.as_str()), (created.body.clone(), created.header("etag")));
    assert_eq!(stage.record(REST_STORAGE).0["version"], "1.1");
    assert_eq!(stage.get(SPECS).items().len(), seeded);
    stage.put(REST_STORAGE, &spec).expect(200);
}

#[test]
fn memory_forgets() {
    let stage = Stage::new();
    stage.post(SPECS, &batch("acme")).expect(201);
    assert_eq!(stage.count("acme"), 1);
    drop(stage);
    assert_eq!(Stage::new().count("acme"), 0);
}

#[test]
fn a_database_in_use_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = StoreAt::File(directory.path().join("emulator.db"));
    let first = Emulator::start(at(file.clone())).unwrap();
    let error = Emulator::start(at(file.clone())).unwrap_err();
    assert!(matches!(error, Error::DatabaseInUse { .. }), "{error}");
    assert!(error.help().unwrap().contains("--memory"));
    assert_eq!(error.exit(), Exit::Usage);
    drop(first);
    Emulator::start(at(file)).unwrap().stop();
}

#[test]
fn what_is_no_database_of_ours_is_refused_and_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let text = directory.path().join("text");
    fs::write(&text, "not a database, whatever its length may be\n".repeat(1000)).unwrap();
    let before = fs::read(&text).unwrap();
    let other = directory.path().join("other.db");
    {
        let database = redb::Database::create(&other).unwrap();
        let transaction = database.begin_write().unwrap();
        transaction.open_table(redb::TableDefinition::<&str, &str>::new("theirs")).unwrap().insert("a", "b").unwrap();
        transaction.commit().unwrap();
    }
    for path in [text.clone(), other, directory.path().to_owned()] {
        let error = Emulator::start(at(StoreAt::File(path.clone()))).unwrap_err();
        assert!(matches!(error, Error::NotADatabase { .. }), "{error:?}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
    assert_eq!(fs::read(&text).unwrap(), before);
    let below = StoreAt::File(text.join("emulator.db"));
    let error = Emulator::start(at(below)).unwrap_err();
    assert!(matches!(error, Error::File { .. }), "{error:?}");
}

#[test]
fn a_port_in_use_is_refused() {
    let first = Emulator::start(Options::default()).unwrap();
    let port: u16 = first.base_url().rsplit(':').next().unwrap().parse().unwrap();
    assert_eq!(first.base_url(), format!("http://127.0.0.1:{port}"));
    let error = Emulator::start(Options { port, ..Options::default() }).unwrap_err();
    assert!(matches!(error, Error::PortInUse { .. }), "{error}");
    assert!(error.help().unwrap().contains("--port"));
    assert_eq!(error.exit(), Exit::Usage);
    // And it is free at once when the emulator stops, idle connections or not.
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    agent.get(format!("{}/__emulator/health", first.base_url())).call().unwrap().body_mut().read_to_string().unwrap();
    let began = Instant::now();
    first.stop();
    assert!(began.elapsed().as_secs() < 2, "{:?}", began.elapsed());
    Emulator::start(Options { port, ..Options::default() }).unwrap();
}
