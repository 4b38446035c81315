//! Files in the making: bytes by path, signatures with what they sign, and what could not be made.

use super::standing::{Hash, hash};
use jiff::Timestamp;
use std::collections::BTreeMap;
use wardroom_mail::keys::{KeyFault, TeamSecret};
use wardroom_mail::sign;
use wardroom_seal::hex;

/// A file of the tree as it would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    pub(super) hash: Hash,
    /// For a signature: what it signs, with which key, dated when. For a list: what it was made from.
    pub(super) mark: String,
}

/// Files by path.
pub(super) type Files = BTreeMap<String, Made>;

/// A signature that stands, by path, if it is one of what the mark says.
pub(super) type Former<'a> = &'a (dyn Fn(&str, &str) -> Option<Vec<u8>> + Sync);

/// What signs, and as of when.
#[derive(Clone, Copy)]
pub(super) struct Pen<'a> {
    pub(super) signer: Option<&'a TeamSecret>,
    pub(super) now: Timestamp,
    /// Whoever has a signature of the same saves the work of signing again.
    pub(super) former: Former<'a>,
}

/// Some files of the tree, in the making.
pub(super) struct Making<'a> {
    pen: Pen<'a>,
    pub(super) files: Files,
    /// What could not be made. The rest is whole.
    pub(super) troubles: Vec<String>,
    /// There is a signer, and nothing that should be signed is without a signature.
    pub(super) all_signed: bool,
}

impl<'a> Making<'a> {
    pub(super) fn new(pen: Pen<'a>) -> Making<'a> {
        Making { pen, files: Files::new(), troubles: Vec::new(), all_signed: pen.signer.is_some() }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.pen.now
    }

    pub(super) fn put(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.put_marked(path, bytes, String::new());
    }

    pub(super) fn put_marked(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>, mark: String) {
        let bytes = bytes.into();
        self.files.insert(path.into(), Made { hash: hash(&bytes), bytes, mark });
    }

    /// The same, unless the path is taken.
    pub(super) fn put_new(&mut self, path: &str, bytes: &[u8]) {
        if !self.files.contains_key(path) {
            self.put(path, bytes);
        }
    }

    pub(super) fn trouble(&mut self, what: String) {
        tracing::error!(what, "a file of the public tree could not be made");
        self.troubles.push(what);
    }

    /// A signature beside `path`, dated `at`.
    pub(super) fn sign_beside(&mut self, path: &str, content: &[u8], at: Timestamp) {
        self.sign(format!("{path}.asc"), content, at, |key, at| sign::detached(key, content, at));
    }

    /// The text at `path` with a signature around it, dated `at`; without a signer the bare text.
    pub(super) fn put_signed(&mut self, path: &str, text: &str, at: Timestamp) {
        self.sign(path.to_owned(), text.as_bytes(), at, |key, at| sign::cleartext(key, text, at));
        if !self.files.contains_key(path) {
            self.put(path, text);
        }
    }

    fn sign(&mut self, path: String, content: &[u8], at: Timestamp, work: impl Fn(&TeamSecret, i64) -> Result<String, KeyFault>) {
        let Some(key) = self.pen.signer else { return };
        // A key made after the release cannot have signed at the release: no program would believe it.
        let at = at.as_second().max(key.created());
        let mark = format!("{} {at} {}", key.fingerprint(), hex(&hash(content)));
        if let Some(bytes) = (self.pen.former)(&path, &mark) {
            return self.put_marked(path, bytes, mark);
        }
        // A key whose own signatures were renewed since then is not yet valid at the release: it signs as of now, once.
        match work(key, at).or_else(|_| work(key, self.pen.now.as_second())) {
            Ok(text) => self.put_marked(path, text, mark),
            Err(fault) => {
                self.all_signed = false;
                self.trouble(format!("{path}: not signed: {fault}"));
            }
        }
    }
}
