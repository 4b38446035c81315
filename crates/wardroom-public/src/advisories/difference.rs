//! What became another between two published versions of an advisory: for each product in a line, each text word by word, and the CSAF document
//! line by line. Whoever acted on the former version sees at once whether to act again.

use super::shelf::Entry;
use crate::practice::site;
use askama::Template;
use std::collections::BTreeMap;
use wardroom_app::disclosure::tree::{PublicWorld, Release, Voice, language_of, to_input};
use wardroom_domain::disclosure::{AdvisoryContent, Bilingual, Cleared, Publication};
use wardroom_formats::csaf;
use wardroom_formats::csaf::input::Credit;
use wardroom_formats::diff::{self, Change, Stretch};
use wardroom_web::words::{self, public as say};
use wardroom_web::{Lang, Page};

/// So many lines around a change are shown.
const AROUND: usize = 3;

struct Part {
    element: &'static str,
    text: String,
}

struct Text {
    label: String,
    parts: Vec<Part>,
}

/// What became another for one product.
struct ForMe {
    product: String,
    before: String,
    after: String,
}

struct Version {
    number: u32,
    href: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "advisories/difference.html")]
struct Difference {
    page: Page,
    number: String,
    title: String,
    href: String,
    heading: String,
    /// Every other pair with the newer of the two.
    others: Vec<Version>,
    change: String,
    for_me: Vec<ForMe>,
    texts: Vec<Text>,
    json: Vec<Part>,
}

/// Which two versions somebody wants: the two named, else the newest and the one before.
pub(crate) fn wanted(entry: &Entry, from: Option<u32>, to: Option<u32>) -> Option<(u32, u32)> {
    let numbers: Vec<u32> = entry.advisory().versions.iter().map(|one| one.get().version).collect();
    let to = to.or_else(|| numbers.last().copied()).filter(|to| numbers.contains(to))?;
    let from = from.or_else(|| numbers.iter().rev().copied().find(|number| *number < to)).filter(|from| numbers.contains(from))?;
    (from != to).then_some((from.min(to), from.max(to)))
}

/// The page.
pub(crate) fn render(world: &PublicWorld, entry: &Entry, lang: Lang, from: u32, to: u32) -> Option<String> {
    let advisory = entry.advisory();
    let of = |number: u32| advisory.versions.iter().map(Cleared::get).find(|one| one.version == number);
    let (old, new) = (of(from)?, of(to)?);
    let voice = Voice::new(std::sync::Arc::clone(&world.profile), &world.base_url, &world.address);
    let address = |from: u32, to: u32| format!("/advisories/{}/diff?from={from}&to={to}", advisory.number);
    let title = say::difference_title(lang, i64::from(from), advisory.number.as_str(), i64::from(to));
    let switch = format!("{}&lang={}", address(from, to), lang.other().code());
    let page = Page::filed(lang, &site(world), "advisories", title, switch);
    let others = advisory
        .versions
        .iter()
        .map(|one| one.get().version)
        .filter(|number| *number < to)
        .map(|number| Version { number, href: page.to(&address(number, to)), chosen: number == from })
        .collect();
    let json = |publication: &Publication| json(publication, &voice);
    let view = Difference {
        number: advisory.number.clone(),
        title: new.content.texts.title.text(lang.code()).to_owned(),
        href: page.to(&super::href(&advisory.number)),
        heading: say::difference_heading(lang, i64::from(from), i64::from(to)),
        others,
        change: new.content.texts.change.text(lang.code()).to_owned(),
        for_me: for_me(lang, &old.content, &new.content),
        texts: texts(lang, &old.content, &new.content),
        json: parts(shortened(diff::lines(&json(old), &json(new)))),
        page,
    };
    Some(crate::tree::text_of(&view))
}

/// The CSAF document of a version, as it was published.
fn json(publication: &Publication, voice: &Voice) -> String {
    let input = to_input(Release::of(publication), voice, language_of(&publication.content));
    csaf::render(&input).map(|document| csaf::to_json(&document)).unwrap_or_default()
}

/// A line for each product whose state, versions or fix are others now.
fn for_me(lang: Lang, old: &AdvisoryContent, new: &AdvisoryContent) -> Vec<ForMe> {
    let (before, after) = (told(lang, old), told(lang, new));
    let mut products: Vec<&(String, String)> = before.keys().chain(after.keys()).collect();
    products.sort();
    products.dedup();
    let absent = || say::DIFFERENCE_NOT_NAMED.say(lang).to_owned();
    products
        .into_iter()
        .filter(|product| before.get(*product) != after.get(*product))
        .map(|product| ForMe {
            product: product.0.clone(),
            before: before.get(product).cloned().unwrap_or_else(absent),
            after: after.get(product).cloned().unwrap_or_else(absent),
        })
        .collect()
}

