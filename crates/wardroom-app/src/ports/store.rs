//! The store as the use cases see it: append facts, read streams, list projections, keep an outbox and a few small tables.
//!
//! Writing is one call: [`Store::commit`] takes everything that belongs together and records it in one transaction, durable before it
//! returns. Loading, deciding and committing again on [`CommitError::Conflict`] is the caller's loop (`record.rs`), so a store may
//! gather many commits into one transaction (group commit).
//!
//! Deliberately not here: opening sealed bodies. The store never holds a key that opens words.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use wardroom_domain::case::CaseState;
use wardroom_domain::communication::EmbargoState;
use wardroom_domain::disclosure::{AdvisoryState, IdState, Scheme};
use wardroom_domain::facts::Fact;
use wardroom_domain::intake::{Door, Reading, ReportKind, Signature};
use wardroom_domain::log::{Actor, Recorded, StreamId};
use wardroom_domain::people::{Role, Viewer};
use wardroom_domain::triage::ReportState;
use wardroom_seal::{PublicKey, Sealed, StreamKey};

/// A fact about to be recorded.
#[derive(Clone, Debug)]
pub struct NewFact {
    pub fact: Fact,
    /// Words sealed to the stream's key, AAD `place(["fact", stream, kind, "body"])`.
    pub body: Option<Sealed>,
    /// The same words sealed to the reporter's key, AAD `place(["fact", stream, kind, "reporter"])`.
    pub reporter_body: Option<Sealed>,
}

/// Numbers people read, given by the store at commit, one series per kind and year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Series {
    /// `R-2026-0001`
    Report { year: i16 },
    /// `C-2026-0001`
    Case { year: i16 },
    /// `<PREFIX>-SA-2026-0001`
    Advisory { prefix: String, year: i16 },
}

impl Series {
    /// The text before the running number, which has at least four digits.
    pub fn stem(&self) -> String {
        match self {
            Series::Report { year } => format!("R-{year}-"),
            Series::Case { year } => format!("C-{year}-"),
            Series::Advisory { prefix, year } => format!("{prefix}-SA-{year}-"),
        }
    }
}

/// Facts to append to one stream.
#[derive(Clone, Debug)]
pub struct Append {
    pub stream: StreamId,
    /// `stream_seq` of the newest fact the decision was made on; 0 for a new stream. Anything else found: `Conflict`.
    pub expected: u64,
    pub actor: Actor,
    /// For a new stream: its key.
    pub key: Option<StreamKey>,
    /// For a new stream with a number: the store writes the number into the head field `number` of the first fact before hashing.
    pub series: Option<Series>,
    pub facts: Vec<NewFact>,
}

/// Work to be done after the commit, at least once, by the worker.
#[derive(Clone, Debug)]
pub struct Effect {
    /// Unique for ever: a second effect with the same key is ignored.
    pub key: String,
    /// `receipt_mail`, `message_mail`, `publish`, …
    pub kind: String,
    /// The stream it is about.
    pub stream: StreamId,
    /// What the worker needs, sealed to the desk's key with AAD `place(["effect", key])`; empty effects carry none.
    pub payload: Option<Sealed>,
    pub not_before: Timestamp,
}

/// Remembers the answer to a request so that a repetition gets the same answer.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// Scope and key as the caller builds them: `form:<uuid>`, `api:<key>`.
    pub key: String,
    /// Hash of the request: same key with another request is a mistake of the caller.
    pub fingerprint: String,
    /// Sealed to nobody but derivable by the requester: the app seals the answer under the request's own key material.
    pub answer: Vec<u8>,
}

/// Everything that is recorded together or not at all.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// The instant of all facts in it.
    pub at: Timestamp,
    pub appends: Vec<Append>,
    pub effects: Vec<Effect>,
    /// Sealed bytes small enough (≤ 64 KiB) to live in the database: (random name, sealed).
    pub small_blobs: Vec<(String, Sealed)>,
    pub idempotency: Option<Idempotency>,
    /// Delivery keys (keyed hashes) that must be new; one already known fails the commit with `AlreadySeen`.
    pub seen: Vec<(String, StreamId)>,
}

