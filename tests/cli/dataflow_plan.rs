//! `sss dataflow up` with `--plan`, `--curl` and `--postman`: nothing is sent, and what is printed makes the same as the plan
//! says.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    emulator::Emulator,
    publish::{BATCH, STREAMING, example, publish},
    support::tree,
};

const SAMPLE: &str = r#"[
    {"event_id": "a", "occurredAt": "2026-01-31T08:00:00Z", "points": 5, "member": {"name": "Ada"}, "tags": ["x", "y"]},
    {"event_id": "b", "occurredAt": "2026-01-31T09:00:00Z", "points": 7, "member": {"name": "Bob"}, "tags": []}
]"#;

/// Every way, with the flags it takes.
const WAYS: [(&str, &[&str]); 8] = [
    ("streaming", &[STREAMING, "--sample", "sample.json"]),
    (
        "batch, key",
        &[BATCH, "--auth-spec", "API Key Authentication", "--input", "brandId=7", "--sample", "sample.json"],
    ),
    (
        "batch, token",
        &[
            BATCH,
            "--auth-spec",
            "OAuth2 Refresh Code",
            "--input",
            "brandId=7",
            "--sample",
            "sample.json",
            "--frequency",
            "minute",
            "--interval",
            "15",
            "--start-time",
            "1625040887",
        ],
    ),
    ("xdm", &["--http-api", "xdm", "--class", "profile", "--field-group", PERSONAL]),
    ("xdm, known senders", &["--http-api", "xdm", "--authenticated", "--class", "experience-event"]),
    ("raw", &["--http-api", "raw", "--sample", "sample.json", "--look-up-flow-spec"]),
    (
        "raw, known senders",
        &["--http-api", "raw", "--authenticated", "--sample", "sample.json", "--mapping-form", "xdm-schema"],
    ),
    (
        "raw, mapped by a file",
        &["--http-api", "raw", "--class", "profile", "--field-group", PERSONAL, "--mapping", "mapping.csv"],
    ),
];
const PERSONAL: &str = "https://ns.adobe.com/xdm/context/profile-personal-details";

/// The example with a sample and a mapping, its sources published.
fn published() -> (TempDir, Emulator) {
    let directory = example();
    fs::write(directory.path().join("sample.json"), SAMPLE).unwrap();
    fs::write(directory.path().join("mapping.csv"), "source,destination\nmail,personalEmail.address\n").unwrap();
    let emulator = Emulator::in_memory(directory.path());
    publish(&emulator, &directory, &[]).exits(0);
    (directory, emulator)
}

fn up(emulator: &Emulator, directory: &Path, arguments: &[&str], more: &[&str]) -> crate::support::Ran {
    emulator.sss(directory).args(["dataflow", "up"]).args(arguments).args(more).run()
}

/// Where the record of a result is.
fn address(name: &str, id: &str) -> Option<String> {
    let encoded = id.replace(':', "%3A").replace('/', "%2F");
    let path = match name {
        "baseConnectionId" => format!("flowservice/connections/{id}"),
        "sourceConnectionId" => format!("flowservice/sourceConnections/{id}"),
        "targetConnectionId" => format!("flowservice/targetConnections/{id}"),
        "flowId" => format!("flowservice/flows/{id}"),
        "datasetId" => format!("catalog/dataSets/{id}"),
        "mappingSetId" => format!("conversion/mappingSets/{id}"),
        "fieldGroupId" => format!("schemaregistry/tenant/fieldgroups/{encoded}"),
        "schemaId" => format!("schemaregistry/tenant/schemas/{encoded}"),
        _ => return None,
    };
    Some(format!("/data/foundation/{path}"))
}

/// What the results are on the platform, without what is different each time; their ids by their names.
fn holds(emulator: &Emulator, results: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    let volatile = [
        "createdAt",
        "updatedAt",
        "created",
        "updated",
        "createdDate",
        "modifiedDate",
        "etag",
        "version",
        "providerRefId",
        "inletId",
        "inletUrl",
        "meta:altId",
        "meta:registryMetadata",
        "lastOperation",
        "files",
        "startTime",
    ];
    fn strip(value: &mut Value, volatile: &[&str]) {
        match value {
            Value::Object(members) => {
                let is_random =
                    |value: &Value| value.as_str().is_some_and(|text| text.len() == 32 && !text.contains('-'));
                members.retain(|name, value| match name.as_str() {
                    // The version of what is referred to stays.
                    "version" => value == "1.0" || value == 0,
                    "id" => !is_random(value),
                    name => !volatile.contains(&name),
                });
                members.values_mut().for_each(|value| strip(value, volatile));
            }
            Value::Array(items) => items.iter_mut().for_each(|value| strip(value, volatile)),
            _ => {}
        }
    }
    let mut held = BTreeMap::new();
    for (name, id) in results {
        let Some(path) = address(name, id) else { continue };
        let accept =
            if path.contains("schemaregistry") { Some("application/vnd.adobe.xed+json; version=1") } else { None };
        let (status, mut record) = emulator.read(&path, accept);
        assert_eq!(status, 200, "{name}: {record}");
        strip(&mut record, &volatile);
        let mut text = record.to_string();
        for (name, id) in results {
            text = text.replace(id, &format!("{{{name}}}"));
        }
        held.insert(name.clone(), serde_json::from_str(&text).unwrap());
    }
    held
}

