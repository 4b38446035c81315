//! The fields of a posted form. `doors::admit` reads the body and checks the session's token before it makes them, so a handler that has
//! `Fields` has a form from our own page. And `Typed`: what a refused form is shown again with.

use crate::stop::{Stop, worded};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use wardroom_app::AskError;
use wardroom_domain::Refusal;
use wardroom_domain::log::StreamId;
use wardroom_web::{Lang, Problem};

/// Longest form body, in bytes: a message of 100 000 Chinese characters, written as a form writes them.
pub const LONGEST_FORM: usize = 4 * 1024 * 1024;
/// Most fields of one form.
pub const MOST_FIELDS: usize = 4_000;

/// What was typed, in the order of the form; a name may stand several times.
#[derive(Clone, Debug, Default)]
pub struct Fields(pub Vec<(String, String)>);

/// Fields of digits, addresses, codes and versions: what a Chinese keyboard makes full-width is understood in them. Prose and
/// passwords stay as they are.
const CODES: [&str; 27] = [
    "case",
    "case_number",
    "code",
    "cpe",
    "cve",
    "cvss",
    "cwe",
    "day",
    "days",
    "due",
    "end_embargo",
    "fingerprint",
    "fixed_in",
    "hash",
    "id",
    "link",
    "of",
    "overlap",
    "purl",
    "supported_until",
    "time",
    "url",
    "username",
    "vector",
    "versions",
    "when",
    "zone",
];

impl Fields {
    pub fn parse(body: &[u8]) -> Fields {
        let pairs = url::form_urlencoded::parse(body).take(MOST_FIELDS);
        let folded = |name: &str, value: std::borrow::Cow<'_, str>| match CODES.contains(&name) {
            true => wardroom_domain::text::half_width(&value).into_owned(),
            false => value.into_owned(),
        };
        Fields(pairs.map(|(name, value)| (name.clone().into_owned(), folded(&name, value))).collect())
    }

    /// The first value of a name, or nothing typed.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Like `get`, without space around it.
    pub fn trimmed(&self, name: &str) -> &str {
        self.get(name).trim()
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// Every value of a name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// A stream named in a field.
    pub fn stream(&self, name: &str) -> Option<StreamId> {
        StreamId::parse(self.trimmed(name))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Fields, Stop> {
        parts.extensions.get::<Fields>().cloned().ok_or_else(|| Problem::bad_request().into())
    }
}

impl Fields {
    /// The same with these fields alone.
    pub fn only(self, names: &[&str]) -> Fields {
        Fields(self.0.into_iter().filter(|(name, _)| names.contains(&name.as_str())).collect())
    }

    /// The same without these fields: what must not go back into a page.
    pub fn without(self, names: &[&str]) -> Fields {
        Fields(self.0.into_iter().filter(|(name, _)| !names.contains(&name.as_str())).collect())
    }
}

/// What a page shows in its forms: nothing typed yet, or what was typed in the form that was refused, and why.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    form: String,
    fields: Fields,
    refusal: Option<Refusal>,
    busy: bool,
}

impl Typed {
    /// After a refusal: the form's name is in its hidden field `form`. Other errors go on as they are.
    pub fn after(fields: Fields, error: AskError) -> Result<Typed, Stop> {
        let form = fields.get("form").to_owned();
        match error {
            AskError::Refused(Refusal::NotYourRole { act }) => Err(AskError::Refused(Refusal::NotYourRole { act }).into()),
            AskError::Refused(refusal) => Ok(Typed { form, fields, refusal: Some(refusal), busy: false }),
            AskError::Busy => Ok(Typed { form, fields, refusal: None, busy: true }),
            other @ (AskError::NotFound | AskError::Trouble(_)) => Err(other.into()),
        }
    }

    /// Nothing is wrong; the form is only shown again with what was typed.
    pub fn kept(fields: Fields) -> Typed {
        Typed { form: fields.get("form").to_owned(), fields, refusal: None, busy: false }
    }

    /// Everything that was typed.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Whether it was this form that was sent.
    pub fn is(&self, form: &str) -> bool {
        !form.is_empty() && self.form == form
    }

    pub fn is_faulty(&self) -> bool {
        self.refusal.is_some() || self.busy
    }

    /// What stands in a field of a form: what was typed there, else `usual`.
    pub fn of<'a>(&'a self, form: &str, name: &str, usual: &'a str) -> &'a str {
        if self.is(form) && self.fields.has(name) { self.fields.get(name) } else { usual }
    }

    /// Whether a box of a form is ticked.
    pub fn ticks(&self, form: &str, name: &str, value: &str, usual: bool) -> bool {
        if self.is(form) { self.fields.all(name).contains(&value) } else { usual }
    }

    /// The sentence that says why.
    pub fn why(&self, lang: impl Into<Lang>) -> String {
        let lang = lang.into();
        match &self.refusal {
            Some(refusal) => worded(lang, refusal),
            None if self.busy => wardroom_web::words::common::PROBLEM_CONFLICT_TEXT.say(lang).to_owned(),
            None => String::new(),
        }
    }

    /// Where the form is on the page.
    pub fn place(&self) -> String {
        format!("#form-{}", self.form)
    }

    pub fn status(&self) -> axum::http::StatusCode {
        match &self.refusal {
            Some(refusal) => crate::stop::status_of(refusal),
            None if self.busy => axum::http::StatusCode::CONFLICT,
            None => axum::http::StatusCode::OK,
        }
    }
}
