//! The list of all rules, in the order of their names.

use super::{
    rule::Rule,
    rules::{
        colliding_source_names, duplicate_key, empty_artifact, malformed_value, misnamed_artifact, misnamed_source,
        missing_artifact, missing_key, stray_file, symlinked_artifact, syntax_error, unknown_key, unknown_value,
        unreadable_artifact, wrong_type,
    },
};

/// Every rule.
pub static RULES: &[&Rule] = &[
    &colliding_source_names::RULE,
    &duplicate_key::RULE,
    &empty_artifact::RULE,
    &malformed_value::RULE,
    &misnamed_artifact::RULE,
    &misnamed_source::RULE,
    &missing_artifact::RULE,
    &missing_key::RULE,
    &stray_file::RULE,
    &symlinked_artifact::RULE,
    &syntax_error::RULE,
    &unknown_key::RULE,
    &unknown_value::RULE,
    &unreadable_artifact::RULE,
    &wrong_type::RULE,
];

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
