#![doc = include_str!("invalid_utf8.md")]

use crate::{
    lint::{
        Level,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::svg,
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
    if artifact.kind == ArtifactKind::Icon && svg::foreign_format(document).is_some() {
        return;
    }
    let finding = sink.text(
        document,
        document.character(at),
        if document.is_utf_16() {
            format!("the {} is not UTF-8, but UTF-16", artifact.kind.noun())
        } else {
            format!("the {} is not UTF-8: byte {} is part of no character", artifact.kind.noun(), at + 1)
        },
    );
    finding.help(if document.is_utf_16() {
        "save the file as UTF-8; it looks like UTF-16 now"
    } else {
        "save the file as UTF-8"
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn of_utf_16_nothing_else_is_said() {
        let spec = "{\"name\": \"acme\"}";
        for kind in ArtifactKind::ALL {
            let text = if kind == ArtifactKind::ConnectionSpec { spec } else { "acme" };
            let units = || text.encode_utf16();
            for bytes in [
                [b"\xff\xfe".to_vec(), units().flat_map(u16::to_le_bytes).collect()].concat(),
                [b"\xfe\xff".to_vec(), units().flat_map(u16::to_be_bytes).collect()].concat(),
                units().flat_map(u16::to_le_bytes).collect(),
                units().flat_map(u16::to_be_bytes).collect(),
            ] {
                let findings = Sample::batch().with(kind, bytes).findings().findings;
                let [found] = findings.as_slice() else { panic!("{kind:?}: {findings:#?}") };
                assert_eq!((found.rule, found.help.as_deref().unwrap().contains("UTF-16")), (RULE.name, true));
            }
        }
    }

    #[test]
    fn a_picture_is_not_taken_for_utf_16() {
        for kind in
            [ArtifactKind::Label, ArtifactKind::Description, ArtifactKind::Category, ArtifactKind::ConnectionSpec]
        {
            let bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01".to_vec();
            let findings = Sample::batch().with(kind, bytes).findings().findings;
            let found = findings.iter().find(|finding| finding.rule == RULE.name).unwrap();
            assert!(!found.message.contains("UTF-16"), "{found:?}");
        }
    }

    #[test]
    fn other_encodings_are_not_taken_for_utf_16() {
        let findings = Sample::batch().with(ArtifactKind::Label, b"Caf\xe9\n".to_vec()).findings().findings;
        assert!(findings[0].help.as_deref().is_some_and(|help| help == "save the file as UTF-8"), "{findings:#?}");
    }
}
