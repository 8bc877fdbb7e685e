#![doc = include_str!("markup_slip.md")]

use crate::{
    documentation::{self, WrittenPage},
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::{Span, excerpt, nearest::nearest},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "markup-slip",
    level: Level::Warning,
    page: include_str!("markup_slip.md"),
    check: Check::Page(check),
};

/// The notes that the documentation knows, and its other marks of this form.
const NOTES: [&str; 22] = [
    "NOTE",
    "TIP",
    "IMPORTANT",
    "CAUTION",
    "WARNING",
    "ERROR",
    "ADMIN",
    "AVAILABILITY",
    "PREREQUISITES",
    "INFO",
    "SUCCESS",
    "NEWS",
    "VIDEO",
    "MORELIKETHIS",
    "BEGINTABS",
    "ENDTABS",
    "TAB",
    "BEGINSHADEBOX",
    "ENDSHADEBOX",
    "CONTEXTUALHELP",
    "BADGE",
    "INPUTS",
];

/// So much of a mark is looked at, in bytes.
const LONGEST: usize = 300;

/// The marks that Adobe puts in itself.
const ADDED: [&str; 2] = ["DNL", "UICONTROL"];

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    let text = page.document.text();
    if let Some((line, what, help)) = documentation::mark_fault(text) {
        sink.text(&page.document, page.document.line_span(line), what).level(Level::Error).help(help);
    }
    for fence in page.markdown.fences.iter().filter(|fence| !fence.is_closed) {
        sink.text(
            &page.document,
            fence.opening,
            "this block of code is not closed: the rest of the page is part of it",
        )
        .level(Level::Error)
        .help("end it with a line of its own: three backticks");
    }
    let fences = page.markdown.fences.iter().map(|fence| fence.span);
    let mut code: Vec<Span> = fences.chain(page.markdown.codes.iter().map(|(_, span)| *span)).collect();
    code.sort_unstable();
    let is_code = |at: usize| {
        let before = code.partition_point(|span| span.start as usize <= at);
        before.checked_sub(1).is_some_and(|last| at < code[last].end as usize)
    };
    for (at, _) in text.match_indices("[!").filter(|(at, _)| !is_code(*at)) {
        mark(page, at, sink);
    }
    if let Some(at) = text.match_indices('\t').map(|(at, _)| at).find(|at| !is_code(*at)) {
        let count = text.match_indices('\t').filter(|(at, _)| !is_code(*at)).count();
        let more = if count > 1 { format!(", and {} more below", count - 1) } else { String::new() };
        sink.text(&page.document, Span::new(at, at + 1), format!("there is a tab{more}"))
            .help("write blanks: how far a tab goes is another thing in each program, and in lists it counts");
    }
}

/// One `[!WORD…]`.
fn mark(page: &WrittenPage, at: usize, sink: &mut Sink<'_>) {
    let text = page.document.text();
    let line = text[at..page.document.boundary(at + LONGEST)].lines().next().unwrap_or_default();
    let word: String = line[2..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let end = line.find(']').map_or(line.len(), |end| end + 1);
    let span = Span::new(at, at + end);
    let upper = word.to_uppercase();
    if !line.contains(']') {
        sink.text(&page.document, Span::new(at, at + 2 + word.len()), format!("`[!{}` is not closed", excerpt(&word)))
            .help("close it with `]`");
    } else if ADDED.contains(&upper.as_str()) {
        sink.text(&page.document, span, format!("`[!{upper} …]` is put in by Adobe"))
            .help("write the words without the mark");
    } else if !NOTES.contains(&word.as_str()) {
        let meant = nearest(&upper, NOTES);
        sink.text(&page.document, span, format!("the documentation knows no `[!{}]`", excerpt(&word))).help(
            meant.map_or_else(
                || "notes are `[!NOTE]`, `[!TIP]`, `[!IMPORTANT]`, `[!CAUTION]` and `[!WARNING]`".to_owned(),
                |meant| format!("did you mean `[!{meant}]`?"),
            ),
        );
    }
}
