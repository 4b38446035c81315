//! Every file of the public tree (A5), made from the public world. Equal world, key and day give equal bytes: times in files and in
//! signatures are those of the releases, never those of the run.

use super::documents::Documents;
use super::input::Voice;
use super::world::PublicWorld;
use super::{listing, wellknown};
use crate::ports::pages::PublicPages;
use crate::ports::store::StoreTrouble;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use wardroom_mail::keys::TeamSecret;
use wardroom_mail::sign;
use wardroom_seal::hex;

/// Signatures of an earlier build by path: the mark of what was signed, and the file. Whoever has them saves the work of signing again.
pub type Kept = BTreeMap<String, (String, Vec<u8>)>;

/// A whole tree.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// By path relative to the tree's root.
    pub files: BTreeMap<String, Vec<u8>>,
    /// For signed files: what was signed, by which key, dated when.
    pub marks: BTreeMap<String, String>,
    /// What could not be made, without contents. The rest of the tree is whole.
    pub troubles: Vec<String>,
}

/// Every file of the tree. See [`build_with`].
pub fn build(
    world: &PublicWorld,
    signer: Option<&TeamSecret>,
    pages: &dyn PublicPages,
    now: Timestamp,
) -> Result<BTreeMap<String, Vec<u8>>, StoreTrouble> {
    build_with(world, signer, &Kept::new(), pages, now).map(|built| built.files)
}

/// Every file of the tree, with the signatures of an earlier build where content, key and date are the same. Without a signer there are
/// no signatures, and the metadata claims no more than that.
///
/// One document that cannot be made does not hold up the others: it is left out, and named in `troubles`.
///
/// # Errors
/// When the public address is none.
pub fn build_with(
    world: &PublicWorld,
    signer: Option<&TeamSecret>,
    kept: &Kept,
    pages: &dyn PublicPages,
    now: Timestamp,
) -> Result<Built, StoreTrouble> {
    let voice = Voice::new(world.profile.clone(), &world.base_url, &world.address);
    if !wardroom_formats::uri::is_https(&voice.base) {
        return Err(StoreTrouble::new("the public address must be like https://psirt.example: set it in the configuration"));
    }
    let mut tree = Making { signer, kept, now, built: Built::default(), all_signed: signer.is_some() };
    for (path, bytes) in pages.draw(world) {
        tree.put(path, bytes);
    }
    let documents = Documents::make(world, &voice, &mut tree);
    super::gcve::dump(world, &voice, &mut tree);
    listing::feeds(world, &voice, &documents, &mut tree);
    wellknown::keys(world, &mut tree);
    wellknown::security_txt(world, &voice, now, &mut tree);
    wellknown::provider_metadata(world, &voice, &mut tree);
    Ok(tree.built)
}

/// A tree in the making.
pub(super) struct Making<'a> {
    signer: Option<&'a TeamSecret>,
    kept: &'a Kept,
    now: Timestamp,
    built: Built,
    /// There is a signer, and nothing that should be signed is without a signature.
    pub(super) all_signed: bool,
}

impl Making<'_> {
    pub(super) fn put(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.built.files.insert(path.into(), bytes.into());
    }

    /// The same, unless the path is taken.
    pub(super) fn put_new(&mut self, path: &str, bytes: &[u8]) {
        self.built.files.entry(path.to_owned()).or_insert_with(|| bytes.to_vec());
    }

    pub(super) fn trouble(&mut self, what: String) {
        tracing::error!(what, "a file of the public tree could not be made");
        self.built.troubles.push(what);
    }

    /// A signature beside `path`, dated `at`.
    pub(super) fn sign_beside(&mut self, path: &str, content: &[u8], at: Timestamp) {
        self.sign(format!("{path}.asc"), content, at, |key, at| sign::detached(key, content, at));
    }

    /// The text at `path` with a signature around it, dated `at`; without a signer the bare text.
    pub(super) fn put_signed(&mut self, path: &str, text: &str, at: Timestamp) {
        self.sign(path.to_owned(), text.as_bytes(), at, |key, at| sign::cleartext(key, text, at));
        if !self.built.files.contains_key(path) {
            self.put(path, text);
        }
    }

    fn sign(
        &mut self,
        path: String,
        content: &[u8],
        at: Timestamp,
        work: impl Fn(&TeamSecret, i64) -> Result<String, wardroom_mail::keys::KeyFault>,
    ) {
        let Some(key) = self.signer else { return };
        // A key made after the release cannot have signed at the release: no program would believe it.
        let at = at.as_second().max(key.created());
        let mark = format!("{} {at} {}", key.fingerprint(), hex(&Sha256::digest(content)));
        if let Some((_, bytes)) = self.kept.get(&path).filter(|(known, _)| *known == mark) {
            let bytes = bytes.clone();
            self.put(path.clone(), bytes);
        } else {
            // A key whose own signatures were renewed since then is not yet valid at the release: it signs as of now, once.
            match work(key, at).or_else(|_| work(key, self.now.as_second())) {
                Ok(text) => self.put(path.clone(), text),
                Err(fault) => {
                    self.all_signed = false;
                    return self.trouble(format!("{path}: not signed: {fault}"));
                }
            }
        }
        self.built.marks.insert(path, mark);
    }
}
