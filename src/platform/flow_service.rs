//! Flow Service by name: connection specs and flow specs, both answer shapes, and listings page by page.

use std::{collections::BTreeSet, fmt};

use serde_json::{Value, json};
use url::Url;

use super::{Client, Error, Stop, address::below, client::Call, http::Answer, retry::Repeat};
use crate::text::verbatim::{item_texts, record_text};

const ROOT: [&str; 3] = ["data", "foundation", "flowservice"];
const MOST_PAGES: usize = 1000;

/// A record of the platform, and its version where the platform told one.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub value: Value,
    /// The same as it came, to the character.
    pub text: String,
    pub etag: Option<String>,
}

impl Record {
    fn new(value: Value) -> Self {
        Self { text: value.to_string(), value, etag: None }
    }

    /// The record's id.
    pub fn id(&self) -> Option<&str> {
        self.value.get("id").and_then(Value::as_str)
    }
}

/// Flow Service, by the calls used here.
#[derive(Debug)]
pub struct FlowService {
    client: Client,
}

impl FlowService {
    /// Flow Service as the client's caller.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// The client underneath.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Waits for no repetition once `stop` is set.
    pub fn stop_at(&mut self, stop: Stop) {
        self.client.stop_at(stop);
    }

    /// The connection specs that fit every `property` filter, such as `name=="acme"`.
    pub fn connection_specs(&self, properties: &[&str]) -> Result<Vec<Value>, Error> {
        Ok(self.connection_spec_records(properties)?.into_iter().map(|record| record.value).collect())
    }

    /// The same as records, which keep their text. A listing tells no ETags.
    pub fn connection_spec_records(&self, properties: &[&str]) -> Result<Vec<Record>, Error> {
        let mut url = self.url(&["connectionSpecs"]);
        if !properties.is_empty() {
            url.query_pairs_mut().extend_pairs(properties.iter().map(|property| ("property", property)));
        }
        self.list(url)
    }

    /// One connection spec; `None` where there is none of that id.
    pub fn connection_spec(&self, id: &str) -> Result<Option<Record>, Error> {
        self.get(&["connectionSpecs", id])
    }

    /// Creates a connection spec, which is sent as it is shown. Not repeated where it may have been created: see [`Error::outcome_unknown`].
    pub fn create_connection_spec(&self, spec: &(impl fmt::Display + ?Sized)) -> Result<Record, Error> {
        let url = self.url(&["connectionSpecs"]);
        let call =
            Call { method: "POST", url, if_match: None, body: Some(spec.to_string()), repeat: Repeat::WhenNotDone };
        let answer = self.client.call(call)?;
        let location_id = answer.location.as_deref().and_then(|location| {
            let path = location.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
            path.rsplit('/').next().filter(|id| !id.is_empty() && *id != "connectionSpecs").map(str::to_owned)
        });
        let request_id = answer.request_id.clone();
        let mut record = match (record("POST /connectionSpecs", answer), &location_id) {
            (Ok(Some(record)), _) => record,
            // An answer without a record still tells where the record is.
            (_, Some(id)) => Record::new(json!({ "id": id })),
            (Err(error), None) => return Err(error),
            (Ok(None), None) => Record::new(json!({})),
        };
        if record.id().is_none_or(str::is_empty) {
            match (location_id, record.value.as_object_mut()) {
                (Some(id), Some(members)) => {
                    members.insert("id".to_owned(), Value::String(id));
                }
                _ => {
                    return Err(Error::WrongShape {
                        call: "POST /connectionSpecs".to_owned(),
                        expected: "it tells no id, neither in its body nor in `Location`".to_owned(),
                        request_id,
                    });
                }
            }
        }
        Ok(record)
    }

    /// Replaces a connection spec whole, by what is shown.
    pub fn replace_connection_spec(
        &self,
        id: &str,
        spec: &(impl fmt::Display + ?Sized),
        etag: Option<&str>,
    ) -> Result<(), Error> {
        self.put(&["connectionSpecs", id], spec.to_string(), etag, Repeat::Idempotent)
    }

    /// One flow spec; `None` where there is none of that id.
    pub fn flow_spec(&self, id: &str) -> Result<Option<Record>, Error> {
        self.get(&["flowSpecs", id])
    }

    /// Replaces a flow spec whole, with the JSON in `text`. Without an ETag it is never repeated: what was read may be old by
    /// then.
    pub fn replace_flow_spec(&self, id: &str, text: String, etag: Option<&str>) -> Result<(), Error> {
        let repeat = if etag.is_some() { Repeat::Idempotent } else { Repeat::Never };
        self.put(&["flowSpecs", id], text, etag, repeat)
    }

    fn url(&self, segments: &[&str]) -> Url {
        below(&below(&self.client.settings().base_url, &ROOT), segments)
    }

