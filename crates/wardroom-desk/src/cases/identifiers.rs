//! The identifiers of a case's vulnerabilities, as its tab shows them, and the form that asks something of one.

use super::page::stream;
use crate::app::App;
use crate::fields::Fields;
use crate::seat::Seat;
use crate::stop::Answer;
use axum::extract::{Path, State};
use wardroom_app::AskError;
use wardroom_app::case_page::CasePage;
use wardroom_app::disclosure::identifiers::{AskForId, IdentifierView};
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{IdAsk, IdState, IdentifierWords, Scheme};
use wardroom_web::text::reveal;
use wardroom_web::words::{self, cna as n};
use wardroom_web::{Lang, Moment};

/// One identifier of one vulnerability.
pub struct IdLine {
    pub scheme: &'static str,
    pub label: String,
    pub id: String,
    pub state: String,
    pub chip: &'static str,
    pub since: Option<Moment>,
    /// What the service refuses, in plain words; empty: nothing.
    pub trouble: String,
    /// Why the record is to be rejected, while that waits for a second person; empty: it is not.
    pub proposed: String,
    /// Where the id comes from, when that is not the CVE program itself.
    pub environment: String,
    /// There is an id the reporter should know.
    pub tell: bool,
    pub asks: Vec<AskView>,
}

/// A button, and what it wants.
pub struct AskView {
    pub ask: &'static str,
    pub label: String,
    /// It takes an id.
    pub takes_id: bool,
    /// It wants a reason, which the world will read.
    pub wants_reason: bool,
}

pub fn lines(app: &App, seat: &Seat, page: &CasePage, vulnerability: &str) -> Vec<IdLine> {
    let of = page.identifiers.iter().filter(|view| view.vulnerability == vulnerability);
    of.map(|view| line(app, seat, view)).collect()
}

fn line(app: &App, seat: &Seat, view: &IdentifierView) -> IdLine {
    let lang = seat.lang();
    let asks = view.offered.iter().map(|ask| AskView {
        ask: ask.as_str(),
        label: match (view.scheme, ask) {
            (Scheme::Gcve, IdAsk::Assign) => n::MAKE_GCVE.say(lang).to_owned(),
            _ => words::say(lang, &format!("cna-ask-{}", ask.as_str())),
        },
        takes_id: view.scheme == Scheme::Cve && *ask == IdAsk::Assign,
        wants_reason: ask.wants_reason(),
    });
    let foreign = !view.words.environment.is_empty() && view.words.environment != "production" && view.state.holds();
    IdLine {
        scheme: view.scheme.as_str(),
        label: words::say(lang, &format!("cna-scheme-{}", view.scheme.as_str())),
        id: view.words.id.clone(),
        state: words::say(lang, &format!("cna-state-{}", view.state.as_str())),
        chip: if view.stuck { "critical" } else { chip(view.state) },
        since: view.since.filter(|_| view.state != IdState::None).map(|at| app.moment(seat, at)),
        trouble: if view.stuck { trouble(lang, &view.words) } else { String::new() },
        proposed: if view.state == IdState::RejectionProposed { reveal(&view.words.reason) } else { String::new() },
        environment: if foreign { n::test_environment(lang, view.words.environment.as_str()) } else { String::new() },
        tell: view.state == IdState::Reserved,
        asks: asks.collect(),
    }
}

pub fn chip(state: IdState) -> &'static str {
    match state {
        IdState::None | IdState::Rejected => "neutral",
        IdState::Reserved => "info",
        IdState::Published => "good",
        IdState::ReservationPending
        | IdState::PublicationPending
        | IdState::UpdatePending
        | IdState::ReturnPending
        | IdState::RejectionProposed
        | IdState::RejectionPending => "warn",
    }
}

/// What the service said no with, in words; what we have none for is told by its code.
pub fn trouble(lang: Lang, said: &IdentifierWords) -> String {
    let detail = reveal(&said.detail);
    let known = words::find_with(lang, &format!("cna-trouble-{}", said.trouble), &[("detail", detail.as_str().into())]);
    known.unwrap_or_else(|| n::trouble_other(lang, said.trouble.as_str(), detail.as_str()))
}

/// Asks something of an identifier.
pub async fn ask(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = stream(&app, &seat, &id).await?;
    let asked = (Scheme::parse(fields.trimmed("scheme")), IdAsk::parse(fields.trimmed("ask")));
    let form = AskForId {
        vulnerability: fields.trimmed("vulnerability").to_owned(),
        id: fields.trimmed("id").to_owned(),
        reason: fields.get("reason").to_owned(),
    };
    let (done, outcome) = match asked {
        (Some(scheme), Some(ask)) => {
            let done = match ask {
                IdAsk::Assign => "id-assigned",
                IdAsk::Reject => "id-rejection-proposed",
                IdAsk::Abort => "id-aborted",
                _ => "id-asked",
            };
            (done, app.desk.ask_for_id(&seat.viewer, &case, scheme, ask, form).await.map(|_| ()))
        }
        _ => ("", Err(AskError::from(Refusal::FieldNeeded { field: "ask" }))),
    };
    super::acts::ended(&app, &seat, &id, "vulnerabilities", fields, done, outcome).await
}
