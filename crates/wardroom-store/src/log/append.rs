//! One commit inside a running transaction: numbers, facts, key, projections, effects, small blobs, all or nothing.
//! Deliberately knows nothing of the queue in front (see `writer`) and takes no lock of its own: the head is locked already.

use jiff::Timestamp;
use serde_json::Value;
use wardroom_app::ports::store::{Append, Commit, CommitError, Committed, Effect, Idempotency, NewFact, Series};
use wardroom_domain::facts::Fact;
use wardroom_domain::log::{Recorded, StreamId};

use super::chain::FactRow;
use super::head::Head;
use super::read;
use crate::blobs::SMALL_BLOB_LIMIT_BYTES;
use crate::db::{Arg, Work};
use crate::projections;
use crate::trouble::Trouble;

/// Why one commit of a batch is not made.
#[derive(Debug)]
pub enum Unmade {
    /// An answer for the caller.
    Told(CommitError),
    /// The world is in the way.
    Trouble(Trouble),
}

impl From<Trouble> for Unmade {
    fn from(trouble: Trouble) -> Unmade {
        Unmade::Trouble(trouble)
    }
}

/// Applies one commit.
pub async fn apply(work: &mut Work, head: &mut Head, commit: &Commit) -> Result<Committed, Unmade> {
    if let Some(idempotency) = &commit.idempotency {
        answer_once(work, idempotency, commit.at).await?;
    }
    for (index, (key, stream)) in commit.seen.iter().enumerate() {
        let twice = commit.seen.iter().take(index).any(|(earlier, _)| earlier == key);
        if !twice {
            see_once(work, key, stream).await?;
        }
    }
    let mut numbers = Vec::new();
    for append in &commit.appends {
        if let Some(number) = append_one(work, head, append, commit.at).await? {
            numbers.push((append.stream.clone(), number));
        }
    }
    for (name, sealed) in &commit.small_blobs {
        keep_small_blob(work, name, sealed.as_bytes()).await?;
    }
    for effect in &commit.effects {
        put_in_outbox(work, effect).await?;
    }
    Ok(Committed { numbers, last_seq: u64::try_from(head.size).unwrap_or_default() })
}

async fn append_one(work: &mut Work, head: &mut Head, append: &Append, at: Timestamp) -> Result<Option<String>, Unmade> {
    let stream = append.stream.as_str();
    let mut facts = match append.expected {
        0 => Vec::new(),
        _ => read::heads(work, stream).await?,
    };
    let found = match append.expected {
        0 => newest(work, stream).await?,
        _ => facts.last().map_or(0, |fact| fact.stream_seq),
    };
    if found != append.expected {
        return Err(Unmade::Told(CommitError::Conflict { stream: append.stream.clone() }));
    }
    let number = match &append.series {
        Some(series) if append.expected == 0 => Some(next_number(work, series).await?),
        Some(_) | None => None,
    };
    if let Some(key) = append.key.as_ref().filter(|_| append.expected == 0) {
        let public = key.public.to_bytes();
        let args = [Arg::Text(stream), Arg::Bytes(&public), Arg::Bytes(key.secret.as_bytes())];
        work.run("INSERT INTO stream_key (stream, public, secret) VALUES ($1, $2, $3)", &args).await?;
    }
    for (index, new) in append.facts.iter().enumerate() {
        let number = number.as_deref().filter(|_| index == 0);
        facts.push(insert(work, head, append, new, number, at, found + index as u64 + 1).await?);
    }
    match append.expected {
        0 => projections::begin(work, &append.stream, &facts).await?,
        _ => projections::refresh(work, &append.stream, &facts).await?,
    }
    Ok(number)
}

async fn newest(work: &mut Work, stream: &str) -> Result<u64, Trouble> {
    let row = work.row("SELECT COALESCE(MAX(stream_seq), 0) AS newest FROM fact WHERE stream = $1", &[Arg::Text(stream)]).await?;
    Ok(row.map_or(Ok(0), |row| row.int("newest"))?.unsigned_abs())
}

/// Writes one fact behind the last one.
async fn insert(
    work: &mut Work,
    head: &mut Head,
    append: &Append,
    new: &NewFact,
    number: Option<&str>,
    at: Timestamp,
    stream_seq: u64,
) -> Result<Recorded<Fact>, Unmade> {
    let (kind, mut clear) = new.fact.parts();
    if let Some(number) = number {
        let Some(field) = clear.get_mut("number") else {
            return Err(Unmade::Trouble(Trouble::inconsistent("fact", "head", stream_seq, "a numbered stream begins without a number")));
        };
        *field = Value::String(number.to_owned());
    }
    let key = append.key.as_ref().filter(|_| stream_seq == 1);
    let mut row = FactRow {
        seq: head.size + 1,
        stream: append.stream.as_str().to_owned(),
        stream_seq: i64::try_from(stream_seq).map_err(|_| Trouble::Conflict)?,
        kind,
        at: at.as_microsecond(),
        actor: String::from(append.actor.clone()),
        head: clear.to_string(),
        body: new.body.as_ref().map(|sealed| sealed.as_bytes().to_vec()),
        reporter_body: new.reporter_body.as_ref().map(|sealed| sealed.as_bytes().to_vec()),
        stream_public: key.map(|key| key.public.to_bytes().to_vec()),
        prev: head.last_hash.to_vec(),
        hash: Vec::new(),
    };
    let hash = row.computed_hash();
    row.hash = hash.to_vec();
    // Read back before it is written: a fact that could not be read again must never be stored.
    let recorded = read::from_fact_row(&row)?;
    write(work, &row).await?;
    head.push(hash);
    Ok(recorded)
}

