//! What mending changes, as a unified diff that `git apply` and `patch -p1` take.

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use crate::{
    lint::fix::Change,
    style::{BAD, BOLD, GOOD, NOTE},
    text::{Document, Span, visible},
};

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// A change as a diff.
#[derive(Debug, PartialEq, Eq)]
pub struct Diff {
    pub text: String,
    /// Whether something secret would have been shown. What stands in its place is not in the file, so that no program can
    /// apply the diff.
    pub is_masked: bool,
}

/// The difference of a file before and after, told by a path. With colours it is for people: control characters are
/// written as escapes.
pub fn diff(change: &Change, path: &str, colored: bool) -> Diff {
    let (before, after) = (lines(change.before.text()), lines(change.after.text()));
    let [masked_before, masked_after] = [(&change.before, &change.secrets[0]), (&change.after, &change.secrets[1])]
        .map(|(text, secrets)| mask(text, secrets));
    let (shown_before, shown_after) = (lines(&masked_before), lines(&masked_after));
    let mut diff = Diff { text: String::new(), is_masked: false };
    for (sign, style) in [("--- a/", BOLD), ("+++ b/", BOLD)] {
        let name = name(sign, path);
        diff.text.push_str(&if colored { format!("{style}{name}{style:#}\n") } else { format!("{name}\n") });
    }
    for group in group_diff_ops(capture_diff_slices(Algorithm::Myers, &before, &after), CONTEXT) {
        let header = header(&group);
        diff.text.push_str(&if colored { format!("{NOTE}{header}{NOTE:#}\n") } else { format!("{header}\n") });
        for op in &group {
            let (old, new) = (op.old_range(), op.new_range());
            let mut show = |sign: char, at: usize, text: &[&str], shown: &[&str]| {
                diff.is_masked |= text[at] != shown[at];
                push(&mut diff.text, sign, shown[at], colored);
            };
            match op.tag() {
                DiffTag::Equal => old.for_each(|at| show(' ', at, &before, &shown_before)),
                _ => {
                    old.for_each(|at| show('-', at, &before, &shown_before));
                    new.for_each(|at| show('+', at, &after, &shown_after));
                }
            }
        }
    }
    diff
}

/// Lines as `git` counts them: a carriage return alone ends none.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn push(text: &mut String, sign: char, line: &str, colored: bool) {
    let (content, is_ended) = match line.strip_suffix('\n') {
        Some(content) => (content, true),
        None => (line, false),
    };
    if colored {
        let content: String = content
            .chars()
            .map(|c| if c == '\t' { c.to_string() } else { visible::printable(c.encode_utf8(&mut [0; 4])) })
            .collect();
        match sign {
            '-' => text.push_str(&format!("{BAD}-{content}{BAD:#}")),
            '+' => text.push_str(&format!("{GOOD}+{content}{GOOD:#}")),
            sign => text.push_str(&format!("{sign}{content}")),
        }
    } else {
        text.push(sign);
        text.push_str(content);
    }
    text.push_str(if is_ended { "\n" } else { "\n\\ No newline at end of file\n" });
}

/// The places of a group of changes: first line and number of lines, before and after.
fn header(group: &[DiffOp]) -> String {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return String::new() };
    // Of no lines, the place is that of the line before.
    let place = |start: usize, end: usize| format!("{},{}", start + usize::from(start < end), end - start);
    let old = place(first.old_range().start, last.old_range().end);
    let new = place(first.new_range().start, last.new_range().end);
    format!("@@ -{old} +{new} @@")
}

/// The name of a file in the head of a diff. Quoted where its end could not be told, as `git` does.
fn name(sign: &str, path: &str) -> String {
    let (sign, prefix) = sign.split_at(4);
    let path = path.trim_start_matches('/');
    if path.contains(['"', '\\']) || path.chars().any(char::is_control) {
        let quoted: String = path
            .bytes()
            .map(|byte| match byte {
                b'"' | b'\\' => format!("\\{}", char::from(byte)),
                0x20..=0x7e => char::from(byte).to_string(),
                byte => format!("\\{byte:03o}"),
            })
            .collect();
        return format!("{sign}\"{prefix}{quoted}\"");
    }
    let end = if path.contains(' ') { "\t" } else { "" };
    format!("{sign}{prefix}{path}{end}")
}

/// A text with a star for each byte that may not be shown.
fn mask(document: &Document, secrets: &[Span]) -> String {
    let mut text = document.text().to_owned();
    for secret in secrets {
        if text.get(secret.range()).is_some_and(|secret| !secret.contains('\n')) {
            text.replace_range(secret.range(), &"*".repeat(secret.range().len()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn diff(change: &Change, colored: bool) -> Diff {
        super::diff(change, change.before.path(), colored)
    }

    fn change(path: &str, before: &str, after: &str, secret: &str) -> Change {
        let document = |text: &str| Arc::new(Document::new(path, text.as_bytes().to_vec()));
        let secrets = [before, after].map(|text| {
            let found = text.match_indices(secret).filter(|_| !secret.is_empty());
            found.map(|(at, _)| Span::new(at, at + secret.len())).collect()
        });
        Change { before: document(before), after: document(after), fixes: 1, secrets }
    }

    #[test]
    fn lines_around_a_change_are_shown_and_others_are_not() {
        let before = "1\n2\n3\n4\r\n5\n6\n7\n8\n9\n10\n11\n12\n13";
        let after = before.replace("4\r", "4").replace("\n12\n13", "\n13\n");
        let diff = diff(&change("Sources/a b/x.json", before, &after, ""), false);
        assert_eq!(
            diff.text,
            "--- a/Sources/a b/x.json\t\n+++ b/Sources/a b/x.json\t\n\
             @@ -1,7 +1,7 @@\n 1\n 2\n 3\n-4\r\n+4\n 5\n 6\n 7\n\
             @@ -9,5 +9,4 @@\n 9\n 10\n 11\n-12\n-13\n\\ No newline at end of file\n+13\n"
        );
        assert!(!diff.is_masked);
    }

    #[test]
    fn a_secret_is_not_shown_and_that_is_said() {
        let before = "a\n\"hunter2\"\nb \n\n\n\n\n\n\n\"hunter2\"\n";
        let diff = diff(&change("x", before, &before.replace("b ", "b"), "hunter2"), false);
        assert!(diff.is_masked && diff.text.contains(" \"*******\"\n-b \n+b\n"), "{}", diff.text);
        assert!(!diff.text.contains("hunter2"));
        let far = diff_of_end("hunter2");
        assert!(!far.is_masked, "what is not shown need not be hidden");
    }

    fn diff_of_end(secret: &str) -> Diff {
        let before = format!("{secret}\n1\n2\n3\n4\nb ");
        diff(&change("x", &before, before.trim_end(), secret), false)
    }

    #[test]
    fn people_see_colours_and_nothing_their_terminal_obeys() {
        let diff = diff(&change("a\"\u{1b}", "\u{1b}[31mx\n", "x\n", ""), true);
        assert!(diff.text.contains("-\\u{1b}[31mx") && !diff.text.contains("\u{1b}[31mx"), "{:?}", diff.text);
        assert!(diff.text.contains("--- \"a/a\\\"\\033\""), "{:?}", diff.text);
    }
}
