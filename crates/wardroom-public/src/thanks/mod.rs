//! Who is thanked, by year: the credits of the published advisories, as agreed with the people named.

use crate::advisories::href;
use crate::practice::site;
use askama::Template;
use std::collections::BTreeMap;
use wardroom_app::disclosure::tree::PublicWorld;
use wardroom_domain::disclosure::EndingKind;
use wardroom_web::words::{self, public as say};
use wardroom_web::{Lang, Page};

struct Year {
    year: i16,
    names: Vec<Thanks>,
}

struct Thanks {
    name: String,
    number: String,
    href: String,
}

#[derive(Template)]
#[template(path = "thanks/thanks.html")]
struct ThanksPage {
    page: Page,
    years: Vec<Year>,
}

/// The page of thanks as a file of the public tree.
#[must_use]
pub fn render_thanks(world: &PublicWorld, lang: Lang) -> String {
    let mut by_year: BTreeMap<i16, Vec<Thanks>> = BTreeMap::new();
    for advisory in world.advisories.iter().filter(|advisory| advisory.ending().is_none_or(|ending| ending.kind != EndingKind::Withdrawn)) {
        let (Some(latest), Some(first)) = (advisory.latest(), advisory.first_released()) else { continue };
        let year = first.to_zoned(jiff::tz::TimeZone::UTC).year();
        for name in &latest.content.texts.credits {
            let thanks = Thanks { name: name.clone(), number: advisory.number.clone(), href: href(&advisory.number) };
            by_year.entry(year).or_default().push(thanks);
        }
    }
    let years = by_year.into_iter().rev().map(|(year, names)| Year { year, names }).collect();
    let page = Page::filed(lang, &site(world), "thanks", say::THANKS_TITLE.say(lang), crate::tree::switch("thanks", lang));
    crate::tree::text_of(&ThanksPage { page, years })
}
