//! The client against a scripted server.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};

use super::{
    testing::{Reply, Server},
    *,
};

const SPEC: &str = "5f6b8e3e-0000-4000-8000-000000000001";

fn spec() -> Value {
    json!({"id": SPEC, "name": "acme", "providerId": "p"})
}

fn unavailable() -> Reply {
    Reply::json(503, json!({"title": "Service Unavailable"}))
}

#[test]
fn every_call_carries_the_headers_and_only_a_body_its_type() {
    let server = Server::script([Reply::json(200, json!({"items": [spec()]})), Reply::json(200, spec())]);
    let service = server.flow_service();
    service.connection_spec(SPEC).unwrap().unwrap();
    service.replace_connection_spec(SPEC, &json!({"name": "acme"}), Some("\"v1\"")).unwrap();
    let asked = server.asked();
    let (token, get, put) = (&asked[0], &asked[1], &asked[2]);
    assert_eq!(token.line(), "POST /ims/token/v3");
    assert_eq!(token.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(
        token.body,
        "grant_type=client_credentials&client_id=emulator&client_secret=emulator&scope=openid%2CAdobeID%2Cread_organizations"
    );
    assert!(!token.headers.contains_key("authorization"));
    for call in [get, put] {
        assert_eq!(call.headers["authorization"], "Bearer token-1");
        assert_eq!(call.headers["x-api-key"], "emulator");
        assert_eq!(call.headers["x-gw-ims-org-id"], "E3A1A70C0000000000000001@AdobeOrg");
        assert_eq!(call.headers["x-sandbox-name"], "prod");
        assert!(call.headers["user-agent"].starts_with("sss/"));
    }
    assert_eq!(get.line(), format!("GET /connectionSpecs/{SPEC}"));
    assert!(!get.headers.contains_key("content-type") && !get.headers.contains_key("if-match"));
    assert_eq!(
        (put.headers["content-type"].as_str(), put.headers["if-match"].as_str()),
        ("application/json", "\"v1\"")
    );
    assert_eq!(put.json(), json!({"name": "acme"}));
}

#[test]
fn a_refused_token_is_renewed_once() {
    let refused = || Reply::json(401, json!({"error_code": "401013", "message": "Oauth token is not valid"}));
    let server = Server::script([refused(), Reply::json(201, spec()), refused(), refused()]);
    let service = server.flow_service();
    service.create_connection_spec(&json!({})).unwrap();
    let asked = server.asked();
    assert_eq!(asked.iter().filter(|call| call.path == "/ims/token/v3").count(), 2);
    assert_eq!(asked.last().unwrap().headers["authorization"], "Bearer token-2");
    let error = service.connection_spec(SPEC).unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(401), Some("401013")));
    assert_eq!(server.asked().len(), 4 + 3);
}

#[test]
fn a_token_near_its_end_is_renewed_before_it_is_used() {
    let mut tokens = 0;
    let server = Server::handle(move |asked| {
        if asked.path.starts_with("/ims/") {
            tokens += 1;
            // The first expires within the margin, the second lasts.
            return Reply::json(
                200,
                json!({"access_token": format!("t{tokens}"), "expires_in": if tokens == 1 { 59 } else { 600 }}),
            );
        }
        Reply::json(200, spec())
    });
    let service = server.flow_service();
    for _ in 0..3 {
        service.connection_spec(SPEC).unwrap();
    }
    let used: Vec<_> = server.asked().iter().filter_map(|call| call.headers.get("authorization").cloned()).collect();
    assert_eq!(used, ["Bearer t1", "Bearer t2", "Bearer t2"]);
}

#[test]
fn many_threads_fetch_one_token() {
    let server = Server::handle(|asked| {
        if asked.path.starts_with("/ims/") {
            return Reply::json(200, json!({"access_token": "t", "expires_in": 600}));
        }
        Reply::json(200, spec())
    });
    let service = server.flow_service();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| service.connection_spec(SPEC).unwrap());
        }
    });
    assert_eq!(server.asked().iter().filter(|call| call.path.starts_with("/ims/")).count(), 1);
}

