//! What lists the advisories: ROLIE, `index.txt` and `changes.csv` for machines that fetch CSAF, Atom and JSON Feed in both languages for
//! people's readers (all advisories, and each product's), and the pages that list. All of them are valid without a single advisory.
//!
//! A list is made anew when something it shows is another: it carries the mark of what it was made from. Lists of everything that people read
//! are cut in pages of [`PAGE`], the oldest first, so that the pages of former years stay as they are (RFC 5005, section 4); what machines
//! must have in one piece is put together from lines that were made before.

use super::card::Card;
use super::feed::{end, feed};
use super::input::Voice;
use super::making::Making;
use super::part::{CLEAR21, WHITE, file_stem, line};
use super::standing::{Line, Part, Standing, members};
use super::world::PublicWorld;
use crate::ports::pages::{List, PublicPages, ThanksYear};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use wardroom_formats::csaf::model::TlpLabel;
use wardroom_formats::feeds::{self, Feed, Shelf};
use wardroom_formats::provider::{self, FeedLabel, Listed, RolieFeed};
use wardroom_seal::hex;

/// The label of everything here.
pub(super) const LABEL: FeedLabel = FeedLabel::Tlp(TlpLabel::White);
/// The same as CSAF 2.1 says it.
pub(super) const FEED21: &str = "feed-tlp-clear.json";
/// Advisories on a page of a list.
pub(super) const PAGE: usize = 100;
/// Items of a feed: the newest.
const NEWEST: usize = 50;
/// Advisories the front page shows.
const FRONT: usize = 5;
/// Names on the page of thanks; former years have pages of their own where there are more.
const NAMES: usize = 500;

/// A short print of these texts.
pub(super) fn print<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text);
    }
    hex(&digest.finalize()[..16])
}

/// What differs between the lists of CSAF 2.0 and those of 2.1.
struct DocumentLists<'a> {
    mark: &'a str,
    folder: &'a str,
    /// Of the feed, in the folder.
    name: &'a str,
    /// Of the service document, below `.well-known/csaf/`.
    service: &'a str,
    id: String,
    title: String,
    is_listed: fn(&Part) -> bool,
    entry: fn(&Part) -> &String,
    changes: fn(&[Listed<'_>]) -> String,
}

/// Makes the lists over these parts.
pub(super) struct Lists<'a> {
    site: &'a PublicWorld,
    voice: &'a Voice,
    pages: &'a dyn PublicPages,
    /// Changes with how lists are made and by whom.
    shape: &'a str,
    newest: Vec<&'a Part>,
    oldest: Vec<&'a Part>,
    /// What stands, by mark.
    stands: BTreeMap<&'a str, Vec<&'a Line>>,
    pub(super) making: Making<'a>,
    /// Lines of files that stay as they are.
    pub(super) kept: Vec<Line>,
}

