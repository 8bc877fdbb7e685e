//! The expressions of mappings: texts, numbers, `true`, `false` and `null`, paths of attributes, and calls of functions, nested.
//!
//! Read once for all events. What is not understood is told when a mapping set is made, and never passed over.

use std::{borrow::Cow, fmt};

use serde_json::{Number, Value};

use super::{
    function::{Function, Unfit},
    mapping,
};
use crate::text::attribute::{self, RESERVED, Step};

/// Longest expression, in letters, as it is documented for calculated fields.
const LONGEST: usize = 4_096;
/// Calls are nested this deep.
const DEEPEST: usize = 32;

/// A value that is computed of an event.
#[derive(Debug, PartialEq)]
pub(super) enum Expression {
    Literal(Value),
    Attribute(Vec<Step>),
    Call(Function, Vec<Expression>),
}

/// Why a text is no expression, or none that is computed here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unread(pub(super) String);

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Expression {
    /// Reads an expression.
    pub(super) fn read(text: &str) -> Result<Self, Unread> {
        if text.chars().count() > LONGEST {
            return Err(Unread(format!("it has more than {LONGEST} letters")));
        }
        let mut reader = Reader { text, rest: text };
        let expression = reader.expression(0)?;
        match reader.next() {
            None => Ok(expression),
            Some(_) => Err(reader.unexpected()),
        }
    }

    /// The value for an event; null where there is none.
    pub(super) fn value<'a>(&'a self, event: &'a Value) -> Result<Cow<'a, Value>, Unfit> {
        match self {
            Self::Literal(value) => Ok(Cow::Borrowed(value)),
            Self::Attribute(steps) => Ok(mapping::find(event, steps).into_value().unwrap_or(Cow::Owned(Value::Null))),
            Self::Call(function, arguments) => function.value(arguments, event),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// The next letter that is no blank.
    fn next(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    /// Takes a letter, if it is the next.
    fn take(&mut self, letter: char) -> bool {
        self.next();
        match self.rest.strip_prefix(letter) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn unexpected(&mut self) -> Unread {
        let next = self.next();
        let before = self.text.len() - self.rest.len();
        let at = self.text.get(..before).map_or(0, |before| before.chars().count()) + 1;
        Unread(match next {
            None => "it ends too soon".to_owned(),
            Some(sign @ ('+' | '-' | '*' | '/' | '%' | '=' | '!' | '<' | '>' | '&' | '|' | '?' | ':')) => {
                format!("the emulator computes no operators, such as `{sign}` at letter {at}")
            }
            Some(letter) => format!("`{letter}` at letter {at} is not understood"),
        })
    }

    fn expression(&mut self, depth: usize) -> Result<Expression, Unread> {
        if depth > DEEPEST {
            return Err(Unread(format!("its calls are nested more than {DEEPEST} deep")));
        }
        let mut expression = match self.next() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
            Some('-' | '0'..='9') => self.number()?,
            Some(letter) if is_of_word(letter) => self.word(depth)?,
            _ => return Err(self.unexpected()),
        };
        // Methods may follow each other: `a.equals(b).equals(c)`.
        let mut methods = depth;
        while self.take('.') {
            methods += 1;
            let name = self.span(|letter| letter.is_alphanumeric() || letter == '_');
            if name.is_empty() || methods > DEEPEST || !self.take('(') {
                return Err(self.unexpected());
            }
            expression = self.method(expression, name, depth)?;
        }
        Ok(expression)
    }

    /// Takes what fits, which may be nothing.
    fn span(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !fits(letter)).unwrap_or(self.rest.len());
        let (span, rest) = self.rest.split_at(end);
        self.rest = rest;
        span
    }

    /// A text. A backslash takes a quote or a backslash as it is, and stands for itself before anything else.
    fn quoted(&mut self, quote: char) -> Result<Expression, Unread> {
        let mut text = String::new();
        let mut letters = self.rest.chars();
        letters.next();
        loop {
            match letters.next() {
                None => return Err(Unread(format!("a text that begins with {quote} is not closed"))),
                Some(letter) if letter == quote => break,
                Some('\\') => match letters.next() {
                    Some(letter @ ('\\' | '"' | '\'')) => text.push(letter),
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('r') => text.push('\r'),
                    other => {
                        text.push('\\');
                        text.extend(other);
                    }
                },
                Some(letter) => text.push(letter),
            }
        }
        self.rest = letters.as_str();
        Ok(Expression::Literal(Value::String(text)))
    }

    fn number(&mut self) -> Result<Expression, Unread> {
        let number = self.span(|letter| letter.is_ascii_digit() || matches!(letter, '.' | 'e' | 'E' | '+' | '-'));
        match serde_json::from_str::<Number>(number) {
            Ok(read) if read.as_f64().is_some_and(f64::is_finite) => Ok(Expression::Literal(Value::Number(read))),
            _ => Err(Unread(format!("`{number}` is no number, and operators are not computed"))),
        }
    }

    /// A path, `true`, `false`, `null`, or a call.
    fn word(&mut self, depth: usize) -> Result<Expression, Unread> {
        let word = self.path();
        if self.take('(') {
            if is_name(word) {
                let arguments = self.arguments(depth)?;
                return Function::call(word, arguments);
            }
            // The last name of the path is that of a method.
            let Some((receiver, method)) = word.rsplit_once('.').filter(|(_, method)| is_name(method)) else {
                return Err(Unread(format!("`{word}` is no name of a function")));
            };
            return self.method(attribute(receiver)?, method, depth);
        }
        match word {
            "true" => Ok(Expression::Literal(Value::Bool(true))),
            "false" => Ok(Expression::Literal(Value::Bool(false))),
            "null" => Ok(Expression::Literal(Value::Null)),
            word => attribute(word),
        }
    }

    /// Takes what belongs to a path.
    fn path(&mut self) -> &'a str {
        let mut letters = self.rest.char_indices().peekable();
        // What ends the stretch that is being read, where anything may stand.
        let mut until = None;
        let mut end = self.rest.len();
        while let Some((at, letter)) = letters.next() {
            match (until, letter) {
                (Some(']'), ']') | (Some('}'), '}') => until = None,
                (Some(']'), _) => {}
                (_, '\\') => {
                    letters.next();
                }
                (Some(_), _) => {}
                (None, '[') => until = Some(']'),
                (None, '$') if letters.peek().is_some_and(|(_, next)| *next == '{') => until = Some('}'),
                (None, letter) if is_of_word(letter) || letter.is_alphanumeric() || letter == '.' => {}
                (None, _) => {
                    end = at;
                    break;
                }
            }
        }
        let (path, rest) = self.rest.split_at(end);
        self.rest = rest;
        path
    }

    /// What stands in the brackets of a call.
    fn arguments(&mut self, depth: usize) -> Result<Vec<Expression>, Unread> {
        let mut arguments = Vec::new();
        if self.take(')') {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression(depth + 1)?);
            if self.take(')') {
                return Ok(arguments);
            }
            if !self.take(',') {
                return Err(self.unexpected());
            }
        }
    }

    fn method(&mut self, receiver: Expression, name: &str, depth: usize) -> Result<Expression, Unread> {
        let arguments = self.arguments(depth)?;
        Function::method(name, receiver, arguments)
    }
}

