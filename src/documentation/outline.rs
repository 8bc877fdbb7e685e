//! The one table of what a documentation page consists of: its sections, in their order, and what only a person can tell.
//!
//! The pages are made from it, and whoever checks a page asks it too.

use crate::spec::Kind;

/// The two pages of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PageKind {
    /// How to set the source up by calling the APIs.
    Api,
    /// How to set it up in the browser.
    Ui,
}

impl PageKind {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Api, Self::Ui];

    /// As files and folders say it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Ui => "ui",
        }
    }

    /// The sections of the page for a kind of source, in their order.
    pub fn sections(self, kind: Kind) -> impl Iterator<Item = &'static Section> {
        let all = match self {
            Self::Api => API.as_slice(),
            Self::Ui => UI.as_slice(),
        };
        all.iter().filter(move |section| section.kind.is_none_or(|only| only == kind))
    }
}

/// Where the pages of sources are in the documentation repository, in front of `api` or `ui`.
pub const TUTORIALS: &str = "help/sources/tutorials";
/// Where their screenshots are in the documentation repository.
pub const IMAGES: &str = "help/sources/images/tutorials/create/sdk";

/// The path of a page in the documentation repository: `help/sources/tutorials/api/create/crm/acme-crm.md`.
pub fn place(page: PageKind, category: &str, source: &str) -> String {
    format!("{TUTORIALS}/{}/create/{}/{source}.md", page.as_str(), folder(category))
}

/// The path of a screenshot, as a page at its [`place`] refers to it.
pub fn image(file: &str) -> String {
    format!("../../../../images/tutorials/create/sdk/{file}")
}

/// The folder of a category of the catalog: `customer-success` for `customerSuccess`.
pub fn folder(category: &str) -> String {
    let mut folder = String::new();
    for letter in category.trim().chars() {
        let parts = letter.is_uppercase() || !letter.is_alphanumeric();
        if parts && !folder.is_empty() && !folder.ends_with('-') {
            folder.push('-');
        }
        folder.extend(letter.is_alphanumeric().then(|| letter.to_ascii_lowercase()));
    }
    folder.trim_end_matches('-').to_owned()
}

/// A section of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    /// By what regions, templates and answers name it.
    pub id: &'static str,
    /// Its heading; `{label}` stands for the source's label.
    pub heading: &'static str,
    /// Of the heading: 1 for the title of the page.
    pub level: u8,
    /// The only kind of source that has it.
    pub kind: Option<Kind>,
    /// Whether a page without it is incomplete.
    pub required: bool,
}

impl Section {
    /// The heading for a source.
    pub fn heading(&self, label: &str) -> String {
        // By its spelling, which is right more often than one article for all.
        let heading = match label.starts_with(|letter: char| "AEIOaeio".contains(letter)) {
            true => self.heading.replace("a {label}", "an {label}"),
            false => self.heading.to_owned(),
        };
        heading.replace("{label}", label)
    }

    /// What other sections and pages link to.
    pub const fn anchor(&self) -> &'static str {
        self.id
    }
}

const fn both(id: &'static str, level: u8, heading: &'static str) -> Section {
    Section { id, heading, level, kind: None, required: true }
}

const fn streaming(id: &'static str, level: u8, heading: &'static str) -> Section {
    Section { kind: Some(Kind::Streaming), ..both(id, level, heading) }
}

const fn batch(id: &'static str, level: u8, heading: &'static str) -> Section {
    Section { kind: Some(Kind::Batch), ..both(id, level, heading) }
}

const API: [Section; 22] = [
    both("title", 1, "Create a {label} source connection and dataflow using the Flow Service API"),
    both("overview", 2, "Overview"),
    both("prerequisites", 2, "Prerequisites"),
    both("credentials", 3, "Gather required credentials"),
    streaming("webhook", 3, "Integrate {label} with your webhook"),
    both("connect", 2, "Connect {label} to Experience Platform using the Flow Service API"),
    batch("base-connection", 3, "Create a base connection"),
    batch("explore", 3, "Explore your source"),
    both("source-connection", 3, "Create a source connection"),
    both("target-schema", 3, "Create a target XDM schema"),
    both("target-dataset", 3, "Create a target dataset"),
    both("target-connection", 3, "Create a target connection"),
    both("mapping", 3, "Create a mapping"),
    both("flow", 3, "Create a flow"),
    streaming("endpoint", 3, "Get your streaming endpoint URL"),
    both("appendix", 2, "Appendix"),
    both("monitor", 3, "Monitor your dataflow"),
    both("update", 3, "Update your dataflow"),
    both("delete", 3, "Delete your dataflow"),
    batch("update-account", 3, "Update your account"),
    batch("delete-account", 3, "Delete your account"),
    Section { required: false, ..both("resources", 2, "Additional resources") },
];

