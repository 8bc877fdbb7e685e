#![doc = include_str!("schedule_without_times.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, placeholder,
        schedule::{END, Form, START, Schedule},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "schedule-without-times",
    level: Level::Error,
    page: include_str!("schedule_without_times.md"),
    check: Check::Spec(check),
};

/// What each expression holds in the documents, and how bad it is where it does not.
const TIMES: [(&str, &str, Level, &str); 3] = [
    ("incremental", START, Level::Error, "every run would fetch everything again"),
    ("incremental", END, Level::Note, "what changes during a run may be fetched twice"),
    ("backfill", END, Level::Warning, "the first run has no end"),
];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(schedule) = Schedule::in_form(spec, Form::Advanced) else { return };
    for (key, time, level, consequence) in TIMES {
        let Some(node) = schedule.node.get(key) else { continue };
        if node.as_str().is_some_and(|text| !text.is_empty() && !text.contains(time) && !is_meant(&text, time)) {
            sink.value(node, format!("`{key}` does not hold `{time}`: {consequence}"))
                .level(level)
                .help(format!("put `{time}` where the API's query language takes a time"));
        }
    }
}

/// Whether the time is there, but for a slip; that is told where it stands.
fn is_meant(text: &str, time: &str) -> bool {
    let time = time.trim_matches(['{', '}']);
    placeholder::find(text).iter().any(|found| placeholder::is_meant_for(found.name, time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn each_case_has_its_level() {
        let told = |attributes: &str| Sample::batch().with_attributes(attributes).told();
        let levels = |incremental: &str, backfill: &str| {
            let simple = "\"scheduleStartParamName\": null, \"scheduleEndParamName\": null, \
                          \"scheduleStartParamFormat\": null, \"scheduleEndParamFormat\": null";
            let advanced = format!("\"incremental\": \"{incremental}\", \"backfill\": \"{backfill}\"");
            let found = told(&format!(
                "\"headerParams\": {{\"q\": \"{{SCHEDULE_QUERY}}\"}}, \"scheduleParams\": \
                 {{{simple}, \"type\": \"ADVANCE\", \"paramFormat\": \"o\", {advanced}}}"
            ));
            found.into_iter().map(|(level, _)| level).collect::<Vec<_>>()
        };
        assert_eq!(levels("{START_TIME}{END_TIME}", "{END_TIME}"), []);
        assert_eq!(levels("{END_TIME}", "{END_TIME}"), [Level::Error]);
        assert_eq!(levels("{START_TIME}", "{END_TIME}"), [Level::Note]);
        assert_eq!(levels("{START_TIME}{END_TIME}", "all"), [Level::Warning]);
        // One finding, of the slip.
        assert_eq!(levels("{STARTTIME}{END_TIME}", "{END_TIME}"), [Level::Error]);
        assert_eq!(levels("{START_TIME}{END_TIME", "{END_TIME}"), [Level::Error]);
    }
}
