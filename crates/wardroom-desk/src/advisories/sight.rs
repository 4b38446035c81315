//! An advisory's content as its readers will see it, in one language: for the preview and the publish page.

use crate::cases::severity;
use wardroom_domain::disclosure::{AdvisoryContent, AdvisoryRemediation, Exploitation};
use wardroom_formats::csaf::input::Credit;
use wardroom_web::{Lang, words};

pub struct Sight {
    pub lang: Lang,
    pub title: String,
    pub summary: String,
    pub action: String,
    pub until: String,
    /// What readers are told of attacks.
    pub exploited: &'static str,
    pub change: String,
    pub ending: Option<EndingSight>,
    pub flaws: Vec<FlawSight>,
    pub credits: Vec<String>,
    pub references: Vec<(String, String)>,
}

/// What stands over an advisory that is taken back.
pub struct EndingSight {
    /// "Withdrawn".
    pub word: String,
    pub reason: String,
    pub by: Vec<String>,
}

pub struct FlawSight {
    pub id: String,
    pub cve: String,
    pub cwe: String,
    pub title: String,
    pub description: String,
    /// (version, score, severity, chip, vector)
    pub scores: Vec<(String, String, String, &'static str, String)>,
    /// (product, status, chip, versions, fixed in, justification)
    pub impacts: Vec<(String, String, &'static str, String, String, String)>,
    /// (kind, text, url)
    pub remediations: Vec<(String, String, String)>,
}

pub fn sight(lang: Lang, content: &AdvisoryContent) -> Sight {
    let say = |key: String| words::say(lang, &key);
    let name = |id: &str| content.products.iter().find(|one| one.id == id).map_or_else(|| id.to_owned(), |one| one.name.clone());
    let flaw = |one: &wardroom_domain::disclosure::AdvisoryVulnerability| FlawSight {
        id: one.id.clone(),
        cve: one.cve.clone(),
        cwe: wardroom_formats::cwe::with_name(&one.cwe),
        title: one.title_in(lang.code()).to_owned(),
        description: one.description_in(lang.code()).to_owned(),
        scores: one
            .scores
            .iter()
            .map(|score| {
                let (word, chip) = severity(lang, &score.severity);
                (score.version.clone(), format!("{:.1}", score.score), word, chip, score.vector.clone())
            })
            .collect(),
        impacts: one
            .impacts
            .iter()
            .map(|impact| {
                let why =
                    if impact.justification.is_empty() { String::new() } else { say(format!("remediation-why-{}", impact.justification)) };
                let status = say(format!("validation-impact-{}", impact.status.as_str()));
                (
                    name(&impact.product),
                    status,
                    crate::cases::impact_chip(impact.status),
                    impact.versions_told(),
                    impact.fixed_in.clone(),
                    why,
                )
            })
            .collect(),
        remediations: one
            .remediations
            .iter()
            .map(|plan| (say(plan_word(plan)), plan.text.text(lang.code()).to_owned(), plan.url.clone()))
            .collect(),
    };
    let texts = &content.texts;
    Sight {
        lang,
        title: texts.title.text(lang.code()).to_owned(),
        summary: texts.summary.text(lang.code()).to_owned(),
        action: texts.action.text(lang.code()).to_owned(),
        until: texts.until.text(lang.code()).to_owned(),
        exploited: match content.exploitation {
            Exploitation::Attacked => words::public::ADVISORIES_EXPLOITED_ATTACKED.say(lang),
            Exploitation::ExploitPublic => words::public::ADVISORIES_EXPLOITED_PUBLIC.say(lang),
            Exploitation::NoneKnown => words::public::ADVISORIES_EXPLOITED_NONE.say(lang),
            Exploitation::Unsaid => "",
        },
        change: texts.change.text(lang.code()).to_owned(),
        ending: texts.ending.as_ref().map(|ending| EndingSight {
            word: say(format!("disclosure-state-{}", ending.kind.as_str())),
            reason: ending.reason.text(lang.code()).to_owned(),
            by: ending.by.clone(),
        }),
        flaws: content.vulnerabilities.iter().map(flaw).collect(),
        credits: texts.credits.iter().map(|line| Credit::read(line).shown(lang.code())).collect(),
        references: texts.references.clone(),
    }
}

/// The key of what a remediation is called; a fix that is worked on is not called one yet.
fn plan_word(plan: &AdvisoryRemediation) -> String {
    if plan.planned { "remediation-kind-fix_planned".to_owned() } else { format!("remediation-plan-{}", plan.kind.as_str()) }
}
