//! A report and a case as folded from their streams' heads: what the machines and the pages need to know without any key.
//! Deliberately not here: the words (titles, texts, scores), which only the app opens, for a `Viewer`.

use super::rm::CaseState;
use crate::communication::{DateState, DateTalk, EmbargoState, EmbargoTerms, MessageKind, Side};
use crate::deadlines::Pause;
use crate::disclosure::{IdState, IdentifierFile, Scheme};
use crate::facts::{CaseFact, ClockMove, ClockStart, Fact, ReportFact};
use crate::intake::Received;
use crate::intake::followed::{FollowedUp, Returned};
use crate::log::{Recorded, StreamId};
use crate::profile::Milestone;
use crate::remediation::{ImpactStatus, PlanKind, PlanState};
use crate::triage::{Decision, Disposition, ReportState};
use crate::validation::{ScoreSource, Uniqueness};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A clock as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    pub start: ClockStart,
    pub stopped: Option<(Milestone, Timestamp)>,
    pub breached_at: Option<Timestamp>,
    pub breach_explained: bool,
    /// In order; the last one lasts while its `until` is absent. Their reasons are sealed words.
    pub pauses: Vec<Pause>,
}

impl Clock {
    /// A clock that has just started.
    pub fn new(start: ClockStart) -> Clock {
        Clock { start, stopped: None, breached_at: None, breach_explained: false, pauses: Vec::new() }
    }

    /// The pause that lasts.
    pub fn paused(&self) -> Option<&Pause> {
        self.pauses.last().filter(|pause| pause.until.is_none() && self.running())
    }

    pub fn running(&self) -> bool {
        self.stopped.is_none()
    }

    /// True when it stopped after its due instant, or still runs past it.
    pub fn late(&self, now: Timestamp) -> bool {
        match self.stopped {
            Some((_, at)) => at > self.start.due_at,
            None => now > self.start.due_at,
        }
    }
}

/// The clocks of one stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clocks(pub Vec<Clock>);

impl Clocks {
    fn start(&mut self, start: &ClockStart) {
        self.0.push(Clock::new(start.clone()));
    }

    fn find(&mut self, id: &str) -> Option<&mut Clock> {
        self.0.iter_mut().rev().find(|clock| clock.start.clock == id)
    }

    fn stop(&mut self, id: &str, by: Milestone, at: Timestamp) {
        if let Some(clock) = self.find(id)
            && clock.stopped.is_none()
        {
            clock.stopped = Some((by, at));
        }
    }

    fn breach(&mut self, id: &str, at: Timestamp) {
        if let Some(clock) = self.find(id) {
            clock.breached_at.get_or_insert(at);
        }
    }

    fn moved(&mut self, id: &str, (due_at, provisional, basis): (Timestamp, bool, &str), moved: ClockMove, at: Timestamp) {
        let Some(clock) = self.find(id) else { return };
        clock.start.due_at = due_at;
        clock.start.provisional = provisional;
        clock.start.basis = basis.to_owned();
        match moved {
            ClockMove::Paused { cause } => clock.pauses.push(Pause { from: at, until: None, cause, reason: String::new() }),
            ClockMove::Resumed => {
                if let Some(last) = clock.pauses.last_mut() {
                    last.until.get_or_insert(at);
                }
            }
            ClockMove::Severity => {}
        }
    }

    fn explain(&mut self, id: &str) {
        if let Some(clock) = self.find(id) {
            clock.breach_explained = true;
        }
    }

    /// The running clock due first.
    pub fn nearest(&self) -> Option<&Clock> {
        self.0.iter().filter(|clock| clock.running()).min_by_key(|clock| clock.start.due_at)
    }

    pub fn running(&self) -> impl Iterator<Item = &Clock> {
        self.0.iter().filter(|clock| clock.running())
    }
}

/// When each milestone was first reached.
pub type Milestones = BTreeMap<Milestone, Timestamp>;

fn reach(milestones: &mut Milestones, recorded: &Recorded<Fact>) {
    for milestone in recorded.fact.milestones(&recorded.actor) {
        milestones.entry(milestone).or_insert(recorded.at);
    }
}

