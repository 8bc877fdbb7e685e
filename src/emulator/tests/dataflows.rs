//! The way of a partner: connections, schema, dataset, mapping set, flow, inlet, events, and back.

use super::*;

pub(super) const SCHEMA_REGISTRY: &str = "/data/foundation/schemaregistry";
pub(super) const CATALOG: &str = "/data/foundation/catalog";
pub(super) const CONVERSION: &str = "/data/foundation/conversion";
pub(super) const GENERIC_STREAMING: &str = "e77fd9d2-22a8-11ed-861d-0242ac120002";
pub(super) const GENERIC_STREAMING_FLOW: &str = "e77fde5a-22a8-11ed-861d-0242ac120002";
pub(super) const HTTP_API: &str = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb";
pub(super) const DATA_LAKE: &str = "c604ff05-7f1a-43c0-8e18-33bf874cb11c";
pub(super) const WITH_MAPPING: &str = "c1a19761-d2c7-4702-b9fa-fe91f0613e81";
pub(super) const WITHOUT_MAPPING: &str = "d8a6f005-7eaf-4153-983e-e8574508b877";
pub(super) const PERSON: &str = "https://ns.adobe.com/xdm/context/profile-person-details";

/// What a dataflow needs at its end.
pub(super) struct Target {
    pub(super) schema_id: String,
    pub(super) dataset_id: String,
    pub(super) connection_id: String,
}

impl Stage {
    pub(super) fn made(&self, collection: &str, body: &Value) -> String {
        let answer = self.post(&format!("{FLOW_SERVICE}/{collection}"), body).expect(201);
        assert!(answer.body["etag"].as_str().unwrap().starts_with('"'), "{:#}", answer.body);
        let id = answer.body["id"].as_str().unwrap().to_owned();
        assert_eq!(answer.header("location"), format!("{FLOW_SERVICE}/{collection}/{id}"));
        id
    }

    pub(super) fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], None).unwrap()
    }

    pub(super) fn patch(&self, path: &str, etag: &str, instructions: &Value) -> Answer {
        self.try_write("PATCH", path, &[("if-match", etag)], instructions).unwrap()
    }

    pub(super) fn schema(&self, title: &str) -> String {
        let body = json!({
            "type": "object",
            "title": title,
            "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/profile"}, {"$ref": PERSON}],
        });
        let answer = self.post(&format!("{SCHEMA_REGISTRY}/tenant/schemas"), &body).expect(201);
        answer.body["$id"].as_str().unwrap().to_owned()
    }

    pub(super) fn target(&self) -> Target {
        let schema_id = self.schema("People");
        let version = "application/vnd.adobe.xed-full+json;version=1";
        let body = json!({"name": "People", "schemaRef": {"id": schema_id, "contentType": version}});
        let answer = self.post(&format!("{CATALOG}/dataSets"), &body).expect(201);
        let dataset_id = answer.body[0].as_str().unwrap().strip_prefix("@/dataSets/").unwrap().to_owned();
        let connection_id = self.made(
            "targetConnections",
            &json!({
                "name": "target",
                "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
                "data": {"format": "json", "schema": {"id": schema_id, "version": version}},
                "params": {"dataSetId": dataset_id},
            }),
        );
        Target { schema_id, dataset_id, connection_id }
    }

    pub(super) fn mapping_set(&self, schema_id: &str) -> String {
        let body = json!({
            "version": 0,
            "xdmSchema": schema_id,
            "xdmVersion": "1.0",
            "mappings": [
                {"destinationXdmPath": "person.name.firstName", "sourceAttribute": "first", "identity": false},
                {"destinationXdmPath": "person.birthDay", "sourceAttribute": "born.day", "identity": false},
            ],
        });
        self.post(&format!("{CONVERSION}/mappingSets"), &body).expect(200).body["id"].as_str().unwrap().to_owned()
    }

    pub(super) fn flow(&self, spec: &str, source: &str, target: &str, mapping: Option<&str>) -> String {
        let mut body = json!({
            "name": "flow",
            "flowSpec": {"id": spec, "version": "1.0"},
            "sourceConnectionIds": [source],
            "targetConnectionIds": [target],
        });
        if let Some(mapping) = mapping {
            body["transformations"] =
                json!([{"name": "Mapping", "params": {"mappingId": mapping, "mappingVersion": 0}}]);
        }
        self.made("flows", &body)
    }

    /// A connection of the HTTP API and a source connection on it.
    pub(super) fn http_api(&self, data_type: &str, authenticated: bool) -> (String, String) {
        let base = self.made(
            "connections",
            &json!({
                "name": "base",
                "providerId": STREAMING,
                "connectionSpec": {"id": HTTP_API, "version": "1.0"},
                "auth": {"specName": "Streaming Connection", "params": {
                    "sourceId": "acme", "dataType": data_type, "name": "acme", "authenticationRequired": authenticated,
                }},
            }),
        );
        let source = self.made(
            "sourceConnections",
            &json!({
                "name": "source",
                "baseConnectionId": base,
                "connectionSpec": {"id": HTTP_API, "version": "1.0"},
                "data": {"format": "json"},
            }),
        );
        (base, source)
    }

    pub(super) fn inlet_of_connection(&self, base: &str) -> String {
        let (record, _) = self.record(&format!("{FLOW_SERVICE}/connections/{base}"));
        let url = record["auth"]["params"]["inletUrl"].as_str().unwrap();
        url.strip_prefix(self.emulator.base_url()).unwrap().to_owned()
    }

    pub(super) fn events(&self, query: &str) -> Vec<Value> {
        self.get(&format!("/__emulator/events?{query}")).expect(200).items().clone()
    }
}

