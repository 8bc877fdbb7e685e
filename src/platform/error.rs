//! What can go wrong between us and the platform, told as sentences: refusal, outage and "that was not the platform" apart.

use std::{path::PathBuf, time::Duration};

use serde_json::Value;
use thiserror::Error;

use super::{
    catalogue::{Explanation, explain},
    mention,
    settings::Missing,
};
use crate::exit::Exit;

/// What can go wrong in this room.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// Settings are missing, all of them told.
    #[error("settings of the platform are missing: {}", list(.missing))]
    Missing { missing: Vec<Missing> },
    /// `--profile` names a profile nobody wrote.
    #[error("there is no profile `{name}`")]
    UnknownProfile { name: String },
    /// An address cannot be used.
    #[error("`{name}` is not an address to call: {reason}")]
    BadUrl { name: String, reason: String },
    /// A file of credentials cannot be used; no value of it is shown.
    #[error("the credentials file `{}` cannot be used: {}{reason}", .path.display(), at_key(.key))]
    CredentialsFile { path: PathBuf, key: Option<String>, reason: String },
    /// The keychain is there and would not.
    #[error("the system's keychain cannot be used: {reason}")]
    Keychain { reason: String },
    /// This `sss` was built without the keychain.
    #[error("this `sss` was built without access to the system's keychain")]
    NoKeychain,
    /// A setting cannot be used; its value is not shown, as it may be a secret.
    #[error("the value of `{name}` cannot be used: {reason}")]
    BadValue { name: String, reason: &'static str },
    /// Nobody answered. `sent` tells whether the request may have arrived all the same.
    #[error("{}: {reason}", not_reached(.call, .host, *.sent))]
    NotReachable { call: String, host: String, reason: String, sent: bool },
    /// The certificate or the handshake is not to be trusted.
    #[error("the connection to `{host}` cannot be trusted: {reason}")]
    NotTrusted { host: String, reason: String },
    /// No answer in time.
    #[error("`{call}`: no answer from `{host}` within {} s", .waited.as_secs_f64())]
    TimedOut { call: String, host: String, waited: Duration, sent: bool },
    /// The platform answered, and the answer is no.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// IMS gave no token.
    #[error("no token was given: {0}")]
    TokenRefused(Box<Refusal>),
    /// Something answered that is not the API.
    #[error("the answer to `{call}` is not JSON (status {status}{}): it begins `{beginning}`{}", typed(.content_type), id(.request_id))]
    NotJson {
        call: String,
        status: u16,
        content_type: Option<String>,
        beginning: String,
        request_id: Option<String>,
        retry_after: Option<Duration>,
    },
    /// The answer broke off.
    #[error("the answer to `{call}` broke off (status {status}){}", id(.request_id))]
    Truncated { call: String, status: u16, request_id: Option<String> },
    /// JSON, but not what the call answers with.
    #[error("the answer to `{call}` is not what was expected: {expected}{}", id(.request_id))]
    WrongShape { call: String, expected: String, request_id: Option<String> },
    /// The address has moved; the token is not sent after it.
    #[error("`{call}` was answered with a redirect to `{location}`, which is not followed with a token")]
    Redirected { call: String, location: String },
    /// A listing leads somewhere it must not.
    #[error("the listing `{call}` cannot be followed: {reason}")]
    Paging { call: String, reason: String },
    /// Repeated, without success.
    #[error("{last} (tried {attempts} times)")]
    RetriesExhausted { attempts: u32, last: Box<Error> },
    /// The platform asks for more patience than we have.
    #[error("{last}; the platform asks to wait {} s, and the longest wait is {} s", .wanted.as_secs(), .longest.as_secs_f64())]
    WaitTooLong { wanted: Duration, longest: Duration, last: Box<Error> },
}

