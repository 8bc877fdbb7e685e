//! `scheduleParams`: which of the two documented forms it has, and where a request refers to it.

use std::ops::Range;

use super::Spec;
use crate::text::json::{Kind as JsonKind, Node};

/// Keys of the simple form: two parameters and their date formats.
pub const SIMPLE_KEYS: [&str; 4] =
    ["scheduleStartParamName", "scheduleEndParamName", "scheduleStartParamFormat", "scheduleEndParamFormat"];

/// Keys of the form with `type` `ADVANCE`: two expressions and the date format in them.
pub const ADVANCED_KEYS: [&str; 3] = ["paramFormat", "incremental", "backfill"];

/// Keys whose value is a date format.
pub const FORMAT_KEYS: [&str; 3] = ["scheduleStartParamFormat", "scheduleEndParamFormat", "paramFormat"];

/// What the platform replaces with the expression of the period.
pub const QUERY: &str = "{SCHEDULE_QUERY}";
/// What it replaces with the start of the period, in an expression.
pub const START: &str = "{START_TIME}";
/// What it replaces with the end of the period, in an expression.
pub const END: &str = "{END_TIME}";

/// How a schedule says which period it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Two parameters of the request.
    Simple,
    /// One expression; in `ADVANCE`, or plainly meant so by its keys.
    Advanced,
    /// No key of either form.
    Empty,
}

/// `scheduleParams` of a spec.
#[derive(Debug, Clone, Copy)]
pub struct Schedule<'a> {
    /// The object.
    pub node: Node<'a>,
    /// Its form.
    pub form: Form,
}

impl<'a> Schedule<'a> {
    /// The schedule of a spec. `None` as well where `type` is something that nobody knows the form of.
    pub fn of(spec: &Spec<'a>) -> Option<Self> {
        let node = spec.source_attribute("scheduleParams").filter(|_| spec.is_batch())?;
        if node.kind() != JsonKind::Object {
            return None;
        }
        let has_any = |keys: &[&str]| keys.iter().any(|key| node.get(key).is_some());
        let form = match node.get("type") {
            // A word alone does not make expressions of two parameters.
            Some(kind) if is_advanced(kind) && has_any(&SIMPLE_KEYS) && !has_any(&ADVANCED_KEYS) => Form::Simple,
            Some(kind) if is_advanced(kind) => Form::Advanced,
            Some(_) => return None,
            None if has_any(&SIMPLE_KEYS) => Form::Simple,
            None if has_any(&ADVANCED_KEYS) => Form::Advanced,
            None => Form::Empty,
        };
        Some(Self { node, form })
    }

    /// The schedule of a spec, where it has this form.
    pub fn in_form(spec: &Spec<'a>, form: Form) -> Option<Self> {
        Self::of(spec).filter(|schedule| schedule.form == form)
    }
}

/// Whether the `type` of a schedule says that it is one of expressions.
pub fn is_advanced(kind: Node<'_>) -> bool {
    kind.as_str().is_some_and(|name| name == "ADVANCE")
}

/// Where the request of a spec refers to the schedule by one of its placeholders: the texts, and the bytes in each.
pub fn references<'a>(spec: &Spec<'a>, placeholder: &str) -> Vec<(Node<'a>, Range<usize>)> {
    let mut found = Vec::new();
    if !spec.is_batch() {
        return found;
    }
    for part in ["urlParams", "headerParams", "bodyParams"].into_iter().filter_map(|key| spec.source_attribute(key)) {
        for node in part.within() {
            let Some(text) = node.as_str() else { continue };
            // Inside of an expression (`@{…}`) it is filled in as well; behind a `$` it is an input of that name.
            let named = text.match_indices(placeholder).filter(|(start, _)| !text[..*start].ends_with('$'));
            found.extend(named.map(|(start, name)| (node, start..start + name.len())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::{Document, json::Tree};

    fn with<T>(attributes: &str, look: impl Fn(&Spec<'_>) -> T) -> T {
        let text = format!("{{\"sourceSpec\": {{\"attributes\": {attributes}}}}}");
        let tree = Tree::read(Arc::new(Document::new("x", text.into_bytes())));
        look(&Spec::of(&tree).unwrap())
    }

    #[test]
    fn the_form_is_told_by_type_and_keys() {
        let form = |text: &str| {
            with(&format!("{{\"scheduleParams\": {text}}}"), |spec| Schedule::of(spec).map(|schedule| schedule.form))
        };
        assert_eq!(form(r#"{"type": "ADVANCE", "scheduleStartParamName": "a"}"#), Some(Form::Simple));
        assert_eq!(form(r#"{"type": "ADVANCE", "scheduleStartParamName": "a", "backfill": ""}"#), Some(Form::Advanced));
        assert_eq!(form(r#"{"type": "ADVANCE"}"#), Some(Form::Advanced));
        assert_eq!(form(r#"{"backfill": "a"}"#), Some(Form::Advanced));
        assert_eq!(form(r#"{"backfill": "a", "scheduleEndParamName": "a"}"#), Some(Form::Simple));
        assert_eq!(form("{}"), Some(Form::Empty));
        assert_eq!(form(r#"{"type": "advance"}"#), None);
        assert_eq!(form("[]"), None);
    }

    #[test]
    fn references_are_found_wherever_a_request_can_hold_them() {
        let found = |text: &str| {
            with(text, |spec| {
                references(spec, QUERY).iter().map(|(node, range)| (node.pointer(), range.start)).collect::<Vec<_>>()
            })
        };
        let at = |path: &str, start| (format!("/sourceSpec/attributes/{path}"), start);
        assert_eq!(
            found(
                r#"{"urlParams": {"path": "/a@{if(x,'?q={SCHEDULE_QUERY}','')}"}, "bodyParams": "{SCHEDULE_QUERY}"}"#
            ),
            [at("urlParams/path", 13), at("bodyParams", 0)]
        );
        assert_eq!(found(r#"{"bodyParams": {"a": [1, {"b": "é{SCHEDULE_QUERY}"}]}}"#), [at("bodyParams/a/1/b", 2)]);
        assert_eq!(found(r#"{"headerParams": {"a": "${SCHEDULE_QUERY}"}, "contentPath": "{SCHEDULE_QUERY}"}"#), []);
    }
}
