//! Reads a report that a program sends. Generous about names (other tools call the description `text` or `details`),
//! strict about sizes; what is not understood is kept as a further field, never dropped.

use crate::facade::Facade;
use crate::face::Face;
use crate::practice::Practice;
use crate::report::{FILE_BYTES, FILES, address_fault, ascii_width, excess_fault, is_multipart, key_fault, read_form};
use crate::uploads::tokens;
use axum::body::Bytes;
use axum::extract::{FromRequest as _, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use wardroom_app::public_house::{HandIn, Upload as Attachment};
use wardroom_domain::intake::{Door, ReportKind};
use wardroom_web::words::public as say;
use wardroom_web::{Caller, Faults, Lang, Problem, text};

/// Further fields kept of one report.
const MOST_FIELDS: usize = 60;
/// Names under which the description may come, best first; the profile's own name goes before them.
const DESCRIPTIONS: [&str; 6] = ["description", "text", "technical_description", "details", "body", "summary"];
/// Names that are not further fields.
const KNOWN: [&str; 19] = [
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
    "fields",
    "attachments",
    "once",
    "upload",
    "uploads",
    "website",
    "description",
];

/// Name and text of everything, and the files.
struct Sent {
    texts: Vec<(String, String)>,
    files: Vec<Attachment>,
    /// Tokens of files that came before, or streamed in with this request.
    uploads: Vec<String>,
    faults: Faults,
}

impl Sent {
    fn text(&self, names: &[&str]) -> &str {
        names
            .iter()
            .find_map(|name| self.texts.iter().find(|(key, value)| key == name && !value.trim().is_empty()))
            .map_or("", |(_, value)| value.as_str())
    }
}

/// The report, checked like the form; all faults at once.
pub(super) async fn report<F: Facade>(request: Request, face: &Face<F>, caller: Caller, practice: &Practice) -> Result<HandIn, Problem> {
    let lang = practice.lang;
    let mut sent = if is_multipart(&request) { parts(request, face, caller, practice).await? } else { object(request, lang).await? };
    let own = practice.required.id.as_str();
    let mut names = vec![own];
    names.extend(DESCRIPTIONS);
    let taken = names.iter().copied().find(|name| !sent.text(&[name]).is_empty()).unwrap_or("description");
    let body = sent.text(&[taken]).to_owned();
    if body.is_empty() {
        sent.faults.add("description", say::REPORT_FAULT_EMPTY.say(lang));
    }
    let contact = sent.text(&["contact"]).trim().to_owned();
    let mut email = ascii_width(sent.text(&["email", "sender_address"]).trim());
    if email.is_empty() && contact.contains('@') && !address_fault(&contact) {
        email = ascii_width(&contact);
    }
    if address_fault(&email) {
        sent.faults.add("email", say::REPORT_FAULT_EMAIL.say(lang));
    }
    let key = sent.text(&["pgp_key", "reporter_key"]).trim().to_owned();
    if let Some(word) = key_fault(&key) {
        sent.faults.add("pgp_key", word.say(lang));
    }
    let kind = sent.text(&["kind"]);
    let kind = if kind.is_empty() { Some(ReportKind::Unsure) } else { ReportKind::parse(kind) };
    if kind.is_none() {
        sent.faults.add("kind", say::REPORT_FAULT_KIND.say(lang));
    }
    if !sent.faults.is_empty() {
        return Err(Problem::unprocessable(sent.faults));
    }
    let further = |(name, value): &&(String, String)| {
        name != taken && !value.trim().is_empty() && (!KNOWN.contains(&name.as_str()) || (name == "contact" && *value != email))
    };
    let fields = sent.texts.iter().filter(further).take(MOST_FIELDS).cloned().collect();
    let text = |names: &[&str]| sent.text(names).trim().to_owned();
    Ok(HandIn {
        door: Door::Api,
        kind: kind.unwrap_or(ReportKind::Unsure),
        language: Lang::from_tag(sent.text(&["language"])).unwrap_or(lang).code().to_owned(),
        title: text(&["title"]),
        text: body,
        fields,
        sender_name: text(&["name", "sender_name"]),
        sender_address: email,
        reporter_key: key,
        credit: text(&["credit", "credit_wish"]),
        uploads: tokens(sent.text(&["upload", "uploads"]).lines().chain(sent.uploads.iter().map(String::as_str))),
        attachments: sent.files,
        payload: Vec::new(),
        code: None,
        idempotency: None,
    })
}

async fn parts<F: Facade>(request: Request, face: &Face<F>, caller: Caller, practice: &Practice) -> Result<Sent, Problem> {
    let read = read_form(request, face, caller).await?;
    let mut faults = Faults::default();
    for excess in &read.form.excess {
        excess_fault(&mut faults, excess, practice, face.house.upload_limits().file_bytes);
    }
    let uploads = read.uploads().iter().map(ToString::to_string).collect();
    Ok(Sent { texts: read.form.texts, files: read.small, uploads, faults })
}

async fn object(request: Request, lang: Lang) -> Result<Sent, Problem> {
    let bytes = Bytes::from_request(request, &()).await.map_err(|_| Problem::too_large())?;
    let unreadable = || Problem::bad_request().detail(say::API_FAULT_JSON.say(lang));
    let Value::Object(object) = serde_json::from_slice(&bytes).map_err(|_| unreadable())? else { return Err(unreadable()) };
    let mut sent = Sent { texts: Vec::new(), files: Vec::new(), uploads: Vec::new(), faults: Faults::default() };
    for (name, value) in object {
        match (name.as_str(), value) {
            ("attachments" | "files", Value::Array(files)) => attach(&mut sent, files, lang),
            ("fields", Value::Object(fields)) => {
                sent.texts.extend(fields.into_iter().filter_map(|(name, value)| Some((name, plain(value)?))))
            }
            (_, value) => sent.texts.extend(plain(value).map(|value| (name, value))),
        }
    }
    Ok(sent)
}

/// A JSON value as a person would type it: text as it is, lists line by line, anything else as JSON.
fn plain(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        Value::Array(items) => Some(items.into_iter().filter_map(plain).collect::<Vec<_>>().join("\n")),
        other => Some(other.to_string()),
    }
}

/// `{"name": …, "media_type": …, "content": base64}`
fn attach(sent: &mut Sent, files: Vec<Value>, lang: Lang) {
    for file in files {
        let text = |names: &[&str]| names.iter().find_map(|name| file.get(name).and_then(Value::as_str)).unwrap_or_default().to_owned();
        let name: String = text(&["name", "filename"])
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect();
        match STANDARD.decode(text(&["content", "content_base64", "data"])) {
            Ok(bytes) if bytes.len() <= FILE_BYTES && sent.files.len() < FILES => {
                sent.files.push(Attachment { name, media_type: text(&["media_type", "content_type"]), bytes });
            }
            Ok(_) => sent.faults.add("attachments", say::report_fault_files(lang, text::reveal(&name))),
            Err(_) => sent.faults.add("attachments", say::API_FAULT_ATTACHMENT.say(lang)),
        }
    }
}
