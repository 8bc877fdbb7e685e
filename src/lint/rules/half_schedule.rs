#![doc = include_str!("half_schedule.md")]

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
    name: "half-schedule",
    level: Level::Error,
    page: include_str!("half_schedule.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(schedule) = Schedule::in_form(spec, Form::Simple) else { return };
    let (start, end) = ("scheduleStartParamName", "scheduleEndParamName");
    match (schedule.node.get(start), schedule.node.get(end)) {
        (Some(_), Some(_)) => {}
        (Some(given), None) => {
            sink.key(given, format!("`{start}` has no `{end}` beside it"))
                .help(format!("add `{end}`, the query parameter of the end of the period"))
                .lacks(schedule.node, end);
        }
        (None, Some(given)) => {
            sink.key(given, format!("`{end}` has no `{start}` beside it"))
                .help(format!("add `{start}`, the query parameter of the start of the period"))
                .lacks(schedule.node, start);
        }
        (None, None) => {
            sink.inside(schedule.node, format!("the schedule has date formats, but neither `{start}` nor `{end}`"))
                .help("add the query parameters that the two dates are sent in");
        }
    }
}
