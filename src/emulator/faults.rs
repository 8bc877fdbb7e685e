//! Faults that can be laid on requests, to try how a client takes them.
//!
//! A fault names a method (or `*`) and a path, in which `*` stands for one segment and `**` for any number of them, and an
//! action. It may let some requests pass before it acts, and act a number of times only. The first fault laid that fits a
//! request, has let enough pass and has times left is the one that acts; faults never act on the control plane. What each
//! action does is told at [`Action`], and for those who lay them in `docs/emulator.md`.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::{HeaderValue, Method, StatusCode};
use serde_json::{Map, Value, json};

/// Longest delay, ten minutes.
const LONGEST_DELAY: u64 = 600_000;

/// How long a silence lasts where nothing is said.
const SILENCE: Duration = Duration::from_secs(30);

/// What a fault does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// Answers with a status, the work not done; with a body of its own, or with the emulator's.
    Status { status: u16, retry_after: Option<u64>, body: Option<Value>, content_type: Option<String> },
    /// Waits, then does the work and answers.
    Delay { milliseconds: u64 },
    /// Closes the connection without a byte of an answer, the work not done.
    DropBefore,
    /// Does the work, then closes the connection without a byte of an answer.
    DropAfter,
    /// Does the work, announces the whole answer, sends so many bytes of its body and closes the connection.
    Truncate { bytes: usize },
    /// Says nothing for a while and closes the connection; the work is not done, or done before.
    Silence { when: When, length: Duration },
    /// Makes every token given out so far invalid, then lets the request go its way.
    ExpireTokens,
}

/// Before or after the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Before,
    After,
}

/// A fault that was laid.
#[derive(Debug, Clone)]
struct Fault {
    id: u64,
    method: String,
    path: String,
    /// How many fitting requests it still lets pass.
    skip: u64,
    /// How often it may still act; `None` for ever.
    remaining: Option<u64>,
    hits: u64,
    action: Action,
}

/// All faults, in the order they were laid.
#[derive(Debug, Default)]
pub(super) struct Faults {
    laid: Mutex<(u64, Vec<Fault>)>,
}

impl Faults {
    /// Lays a fault, and tells it with its id; a sentence where it is none.
    pub(super) fn lay(&self, value: &Value) -> Result<Value, String> {
        let mut fault = Fault::parse(value)?;
        let mut laid = self.laid.lock().unwrap_or_else(PoisonError::into_inner);
        laid.0 += 1;
        fault.id = laid.0;
        let told = fault.tell();
        laid.1.push(fault);
        Ok(told)
    }

    /// Every fault, those that are used up too.
    pub(super) fn tell(&self) -> Vec<Value> {
        self.laid.lock().unwrap_or_else(PoisonError::into_inner).1.iter().map(Fault::tell).collect()
    }

    /// Takes all faults away, and says how many there were.
    pub(super) fn clear(&self) -> usize {
        std::mem::take(&mut self.laid.lock().unwrap_or_else(PoisonError::into_inner).1).len()
    }

    /// Takes one fault away; `false` where there is none of this id.
    pub(super) fn remove(&self, id: u64) -> bool {
        let mut laid = self.laid.lock().unwrap_or_else(PoisonError::into_inner);
        let before = laid.1.len();
        laid.1.retain(|fault| fault.id != id);
        laid.1.len() < before
    }

    /// The fault that acts on a request, counted as used; its id and what it does.
    pub(super) fn act(&self, method: &Method, path: &str) -> Option<(u64, Action)> {
        let mut laid = self.laid.lock().unwrap_or_else(PoisonError::into_inner);
        for fault in laid.1.iter_mut().filter(|fault| fault.remaining != Some(0) && fault.fits(method, path)) {
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.hits += 1;
            fault.remaining = fault.remaining.map(|remaining| remaining - 1);
            return Some((fault.id, fault.action.clone()));
        }
        None
    }
}

