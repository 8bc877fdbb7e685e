//! The report as its two pages show it: every value as text, what is long cut short.

use serde::Serialize;

use super::{Report, kind};
use crate::{
    dataflow::recipe::Way,
    platform::Exchange,
    verify::{Check, Verdict},
};

/// So much of a body is shown, in characters.
const MOST: usize = 20_000;

/// All that a page shows.
#[derive(Debug, Serialize)]
pub(super) struct View {
    pub(super) source: String,
    kind: &'static str,
    ok: bool,
    result: String,
    facts: Vec<Fact>,
    made: Vec<Fact>,
    checks: Vec<Row>,
    requests: Vec<Request>,
}

#[derive(Debug, Serialize)]
struct Fact {
    name: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    title: String,
    word: &'static str,
    is_failed: bool,
    is_passed: bool,
    found: String,
    advice: Option<String>,
    time: String,
    /// The numbers of its requests.
    requests: Vec<usize>,
}

#[derive(Debug, Serialize)]
struct Request {
    number: usize,
    /// The check that it was made for.
    check: Option<String>,
    method: &'static str,
    url: String,
    status: String,
    time: String,
    attempt: Option<u32>,
    sent: String,
    received: String,
    sent_fence: String,
    received_fence: String,
}

impl View {
    pub(super) fn of(report: &Report) -> Self {
        let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
        let kind = match report.way {
            Way::Batch => "batch source",
            Way::Streaming => "streaming source",
            Way::HttpApi { .. } => self::kind(report.way),
        };
        let mut facts = vec![
            fact("Platform", report.target.platform.clone()),
            fact("Organization", report.target.organization.clone()),
            fact("Sandbox", report.target.sandbox.clone()),
            fact("Begun", report.started.to_string()),
            fact("Took", seconds(report.duration)),
            fact("sss", env!("CARGO_PKG_VERSION").to_owned()),
        ];
        facts.extend(report.spec_version.clone().map(|version| fact("Version of the connection spec", version)));
        let made = report.made.iter().map(|(name, value)| fact(name.what(), value.clone())).collect();
        let requests = report.exchanges.iter().enumerate().map(|(at, exchange)| request(report, at, exchange));
        Self {
            source: report.source.clone(),
            kind,
            ok: report.ok(),
            result: report.sentence(),
            facts,
            made,
            checks: report.checks.iter().map(row).collect(),
            requests: requests.collect(),
        }
    }
}

fn row(check: &Check) -> Row {
    Row {
        name: check.name.clone(),
        title: check.title.clone(),
        word: check.verdict.word(),
        is_failed: check.verdict == Verdict::Failed,
        is_passed: check.verdict == Verdict::Passed,
        found: check.found.clone(),
        advice: check.advice.clone(),
        time: seconds(check.duration),
        requests: check.requests.clone().map(|at| at + 1).collect(),
    }
}

fn request(report: &Report, at: usize, exchange: &Exchange) -> Request {
    let check = report.checks.iter().find(|check| check.requests.contains(&at));
    let sent = part(&exchange.request_headers, exchange.request_body.as_deref());
    let mut received = part(&exchange.response_headers, exchange.response_body.as_deref());
    if let Some(failure) = &exchange.failure {
        received.push_str(&format!("{failure}\n"));
    }
    Request {
        number: at + 1,
        check: check.map(|check| check.name.clone()),
        method: exchange.method,
        url: exchange.url.clone(),
        status: exchange.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string()),
        time: format!("{} ms", exchange.duration.as_millis()),
        attempt: (exchange.attempt > 1).then_some(exchange.attempt),
        sent_fence: fence(&sent),
        received_fence: fence(&received),
        sent,
        received,
    }
}

/// Headers and body, JSON laid out.
fn part(headers: &[(String, String)], body: Option<&str>) -> String {
    let mut text: String = headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    if let Some(body) = body.filter(|body| !body.is_empty()) {
        let pretty = serde_json::from_str::<serde_json::Value>(body).map(|value| format!("{value:#}"));
        let body = pretty.as_deref().unwrap_or(body);
        text.push('\n');
        match body.char_indices().nth(MOST) {
            Some((end, _)) => {
                text.push_str(&format!(
                    "{}\n… cut short: {} bytes in all; report.json has them",
                    &body[..end],
                    body.len()
                ));
            }
            None => text.push_str(body),
        }
        text.push('\n');
    }
    text
}

/// A fence of Markdown that no line of the text ends.
fn fence(text: &str) -> String {
    let (mut longest, mut run) = (2, 0);
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(longest + 1)
}

fn seconds(duration: std::time::Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
