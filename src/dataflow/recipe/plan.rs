//! A recipe for a reader, as text and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    Name, Piece, Recipe, Step, Template, Way,
    request::{in_path, in_string},
    variable_of,
};
use crate::text::visible::printable;

impl Recipe {
    /// The steps with what they send; `{sourceConnectionId}` where an earlier one tells it.
    pub fn to_text(&self) -> String {
        let requests = if self.steps.len() == 1 { "request" } else { "requests" };
        let mut text = format!("{}: {}, {} {requests}\n", printable(&self.label), self.way, self.steps.len());
        for (at, step) in self.steps.iter().enumerate() {
            let Step { title, method, headers, body, takes, expects, .. } = step;
            let path = self.shown(&step.path, in_path);
            let _ = write!(text, "\n{}. {title}\n   {} {}\n", at + 1, method.as_str(), printable(&path));
            for (name, value) in headers {
                let _ = writeln!(text, "   {}", printable(&format!("{name}: {value}")));
            }
            for line in body.iter().flat_map(|body| {
                let body = self.shown(body, in_string);
                body.lines().map(str::to_owned).collect::<Vec<_>>()
            }) {
                let _ = writeln!(text, "   {}", printable(&line));
            }
            for take in takes {
                let _ = writeln!(text, "   tells {{{}}}", take.name.key());
            }
            if let Some(expected) = expects {
                let _ = writeln!(text, "   goes on where `{}` is {}", expected.pointer, expected.value);
            }
        }
        let mut remarks = Vec::new();
        for name in self.missing() {
            remarks.push(format!("{{{}}} is not known here{}", name.key(), known_by(name)));
        }
        let secrets: Vec<String> =
            self.secrets().into_iter().map(|name| format!("{{{name}}} from {}", variable_of(name))).collect();
        if !secrets.is_empty() {
            remarks.push(format!("secrets are read when it is sent: {}", secrets.join(", ")));
        }
        remarks.extend(self.notes.iter().cloned());
        if !remarks.is_empty() {
            text.push('\n');
        }
        for remark in remarks {
            let _ = writeln!(text, "note: {}", printable(&remark));
        }
        text
    }

    /// The same as JSON: bodies as they are sent, with `{sourceConnectionId}` in their strings.
    pub fn to_json(&self) -> Value {
        let secrets: Vec<Value> =
            self.secrets().into_iter().map(|name| json!({"name": name, "variable": variable_of(name)})).collect();
        let missing: Vec<&str> = self.missing().into_iter().map(Name::key).collect();
        let given: serde_json::Map<String, Value> =
            self.given.iter().map(|(name, value)| (name.key().to_owned(), json!(value))).collect();
        let steps: Vec<Value> = self.steps.iter().map(|step| self.step_json(step)).collect();
        let (kind, data, authenticated) = match self.way {
            Way::Streaming => ("streaming", None, None),
            Way::Batch => ("batch", None, None),
            Way::HttpApi { data, authenticated } => ("http-api", Some(data.as_str()), Some(authenticated)),
        };
        json!({
            "version": 1,
            "dataflow": self.key,
            "label": self.label,
            "kind": kind,
            "data_type": data,
            "authenticated": authenticated,
            "given": given,
            "missing": missing,
            "secrets": secrets,
            "steps": steps,
            "notes": self.notes,
        })
    }

    fn step_json(&self, step: &Step) -> Value {
        let body = step.body.as_ref().map(|body| self.shown(body, in_string));
        // A body is JSON whatever is filled in.
        let body: Option<Value> = body.and_then(|body| serde_json::from_str(&body).ok());
        let headers: serde_json::Map<String, Value> =
            step.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let takes: Vec<Value> =
            step.takes.iter().map(|take| json!({"name": take.name.key(), "pointer": take.pointer})).collect();
        let expects = step.expects.as_ref().map(|one| json!({"pointer": one.pointer, "value": one.value}));
        json!({
            "title": step.title,
            "method": step.method.as_str(),
            "path": self.shown(&step.path, in_path),
            "headers": headers,
            "body": body,
            "takes": takes,
            "expects": expects,
        })
    }

    /// A text with what is given filled in.
    fn shown(&self, template: &Template, escape: fn(&str) -> String) -> String {
        template.render(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Secret(name) => format!("{{{name}}}"),
            Piece::Result(name) => match self.given.get(name) {
                Some(value) => escape(value),
                None => format!("{{{}}}", name.key()),
            },
        })
    }
}

fn known_by(name: Name) -> &'static str {
    match name {
        Name::ConnectionSpecId => ": `sss publish` makes it, and records it",
        _ => "",
    }
}
