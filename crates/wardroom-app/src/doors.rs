//! How each door is doing: last success, last failure, what waits, and the synthetic report that proved it. For `doctor`, the health page and
//! the empty inbox. Deliberately no words of reports, and no door's work: doors only note here what happened to them.

use crate::house::House;
use crate::ports::store::{DoorNote, DoorRow, SelfTestRow, StoreTrouble};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, RwLock};

pub const FORM: &str = "form";
pub const API: &str = "api";
pub const IMPORT: &str = "import";
pub const LMTP: &str = "lmtp";
pub const OUTGOING: &str = "outgoing_mail";
pub const OUTBOX: &str = "outbox";
/// No door for reports: the service of the CVE program.
pub const CVE: &str = "cve";
/// No door of its own: whether the reverse proxy in front of the public face is declared, so that floods are told apart by network.
pub const PROXY: &str = "proxy";
/// No door of its own: mails that were asked to come again, and receipts that wait, because more came than the budgets let through.
pub const FLOODS: &str = "floods";
/// Before the name of a mailbox.
pub const MAILBOX: &str = "mailbox:";

/// Successes nearer to each other than this are noted as one: a busy door must not write a row for each mail.
const GATHERED: SignedDuration = SignedDuration::from_secs(15);
/// A mailbox nobody reached for this long is at risk, whatever the last attempt said; one that is looked into more seldom than every
/// ten minutes: after three times its own pace.
const SILENT: SignedDuration = SignedDuration::from_mins(30);
/// A synthetic report that did not come to its end after this long is lost.
const LOST: SignedDuration = SignedDuration::from_mins(15);
/// Where one is sent daily, this is too long ago.
const OVERDUE: SignedDuration = SignedDuration::from_hours(27);
/// A flood is over when nothing was held back for this long.
const CALM: SignedDuration = SignedDuration::from_mins(15);
/// Jobs due for longer than this are stuck.
const STUCK: SignedDuration = SignedDuration::from_mins(15);
/// Longest reason kept, in characters.
const REASON: usize = 300;

/// What this process knows of doors between two notes.
#[derive(Debug, Default)]
pub(crate) struct DoorBook {
    configured: RwLock<Configured>,
    noted: Mutex<BTreeMap<String, Noted>>,
}

/// Which doors the configuration opens.
#[derive(Clone, Debug, Default)]
pub struct Configured {
    /// Names of mailboxes, and `lmtp`, `outgoing_mail` where they are used.
    pub doors: Vec<String>,
    /// How often a mailbox is looked into at least, where the configuration says so.
    pub paces: BTreeMap<String, SignedDuration>,
    /// A synthetic report goes through every door each day.
    pub daily_test: bool,
}

#[derive(Debug)]
struct Noted {
    at: Timestamp,
    failing: bool,
    pending: u64,
    backlog: Option<u64>,
}

/// What is wrong with a door; each has words of its own (`desk-door-why-…`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The last attempt failed.
    Failing,
    /// No success for too long.
    Silent,
    /// Never a success.
    Never,
    /// The last synthetic report could not be handed in.
    TestFailed,
    /// The last synthetic report did not come to its end.
    TestLost,
    /// The daily synthetic report was not sent.
    TestOverdue,
    /// Jobs were given up.
    FailedJobs,
    /// Jobs are due and nobody does them.
    Stuck,
    /// Mails wait, and no mail server is configured.
    NotConfigured,
    /// More mail comes than the budgets let through.
    Flooded,
    /// Requests come through a proxy that `trusted_proxies` does not name.
    Undeclared,
}

impl Why {
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::Failing => "failing",
            Why::Silent => "silent",
            Why::Never => "never",
            Why::TestFailed => "test_failed",
            Why::TestLost => "test_lost",
            Why::TestOverdue => "test_overdue",
            Why::FailedJobs => "failed_jobs",
            Why::Stuck => "stuck",
            Why::NotConfigured => "not_configured",
            Why::Flooded => "flooded",
            Why::Undeclared => "undeclared",
        }
    }
}

/// The newest synthetic report through a door.
#[derive(Clone, Debug, Serialize)]
pub struct TestState {
    pub sent_at: Timestamp,
    /// When it came to its end.
    pub passed_at: Option<Timestamp>,
    /// Why it could not be handed in.
    pub failed: Option<String>,
}

