#![doc = include_str!("mistyped_credential.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        auth::{self, OVERRIDE},
        form::{self, FieldType},
    },
    text::excerpt,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "mistyped-credential",
    level: Level::Warning,
    page: include_str!("mistyped_credential.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for entry in auth::entries(spec) {
        let Some((auth, form)) = entry.auth_type().zip(entry.form()) else { continue };
        for (name, field) in form.fields().filter(|(name, _)| auth.is_documented(name)) {
            let meant = if name == OVERRIDE { FieldType::Object } else { FieldType::String };
            if meant == FieldType::String && form::is_text(field) {
                continue;
            }
            // A type that there is not is told as such.
            let Some((node, types)) = field.get("type").zip(form::types(field)) else { continue };
            if !types.is_empty() && !types.contains(&meant) {
                sink.value(node, format!("`{}` is documented with another type", excerpt(&name)))
                    .help(format!("write `\"type\": \"{}\"`", meant.name()));
            }
        }
    }
}
