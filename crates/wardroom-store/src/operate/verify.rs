//! `verify`: everything that must be true of stored data, checked in one snapshot. It is what every fault test asks afterwards.
//! The log is read twice, by place for the chain and by stream for what follows from it; a fact is made out of its text once.
//! Deliberately needs no key and repairs nothing.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use wardroom_app::ports::store::{EachStream, Findings};
use wardroom_domain::facts::Fact;
use wardroom_domain::log::{Recorded, StreamId};
use wardroom_seal::{Sealed, hex};

use super::audit::Walk;
use crate::blobs::Blobs;
use crate::db::{Arg, Db, Engine, Row, Work, look_up};
use crate::log::chain::FactRow;
use crate::log::head::Head;
use crate::log::read::rows_after;
use crate::log::walk::{Streams, Whole};
use crate::projections::{self, Counters, Line, TABLES};
use crate::trouble::Trouble;

const PAGE: i64 = 1000;
/// Sealed bytes that are in memory at a time.
const BLOBS: i64 = 64;
/// After so many of one kind the rest is only counted.
const TOLD: usize = 20;

/// Collects what is found, each check with its name.
struct Notes {
    findings: Findings,
    counts: HashMap<&'static str, usize>,
}

impl Notes {
    fn broken(&mut self, check: &'static str, sentence: String) {
        let count = self.counts.entry(check).or_default();
        *count += 1;
        if *count <= TOLD {
            self.findings.broken.push((check.to_owned(), sentence));
        }
    }

    fn looked_at(&mut self, what: &str, count: u64) {
        self.findings.looked_at.push((what.to_owned(), count));
    }

    fn finish(mut self) -> Findings {
        for (check, count) in self.counts {
            if count > TOLD {
                self.findings.broken.push((check.to_owned(), format!("and {} more", count - TOLD)));
            }
        }
        self.findings
    }
}

/// Checks storage, chain and Merkle head, projections, keys, blobs, outbox, sealed columns.
/// Every stream that can be read is shown to `each`.
pub async fn verify(db: &Db, blobs: &Blobs, each: &mut EachStream<'_>) -> Result<Findings, Trouble> {
    let mut notes = Notes { findings: Findings::default(), counts: HashMap::new() };
    let mut work = db.snapshot().await?;
    storage(&mut work, &mut notes).await?;
    let begun = log(&mut work, &mut notes).await?;
    projected(&mut work, each, &mut notes).await?;
    keys(&mut work, begun, &mut notes).await?;
    named_blobs(&mut work, blobs, &mut notes).await?;
    outbox(&mut work, &mut notes).await?;
    work.rollback().await?;
    Ok(notes.finish())
}

/// The engine's own check of its pages and indexes. PostgreSQL checks pages when it reads them; `pg_amcheck` does more.
async fn storage(work: &mut Work, notes: &mut Notes) -> Result<(), Trouble> {
    if work.engine() != Engine::Sqlite {
        return Ok(());
    }
    let rows = work.rows("PRAGMA integrity_check(20)", &[]).await?;
    for row in &rows {
        let said = row.text("integrity_check")?;
        if said != "ok" {
            notes.broken("storage", said);
        }
    }
    notes.looked_at("storage checks", rows.len() as u64);
    Ok(())
}

