//! From a published source to a place where events go: what has to be made, made, looked at, used and taken down.
//!
//! [`recipe`] says which requests that takes, as a value; everything else carries it out, prints it or remembers what it made.

mod down;
mod error;
mod outcome;
mod place;
mod read_back;
pub mod recipe;
mod resource;
pub mod send;
mod show;
mod state;
#[cfg(test)]
mod tests;
mod up;

pub use down::{doomed, down};
pub use error::Error;
pub use outcome::{Done, Outcome};
pub use place::{Place, Told};
pub use read_back::{ReadBack, is_there, read_back};
pub use show::{FlowRun, Row, Shown, Standing, runs, show};
pub use state::{Form, Kind, Shape, State};
pub use up::up;
