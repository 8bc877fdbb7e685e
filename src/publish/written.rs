//! JSON as it is written: every number with its digits and its spelling, which reading it into a `f64` would lose.
//!
//! What is sent is spelled as the artifact spells it; what is compared is compared by value, to the last digit.

use std::{fmt, sync::Arc};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    spec::ids::SERVER_MANAGED,
    text::{
        Document,
        json::{Kind, Node, Tree},
    },
};

/// A JSON value that keeps its text. Cheap to clone.
#[derive(Clone)]
pub(super) struct Written(Arc<Tree>);

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl PartialEq for Written {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Written {
    /// Reads a text; `None` where it is no JSON.
    pub(super) fn read(text: &str) -> Option<Self> {
        let tree = Tree::read(Arc::new(Document::new("json", text.as_bytes().to_vec())));
        (tree.is_sound() && tree.root().is_some()).then(|| Self(Arc::new(tree)))
    }

    /// Reads a text that is JSON, or should be; `null` where it is none.
    pub(super) fn of(text: &str) -> Self {
        let null = || Self(Arc::new(Tree::read(Arc::new(Document::new("json", b"null".to_vec())))));
        Self::read(text).unwrap_or_else(null)
    }

    /// The text it was read from.
    pub(super) fn text(&self) -> &str {
        self.0.document().text()
    }

    /// The value itself.
    pub(super) fn root(&self) -> Option<Node<'_>> {
        self.0.root()
    }

    /// Whether both say the same, to the last digit.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        matches!((self.root(), other.root()), (Some(one), Some(other)) if same(one, other))
    }

    /// Without the places and the spelling.
    pub(super) fn to_value(&self) -> Value {
        self.root().map_or(Value::Null, Node::to_value)
    }

    /// A member that is a text and not empty.
    pub(super) fn text_of(&self, name: &str) -> Option<String> {
        let text = self.root()?.get(name)?.as_str()?.into_owned();
        (!text.trim().is_empty()).then_some(text)
    }
}

/// What a node says, on one line, its numbers and texts as they are written.
pub(super) fn compact(node: Node<'_>) -> String {
    let mut text = String::new();
    write(node, &|_| true, &mut text);
    text
}

/// A connection spec as it is sent: on one line, without what the platform sets.
pub(super) fn sent(node: Node<'_>) -> String {
    without(node, |_| false)
}

/// The same without the members that `leave_out` names, too.
pub(super) fn without(node: Node<'_>, leave_out: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    write(node, &|member| !(SERVER_MANAGED.contains(&member) || leave_out(member)), &mut text);
    text
}

/// The members of an object, of several of one name the last, in their order.
pub(super) fn members(node: Node<'_>) -> Vec<(String, Node<'_>)> {
    let mut all: Vec<(String, Node<'_>)> = Vec::with_capacity(node.len());
    for (name, member) in node.members() {
        match all.iter().position(|(known, _)| *known == name) {
            Some(at) => all[at].1 = member,
            None => all.push((name.into_owned(), member)),
        }
    }
    all
}

/// `keep` decides about the members of the outermost object.
fn write(node: Node<'_>, keep: &dyn Fn(&str) -> bool, text: &mut String) {
    match node.kind() {
        Kind::Object => {
            text.push('{');
            for (at, (name, member)) in members(node).into_iter().filter(|(name, _)| keep(name)).enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                text.push_str(&Value::from(name).to_string());
                text.push(':');
                write(member, &|_| true, text);
            }
            text.push('}');
        }
        Kind::Array => {
            text.push('[');
            for (at, item) in node.items().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                write(item, &|_| true, text);
            }
            text.push(']');
        }
        _ => text.push_str(node.raw()),
    }
}

/// SHA-256 over the JSON with sorted keys and no spaces, without what the platform sets.
pub(super) fn digest(node: Node<'_>) -> String {
    digest_without(node, |member| SERVER_MANAGED.contains(&member))
}

/// The same without the members of the outermost object that `leave_out` names.
pub(super) fn digest_without(node: Node<'_>, leave_out: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    canonical(node, &|member| !leave_out(member), &mut text);
    digest_of(text.as_bytes())
}

/// SHA-256 of some bytes.
pub(super) fn digest_of(bytes: &[u8]) -> String {
    let mut text = String::from("sha256:");
    for byte in Sha256::digest(bytes) {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

fn canonical(node: Node<'_>, keep: &dyn Fn(&str) -> bool, text: &mut String) {
    match node.kind() {
        Kind::Object => {
            let mut all = members(node);
            all.retain(|(name, _)| keep(name));
            all.sort_by(|a, b| a.0.cmp(&b.0));
            text.push('{');
            for (at, (name, member)) in all.into_iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                text.push_str(&Value::from(name).to_string());
                text.push(':');
                canonical(member, &|_| true, text);
            }
            text.push('}');
        }
        Kind::Array => {
            text.push('[');
            for (at, item) in node.items().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                canonical(item, &|_| true, text);
            }
            text.push(']');
        }
        Kind::Number => {
            // The usual spelling, unless that would be another number.
            let usual = node.to_value().to_string();
            text.push_str(if same_number(&usual, node.raw()) { &usual } else { node.raw() });
        }
        _ => text.push_str(&node.to_value().to_string()),
    }
}

