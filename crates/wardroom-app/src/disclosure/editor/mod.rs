//! The editor (S8): one sheet per advisory that people fill in together, checked while they type.
//!
//! One call does it all: [`Desk::editor`] takes over what somebody typed into the shared working copy (`copy.rs`), keeps that sealed to
//! the advisory's key, and answers with what the advisory would be now: content, hash, problems (`problems.rs`), texts that met another
//! person's, and who else is here. So what was checked is kept, and there is no moment at which something is checked and not kept.
//! [`Desk::record_working`] makes it a fact of the log, which takes review and approval back; until then nothing of it is approved or
//! published.
//!
//! Deliberately nothing on the person's device: embargoed text lies sealed with the desk or not at all.

mod copy;
mod problems;
pub mod sheet;

pub use copy::{Clash, Typed, Writer};
pub use problems::{Gravity, Place, Problem, field_of};
pub use sheet::Sheet;

use super::project::{manuscript_of, told_at};
use crate::asked::{AskError, Asked};
use crate::house::Desk;
use crate::ports::store::{PresenceRow, StoreTrouble};
use crate::reading::{AdvisoryRecord, CaseRecord};
use crate::record::Said;
use copy::WorkingCopy;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{AdvisoryAsk, AdvisoryContent, AdvisoryVulnerability, Manuscript, Publication, content_hash};
use wardroom_domain::facts::{AdvisoryFact, Fact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_seal::{Sealed, open, place, seal};

/// Who was heard of so long ago is still here: three beats of the editor's heart.
const HERE_SECONDS: i64 = 12;
/// So often a write is tried again when others write at the same moment.
const TRIES: u32 = 16;

/// What a form brings.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    pub typed: Vec<Typed>,
    /// Names the window it was typed in, by chance.
    pub window: String,
    /// The field the person is in, or empty.
    pub field: String,
    /// Fields in which the person lets the other text stand.
    pub yielded: Vec<String>,
}

/// Somebody else who has the editor open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    pub name: String,
    pub field: String,
}

/// The advisory as it is being written.
pub struct Editor {
    pub record: AdvisoryRecord,
    pub case_number: String,
    pub embargo: wardroom_domain::communication::EmbargoState,
    pub embargo_ends: Option<Timestamp>,
    /// The fields as they are kept.
    pub fields: Sheet,
    pub manuscript: Manuscript,
    /// The vulnerabilities as the case has them, before own words.
    pub case: Vec<AdvisoryVulnerability>,
    /// What would be published if this were recorded.
    pub content: AdvisoryContent,
    pub hash: String,
    pub problems: Vec<Problem>,
    /// Tests that could not be run, with why.
    pub not_checked: Vec<wardroom_check::NotChecked>,
    /// Where the viewer's text met another one.
    pub clashes: Vec<Clash>,
    pub others: Vec<Other>,
    /// What is kept differs from what was recorded.
    pub unrecorded: bool,
    /// When it was last changed.
    pub kept_at: Option<Timestamp>,
    /// What was recorded last.
    pub recorded: AdvisoryContent,
    /// Names by person id.
    pub names: BTreeMap<String, String>,
}

impl Editor {
    /// The version readers have.
    pub fn published(&self) -> Option<&Publication> {
        self.record.file.published.last()
    }

    /// The standing approval is for exactly this.
    pub fn is_approved(&self) -> bool {
        self.record.file.approval.as_ref().is_some_and(|(hash, _)| *hash == self.hash)
    }
}

impl Desk {
    /// The advisory as it is being written, after what was brought is taken over and kept. Refused where it cannot be edited.
    pub async fn editor(&self, viewer: &Viewer, advisory: &StreamId, brought: &Brought) -> Asked<Editor> {
        viewer.demand(Act::WriteAdvisory)?;
        let record = self.must_advisory(viewer, advisory).await?;
        record.file.decide(AdvisoryAsk::Edit)?;
        let case = self.must_case(viewer, &record.file.case).await?;
        let facts = self.told_by_case(&case);
        let now = self.now();
        let person = viewer.person().unwrap_or_default().to_owned();
        let (copy, _) = self.take_over(&record, &facts, &person, brought, now).await?;
        let here = PresenceRow { person: person.clone(), field: brought.field.clone(), at: now };
        if !person.is_empty() {
            self.store.note_presence(advisory, &here).await?;
        }
        self.as_written(record, &case, facts, copy, &person, now).await
    }

