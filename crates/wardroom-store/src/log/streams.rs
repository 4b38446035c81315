//! Reading whole streams for somebody: the team (through `eyes`), the public face (reporter bodies only), the public tree
//! (published facts only). Deliberately the only place that gives out bodies.

use wardroom_app::ports::store::{LogHead, Stored};
use wardroom_domain::facts::Fact;
use wardroom_domain::log::{Recorded, StreamId};
use wardroom_domain::people::Viewer;
use wardroom_seal::{PublicKey, Sealed, StreamKey};

use super::head::Head;
use super::read;
use crate::db::{Arg, Work};
use crate::eyes::{Eyes, sees_advisory, sees_case, sees_report, sees_stream};
use crate::projections;
use crate::trouble::Trouble;

macro_rules! fact_columns {
    () => {
        "SELECT f.seq, f.stream, f.stream_seq, f.kind, f.at, f.actor, f.head, f.body, f.reporter_body FROM fact f "
    };
}

/// All facts of a stream in order, or none when the viewer may not see it.
pub async fn stream(work: &mut Work, viewer: &Viewer, stream: &StreamId) -> Result<Vec<Stored>, Trouble> {
    use wardroom_domain::log::StreamKind as K;
    let sql = match stream.kind() {
        K::Org => {
            concat!(fact_columns!(), "WHERE f.stream = 'org' AND f.stream = $4 AND $1 = $1 AND $2 = $2 AND $3 = $3 ORDER BY f.stream_seq")
        }
        K::Report => concat!(
            fact_columns!(),
            "WHERE f.stream = $4 AND EXISTS (SELECT 1 FROM report r WHERE r.id = $4 AND ",
            sees_report!(),
            ") ORDER BY f.stream_seq"
        ),
        K::Case => concat!(
            fact_columns!(),
            "WHERE f.stream = $4 AND EXISTS (SELECT 1 FROM case_file c WHERE c.id = $4 AND ",
            sees_case!(),
            ") ORDER BY f.stream_seq"
        ),
        K::Advisory => concat!(
            fact_columns!(),
            "WHERE f.stream = $4 AND EXISTS (SELECT 1 FROM advisory a WHERE a.id = $4 AND ",
            sees_advisory!(),
            ") ORDER BY f.stream_seq"
        ),
    };
    let eyes = Eyes::of(viewer);
    let rows = work.rows(sql, &eyes.args([Arg::Text(stream.as_str())])).await?;
    rows.iter().map(read::stored).collect()
}

/// Facts of the whole log with `seq > after`, those the viewer may see.
pub async fn facts_after(work: &mut Work, viewer: &Viewer, after: u64, limit: u32) -> Result<Vec<Stored>, Trouble> {
    let sql = concat!(fact_columns!(), "WHERE f.seq > $4 AND ", sees_stream!("f.stream"), " ORDER BY f.seq LIMIT $5");
    let eyes = Eyes::of(viewer);
    let args = eyes.args([Arg::Int(i64::try_from(after).unwrap_or(i64::MAX)), Arg::Int(i64::from(limit))]);
    work.rows(sql, &args).await?.iter().map(read::stored).collect()
}

/// The report a receipt code leads to.
pub async fn report_by_lookup(work: &mut Work, lookup: &str) -> Result<Option<StreamId>, Trouble> {
    if lookup.is_empty() {
        return Ok(None);
    }
    let row = work.row("SELECT id FROM report WHERE lookup = $1 ORDER BY received_at, id LIMIT 1", &[Arg::Text(lookup)]).await?;
    row.map(|row| stream_id("report", "id", row.text("id")?)).transpose()
}

/// The facts of one report with reporter bodies only.
pub async fn reporter_view(work: &mut Work, report: &StreamId) -> Result<Vec<Stored>, Trouble> {
    let sql = "SELECT f.seq, f.stream, f.stream_seq, f.kind, f.at, f.actor, f.head, f.reporter_body FROM fact f \
               WHERE f.stream = $1 AND EXISTS (SELECT 1 FROM report r WHERE r.id = $1) ORDER BY f.stream_seq";
    let rows = work.rows(sql, &[Arg::Text(report.as_str())]).await?;
    rows.iter()
        .map(|row| {
            let reporter_body = row.maybe_bytes("reporter_body")?.map(Sealed::from_stored);
            Ok(Stored { recorded: read::recorded(row)?, body: None, reporter_body })
        })
        .collect()
}

/// Heads of a case.
pub async fn case_heads(work: &mut Work, case: &StreamId) -> Result<Vec<Recorded<Fact>>, Trouble> {
    read::heads(work, case.as_str()).await
}

