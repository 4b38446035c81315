//! Working copies: what is being written and not yet recorded, sealed, one for each stream; and who has it open.
//! Deliberately no history: what shall stay is recorded in the log.

use jiff::Timestamp;
use wardroom_app::ports::store::PresenceRow;

use crate::db::{Arg, Work};
use crate::log::read::instant;
use crate::trouble::Trouble;

/// The working copy of a stream and its version.
pub async fn working(work: &mut Work, stream: &str) -> Result<Option<(u64, Vec<u8>)>, Trouble> {
    let Some(row) = work.row("SELECT version, sealed FROM working WHERE stream = $1", &[Arg::Text(stream)]).await? else {
        return Ok(None);
    };
    Ok(Some((row.int("version")?.unsigned_abs(), row.bytes("sealed")?)))
}

/// Keeps the version after `expected` (0: there is none yet); false when there is another one.
pub async fn keep(work: &mut Work, stream: &str, expected: u64, sealed: &[u8], at: Timestamp) -> Result<bool, Trouble> {
    let expected = i64::try_from(expected).unwrap_or(i64::MAX);
    let args = [Arg::Text(stream), Arg::Int(expected), Arg::Bytes(sealed), Arg::Int(at.as_microsecond())];
    let sql = match expected {
        0 => "INSERT INTO working (stream, version, sealed, at) VALUES ($1, $2 + 1, $3, $4) ON CONFLICT (stream) DO NOTHING",
        _ => "UPDATE working SET version = version + 1, sealed = $3, at = $4 WHERE stream = $1 AND version = $2",
    };
    Ok(work.run(sql, &args).await? == 1)
}

/// Forgets the working copy when it is still this version.
pub async fn forget(work: &mut Work, stream: &str, version: u64) -> Result<bool, Trouble> {
    let version = i64::try_from(version).unwrap_or(i64::MAX);
    Ok(work.run("DELETE FROM working WHERE stream = $1 AND version = $2", &[Arg::Text(stream), Arg::Int(version)]).await? == 1)
}

/// Notes that a person has the stream open, and in which field they are.
pub async fn note(work: &mut Work, stream: &str, row: &PresenceRow) -> Result<(), Trouble> {
    let args = [Arg::Text(stream), Arg::Text(&row.person), Arg::Text(&row.field), Arg::Int(row.at.as_microsecond())];
    work.run(
        "INSERT INTO presence (stream, person, field, at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (stream, person) DO UPDATE SET field = excluded.field, at = excluded.at",
        &args,
    )
    .await?;
    Ok(())
}

/// They closed it.
pub async fn gone(work: &mut Work, stream: &str, person: &str) -> Result<(), Trouble> {
    work.run("DELETE FROM presence WHERE stream = $1 AND person = $2", &[Arg::Text(stream), Arg::Text(person)]).await?;
    Ok(())
}

/// Who has had the stream open since an instant.
pub async fn present(work: &mut Work, stream: &str, since: Timestamp) -> Result<Vec<PresenceRow>, Trouble> {
    let sql = "SELECT person, field, at FROM presence WHERE stream = $1 AND at >= $2 ORDER BY person";
    let rows = work.rows(sql, &[Arg::Text(stream), Arg::Int(since.as_microsecond())]).await?;
    let read = |row: &crate::db::Row| {
        let at = instant("presence", "at", "of a person", row.int("at")?)?;
        Ok(PresenceRow { person: row.text("person")?, field: row.text("field")?, at })
    };
    rows.iter().map(read).collect()
}
