//! The report form as a page: what was typed, put back where it was typed. It decides nothing.

use super::alike::{self, Known};
use super::read::Sent;
use super::walk::Walk;
use crate::facade::Facade;
use crate::face::Face;
use crate::practice::{FieldLine, Practice, Shape, kind_label};
use askama::Template;
use axum::response::Response;
use std::sync::Arc;
use wardroom_app::public_house::Uploaded;
use wardroom_domain::intake::ReportKind;
use wardroom_seal::Token;
use wardroom_web::upload::Upload;
use wardroom_web::words::{self, public};
use wardroom_web::{Choice, Faults, Lang, Page, Tongue, assets, html, text};

/// A field with what was typed.
struct Filled {
    id: String,
    label: String,
    value: String,
    long: bool,
    choices: Vec<Choice>,
    /// Published product names are offered.
    product: bool,
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
    /// When the page was made, in seconds: nobody writes a report in two of them.
    began: String,
    /// The code the report will be handed in under; empty when it gets its code afterwards.
    code: String,
    kinds: Vec<Choice>,
    required: Filled,
    fields: Vec<Filled>,
    blocks: Vec<Block>,
    contact_title: String,
    contact_fields: Vec<Filled>,
    contact_only: bool,
    key_lookup: bool,
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

/// How the form comes (back).
#[derive(Default)]
pub(super) struct Turn {
    pub(super) faults: Faults,
    /// The draft was just saved under its code.
    pub(super) kept: bool,
    pub(super) walk: Walk,
    /// Somebody asked for look-alikes.
    pub(super) looked: bool,
}

#[derive(Template)]
#[template(path = "report/form.html")]
struct ReportPage {
    page: Page,
    practice: Arc<Practice>,
    form: Form,
    faults: Faults,
    here: Vec<FileLine>,
    files_hint: String,
    most_bytes: u64,
    encryption: Encryption,
    kept: bool,
    walk: Walk,
    products: Vec<String>,
    alike: Vec<Known>,
    looked: bool,
}

impl ReportPage {
    /// The address of the other way to fill the form in.
    fn other_way(&self) -> String {
        self.page.to(if self.walk.is_on() { "/report" } else { "/report?step=1" })
    }
}

/// The page.
pub(super) async fn render<F: Facade>(face: &Face<F>, tongue: &Tongue, typed: &Sent, turn: Turn) -> Response {
    let lang = tongue.lang;
    let practice = face.practice(lang);
    let limits = face.house.upload_limits();
    let Turn { faults, kept, walk, looked } = turn;
    let mut page = Page::new(tongue, &face.site(), "report", public::REPORT_TITLE.say(lang)).faulty(!faults.is_empty());
    // The order matters: each looks at what is sent before the next one does.
    for script in ["form.js", "alike.js", "draft.js", "steps.js", "offline.js", "images.js", "upload.js", "encrypt.js"] {
        page = page.script(script);
    }
    let files_hint = public::report_files_hint(lang, limits.files, text::size(lang, limits.file_bytes));
    let here = file_lines(&typed.whole(face).await, lang);
    let world = face.world();
    let key = world.keys.iter().find(|key| !key.retired).map(|key| crate::practice::grouped(&key.fingerprint));
    let library = if key.is_some() { assets::openpgp() } else { "" };
    let encryption = Encryption { library, fingerprint: key.unwrap_or_default() };
    let form = form(&typed.form, &practice);
    let alike = if looked { alike::alike(&world, lang, &everything(&typed.form, &practice)) } else { Vec::new() };
    let catalogue = if face.offers_catalogue { face.house.product_names() } else { Vec::new() };
    let products = alike::products(&world, &catalogue);
    html(&ReportPage {
        page,
        practice,
        form,
        faults,
        here,
        files_hint,
        most_bytes: limits.file_bytes,
        encryption,
        kept,
        walk,
        products,
        alike,
        looked,
    })
}

/// What is compared with the published advisories.
fn everything(typed: &Upload, practice: &Practice) -> String {
    let fields = practice.fields.iter().chain(practice.kind_fields.iter().flat_map(|block| &block.fields));
    let ids = std::iter::once(practice.required.id.as_str()).chain(fields.map(|field| field.id.as_str()));
    ids.map(|id| typed.text(id)).collect::<Vec<_>>().join("\n")
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
        began: text("began"),
        code: text("code"),
        kinds,
        required: Filled { long: true, choices: Vec::new(), ..filled(&practice.required) },
        fields: practice.fields.iter().map(filled).collect(),
        blocks: practice.kind_fields.iter().map(block).collect(),
        contact_title: practice.contact.clone(),
        contact_fields: practice.contact_fields.iter().map(filled).collect(),
        contact_only: !typed.text("contact_only").is_empty(),
        key_lookup: !typed.text("key_lookup").is_empty(),
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
    // One line suffices for a product even where the profile asks for version and revision along with it.
    let long = field.shape == Shape::Text && !field.product;
    Filled { id: field.id.clone(), label: field.label.clone(), long, value, choices, product: field.product }
}