/// What a commit made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// The numbers given, in order of the appends that asked for one.
    pub numbers: Vec<(StreamId, String)>,
    /// Position of the last fact in the log.
    pub last_seq: u64,
}

#[derive(Debug, Error)]
pub enum CommitError {
    /// Somebody else was quicker: load again, decide again.
    #[error("{stream} has changed meanwhile")]
    Conflict { stream: StreamId },
    /// This message was delivered before.
    #[error("this delivery is already known as {stream}")]
    AlreadySeen { stream: StreamId },
    /// This request was answered before with `answer`; `same` tells whether it was the same request.
    #[error("this request was already answered")]
    AlreadyAnswered { same: bool, answer: Vec<u8> },
    #[error(transparent)]
    Trouble(#[from] StoreTrouble),
}

/// The world is in the way. `what` is safe to log: it names tables and files, never contents.
#[derive(Debug, Error)]
#[error("{what}")]
pub struct StoreTrouble {
    pub what: String,
    /// There is no room to write: whoever asks again when there is gets through.
    pub full: bool,
}

impl StoreTrouble {
    pub fn new(what: impl Into<String>) -> StoreTrouble {
        StoreTrouble { what: what.into(), full: false }
    }
}

/// A stored fact with its sealed bodies.
#[derive(Clone, Debug)]
pub struct Stored {
    pub recorded: Recorded<Fact>,
    pub body: Option<Sealed>,
    pub reporter_body: Option<Sealed>,
}

/// A row of the inbox: clear metadata plus the sealed words of the `received` fact.
#[derive(Clone, Debug)]
pub struct ReportRow {
    pub id: StreamId,
    pub number: String,
    pub state: ReportState,
    pub door: Door,
    pub kind: ReportKind,
    pub language: String,
    pub reading: Reading,
    pub signature: Signature,
    pub automatic: bool,
    pub received_at: Timestamp,
    pub case: Option<StreamId>,
    /// The nearest running clock: (clock id, force, due, breached).
    pub nearest: Option<NearestClock>,
    /// The reporter wrote last.
    pub waiting_for_us: bool,
    pub attachments: u32,
    pub words: Option<Sealed>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearestClock {
    pub clock: String,
    pub force: String,
    pub due_at: Timestamp,
    pub breached: bool,
}

/// A row of the case list.
#[derive(Clone, Debug)]
pub struct CaseRow {
    pub id: StreamId,
    pub number: String,
    pub state: CaseState,
    pub embargo: EmbargoState,
    pub embargo_ends: Option<Timestamp>,
    pub owner: Option<String>,
    pub advisory: Option<StreamId>,
    pub opened_at: Timestamp,
    pub changed_at: Timestamp,
    pub nearest: Option<NearestClock>,
    /// Sealed words of the `opened` fact.
    pub words: Option<Sealed>,
}

/// A row of the desk's advisory list.
#[derive(Clone, Debug)]
pub struct AdvisoryRow {
    pub id: StreamId,
    pub number: String,
    pub case: StreamId,
    pub state: AdvisoryState,
    pub version: u32,
    pub changed_at: Timestamp,
    pub released_at: Option<Timestamp>,
}

/// A running clock past or near its due instant.
#[derive(Clone, Debug)]
pub struct ClockRow {
    pub stream: StreamId,
    pub clock: String,
    pub due_at: Timestamp,
}

/// A person of the team as the store knows them (projection of org facts).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub person: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub disabled: bool,
}

/// Secrets of a person, kept beside the log (they must be changeable and forgettable). Nothing here is in clear:
/// the password is a PHC string, the TOTP secret and passkeys are sealed to the desk's master.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    pub password: Option<String>,
    pub totp: Option<Vec<u8>>,
    pub totp_last_step: Option<u64>,
    pub passkeys: Option<Vec<u8>>,
}

/// A session or token row: `digest` is SHA-256 of the secret.
#[derive(Clone, Debug)]
pub struct AccessRow {
    pub digest: String,
    pub person: String,
    /// `session`, `token`, `link`.
    pub kind: String,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
    pub last_used_at: Timestamp,
    /// What the owner called a token; empty for sessions.
    pub label: String,
}

