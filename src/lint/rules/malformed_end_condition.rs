#![doc = include_str!("malformed_end_condition.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{CONSTANT, PaginationParams},
    },
    text::{json::edit, nearest::nearest},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-end-condition",
    level: Level::Warning,
    page: include_str!("malformed_end_condition.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = PaginationParams::of(spec).and_then(|params| params.get("endConditionValue")) else { return };
    let Some(text) = node.as_str().filter(|text| !text.is_empty()) else { return };
    match text.strip_prefix(CONSTANT) {
        Some("") => {
            sink.value(node, format!("nothing stands behind `{CONSTANT}`"))
                .help(format!("add the value that ends the paging, as `{CONSTANT}false`"));
        }
        Some(_) => {}
        None => {
            let finding = sink.value(node, format!("`endConditionValue` does not start with `{CONSTANT}`"));
            match value(&text) {
                Some(value) => {
                    let meant = format!("{CONSTANT}{value}");
                    finding.help(format!("did you mean `{meant}`?")).fix_by(
                        format!("write `{meant}`"),
                        Safety::Unsafe,
                        [edit::replace(node, &json!(meant))],
                    );
                }
                None => {
                    finding.help(format!("write the value that ends the paging behind it, as `{CONSTANT}false`"));
                }
            }
        }
    }
}

/// The value behind a prefix that is nearly the right one, or the whole where there is none; nothing where nothing is left.
fn value(text: &str) -> Option<&str> {
    let name = CONSTANT.trim_end_matches(':');
    let text = text.trim();
    let end = text.find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let value = rest.trim_start_matches([':', '=', ' ']);
    let is_name = word.eq_ignore_ascii_case(name);
    let is_nearly = nearest(word, [name]).is_some() || word.eq_ignore_ascii_case("constant");
    let is_prefix = is_name || is_nearly && value.len() < rest.len();
    Some(if is_prefix { value } else { text }).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_for_the_prefix_is_taken_for_it() {
        for text in
            ["false", "Cnst:false", "Const false", "const:false", "Const=false", " CONST: false ", "constant:false"]
        {
            assert_eq!(value(text), Some("false"), "{text}");
        }
        assert_eq!(value("done"), Some("done"));
        assert_eq!(value("contest"), Some("contest"));
        assert_eq!(value("a:b"), Some("a:b"));
        assert_eq!(value("Const"), None);
        assert_eq!(value(" "), None);
    }
}
