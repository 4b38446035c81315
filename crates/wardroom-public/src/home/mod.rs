//! The front page: one thing to do, what can be relied on, what is published.

use crate::advisories::{Row, rows};
use crate::practice::{Practice, site};
use askama::Template;
use wardroom_app::disclosure::tree::PublicWorld;
use wardroom_web::words;
use wardroom_web::{Lang, Page};

/// How many advisories the front page shows.
const LATEST: usize = 5;

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home {
    page: Page,
    practice: Practice,
    rows: Vec<Row>,
}

/// The front page as a file of the public tree.
#[must_use]
pub fn render_index(world: &PublicWorld, lang: Lang) -> String {
    let page = Page::filed(lang, &site(world), "home", "", crate::tree::switch("index", lang));
    let mut rows = rows(world, lang);
    rows.truncate(LATEST);
    crate::tree::text_of(&Home { page, practice: Practice::of(&world.profile, lang), rows })
}
