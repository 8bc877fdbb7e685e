#![doc = include_str!("unprotected_secret.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, auth,
        form::{self, Form},
        secret::is_secret_name,
    },
    text::{
        excerpt,
        json::{Node, edit},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unprotected-secret",
    level: Level::Warning,
    page: include_str!("unprotected_secret.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    form::all(spec).for_each(|form| check_fields(form, sink));
}

fn check_fields(form: Form<'_>, sink: &mut Sink<'_>) {
    for (name, field) in form.fields() {
        if let Some(inner) = Form::of(field).filter(|_| name != auth::OVERRIDE) {
            // A form inside of a form; deeper ones are not shown.
            inner.fields().for_each(|(name, field)| check_field(&name, field, sink));
        }
        check_field(&name, field, sink);
    }
}

fn check_field(name: &str, field: Node<'_>, sink: &mut Sink<'_>) {
    if form::is_text(field) && !form::is_password(field) && is_secret_name(name) {
        // Another format was given for a reason.
        let is_free = field.get("format").is_none();
        sink.key(field, format!("`{}` is shown while it is typed", excerpt(name)))
            .help("add `\"format\": \"password\"`")
            .fix(Safety::Unsafe, is_free.then(|| edit::insert(field, "format", &json!("password"))));
    }
}
