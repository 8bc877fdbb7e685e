#![doc = include_str!("malformed_date_format.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, date_format, placeholder,
        schedule::{FORMAT_KEYS, Schedule},
    },
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-date-format",
    level: Level::Warning,
    page: include_str!("malformed_date_format.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(schedule) = Schedule::of(spec) else { return };
    for node in FORMAT_KEYS.into_iter().filter_map(|key| schedule.node.get(key)) {
        let Some(format) = node.as_str() else { continue };
        if !placeholder::find(&format).is_empty() {
            continue;
        }
        for slip in date_format::slips(&format) {
            let fix = slip.meant.as_ref().and_then(|meant| edit::within(node, slip.range.clone(), meant));
            let told = match slip.meant.as_deref() {
                Some("") | None => "remove it".to_owned(),
                Some(meant) => format!("write `{meant}`"),
            };
            sink.within(node, slip.range, slip.message).maybe_help(slip.help).fix_by(told, Safety::Unsafe, fix);
        }
    }
}
