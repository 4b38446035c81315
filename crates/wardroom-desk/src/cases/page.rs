//! One case (S2): header with clocks and embargo, the next step, and a tab per room. Tabs are addresses.

use super::beside::{Beside, beside};
use super::priority::{Priority, priority};
use super::scoring::{Calculator, calculator};
use super::views::{self, Check, EmbargoView, FlawView, StepView};
use crate::app::App;
use crate::clocks::{self, ClockView};
use crate::fields::Typed;
use crate::frame::shown_as;
use crate::seat::Seat;
use crate::stop::{Answer, Stop};
use crate::timeline::{self, LineView};
use crate::triage::report::{ClaimLine, Travel, claim_lines, travel};
use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use wardroom_app::AskError;
use wardroom_app::case_page::{Audience, CasePage};
use wardroom_app::communication::Observed;
use wardroom_domain::case::CaseAsk;
use wardroom_domain::communication::EmbargoAsk;
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::Act;
use wardroom_domain::products::Product;
use wardroom_domain::remediation::{ImpactStatus, JUSTIFICATIONS};
use wardroom_domain::triage::Disposition;
use wardroom_domain::validation::Uniqueness;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, cna as n, communication as m, desk as w, disclosure as d, remediation as r, triage as t, validation as v};
use wardroom_web::{Choice, DeskFrame, Page};

/// The tabs, in the order of the work.
pub const TABS: [&str; 9] =
    ["overview", "vulnerabilities", "uniqueness", "scoring", "products", "remediation", "embargo", "communication", "advisory"];

#[derive(Deserialize, Default, Clone)]
pub struct Asked {
    #[serde(default)]
    pub tab: String,
    /// `outside`, `inside`, `changes`: which lines of the timeline.
    #[serde(default)]
    pub only: String,
    /// The vulnerability and version the calculator is for.
    #[serde(default)]
    pub v: String,
    #[serde(default)]
    pub cvss: String,
    /// The version of our vector the calculator begins with.
    #[serde(default)]
    pub from: String,
    /// The decision table asked.
    #[serde(default)]
    pub table: String,
}

struct TabLink {
    id: &'static str,
    label: String,
}

struct ReportLink {
    id: String,
    number: String,
    title: String,
    waiting: bool,
    travel: Travel,
}

struct CandidateView {
    id: String,
    number: String,
    percent: String,
    reasons: Vec<String>,
}

struct PlanRow {
    audience: String,
    channel: String,
    language: String,
    when: String,
    note: String,
}

