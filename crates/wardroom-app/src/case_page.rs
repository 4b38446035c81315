//! A case as the desk shows it: facts folded, words opened, timeline of the case and its reports, and what may be done next.

use crate::asked::Asked;
use crate::disclosure::identifiers::IdentifierView;
use crate::house::Desk;
use crate::ports::store::{CaseQuery, CaseRow};
use crate::promises::{self, Promise};
use crate::reading::{CaseRecord, Entry, ReportRecord};
use crate::triage::claims::OpenClaim;
use crate::validation;
use jiff::Timestamp;
use wardroom_domain::case::{CaseAsk, TRANSITIONS};
use wardroom_domain::communication::{EM_TRANSITIONS, EmbargoAsk, PlanLine};
use wardroom_domain::facts::{CaseFact, Fact, ReportFact, Words};
use wardroom_domain::log::{Actor, StreamId};
use wardroom_domain::machine;
use wardroom_domain::people::Viewer;
use wardroom_domain::profile::Milestone;
use wardroom_domain::remediation::{ImpactStatus, ImpactWords, PlanKind, PlanState, PlanWords};
use wardroom_domain::validation::{Compared, PriorityWords, ScoreSource, ScoreWords, VulnerabilityWords};

/// Who can read a line of the timeline: the two must never be confused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The reporter reads it too.
    Outside,
    /// The team only.
    Inside,
    /// A change of state, a clock: no words of a person.
    Change,
}

/// A line of the timeline.
#[derive(Clone, Debug)]
pub struct Line {
    pub at: Timestamp,
    pub seq: u64,
    /// `R-2026-0001` or `C-2026-0001`.
    pub source: String,
    pub actor: Actor,
    /// Name of the person, or empty.
    pub who: String,
    pub fact: Fact,
    pub words: Option<Words>,
    pub audience: Audience,
}

/// A vulnerability with everything said about it.
#[derive(Clone, Debug, Default)]
pub struct VulnerabilityView {
    pub id: String,
    pub words: VulnerabilityWords,
    pub scores: Vec<ScoreWords>,
    /// Vectors of others, the newest of each source and version.
    pub heard: Vec<(ScoreSource, ScoreWords)>,
    pub priority: Option<PriorityWords>,
    pub impacts: Vec<ImpactView>,
    pub remediations: Vec<RemediationView>,
}

#[derive(Clone, Debug)]
pub struct ImpactView {
    pub product: String,
    /// Name in the catalogue; the id when it is no longer there.
    pub product_name: String,
    pub status: ImpactStatus,
    pub justification: String,
    pub words: ImpactWords,
}

#[derive(Clone, Debug)]
pub struct RemediationView {
    pub id: String,
    pub plan: PlanKind,
    pub state: PlanState,
    pub due: Option<jiff::civil::Date>,
    pub products: Vec<String>,
    pub words: PlanWords,
}

/// A step of the profile, for the team: the true set, not only the contiguous one.
#[derive(Clone, Debug)]
pub struct TeamStep {
    /// Index into the profile's stages.
    pub stage: usize,
    pub done: bool,
    pub optional: bool,
}

pub struct CasePage {
    pub record: CaseRecord,
    pub title: String,
    pub owner_name: String,
    pub reports: Vec<ReportRecord>,
    pub vulnerabilities: Vec<VulnerabilityView>,
    pub compared: Option<Compared>,
    pub plan_lines: Vec<PlanLine>,
    pub steps: Vec<TeamStep>,
    /// Newest last.
    pub timeline: Vec<Line>,
    /// (stream, promise): clocks of the case and of its reports, running ones first by due instant.
    pub promises: Vec<(StreamId, Promise)>,
    pub offered: Vec<CaseAsk>,
    pub embargo_offered: Vec<EmbargoAsk>,
    pub advisory_number: Option<String>,
    /// The ids we assign, by vulnerability.
    pub identifiers: Vec<IdentifierView>,
    /// Unconfirmed mail that claims the case or one of its reports.
    pub claims: Vec<OpenClaim>,
}

