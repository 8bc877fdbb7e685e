//! Inlets: where events are posted, one by one or many at once, and what comes of each.
//!
//! Unlike other writes, events are posted again wherever it is not sure that they arrived: they carry ids of their own, and one
//! that is there twice does less harm than one that is lost. When to wait and how long is told here ([`Inlet::trouble`]); the
//! waiting is done by whoever paces all the requests.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use url::Url;

use super::{
    Error, Exchange, Refusal, Settings,
    http::{Request, Wire},
    ims::Tokens,
    retry::{self, Repeat},
    settings::is_loopback,
};

/// How often an answer that does not come is waited for: a minute each time is enough.
const TIMEOUTS: u32 = 3;
/// The end of the hosts that are known to be the platform's: a token is shown to no other.
const PLATFORM_HOSTS: [&str; 3] = [".adobedc.net", ".adobe.io", ".adobe.net"];

/// An inlet. Shared freely between threads.
pub struct Inlet {
    wire: Wire,
    /// Absent where senders need not show who they are.
    tokens: Option<Tokens>,
    single: Url,
    batch: Url,
    headers: Vec<(Cow<'static, str>, String)>,
    longest_wait: Duration,
}

impl fmt::Debug for Inlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inlet").field("url", &self.single.as_str()).finish_non_exhaustive()
    }
}

/// A request to an inlet, ready to be posted as often as needed.
#[derive(Debug)]
pub struct Letter {
    request: Request,
    /// How many messages are in it, where it went to the batch endpoint.
    messages: Option<usize>,
}

/// What came of a request that was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// The one message was taken; whether it was held against its schema first.
    Taken { checked: bool },
    /// The one message was refused after all.
    Refused(Cause),
    /// What came of each message, in their order.
    Each(Vec<Result<(), Cause>>),
}

/// Why a message was refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// Absent where the platform was not asked.
    pub status: Option<u16>,
    /// Without what differs from message to message only, such as the inlet's id.
    pub text: String,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "status {status}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl Cause {
    /// Whether the same message may be taken a while later.
    pub fn passes(&self) -> bool {
        self.status.is_some_and(retry::passing)
    }
}

/// What an error means for what is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It is the message's: others may be taken.
    OfMessage(Cause),
    /// It passes: post again after so long.
    Passing(Duration),
    /// It did not pass, however often the request was repeated.
    Exhausted,
    /// It would meet every message.
    Standing,
}

impl Inlet {
    /// The inlet at an address, such as `https://dcs.adobedc.net/collection/{id}`. `settings` say in which sandbox, and how to
    /// get a token where senders must show one.
    ///
    /// A token goes to the platform's own hosts and to this machine; to any other only where `trusted`.
    pub fn new(
        settings: &Settings,
        url: &Url,
        flow_id: Option<&str>,
        authenticated: bool,
        trusted: bool,
    ) -> Result<Self, Error> {
        let bad = |reason: &str| Error::BadUrl { name: "inlet".to_owned(), reason: reason.to_owned() };
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(url)) {
            return Err(bad("it does not begin with `https://`"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("it holds a user name or password"));
        }
        if authenticated && !trusted && !is_loopback(url) && !PLATFORM_HOSTS.iter().any(|end| host.ends_with(end)) {
            return Err(bad(
                "its host is not known to be the platform's, and would be shown a token; name it on the command line if it is",
            ));
        }
        let (single, batch) = endpoints(url).ok_or_else(|| bad("its path is not `/collection/` and an id"))?;
        let mut headers = Vec::new();
        if authenticated {
            headers.push((Cow::Borrowed("Authorization"), String::new()));
        }
        if !settings.sandbox.is_empty() {
            headers.push((Cow::Borrowed("x-sandbox-name"), settings.sandbox.clone()));
        }
        if let Some(flow_id) = flow_id {
            headers.push((Cow::Borrowed("x-adobe-flow-id"), flow_id.to_owned()));
        }
        Ok(Self {
            wire: Wire::new(settings),
            tokens: authenticated.then(|| Tokens::new(settings)),
            single,
            batch,
            headers,
            longest_wait: settings.longest_wait,
        })
    }

    /// Has every exchange told to `observer`, redacted.
    pub fn observe(&mut self, observer: impl Fn(&Exchange) + Send + Sync + 'static) {
        self.wire.observe(Arc::new(observer));
    }

    /// Learns a secret that must not be shown, such as the one that requests are signed with.
    pub fn hide(&self, secret: SecretString) {
        self.wire.hide(secret);
    }

