//! A recipe that is being made: what its steps are made of, and the forms of a step.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Error, Expectation, Facts, Method, Name, Step, Take, Template, Way, Wish, inputs};

/// Where the services are.
pub(super) const FLOW_SERVICE: &str = "/data/foundation/flowservice";
pub(super) const SCHEMA_REGISTRY: &str = "/data/foundation/schemaregistry";
pub(super) const CATALOG: &str = "/data/foundation/catalog";
pub(super) const CONVERSION: &str = "/data/foundation/conversion";

/// The connection spec of the data lake.
pub(super) const DATA_LAKE: &str = crate::spec::ids::DATA_LAKE;

/// A recipe that is being made.
pub(super) struct Making<'a> {
    pub(super) wish: &'a Wish,
    pub(super) facts: &'a Facts,
    pub(super) label: String,
    pub(super) given: BTreeMap<Name, String>,
    pub(super) steps: Vec<Step>,
    pub(super) notes: Vec<String>,
}

impl<'a> Making<'a> {
    pub(super) fn new(wish: &'a Wish, facts: &'a Facts) -> Result<Self, Error> {
        let label = wish.name.as_deref().unwrap_or(&facts.label).trim().to_owned();
        if label.is_empty() {
            return Err(Error::wish("the name is empty", "name it with `--name`, or leave the flag out"));
        }
        let mut given = BTreeMap::new();
        given.extend(facts.connection_spec_id.clone().map(|id| (Name::ConnectionSpecId, id)));
        given.extend(wish.tenant_id.clone().map(|id| (Name::TenantId, id.trim_start_matches('_').to_owned())));
        Ok(Self { wish, facts, label, given, steps: Vec::new(), notes: Vec::new() })
    }

    /// What everything that is made begins with: its name and description.
    pub(super) fn named(&self, what: &str) -> Map<String, Value> {
        let name = format!("{} {what}", self.label);
        let description = self.wish.description.clone().unwrap_or_else(|| name.clone());
        Map::from_iter([("name".to_owned(), json!(name)), ("description".to_owned(), json!(description))])
    }

    /// The connection that a customer signs in with.
    pub(super) fn base_connection(&self, auth: Option<Value>) -> Step {
        let mut body = self.named("base connection");
        if let Way::HttpApi { .. } = self.facts.way {
            body.insert("providerId".into(), json!(crate::spec::ids::STREAMING_PROVIDER));
        }
        body.insert("connectionSpec".into(), json!({"id": Name::ConnectionSpecId.mark(), "version": "1.0"}));
        body.extend(auth.map(|auth| ("auth".to_owned(), auth)));
        make("Create the base connection", "connections", body, Name::BaseConnectionId)
    }

    /// What is brought in; on a base connection, where there is one.
    pub(super) fn source_connection(&self, base: Option<Name>) -> Result<Step, Error> {
        let mut body = self.named("source connection");
        body.extend(base.map(|base| ("baseConnectionId".to_owned(), json!(base.mark()))));
        if self.facts.way == Way::Streaming {
            body.insert("providerId".into(), json!(crate::spec::ids::STREAMING_PROVIDER));
        }
        body.insert("connectionSpec".into(), json!({"id": Name::ConnectionSpecId.mark(), "version": "1.0"}));
        body.insert("data".into(), json!({"format": "json"}));
        let params = inputs::values(self.facts, &self.wish.inputs)?;
        if self.facts.way == Way::Batch || !params.is_empty() {
            body.insert("params".into(), Value::Object(params));
        }
        Ok(make("Create the source connection", "sourceConnections", body, Name::SourceConnectionId))
    }
}

/// A step that makes a record of Flow Service.
pub(super) fn make(title: &str, collection: &str, body: Map<String, Value>, name: Name) -> Step {
    create(title, format!("{FLOW_SERVICE}/{collection}"), Value::Object(body), name, "/id", "")
}

/// A step that makes something, whose id stands in the answer.
pub(super) fn create(
    title: &str,
    path: String,
    body: Value,
    name: Name,
    pointer: &'static str,
    prefix: &'static str,
) -> Step {
    let otherwise = format!("the answer tells no `{}`: look what was made before it is made again", name.key());
    Step {
        title: title.to_owned(),
        method: Method::Post,
        path: Template::marked(&path),
        headers: Vec::new(),
        body: Some(Template::json(&body)),
        takes: vec![Take { name, pointer: pointer.to_owned(), prefix, otherwise }],
        expects: None,
    }
}

/// A step that reads something out of what is there.
pub(super) fn look(title: &str, path: String, name: Name, pointer: &str, otherwise: String) -> Step {
    Step { takes: vec![Take { name, pointer: pointer.to_owned(), prefix: "", otherwise }], ..get(title, &path) }
}

/// A step that asks whether something works.
pub(super) fn test(title: &str, path: String, pointer: &'static str, otherwise: &str) -> Step {
    let expects = Some(Expectation { pointer, value: json!(true), otherwise: otherwise.to_owned() });
    Step { expects, ..get(title, &path) }
}

/// A step that asks, and does nothing with the answer.
fn get(title: &str, path: &str) -> Step {
    Step {
        title: title.to_owned(),
        method: Method::Get,
        path: Template::marked(path),
        headers: Vec::new(),
        body: None,
        takes: Vec::new(),
        expects: None,
    }
}
