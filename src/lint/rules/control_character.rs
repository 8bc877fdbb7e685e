#![doc = include_str!("control_character.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::{Edit, Span, visible},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "control-character",
    level: Level::Error,
    page: include_str!("control_character.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    let Some(text) = artifact.text() else { return };
    // Most texts hold nothing else, and that is told at once.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r')) {
        return;
    }
    let noun = artifact.kind.noun();
    let said = artifact.document.trimmed().range();
    let of = |is_meant: &dyn Fn(usize, char) -> bool| -> Vec<(usize, char)> {
        text.char_indices().filter(|(at, c)| is_meant(*at, *c)).collect()
    };
    let mut report = |found: Vec<(usize, char)>, what: &str, level, safety| {
        let Some(&(at, first)) = found.first() else { return };
        let message = format!("the {noun} holds the {what} U+{:04X}{}", u32::from(first), more(found.len()));
        let span = Span::new(at, at + first.len_utf8());
        sink.text(artifact.document, span, message).level(level).help("remove it").fix_by(
            "remove all of them",
            safety,
            // A tabulator sets two words apart.
            found
                .into_iter()
                .map(|(at, c)| Edit::replace(Span::new(at, at + c.len_utf8()), if c == '\t' { " " } else { "" })),
        );
    };
    let controls = of(&|_, c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    report(controls, "control character", Level::Error, Safety::Safe);
    // Tabulators around the text are among the `surrounding-blanks`, and a mark at its start is a `byte-order-mark`.
    report(of(&|at, c| c == '\t' && said.contains(&at)), "control character", Level::Warning, Safety::Unsafe);
    let unseen = visible::unseen(text).filter(|found| *found != (0, '\u{feff}')).collect();
    report(unseen, "invisible character", Level::Warning, Safety::Unsafe);
    let lost = of(&|_, c| c == char::REPLACEMENT_CHARACTER);
    if let Some(&(at, first)) = lost.first() {
        let message = format!("the {noun} holds U+FFFD{}, in the place of a character that was lost", more(lost.len()));
        sink.text(artifact.document, Span::new(at, at + first.len_utf8()), message)
            .level(Level::Warning)
            .help("write the character that was there; a program that took the text for another encoding lost it");
    }
}

/// How many there are besides the first.
pub(super) fn more(count: usize) -> String {
    if count > 1 { format!(", and {} more", count - 1) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use crate::{
        lint::{Level, testing::Sample},
        workspace::layout::ArtifactKind,
    };

    #[test]
    fn what_is_not_to_be_read_is_told_in_every_text() {
        for (character, level) in [
            ('\u{fffd}', Level::Warning),
            ('\u{fffe}', Level::Warning),
            ('\u{fff9}', Level::Warning),
            ('\u{e0067}', Level::Warning),
            ('\u{180e}', Level::Warning),
            ('\u{3164}', Level::Warning),
            ('\u{2800}', Level::Warning),
            ('\u{7f}', Level::Error),
        ] {
            for kind in [ArtifactKind::Label, ArtifactKind::Description, ArtifactKind::Category] {
                let findings = Sample::batch().with(kind, format!("crm{character}\n")).findings().findings;
                let found: Vec<_> = findings.iter().filter(|found| found.rule == super::RULE.name).collect();
                assert_eq!(found.len(), 1, "{character:?} {kind:?}: {findings:#?}");
                assert_eq!(found[0].level, level, "{character:?} {kind:?}");
            }
        }
    }

    #[test]
    fn flags_are_pictures() {
        let label = "Acme \u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}\n";
        let found = Sample::batch().with(ArtifactKind::Label, label).findings().rules();
        assert!(!found.contains(&super::RULE.name), "{found:?}");
    }
}