/// Facts of published advisories, each stream up to its last publication or withdrawal, in log order.
pub async fn published(work: &mut Work) -> Result<Vec<Recorded<Fact>>, Trouble> {
    // CROSS JOIN: SQLite then goes from the few advisories to their facts and not through the whole log.
    let sql = "SELECT f.seq, f.stream, f.stream_seq, f.kind, f.at, f.actor, f.head FROM advisory a CROSS JOIN fact f \
               WHERE f.stream = a.id AND f.stream_seq <= a.public_until AND a.public_until > 0 ORDER BY f.seq";
    work.rows(sql, &[]).await?.iter().map(read::recorded).collect()
}

/// The same, of those advisories alone that the log names after `seq`.
pub async fn published_after(work: &mut Work, seq: u64) -> Result<Vec<Recorded<Fact>>, Trouble> {
    let sql = "SELECT f.seq, f.stream, f.stream_seq, f.kind, f.at, f.actor, f.head \
               FROM (SELECT DISTINCT n.stream AS id FROM fact n WHERE n.seq > $1 AND n.kind LIKE 'advisory.%') c \
               CROSS JOIN advisory a CROSS JOIN fact f \
               WHERE a.id = c.id AND f.stream = a.id AND f.stream_seq <= a.public_until AND a.public_until > 0 ORDER BY f.seq";
    work.rows(sql, &[Arg::Int(i64::try_from(seq).unwrap_or(i64::MAX))]).await?.iter().map(read::recorded).collect()
}

/// The key of a stream, unless it was erased.
pub async fn key(work: &mut Work, stream: &StreamId) -> Result<Option<StreamKey>, Trouble> {
    let row = work.row("SELECT public, secret FROM stream_key WHERE stream = $1", &[Arg::Text(stream.as_str())]).await?;
    let Some(row) = row else { return Ok(None) };
    let Some(secret) = row.maybe_bytes("secret")? else { return Ok(None) };
    Ok(Some(StreamKey { public: public(stream, &row.bytes("public")?)?, secret: Sealed::from_stored(secret) }))
}

/// The public half of a stream's key.
pub async fn public_key(work: &mut Work, stream: &StreamId) -> Result<Option<PublicKey>, Trouble> {
    let row = work.row("SELECT public FROM stream_key WHERE stream = $1", &[Arg::Text(stream.as_str())]).await?;
    row.map(|row| public(stream, &row.bytes("public")?)).transpose()
}

fn public(stream: &StreamId, bytes: &[u8]) -> Result<PublicKey, Trouble> {
    PublicKey::from_bytes(bytes).map_err(|fault| Trouble::inconsistent("stream_key", "public", stream, fault))
}

/// The stream with a number people read.
pub async fn by_number(work: &mut Work, viewer: &Viewer, number: &str) -> Result<Option<StreamId>, Trouble> {
    let key = projections::number_key(number);
    let sql = concat!("SELECT n.stream FROM numbered n WHERE n.number_key = $4 AND ", sees_stream!("n.stream"));
    let eyes = Eyes::of(viewer);
    let row = work.row(sql, &eyes.args([Arg::Text(&key)])).await?;
    row.map(|row| stream_id("numbered", "stream", row.text("stream")?)).transpose()
}

/// Where the log ends.
pub async fn log_head(work: &mut Work) -> Result<LogHead, Trouble> {
    let head = Head::look(work).await?;
    Ok(LogHead { size: head.range.size(), root: head.range.root(), last_hash: head.last_hash })
}

/// Hashes of the facts from `from` on.
pub async fn hashes(work: &mut Work, from: u64, limit: u32) -> Result<Vec<[u8; 32]>, Trouble> {
    let args = [Arg::Int(i64::try_from(from).unwrap_or(i64::MAX)), Arg::Int(i64::from(limit))];
    let rows = work.rows("SELECT seq, hash FROM fact WHERE seq >= $1 ORDER BY seq LIMIT $2", &args).await?;
    rows.iter()
        .map(|row| {
            let seq = row.int("seq")?;
            row.bytes("hash")?.try_into().map_err(|_| Trouble::inconsistent("fact", "hash", seq, "not 32 bytes"))
        })
        .collect()
}

/// A stored stream id.
pub fn stream_id(table: &'static str, column: &'static str, text: String) -> Result<StreamId, Trouble> {
    StreamId::parse(&text).ok_or_else(|| Trouble::inconsistent(table, column, text, "not a stream id"))
}
