//! Texts of which some pieces are known only later: what an earlier request made, and what is secret.

use std::fmt;

use serde_json::Value;

use super::Name;

/// Noncharacters of Unicode, which are meant for this and stand in no text that is interchanged.
const OPEN: char = '\u{FDD0}';
const CLOSE: char = '\u{FDD1}';
const SECRET: char = '\u{FDD2}';

/// One piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// What a step made or looked up.
    Result(Name),
    /// A secret, by the name it has in the connection spec; it comes from the environment or a file.
    Secret(String),
}

impl Piece {
    /// The name of the secret that it is.
    pub fn secret_name(&self) -> Option<&str> {
        match self {
            Self::Secret(name) => Some(name),
            Self::Text(_) | Self::Result(_) => None,
        }
    }
}

/// A text made of pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

impl Template {
    /// A text in which [`Name::mark`] and [`secret`] stand for what is not known yet.
    pub fn marked(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, marked)) = rest.split_once(OPEN) {
            let Some((mark, after)) = marked.split_once(CLOSE) else { break };
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(match (mark.strip_prefix(SECRET), Name::of_key(mark)) {
                (Some(name), _) => Piece::Secret(name.to_owned()),
                (None, Some(name)) => Piece::Result(name),
                (None, None) => Piece::Text(mark.to_owned()),
            });
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Self(pieces)
    }

    /// A body of JSON, indented; the strings in it may be marked.
    pub fn json(value: &Value) -> Self {
        Self::marked(&format!("{value:#}"))
    }

    /// Its pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The text, with every piece that is no text written as `write` says.
    pub fn render(&self, mut write: impl FnMut(&Piece) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            other => write(other),
        };
        self.0.iter().map(piece).collect()
    }

    /// The results that have to be known before it is whole.
    pub fn needs(&self) -> impl Iterator<Item = Name> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Result(name) => Some(*name),
            Piece::Text(_) | Piece::Secret(_) => None,
        })
    }
}

/// For a reader: `{sourceConnectionId}` where something is known only later.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Result(name) => format!("{{{}}}", name.key()),
            Piece::Secret(name) => format!("{{{name}}}"),
        }))
    }
}

impl Name {
    /// What stands for this result in a text that [`Template::marked`] reads.
    pub fn mark(self) -> String {
        format!("{OPEN}{}{CLOSE}", self.key())
    }
}

/// What stands for the secret `name` in a text that [`Template::marked`] reads.
pub fn secret(name: &str) -> String {
    format!("{OPEN}{SECRET}{name}{CLOSE}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn results_and_secrets_stand_among_text() {
        let body = json!({"connectionSpec": {"id": Name::ConnectionSpecId.mark()}, "token": secret("accessToken"), "n": "{flowId}"});
        let template = Template::json(&body);
        assert_eq!(template.needs().collect::<Vec<_>>(), [Name::ConnectionSpecId]);
        let shown = json!({"connectionSpec": {"id": "{connectionSpecId}"}, "token": "{accessToken}", "n": "{flowId}"});
        assert_eq!(template.to_string(), format!("{shown:#}"));
        let filled = template.render(|piece| match piece {
            Piece::Result(_) => "1".to_owned(),
            _ => "2".to_owned(),
        });
        let filled: Value = serde_json::from_str(&filled).unwrap();
        assert_eq!(filled, json!({"connectionSpec": {"id": "1"}, "token": "2", "n": "{flowId}"}));
    }

    #[test]
    fn a_text_without_marks_is_one_piece() {
        assert_eq!(Template::marked("/flows").pieces(), [Piece::Text("/flows".into())]);
        assert!(Template::marked("").pieces().is_empty());
    }
}
