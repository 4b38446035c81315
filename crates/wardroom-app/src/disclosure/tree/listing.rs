//! What lists the advisories: ROLIE, `index.txt` and `changes.csv` for machines that fetch CSAF, Atom and JSON Feed for people's readers.
//! All of them are valid without a single advisory.

use super::build::Making;
use super::documents::{Document, Documents, WHITE};
use super::input::{Voice, language_of};
use super::world::{PublicAdvisory, PublicWorld};
use jiff::Timestamp;
use wardroom_formats::csaf::model::TlpLabel;
use wardroom_formats::feeds::{self, Feed, FeedItem};
use wardroom_formats::provider::{self, FeedLabel, Listed, RolieEntry, RolieFeed};

/// The label of everything here.
pub(super) const LABEL: FeedLabel = FeedLabel::Tlp(TlpLabel::White);

pub(super) fn feeds(world: &PublicWorld, voice: &Voice, documents: &Documents, tree: &mut Making<'_>) {
    let listed: Vec<Listed> =
        documents.0.iter().map(|one| Listed { path: one.path.clone(), current_release: one.input.tracking.current_release }).collect();
    tree.put(format!("{WHITE}/index.txt"), provider::index_txt(&listed));
    tree.put(format!("{WHITE}/changes.csv"), provider::changes_csv(&listed));
    match provider::rolie_feed(&rolie(world, voice, documents)) {
        Ok(text) => tree.put(format!("{WHITE}/{}", provider::feed_file_name(LABEL)), text),
        Err(error) => tree.trouble(format!("ROLIE feed: {error}")),
    }
    let feed = for_people(world, documents);
    for (path, text) in [("feeds/advisories.atom", feeds::atom(&feed)), ("feeds/advisories.json", feeds::json_feed(&feed))] {
        match text {
            Ok(text) => tree.put(path, text),
            Err(error) => tree.trouble(format!("{path}: {error}")),
        }
    }
}

/// The https address of a file of the CSAF folder.
pub(super) fn white_url(voice: &Voice, path: &str) -> String {
    format!("{}/{WHITE}/{path}", voice.base)
}

fn newest(world: &PublicWorld) -> Timestamp {
    world.advisories.iter().filter_map(PublicAdvisory::changed_at).max().unwrap_or(world.updated_at)
}

fn rolie(world: &PublicWorld, voice: &Voice, documents: &Documents) -> RolieFeed {
    let entry = |one: &Document| RolieEntry {
        id: one.input.tracking.id.clone(),
        title: one.input.title.clone(),
        url: white_url(voice, &one.path),
        published: one.input.tracking.initial_release,
        updated: one.input.tracking.current_release,
        summary: one.input.summary().map(str::to_owned),
    };
    let id: String = world.profile.id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    RolieFeed {
        id: format!("{id}-csaf-feed-tlp-white"),
        title: format!("{}: CSAF documents (TLP:WHITE)", world.profile.team_name("en")),
        url: white_url(voice, &provider::feed_file_name(LABEL)),
        service_url: None,
        updated: newest(world),
        entries: documents.0.iter().map(entry).collect(),
    }
}

fn for_people(world: &PublicWorld, documents: &Documents) -> Feed {
    let base = &world.base_url;
    Feed {
        id: format!("{base}/feeds/advisories"),
        title: format!("{}: security advisories", world.profile.org_name("en")),
        lang: "en".to_owned(),
        author: world.profile.team_name("en"),
        home_url: format!("{base}/advisories/index.html"),
        atom_url: format!("{base}/feeds/advisories.atom"),
        json_url: format!("{base}/feeds/advisories.json"),
        updated: newest(world),
        items: world.advisories.iter().filter_map(|one| item(base, one, documents)).collect(),
    }
}

fn item(base: &str, advisory: &PublicAdvisory, documents: &Documents) -> Option<FeedItem> {
    let latest = advisory.latest()?;
    let content = &latest.content;
    let document = documents.0.iter().find(|one| one.input.tracking.id == advisory.number);
    let mut tags: Vec<String> = content.vulnerabilities.iter().map(|one| one.cve.clone()).filter(|cve| !cve.is_empty()).collect();
    tags.extend(content.worst().map(|worst| worst.severity.to_lowercase()));
    tags.extend(content.products.iter().map(|product| product.name.clone()));
    let title = match document {
        Some(document) => document.input.title.clone(),
        None => content.texts.title.text(language_of(content)).to_owned(),
    };
    Some(FeedItem {
        id: format!("{base}/advisories/{}", advisory.number),
        url: format!("{base}/advisories/{}.html", advisory.number),
        csaf_url: document.map(|one| format!("{base}/{WHITE}/{}", one.path)),
        title: format!("{} {title}", advisory.number),
        summary: content.texts.summary.text(language_of(content)).to_owned(),
        published: advisory.first_released()?,
        updated: advisory.changed_at()?,
        tags,
    })
}
