//! Every fact the log can hold. A fact is past: stored, hashed, never changed.
//!
//! A fact has a clear **head** (these enums: ids, instants, states — what the machines need) and, where words belong to it, a sealed
//! **body** (`Words`). Machines fold heads only, so the public face and `rebuild` need no key; words are opened for a `Viewer`.
//! How a fact is written and read back as text is in `written`.

use crate::communication::{Addressee, EmbargoAsk, EmbargoState, EmbargoTerms, MessageKind, MessageWords, PlanLine};
use crate::deadlines::{ClockDef, PauseCause};
use crate::disclosure::{
    AdvisoryContent, GateState, IdAsk, IdState, IdentifierWords, Level, Manuscript, Moment, Occasion, PlanAudience, PlanSaid, Scheme,
};
use crate::intake::followed::{FollowedUp, Returned};
use crate::intake::{AttachmentWords, BlobRef, Reading, Received, ReportWords, Signature};
use crate::log::{Actor, StreamId};
use crate::people::Role;
use crate::products::Product;
use crate::profile::Milestone;
use crate::remediation::{ImpactStatus, ImpactWords, PlanKind, PlanState, PlanWords};
use crate::triage::{Decision, Disposition};
use crate::validation::{Compared, PriorityWords, Relation, ScoreSource, ScoreWords, Uniqueness, VulnerabilityWords};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A fact's clear head.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    Org(OrgFact),
    Report(ReportFact),
    Case(CaseFact),
    Advisory(AdvisoryFact),
}

/// About the maker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "head", rename_all = "snake_case")]
pub enum OrgFact {
    Founded {
        version: String,
    },
    /// The policy as data; the whole profile, because it is public anyway.
    ProfileSet {
        profile: Value,
    },
    PersonAdded {
        person: String,
        name: String,
        roles: Vec<Role>,
    },
    RolesSet {
        person: String,
        roles: Vec<Role>,
    },
    PersonDisabled {
        person: String,
    },
    ProductKept {
        product: Product,
    },
    ProductRetired {
        product: String,
    },
    /// An SSVC decision table the team decides by, in SSVC's own JSON; one of the same id is replaced.
    TableKept {
        table: Value,
    },
    TableRetired {
        /// `ssvc:DT_SP:1.0.0`
        table: String,
    },
    /// A GCVE id was made. It says nothing of what it is for; that no id is made twice is seen here.
    GcveMade {
        /// `GCVE-1337-2026-48211`
        id: String,
    },
    /// An OpenPGP key of the team's: public half and what it is for.
    KeyKept {
        fingerprint: String,
        public: String,
        retired: bool,
    },
    /// Another key took its place: until `at` it is still offered after that one, then it retires.
    KeyRetiring {
        fingerprint: String,
        at: Timestamp,
    },
    KeyRetired {
        fingerprint: String,
    },
    /// Taken back for good; `public` carries the revocation. It still decrypts.
    KeyRevoked {
        fingerprint: String,
        public: String,
        /// `compromised`, `superseded`, `retired`.
        why: String,
    },
    /// The alarm of so many days before its end was given: 90, 30, 7, or 0 when it has ended.
    KeyExpiring {
        fingerprint: String,
        days: u16,
    },
    /// A key that opens S/MIME mail: SHA-256 of its public half.
    SmimeKeyKept {
        fingerprint: String,
    },
    /// Somebody was written into the recipient book, or changed in it; who that is lies sealed beside the log.
    RecipientKept {
        recipient: String,
        audience: PlanAudience,
    },
    RecipientRemoved {
        recipient: String,
    },
    /// Somebody of the book got an access to what is shared at these levels.
    AccessHandedOut {
        access: String,
        recipient: String,
        levels: Vec<Level>,
    },
    AccessWithdrawn {
        access: String,
    },
}

