#![doc = include_str!("unreferenced_schedule_query.md")]

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
    name: "unreferenced-schedule-query",
    level: Level::Error,
    page: include_str!("unreferenced_schedule_query.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(schedule) = Schedule::in_form(spec, Form::Advanced) else { return };
    if schedule::references(spec, QUERY).is_empty() {
        sink.inside(schedule.node, format!("no part of the request refers to this schedule with `{QUERY}`"))
            .help(format!("put `{QUERY}` into `queryParams`, `headerParams` or `bodyParams`"));
    }
}
