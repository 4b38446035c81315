//! Opening PostgreSQL: one pool, commits that wait for the disk, statements that do not wait for ever.
//! Deliberately only opening; SQL is the same for both engines.

use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::postgres::PgConnectOptions;

use super::{Db, PgUrl};
use crate::trouble::Trouble;

const CONNECTIONS: u32 = 12;

/// Connects to the server in `url`.
pub(super) async fn open(url: &PgUrl) -> Result<Db, Trouble> {
    let options = PgConnectOptions::from_str(&url.0)
        .map_err(|_| Trouble::Open { place: "at the given address".to_owned(), cause: "not a PostgreSQL URL".to_owned() })?
        .application_name("wardroom")
        .options([
            ("synchronous_commit", "on"),
            ("statement_timeout", "30s"),
            ("lock_timeout", "10s"),
            ("idle_in_transaction_session_timeout", "60s"),
            ("timezone", "UTC"),
        ]);
    let place = format!("{} on {}", options.get_database().unwrap_or(options.get_username()), options.get_host());
    let pool = PoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .map_err(|cause| Trouble::Open { place, cause: cause.to_string() })?;
    Ok(Db::Postgres(pool))
}
