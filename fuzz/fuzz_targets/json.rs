//! The JSON reader, with any bytes. What must hold stands in `tests/fuzz/json.rs`, which the tests hold to the seeds.

#![no_main]

#[path = "../../tests/fuzz/json.rs"]
mod json;

libfuzzer_sys::fuzz_target!(|data: &[u8]| json::holds(data));
