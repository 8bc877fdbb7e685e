//! The calls that a page shows: those of the recipe, and those around it (explore, monitor, update, delete), as `curl` commands
//! with the answers to expect.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Answers, Facts, properties};
use crate::{
    dataflow::recipe::{Name, Piece, Recipe, Step},
    platform::curl::quoted,
    spec::Kind,
};

/// Where the APIs are.
const PLATFORM: &str = "https://platform.adobe.io";
const FLOW_SERVICE: &str = "/data/foundation/flowservice";

/// What stands in front of an address's own path in each API; `conversion` is part of what a reader has to write.
const SERVICES: [&str; 4] =
    [FLOW_SERVICE, "/data/foundation/schemaregistry", "/data/foundation/catalog", "/data/foundation"];

/// A call that a page shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    /// The section it belongs to.
    pub(super) section: &'static str,
    /// By what its region is named within the section.
    pub(super) id: String,
    /// What it does, as an order.
    pub(super) title: String,
    method: &'static str,
    /// From `/data/…` on, or a whole address.
    address: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    /// What comes back, and what to make of it; nothing where there is no body.
    answer: Option<Value>,
    pub(super) outcome: String,
}

/// Makes the calls of one source.
pub(super) struct Calls<'a> {
    pub(super) facts: &'a Facts,
    pub(super) answers: &'a Answers,
    pub(super) recipe: &'a Recipe,
}

