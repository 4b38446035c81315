//! "Am I affected?": a product and a version against every published advisory. Nothing asked is kept or logged.

use crate::practice::site;
use askama::Template;
use axum::response::Response;
use wardroom_app::disclosure::tree::PublicWorld;
use wardroom_domain::disclosure::AdvisoryImpact;
use wardroom_domain::remediation::ImpactStatus;
use wardroom_domain::text::half_width;
use wardroom_formats::versions::{Among, among};
use wardroom_web::words::{self, public as say};
use wardroom_web::{Faults, Lang, Page, Tongue};

/// What one advisory means for one product.
#[derive(Debug, PartialEq, Eq)]
struct Verdict {
    tone: &'static str,
    word: &'static str,
    product: String,
    title: String,
    number: String,
    href: String,
    rule: String,
    /// Worst first.
    rank: u8,
}

#[derive(Template)]
#[template(path = "check/check.html")]
struct Check {
    page: Page,
    product: String,
    version: String,
    asked: bool,
    verdicts: Vec<Verdict>,
    faults: Faults,
}

/// The page, with verdicts when a product was asked for.
pub fn render(world: &PublicWorld, tongue: &Tongue, product: Option<&str>, version: &str) -> Response {
    let lang = tongue.lang;
    let mut faults = Faults::default();
    let wanted: String = half_width(product.unwrap_or_default().trim()).chars().take(200).collect();
    let version: String = half_width(version.trim()).chars().take(60).collect();
    if product.is_some() && wanted.is_empty() {
        faults.add("product", say::CHECK_ENTER.say(lang));
    }
    let asked = !wanted.is_empty();
    let verdicts = if asked { verdicts(world, lang, &wanted, &version) } else { Vec::new() };
    let page = Page::new(tongue, &site(world), "check", say::CHECK_TITLE.say(lang)).faulty(!faults.is_empty());
    wardroom_web::html(&Check { page, product: wanted, version, asked, verdicts, faults })
}

fn verdicts(world: &PublicWorld, lang: Lang, wanted: &str, version: &str) -> Vec<Verdict> {
    let wanted: Vec<String> = wanted.split_whitespace().map(str::to_lowercase).collect();
    let mut verdicts = Vec::new();
    for advisory in world.advisories.iter().filter(|advisory| advisory.ending().is_none()) {
        let Some(latest) = advisory.latest() else { continue };
        let content = &latest.content;
        for impact in content.vulnerabilities.iter().flat_map(|one| &one.impacts) {
            let Some(product) = content.products.iter().find(|product| product.id == impact.product) else { continue };
            let names = format!("{} {}", product.name, product.family).to_lowercase();
            if !wanted.iter().all(|word| names.contains(word)) {
                continue;
            }
            let (rank, tone, word) = judge(lang, impact, version);
            verdicts.push(Verdict {
                tone,
                word,
                product: product.name.clone(),
                title: content.texts.title.text(lang.code()).to_owned(),
                number: advisory.number.clone(),
                href: crate::advisories::href(&advisory.number),
                rule: rule(lang, impact),
                rank,
            });
        }
    }
    verdicts.sort_by(|a, b| (a.rank, &b.number, &a.product).cmp(&(b.rank, &a.number, &b.product)));
    verdicts.dedup_by(|a, b| (&a.number, &a.product, a.word) == (&b.number, &b.product, b.word));
    verdicts
}

fn judge(lang: Lang, impact: &AdvisoryImpact, version: &str) -> (u8, &'static str, &'static str) {
    let (rank, tone, word) = match (impact.status, fixed(impact, version), among(version, &impact.versions)) {
        (ImpactStatus::UnderInvestigation, ..) => (1, "medium", say::CHECK_INVESTIGATING),
        (ImpactStatus::NotAffected, _, Among::Yes) => (3, "good", say::CHECK_NOT),
        (ImpactStatus::Affected, Some(true), _) | (ImpactStatus::Fixed, _, Among::Yes) => (3, "good", say::CHECK_FIXED),
        // Whether the reader's is one of these revisions is not known here: it may be.
        (ImpactStatus::Affected, _, Among::Yes) if !impact.hardware.is_empty() => (2, "medium", say::CHECK_MAYBE),
        (ImpactStatus::Affected, _, Among::Yes) => (0, "high", say::CHECK_AFFECTED),
        (ImpactStatus::Affected, _, Among::No) => (3, "good", say::CHECK_NOT),
        (ImpactStatus::Affected, _, Among::Unsure) | (ImpactStatus::NotAffected | ImpactStatus::Fixed, _, Among::No | Among::Unsure) => {
            (2, "medium", say::CHECK_MAYBE)
        }
    };
    (rank, tone, word.say(lang))
}

/// Whether the version is the fixed one or a later one, when both can be compared.
fn fixed(impact: &AdvisoryImpact, version: &str) -> Option<bool> {
    if impact.fixed_in.trim().is_empty() {
        return None;
    }
    match among(version, &format!(">={}", impact.fixed_in.trim())) {
        Among::Yes => Some(true),
        Among::No => Some(false),
        Among::Unsure => None,
    }
}

fn rule(lang: Lang, impact: &AdvisoryImpact) -> String {
    let versions = if impact.versions.trim().is_empty() { say::ADVISORY_ALL_VERSIONS.say(lang) } else { impact.versions.as_str() };
    let mut parts = Vec::new();
    let versions = wardroom_domain::remediation::versions_told(versions, &impact.hardware);
    if impact.status == ImpactStatus::Affected {
        parts.push(say::check_rule(lang, versions.as_str()));
    }
    if impact.status == ImpactStatus::NotAffected {
        parts.extend(words::find(lang, &format!("remediation-why-{}", impact.justification)));
    }
    if !impact.fixed_in.is_empty() {
        parts.push(say::check_rule_fixed(lang, impact.fixed_in.as_str()));
    }
    parts.join(if lang == Lang::Zh { "；" } else { "; " })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn impact(status: ImpactStatus, versions: &str, fixed_in: &str) -> AdvisoryImpact {
        AdvisoryImpact {
            product: "p".into(),
            status,
            versions: versions.into(),
            fixed_in: fixed_in.into(),
            justification: String::new(),
            hardware: Vec::new(),
        }
    }

    fn check(version: &str, one: &AdvisoryImpact, expected: words::Word) {
        assert_eq!(judge(Lang::En, one, version).2, expected.say(Lang::En), "{version} {one:?}");
    }

    #[test]
    fn verdicts_follow_the_rule_and_never_guess() {
        let affected = impact(ImpactStatus::Affected, "<=2.3.4", "2.3.5");
        check("2.3.1", &affected, say::CHECK_AFFECTED);
        check("2.3.5", &affected, say::CHECK_FIXED);
        check("2.4", &affected, say::CHECK_FIXED);
        check("", &affected, say::CHECK_MAYBE);
        check("spring", &affected, say::CHECK_MAYBE);
        check("1.0", &impact(ImpactStatus::Affected, ">=2.0", ""), say::CHECK_NOT);
        check("", &impact(ImpactStatus::Affected, "", ""), say::CHECK_AFFECTED);
        check("1.0", &impact(ImpactStatus::NotAffected, "", ""), say::CHECK_NOT);
        check("3.0", &impact(ImpactStatus::NotAffected, "1.x", ""), say::CHECK_MAYBE);
        check("1.0", &impact(ImpactStatus::UnderInvestigation, "", ""), say::CHECK_INVESTIGATING);
    }
}
