//! Published records of others, and where they came from. Deliberately without a look inside: the words are the app's JSON.

use wardroom_app::ports::store::{PublicRow, SnapshotRow};

use crate::db::{Arg, Work};
use crate::log::read::instant;
use crate::trouble::Trouble;

async fn last(work: &mut Work) -> Result<i64, Trouble> {
    let row = work.row("SELECT COALESCE(MAX(seq), 0) AS last FROM public_record", &[]).await?;
    row.map_or(Ok(0), |row| row.int("last"))
}

/// Keeps records; how many are new and how many say something else than before. A record that says the same is left alone.
pub async fn keep(work: &mut Work, snapshot: &str, records: &[PublicRow]) -> Result<(u64, u64), Trouble> {
    let mut seq = last(work).await?;
    let (mut added, mut changed) = (0, 0);
    for one in records {
        let args = [Arg::Text(snapshot), Arg::Text(&one.name), Arg::Int(seq + 1), Arg::Text(&one.digest), Arg::Bytes(&one.said)];
        let fresh = "INSERT INTO public_record (snapshot, name, seq, digest, said) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (snapshot, name) DO NOTHING";
        let other = "UPDATE public_record SET seq = $3, digest = $4, said = $5 WHERE snapshot = $1 AND name = $2 AND digest <> $4";
        if work.run(fresh, &args).await? > 0 {
            added += 1;
            seq += 1;
        } else if work.run(other, &args).await? > 0 {
            changed += 1;
            seq += 1;
        }
    }
    Ok((added, changed))
}

/// Forgets the words of a whole snapshot; how many records that were.
pub async fn forget(work: &mut Work, snapshot: &str) -> Result<u64, Trouble> {
    let seq = last(work).await? + 1;
    let none: &[u8] = &[];
    let sql = "UPDATE public_record SET seq = $2, digest = '', said = $3 WHERE snapshot = $1 AND digest <> ''";
    let there = work.run(sql, &[Arg::Text(snapshot), Arg::Int(seq), Arg::Bytes(none)]).await?;
    work.run("DELETE FROM snapshot WHERE name = $1", &[Arg::Text(snapshot)]).await?;
    Ok(there)
}

/// Notes where a snapshot came from, in place of what was noted before.
pub async fn note(work: &mut Work, row: &SnapshotRow) -> Result<(), Trouble> {
    let sql = "INSERT INTO snapshot (name, source, imported_at, imported_by) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE \
               SET source = excluded.source, imported_at = excluded.imported_at, imported_by = excluded.imported_by";
    let args = [Arg::Text(&row.name), Arg::Text(&row.source), Arg::Int(row.imported_at.as_microsecond()), Arg::Text(&row.imported_by)];
    work.run(sql, &args).await?;
    Ok(())
}

/// All snapshots by name.
pub async fn snapshots(work: &mut Work) -> Result<Vec<SnapshotRow>, Trouble> {
    let rows = work.rows("SELECT name, source, imported_at, imported_by FROM snapshot ORDER BY name", &[]).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let name = row.text("name")?;
        found.push(SnapshotRow {
            source: row.text("source")?,
            imported_at: instant("snapshot", "imported_at", &name, row.int("imported_at")?)?,
            imported_by: row.text("imported_by")?,
            name,
        });
    }
    Ok(found)
}

/// Changes after `seq` in order, with their own. Whoever reads on from the last one's misses nothing: a page ends with all of its last number.
pub async fn after(work: &mut Work, seq: u64, limit: u32) -> Result<Vec<(u64, String, PublicRow)>, Trouble> {
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    // Forgetting gives many rows one number, and they are small; so the page is cut by number, not by row.
    let upto = "SELECT seq FROM public_record WHERE seq > $1 ORDER BY seq LIMIT 1 OFFSET $2";
    let upto = match work.row(upto, &[Arg::Int(seq), Arg::Int(i64::from(limit.saturating_sub(1)))]).await? {
        Some(row) => row.int("seq")?,
        None => i64::MAX,
    };
    let sql = "SELECT seq, snapshot, name, digest, said FROM public_record WHERE seq > $1 AND seq <= $2 ORDER BY seq, snapshot, name";
    let rows = work.rows(sql, &[Arg::Int(seq), Arg::Int(upto)]).await?;
    let read = |row: &crate::db::Row| {
        let one = PublicRow { name: row.text("name")?, digest: row.text("digest")?, said: row.bytes("said")? };
        Ok((row.int("seq")?.unsigned_abs(), row.text("snapshot")?, one))
    };
    rows.iter().map(read).collect()
}
