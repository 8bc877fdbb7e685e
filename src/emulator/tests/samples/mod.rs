//! What the tutorials print, in words of our own: each request is taken, and each answer has every member of the printed one, of the
//! same type. Where the emulator does not answer as a page prints it, docs/emulator.md says why.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    dataflows::{GENERIC_STREAMING, WITHOUT_MAPPING, envelope},
    *,
};

const REQUESTS: &str = include_str!("requests.json");
const RESPONSES: &str = include_str!("responses.json");

/// The printed answers, and which of them have been held against an answer.
struct Printed {
    all: BTreeMap<String, Value>,
    seen: BTreeSet<String>,
}

impl Printed {
    fn read() -> Self {
        Self { all: serde_json::from_str(RESPONSES).unwrap(), seen: BTreeSet::new() }
    }

    #[track_caller]
    fn hold(&mut self, name: &str, answer: &Value) {
        let printed = self.all.get(name).unwrap_or_else(|| panic!("no answer `{name}` is printed"));
        let mut missing = Vec::new();
        compare(printed, answer, "", &mut missing);
        assert!(missing.is_empty(), "{name}: {}\n{answer:#}", missing.join("; "));
        self.seen.insert(name.to_owned());
    }
}

/// Every member that is printed must be there, of its type; what stands for a fixed word must be that word.
fn compare(printed: &Value, answer: &Value, at: &str, missing: &mut Vec<String>) {
    match (printed, answer) {
        (Value::Object(printed), Value::Object(answer)) => {
            for (name, printed) in printed {
                match answer.get(name) {
                    Some(answer) => compare(printed, answer, &format!("{at}/{name}"), missing),
                    None => missing.push(format!("{at}/{name} is missing")),
                }
            }
        }
        (Value::Array(printed), Value::Array(answer)) => {
            for (number, printed) in printed.iter().enumerate() {
                match answer.get(number) {
                    Some(answer) => compare(printed, answer, &format!("{at}/{number}"), missing),
                    None => missing.push(format!("{at}/{number} is missing")),
                }
            }
        }
        (Value::String(printed), Value::String(answer)) => {
            let is_wrong = match printed.as_str() {
                "a" | "prod" | "1.0" | "#" | "string" => answer.is_empty(),
                tag if tag.starts_with('"') => !(answer.starts_with('"') && answer.ends_with('"')),
                // Numbers divided by colons: as many of them.
                id if id.contains(':') && !id.contains("//") => {
                    answer.split(':').count() != id.split(':').count()
                        || answer.split(':').any(|part| part.parse::<u64>().is_err())
                }
                word => answer != word,
            };
            if is_wrong {
                missing.push(format!("{at} is `{answer}`, not like `{printed}`"));
            }
        }
        (Value::Number(printed), Value::Number(answer)) if printed.is_u64() == answer.is_u64() => {}
        (Value::Bool(_), Value::Bool(_)) => {}
        _ => missing.push(format!("{at} is {answer}, not like {printed}")),
    }
}

/// What the requests refer to and the pages have made before.
fn made_before(stage: &Stage) -> BTreeMap<String, String> {
    let mut own = batch("own");
    own["authSpec"] = json!([{"name": "OAuth own", "type": "OAuth2RefreshCode", "spec": {"type": "object"}}]);
    let own = stage.post(&format!("{FLOW_SERVICE}/connectionSpecs"), &own).expect(201);
    let target = stage.target();
    let streaming = stage.made(
        "sourceConnections",
        &json!({"name": "s", "connectionSpec": {"id": GENERIC_STREAMING, "version": "1.0"}, "data": {"format": "json"}}),
    );
    let mapping = stage.mapping_set(&target.schema_id);
    [
        ("ownSpec", own.body["id"].as_str().unwrap().to_owned()),
        ("target", target.connection_id),
        ("streaming", streaming),
        ("mapping", mapping),
    ]
    .into_iter()
    .map(|(name, id)| (name.to_owned(), id))
    .collect()
}

#[test]
fn what_the_pages_send_is_taken_and_answered_as_they_print_it() {
    let stage = Stage::new();
    let mut printed = Printed::read();
    let mut known = made_before(&stage);
    let requests: Vec<Value> = serde_json::from_str(REQUESTS).unwrap();
    for request in &requests {
        let body =
            known.iter().fold(request["body"].to_string(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id));
        let path = format!("{FLOW_SERVICE}/{}", request["path"].as_str().unwrap());
        let answer = stage.post(&path, &serde_json::from_str(&body).unwrap());
        assert_eq!(answer.status, 201, "{}: {:#}", request["name"], answer.body);
        printed.hold("written", &answer.body);
        if let Some(name) = request["as"].as_str() {
            known.insert(name.to_owned(), answer.body["id"].as_str().unwrap().to_owned());
        }
    }
    let get = |path: &str| stage.get(&format!("{FLOW_SERVICE}/{path}")).expect(200).body;
    printed.hold("flow that streams", &get(&format!("flows/{}", known["flow"])));
    printed.hold("count", &get("flows?property=state==enabled&count=true"));
    printed.hold("columns", &get("connectionSpecs/0a27232b-2c6e-4396-b8c6-c9fc24e37ba4/configs"));
    printed.hold("columns", &get(&format!("connections/{}/configs", known["base"])));
    let explore =
        format!("connections/{}/explore?objectType=rest&object=json&fileType=json&preview=true", known["base"]);
    printed.hold("explored", &get(&explore));
    printed.hold("connection spec that is read", &get("connectionSpecs?property=name==zendesk"));
    printed.hold("flow spec that is read", &get("flowSpecs?property=name==%22CloudStorageToAEP%22"));
    let runs = get("runs");
    let run = runs["items"][0]["id"].as_str().unwrap();
    let tag = runs["items"][0]["etag"].as_str().unwrap();
    let flow = json!({"flowId": runs["items"][0]["flowId"]});
    let path = format!("{FLOW_SERVICE}/runs/{run}");
    printed.hold("replaced run", &stage.try_write("PUT", &path, &[("if-match", tag)], &flow).unwrap().expect(200).body);
    inlets(&stage, &mut printed);
    refusals(stage, &mut printed);
    let all: BTreeSet<String> = printed.all.keys().cloned().collect();
    assert_eq!(all.difference(&printed.seen).collect::<Vec<_>>(), [] as [&String; 0]);
}

