//! From a sample to events in the emulator that are mapped and valid, whatever the sample holds.

use std::fs;

use serde_json::{Value, json};

use crate::emulator::Emulator;

/// Neither id nor time, names that no plain word is, nulls, and arrays within arrays.
const SAMPLE: &str = r#"
{"first name": "Ada", "a.b": 1, "1st": null, "and": true, "mail": null, "tags": ["x", "y"], "lines": [
    {"the sku": "s1", "n": 1, "note": null, "parts": [{"p.q": 1, "r": "x"}, {"p.q": 2, "r": null}]},
    {"the sku": "s2", "n": null, "note": "n", "parts": []}], "deep": {"er": {"}{": 1.5}}}
{"first name": null, "1st": "f", "mail": "a@example.com", "lines": [], "deep": {"er": null}}
"#;

fn events(emulator: &Emulator) -> Vec<Value> {
    let (status, answer) = emulator.call("GET", "/__emulator/events", None);
    assert_eq!(status, 200, "{answer}");
    answer["items"].as_array().unwrap().clone()
}

#[test]
fn events_of_a_sample_are_mapped_and_valid() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("sample.jsonl"), SAMPLE).unwrap();
    let emulator = Emulator::in_memory(directory.path());
    let sss = |arguments: &[&str]| emulator.sss(directory.path()).arg("dataflow").args(arguments).run();
    sss(&["up", "--http-api", "raw", "--sample", "sample.jsonl", "--yes"]).exits(0);
    sss(&["send", "http-api-raw", "sample.jsonl"]).exits(0);

    let mut events = events(&emulator);
    assert_eq!(events.len(), 2);
    events.sort_by_key(|event| event["event"]["first name"].is_null());
    for event in &mut events {
        assert_eq!((&event["valid"], event.get("faults")), (&json!(true), None), "{event:#}");
        assert_eq!(event.get("warnings"), None);
        let entity = event["xdmEntity"].as_object_mut().unwrap();
        let id = entity.remove("_id").unwrap();
        assert_eq!(id.as_str().unwrap().len(), 36);
        assert!(entity.remove("timestamp").unwrap().as_str().unwrap().starts_with("20"));
    }
    assert_ne!(events[0]["xactionId"], events[1]["xactionId"]);
    insta::assert_snapshot!(format!("{}\n{}", events[0]["xdmEntity"], events[1]["xdmEntity"]), @r#"
    {"_emulator":{"first_name":"Ada","a_b":1,"and":true,"tags":["x","y"],"lines":[{"the_sku":"s1","n":1,"parts":[{"p_q":1,"r":"x"},{"p_q":2}]},{"the_sku":"s2","note":"n","parts":[]}],"deep":{"er":{"field":1.5}}}}
    {"_emulator":{"field_1st":"f","mail":"a@example.com","lines":[]}}
    "#);
}

#[test]
fn expressions_of_a_file_are_computed_and_unknown_ones_refused() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    let emulator = Emulator::in_memory(directory.path());
    let sss = |arguments: &[&str]| emulator.sss(directory.path()).arg("dataflow").args(arguments).run();
    let up = ["up", "--http-api", "raw", "--sample", "sample.json", "--mapping", "mapping.csv", "--yes"];
    write("sample.json", r#"{"who": " Ada ", "points": 12, "tier": "g", "born at": 1571829875000}"#);
    let mapping = r#"who,_{tenantId}.who
uuid(),_id
"dformat(${born at}, ""yyyy-MM-dd'T'HH:mm:ss.SSSX"")",timestamp
"#;
    write("mapping.csv", &format!("{mapping}\"explode(tier, ',')\",_{{tenantId}}.tier\n"));
    sss(&up).exits(5).tells(["`explode(tier, ',')` cannot be computed", "`explode` is no function"]);

    let computed = r#""concat(upper(trim(who)), '-', decode(tier, 'g', 'gold', 'none'))",_{tenantId}.tier
to_integer(points),_{tenantId}.points
"#;
    write("mapping.csv", &format!("{mapping}{computed}"));
    sss(&up).exits(0);
    write(
        "events.jsonl",
        "{\"who\": \" Ada \", \"points\": \"7\", \"tier\": \"g\", \"born at\": 1571829875000}\n\
                           {\"points\": \"many\", \"born at\": \"1571829875000\"}\n",
    );
    sss(&["send", "http-api-raw", "events.jsonl"]).exits(0);
    let mut events = self::events(&emulator);
    events.sort_by_key(|event| event.get("warnings").is_some());
    let of =
        |event: &Value| (event["valid"].clone(), event["xdmEntity"]["_emulator"].clone(), event["warnings"].clone());
    assert_eq!(of(&events[0]), (json!(true), json!({"who": " Ada ", "tier": "ADA-gold", "points": 7}), Value::Null));
    assert_eq!(events[0]["xdmEntity"]["timestamp"], "2019-10-23T11:24:35.000Z");
    let warnings = json!(["`_emulator.points` was left out: `to_integer` cannot make a number of `many`"]);
    assert_eq!(of(&events[1]), (json!(true), json!({"tier": "-none"}), warnings));

    // A set that comes from elsewhere is not passed over either.
    let (_, state) = emulator.call("GET", "/__emulator/state", None);
    let state = state.to_string().replace("to_integer(points)", "unheard(points)");
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("seed.json"), state).unwrap();
    let seeded = Emulator::start(other.path(), &["--memory", "--seed", "seed.json"]);
    let inlet = events[0]["inletId"].as_str().unwrap();
    let path = format!("/collection/{inlet}?x-adobe-flow-id={}", events[0]["flowId"].as_str().unwrap());
    let (status, answer) = seeded.call("POST", &path, Some(&json!({"points": 1})));
    assert_eq!(status, 400, "{answer}");
    assert!(answer.to_string().contains("`unheard` is no function that the emulator computes"), "{answer}");
}
