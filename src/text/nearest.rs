//! "Did you mean": the known word nearest to one that is not known.

/// The candidate nearest to a word, where one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    let allowed = (word.chars().count() / 3).max(1);
    let length = folded.chars().count();
    candidates
        .into_iter()
        // A word far longer than what it is compared with is not meant for it, and takes long to compare.
        .filter(|candidate| length <= candidate.len() * 2)
        .map(|candidate| (distance(&folded, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= allowed.min(candidate.chars().count().saturating_sub(1)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How far apart two words are; a word that was cut short is near to the whole one.
fn distance(word: &str, candidate: &str) -> usize {
    if word.len() >= 3 && candidate.starts_with(word) { 1 } else { strsim::osa_distance(word, candidate) }
}

/// Case, hyphens, underscores and spaces are what people mistake most; they count for nothing.
pub fn fold(word: &str) -> String {
    word.chars().filter(|character| !matches!(character, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// A list of words in backticks: "`a`, `b` or `c`".
pub fn any_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_recognised() {
        let known = ["offSetName", "limitName", "pointerPath"];
        assert_eq!(nearest("offsetname", known), Some("offSetName"));
        assert_eq!(nearest("limit_nam", known), Some("limitName"));
        assert_eq!(nearest("pointer", known), Some("pointerPath"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest(&"limitName".repeat(100_000), known), None);
    }

    #[test]
    fn lists_read_as_a_sentence() {
        assert_eq!(any_of(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(any_of(&["a"]), "`a`");
    }
}