impl Error {
    /// What to do next.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Missing { missing } => {
                let mut help: Vec<String> =
                    missing.iter().map(|one| format!("for {}, set {}", one.what, one.set_by)).collect();
                help.push("`--profile emulator` needs none of them: it calls the emulator of `sss emulate`".to_owned());
                Some(help.join("\n"))
            }
            Self::UnknownProfile { name } => Some(format!(
                "write `[profiles.{name}]` in sss.toml, or use `--profile emulator`, which is built in"
            )),
            Self::BadUrl { .. } => Some(format!("write it as in `{}`", super::settings::DEFAULT_BASE_URL)),
            Self::BadValue { .. } => None,
            Self::Keychain { .. } => Some(
                "unlock it, or start a secret service; credentials in the environment or a file (`--credentials`) need none"
                    .to_owned(),
            ),
            Self::NoKeychain => Some(
                "build one with `cargo install self-serve-sources --features keychain`, or use the environment or a file (`--credentials`)"
                    .to_owned(),
            ),
            Self::CredentialsFile { .. } => Some(
                "it must be a download of Adobe Developer Console (OAuth server-to-server), an environment exported from Postman, or a configuration of aepp"
                    .to_owned(),
            ),
            Self::NotReachable { host, .. } => Some(if host.starts_with("127.") || host.starts_with("localhost") {
                "is `sss emulate` running there?".to_owned()
            } else {
                "check the network, the address and the proxy (`HTTPS_PROXY`, `NO_PROXY`)".to_owned()
            }),
            Self::NotTrusted { .. } => Some(
                "behind a proxy that opens TLS, install its certificate authority in the system, or name it in `SSL_CERT_FILE`"
                    .to_owned(),
            ),
            Self::TimedOut { .. } => Some("run again; `SSS_TIMEOUT` sets how many seconds to wait".to_owned()),
            Self::Refused(refusal) | Self::TokenRefused(refusal) => refusal.help(),
            Self::NotJson { .. } => Some("something between here and the platform answered in its place: check the address and the proxy".to_owned()),
            Self::Truncated { .. } => Some("run again".to_owned()),
            Self::WrongShape { .. } | Self::Paging { .. } => {
                Some("`-vv` shows the exchange; report it with the request id".to_owned())
            }
            Self::Redirected { .. } => Some("set `AEP_BASE_URL`, or `base_url` of the profile, to the address itself".to_owned()),
            Self::RetriesExhausted { last, .. } => last.help(),
            Self::WaitTooLong { .. } => {
                Some("run again later, or set `SSS_RETRY_MAX_WAIT` to more seconds".to_owned())
            }
        }
    }

    /// The exit code of each error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Missing { .. }
            | Self::UnknownProfile { .. }
            | Self::BadUrl { .. }
            | Self::BadValue { .. }
            | Self::CredentialsFile { .. }
            | Self::Keychain { .. }
            | Self::NoKeychain => Exit::Usage,
            Self::NotReachable { .. }
            | Self::NotTrusted { .. }
            | Self::TimedOut { .. }
            | Self::Refused(_)
            | Self::TokenRefused(_)
            | Self::NotJson { .. }
            | Self::Truncated { .. }
            | Self::WrongShape { .. }
            | Self::Redirected { .. }
            | Self::Paging { .. }
            | Self::RetriesExhausted { .. }
            | Self::WaitTooLong { .. } => Exit::Refused,
        }
    }

    /// The status the platform answered with, where it answered.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) | Self::TokenRefused(refusal) => Some(refusal.status),
            Self::NotJson { status, .. } | Self::Truncated { status, .. } => Some(*status),
            Self::RetriesExhausted { last, .. } | Self::WaitTooLong { last, .. } => last.status(),
            _ => None,
        }
    }

    /// Whether a write that ended so may have been carried out all the same.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::NotReachable { sent, .. } | Self::TimedOut { sent, .. } => *sent,
            Self::Refused(refusal) => refusal.status >= 500 && !refusal.surely_not_done(),
            // A success that cannot be read is a success; a gateway's page may hide one.
            Self::NotJson { status, retry_after, .. } => {
                *status < 300 || (*status >= 500 && !(*status == 503 && retry_after.is_some()))
            }
            Self::Truncated { .. } | Self::WrongShape { .. } => true,
            Self::RetriesExhausted { last, .. } | Self::WaitTooLong { last, .. } => last.outcome_unknown(),
            _ => false,
        }
    }

    /// Why there is no whole answer, where the call is told already.
    pub(super) fn brief(&self) -> String {
        match self {
            Self::NotReachable { reason, .. } => reason.clone(),
            Self::TimedOut { waited, .. } => format!("timed out after {} s", waited.as_secs_f64()),
            Self::NotJson { .. } => "not JSON".to_owned(),
            Self::Truncated { .. } => "broke off".to_owned(),
            Self::Redirected { location, .. } => format!("redirected to `{location}`"),
            other => other.to_string(),
        }
    }

    /// The platform's id of the request, to be told to Adobe.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) | Self::TokenRefused(refusal) => refusal.request_id.as_deref(),
            Self::NotJson { request_id, .. }
            | Self::Truncated { request_id, .. }
            | Self::WrongShape { request_id, .. } => request_id.as_deref(),
            Self::RetriesExhausted { last, .. } | Self::WaitTooLong { last, .. } => last.request_id(),
            _ => None,
        }
    }

    /// The fields of the body sent that the platform refused, as it names them.
    pub fn mentions(&self) -> Vec<String> {
        match self {
            Self::Refused(refusal) => refusal.mentions(),
            Self::RetriesExhausted { last, .. } | Self::WaitTooLong { last, .. } => last.mentions(),
            _ => Vec::new(),
        }
    }

    /// The code of the catalogue, where the platform gave one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) | Self::TokenRefused(refusal) => refusal.code.as_deref(),
            Self::RetriesExhausted { last, .. } | Self::WaitTooLong { last, .. } => last.code(),
            _ => None,
        }
    }
}

