//! Where the records stand in a response: the JSONPaths of `contentPath` and `explodeEntityPath`, and their lists of
//! attributes.

use jsonpath_rfc9535::{Error, JsonPath};

use super::Spec;
use crate::text::json::Node;

/// The two members that hold a path, each as an object; `contentPath` in its older form as a bare text.
const MEMBERS: [&str; 2] = ["contentPath", "explodeEntityPath"];

/// `contentPath` and `explodeEntityPath`, as far as the spec has them.
pub fn members<'a>(spec: &Spec<'a>) -> impl Iterator<Item = Node<'a>> {
    let holder = spec.at(&["sourceSpec", "attributes"]).filter(|_| spec.is_batch());
    MEMBERS.into_iter().filter_map(move |key| holder.and_then(|holder| holder.get(key)))
}

/// The texts that must be JSONPaths.
pub fn paths<'a>(spec: &Spec<'a>) -> impl Iterator<Item = Node<'a>> {
    members(spec).map(|member| member.get("path").unwrap_or(member)).filter(|path| path.as_str().is_some())
}

/// Paths longer than this, in bytes, or nested deeper are not read: each nested call of a function makes reading take
/// several times as long, and no path needs either.
const MAX_LENGTH: usize = 1000;
const MAX_NESTING: usize = 5;

/// How near a text is to a JSONPath.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathForm {
    /// RFC 9535 accepts it.
    Sound,
    /// Names with dots between them, and no `$` to start from.
    Rootless,
    /// Starts with `$`, and is yet no JSONPath; with the byte where reading it ended, where that is known.
    Faulty(Option<usize>),
    /// Of another language, or of none.
    Foreign,
    /// Too long or too deeply nested to be told.
    Unread,
}

impl PathForm {
    /// Tells the form of a text.
    pub fn of(text: &str) -> Self {
        if !is_readable(text) {
            return Self::Unread;
        }
        match JsonPath::parse(text) {
            Ok(_) => Self::Sound,
            Err(error) if text.trim_start().starts_with('$') => Self::Faulty(match error {
                Error::Syntax { position, .. } if text.is_char_boundary(position) => Some(position),
                _ => None,
            }),
            Err(_) if is_dotted(text) || lacks_only_the_root(text) => Self::Rootless,
            Err(_) => Self::Foreign,
        }
    }
}

/// Whether no dialect of JSONPath can read a text: it ends in the midst of a step, or brackets and quotes are not closed.
pub fn is_torn(text: &str) -> bool {
    let mut open = Vec::new();
    let mut quote = None;
    let mut last = ' ';
    for letter in text.chars() {
        match (quote, letter) {
            (Some(_), _) if last == '\\' => {}
            (Some(quoted), _) if quoted == letter => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') if !open.is_empty() => quote = Some(letter),
            (None, '[' | '(') => open.push(letter),
            (None, ']') if last == '[' || open.pop() != Some('[') => return true,
            (None, ')') if open.pop() != Some('(') => return true,
            (None, _) => {}
        }
        // A backslash that is itself escaped escapes nothing.
        last = if last == '\\' && letter == '\\' { ' ' } else { letter };
    }
    quote.is_some() || !open.is_empty() || text.trim_end().ends_with('.')
}

/// Whether reading a text takes no more than a moment.
fn is_readable(text: &str) -> bool {
    let mut depth = 0usize;
    let is_flat = text.bytes().all(|byte| {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth <= MAX_NESTING
    });
    is_flat && text.len() <= MAX_LENGTH
}

/// Names with dots between them, each perhaps with something in brackets behind it.
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|step| {
        let name = step.split('[').next().unwrap_or_default();
        !name.is_empty() && name.chars().all(|character| character.is_alphanumeric() || "_-@:".contains(character))
    })
}

/// `.name` and `[0]`: with a `$` before them they are JSONPaths.
fn lacks_only_the_root(text: &str) -> bool {
    text.starts_with(['.', '[']) && JsonPath::parse(&format!("${text}")).is_ok()
}

/// The JSONPath that was probably meant, where one can be told.
pub fn meant(text: &str) -> Option<String> {
    let trimmed = text.trim();
    if is_readable(trimmed) && lacks_only_the_root(trimmed) {
        return Some(format!("${trimmed}"));
    }
    let (rest, separator) = match trimmed.strip_prefix('/') {
        Some(pointer) => (pointer, '/'),
        None => (trimmed.strip_prefix('$').unwrap_or(trimmed).trim_start_matches('.'), '.'),
    };
    let mut path = String::from("$");
    for step in rest.split(separator) {
        let (name, brackets) = step.split_at(step.find('[').unwrap_or(step.len()));
        let is_plain = name.chars().all(|character| character.is_alphanumeric() || character == '_')
            && !name.starts_with(|character: char| character.is_ascii_digit());
        match name {
            "" => return None,
            _ if is_plain => path.extend([".", name, brackets]),
            _ if name.contains(['\'', '\\']) => return None,
            _ => path.extend(["['", name, "']", brackets]),
        }
    }
    (path != text && PathForm::of(&path) == PathForm::Sound).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        for sound in ["$.members", "$", "$[*]", "$.a.b[0]", "$['odd-name']", "$.items[?@.id > 1]"] {
            assert_eq!(PathForm::of(sound), PathForm::Sound, "{sound}");
        }
        for rootless in ["members", "data.items", "data.items[0]", "odd-name", ".a", "[*].a", "['a']"] {
            assert_eq!(PathForm::of(rootless), PathForm::Rootless, "{rootless}");
        }
        for faulty in ["$members", "$.a b", "$.odd-name", "$.", "$.a[", "$.ü[€", " $.a"] {
            assert!(matches!(PathForm::of(faulty), PathForm::Faulty(_)), "{faulty}");
        }
        for foreign in ["", " ", "/members", "//a", "a..b", "[members]", "the members"] {
            assert_eq!(PathForm::of(foreign), PathForm::Foreign, "{foreign}");
        }
    }

    #[test]
    fn what_is_torn_is_told_from_what_is_another_dialect() {
        for torn in ["$.a[", "$.a]", "$.a[]", "$.a[0", "$.a.", "$['a]", "$[?(@.a]", "$.a[\"b\\\"]"] {
            assert!(is_torn(torn), "{torn}");
        }
        for whole in ["$.odd-name", "$.a b", "$a", "tickets", "$['a]']", "$['a\\\\']", "$[?(@.a == ']')]", "$.it's"] {
            assert!(!is_torn(whole), "{whole}");
        }
    }

    #[test]
    fn no_path_takes_long_to_read() {
        let nested = |depth: usize| format!("$[?{}@.a{} > 1]", "length(".repeat(depth), ")".repeat(depth));
        assert_eq!(PathForm::of(&nested(1)), PathForm::Sound);
        assert_eq!(PathForm::of(&nested(100)), PathForm::Unread);
        assert_eq!(PathForm::of(&".a".repeat(5_000_000)), PathForm::Unread);
    }

    #[test]
    fn what_was_meant_is_guessed() {
        let guesses = [
            ("members", Some("$.members")),
            ("data.items[0]", Some("$.data.items[0]")),
            ("/data/items", Some("$.data.items")),
            (".a", Some("$.a")),
            ("[*].a", Some("$[*].a")),
            ("$.odd-name.x", Some("$['odd-name'].x")),
            ("$members", Some("$.members")),
            (" $.members ", Some("$.members")),
            ("$.a[", None),
            ("$..", None),
            ("/", None),
            ("", None),
        ];
        for (text, guess) in guesses {
            assert_eq!(meant(text).as_deref(), guess, "{text}");
        }
    }
}
