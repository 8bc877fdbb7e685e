#![doc = include_str!("undefined_schedule_query.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        schedule::{self, Form, QUERY, Schedule},
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
    let message = match Schedule::of(spec).map(|schedule| schedule.form) {
        Some(Form::Advanced) => return,
        Some(_) => format!("`{QUERY}` needs a schedule of type `ADVANCE`, and `scheduleParams` is of the simple form"),
        None if spec.source_attribute("scheduleParams").is_none() => {
            format!("`{QUERY}` needs a schedule of type `ADVANCE`, and there is no `scheduleParams`")
        }
        // A schedule of a wrong type is told as such.
        None => return,
    };
    for (node, range) in schedule::references(spec) {
        sink.within(node, range, message.as_str())
            .help("add `type`, `paramFormat`, `incremental` and `backfill` to `scheduleParams`");
    }
}
