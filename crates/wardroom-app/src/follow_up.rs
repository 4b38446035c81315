//! What a reporter does with the receipt code beside writing: agree on a date of disclosure, say how to be named, ask to be told of
//! news, take the report back, fetch the signed receipt. All of it is recorded as facts; words are sealed to the team and back to
//! the reporter. Deliberately not here: what the team does with it (`communication`).

use crate::intake::continuity::Continuity;
use crate::intake::give_receipt;
use crate::intake::receipt_file::{NoReceipt, ReceiptFile};
use crate::ports::store::Stored;
use crate::public_house::{PublicHouse, TrackError};
use crate::reading::open_words;
use crate::record::Said;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wardroom_domain::Refusal;
use wardroom_domain::case::ReportFile;
use wardroom_domain::communication::{DateState, EmbargoTerms, Side, check_terms, decide_answer};
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::profile::Milestone;
use wardroom_domain::triage::ReportState;
use wardroom_seal::ReceiptCode;

/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 10_000;
/// Longest name to be credited by, in characters.
pub const LONGEST_NAME: usize = 200;

/// A proposed date as the reporter sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackDate {
    pub ends_at: Timestamp,
    pub zone: String,
    pub by: Side,
    pub state: DateState,
    pub proposed_at: Timestamp,
    pub reason: String,
    /// What the other side said to it.
    pub answer: String,
}

/// How the reporter will be named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackCredit {
    /// The newest wish made here; `None`: none was made since handing in.
    pub name: Option<String>,
    pub anonymous: bool,
    /// The line as it stands in the advisory's draft, when it was shown.
    pub shown: Option<String>,
    pub agreed: Option<bool>,
}

/// What the follow-up adds to the track page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowUp {
    /// Oldest first; the last one is on the table.
    pub dates: Vec<TrackDate>,
    pub credit: TrackCredit,
    /// The address that is told of news, if one was given here.
    pub news: Option<String>,
    pub may_withdraw: bool,
    /// The reporter may accept or decline the newest date.
    pub may_answer_date: bool,
}

/// Reads it from the reporter's own view of the report.
pub(crate) fn follow_up(file: &ReportFile, code: &ReceiptCode, stored: &[Stored]) -> FollowUp {
    let secret = code.reporter_keypair();
    let words = |one: &Stored| {
        let sealed = one.reporter_body.as_ref()?;
        match open_words(&file.id, &one.recorded.fact.kind(), "reporter", &secret, sealed) {
            Ok(Words::Text(text)) => Some(text),
            _ => None,
        }
    };
    let mut found = FollowUp { may_withdraw: may_withdraw(file), ..FollowUp::default() };
    for one in stored {
        let Fact::Report(fact) = &one.recorded.fact else { continue };
        let text = || words(one).unwrap_or_default();
        match fact {
            ReportFact::DateProposed { ends_at, zone } => found.dates.push(TrackDate {
                ends_at: *ends_at,
                zone: zone.clone(),
                by: if one.recorded.actor.is_person() { Side::Team } else { Side::Reporter },
                state: DateState::Open,
                proposed_at: one.recorded.at,
                reason: text(),
                answer: String::new(),
            }),
            ReportFact::DateAnswered { accepted } => {
                if let Some(last) = found.dates.last_mut() {
                    last.state = if *accepted { DateState::Accepted } else { DateState::Declined };
                    last.answer = text();
                }
            }
            ReportFact::CreditWished { anonymous } => {
                found.credit.name = Some(text());
                found.credit.anonymous = *anonymous;
            }
            ReportFact::CreditShown => {
                found.credit.shown = Some(text());
                found.credit.agreed = None;
            }
            ReportFact::CreditAnswered { agreed } => found.credit.agreed = Some(*agreed),
            ReportFact::NewsWished { wanted } => found.news = wanted.then(text),
            _ => {}
        }
    }
    found.may_answer_date = is_open(file) && decide_answer(file.date.as_ref(), Side::Reporter).is_ok();
    found
}

fn is_open(file: &ReportFile) -> bool {
    !matches!(file.state, ReportState::Withdrawn | ReportState::Declined)
}

/// A report is taken back while it waits, or while the team works on it: then the case goes on without its reporter.
fn may_withdraw(file: &ReportFile) -> bool {
    is_open(file)
}

impl PublicHouse {
    /// Proposes a date of disclosure: an instant, the zone it is meant in, and why.
    pub async fn propose_date(&self, code: &ReceiptCode, terms: EmbargoTerms, reason: &str) -> Result<(), TrackError> {
        let reason = within(reason, LONGEST_REASON)?;
        if TimeZone::get(&terms.zone).is_err() {
            return Err(TrackError::BadZone);
        }
        let (file, _) = self.report(code).await?;
        if !is_open(&file) {
            return Err(TrackError::Closed);
        }
        check_terms(&terms, self.now(), self.profile().longest_embargo_days()).map_err(|refusal| match refusal {
            Refusal::EmbargoEndsBadly { days } => TrackError::BadDate { days },
            _ => TrackError::Closed,
        })?;
        let fact = Fact::Report(ReportFact::DateProposed { ends_at: terms.ends_at, zone: terms.zone });
        self.record(code, vec![shared(fact, reason)]).await
    }

