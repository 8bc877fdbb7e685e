//! The list of all rules, in the order of their names.

use super::{
    rule::Rule,
    rules::{
        altered_explore_spec, bare_content_path, broken_schema_address, catalog_text_for_icon,
        diverging_documentation_links, duplicate_attribute_name, duplicate_key, excessive_maximum_request,
        foreign_pagination_key, frequency_in_batch, half_schedule, hidden_source, incomplete_advanced_schedule,
        incomplete_end_condition, malformed_content_path, malformed_date_format, malformed_documentation_link,
        malformed_end_condition, malformed_value, missing_catalog_text, missing_documentation_link, missing_frequency,
        missing_key, missing_pagination_key, missing_permissions, missing_schedule, mixed_schedule, quoted_number,
        renamed_pagination_key, rootless_pointer, schedule_without_times, skipped_and_kept, syntax_error, text_and_key,
        undefined_schedule_query, unknown_category_key, unknown_key, unknown_value, unreferenced_schedule_query,
        wrong_permission, wrong_type, zero_limit,
    },
};

/// Every rule.
pub static RULES: &[&Rule] = &[
    &altered_explore_spec::RULE,
    &bare_content_path::RULE,
    &broken_schema_address::RULE,
    &catalog_text_for_icon::RULE,
    &diverging_documentation_links::RULE,
    &duplicate_attribute_name::RULE,
    &duplicate_key::RULE,
    &excessive_maximum_request::RULE,
    &foreign_pagination_key::RULE,
    &frequency_in_batch::RULE,
    &half_schedule::RULE,
    &hidden_source::RULE,
    &incomplete_advanced_schedule::RULE,
    &incomplete_end_condition::RULE,
    &malformed_content_path::RULE,
    &malformed_date_format::RULE,
    &malformed_documentation_link::RULE,
    &malformed_end_condition::RULE,
    &malformed_value::RULE,
    &missing_catalog_text::RULE,
    &missing_documentation_link::RULE,
    &missing_frequency::RULE,
    &missing_key::RULE,
    &missing_pagination_key::RULE,
    &missing_permissions::RULE,
    &missing_schedule::RULE,
    &mixed_schedule::RULE,
    &quoted_number::RULE,
    &renamed_pagination_key::RULE,
    &rootless_pointer::RULE,
    &schedule_without_times::RULE,
    &skipped_and_kept::RULE,
    &syntax_error::RULE,
    &text_and_key::RULE,
    &undefined_schedule_query::RULE,
    &unknown_category_key::RULE,
    &unknown_key::RULE,
    &unknown_value::RULE,
    &unreferenced_schedule_query::RULE,
    &wrong_permission::RULE,
    &wrong_type::RULE,
    &zero_limit::RULE,
];

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
