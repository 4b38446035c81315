//! A JSON document becomes a report: our own fields, strictly typed, or one of the shapes tools send (`wardroom_formats::shapes`).
//! The API and `inbox import FILE.json` read with the same eyes. A field of ours with a value of the wrong type is a fault with
//! its pointer, never text; a field nobody knows is kept as a further field and shown to the team.
//!
//! Not here: the wording of faults (each door speaks its reader's language), limits on requests, and OpenPGP.

use super::hand_in::{HandIn, Upload};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use thiserror::Error;
use wardroom_domain::intake::{Door, ReportKind};
use wardroom_formats::guarded::{self, REPORT};
use wardroom_formats::shapes::{self, Mapped, Shape};

/// Further fields kept one by one; what is beyond goes into one field together.
const MOST_FIELDS: usize = 60;
/// Most files inside one JSON report.
pub const MOST_FILES: usize = 20;
/// Largest file inside one JSON report, in bytes.
pub const FILE_BYTES: usize = 20_000_000;
/// Names under which the description may come, best first; the profile's own name goes before them.
const DESCRIPTIONS: [&str; 6] = ["description", "text", "technical_description", "details", "body", "summary"];
/// Fields of ours that hold text; anything else in them is a fault.
const TEXTS: [&str; 26] = [
    "description",
    "text",
    "technical_description",
    "details",
    "body",
    "summary",
    "title",
    "kind",
    "language",
    "name",
    "sender_name",
    "email",
    "sender_address",
    "contact",
    "pgp_key",
    "reporter_key",
    "credit",
    "credit_wish",
    "payload",
    "product",
    "version",
    "component",
    "cwe",
    "impact",
    "attack_path",
    "reproduction_steps",
];
/// Fields that have a place of their own in a report and are no further fields.
const PLACED: [&str; 13] = [
    "title",
    "kind",
    "language",
    "name",
    "sender_name",
    "email",
    "sender_address",
    "pgp_key",
    "reporter_key",
    "credit",
    "credit_wish",
    "payload",
    "description",
];

/// What is wrong with one member. `code` is stable: programs and the catalogues know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// RFC 6901 pointer into the document.
    pub pointer: String,
    pub code: FaultCode,
}

/// Kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultCode {
    /// A text is wanted.
    TextWanted,
    /// An object is wanted.
    ObjectWanted,
    /// A list is wanted.
    ListWanted,
    /// It must be there and say something.
    Required,
    /// Not one of the known values.
    UnknownValue,
    /// Nothing of ours is called that.
    UnknownName,
    /// Not base64.
    NotBase64,
    /// More or larger files than are taken inside one document.
    TooMuch,
}

impl FaultCode {
    /// The word programs read.
    pub const fn as_str(self) -> &'static str {
        match self {
            FaultCode::TextWanted | FaultCode::ObjectWanted | FaultCode::ListWanted => "type",
            FaultCode::Required => "required",
            FaultCode::UnknownValue => "unknown_value",
            FaultCode::UnknownName => "unknown_name",
            FaultCode::NotBase64 => "not_base64",
            FaultCode::TooMuch => "too_large",
        }
    }
}

