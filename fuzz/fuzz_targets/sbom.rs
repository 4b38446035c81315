//! See `sbom` in `wardroom-testkit/src/fuzz.rs`, which is compiled in: the rest of the testkit (servers, browser, databases) is not needed here.
#![no_main]

#[allow(dead_code, reason = "each target uses one of the functions")]
#[path = "../../crates/wardroom-testkit/src/fuzz.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::sbom(bytes));