/// One door.
#[derive(Clone, Debug, Serialize)]
pub struct DoorState {
    pub name: String,
    /// Nothing is wrong when this is empty.
    pub at_risk: Option<Why>,
    pub success_at: Option<Timestamp>,
    pub failure_at: Option<Timestamp>,
    /// Of the last failure, without a word of any report.
    pub reason: String,
    /// Failures since the last success.
    pub failures: u64,
    pub taken: u64,
    /// Our own mails that came back through it and were dropped.
    pub ignored: u64,
    /// What waits at it, where that is known.
    pub backlog: Option<u64>,
    pub test: Option<TestState>,
}

/// What the outbox holds.
#[derive(Clone, Copy, Debug, Default)]
struct Jobs {
    waiting: u64,
    failed: u64,
    oldest_due: Option<Timestamp>,
    mails: u64,
}

impl House {
    /// Says which doors the configuration opens: those are expected to work.
    pub fn expect_doors(&self, configured: Configured) {
        *self.book().configured.write().unwrap_or_else(PoisonError::into_inner) = configured;
    }

    /// A door did what it is there for. A note that cannot be kept is no trouble of the door's.
    pub async fn door_succeeded(&self, door: &str, taken: u64, backlog: Option<u64>) {
        self.door_did(door, taken, 0, backlog).await;
    }

    /// A mail of our own came back through a door and was dropped.
    pub async fn door_ignored(&self, door: &str) {
        self.door_did(door, 1, 1, None).await;
    }

    async fn door_did(&self, door: &str, taken: u64, ignored: u64, backlog: Option<u64>) {
        let at = self.now();
        let pending = {
            let mut noted = self.book().noted.lock().unwrap_or_else(PoisonError::into_inner);
            let last = noted.entry(door.to_owned()).or_insert(Noted { at: Timestamp::MIN, failing: false, pending: 0, backlog: None });
            last.pending += taken;
            let same = backlog.is_none() || backlog == last.backlog;
            if !last.failing && ignored == 0 && at.duration_since(last.at) < GATHERED && same {
                return;
            }
            (last.at, last.failing, last.backlog) = (at, false, backlog.or(last.backlog));
            std::mem::take(&mut last.pending)
        };
        self.note_door(DoorNote { door: door.to_owned(), at, failed: None, taken: pending, ignored, backlog }).await;
    }

    /// A door could not do what it is there for. `why` must not hold a word of a report.
    pub async fn door_failed(&self, door: &str, why: &str) {
        let at = self.now();
        {
            let mut noted = self.book().noted.lock().unwrap_or_else(PoisonError::into_inner);
            let last = noted.entry(door.to_owned()).or_insert(Noted { at, failing: true, pending: 0, backlog: None });
            (last.at, last.failing) = (at, true);
        }
        let failed = Some(one_line(why));
        self.note_door(DoorNote { door: door.to_owned(), at, failed, taken: 0, ignored: 0, backlog: None }).await;
    }

    /// More came than the budgets let through, and something was held back. Noted once in a while.
    pub(crate) async fn flood_seen(&self, why: &str) {
        let at = self.now();
        let noted = self.book().noted.lock().unwrap_or_else(PoisonError::into_inner).get(FLOODS).map(|last| last.at);
        if noted.is_none_or(|noted| at.duration_since(noted) >= GATHERED) {
            tracing::warn!(why, "more comes than the budgets let through");
            self.door_failed(FLOODS, why).await;
        }
    }

    async fn note_door(&self, note: DoorNote) {
        if let Err(trouble) = self.store.note_door(&note).await {
            tracing::warn!(door = note.door, %trouble, "how a door is doing could not be noted");
        }
    }

    /// Every door, in the order people look for them.
    pub async fn door_states(&self) -> Result<Vec<DoorState>, StoreTrouble> {
        let now = self.now();
        let configured = self.book().configured.read().unwrap_or_else(PoisonError::into_inner).clone();
        let rows = self.store.doors().await?;
        let tests = self.store.self_tests().await?;
        let reports = self.store.reports_by_door().await?;
        let jobs = self.jobs_now(now).await?;
        let names = names(&configured, &rows, &tests);
        let states = names.into_iter().map(|name| {
            let row = rows.iter().find(|row| row.name == name).cloned().unwrap_or_default();
            let test = tests.iter().find(|test| test.door == name);
            let received = reports.iter().find(|(door, _, _)| *door == name).map(|(_, count, at)| (*count, *at));
            state(name, row, test, received, jobs, &configured, now)
        });
        Ok(states.collect())
    }

