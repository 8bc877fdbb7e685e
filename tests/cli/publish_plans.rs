//! Plans in files, sources taken out of their flow specs again, and runs that a person ends.

use std::fs;
#[cfg(unix)]
use std::{
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    emulator::{Emulator, GENERIC_STREAMING, REST_STORAGE, status},
    publish::{BATCH, STREAMING, assert_published, edit, example, publish, spec_path},
    repository,
    support::{Ran, Sss, tree},
};

fn run(emulator: &Emulator, directory: &TempDir, arguments: &[&str]) -> Ran {
    emulator.sss(directory.path()).args(arguments).run()
}

fn id_of(emulator: &Emulator, source: &str) -> String {
    emulator.named(source)[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_saved_plan_is_shown_carried_out_without_a_question_and_only_once() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    let plan = run(&emulator, &directory, &["plan", "--out", "today.plan"]).exits(0);
    plan.tells(["wrote the plan to `today.plan`"]);
    let file: Value = serde_json::from_str(&fs::read_to_string(directory.path().join("today.plan")).unwrap()).unwrap();
    assert_eq!(file["version"], 1);
    let shown = run(&emulator, &directory, &["plan", "today.plan"]).exits(0);
    let planned = run(&emulator, &directory, &["plan"]).exits(0);
    assert_eq!(shown.stdout, planned.stdout);
    assert_eq!(emulator.writes(), [""; 0]);

    run(&emulator, &directory, &["publish", "today.plan"]).exits(0);
    assert_published(&emulator, &directory);
    let writes = emulator.writes();
    run(&emulator, &directory, &["publish", "./today.plan"]).exits(4).tells([
        "is out of date",
        "the record of `harbor-helpdesk-tickets`",
        "sss plan --out",
    ]);
    assert_eq!(emulator.writes(), writes);
}

#[test]
fn a_saved_plan_is_refused_once_anything_it_was_made_from_has_changed() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    publish(&emulator, &directory, &[]).exits(0);
    let writes = emulator.writes();
    let refused = |told: &str, undo: &dyn Fn()| {
        let ran = run(&emulator, &directory, &["publish", "p.plan"]).exits(4);
        ran.tells(["is out of date", told, "nothing was sent"]);
        undo();
    };
    edit(&directory, BATCH, "\"delayRequestMillis\": \"850\"", "\"delayRequestMillis\": \"900\"");
    run(&emulator, &directory, &["plan", BATCH, "--out", "p.plan"]).exits(0);

    // An artifact.
    let icon = directory.path().join(format!("Sources/{BATCH}/Artifacts/{BATCH}-label.txt"));
    let label = fs::read(&icon).unwrap();
    fs::write(&icon, "Another Label\n").unwrap();
    refused(&format!("`Sources/{BATCH}/Artifacts/{BATCH}-label.txt`"), &|| fs::write(&icon, &label).unwrap());

    // The record.
    let record = directory.path().join(format!(".sss/published/{BATCH}.toml"));
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.replace("digest = \"sha256:", "digest = \"sha256:0")).unwrap();
    refused(&format!("the record of `{BATCH}`"), &|| fs::write(&record, &text).unwrap());

    // The flow spec, by anybody.
    let before = emulator.record("flowSpecs", REST_STORAGE);
    let mut other = before.clone();
    other["sourceConnectionSpecIds"].as_array_mut().unwrap().push(json!("00000000-0000-4000-8000-000000000000"));
    let path = format!("/data/foundation/flowservice/flowSpecs/{REST_STORAGE}");
    assert_eq!(emulator.call("PUT", &path, Some(&other)).0, 200);
    refused(&format!("the flow spec `{REST_STORAGE}`"), &|| {
        assert_eq!(emulator.call("PUT", &path, Some(&before)).0, 200);
    });

    // Where it goes.
    let elsewhere = emulator.sss(directory.path()).env("AEP_SANDBOX", "dev").args(["publish", "p.plan"]).run();
    elsewhere.exits(4).tells(["the sandbox (it was `prod`, and is `dev`)"]);
    let elsewhere = emulator.sss(directory.path()).args(["publish", "p.plan", "--profile", "emulator"]).run();
    elsewhere.exits(4).tells(["the profile (it was none, and is `emulator`)"]);

    // The connection spec over there.
    let id = id_of(&emulator, BATCH);
    let there = emulator.record("connectionSpecs", &id);
    let mut changed = there.clone();
    changed["attributes"]["isSource"] = json!(false);
    let path = format!("/data/foundation/flowservice/connectionSpecs/{id}");
    assert_eq!(emulator.call("PUT", &path, Some(&changed)).0, 200);
    refused(&format!("the connection spec `{id}` of `{BATCH}`"), &|| {
        assert_eq!(emulator.call("PUT", &path, Some(&there)).0, 200);
    });

    assert_eq!(emulator.writes().len(), writes.len() + 4, "only what this test wrote itself");
    // All is as it was: the plan holds.
    run(&emulator, &directory, &["publish", "p.plan"]).exits(0);
    assert_eq!(emulator.named(BATCH)[0]["sourceSpec"]["attributes"]["paginationParams"]["delayRequestMillis"], "900");
}