/// A row of the case list with its title opened.
#[derive(Clone, Debug)]
pub struct CaseListRow {
    pub row: CaseRow,
    pub title: String,
    pub owner_name: String,
}

impl Desk {
    pub async fn cases(&self, viewer: &Viewer, query: &CaseQuery) -> Asked<Vec<CaseListRow>> {
        let people = self.store.people().await?;
        let mut rows = Vec::new();
        for row in self.store.cases(viewer, query).await? {
            let title = match self.open_row(&row.id, "case.opened", row.words.as_ref()).await {
                Some(Words::Vulnerability(words)) => words.title,
                _ => String::new(),
            };
            let owner_name = row.owner.as_deref().map(|id| name_of(&people, id)).unwrap_or_default();
            rows.push(CaseListRow { row, title, owner_name });
        }
        Ok(rows)
    }

    pub async fn case_page(&self, viewer: &Viewer, case: &StreamId) -> Asked<CasePage> {
        let record = self.must_case(viewer, case).await?;
        let people = self.store.people().await?;
        let mut reports = Vec::new();
        for report in &record.file.reports {
            // The reports of a case belong to it: who may see the case may see them.
            if let Some(report) = self.report_record(&Viewer::house(), report).await? {
                reports.push(report);
            }
        }
        let profile = self.profile();
        let (zone, now) = (profile.zone(), self.now());
        let mut promises: Vec<(StreamId, Promise)> = Vec::new();
        for (stream, clocks) in std::iter::once((&record.file.id, &record.file.clocks))
            .chain(reports.iter().map(|report| (&report.file.id, &report.file.clocks)))
        {
            promises.extend(clocks.0.iter().map(|clock| (stream.clone(), promises::promise(clock, &zone, now))));
        }
        promises.sort_by_key(|(_, promise)| (promise.kept_at.is_some(), promise.due));
        let reached = |milestone: Milestone| {
            record.file.milestones.contains_key(&milestone) || reports.iter().any(|report| report.file.milestones.contains_key(&milestone))
        };
        let steps = profile.process.stages.iter().enumerate().map(|(index, stage)| TeamStep {
            stage: index,
            done: stage.done_when.holds(&reached),
            optional: stage.optional,
        });
        let steps = steps.collect();
        let advisory_number = match &record.file.advisory {
            Some(advisory) => self.advisory_record(&Viewer::house(), advisory).await?.map(|one| one.file.number),
            None => None,
        };
        let streams: Vec<StreamId> = std::iter::once(&record.file.id).chain(&record.file.reports).cloned().collect();
        let claims = self.open_claims(viewer, &streams).await?;
        // Who takes part in this case only learns nothing of others by what was compared.
        let own = if viewer.sees_all() { None } else { Some(self.store.own_cases(viewer).await?) };
        let mut lines = timeline(&record, &reports, &people);
        if let Some(own) = &own {
            lines.iter_mut().for_each(|line| as_participants_see(line, own, &record.file.reports));
        }
        let as_seen = |compared: Compared| match &own {
            Some(own) => validation::as_seen(compared, own),
            None => compared,
        };
        Ok(CasePage {
            claims,
            title: record.title(),
            owner_name: record.file.owner.as_deref().map(|id| name_of(&people, id)).unwrap_or_default(),
            vulnerabilities: self.vulnerability_views(&record),
            compared: last_words(&record, |words| match words {
                Words::Compared(compared) => Some(as_seen(compared.clone())),
                _ => None,
            }),
            plan_lines: last_words(&record, |words| match words {
                Words::PlanLines(lines) => Some(lines.clone()),
                _ => None,
            })
            .unwrap_or_default(),
            steps,
            timeline: lines,
            promises,
            offered: machine::offered(TRANSITIONS, record.file.state, viewer),
            embargo_offered: machine::offered(EM_TRANSITIONS, record.file.embargo, viewer),
            advisory_number,
            identifiers: self.identifier_views(viewer, &record),
            reports,
            record,
        })
    }

