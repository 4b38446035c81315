//! The fact log and its projections on SQLite and PostgreSQL: the only crate with SQL, and one text for both.
//! Deliberately holds no key that opens words: everything confidential is sealed before it comes here.
//!
//! Newcomers start at [`SqlStore`]; the way of a commit is `log::ready` → `writer` (one sync for many) → `log::batch` → `projections`.

mod arriving;
mod beside;
mod blobs;
mod db;
mod doors;
mod eyes;
mod lists;
mod log;
mod operate;
mod outbox;
mod projections;
mod public_records;
mod schema;
mod store;
mod trouble;
mod working;
mod writer;

pub use blobs::SMALL_BLOB_LIMIT_BYTES;
pub use db::{PgUrl, Place};
pub use operate::audit::{Audit, Broken};
pub use operate::backup::{BLOBS_FOLDER, DATABASE_FILE};
pub use store::SqlStore;
pub use trouble::Trouble;
