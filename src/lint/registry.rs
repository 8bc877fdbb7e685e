//! The list of all rules, in the order of their names.

use super::{
    rule::Rule,
    rules::{duplicate_key, malformed_value, missing_key, syntax_error, unknown_key, unknown_value, wrong_type},
};

/// Every rule.
pub static RULES: &[&Rule] = &[
    &duplicate_key::RULE,
    &malformed_value::RULE,
    &missing_key::RULE,
    &syntax_error::RULE,
    &unknown_key::RULE,
    &unknown_value::RULE,
    &wrong_type::RULE,
];

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
