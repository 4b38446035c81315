//! Operating: checking the log, checking everything, copying everything. Deliberately read-only as far as the database at hand goes.

pub mod audit;
pub mod backup;
pub mod copy;
pub mod verify;