/// A leased row of the outbox.
#[derive(Clone, Debug)]
pub struct Leased {
    pub id: i64,
    pub key: String,
    pub kind: String,
    pub stream: StreamId,
    pub payload: Option<Sealed>,
    pub attempts: u32,
    /// Fencing token: `done` and `retry` with an older one do nothing.
    pub fence: i64,
}

/// A row of the outbox as the jobs page shows it.
#[derive(Clone, Debug)]
pub struct JobRow {
    pub id: i64,
    pub key: String,
    pub kind: String,
    pub stream: StreamId,
    /// `waiting`, `leased`, `done`, `failed`.
    pub state: String,
    pub attempts: u32,
    pub next_at: Timestamp,
    /// Last error, without contents.
    pub error: String,
}

/// What a door did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorNote {
    pub door: String,
    pub at: Timestamp,
    /// Why it failed, without a word of any report; `None`: it did what it is there for.
    pub failed: Option<String>,
    /// How many messages went through.
    pub taken: u64,
    /// How many of them were our own that came back, and were dropped.
    pub ignored: u64,
    /// What still waits at it, when it knows.
    pub backlog: Option<u64>,
}

/// An identifier that we assign, as lists show it; the id itself is among the words of its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifierRow {
    pub case: StreamId,
    pub vulnerability: String,
    pub scheme: Scheme,
    pub state: IdState,
    /// The service will not do what is pending.
    pub stuck: bool,
    /// When it came into its state.
    pub since: Timestamp,
}

/// How a door did last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoorRow {
    pub name: String,
    pub success_at: Option<Timestamp>,
    pub failure_at: Option<Timestamp>,
    /// Of the last failure.
    pub reason: String,
    /// Failures since the last success.
    pub failures: u64,
    pub taken: u64,
    /// Our own mails that came back through it.
    pub ignored: u64,
    pub backlog: Option<u64>,
}

/// The newest synthetic report through a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTestRow {
    pub door: String,
    pub sent_at: Timestamp,
    pub passed_at: Option<Timestamp>,
    pub failed: Option<String>,
}

/// Somebody who has a stream open for writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceRow {
    pub person: String,
    /// Name of the field they are in, or empty.
    pub field: String,
    pub at: Timestamp,
}

/// A file that is arriving, or a draft.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Plain bytes it shall have; `None` when that is not known (and for a draft).
    pub declared: Option<u64>,
    /// Bytes on disk.
    pub sealed_len: u64,
    pub note: Sealed,
}

/// Room for files that arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArrivalRoom {
    /// Taken by what belongs to no report yet.
    pub used_bytes: u64,
    /// Left on the disk.
    pub free_bytes: u64,
}

/// A published record of others, as it is kept: the app's JSON of what it is compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicRow {
    pub name: String,
    /// SHA-256 of `said`, lower-case hex; empty for what was forgotten.
    pub digest: String,
    pub said: Vec<u8>,
}

/// A snapshot of such records, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRow {
    pub name: String,
    /// As the importer named it: a file or folder.
    pub source: String,
    pub imported_at: Timestamp,
    /// A person's id, or `house`.
    pub imported_by: String,
}

/// Which reports to list.
#[derive(Clone, Debug, Default)]
pub struct InboxQuery {
    /// Empty: all that wait (quarantined, opened, asked).
    pub states: Vec<ReportState>,
    pub limit: u32,
    /// Rows to pass over; lists are stable enough at a desk for that.
    pub offset: u32,
}

#[derive(Clone, Debug, Default)]
pub struct CaseQuery {
    /// Empty: all but closed.
    pub states: Vec<CaseState>,
    pub limit: u32,
    pub offset: u32,
}

/// What was found wrong with stored data; empty lists mean sound.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    /// (check, sentence)
    pub broken: Vec<(String, String)>,
    /// How many of each thing were looked at.
    pub looked_at: Vec<(String, u64)>,
}

