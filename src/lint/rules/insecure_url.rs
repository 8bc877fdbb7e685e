#![doc = include_str!("insecure_url.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth, form},
    text::json::{Node, edit},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "insecure-url",
    level: Level::Warning,
    page: include_str!("insecure_url.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for form in auth::forms(spec) {
        for name in auth::ADDRESSES {
            let Some(field) = form.field(name) else { continue };
            for value in form::given_values(field) {
                if let Some(text) = value.as_str().filter(|text| !starts_with(text, "https://")) {
                    check_address(name, value, &text, sink);
                }
            }
        }
    }
}

fn check_address(name: &str, value: Node<'_>, text: &str, sink: &mut Sink<'_>) {
    if starts_with(text, SCHEME) {
        sink.within(value, 0..SCHEME.len(), format!("`{name}` sends credentials unencrypted"))
            .help("write `https://`")
            .fix(Safety::Unsafe, edit::within(value, 0..SCHEME.len(), "https://"));
    } else if text.trim().is_empty() {
        sink.value(value, format!("`{name}` is filled in with nothing"))
            .help("write the whole address, from `https://` on, or leave it to the customer");
    } else if !text.starts_with(['$', '{', '<', '@']) {
        // What a placeholder in front stands for, nobody knows.
        sink.value(value, format!("`{name}` does not start with `https://`"))
            .help("write the whole address, from `https://` on");
    }
}

const SCHEME: &str = "http://";

fn starts_with(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn whatever_is_no_address_over_https_is_told() {
        let rules = |name: &str, address: &str| {
            let patch = format!(
                r#"{{"authSpec": [{{"name": "OAuth2 Refresh Code", "type": "OAuth2RefreshCode", "spec": {{
                "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "description": "How to sign in.",
                "required": ["accessToken"], "properties": {{
                "accessToken": {{"type": "string", "description": "Token.", "format": "password"}},
                "{name}": {{"type": "string", "description": "Address.", "default": "{address}"}}}}}}}}]}}"#
            );
            Sample::batch().patched(&patch).findings().rules()
        };
        for name in auth::ADDRESSES {
            for address in ["ftp://a.example", "login.a.example", "", "HTTP://a.example"] {
                assert_eq!(rules(name, address), [RULE.name], "{name}: {address}");
            }
            assert_eq!(rules(name, "HTTPS://a.example/token"), Vec::<&str>::new());
        }
    }
}