impl Calls<'_> {
    /// Every call of the page, in the order of its sections.
    pub(super) fn all(&self, other_ways: &[Step]) -> Vec<Call> {
        let mut calls: Vec<Call> = Vec::new();
        for step in &self.recipe.steps {
            let Some((section, id)) = place(step) else { continue };
            calls.push(self.of_step(section, id, step));
            if step.makes() == Some(Name::BaseConnectionId) {
                let others = other_ways.iter().enumerate();
                calls.extend(others.map(|(at, step)| self.of_step(section, &format!("{id}-{}", at + 2), step)));
            }
        }
        if self.facts.kind == Kind::Batch {
            calls.push(self.explore());
        } else {
            calls.push(self.event());
        }
        calls.extend(self.appendix());
        calls
    }

    fn of_step(&self, section: &'static str, id: &str, step: &Step) -> Call {
        let name = step.takes.first().map(|take| take.name);
        let body = step.body.as_ref().map(|body| body.render(|piece| json_escaped(&self.filled(piece))));
        Call {
            section,
            id: id.to_owned(),
            title: step.title.clone(),
            method: step.method.as_str(),
            address: step.path.render(|piece| self.filled(piece)),
            headers: step.headers.clone(),
            body,
            answer: Some(match (name, &step.expects) {
                (Some(name), _) => self.answer(name),
                (None, Some(expected)) => at_pointer(expected.pointer, expected.value.clone()),
                (None, None) => json!({}),
            }),
            outcome: match name {
                Some(name) => format!(
                    "The answer holds {}. Put it wherever `{}` stands in the calls below.",
                    meaning(name),
                    placeholder(name.key())
                ),
                None => "The answer tells whether the source let Experience Platform in.".to_owned(),
            },
        }
    }

    /// What stands for a piece that is known only later.
    fn filled(&self, piece: &Piece) -> String {
        match piece {
            Piece::Text(text) => text.clone(),
            Piece::Result(name) => self.recipe.given.get(name).cloned().unwrap_or_else(|| placeholder(name.key())),
            Piece::Secret(name) => self.credential(name),
        }
    }

    /// The value of a credential: an example of what is no secret, a placeholder otherwise.
    fn credential(&self, name: &str) -> String {
        let credential = self.facts.credential(name).filter(|credential| !credential.is_secret);
        let own = credential.and_then(|credential| credential.example.clone());
        credential
            .and_then(|_| self.answers.examples.get(name).cloned())
            .or(own)
            .unwrap_or_else(|| secret_placeholder(name))
    }

    /// What is filled in to say what is fetched, as the source connection has it.
    pub(super) fn inputs(&self) -> Value {
        let body = self.recipe.step_of(Name::SourceConnectionId).and_then(|step| step.body.as_ref());
        let body: Option<Value> = body.and_then(|body| serde_json::from_str(&body.to_string()).ok());
        body.and_then(|body| body.get("params").cloned()).unwrap_or_else(|| json!({}))
    }

    /// `sourceParams` of exploring.
    pub(super) fn source_params(&self) -> String {
        STANDARD.encode(self.inputs().to_string())
    }

    fn explore(&self) -> Call {
        let connection = placeholder(Name::BaseConnectionId.key());
        // Of Base64, these three mean something in a query.
        let params = self.source_params().replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let record = self.answers.sample.first().cloned().unwrap_or_else(|| json!({"id": "1"}));
        let types = record
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), json!({"type": type_of(value)})));
        let schema = json!({"type": "object", "properties": types.collect::<Map<_, _>>()});
        Call {
            section: "explore",
            id: "explore".to_owned(),
            title: "Explore the records".to_owned(),
            method: "GET",
            address: format!(
                "{FLOW_SERVICE}/connections/{connection}/explore?objectType=rest&object=json&fileType=json&preview=true&sourceParams={params}"
            ),
            headers: Vec::new(),
            body: None,
            answer: Some(json!({"format": "hierarchical", "schema": schema, "data": [record]})),
            outcome: "The answer describes the records and shows some of them.".to_owned(),
        }
    }

    fn event(&self) -> Call {
        let event = self.answers.sample.first().cloned().unwrap_or_else(|| json!({"id": "1"}));
        Call {
            section: "endpoint",
            id: "event".to_owned(),
            title: "Send an event".to_owned(),
            method: "POST",
            address: placeholder(Name::InletUrl.key()),
            headers: vec![
                ("Content-Type".into(), "application/json".into()),
                ("x-adobe-flow-id".into(), placeholder(Name::FlowId.key())),
            ],
            body: Some(format!("{event:#}")),
            answer: Some(
                json!({"inletId": self.hex("inlet"), "xactionId": self.uuid("xaction"), "receivedTimeMs": 1_767_225_600_000_u64}),
            ),
            outcome:
                "The answer says that the event has arrived. Whether it fits the schema is found out later, when it is \
                      ingested."
                    .to_owned(),
        }
    }

    fn appendix(&self) -> Vec<Call> {
        let (flow, connection) = (placeholder(Name::FlowId.key()), placeholder(Name::BaseConnectionId.key()));
        let runs = Call {
            section: "monitor",
            id: "runs".to_owned(),
            title: "List the runs of the dataflow".to_owned(),
            method: "GET",
            address: format!("{FLOW_SERVICE}/runs?property=flowId==%22{flow}%22"),
            headers: Vec::new(),
            body: None,
            answer: Some(json!({"items": []})),
            outcome: "The answer lists the runs, each with how many records came in and how many failed. It is empty until the \
                      first run."
                .to_owned(),
        };
        let named = format!("{} dataflow, renamed", self.recipe.label);
        let flow_record =
            json!({"id": self.uuid(Name::FlowId.key()), "name": format!("{} dataflow", self.recipe.label)});
        let mut calls = vec![
            runs,
            self.read("update", "flows", &flow, "Read the dataflow", flow_record),
            self.change(
                "update",
                "flows",
                &flow,
                "Change the dataflow",
                &json!([
                    {"op": "replace", "path": "/name", "value": named}
                ]),
            ),
            delete("delete", "flows", &flow, "Delete the dataflow"),
        ];
        if self.facts.kind == Kind::Batch {
            let record = json!({
                "id": self.uuid(Name::BaseConnectionId.key()),
                "name": format!("{} base connection", self.recipe.label),
            });
            let sign_in = self.sign_in();
            let instructions = match &sign_in {
                Some(params) => json!([{"op": "replace", "path": "/auth/params", "value": params}]),
                None => json!([{"op": "replace", "path": "/name", "value": format!("{} account", self.recipe.label)}]),
            };
            calls.push(self.read("update-account", "connections", &connection, "Read the account", record));
            calls.push(self.change("update-account", "connections", &connection, "Change the account", &instructions));
            calls.push(delete("delete-account", "connections", &connection, "Delete the account"));
        }
        calls
    }

    /// `auth.params` of the base connection, as the page shows it.
    fn sign_in(&self) -> Option<Value> {
        let body = self.recipe.step_of(Name::BaseConnectionId)?.body.as_ref()?;
        let body: Value = serde_json::from_str(&body.render(|piece| json_escaped(&self.filled(piece)))).ok()?;
        body.pointer("/auth/params").cloned()
    }

    fn read(&self, section: &'static str, collection: &str, id: &str, title: &str, mut record: Value) -> Call {
        record["etag"] = json!(self.etag(collection));
        Call {
            section,
            id: "read".to_owned(),
            title: title.to_owned(),
            method: "GET",
            address: format!("{FLOW_SERVICE}/{collection}/{id}"),
            headers: Vec::new(),
            body: None,
            answer: Some(json!({"items": [record]})),
            outcome: "The answer holds the `etag` of the version there is, with quotes of its own that belong to it. Put it in \
                      place of `{ETAG}` below."
                .to_owned(),
        }
    }

    fn change(&self, section: &'static str, collection: &str, id: &str, title: &str, instructions: &Value) -> Call {
        let of = if collection == "flows" { Name::FlowId } else { Name::BaseConnectionId };
        Call {
            section,
            id: "change".to_owned(),
            title: title.to_owned(),
            method: "PATCH",
            address: format!("{FLOW_SERVICE}/{collection}/{id}"),
            headers: vec![("If-Match".into(), "{ETAG}".into())],
            body: Some(format!("{instructions:#}")),
            answer: Some(json!({"id": self.uuid(of.key()), "etag": self.etag("changed")})),
            outcome: "The answer repeats the ID, and holds the `etag` of the new version.".to_owned(),
        }
    }

    /// What comes back where a result is made or looked up.
    fn answer(&self, name: Name) -> Value {
        let id = self.uuid(name.key());
        let hex = self.hex(name.key());
        let of_registry = |collection: &str, kind: &str| {
            json!({
                "$id": format!("https://ns.adobe.com/{{TENANT_ID}}/{collection}/{hex}"),
                "meta:altId": format!("_{{TENANT_ID}}.{collection}.{hex}"),
                "meta:resourceType": kind,
                "version": "1.0",
            })
        };
        match name {
            Name::TenantId => json!({"tenantId": "{TENANT_ID}"}),
            Name::FieldGroupId => of_registry("mixins", "mixins"),
            Name::SchemaId => of_registry("schemas", "schemas"),
            Name::DatasetId => json!([format!("@/dataSets/{}", &hex[..24])]),
            Name::MappingSetId => json!({
                "id": hex,
                "version": 0,
                "createdDate": 1_767_225_600_000_u64,
                "modifiedDate": 1_767_225_600_000_u64,
                "createdBy": "{CREATED_BY}",
                "modifiedBy": "{MODIFIED_BY}",
            }),
            Name::InletUrl => json!({"items": [{
                "id": self.uuid(Name::FlowId.key()),
                "state": "enabled",
                "options": {"inletUrl": format!("https://dcs.adobedc.net/collection/{hex}")},
            }]}),
            Name::FlowSpecId | Name::ConnectionSpecId => json!({"items": [{"id": id}]}),
            Name::BaseConnectionId | Name::SourceConnectionId | Name::TargetConnectionId | Name::FlowId => {
                json!({"id": id, "etag": self.etag(name.key())})
            }
        }
    }

    /// An id that is always the same for the same thing of the same source.
    fn uuid(&self, what: &str) -> String {
        let name = format!("https://self-serve-sources.invalid/{}/{what}", self.facts.recipe.key);
        Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string()
    }

    fn hex(&self, what: &str) -> String {
        self.uuid(what).replace('-', "")
    }

    fn etag(&self, what: &str) -> String {
        format!("\"{}\"", self.uuid(&format!("etag of {what}")))
    }
}