/// Looks at one stream after the other, each with its facts in order.
pub type EachStream<'e> = dyn FnMut(&StreamId, &[Recorded<Fact>]) + Send + 'e;

/// Up to when rows beside the log are forgotten; the rules stand in `worker::sweep`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptBefore {
    /// Delivery keys of reports received before this.
    pub seen: Timestamp,
    /// Quotas last claimed before this.
    pub quotas: Timestamp,
}

/// The log's head: how many facts, and the Merkle root over their hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHead {
    pub size: u64,
    pub root: [u8; 32],
    pub last_hash: [u8; 32],
}

/// The store. Reads that concern people's secrets take a `Viewer` and put it into the `WHERE`; what the viewer may not see is not there.
#[async_trait]
pub trait Store: Send + Sync {
    // ---- the log
    async fn commit(&self, commit: Commit) -> Result<Committed, CommitError>;
    /// All facts of a stream in order; empty when there is none or the viewer may not see it.
    async fn stream(&self, viewer: &Viewer, stream: &StreamId) -> Result<Vec<Stored>, StoreTrouble>;
    /// The heads alone of a report and what is linked to it, by look-up id of a receipt code: the public face's only way in.
    async fn report_by_lookup(&self, lookup: &str) -> Result<Option<StreamId>, StoreTrouble>;
    /// Facts of one report with reporter bodies only (`body` is always `None`): what the public face may hold.
    async fn reporter_view(&self, report: &StreamId) -> Result<Vec<Stored>, StoreTrouble>;
    /// Heads of a case for its steps (no bodies): milestones are computed from them.
    async fn case_heads(&self, case: &StreamId) -> Result<Vec<Recorded<Fact>>, StoreTrouble>;
    /// The stream a delivery key was first seen with.
    async fn seen(&self, key: &str) -> Result<Option<StreamId>, StoreTrouble>;
    async fn stream_key(&self, stream: &StreamId) -> Result<Option<StreamKey>, StoreTrouble>;
    async fn stream_public_key(&self, stream: &StreamId) -> Result<Option<PublicKey>, StoreTrouble>;
    /// A stream by the number people read (`R-…`, `C-…`, `…-SA-…`), case-insensitive.
    async fn by_number(&self, viewer: &Viewer, number: &str) -> Result<Option<StreamId>, StoreTrouble>;
    async fn head(&self) -> Result<LogHead, StoreTrouble>;
    /// Hash of each fact from `from` (1-based) on, in order, at most `limit`.
    async fn hashes(&self, from: u64, limit: u32) -> Result<Vec<[u8; 32]>, StoreTrouble>;
    /// Facts of the whole log in order with `seq > after`, at most `limit`: audit and verification.
    async fn facts_after(&self, viewer: &Viewer, after: u64, limit: u32) -> Result<Vec<Stored>, StoreTrouble>;

