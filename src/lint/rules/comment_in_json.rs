#![doc = include_str!("comment_in_json.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    text::{
        Edit, Span,
        json::{Fault, Tree},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "comment-in-json",
    level: Level::Error,
    page: include_str!("comment_in_json.md"),
    check: Check::Json(check),
};

fn check(tree: &Tree, sink: &mut Sink<'_>) {
    for error in tree.errors().iter().filter(|error| error.fault == Fault::Comment) {
        // Where more is wrong, what looks like a comment may be the rest of an address.
        let fix = tree.is_sound().then(|| Edit::remove(extent(tree.document().text(), error.span)));
        sink.text(tree.document(), error.span, error.message.as_str()).maybe_help(error.help.clone()).fix_by(
            "remove the comment",
            Safety::Safe,
            fix,
        );
    }
}

/// What goes with a comment: all its lines, the blanks beside it, and its line where nothing else stands there.
fn extent(text: &str, first_line: Span) -> Span {
    let start = first_line.start as usize;
    let closed_by = [("/*", "*/"), ("<!--", "-->")].into_iter().find(|(opening, _)| text[start..].starts_with(opening));
    let end = match closed_by {
        Some((_, closing)) => text[start..].find(closing).map_or(text.len(), |end| start + end + closing.len()),
        None => first_line.end as usize,
    };
    let is_blank = |c: char| matches!(c, ' ' | '\t');
    let before = text[..start].trim_end_matches(is_blank);
    let begins_line = before.is_empty() || before.ends_with(['\n', '\u{feff}']);
    let after = text[end..].trim_start_matches(is_blank);
    let line_end = ["\r\n", "\n"].into_iter().find(|line_end| after.starts_with(line_end));
    match (begins_line, line_end) {
        (true, Some(line_end)) => Span::new(before.len(), text.len() - after.len() + line_end.len()),
        (true, None) => Span::new(start, text.len() - after.len()),
        (false, _) => Span::new(before.len(), end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Document, edit::apply};

    #[test]
    fn a_comment_takes_its_blanks_and_its_line_along() {
        let without = |text: &str| {
            let tree = Tree::read(std::sync::Arc::new(Document::new("x", text.as_bytes().to_vec())));
            let spans = tree.errors().iter().map(|error| Edit::remove(extent(text, error.span)));
            apply(text, &spans.collect::<Vec<_>>()).unwrap()
        };
        assert_eq!(without("// a\r\n{ // b\r\n  /* c\r\n d */\r\n  \"a\": 1 // e\r\n}"), "{\r\n  \"a\": 1\r\n}");
        assert_eq!(without("{\"a\": /* x */ 1}"), "{\"a\": 1}");
        assert_eq!(without("{\n  /* x */ \"a\": 1\n}\n// y"), "{\n  \"a\": 1\n}\n");
        assert_eq!(without("\u{feff}// x\n1"), "\u{feff}1");
    }
}
