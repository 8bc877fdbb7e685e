#![doc = include_str!("undefined_required.md")]

use std::borrow::Cow;

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        auth::{self, AuthType, Entry},
        form::{self, Form},
        placeholder::Source,
    },
    text::{
        excerpt,
        json::{Node, edit},
    },
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
            check_form(spec, form, Some(entry), sink);
        }
    }
    if let Some(form) = form::of_inputs(spec) {
        check_form(spec, form, None, sink);
    }
}

fn check_form<'a>(spec: &Spec<'a>, form: Form<'a>, entry: Option<Entry<'a>>, sink: &mut Sink<'_>) {
    // Without an object of properties nothing is known of the names.
    if form.node().get("properties").is_some() && form.properties().is_none() {
        return;
    }
    let names = form.names();
    for (name, node) in form.required().filter(|(name, _)| !names.contains(name)) {
        let slip = slip(spec, form, entry, &name);
        if matches!(slip, Slip::Told) {
            continue;
        }
        let finding = match name.trim() {
            "" => sink.value(node, "`required` names an empty text, which is no property"),
            _ => sink.value(node, format!("`required` names `{}`, which is no property", excerpt(&name))),
        };
        match slip {
            Slip::Property(field) => {
                let told = format!("rename the property `{}` to it", excerpt(&field.key().unwrap_or_default()));
                finding.help(told).fix(Safety::Unsafe, edit::rename(field, &name))
            }
            Slip::Entry(meant) => {
                finding.help(format!("did you mean `{}`?", excerpt(&meant)));
                // What is required already needs no second entry.
                let fix =
                    if form.requires(&meant) { edit::remove(node) } else { vec![edit::replace(node, &json!(meant))] };
                finding.fix_by(format!("require `{}` instead", excerpt(&meant)), Safety::Unsafe, fix)
            }
            Slip::Told | Slip::Unknown => finding.help("add it to `properties`, or remove it here"),
        };
        // The official template of OAuth 2 requires a host that it does not ask for, and so do connectors of other types.
        let is_published = match entry.map(Entry::auth_type) {
            Some(Some(auth)) => auth == AuthType::OAuth2RefreshCode && name == "host",
            Some(None) => true,
            None => false,
        };
        if is_published {
            finding.level(Level::Warning);
        }
    }
}

/// Where the slip is.
enum Slip<'a> {
    /// In `required`, which means this property.
    Entry(Cow<'a, str>),
    /// In the name of this property.
    Property(Node<'a>),
    /// Another rule tells of it.
    Told,
    Unknown,
}

/// Why a name is required that no property has.
fn slip<'a>(spec: &Spec<'a>, form: Form<'a>, entry: Option<Entry<'a>>, name: &str) -> Slip<'a> {
    if let Some((entry, auth)) = entry.and_then(|entry| Some((entry, entry.auth_type()?))) {
        let is_missing = form.properties().is_some() && auth.credentials().contains(&name);
        let is_misspelled = |field: &str| entry.meant(field) == Some(name) && !spec.referred().contains(field);
        // Only what is documented is ever meant by another name.
        let is_documented = auth.is_documented(name);
        if is_missing || is_documented && form.fields().any(|(field, _)| is_misspelled(&field)) {
            return Slip::Told;
        }
        // What is documented is spelt as it should be.
        if is_documented {
            return Slip::Unknown;
        }
    }
    let Some((meant, field)) = form.nearest(name).and_then(|meant| Some((meant.clone(), form.field(&meant)?))) else {
        return Slip::Unknown;
    };
    let referred = spec.referred();
    if !referred.contains(name) || referred.contains(meant.as_ref()) || form.requires(&meant) {
        return Slip::Entry(meant);
    }
    // The request agrees with `required`. A placeholder that nobody else fills in is told where it stands.
    if spec.declared().source(name) == Source::Nobody { Slip::Told } else { Slip::Property(field) }
}
