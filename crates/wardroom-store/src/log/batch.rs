//! Many commits in one transaction: what they need to know is asked once, each is decided in memory after those before it, and all their
//! rows are written together at the end. A commit that is refused has left no row behind, so no savepoint is needed.
//! Deliberately knows nothing of the queue in front (see `writer`) and takes no lock of its own: the head is locked already.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use wardroom_app::ports::store::{Append, Commit, CommitError, Committed, Effect, Idempotency};
use wardroom_domain::facts::Fact;
use wardroom_domain::log::{Recorded, StreamId};

use super::chain::FactRow;
use super::head::Head;
use super::read;
use super::ready::{Ready, ReadyFact};
use crate::db::{Arg, Inserts, Value, Work, look_up};
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

/// What the commits of a batch know, and the rows they have made so far.
pub struct Batch {
    head: Head,
    /// Size of the log when the batch began.
    began: i64,
    answers: HashMap<String, Idempotency>,
    seen: HashMap<String, StreamId>,
    streams: BTreeMap<StreamId, Stream>,
    counters: BTreeMap<String, Counter>,
    last_job: i64,
    rows: Inserts,
}

/// A stream as it stands.
#[derive(Default)]
struct Stream {
    facts: Vec<Recorded<Fact>>,
    /// How many of them were stored when the batch began.
    stored: usize,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Counter {
    last: i64,
    stored: i64,
}

/// What one commit adds, until it is known that all of it may be.
struct Draft {
    head: Head,
    streams: BTreeMap<StreamId, Vec<Recorded<Fact>>>,
    counters: BTreeMap<String, i64>,
    rows: Inserts,
    numbers: Vec<(StreamId, String)>,
}

const FACT: &str = "INSERT INTO fact (seq, stream, stream_seq, kind, at, actor, head, body, reporter_body, stream_public, prev, hash) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const STREAM_KEY: &str = "INSERT INTO stream_key (stream, public, secret) VALUES ($1, $2, $3)";
const ANSWER: &str = "INSERT INTO answer (key, fingerprint, answer, at) VALUES ($1, $2, $3, $4)";
const SEEN: &str = "INSERT INTO seen (key, stream) VALUES ($1, $2)";
/// A name that is taken is a mistake of chance or of the caller: nothing is overwritten.
const BLOB: &str = "INSERT INTO blob (name, sealed) VALUES ($1, $2)";
/// An effect whose key was used before is dropped.
const JOB: &str = "INSERT INTO outbox (id, key, kind, stream, payload, state, attempts, next_at, lease_until, fence, error) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (key) DO NOTHING";
const COUNTER: &str = "INSERT INTO counter (stem, last) VALUES ($1, $2) ON CONFLICT (stem) DO UPDATE SET last = excluded.last";

impl Batch {
    /// Locks the head of the log and reads what these commits must know.
    pub async fn begin(work: &mut Work, commits: &[Ready]) -> Result<Batch, Trouble> {
        let head = Head::lock(work).await?;
        let commits = || commits.iter().map(|ready| &ready.commit);
        let keys: BTreeSet<&str> = commits().filter_map(|commit| commit.idempotency.as_ref()).map(|once| once.key.as_str()).collect();
        let deliveries: BTreeSet<&str> = commits().flat_map(|commit| &commit.seen).map(|(key, _)| key.as_str()).collect();
        let names: BTreeSet<&str> = commits().flat_map(|commit| &commit.appends).map(|append| append.stream.as_str()).collect();
        let stems: BTreeSet<String> =
            commits().flat_map(|commit| &commit.appends).filter_map(|append| append.series.as_ref()).map(|series| series.stem()).collect();
        let last_job = match commits().any(|commit| !commit.effects.is_empty()) {
            true => work.row("SELECT COALESCE(MAX(id), 0) AS last FROM outbox", &[]).await?.map_or(Ok(0), |row| row.int("last"))?,
            false => 0,
        };
        let began = head.size;
        Ok(Batch {
            head,
            began,
            answers: answers(work, &list(&keys)).await?,
            seen: seen(work, &list(&deliveries)).await?,
            streams: streams(work, &list(&names)).await?,
            counters: counters(work, &stems.iter().map(String::as_str).collect::<Vec<_>>()).await?,
            last_job,
            rows: Inserts::default(),
        })
    }

    /// Adds one commit, all of it or nothing.
    pub fn add(&mut self, ready: &Ready) -> Result<Committed, Unmade> {
        let commit = &ready.commit;
        self.check_new(commit)?;
        let mut draft = Draft {
            head: self.head.clone(),
            streams: BTreeMap::new(),
            counters: BTreeMap::new(),
            rows: Inserts::default(),
            numbers: Vec::new(),
        };
        for (append, facts) in commit.appends.iter().zip(&ready.facts) {
            self.append(&mut draft, append, facts, commit.at)?;
        }
        self.take_over(draft, commit)
    }