    /// Where single messages go.
    pub fn url(&self) -> &Url {
        &self.single
    }

    /// A request with one message. With `validates`, the answer waits until the message was held against its schema.
    pub fn letter(&self, body: String, signature: Option<(&'static str, String)>, validates: bool) -> Letter {
        let mut url = self.single.clone();
        if validates {
            url.query_pairs_mut().append_pair("syncValidation", "true");
        }
        self.letter_to(url, body, signature, None)
    }

    /// A request with many messages: `{"messages":[…]}`.
    pub fn bundle(&self, body: String, signature: Option<(&'static str, String)>, messages: usize) -> Letter {
        self.letter_to(self.batch.clone(), body, signature, Some(messages))
    }

    fn letter_to(
        &self,
        url: Url,
        body: String,
        signature: Option<(&'static str, String)>,
        messages: Option<usize>,
    ) -> Letter {
        let mut headers = self.headers.clone();
        headers.extend(signature.map(|(name, value)| (Cow::Borrowed(name), value)));
        let body = Some((Cow::Borrowed("application/json"), body));
        Letter { request: Request { method: "POST", url, headers, body, repeat: Repeat::Never }, messages }
    }

    /// Posts a letter, for the `attempt`th time (from 1). A token that is refused is renewed once.
    pub fn post(&self, letter: &mut Letter, attempt: u32) -> Result<Received, Error> {
        let Some(tokens) = &self.tokens else { return self.post_once(letter, attempt) };
        let mut token = tokens.token(&self.wire, None)?;
        let mut renewed = false;
        loop {
            letter.request.headers[0].1 = format!("Bearer {}", token.expose_secret());
            match self.post_once(letter, attempt) {
                Err(error) if error.status() == Some(401) && tokens.renewable() && !renewed => {
                    renewed = true;
                    token = tokens.token(&self.wire, Some(&token))?;
                }
                result => return result,
            }
        }
    }

    fn post_once(&self, letter: &Letter, attempt: u32) -> Result<Received, Error> {
        let body = self.wire.once(&letter.request, attempt)?;
        let wrong = |expected: &str| Error::WrongShape {
            call: letter.request.call(),
            expected: expected.to_owned(),
            request_id: None,
        };
        match letter.messages {
            None => read_single(&body).ok_or_else(|| wrong("it does not say that an inlet took the message")),
            Some(messages) => {
                let each = read_batch(&body).ok_or_else(|| wrong("it does not say what came of each message"))?;
                if each.len() != messages {
                    return Err(wrong(&format!("it speaks of {} messages, and {messages} were sent", each.len())));
                }
                Ok(Received::Each(each))
            }
        }
    }

    /// What an error of the `attempt`th posting means.
    pub fn trouble(&self, error: &Error, attempt: u32) -> Trouble {
        let again = || match retry::wait(attempt, retry::asked(error), self.longest_wait, retry::random()) {
            _ if attempt >= retry::ATTEMPTS => Trouble::Exhausted,
            Some(wait) => Trouble::Passing(wait),
            None => Trouble::Standing,
        };
        match error {
            Error::Refused(refusal) if matches!(refusal.status, 400 | 413 | 422) => Trouble::OfMessage(cause(refusal)),
            Error::NotJson { status: 413, .. } => {
                let text = "the request is too large".to_owned();
                Trouble::OfMessage(Cause { status: Some(413), text })
            }
            Error::Refused(refusal) if retry::passing(refusal.status) => again(),
            Error::NotJson { status, .. } if retry::passing(*status) => again(),
            // Nobody listens on this machine: waiting will not start an emulator.
            Error::NotReachable { sent: false, .. } if is_loopback(&self.single) => Trouble::Standing,
            Error::TimedOut { .. } if attempt >= TIMEOUTS => Trouble::Exhausted,
            Error::NotReachable { .. } | Error::TimedOut { .. } | Error::Truncated { .. } => again(),
            _ => Trouble::Standing,
        }
    }

    /// How long to wait before messages are posted again that were put off for the `attempt`th time.
    pub fn put_off(&self, attempt: u32) -> Option<Duration> {
        (attempt < retry::ATTEMPTS).then(|| retry::wait(attempt, None, self.longest_wait, retry::random())).flatten()
    }

    /// The error to be told for a request that was given up at the `attempt`th time.
    pub fn last_word(&self, error: Error, attempt: u32) -> Error {
        match retry::asked(&error) {
            Some(wanted) if wanted > self.longest_wait => {
                Error::WaitTooLong { wanted, longest: self.longest_wait, last: Box::new(error) }
            }
            _ if attempt > 1 => Error::RetriesExhausted { attempts: attempt, last: Box::new(error) },
            _ => error,
        }
    }

    /// The cause to be told for a request that was given up.
    pub fn given_up(error: &Error) -> Cause {
        match error {
            Error::Refused(refusal) => cause(refusal),
            other => Cause { status: other.status(), text: other.brief() },
        }
    }
}

/// The endpoints for one message and for many, from the address of either.
fn endpoints(url: &Url) -> Option<(Url, Url)> {
    let segments: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
    let (id, before) = segments.split_last()?;
    let before = before.strip_suffix(&["batch"]).unwrap_or(before);
    if before.last() != Some(&"collection") || *id == "batch" {
        return None;
    }
    let path = |between: &str| format!("/{}/{between}{id}", before.join("/"));
    let (mut single, mut batch) = (url.clone(), url.clone());
    single.set_fragment(None);
    batch.set_fragment(None);
    single.set_path(&path(""));
    batch.set_path(&path("batch/"));
    Some((single, batch))
}

fn read_single(body: &[u8]) -> Option<Received> {
    #[derive(Deserialize)]
    struct Taken<'a> {
        #[serde(borrow, rename = "xactionId")]
        transaction: Option<&'a RawValue>,
        /// The member has two names.
        #[serde(rename = "syncValidation", alias = "synchronousValidation")]
        validation: Option<Validation>,
    }
    #[derive(Deserialize)]
    struct Validation {
        status: Option<String>,
    }
    let taken: Taken<'_> = serde_json::from_slice(body).ok()?;
    let status = taken.validation.and_then(|validation| validation.status);
    match status {
        Some(status) if !status.eq_ignore_ascii_case("pass") => {
            let value: Value = serde_json::from_slice(body).ok()?;
            let validation = ["syncValidation", "synchronousValidation"].iter().find_map(|name| value.get(*name));
            let text = validation.map_or(status, Value::to_string);
            Some(Received::Refused(Cause { status: Some(200), text: format!("Message is invalid: {text}") }))
        }
        status => taken.transaction.map(|_| Received::Taken { checked: status.is_some() }),
    }
}

fn read_batch(body: &[u8]) -> Option<Vec<Result<(), Cause>>> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        responses: Vec<One<'a>>,
    }
    #[derive(Deserialize)]
    struct One<'a> {
        #[serde(borrow, rename = "xactionId")]
        transaction: Option<&'a RawValue>,
        #[serde(borrow, rename = "statusCode")]
        status: Option<&'a RawValue>,
        message: Option<String>,
    }
    let answer: Answer<'_> = serde_json::from_slice(body).ok()?;
    let told = |one: One<'_>| {
        let status = one.status.and_then(|status| status.get().trim_matches('"').parse().ok());
        if status.is_none_or(|status: u16| (200..300).contains(&status)) && one.transaction.is_some() {
            return Ok(());
        }
        let text =
            one.message.as_deref().map_or_else(|| "no reason is given".to_owned(), |text| general(text).to_owned());
        Err(Cause { status, text })
    };
    Some(answer.responses.into_iter().map(told).collect())
}

