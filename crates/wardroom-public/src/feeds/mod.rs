//! What we publish for programs, and where it lies (interfaces A5).

use crate::practice::site;
use askama::Template;
use axum::response::Response;
use wardroom_app::disclosure::tree::PublicWorld;
use wardroom_web::words::{self, public as say};
use wardroom_web::{Page, Tongue};

struct Feed {
    what: &'static str,
    path: &'static str,
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
    let feed = |what: words::Word, path, format| Feed { what: what.say(lang), path, format };
    let feeds = vec![
        feed(say::FEEDS_PROVIDER, PROVIDER, "CSAF 2.0"),
        feed(say::FEEDS_ROLIE, "/.well-known/csaf/white/feed-tlp-white.json", "ROLIE"),
        feed(say::FEEDS_CHANGES, "/.well-known/csaf/white/changes.csv", "CSV"),
        feed(say::FEEDS_INDEX, "/.well-known/csaf/white/index.txt", "text"),
        feed(say::FEEDS_ATOM, "/feeds/advisories.atom", "Atom"),
        feed(say::FEEDS_JSON, "/feeds/advisories.json", "JSON Feed"),
        feed(say::FEEDS_SECURITY_TXT, "/.well-known/security.txt", "RFC 9116, OpenPGP"),
        feed(say::FEEDS_KEY, "/pgp-key.asc", "OpenPGP"),
        feed(say::FEEDS_OPENAPI, "/api/v1/openapi.json", "OpenAPI 3.1"),
    ];
    let page = Page::new(tongue, &site(world), "feeds", say::FEEDS_TITLE.say(lang));
    wardroom_web::html(&Feeds { page, feeds, curl: format!("curl -s {}{PROVIDER}", world.base_url) })
}
