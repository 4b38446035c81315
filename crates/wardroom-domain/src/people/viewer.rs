//! `Viewer`: the evidence that somebody was authenticated. Every read takes one.
//! Deliberately not a check: whoever holds a `Viewer` has passed sign-in; what it may see stands in `rights`.

use super::{Act, Role};
use crate::refusal::Refusal;

/// Somebody who may look: a signed-in person, a token's owner, or the house itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    who: Who,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Who {
    Person { id: String, name: String, roles: Vec<Role> },
    House,
}

impl Viewer {
    /// To be called only by authentication (sign-in, session, token) with a person it has just verified.
    pub fn authenticated(id: String, name: String, roles: Vec<Role>) -> Viewer {
        Viewer { who: Who::Person { id, name, roles } }
    }

    /// The house itself: the worker and the operator at the machine's own command line, who hold the data directory anyway.
    pub fn house() -> Viewer {
        Viewer { who: Who::House }
    }

    /// The person's id; `None` for the house.
    pub fn person(&self) -> Option<&str> {
        match &self.who {
            Who::Person { id, .. } => Some(id),
            Who::House => None,
        }
    }

    pub fn name(&self) -> &str {
        match &self.who {
            Who::Person { name, .. } => name,
            Who::House => "house",
        }
    }

    pub fn roles(&self) -> &[Role] {
        match &self.who {
            Who::Person { roles, .. } => roles,
            Who::House => &Role::ALL,
        }
    }

    pub fn actor(&self) -> crate::log::Actor {
        match &self.who {
            Who::Person { id, .. } => crate::log::Actor::Person(id.clone()),
            Who::House => crate::log::Actor::House,
        }
    }

    pub fn may(&self, act: Act) -> bool {
        match &self.who {
            Who::House => true,
            Who::Person { roles, .. } => roles.iter().any(|role| act.allowed_to(*role)),
        }
    }

    /// The evidence form of `may`: refuses with a worded reason.
    pub fn demand(&self, act: Act) -> Result<(), Refusal> {
        if self.may(act) { Ok(()) } else { Err(Refusal::NotYourRole { act }) }
    }

    /// True when the viewer sees every case and report; otherwise only those where he or she is a participant.
    pub fn sees_all(&self) -> bool {
        self.may(Act::SeeEveryCase)
    }

    /// True when the viewer holds one of `roles`; an empty slice means everybody.
    pub fn holds_one_of(&self, roles: &[Role]) -> bool {
        match &self.who {
            Who::House => true,
            Who::Person { roles: mine, .. } => roles.is_empty() || mine.iter().any(|role| roles.contains(role)),
        }
    }
}
