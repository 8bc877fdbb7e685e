//! Every answer beside Adobe's public API descriptions: in the shape described, or in another for a reason.
//!
//! `shapes.json` has the shapes as JSON Schemas; those that begin with `described` are the ones that the emulator does not answer in.
//! A deviation must be one: an answer that fits the shape described after all fails the test.

use std::{cell::RefCell, collections::BTreeSet};

use jsonschema::Validator;

use super::{
    dataflows::{DATA_LAKE, GENERIC_STREAMING, GENERIC_STREAMING_FLOW, PERSON},
    *,
};
use operations::{CATALOG, CONVERSION, INLETS, NOT_SERVED, Operation, REGISTRY, SERVED};

mod operations;

const SHAPES: &str = include_str!("shapes.json");
const ZENDESK: &str = "0a27232b-2c6e-4396-b8c6-c9fc24e37ba4";
const PROFILE: &str = "https://ns.adobe.com/xdm/context/profile";
const FORM: &str = "application/vnd.adobe.xed-full+json;version=1";
const SHORT: &str = "application/vnd.adobe.xed-id+json";

/// Someone who calls, and holds each answer to its shape.
struct Caller {
    stage: Stage,
    called: RefCell<BTreeSet<(&'static str, &'static str)>>,
}

impl Caller {
    /// Calls an operation; `fill` goes into the braces of its path, in their order.
    #[track_caller]
    fn call(&self, api: &str, name: &str, fill: &[&str], extra: &[(&str, &str)], body: Option<&Value>) -> Answer {
        self.ask(api, name, fill, "", extra, body)
    }

    #[track_caller]
    fn ask(
        &self,
        api: &str,
        name: &str,
        fill: &[&str],
        query: &str,
        extra: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let operation = SERVED
            .iter()
            .find(|operation| (operation.api, operation.name) == (api, name))
            .unwrap_or_else(|| panic!("{api} {name} is not in the table"));
        let (method, path) = name.split_once(' ').unwrap();
        let path = format!("{api}{}{query}", filled(path, fill));
        let answer = match body {
            Some(body) => self.stage.try_write(method, &path, extra, body).unwrap(),
            None => self.stage.send(method, &path, extra, None).unwrap(),
        };
        let answer = answer.expect(operation.status);
        hold(operation, &answer.body);
        self.called.borrow_mut().insert((operation.api, operation.name));
        answer
    }

    /// The ETag of a record of Flow Service.
    fn etag(&self, collection: &str, id: &str) -> String {
        self.stage.record(&format!("{FLOW_SERVICE}/{collection}/{id}")).1
    }
}

