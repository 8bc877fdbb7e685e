//! Tokens: OAuth server-to-server from IMS, kept in memory, renewed before they expire and when they are refused.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    Credentials, Error, Settings,
    http::{Request, Wire},
    retry::Repeat,
};

/// A token this near to its end may expire on the way.
const MARGIN: Duration = Duration::from_secs(60);

/// Where tokens come from, and the one in use.
#[derive(Debug)]
pub(super) struct Tokens {
    credentials: Credentials,
    ims_url: Url,
    current: Mutex<Option<Token>>,
}

#[derive(Debug)]
struct Token {
    text: SecretString,
    /// Absent where IMS did not tell: then it is used until it is refused.
    until: Option<Instant>,
}

impl Tokens {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { credentials: settings.credentials.clone(), ims_url: settings.ims_url.clone(), current: Mutex::new(None) }
    }

    /// Whether a refused token can be replaced.
    pub(super) fn renewable(&self) -> bool {
        matches!(self.credentials, Credentials::OAuth { .. })
    }

    /// The token to send, fetched where there is none that lasts. `refused` is one the platform no longer takes.
    pub(super) fn token(&self, wire: &Wire, refused: Option<&SecretString>) -> Result<SecretString, Error> {
        let (client_id, client_secret, scopes) = match &self.credentials {
            Credentials::Token(token) => return Ok(token.clone()),
            Credentials::OAuth { client_id, client_secret, scopes } => (client_id, client_secret, scopes),
        };
        // The lock is held while fetching: of many threads one fetches, the others find its token.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = current.as_ref() {
            let lasts = token.until.is_none_or(|until| Instant::now() + MARGIN < until);
            let taken = refused.is_none_or(|refused| refused.expose_secret() != token.text.expose_secret());
            if lasts && taken {
                return Ok(token.text.clone());
            }
        }
        *current = None;
        let token = self.fetch(wire, client_id, client_secret, scopes)?;
        let text = token.text.clone();
        *current = Some(token);
        Ok(text)
    }

    fn fetch(&self, wire: &Wire, client_id: &str, client_secret: &SecretString, scopes: &str) -> Result<Token, Error> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", client_id)
            .append_pair("client_secret", client_secret.expose_secret())
            .append_pair("scope", scopes)
            .finish();
        let request = Request {
            method: "POST",
            url: super::client::below(&self.ims_url, &["ims", "token", "v3"]),
            headers: Vec::new(),
            body: Some(("application/x-www-form-urlencoded", form)),
            // A token fetched twice harms nobody.
            repeat: Repeat::Idempotent,
        };
        let begun = Instant::now();
        let answer = wire.send(&request).map_err(refused)?;
        let Some(text) = answer.value.get("access_token").and_then(|token| token.as_str()).filter(|t| !t.is_empty())
        else {
            return Err(Error::WrongShape {
                call: request.call(),
                expected: "it has no `access_token`".to_owned(),
                request_id: answer.request_id,
            });
        };
        let text = SecretString::from(text);
        wire.hide(text.clone());
        let lifetime = answer
            .value
            .get("expires_in")
            .and_then(|seconds| seconds.as_u64().or_else(|| seconds.as_str().and_then(|seconds| seconds.parse().ok())));
        let until = lifetime.and_then(|seconds| begun.checked_add(Duration::from_secs(seconds)));
        Ok(Token { text, until })
    }
}

/// A refusal of IMS is about the credential, not about the call that needed the token.
fn refused(error: Error) -> Error {
    match error {
        Error::Refused(refusal) => Error::TokenRefused(refusal),
        Error::RetriesExhausted { attempts, last } => {
            Error::RetriesExhausted { attempts, last: Box::new(refused(*last)) }
        }
        other => other,
    }
}
