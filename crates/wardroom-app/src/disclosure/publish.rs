//! Publication: one transaction, then the outbox. An explicit act of two persons, whichever way it comes about: a publisher types the advisory's
//! number and a second person approved exactly this content before; or two persons confirmed content, plan and instant (`plan`).

use super::identifiers::RecordCheck;
use super::tree::{Voice, csaf_report};
use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::Commit;
use crate::reading::{AdvisoryRecord, CaseRecord};
use crate::record::Said;
use jiff::Timestamp;
use wardroom_domain::Refusal;
use wardroom_domain::communication::{EmbargoAsk, EmbargoState, MessageKind, MessageWords};
use wardroom_domain::disclosure::{
    AdvisoryAsk, AdvisoryContent, Bilingual, Occasion, PlanAudience, PlanSaid, Publication, clear, content_hash,
};
use wardroom_domain::facts::{AdvisoryFact, CaseFact, Fact, ReportFact, Words};
use wardroom_domain::log::{Actor, StreamId};
use wardroom_domain::people::{Act, Viewer};
use wardroom_words::say_with;

/// How many findings of the gate one refusal tells.
const MOST_FINDINGS: usize = 5;

/// What a publisher orders.
#[derive(Clone, Debug, Default)]
pub struct PublishOrder {
    /// The advisory's number, typed.
    pub confirm: String,
    /// Why the embargo ends with this publication; needed when one still stands.
    pub end_embargo: String,
}

/// What publishing would do.
#[derive(Clone, Debug)]
pub struct DryRun {
    pub number: String,
    pub version: u32,
    pub hash: String,
    pub content: AdvisoryContent,
    /// Reports whose reporters will be told.
    pub reporters_told: usize,
    /// The CVE records of ids that we assigned, held against the CNA rules.
    pub records: Vec<RecordCheck>,
    /// What stands in the way, worded as refusals.
    pub in_the_way: Vec<Refusal>,
}

