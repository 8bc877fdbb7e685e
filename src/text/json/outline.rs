//! Keys told apart by a few of their letters, so that hardly any two are compared letter by letter.
//!
//! Rules look for members by name all the time: to read a key once and compare numbers from then on takes a third of the
//! work.

use std::borrow::Cow;

use super::Node;

/// What a key looks like from afar: keys that are the same have the same outline, and others hardly ever do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Outline(u32);

impl Outline {
    /// The outline of a key. Inlined, so that of a key in the program it is known when that is compiled.
    #[inline]
    pub(super) fn of(key: &str) -> Self {
        Self::of_bytes(key.as_bytes())
    }

    #[inline]
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        let length = bytes.len();
        let word =
            |at: usize| bytes.get(at..).and_then(<[u8]>::first_chunk::<4>).map_or(0, |four| u32::from_le_bytes(*four));
        let (first, middle, last) = if length >= 4 {
            (word(0), word(length / 2 - 2), word(length - 4))
        } else {
            let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or_default());
            (byte(0), byte(1), byte(2))
        };
        // Odd numbers without a pattern: whatever bit of a letter differs, some bits of the product do.
        let mixed = first.wrapping_mul(0x9e37_79b1) ^ middle.wrapping_mul(0x85eb_ca77) ^ last.wrapping_mul(0xc2b2_ae3d);
        Self((mixed ^ (mixed >> 15)).wrapping_add((length as u32).wrapping_mul(0x27d4_eb2f)))
    }

    /// One of 256 marks, as a word and a bit of it.
    pub(super) fn mark(self) -> (usize, u64) {
        ((self.0 >> 30) as usize, 1 << (self.0 >> 24 & 63))
    }

    /// The places in a table of so many, a power of two, where an entry of this outline may be.
    fn places(self, count: usize) -> impl Iterator<Item = usize> {
        let first = (self.0 ^ (self.0 >> 16)) as usize;
        (0..count).map(move |step| first.wrapping_add(step) & (count - 1))
    }
}

/// Names, each with what is to be known of it, in which the key of a member is looked up.
#[derive(Debug)]
pub struct Names<T> {
    entries: Vec<(Outline, Cow<'static, str>, T)>,
    /// The place of each entry, at the one that its outline tells or behind it. At least half of it is empty.
    places: Vec<Option<u32>>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), places: vec![None] }
    }
}

impl<T> Names<T> {
    /// Names that are all different.
    pub fn of(entries: impl IntoIterator<Item = (impl Into<Cow<'static, str>>, T)>) -> Self {
        let entry = |(name, known): (_, T)| {
            let name: Cow<'static, str> = name;
            (Outline::of(&name), name, known)
        };
        let entries: Vec<_> = entries.into_iter().map(|(name, known)| entry((name.into(), known))).collect();
        let mut places = vec![None; (entries.len() * 2 + 1).next_power_of_two()];
        for (place, (outline, ..)) in (0..).zip(&entries) {
            let free = outline.places(places.len()).find(|at| places[*at].is_none());
            free.into_iter().for_each(|at| places[at] = Some(place));
        }
        Self { entries, places }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The names, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(_, name, _)| name.as_ref())
    }

    /// What is known of the key of a member.
    pub fn get(&self, member: Node<'_>) -> Option<&T> {
        let outline = member.outline()?;
        let entries = outline.places(self.places.len()).map_while(|at| self.entries.get(self.places[at]? as usize));
        let mut alike = entries.filter(|(known, ..)| *known == outline);
        alike.find(|(_, name, _)| member.is_written(name)).map(|(.., known)| known)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::{Document, json::Tree};

    #[test]
    fn keys_of_the_schemas_have_outlines_of_their_own() {
        let mut outlines = std::collections::HashMap::new();
        for kind in [crate::spec::Kind::Batch, crate::spec::Kind::Streaming] {
            let schema = crate::schema::source(kind).as_bytes().to_vec();
            let tree = Tree::read(Arc::new(Document::new("schema", schema)));
            for key in tree.nodes().filter_map(Node::key) {
                let known = outlines.entry(Outline::of(&key).0).or_insert_with(|| key.clone().into_owned());
                assert_eq!(*known, key);
            }
        }
        assert!(outlines.len() > 100, "{}", outlines.len());
        for (one, other) in [("", "a"), ("ab", "ba"), ("abc", "abd"), ("column_10", "column_20"), ("aaaa", "aaaaa")] {
            assert_ne!(Outline::of(one), Outline::of(other), "{one}, {other}");
        }
    }

    #[test]
    fn a_name_is_found_however_its_key_is_written() {
        // The first and the last four letters, and those in the middle, are alike in two of them.
        let text = r#"{"a": 1, "\u0061b": 2, "abcd_x_mnop_y_wxyz": 3, "é": 4, "": 5, "abcd_z_mnop_y_wxyz": 6}"#;
        let tree = Tree::read(Arc::new(Document::new("x", text.as_bytes().to_vec())));
        let names = Names::of([("ab", 'b'), ("é", 'e'), ("", '-'), ("abcd_x_mnop_y_wxyz", 'x'), ("other", 'o')]);
        let found: String =
            tree.root().into_iter().flat_map(Node::children).map(|member| names.get(member).unwrap_or(&' ')).collect();
        assert_eq!(found, " bxe- ");
        assert!(tree.root().is_some_and(|root| names.get(root).is_none() && root.get("ab").is_some()));
        assert_eq!(names.iter().collect::<Vec<_>>(), ["ab", "é", "", "abcd_x_mnop_y_wxyz", "other"]);
        assert_eq!(Outline::of("abcd_x_mnop_y_wxyz"), Outline::of("abcd_z_mnop_y_wxyz"));
    }
}
