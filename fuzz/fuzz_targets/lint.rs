//! The whole linter: artifacts of any bytes, and clean specs with damages. What must hold stands in `tests/fuzz/lint.rs`, which the tests hold to the seeds.

#![no_main]

#[path = "../../tests/fuzz/lint.rs"]
mod lint;
#[path = "../../tests/fuzz/source.rs"]
mod source;

libfuzzer_sys::fuzz_target!(|data: &[u8]| lint::holds(data));
