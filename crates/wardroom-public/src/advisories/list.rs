//! The list of advisories: as files of the tree (the newest, and pages that hold all of them), and as the page that filters, with counts and a
//! feed for every filter. The latter is drawn when somebody asks and kept until something is published, so that it is a look-up, too.

use super::filter::{Facet, Filter};
use super::shelf::Shelf;
use super::{Row, row};
use crate::practice::{Practice, site};
use askama::Template;
use std::collections::HashMap;
use wardroom_app::disclosure::tree::{Card, PublicWorld, feed_where, product_feed};
use wardroom_domain::disclosure::AdvisoryKind;
use wardroom_formats::feeds;
use wardroom_web::words::{self, public as say};
use wardroom_web::{Lang, Page};

/// Rows of a filter on one page.
const SHOWN: usize = 50;
/// Items of a filter's feed: the newest.
const ITEMS: usize = 50;
/// Products offered as filters: those named most.
const PRODUCTS: usize = 12;

#[derive(Template)]
#[template(path = "advisories/list.html")]
pub(crate) struct List {
    page: Page,
    practice: Practice,
    rows: Vec<Row>,
    query: String,
    /// The other wishes, kept while words are looked for.
    kept: Vec<(&'static str, String)>,
    /// Severities: always in sight.
    first: Option<Group>,
    groups: Vec<Group>,
    /// Something is chosen, so the groups are open.
    is_filtered: bool,
    any_published: bool,
    /// Feeds of exactly this filter.
    atom: String,
    json: String,
    /// What is not shown here, in words, or empty.
    more: String,
    /// Where that is.
    newer: Option<String>,
    older: Option<String>,
}

/// A facet with its values.
pub(crate) struct Group {
    label: &'static str,
    values: Vec<Value>,
}

/// A value as a link: choosing it, or dropping it where it is chosen.
struct Value {
    label: String,
    count: usize,
    href: String,
    chosen: bool,
}

/// The list as a file of the public tree: the newest, and where the others are.
#[must_use]
pub fn render_list(world: &PublicWorld, lang: Lang, cards: &[Card], total: usize, pages: usize) -> String {
    let mut list = filed(world, lang, "advisories/index", cards);
    list.any_published = total > 0;
    if pages > 0 {
        list.more = say::advisories_of(lang, cards.len() as i64, total as i64);
        list.older = Some(place(pages, lang));
    }
    crate::tree::text_of(&list)
}

/// One of the pages that hold all advisories: number 1 has the oldest.
#[must_use]
pub fn render_page(world: &PublicWorld, lang: Lang, number: usize, last: bool, cards: &[Card]) -> String {
    let mut list = filed(world, lang, &format!("advisories/page-{number}"), cards);
    list.more = say::advisories_page(lang, number as i64);
    list.older = (number > 1).then(|| place(number - 1, lang));
    list.newer = Some(if last { "/advisories".to_owned() } else { place(number + 1, lang) });
    crate::tree::text_of(&list)
}

fn place(page: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!("/advisories/page-{page}.html"),
        Lang::Zh => format!("/advisories/page-{page}.zh.html"),
    }
}

fn filed(world: &PublicWorld, lang: Lang, stem: &str, cards: &[Card]) -> List {
    let practice = Practice::of(&world.profile, lang);
    let page = Page::filed(lang, &site(world), "advisories", practice.list_title.clone(), crate::tree::switch(stem, lang));
    let rows: Vec<Row> = cards.iter().map(|card| row(card, lang)).collect();
    let (atom, json) = feeds_of(&Filter::default(), lang);
    List {
        any_published: !rows.is_empty(),
        page,
        practice,
        rows,
        query: String::new(),
        kept: Vec::new(),
        first: None,
        groups: Vec::new(),
        is_filtered: false,
        atom,
        json,
        more: String::new(),
        newer: None,
        older: None,
    }
}

/// The address of the page that shows this, from page 1 on.
fn address(filter: &Filter, page: usize) -> String {
    let mut query = filter.query();
    if page > 1 {
        let join = if query.is_empty() { "" } else { "&" };
        query.push_str(&format!("{join}page={page}"));
    }
    if query.is_empty() { "/advisories".to_owned() } else { format!("/advisories?{query}") }
}

