//! Use cases as transactions, one file each, in the six folders; the ports they need; the workers that run behind them.
//! No SQL, no HTTP here: the store and the faces know those.
//!
//! Newcomers start at `house` (what every use case stands on), `record` (how facts are written) and `reading` (how words are opened).

pub mod asked;
pub mod case_page;
pub mod communication;
pub mod disclosure;
pub mod doors;
pub mod follow_up;
pub mod founding;
pub mod house;
pub mod intake;
pub mod keys;
pub mod language;
pub mod operate;
pub mod people;
pub mod ports;
pub mod promises;
pub mod public_house;
pub mod reading;
pub mod record;
pub mod remediation;
pub mod self_test;
pub mod triage;
pub mod validation;
pub mod worker;

pub use asked::{AskError, Asked};
pub use house::{Addresses, Desk, House, Maker, TeamKey};
