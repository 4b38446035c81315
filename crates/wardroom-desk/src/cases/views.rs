//! What the tabs of a case show, made ready for the templates.

use crate::app::App;
use crate::seat::Seat;
use wardroom_app::case_page::{CasePage, VulnerabilityView};
use wardroom_domain::case::CaseState;
use wardroom_domain::communication::EmbargoState;
use wardroom_domain::people::Act;
use wardroom_domain::remediation::{ImpactStatus, PlanKind, PlanState};
use wardroom_web::text::reveal;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{Choice, Lang, Moment};

/// One thing the case needs before it can move on.
pub struct Check {
    pub label: String,
    pub done: bool,
    pub tab: &'static str,
}

/// What a case needs on its way to an advisory: done or missing, each with its place.
pub fn checks(lang: Lang, page: &CasePage) -> Vec<Check> {
    let file = &page.record.file;
    let all = |what: &dyn Fn(&VulnerabilityView) -> bool| !page.vulnerabilities.is_empty() && page.vulnerabilities.iter().all(what);
    let check = |key: &str, done: bool, tab: &'static str| Check { label: words::say(lang, &format!("desk-check-{key}")), done, tab };
    let planned = |one: &VulnerabilityView| {
        let affected = one.impacts.iter().any(|impact| impact.status == ImpactStatus::Affected);
        !affected || !one.remediations.is_empty()
    };
    vec![
        check("owner", file.owner.is_some(), "overview"),
        check("validated", !matches!(file.state, CaseState::Received | CaseState::Invalid), "overview"),
        check("unique", file.uniqueness.is_some(), "uniqueness"),
        check("described", all(&|one| !one.words.description.trim().is_empty()), "vulnerabilities"),
        check("scored", all(&|one| !one.scores.is_empty()), "scoring"),
        check(
            "affected",
            all(&|one| !one.impacts.is_empty() && one.impacts.iter().all(|impact| impact.status != ImpactStatus::UnderInvestigation)),
            "products",
        ),
        check("planned", all(&planned) && !file.impacts.is_empty(), "remediation"),
        check("embargo", file.embargo != EmbargoState::Proposed, "embargo"),
        check("communication", file.communication_approved, "communication"),
        check("advisory", page.advisory_number.is_some(), "advisory"),
    ]
}

/// A step of the published process.
pub struct StepView {
    pub label: String,
    pub note: String,
    pub state: &'static str,
}

pub fn steps(app: &App, lang: Lang, page: &CasePage) -> Vec<StepView> {
    let profile = app.desk.profile();
    let next = page.steps.iter().position(|step| !step.done && !step.optional);
    let view = |(index, step): (usize, &wardroom_app::case_page::TeamStep)| {
        let stage = profile.process.stages.get(step.stage)?;
        let state = match (step.done, Some(index) == next) {
            (true, _) => "done",
            (false, true) => "now",
            (false, false) => "next",
        };
        let note = if step.optional && !step.done { words::common::OPTIONAL.say(lang).to_owned() } else { String::new() };
        Some(StepView { label: stage.label.text(lang.code()).to_owned(), note, state })
    };
    page.steps.iter().enumerate().filter_map(view).collect()
}

/// A vulnerability with its words made honest.
pub struct FlawView {
    pub id: String,
    pub title: String,
    pub description: String,
    pub cwe: String,
    pub cwe_name: String,
    pub cve: String,
    pub ids: Vec<super::identifiers::IdLine>,
    pub scores: Vec<ScoreView>,
    /// What the decision table says, or empty.
    pub priority: String,
    pub impacts: Vec<ImpactLine>,
    pub plans: Vec<PlanLineView>,
}

pub struct ScoreView {
    pub version: String,
    pub vector: String,
    pub score: String,
    pub severity: String,
    pub chip: &'static str,
    pub justification: String,
}

pub struct ImpactLine {
    pub product: String,
    pub name: String,
    pub status: String,
    pub chip: &'static str,
    pub versions: String,
    pub fixed_in: String,
    pub justification: String,
    pub note: String,
}

pub struct PlanLineView {
    pub id: String,
    pub kind: String,
    pub state: String,
    pub text: String,
    pub text_zh: String,
    pub url: String,
    pub owner: String,
    pub due: String,
    pub late: bool,
    pub products: Vec<String>,
    pub kinds: Vec<Choice>,
    pub states: Vec<Choice>,
}

/// The chip of a CVSS severity and its word.
pub fn severity(lang: Lang, word: &str) -> (String, &'static str) {
    let (key, chip) = match word.to_ascii_uppercase().as_str() {
        "CRITICAL" => ("critical", "critical"),
        "HIGH" => ("high", "high"),
        "MEDIUM" => ("medium", "medium"),
        "LOW" => ("low", "low"),
        "NONE" => ("none", "neutral"),
        _ => ("unrated", "neutral"),
    };
    (words::say(lang, &format!("validation-severity-{key}")), chip)
}

pub fn impact_chip(status: ImpactStatus) -> &'static str {
    match status {
        ImpactStatus::Affected => "high",
        ImpactStatus::Fixed => "good",
        ImpactStatus::NotAffected => "neutral",
        ImpactStatus::UnderInvestigation => "warn",
    }
}