/// A clock that started: the definition it keeps for ever (domain §2.11 rule 7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockStart {
    /// Id of the definition in the profile: `receipt`, `first_response`.
    pub clock: String,
    pub anchor_at: Timestamp,
    pub due_at: Timestamp,
    /// Beyond what the calendar covers: the date may move when the calendar is updated.
    pub provisional: bool,
    /// `promise`, `target`, `internal`, `law`, `rule`.
    pub force: String,
    /// Only a person's act stops it.
    pub human: bool,
    /// Milestone expression that stops it.
    pub stop: String,
    /// Days or hours in words of the calendar used, for the tooltip: `1 business_days, Asia/Shanghai`.
    pub basis: String,
    /// The definition itself, kept for a clock whose due instant can move (a pause, a severity that is given later).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Box<ClockDef>>,
}

/// Why the due instant of a running clock moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum ClockMove {
    /// It stands still while we wait for somebody (domain §2.11 rule 6). The due instant is the one after the longest allowed pause.
    Paused { cause: PauseCause },
    /// It runs again.
    Resumed,
    /// The severity became known or changed.
    Severity,
}

/// About one report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "head", rename_all = "snake_case")]
pub enum ReportFact {
    Received(Box<Received>),
    ClockStarted(ClockStart),
    ClockStopped {
        clock: String,
        by: Milestone,
    },
    ClockBreached {
        clock: String,
        due_at: Timestamp,
    },
    /// Words, for a pause: the reason.
    ClockMoved {
        clock: String,
        due_at: Timestamp,
        provisional: bool,
        /// As in [`ClockStart`], for the clock as it is now.
        basis: String,
        moved: ClockMove,
    },
    /// Words: the reason.
    BreachExplained {
        clock: String,
    },
    /// The automatic receipt went out: by `page` (shown to the reporter) or by `mail`.
    ReceiptSent {
        by: String,
    },
    /// The automatic receipt was not sent: `automatic`, `no_address`, `already_today`.
    ReceiptWithheld {
        why: String,
    },
    /// Words: a message between us and the reporter, sealed to both.
    Message {
        message: MessageKind,
    },
    /// Words: for the team only.
    NoteAdded,
    Decided(Decision),
    Withdrawn,
    /// A second delivery of the same message came in and was recognised.
    DeliveredAgain,
    /// Files the reporter handed in later. Words: their names and sizes, sealed to both sides.
    FilesAdded {
        files: Vec<BlobRef>,
    },
    /// The worker opened what its sender had encrypted to the team. Words: the report as it was meant; `files` came out of it.
    PayloadRead {
        reading: Reading,
        signature: Signature,
        has_key: bool,
        files: Vec<BlobRef>,
    },
    /// A person decided about a key of the reporter's: `pinned`, `rejected`, `added`, `looked_up`. Words: its fingerprint, or with whose
    /// consent it was asked for.
    KeyDecided {
        decision: String,
    },
    /// What was received, so that the receipt's holder can prove it: a commitment to its SHA-256 that only the receipt code opens,
    /// and the hash under a pad from the same code. No words: the whole line is part of the receipt.
    Attested {
        commitment: String,
        masked: String,
    },
    /// A date of disclosure was proposed, by the reporter or by the team (the actor says who). Words: the reason, for both.
    DateProposed {
        ends_at: Timestamp,
        zone: String,
    },
    /// The other side answered. Words: the reason, for both.
    DateAnswered {
        accepted: bool,
    },
    /// How the reporter wants to be named, or not at all. Words: the name, for both.
    CreditWished {
        anonymous: bool,
    },
    /// The line as it stands in the advisory's draft was shown to the reporter. Words: the line, for both.
    CreditShown,
    /// The reporter agreed to the line shown last, or did not. Words: what is wrong with it, for both.
    CreditAnswered {
        agreed: bool,
    },
    /// Whether to be told by mail that there is news. Words: the address, for both.
    NewsWished {
        wanted: bool,
    },
    /// The reporter was told by mail that there is news.
    NewsMailed,
    /// A mail joined the report. Words: `ReportWords`, for the team; what it says to us is a `message` beside it.
    FollowedUp(Box<FollowedUp>),
    /// A mail of ours did not arrive, or is late. Words: what the report says.
    Undelivered(Box<Returned>),
    /// A person said how it stands to a case that looked alike, or (`with` is absent) to a public record. Words: the record's name.
    Judged {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        with: Option<StreamId>,
        relation: Relation,
    },
}

