//! Who is thanked, by year: the credits of the published advisories, as agreed with the people named.

use crate::advisories::href;
use crate::practice::site;
use askama::Template;
use wardroom_app::disclosure::tree::PublicWorld;
use wardroom_app::ports::pages::ThanksYear;
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
    /// Years with a page of their own: (year, address).
    former: Vec<(i16, String)>,
}

/// The page of thanks as a file of the public tree; `only`: the page of that year. Of many names, former years have pages of their own.
#[must_use]
pub fn render_thanks(world: &PublicWorld, lang: Lang, only: Option<i16>, years: &[ThanksYear], former: &[i16]) -> String {
    let names = |number: &str, names: &[String]| {
        let thanks = |name: &String| Thanks { name: name.clone(), number: number.to_owned(), href: href(number) };
        names.iter().map(thanks).collect::<Vec<_>>()
    };
    let years = years
        .iter()
        .map(|year| Year { year: year.year, names: year.thanked.iter().flat_map(|(number, all)| names(number, all)).collect() })
        .collect();
    let stem = stem(only);
    let page = Page::filed(lang, &site(world), "thanks", say::THANKS_TITLE.say(lang), crate::tree::switch(&stem, lang));
    let former = former.iter().map(|year| (*year, format!("/{}", crate::tree::file_name(&self::stem(Some(*year)), lang)))).collect();
    crate::tree::text_of(&ThanksPage { page, years, former })
}

/// `thanks`, or `thanks-2025` for one year.
pub(crate) fn stem(only: Option<i16>) -> String {
    only.map_or_else(|| "thanks".to_owned(), |year| format!("thanks-{year}"))
}
