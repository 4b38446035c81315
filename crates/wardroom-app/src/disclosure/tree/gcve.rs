//! The dump of our GCVE records (GCVE-BCP-03): one line for each id of the advisories in force, where we are a numbering authority. An advisory that
//! was taken back has no line. Deliberately no API beside it: a static file is one of the two ways the practice knows.

use super::build::Making;
use super::input::{Release, Voice, editions};
use super::world::PublicWorld;
use std::collections::BTreeMap;
use wardroom_formats::gcve;

/// Where the dump lies, as an address.
pub(super) fn address(world: &PublicWorld, voice: &Voice) -> Option<String> {
    world.gna.map(|gna| format!("{}/{}", voice.base, gcve::dump_path(gna)))
}

/// The dump; an empty file while there is nothing to say, because the address is announced.
pub(super) fn dump(world: &PublicWorld, voice: &Voice, tree: &mut Making<'_>) {
    let Some(gna) = world.gna else { return };
    let mut lines = BTreeMap::new();
    for advisory in &world.advisories {
        let Some(latest) = advisory.latest() else { continue };
        if latest.content.vulnerabilities.iter().all(|one| one.gcve.is_empty()) {
            continue;
        }
        for record in editions(Release::of(latest), voice).gcve_lines() {
            match record {
                // Where two advisories speak of one id, the newer one does: it comes first.
                Ok((id, line)) => drop(lines.entry(id).or_insert(line)),
                Err(unsaid) => tree.trouble(format!("{}: no GCVE record: {unsaid}", advisory.number)),
            }
        }
    }
    let text: String = lines.into_values().map(|line| line + "\n").collect();
    tree.put(gcve::dump_path(gna), text);
}