impl Call {
    /// What the template of requests is filled with.
    pub(super) fn context(&self, facts: &Facts) -> Value {
        json!({
            "title": self.title,
            "format": self.format(),
            "curl": self.curl(),
            "answer": self.answer.as_ref().map(|answer| format!("{answer:#}")),
            "outcome": self.outcome,
            "properties": self.body.as_deref().map(|body| properties::of(body, facts)).unwrap_or_default(),
        })
    }

    /// Method and path, as the reference of the API has them: `POST /flows`.
    fn format(&self) -> Option<String> {
        let service = SERVICES.into_iter().find(|service| self.address.starts_with(service))?;
        let path = self.address[service.len()..].split('?').next().unwrap_or_default();
        Some(format!("{} {path}", self.method))
    }

    fn curl(&self) -> String {
        let is_platform = self.address.starts_with('/');
        let address = if is_platform { format!("{PLATFORM}{}", self.address) } else { self.address.clone() };
        let mut lines = vec![format!("curl -X {}", self.method), quoted(&address)];
        let mut header = |name: &str, value: &str| lines.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
        if is_platform {
            header("Authorization", "Bearer {ACCESS_TOKEN}");
            header("x-api-key", "{API_KEY}");
            header("x-gw-ims-org-id", "{ORG_ID}");
            header("x-sandbox-name", "{SANDBOX_NAME}");
            if self.body.is_some() {
                header("Content-Type", "application/json");
            }
        }
        for (name, value) in &self.headers {
            header(name, value);
        }
        if let Some(body) = &self.body {
            lines.push(format!("-d {}", quoted(body)));
        }
        lines.join(" \\\n  ")
    }
}

