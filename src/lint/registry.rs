//! The list of all rules, in the order of their names.

use super::{
    rule::Rule,
    rules::{
        bare_content_path, duplicate_attribute_name, duplicate_key, excessive_maximum_request, foreign_pagination_key,
        incomplete_end_condition, malformed_content_path, malformed_end_condition, malformed_value, missing_key,
        missing_pagination_key, quoted_number, renamed_pagination_key, rootless_pointer, skipped_and_kept,
        syntax_error, unknown_key, unknown_value, wrong_type, zero_limit,
    },
};

/// Every rule.
pub static RULES: &[&Rule] = &[
    &bare_content_path::RULE,
    &duplicate_attribute_name::RULE,
    &duplicate_key::RULE,
    &excessive_maximum_request::RULE,
    &foreign_pagination_key::RULE,
    &incomplete_end_condition::RULE,
    &malformed_content_path::RULE,
    &malformed_end_condition::RULE,
    &malformed_value::RULE,
    &missing_key::RULE,
    &missing_pagination_key::RULE,
    &quoted_number::RULE,
    &renamed_pagination_key::RULE,
    &rootless_pointer::RULE,
    &skipped_and_kept::RULE,
    &syntax_error::RULE,
    &unknown_key::RULE,
    &unknown_value::RULE,
    &wrong_type::RULE,
    &zero_limit::RULE,
];

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
