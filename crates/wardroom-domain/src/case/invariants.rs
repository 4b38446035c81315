//! The rules between machines (domain §2.16) that apply to stored data, one function each. `wardroom verify` runs them.
//! Each returns the sentence of its breach, or nothing.

use super::file::{CaseFile, ReportFile};
use super::rm::CaseState;
use crate::communication::EmbargoState;
use crate::disclosure::{AdvisoryFile, IdState, PlanFile, Scheme, content_hash, decide_identifier};
use crate::facts::{CaseFact, Fact};
use crate::log::Recorded;

/// I1: X ⇒ P.
pub fn i1_exploit_implies_public(case: &CaseFile) -> Option<String> {
    (case.exploit_public && !case.public_knows).then(|| format!("I1: {} has a public exploit but no public awareness", case.number))
}

/// I5, I9: once the public knows, no embargo stands.
pub fn i5_public_ends_embargo(case: &CaseFile) -> Option<String> {
    let stands = matches!(case.embargo, EmbargoState::Proposed | EmbargoState::Active | EmbargoState::Revising);
    ((case.public_knows || case.exploit_public) && stands)
        .then(|| format!("I5: {} is public while its embargo is {}", case.number, case.embargo.as_str()))
}

/// I7: a closed case has no active embargo.
pub fn i7_closed_without_embargo(case: &CaseFile) -> Option<String> {
    (case.state == CaseState::Closed && case.embargo.binds()).then(|| format!("I7: {} is closed under an active embargo", case.number))
}

/// I7: V→C never happened; every state change in the stream is one the table allows.
pub fn i7_history_is_legal(facts: &[Recorded<Fact>]) -> Option<String> {
    let mut state = CaseState::Received;
    for recorded in facts {
        if let Fact::Case(CaseFact::StateChanged { ask, to, .. }) = &recorded.fact {
            if super::rm::decide(state, *ask) != Ok(*to) {
                let place = &recorded.stream;
                return Some(format!("I7: {place} went from {} to {} at fact {}", state.as_str(), to.as_str(), recorded.seq));
            }
            state = *to;
        }
    }
    None
}

/// Every move of an identifier is one its table allows, and no record was published before the advisory (CNA rule 5.3.1, I12).
pub fn identifiers_moved_legally(facts: &[Recorded<Fact>]) -> Option<String> {
    let mut states: Vec<((&str, Scheme), IdState)> = Vec::new();
    let mut published = false;
    for recorded in facts {
        match &recorded.fact {
            Fact::Case(CaseFact::AdvisoryPublished { .. }) => published = true,
            Fact::Case(CaseFact::IdentifierMoved { vulnerability, scheme, ask, to, .. }) => {
                let key = (vulnerability.as_str(), *scheme);
                let state = states.iter().find(|(known, _)| *known == key).map_or(IdState::None, |(_, state)| *state);
                if decide_identifier(*scheme, state, *ask) != Ok(*to) || (*to == IdState::Published && !published) {
                    let place = &recorded.stream;
                    return Some(format!(
                        "{place}: an identifier went from {} to {} at fact {}",
                        state.as_str(),
                        to.as_str(),
                        recorded.seq
                    ));
                }
                states.retain(|(known, _)| *known != key);
                states.push((key, *to));
            }
            _ => {}
        }
    }
    None
}

/// I10: embargo terms are finite: an active embargo has an end.
pub fn i10_embargo_ends(case: &CaseFile) -> Option<String> {
    (case.embargo.binds() && case.terms.is_none()).then(|| format!("I10: the embargo of {} has no end", case.number))
}

