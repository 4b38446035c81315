//! The list of advisories and one advisory, made from what is cleared alone. Worded per language; texts that exist in
//! one language only are shown in that one and the page says so.

mod answers;
pub(crate) mod difference;
pub(crate) mod filter;
mod list;
mod one;
pub(crate) mod shelf;

pub(crate) use list::{feed, filtered};
pub use list::{render_list, render_page};
pub(crate) use one::safe_url;
pub use one::{render_advisory, render_version};

use jiff::Timestamp;
use wardroom_app::disclosure::tree::{Card, Remedy};
use wardroom_domain::disclosure::{AdvisoryScore, EndingKind, Exploitation};
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
    /// "Attacks seen", "Exploit public", or empty.
    pub(crate) exploited: &'static str,
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

pub(crate) fn row(card: &Card, lang: Lang) -> Row {
    let (severity_id, severity) = severity(lang, card.worst.as_ref());
    let cves: Vec<&str> = card.cves.iter().map(String::as_str).collect();
    let names: Vec<&str> = card.products.iter().map(|(_, name)| name.as_str()).collect();
    let (fix, fix_tone) = fix(lang, card.remedy);
    Row {
        number: card.number.clone(),
        href: href(&card.number),
        title: card.title.text(lang.code()).to_owned(),
        severity_id,
        severity,
        cves: some(lang, &cves, 3),
        products: some(lang, &names, 3),
        fix,
        fix_tone,
        ended: card.ended,
        version: card.version,
        published: day(card.first),
        published_utc: time::utc(card.first),
        updated: day(card.released),
        updated_utc: time::utc(card.released),
        exploited: match card.exploitation {
            Exploitation::Attacked => words::public::ADVISORIES_EXPLOITED_ATTACKED.say(lang),
            Exploitation::ExploitPublic => words::public::ADVISORIES_EXPLOITED_PUBLIC.say(lang),
            Exploitation::NoneKnown | Exploitation::Unsaid => "",
        },
    }
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

/// What there is against it, in a word.
fn fix(lang: Lang, remedy: Remedy) -> (String, &'static str) {
    let (word, tone) = match remedy {
        Remedy::None => return (String::new(), "neutral"),
        Remedy::Fixed => (words::validation::IMPACT_FIXED, "good"),
        Remedy::VendorFix => (words::remediation::KIND_VENDOR_FIX, "info"),
        Remedy::Mitigation => (words::remediation::KIND_MITIGATION, "info"),
        Remedy::Workaround => (words::remediation::KIND_WORKAROUND, "info"),
        Remedy::FixPlanned => (words::remediation::KIND_FIX_PLANNED, "info"),
        Remedy::UnderInvestigation => (words::validation::IMPACT_UNDER_INVESTIGATION, "info"),
    };
    (word.say(lang).to_owned(), tone)
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