    /// Refuses what was answered or delivered before.
    fn check_new(&self, commit: &Commit) -> Result<(), Unmade> {
        if let Some(once) = &commit.idempotency
            && let Some(earlier) = self.answers.get(&once.key)
        {
            let same = earlier.fingerprint == once.fingerprint;
            return Err(Unmade::Told(CommitError::AlreadyAnswered { same, answer: earlier.answer.clone() }));
        }
        match commit.seen.iter().find_map(|(key, _)| self.seen.get(key)) {
            Some(stream) => Err(Unmade::Told(CommitError::AlreadySeen { stream: stream.clone() })),
            None => Ok(()),
        }
    }

    fn append(&self, draft: &mut Draft, append: &Append, facts: &[ReadyFact], at: Timestamp) -> Result<(), Unmade> {
        let known = self.streams.get(&append.stream).and_then(|stream| stream.facts.last());
        let newest = draft.streams.get(&append.stream).and_then(|facts| facts.last()).or(known);
        let found = newest.map_or(0, |fact| fact.stream_seq);
        if found != append.expected {
            return Err(Unmade::Told(CommitError::Conflict { stream: append.stream.clone() }));
        }
        let stream = append.stream.as_str();
        let begins = append.expected == 0;
        let series = append.series.as_ref().filter(|_| begins);
        let number = series.map(|series| {
            let stem = series.stem();
            let last = draft.counters.get(&stem).copied().or_else(|| self.counters.get(&stem).map(|counter| counter.last));
            let next = last.unwrap_or_default() + 1;
            let number = format!("{stem}{next:04}");
            draft.counters.insert(stem, next);
            number
        });
        let key = append.key.as_ref().filter(|_| begins);
        if let Some(key) = key {
            let row = vec![Value::text(stream), Value::bytes(key.public.to_bytes()), Value::bytes(key.secret.as_bytes())];
            draft.rows.add(STREAM_KEY, row);
        }
        for (index, (new, ready)) in append.facts.iter().zip(facts).enumerate() {
            let numbered = number.as_deref().filter(|_| index == 0).map(|number| ready.numbered(number));
            let ready = numbered.as_ref().unwrap_or(ready);
            let row = FactRow {
                seq: draft.head.size + 1,
                stream: stream.to_owned(),
                stream_seq: i64::try_from(found).map_err(|_| Trouble::Conflict)? + index as i64 + 1,
                kind: ready.kind.clone(),
                at: at.as_microsecond(),
                actor: String::from(append.actor.clone()),
                head: ready.head.clone(),
                body: new.body.as_ref().map(|sealed| sealed.as_bytes().to_vec()),
                reporter_body: new.reporter_body.as_ref().map(|sealed| sealed.as_bytes().to_vec()),
                stream_public: key.filter(|_| index == 0).map(|key| key.public.to_bytes().to_vec()),
                prev: draft.head.last_hash.to_vec(),
                hash: Vec::new(),
            };
            let hash = row.computed_hash();
            let recorded = Recorded {
                seq: row.seq.unsigned_abs(),
                stream_seq: row.stream_seq.unsigned_abs(),
                stream: append.stream.clone(),
                at: read::instant("fact", "at", row.seq, row.at)?,
                actor: append.actor.clone(),
                fact: ready.fact.clone(),
            };
            draft.head.push(hash);
            draft.rows.add(FACT, columns(row, hash.to_vec()));
            draft.streams.entry(append.stream.clone()).or_default().push(recorded);
        }
        draft.numbers.extend(number.map(|number| (append.stream.clone(), number)));
        Ok(())
    }

    /// Nothing can be refused any more.
    fn take_over(&mut self, draft: Draft, commit: &Commit) -> Result<Committed, Unmade> {
        self.head = draft.head;
        self.rows.append(draft.rows);
        for (stream, facts) in draft.streams {
            self.streams.entry(stream).or_default().facts.extend(facts);
        }
        for (stem, last) in draft.counters {
            self.counters.entry(stem).or_default().last = last;
        }
        if let Some(once) = &commit.idempotency {
            let row = vec![
                Value::text(&once.key),
                Value::text(&once.fingerprint),
                Value::bytes(once.answer.clone()),
                Value::int(commit.at.as_microsecond()),
            ];
            self.rows.add(ANSWER, row);
            self.answers.insert(once.key.clone(), once.clone());
        }
        for (key, stream) in &commit.seen {
            if self.seen.insert(key.clone(), stream.clone()).is_none() {
                self.rows.add(SEEN, vec![Value::text(key), Value::text(stream.as_str())]);
            }
        }
        for (name, sealed) in &commit.small_blobs {
            self.rows.add(BLOB, vec![Value::text(name), Value::bytes(sealed.as_bytes())]);
        }
        for effect in &commit.effects {
            self.last_job += 1;
            self.rows.add(JOB, job(self.last_job, effect));
        }
        Ok(Committed { numbers: draft.numbers, last_seq: self.head.size.unsigned_abs() })
    }

