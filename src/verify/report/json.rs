//! The report as one object, for programs; `sss submit --evidence` reads it as well.

use serde_json::{Value, json};

use super::{Report, kind, milliseconds};
use crate::{platform::Exchange, verify::Check};

pub(super) fn document(report: &Report, with_requests: bool) -> Value {
    let counts = report.counts();
    let made: serde_json::Map<String, Value> =
        report.made.iter().map(|(name, value)| (name.key().to_owned(), json!(value))).collect();
    let mut document = json!({
        "version": 1,
        "source": report.source,
        "kind": kind(report.way),
        "ok": report.ok(),
        "interrupted": report.interrupted,
        "left": report.left,
        "target": {
            "platform": report.target.platform,
            "organization": report.target.organization,
            "sandbox": report.target.sandbox,
        },
        "dataflow": report.dataflow,
        "made": made,
        "connection_spec_version": report.spec_version,
        "sss": env!("CARGO_PKG_VERSION"),
        "started": report.started.to_string(),
        "duration_ms": milliseconds(report.duration),
        "summary": {"passed": counts.passed, "failed": counts.failed, "skipped": counts.skipped},
        "checks": report.checks.iter().map(check).collect::<Value>(),
    });
    if with_requests {
        document["requests"] = report.exchanges.iter().map(exchange).collect();
    }
    document
}

fn check(check: &Check) -> Value {
    json!({
        "name": check.name,
        "title": check.title,
        "ok": check.verdict.ok(),
        "found": check.found,
        "advice": check.advice,
        "duration_ms": milliseconds(check.duration),
        // Counted from 1, as the pages number them.
        "requests": check.requests.clone().map(|at| at + 1).collect::<Vec<_>>(),
    })
}

fn exchange(exchange: &Exchange) -> Value {
    let headers = |headers: &[(String, String)]| -> Value {
        headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
    };
    json!({
        "method": exchange.method,
        "url": exchange.url,
        "request_headers": headers(&exchange.request_headers),
        "request_body": exchange.request_body,
        "status": exchange.status,
        "response_headers": headers(&exchange.response_headers),
        "response_body": exchange.response_body,
        "failure": exchange.failure,
        "attempt": exchange.attempt,
        "duration_ms": milliseconds(exchange.duration),
        "request_id": exchange.request_id,
    })
}