/// The list as somebody wishes it.
pub(crate) fn filtered(world: &PublicWorld, shelf: &Shelf, lang: Lang, filter: &Filter, page: usize) -> String {
    let practice = Practice::of(&world.profile, lang);
    let here = address(filter, page);
    let join = if here.contains('?') { '&' } else { '?' };
    let switch = format!("{here}{join}lang={}", lang.other().code());
    let frame = Page::filed(lang, &site(world), "advisories", practice.list_title.clone(), switch);
    let total = shelf.those(filter).count();
    let from = page.saturating_sub(1).saturating_mul(SHOWN);
    let rows: Vec<Row> = shelf.those(filter).skip(from).take(SHOWN).map(|entry| row(&entry.card, lang)).collect();
    let more = if total > rows.len() {
        say::advisories_range(lang, (from + 1).min(total) as i64, (from + rows.len()) as i64, total as i64)
    } else {
        String::new()
    };
    let (atom, json) = feeds_of(filter, lang);
    let mut groups = groups(shelf, filter, lang, &frame);
    let first = (!groups.is_empty()).then(|| groups.remove(0));
    let list = List {
        any_published: !shelf.entries().is_empty(),
        query: filter.text.clone(),
        kept: filter.chosen.iter().map(|(facet, value)| (facet.name(), value.clone())).collect(),
        first,
        groups,
        is_filtered: filter.chosen.iter().any(|(facet, _)| *facet != Facet::Severity),
        atom,
        json,
        more,
        newer: (page > 1).then(|| frame.to(&address(filter, page - 1))),
        older: (from + rows.len() < total).then(|| frame.to(&address(filter, page + 1))),
        page: frame,
        practice,
        rows,
    };
    crate::tree::text_of(&list)
}

/// The feeds of a filter: (Atom, JSON Feed). Those of everything and of one product are files, so that any web server has them.
fn feeds_of(filter: &Filter, lang: Lang) -> (String, String) {
    let end = crate::tree::feed_end(lang);
    let (stem, query) = match (filter.text.is_empty(), filter.chosen.as_slice()) {
        (true, [(Facet::Product, id)]) => (product_feed(id), String::new()),
        _ if filter.is_empty() => ("feeds/advisories".to_owned(), String::new()),
        _ => ("feeds/advisories".to_owned(), format!("?{}", filter.query())),
    };
    (format!("/{stem}{end}.atom{query}"), format!("/{stem}{end}.json{query}"))
}

/// The feed of a filter, as its file would be; `None` for what is no feed of ours.
pub(crate) fn feed(world: &PublicWorld, shelf: &Shelf, path: &str, filter: &Filter) -> Option<Result<String, String>> {
    let (chinese, atom) = match path {
        "feeds/advisories.atom" => (false, true),
        "feeds/advisories.zh.atom" => (true, true),
        "feeds/advisories.json" => (false, false),
        "feeds/advisories.zh.json" => (true, false),
        _ => return None,
    };
    let lang = if chinese { Lang::Zh } else { Lang::En };
    let cards: Vec<Card> = shelf.those(filter).take(ITEMS).map(|entry| entry.card.clone()).collect();
    let mut about: Vec<String> = filter.chosen.iter().map(|(facet, value)| value_word(shelf, *facet, value, lang)).collect();
    about.extend((!filter.text.is_empty()).then(|| filter.text.clone()));
    let feed = feed_where(world, &filter.query(), chinese, &about.join(if chinese { "，" } else { ", " }), &cards);
    Some(if atom {
        feeds::atom(&feed).map_err(|error| error.to_string())
    } else {
        feeds::json_feed(&feed).map_err(|error| error.to_string())
    })
}

fn groups(shelf: &Shelf, filter: &Filter, lang: Lang, frame: &Page) -> Vec<Group> {
    let counts = shelf.counts(filter);
    Facet::ALL.into_iter().filter_map(|facet| group(shelf, facet, &counts, filter, lang, frame)).collect()
}

fn group(shelf: &Shelf, facet: Facet, counts: &HashMap<(Facet, &str), usize>, filter: &Filter, lang: Lang, frame: &Page) -> Option<Group> {
    let chosen = filter.value(facet);
    let mut found: Vec<(&str, usize)> =
        counts.iter().filter(|((of, _), _)| *of == facet).map(|((_, value), count)| (*value, *count)).collect();
    if let Some(chosen) = chosen
        && !found.iter().any(|(value, _)| *value == chosen)
    {
        found.push((chosen, 0));
    }
    // One value of everything tells nothing apart.
    if found.is_empty() || (chosen.is_none() && found.len() < 2) {
        return (facet == Facet::Severity && !found.is_empty()).then(|| whole(shelf, facet, found, chosen, filter, lang, frame));
    }
    Some(whole(shelf, facet, found, chosen, filter, lang, frame))
}

