//! An emulator in this process, and somebody who looks at it, lays faults and works there beside the publishers.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use self_serve_sources::{
    emulator::{Emulator, ORGANIZATION, Options},
    spec::ids::SERVER_MANAGED,
};
use serde_json::{Value, json};

const FLOW_SERVICE: &str = "/data/foundation/flowservice";

/// The platform, as the cases need it.
pub(crate) struct Platform {
    emulator: Emulator,
    agent: ureq::Agent,
}

/// Everything that a publisher could have changed, times and authors of changes aside.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Snapshot {
    /// Connection specs by id.
    pub(crate) connection_specs: BTreeMap<String, Value>,
    /// Flow specs by id.
    pub(crate) flow_specs: BTreeMap<String, Value>,
}

/// A request of a run: which one it is among those of its method and path, so that a fault can be laid on it alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path, with `*` for ids that differ from run to run.
    pub(crate) path: String,
    /// How many of the same method and path come before it.
    pub(crate) earlier: usize,
}

impl Request {
    /// The path without what all have in common.
    pub(crate) fn told(&self) -> String {
        let path = self.path.strip_prefix(FLOW_SERVICE).unwrap_or(&self.path);
        format!("{} {path} number {}", self.method, self.earlier + 1)
    }

    pub(crate) fn is_write(&self) -> bool {
        self.method != "GET" && !self.path.starts_with("/ims/")
    }
}

