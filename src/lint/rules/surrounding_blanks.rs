#![doc = include_str!("surrounding_blanks.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::{Edit, Span},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "surrounding-blanks",
    level: Level::Warning,
    page: include_str!("surrounding_blanks.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    let Some(text) = artifact.text() else { return };
    let said = artifact.document.trimmed().range();
    if said.is_empty() {
        return;
    }
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    // A carriage return that ends the text is told by `carriage-return`, with a line feed behind it or without.
    let lines = text.strip_suffix('\n').unwrap_or(text);
    let end = lines.strip_suffix('\r').unwrap_or(lines).len();
    let noun = artifact.kind.noun();
    if said.start > start {
        sink.text(artifact.document, Span::new(start, said.start), format!("blanks stand before the {noun}"))
            .help("remove them")
            .fix(Safety::Safe, [Edit::remove(Span::new(start, said.start))]);
    }
    if end > said.end {
        let has_lines = text[said.end..end].contains(['\n', '\r']);
        let what = if has_lines { "empty lines stand" } else { "blanks stand" };
        sink.text(artifact.document, Span::new(said.end, end), format!("{what} after the {noun}"))
            .help("end the file with the text and one line feed")
            .fix(Safety::Safe, [Edit::remove(Span::new(said.end, end))]);
    }
}

#[cfg(test)]
mod tests {
    use crate::{lint::testing::Sample, workspace::layout::ArtifactKind};

    #[test]
    fn a_carriage_return_at_the_end_is_told_once() {
        let rules = |label: &str| Sample::batch().with(ArtifactKind::Label, label).findings().rules();
        assert_eq!(rules("Acme\r"), ["carriage-return"]);
        assert_eq!(rules("Acme\r\n"), ["carriage-return"]);
        assert_eq!(rules("Acme \r"), ["carriage-return", "surrounding-blanks"]);
        assert_eq!(rules("Acme \n"), ["surrounding-blanks"]);
    }
}
