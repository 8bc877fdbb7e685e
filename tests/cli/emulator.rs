//! A built `sss emulate` beside a test, and a plain HTTP client to look at it with.

use std::{
    io::Read,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::Sss;

/// The flow spec of batch sources.
pub(crate) const REST_STORAGE: &str = "6499120c-0b15-42dc-936e-847ea3c24d72";
/// The flow spec of streaming sources.
pub(crate) const GENERIC_STREAMING: &str = "e77fde5a-22a8-11ed-861d-0242ac120002";

/// A running emulator; it ends with the test.
#[derive(Debug)]
pub(crate) struct Emulator {
    child: Child,
    pub(crate) base_url: String,
}

impl Emulator {
    /// Starts one with more arguments than a free port.
    pub(crate) fn start(directory: &Path, arguments: &[&str]) -> Self {
        let ready = directory.join("emulator.ready");
        let child = Command::new(env!("CARGO_BIN_EXE_sss"))
            .current_dir(directory)
            .args(["emulate", "--port", "0", "--ready-file", "emulator.ready"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut emulator = Self { child, base_url: String::new() };
        let started = Instant::now();
        loop {
            if let Ok(url) = std::fs::read_to_string(&ready) {
                emulator.base_url = url.trim().to_owned();
                return emulator;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "the emulator did not get ready");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts one that keeps everything in memory.
    pub(crate) fn in_memory(directory: &Path) -> Self {
        Self::start(directory, &["--memory"])
    }

    /// A run of `sss` that talks to it, with the variables a person would set.
    pub(crate) fn sss(&self, directory: &Path) -> Sss {
        Sss::in_dir(directory)
            .env("AEP_BASE_URL", &self.base_url)
            .env("AEP_IMS_URL", &self.base_url)
            .env("AEP_API_KEY", "emulator")
            .env("AEP_CLIENT_SECRET", "emulator")
            .env("AEP_SCOPES", "openid,AdobeID,read_organizations")
            .env("AEP_ORG_ID", self_serve_sources::emulator::ORGANIZATION)
            .env("AEP_SANDBOX", "prod")
            .env("SSS_RETRY_MAX_WAIT", "0")
    }

    /// One call as a client of the platform.
    pub(crate) fn call(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        self.send(method, path, None, body)
    }

    fn send(&self, method: &str, path: &str, header: Option<(&str, &str)>, body: Option<&Value>) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
        let mut request = ureq::http::Request::builder();
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let request = request
            .method(method)
            .uri(format!("{}{path}", self.base_url))
            .header("Authorization", "Bearer emulator")
            .header("x-api-key", "emulator")
            .header("x-gw-ims-org-id", self_serve_sources::emulator::ORGANIZATION)
            .header("x-sandbox-name", "prod");
        let mut answer = match body {
            Some(body) => {
                agent.run(request.header("Content-Type", "application/json").body(body.to_string()).unwrap()).unwrap()
            }
            None => agent.run(request.body(()).unwrap()).unwrap(),
        };
        let mut text = String::new();
        answer.body_mut().as_reader().read_to_string(&mut text).unwrap();
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A read that asks for a form of the answer.
    pub(crate) fn read(&self, path: &str, accept: Option<&str>) -> (u16, Value) {
        self.send("GET", path, accept.map(|accept| ("Accept", accept)), None)
    }

    /// A record of Flow Service.
    pub(crate) fn record(&self, collection: &str, id: &str) -> Value {
        let (status, answer) = self.call("GET", &format!("/data/foundation/flowservice/{collection}/{id}"), None);
        assert_eq!(status, 200, "{answer}");
        answer["items"][0].clone()
    }

    /// The connection specs of a name.
    pub(crate) fn named(&self, name: &str) -> Vec<Value> {
        let path = format!("/data/foundation/flowservice/connectionSpecs?property=name==%22{name}%22");
        let (status, answer) = self.call("GET", &path, None);
        assert_eq!(status, 200, "{answer}");
        answer["items"].as_array().unwrap().clone()
    }

    /// How often an id stands in a flow spec.
    pub(crate) fn times_listed(&self, flow_spec: &str, id: &str) -> usize {
        let record = self.record("flowSpecs", flow_spec);
        record["sourceConnectionSpecIds"].as_array().unwrap().iter().filter(|listed| *listed == id).count()
    }

    /// Makes something go wrong.
    pub(crate) fn fault(&self, fault: &Value) {
        let (status, answer) = self.call("POST", "/__emulator/faults", Some(fault));
        assert_eq!(status, 201, "{answer}");
    }

    /// Takes all faults back.
    pub(crate) fn mend(&self) {
        self.call("DELETE", "/__emulator/faults", None);
    }

    /// The requests it got, as `METHOD path`.
    pub(crate) fn requests(&self) -> Vec<String> {
        let (_, answer) = self.call("GET", "/__emulator/requests", None);
        let told =
            |request: &Value| format!("{} {}", request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
        answer["items"].as_array().unwrap().iter().map(told).collect()
    }

    /// The writes it got.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.requests()
            .into_iter()
            .filter(|request| !request.starts_with("GET") && !request.contains("/ims/"))
            .collect()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A fault that answers with a status.
pub(crate) fn status(method: &str, path: &str, times: u32, status: u16) -> Value {
    json!({
        "method": method,
        "path": format!("/data/foundation/flowservice/{path}"),
        "times": times,
        "action": { "status": status, "retry_after": 0 },
    })
}

/// A fault that closes the connection.
pub(crate) fn drop_connection(method: &str, path: &str, when: &str) -> Value {
    json!({
        "method": method,
        "path": format!("/data/foundation/flowservice/{path}"),
        "times": 1,
        "action": { "drop": when },
    })
}
