//! A small platform of our own making, over HTTP, for tests: it holds state, and fails where a test says so.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use super::{written::Written, *};
use crate::platform::testing::{Asked, Reply, Server};

pub(super) const NAME: &str = "acme";
pub(super) const BATCH: &str = "6499120c-0b15-42dc-936e-847ea3c24d72";

/// What goes wrong with a request: before the work, after it, or instead of it.
#[derive(Clone)]
pub(super) enum Fault {
    Before(Reply),
    After(Reply),
    /// Runs instead of nothing, before the work: somebody else at the same record.
    Meanwhile(fn(&mut Held)),
}

#[derive(Default)]
pub(super) struct Held {
    pub(super) connection_specs: BTreeMap<String, Value>,
    pub(super) flow_specs: BTreeMap<String, Value>,
    pub(super) versions: BTreeMap<String, u32>,
    pub(super) made: u32,
    pub(super) etags: bool,
    /// By the beginning of `METHOD /path`, in order.
    pub(super) faults: Vec<(&'static str, Fault)>,
}

impl Held {
    pub(super) fn touch(&mut self, id: &str) {
        *self.versions.entry(id.to_owned()).or_insert(0) += 1;
    }

    pub(super) fn etag(&self, id: &str) -> String {
        format!("\"{}\"", self.versions.get(id).copied().unwrap_or(0))
    }

    pub(super) fn create(&mut self, mut spec: Value) -> String {
        self.made += 1;
        let id = format!("00000000-0000-4000-8000-{:012}", self.made);
        spec["id"] = id.as_str().into();
        spec["createdAt"] = self.made.into();
        self.connection_specs.insert(id.clone(), spec);
        id
    }

    pub(super) fn answer(&mut self, asked: &Asked) -> Reply {
        if asked.path == "/ims/token/v3" {
            return Reply::json(200, json!({"access_token": "token", "expires_in": 600}));
        }
        let line = asked.line();
        match self.faults.iter().position(|(start, _)| line.starts_with(start)).map(|at| self.faults.remove(at).1) {
            Some(Fault::Before(reply)) => return reply,
            Some(Fault::After(reply)) => {
                self.work(asked);
                return reply;
            }
            Some(Fault::Meanwhile(other)) => other(self),
            None => {}
        }
        self.work(asked)
    }

    pub(super) fn work(&mut self, asked: &Asked) -> Reply {
        let line = asked.line();
        let (path, _) = line.split_once('?').unwrap_or((&line, ""));
        let words: Vec<&str> = path.split([' ', '/']).filter(|word| !word.is_empty()).collect();
        match words[..] {
            // As a platform that ignores the filter.
            ["GET", "connectionSpecs"] => {
                Reply::json(200, json!({"items": self.connection_specs.values().collect::<Vec<_>>()}))
            }
            ["POST", "connectionSpecs"] => {
                let id = self.create(asked.json());
                Reply::json(201, self.connection_specs[&id].clone())
            }
            [method, kind, id] => {
                let id = id.to_owned();
                let etag = self.etag(&id);
                let store = if kind == "flowSpecs" { &mut self.flow_specs } else { &mut self.connection_specs };
                let Some(record) = store.get_mut(&id) else {
                    return Reply::json(404, json!({"code": "1101-404", "title": "Resource not found"}));
                };
                if method == "PUT" {
                    if asked.headers.get("if-match").is_some_and(|seen| *seen != etag) {
                        return Reply::json(412, json!({"code": "1404-412", "title": "Version not matching"}));
                    }
                    let mut new = asked.json();
                    new["id"] = id.as_str().into();
                    new["updatedAt"] = 7.into();
                    *record = new;
                    let record = record.clone();
                    self.touch(&id);
                    return Reply::json(200, record);
                }
                let reply = Reply::json(200, json!({"items": [record]}));
                if self.etags { reply.with("ETag", &etag) } else { reply }
            }
            _ => Reply::text(418, "\"no such route\""),
        }
    }

