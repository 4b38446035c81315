//! One advisory's own files: the CSAF document with hashes and signature, CVE records, OSV, OpenVEX, CycloneDX, and plain text in both languages.
//!
//! A format that has nothing to say of an advisory has no file of it: that is no trouble.

use super::build::Making;
use super::input::{Release, Voice, editions, machine_input};
use super::world::PublicWorld;
use jiff::Timestamp;
use wardroom_formats::csaf::{self, AdvisoryInput};
use wardroom_formats::provider;
use wardroom_formats::rendering::{Editions, Format};

/// Where documents for everybody lie: TLP:CLEAR, which CSAF 2.0 calls WHITE.
pub(super) const WHITE: &str = ".well-known/csaf/white";

/// A document that is in the tree.
pub(super) struct Document {
    /// Below [`WHITE`].
    pub(super) path: String,
    pub(super) input: AdvisoryInput,
}

/// The documents in the order of the world: newest first.
pub(super) struct Documents(pub(super) Vec<Document>);

impl Documents {
    pub(super) fn make(world: &PublicWorld, voice: &Voice, tree: &mut Making<'_>) -> Documents {
        let mut documents = Vec::new();
        for advisory in &world.advisories {
            let Some(latest) = advisory.latest() else { continue };
            let release = Release::of(latest);
            put_forms(tree, &advisory.number, &editions(release, voice));
            let input = machine_input(release, voice);
            match csaf::render(&input) {
                Ok(document) => {
                    let path = release.document_path();
                    let bytes = csaf::to_json(&document).into_bytes();
                    put_document(tree, &path, bytes, input.tracking.current_release);
                    documents.push(Document { path, input });
                }
                Err(error) => tree.trouble(format!("{}: no CSAF document: {error}", advisory.number)),
            }
        }
        Documents(documents)
    }
}

/// The forms beside the CSAF document.
fn put_forms(tree: &mut Making<'_>, number: &str, editions: &Editions) {
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
    // Where two advisories speak of one CVE, the newer one does: it comes first.
    for (cve, record) in editions.cve_records().into_iter().flatten() {
        tree.put_new(&format!("cve/{}.json", file_stem(&cve)), record.as_bytes());
    }
}

/// An id as a name of a file: nothing that leads elsewhere.
fn file_stem(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

fn put_document(tree: &mut Making<'_>, path: &str, bytes: Vec<u8>, at: Timestamp) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let digests = provider::digests(&bytes);
    let full = format!("{WHITE}/{path}");
    tree.sign_beside(&full, &bytes, at);
    tree.put(format!("{full}.sha256"), provider::sidecar(&digests.sha256, name));
    tree.put(format!("{full}.sha512"), provider::sidecar(&digests.sha512, name));
    tree.put(full, bytes);
}
