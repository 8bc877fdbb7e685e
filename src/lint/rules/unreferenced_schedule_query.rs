#![doc = include_str!("unreferenced_schedule_query.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, placeholder,
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
    // One that is misspelled is told where it stands.
    let is_meant = || spec.referred().iter().any(|name| placeholder::is_meant_for(name, "SCHEDULE_QUERY"));
    if schedule::references(spec, QUERY).is_empty() && !is_meant() {
        sink.inside(schedule.node, format!("no part of the request refers to this schedule with `{QUERY}`"))
            .help(format!("put `{QUERY}` into `queryParams`, `headerParams` or `bodyParams`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Sample;

    #[test]
    fn a_slip_in_the_reference_is_told_there_alone() {
        let simple = r#""scheduleStartParamName": null, "scheduleEndParamName": null, "scheduleStartParamFormat": null, "scheduleEndParamFormat": null"#;
        for (query, rule) in [
            ("{SCHEDULEQUERY}", "placeholder-style"),
            ("${SCHEDULE_QUERY}", "placeholder-style"),
            ("{ SCHEDULE_QUERY }", "placeholder-style"),
            ("{schedule_query}", "placeholder-style"),
            ("{SCHEDULE_QUERY", "unclosed-placeholder"),
            ("all", super::RULE.name),
        ] {
            let attributes = format!(
                r#""headerParams": {{"q": "{query}"}}, "scheduleParams": {{{simple}, "type": "ADVANCE", "paramFormat": "o",
                "incremental": "{{START_TIME}} {{END_TIME}}", "backfill": "{{END_TIME}}"}}"#
            );
            assert_eq!(Sample::batch().with_attributes(&attributes).findings().rules(), [rule], "{query}");
        }
    }
}
