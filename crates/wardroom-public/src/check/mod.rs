//! "Am I affected?": a product and a version, or the parts of an SBOM, against every published advisory, with the rule that matched and what to
//! do. Nothing asked is kept or logged; a product and a version stand in the address, so that the answer can be bookmarked, an SBOM never does.

pub(crate) mod ask;

use crate::facade::Facade;
use crate::face::{Face, allowed};
use crate::practice::site;
use crate::tree::Snapshot;
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use std::collections::BTreeSet;
use std::sync::Arc;
use wardroom_app::disclosure::affected::{Finding, state_word};
use wardroom_app::disclosure::tree::PublicWorld;
use wardroom_formats::affected::{By, State as Verdict, sbom};
use wardroom_web::words::{self, affected, public as say};
use wardroom_web::{Caller, Faults, Lang, Page, Problem, Tongue};

/// Largest body of the form: an SBOM and the words around it.
pub const BODY_BYTES: usize = sbom::LIMITS.bytes + 64_000;
/// Product names offered while typing.
const OFFERED: usize = 200;

struct Line {
    tone: &'static str,
    word: &'static str,
    /// What it is about: the part of the SBOM, or the product.
    of: String,
    by: &'static str,
    vulnerability: String,
    title: String,
    number: String,
    href: String,
    said: String,
    to_do: Vec<Do>,
}

struct Do {
    word: &'static str,
    text: String,
    url: String,
}

#[derive(Template)]
#[template(path = "check/check.html")]
struct Check {
    page: Page,
    product: String,
    version: String,
    offered: Vec<String>,
    heading: String,
    /// The answer in a sentence, and its tone.
    answer: Option<(&'static str, String)>,
    /// What asks for something.
    open: Vec<Line>,
    /// What is fixed or not affected.
    closed: Vec<Line>,
    none: String,
    more: String,
    json: String,
    faults: Faults,
}

impl Check {
    fn new(world: &PublicWorld, tongue: &Tongue, faults: Faults) -> Check {
        let lang = tongue.lang;
        let names: BTreeSet<&str> = world
            .advisories
            .iter()
            .filter(|advisory| advisory.ending().is_none())
            .filter_map(|advisory| advisory.latest())
            .flat_map(|latest| &latest.content.products)
            .map(|product| product.name.as_str())
            .collect();
        Check {
            page: Page::new(tongue, &site(world), "check", say::CHECK_TITLE.say(lang)).faulty(!faults.is_empty()),
            product: String::new(),
            version: String::new(),
            offered: names.into_iter().take(OFFERED).map(str::to_owned).collect(),
            heading: String::new(),
            answer: None,
            open: Vec::new(),
            closed: Vec::new(),
            none: String::new(),
            more: String::new(),
            json: String::new(),
            faults,
        }
    }