/// Sends the requests of a plan as it prints them, and tells the results.
fn carried_out(emulator: &Emulator, plan: &Value) -> BTreeMap<String, String> {
    let mut results = BTreeMap::new();
    for step in plan["steps"].as_array().unwrap() {
        let filled = |text: String| {
            let fill = |text: String, (name, value): (&String, &String)| text.replace(&format!("{{{name}}}"), value);
            results.iter().fold(text, fill).replace("{subdomain}", "acme").replace("{accessToken}", "a\\\"b")
        };
        let path = filled(step["path"].as_str().unwrap().to_owned()).replace("{authKey1}", "key");
        let body = step["body"].is_object().then(|| filled(step["body"].to_string()).replace("{authKey1}", "k"));
        let body: Option<Value> = body.map(|body| serde_json::from_str(&body).unwrap());
        let (status, answer) = emulator.call(step["method"].as_str().unwrap(), &path, body.as_ref());
        assert!((200..300).contains(&status), "{}: {answer}", step["title"]);
        if let Some(expected) = step["expects"].as_object() {
            assert_eq!(answer.pointer(expected["pointer"].as_str().unwrap()), Some(&expected["value"]));
        }
        for take in step["takes"].as_array().unwrap() {
            let told = answer.pointer(take["pointer"].as_str().unwrap()).unwrap().as_str().unwrap();
            let name = take["name"].as_str().unwrap();
            results.insert(name.to_owned(), told.trim_start_matches("@/dataSets/").to_owned());
        }
    }
    results
}

#[test]
fn a_plan_is_printed_and_nothing_is_sent() {
    let (directory, emulator) = published();
    let (before, writes) = (tree(directory.path()), emulator.writes().len());
    for (way, arguments) in WAYS {
        let text = up(&emulator, directory.path(), arguments, &["--plan"]).exits(0).stdout;
        let json = up(&emulator, directory.path(), arguments, &["--plan", "--json"]).exits(0).json();
        assert_eq!(json["version"], 1, "{way}");
        assert_eq!(json["missing"], json!([]), "{way}: it is published");
        for step in json["steps"].as_array().unwrap() {
            assert!(
                text.contains(step["title"].as_str().unwrap()) && text.contains(step["path"].as_str().unwrap()),
                "{way}"
            );
        }
        // The same flags, the same recipe; but for the moment that it starts at.
        let again = up(&emulator, directory.path(), arguments, &["--plan"]).exits(0).stdout;
        let lines =
            |text: &str| text.lines().filter(|line| !line.contains("startTime")).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(&text), lines(&again), "{way}");
    }
    assert_eq!(emulator.writes().len(), writes);
    assert_eq!(tree(directory.path()), before);
}

#[cfg(unix)]
#[test]
fn the_commands_make_what_the_plan_says() {
    let (directory, emulator) = published();
    for (way, arguments) in WAYS {
        let plan = up(&emulator, directory.path(), arguments, &["--plan", "--json"]).exits(0).json();
        let by_plan = carried_out(&emulator, &plan);
        let script = up(&emulator, directory.path(), arguments, &["--curl"]).exits(0).stdout;
        assert!(!script.contains("Bearer emulator") && !script.contains("a\"b"), "{script}");
        let ran = shell(directory.path(), &script);
        let (stdout, stderr) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
        assert!(ran.status.success(), "{way}\n{script}\n{stdout}\n{stderr}");
        let by_shell: BTreeMap<String, String> = stdout
            .lines()
            .map(|line| line.split_once(": ").map(|(name, id)| (name.to_owned(), id.to_owned())).unwrap())
            .collect();
        assert_eq!(by_shell.keys().collect::<Vec<_>>(), by_plan.keys().collect::<Vec<_>>(), "{way}");
        let (expected, made) = (holds(&emulator, &by_plan), holds(&emulator, &by_shell));
        assert!(expected.len() >= 5, "{expected:#?}");
        assert_eq!(made, expected, "{way}");
        let url = by_shell.get("inletUrl");
        assert_eq!(url.is_some(), !way.starts_with("batch"), "{way}");
        // What is sampled can be sent.
        if let Some(url) = url.filter(|_| arguments.contains(&"sample.json")) {
            let inlet = url.strip_prefix(&emulator.base_url).unwrap();
            for event in serde_json::from_str::<Vec<Value>>(SAMPLE).unwrap() {
                let flow = &by_shell["flowId"];
                let path = format!("{inlet}?x-adobe-flow-id={flow}");
                assert_eq!(emulator.call("POST", &path, Some(&event)).0, 200, "{way}");
            }
            let path = format!("/__emulator/events?flowId={}", by_shell["flowId"]);
            let events = emulator.call("GET", &path, None).1["items"].clone();
            assert_eq!(events.as_array().unwrap().len(), 2, "{way}");
            for event in events.as_array().unwrap() {
                assert_eq!(event["valid"], true, "{way}: {event:#}");
                assert_eq!(event["xdmEntity"]["_emulator"]["member"], event["event"]["member"], "{way}");
                assert_eq!(event["xdmEntity"]["timestamp"], event["event"]["occurredAt"], "{way}");
            }
        }
    }
}

