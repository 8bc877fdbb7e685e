//! The list of all rules, in the order of their names.

use super::{
    rule::Rule,
    rules::{
        authentication_in_streaming_spec, body_with_get, comment_in_json, deep_nesting, duplicate_auth_name,
        duplicate_key, hardcoded_secret, insecure_url, keyless_header, kind_mismatch, leftover_placeholder,
        malformed_host, malformed_path, malformed_value, missing_credential, missing_host, missing_key,
        no_authentication, not_an_object, optional_credential, optional_input, placeholder_style, server_managed_key,
        syntax_error, trailing_comma, unclosed_placeholder, undefined_placeholder, undefined_required,
        undescribed_input, unknown_auth_type, unknown_input_type, unknown_key, unknown_provider, unknown_value,
        unknown_version, unprotected_secret, untyped_auth, untyped_input, unused_input, wrong_type,
    },
};

/// Every rule.
pub static RULES: &[&Rule] = &[
    &authentication_in_streaming_spec::RULE,
    &body_with_get::RULE,
    &comment_in_json::RULE,
    &deep_nesting::RULE,
    &duplicate_auth_name::RULE,
    &duplicate_key::RULE,
    &hardcoded_secret::RULE,
    &insecure_url::RULE,
    &keyless_header::RULE,
    &kind_mismatch::RULE,
    &leftover_placeholder::RULE,
    &malformed_host::RULE,
    &malformed_path::RULE,
    &malformed_value::RULE,
    &missing_credential::RULE,
    &missing_host::RULE,
    &missing_key::RULE,
    &no_authentication::RULE,
    &not_an_object::RULE,
    &optional_credential::RULE,
    &optional_input::RULE,
    &placeholder_style::RULE,
    &server_managed_key::RULE,
    &syntax_error::RULE,
    &trailing_comma::RULE,
    &unclosed_placeholder::RULE,
    &undefined_placeholder::RULE,
    &undefined_required::RULE,
    &undescribed_input::RULE,
    &unknown_auth_type::RULE,
    &unknown_input_type::RULE,
    &unknown_key::RULE,
    &unknown_provider::RULE,
    &unknown_value::RULE,
    &unknown_version::RULE,
    &unprotected_secret::RULE,
    &untyped_auth::RULE,
    &untyped_input::RULE,
    &unused_input::RULE,
    &wrong_type::RULE,
];

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
