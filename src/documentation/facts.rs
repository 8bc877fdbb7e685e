//! What a source is, as far as its documentation tells it.

use serde_json::Value;

use crate::{
    dataflow::recipe,
    spec::{
        Kind,
        category::{self, Category},
        secret::is_secret_name,
    },
};

/// What a source is.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Name, label, ids, ways to sign in and inputs, as a dataflow needs them too.
    pub recipe: recipe::Facts,
    pub kind: Kind,
    /// The sentence on its card.
    pub description: String,
    /// The key of its category.
    pub category: String,
    /// The ways to sign in, as a table of credentials each.
    pub ways: Vec<WayIn>,
}

/// A way to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayIn {
    pub name: String,
    pub description: Option<String>,
    pub credentials: Vec<Credential>,
}

/// What a customer has to have at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    pub name: String,
    pub title: Option<String>,
    pub description: Option<String>,
    /// What the connection spec itself gives as one.
    pub example: Option<String>,
    pub is_required: bool,
    pub is_secret: bool,
}

impl Facts {
    /// The facts of a source, from its artifacts.
    pub fn of_source(source: &str, texts: &Texts<'_>, kind: Kind, spec: &Value) -> Self {
        let ui = |key: &str| {
            let pointer = format!("/sourceSpec/attributes/uiAttributes/{key}");
            spec.pointer(&pointer).and_then(Value::as_str).map(str::to_owned)
        };
        let told = |text: Option<&str>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let label = told(texts.label).or_else(|| ui("label/text")).unwrap_or_default();
        // One line: it stands in headings and in the metadata.
        let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
        let own = || spec.get("description").and_then(Value::as_str).map(str::to_owned);
        let written = told(texts.category).or_else(|| ui("category/key")).unwrap_or_default();
        let category = match category::read(&written) {
            Category::Key(key) | Category::Undocumented(key) => key.to_owned(),
            Category::Unknown => written,
        };
        let recipe = recipe::Facts::of_source(source, &label, kind, spec);
        Self {
            ways: recipe.auth_specs.iter().map(|auth| WayIn::of(&auth.name, &auth.form)).collect(),
            recipe,
            kind,
            description: told(texts.description).or_else(|| ui("description/text")).or_else(own).unwrap_or_default(),
            category,
        }
    }

    /// The name of its category, as the catalog shows it.
    pub fn category_name(&self) -> String {
        let known = category::CATEGORIES.iter().find(|(key, _)| *key == self.category);
        known.map_or_else(|| self.category.clone(), |(_, name)| (*name).to_owned())
    }

    /// The credential of this name, in whichever way to sign in.
    pub fn credential(&self, name: &str) -> Option<&Credential> {
        self.ways.iter().flat_map(|way| &way.credentials).find(|credential| credential.name == name)
    }

    /// What a customer fills in to say what is fetched: each with its JSON Schema.
    pub fn inputs(&self) -> impl Iterator<Item = (&str, &Value)> {
        let properties = self.recipe.inputs.as_ref().and_then(|form| form.get("properties")).and_then(Value::as_object);
        properties.into_iter().flatten().map(|(name, field)| (name.as_str(), field))
    }
}

/// The texts of the artifacts beside the connection spec, where they could be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Texts<'a> {
    pub label: Option<&'a str>,
    pub description: Option<&'a str>,
    pub category: Option<&'a str>,
}

impl WayIn {
    /// The credentials that a form asks for. Those that the form hides are nobody's to bring.
    pub fn of(name: &str, form: &Value) -> Self {
        let required = form.get("required").and_then(Value::as_array);
        let requires = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
        let is_hidden = |field: &Value| field.pointer("/uiAttributes/hidden") == Some(&Value::Bool(true));
        let fields = form.get("properties").and_then(Value::as_object).into_iter().flatten();
        let credentials = fields.filter(|(name, field)| requires(name) || !is_hidden(field)).map(|(name, field)| {
            let text = |key: &str| field.get(key).and_then(Value::as_str).map(str::to_owned);
            let is_secret = field.get("format") == Some(&"password".into()) || is_secret_name(name);
            Credential {
                name: name.clone(),
                title: text("title"),
                description: text("description"),
                example: example(field).filter(|_| !is_secret).map(|value| shown(&value)),
                is_required: requires(name),
                is_secret,
            }
        });
        let description = form.get("description").and_then(Value::as_str).map(str::to_owned);
        Self { name: name.to_owned(), description, credentials: credentials.collect() }
    }
}

/// A value that the JSON Schema of a field names itself.
pub(super) fn example(field: &Value) -> Option<Value> {
    let first = |key: &str| field.get(key).and_then(|list| list.get(0)).cloned();
    first("examples")
        .or_else(|| field.get("default").cloned())
        .or_else(|| field.get("const").cloned())
        .or_else(|| first("enum"))
}

/// A value as a person types it.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