#[cfg(unix)]
fn shell(directory: &Path, script: &str) -> std::process::Output {
    let curl = std::process::Command::new("curl").arg("--version").output();
    assert!(curl.is_ok_and(|ran| ran.status.success()), "this test runs `curl`, which is not installed");
    std::process::Command::new("sh")
        .args(["-c", script])
        .current_dir(directory)
        .env("ACCESS_TOKEN", "emulator")
        .env("API_KEY", "emulator")
        .env("SSS_SOURCE_SUBDOMAIN", "acme")
        .env("SSS_SOURCE_ACCESS_TOKEN", "a\"b")
        .env("SSS_SOURCE_AUTH_KEY1", "k\\e'y\t\n\"$(id)")
        .env("no_proxy", "*")
        .output()
        .unwrap()
}

#[cfg(unix)]
#[test]
fn the_commands_stop_where_something_fails() {
    let (directory, emulator) = published();
    let (_, key) = WAYS[1];
    let script = up(&emulator, directory.path(), key, &["--curl"]).exits(0).stdout;
    let count =
        || emulator.call("GET", "/data/foundation/flowservice/sourceConnections?count=true", None).1["count"].clone();
    // The source lets nobody in whose key is `invalid`.
    let refused = shell(directory.path(), &script.replace("${SSS_SOURCE_SUBDOMAIN_JSON}", "invalid"));
    assert!(!refused.status.success());
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("does not let us in") && told.contains("\"result\":false"), "{told}");
    assert_eq!(count(), 0);
    // A refusal of the platform is shown.
    let refused = shell(directory.path(), &script.replace("\"specName\": \"API", "\"specName\": \"No API"));
    assert!(!refused.status.success());
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("failed: Create the base connection") && told.contains("1415-400"), "{told}");
    // A secret that is not set is asked for before anything is sent.
    let asked = shell(directory.path(), &script.replace("SSS_SOURCE_AUTH_KEY1", "SSS_SOURCE_OTHER"));
    assert!(!asked.status.success());
    assert!(String::from_utf8(asked.stderr).unwrap().contains("set SSS_SOURCE_OTHER"));
    assert_eq!(count(), 0);
}

#[test]
fn a_collection_is_written() {
    let (directory, emulator) = published();
    for (way, arguments) in WAYS {
        up(&emulator, directory.path(), arguments, &["--postman", "collection.json"]).exits(0);
        let text = fs::read_to_string(directory.path().join("collection.json")).unwrap();
        let collection: Value = serde_json::from_str(&text).unwrap();
        assert!(collection["info"]["schema"].as_str().unwrap().contains("v2.1.0"), "{way}");
        assert!(!text.contains("\"Bearer"), "{way}");
        let variables = collection["variable"].as_array().unwrap();
        for variable in variables.iter().filter(|variable| variable["type"] == "secret") {
            assert_eq!(variable["value"], "", "{way}");
        }
        let plan = up(&emulator, directory.path(), arguments, &["--plan", "--json"]).exits(0).json();
        let items = collection["item"].as_array().unwrap();
        assert_eq!(items.len(), plan["steps"].as_array().unwrap().len() + 1, "{way}: the token comes first");
        // Each variable that a request takes is one of the collection, or set by a script before it.
        for name in text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name) {
            let known = variables.iter().any(|variable| variable["key"] == name);
            assert!(known || text.contains(&format!("pm.variables.set('{name}'")), "{way}: {name}");
        }
        let printed = up(&emulator, directory.path(), arguments, &["--postman", "-"]).exits(0).stdout;
        assert_eq!(printed.lines().count(), text.lines().count(), "{way}");
    }
}

