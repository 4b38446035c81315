//! The forms of an advisory: submit, send back, approve, end what is shared, revise, discard, withdraw, supersede. Writing (`editor`) and publishing have pages of their own.

use super::page::{page, stream};
use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::on_to;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Path, State};
use wardroom_app::AskError;
use wardroom_domain::disclosure::{Bilingual, Ending, EndingKind};

async fn ended(app: &App, seat: &Seat, id: &str, fields: Fields, done: &str, outcome: Result<(), AskError>) -> Answer {
    match outcome {
        Ok(()) => Ok(on_to(&format!("/advisories/{id}"), done)),
        Err(error) => page(app, seat, id, "text", Typed::after(fields, error)?).await,
    }
}

/// A text as typed. A browser ends lines with CR LF; stored are plain ends, so that a hash does not depend on it.
fn text(fields: &Fields, name: &str) -> String {
    fields.trimmed(name).replace("\r\n", "\n")
}

fn both(fields: &Fields, name: &str) -> Bilingual {
    Bilingual { en: text(fields, &format!("{name}_en")), zh: text(fields, &format!("{name}_zh")) }
}

/// The lines that say something.
fn lines(fields: &Fields, name: &str) -> Vec<String> {
    text(fields, name).lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// The last word as typed: why, and what takes its place.
fn ending(fields: &Fields, kind: EndingKind) -> Ending {
    let by = if kind == EndingKind::Superseded { lines(fields, "by") } else { Vec::new() };
    Ending { kind, reason: both(fields, "reason"), by }
}

pub async fn submit(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let outcome = app.desk.submit_advisory(&seat.viewer, &advisory).await.map(|_| ());
    ended(&app, &seat, &id, fields, "submitted", outcome).await
}

pub async fn send_back(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let outcome = app.desk.send_back_advisory(&seat.viewer, &advisory, fields.get("comment")).await;
    ended(&app, &seat, &id, fields, "sent-back", outcome).await
}

/// Approves what the approver saw: the hash comes from the page.
pub async fn approve(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let outcome = app.desk.approve_advisory(&seat.viewer, &advisory, fields.trimmed("hash")).await;
    ended(&app, &seat, &id, fields, "approved", outcome).await
}

/// Takes what is shared out of its feed.
pub async fn end_share(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let outcome = app.desk.end_share(&seat.viewer, &advisory).await;
    ended(&app, &seat, &id, fields, "share-ended", outcome).await
}

pub async fn revise(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let outcome = app.desk.revise_advisory(&seat.viewer, &advisory).await;
    ended(&app, &seat, &id, fields, "revision", outcome).await
}

/// Drops the version in work.
pub async fn discard(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let outcome = app.desk.discard_revision(&seat.viewer, &advisory).await;
    ended(&app, &seat, &id, fields, "version-dropped", outcome).await
}

pub async fn withdraw(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    take_back(&app, &seat, &id, fields, EndingKind::Withdrawn).await
}

pub async fn supersede(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    take_back(&app, &seat, &id, fields, EndingKind::Superseded).await
}

/// Writes the version that takes it back and hands it to review.
async fn take_back(app: &App, seat: &Seat, id: &str, fields: Fields, kind: EndingKind) -> Answer {
    let advisory = stream(app, seat, id).await?;
    let outcome = app.desk.end_advisory(&seat.viewer, &advisory, ending(&fields, kind)).await.map(|_| ());
    ended(app, seat, id, fields, "submitted", outcome).await
}
