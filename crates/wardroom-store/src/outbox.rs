//! The outbox: work to be done at least once, leased with a fencing token so that a worker that was thought dead cannot
//! finish what another one took over. Deliberately does nothing itself: the worker is the app's.

use jiff::Timestamp;
use wardroom_app::ports::store::{JobRow, Leased};
use wardroom_seal::Sealed;

use crate::db::{Arg, Row, Work};
use crate::log::read::instant;
use crate::log::streams::stream_id;
use crate::trouble::Trouble;

/// Leases rows that are due, or whose lease ran out, the longest due first.
pub async fn lease(work: &mut Work, now: Timestamp, seconds: u32, limit: u32) -> Result<Vec<Leased>, Trouble> {
    let sql = work.engine().lease();
    let args = [Arg::Int(now.as_microsecond()), Arg::Int(i64::from(seconds).saturating_mul(1_000_000)), Arg::Int(i64::from(limit))];
    let mut leased: Vec<Leased> = work.rows(sql, &args).await?.iter().map(leased).collect::<Result<_, _>>()?;
    leased.sort_by_key(|row| row.id);
    Ok(leased)
}

fn leased(row: &Row) -> Result<Leased, Trouble> {
    let id = row.int("id")?;
    Ok(Leased {
        id,
        key: row.text("key")?,
        kind: row.text("kind")?,
        stream: stream_id("outbox", "stream", row.text("stream")?)?,
        payload: row.maybe_bytes("payload")?.map(Sealed::from_stored),
        attempts: u32::try_from(row.int("attempts")?).unwrap_or(u32::MAX),
        fence: row.int("fence")?,
    })
}

/// The row is done; its payload is forgotten. An older fence does nothing.
pub async fn done(work: &mut Work, id: i64, fence: i64) -> Result<(), Trouble> {
    let sql = "UPDATE outbox SET state = 'done', payload = NULL, error = '' WHERE id = $1 AND fence = $2 AND state = 'leased'";
    work.run(sql, &[Arg::Int(id), Arg::Int(fence)]).await?;
    Ok(())
}

/// The row is to be tried again at an instant. An older fence does nothing.
pub async fn retry(work: &mut Work, id: i64, fence: i64, at: Timestamp, error: &str) -> Result<(), Trouble> {
    let sql = "UPDATE outbox SET state = 'waiting', next_at = $3, error = $4 WHERE id = $1 AND fence = $2 AND state = 'leased'";
    work.run(sql, &[Arg::Int(id), Arg::Int(fence), Arg::Int(at.as_microsecond()), Arg::Text(&short(error))]).await?;
    Ok(())
}

/// The row is to be looked at again at an instant, and the attempt does not count. An older fence does nothing.
pub async fn postpone(work: &mut Work, id: i64, fence: i64, at: Timestamp, error: &str) -> Result<(), Trouble> {
    let sql = "UPDATE outbox SET state = 'waiting', attempts = attempts - 1, next_at = $3, error = $4 \
               WHERE id = $1 AND fence = $2 AND state = 'leased'";
    work.run(sql, &[Arg::Int(id), Arg::Int(fence), Arg::Int(at.as_microsecond()), Arg::Text(&short(error))]).await?;
    Ok(())
}

/// The row is given up and kept for a person to see. An older fence does nothing.
pub async fn fail(work: &mut Work, id: i64, fence: i64, error: &str) -> Result<(), Trouble> {
    let sql = "UPDATE outbox SET state = 'failed', error = $3 WHERE id = $1 AND fence = $2 AND state = 'leased'";
    work.run(sql, &[Arg::Int(id), Arg::Int(fence), Arg::Text(&short(error))]).await?;
    Ok(())
}

/// What the jobs page shows: what failed, what waits, what was done, the newest first within each.
pub async fn jobs(work: &mut Work, limit: u32) -> Result<Vec<JobRow>, Trouble> {
    let sql = "SELECT id, key, kind, stream, state, attempts, next_at, error FROM outbox \
               ORDER BY CASE state WHEN 'failed' THEN 0 WHEN 'leased' THEN 1 WHEN 'waiting' THEN 2 ELSE 3 END, id DESC LIMIT $1";
    let rows = work.rows(sql, &[Arg::Int(i64::from(limit))]).await?;
    rows.iter()
        .map(|row| {
            let id = row.int("id")?;
            Ok(JobRow {
                id,
                key: row.text("key")?,
                kind: row.text("kind")?,
                stream: stream_id("outbox", "stream", row.text("stream")?)?,
                state: row.text("state")?,
                attempts: u32::try_from(row.int("attempts")?).unwrap_or(u32::MAX),
                next_at: instant("outbox", "next_at", id, row.int("next_at")?)?,
                error: row.text("error")?,
            })
        })
        .collect()
}

/// Takes the right to act under `key`, unless somebody else has had it within the window.
pub async fn claim_quota(work: &mut Work, key: &str, holder: &str, now: Timestamp, window_seconds: u32) -> Result<bool, Trouble> {
    let now = now.as_microsecond();
    let since = now.saturating_sub(i64::from(window_seconds).saturating_mul(1_000_000));
    // The same holder may again, and its right does not grow older or younger by that.
    let sql = "INSERT INTO quota (key, holder, at) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE SET \
               holder = excluded.holder, at = CASE WHEN quota.at <= $4 THEN excluded.at ELSE quota.at END \
               WHERE quota.at <= $4 OR quota.holder = excluded.holder";
    Ok(work.run(sql, &[Arg::Text(key), Arg::Text(holder), Arg::Int(now), Arg::Int(since)]).await? == 1)
}

/// An error as it is kept: one line, not long.
fn short(error: &str) -> String {
    error.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect()
}
