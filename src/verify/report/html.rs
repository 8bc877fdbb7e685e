//! The report as one page of HTML that stands alone: it refers to nothing, and is well-formed XML as well.

use handlebars::Handlebars;

use super::{Report, view::View};
use crate::report::escape_xml;

const TEMPLATE: &str = include_str!("../../../templates/verify/report.html.hbs");

pub(super) fn render(report: &Report) -> String {
    let mut templates = Handlebars::new();
    templates.set_strict_mode(true);
    // What XML has no way to write is told by its escape; the rest shows as it is.
    templates.register_escape_fn(escape_xml);
    templates.render_template(TEMPLATE, &View::of(report)).unwrap_or_else(|error| {
        // The template is our own, and tests render it.
        format!("<!DOCTYPE html>\n<html><body><p>{}</p></body></html>\n", escape_xml(&error.to_string()))
    })
}
