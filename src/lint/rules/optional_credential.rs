#![doc = include_str!("optional_credential.md")]

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
        placeholder::{self, Style},
    },
    text::excerpt,
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
            if let Some(field) = form.field(credential).filter(|_| !form.means_to_require(credential)) {
                sink.key(field, format!("`{credential}` may be left empty, and nobody can sign in without it"))
                    .help(format!("add `{credential}` to `required`"))
                    .fix(Safety::Unsafe, form.require(credential));
            }
        }
        check_address(spec, auth, form, sink);
    }
}

/// What the address is made of is needed by everybody.
fn check_address(spec: &Spec<'_>, auth: AuthType, form: Form<'_>, sink: &mut Sink<'_>) {
    let mut told: Vec<String> = Vec::new();
    for place in spec.places().iter().filter(|place| place.is_address) {
        let Some(text) = place.node.as_str() else { continue };
        for found in placeholder::find(&text).into_iter().filter(|found| found.style == Style::Input) {
            let name = found.name;
            let Some(field) = form.field(name).filter(|field| field.get("default").is_none()) else { continue };
            let is_told = auth.credentials().contains(&name) || told.iter().any(|known| known == name);
            // An input of the same name fills it in as well.
            let is_input = || form::of_inputs(spec).is_some_and(|inputs| inputs.field(name).is_some());
            if form.requires(name) || is_told || is_input() || form.means_to_require(name) {
                continue;
            }
            let (shown, place) = (excerpt(name), place.node.key().unwrap_or_default());
            sink.key(field, format!("`{shown}` may be left empty, and `{place}` needs it"))
                .level(Level::Note)
                .help(format!("add `{shown}` to `required`"))
                .fix(Safety::Unsafe, form.require(name));
            told.push(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    fn told(required: &str, host: &str) -> Vec<(Level, &'static str)> {
        let patch = format!(
            r#"{{"authSpec": [{{"name": "OAuth2 Refresh Code", "type": "OAuth2RefreshCode", "spec": {{
                "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "description": "How to sign in.",
                "required": {required}, "properties": {{
                "accessToken": {{"type": "string", "description": "Token.", "format": "password"}},
                "subdomain": {{"type": "string", "description": "Part of the address."}}}}}}}}],
                "sourceSpec": {{"attributes": {{"urlParams": {{"host": "https://{host}"}}}}}}}}"#
        );
        let findings = Sample::batch().patched(&patch).findings().findings;
        findings.iter().map(|finding| (finding.level, finding.rule)).collect()
    }

    #[test]
    fn what_the_address_needs_is_required() {
        let host = "${subdomain}.a.example";
        assert_eq!(told(r#"["accessToken", "subdomain"]"#, host), []);
        assert_eq!(told(r#"["accessToken"]"#, host), [(Level::Note, RULE.name)]);
        assert_eq!(told(r#"["accessToken", "subdomian"]"#, host), [(Level::Error, "undefined-required")]);
    }
}