/// Why a document is no report.
#[derive(Debug, Error)]
pub enum Unreadable {
    #[error(transparent)]
    Json(#[from] guarded::Fault),
    #[error("the document is not a JSON object")]
    NotAnObject,
    #[error("{}", said(.0))]
    Fields(Vec<FieldFault>),
}

fn said(faults: &[FieldFault]) -> String {
    let one = |fault: &FieldFault| {
        let what = match fault.code {
            FaultCode::TextWanted => "must be a text",
            FaultCode::ObjectWanted => "must be an object",
            FaultCode::ListWanted => "must be a list",
            FaultCode::Required => "is needed",
            FaultCode::UnknownValue => "is not one of the known values",
            FaultCode::UnknownName => "is not a known name",
            FaultCode::NotBase64 => "is not base64",
            FaultCode::TooMuch => "is more than is taken in one document: send it as a file beside it",
        };
        format!("{} {what}", fault.pointer)
    };
    faults.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// A document as a report, and what it was.
#[derive(Clone, Debug)]
pub struct ReadJson {
    /// `original`, `idempotency` and the door are the caller's to set; `language` is empty when the document names none.
    pub report: HandIn,
    /// One of the shapes tools send; `None`: our own fields.
    pub shape: Option<Shape>,
    /// An armored OpenPGP message that is the report, or empty.
    pub payload: String,
}

/// Reads one document from its bytes.
pub fn read_bytes(bytes: &[u8], own_description: &str) -> Result<ReadJson, Unreadable> {
    read_value(guarded::read(bytes, &REPORT)?, own_description)
}

/// Where what was found is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Described {
    /// In the document: a report without a description is a fault.
    Here,
    /// Maybe in a file beside it, which is read later: the text may be empty.
    InAFile,
}

/// Reads one document. `own_description`: what this maker's profile calls the description.
pub fn read_value(value: Value, own_description: &str) -> Result<ReadJson, Unreadable> {
    match shapes::map(value) {
        Ok((shape, mapped)) => Ok(ReadJson { report: of_shape(shape, mapped), shape: Some(shape), payload: String::new() }),
        Err(Value::Object(members)) => read_fields(members, own_description, Described::Here),
        Err(_) => Err(Unreadable::NotAnObject),
    }
}

/// A report with nothing in it yet.
pub fn blank(door: Door) -> HandIn {
    HandIn {
        door,
        kind: ReportKind::Unsure,
        language: String::new(),
        title: String::new(),
        text: String::new(),
        fields: Vec::new(),
        sender_name: String::new(),
        sender_address: String::new(),
        reporter_key: String::new(),
        credit: String::new(),
        attachments: Vec::new(),
        uploads: Vec::new(),
        payload: Vec::new(),
        code: None,
        idempotency: None,
        original: None,
    }
}

fn of_shape(shape: Shape, mapped: Mapped) -> HandIn {
    let mut fields = vec![("shape".to_owned(), shape.as_str().to_owned())];
    fields.extend(mapped.fields);
    if !mapped.rest.is_empty() {
        fields.push(("not_mapped".to_owned(), mapped.rest));
    }
    HandIn {
        kind: ReportKind::ProductVulnerability,
        language: mapped.language,
        title: mapped.title,
        text: mapped.text,
        fields,
        sender_name: mapped.sender_name,
        sender_address: mapped.sender_address,
        reporter_key: mapped.reporter_key,
        credit: mapped.credit,
        ..blank(Door::Api)
    }
}

struct Reading {
    texts: Vec<(String, String)>,
    files: Vec<Upload>,
    faults: Vec<FieldFault>,
}

impl Reading {
    fn fault(&mut self, pointer: String, code: FaultCode) {
        // One request cannot make us say more than a page.
        if self.faults.len() < 50 {
            self.faults.push(FieldFault { pointer, code });
        }
    }

