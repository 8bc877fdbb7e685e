#![doc = include_str!("misspelled_key.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        form::{self, Form, KEYWORDS},
    },
    text::{
        excerpt,
        json::{Kind, Node},
        nearest::nearest,
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misspelled-key",
    level: Level::Warning,
    page: include_str!("misspelled_key.md"),
    check: Check::Spec(check),
};

/// What samples have in objects that take other keys as well.
const ATTRIBUTES: [&str; 6] =
    ["category", "connectorName", "documentationLink", "isDraftModeSupported", "isSource", "uiAttributes"];
const API_FEATURES: [&str; 4] =
    ["deleteSupported", "explorePaginationSupported", "flowRunsSupported", "updateSupported"];
const FIELD_UI: [&str; 2] = ["hidden", "tooltip"];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let attributes = spec.at(&["attributes"]);
    check_keys(attributes, &ATTRIBUTES, sink);
    let ui = attributes.and_then(|attributes| attributes.get("uiAttributes"));
    check_keys(ui, &["apiFeatures"], sink);
    check_keys(ui.and_then(|ui| ui.get("apiFeatures")), &API_FEATURES, sink);
    for form in form::all(spec) {
        check_form(form, sink);
    }
}

/// A form, and what stands in it: a field may be a form again.
fn check_form(form: Form<'_>, sink: &mut Sink<'_>) {
    check_keys(Some(form.node()), &KEYWORDS, sink);
    check_keys(form.node().get("uiAttributes"), &FIELD_UI, sink);
    for field in form.fields().filter_map(|(_, field)| Form::of(field)) {
        check_form(field, sink);
    }
}

fn check_keys(object: Option<Node<'_>>, known: &[&str], sink: &mut Sink<'_>) {
    let Some(object) = object.filter(|object| object.kind() == Kind::Object) else { return };
    for (key, member) in object.members() {
        if known.binary_search(&key.as_ref()).is_ok() {
            continue;
        }
        // A key that is near to none of them may be the author's own.
        if let Some(meant) = nearest(&key, known.iter().copied()).filter(|meant| object.get(meant).is_none()) {
            sink.key(member, format!("`{}` is no documented key here", excerpt(&key)))
                .help(format!("did you mean `{meant}`?"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_is_sorted() {
        for known in [&ATTRIBUTES[..], &API_FEATURES, &FIELD_UI, &KEYWORDS] {
            assert!(known.is_sorted(), "{known:?}");
        }
    }
}
