#![doc = include_str!("unprotected_secret.md")]

use serde_json::json;

use super::misspelled_format;
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
    form::all(spec).for_each(|form| check_fields(spec, form, sink));
}

fn check_fields(spec: &Spec<'_>, form: Form<'_>, sink: &mut Sink<'_>) {
    for (name, field) in form.fields() {
        if let Some(inner) = Form::of(field).filter(|_| name != auth::OVERRIDE) {
            // A form inside of a form; deeper ones are not shown.
            for (name, field) in inner.fields().filter(|(name, field)| is_shown(name, *field)) {
                report(&name, field, sink);
            }
        }
        if is_shown(&name, field) && !is_told(spec, form, &name, field) {
            report(&name, field, sink);
        }
    }
}

fn is_shown(name: &str, field: Node<'_>) -> bool {
    form::is_text(field) && !form::is_password(field) && is_secret_name(name)
}

/// Whether it is known for another slip: a format that is nearly `password`, or the name of what is no secret.
fn is_told(spec: &Spec<'_>, form: Form<'_>, name: &str, field: Node<'_>) -> bool {
    let format = field.get("format").and_then(Node::as_str);
    let is_format = format.is_some_and(|format| misspelled_format::meant(&format) == Some("password"));
    let mut entries = auth::entries(spec).filter(|entry| entry.node().get("spec") == Some(form.node()));
    is_format || entries.any(|entry| entry.meant(name).is_some_and(|meant| !is_secret_name(meant)))
}

fn report(name: &str, field: Node<'_>, sink: &mut Sink<'_>) {
    // Another format was given for a reason.
    let is_free = field.get("format").is_none();
    sink.key(field, format!("`{}` is shown while it is typed", excerpt(name)))
        .help("add `\"format\": \"password\"`")
        .fix(Safety::Unsafe, is_free.then(|| edit::insert(field, "format", &json!("password"))));
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Sample;

    #[test]
    fn a_slip_in_the_format_is_told_there_alone() {
        let rules = |format: &str| {
            let patch = format!(
                r#"{{"sourceSpec": {{"spec": {{"properties": {{"listId": null, "apiKey": {{"type": "string", "description": "Key.",
                "format": "{format}"}}}}, "required": ["apiKey"]}}, "attributes": {{"urlParams": {{"path": "/v1/${{apiKey}}"}}}}}}}}"#
            );
            Sample::batch().patched(&patch).findings().rules()
        };
        assert_eq!(rules("passwrd"), ["misspelled-format"]);
        assert_eq!(rules("email"), [super::RULE.name]);
    }
}
