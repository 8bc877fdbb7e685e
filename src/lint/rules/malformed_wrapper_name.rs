#![doc = include_str!("malformed_wrapper_name.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, content, placeholder},
    text::excerpt,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-wrapper-name",
    level: Level::Warning,
    page: include_str!("malformed_wrapper_name.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for member in content::members(spec) {
        let Some(node) = member.get("overrideWrapperAttribute") else { continue };
        // An empty text breaks the schema.
        let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { continue };
        let is_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if is_name || !placeholder::find(&name).is_empty() {
            continue;
        }
        let last = name
            .rsplit(['.', '/', '[', '$'])
            .map(|step| step.trim_end_matches(']').trim())
            .find(|step| !step.is_empty());
        let last = last.filter(|last| last.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')));
        let finding = sink.value(node, format!("`{}` is no name for an attribute", excerpt(&name)));
        finding.help(match last {
            Some(last) => format!("it is a name, not a path: did you mean `{}`?", excerpt(last)),
            None => "write a name of letters, digits and underscores".to_owned(),
        });
    }
}
