use super::*;

const SPECS: &str = "/data/foundation/flowservice/connectionSpecs";

#[test]
fn the_control_plane_asks_for_no_credentials() {
    let mut stage = Stage::new();
    stage.headers.clear();
    assert_eq!(stage.get("/__emulator/health").expect(200).body["status"], "up");
    assert_eq!(stage.get("/__emulator/requests").expect(200).body, json!({"items": []}));
}

#[test]
fn requests_are_noted_in_order_with_what_became_of_them() {
    let stage = Stage::new();
    stage.get(&format!("{SPECS}?property=name==zendesk")).expect(200);
    stage.post(SPECS, &batch("acme")).expect(201);
    stage.get("/nothing").expect(404);
    stage.lay(&json!({"path": "/**", "times": 1, "action": {"drop": "after"}}));
    stage.send("GET", SPECS, &[], None).unwrap_err();
    let noted = stage.get("/__emulator/requests");
    let told: Vec<Value> = noted
        .items()
        .iter()
        .map(|request| json!([request["method"], request["path"], request["query"], request["status"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["GET", SPECS, "property=name==zendesk", 200]),
            json!(["POST", SPECS, null, 201]),
            json!(["GET", "/nothing", null, 404]),
            json!(["GET", SPECS, null, null]),
        ]
    );
    assert_eq!(noted.items()[0].get("body"), None);
    assert_eq!(noted.items()[1]["body"], batch("acme"));
    assert_eq!(noted.items()[3]["fault"], "1");
    let at: Vec<&str> = noted.items().iter().map(|request| request["at"].as_str().unwrap()).collect();
    assert!(at.is_sorted() && at[0].ends_with('Z'), "{at:?}");
}

#[test]
fn no_secret_is_among_the_requests() {
    let mut stage = Stage::new();
    let form = credentials().replace("client_secret=emulator", "client_secret=hush-1");
    stage.token(&form).expect(401);
    let form_type = [("content-type", "application/x-www-form-urlencoded")];
    stage.send("POST", "/ims/token/v3?client_secret=hush-2", &form_type, Some(b"scope=a")).unwrap();
    stage.header("authorization", "Bearer hush-3").get(SPECS).expect(401);
    stage.header("authorization", "Bearer emulator");
    let mut body = batch("acme");
    body["settings"] = json!({"password": "hush-4", "refreshToken": "hush-5", "note": "seen"});
    stage.post(SPECS, &body).expect(201);
    let json_type = [("content-type", "application/json")];
    stage.send("POST", SPECS, &json_type, Some(b"{\"password\": \"hush-6\",")).unwrap().expect(400);
    let text = stage.get("/__emulator/requests").body.to_string();
    assert!(!text.contains("hush"), "{text}");
    assert!(text.contains("seen") && text.contains("[redacted]"));
}

#[test]
fn a_reset_brings_the_seed_back_and_forgets_all_else() {
    let mut stage = Stage::new();
    let (before, _) = stage.record(REST_STORAGE);
    let token = stage.token(&credentials()).expect(200).body["access_token"].as_str().unwrap().to_owned();
    stage.post(SPECS, &batch("acme")).expect(201);
    let mut spec = before.clone();
    spec["name"] = json!("changed");
    let changed = stage.put(REST_STORAGE, &spec).expect(200);
    stage.lay(&json!({"path": "/nowhere", "action": {"drop": "before"}}));
    assert_eq!(stage.post("/__emulator/reset", &json!({})).expect(200).body, json!({"reset": true}));
    assert!(stage.get("/__emulator/faults").items().is_empty());
    assert!(stage.get("/__emulator/requests").items().is_empty());
    assert_eq!(stage.count("acme"), 0);
    let (after, etag) = stage.record(REST_STORAGE);
    assert_eq!(after, before);
    // A tag from before a reset never fits a record after it.
    assert_ne!(etag, changed.header("etag"));
    assert_eq!(
        stage.header("authorization", &format!("Bearer {token}")).get(SPECS).expect(401).body["error_code"],
        "401013"
    );
}

#[test]
fn a_record_can_be_taken_away() {
    let mut stage = Stage::new();
    stage.header("x-sandbox-name", "dev");
    let id = stage.post(SPECS, &batch("acme")).expect(201).body["id"].as_str().unwrap().to_owned();
    let path = format!("/__emulator/records/connectionSpecs/{id}");
    assert_eq!(stage.send("DELETE", &path, &[], None).unwrap().expect(200).body, json!({"deleted": 1}));
    stage.get(&format!("{SPECS}/{id}")).refused("1101-404");
    assert_eq!(stage.count("acme"), 0);
    stage.send("DELETE", &path, &[], None).unwrap().refused_without_code(404);
}
