//! [`SqlStore`]: the port [`Store`] on SQLite or PostgreSQL. Every method is one transaction or one snapshot; what it does is in
//! the file its part is named after. Deliberately holds no key and opens nothing sealed.

use std::path::Path;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use jiff::Timestamp;
use wardroom_app::ports::store::{
    AccessRow, AdvisoryRow, Arrival, ArrivalRoom, CaseQuery, CaseRow, ClockRow, Commit, CommitError, Committed, Credentials, DoorNote,
    DoorRow, EachStream, Findings, Idempotency, IdentifierRow, InboxQuery, JobRow, KeptBefore, Leased, LogHead, PersonRow, PresenceRow,
    PublicRow, ReportRow, SelfTestRow, SnapshotRow, Store, StoreTrouble, Stored,
};
use wardroom_domain::facts::Fact;
use wardroom_domain::log::{Recorded, StreamId};
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::ReportState;
use wardroom_seal::{Checkpoint, PublicKey, Sealed, StreamKey};

use crate::arriving::{self, Arriving};
use crate::blobs::Blobs;
use crate::db::{Db, Place, Work, migrate};
use crate::log::head::Head;
use crate::log::streams;
use crate::operate::audit::{Audit, audit};
use crate::operate::{backup, verify};
use crate::schema::MIGRATIONS;
use crate::trouble::Trouble;
use crate::writer::Writer;
use crate::{beside, doors, lists, outbox, projections, public_records, working};

/// The store on one of the two engines.
pub struct SqlStore {
    db: Db,
    blobs: Blobs,
    arriving: Arriving,
    writer: Writer,
}

/// Runs `$body` with a transaction named `$work` for writing, and makes it durable.
macro_rules! writing {
    ($store:expr, $work:ident => $body:expr) => {{
        let done: Result<_, Trouble> = async {
            $store.writer.check()?;
            let mut $work = $store.db.writing().await?;
            let value = $body?;
            $work.commit().await?;
            Ok(value)
        }
        .await;
        done.map_err(|trouble| StoreTrouble::from($store.writer.note(trouble)))
    }};
}

/// Runs `$body` with a connection named `$work` for reading.
macro_rules! reading {
    ($store:expr, $work:ident => $body:expr) => {{
        let mut $work = $store.db.reading().await?;
        Ok($body?)
    }};
}

impl SqlStore {
    /// Opens the database and the directory of sealed files, makes both where there is nothing, and brings the schema up to
    /// this version. Needs a tokio runtime: the writing task is started here.
    pub async fn open(place: &Place, blobs: &Path, now: Timestamp) -> Result<SqlStore, Trouble> {
        let db = Db::open(place).await?;
        migrate(&db, MIGRATIONS, now.as_microsecond()).await?;
        begin_log(&db).await?;
        let arriving = Arriving::open(&blobs.join("arriving"))?;
        let blobs = Blobs::open(blobs)?;
        let writer = Writer::start(db.clone());
        Ok(SqlStore { db, blobs, arriving, writer })
    }

    /// Checks the log against itself and against checkpoints that were kept elsewhere (their signatures already verified).
    pub async fn audit_verify(&self, checkpoints: &[Checkpoint]) -> Result<Audit, Trouble> {
        let mut work = self.db.snapshot().await?;
        audit(&mut work, checkpoints).await
    }

    /// Erases a stream's words for ever by emptying the sealed secret of its key. The log stays whole.
    pub async fn erase_words(&self, stream: &StreamId) -> Result<bool, StoreTrouble> {
        let sql = "UPDATE stream_key SET secret = NULL WHERE stream = $1 AND secret IS NOT NULL";
        let erased = writing!(self, work => work.run(sql, &[crate::db::Arg::Text(stream.as_str())]).await)?;
        Ok(erased == 1)
    }

    /// Keeps a stream's key resealed to a new desk key; its public half must be the same.
    pub async fn keep_resealed(&self, stream: &StreamId, key: &StreamKey) -> Result<bool, StoreTrouble> {
        let sql = "UPDATE stream_key SET secret = $2 WHERE stream = $1 AND public = $3 AND secret IS NOT NULL";
        let public = key.public.to_bytes();
        let args = [crate::db::Arg::Text(stream.as_str()), crate::db::Arg::Bytes(key.secret.as_bytes()), crate::db::Arg::Bytes(&public)];
        Ok(writing!(self, work => work.run(sql, &args).await)? == 1)
    }