fn not_reached(call: &str, host: &str, sent: bool) -> String {
    if sent {
        format!("`{call}` was sent to `{host}` and not answered")
    } else {
        format!("`{call}` did not reach `{host}`")
    }
}

fn at_key(key: &Option<String>) -> String {
    key.as_ref().map(|key| format!("`{key}`: ")).unwrap_or_default()
}

fn list(missing: &[Missing]) -> String {
    missing.iter().map(|one| one.what).collect::<Vec<_>>().join("; ")
}

fn typed(content_type: &Option<String>) -> String {
    content_type.as_ref().map(|kind| format!(", `{kind}`")).unwrap_or_default()
}

fn id(request_id: &Option<String>) -> String {
    request_id.as_ref().map(|id| format!(" (request id `{id}`)")).unwrap_or_default()
}

/// A refusal or a failure that the platform itself told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// `METHOD /path`.
    pub call: String,
    pub status: u16,
    /// A code such as `1403-400`, `403010` or `invalid_client`.
    pub code: Option<String>,
    pub title: Option<String>,
    pub detail: Option<String>,
    /// `x-request-id`, to be told to Adobe.
    pub request_id: Option<String>,
    /// How long the platform asks to wait.
    pub retry_after: Option<Duration>,
    /// The body as it came, secrets left out.
    pub body: String,
}

impl Refusal {
    /// Reads an error body of any of the documented shapes, and of those not documented.
    pub(super) fn read(
        call: String,
        status: u16,
        body: &Value,
        request_id: Option<String>,
        retry_after: Option<Duration>,
    ) -> Self {
        let mut refusal =
            Self { call, status, code: None, title: None, detail: None, request_id, retry_after, body: String::new() };
        refusal.read_body(body);
        refusal
    }