pub(super) fn envelope(target: &Target, flow: &str, entity: &Value) -> Value {
    json!({
        "header": {
            "schemaRef": {"id": target.schema_id, "contentType": "application/vnd.adobe.xed-full+json;version=1"},
            "imsOrgId": ORGANIZATION,
            "datasetId": target.dataset_id,
            "flowId": flow,
        },
        "body": {
            "xdmMeta": {"schemaRef": {"id": target.schema_id, "contentType": "application/vnd.adobe.xed-full+json;version=1"}},
            "xdmEntity": entity,
        },
    })
}

#[test]
fn a_streaming_source_takes_events_and_maps_them() {
    let stage = Stage::new();
    let source = stage.made(
        "sourceConnections",
        &json!({
            "name": "source",
            "providerId": STREAMING,
            "connectionSpec": {"id": GENERIC_STREAMING, "version": "1.0"},
            "data": {"format": "json"},
        }),
    );
    let target = stage.target();
    let mapping = stage.mapping_set(&target.schema_id);
    let flow = stage.flow(GENERIC_STREAMING_FLOW, &source, &target.connection_id, Some(&mapping));

    let (record, _) = stage.record(&format!("{FLOW_SERVICE}/flows/{flow}"));
    assert_eq!(record["state"], "enabled");
    assert_eq!(record["runs"], format!("/runs?property=flowId=={flow}"));
    assert_eq!(record["inheritedAttributes"]["sourceConnections"][0]["id"], source.as_str());
    assert_eq!(record["etag"], record["version"]);
    let url = record["options"]["inletUrl"].as_str().unwrap();
    let inlet = url.strip_prefix(stage.emulator.base_url()).unwrap();

    let answer = stage.post(inlet, &json!({"first": "Ada", "born": {"day": 10}})).expect(200);
    assert_eq!(inlet, format!("/collection/{}", answer.body["inletId"].as_str().unwrap()));
    assert!(answer.body["receivedTimeMs"].is_u64() && answer.body["xactionId"].is_string());
    // That the day is no number is seen later.
    stage.post(inlet, &json!({"first": "Bob", "born": {"day": "tenth"}})).expect(200);

    let events = stage.events(&format!("flowId={flow}"));
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["valid"], true);
    assert_eq!(events[0]["xdmEntity"], json!({"person": {"name": {"firstName": "Ada"}, "birthDay": 10}}));
    assert_eq!(events[0]["event"], json!({"first": "Ada", "born": {"day": 10}}));
    assert_eq!(events[0]["dataSetId"], target.dataset_id.as_str());
    assert_eq!(events[1]["valid"], false);
    assert_eq!(events[1]["faults"][0]["message"], "expected type: Integer, found: String");
    assert_eq!(stage.get("/__emulator/events?count=true&valid=false").expect(200).body, json!({"count": 1}));
}