/// About one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "head", rename_all = "snake_case")]
pub enum CaseFact {
    /// Words: a working title and summary (`VulnerabilityWords` of the case as a whole).
    Opened {
        number: String,
        report: StreamId,
    },
    ReportLinked {
        report: StreamId,
        duplicate: bool,
    },
    OwnerSet {
        person: String,
    },
    ParticipantAdded {
        person: String,
    },
    /// The RM machine moved. Words: the reason, where one was given.
    StateChanged {
        ask: crate::case::CaseAsk,
        to: crate::case::CaseState,
        disposition: Option<Disposition>,
        episode: u32,
    },
    /// Words: `Compared`.
    UniquenessChecked {
        uniqueness: Uniqueness,
    },
    /// A person said how it stands to a case or report that looked alike (the same is recorded there), or (`with` is absent) to a public record.
    /// Words: the record's name.
    Judged {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        with: Option<StreamId>,
        relation: Relation,
    },
    /// Words: `VulnerabilityWords`; the same fact adds and changes.
    VulnerabilityKept {
        vulnerability: String,
    },
    /// Words: `ScoreWords`.
    Scored {
        vulnerability: String,
        version: String,
    },
    /// A vector somebody else gave, to be compared with ours; it decides nothing. Words: `ScoreWords`.
    ScoreHeard {
        vulnerability: String,
        version: String,
        from: ScoreSource,
    },
    /// How soon it is to be done, by an SSVC decision table. Words: `PriorityWords`.
    PrioritySet {
        vulnerability: String,
        /// `ssvc:DT_SP:1.0.0`
        table: String,
    },
    /// An identifier that we assign moved. Words: `IdentifierWords`.
    IdentifierMoved {
        vulnerability: String,
        scheme: Scheme,
        ask: IdAsk,
        to: IdState,
        /// The version of the advisory its record was made from; 0 where there is none.
        #[serde(default, skip_serializing_if = "is_zero")]
        version: u32,
    },
    /// Words: `ImpactWords`.
    ImpactSet {
        vulnerability: String,
        product: String,
        status: ImpactStatus,
        justification: String,
    },
    /// Words: `PlanWords`. The same fact adds and changes; `due` is a day in the maker's calendar.
    RemediationKept {
        remediation: String,
        vulnerability: String,
        plan: PlanKind,
        state: PlanState,
        due: Option<jiff::civil::Date>,
        products: Vec<String>,
    },
    EmbargoMoved {
        ask: EmbargoAsk,
        to: EmbargoState,
        terms: Option<EmbargoTerms>,
    },
    /// The world's side of the case (domain §2.4): P, X, A. Words: the evidence.
    PublicKnows,
    ExploitPublic,
    AttacksSeen,
    /// Words: `PlanLine`s.
    CommunicationPlanned {
        approved: bool,
    },
    /// Words: the reason.
    NotDisclosed,
    AdvisoryBegun {
        advisory: StreamId,
    },
    AdvisoryPublished {
        advisory: StreamId,
        version: u32,
    },
    /// Words: for the team only.
    NoteAdded,
    ClockStarted(ClockStart),
    ClockStopped {
        clock: String,
        by: Milestone,
    },
    ClockBreached {
        clock: String,
        due_at: Timestamp,
    },
    /// Words, for a pause: the reason.
    ClockMoved {
        clock: String,
        due_at: Timestamp,
        provisional: bool,
        /// As in [`ClockStart`], for the clock as it is now.
        basis: String,
        moved: ClockMove,
    },
    BreachExplained {
        clock: String,
    },
}

