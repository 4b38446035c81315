//! What a profile says, put into sentences of one language for the pages: promises, fields, steps, the list's title.
//! It only words what the profile holds; it decides nothing, and what the profile leaves out is left out.

use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use wardroom_app::disclosure::tree::PublicWorld;
use wardroom_domain::deadlines::{ClockDef, Force, IsoDuration, Limit, Unit, Wording};
use wardroom_domain::profile::{Audience, CoreField, FormField, Input, L10n, Need, Profile};
use wardroom_web::words::{self, common, public as say};
use wardroom_web::{Lang, Site};

/// A promise to reporters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseLine {
    /// "We strive to answer your report within 1 business day."
    pub sentence: String,
    /// "First answer from a person"
    pub name: String,
    /// "we strive for 1 business day"
    pub limit: String,
    /// "working days of Asia/Shanghai, 09:00-18:00"
    pub counted: String,
}

/// How a field of the form is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// One of (word, label).
    Choice(Vec<(&'static str, &'static str)>),
}

/// A field of the report form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldLine {
    /// The profile's id; also the name of the input.
    pub id: String,
    /// As the profile words it, else the usual label.
    pub label: String,
    /// How much it is wanted.
    pub need: Need,
    /// How it is filled in.
    pub shape: Shape,
    /// Whether it asks for a product: published names are offered.
    pub product: bool,
}

/// Fields that only make sense for some kinds of reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindFields {
    /// The kinds, by their words, separated by spaces.
    pub kinds: &'static str,
    /// What the block is called.
    pub title: String,
    /// Its fields; never empty.
    pub fields: Vec<FieldLine>,
}

/// What is asked for a kind besides what the profile asks for all (domain §2.14): core fields by id.
const KIND_FIELDS: [(&str, &[&str]); 4] = [
    ("product_incident", &["asset", "site", "time_observed", "exploited", "indicators", "containment"]),
    ("document_flaw", &["document_number", "document_revision", "document_page", "document_statement", "document_risk"]),
    ("leaked_information", &["leak_what", "leak_where", "leak_when", "leak_still_available"]),
    ("leaked_product", &["leak_what", "leak_where", "leak_when", "leak_quantity", "leak_seller", "leak_still_available"]),
];

/// A step of the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageLine {
    /// As the profile words it.
    pub label: String,
    /// Whether it may be left out.
    pub optional: bool,
}

impl StageLine {
    /// "if appropriate", unless the label says so itself.
    pub(crate) fn note(&self, lang: Lang) -> &'static str {
        let note = say::POLICY_PROCESS_OPTIONAL.say(lang);
        if self.optional && !self.label.to_lowercase().contains(note) { note } else { "" }
    }
}