    fn read_body(&mut self, body: &Value) {
        let inner = ["errors", "items", "error"].iter().find_map(|key| match body.get(key) {
            Some(Value::Array(items)) => items.first().filter(|item| item.is_object()),
            Some(object @ Value::Object(_)) => Some(object),
            _ => None,
        });
        for part in [Some(body), inner].into_iter().flatten() {
            let text = |keys: &[&str]| keys.iter().find_map(|key| part.get(key)).and_then(words);
            self.code = self.code.take().or_else(|| text(&["error_code", "errorCode", "code"]));
            self.title = self.title.take().or_else(|| text(&["title"]));
            self.detail = self
                .detail
                .take()
                .or_else(|| text(&["detail", "message", "error_description", "errorMessage"]))
                .or_else(|| {
                    let report = part.get("report")?;
                    ["message", "detailedMessage", "additionalContext"]
                        .iter()
                        .find_map(|key| report.get(key).and_then(words))
                });
            // IMS names its errors in `error`, which other shapes use for an object.
            if self.code.is_none() {
                self.code = part.get("error").and_then(Value::as_str).map(str::to_owned);
            }
        }
        // Where Flow Service puts its codes is documented nowhere, so they are looked for everywhere.
        let catalogued = |code: &Option<String>| code.as_deref().is_some_and(|code| explain(code).is_some());
        if !catalogued(&self.code)
            && let Some(found) = find_code(body, 8)
        {
            self.code = Some(found);
        }
        if let (None, Some(text)) = (&self.detail, body.as_str()) {
            self.detail = Some(text.to_owned());
        }
    }

    /// Whether the platform said that it did not even begin.
    pub(super) fn surely_not_done(&self) -> bool {
        self.status == 429 || (self.status == 503 && self.retry_after.is_some())
    }

    /// What is known of the code.
    pub fn explanation(&self) -> Option<&'static Explanation> {
        self.code.as_deref().and_then(explain)
    }

    /// The fields of the body sent that the platform may be speaking of, as it names them.
    pub fn mentions(&self) -> Vec<String> {
        // Those that begin with 2 are about the caller and the sandbox.
        let about_body = matches!(self.status, 400 | 422) && !self.code.as_deref().is_some_and(|c| c.starts_with('2'));
        let body = serde_json::from_str(&self.body).unwrap_or_default();
        if about_body { mention::mentions(&body) } else { Vec::new() }
    }

    fn help(&self) -> Option<String> {
        if let Some(row) = self.explanation() {
            return Some(format!("{}: {}\nlikely cause: {}\n{}", row.code, row.meaning, row.cause, row.advice));
        }
        let help = match self.status {
            401 => {
                "the token is not accepted: fetch a new one, or set `AEP_CLIENT_SECRET` and `AEP_SCOPES` to have it renewed"
            }
            403 => "the credential lacks a permission in this organization and sandbox: ask the administrator",
            429 => "too many calls: run again in a while",
            404 => "nothing is there: check the address (`AEP_BASE_URL`, `AEP_IMS_URL`) and the sandbox",
            412 => "somebody else changed it meanwhile: run again",
            500.. => {
                "the fault is the platform's: run again later, and report it to Adobe with the request id if it stays"
            }
            _ => "`-vv` shows what was sent and answered; report it to Adobe with the request id if it stays",
        };
        Some(help.to_owned())
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verb = if self.status >= 500 { "the platform failed at" } else { "the platform refused" };
        write!(f, "{verb} `{}` with status {}", self.call, self.status)?;
        if let Some(code) = &self.code {
            write!(f, ", code {code}")?;
        }
        // The detail often repeats the title.
        let told: Vec<&str> = match (&self.title, &self.detail) {
            (Some(title), Some(detail)) if detail.contains(title.as_str()) => vec![detail],
            (title, detail) => title.iter().chain(detail).map(String::as_str).collect(),
        };
        if !told.is_empty() {
            write!(f, ": {}", told.join(": "))?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request id `{id}`)")?;
        }
        Ok(())
    }
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Finds a Flow Service code (`NNNN-NNN`) in any string of a body.
fn find_code(value: &Value, depth: usize) -> Option<String> {
    if depth == 0 {
        return None;
    }
    match value {
        Value::String(text) => text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .find(|word| {
                let bytes = word.as_bytes();
                bytes.len() == 8
                    && bytes[4] == b'-'
                    && bytes.iter().enumerate().all(|(at, byte)| at == 4 || byte.is_ascii_digit())
            })
            .map(str::to_owned),
        Value::Array(items) => items.iter().find_map(|item| find_code(item, depth - 1)),
        Value::Object(members) => members.values().find_map(|member| find_code(member, depth - 1)),
        _ => None,
    }
}
