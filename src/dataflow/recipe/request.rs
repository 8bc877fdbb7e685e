//! A step with everything filled in: what is sent.

use super::{Method, Piece, Step};

/// What is sent for a step.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// From `/data/…` on, with its query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    /// JSON. It may hold secrets, so it is not shown.
    pub body: Option<String>,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.path)
    }
}

impl Step {
    /// The request of the step, where `value` knows each result and secret; the first piece that it does not know otherwise.
    pub fn filled(&self, mut value: impl FnMut(&Piece) -> Option<String>) -> Result<Request, Piece> {
        let mut unknown = None;
        let mut fill = |piece: &Piece, escape: fn(&str) -> String| match value(piece) {
            Some(text) => escape(&text),
            None => {
                unknown.get_or_insert_with(|| piece.clone());
                String::new()
            }
        };
        let path = self.path.render(|piece| fill(piece, in_path));
        let body = self.body.as_ref().map(|body| body.render(|piece| fill(piece, in_string)));
        match unknown {
            Some(piece) => Err(piece),
            None => Ok(Request { method: self.method, path, headers: self.headers.clone(), body }),
        }
    }
}

/// A text as it stands within a segment of a path, or a value of a query.
pub(super) fn in_path(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A text as it stands within a string of JSON.
pub(super) fn in_string(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::*;

    #[test]
    fn what_is_filled_in_is_escaped_where_it_stands() {
        let step = Step {
            title: "Create a thing".into(),
            method: Method::Post,
            path: Template::marked(&format!("/data/things/{}", Name::SchemaId.mark())),
            headers: Vec::new(),
            body: Some(Template::json(&json!({"id": Name::SchemaId.mark(), "password": secret("password")}))),
            takes: Vec::new(),
            expects: None,
        };
        let request = step.filled(|piece| match piece {
            Piece::Result(_) => Some("https://ns/a b".to_owned()),
            _ => Some("\"q\\\n".to_owned()),
        });
        let request = request.unwrap();
        assert_eq!(request.path, "/data/things/https%3A%2F%2Fns%2Fa%20b");
        let body: Value = serde_json::from_str(&request.body.clone().unwrap()).unwrap();
        assert_eq!(body, json!({"id": "https://ns/a b", "password": "\"q\\\n"}));
        assert!(!format!("{request:?}").contains('q'));
        let unknown = step.filled(|piece| matches!(piece, Piece::Result(_)).then(String::new)).unwrap_err();
        assert_eq!(unknown, Piece::Secret("password".into()));
        assert_eq!(step.needs().collect::<Vec<_>>(), [Name::SchemaId, Name::SchemaId]);
    }
}