impl Fault {
    fn parse(value: &Value) -> Result<Self, String> {
        let fault = value.as_object().ok_or("a fault is a JSON object")?;
        only(fault, "a fault", &["method", "path", "skip", "times", "action"])?;
        let method = match fault.get("method") {
            None => "*",
            Some(Value::String(method)) => method,
            Some(_) => return Err("`method` is an HTTP method in upper case, or `*`".into()),
        };
        if method != "*" && (method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase())) {
            return Err(format!("`method` is an HTTP method in upper case, or `*`, not `{method}`"));
        }
        let path = fault.get("path").and_then(Value::as_str).ok_or("`path` is missing; `/**` fits every path")?;
        if !path.starts_with('/') || path.contains(['?', '#']) {
            return Err(format!("`path` starts with `/` and has no query, unlike `{path}`"));
        }
        if path.split('/').any(|segment| segment.contains('*') && !matches!(segment, "*" | "**")) {
            return Err(format!("`*` and `**` in `path` stand for whole segments, unlike in `{path}`"));
        }
        let skip = match fault.get("skip") {
            None => 0,
            Some(skip) => skip.as_u64().ok_or("`skip` is the number of requests to let pass")?,
        };
        let remaining = match fault.get("times") {
            None => None,
            Some(times) => Some(
                times.as_u64().filter(|times| *times > 0).ok_or("`times` is a number from 1; leave it out for ever")?,
            ),
        };
        let action =
            fault.get("action").and_then(Value::as_object).ok_or("`action` is missing, or is not an object")?;
        let action = Action::parse(action)?;
        Ok(Self { id: 0, method: method.to_owned(), path: path.to_owned(), skip, remaining, hits: 0, action })
    }

    fn fits(&self, method: &Method, path: &str) -> bool {
        (self.method == "*" || self.method == method.as_str()) && path_fits(&self.path, path)
    }

    fn tell(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "method": self.method,
            "path": self.path,
            "skip": self.skip,
            "remaining": self.remaining,
            "hits": self.hits,
            "action": self.action.tell(),
        })
    }
}

impl Action {
    fn parse(action: &Map<String, Value>) -> Result<Self, String> {
        const KNOWN: [&str; 6] = ["status", "delay_ms", "drop", "truncate", "silence", "expire_tokens"];
        let named: Vec<&str> = KNOWN.into_iter().filter(|name| action.contains_key(*name)).collect();
        let [name] = named.as_slice() else {
            return Err(format!("`action` is one of `{}`, and names exactly one", KNOWN.join("`, `")));
        };
        let allowed: &[&str] = match *name {
            "status" => &["status", "retry_after", "body", "content_type"],
            "silence" => &["silence", "seconds"],
            _ => named.as_slice(),
        };
        only(action, "this action", allowed)?;
        let value = &action[*name];
        match *name {
            "status" => Self::status(value, action),
            "delay_ms" => value
                .as_u64()
                .filter(|delay| *delay <= LONGEST_DELAY)
                .map(|milliseconds| Self::Delay { milliseconds })
                .ok_or_else(|| format!("`delay_ms` is a whole number up to {LONGEST_DELAY}")),
            "drop" => match When::parse(value, "drop")? {
                When::Before => Ok(Self::DropBefore),
                When::After => Ok(Self::DropAfter),
            },
            "silence" => {
                let when = When::parse(value, "silence")?;
                let longest = Duration::from_millis(LONGEST_DELAY);
                let length = match action.get("seconds") {
                    None => SILENCE,
                    Some(seconds) => seconds
                        .as_f64()
                        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                        .filter(|length| *length <= longest)
                        .ok_or_else(|| format!("`seconds` is a number up to {}", longest.as_secs()))?,
                };
                Ok(Self::Silence { when, length })
            }
            "expire_tokens" if *value == Value::Bool(true) => Ok(Self::ExpireTokens),
            "expire_tokens" => Err("`expire_tokens` is `true`".into()),
            _ => value
                .as_u64()
                .and_then(|bytes| usize::try_from(bytes).ok())
                .map(|bytes| Self::Truncate { bytes })
                .ok_or_else(|| "`truncate` is the number of bytes to send".into()),
        }
    }