/// The chain, and that what must be sealed is. Gives how many facts bring a stream's key along.
async fn log(work: &mut Work, notes: &mut Notes) -> Result<u64, Trouble> {
    let mut walk = Walk::new(&[]);
    let (mut after, mut count, mut begun) = (0, 0, 0);
    loop {
        let rows = rows_after(work, after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = last.seq;
        for row in rows {
            count += 1;
            begun += u64::from(row.stream_public.is_some());
            sealed(&row, notes);
            walk.step(row);
        }
    }
    walk.end(&Head::look(work).await?);
    if let Some(broken) = walk.broken() {
        notes.broken("log", format!("fact {}: {}", broken.seq, broken.what));
    }
    notes.looked_at("facts", count);
    Ok(begun)
}

fn sealed(row: &FactRow, notes: &mut Notes) {
    let seq = row.seq;
    for (column, bytes) in [("body", &row.body), ("reporter_body", &row.reporter_body)] {
        if bytes.as_ref().is_some_and(|bytes| !plausible(bytes)) {
            notes.broken("sealed", format!("fact {seq}, column {column} is not sealed"));
        }
    }
}

fn plausible(bytes: &[u8]) -> bool {
    Sealed::from_stored(bytes.to_vec()).is_plausible()
}

/// What is stored must be what the fold of the heads gives, row by row, and nothing besides.
async fn projected(work: &mut Work, each: &mut EachStream<'_>, notes: &mut Notes) -> Result<(), Trouble> {
    let mut expected = HashMap::<&'static str, u64>::new();
    let mut numbers = Counters::default();
    let (mut walk, mut streams) = (Streams::begin(), 0);
    loop {
        let some = walk.next(work).await?;
        if some.is_empty() {
            break;
        }
        streams += some.len() as u64;
        let readable = readable(some, notes);
        let ids: Vec<&StreamId> = readable.iter().map(|(id, _)| id).collect();
        let mut stored = projections::stored(work, &ids).await?;
        for (id, facts) in &readable {
            each(id, facts);
            let wanted = projections::fold(id, facts);
            for line in &wanted {
                *expected.entry(line.table).or_default() += 1;
            }
            numbers.count(&wanted);
            if wanted.is_empty() && id.as_str() != "org" {
                notes.broken("projections", format!("{id} does not begin as its kind begins"));
            }
            if let Some(table) = differing(&wanted, &stored.remove(id.as_str()).unwrap_or_default()) {
                notes.broken("projections", format!("table {table} differs from the log for {id}: run `wardroom rebuild`"));
            }
        }
    }
    for table in TABLES {
        let stored = count(work.row(table.count, &[]).await?)?;
        let wanted = expected.get(table.name).copied().unwrap_or_default();
        if stored != wanted {
            notes.broken("projections", format!("table {} has {stored} rows, the log gives {wanted}: run `wardroom rebuild`", table.name));
        }
    }
    counters(work, &numbers, notes).await?;
    notes.looked_at("streams", streams);
    Ok(())
}

/// Notes the streams that are not whole, gives the others.
fn readable(streams: Vec<Whole>, notes: &mut Notes) -> Vec<(StreamId, Vec<Recorded<Fact>>)> {
    let mut readable = Vec::with_capacity(streams.len());
    for stream in streams {
        if let Some((seq, place, before)) = stream.gap {
            notes.broken("log", format!("fact {seq} is number {place} of its stream, after {before}"));
        }
        let name = stream.name.clone();
        match stream.readable() {
            Ok(stream) => readable.push(stream),
            Err(trouble) => {
                notes.broken("log", trouble.to_string());
                notes.broken("projections", format!("the facts of {name} cannot be read"));
            }
        }
    }
    readable
}

fn differing(wanted: &[Line], found: &[Line]) -> Option<&'static str> {
    if wanted == found {
        return None;
    }
    TABLES.iter().map(|table| table.name).find(|name| {
        let of = |lines: &[Line]| lines.iter().filter(|line| line.table == *name).cloned().collect::<Vec<_>>();
        of(wanted) != of(found)
    })
}

async fn counters(work: &mut Work, numbers: &Counters, notes: &mut Notes) -> Result<(), Trouble> {
    let rows = work.rows("SELECT stem, last FROM counter", &[]).await?;
    let stored: HashMap<String, i64> = rows.iter().map(|row| Ok((row.text("stem")?, row.int("last")?))).collect::<Result<_, Trouble>>()?;
    for (stem, last) in numbers.all() {
        if stored.get(stem).is_some_and(|kept| kept < last) {
            notes.broken("projections", format!("the counter of {stem} is behind {last}: run `wardroom rebuild`"));
        }
    }
    Ok(())
}

/// The key a stream has must be the one its first fact vouches for, and each of the streams whose first fact does must have one.
async fn keys(work: &mut Work, begun: u64, notes: &mut Notes) -> Result<(), Trouble> {
    let sql = "SELECT k.stream, k.public, k.secret, f.stream_public FROM stream_key k \
               LEFT JOIN fact f ON f.stream = k.stream AND f.stream_seq = 1 WHERE k.stream > $1 ORDER BY k.stream LIMIT $2";
    let (mut after, mut looked_at, mut vouched) = (String::new(), 0, 0);
    loop {
        let rows = work.rows(sql, &[Arg::Text(&after), Arg::Int(PAGE)]).await?;
        let Some(last) = rows.last() else { break };
        after = last.text("stream")?;
        looked_at += rows.len() as u64;
        for row in &rows {
            let stream = row.text("stream")?;
            let public = row.maybe_bytes("stream_public")?;
            vouched += u64::from(public.is_some());
            if public != Some(row.bytes("public")?) {
                notes.broken("keys", format!("the public key of {stream} is not the one in the log: nothing more may be sealed to it"));
            }
            if row.maybe_bytes("secret")?.is_some_and(|secret| !plausible(&secret)) {
                notes.broken("sealed", format!("the secret key of {stream} is not sealed"));
            }
        }
    }
    let lost = begun.saturating_sub(vouched);
    if lost > 0 {
        notes.broken("keys", format!("{lost} streams have lost their keys"));
    }
    notes.looked_at("keys", looked_at);
    Ok(())
}