    async fn jobs_now(&self, now: Timestamp) -> Result<Jobs, StoreTrouble> {
        let mut jobs = Jobs::default();
        for job in self.store.jobs(500).await? {
            match job.state.as_str() {
                "failed" => jobs.failed += 1,
                "waiting" | "leased" => {
                    jobs.waiting += 1;
                    jobs.mails += u64::from(job.kind.ends_with("_mail"));
                    if job.next_at <= now {
                        jobs.oldest_due = Some(jobs.oldest_due.map_or(job.next_at, |at| at.min(job.next_at)));
                    }
                }
                _ => {}
            }
        }
        Ok(jobs)
    }
}

/// Mailboxes first; those that are configured, or, where nobody said which are, all that were ever used.
fn names(configured: &Configured, rows: &[DoorRow], tests: &[SelfTestRow]) -> Vec<String> {
    let mut names: Vec<String> = configured.doors.iter().filter(|name| name.starts_with(MAILBOX)).cloned().collect();
    if configured.doors.is_empty() {
        names.extend(rows.iter().filter(|row| row.name.starts_with(MAILBOX)).map(|row| row.name.clone()));
    }
    let used = |name: &str| {
        configured.doors.iter().any(|one| one == name)
            || rows.iter().any(|row| row.name == name)
            || tests.iter().any(|test| test.door == name)
    };
    names.extend([PROXY, FLOODS].into_iter().filter(|name| used(name)).map(str::to_owned));
    names.extend([LMTP, CVE].into_iter().filter(|name| used(name)).map(str::to_owned));
    names.extend([IMPORT, FORM, API, OUTGOING, OUTBOX].map(str::to_owned));
    names
}

fn state(
    name: String,
    row: DoorRow,
    test: Option<&SelfTestRow>,
    received: Option<(u64, Timestamp)>,
    jobs: Jobs,
    configured: &Configured,
    now: Timestamp,
) -> DoorState {
    let (count, received_at) = received.map_or((0, None), |(count, at)| (count, Some(at)));
    let passed_at = test.and_then(|test| test.passed_at);
    // Nobody says when a flood is over: nothing of it was seen for a while.
    let calm_at = row.failure_at.filter(|_| name == FLOODS).and_then(|at| at.checked_add(CALM).ok()).filter(|at| *at <= now);
    let success_at = row.success_at.max(received_at).max(passed_at).max(calm_at);
    let (backlog, taken) = if name == OUTBOX { (Some(jobs.waiting), row.taken) } else { (row.backlog, row.taken.max(count)) };
    let test = test.map(|test| TestState { sent_at: test.sent_at, passed_at: test.passed_at, failed: test.failed.clone() });
    let mut state = DoorState {
        name,
        at_risk: None,
        success_at,
        failure_at: row.failure_at,
        reason: row.reason,
        failures: row.failures,
        taken,
        ignored: row.ignored,
        backlog,
        test,
    };
    state.at_risk = risk(&state, jobs, configured, now);
    state
}

