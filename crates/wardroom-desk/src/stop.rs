//! How a handler ends when it does not succeed: a problem page in words, or JSON for programs. A refusal is worded in the asker's
//! language by `word`, because only there the language is known. Never carries confidential text.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use wardroom_app::AskError;
use wardroom_app::ports::store::StoreTrouble;
use wardroom_domain::Refusal;
use wardroom_web::words::{self, Value};
use wardroom_web::{Faults, Lang, Problem, Tongue};

/// The end of a request that does not succeed.
pub struct Stop(Box<End>);

struct End {
    problem: Problem,
    refusal: Option<Refusal>,
}

/// What every handler answers.
pub type Answer = Result<Response, Stop>;

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Stop {
        Stop(Box::new(End { problem, refusal: None }))
    }
}

impl From<StoreTrouble> for Stop {
    fn from(trouble: StoreTrouble) -> Stop {
        Problem::stored(&trouble, trouble.full).into()
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        let mut problem = Problem::forbidden();
        problem.status = status_of(&refusal);
        problem.code = refusal.code();
        problem.title = words::desk::REFUSED_TITLE;
        problem.text = words::desk::REFUSED_TEXT;
        Stop(Box::new(End { problem, refusal: Some(refusal) }))
    }
}

impl From<AskError> for Stop {
    fn from(error: AskError) -> Stop {
        match error {
            AskError::Refused(refusal) => refusal.into(),
            AskError::NotFound => Problem::not_found().into(),
            AskError::Busy => Problem::conflict().into(),
            AskError::Trouble(trouble) => trouble.into(),
        }
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        let End { problem, refusal } = *self.0;
        let mut response = problem.into_response();
        if let Some(refusal) = refusal {
            response.extensions_mut().insert(Refused(refusal));
        }
        response
    }
}

#[derive(Clone)]
struct Refused(Refusal);

/// The HTTP status of a refusal.
pub fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotYourRole { .. } | Refusal::SecondPersonNeeded => StatusCode::FORBIDDEN,
        Refusal::NotFromHere { .. }
        | Refusal::ApprovalStale
        | Refusal::EmbargoInForce { .. }
        | Refusal::NotForEverybody { .. }
        | Refusal::ForEverybody
        | Refusal::EmbargoTooLate
        | Refusal::EmbargoStillActive
        | Refusal::AlreadyDone => StatusCode::CONFLICT,
        Refusal::ReasonNeeded
        | Refusal::FieldNeeded { .. }
        | Refusal::FieldWrong { .. }
        | Refusal::EmbargoEndsBadly { .. }
        | Refusal::Incomplete { .. }
        | Refusal::NotThere { .. }
        | Refusal::DuplicateOfItself => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The refusal in the reader's language; its variable parts are words of ours too.
pub fn worded(lang: Lang, refusal: &Refusal) -> String {
    let details = refusal.details();
    let said = |(name, value): &(&'static str, String)| (*name, Value::from(in_words(lang, name, value)));
    let values: Vec<(&str, Value<'_>)> = details.iter().map(said).collect();
    words::say_with(lang, &format!("refusal-{}", refusal.code()), &values)
}

fn in_words(lang: Lang, name: &str, value: &str) -> String {
    match name {
        "until" | "days" | "level" => value.to_owned(),
        "missing" => {
            let said: Vec<String> = value
                .split(", ")
                .map(|code| {
                    let known = words::find(lang, &format!("disclosure-lacks-{code}"));
                    known.or_else(|| words::find(lang, &format!("plan-gate-{code}"))).unwrap_or_else(|| code.to_owned())
                })
                .collect();
            said.join(if lang == Lang::Zh { "、" } else { ", " })
        }
        "why" => words::find(lang, &format!("desk-why-{}", slug(value))).unwrap_or_else(|| value.to_owned()),
        "act" => words::find(lang, &format!("desk-act-{value}")).unwrap_or_else(|| value.to_owned()),
        _ => words::find(lang, &format!("desk-word-{value}")).unwrap_or_else(|| value.to_owned()),
    }
}

/// The first words of a reason as a key: `write it like CWE-787` becomes `write-it-like-cwe-787`.
fn slug(why: &str) -> String {
    let plain: String = why.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    plain.split_whitespace().take(8).collect::<Vec<_>>().join("-")
}

/// Middleware inside of `problem::dress`: words the refusal of a response.
pub async fn word(request: Request, next: Next) -> Response {
    let lang = Tongue::of(request.uri(), request.headers()).lang;
    let mut response = next.run(request).await;
    let Some(Refused(refusal)) = response.extensions().get::<Refused>().cloned() else { return response };
    let sentence = worded(lang, &refusal);
    if let Some(problem) = response.extensions_mut().get_mut::<Problem>() {
        problem.detail.clone_from(&sentence);
        if let Refusal::FieldNeeded { field } | Refusal::FieldWrong { field, .. } = &refusal {
            let mut faults = Faults::default();
            faults.add(*field, sentence);
            problem.faults = faults;
            problem.detail = String::new();
        }
    }
    response
}

/// A handler that panicked: logged once without its words, answered like any trouble.
pub fn after_panic(_panic: Box<dyn Any + Send + 'static>) -> Response {
    Problem::logged(&"a handler panicked").into_response()
}