fn whole(
    shelf: &Shelf,
    facet: Facet,
    mut found: Vec<(&str, usize)>,
    chosen: Option<&str>,
    filter: &Filter,
    lang: Lang,
    frame: &Page,
) -> Group {
    match facet {
        Facet::Year => found.sort_by(|a, b| b.0.cmp(a.0)),
        Facet::Product => {
            found.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
            let far = found.iter().position(|(value, _)| Some(*value) == chosen).filter(|at| *at >= PRODUCTS).map(|at| found.remove(at));
            found.truncate(PRODUCTS);
            found.extend(far);
        }
        Facet::Severity | Facet::Status | Facet::Exploited | Facet::Kind | Facet::Language => {
            found.sort_by_key(|(value, _)| order(value));
        }
    }
    let label = match facet {
        Facet::Severity => say::ADVISORIES_SEVERITY,
        Facet::Status => words::common::STATUS,
        Facet::Exploited => say::ADVISORIES_EXPLOITED,
        Facet::Year => say::ADVISORIES_YEAR,
        Facet::Product => say::ADVISORY_PRODUCT,
        Facet::Kind => say::ADVISORIES_KIND,
        Facet::Language => say::ADVISORIES_LANGUAGE,
    };
    let value = |(value, count): (&str, usize)| {
        let is_chosen = chosen == Some(value);
        let next = filter.with(facet, (!is_chosen).then_some(value));
        Value { label: value_word(shelf, facet, value, lang), count, href: frame.to(&address(&next, 1)), chosen: is_chosen }
    };
    Group { label: label.say(lang), values: found.into_iter().map(value).collect() }
}

/// The worst, the most useful first.
fn order(value: &str) -> usize {
    const ORDER: [&str; 22] = [
        "critical",
        "high",
        "medium",
        "low",
        "none",
        "attacked",
        "exploit_public",
        "none_known",
        "unsaid",
        "fixed",
        "mitigated",
        "planned",
        "investigated",
        "open",
        "superseded",
        "withdrawn",
        "advisory",
        "notice",
        "incident",
        "information",
        "en",
        "zh",
    ];
    ORDER.iter().position(|one| *one == value).unwrap_or(ORDER.len())
}

/// A value in words.
fn value_word(shelf: &Shelf, facet: Facet, value: &str, lang: Lang) -> String {
    let word = match (facet, value) {
        (Facet::Severity, "critical") => words::validation::SEVERITY_CRITICAL,
        (Facet::Severity, "high") => words::validation::SEVERITY_HIGH,
        (Facet::Severity, "medium") => words::validation::SEVERITY_MEDIUM,
        (Facet::Severity, "low") => words::validation::SEVERITY_LOW,
        (Facet::Severity, "none") => words::validation::SEVERITY_UNRATED,
        (Facet::Status, "fixed") => say::ADVISORIES_STATUS_FIXED,
        (Facet::Status, "mitigated") => say::ADVISORIES_STATUS_MITIGATED,
        (Facet::Status, "planned") => words::remediation::KIND_FIX_PLANNED,
        (Facet::Status, "investigated") => words::validation::IMPACT_UNDER_INVESTIGATION,
        (Facet::Status, "open") => say::ADVISORIES_STATUS_OPEN,
        (Facet::Status, "withdrawn") => words::disclosure::STATE_WITHDRAWN,
        (Facet::Status, "superseded") => words::disclosure::STATE_SUPERSEDED,
        (Facet::Exploited, "attacked") => say::ADVISORIES_EXPLOITED_ATTACKED,
        (Facet::Exploited, "exploit_public") => say::ADVISORIES_EXPLOITED_PUBLIC,
        (Facet::Exploited, "none_known") => say::ADVISORIES_EXPLOITED_NONE,
        (Facet::Exploited, "unsaid") => say::ADVISORIES_EXPLOITED_UNSAID,
        (Facet::Kind, kind) => return AdvisoryKind::parse(kind).map_or(kind, |kind| wardroom_web::kind_word(lang, kind)).to_owned(),
        (Facet::Language, "en") => return Lang::En.own_name().to_owned(),
        (Facet::Language, "zh") => return Lang::Zh.own_name().to_owned(),
        (Facet::Product, id) => {
            let named = shelf.entries().iter().flat_map(|entry| &entry.card.products).find(|(known, _)| known == id);
            return named.map_or_else(|| id.to_owned(), |(_, name)| name.clone());
        }
        _ => return value.to_owned(),
    };
    word.say(lang).to_owned()
}
