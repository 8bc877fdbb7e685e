#![doc = include_str!("malformed_path.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        url::{self, PathFault},
    },
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-path",
    level: Level::Error,
    page: include_str!("malformed_path.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = url::param(spec, "path") else { return };
    let Some(text) = node.as_str() else { return };
    for (fault, range) in url::path_faults(&text) {
        let (message, help, level) = match fault {
            PathFault::WhiteSpace => {
                ("white space in `path`", "remove it, or write `%20` where it is meant", Level::Error)
            }
            PathFault::Address => ("`path` is a whole address", "move scheme and host to `host`", Level::Error),
            PathFault::NoSlash => ("`path` does not start with `/`", "put `/` in front", Level::Error),
            PathFault::Query => ("`path` goes on with a query", "move the parameters to `queryParams`", Level::Warning),
            PathFault::Fragment => ("`path` goes on with a fragment, which is never sent", "remove it", Level::Warning),
            PathFault::DoubleSlash => ("two slashes in a row", "remove one", Level::Warning),
        };
        let (safety, instead) = match fault {
            // In its place go blanks that stand in front: to put it before them would bring them into the path.
            PathFault::NoSlash => {
                let blanks = text.len() - text.trim_start().len();
                (Safety::Safe, Some((0..blanks, "/")))
            }
            // Blanks around a path are no part of it.
            PathFault::WhiteSpace if (range.start == 0) != (range.end == text.len()) => {
                (Safety::Safe, Some((range.clone(), "")))
            }
            PathFault::DoubleSlash => (Safety::Unsafe, Some((range.clone(), "/"))),
            PathFault::Fragment => (Safety::Unsafe, Some((range.clone(), ""))),
            PathFault::WhiteSpace | PathFault::Address | PathFault::Query => (Safety::Unsafe, None),
        };
        let fix = instead.and_then(|(range, text)| edit::within(node, range, text));
        sink.within(node, range, message).help(help).level(level).fix(safety, fix);
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Sample;

    #[test]
    fn a_blank_in_front_is_one_slip_and_is_taken_away() {
        for (path, mended) in [
            (" /v1/${listId}", Some("/v1/${listId}")),
            (" v1/${listId}", Some("/v1/${listId}")),
            (" ${listId}", Some("${listId}")),
            ("/v1/${listId} ", Some("/v1/${listId}")),
            ("/v1/${listId}/a b", None),
        ] {
            let sample = Sample::batch().with_attributes(&format!("\"urlParams\": {{\"path\": \"{path}\"}}"));
            let findings = sample.findings().findings;
            let [finding] = findings.as_slice() else { panic!("{path}: {findings:#?}") };
            let edits = finding.fix.as_ref().map(|fix| fix.edits.as_slice());
            let made = edits.map(|edits| {
                let [edit] = edits else { panic!("{edits:?}") };
                let mut text = finding.document.as_ref().unwrap().text().to_owned();
                text.replace_range(edit.span.range(), &edit.text);
                text
            });
            assert_eq!(made.is_some(), mended.is_some());
            if let (Some(text), Some(mended)) = (made, mended) {
                assert!(text.contains(&format!("\"path\": \"{mended}\"")), "{path}: {text}");
            }
        }
    }
}