    fn get(&self, segments: &[&str]) -> Result<Option<Record>, Error> {
        let call =
            Call { method: "GET", url: self.url(segments), if_match: None, body: None, repeat: Repeat::Idempotent };
        match self.client.call(call) {
            Ok(answer) => record(&format!("GET /{}", segments.join("/")), answer),
            Err(Error::Refused(refusal)) if refusal.status == 404 && about_the_record(&refusal) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What a PUT answers with is shown in several shapes, and nobody relies on it: the record is read again.
    fn put(&self, segments: &[&str], text: String, etag: Option<&str>, repeat: Repeat) -> Result<(), Error> {
        let call = Call { method: "PUT", url: self.url(segments), if_match: etag, body: Some(text), repeat };
        self.client.call(call).map(drop)
    }

    fn list(&self, first: Url) -> Result<Vec<Record>, Error> {
        let name = format!("GET {}", first.path());
        let paging = |reason: &str| Error::Paging { call: name.clone(), reason: reason.to_owned() };
        let mut all = Vec::new();
        let mut seen = BTreeSet::new();
        let mut url = first.clone();
        loop {
            if !seen.insert(url.to_string()) {
                return Err(paging("its pages go round in a circle"));
            }
            if seen.len() > MOST_PAGES {
                return Err(paging("it has more than 1000 pages"));
            }
            let call = Call { method: "GET", url, if_match: None, body: None, repeat: Repeat::Idempotent };
            let mut answer = self.client.call(call)?;
            let next = self.next(&first, &answer.value).map_err(paging)?;
            match answer.value.get_mut("items").map(Value::take) {
                Some(Value::Array(items)) => {
                    let mut texts = item_texts(&answer.text).into_iter();
                    // Where the items cannot be told apart in the text, what was read of them has to do: none may be left out.
                    let whole = texts.len() == items.len();
                    all.extend(items.into_iter().map(|value| match texts.next().filter(|_| whole) {
                        Some(text) => Record { value, text, etag: None },
                        None => Record::new(value),
                    }));
                }
                _ => {
                    return Err(Error::WrongShape {
                        call: name,
                        expected: "it has no list `items`".to_owned(),
                        request_id: answer.request_id,
                    });
                }
            }
            match next {
                Some(next) => url = next,
                None => return Ok(all),
            }
        }
    }

    /// The address of the next page. It must be of the same service: the token goes there.
    fn next(&self, first: &Url, page: &Value) -> Result<Option<Url>, &'static str> {
        let href = page.pointer("/_links/next/href").and_then(Value::as_str).filter(|href| !href.is_empty());
        let Some(href) = href else {
            let token = page.get("continuationToken").and_then(Value::as_str).filter(|token| !token.is_empty());
            return Ok(token.map(|token| {
                let mut url = first.clone();
                url.query_pairs_mut().append_pair("continuationToken", token);
                url
            }));
        };
        let root = below(&self.client.settings().base_url, &ROOT);
        let service_relative =
            href.starts_with('/') && !href.starts_with("//") && !href.starts_with(&format!("{}/", root.path()));
        let url = if service_relative {
            Url::parse(&format!("{root}{href}")).map_err(|_| "the link to its next page cannot be read")?
        } else {
            first.join(href).map_err(|_| "the link to its next page cannot be read")?
        };
        if url.origin() != root.origin() || !url.path().starts_with(&format!("{}/", root.path())) {
            return Err("the link to its next page leads out of the service");
        }
        Ok(Some(url))
    }
}

/// Whether a 404 is about the record asked for, and not about the sandbox.
fn about_the_record(refusal: &super::Refusal) -> bool {
    !refusal.code.as_deref().is_some_and(|code| code.starts_with("21"))
}

/// Reads a record in either shape: itself, or the one item of a list. `None` where the list is empty.
fn record(call: &str, answer: Answer) -> Result<Option<Record>, Error> {
    let wrong = |expected: &str| Error::WrongShape {
        call: call.to_owned(),
        expected: expected.to_owned(),
        request_id: answer.request_id.clone(),
    };
    let text = record_text(&answer.text).unwrap_or_default();
    let value = match answer.value {
        Value::Object(mut members) => match members.get_mut("items").map(Value::take) {
            Some(Value::Array(mut items)) if items.len() < 2 => match items.pop() {
                None => return Ok(None),
                Some(item) if item.is_object() => item,
                Some(_) => return Err(wrong("its item is not an object")),
            },
            Some(_) => return Err(wrong("its `items` are not one record")),
            None => Value::Object(members),
        },
        _ => return Err(wrong("it is not an object")),
    };
    let etag = answer.etag.or_else(|| value.get("etag").and_then(Value::as_str).map(str::to_owned));
    Ok(Some(Record { value, text, etag }))
}
