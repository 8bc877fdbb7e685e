//! The functions of Data Prep that the emulator computes, with the meaning that their documentation gives them.
//!
//! Where it is silent: a null gives a null, in `concat` nothing; a number or a truth is a text where one is wanted; what cannot be
//! computed leaves its attribute out, as every fault of a mapping does.

use std::{borrow::Cow, fmt};

use jiff::Timestamp;
use serde_json::{Number, Value};
use sha2::{Digest, Sha256, Sha512};
use uuid::Uuid;

use super::{
    date::{self, Pattern},
    expression::{Expression, Unread},
};
use crate::text::nearest::nearest;

/// A function.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Function {
    Uuid,
    Now,
    UnixTime,
    Nullify,
    Concat,
    Lower,
    Upper,
    Trim,
    TrimStart,
    TrimEnd,
    Coalesce,
    If,
    Decode,
    ToInteger,
    ToDecimal,
    ToFloat,
    Sha256,
    Sha512,
    Equals,
    EqualsIgnoreCase,
    /// The date of a text, of which the pattern may be given.
    Date(Option<Pattern>),
    /// A moment in milliseconds, by a pattern.
    FormatMoment(Pattern),
}

/// No upper limit of arguments.
const ANY: usize = usize::MAX;

/// The functions by name, with how many arguments they take.
static FUNCTIONS: [(&str, Function, usize, usize); 21] = [
    ("uuid", Function::Uuid, 0, 0),
    ("guid", Function::Uuid, 0, 0),
    ("now", Function::Now, 0, 0),
    ("timestamp", Function::UnixTime, 0, 0),
    ("nullify", Function::Nullify, 0, 0),
    ("concat", Function::Concat, 1, ANY),
    ("lower", Function::Lower, 1, 1),
    ("lcase", Function::Lower, 1, 1),
    ("upper", Function::Upper, 1, 1),
    ("ucase", Function::Upper, 1, 1),
    ("trim", Function::Trim, 1, 1),
    ("ltrim", Function::TrimStart, 1, 1),
    ("rtrim", Function::TrimEnd, 1, 1),
    ("coalesce", Function::Coalesce, 1, ANY),
    ("iif", Function::If, 3, 3),
    ("decode", Function::Decode, 3, ANY),
    ("to_integer", Function::ToInteger, 1, 1),
    ("to_decimal", Function::ToDecimal, 1, 1),
    ("to_float", Function::ToFloat, 1, 1),
    ("sha256", Function::Sha256, 1, 2),
    ("sha512", Function::Sha512, 1, 2),
];

