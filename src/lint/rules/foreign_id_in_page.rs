#![doc = include_str!("foreign_id_in_page.md")]

use serde_json::Value;
use uuid::Uuid;

use crate::{
    documentation::{WrittenPage, request::Request},
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::ids,
    text::{Span, excerpt},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "foreign-id-in-page",
    level: Level::Error,
    page: include_str!("foreign_id_in_page.md"),
    check: Check::Page(check),
};

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    // Where nothing is known of it, the page at least tells one and the same.
    let mut first: Option<Uuid> = None;
    for (request, fence) in Request::all(&page.markdown) {
        let Some(body) = request.json().filter(|_| request.method == "POST") else { continue };
        let told = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let path = request.platform_path().unwrap_or_default();
        let Some(collection) = path.strip_prefix("/data/foundation/flowservice/") else { continue };
        let (Some(id), what) = (match collection {
            "connections" | "sourceConnections" | "targetConnections" => {
                (told("/connectionSpec/id"), "connection spec")
            }
            "flows" => (told("/flowSpec/id"), "flow spec"),
            _ => continue,
        }) else {
            continue;
        };
        let span = request.in_body(fence, &id);
        let Ok(uuid) = id.parse::<Uuid>() else {
            // A placeholder is a gap, or a reader's to fill in.
            if !id.contains('{') {
                sink.text(&page.document, span, format!("`{}` is no ID of a {what}", excerpt(&id)));
            }
            continue;
        };
        let wanted = match collection {
            "targetConnections" => ids::DATA_LAKE.parse().ok(),
            "flows" => page.source_kind.map(crate::spec::Kind::flow_spec),
            _ => None,
        };
        match (collection, wanted) {
            ("targetConnections" | "flows", Some(wanted)) if uuid != wanted => {
                let of = if collection == "flows" { "this kind of source" } else { "the data lake" };
                sink.text(&page.document, span, format!("`{id}` is not the {what} of {of}"))
                    .help(format!("write `{wanted}`, which is always the same"));
            }
            ("connections" | "sourceConnections", _) => {
                if !page.published.is_empty() {
                    published(page, span, uuid, sink);
                } else if *first.get_or_insert(uuid) != uuid {
                    sink.text(
                        &page.document,
                        span,
                        format!("`{id}` is another connection spec than that of the requests above"),
                    )
                    .help("all requests of a page are about one source");
                }
            }
            _ => {}
        }
    }
    for (code, span) in &page.markdown.codes {
        let Some(id) = code.parse::<Uuid>().ok().filter(|id| id.to_string() != ids::DATA_LAKE) else { continue };
        let line = page.document.line_span(page.document.position(span.start as usize).line);
        let is_told = page.document.slice(line).to_lowercase().contains("connection spec");
        if is_told && !page.published.is_empty() {
            published(page, *span, id, sink);
        }
    }
}

/// Holds the ID of a connection spec to those that the source is published under.
fn published(page: &WrittenPage, span: Span, id: Uuid, sink: &mut Sink<'_>) {
    if page.published.contains(&id) {
        return;
    }
    let known: Vec<String> = page.published.iter().map(|id| format!("`{id}`")).collect();
    sink.text(&page.document, span, format!("`{id}` is not the ID that the source is published under"))
        .help(format!("the connection spec is {}; `sss docs` writes it", known.join(" or ")));
}
