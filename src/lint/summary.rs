//! What is kept of a source once it has been checked, for the rules that look at several side by side.

use std::{
    collections::{
        HashMap,
        hash_map::{Entry, RandomState},
    },
    hash::{BuildHasher, Hash},
    sync::Arc,
};

use crate::{
    spec::{Kind, Spec},
    text::Span,
    workspace::{
        LoadedSource,
        layout::{self, ArtifactKind},
    },
};

/// Longer texts, in bytes, are not kept: neither a name nor a label is so long, and that they are is told otherwise.
const MAX_LENGTH: usize = 500;

/// What is kept of a source: little, because there may be ten thousand.
#[derive(Debug, Clone)]
pub struct SourceSummary {
    /// The kind of its connection spec.
    pub kind: Option<Kind>,
    /// `name` of its connection spec.
    pub name: Option<Said>,
    /// Its label, as the file says it.
    pub label: Option<Said>,
}

/// A text and where it stands.
#[derive(Debug, Clone)]
pub struct Said {
    /// The text without blanks around it; never empty.
    pub text: Box<str>,
    /// The path of the artifact.
    pub path: Arc<str>,
    /// The value, in a JSON document.
    pub pointer: Option<&'static str>,
    pub span: Span,
}

impl SourceSummary {
    /// What is kept of a source that was read.
    pub(super) fn of(source: &LoadedSource<'_>, spec: Option<&Spec<'_>>) -> Self {
        Self {
            kind: spec.and_then(Spec::kind),
            name: spec.and_then(|spec| Said::in_spec(spec, source, "name", "/name")),
            label: Said::in_file(source, ArtifactKind::Label),
        }
    }
}

impl Said {
    /// The name of the source whose artifact says it.
    pub fn source(&self) -> &str {
        layout::name_in_sources(&self.path).unwrap_or(&self.path)
    }

    fn in_spec(spec: &Spec<'_>, source: &LoadedSource<'_>, key: &'static str, pointer: &'static str) -> Option<Self> {
        let node = spec.root().get(key)?;
        let path = Arc::clone(&source.artifact(ArtifactKind::ConnectionSpec)?.path);
        Some(Self { text: kept(&node.as_str()?)?, path, pointer: Some(pointer), span: node.span() })
    }

    fn in_file(source: &LoadedSource<'_>, kind: ArtifactKind) -> Option<Self> {
        let artifact = source.artifact(kind)?;
        let document = artifact.content.as_ref().ok().filter(|document| document.invalid_utf8().is_none())?;
        let text = kept(document.text())?;
        let start = document.text().len() - document.text().trim_start().len();
        let span = Span::new(start, start + text.len());
        Some(Self { text, path: Arc::clone(&artifact.path), pointer: None, span })
    }
}

fn kept(text: &str) -> Option<Box<str>> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= MAX_LENGTH).then(|| text.into())
}

/// Each of several things that has the same key as one before it, with the first of those. What does not count is left out.
///
/// Of ten thousand hardly any are alike. So of each only a number is kept, and whether it counts is asked of few.
pub(super) fn alike<T: Copy, K: Hash + Eq>(
    things: &[T],
    key: impl Fn(T) -> K,
    counts: impl Fn(T) -> bool,
) -> Vec<(T, T)> {
    let hasher = RandomState::new();
    let mut marks: Vec<(u64, usize)> =
        things.iter().enumerate().map(|(at, thing)| (hasher.hash_one(key(*thing)), at)).collect();
    marks.sort_unstable();
    let mut found = Vec::new();
    for same in marks.chunk_by(|(one, _), (other, _)| one == other).filter(|same| same.len() > 1) {
        let mut firsts: HashMap<K, T> = HashMap::new();
        for thing in same.iter().map(|(_, at)| things[*at]).filter(|thing| counts(*thing)) {
            match firsts.entry(key(thing)) {
                Entry::Occupied(first) => found.push((*first.get(), thing)),
                Entry::Vacant(entry) => {
                    entry.insert(thing);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_with_the_first_that_counts() {
        let said = ["b", "A!", "a", "B", "c", "A", "a"];
        let mut found = alike(&said, |text| text.trim_end_matches('!').to_lowercase(), |text| !text.ends_with('!'));
        found.sort_unstable();
        assert_eq!(found, [("a", "A"), ("a", "a"), ("b", "B")]);
        assert_eq!(alike(&["a", "b"], |text| text, |_| true), []);
    }

    #[test]
    fn a_text_knows_its_source() {
        let said = |path: &str| Said { text: "x".into(), path: path.into(), pointer: None, span: Span::default() };
        assert_eq!(said("Sources/acme/Artifacts/acme-label.txt").source(), "acme");
        assert_eq!(said("x-label.txt").source(), "x-label.txt");
    }
}
