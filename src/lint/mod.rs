//! The linter: rules over a workspace become findings. [`check`] and its kin are the only doors.

pub mod baseline;
mod card;
mod engine;
mod finding;
pub mod fix;
mod page;
pub mod registry;
mod rule;
pub mod rules;
mod standing;
mod summary;
#[cfg(test)]
mod testing;

pub use engine::{check, check_keeping, check_repository, check_source};
pub use finding::{Finding, Findings, Level, Related, Summary};
pub use rule::{ArtifactText, Check, ConfigInUse, Icon, Rule, Sink};
pub use standing::{Standing, Touched};
pub use summary::{Said, SourceSummary};
