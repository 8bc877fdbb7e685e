#![doc = include_str!("optional_credential.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "optional-credential",
    level: Level::Warning,
    page: include_str!("optional_credential.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for entry in auth::entries(spec) {
        let Some((auth, form)) = entry.auth_type().zip(entry.form()) else { continue };
        for credential in auth.credentials().iter().filter(|name| !form.requires(name)) {
            if let Some(field) = form.field(credential) {
                sink.key(field, format!("`{credential}` may be left empty, and nobody can sign in without it"))
                    .help(format!("add `{credential}` to `required`"))
                    .fix(Safety::Unsafe, form.require(credential));
            }
        }
    }
}
