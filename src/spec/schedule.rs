//! `scheduleParams`: which of the two documented forms it has, and where a request refers to it.

use std::ops::Range;

use super::{
    Spec,
    placeholder::{self, Style},
};
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
            Some(kind) if kind.as_str().as_deref() == Some("ADVANCE") => Form::Advanced,
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

/// Where the request of a spec refers to the schedule: the texts, and the bytes in each.
pub fn references<'a>(spec: &Spec<'a>) -> Vec<(Node<'a>, Range<usize>)> {
    let mut found = Vec::new();
    if !spec.is_batch() {
        return found;
    }
    for part in ["urlParams", "headerParams", "bodyParams"].into_iter().filter_map(|key| spec.source_attribute(key)) {
        // Nodes stand in the order of the text: those inside of a part follow it.
        let inside = spec.tree().nodes().skip(part.index()).take_while(|node| node.span().start < part.span().end);
        for node in inside {
            let Some(text) = node.as_str() else { continue };
            let named = placeholder::find(&text)
                .into_iter()
                .filter(|found| found.style == Style::System && found.name == "SCHEDULE_QUERY");
            found.extend(named.map(|placeholder| (node, placeholder.range)));
        }
    }
    found
}
