#![doc = include_str!("secret_in_history.md")]

use std::collections::HashSet;

use super::hardcoded_secret;
use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, secret},
    text::{Document, json::Tree},
    workspace::{
        git::{Past, Version},
        layout::ArtifactKind,
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "secret-in-history",
    level: Level::Error,
    page: include_str!("secret_in_history.md"),
    check: Check::Past(check),
};

fn check(past: &Past, sink: &mut Sink<'_>) {
    // A secret stays in every later content of the file; the commit that brought it is the one to know.
    let mut known = HashSet::new();
    for Version { commit, document } in &past.versions {
        for Secret { text, line, what } in secrets(past.kind, document) {
            if known.insert(text) {
                sink.path(&*past.path, format!("the commit `{commit}` holds {what} in line {line} of this file")).help(
                    "have it replaced where it came from: who can read the branch can read it; \
                     then rewrite the branch without it, for example with `git rebase --interactive`",
                );
            }
        }
    }
}

/// A secret in a text. What it is, is never told.
struct Secret {
    text: String,
    line: usize,
    what: &'static str,
}

fn secrets(kind: ArtifactKind, document: &std::sync::Arc<Document>) -> Vec<Secret> {
    let mut found = Vec::new();
    if kind == ArtifactKind::ConnectionSpec {
        let tree = Tree::read(document.clone());
        if let Some(spec) = Spec::of(&tree).filter(|_| tree.is_sound()) {
            for (node, what) in hardcoded_secret::secrets(&spec) {
                let text = node.as_str().unwrap_or_default().into_owned();
                found.push(Secret { text, line: document.position(node.span().start as usize).line, what });
            }
            return found;
        }
    }
    // What is no spec has no keys that tell what is secret; the forms of well-known secrets are seen anywhere.
    for (number, line) in document.text().lines().enumerate() {
        for part in line.split('"') {
            if let Some(what) = secret::found_in(part) {
                found.push(Secret { text: part.to_owned(), line: number + 1, what });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lint::rule;

    /// A text in the form of a secret, put together here so that no file holds one.
    fn token(end: &str) -> String {
        ["gh", "p_", "4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5Ys0Hg4", end].concat()
    }

    fn told(kind: ArtifactKind, versions: &[String]) -> Vec<String> {
        let version = |(number, text): (usize, &String)| Version {
            commit: format!("c{number}"),
            document: Arc::new(Document::new("x", text.clone().into_bytes())),
        };
        let versions = versions.iter().enumerate().map(version).collect();
        let mut findings = Vec::new();
        let mut sink = rule::Sink { rule: &RULE, level: Level::Error, findings: &mut findings };
        check(&Past { path: "Sources/acme/Artifacts/x".to_owned(), kind, versions }, &mut sink);
        assert!(findings.iter().all(|finding| !format!("{finding:?}").contains("4f9Qz7Lm")), "{findings:?}");
        findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn each_secret_is_told_once_with_the_commit_that_brought_it() {
        let (one, two) = (token("Jp7"), token("Kq8"));
        let spec = |token: &str| format!("{{\n\"name\": \"a\",\n\"description\": \"call with {token}\"}}");
        let versions = [spec("nothing"), spec(&one), spec(&one), spec(&two), spec("nothing")];
        assert_eq!(
            told(ArtifactKind::ConnectionSpec, &versions),
            [
                "the commit `c1` holds a token of GitHub in line 3 of this file",
                "the commit `c3` holds a token of GitHub in line 3 of this file",
            ]
        );
    }

    #[test]
    fn other_artifacts_and_broken_specs_are_searched_too() {
        let text = format!("one\ntoken {}\n", token("Jp7"));
        assert_eq!(told(ArtifactKind::Description, std::slice::from_ref(&text)).len(), 1);
        assert_eq!(told(ArtifactKind::Icon, &[format!("<svg><!-- {} --></svg>", token("Jp7"))]).len(), 1);
        assert_eq!(told(ArtifactKind::ConnectionSpec, &[format!("{{\n\"a\": \"{}\",", token("Jp7"))]).len(), 1);
        assert_eq!(told(ArtifactKind::Description, &["Brings contacts.\n".to_owned()]), <[String; 0]>::default());
    }
}
