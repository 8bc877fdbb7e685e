//! The built binary, driven as a person or a pipeline would. One module a verb.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod emulator;
mod formats;
mod lint;
mod new;
mod publish;
mod readme;
mod rehearse;
mod rules;
mod scaffolded;
mod schema;
mod selection;
mod support;
mod terminal;
