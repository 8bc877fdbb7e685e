//! The built binary, driven as a person or a pipeline would. One module a verb.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;
mod around;
mod auth;
mod baseline;
mod benchmarks;
mod curl;
mod dataflow;
mod dataflow_plan;
mod docs;
mod docs_lint;
mod docs_pages;
mod emulate;
mod emulator;
mod fix;
mod formats;
mod guard;
mod lint;
mod mapping;
mod new;
mod publish;
mod publish_plans;
mod pull;
mod readme;
mod refused;
mod rehearse;
#[path = "../../benches/lint/repository.rs"]
mod repository;
mod rules;
mod scaffolded;
mod schema;
mod secrets;
mod select;
mod selection;
mod send;
mod status;
mod submit;
mod support;
mod terminal;
mod verify;
#[cfg(unix)]
mod watch;
