#![doc = include_str!("missing_credential.md")]

use std::borrow::Cow;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        auth::{self, AuthType},
        form::{Form, MOST_NAMES},
    },
    text::{excerpt, nearest::nearest},
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
            let similar = similar(form, auth, credential);
            let help = match &similar {
                Some(similar) => format!("rename `{}`, if that is what it is", excerpt(similar)),
                None => format!("add `{credential}` with `\"type\": \"string\"`"),
            };
            let finding =
                sink.inside(properties, format!("`{}` needs a property `{credential}`", auth.name())).help(help);
            // What the request uses must keep its name, and a key may be another one.
            let is_free = |name: &str| !auth.is_documented(name) && !spec.referred().contains(name);
            if let Some(similar) = similar.filter(|name| is_free(name))
                && let Some(field) = form.field(&similar)
            {
                let told = format!("rename `{}` to `{credential}`", excerpt(&similar));
                finding.fix_by(told, Safety::Unsafe, auth::rename(form, field, credential));
            }
        }
    }
}

/// The property that may be meant: none that is documented for something else.
fn similar<'a>(form: Form<'a>, auth: AuthType, credential: &str) -> Option<Cow<'a, str>> {
    if form.properties().is_none_or(|properties| properties.len() > MOST_NAMES) {
        return None;
    }
    let is_other = |name: &str| auth.is_documented(name) && !(auth == AuthType::KeyBased && name != "host");
    let names: Vec<_> = form.fields().map(|(name, _)| name).filter(|name| !is_other(name)).collect();
    let meant = nearest(credential, names.iter().map(AsRef::as_ref))?;
    names.iter().find(|name| *name == meant).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn a_property_is_renamed_where_it_is_meant_and_no_other_is() {
        let found = |property: &str| {
            let patch = format!(
                r#"{{"authSpec": [{{"name": "OAuth2 Refresh Code", "type": "OAuth2RefreshCode", "spec": {{
                    "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "description": "How to sign in.",
                    "required": ["accessToken"],
                    "properties": {{"{property}": {{"type": "string", "description": "It.", "format": "password"}}}}}}}}]}}"#
            );
            let findings = Sample::batch().patched(&patch).findings().findings;
            let told = findings.iter().map(|finding| finding.rule).collect::<Vec<_>>();
            (told, findings[0].fix.as_ref().map(|fix| fix.edits[0].text.clone()))
        };
        assert_eq!(found("accessTokn"), (vec![RULE.name], Some("\"accessToken\"".to_owned())));
        assert_eq!(found("accessTokenUrl"), (vec![RULE.name], None));
    }
}
