#![doc = include_str!("misspelled_credential.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth},
    text::excerpt,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misspelled-credential",
    level: Level::Warning,
    page: include_str!("misspelled_credential.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for entry in auth::entries(spec) {
        let Some((auth, form)) = entry.auth_type().zip(entry.form()) else { continue };
        for (name, field) in form.fields() {
            let Some(meant) = entry.meant(&name) else { continue };
            // Of what its type cannot do without, `missing-credential` tells; what the request uses is the author's own.
            if auth.credentials().contains(&meant) || spec.referred().contains(name.as_ref()) {
                continue;
            }
            sink.key(field, format!("`{}` knows no credential `{}`", auth.name(), excerpt(&name)))
                .help(format!("did you mean `{meant}`?"))
                .fix_by(format!("write `{meant}`"), Safety::Unsafe, auth::rename(form, field, meant));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    fn rules(property: &str, host: &str) -> Vec<&'static str> {
        let patch = format!(
            r#"{{"authSpec": [{{"name": "OAuth2 Refresh Code", "type": "OAuth2RefreshCode", "spec": {{
                "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "description": "How to sign in.",
                "required": ["accessToken", "{property}"], "properties": {{
                "accessToken": {{"type": "string", "description": "Token.", "format": "password"}},
                "{property}": {{"type": "string", "description": "Another."}}}}}}}}],
                "sourceSpec": {{"attributes": {{"urlParams": {{"host": "{host}"}}}}}}}}"#
        );
        Sample::batch().patched(&patch).findings().rules()
    }

    #[test]
    fn a_slip_is_told_once_and_a_name_of_ones_own_not_at_all() {
        for property in ["clientd", "expirationDte", "authorizationTestUl", "accessTokenUl", "hest"] {
            assert_eq!(rules(property, "https://a.example"), [RULE.name], "{property}");
        }
        assert_eq!(rules("hest", "https://${hest}.example"), Vec::<&str>::new());
    }
}
