//! What holds of icons of any bytes: they are read or refused at a place, and every rule says what can be shown.

use self_serve_sources::{
    config::Config,
    text::{Document, svg},
    workspace::layout::ArtifactKind,
};

use crate::source;

pub(crate) fn holds(data: &[u8]) {
    let document = Document::new("any.svg", data.to_vec());
    svg::foreign_format(&document);
    svg::view_box(document.text());
    svg::length(document.text());
    if let Some(blanked) = svg::doctype(document.text()).and_then(|doctype| doctype.blanked(document.text())) {
        assert_eq!(blanked.len(), document.text().len());
    }
    match svg::read(document.text()) {
        Ok(read) => {
            svg::is_drawn(read.root_element());
            for element in svg::elements(read.root_element(), |_| true) {
                let tag = document.slice(svg::tag(element));
                assert!(tag.starts_with('<') && tag.ends_with(element.tag_name().name()), "{tag}");
            }
        }
        Err(fault) => {
            assert!(document.text().get(fault.span.range()).is_some(), "{fault:?}");
        }
    }
    let findings = source::findings(&[(ArtifactKind::Icon, data.to_vec())], false, &Config::default());
    source::hold(&findings);
}
