//! The rules, one a file: `<name>.rs` with the check and `<name>.md` with the page. [`super::registry`] lists them.

pub mod colliding_source_names;
pub mod duplicate_key;
pub mod empty_artifact;
pub mod malformed_value;
pub mod misnamed_artifact;
pub mod misnamed_source;
pub mod missing_artifact;
pub mod missing_key;
pub mod stray_file;
pub mod symlinked_artifact;
pub mod syntax_error;
pub mod unknown_key;
pub mod unknown_value;
pub mod unreadable_artifact;
pub mod wrong_type;
