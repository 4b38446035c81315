//! What can go wrong between the store and its disk or server, said so that an operator knows what to do next.
//! Deliberately not refusals: those are the domain's. No message carries the content of a row.

use std::path::{Path, PathBuf};

use sqlx::error::ErrorKind;

/// Trouble of the store.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The data directory cannot be made or written.
    #[error("cannot write in the data directory {}: {cause}; make it writable for the user wardroom runs as, or choose another with --data", .path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The database cannot be opened at all.
    #[error(
        "cannot open the database {place}: {cause}; check that it exists, that it may be read and written, and that no other program holds it"
    )]
    Open {
        /// File or server, without a password.
        place: String,
        /// What the driver says.
        cause: String,
    },
    /// The file is there and is something else.
    #[error(
        "the database {place} is not a wardroom database: {found}; if it should be one, restore it from a backup, else choose another data directory with --data"
    )]
    NotOurs {
        /// File or server.
        place: String,
        /// What was found instead.
        found: String,
    },
    /// The file is damaged.
    #[error("the database is damaged ({cause}): stop wardroom, keep a copy of the data directory, and restore the last backup")]
    Damaged {
        /// What the engine says.
        cause: String,
    },
    /// Written by a newer version.
    #[error("the database has schema {found}, this version knows up to {known}: start the newer wardroom that wrote it")]
    Newer {
        /// Version in the database.
        found: i64,
        /// Newest version this program knows.
        known: i64,
    },
    /// A migration that was applied is not the one this program has.
    #[error("migration {version} in the database differs from the one this version has: the database was made by a changed program")]
    MigrationChanged {
        /// Its number.
        version: i64,
    },
    /// No space left.
    #[error("no space left on the disk of the database: make room; nothing was written, and writing goes on when there is space")]
    Full,
    /// Somebody else holds the database.
    #[error("the database is busy: another program holds its lock; try again")]
    Busy,
    /// An earlier write could not be made durable (a failed fsync must never be tried again).
    #[error("the disk failed to keep an earlier write: nothing more is written; check the disk, then start wardroom again")]
    Stopped,
    /// The store is being closed.
    #[error("the store is closed")]
    Closed,
    /// A uniqueness rule of the database was broken: somebody was faster.
    #[error("the row is already there")]
    Conflict,
    /// A row that fits no value.
    #[error("inconsistent row in table {table}, column {column}, row {row}: {what}; run `wardroom verify`")]
    Inconsistent {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// How to find the row.
        row: String,
        /// What is wrong, without its content.
        what: String,
    },
    /// A sealed file is missing, short or changed.
    #[error("sealed file {name}: {what}; restore it from a backup")]
    Blob {
        /// Its random name.
        name: String,
        /// What is wrong.
        what: String,
    },
    /// Reading or writing a sealed file failed.
    #[error("cannot read or write a sealed file: {0}; check the disk of the data directory")]
    Files(std::io::Error),
    /// Anything else the engine says.
    #[error("the database failed: {0}")]
    Engine(sqlx::Error),
}

impl Trouble {
    /// Names the directory an input or output error belongs to.
    pub(crate) fn directory(path: &Path) -> impl FnOnce(std::io::Error) -> Trouble + '_ {
        move |cause| Trouble::Directory { path: path.to_owned(), cause }
    }

    /// A row that fits no value.
    pub(crate) fn inconsistent(table: &'static str, column: &'static str, row: impl ToString, what: impl ToString) -> Trouble {
        Trouble::Inconsistent { table, column, row: row.to_string(), what: what.to_string() }
    }

    /// Whether trying the same again later may help.
    pub fn may_pass(&self) -> bool {
        match self {
            Trouble::Full | Trouble::Busy => true,
            Trouble::Engine(cause) => {
                matches!(cause, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed)
            }
            Trouble::Directory { .. }
            | Trouble::Open { .. }
            | Trouble::NotOurs { .. }
            | Trouble::Damaged { .. }
            | Trouble::Newer { .. }
            | Trouble::MigrationChanged { .. }
            | Trouble::Stopped
            | Trouble::Closed
            | Trouble::Conflict
            | Trouble::Inconsistent { .. }
            | Trouble::Blob { .. }
            | Trouble::Files(_) => false,
        }
    }
}

/// SQLite's primary result codes that mean something to an operator (<https://www.sqlite.org/rescode.html>).
mod sqlite_code {
    pub const BUSY: i32 = 5;
    pub const LOCKED: i32 = 6;
    pub const IOERR: i32 = 10;
    pub const CORRUPT: i32 = 11;
    pub const FULL: i32 = 13;
    pub const NOTADB: i32 = 26;
}

/// SQLSTATE classes (PostgreSQL, appendix A).
mod sqlstate {
    pub const DISK_FULL: &str = "53100";
    pub const LOCK_NOT_AVAILABLE: &str = "55P03";
    pub const SERIALIZATION: &str = "40001";
    pub const DEADLOCK: &str = "40P01";
    pub const DATA_CORRUPTED: &str = "XX001";
    pub const INDEX_CORRUPTED: &str = "XX002";
}

impl From<sqlx::Error> for Trouble {
    fn from(cause: sqlx::Error) -> Trouble {
        let told = match &cause {
            sqlx::Error::Database(told) => told,
            sqlx::Error::PoolClosed => return Trouble::Closed,
            _ => return Trouble::Engine(cause),
        };
        if told.kind() == ErrorKind::UniqueViolation {
            return Trouble::Conflict;
        }
        let code = told.code().unwrap_or_default().into_owned();
        match code.as_str() {
            sqlstate::DISK_FULL => return Trouble::Full,
            sqlstate::LOCK_NOT_AVAILABLE | sqlstate::SERIALIZATION | sqlstate::DEADLOCK => return Trouble::Busy,
            sqlstate::DATA_CORRUPTED | sqlstate::INDEX_CORRUPTED => return Trouble::Damaged { cause: told.message().to_owned() },
            _ => {}
        }
        // SQLSTATE codes have five characters, SQLite's extended codes are shorter numbers.
        match code.parse::<i32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff) {
            Some(sqlite_code::BUSY | sqlite_code::LOCKED) => Trouble::Busy,
            Some(sqlite_code::FULL) => Trouble::Full,
            Some(sqlite_code::CORRUPT | sqlite_code::NOTADB) => Trouble::Damaged { cause: told.message().to_owned() },
            _ => Trouble::Engine(cause),
        }
    }
}

/// Whether the disk under SQLite failed: after this nothing it kept in memory may be trusted to be on the disk.
pub(crate) fn is_disk_failure(trouble: &Trouble) -> bool {
    let Trouble::Engine(sqlx::Error::Database(told)) = trouble else { return false };
    let code = told.code().unwrap_or_default();
    code.len() < 5 && code.parse::<i32>().is_ok_and(|code| code & 0xff == sqlite_code::IOERR)
}