#[test]
fn the_http_api_takes_xdm_from_who_shows_a_token() {
    let stage = Stage::new();
    let (base, source) = stage.http_api("xdm", true);
    let target = stage.target();
    let flow = stage.flow(WITHOUT_MAPPING, &source, &target.connection_id, None);
    let inlet = stage.inlet_of_connection(&base);
    let event = envelope(&target, &flow, &json!({"_id": "1", "person": {"name": {"firstName": "Ada"}}}));
    stage.post(&inlet, &event).expect(200);

    let mut stranger = Stage { emulator: stage.emulator, agent: stage.agent, headers: stage.headers };
    stranger.header("authorization", "");
    let answer = stranger.post(&inlet, &event).expect(401);
    assert_eq!(answer.body["status"], "401");
    assert_eq!(answer.body["report"]["message"], "[id] Ims service token is empty");
    stranger.header("authorization", "Bearer expired");
    stranger.post(&inlet, &event).expect(401);
    assert_eq!(stranger.events(&format!("flowId={flow}")).len(), 1);
}

#[test]
fn synchronous_validation_tells_every_fault_and_keeps_nothing() {
    let stage = Stage::new();
    let (base, source) = stage.http_api("xdm", false);
    let target = stage.target();
    let flow = stage.flow(WITHOUT_MAPPING, &source, &target.connection_id, None);
    let inlet = format!("{}?syncValidation=true", stage.inlet_of_connection(&base));
    let entity = json!({"_id": 7, "workEmail": {}, "person": {"name": {"firstName": "Ada"}}});
    let answer = stage.post(&inlet, &envelope(&target, &flow, &entity)).expect(400);
    assert_eq!(answer.body["title"], "Invalid XDM Message Format");
    let told = &answer.body["report"]["cause"]["_streamingValidation"][0];
    assert_eq!(told["message"], "2 schema violations found");
    assert!(stage.events("").is_empty());

    let good = envelope(&target, &flow, &json!({"_id": "7"}));
    assert_eq!(stage.post(&inlet, &good).expect(200).body["syncValidation"], json!({"status": "pass"}));
    assert_eq!(stage.events("").len(), 1);
}

#[test]
fn a_batch_is_answered_message_by_message() {
    let stage = Stage::new();
    let (base, source) = stage.http_api("xdm", false);
    let target = stage.target();
    let flow = stage.flow(WITHOUT_MAPPING, &source, &target.connection_id, None);
    let inlet = stage.inlet_of_connection(&base).replace("/collection/", "/collection/batch/");
    let good = envelope(&target, &flow, &json!({"_id": "1"}));
    let mut foreign = good.clone();
    foreign["header"]["imsOrgId"] = json!("other@AdobeOrg");
    let messages = json!({"messages": [good, {"first": "raw"}, foreign]});
    let answer = stage.post(&inlet, &messages).expect(207);
    let responses = answer.body["responses"].as_array().unwrap();
    assert!(responses[0]["xactionId"].is_string());
    assert_eq!((&responses[1]["statusCode"], &responses[2]["statusCode"]), (&json!(400), &json!(400)));
    assert!(responses[2]["message"].as_str().unwrap().ends_with("absent or wrong ims org in the header"));
    stage.post(&inlet, &json!({"message": []})).expect(400);
}

#[test]
fn raw_events_name_their_dataflow() {
    let stage = Stage::new();
    let (base, source) = stage.http_api("raw", false);
    let target = stage.target();
    let mapping = stage.mapping_set(&target.schema_id);
    let flow = stage.flow(WITH_MAPPING, &source, &target.connection_id, Some(&mapping));
    let inlet = stage.inlet_of_connection(&base);
    let event = json!({"first": "Ada"});
    stage.post(&inlet, &event).expect(400);
    stage.try_write("POST", &inlet, &[("x-adobe-flow-id", &flow)], &event).unwrap().expect(200);
    stage.post(&format!("{inlet}?x-adobe-flow-id={flow}"), &event).expect(200);
    let other = "00000000-0000-4000-8000-000000000000";
    stage.try_write("POST", &inlet, &[("x-adobe-flow-id", other)], &event).unwrap().expect(400);
    let disabled = stage.post(&format!("{FLOW_SERVICE}/flows/{flow}/action?op=disable"), &json!({})).expect(200);
    assert_eq!(disabled.body["id"], flow.as_str());
    stage.post(&format!("{inlet}?x-adobe-flow-id={flow}"), &event).expect(400);
    assert_eq!(stage.events("").len(), 2);
}