    /// The vulnerabilities of a case with their newest words.
    pub(crate) fn vulnerability_views(&self, record: &CaseRecord) -> Vec<VulnerabilityView> {
        let catalogue = self.maker().products;
        let file = &record.file;
        let view = |one: &wardroom_domain::case::file::VulnerabilityFile| VulnerabilityView {
            id: one.id.clone(),
            words: match record.words_at(one.said_at) {
                Some(Words::Vulnerability(words)) => words.clone(),
                _ => VulnerabilityWords::default(),
            },
            scores: one
                .scores
                .values()
                .filter_map(|at| match record.words_at(*at) {
                    Some(Words::Score(words)) => Some(words.clone()),
                    _ => None,
                })
                .collect(),
            heard: heard(record, &one.heard),
            priority: one.priority_at.and_then(|at| match record.words_at(at) {
                Some(Words::Priority(words)) => Some(words.clone()),
                _ => None,
            }),
            impacts: file
                .impacts
                .iter()
                .filter(|impact| impact.vulnerability == one.id)
                .map(|impact| ImpactView {
                    product: impact.product.clone(),
                    product_name: catalogue
                        .iter()
                        .find(|product| product.id == impact.product)
                        .map_or_else(|| impact.product.clone(), |product| product.name.clone()),
                    status: impact.status,
                    justification: impact.justification.clone(),
                    words: match record.words_at(impact.said_at) {
                        Some(Words::Impact(words)) => words.clone(),
                        _ => ImpactWords::default(),
                    },
                })
                .collect(),
            remediations: file
                .remediations
                .iter()
                .filter(|remediation| remediation.vulnerability == one.id)
                .map(|remediation| RemediationView {
                    id: remediation.id.clone(),
                    plan: remediation.plan,
                    state: remediation.state,
                    due: remediation.due,
                    products: remediation.products.clone(),
                    words: match record.words_at(remediation.said_at) {
                        Some(Words::Plan(words)) => words.clone(),
                        _ => PlanWords::default(),
                    },
                })
                .collect(),
        };
        file.vulnerabilities.iter().map(view).collect()
    }

    /// Gives the case an owner.
    pub async fn assign(&self, viewer: &Viewer, case: &StreamId, person: &str) -> Asked<()> {
        viewer.demand(wardroom_domain::people::Act::Coordinate)?;
        let record = self.must_case(viewer, case).await?;
        let people = self.store.people().await?;
        if !people.iter().any(|one| one.person == person && !one.disabled) {
            return Err(wardroom_domain::Refusal::NotThere { thing: "person" }.into());
        }
        let fact = Fact::Case(CaseFact::OwnerSet { person: person.to_owned() });
        self.record_on_case(viewer, &record, vec![crate::record::Said::bare(fact)], Vec::new()).await?;
        Ok(())
    }

    /// Lets a person take part in the case: from now on he or she sees it, whatever else the person may see.
    pub async fn add_participant(&self, viewer: &Viewer, case: &StreamId, person: &str) -> Asked<()> {
        viewer.demand(wardroom_domain::people::Act::Coordinate)?;
        let record = self.must_case(viewer, case).await?;
        let people = self.store.people().await?;
        if !people.iter().any(|one| one.person == person && !one.disabled) {
            return Err(wardroom_domain::Refusal::NotThere { thing: "person" }.into());
        }
        if record.file.participants.iter().any(|one| one == person) {
            return Err(wardroom_domain::Refusal::AlreadyDone.into());
        }
        let fact = Fact::Case(CaseFact::ParticipantAdded { person: person.to_owned() });
        self.record_on_case(viewer, &record, vec![crate::record::Said::bare(fact)], Vec::new()).await?;
        Ok(())
    }

    /// Records that there will be no advisory, and why.
    pub async fn decide_not_to_disclose(&self, viewer: &Viewer, case: &StreamId, reason: &str) -> Asked<()> {
        viewer.demand(wardroom_domain::people::Act::Coordinate)?;
        let record = self.must_case(viewer, case).await?;
        if reason.trim().is_empty() {
            return Err(wardroom_domain::Refusal::ReasonNeeded.into());
        }
        let said = crate::record::Said::with(Fact::Case(CaseFact::NotDisclosed), Words::Text(reason.trim().to_owned()));
        self.record_on_case(viewer, &record, vec![said], Vec::new()).await?;
        Ok(())
    }
}

