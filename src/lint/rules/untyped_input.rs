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
        json::{Kind, Node, edit},
        nearest::nearest,
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
        if !form::says_type(input) && !has_misspelled_type(input) {
            let name = input.key().unwrap_or_default();
            sink.key(input, format!("`{}` has no `type`", excerpt(&name)))
                .help("add `type`; for most inputs it is `string`")
                .fix_by("add `\"type\": \"string\"`", Safety::Unsafe, [edit::insert(input, "type", &json!("string"))]);
        }
    }
}

/// Whether a key is there that is nearly `type`: of that `misspelled-key` tells.
fn has_misspelled_type(field: Node<'_>) -> bool {
    field.children().filter_map(Node::key).any(|key| nearest(&key, form::KEYWORDS) == Some("type") && key != "type")
}
