#![doc = include_str!("hardcoded_secret.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth, form, secret, url},
    text::{
        Span,
        json::{Kind, Node},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "hardcoded-secret",
    level: Level::Error,
    page: include_str!("hardcoded_secret.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let host = url::param(spec, "host");
    for (node, what) in secrets(spec) {
        // Credentials in the host are told where the host is checked.
        if host != Some(node) || node.as_str().is_none_or(|text| !text.contains('@')) {
            report(node, what, sink);
        }
    }
}

/// Every text of a spec that is a secret, with what it is.
pub(super) fn secrets<'a>(spec: &Spec<'a>) -> Vec<(Node<'a>, &'static str)> {
    let mut found = Vec::new();
    let suspicion = spec.suspicion();
    let strings = || spec.tree().nodes().filter(|node| node.kind() == Kind::String);
    // What is written with escape sequences was not searched.
    for node in strings().filter(|node| node.is_escaped() || suspicion.may_be_in(node.raw())) {
        let Some(text) = node.as_str() else { continue };
        if let Some(what) = secret::found_in(&text) {
            found.push((node, what));
        }
    }
    for node in sent(spec).filter(|node| is_named_as_secret(*node)) {
        let is_random = node.as_str().is_some_and(|text| secret::is_random(&text));
        if is_random && !found.iter().any(|(known, _)| *known == node) {
            found.push((node, "a secret"));
        }
    }
    for form in auth::forms(spec) {
        for (_, field) in form.fields().filter(|(_, field)| form::is_password(*field)) {
            for value in form::given_values(field) {
                let Some(text) = value.as_str().filter(|text| !secret::is_placeholder(text)) else { continue };
                // What is given as an example must look like a secret; what is filled in beforehand is one.
                let is_example = value.key().is_none_or(|key| key == "example");
                if secret::found_in(&text).is_none() && (!is_example || secret::is_random(&text)) {
                    found.push((value, "a value of a secret field"));
                }
            }
        }
    }
    found
}

/// Never repeats the secret: findings are printed, logged and kept.
fn report(node: Node<'_>, what: &str, sink: &mut Sink<'_>) {
    let span = node.span();
    sink.inside(node, format!("this holds {what}"))
        .secret(Span::new(span.start as usize + 1, span.end as usize - 1))
        .help("take it out, and have it replaced where it came from: the file is shared with Adobe and kept in its repository");
}

/// Everything that is sent in a header or parameter.
fn sent<'a>(spec: &Spec<'a>) -> impl Iterator<Item = Node<'a>> {
    let is_group = |node: &Node<'_>| ["headerParams", "queryParams", "bodyParams"].iter().any(|key| node.is_named(key));
    spec.tree().nodes().filter(is_group).flat_map(Node::children)
}

/// Whether the name of a header or parameter says that it is a secret.
fn is_named_as_secret(node: Node<'_>) -> bool {
    node.key().is_some_and(|key| secret::is_secret_name(&key) || key.eq_ignore_ascii_case("authorization"))
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Sample;

    /// A text in the form of a secret, put together here so that no file holds one.
    fn token() -> String {
        ["gh", "p_", "4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5Ys0Hg4Jp7"].concat()
    }

    #[test]
    fn secrets_are_found_anywhere_and_never_repeated() {
        let token = token();
        for patch in [
            format!(r#"{{"description":"call it with {token}"}}"#),
            format!(r#"{{"sourceSpec":{{"attributes":{{"headerParams":{{"Authorization":"Bearer {token}"}}}}}}}}"#),
            format!(r#"{{"sourceSpec":{{"spec":{{"properties":{{"listId":{{"default":"{token}"}}}}}}}}}}"#),
            r#"{"attributes":{"documentationLink":"https://ada:4f9Qz7Lm@acme.example/"}}"#.to_owned(),
        ] {
            let all = Sample::batch().patched(&patch).findings();
            let printed = crate::report::render(&all, crate::cli::Format::Full, false);
            assert!(!printed.contains("4f9Qz7Lm") && printed.contains("********"), "{printed}");
            let findings = all.findings;
            let found: Vec<_> = findings.iter().filter(|finding| finding.rule == super::RULE.name).collect();
            assert_eq!(found.len(), 1, "{patch}: {findings:#?}");
            for finding in found {
                let document = finding.document.as_ref().unwrap();
                assert!(document.slice(finding.secret.unwrap()).contains("4f9Qz7Lm"));
                assert!(!finding.message.contains("4f9Qz7Lm") && !finding.help.as_ref().unwrap().contains("4f9Qz7Lm"));
            }
        }
    }

    #[test]
    fn what_a_customer_fills_in_is_no_secret() {
        for patch in [
            r#"{"sourceSpec":{"attributes":{"headerParams":{"Authorization":"Bearer ${password}"}}}}"#,
            r#"{"description":"Send the token as Bearer <access-token>."}"#,
        ] {
            assert!(!Sample::batch().patched(patch).findings().rules().contains(&super::RULE.name), "{patch}");
        }
    }
}