#[test]
fn ims_refusals_are_about_the_credential() {
    let server = Server::handle(|_| {
        Reply::json(400, json!({"error": "invalid_client", "error_description": "invalid client_secret parameter"}))
    });
    let error = server.flow_service().connection_spec(SPEC).unwrap_err();
    assert!(matches!(error, Error::TokenRefused(_)));
    assert_eq!(
        error.to_string(),
        "no token was given: the platform refused `POST /ims/token/v3` with status 400, code invalid_client: \
         invalid client_secret parameter"
    );
    assert!(error.help().unwrap().contains("AEP_CLIENT_SECRET"));
    assert_eq!(error.exit(), crate::exit::Exit::Refused);
}

#[test]
fn what_may_be_repeated_is_repeated() {
    let drop = || Reply::Drop;
    let cut = || Reply::Cut { body: spec().to_string(), bytes: 9 };
    for trouble in [unavailable(), Reply::json(500, json!({})), Reply::json(429, json!({})), drop(), cut()] {
        let server = Server::script([trouble.clone(), trouble.clone(), Reply::json(200, spec())]);
        server.flow_service().connection_spec(SPEC).unwrap();
        let server = Server::script([trouble.clone(), trouble, Reply::json(200, spec())]);
        server.flow_service().replace_connection_spec(SPEC, &spec(), None).unwrap();
    }
}

#[test]
fn a_post_is_repeated_only_where_nothing_was_done() {
    for harmless in [Reply::json(429, json!({})), unavailable().with("Retry-After", "0")] {
        let server = Server::script([harmless, Reply::json(201, spec())]);
        server.flow_service().create_connection_spec(&json!({})).unwrap();
    }
    let cut = Reply::Cut { body: spec().to_string(), bytes: 9 };
    let page = Reply::text(504, "<html>gateway timeout</html>");
    for doubtful in [unavailable(), Reply::json(500, json!({})), Reply::Drop, cut, page] {
        let server = Server::script([doubtful, Reply::json(201, spec())]);
        let error = server.flow_service().create_connection_spec(&json!({})).unwrap_err();
        assert!(error.outcome_unknown(), "{error}");
        assert_eq!(server.lines(), ["POST /connectionSpecs"], "{error}");
    }
    let server = Server::script([Reply::json(400, json!({"title": "Invalid request"}))]);
    assert!(!server.flow_service().create_connection_spec(&json!({})).unwrap_err().outcome_unknown());
}

#[test]
fn a_flow_spec_read_without_an_etag_is_never_written_twice() {
    let server = Server::script([unavailable(), Reply::json(200, spec())]);
    assert!(server.flow_service().replace_flow_spec(SPEC, spec().to_string(), None).unwrap_err().outcome_unknown());
    let server = Server::script([unavailable(), Reply::json(200, spec())]);
    server.flow_service().replace_flow_spec(SPEC, spec().to_string(), Some("\"1\"")).unwrap();
}

#[test]
fn patience_ends() {
    let server = Server::script(std::iter::repeat_n(unavailable(), 9));
    let error = server.flow_service().connection_spec(SPEC).unwrap_err();
    assert!(matches!(error, Error::RetriesExhausted { attempts: 5, .. }), "{error}");
    assert!(error.to_string().ends_with("(tried 5 times)"), "{error}");
    assert_eq!(server.lines().len(), 5);
}

#[test]
fn a_wait_longer_than_the_longest_is_not_waited() {
    let in_an_hour = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3600));
    for retry_after in ["3600", &in_an_hour] {
        let server = Server::script([unavailable().with("Retry-After", retry_after)]);
        let error = server.flow_service().connection_spec(SPEC).unwrap_err();
        assert!(matches!(error, Error::WaitTooLong { .. }), "{error}");
        assert!(error.to_string().contains("asks to wait 3") && error.help().unwrap().contains("SSS_RETRY_MAX_WAIT"));
        assert_eq!(server.lines().len(), 1);
    }
}