/// Why something cannot be computed of an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit(String);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Function {
    /// A call, where the function is known and takes these arguments.
    pub(super) fn call(name: &str, mut arguments: Vec<Expression>) -> Result<Expression, Unread> {
        match name {
            "date" => {
                takes(name, 1, 3, arguments.len())?;
                let pattern = match arguments.len() {
                    1 => None,
                    _ => Some(pattern(name, &arguments.remove(1))?),
                };
                return Ok(Expression::Call(Self::Date(pattern), arguments));
            }
            "dformat" => {
                takes(name, 2, 2, arguments.len())?;
                let pattern = pattern(name, &arguments.remove(1))?;
                return Ok(Expression::Call(Self::FormatMoment(pattern), arguments));
            }
            "equals" | "equalsIgnoreCase" => return Err(Unread(format!("`{name}` is written `a.{name}(b)`"))),
            _ => {}
        }
        let Some((_, function, least, most)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
            let known = FUNCTIONS.iter().map(|(name, ..)| *name).chain(["date", "dformat"]);
            let meant = nearest(name, known).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default();
            return Err(Unread(format!("`{name}` is no function that the emulator computes{meant}")));
        };
        takes(name, *least, *most, arguments.len())?;
        if matches!(function, Self::Sha256 | Self::Sha512)
            && let Some(charset) = arguments.get(1)
            && *charset != Expression::Literal(Value::String("UTF-8".to_owned()))
        {
            return Err(Unread(format!("`{name}` is computed in \"UTF-8\" alone")));
        }
        Ok(Expression::Call(function.clone(), arguments))
    }

    /// A call of a method, whose receiver becomes the first argument.
    pub(super) fn method(
        name: &str,
        receiver: Expression,
        mut arguments: Vec<Expression>,
    ) -> Result<Expression, Unread> {
        let function = match name {
            "equals" => Self::Equals,
            "equalsIgnoreCase" => Self::EqualsIgnoreCase,
            _ => return Err(Unread(format!("`{name}` is no method that the emulator computes"))),
        };
        takes(name, 1, 1, arguments.len())?;
        arguments.insert(0, receiver);
        Ok(Expression::Call(function, arguments))
    }

    /// The value of a call; null where there is none.
    pub(super) fn value<'a>(&self, arguments: &'a [Expression], event: &'a Value) -> Result<Cow<'a, Value>, Unfit> {
        let argument = |at: usize| match arguments.get(at) {
            Some(argument) => argument.value(event),
            None => Ok(NULL),
        };
        let of_text = |name: &str, made: fn(&str) -> String| {
            let text = argument(0)?;
            Ok(text_of(name, &text)?.map_or(NULL, |text| Cow::Owned(Value::String(made(&text)))))
        };
        let owned = |value: Value| Ok(Cow::Owned(value));
        match self {
            Self::Uuid => owned(Uuid::new_v4().to_string().into()),
            Self::Now => owned(Timestamp::now().to_string().into()),
            Self::UnixTime => owned(Timestamp::now().as_millisecond().into()),
            Self::Nullify => Ok(NULL),
            Self::Concat => {
                let mut joined = String::new();
                for argument in arguments {
                    joined.extend(text_of("concat", &*argument.value(event)?)?);
                }
                owned(Value::String(joined))
            }
            Self::Lower => of_text("lower", str::to_lowercase),
            Self::Upper => of_text("upper", str::to_uppercase),
            Self::Trim => of_text("trim", |text| text.trim().to_owned()),
            Self::TrimStart => of_text("ltrim", |text| text.trim_start().to_owned()),
            Self::TrimEnd => of_text("rtrim", |text| text.trim_end().to_owned()),
            Self::Sha256 => of_text("sha256", |text| hexadecimal(&Sha256::digest(text))),
            Self::Sha512 => of_text("sha512", |text| hexadecimal(&Sha512::digest(text))),
            Self::Coalesce => {
                for argument in arguments {
                    let value = argument.value(event)?;
                    // The documentation calls for an array, and shows arguments.
                    match value.as_ref() {
                        Value::Null => {}
                        Value::Array(items) if arguments.len() == 1 => {
                            return Ok(items
                                .iter()
                                .find(|item| !item.is_null())
                                .map_or(NULL, |item| Cow::Owned(item.clone())));
                        }
                        _ => return Ok(value),
                    }
                }
                Ok(NULL)
            }
            Self::If => match argument(0)?.as_ref() {
                Value::Bool(true) => argument(1),
                Value::Bool(false) => argument(2),
                other => Err(Unfit(format!("`iif` asks for true or false, not `{}`", shown(other)))),
            },
            Self::Decode => {
                let key = argument(0)?;
                let options = arguments.get(1..).unwrap_or_default();
                for pair in options.chunks_exact(2) {
                    if let [option, value] = pair
                        && *option.value(event)? == *key
                    {
                        return value.value(event);
                    }
                }
                options.chunks_exact(2).remainder().first().map_or(Ok(NULL), |default| default.value(event))
            }
            Self::Equals | Self::EqualsIgnoreCase => {
                let (one, other) = (argument(0)?, argument(1)?);
                let Some(one) = text_of("equals", &one)? else {
                    return Err(Unfit("`equals` is asked of null".to_owned()));
                };
                let Some(other) = text_of("equals", &other)? else { return owned(Value::Bool(false)) };
                owned(Value::Bool(match self {
                    Self::Equals => one == other,
                    _ => one.to_lowercase() == other.to_lowercase(),
                }))
            }
            Self::ToInteger => number("to_integer", &*argument(0)?, |text| Some(text.parse::<i32>().ok()?.into())),
            Self::ToDecimal => number("to_decimal", &*argument(0)?, |text| Number::from_f64(text.trim().parse().ok()?)),
            // The nearest number of four bytes, in as few digits as tell it from its neighbours.
            Self::ToFloat => number("to_float", &*argument(0)?, |text| {
                let number: f32 = text.trim().parse().ok()?;
                Number::from_f64(number.to_string().parse().ok()?)
            }),
            Self::Date(pattern) => {
                let text = argument(0)?;
                let Some(text) = text_of("date", &text)? else { return argument(1) };
                let date = match pattern {
                    Some(pattern) => pattern.moment(&text),
                    None => date::moment(&text),
                };
                match date {
                    Some(date) => owned(Value::String(date.to_string())),
                    None => Err(Unfit(format!("`date` cannot make a date of `{}`", cut(&text)))),
                }
            }
            Self::FormatMoment(pattern) => {
                let given = argument(0)?;
                let Some(text) = text_of("dformat", &given)? else { return Ok(NULL) };
                let moment = text.parse().ok().and_then(|moment| Timestamp::from_millisecond(moment).ok());
                match moment.and_then(|moment| pattern.text(moment)) {
                    Some(text) => owned(Value::String(text)),
                    None => Err(Unfit(format!("`dformat` asks for milliseconds, not `{}`", cut(&text)))),
                }
            }
        }
    }
}