#[test]
fn what_is_no_plan_or_has_a_conflict_is_told() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    fs::write(directory.path().join("notes.txt"), "not a plan").unwrap();
    run(&emulator, &directory, &["publish", "notes.txt"]).exits(2).tells(["`./notes.txt` is not a plan", "damaged"]);
    run(&emulator, &directory, &["publish", "none.plan"]).exits(2).tells(["could not read `./none.plan`"]);
    run(&emulator, &directory, &["plan", "--out", "p.plan"]).exits(0);
    run(&emulator, &directory, &["publish", "p.plan", "--adopt"]).exits(2).tells(["made already"]);
    let text = fs::read_to_string(directory.path().join("p.plan")).unwrap();
    fs::write(directory.path().join("p.plan"), text.replace("\"adopt\":false", "\"adopt\":true")).unwrap();
    run(&emulator, &directory, &["publish", "p.plan"]).exits(2).tells(["was changed after it was written"]);

    let mut foreign: Value = serde_json::from_str(&fs::read_to_string(spec_path(&directory, BATCH)).unwrap()).unwrap();
    foreign["description"] = json!("somebody else's");
    assert_eq!(emulator.call("POST", "/data/foundation/flowservice/connectionSpecs", Some(&foreign)).0, 201);
    run(&emulator, &directory, &["plan", "--out", "q.plan"]).exits(4).tells(["was not written"]);
    assert!(!directory.path().join("q.plan").exists());
    run(&emulator, &directory, &["plan", "--adopt", "--out", "q.plan"]).exits(0);
    run(&emulator, &directory, &["publish", "q.plan"]).exits(0);
    assert_published(&emulator, &directory);
}

#[test]
fn no_secret_is_in_a_saved_plan_and_a_file_without_a_dot_is_one_too() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    let secret = "p8e-Kq7vN2mXw4sT9bRz";
    let ran = emulator
        .sss(directory.path())
        .env("AEP_ACCESS_TOKEN", "emulator")
        .env("AEP_CLIENT_SECRET", secret)
        .args(["plan", "--out", "today"])
        .run();
    ran.exits(0);
    let text = fs::read_to_string(directory.path().join("today")).unwrap();
    assert!(!text.contains(secret) && !text.contains("Bearer"));
    run(&emulator, &directory, &["publish", "today"]).exits(0);
    assert_published(&emulator, &directory);
}

#[test]
fn what_was_published_is_taken_out_of_its_flow_spec_and_put_back() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    publish(&emulator, &directory, &[]).exits(0);
    let before = emulator.record("flowSpecs", REST_STORAGE)["sourceConnectionSpecIds"].clone();
    let plan = run(&emulator, &directory, &["plan", "--undo", "--json"]).exits(0).json();
    assert_eq!((&plan["undo"], &plan["changes"][0]["action"]), (&json!(true), &json!("detach")));
    assert_eq!(plan["flow_specs"][0]["action"], "detach");
    // Without a terminal nobody can be asked.
    run(&emulator, &directory, &["publish", "--undo"]).exits(2).tells(["--yes"]);
    let report = run(&emulator, &directory, &["publish", "--undo", "--yes", "--json", BATCH]).exits(0).json();
    assert_eq!(report["results"][0]["action"], "detached");
    let id = id_of(&emulator, BATCH);
    assert_eq!(emulator.times_listed(REST_STORAGE, &id), 0);
    assert_eq!(emulator.times_listed(GENERIC_STREAMING, &id_of(&emulator, STREAMING)), 1);
    let record = fs::read_to_string(directory.path().join(format!(".sss/published/{BATCH}.toml"))).unwrap();
    assert!(record.contains(&id) && !record.contains("flow_spec"), "{record}");
    let status = run(&emulator, &directory, &["status", BATCH]).exits(0);
    assert!(status.stdout.contains("not in its flow spec"), "{}", status.stdout);

    // A source that is not in the repository any more can be taken out, too.
    fs::remove_dir_all(directory.path().join(format!("Sources/{STREAMING}"))).unwrap();
    run(&emulator, &directory, &["publish", "--undo", "--yes", STREAMING]).exits(0);
    assert_eq!(emulator.times_listed(GENERIC_STREAMING, &id_of(&emulator, STREAMING)), 0);
    run(&emulator, &directory, &["publish", "--undo", "--yes", "unheard-of"]).exits(3).tells(["nothing is recorded"]);

    run(&emulator, &directory, &["publish", "--yes", BATCH]).exits(0);
    assert_eq!(emulator.record("flowSpecs", REST_STORAGE)["sourceConnectionSpecIds"], before);
}