/// Whether a path may begin with it.
fn is_of_word(letter: char) -> bool {
    letter.is_alphabetic() || matches!(letter, '_' | '$' | '\\')
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn attribute(path: &str) -> Result<Expression, Unread> {
    if RESERVED.contains(&path) {
        return Err(Unread(format!("`{path}` is a word of the language: an attribute is written `${{{path}}}`")));
    }
    match attribute::read(path) {
        Ok(steps) => Ok(Expression::Attribute(steps)),
        Err(error) => Err(Unread(format!("`{path}` is no path of an attribute: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(text: &str) -> String {
        Expression::read(text).unwrap_err().to_string()
    }

    fn value(text: &str) -> Value {
        let event =
            json!({"a": "A", "n": null, "${": 1, "x": {"first name": "Ada", "d.e": [{"f": 1}, {"f": 2}], "and": 3}});
        Expression::read(text).unwrap_or_else(|error| panic!("{text}: {error}")).value(&event).unwrap().into_owned()
    }

    #[test]
    fn literals_and_paths_are_values() {
        for (text, wanted) in [
            (" 'a \"b\"' ", json!("a \"b\"")),
            (r#""it\'s \"x\" \\ \d""#, json!("it's \"x\" \\ \\d")),
            ("'é, (b)'", json!("é, (b)")),
            ("12", json!(12)),
            ("-1.5e3", json!(-1500.0)),
            ("true", json!(true)),
            ("false", json!(false)),
            ("null", json!(null)),
            ("a", json!("A")),
            ("missing.b", json!(null)),
            ("n", json!(null)),
            ("x.${first name}", json!("Ada")),
            (r"x.d\.e[1].f", json!(2)),
            (r"x.${d\.e}[*].f", json!([1, 2])),
            ("x.${and}", json!(3)),
        ] {
            let (Value::Number(wanted), Value::Number(got)) = (&wanted, &value(text)) else {
                assert_eq!(value(text), wanted, "{text}");
                continue;
            };
            assert_eq!(got.as_f64(), wanted.as_f64(), "{text}");
        }
    }

    #[test]
    fn calls_are_nested() {
        assert_eq!(value("concat( 'x' , lower(concat(a,\"B\")) ,'(,)')"), json!("xab(,)"));
        assert_eq!(value("iif(a.equals('A'), upper(x.${first name}), 'no')"), json!("ADA"));
        assert_eq!(value("lower(a).equalsIgnoreCase('A')"), json!(true));
        assert_eq!(value("'s'.equals('t' .equals('s'))"), json!(false));
    }

    #[test]
    fn what_is_not_computed_is_told() {
        for (text, wanted) in [
            ("", "too soon"),
            ("concat(", "too soon"),
            ("concat('a'", "too soon"),
            ("concat('a',)", "`)` at letter 12"),
            ("concat('é' 'b')", "`'` at letter 12"),
            ("lower(a) b", "`b` at letter 10"),
            ("'a", "not closed"),
            ("a + b", "operators, such as `+` at letter 3"),
            ("a == 'b'", "operators, such as `=`"),
            ("!a", "operators, such as `!`"),
            ("1+2", "`1+2` is no number"),
            ("01", "no number"),
            ("1e999", "no number"),
            ("(a)", "`(` at letter 1"),
            ("[1]", "`[` at letter 1"),
            ("and", "`${and}`"),
            ("a..b", "no path"),
            ("a[x]", "no path"),
            ("${a", "not closed"),
            ("lwer(a)", "did you mean `lower`?"),
            ("explode(a, ',')", "`explode` is no function that the emulator computes"),
            ("equals(a, b)", "`a.equals(b)`"),
            ("a.lower()", "`lower` is no method"),
            ("${a b}(c)", "no name of a function"),
            ("lower()", "one argument, not 0"),
            ("uuid(1)", "no argument, not 1"),
            ("iif(true, 1)", "3 arguments, not 2"),
            ("decode(a, 1)", "3 arguments at least, not 2"),
        ] {
            assert!(told(text).contains(wanted), "{text}: {}", told(text));
        }
        assert!(told(&"a".repeat(4_097)).contains("4096"));
        assert!(told(&"lower(".repeat(600)).contains("32 deep"));
        assert!(Expression::read(&format!("a{}", ".equals(a)".repeat(400))).is_err());
        assert!(Expression::read(&format!("{}a{}", "lower(".repeat(32), ")".repeat(32))).is_ok());
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, cases: 2_000, ..Default::default() })]

        #[test]
        fn any_text_is_an_expression_or_is_none(
            text in "(?s).{0,40}",
            alike in proptest::collection::vec(proptest::sample::select(vec![
                "lower(", "concat(", "iif(", "date(", "dformat(", "to_integer(", "decode(", "uuid()", ".equals(", ")", ",",
                " ", "'", "\"", "a", "é", "x[*].y", "[", "]", "${a b}", "$", "{", "}", "\\", ".", "1", "-2.5", "null", "true",
                "'yyyy-MM-dd'", "'12'",
            ]), 0..12),
        ) {
            let event = json!({"a": "12", "é": 5, "x": [{"y": 1}, {"y": null}], "a b": null});
            for text in [text, alike.concat()] {
                if let Ok(expression) = Expression::read(&text) {
                    let _ = expression.value(&event);
                }
            }
        }
    }
}
