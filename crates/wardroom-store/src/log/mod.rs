//! The append-only log: how facts are hashed, written and read. Deliberately not the projections made from it.

pub mod batch;
pub mod chain;
pub mod head;
pub mod read;
pub mod ready;
pub mod streams;
pub mod walk;
