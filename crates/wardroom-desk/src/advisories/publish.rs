//! Publication (S10): what will change, who will be told, what stands in the way; then the number is typed. No key on the keyboard does it.

use super::page::stream;
use super::sight::{Sight, sight};
use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown_as};
use crate::seat::Seat;
use crate::stop::{Answer, Stop, worded};
use askama::Template;
use axum::extract::{Path, State};
use wardroom_app::AskError;
use wardroom_app::disclosure::identifiers::{IdentifierView, RecordCheck};
use wardroom_app::disclosure::{DryRun, PublishOrder};
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{IdState, Scheme};
use wardroom_domain::log::StreamId;
use wardroom_formats::cna::Level;
use wardroom_web::text::{reveal, size};
use wardroom_web::words::{self, cna as n, desk as w, disclosure as d, remediation as r};
use wardroom_web::{DeskFrame, Lang, Page};

#[derive(Template)]
#[template(path = "advisories/publish.html")]
struct PublishView {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    number: String,
    case_number: String,
    version: u32,
    hash: String,
    told: usize,
    in_the_way: Vec<String>,
    /// Only the embargo stands in the way: it can be ended with a reason here.
    embargo: bool,
    possible: bool,
    files: Vec<FileChange>,
    /// The label of what is not for everybody: it is shared, not published.
    guarded: &'static str,
    sights: Vec<Sight>,
    records: Vec<RecordView>,
    /// Vulnerabilities whose CVE id is still being reserved.
    waiting: Vec<String>,
    /// Ids of another environment than the CVE program's own.
    pretended: String,
}

/// A CVE record and what the CNA rules say of it.
struct RecordView {
    cve: String,
    breaches: Vec<BreachView>,
}

struct BreachView {
    number: &'static str,
    level: String,
    chip: &'static str,
    what: String,
    how: String,
    found: String,
}

fn record_view(lang: Lang, check: &RecordCheck) -> RecordView {
    let breaches = check.breaches.iter().map(|one| BreachView {
        number: one.rule.number,
        level: words::say(lang, &format!("cna-level-{}", one.rule.level.as_str())),
        chip: if one.rule.level == Level::Block { "critical" } else { "warn" },
        what: words::say(lang, &format!("cna-{}", one.rule.code)),
        how: words::say(lang, &format!("cna-{}-do", one.rule.code)),
        found: reveal(&one.found),
    });
    RecordView { cve: check.cve.clone(), breaches: breaches.collect() }
}

async fn page(app: &App, seat: &Seat, id: &str, typed: Typed) -> Answer {
    let lang = seat.lang();
    let advisory = stream(app, seat, id).await?;
    let found = app.desk.advisory_page(&seat.viewer, &advisory).await?;
    let run = app.desk.publish_dry_run(&seat.viewer, &advisory).await?;
    let mut shell = app.shell(seat, "advisories", &run.number).await;
    let ends = found.embargo_ends.map(|at| app.moment(seat, at));
    shell.frame.band = crate::cases::band(app, seat, found.embargo, ends, &[]).await;
    let is_embargo = |refusal: &Refusal| matches!(refusal, Refusal::EmbargoInForce { .. });
    let embargo = found.embargo.binds();
    let mut run = run;
    if !run.content.texts.level.is_clear() {
        // It is shared with those who keep the embargo, and with nobody else.
        run.in_the_way.retain(|refusal| !is_embargo(refusal) && !matches!(refusal, Refusal::NotForEverybody { .. }));
        run.records.clear();
        run.reporters_told = 0;
    }
    let hard = run.in_the_way.iter().any(|refusal| !(is_embargo(refusal) && embargo));
    let status = typed.status();
    let case = app.desk.must_case(&seat.viewer, &found.record.file.case).await?;
    let ids = app.desk.identifier_views(&seat.viewer, &case);
    let waits = |view: &&IdentifierView| view.state == IdState::ReservationPending;
    let other = |view: &&IdentifierView| view.scheme == Scheme::Cve && view.state.holds() && view.words.environment != "production";
    let view = PublishView {
        records: run.records.iter().map(|check| record_view(lang, check)).collect(),
        waiting: ids.iter().filter(waits).map(|view| n::rules_pending(lang, view.vulnerability.as_str())).collect(),
        pretended: ids.iter().find(other).map(|view| n::test_environment(lang, view.words.environment.as_str())).unwrap_or_default(),
        page: shell.page.faulty(typed.is_faulty()),
        frame: shell.frame,
        case_number: found.case_number.clone(),
        version: run.version,
        told: run.reporters_told,
        in_the_way: run.in_the_way.iter().map(|refusal| worded(lang, refusal)).collect(),
        embargo,
        possible: !hard,
        guarded: if run.content.texts.level.is_clear() { "" } else { run.content.texts.level.name() },
        files: files(app, seat, &advisory, &run).await?,
        sights: Lang::ALL.into_iter().map(|lang| sight(lang, &run.content)).collect(),
        hash: run.hash,
        number: run.number,
        typed,
    };
    shown_as(status, &view)
}

