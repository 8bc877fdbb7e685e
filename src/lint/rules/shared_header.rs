#![doc = include_str!("shared_header.md")]

use std::{
    borrow::Cow,
    collections::{HashMap, hash_map::Entry},
};

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth, header},
    text::{
        Span, excerpt,
        json::{Node, edit},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "shared-header",
    level: Level::Warning,
    page: include_str!("shared_header.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    // Upper and lower case make no difference in the name of a header.
    let mut fixed: HashMap<String, Node<'_>> = HashMap::new();
    for (name, node) in header::fixed(spec) {
        match fixed.entry(name.to_ascii_lowercase()) {
            Entry::Vacant(vacant) => {
                vacant.insert(node);
            }
            // The very same key is told as such.
            Entry::Occupied(first) if first.get().key() != node.key() => {
                sink.key(node, format!("`headerParams` sets the header `{}` twice", excerpt(&name)))
                    .help("keep one of the two")
                    .related(first.get().label_span(), "first here");
            }
            Entry::Occupied(_) => {}
        }
    }
    if let Some(token) = header::of_token(spec) {
        check_token(spec, token, &fixed, sink);
    }
    for entry in auth::entries(spec) {
        let mut seen: HashMap<String, (Cow<'_, str>, Span)> = HashMap::new();
        for (credential, node) in header::of_credentials(entry) {
            let shown = node.as_str().unwrap_or_default();
            let folded = shown.to_ascii_lowercase();
            if let Some((first, span)) = seen.get(&folded) {
                sink.value(node, format!("`{}` is sent in this header too", excerpt(first)))
                    .help("send each credential in a header of its own")
                    .related(*span, "first here");
                continue;
            }
            if let Some(other) = fixed.get(&folded) {
                sink.value(node, format!("`headerParams` sets the header `{}` too", excerpt(&shown)))
                    .help("remove it there: the platform adds the credential itself")
                    .fix_by("remove it from `headerParams`", Safety::Unsafe, edit::remove(*other))
                    .related(other.label_span(), "set here");
            }
            seen.insert(folded, (credential, node.span()));
        }
    }
}

/// The token of the next page.
fn check_token(spec: &Spec<'_>, token: Node<'_>, fixed: &HashMap<String, Node<'_>>, sink: &mut Sink<'_>) {
    let shown = token.as_str().unwrap_or_default();
    if let Some(other) = fixed.get(&shown.to_ascii_lowercase()) {
        sink.value(token, format!("`headerParams` sets the header `{}` too", excerpt(&shown)))
            .help("send the token of the next page in a header of its own")
            .related(other.label_span(), "set here");
        return;
    }
    for entry in auth::entries(spec) {
        let mut credentials = header::of_credentials(entry);
        let same = |node: Node<'_>| node.as_str().is_some_and(|text| text.eq_ignore_ascii_case(&shown));
        if let Some((credential, node)) = credentials.find(|(_, node)| same(*node)) {
            sink.value(token, format!("`{}` is sent in this header too", excerpt(&credential)))
                .help("send the token of the next page in a header of its own")
                .related(node.span(), "set here");
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn a_header_that_comes_twice_is_told_whoever_sends_it() {
        let token = r#""paginationParams": {"type": "CONTINUATION_TOKEN", "continuationTokenPath": "$.next",
            "parameterType": "HEADERPARAM", "parameterName": "X-Next", "limitName": null, "limitValue": null, "offSetName": null}"#;
        let key = r#""authSpec": [{"name": "API Key Authentication", "type": "KeyBased", "spec": {
            "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "description": "How to sign in.",
            "required": ["authKey1"], "properties": {"authKey1": {"type": "string", "title": "Key", "format": "password",
            "restAttributes": {"headerParamName": "x-next"}}}}}]"#;
        let rules = |auth: &str, attributes: &str| {
            let patch = format!(r#"{{{auth}"sourceSpec": {{"attributes": {{{attributes}}}}}}}"#);
            Sample::batch().patched(&patch).findings().rules()
        };
        assert_eq!(rules("", token), Vec::<&str>::new());
        assert_eq!(rules("", &format!(r#"{token}, "headerParams": {{"x-next": "a"}}"#)), [RULE.name]);
        assert_eq!(rules(&format!("{key},"), token), [RULE.name]);
        assert_eq!(rules("", r#""headerParams": {"accept": "a/b", "Accept": "a/b"}"#), [RULE.name]);
    }
}
