//! Reading facts back: rows become values, and what fits no value is named with its place.
//! Deliberately opens nothing: bodies stay sealed.

use jiff::Timestamp;
use wardroom_app::ports::store::Stored;
use wardroom_domain::facts::Fact;
use wardroom_domain::log::{Actor, Recorded, StreamId};
use wardroom_seal::Sealed;

use super::chain::FactRow;
use crate::db::{Arg, Row, Work};
use crate::trouble::Trouble;

/// The fact of a full row, with its sealed bodies.
pub fn stored(row: &Row) -> Result<Stored, Trouble> {
    let recorded = recorded(row)?;
    let body = row.maybe_bytes("body")?.map(Sealed::from_stored);
    let reporter_body = row.maybe_bytes("reporter_body")?.map(Sealed::from_stored);
    Ok(Stored { recorded, body, reporter_body })
}

/// The fact of a row with at least seq, stream, stream_seq, kind, at, actor, head.
pub fn recorded(row: &Row) -> Result<Recorded<Fact>, Trouble> {
    let seq = row.int("seq")?;
    from_columns(
        seq,
        row.text("stream")?,
        row.int("stream_seq")?,
        &row.text("kind")?,
        row.int("at")?,
        row.text("actor")?,
        &row.text("head")?,
    )
}

fn from_columns(
    seq: i64,
    stream: String,
    stream_seq: i64,
    kind: &str,
    at: i64,
    actor: String,
    head: &str,
) -> Result<Recorded<Fact>, Trouble> {
    let odd = |column, what: String| Trouble::inconsistent("fact", column, seq, what);
    Ok(Recorded {
        seq: u64::try_from(seq).map_err(|_| odd("seq", "negative".to_owned()))?,
        stream_seq: u64::try_from(stream_seq).map_err(|_| odd("stream_seq", "negative".to_owned()))?,
        stream: StreamId::parse(&stream).ok_or_else(|| odd("stream", "not a stream id".to_owned()))?,
        at: instant("fact", "at", seq, at)?,
        actor: Actor::try_from(actor).map_err(|_| odd("actor", "no actor is written so".to_owned()))?,
        fact: Fact::read(kind, head).map_err(|misfit| odd("head", misfit.to_string()))?,
    })
}

/// Microseconds as an instant.
pub fn instant(table: &'static str, column: &'static str, row: impl ToString, micros: i64) -> Result<Timestamp, Trouble> {
    Timestamp::from_microsecond(micros).map_err(|_| Trouble::inconsistent(table, column, row, "not an instant"))
}

/// The heads of a stream in order.
pub async fn heads(work: &mut Work, stream: &str) -> Result<Vec<Recorded<Fact>>, Trouble> {
    let sql = "SELECT seq, stream, stream_seq, kind, at, actor, head FROM fact WHERE stream = $1 ORDER BY stream_seq";
    work.rows(sql, &[Arg::Text(stream)]).await?.iter().map(recorded).collect()
}

/// Full rows of the log in order, `seq > after`, at most `limit`.
pub async fn rows_after(work: &mut Work, after: i64, limit: i64) -> Result<Vec<FactRow>, Trouble> {
    let sql = "SELECT seq, stream, stream_seq, kind, at, actor, head, body, reporter_body, stream_public, prev, hash \
               FROM fact WHERE seq > $1 ORDER BY seq LIMIT $2";
    work.rows(sql, &[Arg::Int(after), Arg::Int(limit)]).await?.iter().map(FactRow::from_row).collect()
}