const NULL: Cow<'static, Value> = Cow::Owned(Value::Null);

fn takes(name: &str, least: usize, most: usize, given: usize) -> Result<(), Unread> {
    if (least..=most).contains(&given) {
        return Ok(());
    }
    let counted = |count: usize| match count {
        0 => "no argument".to_owned(),
        1 => "one argument".to_owned(),
        count => format!("{count} arguments"),
    };
    let wanted = match (least, most) {
        (least, ANY) => format!("{} at least", counted(least)),
        (least, most) if least == most => counted(least),
        (least, most) => format!("{least} to {most} arguments"),
    };
    Err(Unread(format!("`{name}` takes {wanted}, not {given}")))
}

fn pattern(name: &str, argument: &Expression) -> Result<Pattern, Unread> {
    match argument {
        Expression::Literal(Value::String(text)) => {
            Pattern::new(text).map_err(|error| Unread(format!("the format of `{name}`: {error}")))
        }
        _ => Err(Unread(format!("the format of `{name}` must be a text, such as 'yyyy-MM-dd'"))),
    }
}

/// What stands for a text; none for null.
fn text_of<'a>(name: &str, value: &'a Value) -> Result<Option<Cow<'a, str>>, Unfit> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(Cow::Borrowed(text))),
        Value::Number(number) => Ok(Some(Cow::Owned(number.to_string()))),
        Value::Bool(truth) => Ok(Some(Cow::Borrowed(if *truth { "true" } else { "false" }))),
        Value::Array(_) | Value::Object(_) => Err(Unfit(format!("`{name}` asks for a text, not for {}", shown(value)))),
    }
}

fn number<'a>(name: &str, value: &Value, read: fn(&str) -> Option<Number>) -> Result<Cow<'a, Value>, Unfit> {
    let unfit = |text: &str| Unfit(format!("`{name}` cannot make a number of `{}`", cut(text)));
    if value.is_boolean() {
        return Err(unfit(shown(value)));
    }
    let Some(text) = text_of(name, value)? else { return Ok(NULL) };
    read(&text).map(|number| Cow::Owned(Value::Number(number))).ok_or_else(|| unfit(&text))
}

