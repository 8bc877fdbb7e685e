#![doc = include_str!("unclosed_placeholder.md")]

use std::ops::Range;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        placeholder::{self, Declared, Placeholder, Source, Style},
    },
    text::{excerpt, json::edit, nearest::nearest},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unclosed-placeholder",
    level: Level::Error,
    page: include_str!("unclosed_placeholder.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for place in spec.places() {
        let Some(text) = place.node.as_str() else { continue };
        if let Some(expression) = placeholder::expressions(&text).iter().find(|expression| !expression.is_closed) {
            sink.within(place.node, expression.range.clone(), "an expression begins here and does not end")
                .help("add the `}` that is missing");
        }
        // After the first one everything may follow from it.
        let first = placeholder::find(&text).into_iter().find(|found| {
            let is_input = text[found.range.clone()].starts_with("${");
            let is_named = is_input || placeholder::is_name(found.name);
            found.style == Style::Unclosed
                && (is_input || place.is_address || (is_named && place.is_request && !place.is_body))
        });
        if let Some(found) = first {
            let start = excerpt(&text[found.range.clone()]);
            let (range, meant, is_known) = closed(spec.declared(), &text, &found);
            let fix = edit::within(place.node, range, &meant).filter(|_| is_known || start.starts_with('$'));
            sink.within(place.node, found.range.clone(), format!("the placeholder `{start}` is not closed"))
                .help(format!("write `{}`", excerpt(&meant)))
                .fix(Safety::Unsafe, fix);
        }
    }
}

/// What was meant by a placeholder that is not closed, with the bytes it takes the place of, and whether that is a name
/// that there is. Only the platform's own names stand without a `$`.
fn closed(declared: &Declared<'_>, text: &str, found: &Placeholder<'_>) -> (Range<usize>, String, bool) {
    let is_declared = |name: &str| declared.source(name) != Source::Nobody;
    // In a host, the name ends at a dot.
    let ends = found.name.match_indices('.').map(|(end, _)| &found.name[..end]);
    let name = [found.name].into_iter().chain(ends.rev()).find(|name| is_declared(name)).unwrap_or(found.name);
    let start = found.range.start;
    let end = match text[start..found.range.end].find(name).filter(|_| name != found.name) {
        Some(at) => start + at + name.len(),
        None => found.range.end,
    };
    if is_declared(name) {
        return (start..end, format!("${{{name}}}"), true);
    }
    if let Some(meant) = nearest(name, placeholder::SYSTEM) {
        return (start..end, format!("{{{meant}}}"), true);
    }
    match declared.nearest(name) {
        Some(meant) => (start..end, format!("${{{meant}}}"), true),
        None => (start..end, format!("${{{name}}}"), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn what_is_to_be_written_is_a_placeholder() {
        for (url, meant) in [
            (r#""path": "/v1/{listId""#, "${listId}"),
            (r#""path": "/v1/{listID/contacts""#, "${listId}"),
            (r#""path": "/v1/${listId""#, "${listId}"),
            (r#""host": "https://{listId.a.example""#, "${listId}"),
            (r#""path": "/v1/{SCHEDULE_QUERY""#, "{SCHEDULE_QUERY}"),
            (r#""path": "/v1/{START_TIM""#, "{START_TIME}"),
            (r#""path": "/v1/{other""#, "${other}"),
        ] {
            let sample = Sample::batch().with_attributes(&format!("\"urlParams\": {{{url}}}"));
            let findings = sample.findings().findings;
            let finding = findings.iter().find(|finding| finding.rule == RULE.name).unwrap();
            assert_eq!(finding.help, Some(format!("write `{meant}`")), "{url}");
            let written = finding.fix.as_ref().map(|fix| fix.edits[0].text.as_str());
            assert_eq!(written, (meant != "${other}").then_some(meant), "{url}");
        }
    }
}
