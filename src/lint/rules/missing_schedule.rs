#![doc = include_str!("missing_schedule.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Kind, Spec,
        schedule::{Form, Schedule},
    },
    text::json::Kind as JsonKind,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "missing-schedule",
    level: Level::Note,
    page: include_str!("missing_schedule.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    if spec.kind() != Some(Kind::Batch) {
        return;
    }
    let Some(attributes) = spec.at(&["sourceSpec", "attributes"]) else { return };
    let help = "add `scheduleStartParamName` and `scheduleEndParamName`, the query parameters of the period";
    if let Some(schedule) = Schedule::in_form(spec, Form::Empty) {
        sink.key(schedule.node, "`scheduleParams` does not say how a request asks for a period").help(help);
    } else if attributes.kind() == JsonKind::Object && attributes.get("scheduleParams").is_none() {
        sink.inside(attributes, "a batch source without `scheduleParams` fetches everything in every run")
            .help(help)
            .lacks(attributes, "scheduleParams");
    }
}
