//! The emulator over HTTP, as a client meets it.

use serde_json::{Value, json};
use ureq::http::{HeaderMap, Request};

use super::{CLIENT_ID, CLIENT_SECRET, Emulator, ORGANIZATION, Options, StoreAt};
use crate::spec::ids::{BATCH_PROVIDER as BATCH, STREAMING_PROVIDER as STREAMING};

mod clients;
mod control;
mod dataflows;
mod described;
mod faults;
mod gateway;
mod inlets;
mod lasting;
mod lists;
mod runs;
mod samples;
mod specs;
mod state;

const FLOW_SERVICE: &str = "/data/foundation/flowservice";
const REST_STORAGE: &str = "/data/foundation/flowservice/flowSpecs/6499120c-0b15-42dc-936e-847ea3c24d72";

/// An emulator and someone who talks to it.
struct Stage {
    emulator: Emulator,
    agent: ureq::Agent,
    /// Sent with every call to the platform.
    headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    #[track_caller]
    fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    /// Checks an error of the shape that is ours, and gives its detail.
    #[track_caller]
    fn refused(self, code: &str) -> String {
        let status: u16 = code.rsplit('-').next().unwrap().parse().unwrap();
        assert_eq!((self.status, &self.body["error_code"]), (status, &json!(code)), "{:#}", self.body);
        assert_eq!(self.body["type"], "about:blank");
        assert_eq!(self.body["status"], status);
        assert!(self.body["title"].is_string());
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        self.body["detail"].as_str().unwrap().to_owned()
    }

    /// Checks an error that the catalogue has no code for, and gives its detail.
    #[track_caller]
    fn refused_without_code(self, status: u16) -> String {
        assert_eq!((self.status, self.body.get("error_code")), (status, None), "{:#}", self.body);
        assert_eq!(self.body["status"], status);
        self.body["detail"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers)).to_str().unwrap()
    }

    /// The records of a list.
    #[track_caller]
    fn items(&self) -> &Vec<Value> {
        self.body["items"].as_array().unwrap_or_else(|| panic!("no items in {:#}", self.body))
    }

    fn names(&self) -> Vec<&str> {
        self.items().iter().map(|item| item["name"].as_str().unwrap()).collect()
    }
}

impl Stage {
    fn new() -> Self {
        Self::with(Options::default())
    }

    fn with(options: Options) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
        let headers = vec![
            ("authorization", format!("Bearer {}", super::ACCESS_TOKEN)),
            ("x-api-key", CLIENT_ID.to_owned()),
            ("x-gw-ims-org-id", ORGANIZATION.to_owned()),
            ("x-sandbox-name", super::SANDBOX.to_owned()),
        ];
        Self { emulator: Emulator::start(options).unwrap(), agent: config.into(), headers }
    }

    /// The same with another header, or without it where `value` is empty.
    fn header(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.headers.retain(|(kept, _)| *kept != name);
        if !value.is_empty() {
            self.headers.push((name, value.to_owned()));
        }
        self
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        extra: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.emulator.base_url()));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        for (name, value) in extra {
            request = request.header(*name, *value);
        }
        let mut response = match body {
            Some(body) => self.agent.run(request.body(body).unwrap())?,
            None => self.agent.run(request.body(()).unwrap())?,
        };
        let text = response.body_mut().read_to_string()?;
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Ok(Answer { status: response.status().as_u16(), headers: response.headers().clone(), body })
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None).unwrap()
    }

    fn try_write(&self, method: &str, path: &str, extra: &[(&str, &str)], body: &Value) -> Result<Answer, ureq::Error> {
        let extra = [&[("content-type", "application/json")], extra].concat();
        self.send(method, path, &extra, Some(body.to_string().as_bytes()))
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        self.try_write("POST", path, &[], body).unwrap()
    }

    fn put(&self, path: &str, body: &Value) -> Answer {
        self.try_write("PUT", path, &[], body).unwrap()
    }

    /// Asks for a token with the form of a body.
    fn token(&self, form: &str) -> Answer {
        let form_type = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", "/ims/token/v3", &form_type, Some(form.as_bytes())).unwrap()
    }

    /// The one record at a path, and its tag.
    fn record(&self, path: &str) -> (Value, String) {
        let answer = self.get(path).expect(200);
        assert_eq!(answer.items().len(), 1);
        (answer.items()[0].clone(), answer.header("etag").to_owned())
    }

    fn lay(&self, fault: &Value) {
        self.post("/__emulator/faults", fault).expect(201);
    }

    /// How many connection specs of this name there are.
    fn count(&self, name: &str) -> u64 {
        let path = format!("{FLOW_SERVICE}/connectionSpecs?property=name=={name}&count=true");
        self.get(&path).expect(200).body["count"].as_u64().unwrap()
    }
}

fn batch(name: &str) -> Value {
    json!({
        "name": name,
        "type": "generic-rest",
        "providerId": BATCH,
        "version": "1.0",
        "authSpec": [{"name": "Basic Authentication", "type": "BasicAuthentication", "spec": {"type": "object"}}],
        "sourceSpec": {"attributes": {"uiAttributes": {"isSource": true}}},
    })
}

fn streaming(name: &str) -> Value {
    json!({"name": name, "type": "generic-streaming", "providerId": STREAMING, "version": "1.0", "authSpec": []})
}

/// The form of a token request that is in order.
fn credentials() -> String {
    format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}&scope=openid")
}
