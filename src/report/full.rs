//! An excerpt of the text with a caret under the place, what to do, and where the rule's page is.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, renderer::DecorStyle};

use crate::{
    lint::{
        self, Finding, Findings,
        fix::{Fix, Safety},
        registry,
    },
    report::Look,
    text::{Document, Span, visible},
};

/// Lines between two places beyond which the second is told in words: nobody sees both at once.
const REACH: usize = 400;

/// Longer lines are shown in part: a minified spec is one line.
const LINE: usize = 240;

/// What stands where a long line is cut.
const CUT: &str = "...";

fn renderer(look: Look) -> Renderer {
    let renderer = if look.colored { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).hyperlink(look.linked)
}

pub(super) fn write(findings: &Findings, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let renderer = renderer(look);
    for finding in &findings.findings {
        let secrets = findings.secrets.get(&finding.path).map_or(&[][..], Vec::as_slice);
        let path = visible::printable(&finding.path);
        let mut rendered = renderer.render(&[group(finding, &path, secrets)]);
        if let Some(document) = &finding.document {
            rendered = placed(rendered, &path, document, finding.span);
        }
        write!(out, "{rendered}\n\n")?;
    }
    out.write_all(super::conclusion(findings).as_bytes())
}

pub(super) fn excerpt(document: &Document, span: Span, colored: bool) -> String {
    let window = Window::around(document, &[span]);
    let path = visible::printable(document.path());
    let snippet =
        window.snippet(document, &path, &[]).annotation(AnnotationKind::Primary.span(window.place(document, span)));
    // The message stands above already; only the excerpt is wanted.
    let rendered = renderer(colored.into()).render(&[Group::with_level(Level::ERROR).element(snippet)]);
    placed(rendered, &path, document, span)
}

fn group<'a>(finding: &'a Finding, path: &'a str, secrets: &[Span]) -> Group<'a> {
    let level = match finding.level {
        lint::Level::Error => Level::ERROR,
        lint::Level::Warning => Level::WARNING,
        lint::Level::Note => Level::NOTE,
    };
    let rule = registry::find(finding.rule);
    let mut title = level.primary_title(finding.message.as_str()).id(finding.rule);
    if let Some(rule) = rule {
        title = title.id_url(rule.docs());
    }
    let mut group = match &finding.document {
        None => Group::with_title(title).element(Origin::path(path)),
        Some(document) => {
            let line = |span: Span| document.position(span.start as usize).line;
            let (near, far): (Vec<_>, Vec<_>) =
                finding.related.iter().partition(|related| is_near(document, related.span, finding.span));
            let spans: Vec<Span> = near.iter().map(|related| related.span).chain([finding.span]).collect();
            let window = Window::around(document, &spans);
            let context = |span: Span, label: &str| -> Annotation<'_> {
                AnnotationKind::Context.span(window.place(document, span)).label(label.to_owned())
            };
            let snippet = window
                .snippet(document, path, secrets)
                .annotation(AnnotationKind::Primary.span(window.place(document, finding.span)))
                .annotations(near.iter().map(|related| context(related.span, &related.message)));
            let told = far.into_iter().map(|related| {
                let place = document.position(related.span.start as usize);
                let place = match place.line == line(finding.span) {
                    true => format!("column {}", place.column),
                    false => format!("line {}", place.line),
                };
                Level::NOTE.message(format!("{place}: {}", related.message))
            });
            Group::with_title(title).element(snippet).elements(told)
        }
    };
    let fix = finding.fix.as_ref();
    if let Some(help) = &finding.help {
        let does_it = fix.filter(|fix| says_all(help, fix)).map_or_else(String::new, does_it);
        group = group.element(Level::HELP.message(format!("{help}{does_it}")));
    }
    if let Some(fix) = fix.filter(|fix| !finding.help.as_ref().is_some_and(|help| says_all(help, fix))) {
        group = group.element(Level::NOTE.with_name("fix").message(format!("{}{}", fix.message, does_it(fix))));
    }
    if let Some(rule) = rule {
        group = group.element(Level::NOTE.with_name("docs").message(rule.docs()));
    }
    group
}

/// Whether the help says what a fix does, so that once is enough.
fn says_all(help: &str, fix: &Fix) -> bool {
    fix.message == help || help.starts_with("did you mean ")
}

/// Which flag has a fix made.
fn does_it(fix: &Fix) -> String {
    format!(" (`{}` does it)", if fix.safety == Safety::Safe { "--fix" } else { "--unsafe-fixes" })
}

