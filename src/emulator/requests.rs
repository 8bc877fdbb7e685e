//! The requests the platform's side received, for tests to look at, with every secret taken out.
//!
//! Kept in memory and bounded: the oldest go first. Requests to the control plane are not among them.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, Uri, header},
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

/// How many requests are kept.
const MOST: usize = 10_000;
/// How many bytes of bodies are kept.
const MOST_BYTES: usize = 64 << 20;
/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";
/// Names that secrets go under, compared without case, `_` and `-`.
const SECRETS: [&str; 9] = [
    "accesstoken",
    "authorization",
    "clientsecret",
    "jwttoken",
    "password",
    "refreshtoken",
    "secret",
    "secretaccesskey",
    "token",
];

/// One request.
#[derive(Debug)]
struct Entry {
    method: Method,
    path: String,
    query: Option<String>,
    form: bool,
    body: Bytes,
    at: Timestamp,
    began: Instant,
    outcome: Option<Outcome>,
    fault: Option<u64>,
}

/// How a request ended.
#[derive(Debug)]
struct Outcome {
    /// `None` where the connection was closed instead.
    status: Option<u16>,
    milliseconds: f64,
}

/// The requests so far.
#[derive(Debug, Default)]
pub(super) struct Requests {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Number of the first entry kept.
    first: u64,
    entries: VecDeque<Entry>,
    bytes: usize,
}

impl Requests {
    /// Notes a request that has arrived whole, and gives it a number.
    pub(super) fn arrived(&self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> u64 {
        let entry = Entry {
            method: method.clone(),
            path: uri.path().to_owned(),
            query: uri.query().map(ToOwned::to_owned),
            form: is(headers, "application/x-www-form-urlencoded"),
            body: body.clone(),
            at: Timestamp::now(),
            began: Instant::now(),
            outcome: None,
            fault: None,
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += body.len();
        kept.entries.push_back(entry);
        while kept.entries.len() > MOST || kept.bytes > MOST_BYTES {
            let Some(oldest) = kept.entries.pop_front() else { break };
            kept.bytes -= oldest.body.len();
            kept.first += 1;
        }
        kept.first + kept.entries.len() as u64 - 1
    }

    /// Notes how a request ended; `status` is `None` where the connection was closed instead.
    pub(super) fn ended(&self, number: u64, status: Option<u16>, fault: Option<u64>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let index = number.checked_sub(kept.first).and_then(|index| usize::try_from(index).ok());
        if let Some(entry) = index.and_then(|index| kept.entries.get_mut(index)) {
            entry.outcome = Some(Outcome { status, milliseconds: entry.began.elapsed().as_secs_f64() * 1e3 });
            entry.fault = fault;
        }
    }

    /// Forgets all requests; numbers go on, so that one still under way is not mistaken for another.
    pub(super) fn clear(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.first += kept.entries.len() as u64;
        kept.entries.clear();
        kept.bytes = 0;
    }

    /// The requests in the order they arrived.
    pub(super) fn tell(&self) -> Vec<Value> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).entries.iter().map(Entry::tell).collect()
    }
}

impl Entry {
    fn tell(&self) -> Value {
        let mut told = json!({
            "method": self.method.as_str(),
            "path": self.path,
            "query": self.query.as_deref().map(redact_query),
            "status": self.outcome.as_ref().and_then(|outcome| outcome.status),
            "at": self.at.to_string(),
        });
        if let Some(outcome) = &self.outcome {
            told["duration_ms"] = json!((outcome.milliseconds * 1e3).round() / 1e3);
        }
        if let Some(fault) = self.fault {
            told["fault"] = json!(fault.to_string());
        }
        // A body that is neither is left out: what cannot be read cannot be cleared of secrets.
        let body = if self.form {
            let fields: Map<String, Value> = form_urlencoded::parse(&self.body)
                .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
                .collect();
            (!fields.is_empty()).then_some(Value::Object(fields))
        } else {
            serde_json::from_slice(&self.body).ok()
        };
        if let Some(mut body) = body {
            redact(&mut body);
            told["body"] = body;
        }
        told
    }
}

/// Whether the headers announce a body of this media type.
pub(super) fn is(headers: &HeaderMap, media_type: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case(media_type))
}

fn is_secret(name: &str) -> bool {
    let name: String = name.chars().filter(|character| !matches!(character, '_' | '-')).collect();
    SECRETS.contains(&name.to_lowercase().as_str())
}

/// Takes the secrets out; an object under such a name describes a field and stays.
pub(super) fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if is_secret(name) => *text = REDACTED.into(),
                    Value::Number(_) if is_secret(name) => *value = REDACTED.into(),
                    _ => redact(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

fn redact_query(query: &str) -> String {
    query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => format!("{name}={REDACTED}"),
            _ => pair.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_taken_out_and_their_descriptions_stay() {
        let mut body = json!({
            "auth": {"params": {"accessToken": "s1", "password": 42, "host": "h"}},
            "authSpec": [{"spec": {"properties": {"password": {"type": "string"}, "client_secret": {"type": "string"}}}}],
        });
        redact(&mut body);
        assert_eq!(
            body,
            json!({
                "auth": {"params": {"accessToken": REDACTED, "password": REDACTED, "host": "h"}},
                "authSpec": [{"spec": {"properties": {"password": {"type": "string"}, "client_secret": {"type": "string"}}}}],
            })
        );
        assert_eq!(redact_query("client_secret=s&scope=a,b&x"), "client_secret=[redacted]&scope=a,b&x");
    }

    #[test]
    fn the_oldest_requests_go_first_and_numbers_stay_right() {
        let requests = Requests::default();
        let arrive = |path: &str, body: usize| {
            let uri: Uri = path.parse().unwrap();
            requests.arrived(&Method::GET, &uri, &HeaderMap::new(), &Bytes::from(vec![b' '; body]))
        };
        let first = arrive("/first", MOST_BYTES / 2);
        let second = arrive("/second", MOST_BYTES / 2);
        let third = arrive("/third", 1);
        requests.ended(third, Some(203), None);
        requests.ended(first, Some(500), None);
        requests.ended(second, Some(202), None);
        let told = requests.tell();
        assert_eq!(told.len(), 2);
        assert_eq!((&told[0]["path"], &told[0]["status"]), (&json!("/second"), &json!(202)));
        assert_eq!((&told[1]["path"], &told[1]["status"]), (&json!("/third"), &json!(203)));
        requests.clear();
        let fourth = arrive("/fourth", 0);
        requests.ended(third, Some(500), None);
        assert_eq!(fourth, third + 1);
        assert_eq!(requests.tell()[0]["status"], Value::Null);
    }
}
