//! What follows from facts: clocks that stop, breaches to record.
//! Deliberately not here: mail and publication effects (the app writes them as outbox rows beside the facts that cause them),
//! and starting clocks (that needs calendars: `deadlines`).

use super::file::{Clocks, Milestones};
use crate::facts::Fact;
use crate::log::Actor;
use crate::profile::{Expr, Milestone};
use jiff::Timestamp;

/// A clock that stops now, and by which milestone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    pub clock: String,
    pub by: Milestone,
}

/// Which running clocks stop because of `fresh` facts, given the milestones reached before (domain §2.11 rule 9).
pub fn stops(clocks: &Clocks, before: &Milestones, fresh: &[(Fact, Actor)]) -> Vec<Stop> {
    let new: Vec<Milestone> = fresh.iter().flat_map(|(fact, actor)| fact.milestones(actor)).collect();
    stops_at(clocks, before, &new)
}

/// The same by the milestones that were reached just now.
pub fn stops_at(clocks: &Clocks, before: &Milestones, new: &[Milestone]) -> Vec<Stop> {
    let mut stops = Vec::new();
    for clock in clocks.running() {
        let Ok(expr) = Expr::parse(&clock.start.stop) else { continue };
        // A person's act is demanded by the milestone itself: `human_response_sent` is only reached by a person.
        let holds = expr.holds(&|milestone| before.contains_key(&milestone) || new.contains(&milestone));
        let by = new.iter().copied().find(|milestone| expr.mentions().contains(milestone));
        if let (true, Some(by)) = (holds, by) {
            stops.push(Stop { clock: clock.start.clock.clone(), by });
        }
    }
    stops
}

/// Running clocks past their due instant whose breach is not yet recorded: (clock, due).
pub fn breaches(clocks: &Clocks, now: Timestamp) -> Vec<(String, Timestamp)> {
    let late = |clock: &&super::file::Clock| clock.breached_at.is_none() && now > clock.start.due_at;
    clocks.running().filter(late).map(|clock| (clock.start.clock.clone(), clock.start.due_at)).collect()
}
