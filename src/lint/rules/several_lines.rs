#![doc = include_str!("several_lines.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::{Edit, LINE_ENDS, Span},
    workspace::layout::ArtifactKind,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "several-lines",
    level: Level::Error,
    page: include_str!("several_lines.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    let Some(text) = artifact.text() else { return };
    // Nearly all are one line, and that is told at once.
    let said = artifact.document.slice(artifact.document.trimmed());
    if memchr::memchr2(b'\n', b'\r', said.as_bytes()).is_none() && (said.is_ascii() || !said.contains(LINE_ENDS)) {
        return;
    }
    let mut at = 0;
    let lines = text.split_inclusive(LINE_ENDS).map(|line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(LINE_ENDS))
    });
    let mut filled = lines.filter(|(_, line)| !line.trim_matches(['\u{feff}', ' ', '\t']).is_empty()).skip(1);
    let Some((start, line)) = filled.next() else { return };
    let count = filled.count() + 2;
    let span = Span::new(start, start + line.trim_end().len());
    let finding = sink.text(artifact.document, span, format!("the {} has {count} lines", artifact.kind.noun()));
    if artifact.kind == ArtifactKind::Description {
        finding
            .level(Level::Warning)
            .help("write it as one line; the catalog breaks it where there is room")
            .fix(Safety::Unsafe, joints(text));
    } else {
        finding.help("keep the one line that counts, and remove the rest");
    }
}

/// A blank in the place of each line end inside of the text, with the blanks around it.
fn joints(text: &str) -> Vec<Edit> {
    let is_blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let said = text.trim_matches(is_blank);
    let first = text.len() - text.trim_start_matches(is_blank).len();
    let mut joints = Vec::new();
    let mut at = 0;
    while let Some(found) = said[at..].find(LINE_ENDS).map(|found| at + found) {
        let start = said[..found].trim_end().len();
        let end = said.len() - said[found..].trim_start().len();
        joints.push(Edit::replace(Span::new(first + start, first + end), " "));
        at = end;
    }
    joints
}

#[cfg(test)]
mod tests {
    use crate::{lint::testing::Sample, workspace::layout::ArtifactKind};

    #[test]
    fn the_line_ends_of_unicode_end_lines_too() {
        let rules = |kind, text: &str| Sample::batch().with(kind, text).findings().rules();
        for end in ["\u{2028}", "\u{2029}", "\r", "\n"] {
            let found = rules(ArtifactKind::Label, &format!("Ac{end}me\n"));
            assert!(found.contains(&super::RULE.name), "{end:?} {found:?}");
            assert!(!found.contains(&"label-mismatch"), "{end:?} {found:?}");
        }
        assert_eq!(rules(ArtifactKind::Category, "crm\u{2028}database\n"), [super::RULE.name]);
        assert_eq!(rules(ArtifactKind::Label, "\n\nAcme\n\n"), ["surrounding-blanks"]);
    }
}
