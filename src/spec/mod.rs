//! A connection spec seen as what it means: its kind and its parts, each knowing its place in the text.

pub mod auth;
pub mod category;
pub mod content;
pub mod date_format;
pub mod explore;
pub mod form;
pub mod header;
pub mod ids;
pub mod leftover;
pub mod pagination;
pub mod pattern;
pub mod placeholder;
pub mod response;
pub mod sample;
pub mod schedule;
pub mod secret;
pub mod suspicion;
pub mod url;

use std::{cell::OnceCell, cmp::Ordering, collections::BTreeSet, fmt};

use crate::{
    schema::{self, Violation},
    text::json::{Kind as JsonKind, Node, Tree},
};
use placeholder::{Declared, Place};
use suspicion::Suspicion;

/// How data arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The partner sends events (Streaming SDK).
    Streaming,
    /// The platform fetches records (Batch SDK).
    Batch,
}

impl Kind {
    /// The kind that a spec is of; `None` where neither `providerId` nor `type` tells one. Where the two contradict each
    /// other, or there is only one of them, the shape of the rest has its say.
    pub fn of(root: Node<'_>) -> Option<Self> {
        match (Self::by_provider(root), Self::by_type(root)) {
            (Some(one), Some(other)) if one == other => Some(one),
            (None, None) => None,
            (by_provider, by_type) => Votes::of(root).winner().or(by_provider).or(by_type),
        }
    }

    /// The kind that `providerId` is of.
    pub fn by_provider(root: Node<'_>) -> Option<Self> {
        let id = root.get("providerId")?.as_str()?;
        [Self::Batch, Self::Streaming].into_iter().find(|kind| kind.provider() == id)
    }

    /// The kind that `type` is of.
    pub fn by_type(root: Node<'_>) -> Option<Self> {
        let name = root.get("type")?.as_str()?;
        [Self::Batch, Self::Streaming].into_iter().find(|kind| kind.type_name() == name)
    }

    /// Whether so much speaks for the other kind that nothing may be changed for the sake of this one.
    pub fn is_doubtful(self, root: Node<'_>) -> bool {
        let Votes { batch, streaming } = Votes::of(root);
        let (own, other) = if self == Self::Batch { (batch, streaming) } else { (streaming, batch) };
        let is_plain = Self::by_provider(root) == Self::by_type(root);
        other > 0 && own < other + if is_plain { 1 } else { 2 }
    }
}

/// The parts of a spec that speak for either kind, counted.
#[derive(Debug, Default)]
struct Votes {
    batch: usize,
    streaming: usize,
}

impl Votes {
    fn of(root: Node<'_>) -> Self {
        let attributes = root.at(&["sourceSpec", "attributes"]);
        let has = |key| attributes.is_some_and(|attributes| attributes.get(key).is_some());
        let fetches = ["urlParams", "contentPath", "paginationParams"].into_iter().any(has).then_some(Kind::Batch);
        let tells_frequency = attributes.and_then(|attributes| attributes.at(&["uiAttributes", "frequency"]));
        let frequency = tells_frequency.map(|_| Kind::Streaming);
        let explore = root.at(&["exploreSpec", "type"]).and_then(Node::as_str);
        let explore = explore.and_then(|name| match &*name {
            explore::STREAMING_TYPE => Some(Kind::Streaming),
            explore::BATCH_TYPE => Some(Kind::Batch),
            _ => None,
        });
        let mut votes = Self::default();
        for vote in [Kind::by_provider(root), Kind::by_type(root), fetches, frequency, explore].into_iter().flatten() {
            match vote {
                Kind::Batch => votes.batch += 1,
                Kind::Streaming => votes.streaming += 1,
            }
        }
        votes
    }

    fn winner(&self) -> Option<Kind> {
        match self.batch.cmp(&self.streaming) {
            Ordering::Greater => Some(Kind::Batch),
            Ordering::Less => Some(Kind::Streaming),
            Ordering::Equal => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Streaming => "streaming",
            Self::Batch => "batch",
        })
    }
}

/// A connection spec that could be read as an object.
pub struct Spec<'a> {
    tree: &'a Tree,
    root: Node<'a>,
    kind: Option<Kind>,
    /// `sourceSpec.attributes` and `sourceSpec.spec`, which most rules look into.
    attributes: Option<Node<'a>>,
    form: Option<Node<'a>>,
    /// What several rules ask for, told when the first of them does.
    violations: OnceCell<Vec<Violation<'a>>>,
    places: OnceCell<Vec<Place<'a>>>,
    declared: OnceCell<Declared<'a>>,
    referred: OnceCell<BTreeSet<String>>,
    suspicion: OnceCell<Suspicion>,
    sample: Option<&'a response::Sample>,
}

impl<'a> Spec<'a> {
    /// The spec in a tree, where the tree is sound and an object.
    pub fn of(tree: &'a Tree) -> Option<Self> {
        let root = tree.root().filter(|root| tree.is_sound() && root.kind() == JsonKind::Object)?;
        let source = root.get("sourceSpec");
        let attributes = source.and_then(|source| source.get("attributes"));
        // A table of the documents has the inputs one level deeper than every whole sample.
        let misplaced = || attributes.and_then(|attributes| attributes.get("spec"));
        Some(Self {
            tree,
            root,
            kind: Kind::of(root),
            attributes,
            form: source.and_then(|source| source.get("spec")).or_else(misplaced),
            violations: OnceCell::new(),
            places: OnceCell::new(),
            declared: OnceCell::new(),
            referred: OnceCell::new(),
            suspicion: OnceCell::new(),
            sample: None,
        })
    }