/// Whether two values are the same: key order, spelling and escapes do not count, every digit does.
pub(super) fn same(one: Node<'_>, other: Node<'_>) -> bool {
    if one.kind() != other.kind() {
        return false;
    }
    match one.kind() {
        Kind::Null => true,
        Kind::Boolean => one.raw() == other.raw(),
        Kind::Number => same_number(one.raw(), other.raw()),
        Kind::String => one.raw() == other.raw() || one.as_str() == other.as_str(),
        Kind::Array => one.len() == other.len() && one.items().zip(other.items()).all(|(one, other)| same(one, other)),
        Kind::Object => {
            let (one, other) = (members(one), members(other));
            one.len() == other.len()
                && one.iter().all(|(name, value)| {
                    other.iter().find(|(known, _)| known == name).is_some_and(|(_, other)| same(*value, *other))
                })
        }
    }
}

fn same_number(one: &str, other: &str) -> bool {
    one == other || decimal(one).is_some_and(|decimal_of_one| Some(decimal_of_one) == decimal(other))
}

/// A number as its sign, its digits without zeros around them, and the power of ten of the last one. `None` where it is no
/// number, or its exponent is beyond all reason: then only the same spelling is the same number.
fn decimal(text: &str) -> Option<(bool, String, i64)> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], text[at + 1..].parse::<i64>().ok().filter(|exponent| exponent.abs() < 1 << 32)?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let all = format!("{whole}{fraction}");
    let digits = all.trim_end_matches('0');
    let shift = (all.len() - digits.len()) as i64 - fraction.len() as i64;
    let digits = digits.trim_start_matches('0');
    // There is one zero, whatever its sign.
    Some(if digits.is_empty() { (false, String::new(), 0) } else { (negative, digits.to_owned(), exponent + shift) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Written {
        Written::read(text).unwrap()
    }

    fn digest_of_text(text: &str) -> String {
        digest(read(text).root().unwrap())
    }

    #[test]
    fn what_is_sent_is_spelled_as_it_was() {
        let text = r#"{ "id": "x", "n": [ 1.0, 1e3, 12345678901234567890, 0.10, -0 ], "t": "\u00e9\/", "in": {"id": 1}, "createdAt": 5 }"#;
        assert_eq!(
            sent(read(text).root().unwrap()),
            r#"{"n":[1.0,1e3,12345678901234567890,0.10,-0],"t":"\u00e9\/","in":{"id":1}}"#
        );
        assert_eq!(compact(read("{\"a\":1, \"b\":2,\"a\":3}").root().unwrap()), r#"{"a":3,"b":2}"#);
    }

    #[test]
    fn numbers_are_compared_by_value_to_the_last_digit() {
        for (one, other, equal) in [
            ("1", "1.0", true),
            ("1e3", "1000", true),
            ("1E+3", "1000.000", true),
            ("0.10", "1e-1", true),
            ("-0", "0.0", true),
            ("-1", "1", false),
            ("12345678901234567890", "12345678901234567891", false),
            ("9007199254740993", "9007199254740992", false),
            ("0.1000000000000000055511151231257827", "0.1", false),
        ] {
            let (one, other) = (read(one), read(other));
            assert_eq!(same(one.root().unwrap(), other.root().unwrap()), equal, "{one:?} {other:?}");
        }
        assert!(same_number("1e400", "10e399") && !same_number("1e400", "1e401"));
        assert!(same_number("1e99999999999999999999", "1e99999999999999999999"));
    }

    #[test]
    fn values_are_the_same_whatever_their_order_and_escapes() {
        let same = |one: &str, other: &str| same(read(one).root().unwrap(), read(other).root().unwrap());
        assert!(same(r#"{"a":1,"b":["\u00e9"]}"#, r#"{"b":["é"],"a":1.0}"#));
        assert!(!same(r#"{"a":1}"#, r#"{"a":1,"b":null}"#));
        assert!(!same(r#"[1,2]"#, r#"[2,1]"#));
        assert!(!same("null", "false"));
    }

    #[test]
    fn digests_do_not_depend_on_order_or_bookkeeping_and_depend_on_every_digit() {
        assert_eq!(
            digest_of_text(r#"{"a":1,"b":{"c":[1,2],"d":null}}"#),
            digest_of_text(r#"{"id": "x", "b":{"d":null,"c":[1,2]},"a":1}"#)
        );
        assert_ne!(digest_of_text(r#"{"a":9007199254740993.0}"#), digest_of_text(r#"{"a":9007199254740992.0}"#));
        assert_eq!(digest_of_text("{}"), "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }

    #[test]
    fn what_is_no_json_is_not_read() {
        assert!(["", "{", "nope"].into_iter().all(|text| Written::read(text).is_none()));
        assert_eq!(read(r#"{"name":" "}"#).text_of("name"), None);
        assert_eq!(read(r#"{"name":"a"}"#).text_of("name").as_deref(), Some("a"));
    }

    proptest! {
        #[test]
        fn small_numbers_compare_as_integers_do(mantissas in (-9999_i64..9999, -9999_i64..9999), exponents in (0_u32..6, 0_u32..6)) {
            let value = |mantissa: i64, exponent: u32| mantissa * 10_i64.pow(exponent);
            let text = |mantissa: i64, exponent: u32| format!("{mantissa}.00e{exponent}");
            prop_assert_eq!(
                same_number(&text(mantissas.0, exponents.0), &text(mantissas.1, exponents.1)),
                value(mantissas.0, exponents.0) == value(mantissas.1, exponents.1)
            );
        }
    }
}
