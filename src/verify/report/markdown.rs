//! The report as Markdown, for a message or a pull request.

use handlebars::Handlebars;

use super::{Report, view::View};

const TEMPLATE: &str = include_str!("../../../templates/verify/report.md.hbs");

pub(super) fn render(report: &Report) -> String {
    let mut templates = Handlebars::new();
    templates.set_strict_mode(true);
    templates.register_escape_fn(escape);
    // The template is our own, and tests render it.
    let text =
        templates.render_template(TEMPLATE, &View::of(report)).unwrap_or_else(|error| escape(&error.to_string()));
    // What only a terminal obeys has no place in a file that people open in one.
    crate::text::visible::lines(text)
}

/// A text as Markdown shows it as it is, within a line or a cell of a table.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => escaped.push(' '),
            character => {
                if r"\`*_{}[]<>()#!|~&".contains(character) {
                    escaped.push('\\');
                }
                escaped.push(character);
            }
        }
    }
    escaped
}
