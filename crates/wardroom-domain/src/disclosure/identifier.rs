//! The machine of an identifier that we assign (domain §2.8): one for each vulnerability of a case and each scheme.
//!
//! CVE ids belong to a service of others: what a person asks becomes a pending state, and the house notes what the service did (`confirm`) or
//! would not do (`fail`). GCVE ids are ours alone, so nothing of them is ever pending.
//! Deliberately not here: the id itself, which is sealed words until it is published, and ids that others assigned (a field of the
//! vulnerability's words).

use crate::log::Actor;
use crate::machine::{self, Transition};
use crate::people::Role;
use crate::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whose identifiers they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    Cve,
    Gcve,
}

impl Scheme {
    pub const ALL: [Scheme; 2] = [Scheme::Cve, Scheme::Gcve];

    pub const fn as_str(self) -> &'static str {
        match self {
            Scheme::Cve => "cve",
            Scheme::Gcve => "gcve",
        }
    }

    pub fn parse(text: &str) -> Option<Scheme> {
        Scheme::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// Where an identifier stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdState {
    /// None of ours.
    #[default]
    None,
    /// Asked for; whether the service gave one is not known yet.
    ReservationPending,
    /// Ours, and nobody outside knows what it is for.
    Reserved,
    /// The advisory is public, the record is on its way.
    PublicationPending,
    Published,
    /// A newer version of the advisory is public, the record follows.
    UpdatePending,
    /// It was never published and is being given back.
    ReturnPending,
    /// One person wants the published record rejected; the public word waits for a second.
    RejectionProposed,
    /// The published record is being rejected.
    RejectionPending,
    Rejected,
}

impl IdState {
    pub const ALL: [IdState; 10] = [
        IdState::None,
        IdState::ReservationPending,
        IdState::Reserved,
        IdState::PublicationPending,
        IdState::Published,
        IdState::UpdatePending,
        IdState::ReturnPending,
        IdState::RejectionProposed,
        IdState::RejectionPending,
        IdState::Rejected,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            IdState::None => "none",
            IdState::ReservationPending => "reservation_pending",
            IdState::Reserved => "reserved",
            IdState::PublicationPending => "publication_pending",
            IdState::Published => "published",
            IdState::UpdatePending => "update_pending",
            IdState::ReturnPending => "return_pending",
            IdState::RejectionProposed => "rejection_proposed",
            IdState::RejectionPending => "rejection_pending",
            IdState::Rejected => "rejected",
        }
    }

    pub fn parse(text: &str) -> Option<IdState> {
        IdState::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Something is on its way to the service, or waits there.
    pub const fn is_pending(self) -> bool {
        match self {
            IdState::ReservationPending
            | IdState::PublicationPending
            | IdState::UpdatePending
            | IdState::ReturnPending
            | IdState::RejectionPending => true,
            IdState::None | IdState::Reserved | IdState::Published | IdState::RejectionProposed | IdState::Rejected => false,
        }
    }

    /// There is an id of ours that belongs to the vulnerability.
    pub const fn holds(self) -> bool {
        match self {
            IdState::Reserved
            | IdState::PublicationPending
            | IdState::Published
            | IdState::UpdatePending
            | IdState::ReturnPending
            | IdState::RejectionProposed
            | IdState::RejectionPending => true,
            IdState::None | IdState::ReservationPending | IdState::Rejected => false,
        }
    }
}

/// What may be asked of an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdAsk {
    /// Ask the service for a new id.
    Reserve,
    /// Take an id that is ours already; of GCVE, make one.
    Assign,
    /// The advisory that names it is public from now on.
    Publish,
    /// A newer version of that advisory is.
    Update,
    /// Give an id back that was never published (CNA rule 4.5.3.5).
    Return,
    /// Propose to reject a published record (CNA rule 4.5.3.6): a public word, so a second person must agree.
    Reject,
    /// A second person agrees to exactly the reason that was proposed.
    Agree,
    /// Try again what the service would not do.
    Retry,
    /// Do without it.
    Abort,
    /// The service did what was asked.
    Confirm,
    /// The service will not do it, and a person must look.
    Fail,
}