const UI: [Section; 15] = [
    both("title", 1, "Create a {label} source connection and dataflow in the UI"),
    both("overview", 2, "Overview"),
    both("prerequisites", 2, "Prerequisites"),
    both("credentials", 3, "Gather required credentials"),
    streaming("webhook", 3, "Integrate {label} with your webhook"),
    both("connect", 2, "Connect your {label} account"),
    batch("existing-account", 3, "Existing account"),
    batch("new-account", 3, "New account"),
    streaming("select-data", 2, "Select data"),
    streaming("dataflow-detail", 2, "Dataflow detail"),
    streaming("mapping", 2, "Mapping"),
    streaming("review", 2, "Review"),
    streaming("endpoint", 2, "Get your streaming endpoint URL"),
    both("next-steps", 2, "Next steps"),
    Section { required: false, ..both("resources", 2, "Additional resources") },
];

/// Something that only a person can tell, and that leaves a gap until it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// By what `docs.toml`, flags and gaps name it.
    pub id: &'static str,
    /// What to write, as an order; it completes `To be written:`.
    pub ask: &'static str,
    /// The only kind of source that is asked.
    pub kind: Option<Kind>,
}

/// What is asked for about every source. Gaps of tables are named after what they are about (`example.subdomain`).
pub const QUESTIONS: [Question; 6] = [
    Question {
        id: "overview",
        ask: "say in two or three sentences what the product does for its customers, and link to its documentation",
        kind: None,
    },
    Question {
        id: "contact",
        ask: "give the address or the link under which your team takes questions and change requests",
        kind: None,
    },
    Question {
        id: "prerequisites",
        ask: "tell what a customer has to do or to have before setting the source up: a plan, a permission, an allow list",
        kind: None,
    },
    Question {
        id: "webhook",
        ask: "list the steps by which a customer has your product send its events to an address",
        kind: Some(Kind::Streaming),
    },
    Question {
        id: "sample",
        ask: "give a record as the source has it, in `sample` of `docs.toml`: schema and mapping are made of it",
        kind: None,
    },
    Question {
        id: "connection-spec",
        ask: "publish the source with `sss publish`, so that the ID of its connection spec is known",
        kind: None,
    },
];

/// The question of this id.
pub fn question(id: &str) -> Option<&'static Question> {
    QUESTIONS.iter().find(|question| question.id == id)
}

/// What a gap begins and ends with: `<!-- sss:gap overview: what to write -->`.
pub const GAP: (&str, &str) = ("<!-- sss:gap ", " -->");

/// A gap: what a reader sees meanwhile, and the mark that is looked for. A line that began with the mark would be HTML as a whole.
pub fn gap(id: &str, ask: &str) -> String {
    format!("*To be written: {ask}.* {}{id}: {ask}{}", GAP.0, GAP.1)
}

/// A gap that was found in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub id: String,
    pub ask: String,
    /// Counted from 1.
    pub line: usize,
    /// Where its mark begins and ends, in bytes.
    pub range: std::ops::Range<usize>,
}

/// The gaps of a page, in their order.
pub fn gaps(text: &str) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(GAP.0).map(|found| at + found) {
        let inside = start + GAP.0.len();
        let Some(length) = text[inside..].find("-->") else { break };
        let (id, ask) = text[inside..inside + length].split_once(':').unwrap_or((&text[inside..inside + length], ""));
        at = inside + length + "-->".len();
        gaps.push(Gap {
            id: id.trim().to_owned(),
            ask: ask.trim().to_owned(),
            line: text[..start].matches('\n').count() + 1,
            range: start..at,
        });
    }
    gaps
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_outline_begins_with_its_title_and_skips_no_level() {
        for page in PageKind::ALL {
            for kind in [Kind::Streaming, Kind::Batch] {
                let sections: Vec<_> = page.sections(kind).collect();
                assert_eq!((sections[0].id, sections[0].level), ("title", 1));
                assert!(sections.windows(2).all(|pair| pair[1].level <= pair[0].level + 1 && pair[1].level > 1));
                let ids: BTreeSet<_> = sections.iter().map(|section| section.id).collect();
                assert_eq!(ids.len(), sections.len());
            }
        }
    }

    #[test]
    fn headings_have_the_article_of_the_label() {
        let title = PageKind::Api.sections(Kind::Batch).next().unwrap();
        assert!(title.heading("Acme CRM").starts_with("Create an Acme CRM source connection"));
        assert!(title.heading("Lumen").starts_with("Create a Lumen source connection"));
    }

    #[test]
    fn gaps_are_found_with_their_lines() {
        let text = format!("a\n\n{}\n| x | {} |\n<!-- sss:gap cut", gap("overview", "say it"), gap("example.x", "one"));
        let found: Vec<_> = gaps(&text).into_iter().map(|gap| (gap.id, gap.ask, gap.line)).collect();
        assert_eq!(found, [("overview".into(), "say it".into(), 3), ("example.x".into(), "one".into(), 4)]);
    }

    #[test]
    fn pages_have_their_place() {
        let place = place(PageKind::Ui, "customerSuccess", "acme-crm");
        assert_eq!(place, "help/sources/tutorials/ui/create/customer-success/acme-crm.md");
        assert_eq!(folder("Cloud Storage"), "cloud-storage");
        assert_eq!(folder("crm"), "crm");
    }
}
