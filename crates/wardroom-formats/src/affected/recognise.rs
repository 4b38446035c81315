//! Whether what somebody has is a product of an advisory: by package URL, CPE name, hash of a file, or name.
//!
//! A person who types a name is met half-way (every word must occur, in any order); a part of an SBOM must be called exactly so. Where both
//! sides have package URLs, these decide and names do not.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use super::{Known, Thing};
use crate::csaf::input::{ProductInput, Versions};

/// How a product was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The hash of one of its files.
    Hash,
    /// Its package URL.
    Purl,
    /// Its CPE name.
    Cpe,
    /// Its name.
    Name,
}

impl By {
    /// As machines read it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hash => "hash",
            Self::Purl => "purl",
            Self::Cpe => "cpe",
            Self::Name => "name",
        }
    }
}

/// The name without vendor and version as people read it.
pub(super) fn shown(product: &ProductInput) -> String {
    match product.family.as_deref().map(str::trim) {
        Some(family) if !family.is_empty() && !product.name.to_lowercase().contains(&family.to_lowercase()) => {
            format!("{family} {}", product.name)
        }
        Some(_) | None => product.name.clone(),
    }
}

impl Known {
    pub(super) fn of(product: &ProductInput) -> Known {
        Known { vendor: product.vendor.clone(), name: product.name.clone(), ..Known::default() }
    }

    /// Takes in what helps to recognise it.
    pub(super) fn learn(&mut self, product: &ProductInput) {
        let marks = &product.marks;
        let whole = format!("{} {}", shown(product), product.full_name.as_deref().unwrap_or_default());
        for word in [product.vendor.as_str(), &whole].into_iter().chain(marks.model_numbers.iter().chain(&marks.skus).map(String::as_str)) {
            let word = word.trim().to_lowercase();
            if !self.called.contains(&word) {
                self.called.push(' ');
                self.called.push_str(&word);
            }
        }
        let plates = marks.model_numbers.iter().chain(&marks.skus).filter(|mark| !mark.contains(['*', '?']));
        for name in [&product.name, &shown(product)].into_iter().chain(plates) {
            push_new(&mut self.names, stripped(name));
        }
        if let Some((key, _)) = product.purl.as_deref().and_then(purl) {
            push_new(&mut self.purls, key);
        }
        if let Some((key, _)) = product.cpe.as_deref().and_then(cpe) {
            push_new(&mut self.cpes, key);
        }
        let version = match &product.versions {
            Versions::Exact(version) => version.clone(),
            Versions::All | Versions::Range(_) => String::new(),
        };
        for hash in marks.hashes.iter().flat_map(|file| &file.file_hashes) {
            let hash = (hash.value.to_lowercase(), version.clone());
            if !self.hashes.contains(&hash) {
                self.hashes.push(hash);
            }
        }
    }

    /// Whether a thing somebody typed in is this product.
    pub(super) fn recognise(&self, thing: &Thing) -> Option<By> {
        if thing.hashes.iter().any(|hash| self.hashes.iter().any(|(known, _)| hash.eq_ignore_ascii_case(known))) {
            return Some(By::Hash);
        }
        if let Some((key, _)) = purl(&thing.purl)
            && self.purls.contains(&key)
        {
            return Some(By::Purl);
        }
        if let Some((key, _)) = cpe(&thing.cpe)
            && self.cpes.contains(&key)
        {
            return Some(By::Cpe);
        }
        let name = format!("{} {}", thing.vendor, thing.name).to_lowercase();
        let mut words = name.split_whitespace().peekable();
        (words.peek().is_some() && !thing.name.trim().is_empty() && words.all(|word| self.called.contains(word))).then_some(By::Name)
    }

    /// Whether it is called exactly so, with or without its maker.
    pub(super) fn is_called(&self, thing: &Thing) -> bool {
        let name = stripped(&thing.name);
        let bare = name.strip_prefix(&stripped(&self.vendor)).unwrap_or(&name);
        self.names.iter().any(|known| *known == name || known == bare)
    }

    /// The version to compare: what was said, else what stands in the package URL or CPE name, else the version the file belongs to.
    pub(super) fn version_of(&self, thing: &Thing, by: By) -> String {
        let said = thing.version.trim();
        if by == By::Hash {
            let known = self
                .hashes
                .iter()
                .find(|(known, version)| !version.is_empty() && thing.hashes.iter().any(|hash| hash.eq_ignore_ascii_case(known)));
            if let Some((_, version)) = known {
                return version.clone();
            }
        }
        if !said.is_empty() {
            return said.to_owned();
        }
        let purl = purl(&thing.purl).map(|(_, version)| version).filter(|version| !version.is_empty());
        purl.or_else(|| cpe(&thing.cpe).map(|(_, version)| version)).unwrap_or_default()
    }
}

fn push_new(list: &mut Vec<String>, one: String) {
    if !one.is_empty() && !list.contains(&one) {
        list.push(one);
    }
}

