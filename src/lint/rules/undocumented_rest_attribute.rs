#![doc = include_str!("undocumented_rest_attribute.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth, form::Form},
    text::{excerpt, nearest::nearest},
};

/// The one that is documented.
const HEADER: &str = "headerParamName";

/// The rule.
pub static RULE: Rule = Rule {
    name: "undocumented-rest-attribute",
    level: Level::Note,
    page: include_str!("undocumented_rest_attribute.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for (_, field) in auth::forms(spec).flat_map(Form::fields) {
        let Some(rest) = field.get("restAttributes") else { continue };
        for (key, node) in rest.members().filter(|(key, _)| key != HEADER) {
            let finding =
                sink.key(node, format!("`restAttributes` is documented with `{HEADER}` only, not `{}`", excerpt(&key)));
            if nearest(&key, [HEADER]).is_some() {
                finding.level(Level::Warning).help(format!("did you mean `{HEADER}`?"));
            } else {
                finding.help("ask Adobe whether it is known, and try it in a sandbox");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn a_slip_is_more_than_an_unknown_key() {
        let told = |key: &str| {
            let patch = format!(
                r#"{{"authSpec": [{{"name": "Key", "type": "KeyBased", "spec": {{"$schema":
                "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["authKey1"],
                "properties": {{"authKey1": {{"type": "string", "title": "Key", "format": "password",
                "restAttributes": {{"headerParamName": "X-Key", "{key}": "a"}}}}}}}}}}]}}"#
            );
            Sample::batch().patched(&patch).told()
        };
        assert_eq!(told("headerParmName"), [(Level::Warning, "\"headerParmName\"".to_owned())]);
        assert_eq!(told("queryParamName"), [(Level::Note, "\"queryParamName\"".to_owned())]);
    }
}