#[test]
fn an_inlet_refuses_what_is_too_large_no_json_or_nobody_s() {
    let stage = Stage::new();
    let (base, _) = stage.http_api("raw", false);
    let inlet = stage.inlet_of_connection(&base);
    let large = json!({"text": "x".repeat(1 << 20)});
    stage.post(&inlet, &large).expect(413);
    stage.send("POST", &inlet, &[("content-type", "application/json")], Some(b"{")).unwrap().expect(400);
    stage.send("POST", &inlet, &[("content-type", "text/plain")], Some(b"{}")).unwrap().expect(400);
    stage.post("/collection/unknown", &json!({})).expect(404);
}

#[test]
fn a_signature_is_asked_for_where_the_control_plane_says_so() {
    let stage = Stage::new();
    let (base, source) = stage.http_api("raw", false);
    let target = stage.target();
    let mapping = stage.mapping_set(&target.schema_id);
    let flow = stage.flow(WITH_MAPPING, &source, &target.connection_id, Some(&mapping));
    let inlet = stage.inlet_of_connection(&base);
    let inlet_id = inlet.rsplit('/').next().unwrap();
    let asked = json!({"authentication": "hmac", "secret": "Jefe"});
    stage.put(&format!("/__emulator/inlets/{inlet_id}"), &asked).expect(200);
    let path = format!("{inlet}?x-adobe-flow-id={flow}");
    stage.post(&path, &json!({"first": "Ada"})).expect(401);
    let wrong = [("x-hmac-sha256", "00")];
    stage.try_write("POST", &path, &wrong, &json!({"first": "Ada"})).unwrap().expect(401);
    stage.put(&format!("/__emulator/inlets/{inlet_id}"), &json!({"authentication": "hmac"})).expect(400);
}