/// Why a message was refused: the title, the message, and each violation of the schema with its place.
fn cause(refusal: &Refusal) -> Cause {
    let mut text = refusal.title.clone().unwrap_or_default();
    let mut add = |more: &str| {
        if !more.is_empty() && !text.contains(more) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(more);
        }
    };
    add(general(refusal.detail.as_deref().unwrap_or_default()));
    let body: Value = serde_json::from_str(&refusal.body).unwrap_or_default();
    let mut violations = Vec::new();
    if let Some(all) = body.pointer("/report/cause/_streamingValidation").and_then(Value::as_array) {
        all.iter().for_each(|one| violated(one, &mut violations, 16));
    }
    add(&violations.join("; "));
    if text.is_empty() {
        text = match refusal.status {
            413 => "the request is too large".to_owned(),
            _ => "no reason is given".to_owned(),
        };
    }
    Cause { status: Some(refusal.status), text }
}

/// The violations that have no others as their cause.
fn violated(one: &Value, into: &mut Vec<String>, depth: usize) {
    let inner = one.get("causingExceptions").and_then(Value::as_array).filter(|inner| !inner.is_empty());
    if let (Some(inner), true) = (inner, depth > 0) {
        return inner.iter().for_each(|one| violated(one, into, depth - 1));
    }
    let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
    into.push(match text("pointerToViolation") {
        "" | "#" => text("message").to_owned(),
        pointer => format!("{pointer}: {}", text("message")),
    });
}