/// One report as it stands.
#[derive(Clone, Debug)]
pub struct ReportFile {
    pub id: StreamId,
    pub received: Received,
    pub state: ReportState,
    /// The case it belongs to, once decided.
    pub case: Option<StreamId>,
    pub disposition: Option<Disposition>,
    /// Mails that joined it; their bytes and files are among `received.attachments`.
    pub follow_ups: Vec<FollowedUp>,
    /// Delivery reports about our mails.
    pub returned: Vec<Returned>,
    /// The report it was attached to.
    pub attached_to: Option<StreamId>,
    pub clocks: Clocks,
    pub milestones: Milestones,
    /// The last message came from us and was a question: the reporter owes an answer.
    pub waiting_for_reporter: bool,
    /// The last message came from the reporter: we owe an answer.
    pub waiting_for_us: bool,
    /// The newest proposal of a date of disclosure.
    pub date: Option<DateTalk>,
    pub credit: CreditFile,
    /// `stream_seq` of the newest wish about mails that there is news, and whether they are wanted.
    pub news: Option<(u64, bool)>,
    pub news_mailed_at: Option<Timestamp>,
    /// `stream_seq` of the newest fact.
    pub version: u64,
}

/// Where the credit of a report stands; the words are in the facts named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreditFile {
    /// `stream_seq` of the newest wish made on the track page, and whether it is to stay anonymous.
    pub wished: Option<(u64, bool)>,
    /// `stream_seq` of the line shown last.
    pub shown: Option<u64>,
    /// The answer to the line shown last.
    pub agreed: Option<bool>,
}

impl ReportFile {
    /// Folds a stream's facts in order; `None` when it does not begin with `received`.
    pub fn fold(facts: &[Recorded<Fact>]) -> Option<ReportFile> {
        let mut file: Option<ReportFile> = None;
        for recorded in facts {
            let Fact::Report(fact) = &recorded.fact else { continue };
            if let (None, ReportFact::Received(received)) = (&file, fact) {
                let state = if received.quarantined { ReportState::Quarantined } else { ReportState::Opened };
                file = Some(ReportFile {
                    id: recorded.stream.clone(),
                    received: (**received).clone(),
                    state,
                    case: None,
                    disposition: None,
                    follow_ups: Vec::new(),
                    returned: Vec::new(),
                    attached_to: None,
                    clocks: Clocks::default(),
                    milestones: Milestones::new(),
                    waiting_for_reporter: false,
                    waiting_for_us: true,
                    date: None,
                    credit: CreditFile::default(),
                    news: None,
                    news_mailed_at: None,
                    version: 0,
                });
            }
            file.as_mut()?.after(recorded, fact);
        }
        file
    }

    fn after(&mut self, recorded: &Recorded<Fact>, fact: &ReportFact) {
        self.version = recorded.stream_seq;
        reach(&mut self.milestones, recorded);
        match fact {
            ReportFact::ClockStarted(start) => self.clocks.start(start),
            ReportFact::ClockStopped { clock, by } => self.clocks.stop(clock, *by, recorded.at),
            ReportFact::ClockBreached { clock, .. } => self.clocks.breach(clock, recorded.at),
            ReportFact::BreachExplained { clock } => self.clocks.explain(clock),
            ReportFact::ClockMoved { clock, due_at, provisional, basis, moved } => {
                self.clocks.moved(clock, (*due_at, *provisional, basis), *moved, recorded.at);
            }
            ReportFact::Message { message } => self.after_message(*message),
            ReportFact::Decided(decision) => self.after_decision(decision),
            ReportFact::Withdrawn => {
                self.state = ReportState::Withdrawn;
                self.waiting_for_reporter = false;
                // Where a team works on it, it is told: the case goes on and somebody must know that its reporter left.
                self.waiting_for_us = self.case.is_some();
            }
            ReportFact::DateProposed { ends_at, zone } => {
                let by = if recorded.actor.is_person() { Side::Team } else { Side::Reporter };
                let proposed_at = recorded.at;
                self.date = Some(DateTalk { ends_at: *ends_at, zone: zone.clone(), by, state: DateState::Open, proposed_at });
            }
            ReportFact::DateAnswered { accepted } => {
                if let Some(talk) = &mut self.date {
                    talk.state = if *accepted { DateState::Accepted } else { DateState::Declined };
                }
            }
            ReportFact::CreditWished { anonymous } => self.credit.wished = Some((recorded.stream_seq, *anonymous)),
            ReportFact::CreditShown => {
                self.credit.shown = Some(recorded.stream_seq);
                self.credit.agreed = None;
            }
            ReportFact::CreditAnswered { agreed } => self.credit.agreed = Some(*agreed),
            ReportFact::NewsWished { wanted } => self.news = Some((recorded.stream_seq, *wanted)),
            ReportFact::NewsMailed => self.news_mailed_at = Some(recorded.at),
            ReportFact::FilesAdded { files } => {
                self.received.attachments.extend(files.iter().cloned());
                self.after_message(MessageKind::FromReporter);
            }
            ReportFact::PayloadRead { reading, signature, has_key, files } => {
                self.received.reading = *reading;
                self.received.signature = *signature;
                self.received.has_key |= has_key;
                self.received.attachments.extend(files.iter().cloned());
            }
            ReportFact::FollowedUp(followed) => {
                self.received.attachments.push(followed.original.clone());
                self.received.attachments.extend(followed.attachments.iter().cloned());
                self.follow_ups.push((**followed).clone());
            }
            ReportFact::Undelivered(returned) => self.returned.push((**returned).clone()),
            ReportFact::Received(_)
            | ReportFact::ReceiptSent { .. }
            | ReportFact::ReceiptWithheld { .. }
            | ReportFact::NoteAdded
            | ReportFact::DeliveredAgain
            | ReportFact::KeyDecided { .. }
            | ReportFact::Judged { .. }
            | ReportFact::Attested { .. } => {}
        }
    }

