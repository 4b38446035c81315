//! Publication: one transaction, then the outbox. An explicit act: the publisher types the advisory's number, and a second person has approved
//! exactly this content before.

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
use wardroom_domain::disclosure::{AdvisoryAsk, AdvisoryContent, Publication, clear, content_hash};
use wardroom_domain::facts::{AdvisoryFact, CaseFact, Fact, ReportFact, Words};
use wardroom_domain::log::StreamId;
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
        if let Err(refusal) = record.file.decide(AdvisoryAsk::Publish) {
            in_the_way.push(refusal);
        } else if record.file.approval.as_ref().map(|(approved, _)| approved) != Some(&hash) {
            in_the_way.push(Refusal::ApprovalStale);
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
            reporters_told: case.file.reports.len(),
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
        if order.confirm.trim() != record.file.number {
            return Err(Refusal::FieldWrong { field: "confirm", why: "type the advisory's number to publish it".to_owned() }.into());
        }
        let at = self.now();
        self.csaf_gate(&content, at)?;
        self.cna_gate(&self.records_checked(&case, &content, at))?;
        let (identified, errands) = self.identifiers_published(&case, &content);
        let hash = content_hash(&content);
        let mut on_case = Vec::new();
        let mut embargo = case.file.embargo;
        if embargo.binds() && !order.end_embargo.trim().is_empty() {
            // Domain §2.7: an embargo in force is ended in the same transaction, with a reason.
            embargo = EmbargoState::Exited;
            let fact = CaseFact::EmbargoMoved { ask: EmbargoAsk::Terminate, to: embargo, terms: None };
            on_case.push(Said::with(Fact::Case(fact), Words::Text(order.end_embargo.trim().to_owned())));
        }
        let publication = Publication { version: content.version, hash: hash.clone(), released_at: at, content };
        let cleared = clear(&record.file, publication, embargo, &until(&case))?.into_inner();
        let approved_by = record.file.approval.clone().map(|(_, by)| by).unwrap_or_default();
        let published = Fact::Advisory(AdvisoryFact::Published { hash, approved_by, content: Box::new(cleared.content) });
        on_case.push(Said::bare(Fact::Case(CaseFact::AdvisoryPublished { advisory: advisory.clone(), version: cleared.version })));
        on_case.extend(identified);

        let mut appends = vec![self.advisory_append(viewer.actor(), &record, vec![Said::bare(published)])];
        let mut effects = vec![self.effect(format!("publish:{advisory}:{}", cleared.version), "publish", advisory, None, at)];
        effects.extend(errands);
        appends.push(self.following(&case.standing(), &viewer.actor(), on_case, at));
        for report in &case.file.reports {
            let Some(report) = self.report_record(&Viewer::house(), report).await? else { continue };
            let text = self.published_wording(&report.file.received.language, &record.file.number);
            let words = MessageWords { text: text.clone(), language: report.file.received.language.clone() };
            let fact = Fact::Report(ReportFact::Message { message: MessageKind::Outcome });
            appends.push(self.following(&report.standing(), &viewer.actor(), vec![Said::shared(fact, Words::Message(words))], at));
            if report.file.received.answerable && !report.file.received.automatic {
                let payload = serde_json::to_vec(&crate::communication::MessageMail { text, at: Some(at), while_declined: false })
                    .unwrap_or_default();
                let key = format!("message:{}:{}", report.file.id, report.file.version + 1);
                effects.push(self.effect(key, "message_mail", &report.file.id, Some(&payload), at));
            } else {
                effects.extend(self.news(&report, at));
            }
        }
        self.commit_decided(Commit { at, appends, effects, ..Commit::default() }).await?;
        Ok(at)
    }

    /// Refuses what the mandatory tests of CSAF find fault with, naming each test and place (domain §2.7, step 3).
    fn csaf_gate(&self, content: &AdvisoryContent, at: Timestamp) -> Result<(), Refusal> {
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

    fn published_wording(&self, language: &str, number: &str) -> String {
        let url = format!("{}/advisories/{number}", self.addresses.public_url);
        say_with(crate::language::reader(language), "mail-published", &[("number", number.into()), ("url", url.as_str().into())])
    }
}

/// `2026-12-29 11:55 (Asia/Singapore)`: in the zone it was agreed in.
fn until(case: &CaseRecord) -> String {
    let Some(terms) = &case.file.terms else { return String::new() };
    let zone = jiff::tz::TimeZone::get(&terms.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    format!("{} ({})", terms.ends_at.to_zoned(zone).strftime("%Y-%m-%d %H:%M"), terms.zone)
}
