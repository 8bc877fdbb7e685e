//! The report as JUnit XML: a test case a check.

use super::Report;
use crate::{
    report::escape_xml as escape,
    verify::{Check, Verdict},
};

pub(super) fn render(report: &Report) -> String {
    let counts = report.counts();
    let numbers = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3}\"",
        report.checks.len(),
        counts.failed,
        counts.skipped,
        report.duration.as_secs_f64()
    );
    let name = escape(&report.source);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"sss verify\" {numbers}>\n  \
         <testsuite name=\"{name}\" {numbers} timestamp=\"{}\">\n",
        report.started
    );
    for check in &report.checks {
        text.push_str(&case(check, &name));
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn case(check: &Check, source: &str) -> String {
    let found = escape(&check.found);
    let advice = check.advice.as_deref().map(|advice| format!("\nhelp: {}", escape(advice))).unwrap_or_default();
    let title = escape(&check.title);
    let inside = match check.verdict {
        Verdict::Passed => format!("<system-out>{title}: {found}</system-out>"),
        Verdict::Failed => format!("<failure type=\"failed\" message=\"{found}\">{title}: {found}{advice}</failure>"),
        Verdict::Skipped => format!("<skipped message=\"{found}\"/>"),
    };
    format!(
        "    <testcase name=\"{}\" classname=\"{source}\" time=\"{:.3}\">\n      {inside}\n    </testcase>\n",
        escape(&check.name),
        check.duration.as_secs_f64()
    )
}
