//! Icons of any bytes, and every rule about icons. What must hold stands in `tests/fuzz/svg.rs`, which the tests hold to the seeds.

#![no_main]

#[path = "../../tests/fuzz/svg.rs"]
mod svg;
#[path = "../../tests/fuzz/source.rs"]
mod source;

libfuzzer_sys::fuzz_target!(|data: &[u8]| svg::holds(data));