/// The section of a step, and the name of its region there.
fn place(step: &Step) -> Option<(&'static str, &'static str)> {
    let Some(take) = step.takes.first() else { return Some(("base-connection", "test")) };
    Some(match take.name {
        Name::BaseConnectionId => ("base-connection", "base-connection"),
        Name::SourceConnectionId => ("source-connection", "source-connection"),
        Name::TenantId => ("target-schema", "tenant"),
        Name::FieldGroupId => ("target-schema", "field-group"),
        Name::SchemaId => ("target-schema", "schema"),
        Name::DatasetId => ("target-dataset", "dataset"),
        Name::TargetConnectionId => ("target-connection", "target-connection"),
        Name::MappingSetId => ("mapping", "mapping-set"),
        Name::FlowId => ("flow", "flow"),
        Name::InletUrl => ("endpoint", "inlet"),
        Name::ConnectionSpecId | Name::FlowSpecId => return None,
    })
}

fn meaning(name: Name) -> &'static str {
    match name {
        Name::ConnectionSpecId => "the ID of the connection spec",
        Name::FlowSpecId => "the ID of the flow spec",
        Name::BaseConnectionId => "the ID of the base connection (`id`)",
        Name::SourceConnectionId => "the ID of the source connection (`id`)",
        Name::TenantId => "the namespace of your organization's own fields (`tenantId`)",
        Name::FieldGroupId => "the ID of the field group (`$id`)",
        Name::SchemaId => "the ID of the schema (`$id`)",
        Name::DatasetId => "the ID of the dataset, behind `@/dataSets/`",
        Name::TargetConnectionId => "the ID of the target connection (`id`)",
        Name::MappingSetId => "the ID of the mapping set (`id`)",
        Name::FlowId => "the ID of the dataflow (`id`)",
        Name::InletUrl => "the address that takes events (`inletUrl`)",
    }
}

fn delete(section: &'static str, collection: &str, id: &str, title: &str) -> Call {
    Call {
        section,
        id: "delete".to_owned(),
        title: title.to_owned(),
        method: "DELETE",
        address: format!("{FLOW_SERVICE}/{collection}/{id}"),
        headers: Vec::new(),
        body: None,
        answer: None,
        outcome: "The answer is `204 No Content`, and has no body.".to_owned(),
    }
}

/// A result by its name in a page: `{FLOW_ID}` for `flowId`.
fn placeholder(key: &str) -> String {
    format!("{{{}}}", screaming(key))
}

/// A credential by its name in a page: `{SOURCE_ACCESS_TOKEN}` for `accessToken`, which is another one than that of every call.
pub(super) fn secret_placeholder(name: &str) -> String {
    format!("{{SOURCE_{}}}", screaming(name))
}

/// A name in capitals: `BASE_CONNECTION_ID` for `baseConnectionId`.
fn screaming(name: &str) -> String {
    let mut words = String::new();
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_uppercase() && after_small {
            words.push('_');
        }
        words.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' });
        after_small = letter.is_lowercase() || letter.is_ascii_digit();
    }
    words
}

/// What stands for an input of which no value is known: a placeholder, or the plainest value of its type.
pub(super) fn stand_in(name: &str, field: &Value) -> String {
    match field.get("type").and_then(Value::as_str) {
        Some("integer" | "number") => "1".to_owned(),
        Some("boolean") => "true".to_owned(),
        Some("array") => "[]".to_owned(),
        Some("object") => "{}".to_owned(),
        _ => placeholder(name),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null | Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn json_escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// An object that holds a value at a JSON Pointer.
fn at_pointer(pointer: &str, value: Value) -> Value {
    let keys = pointer.rsplit('/').filter(|key| !key.is_empty());
    keys.fold(value, |value, key| Value::Object(BTreeMap::from([(key.to_owned(), value)]).into_iter().collect()))
}