    fn told(mut self, findings: &[Finding], of: impl Fn(&Finding) -> String, lang: Lang) -> Check {
        let lines: Vec<(Verdict, Line)> = findings.iter().map(|one| (one.state, line(one, of(one), lang))).collect();
        self.answer = sentence(findings, lang);
        for (state, line) in lines {
            if matches!(state, Verdict::Fixed | Verdict::NotAffected) { self.closed.push(line) } else { self.open.push(line) }
        }
        self
    }
}

/// `GET /check`, with an answer when a product was asked for.
pub fn render(snapshot: &Snapshot, tongue: &Tongue, product: Option<&str>, version: &str) -> Response {
    let lang = tongue.lang;
    let thing = ask::thing(product.unwrap_or_default(), version);
    let wanted = [&thing.name, &thing.purl, &thing.cpe].into_iter().chain(&thing.hashes).find(|text| !text.is_empty()).cloned();
    let mut faults = Faults::default();
    if product.is_some() && wanted.is_none() {
        faults.add("product", say::CHECK_ENTER.say(lang));
    }
    let mut page = Check::new(&snapshot.world, tongue, faults);
    page.version = thing.version.clone();
    if let Some(wanted) = wanted {
        let findings = ask::one(snapshot, &thing, lang);
        let encoded = crate::advisories::filter::encoded;
        page.json = format!("/api/v1/check?product={}&version={}", encoded(&wanted), encoded(&thing.version));
        page.heading = say::check_result(lang, wanted.as_str(), thing.version.as_str());
        page.none = say::check_none(lang, wanted.as_str());
        page.product = wanted;
        page = page.told(&findings, |one| one.product.clone(), lang);
    }
    wardroom_web::html(&page)
}

/// `POST /check` with an SBOM as a file or as text.
pub async fn submit<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    form: Multipart,
) -> Result<Response, Problem> {
    allowed(&face.limits.validations, caller)?;
    let lang = tongue.lang;
    let bytes = document(form).await?;
    let mut faults = Faults::default();
    let mut answered = None;
    if bytes.is_empty() {
        faults.add("sbom", say::CHECK_SBOM_EMPTY.say(lang));
    } else {
        match ask::sbom(&face, &bytes, lang).await? {
            Ok(found) => answered = Some(found),
            Err(fault) => faults.add("sbom", ask::why(&fault, lang)),
        }
    }
    drop(bytes);
    let snapshot = face.tree.now();
    let mut page = Check::new(&snapshot.world, &tongue, faults);
    // The address of this page has no answer in it: the other language begins anew.
    page.page.switch = format!("/check?lang={}", lang.other().code());
    if let Some(found) = answered {
        let things = &found.sbom.things;
        page.heading = say::check_sbom_result(lang, found.sbom.kind.name(), things.len() as i64);
        page.none = say::CHECK_SBOM_NONE.say(lang).to_owned();
        if found.total > found.findings.len() {
            page.more = say::advisories_of(lang, found.findings.len() as i64, found.total as i64);
        }
        let part = |one: &Finding| match one.part.and_then(|place| things.get(place)) {
            Some(thing) => format!("{} {}", if thing.name.is_empty() { &one.product } else { &thing.name }, one.version),
            None => one.product.clone(),
        };
        page = page.told(&found.findings, part, lang);
    }
    let mut response = wardroom_web::html(&page);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The document of the form: the file, or the text where no file was chosen.
async fn document(mut form: Multipart) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(|_| Problem::bad_request())? {
        let known = matches!(field.name(), Some("sbom" | "text"));
        let mut here = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(|_| Problem::too_large())? {
            if known {
                here.extend_from_slice(&piece);
            }
        }
        if bytes.is_empty() && !here.trim_ascii().is_empty() {
            bytes = here;
        }
    }
    Ok(bytes)
}

fn line(one: &Finding, of: String, lang: Lang) -> Line {
    Line {
        tone: match one.state {
            Verdict::Affected => "high",
            Verdict::Unknown | Verdict::UnderInvestigation => "medium",
            Verdict::Fixed | Verdict::NotAffected => "good",
        },
        word: state_word(one.state, lang),
        of: of.trim().to_owned(),
        by: match one.recognised_by {
            By::Hash => affected::BY_HASH.say(lang),
            By::Purl => affected::BY_PURL.say(lang),
            By::Cpe => affected::BY_CPE.say(lang),
            By::Name => "",
        },
        vulnerability: one.vulnerability.clone(),
        title: one.title.clone(),
        number: one.advisory.clone(),
        href: crate::advisories::href(&one.advisory),
        said: one.said.clone(),
        to_do: one
            .to_do
            .iter()
            .map(|one| Do { word: one.word, text: one.text.clone(), url: crate::advisories::safe_url(&one.url).to_owned() })
            .collect(),
    }
}

/// The answer over everything that was found.
fn sentence(findings: &[Finding], lang: Lang) -> Option<(&'static str, String)> {
    let worst = wardroom_app::disclosure::affected::overall(findings)?;
    let of = |state: Verdict| {
        findings.iter().filter(|one| one.state == state).map(|one| one.advisory.as_str()).collect::<BTreeSet<_>>().len() as i64
    };
    Some(match worst {
        Verdict::Affected => ("danger", say::check_answer_affected(lang, of(worst))),
        Verdict::Unknown => ("warning", say::check_answer_unknown(lang, of(worst))),
        Verdict::UnderInvestigation => ("warning", say::check_answer_investigating(lang, of(worst))),
        Verdict::Fixed | Verdict::NotAffected => ("success", say::CHECK_ANSWER_FINE.say(lang).to_owned()),
    })
}