/// A file of the public tree that would change.
struct FileChange {
    path: String,
    /// `new`, `changed`, or nothing where only the kind of file is known.
    what: &'static str,
    size: String,
}

/// What changes in the public tree, file by file; while something stands in the way, the kinds of files.
async fn files(app: &App, seat: &Seat, advisory: &StreamId, run: &DryRun) -> Result<Vec<FileChange>, Stop> {
    let lang = seat.lang();
    let number = run.number.as_str();
    let level = run.content.texts.level;
    if !level.is_clear() {
        let below = format!("/.well-known/csaf/{}", level.folder());
        let kinds = [
            format!("{below}/…/{}.json (.sha256, .sha512, .asc)", number.to_lowercase()),
            format!("{below}/ (index.txt, changes.csv, feed-tlp-{}.json)", level.folder()),
        ];
        return Ok(kinds.into_iter().map(|path| FileChange { path, what: "", size: String::new() }).collect());
    }
    if let Some(tree) = &app.settings.tree {
        match app.desk.publication_changes(&seat.viewer, advisory, tree).await {
            Ok(changes) => {
                let line = |change: wardroom_app::disclosure::tree::Change| FileChange {
                    what: match (&change.bytes, change.is_new) {
                        (None, _) => d::FILE_GONE.say(lang),
                        (Some(_), true) => d::FILE_NEW.say(lang),
                        (Some(_), false) => d::FILE_CHANGED.say(lang),
                    },
                    size: size(lang, change.size() as u64),
                    path: format!("/{}", change.path.trim_start_matches('/')),
                };
                return Ok(changes.into_iter().map(line).collect());
            }
            Err(AskError::Refused(_)) => {}
            Err(other) => return Err(other.into()),
        }
    }
    let year = number.rsplit('-').nth(1).unwrap_or_default();
    let name = number.to_lowercase();
    let kinds = [
        format!("/advisories/{number}"),
        format!("/.well-known/csaf/white/{year}/{name}.json (.sha256, .sha512, .asc)"),
        "/.well-known/csaf/white/ (index.txt, changes.csv, feed-tlp-white.json)".to_owned(),
        format!("/cve, /osv/{number}.json, /openvex/{number}.json, /cyclonedx/{number}.json"),
        "/feeds".to_owned(),
    ];
    Ok(kinds.into_iter().map(|path| FileChange { path, what: "", size: String::new() }).collect())
}

pub async fn show(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    page(&app, &seat, &id, Typed::default()).await
}

pub async fn send(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let order = PublishOrder { confirm: fields.get("confirm").to_owned(), end_embargo: fields.get("end_embargo").to_owned() };
    match app.desk.publish_advisory(&seat.viewer, &advisory, &order).await {
        Ok(_) => Ok(on_to(&format!("/advisories/{id}"), "published")),
        Err(error) => page(&app, &seat, &id, Typed::after(fields, error)?).await,
    }
}

pub async fn share(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    match app.desk.share_advisory(&seat.viewer, &advisory, fields.get("confirm")).await {
        Ok(_) => Ok(on_to(&format!("/advisories/{id}"), "shared")),
        Err(error) => page(&app, &seat, &id, Typed::after(fields, error)?).await,
    }
}
