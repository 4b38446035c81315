//! The two persons' part: one schedules exactly what the page showed, another confirms exactly that, either may abort.

use super::gates::HANDS;
use super::plan_at;
use crate::asked::Asked;
use crate::communication::notices::{Notice, When, addressee_at, language_for};
use crate::communication::recipients::demand_one;
use crate::house::Desk;
use crate::ports::store::Commit;
use crate::record::Said;
use wardroom_domain::Refusal;
use wardroom_domain::communication::PlanLine;
use wardroom_domain::disclosure::{
    Bilingual, DisclosurePlan, GateKind, Occasion, PlanChannel, PlanLanguage, PlanSaid, advance_mark, content_hash, told_offset,
};
use wardroom_domain::facts::{AdvisoryFact, CaseFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};

/// What the first person orders: what the page showed.
#[derive(Clone, Debug, Default)]
pub struct ScheduleOrder {
    /// Hash of plan and addressees.
    pub plan: String,
    /// Hash of the content.
    pub content: String,
}

/// What the second person confirms.
#[derive(Clone, Debug, Default)]
pub struct ConfirmOrder {
    pub plan: String,
    pub content: String,
    /// The advisory's number, typed.
    pub confirm: String,
}

impl Desk {
    /// Orders the release. Nothing happens before another person confirms it.
    pub async fn schedule_release(&self, viewer: &Viewer, advisory: &StreamId, order: &ScheduleOrder) -> Asked<()> {
        viewer.demand(Act::PublishAdvisory)?;
        let (record, case, content) = self.ready(viewer, advisory).await?;
        if record.file.plan.scheduled.is_some() {
            return Err(Refusal::AlreadyDone.into());
        }
        let (plan, kept) = self.plan_of(&record, &case);
        if !kept {
            return Err(Refusal::NotFromHere { thing: "plan", ask: "schedule", state: "none" }.into());
        }
        if plan.release_at <= self.now() {
            return Err(Refusal::FieldWrong { field: "release_at", why: "an instant in the future".to_owned() }.into());
        }
        let lines = self.gates(&record, &case, &content, &plan).await?;
        let hard: Vec<&str> =
            lines.iter().filter(|line| line.kind == GateKind::Hard && !line.is_closed()).map(|one| one.id.as_str()).collect();
        if !hard.is_empty() {
            return Err(Refusal::Incomplete { missing: hard.join(", ") }.into());
        }
        if !content.texts.level.is_clear() {
            return Err(Refusal::NotForEverybody { level: content.texts.level.name() }.into());
        }
        let said = PlanSaid { addressees: self.addressees(&record, &plan).await?, plan };
        let hash = content_hash(&content);
        if order.plan != said.hash() || order.content != hash {
            return Err(Refusal::ApprovalStale.into());
        }
        let fact = AdvisoryFact::ReleaseScheduled {
            plan: said.hash(),
            content: hash,
            release_at: said.plan.release_at,
            zone: said.plan.zone.clone(),
        };
        self.record_on_advisory(viewer, &record, Said::with(Fact::Advisory(fact), Words::Disclosure(Box::new(said)))).await
    }

