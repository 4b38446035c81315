//! The plan as the desk shows it: rows with whom they reach and what each says, the checklist, where the two persons stand, and the clock.

use super::gates::GateLine;
use super::{plan_at, told_of_publications};
use crate::asked::Asked;
use crate::case_page::name_of;
use crate::communication::notices::{When, language_for};
use crate::communication::recipients::demand_one;
use crate::house::Desk;
use crate::reading::AdvisoryRecord;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use wardroom_domain::communication::Addressee;
use wardroom_domain::disclosure::{
    AdvisoryContent, DisclosurePlan, Occasion, PlanAudience, PlanChannel, PlanEntry, PlanSaid, RELEASE, content_hash,
};
use wardroom_domain::log::{Actor, StreamId};
use wardroom_domain::people::{Act, Viewer};
use wardroom_words::Lang;

/// Who may look at a plan: everybody who works on one, and who audits.
const READERS: [Act; 5] = [Act::PlanDisclosure, Act::PublishAdvisory, Act::ApproveAdvisory, Act::WriteAdvisory, Act::Audit];
/// A clock that is so far ahead of the steady count shows as a warning.
const NOTICEABLE: SignedDuration = SignedDuration::from_secs(2);

/// What one message says in one language.
#[derive(Clone, Debug)]
pub struct Message {
    /// `en` or `zh`.
    pub language: &'static str,
    pub subject: String,
    pub text: String,
}

/// A row with whom it reaches.
#[derive(Clone, Debug)]
pub struct RowView {
    pub entry: PlanEntry,
    pub at: Timestamp,
    /// Name, and whether a mail to them would be encrypted.
    pub people: Vec<(String, bool)>,
    pub messages: Vec<Message>,
    /// Already done.
    pub done: bool,
}

/// Everything the page shows.
pub struct PlanView {
    pub record: AdvisoryRecord,
    pub case_number: String,
    pub version: u32,
    pub plan: DisclosurePlan,
    /// Somebody kept it; else it is a proposal.
    pub kept: bool,
    pub rows: Vec<RowView>,
    /// A later version: exactly those who were told of a former one.
    pub correction: Option<RowView>,
    pub gates: Vec<GateLine>,
    /// What the first person would order, or what the second would confirm.
    pub plan_hash: String,
    pub content_hash: String,
    /// The content as it was scheduled is no longer the content.
    pub stale: bool,
    pub scheduled_by: String,
    pub confirmed_by: String,
    /// This viewer scheduled it, and so cannot confirm it.
    pub is_first: bool,
    /// How far the wall clock ran ahead of the steady count since the confirmation, when that is noticeable.
    pub ahead: Option<SignedDuration>,
    /// Told of an instant that no plan of ours stands for.
    pub misinformed: usize,
    /// How many were told of a published version.
    pub told: usize,
}