impl IdAsk {
    pub const ALL: [IdAsk; 11] = [
        IdAsk::Reserve,
        IdAsk::Assign,
        IdAsk::Publish,
        IdAsk::Update,
        IdAsk::Return,
        IdAsk::Reject,
        IdAsk::Agree,
        IdAsk::Retry,
        IdAsk::Abort,
        IdAsk::Confirm,
        IdAsk::Fail,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            IdAsk::Reserve => "reserve",
            IdAsk::Assign => "assign",
            IdAsk::Publish => "publish",
            IdAsk::Update => "update",
            IdAsk::Return => "return",
            IdAsk::Reject => "reject",
            IdAsk::Agree => "agree",
            IdAsk::Retry => "retry",
            IdAsk::Abort => "abort",
            IdAsk::Confirm => "confirm",
            IdAsk::Fail => "fail",
        }
    }

    pub fn parse(text: &str) -> Option<IdAsk> {
        IdAsk::ALL.into_iter().find(|ask| ask.as_str() == text)
    }

    /// A person asks it; the others follow from a publication or from an answer of the service.
    pub const fn is_a_persons(self) -> bool {
        match self {
            IdAsk::Reserve | IdAsk::Assign | IdAsk::Return | IdAsk::Reject | IdAsk::Agree | IdAsk::Retry | IdAsk::Abort => true,
            IdAsk::Publish | IdAsk::Update | IdAsk::Confirm | IdAsk::Fail => false,
        }
    }

    /// A reason must be given: the world or the next colleague reads it.
    pub const fn wants_reason(self) -> bool {
        matches!(self, IdAsk::Return | IdAsk::Reject)
    }
}

const ASSIGNERS: &[Role] = &[Role::Analyst, Role::Coordinator];
const REJECTERS: &[Role] = &[Role::Coordinator, Role::Publisher];
const HANDS: &[Role] = &[Role::Analyst, Role::Coordinator, Role::Publisher];
/// Nobody by role: the house alone.
const HOUSE: &[Role] = &[];

type Row = Transition<IdState, IdAsk>;

const fn row(from: IdState, ask: IdAsk, to: IdState, who: &'static [Role]) -> Row {
    Transition { from, ask, to, who }
}

