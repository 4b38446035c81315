//! The report form: one page, one required field, no session, no expiry. Faults come back all at once with everything
//! that was typed and every file that was sent. The same form sent twice is one report, because the page carries a secret of
//! its own. Everything works without script; with it, files go in pieces and can be taken up again, a draft stays on the
//! device, and the report can be encrypted in the browser.

pub mod alike;
pub mod code;
mod fields;
mod page;
mod read;
mod walk;

pub(crate) use fields::{address_fault, ascii_width, key_fault, key_fault_at};
pub(crate) use page::{FileLine, file_lines};
pub use read::BODY_BYTES;
pub(crate) use read::{Sent, form as read_form, is_multipart, urlencoded};

use crate::facade::Facade;
use crate::face::{Face, allowed};
use crate::practice::Practice;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use page::{Turn, render};
use std::sync::Arc;
use walk::Walk;
use wardroom_app::keys::look_up::CONSENT_FIELD as KEY_LOOKUP;
use wardroom_app::public_house::{HandIn, HandInError, Uploaded, is_payload};
use wardroom_domain::intake::{Door, ReportKind};
use wardroom_seal::{ReceiptCode, SystemChance, Token};
use wardroom_web::redirect::see_other;
use wardroom_web::upload::{Excess, LeftOut};
use wardroom_web::words::{form as words, public as say};
use wardroom_web::{Caller, Faults, Lang, Problem, Tongue, text};

/// Nobody reads a page and writes a report within this time, in seconds.
const QUICK_SECONDS: i64 = 2;

/// `GET /report`
pub async fn show<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let mut typed = Sent::default();
    let code = code::carried(&face, &headers);
    if let Some(code) = &code {
        let draft = face.house.draft(code).await.map_err(|trouble| Problem::stored(&trouble, trouble.full))?;
        typed.form.texts = draft.map(|draft| draft.texts).unwrap_or_default();
        typed.form.set("code", code.to_string());
    }
    if typed.text("once").is_empty() {
        typed.form.set("once", fresh_secret()?);
    }
    typed.form.set("began", face.now().as_second().to_string());
    let query = urlencoded(uri.query().unwrap_or_default().as_bytes());
    let asked = |name: &str| query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let kept = code.is_some() && asked("kept") == "1";
    let mut response = render(&face, &tongue, &typed, Turn { kept, walk: Walk::parse(asked("step")), ..Turn::default() }).await;
    if let Some(code) = &code {
        // Every look begins the half hour anew.
        code::carry(&face, &mut response, code)?;
    }
    Ok(response)
}

/// `POST /report/step`: the form comes back with its next or former part, or with what looks like it (`go`). Nothing is recorded.
pub async fn step<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    allowed(&face.limits.pages, caller)?;
    let mut typed = read::form(request, &face, caller).await?;
    let practice = face.practice(tongue.lang);
    let walk = Walk::of(&typed.form);
    let mut turn = Turn { walk, ..Turn::default() };
    match typed.text("go") {
        "back" => turn.walk = walk.back(),
        "next" => {
            let files = typed.whole(&face).await;
            turn.faults = walk.here(faults(&face, &typed, &files, &practice), &practice);
            if turn.faults.is_empty() {
                turn.walk = walk.next();
            }
        }
        _ => turn.looked = true,
    }
    typed.form.texts.retain(|(name, _)| name != "go");
    back(&face, &tongue, typed, turn).await
}

/// `GET /report/step`: somebody came back to an address that only takes forms.
pub async fn first_step(tongue: Tongue) -> Response {
    see_other(if !tongue.asked {
        "/report?step=1"
    } else if tongue.lang == Lang::Zh {
        "/report?step=1&lang=zh"
    } else {
        "/report?step=1&lang=en"
    })
    .into_response()
}

