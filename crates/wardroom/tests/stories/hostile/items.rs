//! The hostile inputs: those of the corpora with what their manifest expects, and our own of the same classes (`own.rs`).

use std::io::Read;
use std::path::Path;

use serde_json::Value;
use wardroom_testkit::servers::corpora;

/// How an input has to end (corpora, section "Hostile inputs").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Handled as a normal report or value.
    Accept,
    /// Accepted, stored, shown inert.
    AcceptSafe,
    /// Accepted without an automatic answer.
    AcceptNoAck,
    /// Refused with a clear error, nothing stored.
    Reject,
    /// Kept with its raw bytes, shown to a person, not parsed further.
    Quarantine,
    /// Read and dropped on purpose.
    Ignore,
    /// Any of these, but defined and safe.
    Either,
}

impl Expect {
    pub fn parse(word: &str) -> Expect {
        match word {
            "accept" => Expect::Accept,
            "accept-safe" => Expect::AcceptSafe,
            "accept-noack" => Expect::AcceptNoAck,
            "reject" => Expect::Reject,
            "quarantine" => Expect::Quarantine,
            "ignore" => Expect::Ignore,
            "either" => Expect::Either,
            other => panic!("no outcome is called {other}"),
        }
    }
}

/// One input.
#[derive(Clone, Debug)]
pub struct Item {
    /// `class/file` or `class/file#item`.
    pub id: String,
    pub channel: String,
    pub expect: Expect,
    /// The bytes: a file's, or a value's as UTF-8.
    pub bytes: Vec<u8>,
}

impl Item {
    pub fn new(class: &str, name: &str, channel: &str, expect: &str, bytes: impl Into<Vec<u8>>) -> Item {
        Item { id: format!("{class}/{name}"), channel: channel.to_owned(), expect: Expect::parse(expect), bytes: bytes.into() }
    }

    /// `A-mail-loop`, …
    pub fn class(&self) -> &str {
        self.id.split('/').next().unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The file's name without its folder.
    pub fn file(&self) -> &str {
        self.id.split_once('/').unwrap().1
    }
}

/// Everything meant for these channels, the corpora's first; prints what is skipped when they are not there.
pub fn all(channels: &[&str]) -> Vec<Item> {
    let mut items = corpora("hostile/own").map(|folder| of_corpora(&folder)).unwrap_or_default();
    items.extend(super::own::items());
    items.retain(|item| channels.contains(&item.channel.as_str()));
    items
}

/// Mails of other parsers' test suites: nothing is expected but that none is lost.
pub fn foreign_mails() -> Vec<(String, Vec<u8>)> {
    let Some(folder) = corpora("hostile/mime") else { return Vec::new() };
    crate::program::files(&folder).into_iter().filter(|(name, _)| !name.ends_with(".json") && !name.ends_with("COPYING")).collect()
}

fn of_corpora(folder: &Path) -> Vec<Item> {
    let manifest: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let one = |entry: &Value| {
        let word = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let path = folder.join(word("path"));
        let bytes = std::fs::read(&path).unwrap();
        let bytes = match entry["item"].as_u64() {
            Some(index) => {
                let list: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
                list[usize::try_from(index).unwrap()]["value"].as_str().unwrap().as_bytes().to_vec()
            }
            None => unpacked(&word("path"), bytes),
        };
        Item { id: word("id"), channel: word("channel"), expect: Expect::parse(&word("expect")), bytes }
    };
    manifest.iter().map(one).collect()
}

fn unpacked(path: &str, bytes: Vec<u8>) -> Vec<u8> {
    if path.ends_with(".eml.gz") {
        let mut out = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut out).unwrap();
        return out;
    }
    if !path.ends_with(".recipe.json") {
        return bytes;
    }
    let recipe: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(recipe["enc"], "latin-1", "{path}");
    let mut out = Vec::new();
    for part in recipe["parts"].as_array().unwrap() {
        let piece: Vec<u8> = part[0].as_str().unwrap().chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for _ in 0..part[1].as_u64().unwrap() {
            out.extend_from_slice(&piece);
        }
    }
    out
}
