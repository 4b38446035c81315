//! The advisory's machine (domain §2.7): draft → in_review → approved → published → (revised …) → withdrawn | superseded.
//! Taking an advisory back is publishing a last version that says so, by the same two people: `withdraw` and `supersede` write it and hand it to review.
//! `scheduled` and `publishing` are not states of ours: a release at an instant is a plan beside the approved text (`plan`), publication is one
//! transaction, and what follows is in the outbox.

use super::content::{AdvisoryContent, EndingKind};
use super::level::Level;
use super::plan::PlanFile;
use crate::facts::{AdvisoryFact, Fact};
use crate::log::{Actor, Recorded, StreamId};
use crate::machine::{self, Transition};
use crate::people::{Role, Viewer};
use crate::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where an advisory stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdvisoryState {
    #[default]
    Draft,
    InReview,
    Approved,
    Published,
    Withdrawn,
    Superseded,
}

impl AdvisoryState {
    pub const ALL: [AdvisoryState; 6] = [
        AdvisoryState::Draft,
        AdvisoryState::InReview,
        AdvisoryState::Approved,
        AdvisoryState::Published,
        AdvisoryState::Withdrawn,
        AdvisoryState::Superseded,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            AdvisoryState::Draft => "draft",
            AdvisoryState::InReview => "in_review",
            AdvisoryState::Approved => "approved",
            AdvisoryState::Published => "published",
            AdvisoryState::Withdrawn => "withdrawn",
            AdvisoryState::Superseded => "superseded",
        }
    }

    pub fn parse(text: &str) -> Option<AdvisoryState> {
        AdvisoryState::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether its newest version is public and none is in work.
    pub const fn is_public(self) -> bool {
        matches!(self, AdvisoryState::Published | AdvisoryState::Withdrawn | AdvisoryState::Superseded)
    }

    /// What it is once this version is published.
    const fn after_publishing(ending: Option<EndingKind>) -> AdvisoryState {
        match ending {
            None => AdvisoryState::Published,
            Some(EndingKind::Withdrawn) => AdvisoryState::Withdrawn,
            Some(EndingKind::Superseded) => AdvisoryState::Superseded,
        }
    }
}

/// What may be asked of an advisory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdvisoryAsk {
    Edit,
    Submit,
    SendBack,
    Approve,
    Publish,
    /// Hand what is approved to those who hold an access for its level; it stays as secret as it was.
    Share,
    /// Take what is shared out of their feed.
    EndShare,
    /// Start the next version of a published advisory.
    Revise,
    /// Write the version that takes it back, and hand it to review.
    Withdraw,
    /// Write the version that names what replaces it, and hand it to review.
    Supersede,
    /// Drop the next version of a published advisory; what is published stays as it is.
    Discard,
}

impl AdvisoryAsk {
    pub const ALL: [AdvisoryAsk; 11] = [
        AdvisoryAsk::Edit,
        AdvisoryAsk::Submit,
        AdvisoryAsk::SendBack,
        AdvisoryAsk::Approve,
        AdvisoryAsk::Publish,
        AdvisoryAsk::Share,
        AdvisoryAsk::EndShare,
        AdvisoryAsk::Revise,
        AdvisoryAsk::Withdraw,
        AdvisoryAsk::Supersede,
        AdvisoryAsk::Discard,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            AdvisoryAsk::Edit => "edit",
            AdvisoryAsk::Submit => "submit",
            AdvisoryAsk::SendBack => "send_back",
            AdvisoryAsk::Approve => "approve",
            AdvisoryAsk::Publish => "publish",
            AdvisoryAsk::Share => "share",
            AdvisoryAsk::EndShare => "end_share",
            AdvisoryAsk::Revise => "revise",
            AdvisoryAsk::Withdraw => "withdraw",
            AdvisoryAsk::Supersede => "supersede",
            AdvisoryAsk::Discard => "discard",
        }
    }

    pub fn parse(text: &str) -> Option<AdvisoryAsk> {
        AdvisoryAsk::ALL.into_iter().find(|ask| ask.as_str() == text)
    }
}

const WRITERS: &[Role] = &[Role::Author, Role::Coordinator];
const APPROVERS: &[Role] = &[Role::Approver];
const PUBLISHERS: &[Role] = &[Role::Publisher];

const fn row(from: AdvisoryState, ask: AdvisoryAsk, to: AdvisoryState, who: &'static [Role]) -> Transition<AdvisoryState, AdvisoryAsk> {
    Transition { from, ask, to, who }
}