    // ---- lists (projections)
    /// Nearest due first, then oldest.
    async fn inbox(&self, viewer: &Viewer, query: &InboxQuery) -> Result<Vec<ReportRow>, StoreTrouble>;
    async fn inbox_counts(&self, viewer: &Viewer) -> Result<Vec<(ReportState, u64)>, StoreTrouble>;
    /// Nearest due first, then last changed.
    async fn cases(&self, viewer: &Viewer, query: &CaseQuery) -> Result<Vec<CaseRow>, StoreTrouble>;
    /// Ids and numbers of all cases the viewer may see, last changed first.
    async fn case_numbers(&self, viewer: &Viewer) -> Result<Vec<(StreamId, String)>, StoreTrouble>;
    /// Cases the viewer takes part in, whatever else he or she may see.
    async fn own_cases(&self, viewer: &Viewer) -> Result<Vec<StreamId>, StoreTrouble>;
    async fn advisories(&self, viewer: &Viewer) -> Result<Vec<AdvisoryRow>, StoreTrouble>;
    /// Identifiers of cases the viewer may see: what is stuck first, then what is pending, the longest in its state first.
    async fn identifiers(&self, viewer: &Viewer) -> Result<Vec<IdentifierRow>, StoreTrouble>;
    /// Advisories for whose confirmed plans something is to be done at or before an instant, the earliest first.
    async fn moments_due(&self, before: Timestamp, limit: u32) -> Result<Vec<StreamId>, StoreTrouble>;
    /// All published advisories' facts (kind `advisory.*`) in log order: clear by nature; the public tree is made from these.
    async fn published(&self) -> Result<Vec<Recorded<Fact>>, StoreTrouble>;
    /// The same of those advisories alone about which the log has something after `seq`.
    async fn published_after(&self, seq: u64) -> Result<Vec<Recorded<Fact>>, StoreTrouble>;
    /// Waiting mail that claims to belong to a report or a case, oldest first. Ids only: whoever shows them reads them for a viewer.
    async fn claims_on(&self, claimed: &StreamId, limit: u32) -> Result<Vec<StreamId>, StoreTrouble>;
    /// Running clocks due before an instant whose breach is not yet recorded.
    async fn clocks_due(&self, before: Timestamp, limit: u32) -> Result<Vec<ClockRow>, StoreTrouble>;
    /// How many running clocks were due before an instant, whether or not their breach is recorded.
    async fn overdue(&self, before: Timestamp) -> Result<u64, StoreTrouble>;
    async fn people(&self) -> Result<Vec<PersonRow>, StoreTrouble>;
    /// The org stream's facts: profile, products, keys, people.
    async fn org(&self) -> Result<Vec<Recorded<Fact>>, StoreTrouble>;

    // ---- outbox
    /// Leases up to `limit` rows that are due, for `seconds`.
    async fn lease(&self, now: Timestamp, seconds: u32, limit: u32) -> Result<Vec<Leased>, StoreTrouble>;
    async fn done(&self, id: i64, fence: i64) -> Result<(), StoreTrouble>;
    async fn retry(&self, id: i64, fence: i64, at: Timestamp, error: &str) -> Result<(), StoreTrouble>;
    /// Like `retry`, and the attempt does not count: nothing was tried.
    async fn postpone(&self, id: i64, fence: i64, at: Timestamp, error: &str) -> Result<(), StoreTrouble>;
    async fn fail(&self, id: i64, fence: i64, error: &str) -> Result<(), StoreTrouble>;
    async fn jobs(&self, limit: u32) -> Result<Vec<JobRow>, StoreTrouble>;
    /// True when `holder` may act under `key` now: nobody else did within `window_seconds`. The same holder may again (a retry).
    async fn claim_quota(&self, key: &str, holder: &str, now: Timestamp, window_seconds: u32) -> Result<bool, StoreTrouble>;

    // ---- sealed bytes
    /// Durable (fsynced) before it returns. Names are random; never overwritten.
    async fn put_blob(&self, name: &str, sealed: Sealed) -> Result<(), StoreTrouble>;
    async fn get_blob(&self, name: &str) -> Result<Option<Sealed>, StoreTrouble>;
    /// Writes sealed pieces of a large blob that is being made, from byte `at` on. It is no blob before `finish_blob`.
    async fn put_blob_part(&self, name: &str, at: u64, pieces: Vec<u8>) -> Result<(), StoreTrouble>;
    /// What was written in parts is a blob, durable when this returns.
    async fn finish_blob(&self, name: &str) -> Result<(), StoreTrouble>;
    /// Removes a large blob, finished or not, that no fact will name.
    async fn drop_blob(&self, name: &str) -> Result<(), StoreTrouble>;
    /// Removes large blobs older than `before` that no fact names.
    async fn sweep_blobs(&self, before: Timestamp) -> Result<u64, StoreTrouble>;
    /// Bytes of a large blob, or of a file that is arriving, from `from`; fewer than `length` at its end, `None` when there is none.
    async fn blob_part(&self, name: &str, from: u64, length: usize) -> Result<Option<Vec<u8>>, StoreTrouble>;