    /// Answers the date the team proposed. An accepted one becomes the embargo's end as soon as the worker has seen it.
    pub async fn answer_date(&self, code: &ReceiptCode, accepted: bool, reason: &str) -> Result<(), TrackError> {
        let reason = within(reason, LONGEST_REASON)?;
        let (file, _) = self.report(code).await?;
        decide_answer(file.date.as_ref(), Side::Reporter).map_err(|_| TrackError::Closed)?;
        if accepted && file.date.as_ref().is_some_and(|date| date.ends_at <= self.now()) {
            return Err(TrackError::BadDate { days: 0 });
        }
        let settle = self.house().effect(format!("date:{}:{}", file.id, file.version + 1), "settle_date", &file.id, None, self.now());
        let effects = if accepted { vec![settle] } else { Vec::new() };
        self.record_with(code, vec![shared(Fact::Report(ReportFact::DateAnswered { accepted }), reason)], effects).await
    }

    /// Says how to be named: exactly so, or not at all.
    pub async fn wish_credit(&self, code: &ReceiptCode, name: &str, anonymous: bool) -> Result<(), TrackError> {
        let name = within(name, LONGEST_NAME)?;
        let one_line = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if one_line.is_empty() && !anonymous {
            return Err(TrackError::Empty);
        }
        let (file, _) = self.report(code).await?;
        let name = if anonymous { String::new() } else { one_line };
        let words = Words::Text(name);
        let effect = self.house().effect(format!("credit:{}:{}", file.id, file.version + 1), "credit_wish", &file.id, None, self.now());
        self.record_with(code, vec![Said::shared(Fact::Report(ReportFact::CreditWished { anonymous }), words)], vec![effect]).await
    }

    /// Agrees to the line shown, or says what is wrong with it.
    pub async fn answer_credit(&self, code: &ReceiptCode, agreed: bool, reason: &str) -> Result<(), TrackError> {
        let reason = within(reason, LONGEST_REASON)?;
        let (file, _) = self.report(code).await?;
        if file.credit.shown.is_none() {
            return Err(TrackError::Closed);
        }
        self.record(code, vec![shared(Fact::Report(ReportFact::CreditAnswered { agreed }), reason)]).await
    }

    /// Asks to be told of news at an address, or not any more (`None`). The caller has checked that it looks like one.
    pub async fn wish_news(&self, code: &ReceiptCode, address: Option<&str>) -> Result<(), TrackError> {
        let address = within(address.unwrap_or_default(), 254)?;
        let wanted = !address.is_empty();
        let words = Words::Text(address.to_owned());
        self.record(code, vec![Said::shared(Fact::Report(ReportFact::NewsWished { wanted }), words)]).await
    }

    /// The reporter takes the report back; the team still sees it, and why. Its clocks end with it: nothing more is owed.
    pub async fn withdraw(&self, code: &ReceiptCode, reason: &str) -> Result<(), TrackError> {
        let reason = within(reason, LONGEST_REASON)?;
        let (file, _) = self.report(code).await?;
        if !may_withdraw(&file) {
            return Err(TrackError::Closed);
        }
        let mut said = vec![shared(Fact::Report(ReportFact::Withdrawn), reason)];
        said.extend(
            file.clocks.running().map(|clock| {
                Said::bare(Fact::Report(ReportFact::ClockStopped { clock: clock.start.clock.clone(), by: Milestone::Closed }))
            }),
        );
        self.record(code, said).await
    }

    /// The signed receipt, and the report's number for its file name.
    pub async fn signed_receipt(&self, code: &ReceiptCode) -> Result<(String, ReceiptFile), NoReceipt> {
        let (_, stored) = self.report(code).await.map_err(|error| match error {
            TrackError::Trouble(trouble) => NoReceipt::Trouble(trouble),
            _ => NoReceipt::Unknown,
        })?;
        give_receipt::give(self.house(), self.chunks(), code, &stored).await
    }

    /// The proof that the log of one length continues the log of another, for whoever has a receipt. The order does not matter.
    pub async fn log_continuity(&self, code: &ReceiptCode, first: u64, second: u64) -> Result<Continuity, NoReceipt> {
        self.report(code).await.map_err(|error| match error {
            TrackError::Trouble(trouble) => NoReceipt::Trouble(trouble),
            _ => NoReceipt::Unknown,
        })?;
        give_receipt::continuity(self.house(), self.chunks(), first, second).await
    }
}

fn shared(fact: Fact, reason: &str) -> Said {
    match reason {
        "" => Said::bare(fact),
        reason => Said::shared(fact, Words::Text(reason.to_owned())),
    }
}

fn within(text: &str, characters: usize) -> Result<&str, TrackError> {
    let text = text.trim();
    if text.chars().count() > characters { Err(TrackError::TooLong) } else { Ok(text) }
}
