#![doc = include_str!("misspelled_key.md")]

use std::sync::LazyLock;

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
        json::{Kind, Names, Node},
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
static ATTRIBUTES: LazyLock<Names<()>> = LazyLock::new(|| {
    known(["category", "connectorName", "documentationLink", "isDraftModeSupported", "isSource", "uiAttributes"])
});
static UI: LazyLock<Names<()>> = LazyLock::new(|| known(["apiFeatures"]));
static API_FEATURES: LazyLock<Names<()>> =
    LazyLock::new(|| known(["deleteSupported", "explorePaginationSupported", "flowRunsSupported", "updateSupported"]));
static FIELD_UI: LazyLock<Names<()>> = LazyLock::new(|| known(["hidden", "tooltip"]));
static OF_FORMS: LazyLock<Names<()>> = LazyLock::new(|| known(KEYWORDS));

fn known<const COUNT: usize>(keys: [&'static str; COUNT]) -> Names<()> {
    Names::of(keys.map(|key| (key, ())))
}

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let attributes = spec.at(&["attributes"]);
    check_keys(attributes, &ATTRIBUTES, sink);
    let ui = attributes.and_then(|attributes| attributes.get("uiAttributes"));
    check_keys(ui, &UI, sink);
    check_keys(ui.and_then(|ui| ui.get("apiFeatures")), &API_FEATURES, sink);
    for form in form::all(spec) {
        check_form(form, sink);
    }
}

/// A form, and what stands in it: a field may be a form again.
fn check_form(form: Form<'_>, sink: &mut Sink<'_>) {
    check_keys(Some(form.node()), &OF_FORMS, sink);
    check_keys(form.node().get("uiAttributes"), &FIELD_UI, sink);
    for field in form.fields().filter_map(|(_, field)| Form::of(field)) {
        check_form(field, sink);
    }
}

fn check_keys(object: Option<Node<'_>>, known: &Names<()>, sink: &mut Sink<'_>) {
    let Some(object) = object.filter(|object| object.kind() == Kind::Object) else { return };
    for member in object.children() {
        if known.get(member).is_some() {
            continue;
        }
        let key = member.key().unwrap_or_default();
        // A key that is near to none of them may be the author's own.
        if let Some(meant) = nearest(&key, known.iter()).filter(|meant| object.get(meant).is_none()) {
            sink.key(member, format!("`{}` is no documented key here", excerpt(&key)))
                .help(format!("did you mean `{meant}`?"))
                .means(member, meant);
        }
    }
}
