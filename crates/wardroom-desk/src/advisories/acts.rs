//! The forms of an advisory: edit, submit, send back, approve, revise, withdraw. Publishing has a page of its own.

use super::page::{page, stream};
use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::on_to;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Path, State};
use wardroom_app::AskError;
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{AdvisoryKind, AdvisoryTexts, Bilingual};

async fn ended(app: &App, seat: &Seat, id: &str, fields: Fields, done: &str, outcome: Result<(), AskError>) -> Answer {
    match outcome {
        Ok(()) => Ok(on_to(&format!("/advisories/{id}"), done)),
        Err(error) => page(app, seat, id, "text", Typed::after(fields, error)?).await,
    }
}

/// The texts as typed. A browser ends lines with CR LF; stored are plain ends, so that a hash does not depend on it.
fn texts(fields: &Fields) -> AdvisoryTexts {
    let text = |name: &str| fields.trimmed(name).replace("\r\n", "\n");
    let both = |name: &str| Bilingual { en: text(&format!("{name}_en")), zh: text(&format!("{name}_zh")) };
    let lines = |name: &str| text(name).lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect::<Vec<_>>();
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

/// Withdraws, after the number was typed.
pub async fn withdraw(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let record = app.desk.must_advisory(&seat.viewer, &advisory).await?;
    let outcome = match fields.trimmed("confirm") == record.file.number {
        true => app.desk.withdraw_advisory(&seat.viewer, &advisory, fields.get("reason")).await,
        false => Err(Refusal::FieldNeeded { field: "confirm" }.into()),
    };
    ended(&app, &seat, &id, fields, "withdrawn", outcome).await
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