/// The table of CVE ids. Rows of asks that are not a person's have no roles: only the house makes them.
pub const CVE_TRANSITIONS: &[Row] = &[
    row(IdState::None, IdAsk::Reserve, IdState::ReservationPending, ASSIGNERS),
    row(IdState::None, IdAsk::Assign, IdState::Reserved, ASSIGNERS),
    row(IdState::Rejected, IdAsk::Reserve, IdState::ReservationPending, ASSIGNERS),
    row(IdState::Rejected, IdAsk::Assign, IdState::Reserved, ASSIGNERS),
    row(IdState::ReservationPending, IdAsk::Confirm, IdState::Reserved, HOUSE),
    row(IdState::ReservationPending, IdAsk::Fail, IdState::ReservationPending, HOUSE),
    row(IdState::ReservationPending, IdAsk::Retry, IdState::ReservationPending, HANDS),
    row(IdState::ReservationPending, IdAsk::Abort, IdState::None, HANDS),
    row(IdState::Reserved, IdAsk::Publish, IdState::PublicationPending, HOUSE),
    row(IdState::Reserved, IdAsk::Return, IdState::ReturnPending, REJECTERS),
    row(IdState::PublicationPending, IdAsk::Confirm, IdState::Published, HOUSE),
    row(IdState::PublicationPending, IdAsk::Fail, IdState::PublicationPending, HOUSE),
    row(IdState::PublicationPending, IdAsk::Retry, IdState::PublicationPending, HANDS),
    row(IdState::PublicationPending, IdAsk::Abort, IdState::Reserved, HANDS),
    row(IdState::Published, IdAsk::Update, IdState::UpdatePending, HOUSE),
    // A job that was overtaken by a newer version finds it published, and carries that version after it.
    row(IdState::Published, IdAsk::Confirm, IdState::Published, HOUSE),
    row(IdState::Published, IdAsk::Reject, IdState::RejectionProposed, REJECTERS),
    row(IdState::RejectionProposed, IdAsk::Agree, IdState::RejectionPending, REJECTERS),
    row(IdState::RejectionProposed, IdAsk::Abort, IdState::Published, HANDS),
    // A newer version of the advisory is another record than the one that was to be rejected: the proposal lapses.
    row(IdState::RejectionProposed, IdAsk::Update, IdState::UpdatePending, HOUSE),
    row(IdState::RejectionProposed, IdAsk::Confirm, IdState::RejectionProposed, HOUSE),
    row(IdState::UpdatePending, IdAsk::Confirm, IdState::Published, HOUSE),
    row(IdState::UpdatePending, IdAsk::Fail, IdState::UpdatePending, HOUSE),
    row(IdState::UpdatePending, IdAsk::Retry, IdState::UpdatePending, HANDS),
    row(IdState::UpdatePending, IdAsk::Abort, IdState::Published, HANDS),
    row(IdState::ReturnPending, IdAsk::Confirm, IdState::Rejected, HOUSE),
    row(IdState::ReturnPending, IdAsk::Fail, IdState::ReturnPending, HOUSE),
    row(IdState::ReturnPending, IdAsk::Retry, IdState::ReturnPending, HANDS),
    row(IdState::ReturnPending, IdAsk::Abort, IdState::Reserved, HANDS),
    row(IdState::RejectionPending, IdAsk::Confirm, IdState::Rejected, HOUSE),
    row(IdState::RejectionPending, IdAsk::Fail, IdState::RejectionPending, HOUSE),
    row(IdState::RejectionPending, IdAsk::Retry, IdState::RejectionPending, HANDS),
    row(IdState::RejectionPending, IdAsk::Abort, IdState::Published, HANDS),
];

/// The table of GCVE ids: the record is a file of our own tree, public with the advisory and never apart from it.
pub const GCVE_TRANSITIONS: &[Row] = &[
    row(IdState::None, IdAsk::Assign, IdState::Reserved, ASSIGNERS),
    row(IdState::Rejected, IdAsk::Assign, IdState::Reserved, ASSIGNERS),
    row(IdState::Reserved, IdAsk::Publish, IdState::Published, HOUSE),
    row(IdState::Reserved, IdAsk::Return, IdState::Rejected, REJECTERS),
    row(IdState::Published, IdAsk::Update, IdState::Published, HOUSE),
];

/// The table of a scheme.
pub const fn id_transitions(scheme: Scheme) -> &'static [Row] {
    match scheme {
        Scheme::Cve => CVE_TRANSITIONS,
        Scheme::Gcve => GCVE_TRANSITIONS,
    }
}

/// Whether the ask is possible from this state.
pub fn decide_identifier(scheme: Scheme, state: IdState, ask: IdAsk) -> Result<IdState, Refusal> {
    machine::target(id_transitions(scheme), state, ask).ok_or(Refusal::NotFromHere {
        thing: "identifier",
        ask: ask.as_str(),
        state: state.as_str(),
    })
}