pub fn plan_kinds(lang: Lang, chosen: Option<PlanKind>) -> Vec<Choice> {
    PlanKind::ALL
        .into_iter()
        .map(|one| Choice::new(one.as_str(), words::say(lang, &format!("remediation-plan-{}", one.as_str())), Some(one) == chosen))
        .collect()
}

/// The states a remediation may be in from now on: only forward.
pub fn plan_states(lang: Lang, now: Option<PlanState>) -> Vec<Choice> {
    let may = |one: &PlanState| now.is_none_or(|now| *one >= now);
    let label = |one: PlanState| words::say(lang, &format!("remediation-state-{}", one.as_str()));
    PlanState::ALL.into_iter().filter(may).map(|one| Choice::new(one.as_str(), label(one), Some(one) == now)).collect()
}

pub fn flaws(app: &App, seat: &Seat, page: &CasePage) -> Vec<FlawView> {
    let lang = seat.lang();
    let today = app.desk.now().to_zoned(jiff::tz::TimeZone::get(&app.desk.profile().zone()).unwrap_or(jiff::tz::TimeZone::UTC)).date();
    let tables = app.desk.decision_tables();
    let view = |one: &VulnerabilityView| FlawView {
        id: one.id.clone(),
        title: reveal(&one.words.title),
        description: reveal(&one.words.description),
        cwe: one.words.cwe.clone(),
        cwe_name: wardroom_formats::cwe::Id::parse(&one.words.cwe).ok().and_then(|id| id.name()).unwrap_or_default().to_owned(),
        cve: one.words.cve.clone(),
        ids: super::identifiers::lines(app, seat, page, &one.id),
        scores: one
            .scores
            .iter()
            .map(|score| {
                let (severity, chip) = severity(lang, &score.severity);
                ScoreView {
                    version: score.version.clone(),
                    vector: score.vector.clone(),
                    score: format!("{:.1}", score.score),
                    severity,
                    chip,
                    justification: reveal(&score.justification),
                }
            })
            .collect(),
        priority: one.priority.as_ref().map(|words| super::priority::outcome(lang, &tables, words)).unwrap_or_default(),
        impacts: one
            .impacts
            .iter()
            .map(|impact| ImpactLine {
                product: impact.product.clone(),
                name: impact.product_name.clone(),
                status: words::say(lang, &format!("validation-impact-{}", impact.status.as_str())),
                chip: impact_chip(impact.status),
                versions: reveal(&wardroom_domain::remediation::versions_told(&impact.words.versions, &impact.words.hardware)),
                fixed_in: reveal(&impact.words.fixed_in),
                justification: if impact.justification.is_empty() {
                    String::new()
                } else {
                    words::say(lang, &format!("remediation-why-{}", impact.justification))
                },
                note: reveal(&impact.words.note),
            })
            .collect(),
        plans: one
            .remediations
            .iter()
            .map(|plan| PlanLineView {
                id: plan.id.clone(),
                kind: words::say(lang, &format!("remediation-plan-{}", plan.plan.as_str())),
                state: words::say(lang, &format!("remediation-state-{}", plan.state.as_str())),
                text: plan.words.text.clone(),
                text_zh: plan.words.text_zh.clone(),
                url: plan.words.url.clone(),
                owner: plan.words.owner.clone(),
                due: plan.due.map(|due| due.to_string()).unwrap_or_default(),
                late: plan.due.is_some_and(|due| due < today) && plan.state != PlanState::Released,
                products: plan.products.clone(),
                kinds: plan_kinds(lang, Some(plan.plan)),
                states: plan_states(lang, Some(plan.state)),
            })
            .collect(),
    };
    page.vulnerabilities.iter().map(view).collect()
}

/// The embargo as the header, the band and its tab show it.
pub struct EmbargoView {
    pub state: String,
    pub chip: &'static str,
    pub ends: Option<Moment>,
    pub proposed: Option<Moment>,
}

pub fn embargo(app: &App, seat: &Seat, page: &CasePage) -> EmbargoView {
    let file = &page.record.file;
    let lang = seat.lang();
    let moment = |terms: &wardroom_domain::communication::EmbargoTerms| Moment::in_zone(lang, terms.ends_at, &terms.zone, app.desk.now());
    EmbargoView {
        state: words::say(lang, &format!("communication-embargo-{}", file.embargo.as_str())),
        chip: match file.embargo {
            EmbargoState::None | EmbargoState::Exited => "neutral",
            EmbargoState::Proposed => "info",
            EmbargoState::Active | EmbargoState::Revising => "warn",
        },
        ends: file.terms.as_ref().map(moment),
        proposed: file.proposed_terms.as_ref().map(moment),
    }
}

/// The secrecy line: until when, and how many people may see it. Empty when no embargo binds.
pub async fn band(app: &App, seat: &Seat, embargo: EmbargoState, ends: Option<Moment>, participants: &[String]) -> String {
    let lang = seat.lang();
    if !embargo.binds() && embargo != EmbargoState::Proposed {
        return String::new();
    }
    let people = app.desk.people().await.unwrap_or_default();
    let sees = |one: &&wardroom_app::ports::store::PersonRow| {
        !one.disabled && (one.roles.iter().any(|role| Act::SeeEveryCase.allowed_to(*role)) || participants.contains(&one.person))
    };
    let count = people.iter().filter(sees).count();
    match ends {
        Some(ends) if embargo.binds() => w::band_until(lang, count, ends.line(lang)),
        _ => w::band_proposed(lang, count),
    }
}
