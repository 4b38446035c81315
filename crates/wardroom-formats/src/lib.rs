//! CSAF, CVSS, ROLIE, security.txt, feeds: models, rendering, checks. A pure leaf.
//!
//! Not here: files, sockets, clocks, signatures. Whoever publishes hands in the times and writes the bytes.

pub mod csaf;
pub mod cvss;
pub mod cwe;
mod json;
#[cfg(test)]
mod sample;
pub mod uri;
