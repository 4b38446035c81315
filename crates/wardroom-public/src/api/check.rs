//! "Am I affected?" for programs: `GET` and `POST /api/v1/check` about one thing, `POST /api/v1/check/sbom` about the parts an SBOM lists. The
//! same answers as the page's. Nothing is kept, and no word of a question or a document gets into a log.

use super::typed;
use crate::check::ask;
use crate::facade::Facade;
use crate::face::{Face, allowed};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use wardroom_app::disclosure::affected::{Finding, overall};
use wardroom_formats::affected::Thing;
use wardroom_formats::affected::sbom::{Kind, NotRead};
use wardroom_web::words::public as say;
use wardroom_web::{Caller, Faults, Lang, Problem, Tongue};

/// `GET /api/v1/check?product=…&version=…`
pub async fn ask<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    allowed(&face.limits.pages, caller)?;
    let pairs = crate::report::urlencoded(query.unwrap_or_default().as_bytes());
    let of = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    answer(&face, ask::thing(of("product"), of("version")), tongue.lang)
}

/// `POST /api/v1/check` with `{"product", "version", "vendor", "purl", "cpe", "hashes"}`; one that names the thing is enough.
pub async fn submit<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    allowed(&face.limits.pages, caller)?;
    let lang = tongue.lang;
    let asked = typed::object(&headers, &body, lang, &["product", "version", "vendor", "purl", "cpe", "hashes"])?;
    let text = |name: &str| match asked.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(_) => typed::text(&asked, name, lang).map(|text| text.chars().take(1_000).collect::<String>()),
    };
    let hashes = match asked.get("hashes") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) if list.len() <= 100 && list.iter().all(Value::is_string) => {
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Some(_) => {
            let mut faults = Faults::default();
            faults.add_coded("hashes", "type", say::API_FAULT_LIST.say(lang));
            return Err(Problem::unprocessable(faults));
        }
    };
    let thing = Thing {
        vendor: text("vendor")?,
        name: text("product")?,
        version: text("version")?,
        purl: text("purl")?,
        cpe: text("cpe")?,
        hashes,
    };
    answer(&face, thing, lang)
}

fn answer<F: Facade>(face: &Face<F>, thing: Thing, lang: Lang) -> Result<Response, Problem> {
    if [&thing.name, &thing.purl, &thing.cpe].into_iter().chain(&thing.hashes).all(|text| is_blank(text)) {
        let mut faults = Faults::default();
        faults.add_coded("product", "required", say::CHECK_ENTER.say(lang));
        return Err(Problem::unprocessable(faults));
    }
    let snapshot = face.tree.now();
    let findings = ask::one(&snapshot, &thing, lang);
    let advisories = snapshot.shelf.entries().len();
    Ok(told(json!({"answer": word(&findings), "advisories": advisories, "total": findings.len(), "findings": findings})))
}

/// Nothing that could name a thing; the separators U+001C to U+001F are blank to the patterns of the description, too.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c))
}

/// `POST /api/v1/check/sbom` with the document itself as the body. A media type that names a kind of SBOM is held against what came.
pub async fn sbom<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    allowed(&face.limits.validations, caller)?;
    let lang = tongue.lang;
    let read = ask::sbom(&face, &body, lang).await?;
    let claimed = claimed(&headers);
    let answered = match read.and_then(|one| if claimed.is_none_or(|kind| kind == one.sbom.kind) { Ok(one) } else { Err(NotRead::Unknown) })
    {
        Ok(answered) => answered,
        Err(fault) => {
            let mut faults = Faults::default();
            faults.add_coded("sbom", "invalid", ask::why(&fault, lang));
            return Err(Problem::unprocessable(faults));
        }
    };
    let things = &answered.sbom.things;
    let finding = |one: &Finding| {
        let mut value = json!(one);
        if let (Some(thing), Some(members)) = (one.part.and_then(|place| things.get(place)), value.as_object_mut()) {
            members.insert("thing".to_owned(), json!(thing));
        }
        value
    };
    let findings: Vec<Value> = answered.findings.iter().map(finding).collect();
    Ok(told(json!({
        "answer": word(&answered.findings),
        "format": answered.sbom.kind,
        "parts": things.len(),
        "advisories": answered.advisories,
        "total": answered.total,
        "findings": findings,
    })))
}

/// The kind of SBOM the sender says it is.
fn claimed(headers: &HeaderMap) -> Option<Kind> {
    let media = headers.get(header::CONTENT_TYPE)?.to_str().ok()?.split(';').next()?.trim().to_ascii_lowercase();
    match media.as_str() {
        "application/vnd.cyclonedx+json" => Some(Kind::CyclonedxJson),
        "application/vnd.cyclonedx+xml" => Some(Kind::CyclonedxXml),
        "application/spdx+json" => Some(Kind::SpdxJson),
        "text/spdx" => Some(Kind::SpdxTagValue),
        _ => None,
    }
}

/// The worst of all, `not_named` where no advisory names what was asked about.
fn word(findings: &[Finding]) -> &'static str {
    overall(findings).map_or("not_named", |state| state.as_str())
}

fn told(answer: Value) -> Response {
    let mut response = Json(answer).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
