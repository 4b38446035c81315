//! The checklist before a release: what the house checks, and what people say. Hard gates cannot be waived; a soft one that is not passed and a
//! manual one are closed by a person, with a reason where it is waived. A release is confirmed only when every gate is closed.

use crate::asked::Asked;
use crate::case_page::name_of;
use crate::communication::recipients::demand_one;
use crate::house::Desk;
use crate::reading::{AdvisoryRecord, CaseRecord};
use crate::record::Said;
use jiff::Timestamp;
use wardroom_domain::Refusal;
use wardroom_domain::communication::EmbargoState;
use wardroom_domain::disclosure::{
    AdvisoryContent, AdvisoryState, DisclosurePlan, GATES, GateKind, GateState, IdState, PlanChannel, content_hash, gate_kind,
    hand_gate_id, own_gate_id,
};
use wardroom_domain::facts::{AdvisoryFact, Fact, Words};
use wardroom_domain::log::{Actor, StreamId};
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::remediation::ImpactStatus;

/// Most details one gate tells.
const MOST_TOLD: usize = 8;
/// Who may say something of a gate.
pub(super) const HANDS: [Act; 3] = [Act::PlanDisclosure, Act::PublishAdvisory, Act::ApproveAdvisory];

/// One line of the checklist.
#[derive(Clone, Debug)]
pub struct GateLine {
    pub id: String,
    pub kind: GateKind,
    /// The plan's own words for it; empty for gates every plan has.
    pub own: String,
    /// What the house found; meaningless for a manual gate.
    pub passed: bool,
    /// What is wrong, piece by piece: names and numbers, or the words of a validator.
    pub found: Vec<String>,
    pub state: GateState,
    /// Who said so, when, and with which words.
    pub by: String,
    pub at: Option<Timestamp>,
    pub note: String,
}

impl GateLine {
    /// Nothing is left to do about it.
    pub fn is_closed(&self) -> bool {
        match self.kind {
            GateKind::Hard => self.passed,
            GateKind::Soft => self.passed || self.state == GateState::Waived,
            GateKind::Manual => self.state != GateState::Open,
        }
    }
}

impl Desk {
    /// The checklist for this plan and content.
    pub(crate) async fn gates(
        &self,
        record: &AdvisoryRecord,
        case: &CaseRecord,
        content: &AdvisoryContent,
        plan: &DisclosurePlan,
    ) -> Asked<Vec<GateLine>> {
        let people = self.store.people().await?;
        let own = plan.own_gates.iter().map(|text| (own_gate_id(text), text.clone()));
        let by_hand = plan.entries.iter().filter(|entry| entry.channel == PlanChannel::Hand && entry.offset_minutes < 0);
        let by_hand = by_hand.map(|entry| (hand_gate_id(&entry.id), String::new()));
        let fixed = GATES.iter().map(|(id, _)| ((*id).to_owned(), String::new()));
        let mut lines = Vec::new();
        for (id, own) in fixed.chain(own).chain(by_hand) {
            let Some(kind) = gate_kind(&id, plan) else { continue };
            let found = if kind == GateKind::Manual { None } else { Some(self.found_at(&id, record, case, content, plan).await?) };
            let mark = record.file.plan.gates.get(&id);
            let by = mark.map(|mark| match Actor::try_from(mark.by.clone()) {
                Ok(Actor::Person(id)) => name_of(&people, &id),
                Ok(other) => String::from(other),
                Err(text) => text,
            });
            lines.push(GateLine {
                kind,
                own,
                passed: found.as_ref().is_some_and(Vec::is_empty),
                found: found.unwrap_or_default().into_iter().take(MOST_TOLD).filter(|one| !one.is_empty()).collect(),
                state: mark.map_or(GateState::Open, |mark| mark.to),
                by: by.unwrap_or_default(),
                at: mark.map(|mark| mark.at),
                note: mark.map(|mark| note_at(record, mark.said_at)).unwrap_or_default(),
                id,
            });
        }
        Ok(lines)
    }