#[test]
fn what_is_referred_to_must_be_there_and_fit() {
    let stage = Stage::new();
    let gone = "00000000-0000-4000-8000-000000000000";
    let connection = |spec: &str, auth: Value| json!({"name": "a", "connectionSpec": {"id": spec}, "auth": auth});
    let refuse = |collection: &str, body: &Value, code: &str| {
        stage.post(&format!("{FLOW_SERVICE}/{collection}"), body).refused(code)
    };
    let invalid = |collection: &str, body: &Value| {
        stage.post(&format!("{FLOW_SERVICE}/{collection}"), body).refused_without_code(400)
    };
    refuse("connections", &connection(gone, json!({"specName": "x"})), "1413-400");
    let zendesk = "0a27232b-2c6e-4396-b8c6-c9fc24e37ba4";
    let detail = refuse("connections", &connection(zendesk, json!({"specName": "Basic"})), "1415-400");
    assert!(detail.contains("OAuth2 Refresh Code"), "{detail}");
    let detail = invalid("connections", &connection(zendesk, json!({"specName": "OAuth2 Refresh Code", "params": {}})));
    assert!(detail.contains("accessToken"), "{detail}");
    let source = json!({"name": "a", "connectionSpec": {"id": zendesk}, "data": {"format": "json"}});
    assert!(invalid("sourceConnections", &source).contains("baseConnectionId"));
    let (base, _) = stage.http_api("raw", false);
    let source =
        json!({"name": "a", "baseConnectionId": base, "connectionSpec": {"id": zendesk}, "data": {"format": "json"}});
    assert!(invalid("sourceConnections", &source).contains(HTTP_API));
    let target = json!({"connectionSpec": {"id": DATA_LAKE}, "data": {"format": "json"}, "params": {"dataSetId": "x"}});
    assert!(invalid("targetConnections", &target).contains("no dataset `x`"));

    let (_, source) = stage.http_api("raw", false);
    let target = stage.target();
    let flow = |spec: &str, mapping: &str, version: u64| {
        json!({
            "name": "a", "flowSpec": {"id": spec}, "sourceConnectionIds": [source],
            "targetConnectionIds": [target.connection_id],
            "transformations": [{"name": "Mapping", "params": {"mappingId": mapping, "mappingVersion": version}}],
        })
    };
    refuse("flows", &flow(gone, "x", 0), "1413-400");
    assert!(invalid("flows", &flow(GENERIC_STREAMING_FLOW, "x", 0)).contains("sourceConnectionSpecIds"));
    refuse("flows", &flow(WITH_MAPPING, "x", 0), "1419-400");
    let mapping = stage.mapping_set(&target.schema_id);
    refuse("flows", &flow(WITH_MAPPING, &mapping, 3), "1412-400");
    let other = stage.mapping_set(&stage.schema("Other"));
    refuse("flows", &flow(WITH_MAPPING, &other, 0), "1425-400");
    refuse("runs", &json!({"flowId": gone}), "1430-400");
    let unmapped =
        json!({"xdmSchema": target.schema_id, "mappings": [{"destinationXdmPath": "no.such", "sourceAttribute": "a"}]});
    let detail = stage.post(&format!("{CONVERSION}/mappingSets"), &unmapped).refused_without_code(400);
    assert!(detail.contains("no.such"), "{detail}");
    let mapping = |kind: &str, source: &str| json!({"sourceType": kind, "source": source, "destination": "_id"});
    let mappings = [
        mapping("EXPRESSION", "lower(id)"),
        mapping("EXPRESSION", "explode(id)"),
        mapping("ATTRIBUTE", "items[*].id"),
        mapping("ATTRIBUTE", "items[x].id"),
    ];
    let unread = json!({"outputSchema": {"schemaRef": {"id": target.schema_id}}, "mappings": mappings});
    let detail = stage.post(&format!("{CONVERSION}/mappingSets"), &unread).refused_without_code(400);
    assert!(
        detail.contains("`explode(id)` cannot be computed") && detail.contains("`items[x].id` is no path"),
        "{detail}"
    );
    let answer = stage.post(&format!("{CONVERSION}/mappingSets/validate"), &unread).expect(200);
    let outcomes = answer.body["validationResponse"].as_array().unwrap().clone();
    let statuses: Vec<&str> = outcomes.iter().map(|outcome| outcome["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["SUCCESS", "FAILED", "SUCCESS", "FAILED"]);
    assert!(outcomes[1]["errors"][0]["exception"].as_str().unwrap().contains("`explode` is no function"));
}

#[test]
fn records_are_patched_with_their_tag_and_deleted_in_order() {
    let stage = Stage::new();
    let (base, source) = stage.http_api("raw", false);
    let target = stage.target();
    let mapping = stage.mapping_set(&target.schema_id);
    let flow = stage.flow(WITH_MAPPING, &source, &target.connection_id, Some(&mapping));
    let path = format!("{FLOW_SERVICE}/flows/{flow}");
    let (_, etag) = stage.record(&path);
    let rename = json!([{"op": "replace", "path": "/name", "value": "renamed"}]);
    stage.try_write("PATCH", &path, &[], &rename).unwrap().refused("1403-400");
    let answer = stage.patch(&path, &etag, &rename).expect(200);
    assert_ne!(answer.body["etag"], etag.as_str());
    stage.patch(&path, &etag, &rename).refused("1404-412");
    let (record, etag) = stage.record(&path);
    assert_eq!(record["name"], "renamed");
    stage.patch(&path, &etag, &json!([{"op": "move", "path": "/a", "from": "/b"}])).refused("1434-400");
    stage.patch(&path, &etag, &json!([{"op": "remove", "path": "/missing"}])).refused("1455-400");
    stage.patch(&path, &etag, &json!([{"op": "REPLACE", "path": "/id", "value": "x"}])).refused("1455-400");
    let (spec, spec_etag) = stage.record(&format!("{FLOW_SERVICE}/connections/{base}"));
    assert_eq!(spec["connectionSpec"]["id"], HTTP_API);
    let other = json!([{"op": "replace", "path": "/connectionSpec/id", "value": GENERIC_STREAMING}]);
    stage.patch(&format!("{FLOW_SERVICE}/connections/{base}"), &spec_etag, &other).refused("1414-400");

    stage.delete(&format!("{FLOW_SERVICE}/connections/{base}")).refused("1418-400");
    stage.delete(&format!("{FLOW_SERVICE}/sourceConnections/{source}")).refused("1418-400");
    for path in [
        format!("{FLOW_SERVICE}/flows/{flow}/"),
        format!("{FLOW_SERVICE}/targetConnections/{}", target.connection_id),
        format!("{FLOW_SERVICE}/sourceConnections/{source}"),
        format!("{FLOW_SERVICE}/connections/{base}"),
    ] {
        stage.delete(&path).expect(204);
        stage.delete(&path).refused("1101-404");
    }
    assert!(stage.get(&format!("{FLOW_SERVICE}/flows")).expect(200).items().is_empty());
}

#[test]
fn a_batch_source_is_tested_explored_scheduled_and_run() {
    let stage = Stage::new();
    let zendesk = "0a27232b-2c6e-4396-b8c6-c9fc24e37ba4";
    let base = stage.made(
        "connections",
        &json!({
            "name": "base", "connectionSpec": {"id": zendesk, "version": "1.0"},
            "auth": {"specName": "OAuth2 Refresh Code", "params": {"subdomain": "acme", "accessToken": "hidden"}},
        }),
    );
    let (record, _) = stage.record(&format!("{FLOW_SERVICE}/connections/{base}"));
    assert_eq!(record["auth"]["params"], json!({"subdomain": "acme"}), "a password is not kept");
    let test = stage.get(&format!("{FLOW_SERVICE}/connections/{base}/test")).expect(200);
    assert_eq!(test.body, json!({"result": true}));
    let query = "objectType=rest&object=json&fileType=json&preview=true&sourceParams=e30";
    let explored = stage.get(&format!("{FLOW_SERVICE}/connections/{base}/explore?{query}")).expect(200);
    assert_eq!(explored.body["format"], "hierarchical");
    assert_eq!(explored.body["data"].as_array().unwrap().len(), 1);
    let wrong = format!("{FLOW_SERVICE}/connections/{base}/explore?objectType=rest&sourceParams=%%%");
    stage.get(&wrong).refused_without_code(400);

    let source = stage.made(
        "sourceConnections",
        &json!({
            "name": "source", "baseConnectionId": base, "connectionSpec": {"id": zendesk, "version": "1.0"},
            "data": {"format": "json"}, "params": {},
        }),
    );
    let target = stage.target();
    let mapping = stage.mapping_set(&target.schema_id);
    let mut flow = json!({
        "name": "flow",
        "flowSpec": {"id": "6499120c-0b15-42dc-936e-847ea3c24d72", "version": "1.0"},
        "sourceConnectionIds": [source],
        "targetConnectionIds": [target.connection_id],
        "transformations": [{"name": "Mapping", "params": {"mappingId": mapping, "mappingVersion": "0"}}],
    });
    let missing = stage.post(&format!("{FLOW_SERVICE}/flows"), &flow).refused_without_code(400);
    assert!(missing.contains("scheduleParams"), "{missing}");
    flow["scheduleParams"] = json!({"startTime": "1625040887", "frequency": "minute", "interval": 5});
    let short = stage.post(&format!("{FLOW_SERVICE}/flows"), &flow).refused_without_code(400);
    assert!(short.contains("scheduleParams.interval"), "{short}");
    flow["scheduleParams"]["interval"] = json!(15);
    let flow = stage.made("flows", &flow);
    let runs = format!("{FLOW_SERVICE}/runs?property=flowId=={flow}");
    let status = || stage.get(&runs).expect(200).items()[0]["metrics"]["statusSummary"]["status"].clone();
    let began = std::time::Instant::now();
    while status() != "success" {
        assert!(began.elapsed().as_secs() < 10, "the run does not end");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(stage.get(&runs).expect(200).items()[0]["metrics"]["recordSummary"]["outputRecordCount"], 1);
    let events = stage.events(&format!("flowId={flow}"));
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["event"], explored.body["data"][0]);
}

#[test]
fn drafts_are_made_where_the_spec_takes_them_and_published() {
    let stage = Stage::new();
    let azure = stage.get(&format!("{FLOW_SERVICE}/connectionSpecs?property=name==azure-file-storage")).expect(200);
    let spec = azure.items()[0].clone();
    let draft = json!({"name": "draft", "connectionSpec": {"id": spec["id"], "version": "1.0"}});
    let connections = format!("{FLOW_SERVICE}/connections");
    if spec["attributes"]["isDraftModeSupported"] == json!(true) {
        let made = stage.post(&format!("{connections}?mode=draft"), &draft).expect(201);
        let id = made.body["id"].as_str().unwrap().to_owned();
        assert_eq!(stage.record(&format!("{connections}/{id}")).0["state"], "draft");
        // What is missing is said when it is published.
        stage.post(&format!("{connections}/{id}/action?op=publish"), &json!({})).refused_without_code(400);
        stage.post(&format!("{connections}/{id}/action?op=explode"), &json!({})).refused("1434-400");
    }
    let draft = json!({"name": "draft", "connectionSpec": {"id": HTTP_API, "version": "1.0"}});
    stage.post(&format!("{connections}?mode=draft"), &draft).refused_without_code(400);
}

#[test]
fn lists_have_filters_pages_and_a_search() {
    let stage = Stage::new();
    for _ in 0..3 {
        stage.http_api("raw", false);
    }
    let first = stage.get(&format!("{FLOW_SERVICE}/sourceConnections?limit=2")).expect(200);
    assert_eq!(first.items().len(), 2);
    let next = first.body["_links"]["next"]["href"].as_str().unwrap();
    let rest = stage.get(&format!("{FLOW_SERVICE}{next}")).expect(200);
    assert_eq!(rest.items().len(), 1);
    assert_eq!(rest.items()[0]["etag"], rest.items()[0]["version"]);
    assert!(rest.items()[0]["etag"].is_string(), "a list shows what a single record shows");
    let question = json!({"queryString": format!("property=connectionSpec.id=={HTTP_API}"), "count": true});
    let found = stage.post(&format!("{FLOW_SERVICE}/connections/search"), &question).expect(200);
    assert_eq!(found.body, json!({"count": 3}));
}

#[test]
fn a_schema_is_shown_in_the_form_that_is_asked_for() {
    let stage = Stage::new();
    let id = stage.schema("People");
    let tail = id.rsplit('/').next().unwrap();
    let accept = |accept: &'static str| [("accept", accept)];
    let encoded = id.replace(':', "%3A").replace('/', "%2F");
    let full = accept("application/vnd.adobe.xed-full+json; version=1");
    for name in [encoded.as_str(), &format!("_emulator.schemas.{tail}")] {
        let answer = stage.send("GET", &format!("{SCHEMA_REGISTRY}/tenant/schemas/{name}"), &full, None).unwrap();
        let schema = answer.expect(200).body;
        assert_eq!(schema["$id"], id.as_str());
        assert_eq!(schema["properties"]["person"]["properties"]["name"]["properties"]["firstName"]["type"], "string");
        assert_eq!(schema["properties"]["_id"]["type"], "string", "the class's fields are in");
        assert!(schema.get("allOf").is_none());
    }
    let path = format!("{SCHEMA_REGISTRY}/tenant/schemas/{encoded}");
    let raw = stage.send("GET", &path, &accept("application/vnd.adobe.xed-notext+json; version=1"), None).unwrap();
    let raw = raw.expect(200).body;
    assert!(raw.get("title").is_none() && raw["allOf"].is_array());
    assert_eq!(raw["meta:class"], "https://ns.adobe.com/xdm/context/profile");
    stage.get(&path).refused_without_code(406);
    let list = accept("application/vnd.adobe.xed-id+json");
    let answer = stage.send("GET", &format!("{SCHEMA_REGISTRY}/tenant/schemas"), &list, None).unwrap().expect(200);
    assert_eq!(answer.body["results"][0]["title"], "People");
    let answer = stage.send("GET", &format!("{SCHEMA_REGISTRY}/global/classes"), &list, None).unwrap().expect(200);
    assert_eq!(answer.body["_page"]["count"], 2);
    let none = json!({"title": "No class", "allOf": [{"$ref": PERSON}]});
    stage.post(&format!("{SCHEMA_REGISTRY}/tenant/schemas"), &none).refused_without_code(400);
    let gone = json!({"title": "Gone", "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/gone"}]});
    stage.post(&format!("{SCHEMA_REGISTRY}/tenant/schemas"), &gone).refused_without_code(400);
}

