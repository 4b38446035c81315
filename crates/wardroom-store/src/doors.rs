//! How each door did last, and the synthetic reports sent through it. Deliberately no history: the newest of everything is enough to say
//! whether a door is open.

use jiff::Timestamp;
use wardroom_app::ports::store::{DoorNote, DoorRow, SelfTestRow};

use crate::db::{Arg, Row, Work};
use crate::log::read::instant;
use crate::trouble::Trouble;

/// Synthetic reports older than this are forgotten, in microseconds.
const KEPT: i64 = 30 * 24 * 3_600 * 1_000_000;

/// Notes a success or a failure; never backwards.
pub async fn note(work: &mut Work, note: &DoorNote) -> Result<(), Trouble> {
    let at = note.at.as_microsecond();
    work.run(
        "INSERT INTO door (name, success_at, failure_at, reason, failures, taken, backlog) VALUES ($1, NULL, NULL, '', 0, 0, NULL) \
         ON CONFLICT (name) DO NOTHING",
        &[Arg::Text(&note.door)],
    )
    .await?;
    match &note.failed {
        None => {
            let taken = i64::try_from(note.taken).unwrap_or(i64::MAX);
            let ignored = i64::try_from(note.ignored).unwrap_or(i64::MAX);
            let sql = "UPDATE door SET success_at = CASE WHEN success_at > $2 THEN success_at ELSE $2 END, failures = 0, taken = taken + $3, \
                       ignored = ignored + $4 WHERE name = $1";
            work.run(sql, &[Arg::Text(&note.door), Arg::Int(at), Arg::Int(taken), Arg::Int(ignored)]).await?;
        }
        Some(reason) => {
            let sql = "UPDATE door SET failure_at = CASE WHEN failure_at > $2 THEN failure_at ELSE $2 END, reason = $3, \
                       failures = failures + 1 WHERE name = $1";
            work.run(sql, &[Arg::Text(&note.door), Arg::Int(at), Arg::Text(reason)]).await?;
        }
    }
    if let Some(backlog) = note.backlog {
        let backlog = i64::try_from(backlog).unwrap_or(i64::MAX);
        work.run("UPDATE door SET backlog = $2 WHERE name = $1", &[Arg::Text(&note.door), Arg::Int(backlog)]).await?;
    }
    Ok(())
}

/// All doors ever noted.
pub async fn doors(work: &mut Work) -> Result<Vec<DoorRow>, Trouble> {
    let sql = "SELECT name, success_at, failure_at, reason, failures, taken, backlog, ignored FROM door ORDER BY name";
    work.rows(sql, &[]).await?.iter().map(door_row).collect()
}

fn door_row(row: &Row) -> Result<DoorRow, Trouble> {
    let count = |column| row.int(column).map(|n| u64::try_from(n).unwrap_or_default());
    Ok(DoorRow {
        name: row.text("name")?,
        success_at: maybe_at(row, "door", "success_at")?,
        failure_at: maybe_at(row, "door", "failure_at")?,
        reason: row.text("reason")?,
        failures: count("failures")?,
        taken: count("taken")?,
        ignored: count("ignored")?,
        backlog: row.maybe_int("backlog")?.map(|n| u64::try_from(n).unwrap_or_default()),
    })
}

fn maybe_at(row: &Row, table: &'static str, column: &'static str) -> Result<Option<Timestamp>, Trouble> {
    row.maybe_int(column)?.map(|at| instant(table, column, "of a door", at)).transpose()
}

/// How many reports came by each door, and when the last one did.
pub async fn reports(work: &mut Work) -> Result<Vec<(String, u64, Timestamp)>, Trouble> {
    let sql = "SELECT door, COUNT(*) AS n, MAX(received_at) AS at FROM report GROUP BY door ORDER BY door";
    let rows = work.rows(sql, &[]).await?;
    rows.iter()
        .map(|row| {
            let at = instant("report", "received_at", "of a door", row.int("at")?)?;
            Ok((row.text("door")?, u64::try_from(row.int("n")?).unwrap_or_default(), at))
        })
        .collect()
}

/// A synthetic report is on its way. Old ones are forgotten.
pub async fn self_test_sent(work: &mut Work, digest: &str, door: &str, at: Timestamp) -> Result<(), Trouble> {
    let at = at.as_microsecond();
    work.run("DELETE FROM self_test WHERE sent_at < $1", &[Arg::Int(at.saturating_sub(KEPT))]).await?;
    let sql = "INSERT INTO self_test (digest, door, sent_at, passed_at, failed) VALUES ($1, $2, $3, NULL, NULL)";
    work.run(sql, &[Arg::Text(digest), Arg::Text(door), Arg::Int(at)]).await?;
    Ok(())
}

/// It could not be handed to its door.
pub async fn self_test_failed(work: &mut Work, digest: &str, why: &str) -> Result<(), Trouble> {
    work.run("UPDATE self_test SET failed = $2 WHERE digest = $1 AND passed_at IS NULL", &[Arg::Text(digest), Arg::Text(why)]).await?;
    Ok(())
}

/// It came to the end of the way: the door it was for, the first time and every other time; nothing when we never sent it.
pub async fn self_test_arrived(work: &mut Work, digest: &str, at: Timestamp) -> Result<Option<String>, Trouble> {
    let sql = "UPDATE self_test SET passed_at = $2, failed = NULL WHERE digest = $1 AND passed_at IS NULL";
    work.run(sql, &[Arg::Text(digest), Arg::Int(at.as_microsecond())]).await?;
    let row = work.row("SELECT door FROM self_test WHERE digest = $1", &[Arg::Text(digest)]).await?;
    row.map(|row| row.text("door")).transpose()
}

/// The newest synthetic report of each door.
pub async fn self_tests(work: &mut Work) -> Result<Vec<SelfTestRow>, Trouble> {
    let sql = "SELECT door, sent_at, passed_at, failed FROM self_test ORDER BY sent_at, digest";
    let mut newest: Vec<SelfTestRow> = Vec::new();
    for row in work.rows(sql, &[]).await? {
        let one = SelfTestRow {
            door: row.text("door")?,
            sent_at: instant("self_test", "sent_at", "of a door", row.int("sent_at")?)?,
            passed_at: maybe_at(&row, "self_test", "passed_at")?,
            failed: row.maybe_text("failed")?,
        };
        newest.retain(|other| other.door != one.door);
        newest.push(one);
    }
    Ok(newest)
}
