//! One advisory's own files: the CSAF document with hashes and signature, OpenVEX, and plain text in both languages.

use super::build::Making;
use super::input::{Release, Voice, language_of, to_input};
use super::openvex;
use super::world::PublicWorld;
use jiff::Timestamp;
use wardroom_formats::csaf::{self, AdvisoryInput};
use wardroom_formats::{provider, text};

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
            let release = Release::of(latest, advisory.withdrawn_at);
            for (lang, end) in [("en", "txt"), ("zh-CN", "zh.txt")] {
                let text = text::render(&to_input(release, voice, lang));
                tree.put(format!("advisories/{}.{end}", advisory.number), text);
            }
            let mut input = to_input(release, voice, language_of(&latest.content));
            // Under one name in all documents, the one of the provider metadata (7.1.7).
            input.publisher = voice.publisher("en");
            match csaf::render(&input) {
                Ok(document) => {
                    let path = release.document_path();
                    let bytes = csaf::to_json(&document).into_bytes();
                    put_document(tree, &path, bytes, input.tracking.current_release);
                    let page = format!("{}/advisories/{}.html", voice.base, advisory.number);
                    if let Some(text) = openvex::render(&input, &page).filter(|_| !advisory.withdrawn) {
                        tree.put(format!("openvex/{}.json", advisory.number), text);
                    }
                    documents.push(Document { path, input });
                }
                Err(error) => tree.trouble(format!("{}: no CSAF document: {error}", advisory.number)),
            }
        }
        Documents(documents)
    }
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
