//! The case: the unit of coordination. Here stands what binds the six steps: the RM machine (domain §2.2),
//! the file folded from the log, what follows from a fact, and the rules between machines.

pub mod consequences;
pub mod file;
pub mod invariants;
mod rm;

pub use file::{CaseFile, ReportFile};
pub use rm::{CaseAsk, CaseState, TRANSITIONS, decide};
