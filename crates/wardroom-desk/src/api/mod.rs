//! The JSON API (`/api/v1`): the same use cases as the pages, behind bearer tokens. It is not what the pages are made of.
//! Deliberately no sessions and no cookies here; a program that may not see a thing gets the same 404 as for one that is not there.

pub mod advisories;
pub mod body;
pub mod cases;
pub mod identifiers;
pub mod inbox;
pub mod metrics;
pub mod office;
pub mod openapi;
pub mod pile;
pub mod plan;
pub mod ring;
mod shapes;

use crate::seat::Seat;
use crate::stop::{Answer, Stop};
use axum::Json;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};
use wardroom_domain::Refusal;
use wardroom_domain::people::Act;
use wardroom_web::Problem;

/// One verb of a resource (`POST /…/{id}:accept`): its name, its address for tables, who may.
pub struct Verb {
    pub name: &'static str,
    pub path: &'static str,
    pub acts: &'static [Act],
}

/// Splits `R-2026-0001:accept` and demands the right of the verb.
fn verb<'a>(seat: &Seat, verbs: &[Verb], address: &'a str) -> Result<(&'a str, &'static str), Stop> {
    let (id, name) = address.rsplit_once(':').ok_or_else(Problem::method_not_allowed)?;
    let verb = verbs.iter().find(|verb| verb.name == name).ok_or_else(Problem::not_found)?;
    match verb.acts.first() {
        Some(first) if !verb.acts.iter().any(|act| seat.may(*act)) => Err(Refusal::NotYourRole { act: *first }.into()),
        _ => Ok((id, verb.name)),
    }
}

/// A page of a list.
#[derive(Deserialize)]
pub struct Paged {
    #[serde(default)]
    view: String,
    limit: Option<u32>,
    #[serde(default)]
    cursor: String,
}

impl Paged {
    fn limit(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, 200)
    }

    /// Cursors are opaque to programs; ours say how many rows were passed.
    fn offset(&self) -> u32 {
        self.cursor.strip_prefix('c').and_then(|text| text.parse().ok()).unwrap_or(0).min(1_000_000)
    }

    /// The answer of a list: one row more was asked for than fits, to know whether there is a next page.
    fn answer(&self, mut data: Vec<Value>) -> Answer {
        let limit = self.limit() as usize;
        let next = (data.len() > limit).then(|| format!("c{}", self.offset() as usize + limit));
        data.truncate(limit);
        found(&json!({ "data": data, "next_cursor": next }))
    }
}

fn found(value: &Value) -> Answer {
    Ok(Json(value).into_response())
}

fn done() -> Answer {
    found(&json!({ "done": true }))
}

/// A value of a closed list, or a refusal that names the field.
fn one_of<T>(field: &'static str, found: Option<T>) -> Result<T, Refusal> {
    found.ok_or_else(|| Refusal::FieldWrong { field, why: "not one of the known values".to_owned() })
}
