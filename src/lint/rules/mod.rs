//! The rules, one a file: `<name>.rs` with the check and `<name>.md` with the page. [`super::registry`] lists them.

pub mod duplicate_key;
pub mod malformed_value;
pub mod missing_key;
pub mod syntax_error;
pub mod unknown_key;
pub mod unknown_value;
pub mod wrong_type;