/// By (name, id): what is said of the product, over all vulnerabilities.
fn told(lang: Lang, content: &AdvisoryContent) -> BTreeMap<(String, String), String> {
    let mut all: BTreeMap<(String, String), String> = BTreeMap::new();
    for one in &content.vulnerabilities {
        for impact in &one.impacts {
            let name =
                content.products.iter().find(|product| product.id == impact.product).map_or(&impact.product, |product| &product.name);
            let versions = if impact.versions.trim().is_empty() { say::ADVISORY_ALL_VERSIONS.say(lang) } else { impact.versions.as_str() };
            let versions = wardroom_domain::remediation::versions_told(versions, &impact.hardware);
            let mut line =
                format!("{} {}: {versions}", if one.cve.is_empty() { &one.id } else { &one.cve }, super::status(lang, impact.status).1);
            if !impact.fixed_in.is_empty() {
                line.push_str(&format!(" → {}", impact.fixed_in));
            }
            let place = all.entry((name.clone(), impact.product.clone())).or_default();
            if !place.is_empty() {
                place.push_str("; ");
            }
            place.push_str(&line);
        }
    }
    all
}

fn texts(lang: Lang, old: &AdvisoryContent, new: &AdvisoryContent) -> Vec<Text> {
    let mut all = Vec::new();
    let mut add = |label: String, old: &str, new: &str| {
        if old.trim() != new.trim() {
            all.push(Text { label, parts: parts(diff::words(old, new)) });
        }
    };
    let code = lang.code();
    let (a, b) = (&old.texts, &new.texts);
    let said = |word: words::Word| word.say(lang).to_owned();
    let fields: [(words::Word, &Bilingual, &Bilingual); 4] = [
        (say::DIFFERENCE_FIELD_TITLE, &a.title, &b.title),
        (say::DIFFERENCE_FIELD_SUMMARY, &a.summary, &b.summary),
        (say::ADVISORY_DO, &a.action, &b.action),
        (say::ADVISORY_UNTIL, &a.until, &b.until),
    ];
    for (label, old, new) in fields {
        add(said(label), old.text(code), new.text(code));
    }
    let credit = |line: &String| format!("{}\n", Credit::read(line).shown(code));
    let credits = |content: &AdvisoryContent| content.texts.credits.iter().map(credit).collect::<String>();
    add(said(say::ADVISORY_CREDIT), &credits(old), &credits(new));
    let links =
        |content: &AdvisoryContent| content.texts.references.iter().map(|(what, url)| format!("{what} {url}\n")).collect::<String>();
    add(said(say::ADVISORY_REFERENCES), &links(old), &links(new));
    let mut ids: Vec<&String> = old.vulnerabilities.iter().chain(&new.vulnerabilities).map(|one| &one.id).collect();
    ids.sort();
    ids.dedup();
    for id in ids {
        let of = |content: &AdvisoryContent| {
            let one = content.vulnerabilities.iter().find(|one| one.id == *id)?;
            let mut lines =
                vec![format!("{} {} {}", one.cve, one.title_in(code), one.cwe).trim().to_owned(), one.description_in(code).to_owned()];
            lines.extend(one.scores.iter().map(|score| format!("CVSS {} {:.1} {}", score.version, score.score, score.vector)));
            lines.extend(one.remediations.iter().map(|measure| format!("{} {}", measure.text.text(code), measure.url).trim().to_owned()));
            Some(lines.join("\n"))
        };
        add(say::advisory_vulnerability(lang, id.as_str()), &of(old).unwrap_or_default(), &of(new).unwrap_or_default());
    }
    all
}

fn parts(stretches: Vec<Stretch>) -> Vec<Part> {
    let part = |one: Stretch| Part {
        element: match one.change {
            Change::Same => "",
            Change::Gone => "del",
            Change::New => "ins",
        },
        text: one.text,
    };
    stretches.into_iter().map(part).collect()
}

/// Without the middle of what is the same.
fn shortened(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let last = stretches.len().saturating_sub(1);
    let short = |(place, one): (usize, Stretch)| {
        let lines: Vec<&str> = one.text.split_inclusive('\n').collect();
        let (head, tail) = (if place == 0 { 0 } else { AROUND }, if place == last { 0 } else { AROUND });
        if one.change != Change::Same || lines.len() <= head + tail + 1 {
            return one;
        }
        let head = lines.get(..head).unwrap_or_default().concat();
        let tail = lines.get(lines.len() - tail..).unwrap_or_default().concat();
        Stretch { change: Change::Same, text: format!("{head}⋯\n{tail}") }
    };
    stretches.into_iter().enumerate().map(short).collect()
}