/// Everything the pages say about how this team works, in one language.
#[derive(Clone, Debug)]
pub struct Practice {
    /// The language it is worded in.
    pub lang: Lang,
    /// What is promised to reporters.
    pub promises: Vec<PromiseLine>,
    /// The one field a report cannot do without.
    pub required: FieldLine,
    /// The other fields, in the profile's order, without contact.
    pub fields: Vec<FieldLine>,
    /// Fields for single kinds, of those the profile takes.
    pub kind_fields: Vec<KindFields>,
    /// What the contact block is called.
    pub contact: String,
    /// What is asked there besides name, address and key.
    pub contact_fields: Vec<FieldLine>,
    /// Kinds of reports: (word, label).
    pub kinds: Vec<(&'static str, String)>,
    /// The steps that the reporter sees.
    pub stages: Vec<StageLine>,
    /// What the list of advisories is called.
    pub list_title: String,
    /// What it says while it is empty.
    pub list_empty: String,
}

/// The practice in each language; worded anew when the profile is another one.
#[derive(Debug, Default)]
pub struct Wordings(Mutex<Vec<(Arc<Profile>, Arc<Practice>)>>);

impl Wordings {
    /// The practice of this profile in that language.
    #[must_use]
    pub fn of(&self, profile: &Arc<Profile>, lang: Lang) -> Arc<Practice> {
        // Whole entries come and go, so the list is as good after a panic as before.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, _)| Arc::ptr_eq(of, profile));
        if let Some((_, practice)) = kept.iter().find(|(_, practice)| practice.lang == lang) {
            return Arc::clone(practice);
        }
        let practice = Arc::new(Practice::of(profile, lang));
        kept.push((Arc::clone(profile), Arc::clone(&practice)));
        practice
    }
}

/// Ids that describe the finding, best first: the first the profile has is the required one.
const DESCRIPTIONS: [&str; 3] = ["description", "technical_description", "brief_description"];
/// Fields that the form asks in its contact block.
const CONTACT: [&str; 9] = ["contact", "name", "email", "phone", "postal", "organization", "pgp_key", "credit_wish", "preferred_language"];

impl Practice {
    /// Words the profile.
    #[must_use]
    pub fn of(profile: &Profile, lang: Lang) -> Self {
        let form = profile.form_fields();
        let all: Vec<FieldLine> = form.iter().filter(|field| !is_file(field)).map(|field| field_line(lang, field)).collect();
        let required = required_field(lang, &all);
        let contact = all
            .iter()
            .find(|field| field.id == "contact")
            .map_or_else(|| say::REPORT_CONTACT.say(lang).to_owned(), |field| field.label.clone());
        let kind_fields = kind_fields(lang, profile, &form);
        let contact_fields = contact_fields(lang, &form);
        let fields = all.into_iter().filter(|field| field.id != required.id && !CONTACT.contains(&field.id.as_str())).collect();
        let list = profile.disclosure.list_page.as_ref();
        let text = |chosen: Option<&L10n>, ours: words::Word| {
            chosen.map(|text| text.text(lang.code())).filter(|text| !text.is_empty()).unwrap_or(ours.say(lang)).to_owned()
        };
        Self {
            lang,
            promises: profile.clocks.iter().filter_map(|clock| promise_line(lang, profile, clock)).collect(),
            required,
            fields,
            kind_fields,
            contact,
            contact_fields,
            kinds: profile.scope.kinds.iter().map(|kind| (kind.as_str(), kind_label(lang, kind.as_str()))).collect(),
            stages: stages(profile, lang),
            list_title: text(list.and_then(|list| list.title.as_ref()), say::ADVISORIES_TITLE),
            list_empty: text(list.and_then(|list| list.empty_text.as_ref()), say::ADVISORIES_EMPTY),
        }
    }

