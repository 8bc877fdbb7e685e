#![doc = include_str!("unused_credential.md")]

use std::{borrow::Cow, cell::OnceCell, collections::BTreeSet};

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Kind, Spec, auth,
        form::{self, Form},
        placeholder,
    },
    text::{excerpt, json::Node},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unused-credential",
    level: Level::Warning,
    page: include_str!("unused_credential.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    // Without a request nothing is known of what it uses.
    if spec.kind() != Some(Kind::Batch) || spec.source_attribute("urlParams").is_none() {
        return;
    }
    let mut meant: Option<BTreeSet<&str>> = None;
    for entry in auth::entries(spec) {
        let Some((auth, form)) = entry.auth_type().zip(entry.form()) else { continue };
        let (is_whole, in_values) = (OnceCell::new(), OnceCell::new());
        let is_whole =
            || *is_whole.get_or_init(|| auth.credentials().iter().all(|needed| form.field(needed).is_some()));
        let is_in_values = |name: &str| in_values.get_or_init(|| names_in_values(form)).contains(name);
        // What the platform knows of another way to sign in is passed over, and so is what nobody is asked for.
        for (name, field) in
            form.fields().filter(|(name, field)| !auth::is_documented(name) && !form::is_hidden(*field))
        {
            let is_sent = spec.referred().contains(name.as_ref()) || field.get("restAttributes").is_some();
            // Where another name is meant, here or in a placeholder, the slip is told and not what comes of it.
            let is_slip = || !is_whole() || entry.meant(&name).is_some();
            if is_sent
                || is_slip()
                || is_in_values(&name)
                || meant.get_or_insert_with(|| placeholder::meant(spec)).contains(name.as_ref())
            {
                continue;
            }
            let shown = excerpt(&name);
            sink.key(field, format!("nothing uses `{shown}`, and `{}` does not know it", auth.name()))
                .help(format!("use it as `${{{shown}}}` in the request, or do not ask for it"));
        }
    }
}

/// The names that values refer to which fields are filled in with.
fn names_in_values(form: Form<'_>) -> BTreeSet<String> {
    let texts = form.fields().flat_map(|(_, field)| form::given_values(field)).filter_map(Node::as_str);
    let names = |text: Cow<'_, str>| -> Vec<String> {
        placeholder::find(&text).into_iter().map(|found| found.name.to_owned()).collect()
    };
    texts.flat_map(names).collect()
}
