//! The law: values, state machines, clocks, rights, profile, facts. No IO, no clock, no random, no SQL, no HTTP.
//!
//! The six steps of a PSIRT are folders (`intake triage validation remediation communication disclosure`);
//! what binds them lives in `case`. Newcomers start at `facts`: everything that can ever have happened.

pub mod budget;
pub mod case;
pub mod communication;
pub mod deadlines;
pub mod disclosure;
pub mod facts;
pub mod intake;
pub mod log;
pub mod machine;
pub mod people;
pub mod products;
pub mod profile;
pub mod refusal;
pub mod remediation;
pub mod text;
pub mod triage;
pub mod validation;
pub mod written;

pub use refusal::Refusal;
