//! One SQL text for two engines: [`Db`] holds the pools, [`Work`] is a connection or a transaction that runs a text with
//! `$n` placeholders, [`Row`] gives typed columns. Deliberately no query builder and no mapping: SQL is written by hand.

pub mod dialect;
mod many;
mod migrate;
mod postgres;
mod sqlite;

use sqlx::pool::PoolConnection;
use sqlx::{Connection, Postgres, Row as _, Sqlite, Transaction};

use crate::trouble::Trouble;

pub use many::{Inserts, Value, look_up, run_for};
pub use migrate::{Migration, migrate};

/// Where the database is.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file in a data directory.
    Sqlite(std::path::PathBuf),
    /// A PostgreSQL URL. It may carry a password, so it is never printed.
    Postgres(PgUrl),
}

/// A PostgreSQL URL; `Debug` hides it.
#[derive(Clone)]
pub struct PgUrl(pub String);

impl std::fmt::Debug for PgUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PgUrl(…)")
    }
}

/// The open database.
#[derive(Clone, Debug)]
pub enum Db {
    /// One connection that writes, several that read: SQLite has one writer at a time anyway.
    Sqlite {
        /// The writer.
        write: sqlx::SqlitePool,
        /// The readers.
        read: sqlx::SqlitePool,
    },
    /// Any number of both.
    Postgres(sqlx::PgPool),
}