impl Platform {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
        Self { emulator: Emulator::start(options).unwrap(), agent: config.into() }
    }

    /// One whose specs have no ETags.
    pub(crate) fn without_etags() -> Self {
        let mut options = Options::default();
        options.etags = false;
        Self::with(options)
    }

    pub(crate) fn url(&self) -> &str {
        self.emulator.base_url()
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> ureq::http::Response<ureq::Body> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url()))
            .header("Authorization", "Bearer emulator")
            .header("x-api-key", "emulator")
            .header("x-gw-ims-org-id", ORGANIZATION)
            .header("x-sandbox-name", "prod");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match body {
            Some(body) => {
                let request = request.header("Content-Type", "application/json");
                self.agent.run(request.body(body.to_string()).unwrap()).unwrap()
            }
            None => self.agent.run(request.body(()).unwrap()).unwrap(),
        }
    }

    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let mut answer = self.send(method, path, &[], body);
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
    }

    fn control(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (status, answer) = self.call(method, &format!("/__emulator/{path}"), body);
        assert!(status < 300, "{method} {path}: {answer}");
        answer
    }

    /// Back to where it was when it was new.
    pub(crate) fn reset(&self) {
        self.control("POST", "reset", Some(&json!({})));
    }

    /// Makes something go wrong.
    pub(crate) fn lay(&self, fault: &Value) {
        self.control("POST", "faults", Some(fault));
    }

    /// Takes all faults away.
    pub(crate) fn mend(&self) {
        self.control("DELETE", "faults", None);
    }

    /// Takes a record away, which no call of the platform does.
    pub(crate) fn vanish(&self, connection_spec: &str) {
        self.control("DELETE", &format!("records/connectionSpecs/{connection_spec}"), None);
    }

    /// What was asked for so far, in its order; by this process, too.
    pub(crate) fn log(&self) -> Vec<Value> {
        self.control("GET", "requests", None)["items"].as_array().unwrap().clone()
    }

    /// Waits until the log shows something.
    pub(crate) fn wait_until(&self, mut shown: impl FnMut(&[Value]) -> bool) {
        let began = Instant::now();
        while !shown(&self.log()) {
            assert!(began.elapsed() < Duration::from_secs(60), "it does not happen: {:#?}", self.log());
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    /// The requests of a log, each with its place among its like.
    pub(crate) fn requests(log: &[Value]) -> Vec<Request> {
        let mut requests: Vec<Request> = Vec::with_capacity(log.len());
        for entry in log {
            let method = entry["method"].as_str().unwrap().to_owned();
            let path = entry["path"].as_str().unwrap();
            let path = match path.strip_prefix(&format!("{FLOW_SERVICE}/connectionSpecs/")) {
                Some(_) => format!("{FLOW_SERVICE}/connectionSpecs/*"),
                // A slash at the end makes no difference to a fault.
                None => path.trim_end_matches('/').to_owned(),
            };
            let earlier = requests.iter().filter(|one| one.method == method && one.path == path).count();
            requests.push(Request { method, path, earlier });
        }
        requests
    }

    /// Everything as it stands.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let all = |collection: &str| -> BTreeMap<String, Value> {
            let (status, answer) = self.call("GET", &format!("{FLOW_SERVICE}/{collection}"), None);
            assert_eq!(status, 200, "{answer}");
            let items = answer["items"].as_array().unwrap();
            items.iter().map(|item| (item["id"].as_str().unwrap().to_owned(), content(item))).collect()
        };
        Snapshot { connection_specs: all("connectionSpecs"), flow_specs: all("flowSpecs") }
    }

    /// How many records there are that dataflows are made of, by their collections.
    pub(crate) fn count(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for path in [
            "flowservice/connections",
            "flowservice/sourceConnections",
            "flowservice/targetConnections",
            "flowservice/flows",
            "schemaregistry/tenant/schemas",
            "schemaregistry/tenant/fieldgroups",
            "catalog/dataSets?limit=100",
            "conversion/mappingSets?limit=100",
        ] {
            let accept: &[(&str, &str)] = &[("Accept", "application/vnd.adobe.xed-id+json")];
            let headers = if path.starts_with("schemaregistry") { accept } else { &[] };
            let mut answer = self.send("GET", &format!("/data/foundation/{path}"), headers, None);
            assert_eq!(answer.status(), 200, "{path}");
            let page: Value = answer.body_mut().read_json().unwrap();
            let list = ["items", "results", "data"].into_iter().find_map(|name| page.get(name)?.as_array());
            counts.insert(path.to_owned(), list.map_or_else(|| page.as_object().unwrap().len(), Vec::len));
        }
        counts
    }

    /// Creates a connection spec as somebody else, and gives its id.
    pub(crate) fn create(&self, spec: &Value) -> String {
        let (status, answer) = self.call("POST", &format!("{FLOW_SERVICE}/connectionSpecs"), Some(spec));
        assert_eq!(status, 201, "{answer}");
        answer.get("items").map_or(&answer, |items| &items[0])["id"].as_str().unwrap().to_owned()
    }

    /// A record and its version, where it has one.
    pub(crate) fn read(&self, collection: &str, id: &str) -> (Value, Option<String>) {
        let mut answer = self.send("GET", &format!("{FLOW_SERVICE}/{collection}/{id}"), &[], None);
        let etag = answer.headers().get("etag").map(|etag| etag.to_str().unwrap().to_owned());
        let body: Value = answer.body_mut().read_json().unwrap();
        (body["items"][0].clone(), etag)
    }

    /// Replaces a record as somebody else, and gives the status of the answer.
    pub(crate) fn replace(&self, collection: &str, id: &str, record: &Value, etag: Option<&str>) -> u16 {
        let headers: Vec<(&str, &str)> = etag.map(|etag| ("If-Match", etag)).into_iter().collect();
        let path = format!("{FLOW_SERVICE}/{collection}/{id}");
        self.send("PUT", &path, &headers, Some(record)).status().as_u16()
    }

    /// Changes a record as somebody else.
    pub(crate) fn change(&self, collection: &str, id: &str, change: impl FnOnce(&mut Value)) {
        let (mut record, _) = self.read(collection, id);
        change(&mut record);
        assert_eq!(self.replace(collection, id, &record, None), 200);
    }
}

impl Snapshot {
    /// The ids a flow spec lists.
    pub(crate) fn listed(&self, flow_spec: &str) -> Vec<String> {
        ids(&self.flow_specs[flow_spec])
    }

    /// The connection specs of a name.
    pub(crate) fn named(&self, name: &str) -> Vec<(&str, &Value)> {
        let fits = |spec: &&Value| spec["name"] == name;
        let specs = self.connection_specs.iter().map(|(id, spec)| (id.as_str(), spec));
        specs.filter(|(_, spec)| fits(spec)).collect()
    }
}

/// The ids that a flow spec's record lists.
pub(crate) fn ids(flow_spec: &Value) -> Vec<String> {
    let ids = flow_spec["sourceConnectionSpecIds"].as_array().unwrap();
    ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

/// A record without what the platform sets.
pub(crate) fn content(record: &Value) -> Value {
    let members = record.as_object().unwrap().iter();
    let members = members.filter(|(name, _)| !SERVER_MANAGED.contains(&name.as_str()));
    Value::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect())
}
