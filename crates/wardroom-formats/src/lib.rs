//! CSAF, CVSS, SSVC, ROLIE, security.txt, feeds: models, rendering, checks. A pure leaf.
//!
//! Not here: files, sockets, clocks, signatures. Whoever publishes hands in the times and writes the bytes.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod affected;
pub mod cna;
pub mod csaf;
pub mod cve;
pub mod cvss;
pub mod cwe;
pub mod cyclonedx;
pub mod diff;
pub mod feeds;
pub mod gcve;
pub mod guarded;
pub mod html;
pub mod import;
pub mod json;
pub mod openvex;
pub mod osv;
pub mod provider;
pub mod records;
pub mod rendering;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod schema_tests;
pub mod security_txt;
pub mod shapes;
pub mod ssvc;
mod states;
pub mod text;
pub mod uri;
pub mod versions;
