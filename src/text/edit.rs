//! Edits: parts of a text that become other texts, everything else staying byte for byte as it is.

use super::Span;

/// A part of a text, and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

impl Edit {
    /// Puts a text in the place of another.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Puts a text in front of a byte.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::replace(Span::empty(at), text)
    }

    /// Takes a part of a text out.
    pub fn remove(span: Span) -> Self {
        Self::replace(span, String::new())
    }

    /// Whether two edits cannot both be made: they share a byte, or one of them puts something at an end of the other, so
    /// that what comes out would depend on which of them is made first.
    pub fn collides(&self, other: &Self) -> bool {
        let (one, two) = (self.span, other.span);
        match one.start == one.end || two.start == two.end {
            true => one.start <= two.end && two.start <= one.end,
            false => one.start < two.end && two.start < one.end,
        }
    }
}

/// A text with edits made in it. Nothing where two of them collide, or where one does not lie between characters of the
/// text.
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| edit.span);
    if edits.windows(2).any(|pair| pair[0].collides(pair[1])) {
        return None;
    }
    let mut edited = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        text.get(range.clone())?;
        edited.push_str(text.get(at..range.start)?);
        edited.push_str(&edit.text);
        at = range.end;
    }
    edited.push_str(text.get(at..)?);
    Some(edited)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit::replace(Span::new(start, end), text)
    }

    #[test]
    fn edits_touch_nothing_but_their_parts() {
        let edits = [edit(4, 5, ""), edit(0, 1, "ab"), edit(3, 3, "-")];
        assert_eq!(apply("xéyz", &edits).unwrap(), "abé-y");
        assert_eq!(apply("x", []).unwrap(), "x");
        // Side by side is no collision.
        assert_eq!(apply("ab", &[edit(1, 2, "2"), edit(0, 1, "1")]).unwrap(), "12");
    }

    #[test]
    fn what_cannot_be_done_is_not_done_by_half() {
        assert_eq!(apply("abc", &[edit(0, 2, ""), edit(1, 3, "")]), None);
        assert_eq!(apply("abc", &[edit(0, 2, ""), edit(2, 2, "x")]), None, "an insertion at the end of a removal");
        assert_eq!(apply("abc", &[edit(1, 1, "x"), edit(1, 1, "y")]), None);
        assert_eq!(apply("é", &[edit(1, 2, "")]), None, "within a character");
        assert_eq!(apply("a", &[edit(1, 5, "")]), None, "beyond the end");
    }
}
