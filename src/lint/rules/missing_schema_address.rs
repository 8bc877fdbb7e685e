#![doc = include_str!("missing_schema_address.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, form, ids::DRAFT_07},
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "missing-schema-address",
    level: Level::Warning,
    page: include_str!("missing_schema_address.md"),
    check: Check::Spec(check),
};

const KEY: &str = "$schema";

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for form in form::all(spec).map(form::Form::node).filter(|form| form.get(KEY).is_none()) {
        sink.inside(form, format!("this schema has no `{KEY}`"))
            .help(format!("add `\"{KEY}\": \"{DRAFT_07}\"`"))
            .lacks(form, KEY)
            .fix(Safety::Unsafe, [edit::insert(form, KEY, &json!(DRAFT_07))]);
    }
}
