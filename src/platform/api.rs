//! Any call of the platform, made as all calls are: address, headers and pages; the answer as it came.

use std::borrow::Cow;

use serde_json::Value;
use url::Url;

use super::{
    Client, Error,
    address::below,
    http::{Answer, Request},
    retry::Repeat,
};

const FLOW_SERVICE: &str = "/data/foundation/flowservice";
const MOST_PAGES: usize = 1000;
/// Headers that say who calls and where; they come from the settings.
const OURS: [&str; 4] = ["authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name"];

/// A call to be made.
#[derive(Debug, Clone)]
pub struct ApiCall {
    pub method: &'static str,
    pub url: Url,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
}

/// What was answered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ApiAnswer {
    pub status: u16,
    /// Secrets left out.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub text: String,
}

/// The address of a path: one that begins with `/data/` is whole, any other is one of Flow Service.
pub fn address(base: &Url, path: &str, query: &[(String, String)]) -> Result<Url, String> {
    let Some(relative) = path.strip_prefix('/').filter(|rest| !rest.starts_with('/')) else {
        return Err("a path begins with one `/`; where the platform is comes from the settings".to_owned());
    };
    let whole = if path.starts_with("/data/") { format!("/{relative}") } else { format!("{FLOW_SERVICE}/{relative}") };
    let text = format!("{}{whole}", base.as_str().trim_end_matches('/'));
    let mut url = Url::parse(&text).map_err(|error| error.to_string())?;
    if url.fragment().is_some() {
        return Err("it holds a `#`, which no call sends; write `%23`".to_owned());
    }
    let inside = url.path().starts_with(&format!("{}/data/", base.path().trim_end_matches('/')));
    if url.origin() != base.origin() || !inside {
        return Err("it leads out of `/data/`".to_owned());
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

/// A header from `NAME:VALUE`; the reason where it cannot be sent.
pub fn header(text: &str) -> Result<(String, String), String> {
    let Some((name, value)) = text.split_once(':') else { return Err("it has no `:`".to_owned()) };
    let (name, value) = (name.trim(), value.trim());
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err("its name is none of a header".to_owned());
    }
    if OURS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(format!("`{name}` is set from the credentials, the profile and the environment"));
    }
    if !value.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte)) {
        return Err("its value holds a character that cannot be sent in a header".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}

impl Client {
    /// Makes a call. Only reading is repeated where it may have been carried out.
    pub fn api(&self, call: &ApiCall) -> Result<ApiAnswer, Error> {
        let Answer { status, headers, text, .. } = self.api_answer(call)?;
        Ok(ApiAnswer { status, headers, text })
    }

    /// The items of every page of a listing, each as it came.
    pub fn api_items(&self, call: &ApiCall) -> Result<Vec<String>, Error> {
        let name = format!("{} {}", call.method, call.url.path());
        let paging = |reason: String| Error::Paging { call: name.clone(), reason };
        let mut call = call.clone();
        let (mut all, mut seen) = (Vec::new(), std::collections::BTreeSet::new());
        loop {
            if !seen.insert(call.url.to_string()) {
                return Err(paging("its pages go round in a circle".to_owned()));
            }
            if seen.len() > MOST_PAGES {
                return Err(paging(format!("it has more than {MOST_PAGES} pages")));
            }
            let answer = self.api_answer(&call)?;
            let items = items(&answer.text, &answer.value);
            all.extend(items.ok_or_else(|| paging("a page holds no list, or more than one".to_owned()))?);
            match next(&self.settings().base_url, &call.url, &answer.value).map_err(paging)? {
                Some(url) => call.url = url,
                None => return Ok(all),
            }
        }
    }

    fn api_answer(&self, call: &ApiCall) -> Result<Answer, Error> {
        let is_type = |name: &str| name.eq_ignore_ascii_case("content-type");
        let given = call.headers.iter().find(|(name, _)| is_type(name)).map(|(_, value)| value.clone());
        let content_type = given.map_or(Cow::Borrowed("application/json"), Cow::Owned);
        let headers = call.headers.iter().filter(|(name, _)| !is_type(name));
        self.send(Request {
            method: call.method,
            url: call.url.clone(),
            headers: headers.map(|(name, value)| (Cow::Owned(name.clone()), value.clone())).collect(),
            body: call.body.clone().map(|body| (content_type, body)),
            repeat: if call.method == "GET" { Repeat::Idempotent } else { Repeat::WhenNotDone },
        })
    }
}

/// The one list of a page: itself, `items`, or the only member that is one.
fn items(text: &str, page: &Value) -> Option<Vec<String>> {
    use serde_json::value::RawValue;
    let raw = |text: &str| -> Option<Vec<String>> {
        let items: Vec<Box<RawValue>> = serde_json::from_str(text).ok()?;
        Some(items.iter().map(|item| item.get().to_owned()).collect())
    };
    if page.is_array() {
        return raw(text);
    }
    let members: std::collections::BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).ok()?;
    let mut lists = page.as_object()?.iter().filter(|(_, value)| value.is_array()).map(|(name, _)| name.as_str());
    let name = if page.get("items").is_some_and(Value::is_array) {
        "items"
    } else {
        match (lists.next(), lists.next()) {
            (Some(name), None) => name,
            _ => return None,
        }
    };
    raw(members.get(name)?.get())
}

