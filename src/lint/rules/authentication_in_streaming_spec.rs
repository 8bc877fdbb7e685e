#![doc = include_str!("authentication_in_streaming_spec.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
    text::json::{Kind, edit},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "authentication-in-streaming-spec",
    level: Level::Warning,
    page: include_str!("authentication_in_streaming_spec.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    if !spec.is_streaming() {
        return;
    }
    if let Some(auth) = spec.at(&["authSpec"]).filter(|auth| auth.kind() == Kind::Array && !auth.is_empty()) {
        sink.key(auth, "a streaming source has no way to sign in")
            .help("leave `authSpec` empty: `[]`")
            .fix(Safety::Unsafe, spec.surely(edit::replace(auth, &json!([]))));
    }
    if let Some(required) = spec.source_attribute("authRequired").filter(|required| required.as_bool() == Some(true)) {
        sink.value(required, "a streaming source has no way to sign in, and asks for it")
            .help("write `false`")
            .fix(Safety::Unsafe, spec.surely(edit::replace(required, &json!(false))));
    }
}
