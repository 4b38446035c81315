//! The credit on its way from the reporter into the advisory and back for approval: wishes fill the draft's acknowledgements, and
//! when the draft goes to review the reporter is shown the line as it stands.

use crate::asked::Asked;
use crate::disclosure::manuscript_of;
use crate::house::Desk;
use crate::ports::store::{Append, Effect};
use crate::reading::{CaseRecord, ReportRecord};
use crate::record::Said;
use wardroom_domain::disclosure::{AdvisoryState, content_hash};
use wardroom_domain::facts::{AdvisoryFact, Fact, ReportFact, Words};
use wardroom_domain::log::{Actor, StreamId};
use wardroom_domain::people::Viewer;
use wardroom_formats::csaf::input::Credit;

impl ReportRecord {
    /// How the reporter wants to be named: the newest wish, else what came with the report. `None`: not at all, or nothing was said.
    pub fn credit_wish(&self) -> Option<String> {
        let name = match self.file.credit.wished {
            Some((_, true)) => return None,
            Some((at, false)) => self.text_at(at),
            None => self.words().credit,
        };
        let name = name.trim().to_owned();
        (!name.is_empty()).then_some(name)
    }

    /// Every name this reporter ever gave.
    fn names_given(&self) -> Vec<String> {
        let wished = self.entries.iter().filter_map(|entry| match (&entry.recorded.fact, &entry.words) {
            (Fact::Report(ReportFact::CreditWished { .. }), Some(Words::Text(name))) => Some(name.trim().to_owned()),
            _ => None,
        });
        wished.chain([self.words().credit.trim().to_owned()]).filter(|name| !name.is_empty()).collect()
    }

    /// The text of the fact at a place of the stream; empty when there is none.
    pub fn text_at(&self, stream_seq: u64) -> String {
        let found = self.entries.iter().find(|entry| entry.recorded.stream_seq == stream_seq);
        match found.and_then(|entry| entry.words.as_ref()) {
            Some(Words::Text(text)) => text.clone(),
            _ => String::new(),
        }
    }
}

impl Desk {
    /// The names the reporters of a case want to be credited by, each once.
    pub(crate) async fn credits_of(&self, case: &CaseRecord) -> Asked<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        for report in &case.file.reports {
            let Some(report) = self.report_record(&Viewer::house(), report).await? else { continue };
            names.extend(report.credit_wish().filter(|name| !names.contains(name)));
        }
        Ok(names)
    }

    /// Takes a changed wish over into the advisory while it is a draft. In review or approved it is left alone: changing it there would
    /// take the approval back behind the team's back, so the team sees the wish and decides.
    pub(crate) async fn credit_into_draft(&self, report: &StreamId) -> Asked<()> {
        let house = Viewer::house();
        let record = self.must_report(&house, report).await?;
        let Some(case) = &record.file.case else { return Ok(()) };
        let case = self.must_case(&house, case).await?;
        let Some(advisory) = &case.file.advisory else { return Ok(()) };
        let Some(advisory) = self.advisory_record(&house, advisory).await? else { return Ok(()) };
        if advisory.file.state != AdvisoryState::Draft {
            return Ok(());
        }
        let mut manuscript = manuscript_of(&advisory);
        let given = record.names_given();
        let wish = record.credit_wish();
        let by_reporter = |line: &&String| given.iter().any(|name| name == Credit::read(line).name);
        let (former, mut credits): (Vec<String>, Vec<String>) =
            manuscript.texts.credits.iter().cloned().partition(|line| by_reporter(&line));
        // A role that the team wrote stays with another name.
        let role = former.iter().find_map(|line| Credit::read(line).role);
        credits.extend(wish.map(|name| role.map_or_else(|| name.clone(), |role| format!("{name} | {}", role.word()))));
        if credits == manuscript.texts.credits {
            return Ok(());
        }
        manuscript.texts.credits = credits;
        let content = self.project_as(&advisory, &case, &manuscript);
        let fact = Fact::Advisory(AdvisoryFact::Edited { hash: content_hash(&content), with: Vec::new() });
        self.record_on_advisory(&house, &advisory, Said::with(fact, Words::Advisory(Box::new(manuscript)))).await
    }

    /// What shows the reporters of a case the acknowledgements as they stand, with the news of it.
    pub(crate) async fn show_credits(&self, case: &CaseRecord, credits: &[String]) -> Asked<(Vec<Append>, Vec<Effect>)> {
        let at = self.now();
        let (mut appends, mut effects) = (Vec::new(), Vec::new());
        for report in &case.file.reports {
            let Some(report) = self.report_record(&Viewer::house(), report).await? else { continue };
            // Where several found it, nobody is shown how the others want to be named: each line is about its reader.
            let given = report.names_given();
            let own = |credit: &Credit<'_>| {
                let name = credit.name;
                case.file.reports.len() == 1 || given.iter().any(|mine| name.contains(mine.as_str()) || mine.contains(name))
            };
            let lang = report.file.received.language.as_str();
            let line = credits.iter().map(|line| Credit::read(line)).filter(own).map(|one| one.shown(lang)).collect::<Vec<_>>().join("; ");
            let shown = report.file.credit.shown.map(|at| report.text_at(at));
            if report.reporter_key.is_none() || shown.as_deref() == Some(line.as_str()) {
                continue;
            }
            let said = Said::shared(Fact::Report(ReportFact::CreditShown), Words::Text(line));
            appends.push(self.following(&report.standing(), &Actor::House, vec![said], at));
            effects.extend(self.news(&report, at));
        }
        Ok((appends, effects))
    }
}