    fn after_message(&mut self, message: MessageKind) {
        match message {
            MessageKind::FromReporter => {
                self.waiting_for_reporter = false;
                self.waiting_for_us = true;
                if self.state == ReportState::Asked {
                    self.state = ReportState::Opened;
                }
            }
            MessageKind::Question => {
                self.waiting_for_reporter = true;
                self.waiting_for_us = false;
                if self.state == ReportState::Opened {
                    self.state = ReportState::Asked;
                }
            }
            MessageKind::Answer | MessageKind::Outcome => self.waiting_for_us = false,
        }
    }

    fn after_decision(&mut self, decision: &Decision) {
        match decision {
            Decision::Accepted { case } | Decision::Duplicate { case } => {
                self.state = ReportState::Linked;
                self.case = Some(case.clone());
                if matches!(decision, Decision::Duplicate { .. }) {
                    self.disposition = Some(Disposition::Duplicate);
                }
            }
            Decision::Declined { disposition } => {
                self.state = ReportState::Declined;
                self.disposition = Some(*disposition);
            }
            Decision::Attached { report } => {
                self.state = ReportState::Linked;
                self.attached_to = Some(report.clone());
                self.waiting_for_us = false;
            }
            Decision::Discarded => {
                self.state = ReportState::Declined;
                self.waiting_for_us = false;
            }
            Decision::Released | Decision::Reopened => {
                // What was withdrawn out of a case goes back into it.
                self.state = if self.case.is_some() { ReportState::Linked } else { ReportState::Opened };
                self.disposition = None;
            }
        }
    }
}

/// One product's status for one vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impact {
    pub vulnerability: String,
    pub product: String,
    pub status: ImpactStatus,
    pub justification: String,
    /// `stream_seq` of the fact whose words say which versions.
    pub said_at: u64,
}

/// One remediation as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remediation {
    pub id: String,
    pub vulnerability: String,
    pub plan: PlanKind,
    pub state: PlanState,
    pub due: Option<jiff::civil::Date>,
    pub products: Vec<String>,
    pub said_at: u64,
}

/// One vulnerability's bookkeeping: where its words and scores are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VulnerabilityFile {
    pub id: String,
    /// `stream_seq` of the newest words.
    pub said_at: u64,
    /// CVSS version → `stream_seq` of the newest score.
    pub scores: BTreeMap<String, u64>,
    /// `stream_seq` of vectors of others, oldest first.
    pub heard: Vec<(ScoreSource, u64)>,
    /// `stream_seq` of the newest priority.
    pub priority_at: Option<u64>,
}

