//! See `wardroom_testkit::fuzz::archive`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wardroom_testkit::fuzz::archive(bytes));
