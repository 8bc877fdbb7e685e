//! Findings for the tests of the formats: of every level, in texts that are awkward to tell, and one without a text.

use std::sync::Arc;

use crate::{
    cli::Format,
    lint::{Finding, Findings, Level, Related},
    text::{Document, Span},
};

/// A second line with a character of two bytes, one of four (two UTF-16 code units), and then what the finding marks.
pub(super) const TEXT: &str = "{\n  \"é𝄞\": \"s3cr3t-4f9Qz7Lm\",\n  \"é𝄞\": 1\n}\n";

pub(super) const SECRET: &str = "s3cr3t-4f9Qz7Lm";

pub(super) fn rendered(format: Format) -> String {
    super::render(&findings(), format, false)
}

pub(super) fn findings() -> Findings {
    let path = "Sources/a b/Artifacts/ä,b:c%.json";
    let finding = |rule, level, path: &str, message: &str| Finding {
        rule,
        level,
        message: message.to_owned(),
        path: path.to_owned(),
        pointer: None,
        span: Span::default(),
        document: None,
        beside: None,
        help: None,
        related: Vec::new(),
        secret: None,
        fix: None,
        absent: None,
    };
    let document = Arc::new(Document::new(path, TEXT.into()));
    let at = |text: &str| TEXT.find(text).unwrap();
    let secret = Span::new(at(SECRET), at(SECRET) + SECRET.len());
    let mut error = finding("hardcoded-secret", Level::Error, path, "this holds a token");
    error.document = Some(Arc::clone(&document));
    error.span = Span::new(secret.start as usize - 1, secret.end as usize + 1);
    error.secret = Some(secret);
    error.pointer = Some("/é𝄞".to_owned());
    let mut warning = finding("duplicate-key", Level::Warning, path, "`é𝄞` [stands](1) here twice, 100 %");
    warning.document = Some(document);
    warning.span = Span::new(at("\"é𝄞\": 1"), at(": 1"));
    warning.help = Some("take one out:\nthis <one>".to_owned());
    warning
        .related
        .push(Related { span: Span::new(at("\"é𝄞\": \"s3"), at(": \"s3")), message: "the first".to_owned() });
    let note = finding("stray-file", Level::Note, "Sources/a\u{1b}b", "this is no artifact");
    let mut findings = Findings {
        findings: vec![error, warning, note],
        files: vec!["Sources/a b/Artifacts/clean.txt".into(), path.into()],
        ..Findings::default()
    };
    (findings.summary.sources, findings.summary.files) = (1, 2);
    findings.retain(|_| true);
    findings
}
