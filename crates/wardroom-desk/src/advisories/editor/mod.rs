//! The editor's door (S8): one form, one address. Every way of sending it keeps what was typed: the button "Check" (no script), the
//! script's check after a keystroke (which asks for the part that changes, by the header `x-part`), and the buttons that record.
//!
//! The form carries for each field what its writer saw (`was_…`), so the server knows who changed what; rules about that stand in
//! `wardroom-app/src/disclosure/editor`.

mod compare;
mod view;

use super::page::stream;
use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown, shown_as};
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde::Deserialize;
use std::collections::BTreeMap;
use view::{EditorView, Wish};
use wardroom_app::AskError;
use wardroom_app::disclosure::editor::{Brought, Editor, Typed as TypedField};
use wardroom_web::words::{self, desk as w, disclosure as d, remediation as r, validation as v};
use wardroom_web::{DeskFrame, Page};

/// Fields of the form that are no part of the advisory.
const CONTROLS: [&str; 8] = ["csrf", "form", "do", "tab", "level", "window", "field", "resolve"];

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    level: String,
}

#[derive(Template)]
#[template(path = "advisories/editor/page.html")]
struct EditorPage {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    number: String,
    e: EditorView,
}

#[derive(Template)]
#[template(path = "advisories/editor/part.html")]
struct EditorPart {
    page: Page,
    number: String,
    e: EditorView,
}

pub async fn show(State(app): State<App>, seat: Seat, Path(id): Path<String>, Query(asked): Query<Asked>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let brought = Brought { window: app.desk.random_name(), ..Brought::default() };
    let editor = app.desk.editor(&seat.viewer, &advisory, &brought).await?;
    let wish = Wish::new(&asked.tab, &asked.level, &brought.window);
    whole(&app, &seat, editor, &wish, Typed::default()).await
}

pub async fn send(State(app): State<App>, seat: Seat, Path(id): Path<String>, headers: HeaderMap, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let brought = brought(&app, &fields);
    let wish = Wish::new(fields.get("tab"), fields.get("level"), &brought.window);
    let editor = app.desk.editor(&seat.viewer, &advisory, &brought).await?;
    let done = fields.get("do").to_owned();
    if fields.has("resolve") || fields.has("tab") && done.is_empty() || done == "check" {
        if headers.contains_key("x-part") {
            return part(&app, &seat, &editor, &wish);
        }
        return whole(&app, &seat, editor, &wish, Typed::default()).await;
    }
    let outcome = match app.desk.record_working(&seat.viewer, &advisory).await {
        Ok(()) if done == "submit" => app.desk.submit_advisory(&seat.viewer, &advisory).await.map(|_| "submitted"),
        Ok(()) => Ok("kept"),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(done) => Ok(on_to(&format!("/advisories/{}", editor.record.file.number), done)),
        Err(error) => refused(&app, &seat, editor, &wish, fields, error).await,
    }
}

async fn refused(app: &App, seat: &Seat, editor: Editor, wish: &Wish, fields: Fields, error: AskError) -> Answer {
    // Recorded or not, what was typed is kept: the page shows it from there.
    let typed = Typed::after(fields.only(&["form"]), error)?;
    whole(app, seat, editor, wish, typed).await
}

/// The window was closed: the others see it at once.
pub async fn leave(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    app.desk.leave_editor(&seat.viewer, &advisory).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn whole(app: &App, seat: &Seat, editor: Editor, wish: &Wish, typed: Typed) -> Answer {
    let mut shell = app.shell(seat, "advisories", &editor.record.file.number).await;
    let ends = editor.embargo_ends.map(|at| app.moment(seat, at));
    shell.frame.band = crate::cases::band(app, seat, editor.embargo, ends, &[]).await;
    shell.frame.band_href = format!("/cases/{}?tab=embargo", editor.case_number);
    let e = EditorView::of(app, seat, &editor, wish);
    let page = shell.page.script("editor.js").faulty(typed.is_faulty());
    let status = typed.status();
    let view = EditorPage { page, frame: shell.frame, typed, number: editor.record.file.number.clone(), e };
    shown_as(status, &view)
}

fn part(app: &App, seat: &Seat, editor: &Editor, wish: &Wish) -> Answer {
    let number = editor.record.file.number.clone();
    let page = Page::new(&seat.tongue, &app.site(), "advisories", number.as_str());
    shown(&EditorPart { page, number, e: EditorView::of(app, seat, editor, wish) })
}

/// What a form brings. A box that is not ticked is not sent; what its writer saw (`was_…`) tells that it was there.
fn brought(app: &App, fields: &Fields) -> Brought {
    let mut texts: BTreeMap<&str, (Option<&str>, Option<&str>)> = BTreeMap::new();
    for (name, value) in &fields.0 {
        match name.strip_prefix("was_") {
            Some(name) => texts.entry(name).or_default().0 = Some(value),
            None if CONTROLS.contains(&name.as_str()) => {}
            None => texts.entry(name).or_default().1 = Some(value),
        }
    }
    let (choice, chosen) = fields.get("resolve").split_once(':').unwrap_or_default();
    let tidy = |value: &str| wardroom_app::disclosure::editor::sheet::tidy(value);
    let typed = texts.into_iter().filter(|(name, _)| !(choice == "theirs" && *name == chosen)).map(|(name, (was, text))| TypedField {
        field: name.to_owned(),
        base: was.map(tidy).filter(|_| !(choice == "mine" && name == chosen)),
        text: tidy(text.unwrap_or_default()),
    });
    let window: String = fields.get("window").chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    Brought {
        typed: typed.collect(),
        window: if window.is_empty() { app.desk.random_name() } else { window },
        field: fields.get("field").chars().take(64).collect(),
        yielded: if choice == "theirs" { vec![chosen.to_owned()] } else { Vec::new() },
    }
}
