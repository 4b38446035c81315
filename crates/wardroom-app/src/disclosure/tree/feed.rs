//! One feed for people's readers: from cards to what Atom and JSON Feed say. The tree's feeds are made of it, and those of a filter, which are
//! made when somebody asks ([`feed_where`]).

use super::card::Card;
use super::part::WHITE;
use super::world::PublicWorld;
use wardroom_formats::feeds::{Feed, FeedItem, Shelf};

/// What a file of this language has before its end.
pub(super) fn end(chinese: bool) -> &'static str {
    if chinese { ".zh" } else { "" }
}

/// The feed of these cards. `about`: what it is about, where that is not everything.
pub(super) fn feed(site: &PublicWorld, stem: &str, chinese: bool, about: Option<&str>, cards: &[Card]) -> Feed {
    let base = &site.base_url;
    let lang = if chinese { "zh-CN" } else { "en" };
    let end = end(chinese);
    let words = super::input::words(lang);
    let org = site.profile.org_name(lang);
    Feed {
        id: if chinese { format!("{base}/{stem}#zh") } else { format!("{base}/{stem}") },
        title: match about {
            Some(name) => format!("{org}: {name}: {}", words.advisories),
            None => format!("{org}: {}", words.advisories),
        },
        lang: lang.to_owned(),
        author: site.profile.team_name(lang),
        home_url: format!("{base}/advisories/index{}.html", if chinese { ".zh" } else { "" }),
        atom_url: format!("{base}/{stem}{end}.atom"),
        json_url: format!("{base}/{stem}{end}.json"),
        updated: cards.iter().map(|card| card.changed).max().unwrap_or(site.updated_at),
        shelf: Shelf::default(),
        items: cards.iter().map(|card| item(site, card, lang, chinese)).collect(),
    }
}

/// The feed of those that a filter lets through: the address of the feed of all, with `query` behind it, so that a web server that knows no
/// filters answers with all of them.
pub fn feed_where(site: &PublicWorld, query: &str, chinese: bool, about: &str, cards: &[Card]) -> Feed {
    let all = feed(site, "feeds/advisories", chinese, Some(about), cards);
    let base = &site.base_url;
    let with = |url: &str| format!("{url}?{query}");
    Feed {
        id: with(&all.id),
        home_url: format!("{base}/advisories?{query}"),
        atom_url: with(&all.atom_url),
        json_url: with(&all.json_url),
        ..all
    }
}

fn item(site: &PublicWorld, card: &Card, lang: &str, chinese: bool) -> FeedItem {
    let base = &site.base_url;
    let title = card.title.text(lang);
    let mark = card.ended.map_or("", |kind| super::input::words(lang).ended(kind).mark);
    let mut tags: Vec<String> = card.cves.clone();
    tags.extend(card.worst.iter().map(|worst| worst.severity.to_lowercase()));
    tags.extend(card.products.iter().map(|(_, name)| name.clone()));
    FeedItem {
        id: format!("{base}/advisories/{}", card.number),
        url: format!("{base}/advisories/{}{}.html", card.number, if chinese { ".zh" } else { "" }),
        csaf_url: Some(format!("{base}/{WHITE}/{}", card.document)),
        title: format!("{} {mark}{}", card.number, title.trim()),
        summary: card.summary.text(lang).to_owned(),
        published: card.first,
        updated: card.changed,
        tags,
    }
}
