//! The engine a world's store runs on, and the way to its rows behind the store's back.

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, Connection};
use wardroom_store::{DATABASE_FILE, PgUrl, Place};

use crate::servers::Postgres;

/// SQLite in the data directory, or a database on a private PostgreSQL cluster.
#[derive(Clone, Debug)]
pub(super) enum Engine {
    Sqlite,
    Postgres { url: String, home: PathBuf },
}

impl Engine {
    pub(super) fn on(postgres: &Postgres) -> Engine {
        Engine::Postgres { url: postgres.fresh_database().unwrap(), home: postgres.home().to_owned() }
    }

    pub(super) fn place(&self, data: &Path) -> Place {
        match self {
            Engine::Sqlite => Place::Sqlite(data.join(DATABASE_FILE)),
            Engine::Postgres { url, .. } => Place::Postgres(PgUrl(url.clone())),
        }
    }

    /// Directories where stored bytes lie.
    pub(super) fn folders(&self, data: &Path) -> Vec<PathBuf> {
        match self {
            Engine::Sqlite => vec![data.to_owned()],
            Engine::Postgres { home, .. } => vec![data.to_owned(), home.clone()],
        }
    }

    /// Runs SQL behind the store's back.
    pub(super) async fn run(&self, data: &Path, sql: &str) -> Result<(), sqlx::Error> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Engine::Sqlite => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.join(DATABASE_FILE));
                let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
                sqlx::raw_sql(sql).execute(&mut connection).await?;
                connection.close().await
            }
            Engine::Postgres { url, .. } => {
                let mut connection = sqlx::PgConnection::connect(url).await?;
                sqlx::raw_sql(sql).execute(&mut connection).await?;
                connection.close().await
            }
        }
    }
}