async fn write(work: &mut Work, row: &FactRow) -> Result<(), Trouble> {
    let args = [
        Arg::Int(row.seq),
        Arg::Text(&row.stream),
        Arg::Int(row.stream_seq),
        Arg::Text(&row.kind),
        Arg::Int(row.at),
        Arg::Text(&row.actor),
        Arg::Text(&row.head),
        Arg::MaybeBytes(row.body.as_deref()),
        Arg::MaybeBytes(row.reporter_body.as_deref()),
        Arg::MaybeBytes(row.stream_public.as_deref()),
        Arg::Bytes(&row.prev),
        Arg::Bytes(&row.hash),
    ];
    work.run(
        "INSERT INTO fact (seq, stream, stream_seq, kind, at, actor, head, body, reporter_body, stream_public, prev, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &args,
    )
    .await?;
    Ok(())
}

/// The next number of a series, without gaps: a commit that fails takes its number back.
async fn next_number(work: &mut Work, series: &Series) -> Result<String, Trouble> {
    let stem = series.stem();
    let sql = "INSERT INTO counter (stem, last) VALUES ($1, 1) ON CONFLICT (stem) DO UPDATE SET last = counter.last + 1 RETURNING last";
    let row = work.row(sql, &[Arg::Text(&stem)]).await?;
    let last = row.map_or(Ok(1), |row| row.int("last"))?;
    Ok(format!("{stem}{last:04}"))
}

async fn answer_once(work: &mut Work, idempotency: &Idempotency, at: Timestamp) -> Result<(), Unmade> {
    let row = work.row("SELECT fingerprint, answer FROM answer WHERE key = $1", &[Arg::Text(&idempotency.key)]).await?;
    if let Some(row) = row {
        let same = row.text("fingerprint")? == idempotency.fingerprint;
        return Err(Unmade::Told(CommitError::AlreadyAnswered { same, answer: row.bytes("answer")? }));
    }
    let args =
        [Arg::Text(&idempotency.key), Arg::Text(&idempotency.fingerprint), Arg::Bytes(&idempotency.answer), Arg::Int(at.as_microsecond())];
    work.run("INSERT INTO answer (key, fingerprint, answer, at) VALUES ($1, $2, $3, $4)", &args).await?;
    Ok(())
}

async fn see_once(work: &mut Work, key: &str, stream: &StreamId) -> Result<(), Unmade> {
    let sql = "INSERT INTO seen (key, stream) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
    if work.run(sql, &[Arg::Text(key), Arg::Text(stream.as_str())]).await? == 1 {
        return Ok(());
    }
    let known = work.row("SELECT stream FROM seen WHERE key = $1", &[Arg::Text(key)]).await?;
    let known = known.map(|row| row.text("stream")).transpose()?.and_then(|text| StreamId::parse(&text));
    let stream = known.ok_or_else(|| Trouble::inconsistent("seen", "stream", "of a known delivery", "not a stream id"))?;
    Err(Unmade::Told(CommitError::AlreadySeen { stream }))
}

/// A name that is taken is a mistake of chance or of the caller: nothing is overwritten.
async fn keep_small_blob(work: &mut Work, name: &str, sealed: &[u8]) -> Result<(), Trouble> {
    crate::blobs::check_name(name)?;
    if sealed.len() > SMALL_BLOB_LIMIT_BYTES {
        let what = format!("{} bytes are too many for the database: put it as a file first", sealed.len());
        return Err(Trouble::Blob { name: name.to_owned(), what });
    }
    work.run("INSERT INTO blob (name, sealed) VALUES ($1, $2)", &[Arg::Text(name), Arg::Bytes(sealed)]).await?;
    Ok(())
}

/// Adds the effect unless its key was used before.
async fn put_in_outbox(work: &mut Work, effect: &Effect) -> Result<(), Trouble> {
    let args = [
        Arg::Text(&effect.key),
        Arg::Text(&effect.kind),
        Arg::Text(effect.stream.as_str()),
        Arg::MaybeBytes(effect.payload.as_ref().map(wardroom_seal::Sealed::as_bytes)),
        Arg::Int(effect.not_before.as_microsecond()),
    ];
    work.run(
        "INSERT INTO outbox (id, key, kind, stream, payload, state, attempts, next_at, lease_until, fence, error) \
         SELECT COALESCE(MAX(o.id), 0) + 1, $1, $2, $3, $4, 'waiting', 0, $5, 0, 0, '' FROM outbox o WHERE true \
         ON CONFLICT (key) DO NOTHING",
        &args,
    )
    .await?;
    Ok(())
}