#[test]
fn own_field_groups_are_part_of_a_schema_and_of_what_events_must_fit() {
    let stage = Stage::new();
    let group = json!({
        "title": "Loyalty", "type": "object",
        "meta:intendedToExtend": ["https://ns.adobe.com/xdm/context/profile"],
        "definitions": {"own": {"properties": {"_emulator": {"type": "object", "properties": {
            "points": {"type": "integer"}}}}}},
        "allOf": [{"$ref": "#/definitions/own"}],
    });
    let made = stage.post(&format!("{SCHEMA_REGISTRY}/tenant/fieldgroups"), &group).expect(201).body;
    let schema = json!({"title": "Members", "type": "object", "allOf": [
        {"$ref": "https://ns.adobe.com/xdm/context/profile"}, {"$ref": made["$id"]}]});
    let schema = stage.post(&format!("{SCHEMA_REGISTRY}/tenant/schemas"), &schema).expect(201).body;
    let mapping = |path: &str| {
        let body = json!({"outputSchema": {"schemaRef": {"id": schema["$id"], "contentType": "application/vnd.adobe.xed-full+json;version=1"}},
            "mappings": [{"sourceType": "ATTRIBUTE", "source": "p", "destination": path}]});
        stage.post(&format!("{CONVERSION}/mappingSets"), &body).status
    };
    assert_eq!((mapping("_emulator.points"), mapping("_emulator.other")), (200, 400));
    // Tutorials print the path without `conversion`.
    let body = json!({"xdmSchema": schema["$id"], "mappings": [{"sourceAttribute": "p", "destinationXdmPath": "_emulator.points"}]});
    stage.post("/data/foundation/mappingSets", &body).expect(200);
}

