#![doc = include_str!("markup_in_text.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    spec::leftover,
    text::{
        Edit, Span, excerpt,
        markup::{self, Markup},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "markup-in-text",
    level: Level::Warning,
    page: include_str!("markup_in_text.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    let Some(text) = artifact.text() else { return };
    let text = leftover::beginning(text);
    let leftovers = leftover::find(text);
    for found in markup::find(text) {
        let span = Span::new(found.range.start, found.range.end);
        // `<YOURSOURCE>` is a placeholder, not a tag.
        if leftovers.iter().any(|leftover| leftover.start < span.end && span.start < leftover.end) {
            continue;
        }
        let (what, help) = match found.markup {
            Markup::Extension => ("markup of documentation pages", "keep the words and remove the brackets"),
            Markup::Link => ("a Markdown link", "keep the words; addresses belong into `documentationLink`"),
            Markup::Picture => ("a Markdown picture", "keep the words; the picture of a source is its icon"),
            Markup::Heading => ("the mark of a Markdown heading", "remove it"),
            Markup::Tag => ("an HTML tag", "remove it"),
            Markup::Entity => ("an HTML entity", "write the character itself"),
            Markup::Code => ("Markdown code", "remove the backticks"),
            Markup::Emphasis => ("Markdown emphasis", "remove the marks"),
        };
        let fix = found.words(text).map(|words| Edit::replace(span, words));
        let piece = excerpt(text[found.range].trim_end());
        let noun = artifact.kind.noun();
        sink.text(artifact.document, span, format!("`{piece}` in the {noun} is {what}"))
            .help(help)
            .fix(Safety::Unsafe, fix);
    }
}
