//! The parts an SBOM lists: CycloneDX as JSON or XML, SPDX 2.x as JSON or tag-value. Of all that such a document says only what parts are
//! recognised by is taken; its relations, licences and signatures are not looked at.
//!
//! Total on any bytes, within limits on size, depth and count. Strangers' documents are read where memory and time are limited, too: in the
//! parser's child.

mod cyclonedx;
mod spdx;
mod xml;

use serde::{Deserialize, Serialize};

use super::Thing;
use crate::guarded::{self, Limits};

/// What is taken: a large product's SBOM has some ten thousand parts.
pub const LIMITS: Limits = Limits { bytes: 32_000_000, depth: 100, values: 3_000_000 };
/// Parts at most.
pub const MOST: usize = 50_000;
/// Longest value taken, in bytes; a longer one is none.
const LONGEST: usize = 1_000;
/// Hashes of one part at most.
const HASHES: usize = 16;

/// A kind of SBOM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// CycloneDX, JSON.
    CyclonedxJson,
    /// CycloneDX, XML.
    CyclonedxXml,
    /// SPDX 2.x, JSON.
    SpdxJson,
    /// SPDX 2.x, tag-value.
    SpdxTagValue,
}

impl Kind {
    /// As people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CyclonedxJson => "CycloneDX (JSON)",
            Self::CyclonedxXml => "CycloneDX (XML)",
            Self::SpdxJson => "SPDX (JSON)",
            Self::SpdxTagValue => "SPDX (tag-value)",
        }
    }
}

/// What an SBOM lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sbom {
    /// What it is.
    pub kind: Kind,
    /// Its parts, in their order; the thing it is about first, where it names that.
    pub things: Vec<Thing>,
}

/// Why an SBOM was not read. Never repeats a word of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum NotRead {
    /// None of the kinds we read.
    #[error("not an SBOM we read: give CycloneDX (JSON or XML) or SPDX 2.x (JSON or tag-value)")]
    Unknown,
    /// Longer than the limit.
    #[error("longer than {} MB: cut it in parts", LIMITS.bytes / 1_000_000)]
    TooLong,
    /// Nested too deep, or too many values.
    #[error("deeper or larger than an SBOM is: cut it in parts")]
    TooLarge,
    /// More parts than the limit.
    #[error("more than {MOST} parts: cut it in parts")]
    TooMany,
    /// Begins like one, and is broken.
    #[error("broken at line {line}")]
    Broken {
        /// From 1.
        line: usize,
    },
}

/// Reads an SBOM of any kind we know.
///
/// # Errors
/// See [`NotRead`].
pub fn read(bytes: &[u8]) -> Result<Sbom, NotRead> {
    if bytes.len() > LIMITS.bytes {
        return Err(NotRead::TooLong);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let (kind, parts) = match first {
        Some(b'{') => json(bytes)?,
        Some(b'<') => (Kind::CyclonedxXml, xml::read(bytes)?),
        Some(_) => (Kind::SpdxTagValue, spdx::tag_value(bytes)?),
        None => return Err(NotRead::Unknown),
    };
    Ok(Sbom { kind, things: parts.0 })
}

fn json(bytes: &[u8]) -> Result<(Kind, Parts), NotRead> {
    let value = guarded::read(bytes, &LIMITS).map_err(|fault| match fault {
        guarded::Fault::TooLong { .. } => NotRead::TooLong,
        guarded::Fault::TooDeep { .. } | guarded::Fault::TooMany { .. } => NotRead::TooLarge,
        guarded::Fault::Syntax { line, .. } => NotRead::Broken { line },
        guarded::Fault::NotUtf8 { at } => NotRead::Broken { line: line_of(bytes, at) },
        guarded::Fault::Twice { .. } => NotRead::Broken { line: 1 },
    })?;
    let cyclonedx = value.get("bomFormat").and_then(serde_json::Value::as_str) == Some("CycloneDX");
    let spdx = value.get("spdxVersion").and_then(serde_json::Value::as_str).is_some_and(|version| version.starts_with("SPDX-2."));
    match (cyclonedx, spdx) {
        (true, false) => Ok((Kind::CyclonedxJson, cyclonedx::read(&value)?)),
        (false, true) => Ok((Kind::SpdxJson, spdx::json(&value)?)),
        // What claims to be both would be read by half.
        _ => Err(NotRead::Unknown),
    }
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

/// Parts as they are found.
#[derive(Debug, Default)]
struct Parts(Vec<Thing>);

impl Parts {
    /// Keeps a part that can be recognised by anything.
    fn add(&mut self, mut thing: Thing) -> Result<(), NotRead> {
        for text in [&mut thing.vendor, &mut thing.name, &mut thing.version, &mut thing.purl, &mut thing.cpe] {
            if text.len() > LONGEST {
                text.clear();
            }
        }
        thing.hashes.retain(|hash| hash.len() <= 256 && hash.len() >= 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
        thing.hashes.truncate(HASHES);
        if thing.name.is_empty() && thing.purl.is_empty() && thing.cpe.is_empty() && thing.hashes.is_empty() {
            return Ok(());
        }
        if self.0.len() >= MOST {
            return Err(NotRead::TooMany);
        }
        self.0.push(thing);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
