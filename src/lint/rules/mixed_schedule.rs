#![doc = include_str!("mixed_schedule.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        schedule::{ADVANCED_KEYS, Form, SIMPLE_KEYS, Schedule},
    },
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "mixed-schedule",
    level: Level::Warning,
    page: include_str!("mixed_schedule.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(schedule) = Schedule::of(spec) else { return };
    let (others, form, help): (&[&str], _, _) = match schedule.form {
        Form::Advanced => (&SIMPLE_KEYS, "a schedule of type `ADVANCE`", "remove it: the expressions say the period"),
        Form::Simple => {
            (&ADVANCED_KEYS, "a schedule of two parameters", "remove it, or set `type` to `ADVANCE` and drop the two")
        }
        Form::Empty => return,
    };
    if let Some(kind) = schedule.node.get("type").filter(|_| schedule.form == Form::Simple) {
        sink.value(kind, "`type` says that this is a schedule of expressions, and it is one of two parameters")
            .help("remove `type`, or write `paramFormat`, `incremental` and `backfill` in place of the parameters")
            .fix_by("remove `type`", Safety::Unsafe, edit::remove(kind));
    }
    for (key, member) in schedule.node.members().filter(|(key, _)| others.contains(&&**key)) {
        sink.key(member, format!("{form} knows no `{key}`")).help(help).fix_by(
            format!("remove `{key}`"),
            Safety::Unsafe,
            edit::remove(member),
        );
    }
}