    /// The spec beside a sample of what its API answers.
    pub fn with_sample(mut self, sample: Option<&'a response::Sample>) -> Self {
        self.sample = sample;
        self
    }

    /// The sample of a response, where one was given and the source is one that fetches.
    pub fn sample(&self) -> Option<&'a response::Sample> {
        self.sample.filter(|_| self.is_batch())
    }

    /// The tree it was read from.
    pub fn tree(&self) -> &'a Tree {
        self.tree
    }

    /// The whole object.
    pub fn root(&self) -> Node<'a> {
        self.root
    }

    /// The kind; `None` where neither `providerId` nor `type` is one of the documented ones.
    pub fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// Whether so much speaks for another kind that nothing may be changed for the sake of the one it is held to be.
    pub fn is_doubtful(&self) -> bool {
        self.kind.is_none_or(|kind| kind.is_doubtful(self.root))
    }

    /// What is done for the sake of the kind, where that is beyond doubt.
    pub fn surely<T>(&self, edits: T) -> Option<T> {
        (!self.is_doubtful()).then_some(edits)
    }

    /// Whether it is known to be a streaming source.
    pub fn is_streaming(&self) -> bool {
        self.kind == Some(Kind::Streaming)
    }

    /// Whether it is a batch source, or of no known kind: what is documented for batch sources is the wider form.
    pub fn is_batch(&self) -> bool {
        self.kind != Some(Kind::Streaming)
    }

    /// The member at the end of a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<Node<'a>> {
        match path {
            ["sourceSpec", "attributes", rest @ ..] => self.attributes?.at(rest),
            ["sourceSpec", "spec", rest @ ..] => self.form?.at(rest),
            _ => self.root.at(path),
        }
    }

    /// A member of `sourceSpec.attributes`, such as `urlParams`.
    pub fn source_attribute(&self, key: &str) -> Option<Node<'a>> {
        self.attributes?.get(key)
    }

    /// `sourceSpec.attributes.uiAttributes`.
    pub fn ui(&self) -> Option<Node<'a>> {
        self.source_attribute("uiAttributes")
    }

    /// The entries of `authSpec`.
    pub fn auth(&self) -> impl Iterator<Item = Node<'a>> {
        self.at(&["authSpec"]).into_iter().flat_map(Node::items)
    }

    /// The inputs a customer fills in: the members of `sourceSpec.spec.properties`.
    pub fn inputs(&self) -> impl Iterator<Item = Node<'a>> {
        self.at(&["sourceSpec", "spec", "properties"])
            .filter(|properties| properties.kind() == JsonKind::Object)
            .into_iter()
            .flat_map(Node::children)
    }

    /// The texts in which placeholders work.
    pub fn places(&self) -> &[Place<'a>] {
        self.places.get_or_init(|| placeholder::places(self))
    }

    /// The names that a customer fills in.
    pub fn declared(&self) -> &Declared<'a> {
        self.declared.get_or_init(|| Declared::of(self))
    }

    /// Every name that the request refers to, however it is written.
    pub fn referred(&self) -> &BTreeSet<String> {
        self.referred.get_or_init(|| placeholder::referred(self))
    }

    /// What its texts may hold, as far as they are written without escape sequences.
    pub fn suspicion(&self) -> Suspicion {
        *self.suspicion.get_or_init(|| Suspicion::of(self.tree.document().text()))
    }

    /// Where the spec departs from the JSON Schema of its kind.
    pub fn violations(&self) -> &[Violation<'a>] {
        self.violations.get_or_init(|| schema::check(self.root, self.kind))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::Document;

    fn told(provider: Option<Kind>, name: &str, rest: &str) -> Option<(Kind, bool)> {
        let provider = provider.map_or("x", Kind::provider);
        let text = format!("{{\"providerId\": \"{provider}\", \"type\": \"{name}\"{rest}}}");
        let tree = Tree::read(Arc::new(Document::new("x", text.into_bytes())));
        let spec = Spec::of(&tree).unwrap();
        spec.kind().map(|kind| (kind, spec.is_doubtful()))
    }

    #[test]
    fn the_kind_is_that_for_which_most_speaks() {
        use Kind::{Batch, Streaming};
        let (batch, streaming) = (Batch.type_name(), Streaming.type_name());
        let fetches = r#", "sourceSpec": {"attributes": {"urlParams": {}}}"#;
        let resource = r#", "exploreSpec": {"type": "Resource"}"#;
        let sends = r#", "exploreSpec": {"type": "StreamingConnection"}"#;
        let both = format!("{fetches}{resource}");
        assert_eq!(told(Some(Batch), batch, &both), Some((Batch, false)));
        assert_eq!(told(Some(Streaming), batch, &both), Some((Batch, false)));
        assert_eq!(told(Some(Streaming), batch, resource), Some((Batch, true)));
        assert_eq!(told(Some(Streaming), batch, ""), Some((Streaming, true)));
        assert_eq!(told(Some(Batch), streaming, sends), Some((Streaming, true)));
        assert_eq!(told(Some(Batch), streaming, &both), Some((Batch, false)));
        assert_eq!(told(Some(Streaming), "x", &both), Some((Batch, true)));
        assert_eq!(told(None, streaming, &both), Some((Batch, true)));
        assert_eq!(told(None, streaming, ""), Some((Streaming, false)));
        assert_eq!(told(None, "x", &both), None);
        // Where both say the same, they are believed, whatever stands below them.
        assert_eq!(told(Some(Streaming), streaming, &both), Some((Streaming, true)));
    }
}