/// A message without the ids it begins with: `inletId: […] imsOrgId: […]`.
fn general(message: &str) -> &str {
    let mut rest = message.trim();
    for name in ["inletId: [", "imsOrgId: [", "[id]"] {
        if let Some(after) = rest.strip_prefix(name) {
            rest = if name.ends_with(']') { after } else { after.split_once(']').map_or(rest, |(_, after)| after) };
            rest = rest.trim_start();
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::platform::testing::{Reply, Server};

    fn inlet(server: &Server, authenticated: bool) -> Inlet {
        let url = format!("{}/collection/1", server.url).parse().unwrap();
        Inlet::new(&server.settings(), &url, Some("flow"), authenticated, false).unwrap()
    }

    fn post(inlet: &Inlet) -> Result<Received, Error> {
        inlet.post(&mut inlet.letter("{ \"a\":1 }".into(), Some(("x-hmac-sha256", "sig".into())), false), 1)
    }

    fn taken() -> Reply {
        Reply::json(200, json!({"inletId": "1", "xactionId": "1:2:3", "receivedTimeMs": 1}))
    }

    #[test]
    fn one_message_goes_with_its_bytes_and_headers() {
        let server = Server::script([taken(), taken()]);
        let inlet = inlet(&server, false);
        assert_eq!(post(&inlet).unwrap(), Received::Taken { checked: false });
        let mut letter = inlet.letter("1".into(), None, true);
        inlet.post(&mut letter, 1).unwrap();
        let asked = server.asked();
        assert_eq!((asked[0].path.as_str(), asked[0].body.as_str()), ("/collection/1", "{ \"a\":1 }"));
        let header = |name: &str| asked[0].headers.get(name).map(String::as_str);
        assert_eq!(header("x-adobe-flow-id"), Some("flow"));
        assert_eq!(header("x-sandbox-name"), Some("prod"));
        assert_eq!(header("x-hmac-sha256"), Some("sig"));
        assert_eq!(header("content-type"), Some("application/json"));
        assert_eq!((header("authorization"), header("x-api-key")), (None, None));
        assert_eq!(asked[1].path, "/collection/1?syncValidation=true");
    }

    #[test]
    fn a_refused_token_is_renewed_once() {
        let refused = || Reply::json(401, json!({"title": "Authorization", "report": {"message": "[id] no"}}));
        let server = Server::script([refused(), taken(), refused(), refused()]);
        let inlet = inlet(&server, true);
        assert!(post(&inlet).is_ok());
        let tokens = |server: &Server| -> Vec<String> {
            let asked = server.asked();
            asked.iter().filter_map(|asked| asked.headers.get("authorization").cloned()).collect()
        };
        assert_eq!(tokens(&server), ["Bearer token-1", "Bearer token-2"]);
        let error = post(&inlet).unwrap_err();
        assert_eq!((error.status(), inlet.trouble(&error, 1)), (Some(401), Trouble::Standing));
        assert_eq!(Inlet::given_up(&error).to_string(), "status 401: Authorization: no");
    }

    #[test]
    fn a_token_goes_to_the_platform_alone() {
        let settings = Settings::emulator("http://127.0.0.1:1".parse().unwrap());
        let new = |url: &str, authenticated, trusted| {
            Inlet::new(&settings, &url.parse().unwrap(), None, authenticated, trusted)
                .map(|inlet| inlet.batch.to_string())
        };
        assert_eq!(
            new("https://dcs.adobedc.net/collection/batch/1?a=b#c", true, false).unwrap(),
            "https://dcs.adobedc.net/collection/batch/1?a=b"
        );
        assert!(new("https://adobedc.net.example/collection/1", false, false).is_ok());
        assert!(new("https://adobedc.net.example/collection/1", true, true).is_ok());
        for bad in [
            "https://adobedc.net.example/collection/1",
            "http://dcs.adobedc.net/collection/1",
            "https://u:p@dcs.adobedc.net/collection/1",
            "https://dcs.adobedc.net/collection",
            "https://dcs.adobedc.net/collection/batch",
            "https://dcs.adobedc.net/1",
        ] {
            assert!(matches!(new(bad, true, false), Err(Error::BadUrl { .. })), "{bad}");
        }
    }

    #[test]
    fn what_came_of_each_message_is_taken_apart() {
        let message = "inletId: [1] imsOrgId: [A@AdobeOrg] Message has unknown xdm format";
        let each = |responses: Value| Reply::json(207, json!({"inletId": "1", "batchId": "1", "responses": responses}));
        let server = Server::script([
            each(json!([{"xactionId": "1:0"}, {"statusCode": 400, "message": message}, {"statusCode": "503"}])),
            each(json!([{"xactionId": "1:0"}])),
            Reply::json(200, json!({"hello": "world"})),
        ]);
        let inlet = inlet(&server, false);
        let post = || inlet.post(&mut inlet.bundle("{}".into(), None, 3), 1);
        let Received::Each(each) = post().unwrap() else { panic!() };
        let told: Vec<String> =
            each.iter().map(|one| one.as_ref().map_or_else(ToString::to_string, |()| "taken".to_owned())).collect();
        assert_eq!(told, ["taken", "status 400: Message has unknown xdm format", "status 503: no reason is given"]);
        assert!(each[2].as_ref().is_err_and(Cause::passes) && !each[1].as_ref().is_err_and(Cause::passes));
        assert!(post().unwrap_err().to_string().contains("it speaks of 1 messages, and 3 were sent"));
        assert!(post().unwrap_err().to_string().contains("what came of each message"));
        assert_eq!(server.asked()[0].path, "/collection/batch/1");
    }

    #[test]
    fn violations_are_told_with_their_places() {
        let violation = |pointer: &str, message: &str| json!({"schemaLocation": "#", "pointerToViolation": pointer, "causingExceptions": [], "message": message});
        let mut outer = violation("#", "2 schema violations found");
        outer["causingExceptions"] =
            json!([violation("#", "extraneous key [x] is not permitted"), violation("#/_id", "expected type: String")]);
        let server = Server::script([Reply::json(
            400,
            json!({
                "status": 400,
                "title": "Invalid XDM Message Format",
                "report": {
                    "message": "inletId: [1] imsOrgId: [2] Message is invalid",
                    "cause": {"_streamingValidation": [outer]},
                },
            }),
        )]);
        let inlet = inlet(&server, false);
        let Trouble::OfMessage(cause) = inlet.trouble(&post(&inlet).unwrap_err(), 1) else { panic!() };
        assert_eq!(
            cause.text,
            "Invalid XDM Message Format: Message is invalid: extraneous key [x] is not permitted; #/_id: expected type: String"
        );
    }

    #[test]
    fn a_validated_message_is_taken_checked_or_refused() {
        let read = |body: Value| read_single(body.to_string().as_bytes());
        let pass = json!({"xactionId": "1", "synchronousValidation": {"status": "pass"}});
        assert_eq!(read(pass), Some(Received::Taken { checked: true }));
        let skipped = json!({"xactionId": "1", "syncValidation": {"skipped": true}});
        assert_eq!(read(skipped), Some(Received::Taken { checked: false }));
        let failed = json!({"xactionId": "1", "syncValidation": {"status": "fail", "message": "no"}});
        assert!(matches!(read(failed), Some(Received::Refused(cause)) if cause.text.contains("\"no\"")));
        assert_eq!(read(json!({"ok": true})), None);
        assert_eq!(read_single(b"<html>"), None);
    }

    #[test]
    fn trouble_is_the_messages_or_passes_or_stays() {
        let server = Server::script([
            Reply::text(413, "<html>too large</html>"),
            Reply::text(429, "").with("Retry-After", "0"),
            Reply::text(503, "<html>").with("Retry-After", "7200"),
            Reply::json(500, json!({"title": "Internal"})),
            Reply::Drop,
            Reply::text(501, "{}"),
            Reply::text(404, "{}"),
            Reply::text(302, ""),
        ]);
        let inlet = inlet(&server, false);
        let told: Vec<String> = (0..8)
            .map(|_| {
                let error = post(&inlet).unwrap_err();
                format!("{:?} {:?}", inlet.trouble(&error, 1), inlet.trouble(&error, retry::ATTEMPTS))
            })
            .map(|told| told.chars().filter(|c| c.is_ascii_alphabetic() || *c == ' ').take(30).collect())
            .collect();
        assert_eq!(
            told,
            [
                "OfMessageCause  status Some te",
                "Passingns Exhausted",
                "Standing Exhausted",
                "Passingns Exhausted",
                "Passingns Exhausted",
                "Standing Standing",
                "Standing Standing",
                "Standing Standing",
            ]
        );
    }
}
