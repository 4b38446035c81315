//! The forms of an advisory: edit, submit, send back, approve, revise, discard, withdraw, supersede. Publishing has a page of its own.

use super::page::{page, stream};
use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::on_to;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Path, State};
use wardroom_app::AskError;
use wardroom_domain::disclosure::{AdvisoryKind, AdvisoryTexts, Bilingual, Ending, EndingKind};

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

fn texts(fields: &Fields) -> AdvisoryTexts {
    let both = |name: &str| both(fields, name);
    let lines = |name: &str| lines(fields, name);
    let reference = |line: String| match line.rsplit_once('|') {
        Some((what, url)) => (what.trim().to_owned(), url.trim().to_owned()),
        None => (String::new(), line),
    };
    AdvisoryTexts {
        kind: if fields.get("kind") == "notice" { AdvisoryKind::Notice } else { AdvisoryKind::Advisory },
        title: both("title"),
        summary: both("summary"),
        action: both("action"),
        credits: lines("credits"),
        references: lines("references").into_iter().map(reference).collect(),
        change: both("change"),
        ending: EndingKind::parse(fields.get("ending")).map(|kind| ending(fields, kind)),
    }
}

pub async fn edit(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let outcome = app.desk.edit_advisory(&seat.viewer, &advisory, texts(&fields)).await;
    ended(&app, &seat, &id, fields, "kept", outcome).await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_line_by_line_and_without_carriage_returns() {
        let fields = Fields(vec![
            ("summary_en".into(), "one\r\ntwo\r\n".into()),
            ("credits".into(), "\r\nLi Na\r\n\r\nsomebody".into()),
            ("references".into(), "Our page | https://a.example/x\nhttps://b.example".into()),
        ]);
        let found = texts(&fields);
        assert_eq!(found.summary.en, "one\ntwo");
        assert_eq!(found.credits, ["Li Na", "somebody"]);
        assert_eq!(
            found.references,
            [("Our page".to_owned(), "https://a.example/x".to_owned()), (String::new(), "https://b.example".to_owned())]
        );
    }
}
