//! Published advisories that look like what is being reported. With script the browser fetches the short list ([`known`]) and compares
//! on the device (`alike.js`), so that nothing typed leaves it; without, the button "look for …" brings the form back with them.
//! Only what is published is looked at, and the answer never says "yes, that is it": that is for people.

use crate::advisories::{Row, row};
use crate::facade::Facade;
use crate::face::Face;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use wardroom_app::disclosure::tree::{Card, PublicWorld};
use wardroom_domain::text::half_width;
use wardroom_web::{Lang, Tongue};

/// So many advisories, the newest, are compared.
const MOST_KNOWN: usize = 500;
/// So many are shown.
const MOST_SHOWN: usize = 5;
/// So many product names are offered.
const MOST_PRODUCTS: usize = 300;
/// From this score on it is shown; `alike.js` has the same numbers.
const ENOUGH: u32 = 3;

/// One published advisory, as much of it as comparing takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Known {
    pub(crate) number: String,
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) cves: Vec<String>,
    pub(crate) products: Vec<String>,
    /// "Fixed", "Mitigation", … or empty.
    pub(crate) fix: String,
}

/// `GET /report/known`: what the browser compares with.
pub async fn known<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue) -> Response {
    ([(header::CACHE_CONTROL, "private, max-age=300")], Json(all(&face.world(), tongue.lang))).into_response()
}

fn all(world: &PublicWorld, lang: Lang) -> Vec<Known> {
    let cards = world.advisories.iter().filter_map(|advisory| Card::of(advisory));
    cards.map(|card| row(&card, lang)).filter(|row| row.ended.is_none()).take(MOST_KNOWN).map(|row| one(world, row)).collect()
}

fn one(world: &PublicWorld, row: Row) -> Known {
    let content = world.advisories.iter().find(|one| one.number == row.number).and_then(|one| one.latest()).map(|one| &one.content);
    let cves = content.iter().flat_map(|content| &content.vulnerabilities).map(|one| one.cve.clone()).filter(|cve| !cve.is_empty());
    let products: BTreeSet<String> = content.iter().flat_map(|content| &content.products).map(|product| product.name.clone()).collect();
    Known {
        cves: cves.collect(),
        products: products.into_iter().collect(),
        number: row.number,
        href: row.href,
        title: row.title,
        fix: row.fix,
    }
}

/// Products to choose from: those named in published advisories, which are public already, and the catalogue's where the team offers it.
pub(crate) fn products(world: &PublicWorld, catalogue: &[String]) -> Vec<String> {
    let shown = world.advisories.iter().filter(|advisory| advisory.ending().is_none()).filter_map(|advisory| advisory.latest());
    let names: BTreeSet<&str> = shown.flat_map(|one| &one.content.products).map(|product| product.name.as_str()).collect();
    let names: BTreeSet<&str> = names.into_iter().chain(catalogue.iter().map(String::as_str)).collect();
    names.into_iter().filter(|name| !name.is_empty()).take(MOST_PRODUCTS).map(str::to_owned).collect()
}

/// The published advisories most like a text, best first.
pub(crate) fn alike(world: &PublicWorld, lang: Lang, text: &str) -> Vec<Known> {
    let typed = fold(text);
    let words = words(&typed);
    let mut scored: Vec<(u32, Known)> = all(world, lang).into_iter().map(|known| (score(&known, &typed, &words), known)).collect();
    scored.retain(|(score, _)| *score >= ENOUGH);
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().take(MOST_SHOWN).map(|(_, known)| known).collect()
}

/// A CVE named in both counts most, then a product that is named, then every word the title shares.
fn score(known: &Known, typed: &str, words: &BTreeSet<String>) -> u32 {
    let named = |name: &String| {
        let name = fold(name);
        !name.is_empty() && typed.contains(&name)
    };
    let mut score = if known.cves.iter().any(named) { 10 } else { 0 };
    score += if known.products.iter().any(named) { ENOUGH } else { 0 };
    let shared = self::words(&fold(&known.title)).intersection(words).count();
    score + u32::try_from(shared).unwrap_or(u32::MAX).min(10)
}

fn fold(text: &str) -> String {
    half_width(text).to_lowercase()
}

/// Words that say nothing about which vulnerability it is.
const COMMON: [&str; 24] = [
    "the",
    "and",
    "for",
    "with",
    "from",
    "that",
    "this",
    "into",
    "via",
    "are",
    "can",
    "was",
    "has",
    "not",
    "all",
    "vulnerability",
    "vulnerabilities",
    "security",
    "advisory",
    "漏洞",
    "安全",
    "公告",
    "存在",
    "一个",
];

/// Latin words of three letters or more, and every pair of neighbouring Han characters.
fn words(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for run in text.split(|c: char| !c.is_alphanumeric() && c != '-').take(20_000) {
        let han: Vec<char> = run.chars().filter(|c| is_han(*c)).collect();
        words.extend(han.windows(2).map(|pair| pair.iter().collect::<String>()));
        words.extend(run.split(is_han).filter(|word| word.len() >= 3).map(str::to_owned));
    }
    words.retain(|word| !COMMON.contains(&word.as_str()));
    words
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(title: &str, cve: &str, product: &str) -> Known {
        let own = |text: &str| vec![text.to_owned()];
        Known {
            number: "X-SA-1".into(),
            href: String::new(),
            title: title.into(),
            cves: own(cve),
            products: own(product),
            fix: String::new(),
        }
    }

    fn scored(known: &Known, text: &str) -> u32 {
        let typed = fold(text);
        score(known, &typed, &words(&typed))
    }

    #[test]
    fn the_same_thing_is_found_in_both_languages_and_widths() {
        let radar = known("Unsigned firmware accepted by the update service", "CVE-2026-1234", "Alps Pro");
        assert!(scored(&radar, "ＣＶＥ－２０２６－１２３４ again") >= 10);
        assert!(scored(&radar, "my ALPS PRO does odd things") >= ENOUGH);
        assert!(scored(&radar, "The update service takes unsigned firmware images") >= ENOUGH);
        assert!(scored(&radar, "The web page shows a wrong colour") < ENOUGH);
        let zh = known("固件升级接口未验证签名", "", "");
        assert!(scored(&zh, "我发现固件升级没有验证签名") >= ENOUGH);
        assert!(scored(&zh, "网页颜色不对") < ENOUGH);
        assert_eq!(scored(&known("", "", ""), ""), 0, "what is empty is like nothing");
    }
}