    /// The second person's word. From here on the house acts.
    pub async fn confirm_release(&self, viewer: &Viewer, advisory: &StreamId, order: &ConfirmOrder) -> Asked<()> {
        demand_one(viewer, &[Act::PublishAdvisory, Act::ApproveAdvisory])?;
        let (record, case, content) = self.ready(viewer, advisory).await?;
        let person = String::from(viewer.actor());
        let scheduled = record.file.plan.check_confirmation(&order.plan, &order.content, &person)?;
        if order.confirm.trim() != record.file.number {
            return Err(Refusal::FieldWrong { field: "confirm", why: "type the advisory's number to confirm it".to_owned() }.into());
        }
        let said = plan_at(&record, scheduled.said_at).ok_or(Refusal::ApprovalStale)?;
        if said.hash() != scheduled.plan || content_hash(&content) != scheduled.content {
            return Err(Refusal::ApprovalStale.into());
        }
        let lines = self.gates(&record, &case, &content, &said.plan).await?;
        let open: Vec<&str> = lines.iter().filter(|line| !line.is_closed()).map(|line| line.id.as_str()).collect();
        if !open.is_empty() {
            return Err(Refusal::Incomplete { missing: open.join(", ") }.into());
        }
        // The instant first, then the count: what lies between them can make a release later, never earlier.
        let at = self.now();
        let steady = self.clock.steady();
        if scheduled.release_at <= at {
            return Err(Refusal::FieldWrong { field: "release_at", why: "an instant in the future".to_owned() }.into());
        }
        let mark = advance_mark(&scheduled.content, scheduled.release_at);
        let told = record.file.plan.told_in_advance(content.version);
        let corrects = told.values().any(|one| one.mark != mark || one.occasion == Occasion::Postponed);
        let fact = AdvisoryFact::ReleaseConfirmed {
            plan: scheduled.plan.clone(),
            content: scheduled.content.clone(),
            release_at: scheduled.release_at,
            moments: said.plan.moments(at, corrects, record.file.published.is_empty()),
            epoch: steady.as_ref().map(|one| one.epoch.clone()).unwrap_or_default(),
            steady_ms: steady.map(|one| one.millis).unwrap_or_default(),
        };
        let mut appends = vec![self.advisory_append(viewer.actor(), &record, vec![Said::bare(Fact::Advisory(fact))])];
        let planned = Said::with(Fact::Case(CaseFact::CommunicationPlanned { approved: true }), Words::PlanLines(lines_of(&said.plan)));
        appends.extend(self.case_appends(viewer, &case, vec![planned]).await?);
        self.commit_decided(Commit { at, appends, ..Commit::default() }).await?;
        Ok(())
    }

    /// Takes a release back, whoever scheduled it. Those who were told of the instant are told that it no longer holds.
    pub async fn abort_release(&self, viewer: &Viewer, advisory: &StreamId, reason: &str) -> Asked<()> {
        demand_one(viewer, &HANDS)?;
        let (record, _, content) = self.ready(viewer, advisory).await?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        let plan = &record.file.plan;
        let told = plan.told_in_advance(record.file.next_version());
        let believe: Vec<_> = told.values().filter(|one| one.occasion != Occasion::Postponed).collect();
        if plan.scheduled.is_none() && believe.is_empty() {
            return Err(Refusal::NotFromHere { thing: "plan", ask: "call_off", state: "none" }.into());
        }
        let at = self.now();
        let when = plan.scheduled.as_ref().map(|one| (one.release_at, one.zone.clone()));
        let (release_at, zone) = when.unwrap_or((at, "UTC".to_owned()));
        let mut effects = Vec::new();
        for one in &believe {
            let Some(to) = addressee_at(&record, one.said_at) else { continue };
            let lang = language_for(PlanLanguage::Own, &to);
            let when = When { at: release_at, zone: &zone };
            let notice = Notice {
                language: lang.code().to_owned(),
                occasion: Occasion::Postponed,
                version: content.version,
                text: self.notice_text(Occasion::Postponed, lang, &content, when, &Bilingual::default()),
                mark: one.mark.clone(),
                plan: String::new(),
                to,
            };
            effects.push(self.notice(advisory, &format!("postponed-{}", record.file.version), &notice, at));
        }
        let said = Said::with(Fact::Advisory(AdvisoryFact::ReleaseAborted), Words::Text(crate::communication::checked(reason)?.to_owned()));
        let appends = vec![self.advisory_append(viewer.actor(), &record, vec![said])];
        self.commit_decided(Commit { at, appends, effects, ..Commit::default() }).await?;
        Ok(())
    }
}

/// The plan as the case's communication page shows it.
fn lines_of(plan: &DisclosurePlan) -> Vec<PlanLine> {
    let line = |entry: &wardroom_domain::disclosure::PlanEntry| PlanLine {
        audience: entry.audience.as_str().to_owned(),
        channel: entry.channel.as_str().to_owned(),
        language: entry.language.as_str().to_owned(),
        when: told_offset(entry.offset_minutes),
        note: if entry.channel == PlanChannel::Web { When { at: plan.release_at, zone: &plan.zone }.told() } else { String::new() },
    };
    plan.entries.iter().map(line).collect()
}
