//! Who may send to an inlet, and how often.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{
    dataflows::{WITH_MAPPING, WITHOUT_MAPPING, envelope},
    *,
};

#[test]
fn synchronous_validation_is_for_sixty_requests_a_minute() {
    let stage = Stage::new();
    let (base, source) = stage.http_api("xdm", false);
    let target = stage.target();
    let flow = stage.flow(WITHOUT_MAPPING, &source, &target.connection_id, None);
    let inlet = stage.inlet_of_connection(&base);
    let path = format!("{inlet}?syncValidation=true");
    let good = envelope(&target, &flow, &json!({"_id": "1"}));
    let bad = envelope(&target, &flow, &json!({"_id": 1}));
    // What is refused counts as well.
    for number in 0..60 {
        if number % 2 == 0 {
            stage.post(&path, &good).expect(200)
        } else {
            stage.post(&path, &bad).expect(400)
        };
    }
    let answer = stage.post(&path, &good).expect(429);
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(answer.body["status"], 429);
    // Nothing else is slowed down by it.
    stage.post(&inlet, &good).expect(200);
    assert_eq!(stage.events("").len(), 31);
    let (other, _) = stage.http_api("xdm", false);
    stage.post(&format!("{}?syncValidation=true", stage.inlet_of_connection(&other)), &json!({})).expect(400);
    stage.post("/__emulator/reset", &json!({})).expect(200);
}

#[test]
fn an_authenticated_inlet_takes_a_token_until_it_expires() {
    let mut stage = Stage::new();
    let (base, source) = stage.http_api("xdm", true);
    let target = stage.target();
    let flow = stage.flow(WITHOUT_MAPPING, &source, &target.connection_id, None);
    let inlet = stage.inlet_of_connection(&base);
    let event = envelope(&target, &flow, &json!({"_id": "1"}));
    let token = stage.token(&credentials()).expect(200).body["access_token"].as_str().unwrap().to_owned();
    stage.header("authorization", &format!("Bearer {token}"));
    stage.post(&inlet, &event).expect(200);
    stage.post("/__emulator/tokens/expire", &json!({})).expect(200);
    for path in [inlet.clone(), inlet.replace("/collection/", "/collection/batch/")] {
        let answer = stage.post(&path, &event).expect(401);
        assert_eq!(
            answer.body,
            json!({
                "type": "https://ns.adobe.com/adobecloud/problem/data-collection-service-authorization",
                "status": "401",
                "title": "Authorization",
                "report": {"message": "[id] Ims service token is not valid"},
            })
        );
    }
    assert_eq!(stage.events("").len(), 1);
}

#[test]
fn a_token_that_is_as_old_as_it_may_be_is_refused_at_the_inlet() {
    let mut stage = Stage::with(Options { token_lifetime: std::time::Duration::ZERO, ..Options::default() });
    let (base, _) = stage.http_api("raw", true);
    let inlet = stage.inlet_of_connection(&base);
    let token = stage.token(&credentials()).expect(200).body["access_token"].as_str().unwrap().to_owned();
    stage.header("authorization", &format!("Bearer {token}"));
    stage.post(&inlet, &json!({})).expect(401);
}

#[test]
fn a_signature_is_that_of_the_exact_bytes() {
    let stage = Stage::new();
    let (base, source) = stage.http_api("raw", false);
    let target = stage.target();
    let mapping = stage.mapping_set(&target.schema_id);
    let flow = stage.flow(WITH_MAPPING, &source, &target.connection_id, Some(&mapping));
    let inlet = stage.inlet_of_connection(&base);
    let inlet_id = inlet.rsplit('/').next().unwrap();
    let asked = json!({"authentication": "hmac", "secret": "hush"});
    stage.put(&format!("/__emulator/inlets/{inlet_id}"), &asked).expect(200);
    let path = format!("{inlet}?x-adobe-flow-id={flow}");
    let body = b"{ \"first\":  \"Ada\" }";
    let mut mac = Hmac::<Sha256>::new_from_slice(b"hush").unwrap();
    mac.update(body);
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let send = |signature: &str, body: &[u8]| {
        let headers = [("content-type", "application/json"), ("x-hmac-sha256", signature)];
        stage.send("POST", &path, &headers, Some(body)).unwrap().status
    };
    assert_eq!(send(&signature, body), 200);
    assert_eq!(send(&signature, b"{\"first\":\"Ada\"}"), 401, "the same value in other bytes");
    assert_eq!(send(&signature[..20], body), 401);
    stage.put(&format!("/__emulator/inlets/{inlet_id}"), &json!({"authentication": "none"})).expect(200);
    assert_eq!(send("", body), 200);
}
