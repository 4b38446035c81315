//! The outbox: effects recorded with the facts that caused them, carried out at least once. A crash loses none; the narrow window between
//! "handed over" and "noted" can repeat one, with the same Message-ID.

use super::Worker;
use crate::asked::AskError;
use crate::disclosure::identifiers;
use crate::ports::mailer::MailTrouble;
use crate::ports::store::{Leased, StoreTrouble};
use jiff::{SignedDuration, Timestamp};

/// How long a row is ours while we work on it: longer than the slowest mail server may take (90 s).
const LEASE_SECONDS: u32 = 120;
/// Rows worked on at the same time.
const AT_ONCE: u32 = 4;
/// When a row that waits for configuration is looked at again.
const WAITING: SignedDuration = SignedDuration::from_mins(1);
/// Rounds of them in one step.
const ROUNDS: u32 = 4;
/// Attempts after which a row is put aside for a person: once an hour for five days, as mail servers do (RFC 5321 section 4.5.4.1).
/// Less would break the promise of a receipt within 48 hours over an outage that ends in time.
const MOST_ATTEMPTS: u32 = 130;

/// Why a row was not carried out.
#[derive(Debug)]
pub(crate) enum Undone {
    /// Something has to be configured first: the row waits however long that takes.
    Waiting(String),
    /// Its turn comes then: no attempt was made.
    At(Timestamp, String),
    Later(String),
    Never(String),
}

impl From<StoreTrouble> for Undone {
    fn from(trouble: StoreTrouble) -> Undone {
        Undone::Later(trouble.to_string())
    }
}

impl From<AskError> for Undone {
    fn from(error: AskError) -> Undone {
        Undone::Later(error.to_string())
    }
}

impl From<MailTrouble> for Undone {
    fn from(trouble: MailTrouble) -> Undone {
        match &trouble {
            MailTrouble::Refused(why) => Undone::Never(why.clone()),
            MailTrouble::Later(_) => Undone::Later(trouble.to_string()),
            MailTrouble::NotConfigured => Undone::Waiting(trouble.to_string()),
        }
    }
}

impl Worker {
    /// Carries out what is due, a few at the same time, so that one slow mail server holds up neither the others nor its lease.
    /// Returns how many rows were tried.
    pub async fn outbox_once(&self) -> Result<usize, StoreTrouble> {
        let mut tried = 0;
        for _ in 0..ROUNDS {
            let rows = self.desk.store.lease(self.desk.now(), LEASE_SECONDS, AT_ONCE).await?;
            if rows.is_empty() {
                break;
            }
            tried += rows.len();
            self.desk.door_succeeded(crate::doors::OUTBOX, rows.len() as u64, None).await;
            let work = rows.iter().map(|row| self.carry_out_and_note(row));
            for noted in futures_util::future::join_all(work).await {
                noted?;
            }
        }
        Ok(tried)
    }

    async fn carry_out_and_note(&self, row: &Leased) -> Result<(), StoreTrouble> {
        let store = &self.desk.store;
        match self.carry_out(row).await {
            Ok(()) => store.done(row.id, row.fence).await,
            Err(Undone::Never(why)) => {
                tracing::warn!(job = row.id, kind = row.kind, why, "job cannot be carried out");
                store.fail(row.id, row.fence, &why).await
            }
            Err(Undone::Waiting(why)) => {
                let next = self.desk.now().checked_add(WAITING).unwrap_or(self.desk.now());
                store.postpone(row.id, row.fence, next, &why).await
            }
            Err(Undone::At(at, why)) => store.postpone(row.id, row.fence, at, &why).await,
            Err(Undone::Later(why)) if row.attempts >= MOST_ATTEMPTS => {
                tracing::error!(job = row.id, kind = row.kind, why, "job given up: a person must look at the jobs page");
                store.fail(row.id, row.fence, &why).await
            }
            Err(Undone::Later(why)) => {
                tracing::info!(job = row.id, kind = row.kind, attempts = row.attempts, why, "job will be tried again");
                let next = self.desk.now().checked_add(backoff(row.attempts)).unwrap_or(self.desk.now());
                store.retry(row.id, row.fence, next, &why).await
            }
        }
    }

    async fn carry_out(&self, row: &Leased) -> Result<(), Undone> {
        match row.kind.as_str() {
            "receipt_mail" => self.receipt_mail(row).await,
            "message_mail" => self.message_mail(row).await,
            "self_test" => self.self_test_job().await,
            "self_test_close" => self.self_test_close_job(row).await,
            crate::intake::payload::JOB => self.open_payload(row).await,
            "key_alarm_mail" => self.key_alarm_mail(row).await,
            crate::disclosure::plan::HELD_MAIL => self.held_mail(row).await,
            "test_answer_mail" => self.test_answer_mail(row).await,
            "news_mail" => self.news_mail(row).await,
            crate::communication::NOTICE_MAIL => self.notice_mail(row).await,
            "settle_date" => Ok(self.desk.settle_date(&row.stream).await?),
            "credit_wish" => Ok(self.desk.credit_into_draft(&row.stream).await?),
            identifiers::RESERVE | identifiers::RECORD | identifiers::REJECT => self.cve_job(row).await,
            "publish" => self.write_tree().await.map_err(Undone::Later),
            crate::disclosure::SHARE => Ok(self.desk.lay_shelves().await?),
            other => Err(Undone::Never(format!("no job of kind {other} is known to this version"))),
        }
    }

    /// Writes the public tree anew where it changed.
    pub async fn write_tree(&self) -> Result<(), String> {
        self.desk.refresh().await.map_err(|trouble| trouble.to_string())?;
        self.tree.write(&self.desk).await.map(|_| ()).map_err(|error| error.to_string())
    }

    /// The same, and looks at every file: what somebody changed is written again.
    pub async fn mend_tree(&self) -> Result<(), String> {
        self.tree.mend(&self.desk).await.map(|_| ()).map_err(|error| error.to_string())
    }
}

/// 5 s, 10 s, 20 s, … up to an hour.
fn backoff(attempts: u32) -> SignedDuration {
    SignedDuration::from_secs((5_i64 << attempts.min(10)).min(3_600))
}