/// One case as it stands.
#[derive(Clone, Debug)]
pub struct CaseFile {
    pub id: StreamId,
    /// `C-2026-0001`.
    pub number: String,
    pub state: CaseState,
    pub episode: u32,
    pub disposition: Option<Disposition>,
    pub owner: Option<String>,
    pub participants: Vec<String>,
    pub reports: Vec<StreamId>,
    pub embargo: EmbargoState,
    /// Terms in force (Active, Revising) or proposed (Proposed).
    pub terms: Option<EmbargoTerms>,
    /// Terms proposed while others are in force.
    pub proposed_terms: Option<EmbargoTerms>,
    /// CS letters P, X, A (domain §2.4).
    pub public_knows: bool,
    pub exploit_public: bool,
    pub attacks_seen: bool,
    pub uniqueness: Option<Uniqueness>,
    pub vulnerabilities: Vec<VulnerabilityFile>,
    pub impacts: Vec<Impact>,
    pub remediations: Vec<Remediation>,
    /// Identifiers that we assign, in the order in which they were first asked for.
    pub identifiers: Vec<IdentifierFile>,
    pub communication_approved: bool,
    pub advisory: Option<StreamId>,
    pub clocks: Clocks,
    pub milestones: Milestones,
    pub opened_at: Timestamp,
    pub version: u64,
}

impl CaseFile {
    /// Folds a stream's facts in order; `None` when it does not begin with `opened`.
    pub fn fold(facts: &[Recorded<Fact>]) -> Option<CaseFile> {
        let mut file: Option<CaseFile> = None;
        for recorded in facts {
            let Fact::Case(fact) = &recorded.fact else { continue };
            if let (None, CaseFact::Opened { number, report }) = (&file, fact) {
                file = Some(CaseFile::opened(recorded, number, report));
            }
            file.as_mut()?.after(recorded, fact);
        }
        file
    }

    fn opened(recorded: &Recorded<Fact>, number: &str, report: &StreamId) -> CaseFile {
        CaseFile {
            id: recorded.stream.clone(),
            number: number.to_owned(),
            state: CaseState::Received,
            episode: 1,
            disposition: None,
            owner: None,
            participants: Vec::new(),
            reports: vec![report.clone()],
            embargo: EmbargoState::None,
            terms: None,
            proposed_terms: None,
            public_knows: false,
            exploit_public: false,
            attacks_seen: false,
            uniqueness: None,
            vulnerabilities: Vec::new(),
            impacts: Vec::new(),
            remediations: Vec::new(),
            identifiers: Vec::new(),
            communication_approved: false,
            advisory: None,
            clocks: Clocks::default(),
            milestones: Milestones::new(),
            opened_at: recorded.at,
            version: 0,
        }
    }

    /// I4: what is public, exploited or attacked takes no embargo any more.
    pub fn too_late_for_embargo(&self) -> bool {
        self.public_knows || self.exploit_public || self.attacks_seen
    }

    fn after(&mut self, recorded: &Recorded<Fact>, fact: &CaseFact) {
        self.version = recorded.stream_seq;
        let at = recorded.stream_seq;
        reach(&mut self.milestones, recorded);
        match fact {
            CaseFact::Opened { .. } | CaseFact::NoteAdded | CaseFact::NotDisclosed | CaseFact::Judged { .. } => {}
            CaseFact::ReportLinked { report, .. } => push_once(&mut self.reports, report),
            CaseFact::OwnerSet { person } => {
                self.owner = Some(person.clone());
                push_once(&mut self.participants, person);
            }
            CaseFact::ParticipantAdded { person } => push_once(&mut self.participants, person),
            CaseFact::StateChanged { to, disposition, episode, .. } => {
                self.state = *to;
                self.disposition = *disposition;
                self.episode = *episode;
            }
            CaseFact::UniquenessChecked { uniqueness } => self.uniqueness = Some(uniqueness.clone()),
            CaseFact::VulnerabilityKept { vulnerability } => self.vulnerability(vulnerability).said_at = at,
            CaseFact::Scored { vulnerability, version } => {
                self.vulnerability(vulnerability).scores.insert(version.clone(), at);
            }
            CaseFact::ScoreHeard { vulnerability, from, .. } => self.vulnerability(vulnerability).heard.push((*from, at)),
            CaseFact::PrioritySet { vulnerability, .. } => self.vulnerability(vulnerability).priority_at = Some(at),
            CaseFact::IdentifierMoved { vulnerability, scheme, ask, to, version } => {
                self.identifier_mut(vulnerability, *scheme, recorded.at).after(*ask, *to, *version, &recorded.actor, (recorded.at, at));
            }
            CaseFact::ImpactSet { vulnerability, product, status, justification } => {
                let impact = Impact {
                    vulnerability: vulnerability.clone(),
                    product: product.clone(),
                    status: *status,
                    justification: justification.clone(),
                    said_at: at,
                };
                let same = |one: &Impact| one.vulnerability == *vulnerability && one.product == *product;
                replace_or_push(&mut self.impacts, same, impact);
            }
            CaseFact::RemediationKept { remediation, vulnerability, plan, state, due, products } => {
                let kept = Remediation {
                    id: remediation.clone(),
                    vulnerability: vulnerability.clone(),
                    plan: *plan,
                    state: *state,
                    due: *due,
                    products: products.clone(),
                    said_at: at,
                };
                replace_or_push(&mut self.remediations, |one| one.id == *remediation, kept);
            }
            CaseFact::EmbargoMoved { ask, to, terms } => self.after_embargo(*ask, *to, terms.as_ref()),
            CaseFact::PublicKnows => self.public_knows = true,
            CaseFact::ExploitPublic => {
                // I1: an exploit in public implies that the public knows.
                self.exploit_public = true;
                self.public_knows = true;
            }
            CaseFact::AttacksSeen => self.attacks_seen = true,
            CaseFact::CommunicationPlanned { approved } => self.communication_approved = *approved,
            CaseFact::AdvisoryBegun { advisory } => self.advisory = Some(advisory.clone()),
            CaseFact::AdvisoryPublished { .. } => self.public_knows = true,
            CaseFact::ClockStarted(start) => self.clocks.start(start),
            CaseFact::ClockStopped { clock, by } => self.clocks.stop(clock, *by, recorded.at),
            CaseFact::ClockBreached { clock, .. } => self.clocks.breach(clock, recorded.at),
            CaseFact::BreachExplained { clock } => self.clocks.explain(clock),
            CaseFact::ClockMoved { clock, due_at, provisional, basis, moved } => {
                self.clocks.moved(clock, (*due_at, *provisional, basis), *moved, recorded.at);
            }
        }
    }

