//! Records of any service, by their address: looked for, made, changed, removed, and what may be repeated of each.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    Client, Error,
    api::{ApiCall, address},
    http::{Answer, Request},
    retry::Repeat,
};

/// What was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// `null` where the body was empty.
    pub value: Value,
    /// The record's version, where the answer tells one.
    pub etag: Option<String>,
    pub request_id: Option<String>,
}

impl Reply {
    fn of(answer: Answer) -> Self {
        let Answer { value, etag, request_id, .. } = answer;
        let within = || value.pointer("/items/0/etag").or_else(|| value.get("etag")).and_then(Value::as_str);
        Self { etag: etag.or_else(|| within().map(str::to_owned)), value, request_id }
    }
}

/// Headers of one call, beside those that every call carries.
pub type Headers<'a> = &'a [(&'a str, &'a str)];

impl Client {
    /// Asks for what is at a path from `/data/…` on, encoded, with its query; `None` where there is no such record.
    pub fn find_record(&self, path: &str, headers: Headers<'_>) -> Result<Option<Reply>, Error> {
        unless_gone(self.exchange("GET", path, headers, None, Repeat::Idempotent))
    }

    /// Asks for something that must be there.
    pub fn read_record(&self, path: &str, headers: Headers<'_>) -> Result<Reply, Error> {
        self.exchange("GET", path, headers, None, Repeat::Idempotent)
    }

    /// Makes a record. Not repeated where it may have been made: see [`Error::outcome_unknown`].
    pub fn make_record(&self, path: &str, headers: Headers<'_>, body: &Value) -> Result<Reply, Error> {
        self.exchange("POST", path, headers, Some(body), Repeat::WhenNotDone)
    }

    /// Changes a record by `PATCH` or `PUT`, in a way that may be repeated: because it names the version that it changes, or
    /// because it says what the record is to be. `None` where it is gone.
    pub fn change_record(
        &self,
        method: &'static str,
        path: &str,
        headers: Headers<'_>,
        body: &Value,
    ) -> Result<Option<Reply>, Error> {
        unless_gone(self.exchange(method, path, headers, Some(body), Repeat::Idempotent))
    }

    /// Removes a record; `false` where it was gone.
    pub fn remove_record(&self, path: &str) -> Result<bool, Error> {
        Ok(unless_gone(self.exchange("DELETE", path, &[], None, Repeat::Idempotent))?.is_some())
    }

    /// Every record of a listing that leads from page to page, as the listing shows it.
    pub fn list_records(&self, path: &str) -> Result<Vec<Value>, Error> {
        let url = self.address_of(path)?;
        let items = self.api_items(&ApiCall { method: "GET", url, headers: Vec::new(), body: None })?;
        // They were parsed as part of their page.
        Ok(items.iter().filter_map(|item| serde_json::from_str(item).ok()).collect())
    }

    fn address_of(&self, path: &str) -> Result<url::Url, Error> {
        address(&self.settings().base_url, path, &[]).map_err(|reason| Error::BadUrl { name: path.to_owned(), reason })
    }

    fn exchange(
        &self,
        method: &'static str,
        path: &str,
        headers: Headers<'_>,
        body: Option<&Value>,
        repeat: Repeat,
    ) -> Result<Reply, Error> {
        let own = headers.iter().map(|(name, value)| (Cow::Owned((*name).to_owned()), (*value).to_owned()));
        let request = Request {
            method,
            url: self.address_of(path)?,
            headers: own.collect(),
            body: body.map(|body| (Cow::Borrowed("application/json"), body.to_string())),
            repeat,
        };
        self.send(request).map(Reply::of)
    }
}

/// That a record is gone is an answer; that its sandbox is unknown is none.
fn unless_gone(result: Result<Reply, Error>) -> Result<Option<Reply>, Error> {
    match result {
        Ok(reply) => Ok(Some(reply)),
        Err(error) if error.status() == Some(404) && !error.code().is_some_and(|code| code.starts_with("21")) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::platform::testing::{Reply as Answered, Server};

    #[test]
    fn what_is_gone_is_told_apart_from_what_is_refused() {
        let gone = || Answered::json(404, json!({"title": "Not found", "status": 404}));
        let sandbox = || Answered::json(404, json!({"code": "2100-404", "title": "no such sandbox"}));
        let server =
            Server::script([gone(), gone(), sandbox(), Answered::json(200, json!({"items": [{"etag": "\"1\""}]}))]);
        let client = Client::new(server.settings());
        assert_eq!(client.find_record("/data/foundation/flowservice/flows/1", &[]).unwrap(), None);
        assert!(!client.remove_record("/data/foundation/flowservice/flows/1").unwrap());
        assert!(client.remove_record("/data/foundation/flowservice/flows/1").is_err());
        let found = client.find_record("/data/foundation/flowservice/flows/a%2Fb?x=1", &[]).unwrap().unwrap();
        assert_eq!(found.etag.as_deref(), Some("\"1\""));
        assert_eq!(server.lines()[3], "GET /flows/a%2Fb?x=1");
    }

    #[test]
    fn a_creation_whose_answer_is_lost_is_not_sent_twice() {
        let server = Server::script([Answered::json(500, json!({"title": "oops"}))]);
        let client = Client::new(server.settings());
        let error = client.make_record("/data/foundation/flowservice/flows", &[], &json!({})).unwrap_err();
        assert!(error.outcome_unknown(), "{error}");
        assert_eq!(server.lines(), ["POST /flows"]);
    }
}
