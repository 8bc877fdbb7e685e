//! Regular expressions of `pattern`: whether one is valid, as far as validators of JSON Schema go.

/// The longest that is told to be valid without the engine, in bytes.
const SHORT: usize = 64;

/// Whether a text is a regular expression.
pub fn is_valid(pattern: &str) -> bool {
    // To compile one takes longer than to check a whole spec, and most are simple.
    is_simple(pattern) || jsonschema::draft7::new(&serde_json::json!({ "pattern": pattern })).is_ok()
}

/// Whether a text is a simple regular expression: letters, digits and classes of them in a row, each perhaps as often as it
/// likes. Never wrongly affirmed.
fn is_simple(pattern: &str) -> bool {
    let mut rest = pattern.strip_prefix('^').unwrap_or(pattern);
    rest = rest.strip_suffix('$').unwrap_or(rest);
    while let Some(first) = rest.bytes().next() {
        let atom = match first {
            b'[' => class(&rest[1..]),
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/' | b':' | b'@') => {
                Some(&rest[1..])
            }
            _ => None,
        };
        let Some(after) = atom else { return false };
        rest = after.strip_prefix(['*', '+', '?']).unwrap_or(after);
    }
    pattern.len() <= SHORT
}

/// What stands behind a class of letters and digits whose bracket was opened: `a-z0-9_-]`.
fn class(text: &str) -> Option<&str> {
    let (inner, rest) = text.split_once(']')?;
    let mut bytes = inner.strip_suffix('-').unwrap_or(inner).bytes().peekable();
    bytes.peek()?;
    while let Some(byte) = bytes.next() {
        if byte == b'_' {
            continue;
        }
        if !byte.is_ascii_alphanumeric() {
            return None;
        }
        if bytes.next_if_eq(&b'-').is_some() {
            let end = bytes.next()?;
            let is_alike = |is: fn(&u8) -> bool| is(&byte) && is(&end);
            let is_range =
                is_alike(u8::is_ascii_digit) || is_alike(u8::is_ascii_lowercase) || is_alike(u8::is_ascii_uppercase);
            if !is_range || end < byte {
                return None;
            }
        }
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_compiled(pattern: &str) -> bool {
        jsonschema::draft7::new(&serde_json::json!({ "pattern": pattern })).is_ok()
    }

    #[test]
    fn usual_patterns_are_simple() {
        for pattern in ["^[a-z0-9][a-z0-9-]*$", "^[0-9]+$", "abc", "^us-[0-9]?$", "", "^[A-Za-z_]+/v[0-9]+$"] {
            assert!(is_simple(pattern) && is_compiled(pattern), "{pattern}");
        }
        for pattern in
            ["[z-a]", "[a-", "[]", "[-]", "a**", "(", "\\d", "[a-Z]", "[^a]", "^^", "$$", "é", "a{2}", "[a]]"]
        {
            assert!(!is_simple(pattern), "{pattern}");
        }
        assert!(is_valid("^(a|b){2}\\d$") && !is_valid("(") && !is_valid("[z-a]"));
    }

    #[test]
    fn what_is_simple_is_valid() {
        let parts = ["^", "$", "[", "]", "a", "9", "-", "_", "*", "?", "Z", "a-z", "\\", "(", "0-9]"];
        let mut simple = 0;
        for number in 0..parts.len().pow(4) {
            let part = |place: u32| parts[number / parts.len().pow(place) % parts.len()];
            let pattern = [part(0), part(1), part(2), part(3)].concat();
            if !is_simple(&pattern) {
                continue;
            }
            simple += 1;
            // To compile all of them would take seconds.
            if simple % 7 == 0 {
                assert!(is_compiled(&pattern), "{pattern}");
            }
        }
        assert!(simple > 1000, "{simple}");
    }
}