/// A rendered finding with the place it has in its document: of a line that is shown in part, the renderer counts the
/// columns from where that part begins.
fn placed(rendered: String, path: &str, document: &Document, span: Span) -> String {
    let place = |arrow: usize| {
        let start = arrow + rendered[arrow..].find(path)? + path.len();
        let end = start + rendered[start..].find('\n')?;
        rendered[start..end].starts_with(':').then_some(start..end)
    };
    let Some(told) = rendered.find("--> ").and_then(place) else { return rendered };
    let start = document.position(span.start as usize);
    format!("{}:{}:{}{}", &rendered[..told.start], start.line, start.column, &rendered[told.end..])
}

/// Whether two places can be shown in one excerpt.
fn is_near(document: &Document, one: Span, other: Span) -> bool {
    let line = |span: Span| document.position(span.start as usize).line;
    let (one_line, other_line) = (line(one), line(other));
    if one_line == other_line {
        return one.start.abs_diff(other.start) as usize <= LINE;
    }
    let is_short = |line: usize| document.line_span(line).range().len() <= LINE;
    one_line.abs_diff(other_line) <= REACH && is_short(one_line) && is_short(other_line)
}

/// The lines of a document that are shown.
struct Window {
    span: Span,
    first_line: usize,
    /// Whether the first line is shown from somewhere in its midst.
    starts_inside: bool,
    ends_inside: bool,
}

impl Window {
    /// Whole lines, or the part of a long line around the places in it.
    fn around(document: &Document, spans: &[Span]) -> Self {
        let line = |offset: u32| document.position(offset as usize).line;
        let is_long = |line: usize| document.line_span(line).range().len() > LINE;
        // Of a place that begins in a long line, its beginning is enough.
        let end_of = |span: &Span| match is_long(line(span.start)) {
            true => span.end.min(span.start.saturating_add(LINE as u32 / 2)),
            false => span.end,
        };
        let first = spans.iter().map(|span| span.start).min().unwrap_or_default();
        let last = spans.iter().map(end_of).max().unwrap_or_default();
        let (first_line, last_line) = (line(first), line(last));
        let (mut start, mut end) =
            (document.line_span(first_line).start as usize, document.line_span(last_line).end as usize);
        let (line_start, line_end) = (start, end);
        let text = document.text();
        if is_long(first_line) {
            start = (first as usize).saturating_sub(LINE / 3).max(start);
            while !text.is_char_boundary(start) {
                start -= 1;
            }
        }
        if is_long(last_line) {
            end = (last as usize + LINE / 3).min(end);
            while !text.is_char_boundary(end) {
                end += 1;
            }
        }
        Self { span: Span::new(start, end), first_line, starts_inside: start > line_start, ends_inside: end < line_end }
    }

    /// What stands before the excerpt.
    fn before(&self) -> &'static str {
        if self.starts_inside { CUT } else { "" }
    }

    /// Where a place is in the excerpt; one that begins or ends within a character has all of it.
    fn place(&self, document: &Document, span: Span) -> std::ops::Range<usize> {
        let clamp = |offset: u32| offset.clamp(self.span.start, self.span.end) as usize;
        let (mut start, mut end) = (clamp(span.start), clamp(span.end));
        while !document.text().is_char_boundary(start) {
            start -= 1;
        }
        while !document.text().is_char_boundary(end) {
            end += 1;
        }
        let shift = |offset: usize| self.before().len() + offset - self.span.start as usize;
        shift(start)..shift(end)
    }

    fn snippet<'a>(&self, document: &'a Document, path: &'a str, secrets: &[Span]) -> Snippet<'a, Annotation<'a>> {
        let mut text = Cow::Borrowed(document.slice(self.span));
        if self.starts_inside || self.ends_inside {
            let after = if self.ends_inside { CUT } else { "" };
            text = format!("{}{text}{after}", self.before()).into();
        }
        let first = secrets.partition_point(|secret| secret.end <= self.span.start);
        let inside = secrets[first..].iter().take_while(|secret| secret.start < self.span.end);
        let text = inside.fold(text, |text, secret| hide(&text, self.place(document, *secret)).into());
        Snippet::source(text).line_start(self.first_line).path(path)
    }
}

/// A text with a star for each byte of a part of it, so that every other place stays where it is.
fn hide(text: &str, part: std::ops::Range<usize>) -> String {
    let before = text.get(..part.start).unwrap_or_default();
    let after = text.get(part.end..).unwrap_or_default();
    format!("{before}{}{after}", "*".repeat(part.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_within_a_character_is_shown_with_all_of_it() {
        let document = Document::new("x", "caf\u{fffd} é".as_bytes().to_vec());
        for start in 0..document.text().len() {
            for end in start..=document.text().len() {
                assert!(excerpt(&document, Span::new(start, end), false).contains("| caf\u{fffd} é\n"));
            }
        }
    }
}
