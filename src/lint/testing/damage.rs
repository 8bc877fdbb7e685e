//! Specs with anything anywhere: no rule panics, and every finding lies in the text.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    cli::Format,
    config::Config,
    lint::{Findings, check_source, page},
    report,
    text::{Document, pointer},
    workspace::{Artifact, LoadedSource, Source, layout::ArtifactKind},
};

pub(super) const SPECS: [&str; 4] = [
    page::BATCH,
    page::STREAMING,
    include_str!(
        "../../../artifacts-example/Sources/harbor-helpdesk-tickets/Artifacts/harbor-helpdesk-tickets-connectionSpec.json"
    ),
    include_str!(
        "../../../artifacts-example/Sources/lumen-loyalty-events/Artifacts/lumen-loyalty-events-connectionSpec.json"
    ),
];

/// The findings of a spec beside a label, without files.
fn findings(text: String) -> Findings {
    let source = Source::named("acme");
    let artifact = |kind: ArtifactKind, text: String| Artifact {
        kind,
        path: kind.path("acme").into(),
        content: Ok(Arc::new(Document::new(kind.path("acme"), text.into_bytes()))),
    };
    let artifacts =
        vec![artifact(ArtifactKind::Label, "Acme\n".to_owned()), artifact(ArtifactKind::ConnectionSpec, text)];
    check_source(&LoadedSource { source: &source, artifacts }, &Config::default())
}

pub(super) fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let mut child = |token: &str, value: &Value| {
        let mut at = at.to_owned();
        pointer::push(&mut at, token);
        pointers(value, &at, found);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| child(key, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| child(&index.to_string(), value)),
        _ => {}
    }
}

#[test]
fn anything_may_stand_anywhere() {
    let junk = [
        json!(null),
        json!(true),
        json!(-1.5e300),
        json!(""),
        json!("é${{\u{202e}@{`$."),
        json!("http://user:pass@[::1"),
        json!([]),
        json!([[{}], "a", "a", 1]),
        json!({}),
        json!({"": {"type": ["string", 3]}, "required": [1, "x"], "properties": "p", "spec": [], "name": {}}),
    ];
    let mut checked = 0;
    for spec in SPECS {
        let whole: Value = serde_json::from_str(spec).unwrap();
        let mut places = Vec::new();
        pointers(&whole, "", &mut places);
        for (at, junk) in places.iter().flat_map(|at| junk.iter().map(move |junk| (at, junk))) {
            let mut damaged = whole.clone();
            *damaged.pointer_mut(at).unwrap() = junk.clone();
            // Half of them on one line, as a minified file has it.
            let text = if checked % 2 == 0 { damaged.to_string() } else { format!("{damaged:#}") };
            let found = findings(text);
            for finding in &found.findings {
                let Some(document) = &finding.document else { continue };
                let range = finding.span.range();
                assert!(document.text().get(range).is_some(), "{at} {junk}: {finding:#?}");
                assert!(!finding.message.contains('\n'), "{at} {junk}: {}", finding.message);
            }
            if checked % 16 == 0 {
                report::render(&found, Format::Full, true);
            }
            checked += 1;
        }
    }
    assert!(checked > 3000, "{checked}");
}
