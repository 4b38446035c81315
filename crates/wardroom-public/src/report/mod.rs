//! The report form: one page, one required field, no session, no expiry. Faults come back all at once with everything
//! that was typed. The same form sent twice is one report, because the page carries a secret of its own.

mod fields;
mod read;

pub(crate) use fields::{address_fault, ascii_width, key_fault};
pub use read::BODY_BYTES;
pub(crate) use read::{FILE_BYTES, FILES, form as read_form, is_multipart, urlencoded};

use crate::facade::Facade;
use crate::face::{Face, allowed};
use crate::practice::{Practice, Shape, kind_label};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use wardroom_app::public_house::{HandIn, HandInError, Upload as Attachment};
use wardroom_domain::intake::{Door, ReportKind};
use wardroom_seal::SystemChance;
use wardroom_web::redirect::see_other;
use wardroom_web::upload::{Excess, Upload};
use wardroom_web::words::{self, public as say};
use wardroom_web::{Caller, Choice, Faults, Lang, Page, Problem, Tongue, html, text};

/// A field with what was typed.
struct Filled {
    id: String,
    label: String,
    value: String,
    long: bool,
    choices: Vec<Choice>,
}

/// The form as it is shown.
struct Form {
    once: String,
    kinds: Vec<Choice>,
    required: Filled,
    fields: Vec<Filled>,
    contact_title: String,
    email: String,
    name: String,
    languages: Vec<Choice>,
    credit: String,
    key: String,
}

#[derive(Template)]
#[template(path = "report/form.html")]
struct ReportPage {
    page: Page,
    practice: Practice,
    form: Form,
    faults: Faults,
    files_hint: String,
}

/// `GET /report`
pub async fn show<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue) -> Result<Response, Problem> {
    let typed = Upload { texts: vec![("once".into(), fresh_secret()?)], ..Upload::default() };
    Ok(render(&face, &tongue, &typed, Faults::default()))
}

/// `POST /report`: answers 303 to the receipt page; the receipt travels in a sealed cookie.
pub async fn submit<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    allowed(&face.limits.reports, caller)?;
    let mut typed = read::form(request).await?;
    let practice = face.practice(tongue.lang);
    let faults = faults(&typed, &practice);
    if !faults.is_empty() {
        return Ok(again(&face, &tongue, &mut typed, faults));
    }
    match face.house.hand_in(hand_in(&typed, &practice, tongue.lang)).await {
        Ok(receipt) => {
            let mut response = see_other(if tongue.asked { with_lang(tongue.lang) } else { "/receipt" }).into_response();
            let mut chance = SystemChance::probe().map_err(|error| Problem::logged(&error))?;
            face.cookies.keep(&mut response, crate::receipt::COOKIE, receipt, face.now(), &mut chance);
            Ok(response)
        }
        Err(HandInError::Trouble(trouble)) => Err(Problem::logged(&trouble)),
        Err(refused) => {
            let mut faults = Faults::default();
            let word = match refused {
                HandInError::Empty => say::REPORT_FAULT_EMPTY,
                HandInError::TooLong => say::REPORT_FAULT_LONG,
                HandInError::KeyReused | HandInError::Trouble(_) => {
                    typed.texts.retain(|(name, _)| name != "once");
                    typed.texts.push(("once".into(), fresh_secret()?));
                    say::REPORT_FAULT_REUSED
                }
            };
            faults.add(practice.required.id.as_str(), word.say(tongue.lang));
            Ok(again(&face, &tongue, &mut typed, faults))
        }
    }
}

fn with_lang(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "/receipt?lang=en",
        Lang::Zh => "/receipt?lang=zh",
    }
}

fn fresh_secret() -> Result<String, Problem> {
    wardroom_web::secret::token().map_err(|error| Problem::logged(&error))
}

