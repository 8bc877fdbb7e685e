//! From a published source to a place where events go: what has to be made, made, looked at, used and taken down.
//!
//! [`recipe`] says which requests that takes, as a value; everything else carries it out, prints it or remembers what it made.

pub mod recipe;
pub mod send;