/// The address of the next page. It must be of the same service: the token goes there.
fn next(base: &Url, current: &Url, page: &Value) -> Result<Option<Url>, String> {
    let href = page.pointer("/_links/next/href").and_then(Value::as_str).filter(|href| !href.is_empty());
    let Some(href) = href else {
        let token = page.get("continuationToken").and_then(Value::as_str).filter(|token| !token.is_empty());
        return Ok(token.map(|token| {
            let rest: Vec<(String, String)> = current
                .query_pairs()
                .filter(|(name, _)| name != "continuationToken")
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
            let mut url = current.clone();
            url.query_pairs_mut().clear().extend_pairs(rest).append_pair("continuationToken", token);
            url
        }));
    };
    let prefix = base.path().trim_end_matches('/');
    let within = current.path().strip_prefix(prefix).unwrap_or_default();
    let service: Vec<&str> = within.split('/').filter(|segment| !segment.is_empty()).take(3).collect();
    let root = below(base, &service);
    let unreadable = |_| "the link to its next page cannot be read".to_owned();
    let to_service = href.starts_with('/') && !href.starts_with("//") && !href.starts_with(&format!("{prefix}/data/"));
    let url = if to_service {
        Url::parse(&format!("{root}{href}")).map_err(unreadable)?
    } else {
        current.join(href).map_err(unreadable)?
    };
    if url.origin() != root.origin() || !url.path().starts_with(root.path()) {
        return Err("the link to its next page leads out of the service".to_owned());
    }
    Ok(Some(url))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::platform::testing::{Reply, Server};

    #[test]
    fn a_path_is_whole_or_of_flow_service() {
        let base = Url::parse("https://gateway.example/aep").unwrap();
        let ask = |path: &str| address(&base, path, &[("property".into(), "name==\"a b\"".into())]).map(String::from);
        let query = "property=name%3D%3D%22a+b%22";
        assert_eq!(
            ask("/flowSpecs").unwrap(),
            format!("https://gateway.example/aep/data/foundation/flowservice/flowSpecs?{query}")
        );
        assert_eq!(
            ask("/data/foundation/schemaregistry/tenant/schemas?start=1").unwrap(),
            format!("https://gateway.example/aep/data/foundation/schemaregistry/tenant/schemas?start=1&{query}")
        );
        for bad in [
            "flowSpecs",
            "https://elsewhere.example/",
            "//elsewhere.example/",
            "/../../../../../x",
            "/data/../ims",
            "/a#b",
        ] {
            assert!(ask(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn headers_that_say_who_calls_are_not_taken() {
        assert_eq!(header("If-Match: \"1\"").unwrap(), ("If-Match".to_owned(), "\"1\"".to_owned()));
        assert_eq!(header("Accept:a:b").unwrap().1, "a:b");
        for bad in ["Accept", ": x", "a b: c", "Authorization: Bearer x", "X-Sandbox-Name: prod", "a: b\nc: d", "a: é"]
        {
            let error = header(bad).unwrap_err();
            assert!(!error.contains("Bearer x"), "{error}");
        }
    }

    #[test]
    fn pages_are_followed_within_the_service_and_items_keep_their_text() {
        let server = Server::script([
            Reply::text(200, r#"{"items":[{"n": 1.10}],"_links":{"next":{"href":"/flows?continuationToken=2"}}}"#),
            Reply::text(200, r#"{"items":[{"n":1e3}],"continuationToken":"x y"}"#),
            Reply::json(200, json!({"items": []})),
        ]);
        let client = Client::new(server.settings());
        let url = address(&client.settings().base_url, "/flows?limit=1", &[]).unwrap();
        let call = ApiCall { method: "GET", url, headers: Vec::new(), body: None };
        assert_eq!(client.api_items(&call).unwrap(), [r#"{"n": 1.10}"#, r#"{"n":1e3}"#]);
        assert_eq!(
            server.lines(),
            ["GET /flows?limit=1", "GET /flows?continuationToken=2", "GET /flows?continuationToken=x+y"]
        );
        for (page, said) in [
            (json!({"items": [], "_links": {"next": {"href": "https://elsewhere.example/"}}}), "out of the service"),
            (json!({"items": [], "_links": {"next": {"href": "/data/foundation/other/x"}}}), "out of the service"),
            (json!({"a": [], "b": []}), "no list, or more than one"),
        ] {
            let server = Server::script([Reply::json(200, page)]);
            let client = Client::new(server.settings());
            let call = ApiCall { url: address(&client.settings().base_url, "/flows", &[]).unwrap(), ..call.clone() };
            let error = client.api_items(&call).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
    }

    #[test]
    fn other_services_name_their_list_otherwise() {
        let items = |page: Value| items(&page.to_string(), &page);
        assert_eq!(items(json!({"results": [1], "_page": {}})).unwrap(), ["1"]);
        assert_eq!(items(json!([1, 2])).unwrap(), ["1", "2"]);
        assert_eq!(items(json!({"items": [1], "more": [2]})).unwrap(), ["1"]);
        assert_eq!(items(json!({"id": 1})), None);
    }
}