#[test]
fn without_an_account_a_plan_is_printed_all_the_same() {
    let directory = example();
    fs::write(directory.path().join("sample.json"), SAMPLE).unwrap();
    let sss = |arguments: &[&str]| {
        crate::support::Sss::in_dir(directory.path()).args(["dataflow", "up"]).args(arguments).run()
    };
    let plan = sss(&[STREAMING, "--sample", "sample.json", "--plan"]).exits(0).stdout;
    assert!(
        plan.contains("\"id\": \"{connectionSpecId}\"") && plan.contains("note: {connectionSpecId} is not known"),
        "{plan}"
    );
    let collection = sss(&[STREAMING, "--sample", "sample.json", "--postman", "-"]).exits(0).stdout;
    assert!(
        collection.contains("\"{{connectionSpecId}}\"") || collection.contains("{{connectionSpecId}}"),
        "{collection}"
    );
    sss(&[STREAMING, "--sample", "sample.json", "--curl"]).exits(2);
}

#[test]
fn credentials_come_from_a_file_or_the_environment_and_are_in_no_print() {
    let (directory, emulator) = published();
    let auth = r#"{"subdomain": "acme", "accessToken": "hidden"}"#;
    fs::write(directory.path().join("auth.json"), auth).unwrap();
    let arguments = [
        BATCH,
        "--auth-spec",
        "OAuth2 Refresh Code",
        "--input",
        "brandId=7",
        "--sample",
        "sample.json",
        "--start-time",
        "2026-01-31T09:00:00+01:00",
        "--frequency",
        "day",
        "--interval",
        "2",
        "--backfill",
        "false",
    ];
    for more in [&["--auth-file", "auth.json"][..], &[]] {
        for print in [&["--plan"][..], &["--plan", "--json"], &["--curl"], &["--postman", "-"]] {
            let ran =
                emulator.sss(directory.path()).env("SSS_SOURCE_REFRESH_TOKEN", "hidden too").args(["dataflow", "up"]);
            let ran = ran.args(arguments).args(more).args(print).run().exits(0);
            assert!(!ran.stdout.contains("hidden") && !ran.stderr.contains("hidden"), "{}", ran.stdout);
        }
        let ran = emulator.sss(directory.path()).env("SSS_SOURCE_REFRESH_TOKEN", "hidden too").args(["dataflow", "up"]);
        let plan = ran.args(arguments).args(more).args(["--plan", "--json"]).run().exits(0).json();
        let params = &plan["steps"][0]["body"]["auth"]["params"];
        assert_eq!(
            (&params["accessToken"], &params["refreshToken"]),
            (&json!("{accessToken}"), &json!("{refreshToken}"))
        );
        let schedule =
            plan["steps"].as_array().unwrap().iter().find_map(|step| step["body"].get("scheduleParams")).unwrap();
        let wanted = json!({"startTime": 1_769_846_400, "frequency": "day", "interval": 2, "backfill": false});
        assert_eq!(*schedule, wanted);
    }
}

#[test]
fn what_is_asked_for_wrongly_is_told() {
    let (directory, emulator) = published();
    let told =
        |arguments: &[&str], code: i32| up(&emulator, directory.path(), arguments, &["--plan"]).exits(code).stderr;
    fs::write(directory.path().join("auth.json"), "{\"authKey1\": \"hidden\", \"authkey\": \"hidden\"}").unwrap();
    fs::write(directory.path().join("broken.json"), "{\"authKey1\": \"hidden\"").unwrap();
    fs::write(directory.path().join("wrong.csv"), "event_ID,_id\n").unwrap();
    let (_, key) = WAYS[1];
    for (more, contains) in [
        (&["--auth-file", "auth.json"][..], "no field `authkey`"),
        (&["--auth-file", "broken.json"], "is no JSON object (line 1"),
        (&["--auth-file", "none.json"], "could not read"),
        (&["--input", "brandId"], "has no `=`"),
        (&["--input", "brand=1"], "did you mean `brandId`?"),
        (&["--start-time", "tomorrow"], "no time to start at"),
        (&["--mapping", "wrong.csv"], "no event of the sample has `event_ID`"),
        (&["--frequency", "hour"], "`--interval`"),
    ] {
        let told = told(&[key, more].concat(), 2);
        assert!(told.contains(contains), "{more:?}: {told}");
        assert!(!told.contains("hidden"), "{told}");
    }
    assert!(told(&["no-such-source", "--sample", "sample.json"], 2).contains("no-such-source"));
    assert!(told(&[], 2).contains("SOURCE"));
    assert!(told(&["--authenticated", STREAMING], 2).contains("cannot be used with"));
    assert!(told(&["--authenticated"], 2).contains("--http-api"));
}
