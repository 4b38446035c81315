//! Accept: a new case is opened for the report.

use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::{Commit, Series};
use crate::record::Said;
use wardroom_domain::communication::DateState;
use wardroom_domain::facts::{CaseFact, Fact, ReportFact, Words};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::triage::{Decision, TriageAsk, decide};
use wardroom_domain::validation::VulnerabilityWords;

impl Desk {
    /// Opens a case with the given working title (empty: the report's own). Returns the case's stream and number.
    pub async fn accept(&self, viewer: &Viewer, report: &StreamId, title: &str) -> Asked<(StreamId, String)> {
        viewer.demand(Act::Triage)?;
        let record = self.must_report(viewer, report).await?;
        decide(record.file.state, TriageAsk::Accept)?;
        let words = record.words();
        let title = if title.trim().is_empty() { words.title.clone() } else { title.trim().to_owned() };

        let at = self.now();
        let case = StreamId::new(StreamKind::Case, &self.fresh_name());
        let about = VulnerabilityWords { title, description: words.text.clone(), ..VulnerabilityWords::default() };
        let mut opened = vec![Said::with(
            Fact::Case(CaseFact::Opened { number: String::new(), report: report.clone() }),
            Words::Vulnerability(about.clone()),
        )];
        if let Some(person) = viewer.person() {
            opened.push(Said::bare(Fact::Case(CaseFact::OwnerSet { person: person.to_owned() })));
        }
        // A case begins with one vulnerability. Its description is left to the analyst: what the reporter wrote (steps, names, code) must not
        // reach an advisory because nobody reworded it.
        let named = VulnerabilityWords { title: about.title.clone(), ..VulnerabilityWords::default() };
        opened.push(Said::with(Fact::Case(CaseFact::VulnerabilityKept { vulnerability: "V1".to_owned() }), Words::Vulnerability(named)));
        let series = Some(Series::Case { year: self.year(at) });
        let founding = self.founding(case.clone(), viewer.actor(), series, None, opened);
        let decision = Fact::Report(ReportFact::Decided(Decision::Accepted { case: case.clone() }));
        let linked = self.following(&record.standing(), &viewer.actor(), vec![Said::bare(decision)], at);
        // A date agreed with the reporter before there was a case becomes the embargo of the case.
        let settle = self.effect(format!("date:{report}:{}", record.file.version + 1), "settle_date", report, None, at);
        let agreed = record.file.date.as_ref().is_some_and(|date| date.state == DateState::Accepted);
        let effects = if agreed { vec![settle] } else { Vec::new() };
        let committed = self.commit_decided(Commit { at, appends: vec![linked, founding], effects, ..Commit::default() }).await?;
        let number = committed.numbers.into_iter().map(|(_, number)| number).next().unwrap_or_default();
        Ok((case, number))
    }
}
