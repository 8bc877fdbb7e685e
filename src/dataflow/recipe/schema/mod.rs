//! A schema made of a sample: the fields of its events in the words of XDM, and where each of them goes.

mod fields;
mod infer;
mod name;

pub use infer::read_sample;
pub(super) use infer::{Inferred, infer};

/// How a schema is referred to: all of it, in its first major version.
pub const CONTENT_TYPE: &str = "application/vnd.adobe.xed-full+json;version=1";

/// What stands for the organization's namespace in the path of a field.
pub(super) const TENANT: &str = "{tenantId}";
