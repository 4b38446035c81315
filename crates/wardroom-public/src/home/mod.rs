//! The front page: one thing to do, what can be relied on, what is published.

use crate::advisories::{Row, row};
use crate::practice::{Practice, site};
use askama::Template;
use wardroom_app::disclosure::tree::{Card, PublicWorld};
use wardroom_web::words;
use wardroom_web::{Lang, Page};

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home {
    page: Page,
    practice: Practice,
    rows: Vec<Row>,
}

/// The front page as a file of the public tree, with the advisories that changed last.
#[must_use]
pub fn render_index(world: &PublicWorld, lang: Lang, newest: &[Card]) -> String {
    let page = Page::filed(lang, &site(world), "home", "", crate::tree::switch("index", lang));
    let rows = newest.iter().map(|card| row(card, lang)).collect();
    crate::tree::text_of(&Home { page, practice: Practice::of(&world.profile, lang), rows })
}