async fn named_blobs(work: &mut Work, blobs: &Blobs, notes: &mut Notes) -> Result<(), Trouble> {
    let sql = "SELECT name, stream, sealed_len, sealed_sha256 FROM blob_ref WHERE name > $1 ORDER BY name LIMIT $2";
    let (mut after, mut looked_at) = (String::new(), 0);
    loop {
        let rows = work.rows(sql, &[Arg::Text(&after), Arg::Int(BLOBS)]).await?;
        let Some(last) = rows.last() else { break };
        after = last.text("name")?;
        looked_at += rows.len() as u64;
        let names = rows.iter().map(|row| row.text("name")).collect::<Result<Vec<_>, _>>()?;
        let mut small = HashMap::new();
        for row in
            look_up(work, "SELECT name, sealed FROM blob WHERE name IN", &names.iter().map(String::as_str).collect::<Vec<_>>(), "").await?
        {
            small.insert(row.text("name")?, row.bytes("sealed")?);
        }
        for (row, name) in rows.iter().zip(&names) {
            let found = match small.remove(name) {
                Some(bytes) => Some((bytes.len() as u64, hex(&Sha256::digest(&bytes)), bytes)),
                None => blobs.digest(name).unwrap_or(None),
            };
            one_blob(row, name, found, notes)?;
        }
    }
    notes.looked_at("blobs", looked_at);
    Ok(())
}

/// `found`: length, SHA-256, and at least the first bytes of what is there.
fn one_blob(row: &Row, name: &str, found: Option<(u64, String, Vec<u8>)>, notes: &mut Notes) -> Result<(), Trouble> {
    let stream = row.text("stream")?;
    let Some((length, digest, head)) = found else {
        notes.broken("blobs", format!("sealed file {name} of {stream} is missing: restore it from a backup"));
        return Ok(());
    };
    if Ok(row.int("sealed_len")?) != i64::try_from(length) || digest != row.text("sealed_sha256")? {
        notes.broken("blobs", format!("sealed file {name} of {stream} was changed or is short: restore it from a backup"));
    } else if !plausible(&head) {
        notes.broken("sealed", format!("file {name} of {stream} is not sealed"));
    }
    Ok(())
}

async fn outbox(work: &mut Work, notes: &mut Notes) -> Result<(), Trouble> {
    let sql = "SELECT id, state, attempts, fence, payload FROM outbox WHERE id > $1 ORDER BY id LIMIT $2";
    let (mut after, mut looked_at) = (0, 0);
    loop {
        let rows = work.rows(sql, &[Arg::Int(after), Arg::Int(PAGE)]).await?;
        let Some(last) = rows.last() else { break };
        after = last.int("id")?;
        looked_at += rows.len() as u64;
        for row in &rows {
            one_job(row, notes)?;
        }
    }
    notes.looked_at("outbox", looked_at);
    Ok(())
}

fn one_job(row: &Row, notes: &mut Notes) -> Result<(), Trouble> {
    let (id, state) = (row.int("id")?, row.text("state")?);
    let payload = row.maybe_bytes("payload")?;
    if state == "done" && payload.is_some() {
        notes.broken("outbox", format!("row {id} is done and still has its payload"));
    }
    if payload.is_some_and(|payload| !plausible(&payload)) {
        notes.broken("sealed", format!("the payload of outbox row {id} is not sealed"));
    }
    let tried = row.int("attempts")?;
    if (state != "waiting" && tried == 0) || tried > row.int("fence")? {
        notes.broken("outbox", format!("row {id} is {state} after {tried} attempts with fence {}", row.int("fence")?));
    }
    Ok(())
}

fn count(row: Option<Row>) -> Result<u64, Trouble> {
    row.map_or(Ok(0), |row| Ok(row.int("n")?.unsigned_abs()))
}
