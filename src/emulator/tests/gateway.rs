use std::time::Duration;

use super::*;

const LIST: &str = "/data/foundation/flowservice/flowSpecs";

#[test]
fn a_token_is_given_for_the_credentials_and_opens_the_platform() {
    let mut stage = Stage::new();
    for path in ["/ims/token/v2", "/ims/token/v3"] {
        let form_type = [("content-type", "application/x-www-form-urlencoded")];
        let answer = stage.send("POST", path, &form_type, Some(credentials().as_bytes())).unwrap().expect(200);
        assert_eq!((&answer.body["token_type"], &answer.body["expires_in"]), (&json!("bearer"), &json!(86_399)));
        let token = answer.body["access_token"].as_str().unwrap().to_owned();
        stage.header("authorization", &format!("Bearer {token}")).get(LIST).expect(200);
    }
}

#[test]
fn credentials_may_come_in_the_query() {
    let stage = Stage::new();
    let path = format!("/ims/token/v3?{}", credentials());
    stage.send("POST", &path, &[], Some(b"")).unwrap().expect(200);
    // Those in the body count.
    let path = "/ims/token/v3?client_secret=wrong";
    let form_type = [("content-type", "application/x-www-form-urlencoded")];
    stage.send("POST", path, &form_type, Some(credentials().as_bytes())).unwrap().expect(200);
}

#[test]
fn wrong_credentials_are_told_apart() {
    let stage = Stage::new();
    let good = credentials();
    for (form, status, error) in [
        (String::new(), 400, "invalid_request"),
        (good.replace("&scope=openid", ""), 400, "invalid_request"),
        (good.replace("scope=openid", "scope=,"), 400, "invalid_scope"),
        (good.replace("client_credentials", "authorization_code"), 400, "unsupported_grant_type"),
        (good.replace("client_id=emulator", "client_id=other"), 400, "invalid_client"),
        (good.replace("client_secret=emulator", "client_secret=other"), 401, "invalid_client"),
    ] {
        let answer = stage.token(&form).expect(status);
        assert_eq!(answer.body["error"], error, "{form}");
        assert!(answer.body["error_description"].is_string());
    }
    // A form that does not say it is one is not read.
    let answer = stage.try_write("POST", "/ims/token/v3", &[], &json!({"grant_type": "client_credentials"})).unwrap();
    assert_eq!(answer.expect(400).body["error"], "invalid_request");
    stage.get("/ims/token/v3").refused_without_code(405);
}

#[test]
fn every_header_of_a_call_is_checked() {
    for (name, value, status, code, message) in [
        ("authorization", "", 403, "403010", "Oauth token is missing."),
        ("authorization", "Bearer other", 401, "401013", "Oauth token is not valid"),
        ("authorization", "Basic emulator", 401, "401013", "Oauth token is not valid"),
        ("authorization", "emulator", 401, "401013", "Oauth token is not valid"),
        ("x-api-key", "", 403, "403000", "Api Key is required"),
        ("x-api-key", "other", 403, "403003", "Api Key is invalid"),
        ("x-gw-ims-org-id", "", 400, "400003", "Missing header"),
        ("x-gw-ims-org-id", "0@AdobeOrg", 403, "403025", "Profile is not valid"),
    ] {
        let mut stage = Stage::new();
        let answer = stage.header(name, value).get(LIST).expect(status);
        assert_eq!(answer.body, json!({"error_code": code, "message": message}), "{name}: {value}");
        assert!(!answer.header("x-request-id").is_empty());
    }
}

#[test]
fn the_sandbox_must_be_one_of_the_organization() {
    let mut stage = Stage::new();
    stage.header("x-sandbox-name", "dev").get(LIST).expect(200);
    stage.header("x-sandbox-name", "").get(LIST).refused("2105-400");
    let detail = stage.header("x-sandbox-name", "stage").get(LIST).refused("2100-404");
    assert!(detail.contains("`stage`") && detail.contains("`prod`"), "{detail}");
    stage.header("x-sandbox-name", "*").get(LIST).refused("2111-403");
    stage.header("x-sandbox-name", "prod").header("x-sandbox-id", "1").get(LIST).refused("2110-400");
}

#[test]
fn a_body_must_say_that_it_is_json() {
    let stage = Stage::new();
    let path = format!("{FLOW_SERVICE}/connectionSpecs");
    let body = batch("a").to_string();
    for extra in [&[][..], &[("content-type", "text/plain")]] {
        let answer = stage.send("POST", &path, extra, Some(body.as_bytes())).unwrap().expect(400);
        assert_eq!(
            answer.body,
            json!({
                "type": "/placeholder/type/uri",
                "status": 400,
                "title": "BadRequestError",
                "detail": "A valid content-type must be specified",
            })
        );
    }
    let extra = [("content-type", "Application/JSON; charset=utf-8")];
    stage.send("POST", &path, &extra, Some(body.as_bytes())).unwrap().expect(201);
}

#[test]
fn tokens_expire_with_time_and_on_command() {
    let mut stage = Stage::with(Options { token_lifetime: Duration::ZERO, ..Options::default() });
    let answer = stage.token(&credentials()).expect(200);
    assert_eq!(answer.body["expires_in"], 0);
    let bearer = format!("Bearer {}", answer.body["access_token"].as_str().unwrap());
    assert_eq!(stage.header("authorization", &bearer).get(LIST).expect(401).body["error_code"], "401013");

    let mut stage = Stage::new();
    let answer = stage.token(&credentials()).expect(200);
    let bearer = format!("Bearer {}", answer.body["access_token"].as_str().unwrap());
    stage.header("authorization", &bearer).get(LIST).expect(200);
    assert_eq!(stage.post("/__emulator/tokens/expire", &json!({})).expect(200).body, json!({"expired": 1}));
    assert_eq!(stage.get(LIST).expect(401).body["error_code"], "401013");
    // The token that is always good still is.
    stage.header("authorization", "Bearer emulator").get(LIST).expect(200);
}

#[test]
fn unknown_paths_and_methods_are_refused() {
    let stage = Stage::new();
    for path in ["/", "/data/foundation/flowservice", "/data/foundation/flowservice/nothing", "/__emulator/nothing"] {
        let detail = stage.get(path).refused_without_code(404);
        assert!(detail.contains(path), "{detail}");
    }
    for (path, allowed) in [
        (format!("{FLOW_SERVICE}/connectionSpecs"), "GET,HEAD,POST"),
        (REST_STORAGE.to_owned(), "GET,HEAD,PUT"),
        ("/__emulator/reset".to_owned(), "POST"),
    ] {
        let answer = stage.send("DELETE", &path, &[], None).unwrap();
        assert_eq!(answer.header("allow"), allowed);
        answer.refused_without_code(405);
    }
    // Who has no credentials does not learn which paths there are.
    let mut stage = stage;
    stage.header("authorization", "").get("/data/nothing").expect(403);
}

#[test]
fn the_callers_request_id_comes_back() {
    let mut stage = Stage::new();
    stage.header("x-request-id", "call-1");
    assert_eq!(stage.get(LIST).header("x-request-id"), "call-1");
    assert_eq!(stage.get("/nothing").body["request_id"], "call-1");
}
