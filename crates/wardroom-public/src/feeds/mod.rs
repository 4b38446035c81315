//! What we publish for programs, and where it lies (interfaces A5).

use crate::practice::site;
use askama::Template;
use axum::response::Response;
use std::collections::BTreeMap;
use wardroom_app::disclosure::tree::{PublicWorld, product_feed};
use wardroom_web::words::{self, public as say};
use wardroom_web::{Page, Tongue};

/// Feeds of products on the page; the others are found by the product's advisories.
const PRODUCTS: usize = 100;

struct Feed {
    what: String,
    path: String,
    format: &'static str,
}

#[derive(Template)]
#[template(path = "feeds/feeds.html")]
struct Feeds {
    page: Page,
    feeds: Vec<Feed>,
    curl: String,
}

const PROVIDER: &str = "/.well-known/csaf/provider-metadata.json";

/// The page.
pub fn render(world: &PublicWorld, tongue: &Tongue) -> Response {
    let lang = tongue.lang;
    let end = crate::tree::feed_end(lang);
    let feed = |what: words::Word, path: &str, format| Feed { what: what.say(lang).to_owned(), path: path.to_owned(), format };
    let mut feeds = vec![
        feed(say::FEEDS_PROVIDER, PROVIDER, "CSAF 2.0"),
        feed(say::FEEDS_ROLIE, "/.well-known/csaf/white/feed-tlp-white.json", "ROLIE"),
        feed(say::FEEDS_CHANGES, "/.well-known/csaf/white/changes.csv", "CSV"),
        feed(say::FEEDS_INDEX, "/.well-known/csaf/white/index.txt", "text"),
        feed(say::FEEDS_ATOM, &format!("/feeds/advisories{end}.atom"), "Atom"),
        feed(say::FEEDS_JSON, &format!("/feeds/advisories{end}.json"), "JSON Feed"),
        feed(say::FEEDS_SECURITY_TXT, "/.well-known/security.txt", "RFC 9116, OpenPGP"),
        feed(say::FEEDS_KEY, "/pgp-key.asc", "OpenPGP"),
        feed(say::FEEDS_OPENAPI, "/api/v1/openapi.json", "OpenAPI 3.1"),
    ];
    feeds.extend(products(world).into_iter().map(|(id, name)| Feed {
        what: say::feeds_product(lang, name),
        path: format!("/{}{end}.atom", product_feed(&id)),
        format: "Atom",
    }));
    let page = Page::new(tongue, &site(world), "feeds", say::FEEDS_TITLE.say(lang));
    wardroom_web::html(&Feeds { page, feeds, curl: format!("curl -s {}{PROVIDER}", world.base_url) })
}

/// (id, name) of products that published advisories name, by name.
fn products(world: &PublicWorld) -> Vec<(String, String)> {
    let contents = world.advisories.iter().filter_map(|one| one.latest()).flat_map(|latest| &latest.content.products);
    let named: BTreeMap<(&str, &str), ()> = contents.map(|product| ((product.name.as_str(), product.id.as_str()), ())).collect();
    named.into_keys().take(PRODUCTS).map(|(name, id)| (id.to_owned(), name.to_owned())).collect()
}