    /// Ends cleanly: what is queued is written, then all connections are closed. Whoever comes later is told that.
    pub async fn close(&self) {
        // An empty commit is answered after everything that was queued before it.
        let _ = self.writer.commit(Commit::default()).await;
        self.db.close().await;
    }

    async fn blocking<T: Send + 'static>(&self, job: impl FnOnce(&Blobs) -> Result<T, Trouble> + Send + 'static) -> Result<T, Trouble> {
        let blobs = self.blobs.clone();
        tokio::task::spawn_blocking(move || job(&blobs)).await.map_err(|_| Trouble::Closed)?
    }

    /// Like `blocking`, with what is arriving.
    async fn arriving<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Arriving, &Blobs) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, StoreTrouble> {
        let (arriving, blobs) = (self.arriving.clone(), self.blobs.clone());
        Ok(tokio::task::spawn_blocking(move || job(&arriving, &blobs)).await.map_err(|_| Trouble::Closed)??)
    }

    async fn sweep(&self, before: Timestamp) -> Result<u64, Trouble> {
        let before = system_time(before);
        let old = self.blocking(move |blobs| blobs.older_than(before)).await?;
        let mut swept = 0;
        for name in old {
            let mut work = self.db.reading().await?;
            if !beside::is_named(&mut work, &name).await? {
                self.blocking(move |blobs| blobs.remove(&name)).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(at.as_microsecond()).unwrap_or_default())
}

/// The first row of the head, so that PostgreSQL has something to lock.
async fn begin_log(db: &Db) -> Result<(), Trouble> {
    let mut work = db.writing().await?;
    if Head::look(&mut work).await? == Head::empty() {
        let empty = Head::empty();
        let sql = "INSERT INTO log_head (id, size, last_hash, frontier) VALUES (1, 0, $1, $2) ON CONFLICT (id) DO NOTHING";
        let frontier = empty.range.to_bytes();
        work.run(sql, &[crate::db::Arg::Bytes(&empty.last_hash), crate::db::Arg::Bytes(&frontier)]).await?;
    }
    work.commit().await
}

#[async_trait]
impl Store for SqlStore {
    async fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        self.writer.commit(commit).await
    }

    async fn stream(&self, viewer: &Viewer, stream: &StreamId) -> Result<Vec<Stored>, StoreTrouble> {
        reading!(self, work => streams::stream(&mut work, viewer, stream).await)
    }

    async fn report_by_lookup(&self, lookup: &str) -> Result<Option<StreamId>, StoreTrouble> {
        reading!(self, work => streams::report_by_lookup(&mut work, lookup).await)
    }

    async fn reporter_view(&self, report: &StreamId) -> Result<Vec<Stored>, StoreTrouble> {
        reading!(self, work => streams::reporter_view(&mut work, report).await)
    }

    async fn case_heads(&self, case: &StreamId) -> Result<Vec<Recorded<Fact>>, StoreTrouble> {
        reading!(self, work => streams::case_heads(&mut work, case).await)
    }

    async fn stream_key(&self, stream: &StreamId) -> Result<Option<StreamKey>, StoreTrouble> {
        reading!(self, work => streams::key(&mut work, stream).await)
    }

    async fn stream_public_key(&self, stream: &StreamId) -> Result<Option<PublicKey>, StoreTrouble> {
        reading!(self, work => streams::public_key(&mut work, stream).await)
    }

    async fn by_number(&self, viewer: &Viewer, number: &str) -> Result<Option<StreamId>, StoreTrouble> {
        reading!(self, work => streams::by_number(&mut work, viewer, number).await)
    }

    async fn head(&self) -> Result<LogHead, StoreTrouble> {
        reading!(self, work => streams::log_head(&mut work).await)
    }

    async fn hashes(&self, from: u64, limit: u32) -> Result<Vec<[u8; 32]>, StoreTrouble> {
        reading!(self, work => streams::hashes(&mut work, from, limit).await)
    }

    async fn facts_after(&self, viewer: &Viewer, after: u64, limit: u32) -> Result<Vec<Stored>, StoreTrouble> {
        reading!(self, work => streams::facts_after(&mut work, viewer, after, limit).await)
    }

    async fn inbox(&self, viewer: &Viewer, query: &InboxQuery) -> Result<Vec<ReportRow>, StoreTrouble> {
        reading!(self, work => lists::inbox(&mut work, viewer, query).await)
    }

    async fn inbox_counts(&self, viewer: &Viewer) -> Result<Vec<(ReportState, u64)>, StoreTrouble> {
        reading!(self, work => lists::inbox_counts(&mut work, viewer).await)
    }

    async fn cases(&self, viewer: &Viewer, query: &CaseQuery) -> Result<Vec<CaseRow>, StoreTrouble> {
        reading!(self, work => lists::cases(&mut work, viewer, query).await)
    }

    async fn own_cases(&self, viewer: &Viewer) -> Result<Vec<StreamId>, StoreTrouble> {
        reading!(self, work => lists::own_cases(&mut work, viewer).await)
    }

    async fn case_numbers(&self, viewer: &Viewer) -> Result<Vec<(StreamId, String)>, StoreTrouble> {
        reading!(self, work => lists::case_numbers(&mut work, viewer).await)
    }

    async fn advisories(&self, viewer: &Viewer) -> Result<Vec<AdvisoryRow>, StoreTrouble> {
        reading!(self, work => lists::advisories(&mut work, viewer).await)
    }

    async fn identifiers(&self, viewer: &Viewer) -> Result<Vec<IdentifierRow>, StoreTrouble> {
        reading!(self, work => lists::identifiers(&mut work, viewer).await)
    }

    async fn moments_due(&self, before: Timestamp, limit: u32) -> Result<Vec<StreamId>, StoreTrouble> {
        reading!(self, work => lists::moments_due(&mut work, before, limit).await)
    }

    async fn published(&self) -> Result<Vec<Recorded<Fact>>, StoreTrouble> {
        reading!(self, work => streams::published(&mut work).await)
    }

    async fn published_after(&self, seq: u64) -> Result<Vec<Recorded<Fact>>, StoreTrouble> {
        reading!(self, work => streams::published_after(&mut work, seq).await)
    }

    async fn overdue(&self, before: Timestamp) -> Result<u64, StoreTrouble> {
        reading!(self, work => lists::overdue(&mut work, before).await)
    }

    async fn claims_on(&self, claimed: &StreamId, limit: u32) -> Result<Vec<StreamId>, StoreTrouble> {
        reading!(self, work => lists::claims_on(&mut work, claimed, limit).await)
    }

    async fn clocks_due(&self, before: Timestamp, limit: u32) -> Result<Vec<ClockRow>, StoreTrouble> {
        reading!(self, work => lists::clocks_due(&mut work, before, limit).await)
    }

    async fn people(&self) -> Result<Vec<PersonRow>, StoreTrouble> {
        reading!(self, work => lists::people(&mut work).await)
    }

    async fn org(&self) -> Result<Vec<Recorded<Fact>>, StoreTrouble> {
        reading!(self, work => lists::org(&mut work).await)
    }

    async fn lease(&self, now: Timestamp, seconds: u32, limit: u32) -> Result<Vec<Leased>, StoreTrouble> {
        writing!(self, work => outbox::lease(&mut work, now, seconds, limit).await)
    }

    async fn done(&self, id: i64, fence: i64) -> Result<(), StoreTrouble> {
        writing!(self, work => outbox::done(&mut work, id, fence).await)
    }

    async fn retry(&self, id: i64, fence: i64, at: Timestamp, error: &str) -> Result<(), StoreTrouble> {
        writing!(self, work => outbox::retry(&mut work, id, fence, at, error).await)
    }

    async fn postpone(&self, id: i64, fence: i64, at: Timestamp, error: &str) -> Result<(), StoreTrouble> {
        writing!(self, work => outbox::postpone(&mut work, id, fence, at, error).await)
    }

    async fn fail(&self, id: i64, fence: i64, error: &str) -> Result<(), StoreTrouble> {
        writing!(self, work => outbox::fail(&mut work, id, fence, error).await)
    }

    async fn jobs(&self, limit: u32) -> Result<Vec<JobRow>, StoreTrouble> {
        reading!(self, work => outbox::jobs(&mut work, limit).await)
    }

    async fn claim_quota(&self, key: &str, holder: &str, now: Timestamp, window_seconds: u32) -> Result<bool, StoreTrouble> {
        writing!(self, work => outbox::claim_quota(&mut work, key, holder, now, window_seconds).await)
    }

    async fn put_blob(&self, name: &str, sealed: Sealed) -> Result<(), StoreTrouble> {
        let name = name.to_owned();
        self.writer.check()?;
        Ok(self.blocking(move |blobs| blobs.put(&name, sealed.as_bytes())).await?)
    }

    async fn get_blob(&self, name: &str) -> Result<Option<Sealed>, StoreTrouble> {
        let mut work = self.db.reading().await?;
        if let Some(bytes) = beside::small_blob(&mut work, name).await? {
            return Ok(Some(Sealed::from_stored(bytes)));
        }
        drop(work);
        let name = name.to_owned();
        Ok(self.blocking(move |blobs| blobs.get(&name)).await?.map(Sealed::from_stored))
    }

    async fn put_blob_part(&self, name: &str, at: u64, pieces: Vec<u8>) -> Result<(), StoreTrouble> {
        let name = name.to_owned();
        self.writer.check()?;
        Ok(self.blocking(move |blobs| blobs.put_part(&name, at, &pieces)).await?)
    }

    async fn finish_blob(&self, name: &str) -> Result<(), StoreTrouble> {
        let name = name.to_owned();
        self.writer.check()?;
        Ok(self.blocking(move |blobs| blobs.finish(&name)).await?)
    }

    async fn drop_blob(&self, name: &str) -> Result<(), StoreTrouble> {
        let name = name.to_owned();
        Ok(self.blocking(move |blobs| blobs.remove(&name)).await?)
    }

    async fn sweep_blobs(&self, before: Timestamp) -> Result<u64, StoreTrouble> {
        Ok(self.sweep(before).await?)
    }

    async fn blob_part(&self, name: &str, from: u64, length: usize) -> Result<Option<Vec<u8>>, StoreTrouble> {
        let name = name.to_owned();
        self.arriving(move |arriving, blobs| {
            crate::blobs::check_name(&name)?;
            match arriving::part(&blobs.content(&name), from, length)? {
                Some(bytes) => Ok(Some(bytes)),
                None => arriving::part(&arriving.content(&name), from, length),
            }
        })
        .await
    }

    async fn begin_arrival(&self, name: &str, declared: Option<u64>, note: Sealed, header: &[u8]) -> Result<(), StoreTrouble> {
        self.writer.check()?;
        let (name, header) = (name.to_owned(), header.to_vec());
        self.arriving(move |arriving, _| arriving.begin(&name, declared, note.as_bytes(), &header)).await
    }

    async fn arrival(&self, name: &str) -> Result<Option<Arrival>, StoreTrouble> {
        let name = name.to_owned();
        let found = self.arriving(move |arriving, _| arriving.look(&name)).await?;
        Ok(found.map(|it| Arrival { declared: it.declared, sealed_len: it.sealed_len, note: Sealed::from_stored(it.note) }))
    }

    async fn append_arrival(&self, name: &str, at: u64, pieces: Vec<u8>) -> Result<(), StoreTrouble> {
        let name = name.to_owned();
        self.arriving(move |arriving, _| arriving.append(&name, at, &pieces)).await
    }

    async fn finish_arrival(&self, name: &str, length: u64, note: Sealed) -> Result<(), StoreTrouble> {
        let name = name.to_owned();
        self.arriving(move |arriving, _| arriving.finish(&name, length, note.as_bytes())).await
    }

    async fn adopt_arrival(&self, name: &str, blob: &str) -> Result<(), StoreTrouble> {
        let (name, blob) = (name.to_owned(), blob.to_owned());
        self.arriving(move |arriving, blobs| {
            crate::blobs::check_name(&name)?;
            blobs.adopt(&blob, &arriving.content(&name))
        })
        .await
    }

    async fn keep_note(&self, name: &str, note: Sealed) -> Result<(), StoreTrouble> {
        self.writer.check()?;
        let name = name.to_owned();
        self.arriving(move |arriving, _| arriving.keep_note(&name, None, note.as_bytes())).await
    }

    async fn drop_arrival(&self, name: &str) -> Result<(), StoreTrouble> {
        let name = name.to_owned();
        self.arriving(move |arriving, _| arriving.remove(&name)).await
    }

    async fn sweep_arrivals(&self, before: Timestamp) -> Result<u64, StoreTrouble> {
        self.arriving(move |arriving, _| arriving.sweep(system_time(before))).await
    }

    async fn arrival_room(&self) -> Result<ArrivalRoom, StoreTrouble> {
        self.arriving(|arriving, _| Ok(ArrivalRoom { used_bytes: arriving.bytes()?, free_bytes: arriving.free()? })).await
    }

    async fn forget_answers(&self, before: Timestamp) -> Result<u64, StoreTrouble> {
        writing!(self, work => beside::forget_answers(&mut work, before).await)
    }

    async fn credentials(&self, person: &str) -> Result<Option<Credentials>, StoreTrouble> {
        reading!(self, work => beside::credentials(&mut work, person).await)
    }

    async fn keep_credentials(&self, person: &str, credentials: &Credentials) -> Result<(), StoreTrouble> {
        writing!(self, work => beside::keep_credentials(&mut work, person, credentials).await)
    }

    async fn keep_access(&self, row: &AccessRow) -> Result<(), StoreTrouble> {
        writing!(self, work => beside::keep_access(&mut work, row).await)
    }

    async fn access(&self, digest: &str) -> Result<Option<AccessRow>, StoreTrouble> {
        reading!(self, work => beside::access(&mut work, digest).await)
    }

    async fn drop_access(&self, digest: &str) -> Result<bool, StoreTrouble> {
        writing!(self, work => beside::drop_access(&mut work, digest).await)
    }

    async fn drop_access_of(&self, person: &str) -> Result<(), StoreTrouble> {
        writing!(self, work => beside::drop_access_of(&mut work, person).await)
    }

    async fn touch_access(&self, digest: &str, now: Timestamp) -> Result<(), StoreTrouble> {
        writing!(self, work => beside::touch_access(&mut work, digest, now).await)
    }

    async fn access_of(&self, person: &str) -> Result<Vec<AccessRow>, StoreTrouble> {
        reading!(self, work => beside::access_of(&mut work, person).await)
    }

    async fn seen(&self, key: &str) -> Result<Option<StreamId>, StoreTrouble> {
        reading!(self, work => beside::seen(&mut work, key).await)
    }

    async fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreTrouble> {
        reading!(self, work => beside::setting(&mut work, name).await)
    }

    async fn keep_setting(&self, name: &str, value: &[u8]) -> Result<(), StoreTrouble> {
        writing!(self, work => beside::keep_setting(&mut work, name, value).await)
    }

    async fn setting_names(&self, prefix: &str) -> Result<Vec<String>, StoreTrouble> {
        reading!(self, work => beside::setting_names(&mut work, prefix).await)
    }

    async fn setting_changes(&self) -> Result<Vec<(String, u64)>, StoreTrouble> {
        reading!(self, work => beside::setting_changes(&mut work).await)
    }

    async fn working(&self, stream: &StreamId) -> Result<Option<(u64, Sealed)>, StoreTrouble> {
        let found: Result<Option<(u64, Vec<u8>)>, StoreTrouble> =
            reading!(self, work => working::working(&mut work, stream.as_str()).await);
        Ok(found?.map(|(version, sealed)| (version, Sealed::from_stored(sealed))))
    }

    async fn keep_public_records(&self, snapshot: &str, records: &[PublicRow]) -> Result<(u64, u64), StoreTrouble> {
        writing!(self, work => public_records::keep(&mut work, snapshot, records).await)
    }

    async fn forget_public_records(&self, snapshot: &str) -> Result<u64, StoreTrouble> {
        writing!(self, work => public_records::forget(&mut work, snapshot).await)
    }

    async fn public_records_after(&self, after: u64, limit: u32) -> Result<Vec<(u64, String, PublicRow)>, StoreTrouble> {
        reading!(self, work => public_records::after(&mut work, after, limit).await)
    }

    async fn keep_snapshot(&self, row: &SnapshotRow) -> Result<(), StoreTrouble> {
        writing!(self, work => public_records::note(&mut work, row).await)
    }

    async fn snapshots(&self) -> Result<Vec<SnapshotRow>, StoreTrouble> {
        reading!(self, work => public_records::snapshots(&mut work).await)
    }

    async fn keep_working(&self, stream: &StreamId, expected: u64, sealed: &Sealed, at: Timestamp) -> Result<bool, StoreTrouble> {
        writing!(self, work => working::keep(&mut work, stream.as_str(), expected, sealed.as_bytes(), at).await)
    }

    async fn forget_working(&self, stream: &StreamId, version: u64) -> Result<bool, StoreTrouble> {
        writing!(self, work => working::forget(&mut work, stream.as_str(), version).await)
    }

    async fn note_presence(&self, stream: &StreamId, row: &PresenceRow) -> Result<(), StoreTrouble> {
        writing!(self, work => working::note(&mut work, stream.as_str(), row).await)
    }

    async fn no_presence(&self, stream: &StreamId, person: &str) -> Result<(), StoreTrouble> {
        writing!(self, work => working::gone(&mut work, stream.as_str(), person).await)
    }

    async fn present(&self, stream: &StreamId, since: Timestamp) -> Result<Vec<PresenceRow>, StoreTrouble> {
        reading!(self, work => working::present(&mut work, stream.as_str(), since).await)
    }

    async fn ask_test(&self, id: &str, question: &Sealed, at: Timestamp) -> Result<(), StoreTrouble> {
        writing!(self, work => beside::ask_test(&mut work, id, question.as_bytes(), at).await)
    }

    async fn asked_tests(&self, since: Timestamp, limit: u32) -> Result<Vec<(String, Sealed)>, StoreTrouble> {
        let old: Result<bool, StoreTrouble> = reading!(self, work => beside::has_old_tests(&mut work, since).await);
        if old? {
            let forgotten: Result<(), StoreTrouble> = writing!(self, work => beside::forget_tests(&mut work, since).await);
            forgotten?;
        }
        let asked: Result<Vec<(String, Vec<u8>)>, StoreTrouble> = reading!(self, work => beside::asked_tests(&mut work, limit).await);
        Ok(asked?.into_iter().map(|(id, question)| (id, Sealed::from_stored(question))).collect())
    }

    async fn answer_test(&self, id: &str, answer: &str) -> Result<(), StoreTrouble> {
        writing!(self, work => beside::answer_test(&mut work, id, answer).await)
    }

    async fn take_test_answer(&self, id: &str) -> Result<Option<String>, StoreTrouble> {
        let answer: Result<Option<String>, StoreTrouble> = reading!(self, work => beside::test_answer(&mut work, id).await);
        let answer = answer?;
        if answer.is_some() {
            let forgotten: Result<(), StoreTrouble> = writing!(self, work => beside::forget_test(&mut work, id).await);
            forgotten?;
        }
        Ok(answer)
    }

    async fn sweep_kept(&self, before: &KeptBefore) -> Result<u64, StoreTrouble> {
        writing!(self, work => beside::sweep_kept(&mut work, before).await)
    }

    async fn answered(&self, key: &str) -> Result<Option<Idempotency>, StoreTrouble> {
        reading!(self, work => beside::answered(&mut work, key).await)
    }

    async fn note_door(&self, note: &DoorNote) -> Result<(), StoreTrouble> {
        writing!(self, work => doors::note(&mut work, note).await)
    }

    async fn doors(&self) -> Result<Vec<DoorRow>, StoreTrouble> {
        reading!(self, work => doors::doors(&mut work).await)
    }

    async fn reports_by_door(&self) -> Result<Vec<(String, u64, Timestamp)>, StoreTrouble> {
        reading!(self, work => doors::reports(&mut work).await)
    }

    async fn self_test_sent(&self, digest: &str, door: &str, at: Timestamp) -> Result<(), StoreTrouble> {
        writing!(self, work => doors::self_test_sent(&mut work, digest, door, at).await)
    }

    async fn self_test_failed(&self, digest: &str, why: &str) -> Result<(), StoreTrouble> {
        writing!(self, work => doors::self_test_failed(&mut work, digest, why).await)
    }

    async fn self_test_arrived(&self, digest: &str, at: Timestamp) -> Result<Option<String>, StoreTrouble> {
        writing!(self, work => doors::self_test_arrived(&mut work, digest, at).await)
    }

    async fn self_tests(&self) -> Result<Vec<SelfTestRow>, StoreTrouble> {
        reading!(self, work => doors::self_tests(&mut work).await)
    }

    async fn rebuild(&self) -> Result<u64, StoreTrouble> {
        writing!(self, work => rebuild_locked(&mut work).await)
    }

    async fn verify_with(&self, each: &mut EachStream<'_>) -> Result<Findings, StoreTrouble> {
        Ok(verify::verify(&self.db, &self.blobs, each).await?)
    }

    async fn backup(&self, to: &Path) -> Result<(), StoreTrouble> {
        Ok(backup::backup(&self.db, &self.blobs, to).await?)
    }
}

/// No fact is appended while projections are made anew.
async fn rebuild_locked(work: &mut Work) -> Result<u64, Trouble> {
    Head::lock(work).await?;
    projections::rebuild(work).await
}

impl From<&Trouble> for StoreTrouble {
    fn from(trouble: &Trouble) -> StoreTrouble {
        StoreTrouble { full: matches!(trouble, Trouble::Full), ..StoreTrouble::new(trouble.to_string()) }
    }
}

impl From<Trouble> for StoreTrouble {
    fn from(trouble: Trouble) -> StoreTrouble {
        StoreTrouble::from(&trouble)
    }
}

impl From<Trouble> for CommitError {
    fn from(trouble: Trouble) -> CommitError {
        CommitError::Trouble(StoreTrouble::from(&trouble))
    }
}
