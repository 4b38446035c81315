//! Opening SQLite: write-ahead log, every commit synced, one writer. Deliberately only opening; SQL is the same for both engines.

use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};

use super::Db;
use super::many::MOST;
use crate::trouble::Trouble;

const READERS: u32 = 4;
/// Prepared statements a connection keeps: those that insert many rows come in as many sizes.
const STATEMENTS: usize = 16 * MOST;
/// Rows on their way from the engine's thread: who reads many wakes it seldom.
const ROWS: usize = 512;
/// Pages the writer keeps, in KiB: those of the indexes are written again and again. A reader keeps 2 MiB.
const WRITERS_PAGES: &str = "-16384";
const BUSY: Duration = Duration::from_secs(5);
/// The first bytes of every SQLite file (<https://www.sqlite.org/fileformat.html> §1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Opens or makes the file at `path`.
pub(super) async fn open(path: &Path) -> Result<Db, Trouble> {
    let directory = path.parent().unwrap_or(Path::new("."));
    make_directory(directory)?;
    make_file(path, directory)?;
    check_magic(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .statement_cache_capacity(STATEMENTS)
        .row_buffer_size(ROWS)
        .disable_statement_logging()
        // 32 MiB: a page that is written again and again is folded into the file once.
        .pragma("wal_autocheckpoint", "8192")
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON");
    let writer = options.clone().pragma("cache_size", WRITERS_PAGES);
    let write = pool(1).after_release(|on, _| Box::pin(whole(on))).connect_with(writer).await.map_err(|cause| named(path, cause))?;
    let read: SqlitePool = pool(READERS).connect_with(options.pragma("query_only", "ON")).await.map_err(|cause| named(path, cause))?;
    Ok(Db::Sqlite { write, read })
}

/// Whether a connection may be used again. SQLite takes a transaction back by itself when the disk is full; the driver believes that it is
/// still there and would begin no other one, ever.
async fn whole(on: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // What the driver has in its queue, the end of the transaction, comes first.
    on.ping().await?;
    Ok(!on.is_in_transaction())
}

/// Connections live as long as the house: opening one anew costs more than keeping it.
fn pool(connections: u32) -> PoolOptions<sqlx::Sqlite> {
    PoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(30))
}

/// The directory belongs to the user wardroom runs as, and to nobody else.
fn make_directory(directory: &Path) -> Result<(), Trouble> {
    if directory.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(Trouble::directory(directory))
}

/// Made by us and not by SQLite, so that it is private from its first byte; SQLite gives its side files the same mode.
fn make_file(path: &Path, directory: &Path) -> Result<(), Trouble> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(Trouble::directory(directory))?;
    Ok(())
}

fn check_magic(path: &Path) -> Result<(), Trouble> {
    use std::io::Read;
    let mut start = Vec::new();
    let file = std::fs::File::open(path).map_err(Trouble::directory(path.parent().unwrap_or(path)))?;
    file.take(16).read_to_end(&mut start).map_err(Trouble::directory(path.parent().unwrap_or(path)))?;
    // An empty file is a new database.
    if start.is_empty() || start == MAGIC {
        return Ok(());
    }
    let found = if start.len() < 16 { "a file of a few bytes, half written" } else { "a file of another kind" };
    Err(Trouble::NotOurs { place: path.display().to_string(), found: found.to_owned() })
}

fn named(path: &Path, cause: sqlx::Error) -> Trouble {
    match Trouble::from(cause) {
        Trouble::Engine(cause) => Trouble::Open { place: path.display().to_string(), cause: cause.to_string() },
        other => other,
    }
}