/// A line of a case's history without what it says of cases and reports that the viewer may not see.
fn as_participants_see(line: &mut Line, own: &[StreamId], reports: &[StreamId]) {
    if let Some(Words::Compared(compared)) = line.words.take_if(|words| matches!(words, Words::Compared(_))) {
        line.words = Some(Words::Compared(validation::as_seen(compared, own)));
    }
    if let Fact::Case(CaseFact::Judged { with, .. }) | Fact::Report(ReportFact::Judged { with, .. }) = &mut line.fact
        && with.as_ref().is_some_and(|with| !own.contains(with) && !reports.contains(with))
    {
        *with = None;
    }
}

fn last_words<T>(record: &CaseRecord, pick: impl Fn(&Words) -> Option<T>) -> Option<T> {
    record.entries.iter().rev().find_map(|entry| entry.words.as_ref().and_then(&pick))
}

pub(crate) fn name_of(people: &[crate::ports::store::PersonRow], id: &str) -> String {
    people.iter().find(|one| one.person == id).map_or_else(|| id.to_owned(), |one| one.name.clone())
}

fn timeline(case: &CaseRecord, reports: &[ReportRecord], people: &[crate::ports::store::PersonRow]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    lines.extend(case.entries.iter().map(|entry| line(&case.file.number, entry, people)));
    for report in reports {
        lines.extend(report.entries.iter().map(|entry| line(report.number(), entry, people)));
    }
    lines.sort_by_key(|line| line.seq);
    lines
}

/// One entry as a line.
pub(crate) fn line(source: &str, entry: &Entry, people: &[crate::ports::store::PersonRow]) -> Line {
    let audience = match &entry.recorded.fact {
        Fact::Report(
            ReportFact::Received(_)
            | ReportFact::Message { .. }
            | ReportFact::Withdrawn
            | ReportFact::DateProposed { .. }
            | ReportFact::DateAnswered { .. }
            | ReportFact::CreditWished { .. }
            | ReportFact::CreditShown
            | ReportFact::CreditAnswered { .. },
        ) => Audience::Outside,
        Fact::Report(ReportFact::NoteAdded | ReportFact::BreachExplained { .. } | ReportFact::ClockMoved { .. })
        | Fact::Case(CaseFact::NoteAdded | CaseFact::BreachExplained { .. } | CaseFact::ClockMoved { .. }) => Audience::Inside,
        Fact::Org(_) | Fact::Report(_) | Fact::Case(_) | Fact::Advisory(_) => Audience::Change,
    };
    let who = match &entry.recorded.actor {
        Actor::Person(id) => name_of(people, id),
        Actor::Reporter | Actor::House => String::new(),
    };
    Line {
        at: entry.recorded.at,
        seq: entry.recorded.seq,
        source: source.to_owned(),
        actor: entry.recorded.actor.clone(),
        who,
        fact: entry.recorded.fact.clone(),
        words: entry.words.clone(),
        audience,
    }
}

impl Desk {
    /// The timeline of a report that has no case yet.
    pub async fn report_timeline(&self, report: &ReportRecord) -> Asked<Vec<Line>> {
        let people = self.store.people().await?;
        Ok(report.entries.iter().map(|entry| line(report.number(), entry, &people)).collect())
    }
}

/// The newest vector of each source and version, in the order in which they were first heard.
fn heard(record: &CaseRecord, at: &[(ScoreSource, u64)]) -> Vec<(ScoreSource, ScoreWords)> {
    let mut found: Vec<(ScoreSource, ScoreWords)> = Vec::new();
    for (from, at) in at {
        let Some(Words::Score(words)) = record.words_at(*at) else { continue };
        let same = |(known, one): &(ScoreSource, ScoreWords)| known == from && one.source == words.source && one.version == words.version;
        match found.iter_mut().find(|one| same(one)) {
            Some((_, kept)) => kept.clone_from(words),
            None => found.push((*from, words.clone())),
        }
    }
    found
}
