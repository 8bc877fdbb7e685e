#![doc = include_str!("insecure_url.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth, form},
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "insecure-url",
    level: Level::Warning,
    page: include_str!("insecure_url.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for form in auth::forms(spec) {
        for name in auth::ADDRESSES {
            let Some(field) = form.field(name) else { continue };
            for value in form::given_values(field) {
                if value.as_str().is_some_and(|text| is_insecure(&text)) {
                    sink.within(value, 0..SCHEME.len(), format!("`{name}` sends credentials unencrypted"))
                        .help("write `https://`")
                        .fix(Safety::Unsafe, edit::within(value, 0..SCHEME.len(), "https://"));
                }
            }
        }
    }
}

const SCHEME: &str = "http://";

fn is_insecure(text: &str) -> bool {
    text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}
