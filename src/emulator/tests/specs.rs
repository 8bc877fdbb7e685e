use super::*;

const SPECS: &str = "/data/foundation/flowservice/connectionSpecs";
const FLOWS: &str = "/data/foundation/flowservice/flowSpecs";

fn posted(answer: &Answer) -> String {
    let record = answer.body.get("items").map_or(&answer.body, |items| &items[0]);
    record["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_batch_spec_is_answered_as_a_plain_record_and_read_in_items() {
    let stage = Stage::new();
    let answer = stage.post(SPECS, &batch("acme")).expect(201);
    let id = answer.body["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("{SPECS}/{id}"));
    let keys: Vec<&String> = answer.body.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "id",
            "createdAt",
            "updatedAt",
            "createdBy",
            "updatedBy",
            "createdClient",
            "updatedClient",
            "sandboxId",
            "sandboxName",
            "imsOrgId",
            "name",
            "type",
            "providerId",
            "version",
            "authSpec",
            "sourceSpec"
        ]
    );
    assert_eq!((&answer.body["sandboxName"], &answer.body["imsOrgId"]), (&json!("prod"), &json!(ORGANIZATION)));
    assert!(answer.body["createdAt"].is_u64());
    let (record, etag) = stage.record(&format!("{SPECS}/{id}"));
    assert_eq!(record, answer.body);
    assert_eq!(etag, answer.header("etag"));
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() == 38, "{etag}");
    let (shouted, _) = stage.record(&format!("{SPECS}/{}", id.to_uppercase()));
    assert_eq!(shouted, record);
}

#[test]
fn a_streaming_spec_is_answered_in_items() {
    let stage = Stage::new();
    let answer = stage.post(SPECS, &streaming("acme")).expect(201);
    assert_eq!(answer.items().len(), 1);
    let path = format!("{SPECS}/{}", posted(&answer));
    assert_eq!(answer.header("location"), path);
    let answer = stage.put(&path, &streaming("acme two")).expect(200);
    assert_eq!(answer.names(), ["acme two"]);
    // The provider tells it as well where the type is left out.
    let untyped = json!({"name": "untyped", "providerId": STREAMING});
    assert_eq!(stage.post(SPECS, &untyped).expect(201).names(), ["untyped"]);
}

#[test]
fn a_put_replaces_the_whole_record_but_not_its_audit_fields() {
    let stage = Stage::new();
    let created = stage.post(SPECS, &batch("acme")).expect(201);
    let path = format!("{SPECS}/{}", posted(&created));
    let mut body = json!({"name": "acme two", "providerId": BATCH, "type": "generic-rest", "unheardOf": [1.5, null]});
    for (name, value) in [
        ("id", json!("another")),
        ("createdAt", json!(1)),
        ("imsOrgId", json!("other")),
        ("etag", json!("\"x\"")),
        ("sandboxName", json!("dev")),
    ] {
        body[name] = value;
    }
    let replaced = stage.put(&path, &body).expect(200);
    assert_eq!(replaced.body["name"], "acme two");
    assert_eq!(replaced.body["unheardOf"], json!([1.5, null]));
    for gone in ["authSpec", "sourceSpec", "version", "etag"] {
        assert_eq!(replaced.body.get(gone), None, "{gone}");
    }
    for kept in ["id", "createdAt", "createdBy", "createdClient", "sandboxId", "sandboxName", "imsOrgId"] {
        assert_eq!(replaced.body[kept], created.body[kept], "{kept}");
    }
    assert!(replaced.body["updatedAt"].as_u64() >= created.body["updatedAt"].as_u64());
    assert_ne!(replaced.header("etag"), created.header("etag"));
    assert_eq!(stage.record(&path).0, replaced.body);
    // The same content again is a change all the same.
    assert_ne!(stage.put(&path, &body).header("etag"), replaced.header("etag"));
}

