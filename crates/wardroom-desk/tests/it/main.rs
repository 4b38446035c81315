//! The desk as the team and its programs meet it: the whole router over a whole house.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test falls where it stands")]

mod api;
mod doors;
mod duplicates;
mod entrance;
mod keys;
mod plan;
mod scene;
mod scoring;
mod triage;
mod walk;
