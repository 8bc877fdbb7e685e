//! `sss api`: one call, answered as the platform answered it.

use std::fs;

use serde_json::{Value, json};

use crate::{
    emulator::{Emulator, REST_STORAGE, drop_connection},
    support::{Sss, tree},
};

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn api(emulator: &Emulator, directory: &tempfile::TempDir, arguments: &[&str]) -> Sss {
    emulator.sss(directory.path()).args(["api"]).args(arguments)
}

#[test]
fn reading_needs_no_repository_and_prints_what_came() {
    let directory = home();
    let emulator = Emulator::in_memory(directory.path());
    let short = api(&emulator, &directory, &["GET", &format!("/flowSpecs/{REST_STORAGE}")]).run().exits(0);
    let whole = format!("/data/foundation/flowservice/flowSpecs/{REST_STORAGE}");
    let long = api(&emulator, &directory, &["get", &whole]).run().exits(0);
    assert_eq!(short.stdout, long.stdout);
    assert_eq!(short.json()["items"][0]["name"], "RestStorageToAEP");
    assert_eq!(short.stderr, "");

    let filtered = api(&emulator, &directory, &["GET", "/flowSpecs", "--query", "property=name==RestStorageToAEP"]);
    assert_eq!(filtered.run().exits(0).json()["items"].as_array().unwrap().len(), 1);
    let included = api(&emulator, &directory, &["GET", "/flowSpecs?limit=1", "--include"]).run().exits(0);
    assert!(included.stdout.starts_with("HTTP 200\n") && included.stdout.contains("content-type: "), "{included:?}");

    let all = api(&emulator, &directory, &["GET", "/connectionSpecs"]).run().exits(0).json();
    let paged = api(&emulator, &directory, &["GET", "/connectionSpecs", "--query", "limit=2", "--paginate"]);
    assert_eq!(paged.run().exits(0).json(), all["items"]);
    assert!(emulator.requests().iter().filter(|line| line.starts_with("GET")).count() > 8, "page by page");
    assert_eq!(tree(directory.path()), ["emulator.ready"]);
}

#[test]
fn writing_takes_a_body_from_a_file_or_standard_input() {
    let directory = home();
    let emulator = Emulator::in_memory(directory.path());
    let body = json!({"name": "by-hand", "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a", "n": 1}).to_string();
    fs::write(directory.path().join("body.json"), body.replace("\"n\":1", "\"n\":1.50")).unwrap();
    api(&emulator, &directory, &["POST", "/connectionSpecs", "--data", "body.json"]).run().exits(0);
    let made = emulator.named("by-hand").remove(0);
    let path = format!("/connectionSpecs/{}", made["id"].as_str().unwrap());
    let read = api(&emulator, &directory, &["GET", &path]).run().exits(0);
    assert!(read.stdout.contains("1.50"), "to the character: {}", read.stdout);

    let changed = body.replace("by-hand", "by-pipe");
    let stale = ["PUT", &path, "--data", "-", "--header", "If-Match: \"no-such-version\""];
    let refused = api(&emulator, &directory, &stale).stdin(changed.clone()).run().exits(4);
    refused.tells(["1404-412", "request id"]);
    api(&emulator, &directory, &["PUT", &path, "--data", "-"]).stdin(changed).run().exits(0);
    assert_eq!(emulator.named("by-pipe").len(), 1);
    api(&emulator, &directory, &["POST", "/connectionSpecs", "--data", "nowhere.json"])
        .run()
        .exits(2)
        .tells(["nowhere"]);
}

