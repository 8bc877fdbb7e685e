//! An excerpt of the text with a caret under the place, what to do, and where the rule's page is.

use std::{borrow::Cow, collections::HashMap};

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, renderer::DecorStyle};

use crate::{
    lint::{self, Finding, Findings, registry},
    text::{Document, Span},
};

/// Lines between two places beyond which the second is told in words: nobody sees both at once.
const REACH: usize = 400;

/// Longer lines are shown in part: a minified spec is one line.
const LINE: usize = 240;

fn renderer(colored: bool) -> Renderer {
    let renderer = if colored { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii)
}

pub(super) fn render(findings: &Findings, colored: bool) -> String {
    let renderer = renderer(colored);
    let secrets = secrets(findings);
    let mut text = String::new();
    for finding in &findings.findings {
        let secrets = secrets.get(finding.path.as_str()).map_or(&[][..], Vec::as_slice);
        text.push_str(&renderer.render(&[group(finding, secrets)]));
        text.push_str("\n\n");
    }
    text.push_str(&super::summary(findings));
    text.push('\n');
    text
}

/// What no excerpt of a document may show, by its path and in the order of its text: other findings may stand beside it.
fn secrets(findings: &Findings) -> HashMap<&str, Vec<Span>> {
    let mut secrets: HashMap<&str, Vec<Span>> = HashMap::new();
    for finding in &findings.findings {
        if let Some(secret) = finding.secret {
            secrets.entry(&finding.path).or_default().push(secret);
        }
    }
    secrets.values_mut().for_each(|spans| spans.sort_unstable());
    secrets
}

pub(super) fn excerpt(document: &Document, span: Span, colored: bool) -> String {
    let window = Window::around(document, &[span]);
    let snippet = window.snippet(document, &[]).annotation(AnnotationKind::Primary.span(window.place(document, span)));
    // The message stands above already; only the excerpt is wanted.
    renderer(colored).render(&[Group::with_level(Level::ERROR).element(snippet)])
}

fn group<'a>(finding: &'a Finding, secrets: &[Span]) -> Group<'a> {
    let level = match finding.level {
        lint::Level::Error => Level::ERROR,
        lint::Level::Warning => Level::WARNING,
        lint::Level::Note => Level::NOTE,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.rule);
    let mut group = match &finding.document {
        None => Group::with_title(title).element(Origin::path(finding.path.as_str())),
        Some(document) => {
            let line = |span: Span| document.position(span.start as usize).line;
            let (near, far): (Vec<_>, Vec<_>) =
                finding.related.iter().partition(|related| line(related.span).abs_diff(line(finding.span)) <= REACH);
            let spans: Vec<Span> = near.iter().map(|related| related.span).chain([finding.span]).collect();
            let window = Window::around(document, &spans);
            let context = |span: Span, label: &str| -> Annotation<'_> {
                AnnotationKind::Context.span(window.place(document, span)).label(label.to_owned())
            };
            let snippet = window
                .snippet(document, secrets)
                .annotation(AnnotationKind::Primary.span(window.place(document, finding.span)))
                .annotations(near.iter().map(|related| context(related.span, &related.message)));
            let told = far
                .into_iter()
                .map(|related| Level::NOTE.message(format!("line {}: {}", line(related.span), related.message)));
            Group::with_title(title).element(snippet).elements(told)
        }
    };
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    if let Some(rule) = registry::find(finding.rule) {
        group = group.element(Level::NOTE.with_name("docs").message(rule.docs()));
    }
    group
}

/// The lines of a document that are shown.
struct Window {
    span: Span,
    first_line: usize,
}

impl Window {
    fn around(document: &Document, spans: &[Span]) -> Self {
        let position = |offset: u32| document.position(offset as usize);
        let first = spans.iter().map(|span| position(span.start).line).min().unwrap_or(1);
        let last = spans.iter().map(|span| position(span.end).line).max().unwrap_or(first);
        let mut span = Span::new(document.line_span(first).start as usize, document.line_span(last).end as usize);
        if spans.len() == 1 && first == last && (span.end - span.start) as usize > LINE {
            span = part_of_line(document, span, spans[0]);
        }
        Self { span, first_line: first }
    }

    /// A span within the window. It is widened to whole characters: the renderer takes nothing less.
    fn place(&self, document: &Document, span: Span) -> std::ops::Range<usize> {
        let clamp = |offset: u32| offset.clamp(self.span.start, self.span.end) as usize;
        let (mut start, mut end) = (clamp(span.start), clamp(span.end));
        while !document.text().is_char_boundary(start) {
            start -= 1;
        }
        while !document.text().is_char_boundary(end) {
            end += 1;
        }
        let first = self.span.start as usize;
        start - first..end - first
    }

    fn snippet<'a>(&self, document: &'a Document, secrets: &[Span]) -> Snippet<'a, Annotation<'a>> {
        let text = document.slice(self.span);
        let first = secrets.partition_point(|secret| secret.end <= self.span.start);
        let inside = secrets[first..].iter().take_while(|secret| secret.start < self.span.end);
        let text = inside.fold(Cow::Borrowed(text), |text, secret| hide(&text, self.place(document, *secret)).into());
        Snippet::source(text).line_start(self.first_line).path(document.path())
    }
}

/// A text with a star for each byte of a part of it, so that every other place stays where it is.
fn hide(text: &str, part: std::ops::Range<usize>) -> String {
    let before = text.get(..part.start).unwrap_or_default();
    let after = text.get(part.end..).unwrap_or_default();
    format!("{before}{}{after}", "*".repeat(part.len()))
}

/// The middle of a long line, cut between characters.
fn part_of_line(document: &Document, line: Span, place: Span) -> Span {
    let text = document.text();
    let mut start = (place.start as usize).saturating_sub(LINE / 3).max(line.start as usize);
    let mut end = (place.end as usize).min(place.start as usize + LINE / 2) + LINE / 3;
    end = end.min(line.end as usize);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Span::new(start, end)
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
