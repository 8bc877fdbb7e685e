//! What a source is, as far as a dataflow needs to know: how its data comes, how a customer signs in, what is filled in.

use std::fmt;

use serde_json::Value;

use crate::spec::Kind;

/// The connection spec of the HTTP API.
pub(super) const HTTP_API: &str = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb";

/// How data comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The partner sends events to a source of its own (Streaming SDK).
    Streaming,
    /// The platform fetches records (Batch SDK).
    Batch,
    /// Events are sent to the platform's own HTTP API.
    HttpApi {
        data: DataType,
        /// Whether the sender has to show a token.
        authenticated: bool,
    },
}

impl Way {
    /// Whether events are sent, and there is an inlet.
    pub fn has_inlet(self) -> bool {
        self != Self::Batch
    }

    /// Whether data comes in a form of its own, and has to be mapped.
    pub fn is_mapped(self) -> bool {
        !matches!(self, Self::HttpApi { data: DataType::Xdm, .. })
    }

    /// The flow spec that ties it to the data lake: its id and its name.
    pub fn flow_spec(self) -> (&'static str, &'static str) {
        match self {
            Self::Streaming => ("e77fde5a-22a8-11ed-861d-0242ac120002", "GenericStreamingAEP"),
            Self::Batch => ("6499120c-0b15-42dc-936e-847ea3c24d72", "RestStorageToAEP"),
            // The name is spelled so on the platform.
            Self::HttpApi { data: DataType::Raw, .. } => {
                ("c1a19761-d2c7-4702-b9fa-fe91f0613e81", "Steam data with transformation")
            }
            Self::HttpApi { data: DataType::Xdm, .. } => {
                ("d8a6f005-7eaf-4153-983e-e8574508b877", "Stream data without transformation")
            }
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Streaming => f.write_str("streaming source"),
            Self::Batch => f.write_str("batch source"),
            Self::HttpApi { data, authenticated } => {
                write!(f, "HTTP API, {data}, {}", if *authenticated { "authenticated" } else { "open" })
            }
        }
    }
}

/// What is sent to the HTTP API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// Events in XDM, each in its envelope.
    Xdm,
    /// Any JSON, which a mapping set turns into XDM.
    Raw,
}

impl DataType {
    /// As `dataType` says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Xdm => "xdm",
            Self::Raw => "raw",
        }
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a source is.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// By what it is known in files.
    pub key: String,
    /// What a person calls it.
    pub label: String,
    pub way: Way,
    /// Absent until it is published.
    pub connection_spec_id: Option<String>,
    /// The flow spec that lists it, where that is another than the one of its way.
    pub flow_spec_id: Option<String>,
    pub auth_specs: Vec<AuthSpec>,
    /// `sourceSpec.spec`: the JSON Schema of what a customer fills in for the request.
    pub inputs: Option<Value>,
}

/// One way to sign in.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthSpec {
    /// As `auth.specName` repeats it.
    pub name: String,
    /// The JSON Schema of the credentials.
    pub form: Value,
}

impl Facts {
    /// The facts of a source, from its connection spec.
    pub fn of_source(source: &str, label: &str, kind: Kind, spec: &Value) -> Self {
        let entries = spec.get("authSpec").and_then(Value::as_array).into_iter().flatten();
        let auth_specs = entries.filter_map(|entry| {
            let name = entry.get("name")?.as_str()?.to_owned();
            Some(AuthSpec { name, form: entry.get("spec").cloned().unwrap_or_default() })
        });
        let way = match kind {
            Kind::Streaming => Way::Streaming,
            Kind::Batch => Way::Batch,
        };
        let label = label.trim();
        Self {
            key: source.to_owned(),
            label: if label.is_empty() { source.to_owned() } else { label.to_owned() },
            way,
            connection_spec_id: None,
            flow_spec_id: None,
            // A streaming source has none that count.
            auth_specs: if way == Way::Batch { auth_specs.collect() } else { Vec::new() },
            inputs: inputs(spec),
        }
    }

    /// The facts of the platform's HTTP API.
    pub fn http_api(data: DataType, authenticated: bool) -> Self {
        let suffix = if authenticated { "-authenticated" } else { "" };
        let how = if authenticated { " authenticated" } else { "" };
        let shown = match data {
            DataType::Xdm => "XDM",
            DataType::Raw => "raw",
        };
        Self {
            key: format!("http-api-{data}{suffix}"),
            label: format!("HTTP API {shown}{how}"),
            way: Way::HttpApi { data, authenticated },
            connection_spec_id: Some(HTTP_API.to_owned()),
            flow_spec_id: None,
            auth_specs: Vec::new(),
            inputs: None,
        }
    }
}

/// The form of the inputs. What the request refers to as `${name}` is required, though samples do not list it so.
fn inputs(spec: &Value) -> Option<Value> {
    let mut form = spec.pointer("/sourceSpec/spec").filter(|form| form.is_object())?.clone();
    let mut required: Vec<Value> = form.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let request = spec.pointer("/sourceSpec/attributes").map(Value::to_string).unwrap_or_default();
    for (name, _) in form.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let is_listed = required.iter().any(|one| one.as_str() == Some(name));
        if !is_listed && request.contains(&format!("${{{name}}}")) {
            required.push(Value::from(name.as_str()));
        }
    }
    form["required"] = Value::from(required);
    Some(form)
}