#[test]
fn a_table_tells_what_was_done_what_failed_and_the_request() {
    let directory = tempfile::tempdir().unwrap();
    repository::write(directory.path(), 12).unwrap();
    let home = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(home.path());
    emulator.fault(&status("POST", "connectionSpecs", 2, 400));
    let ran = publish(&emulator, &directory, &[]).exits(5);
    assert_eq!(ran.stdout.lines().filter(|line| line.contains("  failed ")).count(), 2, "{}", ran.stdout);
    assert_eq!(ran.stdout.lines().filter(|line| line.contains("  created ")).count(), 10, "{}", ran.stdout);
    assert_eq!(ran.stdout.matches("request id").count(), 2, "{}", ran.stdout);
    ran.tells(["stopped part-way, with 2 of 12 sources unfinished", "run again"]);
    let report = publish(&emulator, &directory, &["--json"]).exits(0).json();
    let created = report["results"].as_array().unwrap().iter().filter(|one| one["action"] == "created");
    assert_eq!(created.count(), 2);
}

#[cfg(unix)]
#[test]
fn sources_are_published_side_by_side() {
    let directory = tempfile::tempdir().unwrap();
    repository::write(directory.path(), 8).unwrap();
    let home = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(home.path());
    emulator.fault(&json!({"method": "POST", "path": "/data/**", "action": {"delay_ms": 1000}}));
    let begun = Instant::now();
    publish(&emulator, &directory, &[]).exits(0);
    // One after the other they would take eight seconds at the least.
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    let begun = Instant::now();
    let second = tempfile::tempdir().unwrap();
    repository::write(second.path(), 2).unwrap();
    emulator.call("POST", "/__emulator/reset", None);
    emulator.fault(&json!({"method": "POST", "path": "/data/**", "action": {"delay_ms": 1000}}));
    publish(&emulator, &second, &["--jobs", "1"]).exits(0);
    assert!(begun.elapsed() >= Duration::from_secs(2), "{:?}", begun.elapsed());
    Sss::in_dir(&second).args(["publish", "--jobs", "0"]).run().exits(2).tells(["a number from 1 to 64"]);
}

/// A `publish` that is sent a signal as soon as the emulator has got a POST, and another one where `again`.
#[cfg(unix)]
fn interrupted(emulator: &Emulator, directory: &TempDir, signal: &str, again: bool) -> Output {
    let child = Command::new(env!("CARGO_BIN_EXE_sss"))
        .current_dir(directory.path())
        .env("AEP_BASE_URL", &emulator.base_url)
        .args(["--profile", "emulator", "publish", "--yes", "--jobs", "1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while !emulator.writes().iter().any(|write| write.starts_with("POST")) {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing was posted");
        std::thread::sleep(Duration::from_millis(10));
    }
    for _ in 0..=usize::from(again) {
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        std::thread::sleep(Duration::from_millis(300));
    }
    child.wait_with_output().unwrap()
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_after_the_write_in_flight_and_the_next_run_continues() {
    for signal in ["-INT", "-TERM"] {
        let directory = example();
        let emulator = Emulator::in_memory(directory.path());
        emulator.fault(&json!({"method": "POST", "path": "/data/**", "action": {"delay_ms": 900}}));
        let output = interrupted(&emulator, &directory, signal, false);
        let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(130), "{stdout}\n{stderr}");
        assert!(stderr.contains("ending after the writes in flight"), "{stderr}");
        assert!(stderr.contains("stopped part-way, after `harbor-helpdesk-tickets` was created"), "{stderr}");
        assert!(stdout.contains("  created ") && stdout.contains("  not-tried "), "{stdout}");
        assert_eq!(emulator.writes().len(), 1, "{:?}", emulator.writes());
        emulator.mend();
        publish(&emulator, &directory, &[]).exits(0);
        assert_published(&emulator, &directory);
        assert_eq!(emulator.writes().iter().filter(|write| write.starts_with("POST")).count(), 2);
    }
}

#[cfg(unix)]
#[test]
fn a_second_ctrl_c_ends_at_once_and_what_is_left_is_told_to_the_next_run() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    emulator.fault(&json!({"method": "POST", "path": "/data/**", "times": 1, "action": {"delay_ms": 8000}}));
    let begun = Instant::now();
    let output = interrupted(&emulator, &directory, "-INT", true);
    assert_eq!(output.status.code(), Some(130));
    assert!(begun.elapsed() < Duration::from_secs(7), "{:?}", begun.elapsed());
    assert!(tree(directory.path()).contains(&".sss/journal/holder.json".to_owned()));
    // The emulator carries out what has arrived.
    while emulator.named(BATCH).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it was not created");
        std::thread::sleep(Duration::from_millis(50));
    }
    publish(&emulator, &directory, &[]).exits(0).tells(["ended before it was done (process "]);
    assert_published(&emulator, &directory);
}