/// A connection, inside or outside a transaction. A transaction that is dropped is rolled back.
pub enum Work {
    /// SQLite, statement by statement.
    Sqlite(PoolConnection<Sqlite>),
    /// SQLite, in a transaction.
    SqliteTx(Transaction<'static, Sqlite>),
    /// PostgreSQL, statement by statement.
    Postgres(PoolConnection<Postgres>),
    /// PostgreSQL, in a transaction.
    PostgresTx(Transaction<'static, Postgres>),
}

/// A value for a placeholder.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// TEXT.
    Text(&'a str),
    /// TEXT or NULL.
    MaybeText(Option<&'a str>),
    /// BIGINT.
    Int(i64),
    /// BIGINT or NULL.
    MaybeInt(Option<i64>),
    /// BYTEA / BLOB.
    Bytes(&'a [u8]),
    /// BYTEA / BLOB or NULL.
    MaybeBytes(Option<&'a [u8]>),
}

/// One row of an answer.
pub enum Row {
    /// From SQLite.
    Sqlite(sqlx::sqlite::SqliteRow),
    /// From PostgreSQL.
    Postgres(sqlx::postgres::PgRow),
}

/// Which engine it is: for the few texts that differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// Binds every argument; the two expansions differ only in the database type.
macro_rules! bound {
    ($sql:expr, $args:expr) => {{
        let mut query = sqlx::query(sqlx::AssertSqlSafe($sql));
        for arg in $args {
            query = match *arg {
                Arg::Text(value) => query.bind(value),
                Arg::MaybeText(value) => query.bind(value),
                Arg::Int(value) => query.bind(value),
                Arg::MaybeInt(value) => query.bind(value),
                Arg::Bytes(value) => query.bind(value),
                Arg::MaybeBytes(value) => query.bind(value),
            };
        }
        query
    }};
}

/// The same for values that are given away.
macro_rules! bound_many {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query(sqlx::AssertSqlSafe($sql));
        for value in $values {
            query = match value {
                Value::Text(value) => query.bind(value),
                Value::Int(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Db {
    /// Opens the database, making an empty one where there is none. No table is made: see [`migrate`].
    pub async fn open(place: &Place) -> Result<Db, Trouble> {
        match place {
            Place::Sqlite(path) => sqlite::open(path).await,
            Place::Postgres(url) => postgres::open(url).await,
        }
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        match self {
            Db::Sqlite { .. } => Engine::Sqlite,
            Db::Postgres(_) => Engine::Postgres,
        }
    }

    /// A connection for reading, each statement for itself.
    pub async fn reading(&self) -> Result<Work, Trouble> {
        match self {
            Db::Sqlite { read, .. } => Ok(Work::Sqlite(read.acquire().await?)),
            Db::Postgres(pool) => Ok(Work::Postgres(pool.acquire().await?)),
        }
    }

    /// A transaction for reading: all statements see the same state.
    pub async fn snapshot(&self) -> Result<Work, Trouble> {
        match self {
            Db::Sqlite { read, .. } => Ok(Work::SqliteTx(read.begin().await?)),
            Db::Postgres(pool) => Ok(Work::PostgresTx(pool.begin_with(dialect::BEGIN_SNAPSHOT_POSTGRES).await?)),
        }
    }

    /// A transaction for writing. On SQLite it holds the only write lock from the start.
    pub async fn writing(&self) -> Result<Work, Trouble> {
        match self {
            Db::Sqlite { write, .. } => Ok(Work::SqliteTx(write.begin_with(dialect::BEGIN_WRITE_SQLITE).await?)),
            Db::Postgres(pool) => Ok(Work::PostgresTx(pool.begin().await?)),
        }
    }

    /// SQLite only: where the file is.
    pub(crate) fn file(&self) -> Option<std::path::PathBuf> {
        match self {
            Db::Sqlite { write, .. } => Some(write.connect_options().get_filename().to_owned()),
            Db::Postgres(_) => None,
        }
    }

    /// SQLite only: copies the whole database as of now into a new file, on a connection of its own so that neither readers
    /// nor the writer wait for it.
    pub(crate) async fn vacuum_into(&self, file: &str) -> Result<(), Trouble> {
        let Db::Sqlite { write, .. } = self else { return Ok(()) };
        let mut on = sqlx::SqliteConnection::connect_with(&write.connect_options()).await?;
        bound!("VACUUM INTO $1", &[Arg::Text(file)]).execute(&mut on).await?;
        Ok(on.close().await?)
    }

    /// Closes all connections; SQLite then folds its write-ahead log into the file.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

impl Work {
    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        match self {
            Work::Sqlite(_) | Work::SqliteTx(_) => Engine::Sqlite,
            Work::Postgres(_) | Work::PostgresTx(_) => Engine::Postgres,
        }
    }

    /// Runs a statement and says how many rows it touched.
    pub async fn run(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<u64, Trouble> {
        Ok(match self {
            Work::Sqlite(on) => bound!(sql, args).execute(&mut **on).await?.rows_affected(),
            Work::SqliteTx(on) => bound!(sql, args).execute(&mut **on).await?.rows_affected(),
            Work::Postgres(on) => bound!(sql, args).execute(&mut **on).await?.rows_affected(),
            Work::PostgresTx(on) => bound!(sql, args).execute(&mut **on).await?.rows_affected(),
        })
    }

    /// Runs a statement that was put together by `many`.
    async fn run_many(&mut self, sql: String, values: Vec<Value>) -> Result<(), Trouble> {
        match self {
            Work::Sqlite(on) => bound_many!(sql, values).execute(&mut **on).await.map(|_| ())?,
            Work::SqliteTx(on) => bound_many!(sql, values).execute(&mut **on).await.map(|_| ())?,
            Work::Postgres(on) => bound_many!(sql, values).execute(&mut **on).await.map(|_| ())?,
            Work::PostgresTx(on) => bound_many!(sql, values).execute(&mut **on).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Runs a query that was put together by `many`.
    async fn rows_many(&mut self, sql: String, values: Vec<Value>) -> Result<Vec<Row>, Trouble> {
        Ok(match self {
            Work::Sqlite(on) => bound_many!(sql, values).fetch_all(&mut **on).await?.into_iter().map(Row::Sqlite).collect(),
            Work::SqliteTx(on) => bound_many!(sql, values).fetch_all(&mut **on).await?.into_iter().map(Row::Sqlite).collect(),
            Work::Postgres(on) => bound_many!(sql, values).fetch_all(&mut **on).await?.into_iter().map(Row::Postgres).collect(),
            Work::PostgresTx(on) => bound_many!(sql, values).fetch_all(&mut **on).await?.into_iter().map(Row::Postgres).collect(),
        })
    }

    /// Runs a query and gives all its rows.
    pub async fn rows(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<Row>, Trouble> {
        Ok(match self {
            Work::Sqlite(on) => bound!(sql, args).fetch_all(&mut **on).await?.into_iter().map(Row::Sqlite).collect(),
            Work::SqliteTx(on) => bound!(sql, args).fetch_all(&mut **on).await?.into_iter().map(Row::Sqlite).collect(),
            Work::Postgres(on) => bound!(sql, args).fetch_all(&mut **on).await?.into_iter().map(Row::Postgres).collect(),
            Work::PostgresTx(on) => bound!(sql, args).fetch_all(&mut **on).await?.into_iter().map(Row::Postgres).collect(),
        })
    }

    /// Runs a query and gives its first row.
    pub async fn row(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Option<Row>, Trouble> {
        Ok(match self {
            Work::Sqlite(on) => bound!(sql, args).fetch_optional(&mut **on).await?.map(Row::Sqlite),
            Work::SqliteTx(on) => bound!(sql, args).fetch_optional(&mut **on).await?.map(Row::Sqlite),
            Work::Postgres(on) => bound!(sql, args).fetch_optional(&mut **on).await?.map(Row::Postgres),
            Work::PostgresTx(on) => bound!(sql, args).fetch_optional(&mut **on).await?.map(Row::Postgres),
        })
    }

    /// Runs several statements without arguments: migrations, and the operator's commands.
    pub(crate) async fn script(&mut self, sql: String) -> Result<(), Trouble> {
        let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
        match self {
            Work::Sqlite(on) => sql.execute(&mut **on).await.map(|_| ())?,
            Work::SqliteTx(on) => sql.execute(&mut **on).await.map(|_| ())?,
            Work::Postgres(on) => sql.execute(&mut **on).await.map(|_| ())?,
            Work::PostgresTx(on) => sql.execute(&mut **on).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Makes the transaction's writes durable. Nothing may be acknowledged before this returned `Ok`.
    pub async fn commit(self) -> Result<(), Trouble> {
        match self {
            Work::SqliteTx(tx) => Ok(tx.commit().await?),
            Work::PostgresTx(tx) => Ok(tx.commit().await?),
            Work::Sqlite(_) | Work::Postgres(_) => Ok(()),
        }
    }

    /// Takes the transaction's writes back.
    pub async fn rollback(self) -> Result<(), Trouble> {
        match self {
            Work::SqliteTx(tx) => Ok(tx.rollback().await?),
            Work::PostgresTx(tx) => Ok(tx.rollback().await?),
            Work::Sqlite(_) | Work::Postgres(_) => Ok(()),
        }
    }
}

/// One column, by name, as the type it has in both engines.
macro_rules! column {
    ($row:expr, $name:expr) => {
        match $row {
            Row::Sqlite(row) => row.try_get($name),
            Row::Postgres(row) => row.try_get($name),
        }
        .map_err(Trouble::Engine)
    };
}

impl Row {
    /// TEXT.
    pub fn text(&self, name: &str) -> Result<String, Trouble> {
        column!(self, name)
    }

    /// TEXT or NULL.
    pub fn maybe_text(&self, name: &str) -> Result<Option<String>, Trouble> {
        column!(self, name)
    }

    /// BIGINT.
    pub fn int(&self, name: &str) -> Result<i64, Trouble> {
        column!(self, name)
    }

    /// BIGINT or NULL.
    pub fn maybe_int(&self, name: &str) -> Result<Option<i64>, Trouble> {
        column!(self, name)
    }

    /// BYTEA / BLOB.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, Trouble> {
        column!(self, name)
    }

    /// BYTEA / BLOB or NULL.
    pub fn maybe_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Trouble> {
        column!(self, name)
    }
}
