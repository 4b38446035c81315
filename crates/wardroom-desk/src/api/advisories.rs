//! `/api/v1/advisories`.

use super::body::Body;
use super::{Verb, done, found, shapes, verb};
use crate::advisories::page::stream;
use crate::app::App;
use crate::seat::Seat;
use crate::stop::{Answer, worded};
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::json;
use wardroom_app::disclosure::PublishOrder;
use wardroom_app::disclosure::editor::Sheet;
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{AdvisoryTexts, Bilingual, Ending, EndingKind, content_hash};
use wardroom_domain::people::Act;
use wardroom_formats::rendering::Format;

/// What can be done with an advisory.
pub const VERBS: &[Verb] = &[
    Verb { name: "check", path: "/api/v1/advisories/{id}:check", acts: &[Act::WriteAdvisory] },
    Verb { name: "fields", path: "/api/v1/advisories/{id}:fields", acts: &[Act::WriteAdvisory] },
    Verb { name: "submit", path: "/api/v1/advisories/{id}:submit", acts: &[Act::WriteAdvisory] },
    Verb { name: "revise", path: "/api/v1/advisories/{id}:revise", acts: &[Act::WriteAdvisory] },
    Verb { name: "send-back", path: "/api/v1/advisories/{id}:send-back", acts: &[Act::ApproveAdvisory] },
    Verb { name: "approve", path: "/api/v1/advisories/{id}:approve", acts: &[Act::ApproveAdvisory] },
    Verb { name: "publish", path: "/api/v1/advisories/{id}:publish", acts: &[Act::PublishAdvisory] },
    Verb { name: "share", path: "/api/v1/advisories/{id}:share", acts: &[Act::PublishAdvisory] },
    Verb { name: "end-share", path: "/api/v1/advisories/{id}:end-share", acts: &[Act::PublishAdvisory] },
    Verb { name: "discard", path: "/api/v1/advisories/{id}:discard", acts: &[Act::WriteAdvisory] },
    Verb { name: "withdraw", path: "/api/v1/advisories/{id}:withdraw", acts: &[Act::WriteAdvisory] },
    Verb { name: "supersede", path: "/api/v1/advisories/{id}:supersede", acts: &[Act::WriteAdvisory] },
];

pub async fn list(State(app): State<App>, seat: Seat) -> Answer {
    let rows = app.desk.advisories(&seat.viewer).await?;
    found(&json!({ "data": rows.iter().map(shapes::advisory_row).collect::<Vec<_>>(), "next_cursor": null }))
}

pub async fn show(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    found(&shapes::advisory(&app.desk.advisory_page(&seat.viewer, &advisory).await?))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// A format's name, or `json` for the content as it is hashed and approved; absent: CSAF 2.0.
    format: String,
    /// `en` or `zh`; absent: the language of the machine document.
    lang: String,
}

/// The advisory in one of its formats, as text.
pub async fn rendered(State(app): State<App>, seat: Seat, Path(id): Path<String>, Query(wanted): Query<Wanted>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let wrong = |field, why: &str| Refusal::FieldWrong { field, why: why.to_owned() };
    if !["", "en", "zh"].contains(&wanted.lang.as_str()) {
        return Err(wrong("lang", "en or zh").into());
    }
    let format = match wanted.format.as_str() {
        "json" => {
            let page = app.desk.advisory_page(&seat.viewer, &advisory).await?;
            let text = serde_json::to_string_pretty(&page.content).unwrap_or_default();
            let name = format!("{}.json", page.content.id);
            return found(&json!({ "file_name": name, "media_type": "application/json", "text": text }));
        }
        "" => Format::Csaf20,
        name => Format::parse(name).ok_or_else(|| wrong("format", &Format::ALL.map(Format::name).join(", ")))?,
    };
    let rendered = app.desk.render_advisory(&seat.viewer, &advisory, format, &wanted.lang).await?;
    found(&json!({ "file_name": rendered.file_name, "media_type": rendered.media_type, "text": rendered.text }))
}

/// Replaces the written texts as a whole.
pub async fn edit(State(app): State<App>, seat: Seat, Path(id): Path<String>, Body(texts): Body<AdvisoryTexts>) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    app.desk.edit_advisory(&seat.viewer, &advisory, texts).await?;
    found(&shapes::advisory(&app.desk.advisory_page(&seat.viewer, &advisory).await?))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Order {
    hash: String,
    comment: String,
    reason: Bilingual,
    by: Vec<String>,
    confirm: String,
    end_embargo: Option<String>,
    fields: Sheet,
}

#[derive(Deserialize, Default)]
pub struct Dry {
    #[serde(default)]
    dry_run: String,
}

pub async fn act(
    State(app): State<App>,
    seat: Seat,
    Path(address): Path<String>,
    Query(dry): Query<Dry>,
    Body(order): Body<Order>,
) -> Answer {
    let (id, name) = verb(&seat, VERBS, &address)?;
    let advisory = stream(&app, &seat, id).await?;
    let viewer = &seat.viewer;
    match name {
        "check" => {
            let (content, problems) = app.desk.check_fields(viewer, &advisory, &order.fields).await?;
            let problems: Vec<_> = problems.iter().map(shapes::problem).collect();
            return found(&json!({ "hash": content_hash(&content), "problems": problems }));
        }
        "fields" => {
            let seen = Some(order.hash.trim()).filter(|hash| !hash.is_empty());
            app.desk.change_fields(viewer, &advisory, &order.fields, seen).await?;
        }
        "submit" => {
            let hash = app.desk.submit_advisory(viewer, &advisory).await?;
            return found(&json!({ "hash": hash }));
        }
        "revise" => app.desk.revise_advisory(viewer, &advisory).await?,
        "send-back" => app.desk.send_back_advisory(viewer, &advisory, &order.comment).await?,
        "approve" => {
            if order.hash.trim().is_empty() {
                return Err(Refusal::FieldNeeded { field: "hash" }.into());
            }
            app.desk.approve_advisory(viewer, &advisory, order.hash.trim()).await?;
        }
        "publish" if matches!(dry.dry_run.as_str(), "1" | "true") => {
            let run = app.desk.publish_dry_run(viewer, &advisory).await?;
            let way = |refusal: &Refusal| json!({ "code": refusal.code(), "detail": worded(seat.lang(), refusal) });
            return found(&json!({
                "number": run.number, "version": run.version, "hash": run.hash, "reporters_told": run.reporters_told,
                "in_the_way": run.in_the_way.iter().map(way).collect::<Vec<_>>(), "content": run.content,
            }));
        }
        "publish" => {
            let order = PublishOrder { confirm: order.confirm, end_embargo: order.end_embargo.unwrap_or_default() };
            let at = app.desk.publish_advisory(viewer, &advisory, &order).await?;
            return found(&json!({ "released_at": at }));
        }
        "share" => {
            let at = app.desk.share_advisory(viewer, &advisory, &order.confirm).await?;
            return found(&json!({ "shared_at": at }));
        }
        "end-share" => app.desk.end_share(viewer, &advisory).await?,
        "discard" => app.desk.discard_revision(viewer, &advisory).await?,
        name => {
            let kind = if name == "supersede" { EndingKind::Superseded } else { EndingKind::Withdrawn };
            let hash = app.desk.end_advisory(viewer, &advisory, Ending { kind, reason: order.reason, by: order.by }).await?;
            return found(&json!({ "hash": hash }));
        }
    }
    done()
}