fn filled(path: &str, fill: &[&str]) -> String {
    let mut fill = fill.iter();
    let segment = |segment: &str| match segment.starts_with('{') {
        true => fill.next().expect("something for the braces").replace(':', "%3A").replace('/', "%2F"),
        false => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn shape(name: &str) -> Validator {
    let mut schema: Value = serde_json::from_str(SHAPES).unwrap();
    assert!(schema["definitions"].get(name).is_some(), "there is no shape {name}");
    schema["$ref"] = json!(format!("#/definitions/{name}"));
    jsonschema::options().with_draft(jsonschema::Draft::Draft7).build(&schema).unwrap()
}

#[track_caller]
fn hold(operation: &Operation, body: &Value) {
    let name = operation.deviation.as_ref().map_or(operation.shape, |deviation| deviation.shape);
    let faults: Vec<String> =
        shape(name).iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{} is no {name}:\n{}\n{body:#}", operation.name, faults.join("\n"));
    if operation.deviation.is_some() {
        assert!(!shape(operation.shape).is_valid(body), "{} is as described: {body:#}", operation.name);
    }
}

/// The id that writing a record answered with.
#[track_caller]
fn id(answer: &Answer) -> String {
    answer.body["id"].as_str().unwrap().to_owned()
}

#[test]
fn every_answer_has_the_shape_described_or_another_for_a_reason() {
    let caller = Caller { stage: Stage::new(), called: RefCell::default() };
    specs(&caller);
    let schema = schemas(&caller);
    let dataset = datasets(&caller, &schema);
    let mapping = mapping_sets(&caller, &schema);
    let base = connections(&caller);
    let source = source_connections(&caller, &base);
    let target = target_connections(&caller, &schema, &dataset);
    flows(&caller, &source, &target);
    inlets(&caller, &target, &mapping);
    removals(&caller, (&base, &source, &target), (&schema, &dataset));
    let all: BTreeSet<_> = SERVED.iter().map(|operation| (operation.api, operation.name)).collect();
    assert_eq!(all.len(), SERVED.len(), "an operation stands twice in the table");
    assert_eq!(all.difference(&caller.called.borrow()).collect::<Vec<_>>(), [] as [&(&str, &str); 0]);
}

fn specs(caller: &Caller) {
    let call = |name, fill: &[&str], body: Option<&Value>| caller.call(FLOW_SERVICE, name, fill, &[], body);
    for (collection, body) in [
        ("connectionSpecs", batch("acme")),
        (
            "flowSpecs",
            json!({
                "name": "own", "providerId": BATCH, "sourceConnectionSpecIds": [], "targetConnectionSpecIds": [DATA_LAKE],
                "transformationSpecs": [{"name": "Mapping", "spec": {}}],
            }),
        ),
    ] {
        let [list, create, read, replace] = match collection {
            "connectionSpecs" => [
                "GET /connectionSpecs",
                "POST /connectionSpecs",
                "GET /connectionSpecs/{id}",
                "PUT /connectionSpecs/{id}",
            ],
            _ => ["GET /flowSpecs", "POST /flowSpecs", "GET /flowSpecs/{id}", "PUT /flowSpecs/{id}"],
        };
        call(list, &[], None);
        let made = id(&call(create, &[], Some(&body)));
        call(read, &[&made], None);
        call(replace, &[&made], Some(&body));
    }
    call("GET /connectionSpecs/{id}/explore", &[ZENDESK], None);
    call("GET /connectionSpecs/{id}/configs", &[ZENDESK], None);
    let question = json!({"queryString": "property=name==own", "limit": 5});
    let found = call("POST /flowSpecs/search", &[], Some(&question));
    assert_eq!(found.names(), ["own"]);
    let missing = format!("{FLOW_SERVICE}/connectionSpecs/00000000-0000-4000-8000-000000000000/configs");
    caller.stage.get(&missing).refused("1101-404");
}

fn schemas(caller: &Caller) -> String {
    let one = [("accept", FORM)];
    let many = [("accept", SHORT)];
    let group =
        json!({"title": "Own", "type": "object", "properties": {"_emulator": {"type": "object", "properties": {}}}});
    let made = caller.call(REGISTRY, "POST /tenant/fieldgroups", &[], &[], Some(&group));
    let group = made.body["$id"].as_str().unwrap();
    caller.call(REGISTRY, "GET /tenant/fieldgroups", &[], &many, None);
    caller.call(REGISTRY, "GET /tenant/fieldgroups/{id}", &[group], &one, None);
    caller.call(REGISTRY, "DELETE /tenant/fieldgroups/{id}", &[group], &[], None);
    let schema = json!({"title": "People", "type": "object", "allOf": [{"$ref": PROFILE}, {"$ref": PERSON}]});
    let made = caller.call(REGISTRY, "POST /tenant/schemas", &[], &[], Some(&schema));
    let schema_id = made.body["$id"].as_str().unwrap().to_owned();
    caller.call(REGISTRY, "GET /tenant/schemas", &[], &many, None);
    caller.call(REGISTRY, "GET /tenant/schemas/{id}", &[&schema_id], &one, None);
    caller.call(REGISTRY, "PUT /tenant/schemas/{id}", &[&schema_id], &[], Some(&schema));
    let rename = json!([{"op": "replace", "path": "/title", "value": "Persons"}]);
    caller.call(REGISTRY, "PATCH /tenant/schemas/{id}", &[&schema_id], &[], Some(&rename));
    for name in ["GET /global/behaviors", "GET /global/classes", "GET /global/fieldgroups", "GET /global/mixins"] {
        caller.call(REGISTRY, name, &[], &many, None);
    }
    caller.call(REGISTRY, "GET /global/datatypes", &[], &many, None);
    let behavior = "https://ns.adobe.com/xdm/data/record";
    caller.call(REGISTRY, "GET /global/behaviors/{id}", &[behavior], &one, None);
    caller.call(REGISTRY, "GET /global/classes/{id}", &[PROFILE], &one, None);
    caller.call(REGISTRY, "GET /global/fieldgroups/{id}", &[PERSON], &one, None);
    caller.call(REGISTRY, "GET /stats", &[], &[], None);
    schema_id
}

fn datasets(caller: &Caller, schema: &str) -> String {
    let call = |name, fill: &[&str], body: Option<&Value>| caller.call(CATALOG, name, fill, &[], body);
    let dataset = json!({"name": "People", "schemaRef": {"id": schema, "contentType": FORM}, "tags": {"own": ["one"]}});
    let made = call("POST /dataSets", &[], Some(&dataset));
    let id = made.body[0].as_str().unwrap().trim_start_matches("@/dataSets/").to_owned();
    call("GET /dataSets", &[], None);
    call("GET /dataSets/{id}", &[&id], None);
    call("PUT /dataSets/{id}", &[&id], Some(&dataset));
    call("PATCH /dataSets/{id}", &[&id], Some(&json!({"description": "all of them"})));
    call("PATCH /v2/dataSets/{id}", &[&id], Some(&json!({"description": "most of them"})));
    id
}

fn mapping_sets(caller: &Caller, schema: &str) -> String {
    let call = |name, fill: &[&str], body: Option<&Value>| caller.call(CONVERSION, name, fill, &[], body);
    let set = |destination: &str| {
        json!({
            "outputSchema": {"schemaRef": {"id": schema, "contentType": FORM}},
            "mappings": [{"sourceType": "ATTRIBUTE", "source": "first", "destination": destination}],
        })
    };
    let made = id(&call("POST /mappingSets", &[], Some(&set("person.name.firstName"))));
    call("GET /mappingSets", &[], None);
    let read = call("GET /mappingSets/{id}", &[&made], None).body;
    assert_eq!((&read["xdmSchema"], &read["mappings"][0]["sourceAttribute"]), (&json!(schema), &json!("first")));
    call("PUT /mappingSets/{id}", &[&made], Some(&set("person.name.lastName")));
    let mappings = call("GET /mappingSets/{id}/mappings", &[&made], None).body;
    let mapping = mappings[0]["id"].as_str().unwrap();
    call("GET /mappingSets/{id}/mappings/{mapping}", &[&made, mapping], None);
    caller.stage.get(&format!("{CONVERSION}/mappingSets/{made}/mappings/none")).refused_without_code(404);
    for (destination, status) in [("person.name.lastName", "SUCCESS"), ("no.such", "FAILED")] {
        let told = call("POST /mappingSets/validate", &[], Some(&set(destination))).body;
        assert_eq!(told["validationResponse"][0]["status"], status);
    }
    made
}

fn connections(caller: &Caller) -> String {
    let call = |name, fill: &[&str], body: Option<&Value>| caller.call(FLOW_SERVICE, name, fill, &[], body);
    let base = json!({
        "name": "base", "connectionSpec": {"id": ZENDESK, "version": "1.0"},
        "auth": {"specName": "OAuth2 Refresh Code", "params": {"subdomain": "acme", "accessToken": "hidden"}},
    });
    let made = id(&call("POST /connections", &[], Some(&base)));
    call("GET /connections", &[], None);
    call("GET /connections/{id}", &[&made], None);
    let tag = caller.etag("connections", &made);
    let rename = json!([{"op": "replace", "path": "/name", "value": "renamed"}]);
    caller.call(FLOW_SERVICE, "PATCH /connections/{id}", &[&made], &[("if-match", &tag)], Some(&rename));
    call("GET /connections/{id}/test", &[&made], None);
    let query = "?objectType=rest&object=json&fileType=json&preview=true&sourceParams=e30";
    caller.ask(FLOW_SERVICE, "GET /connections/{id}/explore", &[&made], query, &[], None);
    call("GET /connections/{id}/configs", &[&made], None);
    call("POST /connections/search", &[], Some(&json!({"limit": 1})));
    let draft = json!({"name": "draft", "connectionSpec": base["connectionSpec"], "auth": base["auth"]});
    let mut spec = caller.stage.record(&format!("{FLOW_SERVICE}/connectionSpecs/{ZENDESK}")).0;
    spec["attributes"]["isDraftModeSupported"] = json!(true);
    call("PUT /connectionSpecs/{id}", &[ZENDESK], Some(&spec));
    let draft = id(&caller.ask(FLOW_SERVICE, "POST /connections", &[], "?mode=draft", &[], Some(&draft)));
    caller.ask(FLOW_SERVICE, "POST /connections/{id}/action", &[&draft], "?op=publish", &[], Some(&json!({})));
    call("DELETE /connections/{id}", &[&draft], None);
    made
}

fn source_connections(caller: &Caller, base: &str) -> String {
    let call = |name, fill: &[&str], body: Option<&Value>| caller.call(FLOW_SERVICE, name, fill, &[], body);
    let source = json!({
        "name": "source", "baseConnectionId": base, "connectionSpec": {"id": ZENDESK, "version": "1.0"},
        "data": {"format": "json"}, "params": {},
    });
    let draft = id(&caller.ask(FLOW_SERVICE, "POST /sourceConnections", &[], "?mode=draft", &[], Some(&source)));
    caller.ask(FLOW_SERVICE, "POST /sourceConnections/{id}/action", &[&draft], "?op=publish", &[], Some(&json!({})));
    let tag = caller.etag("sourceConnections", &draft);
    let rename = json!([{"op": "replace", "path": "/name", "value": "renamed"}]);
    caller.call(FLOW_SERVICE, "PATCH /sourceConnections/{id}", &[&draft], &[("if-match", &tag)], Some(&rename));
    call("GET /sourceConnections", &[], None);
    call("GET /sourceConnections/{id}", &[&draft], None);
    draft
}

fn target_connections(caller: &Caller, schema: &str, dataset: &str) -> String {
    let call = |name, fill: &[&str], body: Option<&Value>| caller.call(FLOW_SERVICE, name, fill, &[], body);
    let target = json!({
        "name": "target", "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
        "data": {"format": "json", "schema": {"id": schema, "version": FORM}}, "params": {"dataSetId": dataset},
    });
    let made = id(&call("POST /targetConnections", &[], Some(&target)));
    let tag = caller.etag("targetConnections", &made);
    let rename = json!([{"op": "replace", "path": "/name", "value": "renamed"}]);
    caller.call(FLOW_SERVICE, "PATCH /targetConnections/{id}", &[&made], &[("if-match", &tag)], Some(&rename));
    call("GET /targetConnections", &[], None);
    call("GET /targetConnections/{id}", &[&made], None);
    let mut spec = caller.stage.record(&format!("{FLOW_SERVICE}/connectionSpecs/{DATA_LAKE}")).0;
    spec["attributes"]["isDraftModeSupported"] = json!(true);
    call("PUT /connectionSpecs/{id}", &[DATA_LAKE], Some(&spec));
    let draft = id(&caller.ask(FLOW_SERVICE, "POST /targetConnections", &[], "?mode=draft", &[], Some(&target)));
    caller.ask(FLOW_SERVICE, "POST /targetConnections/{id}/action", &[&draft], "?op=publish", &[], Some(&json!({})));
    call("DELETE /targetConnections/{id}", &[&draft], None);
    made
}

fn flows(caller: &Caller, source: &str, target: &str) {
    let call = |name, fill: &[&str], body: Option<&Value>| caller.call(FLOW_SERVICE, name, fill, &[], body);
    let flow = json!({
        "name": "flow", "flowSpec": {"id": "6499120c-0b15-42dc-936e-847ea3c24d72", "version": "1.0"},
        "sourceConnectionIds": [source], "targetConnectionIds": [target],
        "scheduleParams": {"startTime": 1_625_040_887, "frequency": "minute", "interval": 15},
    });
    let made = id(&call("POST /flows", &[], Some(&flow)));
    call("GET /flows", &[], None);
    call("GET /flows/{id}", &[&made], None);
    let tag = caller.etag("flows", &made);
    let rename = json!([{"op": "replace", "path": "/name", "value": "renamed"}]);
    caller.call(FLOW_SERVICE, "PATCH /flows/{id}", &[&made], &[("if-match", &tag)], Some(&rename));
    caller.ask(FLOW_SERVICE, "POST /flows/{id}/action", &[&made], "?op=disable", &[], Some(&json!({})));
    caller.ask(FLOW_SERVICE, "GET /flows", &[], "?limit=1&orderby=-name", &[], None);
    call("POST /flows/search", &[], Some(&json!({"queryString": "property=state==disabled"})));
    caller.stage.post(&format!("{FLOW_SERVICE}/runs"), &json!({"flowId": made})).refused("1422-400");
    caller.ask(FLOW_SERVICE, "POST /flows/{id}/action", &[&made], "?op=ENABLE", &[], Some(&json!({})));
    let runs = call("GET /runs", &[], None);
    let first = runs.items()[0]["id"].as_str().unwrap().to_owned();
    let began = std::time::Instant::now();
    let status = |run: &Value| run["metrics"]["statusSummary"]["status"] == "success";
    while !status(&call("GET /runs/{id}", &[&first], None).items()[0]) {
        assert!(began.elapsed().as_secs() < 10, "the run does not end");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    caller.ask(FLOW_SERVICE, "POST /runs/{id}/action", &[&first], "?op=RE_TRIGGER", &[], Some(&json!({})));
    let second = id(&call("POST /runs", &[], Some(&json!({"flowId": made}))));
    caller.ask(FLOW_SERVICE, "GET /runs", &[], "?limit=1", &[], None);
    let tag = caller.etag("runs", &second);
    let body = json!({"flowId": made, "recordTypes": []});
    caller.call(FLOW_SERVICE, "PUT /runs/{id}", &[&second], &[("if-match", &tag)], Some(&body));
    call("DELETE /flows/{id}", &[&made], None);
}

fn inlets(caller: &Caller, target: &str, mapping: &str) {
    let stage = &caller.stage;
    let source =
        json!({"name": "s", "connectionSpec": {"id": GENERIC_STREAMING, "version": "1.0"}, "data": {"format": "json"}});
    let source = stage.made("sourceConnections", &source);
    let flow = stage.made(
        "flows",
        &json!({
            "name": "flow", "flowSpec": {"id": GENERIC_STREAMING_FLOW, "version": "1.0"},
            "sourceConnectionIds": [source], "targetConnectionIds": [target],
            "transformations": [{"name": "Mapping", "params": {"mappingId": mapping, "mappingVersion": 1}}],
        }),
    );
    let shown = caller.call(FLOW_SERVICE, "GET /flows/{id}", &[&flow], &[], None);
    let url = shown.items()[0]["options"]["inletUrl"].as_str().unwrap();
    let inlet = url.rsplit('/').next().unwrap();
    let event = json!({"first": "Ada"});
    caller.call(INLETS, "POST /{inlet}", &[inlet], &[], Some(&event));
    caller.ask(INLETS, "POST /{inlet}", &[inlet], "?syncValidation=true", &[], Some(&event));
    caller.call(INLETS, "POST /batch/{inlet}", &[inlet], &[], Some(&json!({"messages": [event, event]})));
    let wrong = stage.post(&format!("/collection/{inlet}?syncValidation=true"), &json!({"first": 7})).expect(400);
    assert_eq!(
        wrong.body["report"]["cause"]["_streamingValidation"][0]["causingExceptions"].as_array().unwrap().len(),
        1
    );
    stage.delete(&format!("{FLOW_SERVICE}/flows/{flow}")).expect(204);
}

fn removals(caller: &Caller, connections: (&str, &str, &str), (schema, dataset): (&str, &str)) {
    let (base, source, target) = connections;
    caller.call(FLOW_SERVICE, "DELETE /targetConnections/{id}", &[target], &[], None);
    caller.call(FLOW_SERVICE, "DELETE /sourceConnections/{id}", &[source], &[], None);
    caller.call(FLOW_SERVICE, "DELETE /connections/{id}", &[base], &[], None);
    caller.call(CATALOG, "DELETE /dataSets/{id}", &[dataset], &[], None);
    caller.call(REGISTRY, "DELETE /tenant/schemas/{id}", &[schema], &[], None);
}

#[test]
fn what_is_not_served_is_refused_as_such() {
    let stage = Stage::new();
    for (api, names) in NOT_SERVED {
        for name in *names {
            let (method, path) = name.split_once(' ').unwrap();
            let path = format!("{api}{}", filled(path, &["some"]));
            let answer = match method {
                "POST" | "PUT" | "PATCH" => stage.try_write(method, &path, &[], &json!({"a": 1})).unwrap(),
                _ => stage.send(method, &path, &[], None).unwrap(),
            };
            assert!(matches!(answer.status, 404 | 405), "{method} {path}: {}", answer.status);
        }
    }
}

#[test]
fn the_deviations_are_told_in_the_documents() {
    let page = include_str!("../../../../docs/emulator.md");
    for operation in SERVED {
        let Some(deviation) = &operation.deviation else { continue };
        let row = format!("| `{}` | {} | {} |", operation.name, deviation.says, deviation.because);
        assert!(page.contains(&row), "docs/emulator.md has no row\n{row}");
    }
    for name in NOT_SERVED.iter().flat_map(|(_, names)| *names) {
        let (_, path) = name.split_once(' ').unwrap();
        assert!(page.contains(&format!("`{path}`")), "docs/emulator.md does not say that `{path}` is not served");
    }
}

#[test]
fn a_token_has_its_shape() {
    let body = Stage::new().token(&credentials()).expect(200).body;
    assert!(shape("token").is_valid(&body), "{body:#}");
}
