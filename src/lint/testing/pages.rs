//! Samples with documentation pages: those that `sss docs` makes of the clean batch source, and what examples change in them.

use std::collections::BTreeMap;

use super::{BATCH, NAME, Sample};
use crate::{
    documentation::{self, Answers, Facts, PageKind, Resolve, Shown, Texts, outline},
    scaffold::templates::Templates,
    spec::Kind,
    text::markdown::Markdown,
};

const CONNECTION_SPEC: &str = "7a1f0c52-5d0b-4c8e-9f36-2b7c1e84d0a9";

/// A page of the clean batch source.
fn page(kind: PageKind) -> String {
    let texts = Texts { label: Some("Acme"), ..Texts::default() };
    let facts = Facts::of_source(NAME, &texts, Kind::Batch, &serde_json::from_str(BATCH).unwrap());
    let map = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
    let mut answers = Answers::default();
    answers.connection_spec = Some(CONNECTION_SPEC.to_owned());
    answers.examples = map("username", "ada");
    answers.inputs = map("listId", "17");
    answers.sample = vec![serde_json::json!({"id": 1, "email": "a@b.example"})];
    for (id, text) in
        [("overview", "Acme keeps contacts."), ("contact", "https://acme.example"), ("prerequisites", "None.")]
    {
        answers.set(id, text).unwrap();
    }
    let templates = Templates::of(&documentation::TEMPLATES, None).unwrap();
    let shown = Shown::of(&facts, &answers).unwrap();
    let page = documentation::page(kind, &facts, &answers, &shown, &templates).unwrap();
    documentation::merge("", &page, Resolve::Report).unwrap().text
}

fn kind(name: &str) -> PageKind {
    PageKind::ALL.into_iter().find(|kind| kind.as_str() == name).unwrap()
}

impl Sample {
    /// The sample with a page in its place.
    pub(super) fn paged(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        let answers = format!("connection_spec = \"{CONNECTION_SPEC}\"\n");
        self.files.insert(format!("Sources/{NAME}/docs.toml"), Some(answers.into_bytes()));
        self.files.insert(format!("docs/{NAME}/{name}.md"), Some(content.into()));
        self
    }

    /// The sample with its own page, of which lines are changed.
    pub(super) fn documented(self, name: &str, diff: &str) -> Self {
        let mut text = page(kind(name));
        // What was taken away last, and where what stands instead goes.
        let mut at = None;
        for line in diff.lines() {
            let (sign, line) = line.split_at(1);
            let line = format!("{}\n", line.strip_prefix(' ').unwrap_or(line));
            match sign {
                "-" => {
                    // What was put in already is not what is taken away.
                    let from = at.unwrap_or(1) - 1;
                    let found = text[from..].find(&format!("\n{line}"));
                    let from = found.unwrap_or_else(|| panic!("no line {line} in\n{text}")) + from + 1;
                    text.replace_range(from..from + line.len(), "");
                    at = Some(from);
                }
                "+" => {
                    let place = *at.get_or_insert_with(|| text.find("<!-- sss:generated prerequisites").unwrap());
                    text.insert_str(place, &line);
                    at = Some(place + line.len());
                }
                _ => panic!("neither + nor -: {line}"),
            }
        }
        self.paged(name, text)
    }

    /// The sample with its page where it lies in a checkout of the documentation repository.
    pub(super) fn placed(mut self, path: &str) -> Self {
        let kind = kind(path.strip_prefix(outline::TUTORIALS).unwrap().split('/').nth(1).unwrap());
        let text = page(kind);
        for image in Markdown::read(&text).links.iter().filter(|link| link.is_image) {
            let file = image.target.rsplit('/').next().unwrap();
            self.files.insert(format!("{}/{file}", outline::IMAGES), Some(b"x".to_vec()));
        }
        self.files.insert(path.to_owned(), Some(text.into_bytes()));
        self.pages.push(path.to_owned());
        self
    }
}

#[test]
fn pages_that_docs_makes_have_no_findings() {
    for name in ["api", "ui"] {
        let findings = Sample::batch().documented(name, "").findings();
        assert!(findings.findings.is_empty(), "{:#?}", findings.findings);
        assert!(findings.files.iter().any(|file| **file == format!("docs/{NAME}/{name}.md")));
    }
}

#[test]
fn any_text_may_be_a_page() {
    let whole = page(PageKind::Api);
    let junk =
        ["", "```", "~~~\n", "'", "\\", "\u{feff}", "---\n", "| a |\n| - |\n", "[![](", "é\u{202e}\t[!", "{\"", "curl"];
    let cuts: Vec<usize> = whole.char_indices().map(|(at, _)| at).step_by(613).collect();
    for (index, cut) in cuts.into_iter().enumerate() {
        let junk = junk[index % junk.len()];
        for text in [format!("{}{junk}", &whole[..cut]), format!("{junk}{}", &whole[cut..])] {
            for finding in Sample::batch().paged("api", text.clone()).findings().findings {
                let Some(document) = &finding.document else { continue };
                assert!(document.text().get(finding.span.range()).is_some(), "{text}\n{finding:#?}");
            }
        }
    }
}
