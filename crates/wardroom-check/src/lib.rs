//! The complete CSAF validator: JSON schema, mandatory, optional and informative tests of CSAF 2.0 and 2.1, by the version a
//! document says of itself. A pure leaf: bytes in, a report out; no clock, no network, no files; total and bounded on any input.
//!
//! What runs: `engine.rs` is the one adapter to `csaf-rs`, `own/` has the tests it leaves open, `editions.rs` keeps the moving schema
//! of 2.1 readable in the states that are in use, `draft.rs` gives authors of unfinished documents their findings too, and
//! `service.rs` speaks the language of csaf-validator-service, `request.rs` takes a whole request of it.
//!
//! Deliberately not: repairing documents, judging providers, asking whether addresses answer (6.3.6 and 6.3.7 are "not checked").

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod catalogue;
mod checking;
mod draft;
mod editions;
mod engine;
mod limits;
mod own;
mod report;
pub mod request;
pub mod service;

pub use catalogue::{Test, tests};
pub use checking::{check, check_tests, check_text};
pub use limits::{FILE, STRANGER, read};
pub use report::{Finding, Level, NotChecked, Preset, Reason, Report, UnknownPreset, Version};
pub use wardroom_formats::guarded::{Fault, Limits};
