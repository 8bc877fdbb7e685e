//! The list of all rules, in the order of their names.

use super::{
    rule::Rule,
    rules::{
        bitmap_in_icon, byte_order_mark, carriage_return, category_mismatch, colliding_source_names, control_character,
        description_mismatch, duplicate_key, empty_artifact, empty_icon, external_reference_in_icon, icon_not_square,
        icon_with_doctype, invalid_utf8, label_mismatch, leftover_text, long_text, malformed_icon, malformed_value,
        markup_in_text, misnamed_artifact, misnamed_source, missing_artifact, missing_key, not_an_svg, oversized_icon,
        placeholder_icon, scripted_icon, several_lines, stray_file, surrounding_blanks, symlinked_artifact,
        syntax_error, text_in_icon, unknown_category, unknown_key, unknown_value, unreadable_artifact, unsized_icon,
        wrong_type,
    },
};

/// Every rule.
pub static RULES: &[&Rule] = &[
    &bitmap_in_icon::RULE,
    &byte_order_mark::RULE,
    &carriage_return::RULE,
    &category_mismatch::RULE,
    &colliding_source_names::RULE,
    &control_character::RULE,
    &description_mismatch::RULE,
    &duplicate_key::RULE,
    &empty_artifact::RULE,
    &empty_icon::RULE,
    &external_reference_in_icon::RULE,
    &icon_not_square::RULE,
    &icon_with_doctype::RULE,
    &invalid_utf8::RULE,
    &label_mismatch::RULE,
    &leftover_text::RULE,
    &long_text::RULE,
    &malformed_icon::RULE,
    &malformed_value::RULE,
    &markup_in_text::RULE,
    &misnamed_artifact::RULE,
    &misnamed_source::RULE,
    &missing_artifact::RULE,
    &missing_key::RULE,
    &not_an_svg::RULE,
    &oversized_icon::RULE,
    &placeholder_icon::RULE,
    &scripted_icon::RULE,
    &several_lines::RULE,
    &stray_file::RULE,
    &surrounding_blanks::RULE,
    &symlinked_artifact::RULE,
    &syntax_error::RULE,
    &text_in_icon::RULE,
    &unknown_category::RULE,
    &unknown_key::RULE,
    &unknown_value::RULE,
    &unreadable_artifact::RULE,
    &unsized_icon::RULE,
    &wrong_type::RULE,
];

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