#[test]
fn retry_after_is_waited() {
    let server = Server::script([unavailable().with("Retry-After", "1"), Reply::json(200, spec())]);
    let mut settings = server.settings();
    settings.longest_wait = Duration::from_secs(2);
    let begun = std::time::Instant::now();
    FlowService::new(Client::new(settings)).connection_spec(SPEC).unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[test]
fn silence_ends_in_a_time_out() {
    let server = Server::script([
        Reply::json(200, spec()),
        Reply::Silence(Duration::from_secs(5)),
        Reply::Silence(Duration::from_secs(5)),
    ]);
    let mut settings = server.settings();
    settings.timeout = Duration::from_millis(200);
    let service = FlowService::new(Client::new(settings));
    service.connection_spec(SPEC).unwrap();
    let error = service.create_connection_spec(&json!({})).unwrap_err();
    assert!(matches!(error, Error::TimedOut { sent: true, .. }), "{error:?}");
    assert!(error.outcome_unknown() && error.to_string().contains("within 0.2 s"), "{error}");
}

#[test]
fn nobody_there_is_told_with_the_address() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut settings = Settings::emulator(format!("http://{free}").parse().unwrap());
    settings.longest_wait = Duration::ZERO;
    let error = FlowService::new(Client::new(settings)).connection_specs(&[]).unwrap_err();
    assert!(matches!(error, Error::NotReachable { sent: false, .. }), "asked once: {error}");
    assert!(error.to_string().contains(&free.to_string()) && !error.outcome_unknown(), "{error}");
    assert!(error.help().unwrap().contains("sss emulate"));
}

#[test]
fn a_page_of_a_proxy_is_not_the_platform() {
    let server = Server::script([
        Reply::text(200, "<html>Please sign in</html>").with("Content-Type", "text/html").with("x-request-id", "r-1"),
        Reply::text(403, "<html>Blocked</html>"),
    ]);
    let service = server.flow_service();
    let error = service.connection_spec(SPEC).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the answer to `GET /data/foundation/flowservice/connectionSpecs/{SPEC}` is not JSON (status 200, `text/html`): \
             it begins `<html>Please sign in</html>` (request id `r-1`)"
        )
    );
    assert!(matches!(service.connection_spec(SPEC), Err(Error::NotJson { status: 403, .. })));
}

#[test]
fn json_that_broke_off_is_not_mistaken_for_another_answer() {
    let server = Server::script(std::iter::repeat_n(Reply::text(200, "{\"items\":[{\"id\":\"5f"), 5));
    let error = server.flow_service().connection_spec(SPEC).unwrap_err();
    assert!(error.to_string().contains("broke off"), "{error}");
}

#[test]
fn json_of_another_shape_is_told() {
    for body in [json!([]), json!({"items": [{}, {}]}), json!({"items": ["x"]}), json!({"items": {}})] {
        let server = Server::script([Reply::json(200, body)]);
        assert!(matches!(server.flow_service().connection_spec(SPEC), Err(Error::WrongShape { .. })));
    }
}

#[test]
fn both_shapes_are_read_and_absence_is_none() {
    for body in [json!({"items": [spec()]}), spec()] {
        let server = Server::script([Reply::json(200, body.clone()).with("ETag", "\"e1\""), Reply::json(201, body)]);
        let service = server.flow_service();
        let record = service.connection_spec(SPEC).unwrap().unwrap();
        assert_eq!((record.id(), record.etag.as_deref()), (Some(SPEC), Some("\"e1\"")));
        assert_eq!(service.create_connection_spec(&json!({})).unwrap().id(), Some(SPEC));
    }
    let gone = json!({"code": "1101-404", "title": "Resource not found"});
    let server = Server::script([
        Reply::json(200, json!({"items": []})),
        Reply::json(404, gone),
        Reply::json(404, json!({"code": "2100-404", "title": "Sandbox not found"})),
    ]);
    let service = server.flow_service();
    assert_eq!(service.connection_spec(SPEC).unwrap(), None);
    assert_eq!(service.flow_spec(SPEC).unwrap(), None);
    assert_eq!(service.flow_spec(SPEC).unwrap_err().code(), Some("2100-404"));
}

