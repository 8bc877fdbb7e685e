//! The documentation pages of a source: made from what is known of it, and brought up to date without losing a word of a person's.
//!
//! [`outline`] is the table of their sections; [`merge`](fn@merge) brings a page that is there up to date.

mod merge;
pub mod outline;
mod region;

pub use merge::{Conflict, Merged, Page, Resolve, merge};
pub use region::MarkFault;
