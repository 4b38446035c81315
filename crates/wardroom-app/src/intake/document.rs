//! A file that is a report: a CSAF, OSV, GitHub, SARIF or VINCE document, by itself or inside a zip or tar. Read in the parser's child
//! ([`report_in`] is what the child runs), because the file may be large and is a stranger's; merged into the report's words by the
//! worker (`payload`). Small JSON documents the API reads at once with the same eyes (`read_json`).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wardroom_domain::intake::ReportWords;
use wardroom_formats::guarded::{self, Limits};
use wardroom_formats::shapes::{self, Mapped, Shape};
use wardroom_mail::archive::take::{Most, take};

/// What a document in a file may be: scanners' logs are longer than what anybody writes into a request.
const DOCUMENT: Limits = Limits { bytes: 64_000_000, depth: 100, values: 1_000_000 };
/// Files looked at in an archive.
const INSIDE: Most = Most { files: 5, bytes: 64_000_000 };

/// A report found in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub shape: Shape,
    pub mapped: Mapped,
    /// Its name in the archive; empty when the file was no archive.
    pub inside: String,
}

/// Whether a file is worth looking into, by what its sender says of it. What it is indeed, [`report_in`] finds out.
pub fn is_candidate(name: &str, media_type: &str) -> bool {
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    is_json_name(name) || media_type == "application/json" || media_type.ends_with("+json") || is_archive(name, &media_type)
}

/// Whether a file calls itself an archive that can be looked into.
pub fn is_archive(name: &str, media_type: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".zip", ".tar", ".tgz", ".gz"].iter().any(|ending| name.ends_with(ending))
        || matches!(media_type, "application/zip" | "application/gzip" | "application/x-tar" | "application/x-zip-compressed")
}

fn is_json_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".json", ".sarif"].iter().any(|ending| name.ends_with(ending))
}

/// The first report in a file. Total on any bytes; run it where its memory and time are limited.
pub fn report_in(bytes: &[u8]) -> Option<Found> {
    if starts_as_object(bytes) {
        return read(bytes, String::new());
    }
    take(bytes, INSIDE, &|name| name.is_empty() || is_json_name(name)).into_iter().find_map(|file| read(&file.bytes, file.name))
}

/// Whether bytes may be a JSON object.
pub fn starts_as_object(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

fn read(bytes: &[u8], inside: String) -> Option<Found> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = guarded::read(bytes, &DOCUMENT).ok()?;
    let (shape, mapped) = shapes::map(value).ok()?;
    Some(Found { shape, mapped, inside })
}

/// Puts what a document says where the report says nothing itself; what stands there already stays.
pub(crate) fn merge(words: &mut ReportWords, found: Found, file: &str) {
    let Found { shape, mapped, inside } = found;
    let fill = |place: &mut String, value: String| {
        if place.trim().is_empty() {
            *place = value;
        }
    };
    fill(&mut words.text, mapped.text);
    fill(&mut words.title, mapped.title);
    fill(&mut words.sender_name, mapped.sender_name);
    fill(&mut words.credit, mapped.credit);
    let from = if inside.is_empty() { file.to_owned() } else { format!("{file}: {inside}") };
    let mut fields = vec![("shape".to_owned(), shape.as_str().to_owned()), ("read_from".to_owned(), from)];
    fields.extend(mapped.fields);
    // An address in a file is nobody's wish to be written to; a person decides.
    fields.extend([
        ("contact".to_owned(), mapped.sender_address),
        ("pgp_key".to_owned(), mapped.reporter_key),
        ("not_mapped".to_owned(), mapped.rest),
    ]);
    for (id, value) in fields {
        if !value.trim().is_empty() && !words.fields.iter().any(|(known, _)| *known == id) {
            words.fields.push((id, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sarif() -> Value {
        json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "scan"}}, "results": [
            {"ruleId": "cpp/overflow", "message": {"text": "Unbounded copy"}}]}]})
    }

    #[test]
    fn a_document_is_found_alone_and_behind_a_mark() {
        let text = sarif().to_string();
        let found = report_in(text.as_bytes()).unwrap();
        assert_eq!((found.shape, found.inside.as_str()), (Shape::Sarif, ""));
        assert!(found.mapped.text.contains("Unbounded copy"));
        assert!(report_in(format!("\u{feff} {text}").as_bytes()).is_some());
        for other in ["", "{", "[]", "{\"a\":1}", "text", "PK\x03\x04", "\x1f\u{8b}"] {
            assert_eq!(report_in(other.as_bytes()), None, "{other}");
        }
        // More values than the API reads at once.
        let many: Vec<Value> = (0..60_000).map(|n| json!({"ruleId": format!("r{n}"), "message": {"text": "x"}})).collect();
        let long = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "scan"}}, "results": many}]}).to_string();
        assert!(long.len() > 2_000_000 && report_in(long.as_bytes()).is_some());
    }

    #[test]
    fn what_the_reporter_said_goes_before_what_the_file_says() {
        let found = report_in(sarif().to_string().as_bytes()).unwrap();
        let mut words = ReportWords { title: "Mine".into(), ..ReportWords::default() };
        merge(&mut words, Found { inside: "in/scan.sarif".into(), ..found }, "all.zip");
        assert_eq!(words.title, "Mine");
        assert!(words.text.contains("Unbounded copy"));
        let field = |id: &str| words.fields.iter().find(|(known, _)| known == id).map(|(_, value)| value.as_str());
        assert_eq!((field("shape"), field("read_from")), (Some("sarif"), Some("all.zip: in/scan.sarif")));
    }

    #[test]
    fn candidates_are_chosen_by_name_or_type() {
        for (name, media, expected) in [
            ("a.SARIF", "", true),
            ("x", "application/json; charset=utf-8", true),
            ("x", "application/sarif+json", true),
            ("all.zip", "", true),
            ("poc.tar.gz", "", true),
            ("poc.py", "text/x-python", false),
            ("", "", false),
        ] {
            assert_eq!(is_candidate(name, media), expected, "{name} {media}");
        }
    }
}
