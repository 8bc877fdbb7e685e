//! The texts of the catalog card that stand in two places: in a file of their own, and in the connection spec.

use std::collections::HashSet;

use super::rule::Sink;
use crate::{
    spec::{Spec, leftover},
    text::{Document, LINE_ENDS, excerpts, markup, visible},
    workspace::{LoadedSource, layout::ArtifactKind},
};

/// Finds that the spec says something else than the file of a label or description.
pub(super) fn compare(spec: &Spec<'_>, source: &LoadedSource<'_>, kind: ArtifactKind, sink: &mut Sink<'_>) {
    let Some(node) = spec.ui().and_then(|ui| ui.at(&[kind.noun(), "text"])) else { return };
    let (Some(written), Some(file)) = (node.as_str(), source.document(kind)) else { return };
    let said = file.slice(file.trimmed());
    // Which of several lines is the label cannot be told; `several-lines` says so.
    let is_unclear = kind == ArtifactKind::Label && said.contains(LINE_ENDS);
    if file.invalid_utf8().is_some()
        || is_unclear
        || !leftover::differ(&written, said)
        || differ_in_marks_only(&written, said)
    {
        return;
    }
    let (here, there) = excerpts(&written, said);
    sink.value(node, format!("the {} here is not that of `{}`", kind.noun(), name_of(file)))
        .help(format!("here it is `{here}`, there it is `{there}`: say the same in both"))
        .beside(file);
}

/// The name of a file.
pub(super) fn name_of(file: &Document) -> &str {
    file.path().rsplit('/').next().unwrap_or_default()
}

/// Whether the text of a file would say what the spec does, were it not for markup and characters that are not seen: rules
/// of their own tell of these.
pub(super) fn differ_in_marks_only(written: &str, said: &str) -> bool {
    let bare = bare(said);
    bare != said && bare.split_whitespace().eq(self::bare(written).split_whitespace())
}

/// A text without markup and without what is not seen.
fn bare(text: &str) -> String {
    let unseen: HashSet<usize> = visible::unseen(text).map(|(at, _)| at).collect();
    let is_seen = |at: &usize, c: char| !unseen.contains(at) && (!c.is_control() || c.is_whitespace());
    let seen: String = text.char_indices().filter(|(at, c)| is_seen(at, *c)).map(|(_, c)| c).collect();
    markup::plain(&seen).into_owned()
}