    /// Every field with a name of its own, each once.
    pub fn all_fields(&self) -> impl Iterator<Item = &FieldLine> {
        let mut seen = Vec::new();
        let all = self.fields.iter().chain(self.kind_fields.iter().flat_map(|block| &block.fields)).chain(&self.contact_fields);
        all.filter(move |field| {
            let fresh = !seen.contains(&field.id.as_str());
            seen.push(field.id.as_str());
            fresh
        })
    }
}

/// The blocks for single kinds. What the profile asks for all kinds is not asked again, and neither is what an earlier block asks:
/// a leaked product and leaked information share one block where both are taken.
fn kind_fields(lang: Lang, profile: &Profile, form: &[FormField]) -> Vec<KindFields> {
    let asked = |id: &str| form.iter().any(|field| field.id == id || field.parts.iter().any(|part| part.id == id));
    let takes = |kind: &str| profile.scope.kinds.iter().any(|one| one.as_str() == kind);
    let both = takes("leaked_information") && takes("leaked_product");
    let mut blocks = Vec::new();
    for (kind, ids) in KIND_FIELDS {
        if !takes(kind) || (both && kind == "leaked_information") {
            continue;
        }
        let shared = both && kind == "leaked_product";
        let kinds = if shared { "leaked_information leaked_product" } else { kind };
        let title = if shared { say::REPORT_BLOCK_LEAK.say(lang).to_owned() } else { kind_label(lang, kind) };
        let core = ids.iter().filter(|id| !asked(id)).filter_map(|id| CoreField::named(id));
        let fields: Vec<FieldLine> = core
            .map(|core| FieldLine {
                id: core.id.to_owned(),
                label: core.label().text(lang.code()).to_owned(),
                need: Need::May,
                shape: shape(lang, core.input),
                product: false,
            })
            .collect();
        if !fields.is_empty() {
            blocks.push(KindFields { kinds, title, fields });
        }
    }
    blocks
}

/// How one core field is filled in. Whoever does not know can always say so.
fn shape(lang: Lang, input: Input) -> Shape {
    match input {
        Input::Line | Input::Date => Shape::Line,
        Input::Text | Input::File => Shape::Text,
        Input::Choice(choices) => {
            let mut all: Vec<(&'static str, &'static str)> =
                choices.iter().map(|one| (one.id, if lang == Lang::Zh { one.zh } else { one.en })).collect();
            if all.iter().all(|(id, _)| *id != "unknown") {
                all.push(("unknown", say::REPORT_UNKNOWN.say(lang)));
            }
            Shape::Choice(all)
        }
    }
}

/// The label of a report kind, e.g. `product_vulnerability`.
#[must_use]
pub fn kind_label(lang: Lang, kind: &str) -> String {
    words::say(lang, &format!("intake-kind-{kind}"))
}

fn field_line(lang: Lang, field: &FormField) -> FieldLine {
    let shape = match field.parts.as_slice() {
        [part] => shape(lang, part.input),
        _ => Shape::Text,
    };
    let product = field.parts.iter().any(|part| part.id == "product");
    FieldLine { id: field.id.clone(), label: field.label.text(lang.code()).to_owned(), need: field.need, shape, product }
}

/// The phone always, and what else of the contact block the profile asks for: there may be somebody to call who cannot encrypt.
fn contact_fields(lang: Lang, form: &[FormField]) -> Vec<FieldLine> {
    let asked =
        |id: &str| form.iter().find(|field| field.id == id || (field.id == "contact" && field.parts.iter().any(|part| part.id == id)));
    let line = |id: &&str| {
        let core = CoreField::named(id)?;
        let own = asked(id).filter(|field| field.id == *id);
        let label = own.map_or_else(|| core.label(), |field| field.label.clone());
        let need = own.map_or(Need::May, |field| field.need);
        Some(FieldLine {
            id: core.id.to_owned(),
            label: label.text(lang.code()).to_owned(),
            need,
            shape: shape(lang, core.input),
            product: false,
        })
    };
    ["organization", "phone", "postal"].iter().filter(|id| **id == "phone" || asked(id).is_some()).filter_map(line).collect()
}

/// Files are asked for once, in a block of their own.
fn is_file(field: &FormField) -> bool {
    field.parts.iter().all(|part| part.input == Input::File)
}

fn readable(id: &str) -> String {
    let mut text = id.replace('_', " ");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn required_field(lang: Lang, all: &[FieldLine]) -> FieldLine {
    let by_id = |id: &str| all.iter().find(|field| field.id == id);
    let found = DESCRIPTIONS.iter().find_map(|id| by_id(id)).or_else(|| all.iter().find(|field| field.id.contains("description")));
    found.cloned().unwrap_or_else(|| FieldLine {
        id: "description".into(),
        label: words::intake::FIELD_DESCRIPTION.say(lang).to_owned(),
        need: Need::Must,
        shape: Shape::Text,
        product: false,
    })
}

/// The steps the reporter may see.
fn stages(profile: &Profile, lang: Lang) -> Vec<StageLine> {
    let seen = profile.stages_for(Audience::Reporter).into_iter();
    seen.map(|stage| StageLine { label: stage.label.text(lang.code()).to_owned(), optional: stage.optional }).collect()
}

/// The name of a clock for people.
#[must_use]
pub fn promise_name(lang: Lang, id: &str) -> String {
    words::find(lang, &format!("public-promise-name-{id}")).unwrap_or_else(|| readable(id))
}

fn promise_line(lang: Lang, profile: &Profile, clock: &ClockDef) -> Option<PromiseLine> {
    if !matches!(clock.force, Some(Force::Promise | Force::Target)) {
        return None;
    }
    let name = promise_name(lang, &clock.id);
    let limit = clock.limit.map(|limit| limit_text(lang, clock.unit, limit));
    let wording = clock.text.unwrap_or(Wording::Unstated);
    let tone = match (wording, &limit) {
        (_, None) | (Wording::AsSoonAsPossible, _) => "soft",
        (Wording::Strive | Wording::Usually, _) => "strive",
        (Wording::Exact | Wording::UpTo | Wording::Unstated, _) => "exact",
    };
    let said = limit.clone().unwrap_or_default();
    let own = format!("public-promise-{}-{tone}", clock.id);
    let sentence = words::find_with(lang, &own, &[("limit", said.as_str().into())]).unwrap_or_else(|| {
        words::say_with(lang, &format!("public-promise-other-{tone}"), &[("what", name.as_str().into()), ("limit", said.as_str().into())])
    });
    let limit = match limit {
        None => say::PROMISE_ASAP.say(lang).to_owned(),
        Some(limit) => match wording {
            Wording::AsSoonAsPossible => say::PROMISE_ASAP.say(lang).to_owned(),
            Wording::Strive => say::promise_strive(lang, limit),
            Wording::UpTo => say::promise_up_to(lang, limit),
            Wording::Usually => say::promise_usually(lang, limit),
            Wording::Exact | Wording::Unstated => say::promise_within(lang, limit),
        },
    };
    Some(PromiseLine { sentence, name, limit, counted: counted(lang, profile, clock) })
}

/// "1 business day", "48 hours".
fn limit_text(lang: Lang, unit: Unit, limit: Limit) -> String {
    match (unit, limit) {
        (Unit::BusinessDays, Limit::Count(n)) => common::duration_business_days(lang, n),
        (Unit::BusinessHours, Limit::Count(n)) => common::duration_business_hours(lang, n),
        (Unit::CalendarDays, Limit::Count(n)) => common::duration_days(lang, n),
        (Unit::Months, Limit::Count(n)) => common::duration_months(lang, n),
        (Unit::Elapsed | Unit::None, Limit::Count(n)) => common::duration_hours(lang, n),
        (_, Limit::Duration(length)) => length_text(lang, length),
    }
}

/// A duration in its own units; hours stay hours, because 48 hours are not two days to everybody.
#[must_use]
pub fn length_text(lang: Lang, length: IsoDuration) -> String {
    let mut parts = Vec::new();
    if length.days > 0 {
        parts.push(common::duration_days(lang, length.days));
    }
    if length.hours > 0 {
        parts.push(common::duration_hours(lang, length.hours));
    }
    if length.minutes > 0 || length.seconds > 0 {
        parts.push(common::duration_minutes(lang, length.minutes + length.seconds.div_ceil(60)));
    }
    parts.join(" ")
}

fn counted(lang: Lang, profile: &Profile, clock: &ClockDef) -> String {
    let calendar = profile.calendar_for(clock);
    let zone = calendar.zone_name();
    match clock.unit {
        Unit::Elapsed | Unit::None => say::PROMISE_ELAPSED.say(lang).to_owned(),
        Unit::BusinessDays | Unit::BusinessHours => {
            let source = serde_json::to_value(&calendar).unwrap_or_default();
            let hours = source.get("hours").and_then(Value::as_str).unwrap_or("00:00-24:00");
            say::promise_business(lang, hours, zone)
        }
        Unit::CalendarDays | Unit::Months => say::promise_calendar(lang, zone),
    }
}

/// Whose site it is, from what is public.
#[must_use]
pub fn site(world: &PublicWorld) -> Arc<Site> {
    Arc::new(Site {
        name_en: world.profile.org_name("en"),
        name_zh: world.profile.org_name("zh"),
        team: world.profile.team_name("en"),
        team_zh: world.profile.team_name("zh"),
        base_url: world.base_url.clone(),
        email: (!world.address.is_empty()).then(|| world.address.clone()),
        fingerprint: world.keys.iter().find(|key| !key.retired).map(|key| grouped(&key.fingerprint)),
    })
}

/// A fingerprint in groups of four.
#[must_use]
pub fn grouped(fingerprint: &str) -> String {
    let plain: Vec<char> = fingerprint.chars().filter(|c| !c.is_whitespace()).collect();
    plain.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
