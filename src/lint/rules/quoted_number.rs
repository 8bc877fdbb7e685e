#![doc = include_str!("quoted_number.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{self, PaginationParams},
    },
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "quoted-number",
    level: Level::Note,
    page: include_str!("quoted_number.md"),
    check: Check::Spec(check),
};

/// Keys that the documents describe as numbers. `delayRequestMillis` is quoted wherever it stands, and `endPageIndex` may
/// be a text.
const NUMBERS: [&str; 3] = ["limitValue", "initialPageIndex", "maximumRequest"];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(params) = PaginationParams::of(spec) else { return };
    for (key, node) in NUMBERS.into_iter().filter_map(|key| Some((key, params.get(key)?))) {
        if let Some(digits) = pagination::digits(node) {
            sink.value(node, format!("`{key}` is a number in quotes"))
                .help(format!("write {digits} without quotes"))
                .fix(Safety::Safe, digits.parse::<u64>().ok().map(|number| edit::replace(node, &json!(number))));
        }
    }
}
