//! `sss verify` against an emulator in a process of its own: what passes, what fails and when, what is handed in, and that
//! nothing is left of it.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    emulator::{Emulator, GENERIC_STREAMING},
    publish::{BATCH, STREAMING, example, publish},
    support::{Ran, Sss},
};

const SAMPLE: &str = r#"{"id": "e-1", "at": "2026-01-31T12:00:00Z", "points": 5}"#;
const HMAC_SECRET: &str = "hush-8fj2-of-the-sender";
const PASSWORD: &str = "pw-3kd9/of+the=source";

/// The example's sources, published to an emulator.
struct Stage {
    emulator: Emulator,
    directory: TempDir,
}

impl Stage {
    fn new() -> Self {
        let directory = example();
        let emulator = Emulator::in_memory(directory.path());
        publish(&emulator, &directory, &[]).exits(0);
        fs::write(directory.path().join("events.json"), SAMPLE).unwrap();
        Self { emulator, directory }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn sss(&self, source: &str) -> Sss {
        let sss = self.emulator.sss(self.path()).args(["verify", source, "--sample", "events.json"]);
        let sss = sss.env("HMAC_SECRET", HMAC_SECRET).env("SSS_SOURCE_SUBDOMAIN", "acme-brand");
        sss.env("SSS_SOURCE_ACCESS_TOKEN", PASSWORD)
    }

    fn streaming(&self, arguments: &[&str]) -> Ran {
        self.sss(STREAMING).args(["--yes"]).args(arguments).run()
    }

    fn batch(&self, arguments: &[&str]) -> Ran {
        let sss = self.sss(BATCH).args(["--yes", "--auth-spec", "OAuth2 Refresh Code", "--input", "brandId=7"]);
        sss.args(arguments).run()
    }

    /// Answers so instead of doing the work.
    fn answer(&self, method: &str, path: &str, skip: u32, times: u32, status: u16, body: &Value) {
        let action = json!({"status": status, "body": body});
        let path = if path.starts_with("/collection") { path.to_owned() } else { format!("/data/foundation/{path}") };
        self.emulator.fault(&json!({"method": method, "path": path, "skip": skip, "times": times, "action": action}));
    }

    /// Nothing that a verification makes is there.
    fn assert_clean(&self) {
        for collection in ["connections", "sourceConnections", "targetConnections", "flows"] {
            let (status, answer) =
                self.emulator.call("GET", &format!("/data/foundation/flowservice/{collection}"), None);
            assert_eq!((status, &answer["items"]), (200, &json!([])), "{collection}");
        }
        let (_, sets) = self.emulator.call("GET", "/data/foundation/catalog/dataSets?limit=10", None);
        assert_eq!(sets, json!({}));
        assert!(!self.state(STREAMING).exists() && !self.state(BATCH).exists());
    }

    fn state(&self, source: &str) -> std::path::PathBuf {
        self.path().join(format!(".sss/dataflow/{source}.verify.toml"))
    }

    /// A verification that waits for a run that never comes.
    fn waiting(&self) -> std::process::Child {
        self.emulator.mend();
        self.answer("GET", "flowservice/runs", 0, 1000, 200, &json!({"items": []}));
        let seen = || self.emulator.requests().iter().filter(|request| request.contains("/runs")).count();
        let before = seen();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sss"));
        command.current_dir(self.path()).args(["verify", STREAMING, "--yes", "--sample", "events.json"]);
        command.args(["--profile", "emulator", "--report", "report"]);
        command.env("AEP_BASE_URL", &self.emulator.base_url);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while seen() <= before {
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not get that far");
            std::thread::sleep(Duration::from_millis(20));
        }
        child
    }
}

/// The names of the checks that came to this.
fn checks(report: &Value, ok: &Value) -> Vec<String> {
    let checks = report["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == *ok);
    checks.map(|check| check["name"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn assert_failed(ran: &Ran, names: &[&str]) {
    let report = ran.json();
    assert_eq!(checks(&report, &json!(false)), names, "{report:#}");
    assert_eq!(report["ok"], false);
    let failed = report["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == false);
    failed.for_each(|check| assert!(check["advice"].is_string(), "{check:#}"));
}

#[test]
fn both_examples_pass_and_what_is_handed_in_is_whole_and_holds_no_secret() {
    let stage = Stage::new();
    let hmac = ["--auth", "hmac", "--hmac-secret-env", "HMAC_SECRET", "--report", "streaming"];
    let ran = stage.streaming(&hmac).exits(0);
    assert!(ran.stdout.ends_with("\npassed: 19 checks passed\n"), "{}", ran.stdout);
    let ran = stage.batch(&["--report", "batch", "--junit", "junit.xml", "--json"]).exits(0);
    assert_eq!(ran.json()["summary"], json!({"passed": 16, "failed": 0, "skipped": 0}));
    let ran = stage.streaming(&["--auth", "token", "--report", "token", "--json", "-q"]).exits(0);
    assert_eq!((checks(&ran.json(), &json!(true)).len(), ran.stderr.as_str()), (19, ""));
    stage.assert_clean();
    assert!(stage.path().join("junit.xml").is_file());

    for (name, source) in [("streaming", STREAMING), ("batch", BATCH), ("token", STREAMING)] {
        let read = |file: &str| fs::read_to_string(stage.path().join(name).join(file)).unwrap();
        let report: Value = serde_json::from_str(&read("report.json")).unwrap();
        assert_eq!((&report["ok"], &report["source"]), (&json!(true), &json!(source)));
        let requests = report["requests"].as_array().unwrap().len();
        let numbered =
            report["checks"].as_array().unwrap().iter().flat_map(|check| check["requests"].as_array().unwrap());
        let numbered: Vec<usize> = numbered.map(|number| usize::try_from(number.as_u64().unwrap()).unwrap()).collect();
        // A token, and a question about the sandbox, come before the first check; everything else was made for one.
        assert_eq!(numbered, (3..=requests).collect::<Vec<_>>());
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
        let html = read("report.html");
        let page = roxmltree::Document::parse_with_options(&html, options).unwrap();
        let sections = page.descendants().filter(|node| node.has_tag_name("section")).count();
        assert_eq!(sections, requests);
        let junit = read("junit.xml");
        let suites = roxmltree::Document::parse(&junit).unwrap();
        let cases = suites.descendants().filter(|node| node.has_tag_name("testcase")).count();
        assert_eq!(cases, report["checks"].as_array().unwrap().len());
        for file in ["report.json", "report.html", "report.md", "junit.xml"] {
            let text = read(file);
            for secret in [HMAC_SECRET, PASSWORD, "pw-3kd9", "acme-brand"] {
                assert!(!text.contains(secret), "{name}/{file} shows {secret}");
            }
            // Tokens that were fetched on the way look like this.
            for (at, _) in text.match_indices("emulator-") {
                let token = text[at + 9..].chars().take_while(char::is_ascii_hexdigit).count();
                assert_ne!(token, 32, "{name}/{file} shows a token");
            }
        }
        assert!(read("report.md").contains("[redacted]"));
    }
    let read = |name: &str| {
        let evidence = self_serve_sources::submit::evidence::Evidence::read(&stage.path().join(name), STREAMING);
        evidence.unwrap().unwrap()
    };
    let evidence = read("streaming");
    assert_eq!((evidence.ok, evidence.passed, evidence.skipped, evidence.failed.len()), (true, 19, 0, 0));
}

#[test]
fn each_record_that_is_not_what_was_sent_fails_its_check() {
    let stage = Stage::new();
    let other = json!({"items": [{"id": "x", "name": "another"}]});
    for (path, skip) in [
        ("flowservice/sourceConnections/*", 0),
        ("flowservice/targetConnections/*", 0),
        // The address of the inlet is read first.
        ("flowservice/flows/*", 1),
    ] {
        stage.answer("GET", path, skip, 1, 200, &other);
    }
    stage.answer("GET", "flowservice/flows/*", 1, 1, 200, &other);
    for path in [
        "schemaregistry/tenant/fieldgroups/*",
        "schemaregistry/tenant/schemas/*",
        "catalog/dataSets/*",
        "conversion/mappingSets/*",
    ] {
        stage.answer("GET", path, 0, 1, 200, &json!({"title": "another"}));
    }
    let ran = stage.streaming(&["--json"]).exits(1);
    assert_failed(
        &ran,
        &["source-connection", "field-group", "schema", "dataset", "target-connection", "mapping-set", "flow", "inlet"],
    );
    stage.assert_clean();
}

#[test]
fn a_source_that_is_fetched_fails_where_its_door_data_or_records_do() {
    let stage = Stage::new();
    fs::write(stage.path().join("events.json"), r#"{"id": 7}"#).unwrap();
    stage.answer("GET", "flowservice/connections/*", 0, 1, 200, &json!({"items": [{"id": "x"}]}));
    stage.answer("GET", "flowservice/connections/*/test", 1, 1, 200, &json!({"result": false}));
    stage.answer("GET", "flowservice/connections/*/explore", 0, 1, 200, &json!({"data": []}));
    let ran = stage.batch(&["--json"]).exits(1);
    assert_failed(&ran, &["base-connection", "connection-test", "explore", "records"]);
    stage.assert_clean();
}

#[test]
fn events_that_are_not_taken_or_come_twice_or_do_not_run_fail() {
    let stage = Stage::new();
    stage.answer("POST", "/collection/*", 0, 1, 400, &json!({"title": "Invalid", "status": 400}));
    let ran = stage.streaming(&["--json"]).exits(1);
    assert_failed(&ran, &["send"]);
    assert_eq!(checks(&ran.json(), &Value::Null), ["events", "runs", "sender-authentication"]);

    stage.emulator.fault(&json!({"method": "POST", "path": "/collection/*", "times": 1, "action": {"drop": "after"}}));
    stage.answer("GET", "flowservice/runs", 0, 1000, 200, &json!({"items": []}));
    let ran = stage.streaming(&["--json", "--wait", "0"]).exits(1);
    assert_failed(&ran, &["events", "runs"]);
    stage.emulator.mend();
    stage.assert_clean();
}

#[test]
fn an_inlet_that_lets_everybody_in_or_nobody_fails() {
    let stage = Stage::new();
    let taken = json!({"inletId": "1", "xactionId": "1:0:0", "receivedTimeMs": 1});
    // After the sample's event and the one of a known sender.
    stage.answer("POST", "/collection/*", 2, 3, 200, &taken);
    let ran = stage.streaming(&["--json", "--auth", "token"]).exits(1);
    assert_failed(&ran, &["token-missing", "token-invalid", "token-expired"]);
    stage.emulator.mend();
    stage.answer("POST", "/collection/*", 2, 3, 200, &taken);
    let hmac = ["--json", "--auth", "hmac", "--hmac-secret-env", "HMAC_SECRET", "--hmac-encoding", "base64"];
    let ran = stage.streaming(&hmac).exits(1);
    assert_failed(&ran, &["hmac-missing", "hmac-wrong", "hmac-altered"]);
    for (arguments, name) in [(&["--json", "--auth", "token"][..], "token-valid"), (&hmac, "hmac-valid")] {
        stage.emulator.mend();
        stage.answer("POST", "/collection/*", 1, 1, 403, &json!({"title": "no"}));
        assert_failed(&stage.streaming(arguments).exits(1), &[name]);
    }
    stage.assert_clean();
}

#[test]
fn what_is_not_published_or_not_made_is_told_and_nothing_stays() {
    let stage = Stage::new();
    stage.answer("POST", "flowservice/flows", 0, 1, 400, &json!({"title": "no", "status": 400}));
    let ran = stage.streaming(&["--json"]).exits(1);
    assert_failed(&ran, &["dataflow-up"]);
    assert_eq!(checks(&ran.json(), &json!(true)), ["published", "clean-start", "clean-up"]);
    stage.assert_clean();

    let id = stage.emulator.named(STREAMING)[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/data/foundation/flowservice/flowSpecs/{GENERIC_STREAMING}");
    let mut record = stage.emulator.record("flowSpecs", GENERIC_STREAMING);
    record["sourceConnectionSpecIds"].as_array_mut().unwrap().retain(|listed| listed != &id);
    assert_eq!(stage.emulator.call("PUT", &path, Some(&record)).0, 200);
    let report = stage.streaming(&["--json"]).exits(1).json();
    let published = &report["checks"][0];
    assert_eq!((&published["name"], &published["ok"]), (&json!("published"), &json!(false)), "{published:#}");
    stage.assert_clean();

    stage.emulator.call("DELETE", &format!("/__emulator/records/connectionSpecs/{id}"), None);
    let writes = stage.emulator.writes();
    let ran = stage.streaming(&["--json"]).exits(1);
    assert_failed(&ran, &["published"]);
    assert_eq!(stage.emulator.writes(), writes);

    fs::remove_file(stage.path().join(format!(".sss/published/{STREAMING}.toml"))).unwrap();
    stage.streaming(&[]).exits(3).tells(["is not published"]);
    let nobody = stage.sss(BATCH).args(["--yes", "--auth-spec", "OAuth2 Refresh Code", "--input", "brandId=7"]);
    nobody.env("AEP_BASE_URL", "http://127.0.0.1:9").env("AEP_IMS_URL", "http://127.0.0.1:9").run().exits(4);
}

#[test]
fn what_a_clean_up_could_not_delete_is_told_and_goes_first_the_next_time() {
    let stage = Stage::new();
    stage.answer("DELETE", "flowservice/flows/*", 0, 1, 403, &json!({"title": "no", "status": 403}));
    let ran = stage.streaming(&["--json"]).exits(5).tells(["something of it stays", "sss dataflow down"]);
    assert_failed(&ran, &["clean-up"]);
    assert_eq!(ran.json()["left"], true);
    assert!(stage.state(STREAMING).is_file());
    let ran = stage.streaming(&["--json"]).exits(0);
    let clean_start = &ran.json()["checks"][1];
    assert!(clean_start["found"].as_str().unwrap().contains("had left was taken down"), "{clean_start:#}");
    stage.assert_clean();

    let ran = stage.streaming(&["--json", "--keep"]).exits(0);
    assert_eq!(ran.json()["checks"].as_array().unwrap().last().unwrap()["ok"], Value::Null);
    let down = stage.emulator.sss(stage.path());
    down.args(["dataflow", "down", &format!("{STREAMING}.verify"), "--all", "--yes"]).run().exits(0);
    stage.assert_clean();
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_takes_everything_down_and_a_killed_one_is_taken_down_by_the_next() {
    let stage = Stage::new();
    let mut child = stage.waiting();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    stage.assert_clean();
    let report = fs::read_to_string(stage.path().join("report/report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["ok"], &report["interrupted"], &report["left"]), (&json!(false), &json!(true), &json!(false)));
    assert_eq!(checks(&report, &Value::Null), ["runs", "sender-authentication"]);

    let mut child = stage.waiting();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(stage.state(STREAMING).is_file());
    stage.emulator.mend();
    let report = stage.streaming(&["--json"]).exits(0).json();
    assert!(report["checks"][1]["found"].as_str().unwrap().contains("7 records"), "{report:#}");
    stage.assert_clean();
}

#[test]
fn what_cannot_be_verified_as_asked_is_wrong_usage() {
    let stage = Stage::new();
    let writes = stage.emulator.writes();
    stage.streaming(&["--auth", "hmac"]).exits(2).tells(["there is nothing to sign with", "--hmac-secret-env"]);
    stage.streaming(&["--hmac-secret-env", "HMAC_SECRET"]).exits(2).tells(["`--auth hmac` alone"]);
    stage.streaming(&["--auth", "token", "--expired-token-env", "NONE"]).exits(2).tells(["has no token"]);
    stage.batch(&["--auth", "token"]).exits(2).tells(["for sources whose events are sent"]);
    let short = stage.sss(STREAMING).args(["--yes", "--auth", "hmac", "--hmac-secret-env", "HMAC_SECRET"]);
    short.env("HMAC_SECRET", "abc").run().exits(2).tells(["fewer than 4 letters"]);
    stage.sss(STREAMING).run().exits(2).tells(["`--yes` does it without asking"]);
    let bare = stage.emulator.sss(stage.path()).args(["verify", STREAMING, "--yes"]).run();
    bare.exits(2).tells(["there is no event to send", "--sample FILE"]);
    stage.emulator.sss(stage.path()).args(["verify", "nobody", "--yes"]).run().exits(2).tells(["no source `nobody`"]);
    assert_eq!(stage.emulator.writes(), writes);
}