/// Everything that is wrong, in the order of the form.
fn faults(typed: &Upload, practice: &Practice) -> Faults {
    let lang = practice.lang;
    let mut faults = Faults::default();
    let kind = typed.text("kind");
    if !kind.is_empty() && ReportKind::parse(kind).is_none() {
        faults.add("kind", say::REPORT_FAULT_KIND.say(lang));
    }
    let required = practice.required.id.as_str();
    if typed.text(required).trim().is_empty() {
        faults.add(required, say::REPORT_FAULT_EMPTY.say(lang));
    }
    for excess in &typed.excess {
        match excess {
            Excess::Text { field } if field == required => faults.add(required, say::REPORT_FAULT_LONG.say(lang)),
            Excess::Text { field } => {
                let label = practice.fields.iter().find(|one| &one.id == field).map_or(field.as_str(), |one| one.label.as_str());
                faults.add(field.as_str(), say::report_fault_text(lang, label));
            }
            Excess::File { name } => {
                faults.add("attachments", say::report_fault_file(lang, text::size(lang, FILE_BYTES as u64), text::reveal(name)))
            }
            Excess::Files { name } => faults.add("attachments", say::report_fault_files(lang, text::reveal(name))),
        }
    }
    if address_fault(typed.text("email")) {
        faults.add("email", say::REPORT_FAULT_EMAIL.say(lang));
    }
    if let Some(word) = key_fault(typed.text("pgp_key")) {
        faults.add("pgp_key", word.say(lang));
    }
    if !typed.text("website").trim().is_empty() {
        faults.add(required, say::REPORT_FAULT_TRAP.say(lang));
    }
    if !faults.is_empty() && !typed.files.is_empty() {
        faults.add("attachments", say::REPORT_FILES_AGAIN.say(lang));
    }
    faults
}

fn hand_in(typed: &Upload, practice: &Practice, lang: Lang) -> HandIn {
    let text = |name: &str| typed.text(name).trim().to_owned();
    let fields = practice.fields.iter().map(|field| (field.id.clone(), text(&field.id))).filter(|(_, value)| !value.is_empty()).collect();
    let once = text("once");
    HandIn {
        door: Door::Form,
        kind: ReportKind::parse(typed.text("kind")).unwrap_or(ReportKind::Unsure),
        language: Lang::from_tag(typed.text("language")).unwrap_or(lang).code().to_owned(),
        title: text("title"),
        text: typed.text(&practice.required.id).to_owned(),
        fields,
        sender_name: text("name"),
        sender_address: ascii_width(&text("email")),
        reporter_key: text("pgp_key"),
        credit: text("credit"),
        attachments: typed
            .files
            .iter()
            .map(|file| Attachment { name: file.name.clone(), media_type: file.media.clone(), bytes: file.bytes.clone() })
            .collect(),
        // A guessable value would let somebody else's form look like this one.
        idempotency: (once.len() >= 20).then_some(once),
    }
}

fn again<F: Facade>(face: &Face<F>, tongue: &Tongue, typed: &mut Upload, faults: Faults) -> Response {
    // A private key that was pasted by mistake is not sent back into the page.
    if key_fault(typed.text("pgp_key")) == Some(say::REPORT_FAULT_SECRET_KEY) {
        typed.texts.retain(|(name, _)| name != "pgp_key");
    }
    let mut response = render(face, tongue, typed, faults);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

fn render<F: Facade>(face: &Face<F>, tongue: &Tongue, typed: &Upload, faults: Faults) -> Response {
    let lang = tongue.lang;
    let practice = face.practice(lang);
    let page = Page::new(tongue, &face.site(), "report", say::REPORT_TITLE.say(lang)).faulty(!faults.is_empty()).script("draft.js");
    let files_hint = say::report_files_hint(lang, FILES, text::size(lang, FILE_BYTES as u64));
    let form = form(typed, &practice);
    html(&ReportPage { page, practice, form, faults, files_hint })
}

fn form(typed: &Upload, practice: &Practice) -> Form {
    let lang = practice.lang;
    let text = |name: &str| typed.text(name).to_owned();
    let chosen = typed.text("kind");
    let mut kinds: Vec<Choice> = practice.kinds.iter().map(|(id, label)| Choice::new(*id, label.as_str(), chosen == *id)).collect();
    let unsure = ReportKind::Unsure.as_str();
    kinds.push(Choice::new(unsure, kind_label(lang, "not_sure"), chosen == unsure || chosen == "not_sure"));
    let wanted = Lang::from_tag(typed.text("language")).unwrap_or(lang);
    Form {
        once: text("once"),
        kinds,
        required: Filled {
            id: practice.required.id.clone(),
            label: practice.required.label.clone(),
            value: text(&practice.required.id),
            long: true,
            choices: Vec::new(),
        },
        fields: practice
            .fields
            .iter()
            .map(|field| {
                let value = text(&field.id);
                let choices = match &field.shape {
                    Shape::Choice(choices) => choices.iter().map(|(id, label)| Choice::new(*id, *label, value == *id)).collect(),
                    Shape::Line | Shape::Text => Vec::new(),
                };
                Filled { id: field.id.clone(), label: field.label.clone(), long: field.shape == Shape::Text, value, choices }
            })
            .collect(),
        contact_title: practice.contact.clone(),
        email: text("email"),
        name: text("name"),
        languages: Lang::ALL.iter().map(|one| Choice::new(one.code(), one.own_name(), *one == wanted)).collect(),
        credit: text("credit"),
        key: text("pgp_key"),
    }
}