/// The sealed words of a move. Every one repeats the id, so that the newest says all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentifierWords {
    /// `CVE-2026-12345`, `GCVE-1337-2026-48211`; empty while there is none.
    #[serde(default)]
    pub id: String,
    /// Where a CVE id comes from: `production`; of any other environment it is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub environment: String,
    /// Why a person asked; of a rejection, what the record will say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Code of what the service said no with: `EXCEEDED_ID_QUOTA`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub trouble: String,
    /// What it said besides.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// One identifier as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifierFile {
    pub vulnerability: String,
    pub scheme: Scheme,
    pub state: IdState,
    /// When it was asked for first: what the service gave out before was not for us.
    pub asked_at: Timestamp,
    /// When it came into its state.
    pub since: Timestamp,
    /// The service will not do what is pending.
    pub stuck: bool,
    /// How often a person had it tried again.
    pub retries: u32,
    /// The version of the advisory its record was last made from; 0: none.
    pub carried: u32,
    /// `stream_seq` of the newest words.
    pub said_at: u64,
    /// Who proposed the rejection that waits for a second person.
    pub proposed_by: Option<Actor>,
}

impl IdentifierFile {
    /// Whether this person may agree: somebody else proposed.
    pub fn is_a_second(&self, actor: &Actor) -> bool {
        self.proposed_by.as_ref().is_some_and(|first| first != actor)
    }

    /// What it is after one more move. Cannot fail: facts are past.
    pub fn after(&mut self, ask: IdAsk, to: IdState, version: u32, actor: &Actor, (at, seq): (Timestamp, u64)) {
        if to != IdState::RejectionProposed {
            self.proposed_by = None;
        } else if ask == IdAsk::Reject {
            self.proposed_by = Some(actor.clone());
        }
        if matches!(ask, IdAsk::Reserve | IdAsk::Assign) {
            (self.asked_at, self.retries, self.carried) = (at, 0, 0);
        }
        if to != self.state {
            self.since = at;
        }
        self.retries += u32::from(ask == IdAsk::Retry);
        self.stuck = ask == IdAsk::Fail;
        if version > 0 {
            self.carried = version;
        }
        (self.state, self.said_at) = (to, seq);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_pending_can_end_well_badly_or_not_at_all() {
        for state in IdState::ALL.into_iter().filter(|state| state.is_pending()) {
            for ask in [IdAsk::Confirm, IdAsk::Fail, IdAsk::Retry, IdAsk::Abort] {
                let to = decide_identifier(Scheme::Cve, state, ask).unwrap();
                let stays = matches!(ask, IdAsk::Fail | IdAsk::Retry);
                assert_eq!(to == state, stays, "{} {}", state.as_str(), ask.as_str());
                assert!(stays || !to.is_pending());
            }
        }
        assert!(GCVE_TRANSITIONS.iter().all(|row| !row.to.is_pending()), "nothing of ours waits for others");
    }

    #[test]
    fn only_the_house_says_what_the_service_did() {
        for row in CVE_TRANSITIONS.iter().chain(GCVE_TRANSITIONS) {
            assert_eq!(row.who.is_empty(), !row.ask.is_a_persons(), "{} from {}", row.ask.as_str(), row.from.as_str());
        }
    }

    #[test]
    fn nothing_is_published_that_was_not_ours_before() {
        for row in CVE_TRANSITIONS.iter().chain(GCVE_TRANSITIONS).filter(|row| row.to == IdState::Published) {
            assert!(row.from.holds(), "{}", row.from.as_str());
        }
        for from in [IdState::None, IdState::ReservationPending, IdState::Rejected] {
            assert!(decide_identifier(Scheme::Cve, from, IdAsk::Publish).is_err());
        }
        assert!(
            decide_identifier(Scheme::Cve, IdState::Published, IdAsk::Return).is_err(),
            "what the world knows is rejected, not returned"
        );
    }

    #[test]
    fn each_row_stands_once_and_each_state_is_reached() {
        for table in [CVE_TRANSITIONS, GCVE_TRANSITIONS] {
            for (index, row) in table.iter().enumerate() {
                assert!(!table[..index].iter().any(|other| other.from == row.from && other.ask == row.ask));
            }
        }
        for state in IdState::ALL {
            assert!(CVE_TRANSITIONS.iter().any(|row| row.to == state), "{}", state.as_str());
        }
    }
}