/// `POST /report`: answers 303 to the receipt page; the receipt travels in a sealed cookie.
pub async fn submit<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    allowed(&face.limits.reports, caller)?;
    let mut typed = read::form(request, &face, caller).await?;
    let practice = face.practice(tongue.lang);
    let files = typed.whole(&face).await;
    let mut faults = faults(&face, &typed, &files, &practice);
    if faults.is_empty() && too_quick(&face, &typed) {
        faults.add(practice.required.id.clone(), words::FAULT_QUICK.say(tongue.lang));
    }
    if !faults.is_empty() {
        return again(&face, &tongue, typed, faults).await;
    }
    match face.house.hand_in(hand_in(&mut typed, &practice, tongue.lang)).await {
        Ok(receipt) => {
            let mut response = see_other(if tongue.asked { with_lang(tongue.lang) } else { "/receipt" }).into_response();
            let mut chance = SystemChance::probe().map_err(|error| Problem::logged(&error))?;
            face.cookies.keep(&mut response, crate::receipt::COOKIE, receipt, face.now(), &mut chance);
            face.cookies.wipe(&mut response, code::COOKIE);
            Ok(response)
        }
        Err(HandInError::Trouble(trouble)) => Err(Problem::stored(&trouble, trouble.full)),
        Err(refused) => {
            let required = practice.required.id.clone();
            let (field, word) = match refused {
                HandInError::Empty => (required, say::REPORT_FAULT_EMPTY),
                HandInError::TooLong => (required, say::REPORT_FAULT_LONG),
                HandInError::FileGone => ("attachments".to_owned(), say::REPORT_FAULT_FILE_GONE),
                HandInError::TooManyFiles => ("attachments".to_owned(), say::REPORT_FAULT_FILE_COUNT),
                HandInError::CodeUsed => {
                    typed.form.set("code", String::new());
                    (required, say::REPORT_FAULT_CODE_USED)
                }
                HandInError::KeyReused | HandInError::Trouble(_) => {
                    typed.form.set("once", fresh_secret()?);
                    (required, say::REPORT_FAULT_REUSED)
                }
            };
            let mut faults = Faults::default();
            faults.add(field, word.say(tongue.lang));
            again(&face, &tongue, typed, faults).await
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
fn faults<F: Facade>(face: &Face<F>, typed: &Sent, files: &[(Token, Uploaded)], practice: &Practice) -> Faults {
    let lang = practice.lang;
    let file_bytes = face.house.upload_limits().file_bytes;
    let mut faults = Faults::default();
    let kind = typed.text("kind");
    if !kind.is_empty() && ReportKind::parse(kind).is_none() {
        faults.add("kind", say::REPORT_FAULT_KIND.say(lang));
    }
    let required = practice.required.id.as_str();
    let encrypted = !typed.text("payload").trim().is_empty()
        || files.iter().any(|(_, file)| is_payload(&file.name, &file.media_type))
        || typed.small.iter().any(|file| is_payload(&file.name, &file.media_type));
    if typed.text(required).trim().is_empty() && !encrypted {
        match wants_contact_only(typed) {
            Some(true) => {}
            Some(false) => faults.add("contact_only", words::CONTACT_ONLY_FAULT.say(lang)),
            None => faults.add(required, say::REPORT_FAULT_EMPTY.say(lang)),
        }
    }
    for excess in &typed.form.excess {
        excess_fault(&mut faults, excess, practice, file_bytes);
    }
    if typed.uploads().len() > files.len() {
        faults.add("attachments", say::REPORT_FAULT_FILE_GONE.say(lang));
    }
    if address_fault(typed.text("email")) {
        faults.add("email", say::REPORT_FAULT_EMAIL.say(lang));
    }
    if let Some(word) = key_fault_at(typed.text("pgp_key"), face.now()) {
        faults.add("pgp_key", word.say(lang));
    }
    if let Some(word) = fields::payload_fault(typed.text("payload")) {
        faults.add("payload", word.say(lang));
    }
    if !typed.text("website").trim().is_empty() {
        faults.add(required, say::REPORT_FAULT_TRAP.say(lang));
    }
    faults
}

/// Whether somebody only asks to be contacted, and if so, whether it says how.
fn wants_contact_only(typed: &Sent) -> Option<bool> {
    let given = |name: &str| !typed.text(name).trim().is_empty();
    given("contact_only").then(|| given("email") || given("phone"))
}

/// What did not fit, in words.
pub(crate) fn excess_fault(faults: &mut Faults, excess: &Excess, practice: &Practice, file_bytes: u64) {
    let lang = practice.lang;
    let required = practice.required.id.as_str();
    match excess {
        Excess::Text { field } if field == required => faults.add(required, say::REPORT_FAULT_LONG.say(lang)),
        Excess::Text { field } => {
            let label = practice.all_fields().find(|one| &one.id == field).map_or(field.as_str(), |one| one.label.as_str());
            faults.add(field.as_str(), say::report_fault_text(lang, label));
        }
        Excess::File { name, why } => {
            let name = text::reveal(name);
            faults.add(
                "attachments",
                match why {
                    LeftOut::TooLarge => say::report_fault_file(lang, text::size(lang, file_bytes), name),
                    LeftOut::TooMany => say::report_fault_files(lang, name),
                    LeftOut::Network => say::report_fault_network(lang, name),
                    LeftOut::NoRoom => say::report_fault_room(lang, name),
                },
            );
        }
    }
}

fn hand_in(typed: &mut Sent, practice: &Practice, lang: Lang) -> HandIn {
    let attachments = std::mem::take(&mut typed.small);
    let typed = &*typed;
    let text = |name: &str| typed.text(name).trim().to_owned();
    let mut fields: Vec<(String, String)> =
        practice.all_fields().map(|field| (field.id.clone(), text(&field.id))).filter(|(_, value)| !value.is_empty()).collect();
    if !text(KEY_LOOKUP).is_empty() && !text("email").is_empty() {
        fields.push((KEY_LOOKUP.to_owned(), "yes".to_owned()));
    }
    let once = text("once");
    let language = Lang::from_tag(typed.text("language")).unwrap_or(lang);
    let described = typed.text(&practice.required.id).to_owned();
    let only_contact = described.trim().is_empty() && wants_contact_only(typed) == Some(true);
    HandIn {
        door: Door::Form,
        kind: ReportKind::parse(typed.text("kind")).unwrap_or(ReportKind::Unsure),
        language: language.code().to_owned(),
        title: text("title"),
        text: if only_contact { words::CONTACT_ONLY_TEXT.say(language).to_owned() } else { described },
        fields,
        sender_name: text("name"),
        sender_address: ascii_width(&text("email")),
        reporter_key: text("pgp_key"),
        credit: text("credit"),
        attachments,
        uploads: typed.uploads(),
        payload: text("payload").into_bytes(),
        code: ReceiptCode::parse(typed.text("code")).ok(),
        // A guessable value would let somebody else's form look like this one.
        idempotency: (once.len() >= 20).then_some(once),
        original: None,
    }
}

/// Whether a program filled the form in, judged only while a flood comes: the page was made a moment ago. Whoever is refused
/// for it gets everything back, and presses send once more.
fn too_quick<F: Facade>(face: &Face<F>, typed: &Sent) -> bool {
    let now = face.now();
    let age = typed.text("began").parse::<i64>().ok().and_then(|began| now.as_second().checked_sub(began));
    age.is_some_and(|age| (0..QUICK_SECONDS).contains(&age))
        && face.gate.is_pressed(u64::try_from(now.as_millisecond()).unwrap_or_default())
}

async fn again<F: Facade>(face: &Face<F>, tongue: &Tongue, typed: Sent, faults: Faults) -> Result<Response, Problem> {
    let walk = Walk::of(&typed.form).to_fault(&faults, &face.practice(tongue.lang));
    back(face, tongue, typed, Turn { faults, walk, ..Turn::default() }).await
}

/// The form with everything that was typed and every file that was sent; 422 where something was wrong.
async fn back<F: Facade>(face: &Face<F>, tongue: &Tongue, mut typed: Sent, turn: Turn) -> Result<Response, Problem> {
    // A private key that was pasted by mistake is not sent back into the page.
    if key_fault(typed.text("pgp_key")) == Some(say::REPORT_FAULT_SECRET_KEY) {
        typed.form.texts.retain(|(name, _)| name != "pgp_key");
    }
    typed.put_aside(face).await?;
    let faulty = !turn.faults.is_empty();
    let mut response = render(face, tongue, &typed, turn).await;
    if faulty {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
