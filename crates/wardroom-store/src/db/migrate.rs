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
/// `at_micros` is the instant noted beside each step. An SQLite file that is not new is copied first, beside itself as
/// `….before-<version>`; of a PostgreSQL database the operator has a backup.
pub async fn migrate(db: &Db, migrations: &[Migration], at_micros: i64) -> Result<(i64, i64), Trouble> {
    let (mut first, mut copied) = (None, false);
    loop {
        let mut work = db.writing().await?;
        if let Some(lock) = work.engine().lock_migrations() {
            work.rows(lock, &[]).await?;
        }
        let done = applied(&mut work, migrations).await?;
        let from = *first.get_or_insert(done);
        let pending = migrations.iter().any(|migration| migration.version > done);
        if pending && from > 0 && !copied {
            work.rollback().await?;
            copy_before(db, done).await?;
            copied = true;
            continue;
        }
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

/// Copies an SQLite file before its schema changes. A copy that is there already is of the same version: it stays.
async fn copy_before(db: &Db, version: i64) -> Result<(), Trouble> {
    let Some(file) = db.file() else { return Ok(()) };
    let mut name = file.into_os_string();
    name.push(format!(".before-{}", version + 1));
    let copy = std::path::PathBuf::from(name);
    if copy.exists() {
        return Ok(());
    }
    // Under another name until it is whole: a crash here leaves no half copy behind that looks like one.
    let unfinished = copy.with_extension("unfinished");
    let _ = std::fs::remove_file(&unfinished);
    let Some(text) = unfinished.to_str() else { return Ok(()) };
    db.vacuum_into(text).await?;
    crate::operate::backup::make_private(&unfinished)?;
    std::fs::rename(&unfinished, &copy).map_err(Trouble::Files)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Place;

    const ONE: Migration = Migration {
        version: 1,
        name: "one",
        sql: "CREATE TABLE migration (version BIGINT, name TEXT, hash TEXT, at BIGINT); CREATE TABLE t (a {bytes})",
    };
    const TWO: Migration = Migration { version: 2, name: "two", sql: "ALTER TABLE t ADD COLUMN b TEXT; UPDATE t SET b = 'new'" };
    const BROKEN: Migration = Migration { version: 2, name: "broken", sql: "CREATE TABLE half (a TEXT); INSERT INTO nowhere VALUES (1)" };

    #[tokio::test]
    async fn a_schema_goes_forward_whole_and_a_copy_of_the_old_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Sqlite(folder.path().join("w.sqlite"));
        let db = Db::open(&place).await.unwrap();
        assert_eq!(migrate(&db, &[ONE], 5).await.unwrap(), (0, 1));
        db.writing().await.unwrap().commit().await.unwrap();
        let mut work = db.writing().await.unwrap();
        work.run("INSERT INTO t (a) VALUES ($1)", &[Arg::Bytes(b"x")]).await.unwrap();
        work.commit().await.unwrap();
        assert!(!folder.path().join("w.sqlite.before-2").exists());

        // One that fails leaves the old schema.
        assert!(migrate(&db, &[ONE, BROKEN], 6).await.is_err());
        let mut work = db.writing().await.unwrap();
        assert_eq!(applied(&mut work, &[ONE, TWO]).await.unwrap(), 1);
        assert!(work.rows("SELECT a FROM half", &[]).await.is_err());
        work.rollback().await.unwrap();

        assert_eq!(migrate(&db, &[ONE, TWO], 7).await.unwrap(), (1, 2));
        assert_eq!(migrate(&db, &[ONE, TWO], 8).await.unwrap(), (2, 2));
        let old = Db::open(&Place::Sqlite(folder.path().join("w.sqlite.before-2"))).await.unwrap();
        let mut work = old.reading().await.unwrap();
        assert_eq!(applied(&mut work, &[ONE]).await.unwrap(), 1);
        assert_eq!(work.rows("SELECT a FROM t", &[]).await.unwrap().len(), 1);
    }
}