    fn text(&self, names: &[&str]) -> &str {
        names
            .iter()
            .find_map(|name| self.texts.iter().find(|(key, value)| key == name && !value.trim().is_empty()))
            .map_or("", |(_, value)| value.as_str())
    }
}

/// The members by name: in which order somebody sent them says nothing, and the same report must be the same whatever wrote it.
fn by_name(members: Map<String, Value>) -> BTreeMap<String, Value> {
    members.into_iter().collect()
}

/// Reads our own fields.
pub fn read_fields(members: Map<String, Value>, own_description: &str, described: Described) -> Result<ReadJson, Unreadable> {
    let mut reading = Reading { texts: Vec::new(), files: Vec::new(), faults: Vec::new() };
    for (name, value) in by_name(members) {
        let at = pointer("", &name);
        match (name.as_str(), value) {
            ("attachments" | "files", Value::Array(files)) => attachments(&mut reading, &at, files),
            ("attachments" | "files", Value::Null) | ("fields", Value::Null) => {}
            ("attachments" | "files", _) => reading.fault(at, FaultCode::ListWanted),
            ("fields", Value::Object(fields)) => further(&mut reading, &at, fields),
            ("fields", _) => reading.fault(at, FaultCode::ObjectWanted),
            (known, Value::String(text)) if TEXTS.contains(&known) || known == own_description => reading.texts.push((name, text)),
            (known, Value::Null) if TEXTS.contains(&known) || known == own_description => {}
            (known, _) if TEXTS.contains(&known) || known == own_description => reading.fault(at, FaultCode::TextWanted),
            (_, value) => reading.texts.extend(plain(value).map(|text| (name, text))),
        }
    }
    let mut names = vec![own_description];
    names.extend(DESCRIPTIONS);
    let taken = names.iter().copied().find(|name| !reading.text(&[name]).is_empty()).unwrap_or("description");
    let text = reading.text(&[taken]).to_owned();
    let payload = reading.text(&["payload"]).trim().to_owned();
    let needed = described == Described::Here && payload.is_empty();
    if text.is_empty() && needed && !reading.faults.iter().any(|fault| fault.pointer == "/description") {
        reading.fault("/description".to_owned(), FaultCode::Required);
    }
    let kind = reading.text(&["kind"]);
    let kind = if kind.is_empty() { Some(ReportKind::Unsure) } else { ReportKind::parse(kind) };
    if kind.is_none() {
        reading.fault("/kind".to_owned(), FaultCode::UnknownValue);
    }
    if !reading.faults.is_empty() {
        return Err(Unreadable::Fields(reading.faults));
    }
    let trimmed = |names: &[&str]| reading.text(names).trim().to_owned();
    let report = HandIn {
        kind: kind.unwrap_or(ReportKind::Unsure),
        language: trimmed(&["language"]),
        title: trimmed(&["title"]),
        text,
        fields: kept_fields(&reading.texts, taken),
        sender_name: trimmed(&["name", "sender_name"]),
        sender_address: trimmed(&["email", "sender_address"]),
        reporter_key: trimmed(&["pgp_key", "reporter_key"]),
        credit: trimmed(&["credit", "credit_wish"]),
        ..blank(Door::Api)
    };
    Ok(ReadJson { report: HandIn { attachments: reading.files, ..report }, shape: None, payload })
}

fn kept_fields(texts: &[(String, String)], taken: &str) -> Vec<(String, String)> {
    let further = texts.iter().filter(|(name, value)| name != taken && !value.trim().is_empty() && !PLACED.contains(&name.as_str()));
    let mut fields: Vec<(String, String)> = further.cloned().collect();
    if fields.len() > MOST_FIELDS {
        let beyond = fields.split_off(MOST_FIELDS);
        let lines: Vec<String> = beyond.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
        fields.push(("not_mapped".to_owned(), lines.join("\n")));
    }
    fields
}

/// `fields`: further fields by name; texts, numbers and truth values.
fn further(reading: &mut Reading, at: &str, fields: Map<String, Value>) {
    for (name, value) in by_name(fields) {
        match value {
            Value::Null => {}
            Value::String(text) => reading.texts.push((name, text)),
            Value::Bool(_) | Value::Number(_) => reading.texts.push((name, value.to_string())),
            Value::Array(_) | Value::Object(_) => reading.fault(pointer(at, &name), FaultCode::TextWanted),
        }
    }
}

/// A JSON value as a person would type it: text as it is, lists of texts line by line, anything else as JSON.
fn plain(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"))
        }
        other => Some(other.to_string()),
    }
}