    /// Writes all rows, and the projections of every stream that has changed.
    pub async fn write(mut self, work: &mut Work) -> Result<(), Trouble> {
        let changed: Vec<(&StreamId, &Stream)> = self.streams.iter().filter(|(_, stream)| stream.facts.len() > stream.stored).collect();
        let old: Vec<&StreamId> = changed.iter().filter(|(_, stream)| stream.stored > 0).map(|(id, _)| *id).collect();
        projections::remove(work, &old).await?;
        for (id, stream) in changed {
            projections::add(&mut self.rows, id, &stream.facts);
        }
        self.rows.run(work).await?;
        for (stem, counter) in self.counters.iter().filter(|(_, counter)| counter.last != counter.stored) {
            work.run(COUNTER, &[Arg::Text(stem), Arg::Int(counter.last)]).await?;
        }
        if self.head.size != self.began {
            self.head.write(work).await?;
        }
        Ok(())
    }
}

fn list<'a>(keys: &BTreeSet<&'a str>) -> Vec<&'a str> {
    keys.iter().copied().collect()
}

fn columns(row: FactRow, hash: Vec<u8>) -> Vec<Value> {
    vec![
        Value::int(row.seq),
        Value::text(row.stream),
        Value::int(row.stream_seq),
        Value::text(row.kind),
        Value::int(row.at),
        Value::text(row.actor),
        Value::text(row.head),
        Value::Bytes(row.body),
        Value::Bytes(row.reporter_body),
        Value::Bytes(row.stream_public),
        Value::bytes(row.prev),
        Value::bytes(hash),
    ]
}

fn job(id: i64, effect: &Effect) -> Vec<Value> {
    vec![
        Value::int(id),
        Value::text(&effect.key),
        Value::text(&effect.kind),
        Value::text(effect.stream.as_str()),
        Value::Bytes(effect.payload.as_ref().map(|sealed| sealed.as_bytes().to_vec())),
        Value::text("waiting"),
        Value::int(0),
        Value::int(effect.not_before.as_microsecond()),
        Value::int(0),
        Value::int(0),
        Value::text(""),
    ]
}

async fn answers(work: &mut Work, keys: &[&str]) -> Result<HashMap<String, Idempotency>, Trouble> {
    let rows = look_up(work, "SELECT key, fingerprint, answer FROM answer WHERE key IN", keys, "").await?;
    rows.iter()
        .map(|row| {
            let once = Idempotency { key: row.text("key")?, fingerprint: row.text("fingerprint")?, answer: row.bytes("answer")? };
            Ok((once.key.clone(), once))
        })
        .collect()
}

async fn seen(work: &mut Work, keys: &[&str]) -> Result<HashMap<String, StreamId>, Trouble> {
    let rows = look_up(work, "SELECT key, stream FROM seen WHERE key IN", keys, "").await?;
    let odd = || Trouble::inconsistent("seen", "stream", "of a known delivery", "not a stream id");
    rows.iter().map(|row| Ok((row.text("key")?, StreamId::parse(&row.text("stream")?).ok_or_else(odd)?))).collect()
}

async fn streams(work: &mut Work, names: &[&str]) -> Result<BTreeMap<StreamId, Stream>, Trouble> {
    let sql = "SELECT seq, stream, stream_seq, kind, at, actor, head FROM fact WHERE stream IN";
    let mut streams = BTreeMap::<StreamId, Stream>::new();
    for row in look_up(work, sql, names, " ORDER BY stream, stream_seq").await? {
        let fact = read::recorded(&row)?;
        let stream = streams.entry(fact.stream.clone()).or_default();
        stream.facts.push(fact);
        stream.stored += 1;
    }
    Ok(streams)
}

async fn counters(work: &mut Work, stems: &[&str]) -> Result<BTreeMap<String, Counter>, Trouble> {
    let rows = look_up(work, "SELECT stem, last FROM counter WHERE stem IN", stems, "").await?;
    rows.iter()
        .map(|row| {
            let last = row.int("last")?;
            Ok((row.text("stem")?, Counter { last, stored: last }))
        })
        .collect()
}
