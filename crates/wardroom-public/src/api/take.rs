//! Reads a report that a program sends, whichever way: JSON of ours or of another tool, a multipart form with files, or an
//! armored OpenPGP message. The meaning of JSON is the house's (`wardroom_app::intake::read_json`); here are media types, sizes,
//! and the words for what is wrong.

use super::typed;
use crate::facade::Facade;
use crate::face::Face;
use crate::practice::Practice;
use crate::report::{address_fault, ascii_width, excess_fault, is_multipart, key_fault, read_form};
use crate::uploads::tokens;
use axum::body::Bytes;
use axum::extract::{FromRequest as _, Request};
use serde_json::{Map, Value};
use wardroom_app::intake::document;
use wardroom_app::intake::read_json::{Described, FaultCode, ReadJson, Unreadable, blank, file_name, read_bytes, read_fields, read_value};
use wardroom_app::public_house::{HandIn, Upload as Attachment};
use wardroom_domain::intake::Door;
use wardroom_formats::guarded;
use wardroom_formats::shapes;
use wardroom_web::words::public as say;
use wardroom_web::{Caller, Faults, Lang, Problem, text};

/// Names of multipart parts that hold the report as a JSON document.
const DOCUMENTS: [&str; 6] = ["report", "json", "document", "csaf", "osv", "sarif"];
/// The longest armored message, in bytes.
const PAYLOAD_BYTES: usize = 40_000_000;

/// The report, checked like the form; all faults at once.
pub(super) async fn report<F: Facade>(request: Request, face: &Face<F>, caller: Caller, practice: &Practice) -> Result<HandIn, Problem> {
    let lang = practice.lang;
    let own = practice.required.id.as_str();
    let read = match typed::media(request.headers()).as_deref() {
        _ if is_multipart(&request) => parts(request, face, caller, practice).await?,
        None | Some("application/json") => document(&body(request).await?, own, lang)?,
        Some(media) if media.starts_with("application/") && media.ends_with("+json") => document(&body(request).await?, own, lang)?,
        Some("application/pgp-encrypted" | "text/plain") => {
            let bytes = body(request).await?;
            let text = std::str::from_utf8(&bytes).unwrap_or_default().trim().to_owned();
            let mut report = blank(Door::Api);
            report.original = Some(bytes.to_vec());
            ReadJson { report, shape: None, payload: if text.is_empty() { " ".to_owned() } else { text } }
        }
        Some(_) => return Err(Problem::unsupported_media()),
    };
    finished(read, lang)
}

async fn body(request: Request) -> Result<Bytes, Problem> {
    Bytes::from_request(request, &()).await.map_err(|_| Problem::too_large())
}

/// A JSON body; its bytes are the original.
fn document(bytes: &Bytes, own: &str, lang: Lang) -> Result<ReadJson, Problem> {
    let mut read = read_bytes(bytes, own).map_err(|why| unreadable(why, lang))?;
    read.report.original = Some(bytes.to_vec());
    Ok(read)
}

/// What is checked alike however it came.
fn finished(read: ReadJson, lang: Lang) -> Result<HandIn, Problem> {
    let ReadJson { mut report, shape: _, payload } = read;
    let mut faults = Faults::default();
    if !payload.is_empty() {
        let whole = payload.contains("-----BEGIN PGP MESSAGE-----") && payload.contains("-----END PGP MESSAGE-----");
        match whole && payload.len() <= PAYLOAD_BYTES {
            true => report.payload = payload.into_bytes(),
            false => faults.add("payload", say::REPORT_FAULT_PAYLOAD.say(lang)),
        }
    }
    let named = |name: &str| matches!(name, "upload" | "uploads");
    let arrived: Vec<String> = report.fields.iter().filter(|(name, _)| named(name)).map(|(_, value)| value.clone()).collect();
    report.fields.retain(|(name, _)| !named(name));
    let names: Vec<&str> = arrived.iter().flat_map(|text| text.lines()).filter(|name| !name.trim().is_empty()).collect();
    if names.iter().any(|name| tokens([*name]).is_empty()) {
        // A file that was named and is not there must not go missing in silence.
        faults.add_coded("uploads", "unknown_value", say::REPORT_FAULT_FILE_GONE.say(lang));
    }
    report.uploads.extend(tokens(names));
    report.sender_address = ascii_width(report.sender_address.trim());
    if report.sender_address.is_empty() {
        let contact = report.fields.iter().position(|(name, value)| name == "contact" && value.contains('@') && !address_fault(value));
        if let Some(index) = contact {
            report.sender_address = ascii_width(report.fields.remove(index).1.trim());
        }
    }
    if address_fault(&report.sender_address) {
        faults.add("email", say::REPORT_FAULT_EMAIL.say(lang));
    }
    if let Some(word) = key_fault(&report.reporter_key) {
        faults.add("pgp_key", word.say(lang));
    }
    if !faults.is_empty() {
        return Err(Problem::unprocessable(faults));
    }
    report.door = Door::Api;
    report.language = Lang::from_tag(&report.language).unwrap_or(lang).code().to_owned();
    Ok(report)
}

