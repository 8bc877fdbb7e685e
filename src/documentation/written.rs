//! A page that is there, with what is known of its source: what the linter looks at.

use std::{collections::BTreeSet, sync::Arc};

use uuid::Uuid;

use super::{
    Answers, Facts, PageKind, Texts,
    outline::{Section, TUTORIALS},
};
use crate::{
    publish::Records,
    spec::{Kind, Spec},
    text::{
        Document, Span,
        json::Tree,
        markdown::{Heading, Markdown, slug},
    },
    workspace::{
        LoadedSource, PageFile, Workspace,
        layout::{ArtifactKind, docs_answers},
    },
};

/// A page that is there.
#[derive(Debug)]
pub struct WrittenPage {
    pub document: Arc<Document>,
    pub markdown: Markdown,
    pub kind: PageKind,
    /// Where it lies in the documentation repository, from `help/` on, if it does.
    pub place: Option<String>,
    /// What is known of its source; nothing where that is not at hand, or not in order.
    pub facts: Option<Facts>,
    /// The kind of its source, or what the page itself lets on.
    pub source_kind: Option<Kind>,
    /// The IDs that the source is published under, as far as that is known.
    pub published: BTreeSet<Uuid>,
    /// The relative links that lead nowhere, by their place in `markdown.links`.
    pub broken: BTreeSet<usize>,
}

impl<'a> Texts<'a> {
    /// The texts of a source that was read, as far as they could be.
    pub fn of_loaded(source: &'a LoadedSource<'_>) -> Self {
        let text = |kind| source.document(kind).map(|document| document.text());
        Self {
            label: text(ArtifactKind::Label),
            description: text(ArtifactKind::Description),
            category: text(ArtifactKind::Category),
        }
    }
}

impl Facts {
    /// The facts of a source that was read; nothing where its connection spec is not in order.
    pub fn of_loaded(source: &LoadedSource<'_>) -> Option<Self> {
        let tree = Tree::read(source.document(ArtifactKind::ConnectionSpec)?.clone());
        let spec = Spec::of(&tree)?;
        Some(Self::of_source(&source.source.name, &Texts::of_loaded(source), spec.kind()?, &spec.root().to_value()))
    }
}

impl WrittenPage {
    /// A page of a workspace that was read, with what the workspace knows of its source.
    pub fn of(workspace: &Workspace, file: &PageFile, document: Arc<Document>) -> Self {
        let source = workspace.source(&file.source);
        let facts = source.and_then(|source| Facts::of_loaded(&workspace.load(source)));
        let published = source.map(|_| published(workspace, &file.source)).unwrap_or_default();
        let mut page = Self::read(document, &file.path, facts);
        page.published = published;
        let is_broken = |link: &crate::text::markdown::Link| {
            let (path, _) = link.parts();
            // Beside `docs`, what lies above is the documentation repository's, which is not at hand.
            let is_elsewhere = page.place.is_none() && path.starts_with("..");
            link.is_relative() && !path.is_empty() && !is_elsewhere && !workspace.is_there(file, &decoded(path))
        };
        let links = page.markdown.links.iter().enumerate();
        page.broken = links.filter(|(_, link)| is_broken(link)).map(|(at, _)| at).collect();
        page
    }

    fn read(document: Arc<Document>, path: &str, facts: Option<Facts>) -> Self {
        let markdown = Markdown::read(document.text());
        let place = path.find(&format!("{TUTORIALS}/")).map(|at| path[at..].to_owned());
        let kind = kind(path, &markdown);
        let has = |section: &str| find_id(&markdown, section).is_some();
        let source_kind = facts.as_ref().map(|facts| facts.kind).or_else(|| {
            let is_batch = has("base-connection") || has("new-account") || has("existing-account");
            let is_streaming = has("webhook") || has("endpoint");
            match (is_batch, is_streaming) {
                (true, false) => Some(Kind::Batch),
                (false, true) => Some(Kind::Streaming),
                _ => None,
            }
        });
        let (published, broken) = Default::default();
        Self { document, markdown, kind, place, facts, source_kind, published, broken }
    }

    /// The heading of a section.
    pub fn heading(&self, section: &Section) -> Option<usize> {
        find(&self.markdown, section.id, section.level)
    }

    /// The sections that the page should have, in their order.
    pub fn sections(&self) -> Vec<&'static Section> {
        match self.source_kind {
            Some(kind) => self.kind.sections(kind).collect(),
            // What only one kind has cannot be asked for.
            None => self.kind.sections(Kind::Batch).filter(|section| section.kind.is_none()).collect(),
        }
    }

    /// The part of the page below a heading, up to the next one of its level or above.
    pub fn below(&self, heading: usize) -> Span {
        let headings = &self.markdown.headings;
        let level = headings[heading].level;
        let next = headings[heading + 1..].iter().find(|next| next.level <= level);
        let end = next.map_or(self.document.text().len(), |next| next.span.start as usize);
        Span::new(headings[heading].span.start as usize, end)
    }

    /// The section that a place is in, by its id.
    pub fn section_at(&self, place: u32) -> Option<&'static str> {
        let before = |heading: &&Heading| heading.span.start <= place;
        let heading = self.markdown.headings.iter().rev().find(before)?;
        let sections = self.sections();
        let found =
            |section: &&&Section| self.heading(section).is_some_and(|at| self.markdown.headings[at] == *heading);
        sections.iter().find(found).map(|section| section.id)
    }

    /// The top of the page: its title, or its beginning.
    pub fn top(&self) -> Span {
        self.markdown
            .headings
            .iter()
            .find(|heading| heading.level == 1)
            .map_or_else(|| self.document.line_span(1), |heading| heading.span)
    }
}