    /// What is wrong at a gate of the house; empty when nothing is. An empty text says only that something is.
    async fn found_at(
        &self,
        id: &str,
        record: &AdvisoryRecord,
        case: &CaseRecord,
        content: &AdvisoryContent,
        plan: &DisclosurePlan,
    ) -> Asked<Vec<String>> {
        let at = plan.release_at;
        let wrong = |is: bool| if is { vec![String::new()] } else { Vec::new() };
        let told = |outcome: Result<(), Refusal>| match outcome {
            Err(Refusal::Incomplete { missing }) => missing.split("; ").map(str::to_owned).collect(),
            Err(other) => vec![other.to_string()],
            Ok(()) => Vec::new(),
        };
        let approval = record.file.approval.as_ref().map(|(hash, _)| hash);
        Ok(match id {
            "approved" => wrong(record.file.state != AdvisoryState::Approved || approval != Some(&content_hash(content))),
            "csaf" => told(self.csaf_gate(content, at)),
            "cna" => told(self.cna_gate(&self.records_checked(case, content, at))),
            "embargo" => {
                let ends = case.file.terms.as_ref().map(|terms| terms.ends_at);
                let binds = case.file.embargo.binds() && ends.is_none_or(|ends| ends > at);
                let open = binds || case.file.embargo == EmbargoState::Proposed;
                if open { vec![crate::disclosure::publish::until(case)] } else { Vec::new() }
            }
            "signing" => {
                let key = self.signing_key().await?;
                wrong(!key.is_some_and(|key| key.capabilities(at.as_second()).sign))
            }
            "ids" => {
                let pending = case.file.identifiers.iter().filter(|one| one.state == IdState::ReservationPending || one.stuck);
                pending.map(|one| one.vulnerability.clone()).collect()
            }
            "products" => {
                let all = content.vulnerabilities.iter().flat_map(|one| one.impacts.iter().map(move |impact| (one, impact)));
                let open = all.filter(|(_, impact)| impact.status == ImpactStatus::UnderInvestigation);
                open.map(|(one, impact)| format!("{} {}", one.id, impact.product)).collect()
            }
            "translations" => {
                let texts = [("title", &content.texts.title), ("summary", &content.texts.summary)];
                let halves = texts.into_iter().flat_map(|(name, text)| [(name, "en", &text.en), (name, "zh", &text.zh)]);
                let missing = halves.filter(|(.., text)| text.trim().is_empty()).map(|(name, lang, _)| format!("{name}_{lang}"));
                content.texts.outdated.iter().cloned().chain(missing).collect()
            }
            "credit" => {
                let mut open = Vec::new();
                for report in &case.file.reports {
                    let Some(report) = self.report_record(&Viewer::house(), report).await? else { continue };
                    if report.reporter_key.is_some() && report.file.credit.shown.is_some() && report.file.credit.agreed != Some(true) {
                        open.push(report.number().to_owned());
                    }
                }
                open
            }
            "keys" => {
                let rows = self.addressees(record, plan).await?;
                let mut names = Vec::new();
                for entry in plan.entries.iter().filter(|entry| entry.is_advance()) {
                    for to in rows.get(&entry.id).into_iter().flatten() {
                        let listed = self.recipient(&to.id).await?;
                        if !names.contains(&to.name) && listed.is_none_or(|one| self.recipient_cert(&one).is_none()) {
                            names.push(to.name.clone());
                        }
                    }
                }
                names
            }
            _ => Vec::new(),
        })
    }

    /// A person says something of a gate. Opening one again takes a scheduled release back.
    pub async fn move_gate(&self, viewer: &Viewer, advisory: &StreamId, gate: &str, to: GateState, note: &str) -> Asked<()> {
        demand_one(viewer, &HANDS)?;
        let record = self.must_advisory(viewer, advisory).await?;
        let case = self.must_case(viewer, &record.file.case).await?;
        let (plan, _) = self.plan_of(&record, &case);
        let kind = gate_kind(gate, &plan).ok_or(Refusal::NotThere { thing: "gate" })?;
        let now = record.file.plan.gates.get(gate).map_or(GateState::Open, |mark| mark.to);
        if now == to {
            return Err(Refusal::AlreadyDone.into());
        }
        let possible = match to {
            GateState::Open => true,
            GateState::Done => kind == GateKind::Manual,
            GateState::Waived => kind != GateKind::Hard,
        };
        if !possible {
            return Err(Refusal::NotFromHere { thing: "gate", ask: to.as_str(), state: now.as_str() }.into());
        }
        let note = note.trim();
        if note.is_empty() && to != GateState::Done {
            return Err(Refusal::ReasonNeeded.into());
        }
        let note = if note.is_empty() { String::new() } else { crate::communication::checked(note)?.to_owned() };
        let fact = Fact::Advisory(AdvisoryFact::GateMoved { gate: gate.to_owned(), to });
        self.record_on_advisory(viewer, &record, Said::with(fact, Words::Text(note))).await
    }
}

fn note_at(record: &AdvisoryRecord, said_at: u64) -> String {
    let entry = record.entries.iter().find(|entry| entry.recorded.stream_seq == said_at);
    match entry.and_then(|entry| entry.words.as_ref()) {
        Some(Words::Text(text)) => text.clone(),
        _ => String::new(),
    }
}
