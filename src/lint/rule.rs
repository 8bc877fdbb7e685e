//! What a rule is: a name, a level, a page, and a check of one sort of thing.

use std::{cell::OnceCell, sync::Arc};

use super::{
    finding::{Finding, Level},
    fix::Safety,
    page,
    summary::{Said, SourceSummary},
};
use crate::{
    config::{Config, Suppression},
    documentation::WrittenPage,
    schema::{Place, Remedy, Violated},
    spec::Spec,
    text::{
        Document, Span,
        json::{Node, Tree, edit},
        picture::{self, Seen},
        svg::{self, Doctype, Fault},
        visible,
    },
    workspace::{
        Artifact, LoadedSource, Workspace,
        git::{Past, Untracked},
        layout::ArtifactKind,
    },
};

/// A rule of the linter.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case; names the bad thing.
    pub name: &'static str,
    /// The level, where `sss.toml` sets none.
    pub level: Level,
    /// The page: what it does, why, a bad and a good example, how to mend it. Markdown.
    pub page: &'static str,
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug)]
pub enum Check {
    /// The repository as a whole, by its names.
    Workspace(fn(&Workspace, &mut Sink<'_>)),
    /// What git does not track.
    Untracked(fn(&[Untracked], &mut Sink<'_>)),
    /// One artifact as the commits of the branch had it, where they are looked at.
    Past(fn(&Past, &mut Sink<'_>)),
    /// All sources that were checked, side by side, by what is kept of each.
    Repository(fn(&[&SourceSummary], &mut Sink<'_>)),
    /// One source, by its names and by which artifacts can be read.
    Source(fn(&LoadedSource<'_>, &mut Sink<'_>)),
    /// Each artifact that could be read, as text.
    Artifact(fn(&ArtifactText<'_>, &mut Sink<'_>)),
    /// The icon.
    Icon(fn(&Icon<'_>, &mut Sink<'_>)),
    /// The connection spec as JSON, however broken.
    Json(fn(&Tree, &mut Sink<'_>)),
    /// The connection spec, where it is an object that can be read.
    Spec(fn(&Spec<'_>, &mut Sink<'_>)),
    /// The connection spec beside the other artifacts.
    SpecInSource(fn(&Spec<'_>, &LoadedSource<'_>, &mut Sink<'_>)),
    /// One documentation page, with what is known of its source.
    Page(fn(&WrittenPage, &mut Sink<'_>)),
    /// `sss.toml`, after the whole repository was checked.
    Config(fn(&ConfigInUse<'_>, &mut Sink<'_>)),
}

/// The configuration, and what came of it.
#[derive(Debug)]
pub struct ConfigInUse<'a> {
    pub config: &'a Config,
    /// The suppressions that suppressed nothing.
    pub idle: Vec<&'a Suppression>,
}

/// One artifact that could be read.
#[derive(Debug)]
pub struct ArtifactText<'a> {
    pub kind: ArtifactKind,
    pub document: &'a Arc<Document>,
}

/// The text of an icon as it is read: without its document type declaration, where that says no more than a name.
#[derive(Debug)]
pub struct IconText<'a> {
    document: &'a Arc<Document>,
    doctype: Option<Doctype>,
    blanked: Option<String>,
}

/// The icon, read as SVG.
#[derive(Debug)]
pub struct Icon<'a> {
    pub document: &'a Arc<Document>,
    pub doctype: Option<Doctype>,
    pub svg: Result<roxmltree::Document<'a>, Fault>,
    seen: OnceCell<Seen>,
}

impl<'a> ArtifactText<'a> {
    /// The text of a label, description or category, where every byte of it can be read.
    pub fn text(&self) -> Option<&'a str> {
        (self.kind.is_text() && self.document.invalid_utf8().is_none()).then(|| self.document.text())
    }
}

impl<'a> IconText<'a> {
    /// The text of a document.
    pub fn of(document: &'a Arc<Document>) -> Self {
        let doctype = svg::doctype(document.text());
        // A page with such a declaration is no icon.
        let doctype = doctype.filter(|_| svg::foreign_format(document).is_none());
        Self { document, doctype, blanked: doctype.and_then(|doctype| doctype.blanked(document.text())) }
    }
}

impl<'a> Icon<'a> {
    /// Reads an icon.
    pub fn of(text: &'a IconText<'a>) -> Self {
        let IconText { document, doctype, blanked } = text;
        let svg = match (doctype, blanked) {
            (Some(doctype), None) => Err(doctype.fault()),
            (_, Some(blanked)) => svg::read(blanked),
            (None, None) => svg::read(document.text()),
        };
        Self { document, doctype: *doctype, svg, seen: OnceCell::new() }
    }

    /// What can be seen of it, where it is SVG and has something to draw.
    pub fn seen(&self) -> Seen {
        let svg = self.svg.as_ref().ok().filter(|_| self.root().is_some_and(svg::is_drawn));
        svg.map_or(Seen::Unknown, |svg| *self.seen.get_or_init(|| picture::look(svg)))
    }

    /// The outermost element, where the icon is SVG.
    pub fn root(&self) -> Option<roxmltree::Node<'_, 'a>> {
        self.svg.as_ref().ok().map(roxmltree::Document::root_element).filter(|root| svg::is(*root, "svg"))
    }
}

impl Rule {
    /// One sentence: what the rule finds.
    pub fn summary(&self) -> &'static str {
        page::summary(self.page)
    }

    /// The page for a reader: its examples as they would stand in a file, without the words that test them.
    pub fn printed_page(&self) -> String {
        page::printed(self.page)
    }

    /// The first paragraph below one of the headings of its page.
    pub fn section(&self, heading: &str) -> &'static str {
        page::section(self.page, heading)
    }

    /// The address of the rule's page: the documentation of the module it stands in.
    pub fn docs(&self) -> String {
        let module = self.name.replace('-', "_");
        format!("https://docs.rs/self-serve-sources/latest/self_serve_sources/lint/rules/{module}/index.html")
    }
}

/// Where a rule puts what it finds. A finding cannot be made without a place.
#[derive(Debug)]
pub struct Sink<'a> {
    pub(super) rule: &'static Rule,
    pub(super) level: Level,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl Sink<'_> {
    /// Something is wrong with the key of a node; with the value, where it has no key.
    pub fn key(&mut self, node: Node<'_>, message: impl Into<String>) -> &mut Finding {
        let span = node.label_span();
        self.node(node, span, message)
    }

    /// Something is wrong with the value of a node. Of an object or array only the first bracket is marked.
    pub fn value(&mut self, node: Node<'_>, message: impl Into<String>) -> &mut Finding {
        let mut span = node.span();
        if matches!(node.kind(), crate::text::json::Kind::Object | crate::text::json::Kind::Array) {
            span.end = span.end.min(span.start + 1);
        }
        self.node(node, span, message)
    }

    /// Something is missing inside of a node: its key is marked, or its first bracket where it has none.
    pub fn inside(&mut self, node: Node<'_>, message: impl Into<String>) -> &mut Finding {
        if node.key_span().is_some() { self.key(node, message) } else { self.value(node, message) }
    }

    /// Something is wrong with a part of the text of a node.
    pub fn node(&mut self, node: Node<'_>, span: Span, message: impl Into<String>) -> &mut Finding {
        let pointer = node.pointer();
        let finding = self.text(node.tree().document(), span, message);
        finding.pointer = Some(pointer);
        finding
    }

    /// Something is wrong with a part of a string: bytes of what it says, counted from its first character.
    pub fn within(
        &mut self,
        node: Node<'_>,
        range: std::ops::Range<usize>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let inner = Span::new(node.span().start as usize + 1, node.span().end as usize);
        let is_plain = !node.raw().contains('\\');
        let start = inner.start as usize + range.start;
        let end = inner.start as usize + range.end;
        // With escape sequences the bytes of the text are not those of what it says.
        let span = if is_plain && end <= inner.end as usize { Span::new(start, end) } else { node.span() };
        self.node(node, span, message)
    }

    /// Something is wrong with a part of a text.
    pub fn text(&mut self, document: &Arc<Document>, span: Span, message: impl Into<String>) -> &mut Finding {
        let finding = self.path(document.path(), message);
        finding.span = span;
        finding.document = Some(Arc::clone(document));
        finding
    }

    /// Something is wrong with a file or folder as a whole.
    pub fn path(&mut self, path: impl Into<String>, message: impl Into<String>) -> &mut Finding {
        self.findings.push(Finding {
            rule: self.rule.name,
            level: self.level,
            message: visible::sentence(message.into()),
            path: path.into(),
            pointer: None,
            span: Span::default(),
            document: None,
            beside: None,
            help: None,
            related: Vec::new(),
            secret: None,
            fix: None,
            absent: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// What the JSON Schema of the spec's kind has to say, as far as it is of one sort.
    pub fn violations(&mut self, spec: &Spec<'_>, what: Violated) {
        for violation in spec.violations().iter().filter(|violation| violation.what == what) {
            let finding = match violation.place {
                Place::Key => self.inside(violation.node, violation.message.as_str()),
                Place::Value => self.value(violation.node, violation.message.as_str()),
            };
            finding.maybe_help(violation.help.clone());
            if let Some(remedy) = &violation.remedy {
                remedied(finding, violation.node, remedy);
            }
            if let Some(key) = &violation.missing {
                finding.lacks(violation.node, key);
            }
        }
    }

    /// Something is wrong with what was kept of a source. The text is no longer there; whoever runs the rule reads it
    /// again for what is found.
    pub fn said(&mut self, said: &Said, message: impl Into<String>) -> &mut Finding {
        let finding = self.path(&*said.path, message);
        finding.span = said.span;
        finding.pointer = said.pointer.map(str::to_owned);
        finding
    }

    /// Something is wrong with an artifact that could not be read.
    pub fn artifact(&mut self, artifact: &Artifact, message: impl Into<String>) -> &mut Finding {
        self.path(&*artifact.path, message)
    }
}

/// Gives a finding the fix that its violation of a schema allows.
fn remedied<'f>(finding: &'f mut Finding, node: Node<'_>, remedy: &Remedy) -> &'f mut Finding {
    match remedy {
        Remedy::Rename(key) => {
            finding.means(node, key).fix_by(format!("write `{key}`"), Safety::Unsafe, edit::rename(node, key))
        }
        Remedy::Respell(text) => {
            let safety = Safety::of_spelling(&node.as_str().unwrap_or_default(), text);
            finding.fix_by(format!("write `{text}`"), safety, [edit::replace(node, &text.as_str().into())])
        }
        Remedy::Retype(value) => finding.fix_by("write it as that type", Safety::Safe, [edit::replace(node, value)]),
        Remedy::Insert(key, value) => {
            let told = format!("add `\"{key}\": {value}`");
            finding.fix_by(told, Safety::Safe, [edit::insert(node, key, value)])
        }
    }
}
