//! The path of an attribute as the mapping language of Data Prep writes it, `member.${first name}.items[*].a\.b`: read and written.

use std::fmt;

/// Words of the mapping language that no field can be named with, unless they are wrapped.
pub const RESERVED: [&str; 28] = [
    "_errors", "and", "break", "continue", "div", "do", "else", "empty", "eq", "false", "for", "function", "ge", "gt",
    "if", "le", "lt", "mod", "ne", "new", "not", "null", "or", "return", "size", "true", "var", "while",
];

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The field of an object.
    Name(String),
    /// One item of an array, `[0]`.
    Item(usize),
    /// Every item of an array, `[*]`.
    Items,
}

/// Why a text is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPath(&'static str);

impl fmt::Display for NoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The steps of a path.
pub fn read(path: &str) -> Result<Vec<Step>, NoPath> {
    let mut steps = Vec::new();
    let mut name: Option<String> = None;
    // After `[0]` a dot goes on, and needs no name before it.
    let mut after_item = false;
    let mut letters = path.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '.' => {
                match name.take() {
                    Some(name) => steps.push(Step::Name(name)),
                    None if after_item => {}
                    None => return Err(NoPath("a name is missing before a dot")),
                }
                after_item = false;
                if letters.peek().is_none() {
                    return Err(NoPath("a name is missing after the last dot"));
                }
            }
            '[' => {
                let is_first = steps.is_empty();
                match name.take() {
                    Some(name) => steps.push(Step::Name(name)),
                    None if after_item || is_first => {}
                    None => return Err(NoPath("a name is missing before `[`")),
                }
                steps.push(item(&mut letters)?);
                after_item = true;
            }
            _ if after_item => return Err(NoPath("after `]` comes a dot or another `[`")),
            ']' => return Err(NoPath("`]` closes nothing")),
            '(' | ')' => return Err(NoPath("brackets stand in expressions, or in names that are wrapped in `${…}`")),
            '\\' => match letters.next() {
                Some(letter) => name.get_or_insert_default().push(letter),
                None => return Err(NoPath("nothing follows the last `\\`")),
            },
            '$' if letters.peek() == Some(&'{') => {
                letters.next();
                wrapped(&mut letters, name.get_or_insert_default())?;
            }
            letter => name.get_or_insert_default().push(letter),
        }
    }
    match name {
        Some(name) => steps.push(Step::Name(name)),
        None if after_item => {}
        None => return Err(NoPath("it is empty")),
    }
    Ok(steps)
}

/// What stands in the brackets after a name.
fn item(letters: &mut impl Iterator<Item = char>) -> Result<Step, NoPath> {
    let mut index = String::new();
    loop {
        match letters.next() {
            Some(']') => break,
            Some(letter) => index.push(letter),
            None => return Err(NoPath("a `[` is not closed")),
        }
    }
    match index.as_str() {
        "*" => Ok(Step::Items),
        number if number.starts_with(|first: char| first.is_ascii_digit()) => {
            number.parse().map(Step::Item).map_err(|_| NoPath("in brackets stands a number or `*`"))
        }
        _ => Err(NoPath("in brackets stands a number or `*`")),
    }
}

/// The rest of `${…}`, in which a backslash takes the next letter as it is.
fn wrapped(letters: &mut impl Iterator<Item = char>, name: &mut String) -> Result<(), NoPath> {
    let before = name.len();
    loop {
        match letters.next() {
            Some('}') if name.len() == before => return Err(NoPath("`${}` wraps nothing")),
            Some('}') => return Ok(()),
            Some('\\') => name.extend(letters.next()),
            Some(letter) => name.push(letter),
            None => return Err(NoPath("a `${` is not closed")),
        }
    }
}

/// A name as it stands in a path: wrapped where it is no plain word.
pub fn segment(name: &str) -> String {
    let mut letters = name.chars();
    let begins = letters.next().is_some_and(|letter| letter.is_alphabetic() || matches!(letter, '_' | '$'));
    let is_word = begins && letters.all(|letter| letter.is_alphanumeric() || letter == '_');
    if is_word && !RESERVED.contains(&name) {
        return name.to_owned();
    }
    let escaped: String = name
        .chars()
        .flat_map(|letter| matches!(letter, '.' | '\\' | '}').then_some('\\').into_iter().chain([letter]))
        .collect();
    format!("${{{escaped}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Step {
        Step::Name(name.to_owned())
    }

    #[test]
    fn every_form_of_a_path_is_read() {
        for (path, steps) in [
            ("a", vec![name("a")]),
            ("a.b", vec![name("a"), name("b")]),
            ("a.${b c}[*].d\\.e[0]", vec![name("a"), name("b c"), Step::Items, name("d.e"), Step::Item(0)]),
            ("a[1][*]", vec![name("a"), Step::Item(1), Step::Items]),
            ("[2].a", vec![Step::Item(2), name("a")]),
            ("${a.b\\}[*](c)}", vec![name("a.b}[*](c)")]),
            ("$a", vec![name("$a")]),
            ("_{tenantId}.first name", vec![name("_{tenantId}"), name("first name")]),
        ] {
            assert_eq!(read(path), Ok(steps), "{path}");
        }
    }

    #[test]
    fn what_is_no_path_is_told() {
        for (path, told) in [
            ("", "empty"),
            (".a", "before a dot"),
            ("a.", "after the last dot"),
            ("a..b", "before a dot"),
            ("a.[0]", "before `[`"),
            ("a[", "not closed"),
            ("a[x]", "a number or `*`"),
            ("a[-1]", "a number or `*`"),
            ("a[+1]", "a number or `*`"),
            ("a[99999999999999999999]", "a number or `*`"),
            ("a[0]b", "after `]`"),
            ("a]", "closes nothing"),
            ("a\\", "last `\\`"),
            ("${a", "not closed"),
            ("${}", "wraps nothing"),
            ("lower(a)", "expressions"),
        ] {
            assert!(read(path).unwrap_err().to_string().contains(told), "{path}: {:?}", read(path));
        }
    }

    #[test]
    fn names_are_written_so_that_they_are_read_again() {
        for (plain, written) in [
            ("first", "first"),
            ("first name", "${first name}"),
            ("a.b", "${a\\.b}"),
            ("and", "${and}"),
            ("1st", "${1st}"),
        ] {
            assert_eq!(segment(plain), written);
            assert_eq!(read(written), Ok(vec![name(plain)]));
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_text_is_a_path_or_is_none(text in "(?s).{0,40}|[a.\\[\\]*0${}\\\\() ]{0,20}") {
            let _ = read(&text);
        }

        #[test]
        fn any_name_is_read_again(above in "(?s).{1,12}", below in "(?s).{1,12}") {
            let path = format!("{}.{}[*]", segment(&above), segment(&below));
            proptest::prop_assert_eq!(read(&path), Ok(vec![name(&above), name(&below), Step::Items]));
        }
    }
}
