//! The built binary, driven as a person or a pipeline would. One module a verb.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;
mod auth;
mod curl;
mod emulator;
mod formats;
mod guard;
mod lint;
mod new;
mod publish;
mod pull;
mod readme;
mod refused;
mod rehearse;
mod rules;
mod secrets;
mod selection;
mod status;
mod support;