fn hexadecimal(bytes: &[u8]) -> String {
    use fmt::Write as _;

    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a value is, for a warning.
fn shown(value: &Value) -> &str {
    match value {
        Value::Null => "null",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Number(_) => "a number",
        Value::String(text) => cut(text),
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The first letters of a text, as a warning repeats them.
fn cut(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(text: &str) -> Result<Value, String> {
        let event = json!({
            "text": " Ada ", "mail": "Ada@Example.com", "number": 12, "float": 1.5, "truth": true, "null": null,
            "list": [null, "x"], "object": {}, "state": "ca", "ms": 1_571_829_875_123_i64,
        });
        let expression = Expression::read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        expression.value(&event).map(Cow::into_owned).map_err(|unfit| unfit.to_string())
    }

    #[test]
    fn every_function_computes_what_its_documentation_says() {
        for (text, wanted) in [
            ("concat(\"Hi, \", \"there\", \"!\")", json!("Hi, there!")),
            ("concat(number, '-', ${null}, truth, float)", json!("12-true1.5")),
            ("lower('HeLLo')", json!("hello")),
            ("lcase('HeLLo')", json!("hello")),
            ("upper('HeLLo')", json!("HELLO")),
            ("ucase('ä')", json!("Ä")),
            ("lower(missing)", json!(null)),
            ("trim(text)", json!("Ada")),
            ("ltrim(text)", json!("Ada ")),
            ("rtrim(text)", json!(" Ada")),
            ("coalesce(null, ${null}, missing, 'first', null, 'second')", json!("first")),
            ("coalesce(list)", json!("x")),
            ("coalesce(missing)", json!(null)),
            ("coalesce(missing, list)", json!([null, "x"])),
            ("iif('s'.equalsIgnoreCase('S'), 'True', 'False')", json!("True")),
            ("iif(truth, missing, 1)", json!(null)),
            ("iif(mail.equals('x'), 1, mail)", json!("Ada@Example.com")),
            ("iif(true, 'a', to_integer('x'))", json!("a")),
            ("'string1'.equals('STRING1')", json!(false)),
            ("'a'.equals(missing)", json!(false)),
            ("decode(state, 'ca', 'California', 'pa', 'Pennsylvania', 'N/A')", json!("California")),
            ("decode('pa', 'ca', 'California', 'pa', 'Pennsylvania', 'N/A')", json!("Pennsylvania")),
            ("decode('x', 'ca', 'California', 'N/A')", json!("N/A")),
            ("decode('x', 'ca', 'California')", json!(null)),
            ("nullify()", json!(null)),
            ("to_integer('12')", json!(12)),
            ("to_integer(number)", json!(12)),
            ("to_integer(missing)", json!(null)),
            ("to_decimal('20.5')", json!(20.5)),
            ("to_decimal(float)", json!(1.5)),
            ("to_float('12.3456789')", json!(12.345679)),
            ("sha256('my text', 'UTF-8')", json!("7330d2b39ca35eaf4cb95fc846c21ee6a39af698154a83a586ee270a0d372104")),
            ("sha256(missing)", json!(null)),
            ("date('2019-10-23 11:24')", json!("2019-10-23T11:24:00Z")),
            ("date('23.10.2019 11:24', 'dd.MM.yyyy HH:mm')", json!("2019-10-23T11:24:00Z")),
            ("date(missing)", json!(null)),
            ("date(missing, 'yyyy-MM-dd', date('2020-01-01'))", json!("2020-01-01T00:00:00Z")),
            ("dformat(1571829875000, \"yyyy-MM-dd'T'HH:mm:ss.SSSX\")", json!("2019-10-23T11:24:35.000Z")),
            ("dformat(ms, 'HH:mm:ss.SSS')", json!("11:24:35.123")),
            ("dformat(missing, 'yyyy')", json!(null)),
        ] {
            assert_eq!(of(text), Ok(wanted), "{text}");
        }
        assert!(of("sha512('my text')").unwrap().as_str().unwrap().starts_with("a3d7e45a0d9be5fd"));
        let now = |text: &str| of(text).unwrap().as_str().unwrap().parse::<Timestamp>().unwrap();
        assert!(Timestamp::now().duration_since(now("now()")).as_secs() < 60);
        assert!(of("timestamp()").unwrap().as_i64().unwrap() > 1_700_000_000_000);
        for text in ["uuid()", "guid()"] {
            assert!(Uuid::try_parse(of(text).unwrap().as_str().unwrap()).is_ok());
            assert_ne!(of(text), of(text));
        }
    }

    #[test]
    fn what_cannot_be_computed_is_told() {
        for (text, wanted) in [
            ("to_integer('12.5')", "`to_integer` cannot make a number of `12.5`"),
            ("to_integer('3000000000')", "cannot make a number"),
            ("to_integer(truth)", "cannot make a number of `true`"),
            ("to_decimal('inf')", "cannot make a number"),
            ("to_float('1e300')", "cannot make a number"),
            ("lower(list)", "`lower` asks for a text, not for an array"),
            ("concat('a', object)", "`concat` asks for a text, not for an object"),
            ("iif(mail, 1, 2)", "`iif` asks for true or false, not `Ada@Example.com`"),
            ("iif(missing, 1, 2)", "not `null`"),
            ("missing.equals('a')", "asked of null"),
            ("date('soon')", "`date` cannot make a date of `soon`"),
            ("date('2019-10-23', 'dd.MM.yyyy')", "cannot make a date"),
            ("dformat('soon', 'yyyy')", "asks for milliseconds"),
            ("coalesce(missing, to_integer('x'))", "cannot make a number"),
        ] {
            let told = of(text).unwrap_err();
            assert!(told.contains(wanted), "{text}: {told}");
        }
        let long = of(&format!("to_integer('{}')", "ä".repeat(500))).unwrap_err();
        assert!(long.len() < 200, "{long}");
    }

    #[test]
    fn formats_and_character_sets_are_checked_when_they_are_read() {
        for (text, wanted) in [
            ("sha256(mail, 'UTF-16')", "UTF-8"),
            ("date(mail, state)", "must be a text"),
            ("date(mail, 'QQQ')", "`QQQ`"),
            ("dformat(ms, \"yyyy-MM-dd'\")", "quote"),
            ("date()", "1 to 3 arguments, not 0"),
        ] {
            let told = Expression::read(text).unwrap_err().to_string();
            assert!(told.contains(wanted), "{text}: {told}");
        }
    }
}