    // ---- files that arrive in pieces, and drafts: sealed bytes that belong to no report yet
    /// Begins a file. `declared`: its plain length when that is known. `note`: what its token opens. An existing name is refused.
    async fn begin_arrival(&self, name: &str, declared: Option<u64>, note: Sealed, header: &[u8]) -> Result<(), StoreTrouble>;
    /// How far it has come, or the note alone (a draft).
    async fn arrival(&self, name: &str) -> Result<Option<Arrival>, StoreTrouble>;
    /// Writes sealed pieces at byte `at` of the file; what lay behind is cut off. Survives the end of this process at once, and
    /// a power cut after `finish_arrival`.
    async fn append_arrival(&self, name: &str, at: u64, pieces: Vec<u8>) -> Result<(), StoreTrouble>;
    /// Makes a whole file of `length` plain bytes durable and replaces its note.
    async fn finish_arrival(&self, name: &str, length: u64, note: Sealed) -> Result<(), StoreTrouble>;
    /// Makes a whole file a blob of the name `blob`, durably and without copying; the arrival stays until it is swept.
    async fn adopt_arrival(&self, name: &str, blob: &str) -> Result<(), StoreTrouble>;
    /// Keeps a note alone, replacing what was there: a draft.
    async fn keep_note(&self, name: &str, note: Sealed) -> Result<(), StoreTrouble>;
    async fn drop_arrival(&self, name: &str) -> Result<(), StoreTrouble>;
    /// Removes what was last touched before `before`; how many files that were.
    async fn sweep_arrivals(&self, before: Timestamp) -> Result<u64, StoreTrouble>;
    /// What all arrivals together take, and what the disk still has.
    async fn arrival_room(&self) -> Result<ArrivalRoom, StoreTrouble>;

    // ---- beside the log
    async fn credentials(&self, person: &str) -> Result<Option<Credentials>, StoreTrouble>;
    async fn keep_credentials(&self, person: &str, credentials: &Credentials) -> Result<(), StoreTrouble>;
    async fn keep_access(&self, row: &AccessRow) -> Result<(), StoreTrouble>;
    async fn access(&self, digest: &str) -> Result<Option<AccessRow>, StoreTrouble>;
    /// True when the row was there: a one-time link is good once.
    async fn drop_access(&self, digest: &str) -> Result<bool, StoreTrouble>;
    async fn drop_access_of(&self, person: &str) -> Result<(), StoreTrouble>;
    async fn touch_access(&self, digest: &str, now: Timestamp) -> Result<(), StoreTrouble>;
    async fn access_of(&self, person: &str) -> Result<Vec<AccessRow>, StoreTrouble>;
    /// Small settings and sealed secrets by name (`desk_secret`, `openpgp_secret:<fpr>`).
    async fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreTrouble>;
    async fn keep_setting(&self, name: &str, value: &[u8]) -> Result<(), StoreTrouble>;
    async fn setting_names(&self, prefix: &str) -> Result<Vec<String>, StoreTrouble>;
    /// How often settings were kept, by kind: what stands in their names up to the first colon, with it (`openpgp_secret:`). Whoever
    /// remembers some sees by it, in one look, whether anybody kept another one since, in this process or in any.
    async fn setting_changes(&self) -> Result<Vec<(String, u64)>, StoreTrouble>;
    /// Forgets answers given before an instant: a repetition later than that is a new request.
    async fn forget_answers(&self, before: Timestamp) -> Result<u64, StoreTrouble>;
    /// What is being written of a stream and not yet recorded: version and sealed bytes.
    async fn working(&self, stream: &StreamId) -> Result<Option<(u64, Sealed)>, StoreTrouble>;
    /// Keeps the version after `expected` (0: there is none yet); false when there is another one: look again.
    async fn keep_working(&self, stream: &StreamId, expected: u64, sealed: &Sealed, at: Timestamp) -> Result<bool, StoreTrouble>;
    /// Forgets it when it is still this version.
    async fn forget_working(&self, stream: &StreamId, version: u64) -> Result<bool, StoreTrouble>;
    /// Somebody has the stream open for writing.
    async fn note_presence(&self, stream: &StreamId, row: &PresenceRow) -> Result<(), StoreTrouble>;
    /// They closed it.
    async fn no_presence(&self, stream: &StreamId, person: &str) -> Result<(), StoreTrouble>;
    /// Who has had it open since an instant, by id.
    async fn present(&self, stream: &StreamId, since: Timestamp) -> Result<Vec<PresenceRow>, StoreTrouble>;
    /// Puts a test message ("can you read me?") down for the process that holds the keys.
    async fn ask_test(&self, id: &str, question: &Sealed, at: Timestamp) -> Result<(), StoreTrouble>;
    /// Test messages without an answer, oldest first, at most `limit`; those from before `since` are forgotten first.
    async fn asked_tests(&self, since: Timestamp, limit: u32) -> Result<Vec<(String, Sealed)>, StoreTrouble>;
    /// Answers a test message; the message itself is gone from then on.
    async fn answer_test(&self, id: &str, answer: &str) -> Result<(), StoreTrouble>;
    /// The answer, once: it is gone from then on. `None`: there is none yet.
    async fn take_test_answer(&self, id: &str) -> Result<Option<String>, StoreTrouble>;
    /// Forgets what is kept for a while only: delivery keys of old reports, quotas. Returns how many rows.
    async fn sweep_kept(&self, before: &KeptBefore) -> Result<u64, StoreTrouble>;
    /// The stored answer of an earlier request.
    async fn answered(&self, key: &str) -> Result<Option<Idempotency>, StoreTrouble>;

