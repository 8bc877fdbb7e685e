//! JSON Pointers (RFC 6901): how a place in a JSON document is written down.

/// Appends one reference token to a pointer, escaping `~` and `/`.
pub fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// The reference tokens of a pointer, unescaped. `None` where the text is not a pointer.
pub fn tokens(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let rest = pointer.strip_prefix('/')?;
    Some(rest.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_the_way_there_and_back() {
        let mut pointer = String::new();
        for token in ["a/b", "m~n", "", "0"] {
            push(&mut pointer, token);
        }
        assert_eq!(pointer, "/a~1b/m~0n//0");
        assert_eq!(tokens(&pointer).unwrap(), ["a/b", "m~n", "", "0"]);
        assert_eq!(tokens("a"), None);
        assert_eq!(tokens("").unwrap(), Vec::<String>::new());
    }
}
