//! Group commit: one task takes commits from a queue and makes up to [`BATCH`] of them durable with one transaction and one sync (see
//! `log::batch`); one that fails fails alone. Nobody is answered before the disk has it.
//!
//! When the disk fails to keep a write, writing stops until the program is started again: after a failed fsync the pages are
//! gone, and trying again would report a success that is none. Deliberately no retry here: that is the caller's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{mpsc, oneshot};
use wardroom_app::ports::store::{Commit, CommitError, Committed};

use crate::db::Db;
use crate::log::batch::{Batch, Unmade};
use crate::log::ready::Ready;
use crate::trouble::{Trouble, is_disk_failure};

/// The most commits that share one sync.
pub const BATCH: usize = 64;
const QUEUE: usize = 1024;

type Answer = Result<Committed, CommitError>;

struct Asked {
    commit: Ready,
    answer: oneshot::Sender<Answer>,
}

/// The queue in front of the log.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Asked>,
    stopped: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the writing task; it ends when the last `Writer` is dropped.
    pub fn start(db: Db) -> Writer {
        let (queue, asked) = mpsc::channel(QUEUE);
        let stopped = Arc::new(AtomicBool::new(false));
        tokio::spawn(write_batches(db, asked, stopped.clone()));
        Writer { queue, stopped }
    }

    /// Hands in a commit and waits until it is durable or refused.
    pub async fn commit(&self, commit: Commit) -> Answer {
        self.check()?;
        let (answer, answered) = oneshot::channel();
        let commit = Ready::of(commit)?;
        self.queue.send(Asked { commit, answer }).await.map_err(|_| Trouble::Closed)?;
        answered.await.map_err(|_| Trouble::Closed)?
    }

    /// Refuses when the disk failed before.
    pub fn check(&self) -> Result<(), Trouble> {
        if self.stopped.load(Ordering::SeqCst) { Err(Trouble::Stopped) } else { Ok(()) }
    }

    /// Notes a failed disk; passes the trouble on.
    pub fn note(&self, trouble: Trouble) -> Trouble {
        if is_disk_failure(&trouble) {
            self.stopped.store(true, Ordering::SeqCst);
        }
        trouble
    }
}

async fn write_batches(db: Db, mut asked: mpsc::Receiver<Asked>, stopped: Arc<AtomicBool>) {
    while let Some(first) = asked.recv().await {
        let mut batch = vec![first];
        while batch.len() < BATCH {
            let Ok(next) = asked.try_recv() else { break };
            batch.push(next);
        }
        // In a task of its own: should a bug panic, this batch is told so and the next one is written.
        let (db, stopped) = (db.clone(), stopped.clone());
        let done = tokio::spawn(async move { answer_batch(&db, batch, &stopped).await }).await;
        if let Err(bug) = done {
            tracing::error!(bug = %bug, "a batch of commits was given up");
        }
    }
}

async fn answer_batch(db: &Db, batch: Vec<Asked>, stopped: &AtomicBool) {
    let (commits, waiting): (Vec<Ready>, Vec<_>) = batch.into_iter().map(|asked| (asked.commit, asked.answer)).unzip();
    let answers = if stopped.load(Ordering::SeqCst) {
        commits.iter().map(|_| Err(Trouble::Stopped.into())).collect()
    } else {
        let (answers, disk_failed) = write_all(db, &commits).await;
        if disk_failed {
            stopped.store(true, Ordering::SeqCst);
        }
        answers
    };
    for (waiting, answer) in waiting.into_iter().zip(answers) {
        let _ = waiting.send(answer);
    }
}

/// Why a batch was not written.
struct Failed {
    trouble: Trouble,
    /// It is certain that nothing of it is there: the end of the transaction was not asked for yet.
    before_the_end: bool,
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Failed {
        Failed { trouble, before_the_end: true }
    }
}

/// One transaction for all or, when that fails, one for each, so that the commit that cannot be written fails alone.
/// Gives an answer for every commit, and whether the disk failed.
async fn write_all(db: &Db, commits: &[Ready]) -> (Vec<Answer>, bool) {
    let failed = match write_batch(db, commits).await {
        Ok(answers) => return (answers, false),
        Err(failed) => failed,
    };
    let told = |trouble: &Trouble| Err(CommitError::Trouble(trouble.into()));
    tracing::error!(trouble = %failed.trouble, commits = commits.len(), "a batch of commits was not written");
    let disk = is_disk_failure(&failed.trouble);
    // What has to do with the world and not with one of the commits would only happen again.
    if disk || failed.trouble.may_pass() || !failed.before_the_end || commits.len() == 1 {
        return (commits.iter().map(|_| told(&failed.trouble)).collect(), disk);
    }
    let mut answers = Vec::with_capacity(commits.len());
    for commit in commits {
        let (answer, disk) = Box::pin(write_all(db, std::slice::from_ref(commit))).await;
        answers.extend(answer);
        if disk {
            answers.resize_with(commits.len(), || told(&Trouble::Stopped));
            return (answers, true);
        }
    }
    (answers, false)
}

