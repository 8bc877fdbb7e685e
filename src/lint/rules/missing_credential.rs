#![doc = include_str!("missing_credential.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth},
    text::excerpt,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "missing-credential",
    level: Level::Error,
    page: include_str!("missing_credential.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for entry in auth::entries(spec) {
        let Some(auth) = entry.auth_type() else { continue };
        let Some(form) = entry.form() else { continue };
        let Some(properties) = form.properties() else { continue };
        for credential in auth.credentials().iter().filter(|name| form.field(name).is_none()) {
            let help = match form.nearest(credential) {
                Some(similar) => format!("rename `{}`, if that is what it is", excerpt(&similar)),
                None => format!("add `{credential}` with `\"type\": \"string\"`"),
            };
            sink.inside(properties, format!("`{}` needs a property `{credential}`", auth.name())).help(help);
        }
    }
}
