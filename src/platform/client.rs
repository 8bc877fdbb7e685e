//! Calls with everything the platform demands: headers, a token that is renewed when refused, repetition.

use std::{borrow::Cow, fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    Error, Exchange, Settings, Stop,
    http::{Answer, Request, Wire},
    ims::{TokenInfo, Tokens},
    retry::Repeat,
};

/// The platform, called as one organization in one sandbox. Shared freely between threads.
pub struct Client {
    settings: Settings,
    wire: Wire,
    tokens: Tokens,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// One call, before headers and token.
pub(super) struct Call<'a> {
    pub(super) method: &'static str,
    pub(super) url: Url,
    pub(super) if_match: Option<&'a str>,
    /// JSON.
    pub(super) body: Option<String>,
    pub(super) repeat: Repeat,
}

impl Client {
    /// A client that has called nobody yet.
    pub fn new(settings: Settings) -> Self {
        Self { wire: Wire::new(&settings), tokens: Tokens::new(&settings), settings }
    }

    /// Has every exchange told to `observer`, token requests and repetitions too, all redacted.
    pub fn observe(&mut self, observer: impl Fn(&Exchange) + Send + Sync + 'static) {
        self.wire.observe(Arc::new(observer));
    }

    /// Waits for no repetition once `stop` is set.
    pub fn stop_at(&mut self, stop: Stop) {
        self.wire.stop_at(stop);
    }

    /// Whom it calls, and as whom.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What is known of the token, which is fetched where there is none.
    pub fn token(&self) -> Result<TokenInfo, Error> {
        self.tokens.about(&self.wire)
    }

    /// The token itself, fetched where there is none: for whoever has to show one that is no longer good.
    pub(crate) fn bearer(&self) -> Result<SecretString, Error> {
        self.tokens.token(&self.wire, None)
    }

    /// Waits as long as the platform asks for, or as `attempt` (from 1) suggests; gives the error back where that is too long.
    pub fn pause(&self, attempt: u32, error: Error) -> Result<(), Error> {
        self.wire.pause(attempt, error)
    }

    /// Waits a random while that grows with `attempt` (from 1): for when others are at work on the same record.
    pub fn rest(&self, attempt: u32) {
        self.wire.rest(attempt);
    }

    /// Has a secret hidden wherever an exchange is shown.
    pub fn hide(&self, secret: SecretString) {
        self.wire.hide(secret);
    }

    pub(super) fn call(&self, call: Call<'_>) -> Result<Answer, Error> {
        let if_match = call.if_match.map(|etag| (Cow::Borrowed("If-Match"), etag.to_owned()));
        self.send(Request {
            method: call.method,
            url: call.url,
            headers: if_match.into_iter().collect(),
            body: call.body.map(|body| (Cow::Borrowed("application/json"), body)),
            repeat: call.repeat,
        })
    }

    /// Sends a request with the headers every call carries, ahead of its own.
    pub(super) fn send(&self, mut request: Request) -> Result<Answer, Error> {
        let mut token = self.tokens.token(&self.wire, None)?;
        let ours = [
            ("Authorization", String::new()),
            ("x-api-key", self.settings.api_key.clone()),
            ("x-gw-ims-org-id", self.settings.organization.clone()),
            ("x-sandbox-name", self.settings.sandbox.clone()),
        ];
        request.headers.splice(0..0, ours.map(|(name, value)| (Cow::Borrowed(name), value)));
        let mut renewed = false;
        loop {
            request.headers[0].1 = format!("Bearer {}", token.expose_secret());
            match self.wire.send(&request) {
                // The platform did not look at the request, so repeating it with a new token is safe for every method.
                Err(error) if error.status() == Some(401) && self.tokens.renewable() && !renewed => {
                    renewed = true;
                    token = self.tokens.token(&self.wire, Some(&token))?;
                }
                result => return result,
            }
        }
    }
}
