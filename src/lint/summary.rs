//! What is kept of a source once it has been checked, for the rules that look at several side by side.

use std::sync::Arc;

use crate::{
    spec::{Kind, Spec},
    text::Span,
    workspace::{LoadedSource, layout::ArtifactKind},
};

/// Longer texts, in bytes, are not kept: neither a name nor a label is so long, and that they are is told otherwise.
const MAX_LENGTH: usize = 500;

/// What is kept of a source: little, because there may be ten thousand.
#[derive(Debug, Clone)]
pub struct SourceSummary {
    /// The name of its folder.
    pub source: String,
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
    pub text: String,
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
            source: source.source.name.clone(),
            kind: spec.and_then(Spec::kind),
            name: spec.and_then(|spec| Said::in_spec(spec, source, "name", "/name")),
            label: Said::in_file(source, ArtifactKind::Label),
        }
    }
}

impl Said {
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

fn kept(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= MAX_LENGTH).then(|| text.to_owned())
}
