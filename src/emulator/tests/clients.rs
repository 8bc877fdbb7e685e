//! What clients written for the live platform send, that no page documents.

use super::{
    dataflows::{DATA_LAKE, WITHOUT_MAPPING, envelope},
    *,
};

#[test]
fn truth_is_spelt_in_either_case() {
    let stage = Stage::new();
    let (base, source) = stage.http_api("xdm", false);
    let target = stage.target();
    let flow = stage.flow(WITHOUT_MAPPING, &source, &target.connection_id, None);
    let flows = format!("{FLOW_SERVICE}/flows");
    assert_eq!(stage.get(&format!("{flows}?limit=100&count=False")).expect(200).items().len(), 1);
    assert_eq!(stage.get(&format!("{flows}?count=True")).expect(200).body, json!({"count": 1}));
    stage.get(&format!("{flows}?limit=100&count=True")).refused("1401-400");
    stage.get(&format!("{flows}?count=yes")).refused("1452-400");
    let path = format!("{}?syncValidation=True", stage.inlet_of_connection(&base));
    stage.post(&path, &envelope(&target, &flow, &json!({"_id": 1}))).expect(400);
}

#[test]
fn every_page_of_a_list_has_links() {
    let stage = Stage::new();
    for collection in ["connections", "sourceConnections", "targetConnections", "flows", "runs"] {
        let answer = stage.get(&format!("{FLOW_SERVICE}/{collection}")).expect(200);
        assert_eq!(answer.body, json!({"items": [], "_links": {}}));
    }
}

#[test]
fn a_schedule_is_nothing_to_a_flow_that_streams() {
    let stage = Stage::new();
    let (base, source) = stage.http_api("xdm", false);
    let target = stage.target();
    let body = json!({
        "name": "flow", "flowSpec": {"id": WITHOUT_MAPPING, "version": "1.0"}, "sourceConnectionIds": [source],
        "targetConnectionIds": [target.connection_id], "transformations": [],
        "scheduleParams": {"frequency": "minute", "interval": "15", "foldernameTemplate": "%DATASET_ID%"},
    });
    let flow = stage.made("flows", &body);
    stage.post(&stage.inlet_of_connection(&base), &envelope(&target, &flow, &json!({"_id": "1"}))).expect(200);
    let runs = stage.get(&format!("{FLOW_SERVICE}/runs?property=flowId=={flow}")).expect(200);
    assert_eq!(runs.items()[0]["metrics"]["recordSummary"]["inputRecordCount"], 1, "it has fetched nothing");
    assert_eq!(stage.events("").len(), 1);
}

#[test]
fn a_description_may_be_empty_and_a_name_may_not() {
    let stage = Stage::new();
    let target = stage.target();
    let body = |name: &str| {
        json!({
            "name": name, "description": "", "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
            "data": {"format": "json"}, "params": {"dataSetId": target.dataset_id},
        })
    };
    stage.made("targetConnections", &body("target"));
    stage.post(&format!("{FLOW_SERVICE}/targetConnections"), &body("")).refused_without_code(400);
}

#[test]
fn schemas_are_listed_without_those_of_a_class() {
    let stage = Stage::new();
    stage.schema("People");
    let accept = [("accept", "application/vnd.adobe.xed-id+json")];
    let listed = |filter: &str| {
        let path = format!("/data/foundation/schemaregistry/tenant/schemas?property={filter}");
        stage.send("GET", &path, &accept, None).unwrap()
    };
    let count = |filter: &str| listed(filter).expect(200).body["results"].as_array().unwrap().len();
    assert_eq!(count("meta:extends!=https://ns.adobe.com/xdm/data/adhoc"), 1);
    assert_eq!(count("meta:extends!=https://ns.adobe.com/xdm/context/profile"), 0);
    assert_eq!(count("meta:extends==https://ns.adobe.com/xdm/context/profile"), 1);
    listed("title~People").refused_without_code(400);
}
