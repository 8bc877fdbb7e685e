//! `sss rehearse`: the whole way on a copy of nothing, in one process.

use std::{fs, path::Path, process::Command};

use crate::{
    emulator::{GENERIC_STREAMING, REST_STORAGE},
    support::{Sss, tree},
};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/artifacts-example");

#[test]
fn the_example_repository_is_rehearsed_and_left_as_it_was() {
    let before = tree(Path::new(EXAMPLE));
    let ran = Sss::in_dir(EXAMPLE).args(["rehearse", "--json"]).run().exits(0);
    let report = ran.json();
    assert_eq!(report["ok"], true);
    let results = report["results"].as_array().unwrap();
    let told: Vec<_> = results
        .iter()
        .map(|result| {
            let text = |key: &str| result[key].as_str().unwrap().to_owned();
            (text("source"), text("action"), text("flow_spec"), result["attached"].as_bool().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("harbor-helpdesk-tickets".into(), "created".into(), REST_STORAGE.into(), true),
            ("lumen-loyalty-events".into(), "created".into(), GENERIC_STREAMING.into(), true),
        ]
    );
    let posts = report["requests"].as_array().unwrap().iter().filter(|request| {
        request["method"] == "POST" && request["path"] == "/data/foundation/flowservice/connectionSpecs"
    });
    assert_eq!(posts.count(), 2);
    let verified = report["verified"].as_array().unwrap();
    for (one, (source, checks)) in verified.iter().zip([("harbor-helpdesk-tickets", 16), ("lumen-loyalty-events", 23)])
    {
        assert_eq!((&one["source"], &one["ok"]), (&source.into(), &true.into()));
        assert_eq!(one["summary"]["passed"], checks, "{one:#}");
    }
    let requests = report["requests"].as_array().unwrap();
    let events = requests.iter().filter(|request| request["path"].as_str().unwrap().starts_with("/collection/"));
    assert_eq!(
        events.map(|event| event["status"].as_u64().unwrap()).collect::<Vec<_>>(),
        [200, 200, 401, 401, 401, 200, 401, 401, 401]
    );
    assert_eq!(tree(Path::new(EXAMPLE)), before, "nothing is recorded");
}

#[test]
fn a_person_reads_each_request_in_a_line_and_with_v_the_whole_of_it_without_secrets() {
    let ran = Sss::in_dir(EXAMPLE).args(["rehearse", "lumen-loyalty-events"]).run().exits(0);
    ran.tells([
        "  PUT /data/foundation/flowservice/flowSpecs/e77fde5a-22a8-11ed-861d-0242ac120002 (",
        "1 source, 5 files: no findings",
        "nothing to change: 1 in step",
    ]);
    let ran = Sss::in_dir(EXAMPLE).args(["rehearse", "-v", "lumen-loyalty-events"]).run().exits(0);
    let ran = ran.tells(["> x-sandbox-name: prod", "> Authorization: Bearer [redacted]", "\"generic-streaming\""]);
    assert!(ran.stdout.starts_with("ok lumen-loyalty-events  streaming  connection spec "), "{}", ran.stdout);
    assert!(ran.stdout.contains("; verification passed: 23 checks passed\n1 source rehearsed with "), "{}", ran.stdout);
    for line in ran.stderr.lines().filter(|line| line.contains("access_token") || line.contains("Bearer")) {
        assert!(line.contains("[redacted]"), "{line}");
    }
}

#[test]
fn a_source_that_does_not_lint_is_not_sent() {
    let directory = tempfile::tempdir().unwrap();
    copy(Path::new(EXAMPLE), directory.path());
    let spec = directory.path().join("Sources/lumen-loyalty-events/Artifacts/lumen-loyalty-events-connectionSpec.json");
    let text = fs::read_to_string(&spec).unwrap();
    fs::write(&spec, text.replace("\"isSource\": true", "\"isSource\": 1")).unwrap();
    let ran = Sss::in_dir(&directory).args(["rehearse"]).run().exits(1).tells(["nothing was sent"]);
    assert!(ran.stdout.contains("error[wrong-type]"), "{}", ran.stdout);
    assert!(!ran.stderr.contains("POST"), "{}", ran.stderr);
    // The other source is as good as before.
    Sss::in_dir(&directory).args(["rehearse", "harbor-helpdesk-tickets"]).run().exits(0);
    Sss::in_dir(&directory)
        .args(["rehearse", "harbor-helpdesk-ticket"])
        .run()
        .exits(2)
        .tells(["there is no source `harbor-helpdesk-ticket`", "did you mean `harbor-helpdesk-tickets`?"]);
}

#[test]
fn events_and_inputs_of_ones_own_take_the_place_of_those_made_up() {
    let directory = tempfile::tempdir().unwrap();
    copy(Path::new(EXAMPLE), directory.path());
    fs::write(directory.path().join("events.jsonl"), "{\"name\":\"Ada\"}\n{\"name\":\"Bea\"}\n").unwrap();
    let rehearse = |arguments: &[&str]| Sss::in_dir(&directory).arg("rehearse").args(arguments).run();
    let ran = rehearse(&["lumen-loyalty-events", "--sample", "events.jsonl", "--json"]).exits(0);
    let checks = ran.json()["verified"][0]["checks"].as_array().unwrap().clone();
    let sent = checks.iter().find(|check| check["name"] == "send").unwrap();
    assert_eq!(sent["found"], "2 events taken");
    // What does not fit is found: the emulator shows a record with an id alone, as the connection spec describes none.
    fs::write(directory.path().join("events.jsonl"), "{\"id\":7}").unwrap();
    let ran = rehearse(&["harbor-helpdesk-tickets", "--sample", "events.jsonl", "--input", "brandId=7"]).exits(1);
    assert!(ran.stdout.starts_with("failed harbor-helpdesk-tickets"), "{}", ran.stdout);
    assert!(ran.stdout.contains("records: a record does not fit the schema"), "{}", ran.stdout);
    rehearse(&["--sample", "events.jsonl"]).exits(2).tells(["are of one source"]);
    rehearse(&["harbor-helpdesk-tickets", "--input", "brand=7"]).exits(2).tells(["has no input `brand`"]);
    assert!(!directory.path().join(".sss").exists());
}

#[cfg(unix)]
#[test]
fn keep_leaves_the_emulator_until_it_is_interrupted() {
    use std::io::{BufRead, BufReader};

    let mut child = Command::new(env!("CARGO_BIN_EXE_sss"))
        .args(["-C", EXAMPLE, "rehearse", "--keep"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let told = lines.map_while(Result::ok).find(|line| line.contains("the emulator stays at")).unwrap();
    let url = told.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let answer = agent.get(format!("{url}/__emulator/requests")).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(answer.contains("connectionSpecs"));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Copies a directory and everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