#[test]
fn an_id_is_taken_from_location_where_the_body_has_none() {
    let location = format!("https://platform.adobe.io/data/foundation/flowservice/connectionSpecs/{SPEC}");
    for body in ["", "{\"name\":\"acme\"}", "{\"items\":[]}"] {
        let server = Server::script([Reply::text(201, body).with("Location", &location)]);
        assert_eq!(server.flow_service().create_connection_spec(&json!({})).unwrap().id(), Some(SPEC));
    }
    let server = Server::script([Reply::text(201, "{\"name\":\"acme\"}")]);
    assert!(server.flow_service().create_connection_spec(&json!({})).unwrap_err().outcome_unknown());
}

#[test]
fn listings_are_followed_to_their_end() {
    let server = Server::script([
        Reply::json(
            200,
            json!({"items": [{"id": "1"}], "_links": {"next": {"href": "/connectionSpecs?limit=1&continuationToken=a"}}}),
        ),
        Reply::json(
            200,
            json!({"items": [{"id": "2"}], "_links": {"next": {"href": "/data/foundation/flowservice/connectionSpecs?continuationToken=b"}}}),
        ),
        Reply::json(200, json!({"items": [{"id": "3"}], "continuationToken": "c"})),
        Reply::json(200, json!({"items": [{"id": "4"}], "_links": {}})),
    ]);
    let all = server.flow_service().connection_specs(&["name==\"a b\"", "providerId==p"]).unwrap();
    assert_eq!(all.iter().map(|spec| spec["id"].as_str().unwrap()).collect::<String>(), "1234");
    assert_eq!(
        server.lines(),
        [
            "GET /connectionSpecs?property=name%3D%3D%22a+b%22&property=providerId%3D%3Dp",
            "GET /connectionSpecs?limit=1&continuationToken=a",
            "GET /connectionSpecs?continuationToken=b",
            "GET /connectionSpecs?property=name%3D%3D%22a+b%22&property=providerId%3D%3Dp&continuationToken=c",
        ]
    );
}

