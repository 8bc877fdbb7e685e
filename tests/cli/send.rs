//! `sss dataflow send`: events from files and pipes to the emulator's inlets, told to the last of them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    emulator::Emulator,
    support::{Ran, Sss, tree},
};

const HTTP_API: &str = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb";
const DATA_LAKE: &str = "c604ff05-7f1a-43c0-8e18-33bf874cb11c";
const WITH_MAPPING: &str = "c1a19761-d2c7-4702-b9fa-fe91f0613e81";
const WITHOUT_MAPPING: &str = "d8a6f005-7eaf-4153-983e-e8574508b877";
const CONTENT_TYPE: &str = "application/vnd.adobe.xed-full+json;version=1";
const SECRET: &str = "s3cr3t-of-the-sender";

/// A dataflow in an emulator, and a folder to work in.
struct Dataflow {
    emulator: Emulator,
    folder: tempfile::TempDir,
    inlet_url: String,
    flow_id: String,
    schema_id: String,
    dataset_id: String,
}

impl Dataflow {
    /// One of the HTTP API: `raw`, whose mapping takes `id` and `first`, or `xdm`.
    fn new(data_type: &str, authenticated: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let emulator = Emulator::in_memory(folder.path());
        let post = |path: &str, body: Value| {
            let (status, answer) = emulator.call("POST", &format!("/data/foundation/{path}"), Some(&body));
            assert!((200..300).contains(&status), "{path}: {answer}");
            answer
        };
        let id = |answer: Value| answer["id"].as_str().unwrap().to_owned();
        let fields =
            ["https://ns.adobe.com/xdm/context/profile", "https://ns.adobe.com/xdm/context/profile-person-details"];
        let all_of: Vec<Value> = fields.iter().map(|field| json!({"$ref": field})).collect();
        let schema =
            post("schemaregistry/tenant/schemas", json!({"type": "object", "title": "People", "allOf": all_of}));
        let schema_id = schema["$id"].as_str().unwrap().to_owned();
        let schema_ref = json!({"id": schema_id, "contentType": CONTENT_TYPE});
        let dataset = post("catalog/dataSets", json!({"name": "People", "schemaRef": schema_ref}));
        let dataset_id = dataset[0].as_str().unwrap().strip_prefix("@/dataSets/").unwrap().to_owned();
        let target = id(post(
            "flowservice/targetConnections",
            json!({
                "name": "target",
                "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
                "data": {"format": "json", "schema": {"id": schema_id, "version": CONTENT_TYPE}},
                "params": {"dataSetId": dataset_id},
            }),
        ));
        let base = id(post(
            "flowservice/connections",
            json!({
                "name": "base",
                "providerId": "521eee4d-8cbe-4906-bb48-fb6bd4450033",
                "connectionSpec": {"id": HTTP_API, "version": "1.0"},
                "auth": {"specName": "Streaming Connection", "params": {
                    "sourceId": "acme", "dataType": data_type, "name": "acme", "authenticationRequired": authenticated,
                }},
            }),
        ));
        let source = id(post(
            "flowservice/sourceConnections",
            json!({
                "name": "source",
                "baseConnectionId": base,
                "connectionSpec": {"id": HTTP_API, "version": "1.0"},
                "data": {"format": "json"},
            }),
        ));
        let mut flow = json!({
            "name": "flow",
            "flowSpec": {"id": WITHOUT_MAPPING, "version": "1.0"},
            "sourceConnectionIds": [source],
            "targetConnectionIds": [target],
        });
        if data_type == "raw" {
            let mappings = json!([
                {"destinationXdmPath": "_id", "sourceAttribute": "id", "identity": false},
                {"destinationXdmPath": "person.name.firstName", "sourceAttribute": "first", "identity": false},
            ]);
            let set = json!({"version": 0, "xdmSchema": schema_id, "xdmVersion": "1.0", "mappings": mappings});
            let mapping = id(post("conversion/mappingSets", set));
            flow["flowSpec"]["id"] = json!(WITH_MAPPING);
            flow["transformations"] =
                json!([{"name": "Mapping", "params": {"mappingId": mapping, "mappingVersion": 0}}]);
        }
        let flow_id = id(post("flowservice/flows", flow));
        let record = emulator.record("connections", &base);
        let inlet_url = record["auth"]["params"]["inletUrl"].as_str().unwrap().to_owned();
        Self { emulator, folder, inlet_url, flow_id, schema_id, dataset_id }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The arguments that name a raw dataflow.
    fn raw(&self) -> Vec<String> {
        ["dataflow", "send", "--inlet-url", &self.inlet_url, "--flow-id", &self.flow_id].map(str::to_owned).to_vec()
    }

    /// The arguments that name one of XDM.
    fn xdm(&self) -> Vec<String> {
        let more = ["--schema-id", &self.schema_id, "--dataset-id", &self.dataset_id].map(str::to_owned);
        [self.raw(), more.to_vec()].concat()
    }

    /// A run in the environment of a person who has credentials.
    fn sss(&self) -> Sss {
        self.emulator.sss(self.folder.path()).env("SSS_RETRY_MAX_WAIT", "0.05")
    }

    /// What arrived, in the order of its ids.
    fn events(&self) -> Vec<Value> {
        let (mut events, mut after) = (Vec::new(), json!(0));
        while !after.is_null() {
            let path = format!("/__emulator/events?limit=1000&after={after}");
            let (status, mut answer) = self.emulator.call("GET", &path, None);
            assert_eq!(status, 200, "{answer}");
            events.append(answer["items"].as_array_mut().unwrap());
            after = answer["next"].take();
        }
        events.sort_by_key(|event| event["xdmEntity"]["_id"].as_str().map(str::to_owned));
        events
    }

    /// How often each id arrived.
    fn arrived(&self) -> BTreeMap<String, usize> {
        let mut arrived = BTreeMap::new();
        for event in self.events() {
            *arrived.entry(event["xdmEntity"]["_id"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        arrived
    }

    /// Has senders sign with the secret.
    fn signed(self) -> Self {
        let inlet = self.inlet_url.rsplit('/').next().unwrap();
        let body = json!({"authentication": "hmac", "secret": SECRET});
        let (status, answer) = self.emulator.call("PUT", &format!("/__emulator/inlets/{inlet}"), Some(&body));
        assert_eq!(status, 200, "{answer}");
        self
    }
}

/// Events with the ids from 1, a line each.
fn lines(count: usize) -> String {
    (1..=count).map(|number| format!("{{\"id\":\"{number:05}\",\"first\":\"Ada\"}}\n")).collect()
}

#[track_caller]
fn summary(ran: &Ran, member: &str) -> u64 {
    ran.json()["summary"][member].as_u64().unwrap()
}

#[test]
fn raw_events_arrive_as_they_are_from_a_file_or_a_pipe() {
    let dataflow = Dataflow::new("raw", false);
    dataflow
        .write("events.json", "[\n  {\"id\": \"1\", \"first\": \"Ada\"},\n  {\"id\": \"2\", \"first\": \"Bob\"}\n]\n");
    // Nobody's credentials are needed.
    let ran = Sss::in_dir(dataflow.folder.path()).args(dataflow.raw()).arg("events.json").run().exits(0);
    assert!(ran.stdout.starts_with("2 of 2 events accepted by `http://127.0.0.1:"), "{}", ran.stdout);
    assert_eq!(ran.stderr, "");
    dataflow.sss().args(dataflow.raw()).stdin("{\"id\": \"3\"}").run().exits(0);
    dataflow.sss().args(dataflow.raw()).arg("-").stdin(lines(2)).run().exits(0);
    let events = dataflow.events();
    let ids: Vec<&str> = events.iter().map(|event| event["xdmEntity"]["_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["00001", "00002", "1", "2", "3"]);
    assert_eq!(events[3]["xdmEntity"], json!({"_id": "2", "person": {"name": {"firstName": "Bob"}}}));
    assert!(events.iter().all(|event| event["valid"] == true && event["flowId"] == dataflow.flow_id.as_str()));
    assert_eq!(tree(dataflow.folder.path()), ["emulator.ready", "events.json"], "no file is left without need");
}

#[test]
fn entities_of_xdm_go_in_an_envelope_and_messages_as_they_are() {
    let dataflow = Dataflow::new("xdm", false);
    let whole = json!({
        "header": {"schemaRef": {"id": dataflow.schema_id, "contentType": CONTENT_TYPE}, "flowId": dataflow.flow_id},
        "body": {"xdmEntity": {"_id": "2"}},
    });
    dataflow.write("events.jsonl", &format!("{{ \"_id\": \"1\" }}\n{whole}\n"));
    dataflow.sss().args(dataflow.xdm()).args(["events.jsonl", "--batch", "10"]).run().exits(0);
    let events = dataflow.events();
    let schema_ref = json!({"id": dataflow.schema_id, "contentType": CONTENT_TYPE});
    assert_eq!(
        events[0]["event"],
        json!({
            "header": {
                "schemaRef": schema_ref,
                "imsOrgId": self_serve_sources::emulator::ORGANIZATION,
                "datasetId": dataflow.dataset_id,
                "flowId": dataflow.flow_id,
            },
            "body": {"xdmMeta": {"schemaRef": schema_ref}, "xdmEntity": {"_id": "1"}},
        })
    );
    assert_eq!(events[1]["event"], whole);
    let requests = dataflow.emulator.writes();
    assert!(requests.last().unwrap().starts_with("POST /collection/batch/"), "{requests:?}");
}

#[test]
fn a_dataflow_of_ours_is_known_by_its_name() {
    let dataflow = Dataflow::new("xdm", true);
    let state = format!(
        "version = 1\n\n[[dataflow]]\nplatform = \"emulator\"\norganization = \"{}\"\nsandbox = \"prod\"\nrun = \"00000000\"\n\
         kind = \"http-api\"\nform = \"xdm\"\nauthenticated = true\n\n[dataflow.results]\ninletUrl = \"{}\"\nflowId = \"{}\"\n\
         schemaId = \"{}\"\ndatasetId = \"{}\"\n",
        self_serve_sources::emulator::ORGANIZATION,
        dataflow.inlet_url,
        dataflow.flow_id,
        dataflow.schema_id,
        dataflow.dataset_id
    );
    let write = |name: &str| {
        fs::create_dir_all(dataflow.path(".sss/dataflow")).unwrap();
        dataflow.write(&format!(".sss/dataflow/{name}.toml"), &state);
    };
    let send =
        |arguments: &[&str]| dataflow.sss().args(["dataflow", "send"]).args(arguments).stdin("{\"_id\":\"1\"}").run();
    send(&[]).exits(3).tells(["no dataflow with an inlet is known", "`sss dataflow up` makes one"]);
    write("acme");
    let ran = send(&["acme"]).exits(0);
    assert!(ran.stdout.starts_with("1 of 1 event accepted by the inlet of `acme`"), "{}", ran.stdout);
    send(&[]).exits(0);
    dataflow.write("events.json", "{\"_id\":\"2\"}");
    // The only dataflow there is need not be named.
    send(&["events.json"]).exits(0);
    send(&["acme", "events.json"]).exits(0);
    send(&["acmee"]).exits(3).tells(["nothing is known of a dataflow `acmee`", "`acme`"]);
    write("other");
    send(&["events.json"]).exits(2).tells(["more than one dataflow", "`acme`, `other`"]);
    send(&["other", "-"]).exits(0);
    assert_eq!(dataflow.arrived(), BTreeMap::from([("1".into(), 3), ("2".into(), 2)]));
    // A token went along, and nobody was shown it.
    assert!(dataflow.emulator.requests().iter().any(|request| request == "POST /ims/token/v3"));
}

#[test]
fn what_up_made_is_sent_to_and_the_events_come_out_mapped() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::in_memory(folder.path());
    let sss = |arguments: &[&str]| emulator.sss(folder.path()).arg("dataflow").args(arguments);
    let event = |id: &str, plan: &str| json!({"id": id, "plan": plan, "timestamp": "2026-11-21T08:00:00Z"});
    let events = json!([event("1", "gold"), event("2", "silver")]).to_string();
    fs::write(folder.path().join("events.json"), events).unwrap();
    sss(&["up", "--http-api", "raw", "--authenticated", "--sample", "events.json", "--yes"]).run().exits(0);
    let ran = sss(&["send", "http-api-raw-authenticated", "events.json"]).run().exits(0);
    assert!(
        ran.stdout.starts_with("2 of 2 events accepted by the inlet of `http-api-raw-authenticated`"),
        "{}",
        ran.stdout
    );
    let details = "https://ns.adobe.com/xdm/context/profile-person-details";
    let up = ["up", "--http-api", "xdm", "--authenticated", "--class", "profile", "--field-group", details, "--yes"];
    sss(&up).run().exits(0);
    let entity = "{\"_id\":\"1\",\"person\":{\"name\":{\"firstName\":\"Ada\"}}}";
    sss(&["send", "http-api-xdm-authenticated"]).stdin(entity).run().exits(0);
    let (_, kept) = emulator.call("GET", "/__emulator/events", None);
    let kept = kept["items"].as_array().unwrap();
    assert_eq!(kept.len(), 3);
    assert!(kept.iter().all(|event| event["valid"] == true), "{kept:?}");
}

#[test]
fn a_token_is_shown_where_it_is_asked_for_and_renewed_when_it_is_refused() {
    let dataflow = Dataflow::new("raw", true);
    let ran = dataflow.sss().args(dataflow.raw()).stdin(lines(3)).run().exits(4);
    ran.tells(["status 401", "Ims service token is empty", "`--authenticated` shows a token", "3 events not taken"]);
    dataflow.write("events.jsonl", &lines(3));
    let ran = dataflow.sss().args(dataflow.raw()).arg("events.jsonl").run().exits(4);
    ran.tells(["nothing was taken: run it again once the cause is mended"]);
    assert!(dataflow.events().is_empty());
    // While they are under way, all tokens expire.
    dataflow
        .emulator
        .fault(&json!({"path": "/collection/*", "skip": 4, "times": 1, "action": {"expire_tokens": true}}));
    let ran =
        dataflow.sss().args(dataflow.raw()).args(["--authenticated", "--json", "-vv"]).stdin(lines(20)).run().exits(0);
    assert_eq!((summary(&ran, "accepted"), dataflow.arrived().len()), (20, 20));
    let tokens = dataflow.emulator.requests().iter().filter(|request| *request == "POST /ims/token/v3").count();
    assert_eq!(tokens, 2);
    assert!(ran.stderr.contains("> Authorization: Bearer [redacted]"), "{}", ran.stderr);
    assert!(!ran.stderr.lines().any(|line| line.contains("Bearer") && !line.contains("[redacted]")), "{}", ran.stderr);
}

#[test]
fn requests_are_signed_and_the_secret_shows_nowhere() {
    let dataflow = Dataflow::new("raw", false).signed();
    let send = |secret: &str, arguments: &[&str]| {
        let ran = dataflow
            .sss()
            .args(dataflow.raw())
            .args(["--hmac-secret-env", "ACME_SECRET", "-vv"])
            .args(arguments)
            .env("ACME_SECRET", secret)
            .stdin(lines(4))
            .run();
        for written in [&ran.stdout, &ran.stderr] {
            assert!(!written.contains(secret), "{written}");
        }
        ran
    };
    send(SECRET, &[]).exits(0);
    send(SECRET, &["--hmac-encoding", "base64", "--batch", "3"]).exits(0).tells(["> x-hmac-sha256: [redacted]"]);
    assert!(dataflow.arrived().values().all(|count| *count == 2));
    send("another-secret", &[]).exits(4).tells(["HMAC signature does not match the body", "`--hmac-encoding`"]);
    dataflow.sss().args(dataflow.raw()).stdin("{}").run().exits(4).tells(["HMAC signature is missing"]);
    let secret = dataflow.sss().args(dataflow.raw()).args(["--hmac-secret-env", SECRET]).stdin("{}").run().exits(2);
    assert!(
        secret.stderr.contains("takes the name of a variable") && !secret.stderr.contains(SECRET),
        "{}",
        secret.stderr
    );
    let unset = dataflow.sss().args(dataflow.raw()).args(["--hmac-secret-env", "NO_SUCH"]).stdin("{}").run().exits(2);
    unset.tells(["the environment variable `NO_SUCH` is not set"]);
    assert_eq!(dataflow.events().len(), 8);
}

#[test]
fn a_partly_refused_batch_is_told_event_by_event_and_can_be_sent_again() {
    let dataflow = Dataflow::new("xdm", false);
    let foreign = |id: &str| {
        json!({
            "header": {"schemaRef": {"id": dataflow.schema_id}, "imsOrgId": "other@AdobeOrg", "flowId": dataflow.flow_id},
            "body": {"xdmEntity": {"_id": id}},
        })
        .to_string()
    };
    let input = format!("{{\"_id\":\"1\"}}\n{}\n{{\"_id\":\"3\"}}\nno json\n{}\n", foreign("2"), foreign("4"));
    dataflow.write("events.jsonl", &input);
    let ran = dataflow.sss().args(dataflow.xdm()).args(["--batch", "10", "events.jsonl"]).run().exits(1).tells([
        "event 4 (line 4, column 2) is refused: it is not JSON: expected ident",
        "event 2 (line 2) is refused: status 400: Message has an absent or wrong ims org in the header",
        "3 events not taken, kept in `events-refused.jsonl`",
    ]);
    assert!(ran.stdout.starts_with("2 of 5 events accepted"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("     2  status 400: Message has an absent or wrong ims org in the header\n"),
        "{}",
        ran.stdout
    );
    let mut kept: Vec<String> = dataflow.read("events-refused.jsonl").lines().map(str::to_owned).collect();
    kept.sort();
    assert_eq!(kept, ["no json".to_owned(), foreign("2"), foreign("4")]);
    // Mended, it is an input as any other.
    let mended = dataflow.read("events-refused.jsonl").replace("no json", "{\"_id\":\"5\"}");
    dataflow.write("events-refused.jsonl", &mended.replace(",\"imsOrgId\":\"other@AdobeOrg\"", ""));
    dataflow.sss().args(dataflow.xdm()).args(["--batch", "2", "events-refused.jsonl"]).run().exits(0);
    assert_eq!(
        dataflow.arrived().into_iter().collect::<Vec<_>>(),
        (1..=5).map(|id| (id.to_string(), 1)).collect::<Vec<_>>()
    );
}

#[test]
fn a_validated_event_is_refused_with_the_platform_s_causes() {
    let dataflow = Dataflow::new("xdm", false);
    let input = "{\"_id\":\"1\"}\n{\"_id\":7,\"workEmail\":{}}\n";
    let ran = dataflow.sss().args(dataflow.xdm()).args(["--sync-validation", "--json"]).stdin(input).run().exits(1);
    let refusals = &ran.json()["refusals"];
    assert_eq!((refusals[0]["event"].as_u64(), refusals[0]["status"].as_u64()), (Some(2), Some(400)));
    let message = refusals[0]["message"].as_str().unwrap();
    for part in ["Message is invalid", "extraneous key [workEmail] is not permitted", "#/_id: expected type: String"] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(ran.json()["refused_file"], json!({"path": "events-refused.jsonl", "events": 1}));
    assert_eq!(dataflow.arrived(), BTreeMap::from([("1".into(), 1)]));
    let usage = dataflow.sss().args(dataflow.xdm()).args(["--sync-validation", "--batch", "2"]).stdin(input).run();
    usage.exits(2).tells(["cannot be used with"]);
}

#[test]
fn what_passes_is_waited_for_and_nothing_is_lost() {
    let dataflow = Dataflow::new("raw", false);
    let faults = [
        json!({"status": 429, "retry_after": 0}),
        json!({"status": 503, "retry_after": 0}),
        json!({"status": 500}),
        json!({"drop": "before"}),
        json!({"drop": "after"}),
        json!({"truncate": 5}),
    ];
    for (number, action) in faults.iter().enumerate() {
        let path = "/collection/**";
        dataflow.emulator.fault(&json!({"path": path, "skip": 5 + 3 * number, "times": 2, "action": action}));
    }
    dataflow.write("events.jsonl", &lines(60));
    let ran = dataflow.sss().args(dataflow.raw()).args(["--json", "events.jsonl"]).run().exits(0);
    assert_eq!((summary(&ran, "accepted"), summary(&ran, "refused")), (60, 0));
    assert_eq!(summary(&ran, "requests") - summary(&ran, "repeated"), 60);
    assert!(summary(&ran, "repeated") >= 12, "{}", ran.stdout);
    let arrived = dataflow.arrived();
    assert_eq!(arrived.len(), 60);
    // Those whose answer was lost are there twice, and were told.
    let twice = arrived.values().filter(|count| **count > 1).count() as u64;
    assert!((1..=summary(&ran, "perhaps_twice")).contains(&twice), "{twice} {}", ran.stdout);
    // A wait that is too long is told, with where to go on.
    dataflow.emulator.mend();
    let busy = json!({"status": 429, "retry_after": 3600});
    dataflow.emulator.fault(&json!({"path": "/collection/**", "skip": 30, "action": busy}));
    let one = ["events.jsonl", "--concurrency", "1"];
    let ran = dataflow.sss().args(dataflow.raw()).args(one).run().exits(5);
    let ran = ran.tells(["the platform asks to wait 3600 s", "run it again with `--skip 30`", "`SSS_RETRY_MAX_WAIT`"]);
    assert!(ran.stdout.starts_with("30 of "), "{}", ran.stdout);
    dataflow.emulator.mend();
    dataflow.sss().args(dataflow.raw()).args(["events.jsonl", "--skip", "30"]).run().exits(0);
    assert!(dataflow.arrived().values().all(|count| *count >= 2));
}

#[test]
fn nobody_there_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = ["dataflow", "send", "--inlet-url", "http://127.0.0.1:1/collection/1"];
    let ran = Sss::in_dir(folder.path()).args(nobody).stdin("{}").run().exits(4);
    ran.tells(["did not reach `127.0.0.1:1`", "is `sss emulate` running there?"]);
    // What came from a pipe is not to be had again.
    assert_eq!(fs::read_to_string(folder.path().join("events-refused.jsonl")).unwrap(), "{}\n");
}

#[test]
fn inputs_that_cannot_be_sent_are_told() {
    let dataflow = Dataflow::new("raw", false);
    let send = |input: &str, arguments: &[&str]| dataflow.sss().args(dataflow.raw()).args(arguments).stdin(input).run();
    send("", &[]).exits(3).tells(["the input holds no event"]);
    send("{}", &["--skip", "1"]).exits(3).tells(["holds 1 event, and all were skipped"]);
    send("", &["no-such-file"]).exits(2).tells(["could not read `no-such-file`"]);
    send("", &["."]).exits(2).tells(["could not read `.`"]);
    send("{}", &["a", "b"]).exits(2).tells(["`--inlet-url` takes the place of a dataflow's name"]);
    send("[{\"id\":\"1\"},\n{\"id\":", &[])
        .exits(5)
        .tells(["line 2, column 1: the text ends within event 2, before the array does", "`--skip 1`"]);
    send("{\"id\":", &[]).exits(4);
    dataflow.write("taken", "x");
    send("{}", &["--refused", "taken"]).exits(2).tells(["`taken` is there already"]);
    for bad in [["--rate", "0"], ["--concurrency", "65"], ["--batch", "0"], ["--flow-id", "a b"]] {
        send("{}", &bad).exits(2);
    }
    let large = format!("{{\"id\":\"2\",\"first\":\"{}\"}}", "x".repeat(11_000));
    send(&large, &[]).exits(0).tells(["1 event larger than the 10 kB"]);
    let too_large = format!("{{\"id\":\"3\",\"first\":\"{}\"}}\n{{\"id\":\"4\"}}", "x".repeat(1 << 20));
    let ran =
        send(&too_large, &["--refused", "kept"]).exits(1).tells(["event 1 (line 1) is refused: larger than 1 MB"]);
    assert!(ran.stdout.contains("     1  larger than 1 MB, which no inlet takes\n"), "{}", ran.stdout);
    assert_eq!(dataflow.read("kept").len(), too_large.lines().next().unwrap().len() + 1);
    let bad = Sss::in_dir(dataflow.folder.path())
        .args(["dataflow", "send", "--inlet-url", "http://inlet.example/collection/1"])
        .stdin("{}")
        .run();
    bad.exits(2).tells(["it does not begin with `https://`"]);
}

#[test]
fn a_rate_is_kept() {
    let dataflow = Dataflow::new("raw", false);
    let begun = Instant::now();
    let ran = dataflow.sss().args(dataflow.raw()).args(["--rate", "20", "--json"]).stdin(lines(21)).run().exits(0);
    assert!(begun.elapsed() >= Duration::from_millis(950), "{:?}", begun.elapsed());
    assert_eq!(summary(&ran, "accepted"), 21);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_after_what_is_under_way_and_the_next_run_goes_on() {
    let dataflow = Dataflow::new("raw", false);
    dataflow.write("events.jsonl", &lines(2000));
    let interrupted = |more: &[&str]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sss"))
            .current_dir(dataflow.folder.path())
            .args(dataflow.raw())
            .args(["events.jsonl", "--json", "--rate", "200"])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        let before = dataflow.events().len();
        while dataflow.events().len() < before + 20 {
            assert!(begun.elapsed() < Duration::from_secs(30) && child.try_wait().unwrap().is_none());
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        let result: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(result["summary"]["ended"], "interrupted");
        result
    };
    let first = interrupted(&[]);
    let skip = first["summary"]["resume_with_skip"].as_u64().unwrap();
    let kept = |result: &Value| result["refused_file"]["events"].as_u64().unwrap_or(0);
    assert_eq!(first["summary"]["accepted"].as_u64().unwrap() + kept(&first), skip, "{first}");
    let second = interrupted(&["--skip", &skip.to_string()]);
    let skip = second["summary"]["resume_with_skip"].as_u64().unwrap().to_string();
    dataflow.sss().args(dataflow.raw()).args(["events.jsonl", "--skip", &skip, "--batch", "100"]).run().exits(0);
    for result in [&first, &second] {
        if let Some(path) = result["refused_file"]["path"].as_str() {
            dataflow.sss().args(dataflow.raw()).arg(Path::new(path)).run().exits(0);
        }
    }
    let arrived = dataflow.arrived();
    assert_eq!(arrived.len(), 2000);
    assert!(arrived.values().all(|count| *count == 1), "none was under way without an answer");
}
