//! Chance that is the same on every run.

/// Numbers that look random (SplitMix64).
pub(crate) struct Chance(u64);

impl Chance {
    /// Seeded with a text, so that one damage more leaves the others as they are.
    pub(crate) fn of(text: &str) -> Self {
        Self(text.bytes().fold(0x5eed, |seed, byte| (seed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)))
    }

    /// A number below `end`, or 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) as usize) % end.max(1)
    }

    /// Some of many, in their order.
    pub(crate) fn some<T>(&mut self, mut of: Vec<T>, count: usize) -> Vec<T> {
        while of.len() > count {
            of.remove(self.below(of.len()));
        }
        of
    }

    /// A word with one letter left out, doubled or changed places with the next. Blanks are left: two are shown as one.
    pub(crate) fn misspelt(&mut self, word: &str) -> String {
        let mut letters: Vec<char> = word.chars().collect();
        let is_blank = |at: usize| letters.get(at).is_some_and(|letter| letter.is_whitespace());
        let at = self.below(letters.len());
        if is_blank(at) || is_blank(at + 1) {
            return self.misspelt(word);
        }
        match self.below(3) {
            0 if letters.len() > 1 => {
                letters.remove(at);
            }
            1 if at + 1 < letters.len() && letters[at] != letters[at + 1] => letters.swap(at, at + 1),
            _ => letters.insert(at, letters[at]),
        }
        letters.into_iter().collect()
    }
}
