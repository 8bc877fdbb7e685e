//! `sss.toml` of any bytes, and a run of the linter that heeds it. What must hold stands in `tests/fuzz/config.rs`, which the tests hold to the seeds.

#![no_main]

#[path = "../../tests/fuzz/config.rs"]
mod config;
#[path = "../../tests/fuzz/source.rs"]
mod source;

libfuzzer_sys::fuzz_target!(|data: &[u8]| config::holds(data));
