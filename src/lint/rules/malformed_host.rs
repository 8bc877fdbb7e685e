#![doc = include_str!("malformed_host.md")]

use std::ops::Range;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        placeholder::{self, Source},
        url::{self, HostFault},
    },
    text::{Span, json::edit},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-host",
    level: Level::Error,
    page: include_str!("malformed_host.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = url::param(spec, "host") else { return };
    let Some(text) = node.as_str() else { return };
    for (fault, range) in faults(spec, &text) {
        let (message, help) = match fault {
            HostFault::WhiteSpace => ("white space in `host`", "remove it"),
            HostFault::NoScheme => ("`host` has no scheme", "put `https://` in front"),
            HostFault::Insecure => ("`host` sends credentials and data unencrypted", "write `https://`"),
            HostFault::OtherScheme => {
                ("`host` does not start with `https://`", "write `https://` and the name of the host")
            }
            HostFault::Credentials => (
                "`host` holds a user name or password in front of this `@`",
                "remove it, have the password replaced, and ask for credentials in `authSpec`",
            ),
            HostFault::Empty => ("`host` names no host", "write `https://` and the name of the host"),
            HostFault::NoHostName => {
                ("this is no name of a host", "letters, digits, `-` and `.`, with a port behind `:` or without")
            }
            HostFault::TrailingSlash => ("`host` ends in a slash, and `path` begins with one", "remove the slash"),
            HostFault::Path => ("`host` goes on with a path", "move it to the front of `path`"),
            HostFault::Query => ("`host` goes on with a query", "move the parameters to `queryParams`"),
            HostFault::Fragment => ("`host` goes on with a fragment, which is never sent", "remove it"),
        };
        let (safety, told, instead) = match fault {
            // Blanks around an address are no part of it.
            HostFault::WhiteSpace if range.start == 0 || range.end == text.len() => {
                (Safety::Safe, "remove the white space", Some((range.clone(), "")))
            }
            HostFault::WhiteSpace => (Safety::Unsafe, "remove the white space", Some((range.clone(), ""))),
            HostFault::NoScheme if text.starts_with("//") => {
                (Safety::Unsafe, "write `https://`", Some((range.clone(), "https://")))
            }
            HostFault::NoScheme => (Safety::Unsafe, "put `https://` in front", Some((0..0, "https://"))),
            HostFault::OtherScheme if text[range.clone()].ends_with("//") && !text[range.clone()].contains(':') => {
                (Safety::Unsafe, "write `https://`", Some((range.clone(), "https://")))
            }
            HostFault::Insecure => (Safety::Unsafe, "write `https://`", Some((range.clone(), "https://"))),
            HostFault::TrailingSlash => (Safety::Unsafe, "remove the slash", Some((range.clone(), ""))),
            HostFault::Fragment => (Safety::Unsafe, "remove the fragment", Some((range.clone(), ""))),
            _ => (Safety::Unsafe, "", None),
        };
        let fix = instead.and_then(|(range, text)| edit::within(node, range, text));
        let finding = sink.within(node, range, message).help(help).fix_by(told, safety, fix);
        match fault {
            HostFault::TrailingSlash => {
                finding.level(Level::Warning);
            }
            HostFault::Credentials => {
                // All in front of the `@`, or all there is where the `@` cannot be told from the rest.
                let (start, at) = (node.span().start as usize + 1, finding.span.start as usize);
                let end = if at > start { at } else { node.span().end as usize - 1 };
                finding.secret(Span::new(start, end));
            }
            _ => {}
        }
    }
}

/// What is wrong with the host. Of a name that is meant for a placeholder, `placeholder-style` tells.
fn faults(spec: &Spec<'_>, text: &str) -> Vec<(HostFault, Range<usize>)> {
    let faults = url::host_faults(text);
    if faults.is_empty() {
        return faults;
    }
    let slips = placeholder::foreign(text).into_iter();
    let meant: Vec<_> =
        slips.filter(|slip| spec.declared().source(slip.name) != Source::Nobody).map(|slip| slip.range).collect();
    if meant.is_empty() { faults } else { url::host_faults_around(text, &meant) }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Sample;

    #[test]
    fn credentials_are_never_printed() {
        let patch = r#"{"sourceSpec":{"attributes":{"urlParams":{"host":"https://ada:lovelace@api.acme.example"}}}}"#;
        let findings = Sample::batch().patched(patch).findings();
        assert_eq!(findings.rules(), [super::RULE.name]);
        let printed = crate::report::render(&findings, crate::cli::Format::Full, false);
        assert!(
            !printed.contains("ada") && !printed.contains("lovelace") && printed.contains("*@api.acme"),
            "{printed}"
        );
    }
}