    fn after_embargo(&mut self, ask: crate::communication::EmbargoAsk, to: EmbargoState, terms: Option<&EmbargoTerms>) {
        use crate::communication::EmbargoAsk as E;
        self.embargo = to;
        match ask {
            E::Propose => self.terms = terms.cloned(),
            E::ProposeRevision => self.proposed_terms = terms.cloned(),
            E::AcceptRevision => self.terms = self.proposed_terms.take(),
            E::RejectRevision => self.proposed_terms = None,
            E::Reject => self.terms = None,
            E::Accept | E::Terminate => {}
        }
    }

    /// The identifier of a scheme that belongs to a vulnerability, once one was asked for.
    pub fn identifier(&self, vulnerability: &str, scheme: Scheme) -> Option<&IdentifierFile> {
        self.identifiers.iter().find(|one| one.vulnerability == vulnerability && one.scheme == scheme)
    }

    /// Where that identifier stands.
    pub fn id_state(&self, vulnerability: &str, scheme: Scheme) -> IdState {
        self.identifier(vulnerability, scheme).map_or(IdState::None, |one| one.state)
    }

    fn identifier_mut(&mut self, vulnerability: &str, scheme: Scheme, at: Timestamp) -> &mut IdentifierFile {
        let found = self.identifiers.iter().position(|one| one.vulnerability == vulnerability && one.scheme == scheme);
        let index = found.unwrap_or_else(|| {
            self.identifiers.push(IdentifierFile {
                vulnerability: vulnerability.to_owned(),
                scheme,
                state: IdState::None,
                asked_at: at,
                since: at,
                stuck: false,
                retries: 0,
                carried: 0,
                said_at: 0,
                proposed_by: None,
            });
            self.identifiers.len() - 1
        });
        &mut self.identifiers[index]
    }

    fn vulnerability(&mut self, id: &str) -> &mut VulnerabilityFile {
        let index = match self.vulnerabilities.iter().position(|one| one.id == id) {
            Some(index) => index,
            None => {
                self.vulnerabilities.push(VulnerabilityFile { id: id.to_owned(), ..VulnerabilityFile::default() });
                self.vulnerabilities.len() - 1
            }
        };
        &mut self.vulnerabilities[index]
    }
}

fn push_once<T: PartialEq + Clone>(list: &mut Vec<T>, one: &T) {
    if !list.contains(one) {
        list.push(one.clone());
    }
}

fn replace_or_push<T>(list: &mut Vec<T>, same: impl Fn(&T) -> bool, one: T) {
    match list.iter().position(same) {
        Some(index) => list[index] = one,
        None => list.push(one),
    }
}
