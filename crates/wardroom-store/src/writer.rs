//! Group commit: one task takes commits from a queue and makes up to [`BATCH`] of them durable with one sync, each in a
//! savepoint so that one that fails fails alone. Nobody is answered before the disk has it.
//!
//! When the disk fails to keep a write, writing stops until the program is started again: after a failed fsync the pages are
//! gone, and trying again would report a success that is none. Deliberately no retry here: that is the caller's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use wardroom_app::ports::store::{Commit, CommitError, Committed};

use crate::db::{Db, Work};
use crate::log::append::{Unmade, apply};
use crate::log::head::Head;
use crate::trouble::{Trouble, is_disk_failure};

/// The most commits that share one sync.
pub const BATCH: usize = 64;
const QUEUE: usize = 1024;

type Answer = Result<Committed, CommitError>;

struct Asked {
    commit: Commit,
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
    pub fn start(db: Db) -> (Writer, JoinHandle<()>) {
        let (queue, asked) = mpsc::channel(QUEUE);
        let stopped = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(write_batches(db, asked, stopped.clone()));
        (Writer { queue, stopped }, task)
    }

    /// Hands in a commit and waits until it is durable or refused.
    pub async fn commit(&self, commit: Commit) -> Answer {
        self.check()?;
        let (answer, answered) = oneshot::channel();
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
    let (commits, waiting): (Vec<Commit>, Vec<_>) = batch.into_iter().map(|asked| (asked.commit, asked.answer)).unzip();
    let results = if stopped.load(Ordering::SeqCst) { Err(Trouble::Stopped) } else { write_batch(db, &commits).await };
    match results {
        Ok(results) => {
            for (answer, result) in waiting.into_iter().zip(results) {
                let _ = answer.send(result);
            }
        }
        Err(trouble) => {
            if is_disk_failure(&trouble) {
                stopped.store(true, Ordering::SeqCst);
            }
            tracing::error!(trouble = %trouble, commits = waiting.len(), "a batch of commits was not written");
            for answer in waiting {
                let _ = answer.send(Err(CommitError::Trouble((&trouble).into())));
            }
        }
    }
}

/// One transaction for all; the outer error means that none of them was written.
async fn write_batch(db: &Db, commits: &[Commit]) -> Result<Vec<Answer>, Trouble> {
    let mut work = db.writing().await?;
    let mut head = Head::lock(&mut work).await?;
    let before = head.size;
    let mut results = Vec::with_capacity(commits.len());
    for commit in commits {
        results.push(write_one(&mut work, &mut head, commit).await?);
    }
    if head.size != before {
        head.write(&mut work).await?;
    }
    work.commit().await?;
    Ok(results)
}

async fn write_one(work: &mut Work, head: &mut Head, commit: &Commit) -> Result<Answer, Trouble> {
    work.run("SAVEPOINT one", &[]).await?;
    let mut ahead = head.clone();
    match apply(work, &mut ahead, commit).await {
        Ok(committed) => {
            work.run("RELEASE SAVEPOINT one", &[]).await?;
            *head = ahead;
            Ok(Ok(committed))
        }
        Err(unmade) => {
            // When even this fails the whole transaction is gone, and with it the batch.
            work.run("ROLLBACK TO SAVEPOINT one", &[]).await?;
            work.run("RELEASE SAVEPOINT one", &[]).await?;
            match unmade {
                Unmade::Told(error) => Ok(Err(error)),
                Unmade::Trouble(trouble) if is_disk_failure(&trouble) => Err(trouble),
                Unmade::Trouble(trouble) => Ok(Err(CommitError::Trouble((&trouble).into()))),
            }
        }
    }
}
