#![doc = include_str!("control_character.md")]

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
    let said = artifact.document.trimmed().range();
    let mut report = |is_meant: &dyn Fn(usize, char) -> bool, what: &str, level, safety| {
        let mut found = text.char_indices().filter(|(at, c)| is_meant(*at, *c));
        let all = found.clone();
        let Some((at, first)) = found.next() else { return };
        let more = match found.count() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let span = Span::new(at, at + first.len_utf8());
        let message = format!("the {} holds the {what} U+{:04X}{more}", artifact.kind.noun(), u32::from(first));
        sink.text(artifact.document, span, message).level(level).help("remove it").fix_by(
            "remove all of them",
            safety,
            // A tabulator sets two words apart.
            all.map(|(at, c)| Edit::replace(Span::new(at, at + c.len_utf8()), if c == '\t' { " " } else { "" })),
        );
    };
    report(&|_, c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'), "control character", Level::Error, Safety::Safe);
    // Tabulators around the text are among the `surrounding-blanks`, and a mark at its start is a `byte-order-mark`.
    report(&|at, c| c == '\t' && said.contains(&at), "control character", Level::Warning, Safety::Unsafe);
    report(
        &|at, c| is_invisible(c) && (at, c) != (0, '\u{feff}'),
        "invisible character",
        Level::Warning,
        Safety::Unsafe,
    );
}

/// Characters that show nothing and change how a text reads or compares. Joiners are left out: scripts need them.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}
