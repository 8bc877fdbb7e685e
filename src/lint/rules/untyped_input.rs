#![doc = include_str!("untyped_input.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, form},
    text::{
        excerpt,
        json::{Kind, edit},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "untyped-input",
    level: Level::Warning,
    page: include_str!("untyped_input.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for input in spec.inputs().filter(|input| input.kind() == Kind::Object) {
        if !form::says_type(input) {
            let name = input.key().unwrap_or_default();
            sink.key(input, format!("`{}` has no `type`", excerpt(&name)))
                .help("add `type`; for most inputs it is `string`")
                .lacks(input, "type")
                .fix_by("add `\"type\": \"string\"`", Safety::Unsafe, [edit::insert(input, "type", &json!("string"))]);
        }
    }
}