#[test]
fn a_refusal_prints_the_platforms_words_and_an_outage_none() {
    let directory = home();
    let emulator = Emulator::in_memory(directory.path());
    let gone = api(&emulator, &directory, &["GET", "/flowSpecs/00000000-0000-4000-8000-000000000000"]).run().exits(4);
    assert_eq!(gone.json()["status"], 404);
    gone.tells(["1101-404", "request id"]);
    let post = ["POST", "/connectionSpecs", "--data", "-"];
    emulator.fault(&drop_connection("POST", "connectionSpecs", "after"));
    let lost = api(&emulator, &directory, &post).stdin(json!({"name": "x", "providerId": "p"}).to_string()).run();
    let lost = lost.exits(5);
    assert_eq!(lost.stdout, "");
    lost.tells(["whether the call was carried out is not known"]);
    let url = emulator.base_url.clone();
    drop(emulator);
    let away =
        Sss::in_dir(&directory).env("AEP_BASE_URL", url).args(["--profile", "emulator", "api", "GET", "/flowSpecs"]);
    assert_eq!(away.run().exits(4).tells(["did not reach"]).stdout, "");
}

#[test]
fn wrong_use_is_told_before_anything_is_sent() {
    let directory = home();
    let emulator = Emulator::in_memory(directory.path());
    let secret = "hunter2-hunter2";
    for (arguments, said) in [
        (vec!["GET", "flowSpecs"], "no path to call"),
        (vec!["GET", "https://elsewhere.example/data/x"], "no path to call"),
        (vec!["GET", "/data/../ims/token"], "no path to call"),
        (vec!["GET", "/x", "--query", "a"], "`--query` has no `=`"),
        (vec!["GET", "/x", "--header", "Authorization: Bearer hunter2-hunter2"], "is set from the credentials"),
        (vec!["GET", "/x", "--header", "hunter2-hunter2"], "it has no `:`"),
        (vec!["POST", "/x", "--paginate"], "only a `GET` has pages"),
        (vec!["GET", "/x", "--data", "-"], "a `GET` has no body"),
        (vec!["BREW", "/x"], "possible values: GET, POST, PUT, PATCH, DELETE"),
    ] {
        let ran = api(&emulator, &directory, &arguments).run().exits(2).tells([said]);
        assert!(!ran.stderr.contains(secret), "{}", ran.stderr);
    }
    assert_eq!(emulator.requests(), [""; 0]);
}

#[test]
fn a_write_into_production_is_guarded_and_a_search_is_none() {
    let directory = home();
    let emulator = Emulator::start(directory.path(), &["--memory", "--sandbox-type", "production"]);
    let body = json!({"name": "by-hand", "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a"}).to_string();
    let post = ["POST", "/connectionSpecs", "--data", "-"];
    api(&emulator, &directory, &post).stdin(body.clone()).run().exits(2).tells(["--allow-production"]);
    assert_eq!(emulator.writes(), [""; 0]);
    api(&emulator, &directory, &post).args(["--allow-production"]).stdin(body).run().exits(0);
    // It writes nothing, and is asked without a question.
    api(&emulator, &directory, &["POST", "/flowSpecs/search", "--data", "-"]).stdin("{}").run().exits(0);
}

#[test]
fn secrets_are_masked_in_traces_and_in_what_the_platform_repeats() {
    let directory = home();
    let emulator = Emulator::in_memory(directory.path());
    let token: Value = {
        let form = "grant_type=client_credentials&client_id=emulator&client_secret=emulator&scope=openid";
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        let mut answer = agent
            .post(format!("{}/ims/token/v3", emulator.base_url))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .send(form)
            .unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    };
    let token = token["access_token"].as_str().unwrap();
    let run = |arguments: &[&str]| {
        let ran = emulator.sss(directory.path()).env("AEP_ACCESS_TOKEN", token).args(arguments).run();
        assert!(!ran.stdout.contains(token) && !ran.stderr.contains(token), "{ran:?}");
        ran
    };
    run(&["-vv", "api", "GET", "/flowSpecs?limit=1"]).exits(0).tells(["Bearer [redacted]"]);
    // The emulator repeats the path in its refusal.
    run(&["-vv", "api", "GET", &format!("/data/{token}")]).exits(4);
}
