//! A schema made of a sample: the fields of its events in the words of XDM, and where each of them goes.

mod fields;
mod infer;
mod name;

pub use infer::read_sample;
pub(super) use infer::{Inferred, infer};
