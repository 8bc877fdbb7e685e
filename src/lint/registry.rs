//! The list of all rules, in the order of their names.

use super::{
    rule::Rule,
    rules::{
        byte_order_mark, carriage_return, category_mismatch, colliding_source_names, control_character,
        description_mismatch, duplicate_key, empty_artifact, invalid_utf8, label_mismatch, leftover_text, long_text,
        malformed_value, markup_in_text, misnamed_artifact, misnamed_source, missing_artifact, missing_key,
        several_lines, stray_file, surrounding_blanks, symlinked_artifact, syntax_error, unknown_category, unknown_key,
        unknown_value, unreadable_artifact, wrong_type,
    },
};

/// Every rule.
pub static RULES: &[&Rule] = &[
    &byte_order_mark::RULE,
    &carriage_return::RULE,
    &category_mismatch::RULE,
    &colliding_source_names::RULE,
    &control_character::RULE,
    &description_mismatch::RULE,
    &duplicate_key::RULE,
    &empty_artifact::RULE,
    &invalid_utf8::RULE,
    &label_mismatch::RULE,
    &leftover_text::RULE,
    &long_text::RULE,
    &malformed_value::RULE,
    &markup_in_text::RULE,
    &misnamed_artifact::RULE,
    &misnamed_source::RULE,
    &missing_artifact::RULE,
    &missing_key::RULE,
    &several_lines::RULE,
    &stray_file::RULE,
    &surrounding_blanks::RULE,
    &symlinked_artifact::RULE,
    &syntax_error::RULE,
    &unknown_category::RULE,
    &unknown_key::RULE,
    &unknown_value::RULE,
    &unreadable_artifact::RULE,
    &wrong_type::RULE,
];

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
