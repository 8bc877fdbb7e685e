//! What only the emulator can do: show each event it got, and set how senders show who they are.

use serde_json::{Value, json};
use url::Url;

use crate::platform::{Client, Error, api::ApiCall};

/// The control routes of an emulator.
pub(super) struct Control<'a> {
    client: &'a Client,
}

impl<'a> Control<'a> {
    /// Those of the emulator that a client calls.
    pub(super) fn of(client: &'a Client) -> Self {
        Self { client }
    }

    /// The events that came in through a flow.
    pub(super) fn events(&self, flow_id: &str) -> Result<Vec<Value>, Error> {
        let answer = self.call("GET", "events", &[("flowId", flow_id), ("limit", "1000")], None)?;
        let items = answer.get("items").and_then(Value::as_array);
        Ok(items.cloned().unwrap_or_default())
    }

    /// Has senders to an inlet show a token, or sign with a secret.
    pub(super) fn set_senders(&self, inlet_id: &str, secret: Option<&str>) -> Result<(), Error> {
        let body = match secret {
            Some(secret) => json!({"authentication": "hmac", "secret": secret}),
            None => json!({"authentication": "token"}),
        };
        self.call("PUT", &format!("inlets/{inlet_id}"), &[], Some(body)).map(drop)
    }

    /// Has every token refused that was given out so far.
    pub(super) fn expire_tokens(&self) -> Result<(), Error> {
        self.call("POST", "tokens/expire", &[], None).map(drop)
    }

    fn call(
        &self,
        method: &'static str,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Value, Error> {
        let base = self.client.settings().base_url.as_str().trim_end_matches('/');
        let text = format!("{base}/__emulator/{path}");
        let mut url =
            Url::parse(&text).map_err(|error| Error::BadUrl { name: text.clone(), reason: error.to_string() })?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let body = body.map(|body| body.to_string());
        let answer = self.client.api(&ApiCall { method, url, headers: Vec::new(), body })?;
        serde_json::from_str(&answer.text).map_err(|_| Error::WrongShape {
            call: format!("{method} /__emulator/{path}"),
            expected: "it is no JSON".to_owned(),
            request_id: None,
        })
    }
}