#[test]
fn listings_are_not_followed_in_circles_or_to_another_host() {
    let to = |href: &str| Reply::json(200, json!({"items": [], "_links": {"next": {"href": href}}}));
    let server =
        Server::script([to("/connectionSpecs?continuationToken=a"), to("/connectionSpecs?continuationToken=a")]);
    let error = server.flow_service().connection_specs(&[]).unwrap_err();
    assert!(error.to_string().contains("circle"), "{error}");
    for elsewhere in
        ["https://evil.example/data/foundation/flowservice/connectionSpecs", "//evil.example/x", "/../../../x"]
    {
        let server = Server::script([to(elsewhere)]);
        let error = server.flow_service().connection_specs(&[]).unwrap_err();
        assert!(error.to_string().contains("out of the service"), "{elsewhere}: {error}");
        assert_eq!(server.lines().len(), 1);
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let other = Server::script([]);
    let server = Server::script([Reply::text(302, "").with("Location", &other.url)]);
    let error = server.flow_service().connection_spec(SPEC).unwrap_err();
    assert!(matches!(error, Error::Redirected { .. }) && error.to_string().contains(&other.url), "{error}");
    assert!(other.asked().is_empty());
}

#[test]
fn refusals_of_every_shape_become_a_sentence() {
    let told = |status, body: Value| {
        let server = Server::script([Reply::json(status, body).with("x-request-id", "r-7")]);
        let error = server.flow_service().connection_spec(SPEC).unwrap_err();
        let text = error.to_string();
        let text = text.split_once(" with ").unwrap().1.to_owned();
        (text, error.help().unwrap_or_default())
    };
    let (text, help) = told(403, json!({"error_code": "403010", "message": "Oauth token is missing."}));
    assert_eq!(text, "status 403, code 403010: Oauth token is missing. (request id `r-7`)");
    assert!(help.contains("proxy"));
    let (text, _) = told(
        400,
        json!({"type": "/x", "status": 400, "title": "BadRequestError", "detail": "A valid content-type must be specified"}),
    );
    assert_eq!(text, "status 400: BadRequestError: A valid content-type must be specified (request id `r-7`)");
    let (text, _) = told(400, json!({"type": "/x", "status": "400", "title": "Invalid", "report": {"message": "no"}}));
    assert_eq!(text, "status 400: Invalid: no (request id `r-7`)");
    for body in [
        json!({"code": "1426-400", "title": "Invalid request"}),
        json!({"errors": [{"code": "1426-400", "title": "Invalid request"}]}),
        json!({"type": "http://ns.adobe.com/aep/errors/1426-400", "title": "Invalid request"}),
        json!({"title": "Invalid request", "report": {"deep": ["see 1426-400"]}}),
    ] {
        let (text, help) = told(400, body);
        assert!(text.starts_with("status 400, code 1426-400: Invalid request"), "{text}");
        assert!(help.contains("product profile"), "{help}");
    }
    let (text, _) = told(400, Value::Null);
    assert_eq!(text, "status 400 (request id `r-7`)");
}

#[test]
fn no_secret_shows_anywhere() {
    const SECRET: &str = "p-s3cr3t/+value";
    const TOKEN: &str = "eyJ-very-secret-token";
    let server = Server::handle(|asked| {
        if asked.path.starts_with("/ims/") {
            return Reply::json(200, json!({"access_token": TOKEN, "expires_in": 600}));
        }
        // A server that tells everything it was told.
        let echo = format!("{:?} {SECRET}", asked.headers);
        match asked.method.as_str() {
            "GET" => Reply::json(400, json!({"title": "Invalid", "detail": echo})).with("X-Echo", TOKEN),
            _ => Reply::text(502, &format!("<html>{echo}</html>")),
        }
    });
    let mut settings = server.settings();
    settings.credentials =
        Credentials::OAuth { client_id: "key".to_owned(), client_secret: SECRET.into(), scopes: "openid".to_owned() };
    let shown = Arc::new(Mutex::new(String::new()));
    let mut client = Client::new(settings);
    let log = Arc::clone(&shown);
    client.observe(move |exchange| {
        let mut log = log.lock().unwrap();
        log.push_str(&format!("{}\n{}\n{exchange:?}\n", exchange.line(), exchange.full()));
    });
    let service = FlowService::new(client);
    let mut text = format!("{service:?}");
    for error in [
        service.connection_spec(SPEC).unwrap_err(),
        service.create_connection_spec(&json!({"note": SECRET})).unwrap_err(),
    ] {
        text.push_str(&format!("{error} {error:?} {:?}", error.help()));
    }
    text.push_str(&shown.lock().unwrap());
    assert!(text.contains("POST /ims/token/v3") && text.contains("[redacted]"), "{text}");
    for secret in [SECRET, TOKEN, "p-s3cr3t%2F%2Bvalue", "p-s3cr3t"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn exchanges_are_told_with_their_attempts() {
    let server = Server::script([unavailable(), Reply::json(200, spec())]);
    let lines = Arc::new(Mutex::new(Vec::new()));
    let mut client = Client::new(server.settings());
    let log = Arc::clone(&lines);
    client.observe(move |exchange| log.lock().unwrap().push(exchange.line()));
    FlowService::new(client).connection_spec(SPEC).unwrap();
    let lines = lines.lock().unwrap().clone();
    let told: Vec<&str> =
        lines.iter().map(|line| line.rsplit_once(", ").map_or(line.as_str(), |(told, _)| told)).collect();
    assert_eq!(told[1], format!("GET /data/foundation/flowservice/connectionSpecs/{SPEC} → 503 (31 B)"));
    assert!(lines[2].ends_with("attempt 2"), "{lines:?}");
}

#[test]
fn a_base_address_keeps_its_path() {
    let server = Server::script([Reply::json(200, spec())]);
    let mut settings = server.settings();
    settings.base_url = format!("{}/gateway/", server.url).parse().unwrap();
    FlowService::new(Client::new(settings)).connection_spec("a/../b").unwrap();
    assert_eq!(server.asked()[1].path, "/gateway/data/foundation/flowservice/connectionSpecs/a%2F..%2Fb");
}
