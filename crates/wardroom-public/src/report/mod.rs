//! The report form: one page, one required field, no session, no expiry. Faults come back all at once with everything
//! that was typed and every file that was sent. The same form sent twice is one report, because the page carries a secret of
//! its own. Everything works without script; with it, files go in pieces and can be taken up again, a draft stays on the
//! device, and the report can be encrypted in the browser.

pub mod code;
mod fields;
mod read;

pub(crate) use fields::{address_fault, ascii_width, key_fault, key_fault_at};
pub use read::BODY_BYTES;
pub(crate) use read::{Sent, form as read_form, is_multipart, urlencoded};

use crate::facade::Facade;
use crate::face::{Face, allowed};
use crate::practice::{FieldLine, Practice, Shape, kind_label};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use wardroom_app::public_house::{HandIn, HandInError, Uploaded, is_payload};
use wardroom_domain::intake::{Door, ReportKind};
use wardroom_seal::{ReceiptCode, SystemChance, Token};
use wardroom_web::redirect::see_other;
use wardroom_web::upload::{Excess, LeftOut, Upload};
use wardroom_web::words::{self, public as say};
use wardroom_web::{Caller, Choice, Faults, Lang, Page, Problem, Tongue, assets, html, text};

/// A field with what was typed.
struct Filled {
    id: String,
    label: String,
    value: String,
    long: bool,
    choices: Vec<Choice>,
}

/// Fields for some kinds of reports only.
struct Block {
    /// The kinds, as the style sheet looks for them.
    kinds: &'static str,
    title: String,
    fields: Vec<Filled>,
    /// Something in it was filled in.
    open: bool,
}

/// A file that is here already.
pub(crate) struct FileLine {
    pub(crate) token: String,
    pub(crate) name: String,
    pub(crate) size: String,
    pub(crate) sha256: String,
}

/// The form as it is shown.
struct Form {
    once: String,
    /// The code the report will be handed in under; empty when it gets its code afterwards.
    code: String,
    kinds: Vec<Choice>,
    required: Filled,
    fields: Vec<Filled>,
    blocks: Vec<Block>,
    contact_title: String,
    email: String,
    name: String,
    languages: Vec<Choice>,
    credit: String,
    key: String,
    payload: String,
}

/// What the page needs to encrypt in the browser.
struct Encryption {
    /// The library; empty: this program was built without it.
    library: &'static str,
    fingerprint: String,
}

#[derive(Template)]
#[template(path = "report/form.html")]
struct ReportPage {
    page: Page,
    practice: Practice,
    form: Form,
    faults: Faults,
    here: Vec<FileLine>,
    files_hint: String,
    most_bytes: u64,
    encryption: Encryption,
    kept: bool,
}