/// The table. Any edit takes an approval back, because the approval binds to the hash. `publish` of a version with an ending leads to
/// `withdrawn` or `superseded`; `discard` needs a published version to go back to, `share` that there is none,
/// `end_share` that something is shared ([`AdvisoryFile::offered`]).
pub const ADVISORY_TRANSITIONS: &[Transition<AdvisoryState, AdvisoryAsk>] = &[
    row(AdvisoryState::Draft, AdvisoryAsk::Edit, AdvisoryState::Draft, WRITERS),
    row(AdvisoryState::Draft, AdvisoryAsk::Submit, AdvisoryState::InReview, WRITERS),
    row(AdvisoryState::InReview, AdvisoryAsk::Edit, AdvisoryState::Draft, WRITERS),
    row(AdvisoryState::InReview, AdvisoryAsk::SendBack, AdvisoryState::Draft, APPROVERS),
    row(AdvisoryState::InReview, AdvisoryAsk::Approve, AdvisoryState::Approved, APPROVERS),
    row(AdvisoryState::Approved, AdvisoryAsk::Edit, AdvisoryState::Draft, WRITERS),
    row(AdvisoryState::Approved, AdvisoryAsk::SendBack, AdvisoryState::Draft, APPROVERS),
    row(AdvisoryState::Approved, AdvisoryAsk::Publish, AdvisoryState::Published, PUBLISHERS),
    row(AdvisoryState::Approved, AdvisoryAsk::Share, AdvisoryState::Approved, PUBLISHERS),
    row(AdvisoryState::Draft, AdvisoryAsk::EndShare, AdvisoryState::Draft, PUBLISHERS),
    row(AdvisoryState::InReview, AdvisoryAsk::EndShare, AdvisoryState::InReview, PUBLISHERS),
    row(AdvisoryState::Approved, AdvisoryAsk::EndShare, AdvisoryState::Approved, PUBLISHERS),
    row(AdvisoryState::Published, AdvisoryAsk::Revise, AdvisoryState::Draft, WRITERS),
    row(AdvisoryState::Published, AdvisoryAsk::Withdraw, AdvisoryState::InReview, WRITERS),
    row(AdvisoryState::Published, AdvisoryAsk::Supersede, AdvisoryState::InReview, WRITERS),
    row(AdvisoryState::Draft, AdvisoryAsk::Discard, AdvisoryState::Published, WRITERS),
    row(AdvisoryState::InReview, AdvisoryAsk::Discard, AdvisoryState::Published, WRITERS),
    row(AdvisoryState::Approved, AdvisoryAsk::Discard, AdvisoryState::Published, WRITERS),
];

/// An advisory folded from its stream's heads.
#[derive(Clone, Debug)]
pub struct AdvisoryFile {
    pub id: StreamId,
    /// `CALTERAH-SA-2026-0001`.
    pub number: String,
    pub case: StreamId,
    pub state: AdvisoryState,
    /// Hash of the content last submitted for review.
    pub submitted_hash: Option<String>,
    /// Hash and approver of the standing approval.
    pub approval: Option<(String, String)>,
    /// Person ids who drafted or edited since the last publication: none of them may approve.
    pub writers: Vec<String>,
    /// Published versions, oldest first, with their content.
    pub published: Vec<Publication>,
    /// What those who hold an access read now, before it is public.
    pub shared: Option<Share>,
    /// When it was shared, each time, oldest first.
    pub shares: Vec<Timestamp>,
    /// The disclosure plan of the version in work, and who was told of all versions.
    pub plan: PlanFile,
    /// `stream_seq` of the newest fact folded in.
    pub version: u64,
}

/// What is in the feed of a guarded level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub level: Level,
    pub hash: String,
    pub at: Timestamp,
    /// `stream_seq` of the fact, whose words are the content.
    pub said_at: u64,
}

/// One published version.
#[derive(Clone, Debug)]
pub struct Publication {
    pub version: u32,
    pub hash: String,
    pub released_at: Timestamp,
    pub content: AdvisoryContent,
}

impl AdvisoryFile {
    /// Folds a stream's facts in order; `None` when it does not begin with `drafted`.
    pub fn fold(facts: &[Recorded<Fact>]) -> Option<AdvisoryFile> {
        let mut file: Option<AdvisoryFile> = None;
        for recorded in facts {
            let Fact::Advisory(fact) = &recorded.fact else { continue };
            match (&mut file, fact) {
                (None, AdvisoryFact::Drafted { number, case }) => {
                    file = Some(AdvisoryFile {
                        id: recorded.stream.clone(),
                        number: number.clone(),
                        case: case.clone(),
                        state: AdvisoryState::Draft,
                        submitted_hash: None,
                        approval: None,
                        writers: vec![String::from(recorded.actor.clone())],
                        published: Vec::new(),
                        shared: None,
                        shares: Vec::new(),
                        plan: PlanFile::default(),
                        version: recorded.stream_seq,
                    });
                }
                (None, _) => return None,
                (Some(file), fact) => file.after(recorded, fact),
            }
        }
        file
    }