    /// The person closed the editor.
    pub async fn leave_editor(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<()> {
        self.must_advisory(viewer, advisory).await?;
        Ok(self.store.no_presence(advisory, viewer.person().unwrap_or_default()).await?)
    }

    /// Records what is kept: from then on it is the draft, for review and publication. Nothing is recorded when nothing changed.
    /// [`AskError::Busy`] while a text of the viewer's met another one and waits for their choice.
    pub async fn record_working(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<()> {
        viewer.demand(Act::WriteAdvisory)?;
        let record = self.must_advisory(viewer, advisory).await?;
        record.file.decide(AdvisoryAsk::Edit)?;
        let case = self.must_case(viewer, &record.file.case).await?;
        let facts = self.told_by_case(&case);
        let person = viewer.person().unwrap_or_default();
        let (copy, version) = self.take_over(&record, &facts, person, &Brought::default(), self.now()).await?;
        if !copy.clashes(person).is_empty() {
            return Err(AskError::Busy);
        }
        let former = manuscript_of(&record);
        let manuscript = sheet::to_manuscript(&copy.fields, &former, &facts);
        if manuscript != former {
            let with = copy.by.values().map(|writer| writer.person.clone()).filter(|one| one != person && !one.is_empty());
            self.record_manuscript(viewer, &record, &case, manuscript, with.collect()).await?;
        }
        if copy.held.is_empty() {
            // Should somebody have typed meanwhile, it is another version and stays.
            self.store.forget_working(advisory, version).await?;
        }
        Ok(())
    }

    /// Records a manuscript. `with` are other people whose text is in it: like who records it, they cannot approve it.
    pub(super) async fn record_manuscript(
        &self,
        viewer: &Viewer,
        record: &AdvisoryRecord,
        case: &CaseRecord,
        manuscript: Manuscript,
        with: Vec<String>,
    ) -> Asked<()> {
        super::draft::check_texts(&manuscript.texts)?;
        self.check_successors(viewer, &record.file.number, &manuscript.texts).await?;
        record.file.decide(AdvisoryAsk::Edit)?;
        let content = self.project_as(record, case, &manuscript);
        let mut people: Vec<String> = with;
        people.sort();
        people.dedup();
        let fact = Fact::Advisory(AdvisoryFact::Edited { hash: content_hash(&content), with: people });
        self.record_on_advisory(viewer, record, Said::with(fact, Words::Advisory(Box::new(manuscript)))).await
    }

    /// Changes some fields, by name, and records it. `seen` is the hash of the content the change was made on; with another content now
    /// it is [`AskError::Busy`].
    pub async fn change_fields(&self, viewer: &Viewer, advisory: &StreamId, fields: &Sheet, seen: Option<&str>) -> Asked<()> {
        viewer.demand(Act::WriteAdvisory)?;
        let record = self.must_advisory(viewer, advisory).await?;
        let case = self.must_case(viewer, &record.file.case).await?;
        if seen.is_some_and(|seen| seen != content_hash(&self.project(&record, &case))) {
            return Err(AskError::Busy);
        }
        let manuscript = self.with_fields(&record, &case, fields)?;
        self.record_manuscript(viewer, &record, &case, manuscript, Vec::new()).await
    }

    /// What would be, and what would be wrong with it, if these fields were changed in what was recorded last. Nothing is kept.
    pub async fn check_fields(&self, viewer: &Viewer, advisory: &StreamId, fields: &Sheet) -> Asked<(AdvisoryContent, Vec<Problem>)> {
        let record = self.must_advisory(viewer, advisory).await?;
        let case = self.must_case(viewer, &record.file.case).await?;
        let manuscript = self.with_fields(&record, &case, fields)?;
        let content = self.project_as(&record, &case, &manuscript);
        let report = self.csaf_report(&content, self.now());
        let problems = problems::problems(&content, &manuscript, &self.told_by_case(&case), &report);
        Ok((content, problems))
    }

    /// The fields as they were recorded last.
    pub async fn recorded_fields(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<Sheet> {
        Ok(sheet::of_manuscript(&manuscript_of(&self.must_advisory(viewer, advisory).await?)))
    }

    fn with_fields(&self, record: &AdvisoryRecord, case: &CaseRecord, fields: &Sheet) -> Result<Manuscript, Refusal> {
        let (former, facts) = (manuscript_of(record), self.told_by_case(case));
        if let Some(name) = fields.keys().find(|name| !sheet::is_field(name, &facts)) {
            return Err(Refusal::FieldWrong { field: "fields", why: format!("there is no field {name}") });
        }
        let mut sheet = sheet::of_manuscript(&former);
        for (name, text) in fields {
            sheet.insert(name.clone(), sheet::tidy(text));
        }
        Ok(sheet::to_manuscript(&sheet, &former, &facts))
    }

    /// The working copy with what was brought in it, and its version in the store (0: there is none).
    async fn take_over(
        &self,
        record: &AdvisoryRecord,
        case: &[AdvisoryVulnerability],
        person: &str,
        brought: &Brought,
        now: Timestamp,
    ) -> Asked<(WorkingCopy, u64)> {
        let advisory = &record.file.id;
        let (recorded, from) = (sheet::of_manuscript(&manuscript_of(record)), told_at(record));
        let typed: Vec<Typed> = brought.typed.iter().filter(|one| sheet::is_field(&one.field, case)).cloned().collect();
        if typed.iter().any(|one| one.text.len() > sheet::LONGEST) {
            return Err(Refusal::FieldWrong { field: "text", why: "longer than 256 KiB".to_owned() }.into());
        }
        let writer = Writer { person: person.to_owned(), window: brought.window.clone() };
        for _ in 0..TRIES {
            let (version, before) = match self.store.working(advisory).await? {
                Some((version, sealed)) => (version, Some(self.open_copy(record, &sealed)?)),
                None => (0, None),
            };
            let mut copy = before.clone().unwrap_or_else(|| WorkingCopy { fields: recorded.clone(), from, ..WorkingCopy::default() });
            if copy.from != from {
                let began_with = manuscript_at(record, copy.from).map(|one| sheet::of_manuscript(&one)).unwrap_or_default();
                copy.rebase(&began_with, &recorded, from, now);
            }
            brought.yielded.iter().for_each(|field| copy.yield_to_theirs(person, field));
            copy.take(&writer, &typed, now);
            let untouched = match &before {
                Some(before) => *before == copy,
                None => copy.fields == recorded && copy.held.is_empty(),
            };
            if untouched {
                return Ok((copy, version));
            }
            let plain = serde_json::to_vec(&copy).map_err(|_| StoreTrouble::new("a working copy cannot be written as JSON"))?;
            let sealed = self.by_chance(|chance| seal(&record.key.public, &place(&["working", advisory.as_str()]), &plain, chance));
            if self.store.keep_working(advisory, version, &sealed, now).await? {
                return Ok((copy, version.saturating_add(1)));
            }
        }
        Err(AskError::Busy)
    }

    fn open_copy(&self, record: &AdvisoryRecord, sealed: &Sealed) -> Result<WorkingCopy, StoreTrouble> {
        let stream = record.file.id.as_str();
        let trouble = || StoreTrouble::new(format!("the working copy of {stream} does not open: run `wardroom verify`"));
        let secret = record.key.open(self.desk_secret(), stream).map_err(|_| trouble())?;
        let plain = open(&secret, &place(&["working", stream]), sealed).map_err(|_| trouble())?;
        serde_json::from_slice(&plain).map_err(|_| StoreTrouble::new(format!("the working copy of {stream} cannot be read")))
    }

    async fn as_written(
        &self,
        record: AdvisoryRecord,
        case: &CaseRecord,
        facts: Vec<AdvisoryVulnerability>,
        copy: WorkingCopy,
        person: &str,
        now: Timestamp,
    ) -> Asked<Editor> {
        let former = manuscript_of(&record);
        let manuscript = sheet::to_manuscript(&copy.fields, &former, &facts);
        let content = self.project_as(&record, case, &manuscript);
        let report = self.csaf_report(&content, now);
        let since = now.checked_sub(SignedDuration::from_secs(HERE_SECONDS)).unwrap_or(now);
        let present = self.store.present(&record.file.id, since).await?;
        let names: BTreeMap<String, String> = self.store.people().await?.into_iter().map(|one| (one.person, one.name)).collect();
        let name = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.to_owned());
        let others = present.iter().filter(|one| one.person != person);
        Ok(Editor {
            case_number: case.file.number.clone(),
            embargo: case.file.embargo,
            embargo_ends: case.file.terms.as_ref().map(|terms| terms.ends_at),
            problems: problems::problems(&content, &manuscript, &facts, &report),
            not_checked: report.not_checked,
            clashes: copy.clashes(person),
            others: others.map(|one| Other { name: name(&one.person), field: one.field.clone() }).collect(),
            unrecorded: manuscript != former,
            recorded: self.project_as(&record, case, &former),
            kept_at: copy.at,
            hash: content_hash(&content),
            fields: copy.fields,
            case: facts,
            manuscript,
            content,
            names,
            record,
        })
    }
}

/// The manuscript a fact of this advisory carries.
fn manuscript_at(record: &AdvisoryRecord, stream_seq: u64) -> Option<Manuscript> {
    let entry = record.entries.iter().find(|entry| entry.recorded.stream_seq == stream_seq)?;
    match &entry.words {
        Some(Words::Advisory(manuscript)) => Some((**manuscript).clone()),
        _ => None,
    }
}
