use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use super::*;

const SPECS: &str = "/data/foundation/flowservice/connectionSpecs";

/// What comes over the wire in answer to a GET, up to the end of the connection.
fn raw(stage: &Stage, path: &str) -> String {
    let address = stage.emulator.base_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let headers: String = stage.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_status_is_answered_as_often_as_asked_and_the_work_not_done() {
    let stage = Stage::new();
    stage.lay(&json!({"method": "POST", "path": SPECS, "times": 2, "action": {"status": 503, "retry_after": 1}}));
    stage.get(SPECS).expect(200);
    for _ in 0..2 {
        let answer = stage.post(SPECS, &batch("acme")).expect(503);
        assert_eq!(answer.header("retry-after"), "1");
        assert_eq!(answer.body["title"], "Service Unavailable");
    }
    assert_eq!(stage.count("acme"), 0);
    stage.post(SPECS, &batch("acme")).expect(201);
    stage.lay(&json!({"path": "/ims/**", "action": {"status": 429}}));
    let answer = stage.token(&credentials()).expect(429);
    assert!(answer.headers.get("retry-after").is_none());
}

#[test]
fn a_delay_comes_before_the_work() {
    let stage = Stage::new();
    stage.lay(&json!({"path": SPECS, "times": 1, "action": {"delay_ms": 40}}));
    let began = Instant::now();
    stage.post(SPECS, &batch("acme")).expect(201);
    assert!(began.elapsed() >= Duration::from_millis(40));
    assert_eq!(stage.count("acme"), 1);
}

#[test]
fn a_drop_before_the_work_leaves_it_undone() {
    let stage = Stage::new();
    stage.lay(&json!({"method": "POST", "path": "/**", "times": 1, "action": {"drop": "before"}}));
    stage.try_write("POST", SPECS, &[], &batch("acme")).unwrap_err();
    assert_eq!(stage.count("acme"), 0);
    stage.post(SPECS, &batch("acme")).expect(201);
}

#[test]
fn a_drop_after_the_work_leaves_it_done() {
    let stage = Stage::new();
    stage.lay(&json!({"method": "POST", "path": "/**", "times": 1, "action": {"drop": "after"}}));
    stage.try_write("POST", SPECS, &[], &batch("acme")).unwrap_err();
    assert_eq!(stage.count("acme"), 1);
    let (mut spec, _) = stage.record(REST_STORAGE);
    spec["version"] = json!("1.1");
    stage.lay(&json!({"method": "PUT", "path": "/**/flowSpecs/*", "times": 1, "action": {"drop": "after"}}));
    stage.try_write("PUT", REST_STORAGE, &[], &spec).unwrap_err();
    assert_eq!(stage.record(REST_STORAGE).0["version"], "1.1");
}

#[test]
fn a_drop_sends_not_one_byte() {
    let stage = Stage::new();
    for when in ["before", "after"] {
        stage.lay(&json!({"path": SPECS, "times": 1, "action": {"drop": when}}));
        assert_eq!(raw(&stage, SPECS), "");
    }
}

#[test]
fn quotes_that_were_not_encoded_are_quotes() {
    let mut stage = Stage::new();
    stage.header("connection", "close");
    let answer = raw(&stage, &format!("{SPECS}?property=name==\"amazon-s3\"&count=true"));
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("{\"count\":1}"), "{answer}");
}

#[test]
fn a_truncated_answer_announces_more_than_it_sends() {
    let stage = Stage::new();
    for keep in [0, 20, 1000] {
        stage.lay(&json!({"path": SPECS, "times": 1, "action": {"truncate": keep}}));
        let answer = raw(&stage, SPECS);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
        let announced = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        assert!(announced.parse::<usize>().unwrap() > 10_000, "{announced}");
        assert_eq!(body.len(), keep);
    }
    stage.lay(&json!({"path": SPECS, "times": 1, "action": {"truncate": 20}}));
    stage.try_write("POST", SPECS, &[], &batch("acme")).unwrap_err();
    assert_eq!(stage.count("acme"), 1);
    // There is nothing to cut off a shorter answer.
    stage.lay(&json!({"path": SPECS, "times": 1, "action": {"truncate": 10_000_000}}));
    stage.get(SPECS).expect(200);
}

