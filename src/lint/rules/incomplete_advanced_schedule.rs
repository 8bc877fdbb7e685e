#![doc = include_str!("incomplete_advanced_schedule.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        schedule::{Form, Schedule},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "incomplete-advanced-schedule",
    level: Level::Error,
    page: include_str!("incomplete_advanced_schedule.md"),
    check: Check::Spec(check),
};

const NEEDED: [(&str, &str); 4] = [
    ("type", "add `\"type\": \"ADVANCE\"`"),
    ("paramFormat", "add the date format of the expressions, as `yyyy-MM-ddTHH:mm:ssK`"),
    ("incremental", "add the expression of a run from `{START_TIME}` to `{END_TIME}`"),
    ("backfill", "add the expression of the first run, up to `{END_TIME}`"),
];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(schedule) = Schedule::in_form(spec, Form::Advanced) else { return };
    for (key, help) in NEEDED {
        if schedule.node.get(key).is_none() {
            sink.inside(schedule.node, format!("a schedule of expressions has no `{key}`"))
                .help(help)
                .lacks(schedule.node, key);
        }
    }
}
