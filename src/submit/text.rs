//! Title and text of a pull request, from what is known of the source. Pure.
//!
//! The text is Markdown, from `templates/submit/`. What is filled in with two braces is
//! escaped, so that a label shows as it is and breaks no table; three braces leave a value as it is.

use handlebars::Handlebars;
use serde::Serialize;

use super::{Error, evidence::Evidence};

const SOURCE: &str = include_str!("../../templates/submit/pull-request.md.hbs");
const DOCUMENTATION: &str = include_str!("../../templates/submit/pull-request-docs.md.hbs");

/// What is handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The artifacts of a source.
    Source,
    /// Its pages, for the repository of the documentation.
    Documentation,
}

impl What {
    /// As JSON says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Documentation => "documentation",
        }
    }
}

/// What is known of the source, for the text.
#[derive(Debug, Clone, Serialize)]
pub struct Facts {
    pub source: String,
    pub kind: String,
    pub label: String,
    pub description: String,
    pub category: String,
    /// Whether the branch that it goes to has it already.
    pub is_update: bool,
    /// Where it is published, on platforms that others can reach.
    pub published: Vec<Published>,
    /// What the linter says, in a sentence.
    pub lint: String,
    /// What `sss verify` says, in a sentence.
    pub verify: Option<String>,
    /// The checks of `sss verify` that failed.
    pub failed: Vec<String>,
    /// The paths of what is handed in.
    pub files: Vec<String>,
    /// The version of `sss`.
    pub version: &'static str,
}

/// Where a source is published.
#[derive(Debug, Clone, Serialize)]
pub struct Published {
    pub platform: String,
    pub organization: String,
    pub sandbox: String,
    pub connection_spec: String,
    pub flow_spec: Option<String>,
}

impl Facts {
    /// Adds what came of a verification.
    pub fn verified(&mut self, evidence: Option<&Evidence>) {
        self.verify = evidence.map(sentence);
        self.failed = evidence.map(|evidence| evidence.failed.clone()).unwrap_or_default();
    }

    /// The title, which is the subject of the commit, too.
    pub fn title(&self, what: What) -> String {
        let label = one_line(&self.label);
        let label = if label.is_empty() { &self.source } else { &label };
        match (what, self.is_update) {
            (What::Source, false) => format!("Add the source {label}"),
            (What::Source, true) => format!("Update the source {label}"),
            (What::Documentation, false) => format!("Document the source {label}"),
            (What::Documentation, true) => format!("Update the documentation of the source {label}"),
        }
    }

    /// The text, in Markdown.
    pub fn text(&self, what: What) -> Result<String, Error> {
        let mut templates = Handlebars::new();
        templates.register_escape_fn(escaped);
        templates.set_strict_mode(true);
        let template = match what {
            What::Source => SOURCE,
            What::Documentation => DOCUMENTATION,
        };
        templates.render_template(template, self).map_err(|error| Error::Text(error.to_string()))
    }
}

fn sentence(evidence: &Evidence) -> String {
    let all = evidence.passed + evidence.failed.len() + evidence.skipped;
    let checks = match (evidence.passed, all) {
        (_, 0) => String::new(),
        (passed, all) => format!(", {passed} of {all} checks"),
    };
    format!("{}{checks}", if evidence.ok { "passed" } else { "failed" })
}

/// A text of one line, without what a terminal or a commit would obey.
fn one_line(text: &str) -> String {
    let words: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as Markdown shows it as it is, within a line or a cell of a table.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        if r"\`*_{}[]<>()#!|~&".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            source: "acme-crm".into(),
            kind: "batch".into(),
            label: "Acme *CRM* | <b>\n".into(),
            description: "Bring the contacts of Acme CRM to Experience Platform.".into(),
            category: "crm".into(),
            is_update: false,
            published: vec![Published {
                platform: "https://platform.adobe.io".into(),
                organization: "5F1A2B3C4D5E6F7A0A495C1B@AdobeOrg".into(),
                sandbox: "sources_testing".into(),
                connection_spec: "c604ff05-7f1a-43c0-8e18-33bf874cb11c".into(),
                flow_spec: None,
            }],
            lint: "1 source, 5 files: no findings".into(),
            verify: None,
            failed: Vec::new(),
            files: vec!["Sources/acme-crm/Artifacts/acme-crm-label.txt".into()],
            version: "0.1.0",
        }
    }

    #[test]
    fn a_source_is_told_with_where_it_is_published_and_what_was_checked() {
        let mut facts = facts();
        assert_eq!(facts.title(What::Source), "Add the source Acme *CRM* | <b>");
        insta::assert_snapshot!(facts.text(What::Source).unwrap());
        facts.is_update = true;
        facts.published.clear();
        facts.verified(Some(&Evidence { ok: false, passed: 3, failed: vec!["send events".into()], skipped: 1 }));
        assert_eq!(facts.title(What::Source), "Update the source Acme *CRM* | <b>");
        insta::assert_snapshot!(facts.text(What::Source).unwrap());
    }

    #[test]
    fn pages_are_told_with_what_they_are_about() {
        let facts = facts();
        assert_eq!(facts.title(What::Documentation), "Document the source Acme *CRM* | <b>");
        insta::assert_snapshot!(facts.text(What::Documentation).unwrap());
    }

    #[test]
    fn verifications_are_told_in_a_sentence() {
        let evidence = |ok, passed, skipped| sentence(&Evidence { ok, passed, failed: Vec::new(), skipped });
        assert_eq!(evidence(true, 14, 0), "passed, 14 of 14 checks");
        assert_eq!(evidence(true, 13, 1), "passed, 13 of 14 checks");
        assert_eq!(evidence(false, 0, 0), "failed");
    }
}