/// I13: what was published is what was approved, by somebody who did not write it.
pub fn i13_published_is_approved(advisory: &AdvisoryFile, facts: &[Recorded<Fact>]) -> Option<String> {
    use crate::facts::AdvisoryFact as A;
    let mut approved: Option<(String, String)> = None;
    let mut writers: Vec<String> = Vec::new();
    for recorded in facts {
        let Fact::Advisory(fact) = &recorded.fact else { continue };
        match fact {
            A::Approved { hash } => approved = Some((hash.clone(), String::from(recorded.actor.clone()))),
            A::Drafted { .. } | A::Edited { .. } | A::RevisionBegun { .. } => {
                approved = None;
                writers.push(String::from(recorded.actor.clone()));
            }
            A::SentBack => approved = None,
            A::Published { hash, content, approved_by } => {
                let stands = approved.as_ref().is_some_and(|(was, by)| was == hash && by == approved_by);
                if !stands || content_hash(content) != *hash {
                    return Some(format!("I13: {} was published with a content that was not approved", advisory.number));
                }
                if writers.contains(approved_by) {
                    return Some(format!("I13: {} was approved by one of its writers", advisory.number));
                }
                writers.clear();
            }
            A::Shared { hash, approved_by, .. } => {
                if !approved.as_ref().is_some_and(|(was, by)| was == hash && by == approved_by) || writers.contains(approved_by) {
                    return Some(format!("I13: {} was shared with a content that nobody else approved", advisory.number));
                }
            }
            A::Discarded => {
                approved = None;
                writers.clear();
            }
            A::Submitted { .. }
            | A::PlanKept { .. }
            | A::GateMoved { .. }
            | A::ReleaseScheduled { .. }
            | A::ReleaseConfirmed { .. }
            | A::ReleaseAborted
            | A::ReleaseHeld { .. }
            | A::MomentReached { .. }
            | A::ShareEnded
            | A::Notified { .. } => {}
        }
    }
    None
}

/// Nothing of a disclosure plan happened before its instant, or without two persons who wanted exactly it.
pub fn moments_were_confirmed(advisory: &AdvisoryFile, facts: &[Recorded<Fact>]) -> Option<String> {
    use crate::facts::AdvisoryFact as A;
    let mut plan = PlanFile::default();
    for recorded in facts {
        let Fact::Advisory(fact) = &recorded.fact else { continue };
        let number = &advisory.number;
        match fact {
            A::ReleaseConfirmed { plan: agreed, content, release_at, .. } => {
                let by = String::from(recorded.actor.clone());
                let same = |one: &&crate::disclosure::Scheduled| {
                    one.plan == *agreed && one.content == *content && one.release_at == *release_at && one.by != by
                };
                if plan.scheduled.as_ref().filter(same).is_none() {
                    return Some(format!("a release of {number} was confirmed by the person who scheduled it, or as something else"));
                }
            }
            A::MomentReached { planned, .. } if recorded.at < *planned => {
                return Some(format!("{number}: what was planned for {planned} happened at {}", recorded.at));
            }
            A::MomentReached { moment, .. } => {
                let standing = plan.confirmed.as_ref().is_some_and(|one| one.moments.iter().any(|other| other.id == *moment));
                if !standing {
                    return Some(format!("{number}: the moment {moment} was not in any confirmed plan"));
                }
            }
            _ => {}
        }
        plan.after(recorded, fact);
    }
    None
}

/// A linked report names its case, or the report it was attached to; a waiting report names none.
pub fn linked_reports_have_cases(report: &ReportFile) -> Option<String> {
    let linked = report.state == crate::triage::ReportState::Linked && report.attached_to.is_none();
    (linked != report.case.is_some() && report.state != crate::triage::ReportState::Withdrawn).then(|| {
        format!(
            "{} is {} but its case is {}",
            report.received.number,
            report.state.as_str(),
            if report.case.is_some() { "set" } else { "missing" }
        )
    })
}

/// Everything that applies to one case.
pub fn of_case(case: &CaseFile, facts: &[Recorded<Fact>]) -> Vec<String> {
    let found = [
        i1_exploit_implies_public(case),
        i5_public_ends_embargo(case),
        i7_closed_without_embargo(case),
        i7_history_is_legal(facts),
        i10_embargo_ends(case),
        identifiers_moved_legally(facts),
    ];
    found.into_iter().flatten().collect()
}
