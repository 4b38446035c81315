//! The dump of our GCVE records (GCVE-BCP-03): one line for each id of the advisories in force, where we are a numbering authority. An advisory that
//! was taken back has no line. Deliberately no API beside it: a static file is one of the two ways the practice knows.

use super::input::{Release, Voice, editions};
use super::making::Making;
use super::standing::{BETWEEN, Part, members};
use super::world::{PublicAdvisory, PublicWorld};
use std::collections::BTreeMap;
use wardroom_formats::gcve;

/// Where the dump lies, as an address.
pub(super) fn address(world: &PublicWorld, voice: &Voice) -> Option<String> {
    world.gna.map(|gna| format!("{}/{}", voice.base, gcve::dump_path(gna)))
}

/// An advisory's lines, each after its id, as a field of its part.
pub(super) fn lines(world: &PublicWorld, voice: &Voice, advisory: &PublicAdvisory, tree: &mut Making<'_>) -> String {
    let latest = advisory.latest().filter(|latest| latest.content.vulnerabilities.iter().any(|one| !one.gcve.is_empty()));
    let (Some(latest), Some(_)) = (latest, world.gna) else { return String::new() };
    let mut lines = Vec::new();
    for record in editions(Release::of(latest), voice).gcve_lines() {
        match record {
            Ok((id, line)) => lines.extend([id, line]),
            Err(unsaid) => tree.trouble(format!("{}: no GCVE record: {unsaid}", advisory.number)),
        }
    }
    // A record is JSON on one line: what could part the field is escaped in it.
    lines.join(&BETWEEN.to_string())
}

/// The dump over these parts, newest first; an empty text while there is nothing to say, because the address is announced.
pub(super) fn dump<'p>(parts: impl Iterator<Item = &'p Part>) -> String {
    let mut lines = BTreeMap::new();
    for part in parts {
        let mut fields = members(&part.gcve);
        while let (Some(id), Some(line)) = (fields.next(), fields.next()) {
            // Where two advisories speak of one id, the newer one does: it comes first.
            lines.entry(id).or_insert(line);
        }
    }
    lines.into_values().map(|line| format!("{line}\n")).collect()
}