impl<'a> Lists<'a> {
    /// `anew`: nothing that stands counts.
    pub(super) fn new(
        site: &'a PublicWorld,
        voice: &'a Voice,
        pages: &'a dyn PublicPages,
        shape: &'a str,
        parts: &'a BTreeMap<Arc<str>, Arc<Part>>,
        standing: &'a Standing,
        making: Making<'a>,
    ) -> Lists<'a> {
        let mut newest: Vec<&Part> = parts.values().map(Arc::as_ref).collect();
        let mut oldest = newest.clone();
        newest.sort_by(|a, b| (b.changed, &b.number).cmp(&(a.changed, &a.number)));
        oldest.sort_by(|a, b| (a.first, &a.number).cmp(&(b.first, &b.number)));
        let mut stands: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
        for file in standing.others.values().filter(|file| !file.mark.is_empty()) {
            stands.entry(&file.mark).or_default().push(file);
        }
        Lists { site, voice, pages, shape, newest, oldest, stands, making, kept: Vec::new() }
    }

    /// All of them.
    pub(super) fn make(&mut self, newer: bool) {
        self.pages_of_lists();
        self.thanks();
        self.feeds();
        self.products();
        self.csaf(newer);
        if let Some(gna) = self.site.gna {
            let text = super::gcve::dump(self.newest.iter().copied());
            self.making.put(wardroom_formats::gcve::dump_path(gna), text);
        }
    }

    /// Makes a group of files, unless the same stands.
    fn group(&mut self, name: &str, prints: &[&str], make: impl FnOnce(&Self, &mut Vec<(String, Vec<u8>)>) -> Result<(), String>) {
        let mark = format!("{name} {}", print(std::iter::once(self.shape).chain(prints.iter().copied())));
        if let Some(files) = self.stands.get(mark.as_str()) {
            self.kept.extend(files.iter().map(|file| (*file).clone()));
            return;
        }
        let mut files = Vec::new();
        match make(self, &mut files) {
            Ok(()) => files.into_iter().for_each(|(path, bytes)| self.making.put_marked(path, bytes, mark.clone())),
            Err(why) => self.making.trouble(format!("{name}: {why}")),
        }
    }

    fn prints<'p>(parts: &[&'p Part]) -> Vec<&'p str> {
        parts.iter().map(|part| part.print.as_str()).collect()
    }

    fn cut(all: &[&'a Part], at: usize, most: usize) -> Vec<&'a Part> {
        all.iter().skip(at).take(most).copied().collect()
    }

    fn pages_of_lists(&mut self) {
        let count = self.oldest.len().div_ceil(PAGE);
        let pages = if count > 1 { count } else { 0 };
        let total = self.newest.len().to_string();
        let front = Self::cut(&self.newest, 0, FRONT);
        let any = if self.newest.is_empty() { "none" } else { "some" };
        self.group("front", &[&Self::prints(&front)[..], &[any]].concat(), |lists, out| {
            out.extend(lists.pages.list(lists.site, &List::Front { newest: cards(&front) }));
            Ok(())
        });
        let shown = Self::cut(&self.newest, 0, PAGE);
        self.group("list", &[&Self::prints(&shown)[..], &[&total]].concat(), |lists, out| {
            out.extend(lists.pages.list(lists.site, &List::Newest { cards: cards(&shown), total: lists.newest.len(), pages }));
            Ok(())
        });
        for page in 0..pages {
            let shown = Self::cut(&self.oldest, page * PAGE, PAGE);
            let neighbour = if page + 1 == pages { "last" } else { "" };
            self.group(&format!("list-{}", page + 1), &[&Self::prints(&shown)[..], &[neighbour]].concat(), |lists, out| {
                let mut cards = cards(&shown);
                cards.reverse();
                out.extend(lists.pages.list(lists.site, &List::Page { number: page + 1, last: neighbour == "last", cards }));
                Ok(())
            });
        }
    }

    fn thanks(&mut self) {
        let thanked: Vec<&Part> = self.oldest.iter().rev().copied().filter(|part| !part.thanks.is_empty()).collect();
        let mut years: Vec<(i16, Vec<&Part>)> = Vec::new();
        for part in thanked {
            let year = year(part.first);
            match years.last_mut().filter(|(last, _)| *last == year) {
                Some((_, parts)) => parts.push(part),
                None => years.push((year, vec![part])),
            }
        }
        let names = |parts: &[&Part]| parts.iter().map(|part| members(&part.thanks).count()).sum::<usize>();
        let mut shown = 0;
        let first = years.iter().take_while(|(_, parts)| {
            let fits = shown == 0 || shown + names(parts) <= NAMES;
            shown += names(parts);
            fits
        });
        let here = first.count();
        let former: Vec<i16> = years.iter().skip(here).map(|(year, _)| *year).collect();
        let on_page: Vec<&Part> = years.iter().take(here).flat_map(|(_, parts)| parts.iter().copied()).collect();
        let listed: Vec<String> = former.iter().map(ToString::to_string).collect();
        let whole = |years: &[(i16, Vec<&Part>)]| -> Vec<ThanksYear> {
            let line = |part: &&Part| (part.number.clone(), members(&part.thanks).map(str::to_owned).collect());
            years.iter().map(|(year, parts)| ThanksYear { year: *year, thanked: parts.iter().map(line).collect() }).collect()
        };
        let prints: Vec<&str> = Self::thanks_prints(&on_page).into_iter().chain(listed.iter().map(String::as_str)).collect();
        self.group("thanks", &prints, |lists, out| {
            out.extend(lists.pages.list(lists.site, &List::Thanks { only: None, years: whole(&years[..here]), former: former.clone() }));
            Ok(())
        });
        for at in here..years.len() {
            let one = &years[at..=at];
            let Some((year, parts)) = one.first() else { continue };
            self.group(&format!("thanks-{year}"), &Self::thanks_prints(parts), |lists, out| {
                out.extend(lists.pages.list(lists.site, &List::Thanks { only: Some(*year), years: whole(one), former: Vec::new() }));
                Ok(())
            });
        }
    }

    fn thanks_prints<'p>(parts: &[&'p Part]) -> Vec<&'p str> {
        parts.iter().flat_map(|part| [part.number.as_str(), part.thanks.as_str()]).collect()
    }

    fn feeds(&mut self) {
        let count = self.oldest.len().div_ceil(PAGE);
        let pages = if self.oldest.len() > NEWEST { count } else { 0 };
        let shown = Self::cut(&self.newest, 0, NEWEST);
        let of = pages.to_string();
        self.group("feed", &[&Self::prints(&shown)[..], &[&of]].concat(), |lists, out| {
            let older = (pages > 0).then(|| format!("feeds/advisories-{pages}"));
            for chinese in [false, true] {
                let mut feed = feed(lists.site, "feeds/advisories", chinese, None, &cards(&shown));
                feed.shelf = lists.shelf(chinese, false, older.as_deref(), None);
                put_feed(out, "feeds/advisories", chinese, &feed)?;
            }
            Ok(())
        });
        for page in 1..=pages {
            let shown = Self::cut(&self.oldest, (page - 1) * PAGE, PAGE);
            let neighbour = if page == pages { "last" } else { "" };
            self.group(&format!("feed-{page}"), &[&Self::prints(&shown)[..], &[neighbour]].concat(), |lists, out| {
                let stem = format!("feeds/advisories-{page}");
                let older = (page > 1).then(|| format!("feeds/advisories-{}", page - 1));
                let newer = (page < pages).then(|| format!("feeds/advisories-{}", page + 1));
                for chinese in [false, true] {
                    let mut feed = feed(lists.site, &stem, chinese, None, &cards(&shown));
                    feed.shelf = lists.shelf(chinese, true, older.as_deref(), newer.as_deref());
                    put_feed(out, &stem, chinese, &feed)?;
                }
                Ok(())
            });
        }
    }

    /// A feed for each product: its newest advisories.
    fn products(&mut self) {
        let mut of: BTreeMap<&str, Vec<&Part>> = BTreeMap::new();
        for part in self.newest.iter().copied() {
            for product in members(&part.products) {
                let parts = of.entry(product).or_default();
                if parts.len() < NEWEST && !parts.iter().any(|one| one.number == part.number) {
                    parts.push(part);
                }
            }
        }
        for (product, shown) in of {
            let stem = product_feed(product);
            self.group(&stem, &Self::prints(&shown), |lists, out| {
                let cards = cards(&shown);
                let name = cards.iter().flat_map(|card| &card.products).find(|(id, _)| id == product).map_or(product, |(_, name)| name);
                for chinese in [false, true] {
                    put_feed(out, &stem, chinese, &feed(lists.site, &stem, chinese, Some(name), &cards))?;
                }
                Ok(())
            });
        }
    }

    fn csaf(&mut self, newer: bool) {
        let id = feed_id(self.site);
        let team = self.site.profile.team_name("en");
        let name = provider::feed_file_name(LABEL);
        self.listed_documents(&DocumentLists {
            mark: "rolie",
            folder: WHITE,
            name: &name,
            service: "service.json",
            id: format!("{id}-csaf-feed-tlp-white"),
            title: format!("{team}: CSAF documents (TLP:WHITE)"),
            is_listed: |part| !part.document.is_empty(),
            entry: |part| &part.entry,
            changes: provider::changes_csv,
        });
        if newer {
            self.listed_documents(&DocumentLists {
                mark: "rolie-2.1",
                folder: CLEAR21,
                name: FEED21,
                service: "v2.1/service.json",
                id: format!("{id}-csaf-2.1-feed-tlp-clear"),
                title: format!("{team}: CSAF 2.1 documents (TLP:CLEAR)"),
                is_listed: |part| !part.entry21.is_empty(),
                entry: |part| &part.entry21,
                changes: provider::changes_csv_unquoted,
            });
        }
    }

    /// `index.txt`, `changes.csv` and the ROLIE feed of one edition.
    fn listed_documents(&mut self, of: &DocumentLists<'_>) {
        let listed: Vec<Listed<'_>> = self
            .newest
            .iter()
            .filter(|part| (of.is_listed)(part))
            .map(|part| Listed { path: &part.document, current_release: instant(part.changed) })
            .collect();
        self.making.put(format!("{}/index.txt", of.folder), provider::index_txt(&listed));
        self.making.put(format!("{}/changes.csv", of.folder), (of.changes)(&listed));
        let updated = self.newest.first().map_or(self.site.updated_at, |part| instant(part.changed));
        let founded = updated.to_string();
        self.group(of.mark, &[&Self::prints(&self.newest)[..], &[&founded]].concat(), |lists, out| {
            let path = format!("{}/{}", of.folder, of.name);
            let feed = RolieFeed {
                id: of.id.clone(),
                title: of.title.clone(),
                url: format!("{}/{path}", lists.voice.base),
                service_url: Some(format!("{}/.well-known/csaf/{}", lists.voice.base, of.service)),
                updated,
                entries: Vec::new(),
            };
            let entries = lists.newest.iter().map(|part| (of.entry)(part).as_str()).filter(|entry| !entry.is_empty());
            out.push((path, provider::rolie_feed_of(&feed, entries).map_err(|error| error.to_string())?.into_bytes()));
            Ok(())
        });
    }

    fn shelf(&self, chinese: bool, archive: bool, older: Option<&str>, newer: Option<&str>) -> Shelf {
        let base = &self.site.base_url;
        let both = |stem: &str| (format!("{base}/{stem}{}.atom", end(chinese)), format!("{base}/{stem}{}.json", end(chinese)));
        Shelf { archive, current: archive.then(|| both("feeds/advisories")), older: older.map(both), newer: newer.map(both) }
    }
}