impl Desk {
    /// The plan of the version in work, for somebody who works on it.
    pub async fn disclosure_plan(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<PlanView> {
        demand_one(viewer, &READERS)?;
        let (record, case, content) = self.ready(viewer, advisory).await?;
        let (plan, kept) = self.plan_of(&record, &case);
        let gates = self.gates(&record, &case, &content, &plan).await?;
        let people = self.store.people().await?;
        let named = |by: &str| match Actor::try_from(by.to_owned()) {
            Ok(Actor::Person(id)) => name_of(&people, &id),
            _ => by.to_owned(),
        };
        let file = &record.file.plan;
        let now = PlanSaid { addressees: self.addressees(&record, &plan).await?, plan: plan.clone() };
        let said = file.scheduled.as_ref().and_then(|one| plan_at(&record, one.said_at)).unwrap_or(now);
        let hash = content_hash(&content);
        let first = record.file.published.is_empty();
        let mut rows = Vec::new();
        for entry in said.plan.entries.iter().filter(|entry| first || matches!(entry.channel, PlanChannel::Web | PlanChannel::Track)) {
            rows.push(self.row_view(&record, &content, &said, entry, case.file.reports.len()).await?);
        }
        let correction = if first { None } else { Some(self.correction_view(&record, &content, &said).await?) };
        let surely = file.confirmed.as_ref().map(|one| {
            let (wall, steady) = (self.now(), self.clock.steady());
            wall.duration_since(one.surely(wall, steady.as_ref().map(|one| (one.epoch.as_str(), one.millis))))
        });
        let in_advance = file.told_in_advance(content.version);
        let misinformed =
            if file.confirmed.is_some() { 0 } else { in_advance.values().filter(|one| one.occasion != Occasion::Postponed).count() };
        Ok(PlanView {
            case_number: case.file.number.clone(),
            version: content.version,
            kept,
            plan_hash: said.hash(),
            stale: file.scheduled.as_ref().is_some_and(|one| one.content != hash),
            content_hash: hash,
            scheduled_by: file.scheduled.as_ref().map(|one| named(&one.by)).unwrap_or_default(),
            confirmed_by: file.confirmed.as_ref().map(|one| named(&one.by)).unwrap_or_default(),
            is_first: file.scheduled.as_ref().is_some_and(|one| one.by == String::from(viewer.actor())),
            ahead: surely.filter(|ahead| *ahead >= NOTICEABLE),
            misinformed,
            told: told_of_publications(&record).len(),
            plan: said.plan,
            rows,
            correction,
            gates,
            record,
        })
    }

    async fn row_view(
        &self,
        record: &AdvisoryRecord,
        content: &AdvisoryContent,
        said: &PlanSaid,
        entry: &PlanEntry,
        reports: usize,
    ) -> Asked<RowView> {
        let to = said.addressees.get(&entry.id).map(Vec::as_slice).unwrap_or_default();
        let occasion = if entry.offset_minutes < 0 { Occasion::Advance } else { Occasion::Released };
        let langs: BTreeSet<&str> = match entry.channel {
            PlanChannel::Mail => to.iter().map(|one| language_for(entry.language, one).code()).collect(),
            PlanChannel::Hand | PlanChannel::Track => Lang::ALL.iter().map(|lang| lang.code()).collect(),
            PlanChannel::Web => BTreeSet::new(),
        };
        let message = |lang: &Lang| Message {
            language: lang.code(),
            subject: if entry.channel == PlanChannel::Mail { self.notice_subject(occasion, *lang, &content.id) } else { String::new() },
            text: match entry.channel {
                PlanChannel::Track => self.published_wording(lang.code(), &content.id, &entry.words),
                _ => self.notice_text(occasion, *lang, content, When { at: said.plan.release_at, zone: &said.plan.zone }, &entry.words),
            },
        };
        let messages = Lang::ALL.iter().filter(|lang| langs.contains(lang.code())).map(message).collect();
        let planned = record.file.plan.confirmed.as_ref();
        let done = entry.is_advance() && planned.is_some_and(|one| !one.moments.iter().any(|moment| moment.id == entry.id));
        let mut people = self.reached(to).await?;
        if entry.audience == PlanAudience::Reporter {
            people = vec![(reports.to_string(), true)];
        }
        Ok(RowView { at: entry.at(said.plan.release_at), entry: entry.clone(), people, messages, done })
    }

    async fn correction_view(&self, record: &AdvisoryRecord, content: &AdvisoryContent, said: &PlanSaid) -> Asked<RowView> {
        let to: Vec<Addressee> = told_of_publications(record).into_values().collect();
        let row = PlanEntry {
            id: RELEASE.to_owned(),
            audience: PlanAudience::Customers,
            channel: PlanChannel::Mail,
            language: wardroom_domain::disclosure::PlanLanguage::Own,
            offset_minutes: 0,
            words: wardroom_domain::disclosure::Bilingual::default(),
        };
        let when = When { at: said.plan.release_at, zone: &said.plan.zone };
        let langs: BTreeSet<&str> = to.iter().map(|one| language_for(row.language, one).code()).collect();
        let message = |lang: &Lang| Message {
            language: lang.code(),
            subject: self.notice_subject(Occasion::Correction, *lang, &content.id),
            text: self.notice_text(Occasion::Correction, *lang, content, when, &row.words),
        };
        let messages = Lang::ALL.iter().filter(|lang| langs.contains(lang.code())).map(message).collect();
        Ok(RowView { at: said.plan.release_at, people: self.reached(&to).await?, messages, done: false, entry: row })
    }

    async fn reached(&self, to: &[Addressee]) -> Asked<Vec<(String, bool)>> {
        let mut people = Vec::new();
        for one in to {
            let listed = self.recipient(&one.id).await?;
            people.push((one.name.clone(), listed.is_some_and(|listed| self.recipient_cert(&listed).is_some())));
        }
        Ok(people)
    }
}
