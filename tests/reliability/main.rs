//! The publisher under everything that can go wrong: killed, crowded, refused, cut off, and at odds with other people's work.
//!
//! Every case runs the built `sss` against an emulator in this process, and says what must hold afterwards. A part of the
//! cases runs with all other tests; all of them run with `just reliability` (`SSS_RELIABILITY=whole`), which also writes the
//! tables of `docs/reliability.md`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod concurrency;
mod crash;
mod dataflow;
mod faults;
mod model;
mod platform;
mod report;
mod repository;
mod workers;