#[derive(Template)]
#[template(path = "cases/page.html")]
struct CaseView {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    tab: &'static str,
    tabs: Vec<TabLink>,
    number: String,
    title: String,
    state: String,
    state_chip: &'static str,
    episode: u32,
    disposition: String,
    owner: String,
    people: Vec<Choice>,
    participants: Vec<String>,
    /// People who could take part and do not yet.
    others: Vec<Choice>,
    embargo: EmbargoView,
    clocks: Vec<ClockView>,
    checks: Vec<Check>,
    next: Option<(String, &'static str)>,
    steps: Vec<StepView>,
    reports: Vec<ReportLink>,
    claims: Vec<ClaimLine>,
    flaws: Vec<FlawView>,
    moves: Vec<(&'static str, String)>,
    close: bool,
    dispositions: Vec<Choice>,
    only: &'static str,
    timeline: Vec<LineView>,
    calculator: Option<Calculator>,
    beside: Option<Beside>,
    priority: Option<Priority>,
    uniqueness: String,
    duplicate_of: String,
    compared: String,
    corpora: Vec<String>,
    candidates: Vec<CandidateView>,
    public: Vec<super::duplicates::PublicView>,
    products: Vec<Product>,
    statuses: Vec<Choice>,
    justifications: Vec<Choice>,
    plan_kinds: Vec<Choice>,
    plan_states: Vec<Choice>,
    embargo_asks: Vec<(&'static str, String, bool)>,
    /// What of the world is not recorded yet.
    observable: Vec<Choice>,
    zone: String,
    longest: String,
    plan: Vec<PlanRow>,
    plan_approved: bool,
    advisory_number: String,
    not_disclosed: bool,
    may_assess: bool,
    may_remediate: bool,
    may_impact: bool,
    may_coordinate: bool,
    may_note: bool,
    may_message: bool,
    may_write: bool,
    may_triage: bool,
}

/// The stream of a case named in the address.
pub async fn stream(app: &App, seat: &Seat, id: &str) -> Result<StreamId, AskError> {
    let stream = app.desk.find(&seat.viewer, id).await?;
    if stream.kind() == StreamKind::Case { Ok(stream) } else { Err(AskError::NotFound) }
}

pub async fn show(State(app): State<App>, seat: Seat, Path(id): Path<String>, Query(asked): Query<Asked>) -> Answer {
    page(&app, &seat, &id, &asked, Typed::default()).await
}

/// The page of a case on one tab, with what was typed in a form that was refused.
pub async fn page(app: &App, seat: &Seat, id: &str, asked: &Asked, typed: Typed) -> Answer {
    let lang = seat.lang();
    let case = stream(app, seat, id).await?;
    let found = app.desk.case_page(&seat.viewer, &case).await?;
    let file = &found.record.file;
    let tab = TABS.into_iter().find(|tab| *tab == asked.tab).unwrap_or(TABS[0]);
    let say = |key: String| words::say(lang, &key);

    let mut shell = app.shell(seat, "cases", &file.number).await;
    let embargo = views::embargo(app, seat, &found);
    shell.frame.band = views::band(app, seat, file.embargo, embargo.ends.clone(), &file.participants).await;
    shell.frame.band_href = format!("/cases/{}?tab=embargo", file.number);

    let people = app.desk.people().await?;
    let takes_part = |person: &str| file.participants.iter().any(|one| one == person);
    let participants = people.iter().filter(|one| takes_part(&one.person)).map(|one| one.name.clone()).collect();
    let others = people
        .iter()
        .filter(|one| !one.disabled && !takes_part(&one.person))
        .map(|one| Choice::new(&one.person, &one.name, false))
        .collect();
    let people = people
        .iter()
        .filter(|one| !one.disabled)
        .map(|one| Choice::new(&one.person, &one.name, file.owner.as_deref() == Some(&one.person)));
    let (state, state_chip) = super::list::state(lang, file.state);
    let checks = views::checks(lang, &found);
    let compared = match tab == "uniqueness" && seat.may(Act::Assess) {
        true => Some(app.desk.compare_case(&seat.viewer, &case).await?),
        false => found.compared.clone(),
    };
    let (only, audience) = match asked.only.as_str() {
        "outside" => ("outside", Some(Audience::Outside)),
        "inside" => ("inside", Some(Audience::Inside)),
        "changes" => ("changes", Some(Audience::Change)),
        _ => ("", None),
    };
    let duplicate_of = match &file.uniqueness {
        Some(Uniqueness::Duplicate { of }) => {
            app.desk.case_record(&seat.viewer, of).await?.map(|case| case.file.number).unwrap_or_default()
        }
        Some(Uniqueness::Unique) | None => String::new(),
    };
    let moves = found.offered.iter().filter(|ask| **ask != CaseAsk::Close);
    let reason = |one: Disposition| Choice::new(one.as_str(), say(format!("triage-disposition-{}", one.as_str())), false);
    let calculator = if tab == "scoring" { calculator(lang, &found, asked, &typed) } else { None };
    let (beside, priority) = match &calculator {
        Some(one) => {
            (beside(lang, &found, &one.vulnerability, one.version), priority(app, lang, &found, asked, &one.vulnerability, &typed))
        }
        None => (None, None),
    };
    let status = typed.status();
    let view = CaseView {
        page: shell.page.faulty(typed.is_faulty()),
        frame: shell.frame,
        tab,
        tabs: TABS.into_iter().map(|id| TabLink { id, label: say(format!("desk-tab-{id}")) }).collect(),
        number: file.number.clone(),
        title: reveal(&found.title),
        state,
        state_chip,
        episode: file.episode,
        disposition: file.disposition.map(|one| say(format!("triage-disposition-{}", one.as_str()))).unwrap_or_default(),
        owner: found.owner_name.clone(),
        people: people.collect(),
        participants,
        others,
        embargo,
        clocks: clock_views(app, seat, &found),
        next: checks.iter().find(|check| !check.done).map(|check| (check.label.clone(), check.tab)),
        checks,
        steps: views::steps(app, lang, &found),
        reports: reports(app, lang, &found).await?,
        claims: claim_lines(app, seat, &found.claims),
        flaws: views::flaws(app, seat, &found),
        moves: moves.map(|ask| (ask.as_str(), say(format!("validation-ask-{}", ask.as_str())))).collect(),
        close: found.offered.contains(&CaseAsk::Close),
        dispositions: Disposition::ALL.into_iter().map(reason).collect(),
        only,
        timeline: if tab == "overview" { timeline::lines(app, seat, &found.timeline, audience) } else { Vec::new() },
        calculator,
        beside,
        priority,
        uniqueness: super::duplicates::verdict(lang, file.uniqueness.as_ref()),
        duplicate_of,
        compared: compared.as_ref().map(|one| v::compared_with(lang, one.advisories, one.cases)).unwrap_or_default(),
        corpora: compared.iter().flat_map(|one| &one.corpora).map(|one| super::duplicates::corpus(lang, one)).collect(),
        public: compared.iter().flat_map(|one| &one.public).map(|one| super::duplicates::public(lang, one)).collect(),
        candidates: compared.iter().flat_map(|one| &one.candidates).map(|one| candidate(lang, one)).collect(),
        products: app.desk.maker().products,
        statuses: ImpactStatus::ALL
            .into_iter()
            .map(|one| Choice::new(one.as_str(), say(format!("validation-impact-{}", one.as_str())), false))
            .collect(),
        justifications: JUSTIFICATIONS.into_iter().map(|one| Choice::new(one, say(format!("remediation-why-{one}")), false)).collect(),
        plan_kinds: views::plan_kinds(lang, None),
        plan_states: views::plan_states(lang, None),
        observable: observable(lang, file),
        embargo_asks: found.embargo_offered.iter().map(|ask| embargo_ask(lang, *ask)).collect(),
        zone: app.desk.profile().zone(),
        longest: app.desk.profile().longest_embargo_days().map(|days| days.to_string()).unwrap_or_default(),
        plan: found.plan_lines.iter().map(plan_row).collect(),
        plan_approved: file.communication_approved,
        advisory_number: found.advisory_number.clone().unwrap_or_default(),
        not_disclosed: file.milestones.contains_key(&wardroom_domain::profile::Milestone::NotDisclosedDecided),
        may_assess: seat.may(Act::Assess),
        may_remediate: seat.may(Act::Remediate),
        may_impact: seat.may(Act::Assess) || seat.may(Act::Remediate),
        may_coordinate: seat.may(Act::Coordinate),
        may_note: seat.may(Act::WriteNote),
        may_message: seat.may(Act::MessageReporter),
        may_write: seat.may(Act::WriteAdvisory),
        may_triage: seat.may(Act::Triage),
        typed,
    };
    shown_as(status, &view)
}

fn clock_views(app: &App, seat: &Seat, page: &CasePage) -> Vec<ClockView> {
    let known = |stream: &StreamId, kind: &str| {
        let clocks = match page.reports.iter().find(|report| report.file.id == *stream) {
            Some(report) => &report.file.clocks,
            None => &page.record.file.clocks,
        };
        clocks
            .0
            .iter()
            .rev()
            .find(|clock| clock.start.clock == kind)
            .map_or((false, true), |clock| (clock.breached_at.is_some(), clock.breach_explained))
    };
    let view = |(stream, promise): &(StreamId, wardroom_app::promises::Promise)| {
        let (breached, explained) = known(stream, &promise.kind);
        clocks::of_promise(app, seat, stream, promise, breached, explained)
    };
    page.promises.iter().map(view).collect()
}

async fn reports(app: &App, lang: wardroom_web::Lang, page: &CasePage) -> Result<Vec<ReportLink>, Stop> {
    let mut links = Vec::new();
    for report in &page.reports {
        links.push(ReportLink {
            id: report.file.id.to_string(),
            number: report.number().to_owned(),
            title: reveal(&report.words().title),
            waiting: report.file.waiting_for_us,
            travel: travel(app, lang, report).await?,
        });
    }
    Ok(links)
}

fn observable(lang: wardroom_web::Lang, file: &wardroom_domain::case::CaseFile) -> Vec<Choice> {
    let known = |one: Observed| match one {
        Observed::PublicKnows => file.public_knows,
        Observed::ExploitPublic => file.exploit_public,
        Observed::AttacksSeen => file.attacks_seen,
    };
    let open = Observed::ALL.into_iter().filter(|one| !known(*one));
    open.map(|one| Choice::new(one.as_str(), words::say(lang, &format!("communication-observed-{}", one.as_str())), false)).collect()
}

fn candidate(lang: wardroom_web::Lang, one: &wardroom_domain::validation::Candidate) -> CandidateView {
    let reason = |reason: &wardroom_domain::validation::Reason| {
        format!("{}: {}", words::say(lang, &format!("validation-facet-{}", reason.facet)), reveal(&reason.detail))
    };
    CandidateView {
        id: one.case.to_string(),
        number: one.number.clone(),
        percent: format!("{:.0}", one.score * 100.0),
        reasons: one.reasons.iter().filter(|reason| !reason.detail.is_empty()).map(reason).collect(),
    }
}

fn embargo_ask(lang: wardroom_web::Lang, ask: EmbargoAsk) -> (&'static str, String, bool) {
    (ask.as_str(), words::say(lang, &format!("communication-ask-{}", ask.as_str())), ask.brings_terms())
}

fn plan_row(line: &wardroom_domain::communication::PlanLine) -> PlanRow {
    PlanRow {
        audience: line.audience.clone(),
        channel: line.channel.clone(),
        language: line.language.clone(),
        when: line.when.clone(),
        note: line.note.clone(),
    }
}