    fn status(value: &Value, action: &Map<String, Value>) -> Result<Self, String> {
        let status = value
            .as_u64()
            .and_then(|status| u16::try_from(status).ok())
            .filter(|status| (200..600).contains(status) && StatusCode::from_u16(*status).is_ok())
            .ok_or("`status` is a number from 200 to 599")?;
        let retry_after = match action.get("retry_after") {
            None => None,
            Some(value) => Some(value.as_u64().ok_or("`retry_after` is a whole number of seconds")?),
        };
        let body = action.get("body").cloned();
        let content_type = match action.get("content_type") {
            None => None,
            Some(Value::String(text)) if body.is_some() && HeaderValue::from_str(text).is_ok() => Some(text.clone()),
            Some(_) => return Err("`content_type` is the media type of `body`".into()),
        };
        Ok(Self::Status { status, retry_after, body, content_type })
    }

    fn tell(&self) -> Value {
        match self {
            Self::Status { status, retry_after, body, content_type } => {
                let mut told = json!({"status": status});
                if let Some(seconds) = retry_after {
                    told["retry_after"] = json!(seconds);
                }
                if let Some(body) = body {
                    told["body"] = body.clone();
                }
                if let Some(content_type) = content_type {
                    told["content_type"] = json!(content_type);
                }
                told
            }
            Self::Delay { milliseconds } => json!({"delay_ms": milliseconds}),
            Self::DropBefore => json!({"drop": "before"}),
            Self::DropAfter => json!({"drop": "after"}),
            Self::Truncate { bytes } => json!({"truncate": bytes}),
            Self::Silence { when, length } => json!({"silence": when.name(), "seconds": length.as_secs_f64()}),
            Self::ExpireTokens => json!({"expire_tokens": true}),
        }
    }
}

