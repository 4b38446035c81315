//! The pages of the public tree, drawn: HTML in both languages, and the styles and scripts it uses.

use askama::Template;
use wardroom_app::disclosure::tree::{PublicAdvisory, PublicWorld};
use wardroom_app::ports::pages::{List, PublicPages};
use wardroom_web::Lang;

/// Draws the pages of the public tree: `index.html`, `index.zh.html`, … and the assets they use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pages;

impl PublicPages for Pages {
    fn fixed(&self, site: &PublicWorld) -> Vec<(String, Vec<u8>)> {
        let mut files = both("policy", |lang| crate::policy::render_policy(site, lang));
        files.extend(both("pgp", |lang| crate::pgp::render_pgp(site, lang)));
        files.extend(wardroom_web::assets::all().iter().map(|asset| (asset.url.trim_start_matches('/').to_owned(), asset.bytes.to_vec())));
        files
    }

    fn advisory(&self, site: &PublicWorld, advisory: &PublicAdvisory) -> Vec<(String, Vec<u8>)> {
        let stem = format!("advisories/{}", advisory.number);
        let page = |lang| crate::advisories::render_advisory(site, advisory, lang).map(|text| (file_name(&stem, lang), text.into_bytes()));
        let mut files: Vec<(String, Vec<u8>)> = Lang::ALL.into_iter().filter_map(page).collect();
        for version in 0..advisory.versions.len().saturating_sub(1) {
            let former = |lang| {
                crate::advisories::render_version(site, advisory, version, lang)
                    .map(|(stem, text)| (file_name(&stem, lang), text.into_bytes()))
            };
            files.extend(Lang::ALL.into_iter().filter_map(former));
        }
        files
    }

    fn list(&self, site: &PublicWorld, list: &List) -> Vec<(String, Vec<u8>)> {
        match list {
            List::Front { newest } => both("index", |lang| crate::home::render_index(site, lang, newest)),
            List::Newest { cards, total, pages } => {
                both("advisories/index", |lang| crate::advisories::render_list(site, lang, cards, *total, *pages))
            }
            List::Page { number, last, cards } => {
                let stem = format!("advisories/page-{number}");
                both(&stem, |lang| crate::advisories::render_page(site, lang, *number, *last, cards))
            }
            List::Thanks { only, years, former } => {
                both(&crate::thanks::stem(*only), |lang| crate::thanks::render_thanks(site, lang, *only, years, former))
            }
        }
    }
}

fn both(stem: &str, draw: impl Fn(Lang) -> String) -> Vec<(String, Vec<u8>)> {
    Lang::ALL.into_iter().map(|lang| (file_name(stem, lang), draw(lang).into_bytes())).collect()
}

/// What the file of a feed in this language has before its end.
pub(crate) const fn feed_end(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "",
        Lang::Zh => ".zh",
    }
}

pub(crate) fn file_name(stem: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{stem}.html"),
        Lang::Zh => format!("{stem}.zh.html"),
    }
}

/// The address of the other language's file, with the wish in it, so that a server of ours remembers it.
pub(crate) fn switch(stem: &str, lang: Lang) -> String {
    format!("/{}?lang={}", file_name(stem, lang.other()), lang.other().code())
}

/// A page as text. Our templates hold only values whose `Display` cannot fail, so an error here is a bug of ours; it
/// is logged, and the file says so rather than being half a page.
pub(crate) fn text_of<T: Template>(page: &T) -> String {
    page.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page of the public tree could not be rendered");
        String::from("<!doctype html><title>500</title>")
    })
}
