//! Use cases as transactions, one file each, in the six folders; the ports they need; the workers that run behind them.
//! No SQL, no HTTP here: the store and the faces know those.

pub mod disclosure;
pub mod ports;