impl Desk {
    /// What would be published now, and what stands in the way. Changes nothing.
    pub async fn publish_dry_run(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<DryRun> {
        let (record, case, content) = self.ready(viewer, advisory).await?;
        let hash = content_hash(&content);
        let mut in_the_way = Vec::new();
        if let Err(refusal) = record.file.decide(AdvisoryAsk::Publish).and_then(|_| not_planned(&record)) {
            in_the_way.push(refusal);
        } else if record.file.approval.as_ref().map(|(approved, _)| approved) != Some(&hash) {
            in_the_way.push(Refusal::ApprovalStale);
        }
        if !content.texts.level.is_clear() {
            in_the_way.push(Refusal::NotForEverybody { level: content.texts.level.name() });
        }
        if !case.file.embargo.allows_publication() {
            in_the_way.push(Refusal::EmbargoInForce { until: until(&case) });
        }
        in_the_way.extend(self.csaf_gate(&content, self.now()).err());
        let records = self.records_checked(&case, &content, self.now());
        in_the_way.extend(self.cna_gate(&records).err());
        Ok(DryRun {
            number: record.file.number.clone(),
            version: content.version,
            hash,
            reporters_told: told_reports(&case, &record).len(),
            content,
            records,
            in_the_way,
        })
    }

    pub(super) async fn ready(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<(AdvisoryRecord, CaseRecord, AdvisoryContent)> {
        let record = self.must_advisory(viewer, advisory).await?;
        let case = self.must_case(viewer, &record.file.case).await?;
        let content = self.project(&record, &case);
        Ok((record, case, content))
    }

    /// Publishes. Everything is recorded in one commit; the worker writes the public tree from it.
    pub async fn publish_advisory(&self, viewer: &Viewer, advisory: &StreamId, order: &PublishOrder) -> Asked<Timestamp> {
        viewer.demand(Act::PublishAdvisory)?;
        let (record, case, content) = self.ready(viewer, advisory).await?;
        record.file.decide(AdvisoryAsk::Publish)?;
        not_planned(&record)?;
        if order.confirm.trim() != record.file.number {
            return Err(Refusal::FieldWrong { field: "confirm", why: "type the advisory's number to publish it".to_owned() }.into());
        }
        let at = self.now();
        let how = Publishing {
            at,
            actor: viewer.actor(),
            teller: viewer.actor(),
            end_embargo: order.end_embargo.trim().to_owned(),
            before: Vec::new(),
            on_case: Vec::new(),
            occasion: Occasion::Released,
            said: self.said_now(&record, &case).await?,
        };
        let commit = self.publication(&record, &case, content, how).await?;
        self.commit_decided(commit).await?;
        Ok(at)
    }

    /// Everything a publication is, whichever way it comes about; refused by the gates that no way goes around.
    pub(super) async fn publication(
        &self,
        record: &AdvisoryRecord,
        case: &CaseRecord,
        content: AdvisoryContent,
        how: Publishing,
    ) -> Asked<Commit> {
        record.file.decide(AdvisoryAsk::Publish)?;
        let Publishing { at, actor, teller, end_embargo, before, mut on_case, occasion, said } = how;
        let advisory = &record.file.id;
        self.csaf_gate(&content, at)?;
        self.cna_gate(&self.records_checked(case, &content, at))?;
        let (identified, errands) = self.identifiers_published(case, &content);
        let hash = content_hash(&content);
        let mut embargo = case.file.embargo;
        if embargo.binds() && !end_embargo.is_empty() {
            // Domain §2.7: an embargo in force is ended in the same transaction, with a reason.
            embargo = EmbargoState::Exited;
            let fact = CaseFact::EmbargoMoved { ask: EmbargoAsk::Terminate, to: embargo, terms: None };
            on_case.push(Said::with(Fact::Case(fact), Words::Text(end_embargo)));
        }
        if embargo == EmbargoState::Proposed && occasion == Occasion::Broken {
            // What was only proposed was rejected beside it.
            embargo = EmbargoState::None;
        }
        let notices = self.release_notices(record, &content, said.as_ref(), occasion, at);
        let own = Desk::words_for(said.as_ref(), |entry| entry.audience == PlanAudience::Reporter);
        let publication = Publication { version: content.version, hash: hash.clone(), released_at: at, content };
        let cleared = clear(&record.file, publication, embargo, &until(case))?.into_inner();
        let approved_by = record.file.approval.clone().map(|(_, by)| by).unwrap_or_default();
        let published = Fact::Advisory(AdvisoryFact::Published { hash, approved_by, content: Box::new(cleared.content) });
        on_case.push(Said::bare(Fact::Case(CaseFact::AdvisoryPublished { advisory: advisory.clone(), version: cleared.version })));
        on_case.extend(identified);

        let on_advisory = before.into_iter().chain([Said::bare(published)]).collect();
        let mut appends = vec![self.advisory_append(actor.clone(), record, on_advisory)];
        let mut effects = vec![self.effect(format!("publish:{advisory}:{}", cleared.version), "publish", advisory, None, at)];
        effects.extend(record.file.shared.as_ref().map(|_| self.shelves_anew(format!("{advisory}:public"))));
        effects.extend(errands);
        effects.extend(notices);
        appends.push(self.following(&case.standing(), &actor, on_case, at));
        for report in told_reports(case, record) {
            let Some(report) = self.report_record(&Viewer::house(), &report).await? else { continue };
            let text = self.published_wording(&report.file.received.language, &record.file.number, &own);
            let words = MessageWords { text: text.clone(), language: report.file.received.language.clone() };
            let fact = Fact::Report(ReportFact::Message { message: MessageKind::Outcome });
            appends.push(self.following(&report.standing(), &teller, vec![Said::shared(fact, Words::Message(words))], at));
            if report.file.received.answerable && !report.file.received.automatic {
                let payload = serde_json::to_vec(&crate::communication::MessageMail { text, at: Some(at), while_declined: false })
                    .unwrap_or_default();
                let key = format!("message:{}:{}", report.file.id, report.file.version + 1);
                effects.push(self.effect(key, "message_mail", &report.file.id, Some(&payload), at));
            } else {
                effects.extend(self.news(&report, at));
            }
        }
        Ok(Commit { at, appends, effects, ..Commit::default() })
    }

    /// Refuses what the mandatory tests of CSAF find fault with, naming each test and place (domain §2.7, step 3).
    pub(super) fn csaf_gate(&self, content: &AdvisoryContent, at: Timestamp) -> Result<(), Refusal> {
        let report = self.csaf_report(content, at);
        if report.valid {
            return Ok(());
        }
        let told = report.errors.iter().take(MOST_FINDINGS).map(|one| format!("CSAF {} {}: {}", one.test, one.path, one.message));
        Err(Refusal::Incomplete { missing: told.collect::<Vec<_>>().join("; ") })
    }

    /// What the validator says of this content, released at `at`.
    pub fn csaf_report(&self, content: &AdvisoryContent, at: Timestamp) -> wardroom_check::Report {
        csaf_report(content, at, &Voice::new(self.profile(), &self.addresses.public_url, &self.addresses.mail))
    }

    /// What a reporter is told, with the plan's own words.
    pub(super) fn published_wording(&self, language: &str, number: &str, own: &Bilingual) -> String {
        let url = format!("{}/advisories/{number}", self.addresses.public_url);
        let lang = crate::language::reader(language);
        let text = say_with(lang, "mail-published", &[("number", number.into()), ("url", url.as_str().into())]);
        format!("{text}\n\n{}", own.text(lang.code())).trim_end().to_owned()
    }
}

/// How a publication comes about.
pub(super) struct Publishing {
    pub at: Timestamp,
    /// Whose the facts of advisory and case are.
    pub actor: Actor,
    /// Whose the word to the reporters is: a person's, because a person meant it.
    pub teller: Actor,
    /// Why an embargo in force ends with it; empty: it does not.
    pub end_embargo: String,
    /// Facts of the advisory that come before it in the same commit.
    pub before: Vec<Said>,
    /// Facts of the case that do.
    pub on_case: Vec<Said>,
    pub occasion: Occasion,
    /// The disclosure plan and who its rows go to, where there is one.
    pub said: Option<PlanSaid>,
}

/// What two persons planned for an instant is not done at another without them: they abort it, or the embargo is broken.
fn not_planned(record: &AdvisoryRecord) -> Result<(), Refusal> {
    match record.file.plan.standing() {
        Some(_) => Err(Refusal::NotFromHere { thing: "plan", ask: "publish", state: "confirmed" }),
        None => Ok(()),
    }
}

/// Whose reporters are told: of a first version all of the case, of a later one exactly those who were told of the former.
fn told_reports(case: &CaseRecord, record: &AdvisoryRecord) -> Vec<StreamId> {
    if record.file.published.is_empty() {
        return case.file.reports.clone();
    }
    let mut told = Vec::new();
    let mut known: Vec<StreamId> = Vec::new();
    for entry in &case.entries {
        match &entry.recorded.fact {
            Fact::Case(CaseFact::Opened { report, .. } | CaseFact::ReportLinked { report, .. }) if !known.contains(report) => {
                known.push(report.clone());
            }
            Fact::Case(CaseFact::AdvisoryPublished { advisory, .. }) if *advisory == record.file.id => told.clone_from(&known),
            _ => {}
        }
    }
    told.retain(|report| case.file.reports.contains(report));
    told
}

/// `2026-12-29 11:55 (Asia/Singapore)`: in the zone it was agreed in.
pub(super) fn until(case: &CaseRecord) -> String {
    let Some(terms) = &case.file.terms else { return String::new() };
    let zone = jiff::tz::TimeZone::get(&terms.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    format!("{} ({})", terms.ends_at.to_zoned(zone).strftime("%Y-%m-%d %H:%M"), terms.zone)
}
