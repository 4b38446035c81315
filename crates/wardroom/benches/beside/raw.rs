//! The yardstick of keeping something: one connection to SQLite, one table, one row a transaction, each synced. What any program does
//! that keeps its rows.

use std::path::Path;

use anyhow::Result;
use sqlx::{ConnectOptions, SqliteConnection};

/// Length of a row's body, in bytes.
pub const ROW: usize = 2 * 1024;

/// An empty table in a file.
pub async fn table(file: &Path) -> Result<SqliteConnection> {
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    let mut connection = options.connect().await?;
    sqlx::query("CREATE TABLE report (id INTEGER PRIMARY KEY, at BIGINT NOT NULL, body BLOB NOT NULL)").execute(&mut connection).await?;
    Ok(connection)
}

/// One row, different for every `number`.
pub async fn insert(connection: &mut SqliteConnection, number: u64) -> Result<()> {
    let body = super::house::text(number, ROW).into_bytes();
    sqlx::query("INSERT INTO report (at, body) VALUES ($1, $2)").bind(0_i64).bind(body).execute(connection).await?;
    Ok(())
}
