//! The wire: one request out, one answer in, its errors told apart, and the repetition of what may be repeated.

use std::{
    borrow::Cow,
    io,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant, SystemTime},
};

use secrecy::SecretString;
use serde_json::Value;
use ureq::{
    Agent, Proxy, Timeout,
    http::{self, HeaderMap, HeaderValue},
    tls::{RootCerts, TlsConfig, TlsProvider},
    unversioned::transport::DefaultConnector,
};
use url::Url;

use super::{
    Error, Exchange, Refusal, Settings, Stop,
    exchange::Redactor,
    resolve::Remembering,
    retry::{self, Repeat},
    settings::is_loopback,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections kept for the next request: fewer than are used at once would have them opened again and again.
const MOST_IDLE: usize = 64;
const LARGEST_ANSWER: u64 = 64 * 1024 * 1024;
const USER_AGENT: &str = concat!("sss/", env!("CARGO_PKG_VERSION"));

type Observer = dyn Fn(&Exchange) + Send + Sync;

/// One request, ready to be sent as often as needed.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) url: Url,
    pub(super) headers: Vec<(Cow<'static, str>, String)>,
    /// Content type and text.
    pub(super) body: Option<(Cow<'static, str>, String)>,
    pub(super) repeat: Repeat,
}

impl Request {
    /// `METHOD /path`, as errors name it.
    pub(super) fn call(&self) -> String {
        format!("{} {}", self.method, self.url.path())
    }

    fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

/// A successful answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// As they may be shown, secrets left out.
    pub(super) headers: Vec<(String, String)>,
    /// `null` where the body was empty.
    pub(super) value: Value,
    /// The body as it came.
    pub(super) text: String,
    pub(super) etag: Option<String>,
    pub(super) location: Option<String>,
    pub(super) request_id: Option<String>,
}

/// Sends requests.
pub(super) struct Wire {
    direct: Agent,
    outside: Agent,
    timeout: Duration,
    longest_wait: Duration,
    /// The client id: public, whatever the secret is.
    public: String,
    redactor: RwLock<Redactor>,
    observer: Option<Arc<Observer>>,
    stop: Stop,
}

impl Wire {
    pub(super) fn new(settings: &Settings) -> Self {
        let mut redactor = Redactor::default();
        for secret in settings.secrets() {
            redactor.add(secret, &settings.api_key);
        }
        Self {
            // A proxy cannot reach this machine's loopback address, so it is never asked to.
            direct: agent(settings.timeout, None),
            outside: agent(settings.timeout, Proxy::try_from_env()),
            timeout: settings.timeout,
            longest_wait: settings.longest_wait,
            public: settings.api_key.clone(),
            redactor: RwLock::new(redactor),
            observer: None,
            stop: Stop::default(),
        }
    }

    /// Waits no longer once `stop` is set.
    pub(super) fn stop_at(&mut self, stop: Stop) {
        self.stop = stop;
    }

    pub(super) fn observe(&mut self, observer: Arc<Observer>) {
        self.observer = Some(observer);
    }

    /// Learns a secret that must not be shown.
    pub(super) fn hide(&self, secret: SecretString) {
        self.redactor.write().unwrap_or_else(PoisonError::into_inner).add(secret, &self.public);
    }

    /// Sends a request, and again where that is safe and may help.
    pub(super) fn send(&self, request: &Request) -> Result<Answer, Error> {
        let mut attempt = 1;
        loop {
            let error = match self.attempt(request, attempt) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            // Nobody listens on this machine: waiting will not start an emulator.
            let nobody = is_loopback(&request.url) && matches!(error, Error::NotReachable { sent: false, .. });
            if nobody || attempt == retry::ATTEMPTS || !retry::repeats(&error, request.repeat, attempt) {
                return Err(exhausted(attempt, error));
            }
            self.pause(attempt, error)?;
            attempt += 1;
        }
    }

    /// Waits before the next attempt, or gives the error back where the platform asks for too long.
    pub(super) fn pause(&self, attempt: u32, error: Error) -> Result<(), Error> {
        let asked = retry::asked(&error);
        match retry::wait(attempt, asked, self.longest_wait, retry::random()) {
            Some(wait) if self.stop.sleep(wait) => Ok(()),
            // Nobody wants to wait any more.
            Some(_) => Err(error),
            None => Err(Error::WaitTooLong {
                wanted: asked.unwrap_or_default(),
                longest: self.longest_wait,
                last: Box::new(error),
            }),
        }
    }

    /// Waits as before the next attempt, without an error to ask for more.
    pub(super) fn rest(&self, attempt: u32) {
        if let Some(wait) = retry::wait(attempt, None, self.longest_wait, retry::random()) {
            self.stop.sleep(wait);
        }
    }

    /// Sends a request once; the body of a success as it came. For many small requests, whose answers nobody else reads.
    pub(super) fn once(&self, request: &Request, attempt: u32) -> Result<Vec<u8>, Error> {
        if self.observer.is_some() {
            return self.attempt(request, attempt).map(|answer| answer.text.into_bytes());
        }
        let received = self.exchange(request).map_err(|failure| failure.error)?;
        if (200..300).contains(&received.status) {
            return Ok(received.body);
        }
        self.read(request, &received).map(|answer| answer.text.into_bytes())
    }

    fn attempt(&self, request: &Request, attempt: u32) -> Result<Answer, Error> {
        let begun = Instant::now();
        let received = self.exchange(request);
        let duration = begun.elapsed();
        let (result, status, headers, body) = match received {
            Ok(received) => {
                let result = self.read(request, &received);
                let body = String::from_utf8_lossy(&received.body).into_owned();
                (result, Some(received.status), received.headers, Some(body))
            }
            Err(failure) => (Err(failure.error), failure.status, failure.headers, None),
        };
        if let Some(observer) = &self.observer {
            let redactor = self.redactor.read().unwrap_or_else(PoisonError::into_inner);
            let shown = |name: &str, value: &str| (name.to_owned(), redactor.header(name, value));
            let mut request_headers: Vec<(String, String)> =
                request.headers.iter().map(|(name, value)| shown(name, value)).collect();
            if let Some((content_type, _)) = &request.body {
                request_headers.push(("Content-Type".to_owned(), content_type.clone().into_owned()));
            }
            let path = match request.url.query() {
                Some(query) => format!("{}?{query}", request.url.path()),
                None => request.url.path().to_owned(),
            };
            observer(&Exchange {
                method: request.method,
                url: redactor.redact(request.url.as_str()),
                path: redactor.redact(&path),
                request_headers,
                request_body: request.body.as_ref().map(|(_, body)| redactor.redact(body)),
                status,
                response_headers: headers
                    .iter()
                    .map(|(name, value)| shown(name.as_str(), &String::from_utf8_lossy(value.as_bytes())))
                    .collect(),
                response_body: body.map(|body| redactor.redact(&body)),
                // A refusal is told by its status and body already.
                failure: result
                    .as_ref()
                    .err()
                    .filter(|error| !matches!(error, Error::Refused(_) | Error::TokenRefused(_)))
                    .map(|error| redactor.redact(&error.brief())),
                duration,
                attempt,
                request_id: request_id(&headers),
            });
        }
        result
    }

    /// One request on the wire, to the last byte of its answer.
    fn exchange(&self, request: &Request) -> Result<Received, Box<Failure>> {
        let no_answer = |error| Box::new(Failure { error, status: None, headers: HeaderMap::new() });
        let agent = if is_loopback(&request.url) { &self.direct } else { &self.outside };
        let mut builder = http::Request::builder().method(request.method).uri(request.url.as_str());
        for (name, value) in &request.headers {
            let mut value = HeaderValue::from_str(value).map_err(|_| {
                let name = name.clone().into_owned();
                no_answer(Error::BadValue { name, reason: "it holds a character that cannot be sent in a header" })
            })?;
            value.set_sensitive(name == "Authorization");
            builder = builder.header(name.as_ref(), value);
        }
        let sent = match &request.body {
            Some((content_type, text)) => builder
                .header("Content-Type", content_type.as_ref())
                .body(text.as_str())
                .map_err(ureq::Error::from)
                .and_then(|request| agent.run(request)),
            None => builder.body(()).map_err(ureq::Error::from).and_then(|request| agent.run(request)),
        };
        let response = sent.map_err(|error| no_answer(self.told(request, error)))?;
        let (head, body) = response.into_parts();
        let status = head.status.as_u16();
        let mut limited = body.into_with_config();
        limited = limited.limit(LARGEST_ANSWER);
        match limited.read_to_vec() {
            Ok(body) => Ok(Received { status, headers: head.headers, body }),
            Err(error) => {
                let error = match error {
                    ureq::Error::Timeout(_) => self.told(request, error),
                    ureq::Error::BodyExceedsLimit(_) => Error::WrongShape {
                        call: self.named(request),
                        expected: format!("it is larger than {} MiB", LARGEST_ANSWER / 1024 / 1024),
                        request_id: request_id(&head.headers),
                    },
                    _ => Error::Truncated { call: self.named(request), status, request_id: request_id(&head.headers) },
                };
                Err(Box::new(Failure { error, status: Some(status), headers: head.headers }))
            }
        }
    }

    /// The error in our words, and whether the request may have arrived.
    fn told(&self, request: &Request, error: ureq::Error) -> Error {
        let (call, host) = (self.named(request), request.host());
        match error {
            ureq::Error::Timeout(timeout) => {
                let connecting = matches!(timeout, Timeout::Resolve | Timeout::Connect);
                let waited = if connecting { CONNECT_TIMEOUT } else { self.timeout };
                Error::TimedOut { call, host, waited, sent: !connecting }
            }
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) | ureq::Error::TlsRequired => {
                Error::NotTrusted { host, reason: error.to_string() }
            }
            ureq::Error::Io(ref source) if tls_failure(source) => {
                Error::NotTrusted { host, reason: source.to_string() }
            }
            ureq::Error::HostNotFound => {
                Error::NotReachable { call, host, reason: "there is no host of that name".to_owned(), sent: false }
            }
            ureq::Error::ConnectProxyFailed(reason) => {
                Error::NotReachable { call, host, reason: format!("the proxy refused: {reason}"), sent: false }
            }
            ureq::Error::ConnectionFailed | ureq::Error::InvalidProxyUrl | ureq::Error::BadUri(_) => {
                Error::NotReachable { call, host, reason: error.to_string(), sent: false }
            }
            ureq::Error::Io(ref source) => {
                let sent = !matches!(
                    source.kind(),
                    io::ErrorKind::ConnectionRefused
                        | io::ErrorKind::HostUnreachable
                        | io::ErrorKind::NetworkUnreachable
                        | io::ErrorKind::NetworkDown
                        | io::ErrorKind::AddrNotAvailable
                );
                let reason = if sent { "the connection was lost".to_owned() } else { source.to_string() };
                Error::NotReachable { call, host, reason, sent }
            }
            // Whatever else it is, it may have happened after the request was out.
            other => Error::NotReachable { call, host, reason: other.to_string(), sent: true },
        }
    }

    /// What an answer says.
    fn read(&self, request: &Request, received: &Received) -> Result<Answer, Error> {
        let Received { status, headers, body } = received;
        let (status, call, request_id) = (*status, self.named(request), request_id(headers));
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        if (300..400).contains(&status) && status != 304 {
            let location = header("location").unwrap_or_else(|| "nowhere".to_owned());
            let location = self.redact(&location);
            return Err(Error::Redirected { call, location });
        }
        let retry_after = header("retry-after")
            .and_then(|value| retry::retry_after(&value, header("date").as_deref(), SystemTime::now()));
        let parsed = if body.iter().all(u8::is_ascii_whitespace) {
            Ok(Value::Null)
        } else if (200..300).contains(&status) {
            serde_json::from_slice(body)
        } else {
            // What an error repeats of the request must not bring a secret into our own error.
            serde_json::from_str(&self.redact(&String::from_utf8_lossy(body)))
        };
        let value = match parsed {
            Ok(value) => value,
            Err(error) if error.is_eof() => return Err(Error::Truncated { call, status, request_id }),
            Err(_) => {
                let beginning = beginning(&self.redact(&String::from_utf8_lossy(body)));
                let content_type = header("content-type");
                return Err(Error::NotJson { call, status, content_type, beginning, request_id, retry_after });
            }
        };
        if !(200..300).contains(&status) {
            let mut refusal = Refusal::read(call, status, &value, request_id, retry_after);
            refusal.body = self.redact(&String::from_utf8_lossy(body));
            return Err(Error::Refused(Box::new(refusal)));
        }
        let text = String::from_utf8_lossy(body).into_owned();
        let shown = self.shown(headers);
        let (etag, location) = (header("etag"), header("location"));
        Ok(Answer { status, headers: shown, value, text, etag, location, request_id })
    }

    /// The headers as they may be shown.
    fn shown(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        let redactor = self.redactor.read().unwrap_or_else(PoisonError::into_inner);
        let value = |name: &str, value: &HeaderValue| redactor.header(name, &String::from_utf8_lossy(value.as_bytes()));
        headers.iter().map(|(name, text)| (name.as_str().to_owned(), value(name.as_str(), text))).collect()
    }

    /// The request as errors name it.
    fn named(&self, request: &Request) -> String {
        self.redact(&request.call())
    }

    fn redact(&self, text: &str) -> String {
        self.redactor.read().unwrap_or_else(PoisonError::into_inner).redact(text)
    }
}

struct Received {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

struct Failure {
    error: Error,
    status: Option<u16>,
    headers: HeaderMap,
}

fn agent(timeout: Duration, proxy: Option<Proxy>) -> Agent {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .proxy(proxy)
        .user_agent(USER_AGENT)
        .accept("application/json")
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(MOST_IDLE)
        .max_idle_connections_per_host(MOST_IDLE)
        .timeout_resolve(Some(CONNECT_TIMEOUT))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_send_request(Some(timeout))
        .timeout_send_body(Some(timeout))
        .timeout_recv_response(Some(timeout))
        .timeout_recv_body(Some(timeout))
        .build();
    Agent::with_parts(config, DefaultConnector::default(), Remembering::default())
}

/// Handshake errors come wrapped in an I/O error once the socket is up.
fn tls_failure(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>())
}

fn exhausted(attempts: u32, last: Error) -> Error {
    if attempts > 1 { Error::RetriesExhausted { attempts, last: Box::new(last) } } else { last }
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-request-id", "x-adobe-request-id"]
        .iter()
        .find_map(|name| headers.get(*name))
        .and_then(|value| value.to_str().ok())
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
}

/// The first words of a text, on one line.
fn beginning(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = words.chars().filter(|c| !c.is_control()).take(80).collect();
    if short.chars().count() < words.chars().count() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_outside_has_a_proxy() {
        let wire = Wire::new(&Settings::emulator("http://127.0.0.1:1".parse().unwrap()));
        assert!(wire.direct.config().proxy().is_none());
        assert_eq!(wire.outside.config().proxy().is_some(), Proxy::try_from_env().is_some());
    }

    #[test]
    fn beginnings_are_short_and_on_one_line() {
        assert_eq!(beginning("<html>\n  <b>no</b>"), "<html> <b>no</b>");
        assert_eq!(beginning(&"x".repeat(200)).chars().count(), 81);
    }
}
