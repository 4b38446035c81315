//! Faults: killed processes, failing disks, damaged and foreign files. After each the oracle is `verify` and a ledger of what
//! was acknowledged. Every fault here is a real one; where a tool is missing, the test says that it skipped.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod child;
mod damage;
mod kill;
mod opening;
mod pace;
#[path = "../contract/world.rs"]
#[allow(dead_code)]
mod world;
