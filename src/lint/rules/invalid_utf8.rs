#![doc = include_str!("invalid_utf8.md")]

use crate::{
    lint::{
        Level,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::{Document, svg},
    workspace::layout::ArtifactKind,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "invalid-utf8",
    level: Level::Error,
    page: include_str!("invalid_utf8.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    let document = artifact.document;
    let Some(at) = document.invalid_utf8() else { return };
    // A picture in another format is told by `not-an-svg`.
    if artifact.kind == ArtifactKind::Icon && svg::foreign_format(document.text()).is_some() {
        return;
    }
    let finding = sink.text(
        document,
        document.character(at),
        format!("the {} is not UTF-8: byte {} is part of no character", artifact.kind.noun(), at + 1),
    );
    finding.help(if is_utf_16(document) {
        "the file looks like UTF-16: save it as UTF-8"
    } else {
        "save the file as UTF-8"
    });
}

/// Whether the text begins with what is left of a UTF-16 byte-order mark, and every other byte is NUL.
fn is_utf_16(document: &Document) -> bool {
    document.text().starts_with("\u{fffd}\u{fffd}") && document.text().chars().take(8).any(|c| c == '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_recognised() {
        assert!(is_utf_16(&Document::new("a", b"\xff\xfeA\0c\0".to_vec())));
        assert!(!is_utf_16(&Document::new("a", b"Caf\xe9".to_vec())));
    }
}