impl When {
    fn parse(value: &Value, name: &str) -> Result<Self, String> {
        match value.as_str() {
            Some("before") => Ok(Self::Before),
            Some("after") => Ok(Self::After),
            _ => Err(format!("`{name}` is `before` or `after` (the work)")),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

fn only(object: &Map<String, Value>, what: &str, allowed: &[&str]) -> Result<(), String> {
    match object.keys().find(|key| !allowed.contains(&key.as_str())) {
        Some(key) => Err(format!("{what} has no `{key}`; it may have `{}`", allowed.join("`, `"))),
        None => Ok(()),
    }
}

fn path_fits(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').skip(1).collect();
    let path: Vec<&str> = path.split('/').skip(1).collect();
    // `reached[n]`: the patterns so far fit the first n segments. No backtracking, however many `**` there are.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for wanted in pattern {
        let mut next = vec![false; path.len() + 1];
        for at in 0..=path.len() {
            next[at] = match wanted {
                "**" => reached[at] || at > 0 && next[at - 1],
                "*" => at > 0 && reached[at - 1] && !path[at - 1].is_empty(),
                literal => at > 0 && reached[at - 1] && path[at - 1] == literal,
            };
        }
        reached = next;
    }
    reached[path.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_segment_and_two_are_any_number() {
        for (pattern, path, fits) in [
            ("/a/*", "/a/b", true),
            ("/a/*", "/a", false),
            ("/a/*", "/a/", false),
            ("/a/*", "/a/b/c", false),
            ("/a/**", "/a", true),
            ("/a/**", "/a/b/c", true),
            ("/a/**", "/b", false),
            ("/**/c", "/a/b/c", true),
            ("/**/c", "/c", true),
            ("/**/c", "/a/b", false),
            ("/**", "/anything/at/all", true),
            ("/**/b/**/d", "/a/b/c/d", true),
            ("/**/b/**/d", "/a/c/b", false),
            ("/a", "/a", true),
            ("/a", "/A", false),
        ] {
            assert_eq!(path_fits(pattern, path), fits, "{pattern} on {path}");
        }
    }

    #[test]
    fn what_is_no_fault_is_refused_with_a_sentence() {
        let faults = Faults::default();
        for (fault, sentence) in [
            (json!([]), "a fault is a JSON object"),
            (json!({"path": "/a", "action": {"status": 500}, "often": 1}), "a fault has no `often`"),
            (json!({"action": {"status": 500}}), "`path` is missing"),
            (json!({"path": "a", "action": {"status": 500}}), "`path` starts with `/`"),
            (json!({"path": "/a*", "action": {"status": 500}}), "whole segments"),
            (json!({"path": "/a", "method": "put", "action": {"status": 500}}), "upper case"),
            (json!({"path": "/a", "times": 0, "action": {"status": 500}}), "`times`"),
            (json!({"path": "/a"}), "`action` is missing"),
            (json!({"path": "/a", "action": {}}), "exactly one"),
            (json!({"path": "/a", "action": {"status": 500, "drop": "after"}}), "exactly one"),
            (json!({"path": "/a", "action": {"status": 99}}), "from 200 to 599"),
            (json!({"path": "/a", "action": {"status": 503, "retry_after": "soon"}}), "`retry_after`"),
            (json!({"path": "/a", "action": {"delay_ms": 1, "retry_after": 1}}), "has no `retry_after`"),
            (json!({"path": "/a", "action": {"delay_ms": -1}}), "`delay_ms`"),
            (json!({"path": "/a", "action": {"drop": "during"}}), "`drop`"),
            (json!({"path": "/a", "action": {"truncate": "20"}}), "`truncate`"),
            (json!({"path": "/a", "skip": -1, "action": {"status": 500}}), "`skip`"),
            (json!({"path": "/a", "action": {"silence": "during"}}), "`silence`"),
            (json!({"path": "/a", "action": {"silence": "after", "seconds": 601}}), "up to 600"),
            (json!({"path": "/a", "action": {"expire_tokens": 1}}), "`expire_tokens`"),
            (json!({"path": "/a", "action": {"status": 500, "content_type": "text/html"}}), "`content_type`"),
            (json!({"path": "/a", "action": {"status": 500, "body": "x", "content_type": "a\nb"}}), "`content_type`"),
        ] {
            let refusal = faults.lay(&fault).unwrap_err();
            assert!(refusal.contains(sentence), "{fault}: {refusal}");
        }
        assert!(faults.tell().is_empty());
    }

    #[test]
    fn a_fault_acts_as_often_as_it_says_and_in_the_order_laid() {
        let faults = Faults::default();
        faults.lay(&json!({"method": "PUT", "path": "/a", "times": 2, "action": {"drop": "before"}})).unwrap();
        faults.lay(&json!({"path": "/**", "action": {"delay_ms": 1}})).unwrap();
        let put = || faults.act(&Method::PUT, "/a").map(|(id, _)| id);
        assert_eq!((put(), put(), put()), (Some(1), Some(1), Some(2)));
        assert_eq!(faults.tell()[0]["remaining"], 0);
        assert!(faults.remove(2) && !faults.remove(2));
        assert_eq!(put(), None);
        assert_eq!(faults.clear(), 1);
    }

    #[test]
    fn a_fault_lets_as_many_pass_as_it_says() {
        let faults = Faults::default();
        let fault = json!({"method": "PUT", "path": "/a", "skip": 2, "times": 1, "action": {"silence": "before"}});
        let told = faults.lay(&fault).unwrap();
        assert_eq!((&told["skip"], &told["action"]), (&json!(2), &json!({"silence": "before", "seconds": 30.0})));
        faults.lay(&json!({"path": "/**", "action": {"delay_ms": 1}})).unwrap();
        let act = |method: Method| faults.act(&method, "/a").map(|(id, _)| id);
        // What it lets pass is another fault's; what does not fit it is not counted.
        assert_eq!([act(Method::PUT), act(Method::GET), act(Method::PUT)], [Some(2); 3]);
        assert_eq!((act(Method::PUT), act(Method::PUT)), (Some(1), Some(2)));
    }
}
