//! SPDX 2.x: the packages, as JSON or as tag-value text.

use serde_json::Value;

use super::{NotRead, Parts, line_of};
use crate::affected::Thing;

pub(super) fn json(value: &Value) -> Result<Parts, NotRead> {
    let mut parts = Parts::default();
    for package in value.get("packages").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| package.get(name).and_then(Value::as_str).unwrap_or_default();
        let list = |name: &str| package.get(name).and_then(Value::as_array).into_iter().flatten();
        let mut thing = Thing {
            vendor: maker(text("supplier")).or_else(|| maker(text("originator"))).unwrap_or_default(),
            name: text("name").to_owned(),
            version: said(text("versionInfo")),
            ..Thing::default()
        };
        for reference in list("externalRefs") {
            let of = |name: &str| reference.get(name).and_then(Value::as_str).unwrap_or_default();
            refer(&mut thing, of("referenceType"), of("referenceLocator"));
        }
        thing.hashes = list("checksums").filter_map(|one| one.get("checksumValue").and_then(Value::as_str)).map(str::to_owned).collect();
        parts.add(thing)?;
    }
    Ok(parts)
}

/// `Organization: Example` or `Person: Ada (ada@example)`; nobody for `NOASSERTION`.
fn maker(text: &str) -> Option<String> {
    let text = text.trim();
    let name = text.strip_prefix("Organization:").or_else(|| text.strip_prefix("Person:"))?;
    Some(name.split('(').next().unwrap_or(name).trim().to_owned()).filter(|name| !name.is_empty())
}

fn said(text: &str) -> String {
    let text = text.trim();
    if matches!(text, "NOASSERTION" | "NONE") { String::new() } else { text.to_owned() }
}

fn refer(thing: &mut Thing, kind: &str, locator: &str) {
    let place = match kind.rsplit('/').next().unwrap_or(kind) {
        "purl" => &mut thing.purl,
        "cpe23Type" | "cpe22Type" => &mut thing.cpe,
        _ => return,
    };
    if place.is_empty() {
        *place = locator.trim().to_owned();
    }
}

pub(super) fn tag_value(bytes: &[u8]) -> Result<Parts, NotRead> {
    let text = std::str::from_utf8(bytes).map_err(|error| NotRead::Broken { line: line_of(bytes, error.valid_up_to()) })?;
    let is_spdx = text.lines().take(200).any(|line| line.trim_start().starts_with("SPDXVersion:") && line.contains("SPDX-2."));
    if !is_spdx {
        return Err(NotRead::Unknown);
    }
    let mut parts = Parts::default();
    let mut now: Option<Thing> = None;
    let mut inside_text = false;
    for line in text.lines() {
        // Free text between marks goes over many lines and may look like anything.
        if inside_text {
            inside_text = !line.contains("</text>");
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else { continue };
        let (tag, value) = (tag.trim(), value.trim());
        inside_text = value.starts_with("<text>") && !value.contains("</text>");
        match (tag, now.as_mut()) {
            ("PackageName", _) => {
                if let Some(former) = now.replace(Thing { name: value.to_owned(), ..Thing::default() }) {
                    parts.add(former)?;
                }
            }
            // What follows belongs to something else.
            ("FileName" | "SnippetSPDXID" | "LicenseID", Some(_)) => now.take().map_or(Ok(()), |former| parts.add(former))?,
            ("PackageVersion", Some(thing)) => thing.version = said(value),
            ("PackageSupplier", Some(thing)) => thing.vendor = maker(value).unwrap_or_default(),
            ("PackageOriginator", Some(thing)) if thing.vendor.is_empty() => thing.vendor = maker(value).unwrap_or_default(),
            ("PackageChecksum", Some(thing)) => thing.hashes.extend(value.split_once(':').map(|(_, hash)| hash.trim().to_owned())),
            ("ExternalRef", Some(thing)) => {
                let mut words = value.split_whitespace();
                if let (Some(_), Some(kind), Some(locator)) = (words.next(), words.next(), words.next()) {
                    refer(thing, kind, locator);
                }
            }
            _ => {}
        }
    }
    now.map_or(Ok(()), |last| parts.add(last))?;
    Ok(parts)
}