#[test]
fn every_number_is_kept_to_the_character() {
    let stage = Stage::new();
    let text = |method: &str, path: &str, body: Option<&str>| {
        let agent = &stage.agent;
        let mut request = Request::builder().method(method).uri(format!("{}{path}", stage.emulator.base_url()));
        for (name, value) in &stage.headers {
            request = request.header(*name, value);
        }
        let mut response = match body {
            Some(body) => {
                agent.run(request.header("content-type", "application/json").body(body.to_owned()).unwrap()).unwrap()
            }
            None => agent.run(request.body(()).unwrap()).unwrap(),
        };
        assert!(response.status().is_success(), "{response:?}");
        response.body_mut().read_to_string().unwrap()
    };
    let odd = r#""odd": {"big": 123456789012345678901234567890, "exact": 0.10, "power": 1E+3, "zero": -0.0}"#;
    let spec = batch("acme").to_string().replacen('{', &format!("{{{odd},"), 1);
    let answer = text("POST", SPECS, Some(&spec));
    let numbers = odd.split_once(": ").unwrap().1;
    assert!(answer.contains(numbers), "{answer}");
    let id = serde_json::from_str::<Value>(&answer).unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("{SPECS}/{id}");
    assert!(text("GET", &path, None).contains(numbers));
    assert!(text("GET", &format!("{SPECS}?property=name==acme"), None).contains(numbers));
    let changed = numbers.replace("0.10", "0.1000");
    assert!(text("PUT", &path, Some(&spec.replace(numbers, &changed))).contains(&changed));
    let flow_spec = text("GET", REST_STORAGE, None);
    let flow_spec = flow_spec.strip_prefix("{\"items\":[").unwrap().strip_suffix("]}").unwrap();
    text("PUT", REST_STORAGE, Some(&flow_spec.replacen('{', &format!("{{{odd},"), 1)));
    assert!(text("GET", REST_STORAGE, None).contains(numbers));
}

#[test]
fn audit_fields_of_a_new_spec_are_the_platforms() {
    let stage = Stage::new();
    let mut body = batch("acme");
    body["id"] = json!("11111111-1111-4111-8111-111111111111");
    body["createdAt"] = json!(1);
    let answer = stage.post(SPECS, &body).expect(201);
    assert_ne!(answer.body["id"], body["id"]);
    assert_ne!(answer.body["createdAt"], 1);
    // Names need not be unique.
    stage.post(SPECS, &body).expect(201);
    assert_eq!(stage.count("acme"), 2);
}

#[test]
fn if_match_is_honoured_where_it_is_sent() {
    let stage = Stage::new();
    let (mut spec, etag) = stage.record(REST_STORAGE);
    let put = |spec: &Value, tag: &str| stage.try_write("PUT", REST_STORAGE, &[("if-match", tag)], spec).unwrap();
    spec["version"] = json!("1.1");
    let changed = put(&spec, &etag).expect(200);
    spec["version"] = json!("1.2");
    let detail = put(&spec, &etag).refused("1404-412");
    assert!(detail.contains(&etag), "{detail}");
    assert_eq!(stage.record(REST_STORAGE).0["version"], "1.1");
    put(&spec, changed.header("etag").trim_matches('"')).expect(200);
    put(&spec, "*").expect(200);
    put(&spec, "").refused("1404-412");
}

#[test]
fn a_tag_may_be_written_in_every_way_clients_have() {
    let stage = Stage::new();
    let path = format!("{SPECS}/{}", posted(&stage.post(SPECS, &batch("acme"))));
    for write in [
        |tag: &str| tag.to_owned(),
        |tag: &str| tag.trim_matches('"').to_owned(),
        |tag: &str| format!("W/{tag}"),
        |tag: &str| format!("\"\\{}\\\"\"", tag.trim_end_matches('"')),
        |tag: &str| format!("\"another\", {tag}"),
    ] {
        let (_, outdated) = stage.record(&path);
        let body = batch("acme").to_string();
        let put = |tag: &str| {
            let headers = [("if-match", tag), ("content-type", "application/json")];
            stage.send("PUT", &path, &headers, Some(body.as_bytes())).unwrap()
        };
        put(&write(&outdated)).expect(200);
        put(&write(&outdated)).refused("1404-412");
    }
}

