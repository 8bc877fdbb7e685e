#![doc = include_str!("leftover_placeholder.md")]

use std::{borrow::Cow, collections::HashSet, ops::Range};

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, ids, leftover,
        placeholder::{self, Style},
    },
    text::{
        excerpt,
        json::{Kind, Node},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "leftover-placeholder",
    level: Level::Error,
    page: include_str!("leftover_placeholder.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let request: Vec<usize> =
        spec.places().iter().filter(|place| place.is_request).map(|place| place.node.index()).collect();
    let has_template_text = spec.suspicion().template_text;
    let mut told: Option<HashSet<usize>> = None;
    // Most texts are not for people and have no brace, and to see that they need not be read.
    let may_be_leftover = |node: &Node<'_>| {
        let holds_brace = || memchr::memchr(b'{', node.raw().as_bytes()).is_some();
        node.is_escaped() || has_template_text || holds_brace() || is_prose(*node)
    };
    let strings = spec.tree().nodes().filter(|node| node.kind() == Kind::String);
    for node in strings.filter(may_be_leftover) {
        let Some(text) = node.as_str() else { continue };
        let is_request = || request.binary_search(&node.index()).is_ok();
        let may_hold_template_text = has_template_text || matches!(text, Cow::Owned(_));
        let Some((range, level)) = leftover(node, &text, may_hold_template_text, is_request) else { continue };
        // What the schema says of a value is enough; so is what the rules for words with a fixed meaning say.
        if is_fixed(node) {
            continue;
        }
        let told =
            told.get_or_insert_with(|| spec.violations().iter().map(|violation| violation.node.index()).collect());
        if told.contains(&node.index()) {
            continue;
        }
        let message = format!("`{}` was left from a template", excerpt(&text[range.clone()]));
        sink.within(node, range, message).level(level).help("write what it stands for");
    }
}

/// The first thing in a text that was left from a template.
fn leftover(
    node: Node<'_>,
    text: &str,
    may_hold_template_text: bool,
    is_request: impl Fn() -> bool,
) -> Option<(Range<usize>, Level)> {
    let braced = || {
        placeholder::find(text).into_iter().find(|found| match found.style {
            Style::System => placeholder::is_template_name(found.name) && !placeholder::SYSTEM.contains(&found.name),
            Style::Double => placeholder::is_name(found.name),
            Style::Input | Style::Unclosed => false,
        })
    };
    // Braces in a regular expression count letters, and in a request they are a matter of style.
    if memchr::memchr(b'{', text.as_bytes()).is_some()
        && !is_request()
        && node.key().is_none_or(|key| key != "pattern")
        && let Some(found) = braced()
    {
        // In the midst of a sentence they may show a customer what to write.
        let level = if found.range == (0..text.len()) && !is_example(node) { Level::Error } else { Level::Warning };
        return Some((found.range, level));
    }
    let known = if may_hold_template_text { leftover::template_text(text) } else { None };
    let known = known
        // In a request it is the name of a placeholder.
        .filter(|found| !is_request() || !text[..found.start as usize].ends_with('{'))
        // Few texts are for people; looking for words in all of them would be most of the work.
        .or_else(|| if is_prose(node) && !is_request() { leftover::words(text).first().copied() } else { None });
    known.map(|found| (found.range(), Level::Error))
}

/// Whether a text of the spec is for people to read: the name of the spec, what it says of itself, a text of its card, or
/// what it says of a field.
fn is_prose(node: Node<'_>) -> bool {
    let is = |key| node.is_named(key);
    is("description") || is("title") || is("text") || (is("name") && node.parent() == node.tree().root())
}

/// Whether a text is one of a few words that rules of their own look at.
fn is_fixed(node: Node<'_>) -> bool {
    let is = |node: Node<'_>, keys: &[&str]| node.key().is_some_and(|key| keys.contains(&key.as_ref()));
    let is_server_managed = is(node, &ids::SERVER_MANAGED) && node.parent() == node.tree().root();
    is_server_managed
        || is(node, &["type", "version", "providerId", "$schema"])
        || node.parent().is_some_and(|parent| is(parent, &["type", "required"]))
}

/// Whether a text is an example for people.
fn is_example(node: Node<'_>) -> bool {
    let is = |node: Node<'_>| node.key().is_some_and(|key| key == "example" || key == "examples");
    is(node) || node.parent().is_some_and(is)
}
