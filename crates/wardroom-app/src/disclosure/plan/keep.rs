//! Writing the plan: what to begin with, keeping it, and who each row goes to now.

use super::{plan_at, told_of_publications};
use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::StoreTrouble;
use crate::reading::{AdvisoryRecord, CaseRecord};
use crate::record::Said;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use wardroom_domain::Refusal;
use wardroom_domain::communication::{Addressee, Recipient};
use wardroom_domain::disclosure::{
    Bilingual, DisclosurePlan, PlanAudience, PlanChannel, PlanEntry, PlanLanguage, PlanSaid, RELEASE, parse_offset,
};
use wardroom_domain::facts::{AdvisoryFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};

/// How far ahead a plan begins when nobody agreed on an instant.
const AHEAD: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Desk {
    /// Keeps the plan of the version in work. A release that was scheduled by the former plan no longer stands.
    pub async fn keep_disclosure_plan(&self, viewer: &Viewer, advisory: &StreamId, plan: DisclosurePlan) -> Asked<()> {
        viewer.demand(Act::PlanDisclosure)?;
        let record = self.must_advisory(viewer, advisory).await?;
        if record.file.state.is_public() {
            let state = record.file.state.as_str();
            return Err(Refusal::NotFromHere { thing: "advisory", ask: "plan", state }.into());
        }
        let plan = plan.tidied();
        plan.check()?;
        if plan.release_at <= self.now() {
            return Err(Refusal::FieldWrong { field: "release_at", why: "an instant in the future".to_owned() }.into());
        }
        let said = PlanSaid { plan, addressees: BTreeMap::new() };
        let fact = Fact::Advisory(AdvisoryFact::PlanKept { hash: said.hash() });
        self.record_on_advisory(viewer, &record, Said::with(fact, Words::Disclosure(Box::new(said)))).await
    }

    /// The plan as kept for the version in work; without one, what to begin with: the embargo's end, and the audiences of the case's sketch.
    pub(crate) fn plan_of(&self, record: &AdvisoryRecord, case: &CaseRecord) -> (DisclosurePlan, bool) {
        if let Some(said) = record.file.plan.kept_at.and_then(|at| plan_at(record, at)) {
            return (said.plan, true);
        }
        let agreed = case.file.terms.as_ref().filter(|terms| case.file.embargo.binds() && terms.ends_at > self.now());
        let (at, zone) = match agreed {
            Some(terms) => (terms.ends_at, terms.zone.clone()),
            None => (self.now().checked_add(AHEAD).unwrap_or(Timestamp::MAX), self.profile().zone()),
        };
        let hour = jiff::TimestampRound::new().smallest(jiff::Unit::Hour).mode(jiff::RoundMode::Ceil);
        let at = if agreed.is_some() { at } else { at.round(hour).unwrap_or(at) };
        let mut plan = DisclosurePlan::new(at, &zone);
        if record.file.published.is_empty() {
            // What the sketch does not name of the two rows that are always there is added by tidying.
            let tidied = DisclosurePlan { entries: sketched(case), ..plan.clone() }.tidied();
            plan = if tidied.check().is_ok() { tidied } else { DisclosurePlan::new(at, &zone) };
        }
        (plan, false)
    }

    /// Who the rows of a plan go to by the book as it stands; for a later version, exactly those who were told of a former one.
    pub(crate) async fn addressees(
        &self,
        record: &AdvisoryRecord,
        plan: &DisclosurePlan,
    ) -> Result<BTreeMap<String, Vec<Addressee>>, StoreTrouble> {
        if !record.file.published.is_empty() {
            let former: Vec<Addressee> = told_of_publications(record).into_values().collect();
            return Ok(if former.is_empty() { BTreeMap::new() } else { BTreeMap::from([(RELEASE.to_owned(), former)]) });
        }
        let mails = plan.entries.iter().filter(|entry| entry.channel == PlanChannel::Mail);
        let book = self.recipient_book().await?;
        let of = |entry: &PlanEntry| {
            let meant = |one: &&Recipient| one.audience == entry.audience && (!entry.is_advance() || one.advance);
            book.iter().filter(meant).map(Recipient::addressee).collect()
        };
        Ok(mails.map(|entry| (entry.id.clone(), of(entry))).collect())
    }
}

/// Rows of the case's sketch that can be read as rows of a plan.
fn sketched(case: &CaseRecord) -> Vec<PlanEntry> {
    let lines = case.entries.iter().rev().find_map(|entry| match &entry.words {
        Some(Words::PlanLines(lines)) => Some(lines.clone()),
        _ => None,
    });
    let row = |line: &wardroom_domain::communication::PlanLine| {
        let audience = PlanAudience::parse(line.audience.trim())?;
        let mail = ["mail", "e-mail", "email", "邮件"].iter().any(|word| line.channel.to_lowercase().contains(word));
        let channel = match audience {
            PlanAudience::Public => PlanChannel::Web,
            PlanAudience::Reporter => PlanChannel::Track,
            PlanAudience::Suppliers | PlanAudience::Customers | PlanAudience::Authorities if mail => PlanChannel::Mail,
            PlanAudience::Suppliers | PlanAudience::Customers | PlanAudience::Authorities => PlanChannel::Hand,
        };
        let at_release = matches!(audience, PlanAudience::Public | PlanAudience::Reporter);
        let offset_minutes = if at_release { 0 } else { parse_offset(&line.when)? };
        let language = PlanLanguage::parse(line.language.trim()).unwrap_or(PlanLanguage::Own);
        Some(PlanEntry { id: String::new(), audience, channel, language, offset_minutes, words: Bilingual::default() })
    };
    let mut rows: Vec<PlanEntry> = Vec::new();
    for row in lines.iter().flatten().filter_map(row) {
        let single = matches!(row.audience, PlanAudience::Public | PlanAudience::Reporter);
        if !(single && rows.iter().any(|one| one.audience == row.audience)) {
            rows.push(row);
        }
    }
    rows
}