/// `{"name": …, "media_type": …, "content": base64}`
fn attachments(reading: &mut Reading, at: &str, files: Vec<Value>) {
    for (index, file) in files.into_iter().enumerate() {
        let at = format!("{at}/{index}");
        if reading.files.len() >= MOST_FILES {
            return reading.fault(at, FaultCode::TooMuch);
        }
        let Value::Object(file) = file else {
            reading.fault(at, FaultCode::ObjectWanted);
            continue;
        };
        let (mut name, mut media_type, mut content) = (String::new(), String::new(), None);
        for (member, value) in file {
            let place = pointer(&at, &member);
            let Value::String(text) = value else {
                reading.fault(place, FaultCode::TextWanted);
                continue;
            };
            match member.as_str() {
                "name" | "filename" => name = file_name(&text),
                "media_type" | "content_type" => media_type = text.chars().filter(|c| !c.is_control()).take(100).collect(),
                "content" | "content_base64" | "data" => content = Some((place, text)),
                _ => reading.fault(place, FaultCode::UnknownName),
            }
        }
        let Some((place, content)) = content else {
            reading.fault(format!("{at}/content"), FaultCode::Required);
            continue;
        };
        let unbroken: String = content.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        match STANDARD.decode(unbroken) {
            Ok(bytes) if bytes.len() <= FILE_BYTES => reading.files.push(Upload { name, media_type, bytes }),
            Ok(_) => reading.fault(place, FaultCode::TooMuch),
            Err(_) => reading.fault(place, FaultCode::NotBase64),
        }
    }
}

/// The last part of a path, without control characters. Hostile all the same: shown escaped, never used as a path.
pub fn file_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect()
}

fn pointer(at: &str, name: &str) -> String {
    let short: String = name.chars().take(100).collect();
    format!("{at}/{}", short.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(value: Value) -> Vec<(String, &'static str)> {
        match read_value(value, "technical_description") {
            Err(Unreadable::Fields(faults)) => faults.into_iter().map(|fault| (fault.pointer, fault.code.as_str())).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_value_of_the_wrong_type_is_a_fault_with_its_place() {
        let own = |pairs: &[(&str, &'static str)]| pairs.iter().map(|(at, code)| ((*at).to_owned(), *code)).collect::<Vec<_>>();
        assert_eq!(faults(json!({"description": 7})), own(&[("/description", "type")]));
        assert_eq!(
            faults(json!({"technical_description": ["x"]})),
            own(&[("/technical_description", "type"), ("/description", "required")])
        );
        assert_eq!(faults(json!({"description": "x", "fields": {"a/b": {}}})), own(&[("/fields/a~1b", "type")]));
        assert_eq!(
            faults(json!({"description": "x", "attachments": [{"content": "!"}, 1, {"name": "a"}, {"content": "", "mode": "x"}]})),
            own(&[
                ("/attachments/0/content", "not_base64"),
                ("/attachments/1", "type"),
                ("/attachments/2/content", "required"),
                ("/attachments/3/mode", "unknown_name")
            ])
        );
        assert_eq!(faults(json!({"title": "y", "kind": "odd"})), own(&[("/description", "required"), ("/kind", "unknown_value")]));
    }

    #[test]
    fn what_nobody_knows_is_kept_as_a_further_field() {
        let read = read_value(json!({"text": "x", "serial": 7, "list": ["a", "b"], "deep": {"a": [1]}, "summary": "kept"}), "d").unwrap();
        let own = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(read.report.fields, [own("deep", "{\"a\":[1]}"), own("list", "a\nb"), own("serial", "7"), own("summary", "kept")]);
        let many: Map<String, Value> =
            (0..100).map(|n| (format!("f{n:03}"), json!("v"))).chain([("text".to_owned(), json!("x"))]).collect();
        let read = read_value(Value::Object(many), "d").unwrap();
        assert_eq!(read.report.fields.len(), 61);
        assert!(read.report.fields[60].1.contains("f099: v"));
    }

    #[test]
    fn shapes_of_tools_keep_what_was_not_understood() {
        let read = read_value(json!({"summary": "S", "description": "D", "cwe_ids": ["CWE-1"], "board": "rev C"}), "d").unwrap();
        assert_eq!(read.shape, Some(Shape::Github));
        assert_eq!(read.report.fields[0], ("shape".to_owned(), "github".to_owned()));
        assert!(read.report.fields.iter().any(|(id, text)| id == "not_mapped" && text.contains("rev C")));
    }
}
