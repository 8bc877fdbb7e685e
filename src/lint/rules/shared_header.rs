#![doc = include_str!("shared_header.md")]

use std::{borrow::Cow, collections::HashMap};

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth, header},
    text::{Span, excerpt, json::edit},
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
    let fixed: HashMap<_, _> = header::fixed(spec).map(|(name, node)| (name.to_ascii_lowercase(), node)).collect();
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
