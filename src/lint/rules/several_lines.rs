#![doc = include_str!("several_lines.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::{Edit, Span},
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
    let mut at = 0;
    let lines = text.split(['\n', '\r']).map(|line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
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
    while let Some(found) = said[at..].find(['\n', '\r']).map(|found| at + found) {
        let start = said[..found].trim_end().len();
        let end = said.len() - said[found..].trim_start().len();
        joints.push(Edit::replace(Span::new(first + start, first + end), " "));
        at = end;
    }
    joints
}
