#![doc = include_str!("undefined_schedule_query.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        schedule::{self, END, Form, QUERY, START, Schedule},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "undefined-schedule-query",
    level: Level::Error,
    page: include_str!("undefined_schedule_query.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let why = match Schedule::of(spec).map(|schedule| schedule.form) {
        Some(Form::Advanced) => return,
        Some(_) => "`scheduleParams` is of the simple form",
        None if spec.source_attribute("scheduleParams").is_none() => "there is no `scheduleParams`",
        // A schedule of a wrong type is told as such.
        None => return,
    };
    for placeholder in [QUERY, START, END] {
        for (node, range) in schedule::references(spec, placeholder) {
            let finding =
                sink.within(node, range, format!("`{placeholder}` needs a schedule of type `ADVANCE`, and {why}"));
            finding.help(if placeholder == QUERY {
                "add `type`, `paramFormat`, `incremental` and `backfill` to `scheduleParams`"
            } else {
                "write `{SCHEDULE_QUERY}` here, and the expression into `incremental` and `backfill` of `scheduleParams`"
            });
        }
    }
}
