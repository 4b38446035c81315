//! Drafting and editing an advisory.

use super::project::manuscript_of;
use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::{Append, Commit, Series};
use crate::reading::AdvisoryRecord;
use crate::record::{Said, SealTo};
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{AdvisoryAsk, AdvisoryTexts, Bilingual, Manuscript, Written, is_chinese};
use wardroom_domain::facts::{AdvisoryFact, CaseFact, Fact, Words};
use wardroom_domain::log::{Actor, StreamId, StreamKind};
use wardroom_domain::people::{Act, Viewer};

impl Desk {
    /// Begins the advisory of a case. Returns its stream and number.
    pub async fn draft_advisory(&self, viewer: &Viewer, case: &StreamId) -> Asked<(StreamId, String)> {
        viewer.demand(Act::WriteAdvisory)?;
        let record = self.must_case(viewer, case).await?;
        if record.file.advisory.is_some() {
            return Err(Refusal::AlreadyDone.into());
        }
        let at = self.now();
        let advisory = StreamId::new(StreamKind::Advisory, &self.fresh_name());
        let first = self.vulnerability_views(&record).into_iter().next().unwrap_or_default();
        let title = if first.words.title.is_empty() { record.title() } else { first.words.title };
        let texts = AdvisoryTexts {
            title: in_its_language(&title),
            summary: in_its_language(&first.words.description),
            change: Bilingual::new("Initial publication", "首次发布"),
            credits: self.credits_of(&record).await?,
            ..AdvisoryTexts::default()
        };
        let written = if is_chinese(&title) { Written::Zh } else { Written::En };
        let manuscript = Manuscript { texts, written, ..Manuscript::default() };
        let drafted = Fact::Advisory(AdvisoryFact::Drafted { number: String::new(), case: case.clone() });
        let said = vec![Said::with(drafted, Words::Advisory(Box::new(manuscript)))];
        let series = Some(Series::Advisory { prefix: self.advisory_prefix(), year: self.year(at) });
        let founding = self.founding(advisory.clone(), viewer.actor(), series, None, said);
        let begun = Said::bare(Fact::Case(CaseFact::AdvisoryBegun { advisory: advisory.clone() }));
        let mut appends = self.case_appends(viewer, &record, vec![begun]).await?;
        appends.push(founding);
        let committed = self.commit_decided(Commit { at, appends, ..Commit::default() }).await?;
        let number = committed.numbers.into_iter().map(|(_, number)| number).next().unwrap_or_default();
        Ok((advisory, number))
    }

    /// Changes the written texts. Any edit takes review and approval back.
    pub async fn edit_advisory(&self, viewer: &Viewer, advisory: &StreamId, texts: AdvisoryTexts) -> Asked<()> {
        self.rewrite_advisory(viewer, advisory, |former| Manuscript { texts, ..former.clone() }).await
    }

    /// Changes what was written as a whole: `change` is given what was recorded last. Translations are bound to the source they were
    /// made from; what somebody has typed in the editor meanwhile is not lost (`editor/copy.rs`).
    pub async fn rewrite_advisory(
        &self,
        viewer: &Viewer,
        advisory: &StreamId,
        change: impl FnOnce(&Manuscript) -> Manuscript,
    ) -> Asked<()> {
        viewer.demand(Act::WriteAdvisory)?;
        let record = self.must_advisory(viewer, advisory).await?;
        let case = self.must_case(viewer, &record.file.case).await?;
        let former = manuscript_of(&record);
        let manuscript = change(&former).bound(&former, &[], &self.told_by_case(&case));
        self.record_manuscript(viewer, &record, &case, manuscript, Vec::new()).await
    }

    /// Begins the next version of a published advisory.
    pub async fn revise_advisory(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<()> {
        viewer.demand(Act::WriteAdvisory)?;
        let record = self.must_advisory(viewer, advisory).await?;
        record.file.decide(AdvisoryAsk::Revise)?;
        // What changed is said anew for every version.
        let former = manuscript_of(&record);
        let texts = AdvisoryTexts { change: Bilingual::default(), ..former.texts.clone() };
        self.record_on_advisory(viewer, &record, begun(&record, Manuscript { texts, ..former })).await
    }

    /// Drops the version in work of an advisory that has published ones. What is published stays as it is.
    pub async fn discard_revision(&self, viewer: &Viewer, advisory: &StreamId) -> Asked<()> {
        viewer.demand(Act::WriteAdvisory)?;
        let record = self.must_advisory(viewer, advisory).await?;
        record.file.decide(AdvisoryAsk::Discard)?;
        self.record_on_advisory(viewer, &record, Said::bare(Fact::Advisory(AdvisoryFact::Discarded))).await?;
        // What was typed for it and not recorded goes with it, or it would stand in the next one.
        if let Some((version, _)) = self.store.working(advisory).await? {
            self.store.forget_working(advisory, version).await?;
        }
        Ok(())
    }

    pub(crate) async fn record_on_advisory(&self, viewer: &Viewer, record: &AdvisoryRecord, said: Said) -> Asked<()> {
        let append = self.advisory_append(viewer.actor(), record, vec![said]);
        self.commit_decided(Commit { at: self.now(), appends: vec![append], ..Commit::default() }).await?;
        Ok(())
    }

    pub(crate) fn advisory_append(&self, actor: Actor, record: &AdvisoryRecord, said: Vec<Said>) -> Append {
        let to = SealTo { stream: &record.key.public, reporter: None };
        let facts = said.into_iter().map(|one| self.seal_said(&record.file.id, to, one)).collect();
        Append { stream: record.file.id.clone(), expected: record.file.version, actor, key: None, series: None, facts }
    }

    /// `CALTERAH` for `calterah`.
    fn advisory_prefix(&self) -> String {
        self.profile().id.to_ascii_uppercase().replace('_', "-")
    }
}

/// The next version, with what it starts from.
pub(super) fn begun(record: &AdvisoryRecord, manuscript: Manuscript) -> Said {
    let version = record.file.next_version();
    Said::with(Fact::Advisory(AdvisoryFact::RevisionBegun { version }), Words::Advisory(Box::new(manuscript)))
}

/// Puts a text under the language it is in.
fn in_its_language(text: &str) -> Bilingual {
    if is_chinese(text) { Bilingual::new("", text) } else { Bilingual::new(text, "") }
}

pub(super) fn check_texts(texts: &AdvisoryTexts) -> Result<(), Refusal> {
    for (_, url) in &texts.references {
        if !url.starts_with("https://") {
            return Err(Refusal::FieldWrong { field: "references", why: format!("{url} does not begin with https://") });
        }
    }
    let long = [&texts.title.en, &texts.title.zh].iter().any(|title| title.chars().count() > 250);
    if long {
        return Err(Refusal::FieldWrong { field: "title", why: "longer than 250 characters".to_owned() });
    }
    Ok(())
}