/// About one advisory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "head", rename_all = "snake_case")]
pub enum AdvisoryFact {
    /// Words: `Manuscript`.
    Drafted {
        number: String,
        case: StreamId,
    },
    /// Words: `Manuscript`.
    Edited {
        hash: String,
        /// Other people whose text is in it, by id: they cannot approve it either.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        with: Vec<String>,
    },
    RevisionBegun {
        version: u32,
    },
    Submitted {
        hash: String,
    },
    /// Words: the comment.
    SentBack,
    Approved {
        hash: String,
    },
    /// From this instant the content is public, so it stands in the head. `approved_by` is the second person.
    Published {
        hash: String,
        approved_by: String,
        content: Box<AdvisoryContent>,
    },
    /// What was approved is handed to those who hold an access for this level. Words: `Content`. `approved_by` is the second person.
    Shared {
        hash: String,
        approved_by: String,
        level: Level,
    },
    /// What was shared is taken out of its feed.
    ShareEnded,
    /// The version in work is dropped; what is published stays.
    Discarded,
    /// The disclosure plan as written. Words: `PlanSaid` without addressees.
    PlanKept {
        hash: String,
    },
    /// What a person said of a gate of the plan. Words: the note or the reason.
    GateMoved {
        gate: String,
        to: GateState,
    },
    /// The first of two persons orders the release of exactly this plan and content at this instant. Words: `PlanSaid`.
    ReleaseScheduled {
        plan: String,
        content: String,
        release_at: Timestamp,
        /// IANA zone in which people agreed on it.
        zone: String,
    },
    /// The second person confirms it. From here on the house acts at these moments.
    ReleaseConfirmed {
        plan: String,
        content: String,
        release_at: Timestamp,
        moments: Vec<Moment>,
        /// What the steady count counts from, and how far it was.
        epoch: String,
        steady_ms: u64,
    },
    /// Words: the reason.
    ReleaseAborted,
    /// The house did not release what was confirmed: `content_changed`, `late`, or the code of a refusal.
    ReleaseHeld {
        why: String,
    },
    /// A moment of a confirmed plan came, and what it is for was handed to the outbox or published in the same commit.
    MomentReached {
        moment: String,
        planned: Timestamp,
    },
    /// A recipient was written to. Words: `Addressee`.
    Notified {
        version: u32,
        recipient: String,
        occasion: Occasion,
        /// Of what was told before the publication: content and instant.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        mark: String,
    },
}

