//! The Self-Serve Sources toolkit: what the `sss` command does, as a library.
//!
//! # The rooms, and the data's way through them
//!
//! ```text
//! files ──▶ text ──▶ workspace ──▶ spec ──▶ lint ──▶ report            (sss lint)
//!                        │
//!                        └──▶ publish ──▶ platform ──HTTP──▶ emulator  (sss plan, publish, rehearse)
//! answers ──▶ scaffold ──▶ files                                       (sss new)
//! files ──▶ submit ──▶ a branch, git push                              (sss submit)
//! ```
//!
//! - [`text`]: a document, its lines, its places; JSON and SVG read with a place for everything. Knows nothing of sources.
//! - [`workspace`]: the repository, its sources and their artifacts; the one table of file names.
//! - [`spec`]: a connection spec seen as what it means; the platform's fixed ids and words.
//! - [`schema`]: the JSON Schemas, and how a schema error becomes a sentence at a place.
//! - [`lint`]: rules, findings, levels and suppressions; `lint::check` is the only door.
//! - [`config`]: `sss.toml`, every fault at its place.
//! - [`report`]: findings printed, one format a file.
//! - [`scaffold`]: answers become files.
//! - [`platform`]: Adobe Experience Platform over HTTP.
//! - [`publish`]: desired and actual state, the plan between them, and its execution.
//! - [`dataflow`]: the recipe from a published source to its inlet, carried out, remembered and taken down; events sent.
//! - [`verify`]: the acceptance run over all of that, checks as values, and the report to hand in.
//! - [`submit`]: a source's files on a branch of their own, and the pull request's address and text.
//! - [`documentation`]: the pages of a source, made from its spec and brought up to date.
//! - [`emulator`]: the platform again, as a local server.
//! - [`commands`]: one verb a file; arguments in, exit code out. [`cli`] has the arguments, [`console`] the output, [`error`]
//!   what can end a verb early, [`exit`] the codes, [`style`] the colours.
//!
//! Values are pure in the middle (findings, plan, scaffolded files); effects stand at the edges.

pub mod cli;
pub mod commands;
pub mod config;
pub mod console;
pub mod dataflow;
pub mod documentation;
pub mod emulator;
pub mod error;
pub mod exit;
mod files;
pub mod lint;
pub mod platform;
pub mod publish;
pub mod report;
pub mod scaffold;
pub mod schema;
pub mod spec;
pub mod style;
pub mod submit;
pub mod text;
pub mod verify;
pub mod workspace;
