//! The list of advisories and one advisory, made from what is cleared alone. Worded per language; texts that exist in
//! one language only are shown in that one and the page says so.

mod list;
mod one;

pub use list::{filtered, render_list};
pub use one::render_advisory;

use jiff::Timestamp;
use wardroom_app::disclosure::tree::{PublicAdvisory, PublicWorld};
use wardroom_domain::disclosure::{AdvisoryContent, AdvisoryScore, EndingKind};
use wardroom_domain::remediation::ImpactStatus;
use wardroom_web::words;
use wardroom_web::{Lang, time};

/// An advisory as one row of a list.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub(crate) number: String,
    pub(crate) href: String,
    pub(crate) title: String,
    /// `critical` … `none`, or `neutral` when nothing is scored.
    pub(crate) severity_id: &'static str,
    /// "Critical 9.3".
    pub(crate) severity: String,
    pub(crate) cves: String,
    pub(crate) products: String,
    /// "Fixed", "Mitigation", … or empty.
    pub(crate) fix: String,
    pub(crate) fix_tone: &'static str,
    pub(crate) ended: Option<EndingKind>,
    pub(crate) version: u32,
    pub(crate) published: String,
    pub(crate) published_utc: String,
    pub(crate) updated: String,
    pub(crate) updated_utc: String,
    /// Everything a search looks at, in lower case.
    pub(crate) haystack: String,
}

impl Row {
    /// "Withdrawn", "Superseded", or empty while it is in force.
    pub(crate) fn ended_word(&self, lang: &Lang) -> &'static str {
        match self.ended {
            None => "",
            Some(EndingKind::Withdrawn) => words::disclosure::STATE_WITHDRAWN.say(*lang),
            Some(EndingKind::Superseded) => words::disclosure::STATE_SUPERSEDED.say(*lang),
        }
    }
}

/// Where an advisory's page is.
pub(crate) fn href(number: &str) -> String {
    format!("/advisories/{number}")
}

/// All advisories, newest first.
pub(crate) fn rows(world: &PublicWorld, lang: Lang) -> Vec<Row> {
    world.advisories.iter().filter_map(|advisory| row(advisory, lang)).collect()
}

fn row(advisory: &PublicAdvisory, lang: Lang) -> Option<Row> {
    let latest = advisory.latest()?;
    let content = &latest.content;
    let first = advisory.first_released().unwrap_or(latest.released_at);
    let (severity_id, severity) = severity(lang, content.worst());
    let cves: Vec<&str> = content.vulnerabilities.iter().map(|one| one.cve.as_str()).filter(|cve| !cve.is_empty()).collect();
    let names: Vec<&str> = content.products.iter().map(|product| product.name.as_str()).collect();
    let (fix, fix_tone) = fix(lang, content);
    let haystack = [
        advisory.number.as_str(),
        &content.texts.title.en,
        &content.texts.title.zh,
        &content.texts.summary.en,
        &content.texts.summary.zh,
        &cves.join(" "),
        &names.join(" "),
    ]
    .join("\n")
    .to_lowercase();
    Some(Row {
        number: advisory.number.clone(),
        href: href(&advisory.number),
        title: content.texts.title.text(lang.code()).to_owned(),
        severity_id,
        severity,
        cves: some(lang, &cves, 3),
        products: some(lang, &names, 3),
        fix,
        fix_tone,
        ended: content.ended(),
        version: latest.version,
        published: day(first),
        published_utc: time::utc(first),
        updated: day(latest.released_at),
        updated_utc: time::utc(latest.released_at),
        haystack,
    })
}

/// The first few of a list, and how many more there are.
fn some(lang: Lang, all: &[&str], most: usize) -> String {
    let join = if lang == Lang::Zh { "、" } else { ", " };
    let mut text = all.iter().take(most).copied().collect::<Vec<_>>().join(join);
    if all.len() > most {
        text.push_str(&format!(" +{}", all.len() - most));
    }
    text
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// The chip's tone and words: `("critical", "Critical 9.3")`.
fn severity(lang: Lang, score: Option<&AdvisoryScore>) -> (&'static str, String) {
    let Some(score) = score else { return ("neutral", words::validation::SEVERITY_UNRATED.say(lang).to_owned()) };
    let (id, word) = match score.severity.to_lowercase().as_str() {
        "critical" => ("critical", words::validation::SEVERITY_CRITICAL),
        "high" => ("high", words::validation::SEVERITY_HIGH),
        "medium" => ("medium", words::validation::SEVERITY_MEDIUM),
        "low" => ("low", words::validation::SEVERITY_LOW),
        _ => ("neutral", words::validation::SEVERITY_NONE),
    };
    (id, format!("{} {:.1}", word.say(lang), score.score))
}

/// What there is against it, for all of it together: a fix only counts when every affected product has one that can be installed.
fn fix(lang: Lang, content: &AdvisoryContent) -> (String, &'static str) {
    use wardroom_domain::remediation::PlanKind;
    let impacts = || content.vulnerabilities.iter().flat_map(|one| &one.impacts);
    let open = impacts().filter(|impact| impact.status == ImpactStatus::Affected && impact.fixed_in.is_empty()).count();
    let any_fixed = impacts().any(|impact| impact.status == ImpactStatus::Fixed || !impact.fixed_in.is_empty());
    let plans = || content.vulnerabilities.iter().flat_map(|one| &one.remediations);
    let has = |kind| plans().any(|one| one.kind == kind && !one.planned);
    let planned = plans().any(|one| one.planned);
    if open == 0 && any_fixed && !planned {
        return (words::validation::IMPACT_FIXED.say(lang).to_owned(), "good");
    }
    let word = if has(PlanKind::Fix) {
        words::remediation::KIND_VENDOR_FIX
    } else if has(PlanKind::Mitigation) {
        words::remediation::KIND_MITIGATION
    } else if has(PlanKind::Workaround) {
        words::remediation::KIND_WORKAROUND
    } else if planned {
        words::remediation::KIND_FIX_PLANNED
    } else if impacts().any(|impact| impact.status == ImpactStatus::UnderInvestigation) {
        words::validation::IMPACT_UNDER_INVESTIGATION
    } else {
        return (String::new(), "neutral");
    };
    (word.say(lang).to_owned(), "info")
}

/// The chip of an impact status.
pub(crate) fn status(lang: Lang, status: ImpactStatus) -> (&'static str, &'static str) {
    let (tone, word) = match status {
        ImpactStatus::Affected => ("high", words::validation::IMPACT_AFFECTED),
        ImpactStatus::NotAffected => ("good", words::validation::IMPACT_NOT_AFFECTED),
        ImpactStatus::Fixed => ("good", words::validation::IMPACT_FIXED),
        ImpactStatus::UnderInvestigation => ("medium", words::validation::IMPACT_UNDER_INVESTIGATION),
    };
    (tone, word.say(lang))
}