/// Why a document was not taken, in words.
pub(super) fn unreadable(why: Unreadable, lang: Lang) -> Problem {
    let fields = match why {
        Unreadable::Json(fault) => return not_json(&fault, lang),
        Unreadable::NotAnObject => return Problem::malformed().detail(say::API_FAULT_JSON.say(lang)),
        Unreadable::Fields(fields) => fields,
    };
    let mut faults = Faults::default();
    for fault in fields {
        let word = match fault.code {
            FaultCode::TextWanted => say::API_FAULT_TEXT,
            FaultCode::ObjectWanted => say::API_FAULT_OBJECT,
            FaultCode::ListWanted => say::API_FAULT_LIST,
            FaultCode::Required if fault.pointer == "/description" => say::REPORT_FAULT_EMPTY,
            FaultCode::Required => say::API_FAULT_REQUIRED,
            FaultCode::UnknownValue if fault.pointer == "/kind" => say::REPORT_FAULT_KIND,
            FaultCode::UnknownValue => say::API_FAULT_VALUE,
            FaultCode::UnknownName => say::API_FAULT_NAME,
            FaultCode::NotBase64 => say::API_FAULT_ATTACHMENT,
            FaultCode::TooMuch => say::API_FAULT_TOO_MUCH,
        };
        faults.add_coded(fault.pointer, fault.code.as_str(), word.say(lang));
    }
    Problem::unprocessable(faults)
}

/// Why bytes are no JSON we read, in words.
pub(super) fn not_json(fault: &guarded::Fault, lang: Lang) -> Problem {
    let detail = match fault {
        guarded::Fault::NotUtf8 { at } => say::api_fault_utf8(lang, *at),
        guarded::Fault::TooLong { .. } => return Problem::too_large(),
        guarded::Fault::TooDeep { depth } => say::api_fault_deep(lang, *depth),
        guarded::Fault::TooMany { values } => say::api_fault_many(lang, *values),
        guarded::Fault::Twice { name } => say::api_fault_twice(lang, text::reveal(name)),
        guarded::Fault::Syntax { line, column } => say::api_fault_syntax(lang, *line, *column),
    };
    Problem::malformed().detail(detail)
}

/// A multipart form: fields as text parts, files, and maybe the report itself as a JSON part or file.
async fn parts<F: Facade>(request: Request, face: &Face<F>, caller: Caller, practice: &Practice) -> Result<ReadJson, Problem> {
    let (own, lang) = (practice.required.id.as_str(), practice.lang);
    let sent = read_form(request, face, caller).await?;
    let mut faults = Faults::default();
    for excess in &sent.form.excess {
        excess_fault(&mut faults, excess, practice, face.house.upload_limits().file_bytes);
    }
    if !faults.is_empty() {
        return Err(Problem::unprocessable(faults));
    }
    let uploads = sent.uploads();
    let whole = sent.whole(face).await;
    let (texts, files) = (sent.form.texts, sent.small);
    let mut fields = Map::new();
    let mut written = None;
    for (name, value) in texts {
        if DOCUMENTS.contains(&name.as_str()) && value.trim_start().starts_with('{') && written.is_none() {
            written = Some(read_bytes(value.as_bytes(), own).map_err(|why| unreadable(why, lang))?);
            continue;
        }
        match fields.get_mut(&name) {
            Some(Value::String(earlier)) => {
                earlier.push('\n');
                earlier.push_str(&value);
            }
            _ => drop(fields.insert(name, Value::String(value))),
        }
    }
    fields.retain(|name, _| name != "once" && name != "website");
    let said = |name: &&str| fields.get(*name).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
    let described = [own, "description", "text", "technical_description", "details", "body", "payload", "vul_description"].iter().any(said);
    if written.is_none() && !described {
        written = document_among(&files, own, lang)?;
    }
    // What is too large to be read here, or lies in an archive, the worker reads in the parser's child.
    let later = !described
        && (whole.iter().any(|(_, file)| document::is_candidate(&file.name, &file.media_type))
            || files.iter().any(|file| document::is_archive(&file.name, &file.media_type)));
    let mut read = match written {
        Some(document) => overlaid(document, fields),
        None if later => read_fields(fields, own, Described::InAFile).map_err(|why| unreadable(why, lang))?,
        None => read_value(Value::Object(fields), own).map_err(|why| unreadable(why, lang))?,
    };
    let sent = files.into_iter().map(|file| Attachment { name: file_name(&file.name), ..file });
    read.report.attachments.extend(sent);
    for token in uploads {
        if !read.report.uploads.contains(&token) {
            read.report.uploads.push(token);
        }
    }
    Ok(read)
}

/// The first file that is a report of a known shape, or that calls itself the report. It stays a file as well.
fn document_among(files: &[Attachment], own: &str, lang: Lang) -> Result<Option<ReadJson>, Problem> {
    for file in files.iter().filter(|file| file.bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')) {
        let named = file.name.split('.').next().is_some_and(|stem| stem.eq_ignore_ascii_case("report"));
        match guarded::read(&file.bytes, &guarded::REPORT) {
            Ok(value) if named || shapes::recognise(&value).is_some() => {
                return read_value(value, own).map(Some).map_err(|why| unreadable(why, lang));
            }
            Err(fault) if named => return Err(not_json(&fault, lang)),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(None)
}

/// What the sender typed beside a document goes before what the document says.
fn overlaid(mut document: ReadJson, fields: Map<String, Value>) -> ReadJson {
    let report = &mut document.report;
    for (name, value) in fields {
        let Value::String(value) = value else { continue };
        if value.trim().is_empty() {
            continue;
        }
        let place = match name.as_str() {
            "title" => &mut report.title,
            "language" => &mut report.language,
            "name" | "sender_name" => &mut report.sender_name,
            "email" | "sender_address" => &mut report.sender_address,
            "pgp_key" | "reporter_key" => &mut report.reporter_key,
            "credit" | "credit_wish" => &mut report.credit,
            _ => {
                report.fields.retain(|(known, _)| *known != name);
                report.fields.push((name, value));
                continue;
            }
        };
        *place = value.trim().to_owned();
    }
    document
}