#[test]
fn a_slash_at_the_end_of_a_path_changes_nothing() {
    let stage = Stage::new();
    let id = posted(&stage.post(&format!("{SPECS}/"), &batch("acme")).expect(201));
    assert_eq!(stage.get(&format!("{SPECS}/{id}/")).expect(200).names(), ["acme"]);
    stage.put(&format!("{SPECS}/{id}/"), &batch("acme two")).expect(200);
    assert_eq!(stage.get(&format!("{SPECS}/?property=name==acme%20two")).expect(200).names(), ["acme two"]);
    let fault = json!({"path": SPECS, "times": 1, "action": {"status": 503}});
    stage.post("/__emulator/faults/", &fault).expect(201);
    assert_eq!(stage.get(&format!("{SPECS}/")).status, 503);
    assert_eq!(stage.get("/").status, 404);
    // What is noted is what was asked for.
    let noted = stage.get("/__emulator/requests/").expect(200).items()[0]["path"].clone();
    assert_eq!(noted, json!(format!("{SPECS}/")));
}

#[test]
fn a_body_that_is_none_is_refused() {
    let stage = Stage::new();
    let json_type = [("content-type", "application/json")];
    for (method, path) in [("POST", SPECS), ("PUT", REST_STORAGE)] {
        let send = |body: &[u8]| stage.send(method, path, &json_type, Some(body)).unwrap();
        for empty in ["", "  \n", "null", "{}"] {
            send(empty.as_bytes()).refused("1405-400");
        }
        assert!(send(b"{\"name\": }").refused_without_code(400).contains("not JSON"));
        assert!(send(b"[]").refused_without_code(400).contains("object"));
        assert!(send(&[0xff, 0xfe]).refused_without_code(400).contains("not JSON"));
        assert!(send("[".repeat(100_000).as_bytes()).refused_without_code(400).contains("not JSON"));
        let large = format!("{{\"name\": \"{}\"}}", "x".repeat(6 << 20));
        assert!(send(large.as_bytes()).refused_without_code(413).contains("5242880"));
    }
    stage.send("POST", SPECS, &[], Some(b"")).unwrap().refused("1405-400");
}

#[test]
fn every_wrong_field_of_a_body_is_told_at_once() {
    let stage = Stage::new();
    let detail = stage.post(SPECS, &json!({"version": "1.0"})).refused_without_code(400);
    assert_eq!(detail, "`name` is missing; `providerId` is missing");
    let detail = stage
        .post(
            SPECS,
            &json!({
                "name": " ",
                "providerId": "0ed90a81",
                "type": 1,
                "authSpec": {},
                "sourceSpec": [],
                "exploreSpec": "x",
                "attributes": null,
            }),
        )
        .refused_without_code(400);
    for field in ["name", "providerId", "type", "authSpec", "sourceSpec", "exploreSpec", "attributes"] {
        assert!(detail.contains(&format!("`{field}` must be")), "{field}: {detail}");
    }
    let (mut spec, _) = stage.record(REST_STORAGE);
    spec["sourceConnectionSpecIds"] = json!(["one"]);
    spec["scheduleSpec"] = json!([]);
    let detail = stage.put(REST_STORAGE, &spec).refused_without_code(400);
    assert_eq!(detail, "`sourceConnectionSpecIds` must be an array of UUIDs; `scheduleSpec` must be an object");
}

#[test]
fn ids_that_are_none_and_ids_that_are_unknown_are_told_apart() {
    let stage = Stage::new();
    for collection in [SPECS, FLOWS] {
        for id in ["x", "6499120c0b1542dc936e847ea3c24d72", "a%2Fb", "%ff", "%7B6499120c-0b15-42dc-936e-847ea3c24d7%7D"]
        {
            stage.get(&format!("{collection}/{id}")).refused("1413-400");
            stage.put(&format!("{collection}/{id}"), &batch("a")).refused("1413-400");
        }
        let unknown = format!("{collection}/11111111-1111-4111-8111-111111111111");
        stage.get(&unknown).refused("1101-404");
        stage.put(&unknown, &batch("a")).refused("1101-404");
    }
}