/// The sealed body of a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", content = "words", rename_all = "snake_case")]
pub enum Words {
    Report(Box<ReportWords>),
    Message(MessageWords),
    /// Files added to a report, in the order of `FilesAdded::files`.
    Files(Vec<AttachmentWords>),
    /// A note, a reason, a comment, evidence.
    Text(String),
    Vulnerability(VulnerabilityWords),
    Score(ScoreWords),
    Priority(PriorityWords),
    Compared(Compared),
    Impact(ImpactWords),
    Plan(PlanWords),
    PlanLines(Vec<PlanLine>),
    Advisory(Box<Manuscript>),
    Identifier(IdentifierWords),
    Disclosure(Box<PlanSaid>),
    Addressee(Addressee),
    /// An advisory that is not public, as it was shared.
    Content(Box<AdvisoryContent>),
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Fact {
    /// The place for the number people read, in a fact that begins a numbered stream.
    pub fn number_mut(&mut self) -> Option<&mut String> {
        match self {
            Fact::Report(ReportFact::Received(received)) => Some(&mut received.number),
            Fact::Case(CaseFact::Opened { number, .. }) | Fact::Advisory(AdvisoryFact::Drafted { number, .. }) => Some(number),
            _ => None,
        }
    }

    /// The kind and the head as values, for showing them. What is stored is [`Fact::written`].
    pub fn parts(&self) -> (String, Value) {
        let (kind, head) = self.written();
        (kind, serde_json::from_str(&head).unwrap_or(Value::Null))
    }

    /// True for what the house notes beside people's work: receipts, clocks, deliveries. Nothing a person decides depends on it, so a decision
    /// made just before it stands just after it.
    pub fn is_bookkeeping(&self) -> bool {
        match self {
            Fact::Report(fact) => matches!(
                fact,
                ReportFact::ReceiptSent { .. }
                    | ReportFact::ReceiptWithheld { .. }
                    | ReportFact::Attested { .. }
                    | ReportFact::DeliveredAgain
                    | ReportFact::NewsMailed
                    | ReportFact::ClockStarted(_)
                    | ReportFact::ClockStopped { .. }
                    | ReportFact::ClockBreached { .. }
            ),
            Fact::Case(fact) => matches!(fact, CaseFact::ClockStarted(_) | CaseFact::ClockStopped { .. } | CaseFact::ClockBreached { .. }),
            Fact::Advisory(fact) => matches!(fact, AdvisoryFact::Notified { .. } | AdvisoryFact::MomentReached { .. }),
            Fact::Org(_) => false,
        }
    }

    /// The milestones that happened with this fact (domain §2.10).
    pub fn milestones(&self, actor: &Actor) -> Vec<Milestone> {
        match self {
            Fact::Org(_) => Vec::new(),
            Fact::Report(fact) => fact.milestones(actor),
            Fact::Case(fact) => fact.milestones(),
            Fact::Advisory(fact) => fact.milestones(),
        }
    }
}

impl ReportFact {
    fn milestones(&self, actor: &Actor) -> Vec<Milestone> {
        use Milestone as M;
        match self {
            ReportFact::Received(_) => vec![M::ReportReceived],
            ReportFact::FilesAdded { .. } => vec![M::InfoReceived],
            ReportFact::ReceiptSent { .. } => vec![M::ReceiptSent],
            // An automatic mail never stops a human clock: only a person's message is a human response.
            ReportFact::Message { message } => match (message, actor.is_person()) {
                (MessageKind::FromReporter, _) => vec![M::InfoReceived],
                (_, false) => Vec::new(),
                (MessageKind::Answer, true) => vec![M::HumanResponseSent, M::ReporterUpdateSent],
                (MessageKind::Question, true) => vec![M::HumanResponseSent, M::InfoRequested],
                (MessageKind::Outcome, true) => vec![M::HumanResponseSent, M::ReporterUpdateSent],
            },
            ReportFact::Decided(Decision::Accepted { .. }) => vec![M::Routed],
            ReportFact::Decided(Decision::Duplicate { .. }) => vec![M::UniquenessChecked, M::DuplicateLinked],
            ReportFact::Decided(Decision::Declined { .. }) => vec![M::AnalysisStarted, M::Invalidated, M::Closed],
            ReportFact::Decided(Decision::Reopened) => vec![M::Reopened],
            ReportFact::Decided(Decision::Attached { .. } | Decision::Discarded) => vec![M::Closed],
            ReportFact::Decided(Decision::Released)
            | ReportFact::FollowedUp(_)
            | ReportFact::Undelivered(_)
            | ReportFact::Judged { .. }
            | ReportFact::ClockStarted(_)
            | ReportFact::ClockStopped { .. }
            | ReportFact::ClockBreached { .. }
            | ReportFact::ClockMoved { .. }
            | ReportFact::BreachExplained { .. }
            | ReportFact::ReceiptWithheld { .. }
            | ReportFact::NoteAdded
            | ReportFact::Withdrawn
            | ReportFact::PayloadRead { .. }
            | ReportFact::DeliveredAgain
            | ReportFact::KeyDecided { .. }
            | ReportFact::Attested { .. }
            | ReportFact::DateProposed { .. }
            | ReportFact::DateAnswered { .. }
            | ReportFact::CreditWished { .. }
            | ReportFact::CreditShown
            | ReportFact::CreditAnswered { .. }
            | ReportFact::NewsWished { .. }
            | ReportFact::NewsMailed => Vec::new(),
        }
    }
}

impl CaseFact {
    fn milestones(&self) -> Vec<Milestone> {
        use crate::case::CaseState as S;
        use Milestone as M;
        match self {
            CaseFact::Opened { .. } => vec![M::AnalysisStarted],
            CaseFact::StateChanged { to, .. } => match to {
                S::Received => vec![M::Reopened],
                S::Invalid => vec![M::Invalidated],
                S::Valid => vec![M::Validated],
                S::Deferred => vec![M::Deferred],
                S::Accepted => vec![M::Accepted],
                S::Closed => vec![M::Closed],
            },
            CaseFact::UniquenessChecked { uniqueness: Uniqueness::Unique } => vec![M::UniquenessChecked],
            CaseFact::UniquenessChecked { uniqueness: Uniqueness::Duplicate { .. } } => {
                vec![M::UniquenessChecked, M::DuplicateLinked]
            }
            CaseFact::Scored { .. } => vec![M::SeverityAssessed],
            CaseFact::ImpactSet { status, .. } if *status != ImpactStatus::UnderInvestigation => {
                vec![M::AffectedDetermined]
            }
            CaseFact::RemediationKept { plan, state, .. } => plan_milestones(*plan, *state),
            CaseFact::EmbargoMoved { to, .. } => match to {
                EmbargoState::Active => vec![M::EmbargoAgreed],
                EmbargoState::Exited => vec![M::EmbargoExited],
                EmbargoState::None | EmbargoState::Proposed | EmbargoState::Revising => Vec::new(),
            },
            CaseFact::CommunicationPlanned { approved: true } => vec![M::CommPlanApproved],
            CaseFact::NotDisclosed => vec![M::NotDisclosedDecided],
            CaseFact::AdvisoryBegun { .. } => vec![M::AdvisoryDrafted],
            CaseFact::AdvisoryPublished { .. } => vec![M::AdvisoryApproved, M::AdvisoryPublished],
            CaseFact::IdentifierMoved { ask: IdAsk::Assign | IdAsk::Confirm, to: IdState::Reserved, .. } => vec![M::IdsAssigned],
            CaseFact::IdentifierMoved { ask: IdAsk::Confirm | IdAsk::Publish, to: IdState::Published, .. } => vec![M::RecordPublished],
            CaseFact::ImpactSet { .. }
            | CaseFact::IdentifierMoved { .. }
            | CaseFact::CommunicationPlanned { .. }
            | CaseFact::ReportLinked { .. }
            | CaseFact::OwnerSet { .. }
            | CaseFact::ParticipantAdded { .. }
            | CaseFact::VulnerabilityKept { .. }
            | CaseFact::ScoreHeard { .. }
            | CaseFact::PrioritySet { .. }
            | CaseFact::Judged { .. }
            | CaseFact::PublicKnows
            | CaseFact::ExploitPublic
            | CaseFact::AttacksSeen
            | CaseFact::NoteAdded
            | CaseFact::ClockStarted(_)
            | CaseFact::ClockStopped { .. }
            | CaseFact::ClockBreached { .. }
            | CaseFact::ClockMoved { .. }
            | CaseFact::BreachExplained { .. } => Vec::new(),
        }
    }
}

fn plan_milestones(plan: PlanKind, state: PlanState) -> Vec<Milestone> {
    use Milestone as M;
    let mut reached = vec![M::RemediationPlanned];
    match plan {
        PlanKind::Fix => {
            if state >= PlanState::Ready {
                reached.push(M::FixReady);
            }
            if state == PlanState::Released {
                reached.push(M::FixReleased);
            }
        }
        PlanKind::Mitigation | PlanKind::Workaround => {
            if state == PlanState::Released {
                reached.push(M::MitigationAvailable);
            }
        }
        PlanKind::NonePlanned => reached.push(M::WontFix),
    }
    reached
}

impl AdvisoryFact {
    fn milestones(&self) -> Vec<Milestone> {
        use Milestone as M;
        match self {
            AdvisoryFact::Drafted { .. } => vec![M::AdvisoryDrafted],
            AdvisoryFact::Approved { .. } => vec![M::AdvisoryApproved],
            AdvisoryFact::Published { .. } => vec![M::AdvisoryPublished],
            AdvisoryFact::Edited { .. }
            | AdvisoryFact::RevisionBegun { .. }
            | AdvisoryFact::Submitted { .. }
            | AdvisoryFact::SentBack
            | AdvisoryFact::Shared { .. }
            | AdvisoryFact::ShareEnded
            | AdvisoryFact::Discarded
            | AdvisoryFact::PlanKept { .. }
            | AdvisoryFact::GateMoved { .. }
            | AdvisoryFact::ReleaseScheduled { .. }
            | AdvisoryFact::ReleaseConfirmed { .. }
            | AdvisoryFact::ReleaseAborted
            | AdvisoryFact::ReleaseHeld { .. }
            | AdvisoryFact::MomentReached { .. }
            | AdvisoryFact::Notified { .. } => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_automatic_message_is_no_human_response() {
        let message = Fact::Report(ReportFact::Message { message: MessageKind::Answer });
        assert!(message.milestones(&Actor::House).is_empty());
        assert!(message.milestones(&Actor::Person("a".into())).contains(&Milestone::HumanResponseSent));
    }
}
