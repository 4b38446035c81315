//! CSAF, CVSS, SSVC, ROLIE, security.txt, feeds: models, rendering, checks. A pure leaf.
//!
//! Not here: files, sockets, clocks, signatures. Whoever publishes hands in the times and writes the bytes.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod csaf;
pub mod cvss;
pub mod cwe;
pub mod feeds;
pub mod guarded;
mod json;
pub mod provider;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod schema_tests;
pub mod security_txt;
pub mod shapes;
pub mod ssvc;
pub mod text;
pub mod uri;