#[test]
fn a_flow_spec_takes_any_ids_and_keeps_all_else() {
    let stage = Stage::new();
    let id = posted(&stage.post(SPECS, &batch("acme")).expect(201));
    let (before, _) = stage.record(REST_STORAGE);
    let mut wanted = before.clone();
    let ids = wanted["sourceConnectionSpecIds"].as_array_mut().unwrap();
    ids.push(json!("11111111-1111-4111-8111-111111111111"));
    ids.push(json!(id));
    // Plain, and all else as it was.
    let answer = stage.put(REST_STORAGE, &wanted).expect(200);
    assert_eq!(answer.body["sourceConnectionSpecIds"], wanted["sourceConnectionSpecIds"]);
    let (mut after, _) = stage.record(REST_STORAGE);
    for name in ["updatedAt", "updatedBy", "updatedClient"] {
        assert_ne!(after[name], before[name]);
        after[name] = before[name].clone();
    }
    assert_eq!(after.to_string(), wanted.to_string());
}

#[test]
fn a_flow_spec_can_be_made() {
    let stage = Stage::new();
    let (mut spec, _) = stage.record(REST_STORAGE);
    spec["name"] = json!("Mine");
    spec["sourceConnectionSpecIds"] = json!(["4E98F16F-87D6-4EF0-BDC6-7A2B0FE76E62"]);
    let answer = stage.post(FLOWS, &spec).expect(201);
    assert_eq!(answer.header("location"), format!("{FLOWS}/{}", answer.body["id"].as_str().unwrap()));
    assert_eq!(stage.get(&format!("{FLOWS}?property=name==Mine")).items().len(), 1);
}

#[test]
fn a_spec_belongs_to_its_sandbox_and_the_platforms_to_all() {
    let mut stage = Stage::new();
    let path = format!("{SPECS}/{}", posted(&stage.post(SPECS, &batch("acme")).expect(201)));
    stage.header("x-sandbox-name", "dev");
    stage.get(&path).refused("1101-404");
    stage.put(&path, &batch("acme")).refused("1101-404");
    assert_eq!((stage.count("acme"), stage.count("zendesk")), (0, 1));
    let (mut spec, _) = stage.record(REST_STORAGE);
    spec["version"] = json!("1.1");
    stage.put(REST_STORAGE, &spec).expect(200);
    stage.header("x-sandbox-name", "prod");
    assert_eq!(stage.record(REST_STORAGE).0["version"], "1.1");
    assert_eq!(stage.count("acme"), 1);
}

#[test]
fn writers_at_once_lose_nothing() {
    let stage = Stage::new();
    let before = stage.record(REST_STORAGE).0["sourceConnectionSpecIds"].as_array().unwrap().len();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let stage = &stage;
            scope.spawn(move || {
                for turn in 0..5 {
                    let id = posted(&stage.post(SPECS, &batch(&format!("acme-{writer}-{turn}"))).expect(201));
                    loop {
                        let (mut spec, etag) = stage.record(REST_STORAGE);
                        spec["sourceConnectionSpecIds"].as_array_mut().unwrap().push(json!(id));
                        match stage.try_write("PUT", REST_STORAGE, &[("if-match", &etag)], &spec).unwrap().status {
                            200 => break,
                            status => assert_eq!(status, 412),
                        }
                    }
                }
            });
        }
    });
    let (spec, _) = stage.record(REST_STORAGE);
    let ids: std::collections::BTreeSet<&str> =
        spec["sourceConnectionSpecIds"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(ids.len(), before + 40);
    assert_eq!(spec["sourceConnectionSpecIds"].as_array().unwrap().len(), before + 40);
}
