//! The team's side of a date of disclosure: accept, decline or propose another; and what an accepted one does: it becomes the end
//! of the case's embargo, whoever accepted it.

use crate::asked::Asked;
use crate::communication::message::checked;
use crate::house::Desk;
use crate::reading::ReportRecord;
use crate::record::Said;
use jiff::tz::TimeZone;
use wardroom_domain::Refusal;
use wardroom_domain::communication::{DateState, EmbargoAsk, EmbargoState, EmbargoTerms, Side, check_terms, decide_answer, decide_embargo};
use wardroom_domain::facts::{CaseFact, Fact, ReportFact, Words};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};

impl Desk {
    /// Accepts or declines the date the reporter proposed.
    pub async fn answer_date(&self, viewer: &Viewer, report: &StreamId, accepted: bool, reason: &str) -> Asked<()> {
        viewer.demand(Act::Coordinate)?;
        let record = self.must_report(viewer, report).await?;
        decide_answer(record.file.date.as_ref(), Side::Team)?;
        if !accepted && reason.trim().is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        if accepted {
            self.check_date(&record, &terms_of(&record)?).await?;
        }
        self.say_date(viewer, &record, ReportFact::DateAnswered { accepted }, reason).await?;
        if accepted {
            self.settle_date(report).await?;
        }
        Ok(())
    }

    /// Proposes a date to the reporter, with the reason.
    pub async fn propose_date(&self, viewer: &Viewer, report: &StreamId, terms: EmbargoTerms, reason: &str) -> Asked<()> {
        viewer.demand(Act::Coordinate)?;
        let record = self.must_report(viewer, report).await?;
        checked(reason)?;
        if TimeZone::get(&terms.zone).is_err() {
            return Err(Refusal::FieldWrong { field: "zone", why: "not the name of a time zone".to_owned() }.into());
        }
        self.check_date(&record, &terms).await?;
        self.say_date(viewer, &record, ReportFact::DateProposed { ends_at: terms.ends_at, zone: terms.zone }, reason).await
    }

    async fn check_date(&self, record: &ReportRecord, terms: &EmbargoTerms) -> Asked<()> {
        check_terms(terms, self.now(), self.profile().longest_embargo_days())?;
        if let Some(case) = &record.file.case
            && let Some(case) = self.case_record(&Viewer::house(), case).await?
            && case.file.too_late_for_embargo()
        {
            return Err(Refusal::EmbargoTooLate.into());
        }
        Ok(())
    }

    async fn say_date(&self, viewer: &Viewer, record: &ReportRecord, fact: ReportFact, reason: &str) -> Asked<()> {
        let fact = Fact::Report(fact);
        let said = match reason.trim() {
            "" => Said::bare(fact),
            reason => Said::shared(fact, Words::Text(reason.to_owned())),
        };
        let effects = self.news(record, self.now()).into_iter().collect();
        self.record_on_report(viewer, record, vec![said], effects).await?;
        Ok(())
    }

    /// Makes the embargo of the report's case end at the accepted date. Does nothing twice, and nothing where no embargo can be agreed
    /// any more: the accepted date stays on record.
    pub(crate) async fn settle_date(&self, report: &StreamId) -> Asked<()> {
        let house = Viewer::house();
        let record = self.must_report(&house, report).await?;
        let accepted = record.file.date.as_ref().is_some_and(|date| date.state == DateState::Accepted);
        let (true, Some(case)) = (accepted, &record.file.case) else { return Ok(()) };
        let case = self.must_case(&house, case).await?;
        let terms = terms_of(&record)?;
        if case.file.embargo.binds() && case.file.terms.as_ref() == Some(&terms) {
            return Ok(());
        }
        let asks = match case.file.embargo {
            EmbargoState::None | EmbargoState::Proposed => [EmbargoAsk::Propose, EmbargoAsk::Accept],
            EmbargoState::Active | EmbargoState::Revising => [EmbargoAsk::ProposeRevision, EmbargoAsk::AcceptRevision],
            EmbargoState::Exited => return Ok(()),
        };
        let mut state = case.file.embargo;
        let mut said = Vec::new();
        for ask in asks {
            let Ok(to) = decide_embargo(state, ask, case.file.too_late_for_embargo()) else { return Ok(()) };
            let terms = ask.brings_terms().then(|| terms.clone());
            said.push(Said::bare(Fact::Case(CaseFact::EmbargoMoved { ask, to, terms })));
            state = to;
        }
        self.record_on_case(&house, &case, said, Vec::new()).await?;
        Ok(())
    }
}

fn terms_of(record: &ReportRecord) -> Result<EmbargoTerms, Refusal> {
    let date = record.file.date.as_ref().ok_or(Refusal::NotThere { thing: "date" })?;
    Ok(EmbargoTerms { ends_at: date.ends_at, zone: date.zone.clone() })
}
