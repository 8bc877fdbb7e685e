//! A streaming source in the emulator, up to its inlet, and what came through it.

use self_serve_sources::emulator::{ACCESS_TOKEN, CLIENT_ID, ORGANIZATION, SANDBOX};
use serde_json::{Value, json};

use super::Error;

const FLOW_SERVICE: &str = "/data/foundation/flowservice";
const PROFILE: &str = "https://ns.adobe.com/xdm/context/profile";
const PERSON: &str = "https://ns.adobe.com/xdm/context/profile-person-details";
const GENERIC_STREAMING: &str = "e77fd9d2-22a8-11ed-861d-0242ac120002";
const GENERIC_STREAMING_FLOW: &str = "e77fde5a-22a8-11ed-861d-0242ac120002";
const DATA_LAKE: &str = "c604ff05-7f1a-43c0-8e18-33bf874cb11c";
const VERSION: &str = "application/vnd.adobe.xed-full+json;version=1";

/// Makes the source, and gives the path of its inlet.
pub(crate) fn make(url: &str) -> Result<String, Error> {
    let schema = json!({"title": "People", "type": "object", "allOf": [{"$ref": PROFILE}, {"$ref": PERSON}]});
    let schema = text(&call(url, "/data/foundation/schemaregistry/tenant/schemas", Some(&schema))?["$id"])?;
    let dataset = json!({"name": "People", "schemaRef": {"id": schema, "contentType": VERSION}});
    let dataset = text(&call(url, "/data/foundation/catalog/dataSets", Some(&dataset))?[0])?;
    let dataset = dataset.trim_start_matches("@/dataSets/");
    let mapping = |source: &str, destination: &str| json!({"sourceType": "ATTRIBUTE", "source": source, "destination": destination});
    let mapping = json!({
        "outputSchema": {"schemaRef": {"id": schema, "contentType": VERSION}},
        "mappings": [
            mapping("requester.first", "person.name.firstName"),
            mapping("requester.last", "person.name.lastName"),
            mapping("requester.born.day", "person.birthDay"),
            mapping("requester.born.year", "person.birthYear"),
        ],
    });
    let mapping = text(&call(url, "/data/foundation/conversion/mappingSets", Some(&mapping))?["id"])?;
    let made =
        |collection: &str, body: &Value| text(&call(url, &format!("{FLOW_SERVICE}/{collection}"), Some(body))?["id"]);
    let source = made(
        "sourceConnections",
        &json!({"name": "source", "connectionSpec": {"id": GENERIC_STREAMING, "version": "1.0"}, "data": {"format": "json"}}),
    )?;
    let target = made(
        "targetConnections",
        &json!({
            "name": "target",
            "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
            "data": {"format": "json", "schema": {"id": schema, "version": VERSION}},
            "params": {"dataSetId": dataset},
        }),
    )?;
    let flow = made(
        "flows",
        &json!({
            "name": "flow",
            "flowSpec": {"id": GENERIC_STREAMING_FLOW, "version": "1.0"},
            "sourceConnectionIds": [source],
            "targetConnectionIds": [target],
            "transformations": [{"name": "Mapping", "params": {"mappingId": mapping, "mappingVersion": 0}}],
        }),
    )?;
    let record = call(url, &format!("{FLOW_SERVICE}/flows/{flow}"), None)?;
    let inlet = text(&record["items"][0]["options"]["inletUrl"])?;
    Ok(inlet.trim_start_matches(url).to_owned())
}

/// How many events are kept that fit their schema.
pub(crate) fn count(url: &str) -> Result<usize, Error> {
    let answer = call(url, "/__emulator/events?count=true&valid=true", None)?;
    let count = answer["count"].as_u64().ok_or("no count")?;
    Ok(usize::try_from(count)?)
}

fn text(value: &Value) -> Result<String, Error> {
    Ok(value.as_str().ok_or("the answer is not as expected")?.to_owned())
}

fn call(url: &str, path: &str, body: Option<&Value>) -> Result<Value, Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
    let request = ureq::http::Request::builder()
        .method(if body.is_some() { "POST" } else { "GET" })
        .uri(format!("{url}{path}"))
        .header("authorization", format!("Bearer {ACCESS_TOKEN}"))
        .header("x-api-key", CLIENT_ID)
        .header("x-gw-ims-org-id", ORGANIZATION)
        .header("x-sandbox-name", SANDBOX)
        .header("content-type", "application/json");
    let mut answer = match body {
        Some(body) => agent.run(request.body(body.to_string())?)?,
        None => agent.run(request.body(())?)?,
    };
    let text = answer.body_mut().read_to_string()?;
    if !answer.status().is_success() {
        return Err(format!("{path}: {}: {text}", answer.status()).into());
    }
    Ok(serde_json::from_str(&text)?)
}
