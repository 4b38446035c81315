//! One advisory's own files: its pages, the CSAF document with hashes and signature (2.0, and 2.1 where the profile wants it), CVE records, OSV,
//! OpenVEX, CycloneDX and plain text in both languages; and what the lists need of it.
//!
//! A format that has nothing to say of an advisory has no file of it: that is no trouble.

use super::card::Card;
use super::input::{Release, Voice, editions, machine_input};
use super::making::{Files, Making, Pen};
use super::standing::{Line, Part, field};
use super::world::{PublicAdvisory, PublicWorld};
use crate::ports::pages::PublicPages;
use jiff::Timestamp;
use std::collections::BTreeSet;
use wardroom_domain::disclosure::EndingKind;
use wardroom_formats::csaf::{self, AdvisoryInput};
use wardroom_formats::provider::{self, DocumentVersion, RolieEntry};
use wardroom_formats::rendering::{Editions, Format};

/// Where documents for everybody lie: TLP:CLEAR, which CSAF 2.0 calls WHITE.
pub(super) const WHITE: &str = ".well-known/csaf/white";
/// The same in CSAF 2.1, beside its own metadata (7.4 of the draft).
pub(super) const CLEAR21: &str = ".well-known/csaf/v2.1/clear";

/// What it takes to make the files of an advisory.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    /// Who publishes; its advisories are not looked at.
    pub(super) site: &'a PublicWorld,
    pub(super) voice: &'a Voice,
    pub(super) pages: &'a dyn PublicPages,
    pub(super) pen: Pen<'a>,
    /// CSAF 2.1 is published beside 2.0.
    pub(super) newer: bool,
}

impl Maker<'_> {
    /// The files of one advisory, and the part they make. Of the CVE records only those are its own that are in `own`: where two advisories
    /// speak of one CVE, the newer one does.
    pub(super) fn make(&self, advisory: &PublicAdvisory, print: String, own: &BTreeSet<String>) -> Option<(Part, Files)> {
        let latest = advisory.latest()?;
        let card = Card::of(advisory)?;
        let mut tree = Making::new(self.pen);
        let release = Release::of(latest);
        for (path, bytes) in self.pages.advisory(self.site, advisory) {
            tree.put(path, bytes);
        }
        let editions = editions(release, self.voice);
        forms(&mut tree, &advisory.number, &editions, own);
        let input = machine_input(release, self.voice);
        let mut part = Part {
            number: advisory.number.clone(),
            print,
            changed: card.changed.as_millisecond(),
            first: card.first.as_millisecond(),
            // What was taken back states nothing, so another advisory may.
            cves: if card.ended.is_some() { String::new() } else { field(card.cves.iter().map(String::as_str)) },
            products: field(card.products.iter().map(|(id, _)| id.as_str())),
            thanks: if card.ended == Some(EndingKind::Withdrawn) { String::new() } else { field(card.credits.iter().map(String::as_str)) },
            card: serde_json::to_string(&card).unwrap_or_default(),
            ..Part::default()
        };
        part.gcve = super::gcve::lines(self.site, self.voice, advisory, &mut tree);
        let path = release.document_path();
        match csaf::render(&input) {
            Ok(document) => {
                put_document(&mut tree, WHITE, &path, csaf::to_json(&document).into_bytes(), input.tracking.current_release);
                part.entry = self.entry(&mut tree, &input, WHITE, &path, DocumentVersion::V20);
                part.document = path.clone();
            }
            Err(error) => tree.trouble(format!("{}: no CSAF document: {error}", advisory.number)),
        }
        if self.newer {
            match csaf::v21::render(&input) {
                Ok(document) => {
                    let text = wardroom_formats::json::sorted(&document);
                    put_document(&mut tree, CLEAR21, &path, text.into_bytes(), input.tracking.current_release);
                    part.entry21 = self.entry(&mut tree, &input, CLEAR21, &path, DocumentVersion::V21);
                }
                Err(error) => tree.trouble(format!("{}: no CSAF 2.1 document: {error}", advisory.number)),
            }
        }
        self.former(&mut tree, advisory);
        part.trouble = tree.troubles.join("; ").chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let files: Vec<Line> = tree.files.iter().map(|(path, made)| line(path, made)).collect();
        part.keep_files(&files);
        Some((part, tree.files))
    }

    /// The documents of former versions, beside their pages: they stay where they are for ever, and no list of documents names them.
    fn former(&self, tree: &mut Making<'_>, advisory: &PublicAdvisory) {
        let Some((_, former)) = advisory.versions.split_last() else { return };
        for one in former.iter().map(wardroom_domain::disclosure::Cleared::get) {
            let input = machine_input(Release::of(one), self.voice);
            match csaf::render(&input) {
                Ok(document) => {
                    let folder = format!("advisories/{}", advisory.number);
                    let bytes = csaf::to_json(&document).into_bytes();
                    put_document(tree, &folder, &format!("v{}.json", one.version), bytes, input.tracking.current_release);
                }
                Err(error) => tree.trouble(format!("{} version {}: no CSAF document: {error}", advisory.number, one.version)),
            }
        }
    }

    /// The document's line in the feed.
    fn entry(&self, tree: &mut Making<'_>, input: &AdvisoryInput, folder: &str, path: &str, version: DocumentVersion) -> String {
        let entry = RolieEntry {
            id: input.tracking.id.clone(),
            title: input.title.clone(),
            url: format!("{}/{folder}/{path}", self.voice.base),
            published: input.tracking.initial_release,
            updated: input.tracking.current_release,
            summary: input.summary().map(str::to_owned),
        };
        provider::rolie_entry(&entry, version).unwrap_or_else(|error| {
            tree.trouble(format!("{}: not in the ROLIE feed: {error}", input.tracking.id));
            String::new()
        })
    }
}

/// A file as the journal knows it.
pub(super) fn line(path: &str, made: &super::making::Made) -> Line {
    Line { path: path.to_owned(), hash: made.hash, size: made.bytes.len() as u64, mark: made.mark.clone() }
}

/// The forms beside the CSAF document.
fn forms(tree: &mut Making<'_>, number: &str, editions: &Editions, own: &BTreeSet<String>) {
    let mut put = |path: String, format, lang| {
        if let Ok(text) = editions.render(format, lang) {
            tree.put(path, text);
        }
    };
    put(format!("advisories/{number}.txt"), Format::Txt, "en");
    put(format!("advisories/{number}.zh.txt"), Format::Txt, "zh");
    put(format!("osv/{number}.json"), Format::Osv, "");
    put(format!("openvex/{number}.json"), Format::OpenVex, "");
    put(format!("cyclonedx/{number}.json"), Format::CycloneDx17, "");
    for (cve, record) in editions.cve_records().into_iter().flatten().filter(|(cve, _)| own.contains(cve)) {
        tree.put_new(&format!("cve/{}.json", file_stem(&cve)), record.as_bytes());
    }
}

/// An id as a name of a file: nothing that leads elsewhere.
pub(super) fn file_stem(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

pub(super) fn put_document(tree: &mut Making<'_>, folder: &str, path: &str, bytes: Vec<u8>, at: Timestamp) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let digests = provider::digests(&bytes);
    let full = format!("{folder}/{path}");
    tree.sign_beside(&full, &bytes, at);
    tree.put(format!("{full}.sha256"), provider::sidecar(&digests.sha256, name));
    tree.put(format!("{full}.sha512"), provider::sidecar(&digests.sha512, name));
    tree.put(full, bytes);
}
