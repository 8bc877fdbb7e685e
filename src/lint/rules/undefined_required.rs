#![doc = include_str!("undefined_required.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        auth::{self, AuthType},
        form::{self, Form},
    },
    text::{excerpt, json::edit},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "undefined-required",
    level: Level::Error,
    page: include_str!("undefined_required.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for entry in auth::entries(spec) {
        if let Some(form) = entry.form() {
            check_form(form, entry.auth_type(), true, sink);
        }
    }
    if let Some(form) = form::of_inputs(spec) {
        check_form(form, None, false, sink);
    }
}

fn check_form(form: Form<'_>, auth: Option<AuthType>, is_auth: bool, sink: &mut Sink<'_>) {
    // Without an object of properties nothing is known of the names.
    if form.node().get("properties").is_some() && form.properties().is_none() {
        return;
    }
    let names = form.names();
    for (name, node) in form.required().filter(|(name, _)| !names.contains(name)) {
        let finding = match name.trim() {
            "" => sink.value(node, "`required` names an empty text, which is no property"),
            _ => sink.value(node, format!("`required` names `{}`, which is no property", excerpt(&name))),
        };
        match form.nearest(&name) {
            Some(meant) => {
                finding.help(format!("did you mean `{}`?", excerpt(&meant)));
                // What is required already needs no second entry.
                let fix =
                    if form.requires(&meant) { edit::remove(node) } else { vec![edit::replace(node, &json!(meant))] };
                finding.fix_by(format!("require `{}` instead", excerpt(&meant)), Safety::Unsafe, fix)
            }
            None => finding.help("add it to `properties`, or remove it here"),
        };
        // The official template of OAuth 2 requires a host that it does not ask for, and so do connectors of other types.
        let is_published = match auth {
            Some(auth) => auth == AuthType::OAuth2RefreshCode && name == "host",
            None => is_auth,
        };
        if is_published {
            finding.level(Level::Warning);
        }
    }
}