#[test]
fn a_password_is_not_kept_however_it_comes_and_a_draft_is_published_with_it() {
    let stage = Stage::new();
    let zendesk = "0a27232b-2c6e-4396-b8c6-c9fc24e37ba4";
    let spec = format!("{FLOW_SERVICE}/connectionSpecs/{zendesk}");
    let mut record = stage.record(&spec).0;
    record["attributes"]["isDraftModeSupported"] = json!(true);
    stage.put(&spec, &record).expect(200);
    let connections = format!("{FLOW_SERVICE}/connections");
    let base = |params: Value| {
        json!({
            "name": "base", "connectionSpec": {"id": zendesk, "version": "1.0"},
            "auth": {"specName": "OAuth2 Refresh Code", "params": params},
        })
    };
    let draft = |params: Value| {
        let made = stage.post(&format!("{connections}?mode=draft"), &base(params)).expect(201);
        format!("{connections}/{}", made.body["id"].as_str().unwrap())
    };
    let publish = |path: &str| stage.post(&format!("{path}/action?op=publish"), &json!({}));
    let whole = draft(json!({"subdomain": "acme", "accessToken": "hidden-1"}));
    publish(&whole).expect(200);
    let part = draft(json!({"subdomain": "acme"}));
    assert!(publish(&part).refused_without_code(400).contains("accessToken"));
    let (_, etag) = stage.record(&part);
    let add = json!([{"op": "add", "path": "/auth/params/accessToken", "value": "hidden-2"}]);
    stage.patch(&part, &etag, &add).expect(200);
    publish(&part).expect(200);
    let (_, etag) = stage.record(&part);
    stage
        .patch(&part, &etag, &json!([{"op": "add", "path": "/auth/params/accessToken", "value": "hidden-3"}]))
        .expect(200);
    let state = stage.get("/__emulator/state").expect(200).body.to_string();
    let shown = stage.get(&connections).expect(200).body.to_string();
    assert!(!state.contains("hidden") && !shown.contains("hidden") && !shown.contains("passwordsGiven"), "{shown}");
}
