//! What only a person can tell for the pages: from `docs.toml`, flags and questions. Every fault of the file has its place.

use std::{collections::BTreeMap, io, path::Path, sync::Arc};

use serde_json::Value;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use uuid::Uuid;

use super::{facts::Facts, outline, region::is_mark};
use crate::{
    config::{self, Reader, read_file, span},
    text::{
        Document, Span,
        nearest::{any_of, nearest},
    },
    workspace::layout,
};

/// What a person told.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Markdown, by the id of its question.
    pub texts: BTreeMap<&'static str, String>,
    /// Records as the source has them.
    pub sample: Vec<Value>,
    /// The id of the connection spec, where it is another than the recorded one.
    pub connection_spec: Option<String>,
    /// Examples of credentials, by their names.
    pub examples: BTreeMap<String, String>,
    /// Values of the inputs, by their names.
    pub inputs: BTreeMap<String, String>,
    /// Where each example and input is named.
    places: Vec<(&'static str, String, Span)>,
    document: Option<Arc<Document>>,
}

/// The keys that hold a text of the page.
pub const TEXTS: [&str; 5] = ["overview", "contact", "prerequisites", "webhook", "resources"];

impl Answers {
    /// The answers of a source in the repository at `root`; none where there is no file.
    pub fn load(root: &Path, source: &str) -> Result<Self, config::Error> {
        let name = layout::docs_answers(source);
        let path = root.join(&name);
        match read_file(&path) {
            Ok(bytes) => Self::read(&Arc::new(Document::new(name.as_str(), bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(config::Error::File { path, source }),
        }
    }

    /// Reads a file of answers.
    pub fn read(document: &Arc<Document>) -> Result<Self, config::Error> {
        let reader = Reader { document };
        let mut answers = reader.whole(|table| read(&reader, table))?;
        answers.document = Some(Arc::clone(document));
        Ok(answers)
    }

    /// Holds the examples and inputs to what the source has.
    pub fn check(&self, facts: &Facts) -> Result<(), config::Error> {
        let Some(document) = &self.document else { return Ok(()) };
        let inputs: Vec<&str> = facts.inputs().map(|(name, _)| name).collect();
        let credentials = facts.ways.iter().flat_map(|way| &way.credentials);
        let public: Vec<&str> = credentials.filter(|one| !one.is_secret).map(|one| one.name.as_str()).collect();
        for (table, name, span) in &self.places {
            let (what, known) = match *table {
                "inputs" => ("input", &inputs),
                _ => ("credential", &public),
            };
            if known.contains(&name.as_str()) {
                continue;
            }
            let reader = Reader { document };
            if facts.credential(name).is_some_and(|credential| credential.is_secret) {
                let help = "leave it out: the page shows a placeholder".to_owned();
                return Err(reader.fault(
                    *span,
                    format!("`{name}` is a secret, of which no page has an example"),
                    Some(help),
                ));
            }
            let help = match nearest(name, known.iter().copied()) {
                Some(meant) => Some(format!("did you mean `{meant}`?")),
                None if known.is_empty() => Some(format!("`{}` has none: leave it out", facts.recipe.key)),
                None => Some(format!("known here: {}", any_of(known))),
            };
            return Err(reader.fault(*span, format!("the source has no {what} `{name}`"), help));
        }
        Ok(())
    }

    /// Puts a text that a flag or a question gave in the place of the file's.
    pub fn set(&mut self, id: &'static str, text: &str) -> Result<(), String> {
        let text = check_text(id, text)?;
        self.texts.insert(id, text);
        Ok(())
    }

    /// The text of a question.
    pub fn text(&self, id: &str) -> Option<&str> {
        self.texts.get(id).map(String::as_str)
    }
}

/// A text as a page can hold it, or why it cannot.
pub fn check_text(id: &str, text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if id == "contact" && text.contains('\n') {
        return Err("has several lines; it is one address or link".to_owned());
    }
    if text.lines().any(is_mark) || text.contains(outline::GAP.0.trim()) {
        return Err("holds a mark of `sss`, by which the page is taken apart".to_owned());
    }
    if let Some(other) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(format!("holds {}, which cannot be shown", crate::text::visible::character(other)));
    }
    Ok(text.replace("\r\n", "\n"))
}

fn read(reader: &Reader<'_>, table: &DeTable<'_>) -> Result<Answers, config::Error> {
    const OTHERS: [&str; 4] = ["sample", "connection_spec", "examples", "inputs"];
    let mut answers = Answers::default();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        if let Some(id) = TEXTS.into_iter().find(|id| *id == name) {
            let text = check_text(id, &reader.text(value)?);
            answers.texts.insert(id, text.map_err(|why| reader.fault(span(value), format!("this {why}"), None))?);
            continue;
        }
        match name {
            "sample" => answers.sample = sample(reader, value)?,
            "connection_spec" => {
                let id = reader.text(value)?;
                let help = || Some("`.sss/published/` holds the ids that `sss publish` was given".to_owned());
                id.parse::<Uuid>()
                    .map_err(|_| reader.fault(span(value), "this is no id of a connection spec", help()))?;
                answers.connection_spec = Some(id);
            }
            "examples" => answers.examples = named(reader, "examples", value, &mut answers.places)?,
            "inputs" => answers.inputs = named(reader, "inputs", value, &mut answers.places)?,
            _ => return Err(reader.unknown(key, &[&TEXTS[..], &OTHERS[..]].concat())),
        }
    }
    Ok(answers)
}

/// Records as JSON in a text: one, a list of them, or one a line.
fn sample(reader: &Reader<'_>, value: &Spanned<DeValue<'_>>) -> Result<Vec<Value>, config::Error> {
    let fault = |message: String| {
        let help = "write a record between three single quotes: `sample = '''{\"id\": 1}'''`".to_owned();
        reader.fault(span(value), message, Some(help))
    };
    crate::dataflow::recipe::read_sample(&reader.text(value)?).map_err(|error| fault(error.to_string()))
}

/// A table of values by name.
fn named(
    reader: &Reader<'_>,
    table: &'static str,
    value: &Spanned<DeValue<'_>>,
    places: &mut Vec<(&'static str, String, Span)>,
) -> Result<BTreeMap<String, String>, config::Error> {
    let mut named = BTreeMap::new();
    for (key, value) in reader.table(value)? {
        let text = match value.get_ref() {
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(switch) => switch.to_string(),
            _ => reader.text(value)?,
        };
        places.push((table, key.get_ref().to_string(), span(key)));
        named.insert(key.get_ref().to_string(), text);
    }
    Ok(named)
}
