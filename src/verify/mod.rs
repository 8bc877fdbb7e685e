//! The acceptance run that comes before a source is submitted: a dataflow of its own made, looked at, used and taken down, with
//! a check after each step, and a report of it to hand in.
//!
//! [`run`] does it, [`Check`] is what came of one thing, [`Report`] is the whole as a value, and [`report`] writes it, one format
//! a file. What only the emulator can do (`control`) is skipped on the platform, with the reason; nothing is asked of the platform
//! that it does not have.

mod acceptance;
mod check;
mod clean_up;
mod control;
mod exchanges;
mod fetched;
mod records;
pub mod report;
mod runs;
mod senders;
mod sending;
#[cfg(test)]
mod tests;

pub use acceptance::{Acceptance, Told, dataflow_name, run};
pub use check::{Check, Verdict};
pub use exchanges::Exchanges;
pub use report::Report;
pub use senders::Senders;