async fn write_batch(db: &Db, commits: &[Ready]) -> Result<Vec<Answer>, Failed> {
    let mut work = db.writing().await?;
    let mut batch = Batch::begin(&mut work, commits).await?;
    let mut answers = Vec::with_capacity(commits.len());
    for commit in commits {
        answers.push(batch.add(commit).map_err(|unmade| match unmade {
            Unmade::Told(error) => error,
            Unmade::Trouble(trouble) => CommitError::Trouble((&trouble).into()),
        }));
    }
    batch.write(&mut work).await?;
    work.commit().await.map_err(|trouble| Failed { trouble, before_the_end: false })?;
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Place, migrate};
    use crate::schema::MIGRATIONS;
    use wardroom_app::ports::store::Effect;
    use wardroom_domain::log::StreamId;
    use wardroom_seal::{Sealed, SeededChance, seal_with};

    async fn opened(folder: &tempfile::TempDir) -> (Db, Writer) {
        let db = Db::open(&Place::Sqlite(folder.path().join("data").join("w.sqlite"))).await.unwrap();
        migrate(&db, MIGRATIONS, 0).await.unwrap();
        let writer = Writer::start(db.clone());
        (db, writer)
    }

    fn heavy(key: &str) -> Commit {
        let payload: Sealed = seal_with(&[1; 32], b"", &vec![7; 100_000], &mut SeededChance::new(1));
        let effect = Effect {
            key: key.into(),
            kind: "k".into(),
            stream: StreamId::org(),
            payload: Some(payload),
            not_before: jiff::Timestamp::UNIX_EPOCH,
        };
        Commit { effects: vec![effect], ..Commit::default() }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_full_disk_is_said_and_writing_goes_on_when_there_is_space() {
        let folder = tempfile::tempdir().unwrap();
        let (db, writer) = opened(&folder).await;
        writer.commit(heavy("first")).await.unwrap();
        // SQLite's own limit gives the same error as a full disk.
        let limit = async |sql| db.writing().await.unwrap().row(sql, &[]).await.unwrap();
        let Db::Sqlite { write, .. } = &db else { panic!("not SQLite") };
        let before = sqlx::query_scalar::<_, i64>("PRAGMA page_count").fetch_one(write).await.unwrap();
        assert!(before > 25);
        limit("PRAGMA max_page_count = 60").await;
        let (one, two) = tokio::join!(writer.commit(heavy("second")), writer.commit(heavy("third")));
        let refused: Vec<String> = [one, two].into_iter().filter_map(Result::err).map(|error| error.to_string()).collect();
        assert!(!refused.is_empty() && refused.iter().all(|error| error.contains("no space left")), "{refused:?}");
        limit("PRAGMA max_page_count = 100000").await;
        for key in ["second", "third", "fourth"] {
            writer.commit(heavy(key)).await.unwrap();
        }
        let mut work = db.reading().await.unwrap();
        let rows = work.row("SELECT COUNT(*) AS n FROM outbox", &[]).await.unwrap().unwrap();
        assert_eq!(rows.int("n").unwrap(), 4);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_commit_the_database_refuses_fails_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _writer) = opened(&folder).await;
        let blob = |name: &str, key: &str| {
            let sealed = seal_with(&[1; 32], b"", b"x", &mut SeededChance::new(1));
            Ready::of(Commit { small_blobs: vec![(name.into(), sealed)], ..heavy(key) }).unwrap()
        };
        let (taken, free) = ("taken-taken-taken-taken", "free-free-free-free-free");
        let (answers, disk) = write_all(&db, &[blob(taken, "one")]).await;
        assert!(answers[0].is_ok() && !disk);
        let (answers, disk) = write_all(&db, &[blob(free, "two"), blob(taken, "three"), Ready::of(heavy("four")).unwrap()]).await;
        assert!(!disk);
        assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        let mut work = db.reading().await.unwrap();
        let jobs = work.rows("SELECT key FROM outbox ORDER BY id", &[]).await.unwrap();
        assert_eq!(jobs.iter().map(|row| row.text("key").unwrap()).collect::<Vec<_>>(), ["one", "two", "four"]);
        assert_eq!(work.rows("SELECT name FROM blob", &[]).await.unwrap().len(), 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_commit_sees_those_before_it_in_the_same_batch() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _writer) = opened(&folder).await;
        let said = |key: &str, stream: StreamId| Ready::of(Commit { seen: vec![(key.into(), stream)], ..Commit::default() }).unwrap();
        let (first, second) = (StreamId::parse("rep_1").unwrap(), StreamId::parse("rep_2").unwrap());
        let (answers, _) = write_all(&db, &[said("m", first.clone()), said("m", second.clone()), said("n", second)]).await;
        assert!(answers[0].is_ok() && answers[2].is_ok());
        assert!(matches!(&answers[1], Err(CommitError::AlreadySeen { stream }) if *stream == first));
    }

    #[tokio::test]
    async fn every_commit_is_synced_and_what_is_deleted_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _writer) = opened(&folder).await;
        let Db::Sqlite { write, read } = &db else { panic!("not SQLite") };
        for pool in [write, read] {
            let value = async |sql| sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql)).fetch_one(pool).await.unwrap();
            assert_eq!(value("PRAGMA synchronous".to_owned()).await, 2, "FULL");
            assert_eq!(value("PRAGMA secure_delete".to_owned()).await, 1);
            assert_eq!(value("PRAGMA trusted_schema".to_owned()).await, 0);
            assert_eq!(value("PRAGMA foreign_keys".to_owned()).await, 1);
            let mode = sqlx::query_scalar::<_, String>("PRAGMA journal_mode").fetch_one(pool).await.unwrap();
            assert_eq!(mode, "wal");
        }
        let mut reader = db.reading().await.unwrap();
        assert!(reader.run("DELETE FROM setting", &[]).await.is_err(), "readers cannot write");
    }
}
