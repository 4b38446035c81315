//! The list of advisories: as files of the tree (the newest, and pages that hold all of them), and with a filter.

use super::{Row, row, rows};
use crate::practice::{Practice, site};
use askama::Template;
use wardroom_app::disclosure::tree::{Card, PublicWorld};
use wardroom_web::words::{self, public as say};
use wardroom_web::{Choice, Lang, Page, Tongue};

/// Rows a filter shows at once.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "advisories/list.html")]
pub(crate) struct List {
    page: Page,
    practice: Practice,
    rows: Vec<Row>,
    query: String,
    severities: Vec<Choice>,
    any_published: bool,
    feed_end: &'static str,
    /// What is not shown here, in words, or empty.
    more: String,
    /// Where that is, and how the link is called.
    newer: Option<String>,
    older: Option<String>,
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
    list(page, practice, cards.iter().map(|card| row(card, lang)).collect(), "", "")
}

/// The list with a filter: every word must occur; `severity` is one of the CVSS words or empty.
pub fn filtered(world: &PublicWorld, tongue: &Tongue, query: &str, severity: &str) -> axum::response::Response {
    let practice = Practice::of(&world.profile, tongue.lang);
    let page = Page::new(tongue, &site(world), "advisories", practice.list_title.clone());
    let wanted: Vec<String> = wardroom_domain::text::half_width(query).split_whitespace().map(str::to_lowercase).take(16).collect();
    let found = rows(world, tongue.lang)
        .filter(|row| wanted.iter().all(|word| row.haystack.contains(word)))
        .filter(|row| severity.is_empty() || row.severity_id == severity);
    let mut rows: Vec<Row> = Vec::new();
    let mut total = 0_usize;
    for row in found {
        total += 1;
        if rows.len() < SHOWN {
            rows.push(row);
        }
    }
    let more = if total > rows.len() { say::advisories_of(tongue.lang, rows.len() as i64, total as i64) } else { String::new() };
    let list = List { any_published: !world.advisories.is_empty(), more, ..list(page, practice, rows, query, severity) };
    wardroom_web::html(&list)
}

fn list(page: Page, practice: Practice, rows: Vec<Row>, query: &str, severity: &str) -> List {
    let lang = page.lang;
    let mut severities = vec![Choice::new("", say::ADVISORIES_SEVERITY_ANY.say(lang), severity.is_empty())];
    for (id, word) in [
        ("critical", words::validation::SEVERITY_CRITICAL),
        ("high", words::validation::SEVERITY_HIGH),
        ("medium", words::validation::SEVERITY_MEDIUM),
        ("low", words::validation::SEVERITY_LOW),
    ] {
        severities.push(Choice::new(id, word.say(lang), severity == id));
    }
    let any_published = !rows.is_empty();
    let feed_end = crate::tree::feed_end(lang);
    List {
        any_published,
        feed_end,
        page,
        practice,
        rows,
        query: query.to_owned(),
        severities,
        more: String::new(),
        newer: None,
        older: None,
    }
}