fn inlets(stage: &Stage, printed: &mut Printed) {
    let (base, source) = stage.http_api("xdm", false);
    let path = format!("{FLOW_SERVICE}/connections/{base}");
    let (_, tag) = stage.record(&path);
    let describe = json!([{"op": "add", "path": "/description", "value": "where the events come in"}]);
    printed.hold("written", &stage.patch(&path, &tag, &describe).expect(200).body);
    printed.hold("connection of the HTTP API", &stage.get(&path).expect(200).body);
    let target = stage.target();
    let flow = stage.flow(WITHOUT_MAPPING, &source, &target.connection_id, None);
    let set = json!({"xdmSchema": target.schema_id, "xdmVersion": "1.0",
        "mappings": [{"destinationXdmPath": "_id", "sourceAttribute": "a", "identity": false, "version": 0}]});
    printed.hold("mapping set", &stage.post("/data/foundation/conversion/mappingSets", &set).expect(200).body);
    let inlet = stage.inlet_of_connection(&base);
    let event = |id: Value| envelope(&target, &flow, &json!({"_id": id}));
    let send =
        |query: &str, id: Value, status: u16| stage.post(&format!("{inlet}{query}"), &event(id)).expect(status).body;
    printed.hold("event", &send("", json!("1"), 200));
    printed.hold("event with syncValidation", &send("?syncValidation=true", json!("1"), 200));
    printed.hold("event with synchronousValidation", &send("?synchronousValidation=true", json!("1"), 200));
    printed.hold("event that does not fit", &send("?synchronousValidation=true", json!(1), 400));
    let messages = json!({"messages": [event(json!("1")), {"raw": true}]});
    let answer = stage.post(&inlet.replace("/collection/", "/collection/batch/"), &messages).expect(207);
    printed.hold("batch", &answer.body);
}

fn refusals(mut stage: Stage, printed: &mut Printed) {
    printed.hold("token", &stage.token(&credentials()).expect(200).body);
    let (base, _) = stage.http_api("xdm", true);
    let inlet = stage.inlet_of_connection(&base);
    let path = format!("{FLOW_SERVICE}/flows");
    printed.hold("no content type", &stage.send("POST", &path, &[], Some(b"{\"a\": 1}")).unwrap().expect(400).body);
    for (header, value, missing, wrong) in [
        ("x-gw-ims-org-id", "other@AdobeOrg", ("no organization", 400), ("wrong organization", 403)),
        ("x-api-key", "other", ("no key", 403), ("wrong key", 403)),
        ("authorization", "Bearer other", ("no token", 403), ("wrong token", 401)),
    ] {
        printed.hold(missing.0, &stage.header(header, "").get(&path).expect(missing.1).body);
        printed.hold(wrong.0, &stage.header(header, value).get(&path).expect(wrong.1).body);
    }
    printed.hold("event without a token", &stage.header("authorization", "").post(&inlet, &json!({})).expect(401).body);
}

#[test]
fn what_the_pages_print_broken_is_refused() {
    let stage = Stage::new();
    for (path, body) in [
        // A comma is missing between two parameters.
        ("flowservice/connections", "{\"name\": \"a\", \"auth\": {\"params\": {\"host\": \"h\" \"clientId\": \"c\"}}}"),
        // A text has no end.
        (
            "catalog/dataSets",
            "{\"name\": \"a\", \"schemaRef\": {\"id\": \"https://ns.adobe.com/a,\n\"contentType\": \"b\"}}",
        ),
        // A key has no end, and a comma stands behind the last member.
        (
            "flowservice/sourceConnections?mode=draft",
            "{\"name\": \"a\", \"description: \"b\", \"data\": {\"format\": \"c\",}}",
        ),
    ] {
        let json = [("content-type", "application/json")];
        let answer = stage.send("POST", &format!("/data/foundation/{path}"), &json, Some(body.as_bytes())).unwrap();
        assert!(answer.refused_without_code(400).contains("not JSON"), "{path}");
    }
    // An id that is a placeholder, or misses a character.
    for spec in ["{CONNECTION_SPEC_ID}", "66ab34-0000-4000-8000-000000000000"] {
        let body = json!({"name": "a", "connectionSpec": {"id": spec, "version": "1.0"}});
        stage.post(&format!("{FLOW_SERVICE}/connections"), &body).refused("1413-400");
    }
}
