//! Runs: of flows that fetch, of flows that stream, and what waits for them.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use super::{
    dataflows::{GENERIC_STREAMING, GENERIC_STREAMING_FLOW},
    *,
};

const ZENDESK: &str = "0a27232b-2c6e-4396-b8c6-c9fc24e37ba4";

/// A flow that fetches every hour, begun already.
fn batch_flow(stage: &Stage) -> String {
    let base = stage.made(
        "connections",
        &json!({
            "name": "base", "connectionSpec": {"id": ZENDESK, "version": "1.0"},
            "auth": {"specName": "OAuth2 Refresh Code", "params": {"subdomain": "acme", "accessToken": "hidden"}},
        }),
    );
    let source = stage.made(
        "sourceConnections",
        &json!({
            "name": "source", "baseConnectionId": base, "connectionSpec": {"id": ZENDESK, "version": "1.0"},
            "data": {"format": "json"}, "params": {},
        }),
    );
    let target = stage.target();
    stage.made(
        "flows",
        &json!({
            "name": "flow", "flowSpec": {"id": "6499120c-0b15-42dc-936e-847ea3c24d72", "version": "1.0"},
            "sourceConnectionIds": [source], "targetConnectionIds": [target.connection_id],
            "scheduleParams": {"startTime": "1625040887", "frequency": "hour", "interval": 1},
        }),
    )
}

fn streaming_flow(stage: &Stage) -> (String, String) {
    let source = stage.made(
        "sourceConnections",
        &json!({
            "name": "source", "connectionSpec": {"id": GENERIC_STREAMING, "version": "1.0"}, "data": {"format": "json"},
        }),
    );
    let target = stage.target();
    let mapping = stage.mapping_set(&target.schema_id);
    let flow = stage.flow(GENERIC_STREAMING_FLOW, &source, &target.connection_id, Some(&mapping));
    let (record, _) = stage.record(&format!("{FLOW_SERVICE}/flows/{flow}"));
    let url = record["options"]["inletUrl"].as_str().unwrap();
    (flow, url.strip_prefix(stage.emulator.base_url()).unwrap().to_owned())
}

/// The one run of a flow.
#[track_caller]
fn run(stage: &Stage, flow: &str) -> Value {
    let answer = stage.get(&format!("{FLOW_SERVICE}/runs?property=flowId=={flow}")).expect(200);
    assert_eq!(answer.items().len(), 1);
    answer.items()[0].clone()
}

fn status(run: &Value) -> &str {
    run["metrics"]["statusSummary"]["status"].as_str().unwrap()
}

#[track_caller]
fn wait_for(stage: &Stage, flow: &str, wanted: &str) -> Value {
    let began = Instant::now();
    loop {
        let run = run(stage, flow);
        if status(&run) == wanted {
            return run;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{run:#}");
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_run_that_is_over_can_be_triggered_again() {
    let stage = Stage::new();
    let flow = batch_flow(&stage);
    let first = wait_for(&stage, &flow, "success");
    let path = format!("{FLOW_SERVICE}/runs/{}", first["id"].as_str().unwrap());
    let again = format!("{path}/action?op=RE_TRIGGER");
    let answer = stage.post(&again, &json!({})).expect(200);
    assert_eq!((&answer.body["id"], status(&answer.body)), (&first["id"], "inProgress"));
    assert!(answer.body.get("began").is_none() && answer.body["flowId"] == flow.as_str());
    assert_ne!(answer.body["etag"], first["etag"]);
    stage.post(&again, &json!({})).refused("1422-400");
    assert_eq!(stage.events(&format!("flowId={flow}")).len(), 2, "the record came in once more");
    let second = wait_for(&stage, &flow, "success");
    assert!(
        second["metrics"]["durationSummary"]["startedAtUTC"].as_u64()
            > first["metrics"]["durationSummary"]["startedAtUTC"].as_u64()
    );
    let stale = [("if-match", first["etag"].as_str().unwrap())];
    stage.try_write("POST", &again, &stale, &json!({})).unwrap().refused("1404-412");
    stage.post(&format!("{path}/action?op=enable"), &json!({})).refused("1434-400");
}

#[test]
fn a_flow_that_streams_has_a_run_that_tells_what_came_in() {
    let stage = Stage::new();
    let (flow, inlet) = streaming_flow(&stage);
    let before = run(&stage, &flow);
    assert_eq!((status(&before), &before["metrics"]["recordSummary"]["inputRecordCount"]), ("inProgress", &json!(0)));
    stage.post(&inlet, &json!({"born": {"day": "tenth"}})).expect(200);
    let failed = wait_for(&stage, &flow, "failed");
    assert_eq!(failed["metrics"]["recordSummary"]["failedRecordCount"], 1);
    stage.post(&inlet, &json!({"first": "Ada"})).expect(200);
    assert_eq!(status(&run(&stage, &flow)), "inProgress", "an event has just come");
    let over = wait_for(&stage, &flow, "success");
    assert_eq!(
        over["metrics"]["recordSummary"],
        json!({"inputRecordCount": 2, "createdRecordCount": 1, "outputRecordCount": 1, "failedRecordCount": 1})
    );
    let path = format!("{FLOW_SERVICE}/runs/{}", over["id"].as_str().unwrap());
    stage.post(&format!("{path}/action?op=re_trigger"), &json!({})).refused("1422-400");
}

#[test]
fn the_runs_of_a_flow_go_with_it() {
    let stage = Stage::new();
    let (flow, inlet) = streaming_flow(&stage);
    let other = batch_flow(&stage);
    stage.delete(&format!("{FLOW_SERVICE}/flows/{flow}")).expect(204);
    let left = stage.get(&format!("{FLOW_SERVICE}/runs")).expect(200);
    assert_eq!(left.items().iter().map(|run| &run["flowId"]).collect::<Vec<_>>(), [other.as_str()]);
    let answer = stage.post(&inlet, &json!({"first": "Ada"})).expect(404);
    assert_eq!(answer.body["status"], 404);
}
