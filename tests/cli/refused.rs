//! Refusal, outage and an answer that is not the platform's, told apart; and what was refused, shown in the artifact.

use serde_json::json;

use crate::{
    emulator::Emulator,
    publish::{BATCH, example, publish},
};

const SPECS: &str = "/data/foundation/flowservice/connectionSpecs";

#[test]
fn a_field_that_the_platform_refuses_is_shown_at_its_key() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    for body in [
        json!({"title": "Invalid request", "errors": [{"pointer": "/sourceSpec/attributes/paginationParams/type"}]}),
        json!({"title": "Invalid request", "detail": "sourceSpec.attributes.paginationParams.type is not supported."}),
        json!({"type": "about:blank", "detail": "'paginationParams.type' of `sourceSpec.attributes.paginationParams.type` is wrong"}),
    ] {
        emulator.fault(&json!({"method": "POST", "path": SPECS, "times": 1, "action": {"status": 400, "body": body}}));
        let ran = publish(&emulator, &directory, &[BATCH]).exits(4);
        let path = format!("Sources/{BATCH}/Artifacts/{BATCH}-connectionSpec.json:");
        let ran = ran.tells(["the platform refused `harbor-helpdesk-tickets` for its", &path, "^^^^^^", "request id"]);
        assert!(ran.stderr.contains("\"type\": \"CONTINUATION_TOKEN\""), "{}", ran.stderr);
    }
    // A refusal that is about the caller points at no key.
    let body = json!({"error_code": "2118-403", "detail": "The permission `name` is missing"});
    emulator.fault(&json!({"method": "POST", "path": SPECS, "times": 1, "action": {"status": 403, "body": body}}));
    let ran = publish(&emulator, &directory, &[BATCH]).exits(4).tells(["2118-403", "request id"]);
    assert!(!ran.stderr.contains("for its"), "{}", ran.stderr);
}

#[test]
fn refusal_outage_and_a_page_of_a_proxy_are_told_apart() {
    let directory = example();
    let emulator = Emulator::in_memory(directory.path());
    let page = "<html><title>Please sign in</title></html>";
    for (action, said, not) in [
        (json!({"status": 403, "body": {"error_code": "2120-403"}}), "the platform refused", "is not JSON"),
        (json!({"status": 500}), "the platform failed", "is not JSON"),
        (json!({"status": 200, "body": page}), "is not JSON (status 200, `text/html", "the platform refused"),
        (json!({"status": 502, "body": page}), "is not JSON (status 502, `text/html", "the platform refused"),
        (json!({"status": 407, "body": page}), "is not JSON (status 407", "the platform refused"),
        (json!({"drop": "before"}), "was sent to", "the platform refused"),
    ] {
        emulator.fault(&json!({"method": "GET", "path": "/data/**", "action": action}));
        for verb in [["plan", BATCH], ["status", BATCH], ["auth", "check"]] {
            let ran = emulator.sss(directory.path()).args(verb).run().exits(4).tells([said]);
            assert!(!ran.stderr.contains(not), "{action}: {}", ran.stderr);
            let answered = action["drop"].is_null();
            assert_eq!(ran.stderr.contains("request id"), answered, "{action}: {}", ran.stderr);
        }
        emulator.mend();
    }
}