    pub(super) fn listed(&self) -> Vec<&str> {
        self.flow_specs[BATCH]["sourceConnectionSpecIds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap())
            .collect()
    }
}

pub(super) struct World {
    pub(super) server: Server,
    pub(super) state: Arc<Mutex<Held>>,
    pub(super) root: tempfile::TempDir,
    pub(super) steps: Vec<String>,
}

impl World {
    pub(super) fn new() -> Self {
        let flow_spec = json!({
            "id": BATCH, "createdAt": 1, "imsOrgId": "o", "name": "RestStorageToAEP", "providerId": "p",
            "sourceConnectionSpecIds": ["first", "second"], "unknown": {"z": 1.5, "a": [null]}, "attributes": {"isSourceFlow": true}
        });
        let state = Held { flow_specs: [(BATCH.to_owned(), flow_spec)].into(), ..Held::default() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let server = Server::handle(move |asked| shared.lock().unwrap().answer(asked));
        Self { server, state, root: tempfile::tempdir().unwrap(), steps: Vec::new() }
    }

    pub(super) fn fault(self, start: &'static str, fault: Fault) -> Self {
        self.state.lock().unwrap().faults.push((start, fault));
        self
    }

    pub(super) fn with_etags(self) -> Self {
        self.state.lock().unwrap().etags = true;
        self
    }

    pub(super) fn records(&self) -> Records {
        Records::directory(self.root.path())
    }

    pub(super) fn plan_of(&self, desired: &[Desired], options: Options) -> Result<Plan, Error> {
        plan(&self.server.flow_service(), desired, &self.records(), &options)
    }

    pub(super) fn plan(&self, spec: Value) -> Plan {
        self.plan_of(&[batch(NAME, spec)], Options::default()).unwrap()
    }

    pub(super) fn apply(&mut self, plan: &Plan) -> Result<Outcome, Error> {
        let mut records = self.records();
        apply(&self.server.flow_service(), plan, &mut records, &mut |step| self.steps.push(step.to_string()))
    }

    pub(super) fn publish(&mut self, spec: Value) -> Result<Outcome, Error> {
        let plan = self.plan(spec);
        self.apply(&plan)
    }

    /// The end that every undisturbed run has: one connection spec, listed once, recorded, no journal.
    pub(super) fn assert_published(&self, spec: &Value) {
        let state = self.state.lock().unwrap();
        let (id, there) = state.connection_specs.iter().next().unwrap();
        assert_eq!(state.connection_specs.len(), 1);
        let read = |value: &Value| Written::of(&value.to_string());
        assert_eq!(diff::differences(&read(there), &read(spec), false), []);
        assert_eq!(state.listed(), ["first", "second", id]);
        let mut kept = state.flow_specs[BATCH].clone();
        kept["sourceConnectionSpecIds"] = json!([]);
        kept.as_object_mut().unwrap().remove("updatedAt");
        assert_eq!(kept["unknown"], json!({"z": 1.5, "a": [null]}));
        let target = Target::of(&self.server.settings());
        let entry = self.records().find(NAME, &target).unwrap().unwrap();
        assert_eq!((&entry.connection_spec, entry.flow_spec.as_deref()), (id, Some(BATCH)));
        assert_eq!(self.journals(), Vec::<String>::new());
    }

    pub(super) fn journals(&self) -> Vec<String> {
        names(&self.root.path().join(".sss/journal"))
    }

    pub(super) fn writes(&self) -> Vec<String> {
        self.server.lines().into_iter().filter(|line| !line.starts_with("GET")).collect()
    }
}

pub(super) fn names(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name != ".gitignore").collect()
}

pub(super) fn batch(source: &str, spec: Value) -> Desired {
    Desired::new(source, Kind::Batch, &spec, None)
}

pub(super) fn spec() -> Value {
    json!({"name": "Acme", "description": "d", "providerId": "p", "attributes": {"category": "CRM", "list": [1, 2]}})
}

pub(super) fn second() -> Value {
    json!({"name": "Other", "providerId": "p"})
}
