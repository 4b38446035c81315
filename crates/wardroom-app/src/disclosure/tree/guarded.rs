//! The files of a guarded level: CSAF documents that are not for everybody, with hashes, signatures, `index.txt`, `changes.csv` and the level's own
//! ROLIE feed (CSAF 2.0, 7.1.5, 7.1.11-13, 7.1.15, 7.1.18-19). They are made like those of the public tree and never lie in it: `shared.rs` seals them.
//! There are no pages, feeds for people or other formats of them, and no CSAF 2.1.

use super::input::{Release, Voice, machine_input};
use super::making::{Making, Pen};
use super::part::put_document;
use super::world::PublicWorld;
use jiff::Timestamp;
use std::collections::BTreeMap;
use wardroom_domain::disclosure::{AdvisoryContent, Level};
use wardroom_formats::csaf::{self, model::TlpLabel};
use wardroom_formats::provider::{self, DocumentVersion, FeedLabel, Listed, RolieEntry, RolieFeed};
use wardroom_mail::keys::TeamSecret;

/// One advisory as it is shared.
pub(crate) struct Guarded {
    pub(crate) content: AdvisoryContent,
    /// When it was shared, each time; the last is now.
    pub(crate) shares: Vec<Timestamp>,
}

/// CSAF 2.0 has no AMBER+STRICT: its documents say it in words, and its feed is another one.
pub(super) const fn label(level: Level) -> FeedLabel {
    FeedLabel::Tlp(match level {
        Level::Clear => TlpLabel::White,
        Level::Green => TlpLabel::Green,
        Level::Amber | Level::AmberStrict => TlpLabel::Amber,
    })
}

fn folder(level: Level) -> String {
    format!(".well-known/csaf/{}", level.folder())
}

/// `.well-known/csaf/amber/feed-tlp-amber.json`
pub(super) fn feed_path(level: Level) -> String {
    format!("{}/feed-tlp-{}.json", folder(level), level.folder())
}

/// All files of a level, by path, and what could not be made.
pub(crate) fn guarded(
    site: &PublicWorld,
    voice: &Voice,
    signer: Option<&TeamSecret>,
    now: Timestamp,
    level: Level,
    shelf: &[Guarded],
) -> (BTreeMap<String, Vec<u8>>, Vec<String>) {
    let none = |_: &str, _: &str| None;
    let mut making = Making::new(Pen { signer, now, former: &none });
    let folder = folder(level);
    let (mut paths, mut entries) = (Vec::new(), Vec::new());
    for one in shelf {
        let Some(latest) = one.shares.last() else { continue };
        let release = Release { content: &one.content, released_at: *latest, shared: &one.shares };
        let input = machine_input(release, voice);
        let path = release.document_path();
        match csaf::render(&input) {
            Ok(document) => {
                put_document(&mut making, &folder, &path, csaf::to_json(&document).into_bytes(), *latest);
                entries.push(RolieEntry {
                    id: input.tracking.id.clone(),
                    title: input.title.clone(),
                    url: format!("{}/{folder}/{path}", voice.base),
                    published: input.tracking.initial_release,
                    updated: *latest,
                    summary: input.summary().map(str::to_owned),
                });
                paths.push((path, *latest));
            }
            Err(error) => making.trouble(format!("{}: no CSAF document: {error}", one.content.id)),
        }
    }
    let mut listed: Vec<Listed<'_>> = paths.iter().map(|(path, at)| Listed { path, current_release: *at }).collect();
    listed.sort_by(|one, other| (other.current_release, other.path).cmp(&(one.current_release, one.path)));
    making.put(format!("{folder}/index.txt"), provider::index_txt(&listed));
    making.put(format!("{folder}/changes.csv"), provider::changes_csv(&listed));
    let id = super::lists::feed_id(site);
    let feed = RolieFeed {
        id: format!("{id}-csaf-feed-tlp-{}", level.folder()),
        title: format!("{}: CSAF documents ({})", site.profile.team_name("en"), level.name()),
        url: format!("{}/{}", voice.base, feed_path(level)),
        service_url: Some(format!("{}/.well-known/csaf/service.json", voice.base)),
        updated: listed.first().map_or(site.updated_at, |newest| newest.current_release),
        entries: Vec::new(),
    };
    let lines: Result<Vec<String>, _> = entries.iter().rev().map(|entry| provider::rolie_entry(entry, DocumentVersion::V20)).collect();
    match lines.and_then(|lines| provider::rolie_feed_of(&feed, lines.iter().map(String::as_str))) {
        Ok(text) => making.put(feed_path(level), text),
        Err(error) => making.trouble(format!("{}: {error}", feed_path(level))),
    }
    (making.files.into_iter().map(|(path, made)| (path, made.bytes)).collect(), making.troubles)
}
