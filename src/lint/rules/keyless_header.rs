#![doc = include_str!("keyless_header.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        auth::{self, AuthType},
        form::Form,
    },
    text::{excerpt, json::Kind},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "keyless-header",
    level: Level::Warning,
    page: include_str!("keyless_header.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for entry in auth::entries(spec).filter(|entry| entry.auth_type() == Some(AuthType::KeyBased)) {
        for (name, field) in entry.form().into_iter().flat_map(Form::fields) {
            let is_key = name.starts_with("authKey") && field.kind() == Kind::Object;
            // A value of another type is told by the schema, and another key as undocumented: of a query and a body the
            // documents speak, and show neither.
            let is_sent = match field.get("restAttributes") {
                None => false,
                Some(rest) => rest.kind() != Kind::Object || !rest.is_empty(),
            };
            if !is_key || is_sent {
                continue;
            }
            if !spec.referred().contains(name.as_ref()) {
                sink.inside(field, format!("nothing says how `{}` is sent", excerpt(&name))).help(
                    "add `\"restAttributes\": {\"headerParamName\": \"…\"}` with the header your API reads it from",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn another_way_to_send_a_key_is_a_way() {
        let rules = |rest: &str| {
            let patch = format!(
                r#"{{"authSpec": [{{"name": "Key", "type": "KeyBased", "spec": {{"type": "object", "required": ["authKey1"],
                "$schema": "http://json-schema.org/draft-07/schema#", "description": "How to sign in.",
                "properties": {{"authKey1": {{"type": "string", "title": "Key", "format": "password",
                "restAttributes": {rest}}}}}}}}}]}}"#
            );
            Sample::batch().patched(&patch).findings().rules()
        };
        assert_eq!(rules(r#"{"queryParamName": "key"}"#), ["undocumented-rest-attribute"]);
        assert_eq!(rules("{}"), [RULE.name]);
    }
}