/// Letters and digits, in lower case.
fn stripped(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// (type, namespace and name in lower case; version) of a package URL.
fn purl(text: &str) -> Option<(String, String)> {
    let rest = text.trim().strip_prefix("pkg:")?.trim_start_matches('/');
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let slash = rest.rfind('/')?;
    let (path, version) = match rest.rfind('@') {
        Some(at) if at > slash => (rest.get(..at)?, rest.get(at + 1..)?),
        Some(_) | None => (rest, ""),
    };
    let key = decoded(path.trim_end_matches('/')).to_lowercase();
    (key.contains('/') && key.len() <= 500).then(|| (key, decoded(version)))
}

fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                bytes = ahead;
            }
            (byte, ..) => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// (part, vendor and product in lower case; version) of a CPE name, 2.3 or 2.2. A name that leaves vendor or product open is none.
fn cpe(text: &str) -> Option<(String, String)> {
    let text = text.trim().to_lowercase();
    let rest = text.strip_prefix("cpe:2.3:").or_else(|| text.strip_prefix("cpe:/"))?;
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut escaped = false;
    for c in rest.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                part.push(c);
            }
            '\\' => escaped = true,
            ':' => parts.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
    }
    parts.push(part);
    let [kind, vendor, product, ..] = parts.as_slice() else { return None };
    let open = |part: &str| matches!(part, "" | "*" | "-");
    if open(vendor) || open(product) {
        return None;
    }
    let version = parts.get(3).filter(|version| !open(version)).cloned().unwrap_or_default();
    Some((format!("{kind}:{vendor}:{product}"), version))
}

/// Things by everything they are recognised by.
#[derive(Debug, Default)]
pub struct Inventory {
    things: Vec<Thing>,
    purls: HashMap<String, Vec<usize>>,
    cpes: HashMap<String, Vec<usize>>,
    hashes: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
}

impl Inventory {
    /// Of these things.
    #[must_use]
    pub fn of(things: Vec<Thing>) -> Self {
        let mut all = Self::default();
        for (place, thing) in things.iter().enumerate() {
            if let Some((key, _)) = purl(&thing.purl) {
                all.purls.entry(key).or_default().push(place);
            }
            if let Some((key, _)) = cpe(&thing.cpe) {
                all.cpes.entry(key).or_default().push(place);
            }
            for hash in &thing.hashes {
                all.hashes.entry(hash.to_lowercase()).or_default().push(place);
            }
            let name = stripped(&thing.name);
            if !name.is_empty() {
                all.names.entry(name).or_default().push(place);
            }
        }
        Self { things, ..all }
    }

    /// The things, in the order they came.
    #[must_use]
    pub fn things(&self) -> &[Thing] {
        &self.things
    }

    /// The things alone.
    #[must_use]
    pub fn into_things(self) -> Vec<Thing> {
        self.things
    }

    /// Those that are this product, each once, by what tells most.
    pub(super) fn find(&self, known: &Known) -> Vec<(usize, By)> {
        let mut found: Vec<(usize, By)> = Vec::new();
        let mut add = |places: Option<&Vec<usize>>, by: By| {
            for place in places.into_iter().flatten() {
                if !found.iter().any(|(one, _)| one == place) {
                    found.push((*place, by));
                }
            }
        };
        known.hashes.iter().for_each(|(hash, _)| add(self.hashes.get(hash), By::Hash));
        known.purls.iter().for_each(|key| add(self.purls.get(key), By::Purl));
        known.cpes.iter().for_each(|key| add(self.cpes.get(key), By::Cpe));
        for place in known.names.iter().filter_map(|name| self.names.get(name)).flatten() {
            let Some(thing) = self.things.get(*place) else { continue };
            let another = !known.purls.is_empty() && purl(&thing.purl).is_some();
            let maker = stripped(&thing.vendor);
            let ours = stripped(&known.vendor);
            let stranger = !maker.is_empty() && !ours.is_empty() && !maker.contains(&ours) && !ours.contains(&maker);
            if !another && !stranger && !found.iter().any(|(one, _)| one == place) {
                found.push((*place, By::Name));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages_are_taken_apart() {
        for (text, expected) in [
            ("pkg:generic/Example/vx-200@2.4", Some(("generic/example/vx-200", "2.4"))),
            ("pkg:npm/%40angular/core@1.0?x=y#z", Some(("npm/@angular/core", "1.0"))),
            ("pkg:npm/@scope/name", Some(("npm/@scope/name", ""))),
            ("pkg:deb/debian/curl@7.50.3-1%2Bb1?arch=i386", Some(("deb/debian/curl", "7.50.3-1+b1"))),
            ("pkg:npm", None),
            ("https://x", None),
            ("", None),
        ] {
            let found = purl(text);
            assert_eq!(found.as_ref().map(|(key, version)| (key.as_str(), version.as_str())), expected, "{text}");
        }
    }

    #[test]
    fn cpe_names_are_taken_apart() {
        for (text, expected) in [
            ("cpe:2.3:o:Example:vx-200:2.4:*:*:*:*:*:*:*", Some(("o:example:vx-200", "2.4"))),
            ("cpe:/a:example:tool", Some(("a:example:tool", ""))),
            (r"cpe:2.3:a:ex\:am:tool:*:*", Some(("a:ex:am:tool", ""))),
            ("cpe:2.3:a:*:tool:1", None),
            ("cpe:2.3:a", None),
        ] {
            let found = cpe(text);
            assert_eq!(found.as_ref().map(|(key, version)| (key.as_str(), version.as_str())), expected, "{text}");
        }
    }
}
