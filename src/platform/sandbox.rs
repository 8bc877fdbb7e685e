//! Sandbox management: what kind of sandbox the one is that we work in.

use serde_json::Value;

use super::{Client, Error, address::below, client::Call, retry::Repeat};

const ROOT: [&str; 4] = ["data", "foundation", "sandbox-management", ""];
/// How many sandboxes are asked for at once, and how often: no organization has as many.
const PAGE: usize = 100;
const MOST_PAGES: usize = 20;

/// A sandbox, as the platform tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sandbox {
    pub name: String,
    pub title: Option<String>,
    /// `production` or `development`; what else there may be is documented nowhere.
    pub kind: Option<String>,
    pub region: Option<String>,
    pub state: Option<String>,
}

impl Sandbox {
    /// Whether it is a production sandbox.
    pub fn is_production(&self) -> bool {
        self.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("production"))
    }
}

/// The sandbox that the client works in, among those open to its caller; `None` where it is not listed.
pub fn sandbox(client: &Client) -> Result<Option<Sandbox>, Error> {
    let name = &client.settings().sandbox;
    for page in 0..MOST_PAGES {
        let mut url = below(&client.settings().base_url, &ROOT);
        url.query_pairs_mut().append_pair("limit", &PAGE.to_string()).append_pair("offset", &(page * PAGE).to_string());
        let call = Call { method: "GET", url, if_match: None, body: None, repeat: Repeat::Idempotent };
        let answer = client.call(call)?;
        let Some(listed) = answer.value.get("sandboxes").and_then(Value::as_array) else {
            return Err(Error::WrongShape {
                call: "GET /data/foundation/sandbox-management/".to_owned(),
                expected: "it has no list `sandboxes`".to_owned(),
                request_id: answer.request_id,
            });
        };
        let text = |sandbox: &Value, key: &str| sandbox.get(key).and_then(Value::as_str).map(str::to_owned);
        if let Some(found) = listed.iter().find(|sandbox| text(sandbox, "name").as_ref() == Some(name)) {
            return Ok(Some(Sandbox {
                name: name.clone(),
                title: text(found, "title"),
                kind: text(found, "type"),
                region: text(found, "region"),
                state: text(found, "state"),
            }));
        }
        if listed.len() < PAGE {
            break;
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::platform::testing::{Reply, Server};

    fn ask(replies: Vec<Reply>) -> (Result<Option<Sandbox>, Error>, Vec<String>) {
        let server = Server::script(replies);
        let found = sandbox(server.flow_service().client());
        let lines = server.asked().iter().map(crate::platform::testing::Asked::line).collect();
        (found, lines)
    }

    #[test]
    fn the_sandbox_is_found_on_a_later_page() {
        let others: Vec<Value> = (0..PAGE).map(|number| json!({"name": format!("s{number}")})).collect();
        let settings = Server::script([]).settings();
        let ours = json!({"name": settings.sandbox, "type": "Production", "region": "VA7", "state": "active"});
        let (found, lines) =
            ask(vec![Reply::json(200, json!({"sandboxes": others})), Reply::json(200, json!({"sandboxes": [ours]}))]);
        let found = found.unwrap().unwrap();
        assert!(found.is_production() && found.region.as_deref() == Some("VA7"));
        assert!(lines.iter().any(|line| line.contains("offset=100")), "{lines:?}");
    }

    #[test]
    fn one_that_is_not_listed_and_an_answer_that_is_none_are_told_apart() {
        assert_eq!(ask(vec![Reply::json(200, json!({"sandboxes": []}))]).0.unwrap(), None);
        assert!(matches!(ask(vec![Reply::json(200, json!({"items": []}))]).0, Err(Error::WrongShape { .. })));
        assert_eq!(ask(vec![Reply::json(403, json!({}))]).0.unwrap_err().status(), Some(403));
    }
}
