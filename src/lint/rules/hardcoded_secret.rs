#![doc = include_str!("hardcoded_secret.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, form, secret, url},
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
    for (node, is_named) in sent(spec) {
        let is_secret = node.as_str().is_some_and(|text| {
            if is_named { secret::is_in_credentials(&text) } else { secret::is_in_parameters(&text) }
        });
        if is_secret && !found.iter().any(|(known, _)| *known == node) {
            found.push((node, "a secret"));
        }
    }
    for form in form::all(spec) {
        for (name, field) in form.fields() {
            let is_password = form::is_password(field);
            if !is_password && !secret::mentions_secret(&name) {
                continue;
            }
            for value in form::given_values(field) {
                let Some(text) = value.as_str().filter(|text| !secret::is_placeholder(text)) else { continue };
                // What is given as an example must look like a secret, and so must what no password's field has; what is
                // filled in beforehand for a password is one.
                let is_example = value.key().is_none_or(|key| key == "example");
                let is_secret =
                    if is_password { !is_example } else { secret::is_secret_name(&name) && secret::is_random(&text) };
                let is_known = secret::found_in(&text).is_some();
                if !is_known && (is_secret || (is_password && secret::is_random(&text))) {
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

/// Every text that is sent in a header or parameter, with whether its name says that it is a secret; and those that hold
/// parameters with names of their own: the path, and groups that are written as one text.
fn sent<'a>(spec: &Spec<'a>) -> impl Iterator<Item = (Node<'a>, bool)> {
    let is_group = |node: &Node<'_>| ["headerParams", "queryParams", "bodyParams"].iter().any(|key| node.is_named(key));
    let of_groups = spec.tree().nodes().filter(is_group).flat_map(|group| {
        let texts = group.within().filter(|node| node.kind() == Kind::String);
        texts.filter_map(move |node| match is_named_as_secret(node) {
            true => Some((node, true)),
            // A body may be a text of parameters at any depth.
            false => node.raw().contains('=').then_some((node, false)),
        })
    });
    let path = url::param(spec, "path").filter(|node| node.kind() == Kind::String && node.raw().contains('='));
    of_groups.chain(path.map(|node| (node, false)))
}

/// Whether the name of a header or parameter, or of the list it stands in, says that it is a secret.
fn is_named_as_secret(node: Node<'_>) -> bool {
    let key = node.key().or_else(|| node.parent()?.key());
    key.is_some_and(|key| secret::is_secret_name(&key) || key.eq_ignore_ascii_case("authorization"))
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

    /// Where the secret stands in the spec, and how often it is told.
    fn told(patch: &str, secret: &str) -> usize {
        let all = Sample::batch().patched(patch).findings();
        for format in [crate::cli::Format::Full, crate::cli::Format::Json, crate::cli::Format::Sarif] {
            let printed = crate::report::render(&all, format, false);
            assert!(!printed.contains(secret), "{printed}");
        }
        all.findings.iter().filter(|finding| finding.rule == super::RULE.name).count()
    }

    #[test]
    fn what_is_sent_under_the_name_of_a_secret_is_one_wherever_it_stands() {
        let secret = ["9fK2mQ7x", "Lz4Vb8Tn3Rw6"].concat();
        for attributes in [
            format!(r#""headerParams": {{"Authorization": "Token {secret}"}}"#),
            format!(r#""headerParams": {{"Authorization": "Token token={secret}"}}"#),
            format!(r#""urlParams": {{"method": "POST"}}, "bodyParams": {{"params": {{"apiKey": "{secret}"}}}}"#),
            format!(
                r#""urlParams": {{"method": "POST"}}, "bodyParams": {{"params": {{"apiKeys": [], "apiKey": ["{secret}"]}}}}"#
            ),
            format!(r#""urlParams": {{"path": "/x/${{listId}}?access_token={secret}"}}"#),
            format!(r#""urlParams": {{"queryParams": "a=b&api_key={secret}"}}"#),
        ] {
            let patch = format!(r#"{{"sourceSpec": {{"attributes": {{{attributes}}}}}}}"#);
            assert_eq!(told(&patch, &secret), 1, "{attributes}");
        }
    }

    #[test]
    fn what_is_filled_in_for_a_password_is_a_secret_whatever_it_begins_with() {
        let field = |name: &str, format: &str, default: &str| {
            format!(
                r#"{{"sourceSpec": {{"spec": {{"properties": {{"{name}": {{"type": "string", "description": "It.", "title": "It"{format}, "default": "{default}"}}}}}}}}}}"#
            )
        };
        let password = r#", "format": "password""#;
        for (beginning, rest) in [
            ("key-", "3ax6xnjp29jd6fds4gc373sgvjxteol0"),
            ("Test-", "9fK2mQ7xLz4Vb8"),
            ("secret_", "9fK2mQ7xLz4Vb8Tn3Rw6"),
            ("P@$$", "w0rd99"),
            ("pat-na1-", "1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901"),
            ("-----BEGIN RSA ", "PRIVATE KEY-----"),
            ("-----BEGIN RSA PRIVATE KEY----- ", "MIIEpAIBAAKCAQEA0123456789abcdefghijklmnopqrstuv"),
        ] {
            assert_eq!(told(&field("password", password, &[beginning, rest].concat()), rest), 1, "{beginning}");
        }
        let secret = ["9fK2mQ7x", "Lz4Vb8Tn3Rw6"].concat();
        assert_eq!(told(&field("accessToken", "", &secret), &secret), 1);
        assert_eq!(told(&field("listId", "", &secret), "nothing like it"), 0);
        for default in ["your-password", "password123", "access_token", "${password}"] {
            assert_eq!(told(&field("password", password, default), "nothing like it"), 0, "{default}");
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