/// `GET /report`
pub async fn show<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let mut typed = Sent::default();
    let code = code::carried(&face, &headers);
    if let Some(code) = &code {
        let draft = face.house.draft(code).await.map_err(|trouble| Problem::logged(&trouble))?;
        typed.form.texts = draft.map(|draft| draft.texts).unwrap_or_default();
        typed.form.set("code", code.to_string());
    }
    if typed.text("once").is_empty() {
        typed.form.set("once", fresh_secret()?);
    }
    let kept = code.is_some() && uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "kept=1"));
    let mut response = render(&face, &tongue, &typed, Faults::default(), kept).await;
    if let Some(code) = &code {
        // Every look begins the half hour anew.
        code::carry(&face, &mut response, code)?;
    }
    Ok(response)
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
    let mut faults = faults(&typed, &files, &practice, face.house.upload_limits().file_bytes);
    if let Some(word) = key_fault_at(typed.text("pgp_key"), face.now()).filter(|_| faults.of("pgp_key").is_empty()) {
        faults.add("pgp_key", word.say(tongue.lang));
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
        Err(HandInError::Trouble(trouble)) => Err(Problem::logged(&trouble)),
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
fn faults(typed: &Sent, files: &[(Token, Uploaded)], practice: &Practice, file_bytes: u64) -> Faults {
    let lang = practice.lang;
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
        faults.add(required, say::REPORT_FAULT_EMPTY.say(lang));
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
    if let Some(word) = key_fault(typed.text("pgp_key")) {
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
    let fields = practice.all_fields().map(|field| (field.id.clone(), text(&field.id))).filter(|(_, value)| !value.is_empty()).collect();
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
        attachments,
        uploads: typed.uploads(),
        payload: text("payload").into_bytes(),
        code: ReceiptCode::parse(typed.text("code")).ok(),
        // A guessable value would let somebody else's form look like this one.
        idempotency: (once.len() >= 20).then_some(once),
        original: None,
    }
}

async fn again<F: Facade>(face: &Face<F>, tongue: &Tongue, mut typed: Sent, faults: Faults) -> Result<Response, Problem> {
    // A private key that was pasted by mistake is not sent back into the page.
    if key_fault(typed.text("pgp_key")) == Some(say::REPORT_FAULT_SECRET_KEY) {
        typed.form.texts.retain(|(name, _)| name != "pgp_key");
    }
    typed.put_aside(face).await?;
    let mut response = render(face, tongue, &typed, faults, false).await;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn render<F: Facade>(face: &Face<F>, tongue: &Tongue, typed: &Sent, faults: Faults, kept: bool) -> Response {
    let lang = tongue.lang;
    let practice = face.practice(lang);
    let limits = face.house.upload_limits();
    let page = Page::new(tongue, &face.site(), "report", say::REPORT_TITLE.say(lang))
        .faulty(!faults.is_empty())
        .script("draft.js")
        .script("upload.js")
        .script("encrypt.js");
    let files_hint = say::report_files_hint(lang, limits.files, text::size(lang, limits.file_bytes));
    let here = file_lines(&typed.whole(face).await, lang);
    let key = face.world().keys.iter().find(|key| !key.retired).map(|key| crate::practice::grouped(&key.fingerprint));
    let library = if key.is_some() { assets::openpgp() } else { "" };
    let encryption = Encryption { library, fingerprint: key.unwrap_or_default() };
    let form = form(&typed.form, &practice);
    html(&ReportPage { page, practice, form, faults, here, files_hint, most_bytes: limits.file_bytes, encryption, kept })
}

/// Files that are here already, for the page.
pub(crate) fn file_lines(files: &[(Token, Uploaded)], lang: Lang) -> Vec<FileLine> {
    let line = |(token, file): &(Token, Uploaded)| FileLine {
        token: token.to_string(),
        name: text::reveal(&file.name),
        size: text::size(lang, file.length),
        sha256: file.sha256.clone(),
    };
    files.iter().map(line).collect()
}

fn form(typed: &Upload, practice: &Practice) -> Form {
    let lang = practice.lang;
    let text = |name: &str| typed.text(name).to_owned();
    let chosen = typed.text("kind");
    let mut kinds: Vec<Choice> = practice.kinds.iter().map(|(id, label)| Choice::new(*id, label.as_str(), chosen == *id)).collect();
    let unsure = ReportKind::Unsure.as_str();
    kinds.push(Choice::new(unsure, kind_label(lang, "not_sure"), chosen == unsure || chosen == "not_sure"));
    let wanted = Lang::from_tag(typed.text("language")).unwrap_or(lang);
    let filled = |field: &FieldLine| filled(field, typed);
    let block = |block: &crate::practice::KindFields| {
        let fields: Vec<Filled> = block.fields.iter().map(filled).collect();
        let open = fields.iter().any(|field| !field.value.is_empty());
        Block { kinds: block.kinds, title: block.title.clone(), fields, open }
    };
    Form {
        once: text("once"),
        code: text("code"),
        kinds,
        required: Filled {
            id: practice.required.id.clone(),
            label: practice.required.label.clone(),
            value: text(&practice.required.id),
            long: true,
            choices: Vec::new(),
        },
        fields: practice.fields.iter().map(filled).collect(),
        blocks: practice.kind_fields.iter().map(block).collect(),
        contact_title: practice.contact.clone(),
        email: text("email"),
        name: text("name"),
        languages: Lang::ALL.iter().map(|one| Choice::new(one.code(), one.own_name(), *one == wanted)).collect(),
        credit: text("credit"),
        key: text("pgp_key"),
        payload: text("payload"),
    }
}

fn filled(field: &FieldLine, typed: &Upload) -> Filled {
    let value = typed.text(&field.id).to_owned();
    let choices = match &field.shape {
        Shape::Choice(choices) => choices.iter().map(|(id, label)| Choice::new(*id, *label, value == *id)).collect(),
        Shape::Line | Shape::Text => Vec::new(),
    };
    Filled { id: field.id.clone(), label: field.label.clone(), long: field.shape == Shape::Text, value, choices }
}
