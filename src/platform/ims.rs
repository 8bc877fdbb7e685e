//! Tokens: OAuth server-to-server from IMS, kept in memory, renewed before they expire and when they are refused.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    Credentials, Error, Settings,
    address::below,
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

/// What is known of a token, and may be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenInfo {
    pub expires: Option<Timestamp>,
    pub scopes: Vec<String>,
}

impl TokenInfo {
    /// What a token of IMS says of itself: it is a JWT whose times are milliseconds in texts.
    fn read(token: &str) -> Option<Self> {
        let payload = token.split('.').nth(1)?;
        let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        let claims: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
        let number = |key: &str| {
            let value = claims.get(key)?;
            value.as_i64().or_else(|| value.as_str()?.parse().ok())
        };
        let until = match (number("created_at"), number("expires_in"), number("exp")) {
            (Some(created), Some(lifetime), _) => Timestamp::from_millisecond(created.checked_add(lifetime)?).ok(),
            (_, _, Some(seconds)) => Timestamp::from_second(seconds).ok(),
            _ => None,
        };
        let scopes = claims.get("scope").and_then(|scope| scope.as_str()).unwrap_or_default();
        let scopes = scopes.split([',', ' ']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
        Some(Self { expires: until, scopes })
    }
}

impl Tokens {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { credentials: settings.credentials.clone(), ims_url: settings.ims_url.clone(), current: Mutex::new(None) }
    }

    /// Whether a refused token can be replaced.
    pub(super) fn renewable(&self) -> bool {
        matches!(self.credentials, Credentials::OAuth { .. })
    }

    /// When the token in use expires and what it may, as far as its issuer or the token itself tells.
    pub(super) fn about(&self, wire: &Wire) -> Result<TokenInfo, Error> {
        let text = self.token(wire, None)?;
        let mut info = TokenInfo::read(text.expose_secret()).unwrap_or_default();
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = current.as_ref().and_then(|token| token.until) {
            let left = until.saturating_duration_since(Instant::now());
            info.expires = Timestamp::now().checked_add(left).ok();
        }
        Ok(info)
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
            url: below(&self.ims_url, &["ims", "token", "v3"]),
            headers: Vec::new(),
            body: Some(("application/x-www-form-urlencoded".into(), form)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_tells_its_end_and_its_scopes() {
        let token = |claims: &str| format!("x.{}.y", URL_SAFE_NO_PAD.encode(claims));
        let info =
            TokenInfo::read(&token(r#"{"created_at":"1000","expires_in":"2000","scope":"openid,AdobeID"}"#)).unwrap();
        assert_eq!((info.expires.unwrap().as_millisecond(), info.scopes.len()), (3000, 2));
        assert_eq!(TokenInfo::read(&token(r#"{"exp":7}"#)).unwrap().expires.unwrap().as_second(), 7);
        assert_eq!(TokenInfo::read(&token("{}")).unwrap(), TokenInfo::default());
        for opaque in ["", "emulator", "a.b.c", "a.!.c", &token("[")] {
            assert_eq!(TokenInfo::read(opaque), None, "{opaque}");
        }
    }
}