/// Where the feed of a product is, without its end. Ids that are no plain names are told apart by a print of them.
pub fn product_feed(id: &str) -> String {
    let stem = file_stem(id).to_lowercase();
    if stem == id { format!("feeds/products/{stem}") } else { format!("feeds/products/{stem}-{}", &print([id])[..8]) }
}

fn put_feed(out: &mut Vec<(String, Vec<u8>)>, stem: &str, chinese: bool, feed: &Feed) -> Result<(), String> {
    let end = end(chinese);
    out.push((format!("{stem}{end}.atom"), feeds::atom(feed).map_err(|error| error.to_string())?.into_bytes()));
    out.push((format!("{stem}{end}.json"), feeds::json_feed(feed).map_err(|error| error.to_string())?.into_bytes()));
    Ok(())
}

/// What the parts show; one whose card cannot be read is left out (only somebody else's hand in the journal can be why).
fn cards(parts: &[&Part]) -> Vec<Card> {
    parts.iter().filter_map(|part| serde_json::from_str(&part.card).ok()).collect()
}

/// How the ids of our CSAF feeds begin.
pub(super) fn feed_id(site: &PublicWorld) -> String {
    site.profile.id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

pub(super) fn instant(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

fn year(milliseconds: i64) -> i16 {
    instant(milliseconds).to_zoned(jiff::tz::TimeZone::UTC).year()
}

/// What was made, as lines of the journal.
pub(super) fn lines(making: &Making<'_>) -> Vec<Line> {
    making.files.iter().map(|(path, made)| line(path, made)).collect()
}

/// What the feeds of the sample are made like.
pub(super) fn sample(site: &PublicWorld) -> String {
    let cards: Vec<Card> = super::sample::sample().iter().filter_map(|advisory| Card::of(advisory)).collect();
    let mut text = String::new();
    for chinese in [false, true] {
        let feed = feed(site, "feeds/sample", chinese, None, &cards);
        text.push_str(&feeds::atom(&feed).unwrap_or_default());
        text.push_str(&feeds::json_feed(&feed).unwrap_or_default());
    }
    text
}