    /// What the advisory is after one more fact. Cannot fail: facts are past.
    fn after(&mut self, recorded: &Recorded<Fact>, fact: &AdvisoryFact) {
        self.version = recorded.stream_seq;
        self.plan.after(recorded, fact);
        match fact {
            AdvisoryFact::Drafted { .. } => {}
            AdvisoryFact::Edited { .. } | AdvisoryFact::RevisionBegun { .. } => {
                self.state = AdvisoryState::Draft;
                self.approval = None;
                self.submitted_hash = None;
                let with = if let AdvisoryFact::Edited { with, .. } = fact { with.as_slice() } else { &[] };
                let others = with.iter().map(|person| Actor::Person(person.clone()));
                for writer in std::iter::once(recorded.actor.clone()).chain(others).map(String::from) {
                    if !self.writers.contains(&writer) {
                        self.writers.push(writer);
                    }
                }
            }
            AdvisoryFact::Submitted { hash } => {
                self.state = AdvisoryState::InReview;
                self.submitted_hash = Some(hash.clone());
            }
            AdvisoryFact::SentBack => {
                self.state = AdvisoryState::Draft;
                self.approval = None;
                self.submitted_hash = None;
            }
            AdvisoryFact::Approved { hash } => {
                self.state = AdvisoryState::Approved;
                self.approval = Some((hash.clone(), String::from(recorded.actor.clone())));
            }
            AdvisoryFact::Published { hash, content, .. } => {
                self.state = AdvisoryState::after_publishing(content.ended());
                self.writers.clear();
                self.approval = None;
                // What everybody reads is not kept for some as well.
                self.shared = None;
                self.published.push(Publication {
                    version: content.version,
                    hash: hash.clone(),
                    released_at: recorded.at,
                    content: (**content).clone(),
                });
            }
            AdvisoryFact::Discarded => {
                self.state = AdvisoryState::Published;
                self.writers.clear();
                self.approval = None;
                self.submitted_hash = None;
            }
            AdvisoryFact::Shared { hash, level, .. } => {
                let said_at = recorded.stream_seq;
                self.shared = Some(Share { level: *level, hash: hash.clone(), at: recorded.at, said_at });
                self.shares.push(recorded.at);
            }
            AdvisoryFact::ShareEnded => self.shared = None,
            // The plan's: what is written and who approved it does not change with it.
            AdvisoryFact::PlanKept { .. }
            | AdvisoryFact::GateMoved { .. }
            | AdvisoryFact::ReleaseScheduled { .. }
            | AdvisoryFact::ReleaseConfirmed { .. }
            | AdvisoryFact::ReleaseAborted
            | AdvisoryFact::ReleaseHeld { .. }
            | AdvisoryFact::MomentReached { .. }
            | AdvisoryFact::Notified { .. } => {}
        }
    }

    /// What this viewer may ask now, in the order of the table.
    pub fn offered(&self, viewer: &Viewer) -> Vec<AdvisoryAsk> {
        let mut asks = machine::offered(ADVISORY_TRANSITIONS, self.state, viewer);
        asks.retain(|ask| self.decide(*ask).is_ok());
        asks
    }

    /// Whether the ask is possible now: the table's answer, and for `discard` that there is a published version to go back to, for `share`
    /// that there is none, for `end_share` that something is shared.
    pub fn decide(&self, ask: AdvisoryAsk) -> Result<AdvisoryState, Refusal> {
        let has_reason = match ask {
            AdvisoryAsk::Discard => !self.published.is_empty(),
            AdvisoryAsk::Share => self.published.is_empty(),
            AdvisoryAsk::EndShare => self.shared.is_some(),
            _ => true,
        };
        machine::target(ADVISORY_TRANSITIONS, self.state, ask).filter(|_| has_reason).ok_or(Refusal::NotFromHere {
            thing: "advisory",
            ask: ask.as_str(),
            state: self.state.as_str(),
        })
    }

    /// How many versions are published.
    pub fn versions(&self) -> u32 {
        u32::try_from(self.published.len()).unwrap_or(u32::MAX)
    }

    /// The version that is in work, or would be begun next.
    pub fn next_version(&self) -> u32 {
        self.versions().saturating_add(1)
    }

    /// Approving needs the submitted hash and a second person.
    pub fn check_approval(&self, hash: &str, approver: &str) -> Result<(), Refusal> {
        if self.writers.iter().any(|writer| writer == approver) {
            return Err(Refusal::SecondPersonNeeded);
        }
        if self.submitted_hash.as_deref() != Some(hash) {
            return Err(Refusal::ApprovalStale);
        }
        Ok(())
    }
}
