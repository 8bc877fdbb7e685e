#![doc = include_str!("malformed_end_page_index.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, header,
        pagination::{self, HEADERS, PaginationParams},
    },
    text::{excerpt, json::edit, nearest::nearest},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-end-page-index",
    level: Level::Warning,
    page: include_str!("malformed_end_page_index.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = PaginationParams::of(spec).and_then(|params| params.get("endPageIndex")) else { return };
    if node.as_f64().is_some_and(|number| number < 0.0) {
        sink.value(node, "no page has a negative number").help("write the number of the last page");
        return;
    }
    // Of an empty text the schema tells; what a customer fills in may be anything.
    let Some(text) = node.as_str().filter(|text| !text.is_empty() && !text.contains('{')) else { return };
    if pagination::digits(node).is_some() || text.strip_prefix(HEADERS).is_some_and(header::is_name) {
        return;
    }
    let finding = sink.value(node, "`endPageIndex` is neither the number of a page nor a header of a response");
    match meant(&text) {
        Some(meant) => finding.help(format!("did you mean `{}`?", excerpt(&meant))).fix_by(
            format!("write `{}`", excerpt(&meant)),
            Safety::Unsafe,
            [edit::replace(node, &json!(meant))],
        ),
        None => finding
            .help(format!("write the number, or `{HEADERS}` and the name of the header of a response that tells it")),
    };
}

/// The header that was probably meant.
fn meant(text: &str) -> Option<String> {
    let (start, name) = text.trim().split_once(['.', ':', '/'])?;
    let prefix = HEADERS.trim_end_matches('.');
    nearest(start.trim_start_matches('$'), [prefix])?;
    Some(format!("{HEADERS}{}", header::meant(name)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_lead_to_the_header() {
        for text in ["header.x-pages", "Headers.x-pages", "headers:x-pages", "hedaers.x-pages", "headers.x-pages:"] {
            assert_eq!(meant(text).as_deref(), Some("headers.x-pages"), "{text}");
        }
        for text in ["$.meta.pages", "x-pages", "headers.", ".", ""] {
            assert_eq!(meant(text), None, "{text}");
        }
    }
}
