//! CycloneDX 1.x as XML, event by event. Document types are refused, so there are no entities but the five everybody has.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;

use super::{LIMITS, NotRead, Parts, line_of};
use crate::affected::Thing;

/// Longest text kept of one element, in bytes: what is longer is none of what we look for.
const TEXT: usize = 2_000;

/// A component that is open, and where in the tree it stands.
struct Open {
    thing: Thing,
    depth: usize,
}

pub(super) fn read(bytes: &[u8]) -> Result<Parts, NotRead> {
    let text = std::str::from_utf8(bytes).map_err(|error| NotRead::Broken { line: line_of(bytes, error.valid_up_to()) })?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    reader.config_mut().expand_empty_elements = true;
    let (mut parts, mut path, mut open) = (Parts::default(), Vec::<String>::new(), Vec::<Open>::new());
    let mut said = String::new();
    let mut events = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_| NotRead::Broken { line: line_of(bytes, at(&reader)) })?;
        events += 1;
        if events > LIMITS.values || path.len() > LIMITS.depth {
            return Err(NotRead::TooLarge);
        }
        match event {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                if path.is_empty() && (name != "bom" || !start.name().as_ref().ends_with("bom") || !is_cyclonedx(&start)) {
                    return Err(NotRead::Unknown);
                }
                path.push(name);
                if path.last().is_some_and(|name| name == "component") {
                    open.push(Open { thing: Thing::default(), depth: path.len() });
                }
                said.clear();
            }
            Event::Text(text) => append(&mut said, &text.xml10_content()),
            Event::CData(text) => append(&mut said, &text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => append(&mut said, c.encode_utf8(&mut [0; 4])),
                Ok(None) => append(&mut said, resolve_xml_entity(&reference.xml10_content()).unwrap_or_default()),
                Err(_) => return Err(NotRead::Broken { line: line_of(bytes, at(&reader)) }),
            },
            Event::End(_) => {
                if let Some(now) = open.last_mut() {
                    keep(now, &path, said.trim());
                }
                if open.last().is_some_and(|now| now.depth == path.len())
                    && let Some(done) = open.pop()
                {
                    parts.add(done.thing)?;
                }
                path.pop();
                said.clear();
            }
            Event::DocType(_) => return Err(NotRead::Unknown),
            Event::Eof if path.is_empty() && events > 1 => return Ok(parts),
            Event::Eof => return Err(NotRead::Broken { line: line_of(bytes, bytes.len()) }),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn at(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.error_position()).unwrap_or(usize::MAX)
}

fn is_cyclonedx(start: &quick_xml::events::BytesStart<'_>) -> bool {
    start.attributes().flatten().any(|one| one.key.as_ref().starts_with("xmlns") && one.value.contains("cyclonedx.org/schema/bom/"))
}

fn append(said: &mut String, text: &str) {
    if said.len() + text.len() <= TEXT {
        said.push_str(text);
    }
}

/// The element that just ends, where it stands right below the component or in one of its few known folders.
fn keep(now: &mut Open, path: &[String], said: &str) {
    let below: Vec<&str> = path.iter().skip(now.depth).map(String::as_str).collect();
    let thing = &mut now.thing;
    let place = match below.as_slice() {
        ["name"] => &mut thing.name,
        ["version"] => &mut thing.version,
        ["purl"] => &mut thing.purl,
        ["cpe"] => &mut thing.cpe,
        ["publisher" | "author"] | ["supplier" | "manufacturer", "name"] => &mut thing.vendor,
        ["hashes", "hash"] => return thing.hashes.push(said.to_owned()),
        _ => return,
    };
    if place.is_empty() {
        said.clone_into(place);
    }
}