#[test]
fn a_request_that_arrived_is_carried_out_though_its_sender_hung_up() {
    let stage = Stage::new();
    stage.lay(&json!({"method": "POST", "path": SPECS, "times": 1, "action": {"delay_ms": 60}}));
    let address = stage.emulator.base_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let headers: String = stage.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let body = batch("acme").to_string();
    write!(
        stream,
        "POST {SPECS} HTTP/1.1\r\nhost: {address}\r\n{headers}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let arrived = || stage.get("/__emulator/requests").items().iter().any(|request| request["method"] == "POST");
    while !arrived() {
        std::thread::sleep(Duration::from_millis(1));
    }
    drop(stream);
    let deadline = Instant::now() + Duration::from_secs(5);
    while stage.count("acme") == 0 {
        assert!(Instant::now() < deadline, "it was not carried out");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_page_of_a_proxy_may_be_answered() {
    let mut stage = Stage::new();
    stage.header("connection", "close");
    for (action, head, body) in [
        (json!({"status": 502, "body": "<html>"}), "content-type: text/html\r\n", "<html>"),
        (json!({"status": 200, "body": "", "content_type": "text/plain"}), "content-type: text/plain\r\n", ""),
        (
            json!({"status": 401, "body": {"error_code": "1"}}),
            "content-type: application/json\r\n",
            "{\"error_code\":\"1\"}",
        ),
    ] {
        stage.lay(&json!({"path": SPECS, "times": 1, "action": action}));
        let answer = raw(&stage, SPECS);
        let (told, rest) = answer.split_once("\r\n\r\n").unwrap();
        assert!(told.starts_with(&format!("HTTP/1.1 {} ", action["status"])), "{told}");
        assert!(format!("{told}\r\n").contains(head) && told.contains("x-request-id: "), "{told}");
        assert_eq!(rest, body);
    }
}

#[test]
fn a_silence_is_before_or_after_the_work_and_told_when_it_begins() {
    for (when, count) in [("before", 0), ("after", 1)] {
        let stage = Stage::new();
        stage.lay(&json!({"method": "POST", "path": SPECS, "action": {"silence": when, "seconds": 0.3}}));
        std::thread::scope(|scope| {
            let began = Instant::now();
            let silent = scope.spawn(|| stage.try_write("POST", SPECS, &[], &batch("acme")).unwrap_err());
            let noted = || stage.get("/__emulator/requests").items().first().is_some_and(|one| one["fault"] == "1");
            while !noted() {
                assert!(began.elapsed() < Duration::from_secs(5), "it did not begin");
                std::thread::sleep(Duration::from_millis(1));
            }
            assert_eq!(stage.count("acme"), count, "{when}");
            silent.join().unwrap();
            assert!(began.elapsed() >= Duration::from_millis(300), "{when}");
            assert_eq!(stage.count("acme"), count, "{when}");
        });
    }
}

#[test]
fn tokens_may_expire_at_a_request() {
    let mut stage = Stage::new();
    let token = stage.token(&credentials()).expect(200).body["access_token"].as_str().unwrap().to_owned();
    stage.header("authorization", &format!("Bearer {token}"));
    stage.lay(&json!({"path": SPECS, "skip": 1, "times": 1, "action": {"expire_tokens": true}}));
    stage.get(SPECS).expect(200);
    assert_eq!(stage.get(SPECS).expect(401).body["error_code"], "401013");
    stage.header("authorization", "Bearer emulator").get(SPECS).expect(200);
}

#[test]
fn specs_without_versions_take_every_write() {
    let stage = Stage::with(Options { etags: false, ..Options::default() });
    let created = stage.post(SPECS, &batch("acme")).expect(201);
    let path = format!("{SPECS}/{}", created.body["id"].as_str().unwrap());
    for answer in [created, stage.get(&path), stage.get(REST_STORAGE)] {
        assert!(answer.headers.get("etag").is_none(), "{:?}", answer.headers);
    }
    let (spec, outdated) = (batch("acme"), [("if-match", "\"outdated\"")]);
    let put = stage.try_write("PUT", &path, &outdated, &spec).unwrap().expect(200);
    assert!(put.headers.get("etag").is_none(), "{:?}", put.headers);
}

#[test]
fn every_request_waits_but_those_of_the_control_plane() {
    let delay = Duration::from_millis(60);
    let stage = Stage::with(Options { delay, ..Options::default() });
    let took = |path: &str| {
        let began = Instant::now();
        stage.get(path).expect(200);
        began.elapsed()
    };
    assert!(took(SPECS) >= delay);
    assert!(stage.token(&credentials()).status == 200);
    let noted = stage.get("/__emulator/requests");
    assert!(noted.items().iter().all(|request| request["duration_ms"].as_f64().unwrap() >= 60.0), "{noted:?}");
}

#[test]
fn faults_are_told_and_taken_away() {
    let stage = Stage::new();
    let laid =
        stage.post("/__emulator/faults", &json!({"path": SPECS, "times": 3, "action": {"drop": "before"}})).expect(201);
    assert_eq!(
        laid.body,
        json!({"id": "1", "method": "*", "path": SPECS, "skip": 0, "remaining": 3, "hits": 0, "action": {"drop": "before"}})
    );
    stage.lay(&json!({"method": "GET", "path": "/**", "action": {"status": 500, "retry_after": 2}}));
    stage.get("/anything").expect(500);
    let faults = stage.get("/__emulator/faults").expect(200);
    assert_eq!(faults.items()[0], laid.body);
    assert_eq!((&faults.items()[1]["hits"], &faults.items()[1]["remaining"]), (&json!(1), &Value::Null));
    stage.send("DELETE", "/__emulator/faults/1", &[], None).unwrap().expect(200);
    stage.send("DELETE", "/__emulator/faults/1", &[], None).unwrap().refused_without_code(404);
    assert_eq!(stage.send("DELETE", "/__emulator/faults", &[], None).unwrap().expect(200).body, json!({"deleted": 1}));
    stage.get(SPECS).expect(200);
}

#[test]
fn what_is_no_fault_is_refused_and_the_control_plane_takes_none() {
    let stage = Stage::new();
    let detail = stage
        .post("/__emulator/faults", &json!({"path": "/**", "action": {"explode": true}}))
        .refused_without_code(400);
    assert!(detail.contains("`truncate`"), "{detail}");
    stage.send("POST", "/__emulator/faults", &[], Some(b"{")).unwrap().refused_without_code(400);
    stage.lay(&json!({"path": "/**", "action": {"drop": "before"}}));
    stage.get("/__emulator/faults").expect(200);
}
