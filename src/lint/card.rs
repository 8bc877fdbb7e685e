//! The texts of the catalog card that stand in two places: in a file of their own, and in the connection spec.

use super::rule::Sink;
use crate::{
    spec::{Spec, leftover},
    text::excerpt,
    workspace::{LoadedSource, layout::ArtifactKind},
};

/// Finds that the spec says something else than the file of a label or description.
pub(super) fn compare(spec: &Spec<'_>, source: &LoadedSource<'_>, kind: ArtifactKind, sink: &mut Sink<'_>) {
    let Some(node) = spec.ui().and_then(|ui| ui.at(&[kind.noun(), "text"])) else { return };
    let (Some(written), Some(file)) = (node.as_str(), source.document(kind)) else { return };
    let said = file.slice(file.trimmed());
    // Which of several lines is the label cannot be told; `several-lines` says so.
    let is_unclear = kind == ArtifactKind::Label && said.contains(['\n', '\r']);
    if file.invalid_utf8().is_some() || is_unclear || !leftover::differ(&written, said) {
        return;
    }
    sink.value(node, format!("the {} here is not that of `{}`", kind.noun(), kind.file_name(&source.source.name)))
        .help(format!("here it is `{}`, there it is `{}`: say the same in both", excerpt(&written), excerpt(said)))
        .beside(file);
}
