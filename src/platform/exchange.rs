//! One request and its answer as they may be shown: redacted when built, so that nothing later can leak a secret.

use std::{fmt::Write as _, time::Duration};

use secrecy::{ExposeSecret, SecretString};

const REDACTED: &str = "[redacted]";

/// Names whose values are secrets wherever they stand, in JSON and in forms.
const SECRET_NAMES: &[&str] =
    &["access_token", "refresh_token", "id_token", "client_secret", "clientSecret", "jwt_token"];

/// One request and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    pub method: &'static str,
    pub url: String,
    /// Path and query.
    pub path: String,
    pub request_headers: Vec<(String, String)>,
    pub request_body: Option<String>,
    /// Absent where nobody answered.
    pub status: Option<u16>,
    pub response_headers: Vec<(String, String)>,
    pub response_body: Option<String>,
    /// Why there is no whole answer.
    pub failure: Option<String>,
    pub duration: Duration,
    /// From 1.
    pub attempt: u32,
    pub request_id: Option<String>,
}

impl Exchange {
    /// The exchange in one line: `POST /connectionSpecs (2.1 kB) → 201 (1.9 kB), 34 ms`.
    pub fn line(&self) -> String {
        let mut line = format!("{} {}", self.method, self.path);
        if let Some(body) = &self.request_body {
            let _ = write!(line, " ({})", size(body.len()));
        }
        line.push_str(" → ");
        match self.status {
            Some(status) => {
                let _ = write!(line, "{status}");
                if let Some(body) = self.response_body.as_ref().filter(|body| !body.is_empty()) {
                    let _ = write!(line, " ({})", size(body.len()));
                }
            }
            None => line.push_str("no answer"),
        }
        if let Some(failure) = &self.failure {
            let _ = write!(line, ": {failure}");
        }
        let _ = write!(line, ", {} ms", self.duration.as_millis());
        if self.attempt > 1 {
            let _ = write!(line, ", attempt {}", self.attempt);
        }
        line
    }

    /// The whole exchange, `>` before what was sent and `<` before what came back.
    pub fn full(&self) -> String {
        let mut text = format!("> {} {}\n", self.method, self.url);
        let mut part = |mark: char, headers: &[(String, String)], body: &Option<String>| {
            for (name, value) in headers {
                let _ = writeln!(text, "{mark} {name}: {value}");
            }
            if let Some(body) = body.as_ref().filter(|body| !body.is_empty()) {
                let _ = writeln!(text, "{mark}");
                let pretty = serde_json::from_str::<serde_json::Value>(body).map(|value| format!("{value:#}"));
                for line in pretty.as_deref().unwrap_or(body).lines() {
                    let _ = writeln!(text, "{mark} {line}");
                }
            }
        };
        part('>', &self.request_headers, &self.request_body);
        part(
            '<',
            &[],
            &Some(match self.status {
                Some(status) => format!("status {status}, {} ms, attempt {}", self.duration.as_millis(), self.attempt),
                None => format!("no answer, {} ms, attempt {}", self.duration.as_millis(), self.attempt),
            }),
        );
        part('<', &self.response_headers, &self.response_body);
        if let Some(failure) = &self.failure {
            let _ = writeln!(text, "< {failure}");
        }
        text
    }
}

fn size(bytes: usize) -> String {
    if bytes < 1000 { format!("{bytes} B") } else { format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100) }
}

/// Knows the secrets and takes them out of texts.
#[derive(Debug, Default)]
pub(super) struct Redactor {
    secrets: Vec<SecretString>,
}

impl Redactor {
    /// Adds a secret; one that equals `public` is none (the emulator's, whose secret is its client id).
    pub(super) fn add(&mut self, secret: SecretString, public: &str) {
        let text = secret.expose_secret();
        // Taking out one or two letters everywhere would garble texts without hiding anything.
        let worth_hiding = text.len() >= 4 && text != public;
        if worth_hiding && !self.secrets.iter().any(|known| known.expose_secret() == text) {
            self.secrets.push(secret);
        }
    }

    /// The text without secrets, however they are written in it.
    pub(super) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            let secret = secret.expose_secret();
            let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let json = serde_json::Value::from(secret).to_string();
            for written in [secret, form.as_str(), json.trim_matches('"')] {
                if text.contains(written) {
                    text = text.replace(written, REDACTED);
                }
            }
        }
        for name in SECRET_NAMES {
            text = redact_member(&text, name);
            text = redact_field(&text, name);
        }
        text
    }

    /// A header's value without secrets.
    pub(super) fn header(&self, name: &str, value: &str) -> String {
        match name.to_ascii_lowercase().as_str() {
            "authorization" | "proxy-authorization" => match value.split_once(' ') {
                Some((scheme, _)) => format!("{scheme} {REDACTED}"),
                None => REDACTED.to_owned(),
            },
            "cookie" | "set-cookie" | "x-hmac-sha256" => REDACTED.to_owned(),
            _ => self.redact(value),
        }
    }
}

/// Replaces the string after every `"name":`, also in JSON that broke off.
fn redact_member(text: &str, name: &str) -> String {
    let key = format!("\"{name}\"");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&key) {
        let (before, after) = rest.split_at(at + key.len());
        out.push_str(before);
        rest = after;
        let value = after.trim_start().strip_prefix(':').map(str::trim_start).and_then(|v| v.strip_prefix('"'));
        if let Some(value) = value {
            let mut escaped = false;
            let end = value.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            out.push_str(&after[..after.len() - value.len()]);
            out.push_str(REDACTED);
            rest = &value[end.unwrap_or(value.len())..];
        }
    }
    out.push_str(rest);
    out
}

/// Replaces the value of every `name=` of a form.
fn redact_field(text: &str, name: &str) -> String {
    let key = format!("{name}=");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&key) {
        let (before, after) = rest.split_at(at + key.len());
        out.push_str(before);
        out.push_str(REDACTED);
        rest = &after[after.find(['&', ' ', '"', '\n']).unwrap_or(after.len())..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_taken_out_however_they_are_written() {
        let mut redactor = Redactor::default();
        redactor.add("p-8/a\"b+c".into(), "key");
        let text = "plain p-8/a\"b+c form p-8%2Fa%22b%2Bc json p-8/a\\\"b+c";
        assert_eq!(redactor.redact(text), "plain [redacted] form [redacted] json [redacted]");
        assert!(!format!("{redactor:?}").contains("p-8"));
    }

    #[test]
    fn members_and_fields_are_taken_out_without_knowing_the_secret() {
        let redactor = Redactor::default();
        assert_eq!(
            redactor.redact("{\"access_token\" : \"ey\\\"J\",\"expires_in\":1}"),
            "{\"access_token\" : \"[redacted]\",\"expires_in\":1}"
        );
        assert_eq!(redactor.redact("{\"access_token\":\"eyJ"), "{\"access_token\":\"[redacted]");
        assert_eq!(redactor.redact("a=1&client_secret=x&b=2"), "a=1&client_secret=[redacted]&b=2");
    }

    #[test]
    fn a_secret_that_is_public_is_left() {
        let mut redactor = Redactor::default();
        redactor.add("emulator".into(), "emulator");
        assert_eq!(redactor.redact("the emulator"), "the emulator");
    }
}
