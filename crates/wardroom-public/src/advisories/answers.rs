//! The first screen of an advisory: am I affected, how bad is it, is it exploited, what do I do, until when: each answered in a sentence, from
//! what the advisory says. Where it says nothing, that is said.

use super::{day, severity};
use wardroom_domain::disclosure::{AdvisoryContent, Exploitation, Publication};
use wardroom_domain::remediation::{ImpactStatus, PlanKind};
use wardroom_web::Lang;
use wardroom_web::words::public as say;

/// Products named on the first screen; the table below names all.
const NAMED: usize = 4;

pub(super) struct Answers {
    /// "VX-200: < 2.5.0; fixed in 2.5.0".
    pub(super) affected: Vec<String>,
    /// How many products more the table has, in words, or empty.
    pub(super) more: String,
    pub(super) severity_id: &'static str,
    pub(super) severity: String,
    /// What an attacker needs, from the vector of the worst score; empty where it does not tell.
    pub(super) needs: String,
    pub(super) exploited_tone: &'static str,
    pub(super) exploited: String,
    pub(super) until: Vec<String>,
    /// Products to choose from.
    pub(super) products: Vec<String>,
}

impl Answers {
    pub(super) fn of(publication: &Publication, lang: Lang) -> Answers {
        let content = &publication.content;
        let (affected, more) = affected(content, lang);
        let (severity_id, severity) = severity(lang, content.worst());
        let (exploited_tone, exploited) = exploited(publication, lang);
        Answers {
            affected,
            more,
            severity_id,
            severity,
            needs: content.worst().map(|worst| needs(&worst.vector, lang)).unwrap_or_default(),
            exploited_tone,
            exploited,
            until: until(content, lang),
            products: products(content),
        }
    }
}

fn affected(content: &AdvisoryContent, lang: Lang) -> (Vec<String>, String) {
    let mut lines: Vec<String> = Vec::new();
    let name =
        |id: &str| content.products.iter().find(|product| product.id == id).map_or_else(|| id.to_owned(), |product| product.name.clone());
    let impacts = || content.vulnerabilities.iter().flat_map(|one| &one.impacts);
    for impact in impacts().filter(|impact| impact.status == ImpactStatus::Affected) {
        let versions = if impact.versions.trim().is_empty() { say::ADVISORY_ALL_VERSIONS.say(lang) } else { impact.versions.as_str() };
        let versions = wardroom_domain::remediation::versions_told(versions, &impact.hardware);
        let line = if impact.fixed_in.trim().is_empty() {
            say::advisory_answer_affected(lang, name(&impact.product), versions)
        } else {
            say::advisory_answer_fixed(lang, impact.fixed_in.as_str(), name(&impact.product), versions)
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        let open = impacts().any(|impact| impact.status == ImpactStatus::UnderInvestigation);
        let word = if open { say::ADVISORY_ANSWER_OPEN } else { say::ADVISORY_ANSWER_NOBODY };
        return (vec![word.say(lang).to_owned()], String::new());
    }
    let more = lines.len().saturating_sub(NAMED);
    lines.truncate(NAMED);
    (lines, if more > 0 { say::advisory_answer_more(lang, more as i64) } else { String::new() })
}

/// The affected ones first: they are what most readers come for.
fn products(content: &AdvisoryContent) -> Vec<String> {
    let is_affected = |id: &str| {
        let impacts = content.vulnerabilities.iter().flat_map(|one| &one.impacts);
        impacts.into_iter().any(|impact| impact.product == id && impact.status == ImpactStatus::Affected)
    };
    let (first, rest): (Vec<_>, Vec<_>) = content.products.iter().partition(|product| is_affected(&product.id));
    first.into_iter().chain(rest).map(|product| product.name.clone()).collect()
}

/// What an attacker needs, as the vector says: way, rights, somebody's help.
fn needs(vector: &str, lang: Lang) -> String {
    let metric = |name: &str| vector.split('/').find_map(|part| part.strip_prefix(name)?.strip_prefix(':'));
    let way = match metric("AV") {
        Some("N") => Some(say::ADVISORY_WAY_NETWORK),
        Some("A") => Some(say::ADVISORY_WAY_ADJACENT),
        Some("L") => Some(say::ADVISORY_WAY_LOCAL),
        Some("P") => Some(say::ADVISORY_WAY_PHYSICAL),
        Some(_) | None => None,
    };
    let rights = match metric("PR").or_else(|| metric("Au")) {
        Some("N") => Some(say::ADVISORY_RIGHTS_NONE),
        Some("L" | "S" | "M") => Some(say::ADVISORY_RIGHTS_LOW),
        Some("H") => Some(say::ADVISORY_RIGHTS_HIGH),
        Some(_) | None => None,
    };
    let help = match metric("UI") {
        Some("N") => Some(say::ADVISORY_HELP_NONE),
        Some("R" | "P" | "A") => Some(say::ADVISORY_HELP_NEEDED),
        Some(_) | None => None,
    };
    let (Some(way), join) = (way, if lang == Lang::Zh { "，" } else { ", " }) else { return String::new() };
    let parts: Vec<&str> = [Some(way), rights, help].into_iter().flatten().map(|word| word.say(lang)).collect();
    say::advisory_needs(lang, parts.join(join))
}

fn exploited(publication: &Publication, lang: Lang) -> (&'static str, String) {
    match publication.content.exploitation {
        Exploitation::Attacked => ("critical", say::ADVISORY_EXPLOITED_ATTACKED.say(lang).to_owned()),
        Exploitation::ExploitPublic => ("high", say::ADVISORY_EXPLOITED_PUBLIC.say(lang).to_owned()),
        Exploitation::NoneKnown => ("neutral", say::advisory_exploited_none(lang, day(publication.released_at))),
        Exploitation::Unsaid => ("neutral", say::ADVISORY_EXPLOITED_UNSAID.say(lang).to_owned()),
    }
}

/// By when: what its author wrote, else what follows from what is there to do.
fn until(content: &AdvisoryContent, lang: Lang) -> Vec<String> {
    let mut said = Vec::new();
    let written = content.texts.until.text(lang.code()).trim();
    if !written.is_empty() {
        said.push(written.to_owned());
    }
    if content.exploitation == Exploitation::Attacked && written.is_empty() {
        said.push(say::ADVISORY_UNTIL_NOW.say(lang).to_owned());
    }
    let plans = || content.vulnerabilities.iter().flat_map(|one| &one.remediations);
    let since = plans().filter(|one| one.kind == PlanKind::Fix && !one.planned).filter_map(|one| one.since).min();
    if let Some(since) = since {
        said.push(say::advisory_until_since(lang, day(since)));
    }
    if plans().any(|one| one.planned) {
        said.push(say::ADVISORY_UNTIL_PLANNED.say(lang).to_owned());
    }
    if said.is_empty() {
        said.push(say::ADVISORY_UNTIL_NOTHING.say(lang).to_owned());
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_becomes_a_sentence() {
        for (vector, expected) in [
            (
                "CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
                "It takes: to be on the same network, no account, nobody’s help.",
            ),
            (
                "CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:U/C:H/I:H/A:H",
                "It takes: a way over the network, an ordinary account, somebody who does something.",
            ),
            ("AV:L/AC:L/Au:N/C:P/I:P/A:P", "It takes: access to the system itself, no account."),
            ("nonsense", ""),
        ] {
            assert_eq!(needs(vector, Lang::En), expected, "{vector}");
        }
    }
}
