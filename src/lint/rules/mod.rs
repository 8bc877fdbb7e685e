//! The rules, one a file: `<name>.rs` with the check and `<name>.md` with the page. [`super::registry`] lists them.

pub mod bare_content_path;
pub mod duplicate_attribute_name;
pub mod duplicate_key;
pub mod excessive_maximum_request;
pub mod foreign_pagination_key;
pub mod incomplete_end_condition;
pub mod malformed_content_path;
pub mod malformed_end_condition;
pub mod malformed_value;
pub mod missing_key;
pub mod missing_pagination_key;
pub mod quoted_number;
pub mod renamed_pagination_key;
pub mod rootless_pointer;
pub mod skipped_and_kept;
pub mod syntax_error;
pub mod unknown_key;
pub mod unknown_value;
pub mod wrong_type;
pub mod zero_limit;