    // ---- doors (beside the log, forgettable)
    async fn note_door(&self, note: &DoorNote) -> Result<(), StoreTrouble>;
    async fn doors(&self) -> Result<Vec<DoorRow>, StoreTrouble>;
    /// (door of the log's words, reports, the last one received), for the doors reports came by.
    async fn reports_by_door(&self) -> Result<Vec<(String, u64, Timestamp)>, StoreTrouble>;
    /// A synthetic report is on its way to a door; `digest` is SHA-256 of its token, lower-case hex.
    async fn self_test_sent(&self, digest: &str, door: &str, at: Timestamp) -> Result<(), StoreTrouble>;
    async fn self_test_failed(&self, digest: &str, why: &str) -> Result<(), StoreTrouble>;
    /// It came to its end: the door it was for; nothing when nobody sent it.
    async fn self_test_arrived(&self, digest: &str, at: Timestamp) -> Result<Option<String>, StoreTrouble>;
    /// The newest of each door.
    async fn self_tests(&self) -> Result<Vec<SelfTestRow>, StoreTrouble>;

    // ---- published records of others (beside the log, public)
    /// Keeps records under a snapshot's name; how many are new, and how many say something else than before.
    async fn keep_public_records(&self, snapshot: &str, records: &[PublicRow]) -> Result<(u64, u64), StoreTrouble>;
    /// Forgets a snapshot; how many records it had.
    async fn forget_public_records(&self, snapshot: &str) -> Result<u64, StoreTrouble>;
    /// Changes after a place, in order, each with its own place and its snapshot: about `limit`, or more where several share a place.
    async fn public_records_after(&self, after: u64, limit: u32) -> Result<Vec<(u64, String, PublicRow)>, StoreTrouble>;
    async fn keep_snapshot(&self, row: &SnapshotRow) -> Result<(), StoreTrouble>;
    async fn snapshots(&self) -> Result<Vec<SnapshotRow>, StoreTrouble>;

    // ---- operate
    /// Computes every projection again from the log.
    async fn rebuild(&self) -> Result<u64, StoreTrouble>;
    /// Storage integrity, chain, Merkle head, projections equal to a rebuild, blobs there and whole.
    async fn verify(&self) -> Result<Findings, StoreTrouble> {
        self.verify_with(&mut |_, _| {}).await
    }
    /// The same, and every stream that can be read is shown to `each` on the way, once, with all its facts.
    async fn verify_with(&self, each: &mut EachStream<'_>) -> Result<Findings, StoreTrouble>;
    /// Copies database and blobs to an empty directory, consistently, while running.
    async fn backup(&self, to: &std::path::Path) -> Result<(), StoreTrouble>;
}
