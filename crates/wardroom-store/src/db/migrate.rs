//! Migrations go forward, each in one transaction with its own row, so that a crash leaves the old schema or the new one.
//! Deliberately no way back: going back is restoring the backup.

use sha2::{Digest, Sha256};

use super::{Arg, Db, Engine, Work};
use crate::trouble::Trouble;

/// One step of the schema: a text with placeholders (see [`Engine::fill`](super::dialect)).
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// From 1, without gaps.
    pub version: i64,
    /// What it does, in a word or two.
    pub name: &'static str,
    /// The text.
    pub sql: &'static str,
}

/// Brings the schema up to the newest of `migrations`; says from which version to which it went.
/// `at_micros` is the instant noted beside each step.
pub async fn migrate(db: &Db, migrations: &[Migration], at_micros: i64) -> Result<(i64, i64), Trouble> {
    let mut first = None;
    loop {
        let mut work = db.writing().await?;
        if let Some(lock) = work.engine().lock_migrations() {
            work.rows(lock, &[]).await?;
        }
        let done = applied(&mut work, migrations).await?;
        let from = *first.get_or_insert(done);
        let Some(next) = migrations.iter().find(|migration| migration.version == done + 1) else {
            work.rollback().await?;
            return Ok((from, done));
        };
        let text = work.engine().fill(next.sql);
        work.script(text).await?;
        let hash = hash(next);
        let args = [Arg::Int(next.version), Arg::Text(next.name), Arg::Text(&hash), Arg::Int(at_micros)];
        work.run("INSERT INTO migration (version, name, hash, at) VALUES ($1, $2, $3, $4)", &args).await?;
        work.commit().await?;
    }
}

/// The schema version of a database, checked against what this program knows; 0 for an empty database.
pub(crate) async fn applied(work: &mut Work, migrations: &[Migration]) -> Result<i64, Trouble> {
    let engine = work.engine();
    let ours = work.row(engine.has_table(), &[Arg::Text("migration")]).await?;
    if ours.map_or(Ok(0), |row| row.int("n"))? == 0 {
        return foreign(work, engine).await.map(|()| 0);
    }
    let rows = work.rows("SELECT version, hash FROM migration ORDER BY version", &[]).await?;
    let known = migrations.last().map_or(0, |migration| migration.version);
    let mut done = 0;
    for row in rows {
        let version = row.int("version")?;
        let Some(migration) = migrations.iter().find(|migration| migration.version == version) else {
            return Err(Trouble::Newer { found: version, known });
        };
        if row.text("hash")? != hash(migration) {
            return Err(Trouble::MigrationChanged { version });
        }
        done = version;
    }
    Ok(done)
}

/// An empty database is made ours; one with other tables is left alone.
async fn foreign(work: &mut Work, engine: Engine) -> Result<(), Trouble> {
    let tables = work.row(engine.count_tables(), &[]).await?.map_or(Ok(0), |row| row.int("n"))?;
    if tables > 0 {
        let found = format!("it has {tables} tables and none of them is ours");
        return Err(Trouble::NotOurs { place: "given".to_owned(), found });
    }
    Ok(())
}

fn hash(migration: &Migration) -> String {
    wardroom_seal::hex(&Sha256::digest(migration.sql.as_bytes()))
}