/// The IDs of the source's connection spec on the platform: the one that `docs.toml` tells, or those that are recorded.
fn published(workspace: &Workspace, source: &str) -> BTreeSet<Uuid> {
    // A file that cannot be read stops `sss docs` and `sss publish`, with its place; here, it tells nothing.
    let told = answers(workspace, source).and_then(|answers| answers.connection_spec);
    let recorded = || Records::directory(workspace.root()).all(source).unwrap_or_default();
    let ids: Vec<String> = match told {
        Some(id) => vec![id],
        None => recorded().into_iter().filter(|(to, _)| to.platform != "emulator").map(|(_, id)| id).collect(),
    };
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}

/// What a person tells for the pages of a source, as staged where that is what is looked at.
fn answers(workspace: &Workspace, source: &str) -> Option<Answers> {
    let Some(staged) = workspace.index() else { return Answers::load(workspace.root(), source).ok() };
    let path = docs_answers(source);
    let bytes = staged.text(&path).ok()??;
    Answers::read(&Arc::new(Document::new(path, bytes))).ok()
}

/// Which page it is: by its place, its name, or what it shows.
fn kind(path: &str, page: &Markdown) -> PageKind {
    let is_of = |kind: &PageKind| {
        let name = kind.as_str();
        path.ends_with(&format!("/{name}.md"))
            || path == format!("{name}.md")
            || path.contains(&format!("{TUTORIALS}/{name}/"))
    };
    PageKind::ALL.into_iter().find(is_of).unwrap_or_else(|| {
        let is_api = page.fences.iter().any(|fence| fence.text.contains("curl "));
        if is_api { PageKind::Api } else { PageKind::Ui }
    })
}

/// A path of a link as a file is called: `%20` is a blank.
fn decoded(path: &str) -> String {
    path.replace("%20", " ")
}

/// Words by which headings of sections are known, whatever else they say: all words of one of the lists.
const WORDS: [(&str, &[&[&str]]); 27] = [
    ("overview", &[&["overview"], &["introduction"], &["about"]]),
    ("prerequisites", &[&["prerequisite"], &["before", "you"], &["requirement"], &["getting", "started"]]),
    ("credentials", &[&["credential"], &["authenticat"], &["sign", "in"]]),
    ("webhook", &[&["webhook"]]),
    ("connect", &[&["connect", "experience", "platform"], &["connect", "platform"], &["connect", "account"]]),
    ("base-connection", &[&["base", "connection"]]),
    ("explore", &[&["explore"]]),
    ("source-connection", &[&["source", "connection"]]),
    ("target-schema", &[&["schema"]]),
    ("target-dataset", &[&["dataset"]]),
    ("target-connection", &[&["target", "connection"]]),
    ("mapping", &[&["mapping"], &["map"]]),
    ("flow", &[&["create", "flow"], &["create", "dataflow"]]),
    ("endpoint", &[&["endpoint"]]),
    ("appendix", &[&["appendix"]]),
    ("monitor", &[&["monitor"]]),
    ("update", &[&["update", "dataflow"], &["update", "flow"], &["change", "dataflow"]]),
    ("delete", &[&["delete", "dataflow"], &["delete", "flow"], &["remove", "dataflow"]]),
    ("update-account", &[&["update", "account"], &["update", "connection"], &["change", "account"]]),
    ("delete-account", &[&["delete", "account"], &["delete", "connection"], &["remove", "account"]]),
    ("resources", &[&["additional", "resources"], &["further", "reading"]]),
    ("existing-account", &[&["existing", "account"], &["account", "there"]]),
    ("new-account", &[&["new", "account"], &["create", "account"]]),
    ("select-data", &[&["select", "data"], &["choose", "data"]]),
    ("dataflow-detail", &[&["dataflow", "detail"]]),
    ("review", &[&["review"]]),
    ("next-steps", &[&["next", "step"], &["what", "next"]]),
];

/// The heading of a section: by its id, or else by its words.
fn find(page: &Markdown, section: &str, level: u8) -> Option<usize> {
    if level == 1 {
        return page.headings.iter().position(|heading| heading.level == 1);
    }
    find_id(page, section)
}

fn find_id(page: &Markdown, section: &str) -> Option<usize> {
    let by_id = page.headings.iter().position(|heading| heading.id.as_deref() == Some(section));
    by_id.or_else(|| {
        let lists: &[&[&str]] = WORDS.iter().find(|(id, _)| *id == section)?.1;
        page.headings.iter().position(|heading| {
            let folded = slug(&heading.text);
            let words: Vec<&str> = folded.split('-').collect();
            let says = |list: &&[&str]| list.iter().all(|word| words.iter().any(|said| said.starts_with(word)));
            let is_another = heading.id.as_deref().is_some_and(|id| WORDS.iter().any(|(known, _)| *known == id));
            heading.level > 1 && !is_another && lists.iter().any(says)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> WrittenPage {
        WrittenPage::read(Arc::new(Document::new("docs/acme/api.md", text.into())), "docs/acme/api.md", None)
    }

    #[test]
    fn sections_are_known_by_their_ids_and_by_their_words() {
        let page = page(
            "# Acme\n\n## Getting started\n\n## Keys {#credentials}\n\n### Create your base connection\n\n### Create a source connection\n",
        );
        let at = |id| find_id(&page.markdown, id);
        assert_eq!(at("prerequisites"), Some(1));
        assert_eq!(at("credentials"), Some(2));
        assert_eq!(at("base-connection"), Some(3));
        assert_eq!(at("source-connection"), Some(4));
        assert_eq!(at("flow"), None);
        assert_eq!(page.source_kind, Some(Kind::Batch));
        assert_eq!(page.section_at(page.markdown.headings[3].span.end), Some("base-connection"));
    }
}
