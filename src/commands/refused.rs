//! What the platform refused in a connection spec, shown at its place in the artifact.

use std::sync::Arc;

use super::selected::Selected;
use crate::{
    cli::Global,
    console::Console,
    error::Error,
    publish::Outcome,
    text::{
        Document, Span,
        json::{Kind, Node, Tree},
        visible::printable,
    },
    workspace::layout::ArtifactKind,
};

/// Shows the key of each field that the platform named, as the linter would.
pub(super) fn show(global: &Global, outcome: &Outcome, console: &mut Console) {
    let named = outcome.results.iter().filter(|result| !result.mentions.is_empty());
    // The outcome itself was told already, with what the platform said; without the repository there is no more to show.
    let Ok(selected) = Selected::whole(global) else { return };
    for result in named {
        let Some(source) = selected.workspace().source(&result.source) else { continue };
        let loaded = source.load(selected.root());
        let Some(document) = loaded.document(ArtifactKind::ConnectionSpec) else { continue };
        let tree = Tree::read(Arc::clone(document));
        for (name, span) in places(&tree, &result.mentions) {
            console.error(&Error::RefusedPlace {
                message: format!("the platform refused `{}` for its `{}`", result.source, printable(&name)),
                document: Arc::<Document>::clone(document),
                span,
            });
        }
    }
}

/// The places of what was mentioned and is there, each once. Of places inside of one another the innermost says most.
fn places(tree: &Tree, mentions: &[String]) -> Vec<(String, Span)> {
    let mut nodes: Vec<(String, Node<'_>)> = Vec::new();
    for mention in mentions {
        if let Some(node) = locate(tree, mention)
            && !nodes.iter().any(|(_, known)| *known == node)
        {
            nodes.push((mention.clone(), node));
        }
    }
    let holds = |outer: Node<'_>, inner: Node<'_>| {
        let mut around = inner.parent();
        while let Some(node) = around {
            if node == outer {
                return true;
            }
            around = node.parent();
        }
        false
    };
    let innermost = nodes.iter().filter(|(_, node)| !nodes.iter().any(|(_, other)| holds(*node, *other)));
    innermost.map(|(name, node)| (name.clone(), node.label_span())).collect()
}

/// The node that a JSON Pointer, a path with dots, or a name means. Where the last of a path is missing, what is around it.
fn locate<'t>(tree: &'t Tree, mention: &str) -> Option<Node<'t>> {
    let root = tree.root()?;
    let path = mention.trim_start_matches('#').trim_start_matches('$');
    let tokens: Vec<String> = if let Some(pointer) = path.strip_prefix('/') {
        pointer.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
    } else {
        let dotted = path.replace('[', ".").replace([']', '"', '\''], "");
        dotted.split('.').filter(|token| !token.is_empty()).map(str::to_owned).collect()
    };
    match tokens.as_slice() {
        [] => None,
        [name] => root.child(name).or_else(|| only(tree, name)),
        [around @ .., last] => {
            let parent = around.iter().try_fold(root, |node, token| node.child(token))?;
            Some(parent.child(last).unwrap_or(parent))
        }
    }
}

/// The one member of this name in the whole document, where there is one.
fn only<'t>(tree: &'t Tree, name: &str) -> Option<Node<'t>> {
    let mut named = tree.nodes().filter(|node| {
        node.parent().is_some_and(|parent| parent.kind() == Kind::Object) && node.key().is_some_and(|key| key == name)
    });
    named.next().filter(|_| named.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mentioned_is_found_where_it_stands() {
        let text = r#"{"name": "a", "authSpec": [{"name": "b", "type": "T"}], "sourceSpec": {"attributes": {"urlParams": {"host": "h"}}}}"#;
        let tree = Tree::read(Arc::new(Document::new("a.json", text.as_bytes().to_vec())));
        let found = |mentions: &[&str]| -> Vec<String> {
            let mentions: Vec<String> = mentions.iter().map(|mention| (*mention).to_owned()).collect();
            places(&tree, &mentions).into_iter().map(|(_, span)| tree.document().slice(span).to_owned()).collect()
        };
        assert_eq!(found(&["name"]), ["\"name\""]);
        assert_eq!(found(&["host"]), ["\"host\""]);
        assert_eq!(found(&["#/authSpec/0/type", "authSpec", "$.authSpec[0].type"]), ["\"type\""]);
        assert_eq!(found(&["sourceSpec.attributes.urlParams.path"]), ["\"urlParams\""]);
        assert_eq!(found(&["nothing", "", "/", "a.b", "/authSpec/9/x", "Invalid request"]), [""; 0]);
    }
}
