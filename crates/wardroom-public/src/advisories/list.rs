//! The list of advisories: as a file of the tree, and with a filter.

use super::{Row, rows};
use crate::practice::{Practice, site};
use askama::Template;
use wardroom_app::disclosure::tree::PublicWorld;
use wardroom_web::words::{self, public as say};
use wardroom_web::{Choice, Lang, Page, Tongue};

#[derive(Template)]
#[template(path = "advisories/list.html")]
pub(crate) struct List {
    page: Page,
    practice: Practice,
    rows: Vec<Row>,
    query: String,
    severities: Vec<Choice>,
    any_published: bool,
}

/// The whole list as a file of the public tree.
#[must_use]
pub fn render_list(world: &PublicWorld, lang: Lang) -> String {
    let practice = Practice::of(&world.profile, lang);
    let page = Page::filed(lang, &site(world), "advisories", practice.list_title.clone(), crate::tree::switch("advisories/index", lang));
    crate::tree::text_of(&list(world, page, practice, "", ""))
}

/// The list with a filter: every word must occur; `severity` is one of the CVSS words or empty.
pub fn filtered(world: &PublicWorld, tongue: &Tongue, query: &str, severity: &str) -> axum::response::Response {
    let practice = Practice::of(&world.profile, tongue.lang);
    let page = Page::new(tongue, &site(world), "advisories", practice.list_title.clone());
    wardroom_web::html(&list(world, page, practice, query, severity))
}

fn list(world: &PublicWorld, page: Page, practice: Practice, query: &str, severity: &str) -> List {
    let lang = page.lang;
    let wanted: Vec<String> = wardroom_domain::text::half_width(query).split_whitespace().map(str::to_lowercase).take(16).collect();
    let rows = rows(world, lang)
        .into_iter()
        .filter(|row| wanted.iter().all(|word| row.haystack.contains(word)))
        .filter(|row| severity.is_empty() || row.severity_id == severity)
        .collect();
    let mut severities = vec![Choice::new("", say::ADVISORIES_SEVERITY_ANY.say(lang), severity.is_empty())];
    for (id, word) in [
        ("critical", words::validation::SEVERITY_CRITICAL),
        ("high", words::validation::SEVERITY_HIGH),
        ("medium", words::validation::SEVERITY_MEDIUM),
        ("low", words::validation::SEVERITY_LOW),
    ] {
        severities.push(Choice::new(id, word.say(lang), severity == id));
    }
    List { any_published: !world.advisories.is_empty(), page, practice, rows, query: query.to_owned(), severities }
}