fn risk(door: &DoorState, jobs: Jobs, configured: &Configured, now: Timestamp) -> Option<Why> {
    let ago = |at: Timestamp| now.duration_since(at);
    let mailbox = door.name.starts_with(MAILBOX);
    if door.failure_at.is_some() && door.failure_at > door.success_at {
        return Some(match door.name.as_str() {
            PROXY => Why::Undeclared,
            FLOODS => Why::Flooded,
            _ => Why::Failing,
        });
    }
    if mailbox && door.success_at.is_none() {
        return Some(Why::Never);
    }
    let patience = configured.paces.get(&door.name).map_or(SILENT, |pace| SILENT.max(pace.saturating_mul(3)));
    if mailbox && door.success_at.is_some_and(|at| ago(at) > patience) {
        return Some(Why::Silent);
    }
    if door.name == OUTBOX && jobs.failed > 0 {
        return Some(Why::FailedJobs);
    }
    if door.name == OUTBOX && jobs.oldest_due.is_some_and(|at| ago(at) > STUCK) {
        return Some(Why::Stuck);
    }
    let known = configured.doors.iter().any(|name| name == OUTGOING);
    if door.name == OUTGOING && !known && !configured.doors.is_empty() && jobs.mails > 0 {
        return Some(Why::NotConfigured);
    }
    match &door.test {
        Some(test) if test.passed_at.is_some() && configured.daily_test && ago(test.sent_at) > OVERDUE => Some(Why::TestOverdue),
        Some(test) if test.passed_at.is_some() => None,
        Some(test) if test.failed.is_some() => Some(Why::TestFailed),
        Some(test) if ago(test.sent_at) > LOST => Some(Why::TestLost),
        Some(_) | None => None,
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + minute * 60).unwrap()
    }

    fn why(name: &str, row: DoorRow, test: Option<SelfTestRow>, jobs: Jobs, doors: &[&str]) -> Option<Why> {
        let configured =
            Configured { doors: doors.iter().map(|&door| door.to_owned()).collect(), daily_test: true, ..Configured::default() };
        state(name.to_owned(), row, test.as_ref(), None, jobs, &configured, at(100)).at_risk
    }

    #[test]
    fn a_mailbox_must_answer_again_and_again() {
        let row = |success: Option<i64>, failure: Option<i64>| DoorRow {
            success_at: success.map(at),
            failure_at: failure.map(at),
            ..DoorRow::default()
        };
        let mailbox = |row| why("mailbox:mx/INBOX", row, None, Jobs::default(), &["mailbox:mx/INBOX"]);
        assert_eq!(mailbox(row(None, None)), Some(Why::Never));
        assert_eq!(mailbox(row(Some(99), None)), None);
        assert_eq!(mailbox(row(Some(99), Some(98))), None);
        assert_eq!(mailbox(row(Some(98), Some(99))), Some(Why::Failing));
        assert_eq!(mailbox(row(Some(60), None)), Some(Why::Silent));
        assert_eq!(why(LMTP, row(None, None), None, Jobs::default(), &[LMTP]), None, "nobody has written yet");
    }

    #[test]
    fn a_flood_is_over_when_nothing_was_held_back_for_a_while() {
        let flood = |minute| DoorRow { failure_at: Some(at(minute)), ..DoorRow::default() };
        assert_eq!(why(FLOODS, flood(99), None, Jobs::default(), &[]), Some(Why::Flooded));
        assert_eq!(why(FLOODS, flood(80), None, Jobs::default(), &[]), None);
    }

    #[test]
    fn a_mailbox_may_be_silent_as_long_as_its_own_pace_allows() {
        let name = "mailbox:mx/INBOX";
        let after = |pace_minutes: i64, silent_minutes: i64| {
            let paces = BTreeMap::from([(name.to_owned(), SignedDuration::from_mins(pace_minutes))]);
            let configured = Configured { doors: vec![name.to_owned()], paces, ..Configured::default() };
            let row = DoorRow { success_at: Some(at(1_000 - silent_minutes)), ..DoorRow::default() };
            state(name.to_owned(), row, None, None, Jobs::default(), &configured, at(1_000)).at_risk
        };
        assert_eq!((after(1, 29), after(1, 31)), (None, Some(Why::Silent)));
        assert_eq!(
            (after(60, 179), after(60, 181)),
            (None, Some(Why::Silent)),
            "every hour is enough when every hour is what was asked for"
        );
    }

    #[test]
    fn a_synthetic_report_must_come_to_its_end() {
        let test = |sent: i64, passed: Option<i64>, failed: Option<&str>| {
            let test = SelfTestRow { door: FORM.into(), sent_at: at(sent), passed_at: passed.map(at), failed: failed.map(str::to_owned) };
            why(FORM, DoorRow::default(), Some(test), Jobs::default(), &[])
        };
        assert_eq!(test(99, None, None), None, "on its way");
        assert_eq!(test(60, None, None), Some(Why::TestLost));
        assert_eq!(test(99, None, Some("refused")), Some(Why::TestFailed));
        assert_eq!(test(60, Some(61), None), None);
        assert_eq!(test(-1_800, Some(-1_799), None), Some(Why::TestOverdue));
    }

    #[test]
    fn what_waits_in_the_outbox_is_seen() {
        let outbox = |jobs| why(OUTBOX, DoorRow::default(), None, jobs, &[OUTGOING]);
        assert_eq!(outbox(Jobs { waiting: 3, oldest_due: Some(at(99)), ..Jobs::default() }), None);
        assert_eq!(outbox(Jobs { waiting: 3, oldest_due: Some(at(50)), ..Jobs::default() }), Some(Why::Stuck));
        assert_eq!(outbox(Jobs { failed: 1, ..Jobs::default() }), Some(Why::FailedJobs));
        let mails = Jobs { waiting: 1, mails: 1, ..Jobs::default() };
        assert_eq!(why(OUTGOING, DoorRow::default(), None, mails, &[LMTP]), Some(Why::NotConfigured));
        assert_eq!(why(OUTGOING, DoorRow::default(), None, mails, &[OUTGOING]), None);
    }
}
