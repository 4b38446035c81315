//! One report (S1): what was said, how it came, what it looks like, and the outcomes the table offers. Each form is its own use case.

use super::archive::{self, Inside};
use super::badges::{self, Badge};
use super::evidence;
use super::ring::RingView;
use crate::app::App;
use crate::clocks::{self, ClockView};
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown_as};
use crate::seat::Seat;
use crate::stop::{Answer, Stop};
use crate::timeline::{self, LineView};
use askama::Template;
use axum::extract::{Path, State};
use wardroom_app::AskError;
use wardroom_app::reading::ReportRecord;
use wardroom_app::triage::claims::OpenClaim;
use wardroom_domain::Refusal;
use wardroom_domain::communication::MessageKind;
use wardroom_domain::intake::followed::Returned;
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::Act;
use wardroom_domain::profile::CoreField;
use wardroom_domain::triage::{Disposition, TriageAsk};
use wardroom_web::text::{reveal, size};
use wardroom_web::words::{self, communication as m, desk as w, triage as t, validation as v};
use wardroom_web::{Choice, DeskFrame, Lang, Moment, Page};

struct FileLine {
    index: usize,
    name: String,
    media: String,
    size: String,
    sha256: String,
    inside: Option<Inside>,
    /// Encrypted piece by piece: it can be downloaded opened.
    pieces: bool,
}

struct CandidateLine {
    number: String,
    percent: String,
    reasons: Vec<String>,
}

/// How a message to this reporter travels: shown beside the box, so that nobody writes in the dark.
pub struct Travel {
    pub to: String,
    pub how: String,
    /// Class of the chip around `how`.
    pub chip: &'static str,
    pub language: String,
}

#[derive(Template)]
#[template(path = "triage/report.html")]
struct ReportView {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    number: String,
    language: String,
    title: String,
    text: String,
    state: String,
    state_chip: &'static str,
    badges: Vec<Badge>,
    facts: Vec<(String, String)>,
    received: Moment,
    sent: Option<Moment>,
    kind: String,
    remarks: Vec<String>,
    proofs: Vec<evidence::ProofLine>,
    proofs_note: String,
    files: Vec<FileLine>,
    clocks: Vec<ClockView>,
    candidates: Vec<CandidateLine>,
    /// Proposed wording for the reporter of a duplicate, and its language.
    wording: String,
    wording_language: String,
    case_number: Option<String>,
    timeline: Vec<LineView>,
    travel: Travel,
    ring: RingView,
    reasons: Vec<Choice>,
    accept: bool,
    duplicate: bool,
    decline: bool,
    ask: bool,
    release: bool,
    reopen: bool,
    attach: bool,
    discard: bool,
    /// Number of what it claims to belong to; empty when it claims nothing.
    claimed: String,
    claimed_href: String,
    claims: Vec<ClaimLine>,
    /// Our mail to the reporter did not arrive: a sentence for each, newest first.
    undelivered: Vec<String>,
    may_note: bool,
    may_message: bool,
    may_triage: bool,
    talk: super::dates::Talk,
}

/// The stream of a report named in the address; anything else is not there.
pub async fn stream(app: &App, seat: &Seat, id: &str) -> Result<StreamId, AskError> {
    let stream = app.desk.find(&seat.viewer, id).await?;
    if stream.kind() == StreamKind::Report { Ok(stream) } else { Err(AskError::NotFound) }
}

pub async fn pause(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let outcome = app.desk.pause_clock(&seat.viewer, &report, fields.trimmed("clock"), fields.trimmed("cause"), fields.get("reason")).await;
    ended(&app, &seat, &id, fields, "paused", outcome).await
}

pub async fn resume(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let outcome = app.desk.resume_clock(&seat.viewer, &report, fields.trimmed("clock")).await;
    ended(&app, &seat, &id, fields, "resumed", outcome).await
}

async fn page(app: &App, seat: &Seat, id: &str, typed: Typed) -> Answer {
    let lang = seat.lang();
    let report = stream(app, seat, id).await?;
    let found = app.desk.report_page(&seat.viewer, &report).await?;
    let received = &found.record.file.received;
    let lines = app.desk.report_timeline(&found.record).await?;
    let (state, state_chip) = badges::state(lang, found.record.file.state);
    let shell = app.shell(seat, "inbox", &received.number).await;
    let offered = |ask: TriageAsk| found.offered.contains(&ask);
    let clocks = found.promises.iter().zip(&found.record.file.clocks.0);
    let clocks =
        clocks.map(|(promise, clock)| clocks::of_promise(app, seat, &report, promise, clock.breached_at.is_some(), clock.breach_explained));
    let mut insides = archive::look(app, seat, &report, &found.words.attachments).await;
    let files = received.attachments.iter().enumerate().map(|(index, _)| {
        let about = found.words.attachments.get(index).cloned().unwrap_or_default();
        let inside = insides.remove(&index);
        FileLine {
            inside,
            index,
            pieces: wardroom_app::intake::pieces::is_pieces(&about.media_type),
            name: reveal(&about.name),
            media: reveal(&about.media_type),
            size: size(lang, about.len),
            sha256: about.sha256,
        }
    });
    let candidates = found.candidates.iter().map(|one| CandidateLine {
        number: one.number.clone(),
        percent: format!("{:.0}", one.score * 100.0),
        reasons: one
            .reasons
            .iter()
            .filter(|reason| !reason.detail.is_empty())
            .map(|reason| format!("{}: {}", words::say(lang, &format!("validation-facet-{}", reason.facet)), reveal(&reason.detail)))
            .collect(),
    });
    let reasons = Disposition::DECLINE
        .into_iter()
        .map(|one| Choice::new(one.as_str(), words::say(lang, &format!("triage-disposition-{}", one.as_str())), false));
    let talk = super::dates::talk(app, seat, &found.record);
    let status = typed.status();
    let view = ReportView {
        page: shell.page.faulty(typed.is_faulty()),
        frame: shell.frame,
        talk,
        number: received.number.clone(),
        language: wardroom_domain::text::language_tag(&received.language, &format!("{} {}", found.words.title, found.words.text)),
        title: if found.words.title.trim().is_empty() { t::NO_TITLE.say(lang).to_owned() } else { reveal(&found.words.title) },
        text: reveal(&found.words.text),
        state,
        state_chip,
        badges: badges::of_received(lang, received),
        facts: facts(lang, &found.words),
        received: app.moment(seat, received.received_at),
        sent: received.sent_at.map(|at| app.moment(seat, at)),
        kind: words::say(lang, &format!("triage-kind-{}", received.kind.as_str())),
        proofs: evidence::lines(lang, found.words.evidence.as_ref()),
        proofs_note: evidence::note(lang, found.words.evidence.as_ref()),
        remarks: found.words.remarks.iter().map(|remark| remark_shown(lang, remark)).collect(),
        files: files.collect(),
        clocks: clocks.collect(),
        candidates: candidates.collect(),
        wording: app.desk.duplicate_wording(&received.language),
        wording_language: received.language.clone(),
        case_number: found.case_number.clone(),
        timeline: timeline::lines(app, seat, &lines, None),
        travel: travel(app, lang, &found.record).await?,
        ring: RingView::of(app, seat, &report).await?,
        reasons: reasons.collect(),
        accept: offered(TriageAsk::Accept),
        duplicate: offered(TriageAsk::Duplicate),
        decline: offered(TriageAsk::Decline),
        ask: offered(TriageAsk::Ask),
        release: offered(TriageAsk::Release),
        reopen: offered(TriageAsk::Reopen),
        attach: offered(TriageAsk::Attach),
        discard: offered(TriageAsk::Discard),
        claimed_href: match found.words.claims.as_bytes().first() {
            Some(b'C') => format!("/cases/{}", found.words.claims),
            _ => format!("/reports/{}", found.words.claims),
        },
        claimed: found.words.claims.clone(),
        claims: claim_lines(app, seat, &found.claims),
        undelivered: undelivered(lang, &found.record.file.returned),
        may_note: seat.may(Act::WriteNote),
        may_message: seat.may(Act::MessageReporter),
        may_triage: seat.may(Act::Triage),
        typed,
    };
    shown_as(status, &view)
}

/// The page again after a form on it was refused.
pub async fn page_after(app: &App, seat: &Seat, id: &str, typed: Typed) -> Answer {
    page(app, seat, id, typed).await
}

/// An unconfirmed mail, for the list beside what it claims.
pub struct ClaimLine {
    pub number: String,
    pub title: String,
    pub sender: String,
    pub at: Moment,
}

pub fn claim_lines(app: &App, seat: &Seat, claims: &[OpenClaim]) -> Vec<ClaimLine> {
    let line = |one: &OpenClaim| ClaimLine {
        number: one.number.clone(),
        title: if one.title.trim().is_empty() { t::NO_TITLE.say(seat.lang()).to_owned() } else { reveal(&one.title) },
        sender: reveal(&one.sender),
        at: app.moment(seat, one.received_at),
    };
    claims.iter().map(line).collect()
}

fn undelivered(lang: Lang, returned: &[Returned]) -> Vec<String> {
    let failed = returned.iter().rev().filter(|one| one.failed);
    let sentence = |one: &Returned| {
        let key = if one.what == "receipt" { "triage-undelivered-receipt" } else { "triage-undelivered-message" };
        format!("{} {}", words::say(lang, key), one.status).trim().to_owned()
    };
    failed.map(sentence).collect()
}

fn facts(lang: Lang, words: &wardroom_domain::intake::ReportWords) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut add = |label: String, value: &str| {
        if !value.trim().is_empty() {
            facts.push((label, reveal(value)));
        }
    };
    let say = |key: &str| words::say(lang, key);
    add(say("triage-sender"), &words.sender_name);
    add(say("triage-address"), &words.sender_address);
    add(say("triage-signed-by"), &words.signed_by);
    add(say("triage-credit-wish"), &words.credit);
    for (id, value) in &words.fields {
        let label = words::find(lang, &format!("intake-field-{id}"))
            .or_else(|| CoreField::named(id).map(|field| field.label().text(lang.code()).to_owned()))
            .unwrap_or_else(|| id.replace('_', " "));
        add(label, value);
    }
    add(say("triage-original-hash"), &words.sha256);
    facts
}

/// Where a message to the reporter goes, and whether anybody on the way could read it: the worker's own answer, not a guess.
pub async fn travel(app: &App, lang: Lang, record: &ReportRecord) -> Result<Travel, Stop> {
    let (received, said) = (&record.file.received, record.words());
    let mailed = received.answerable && !received.automatic;
    let (how, chip) = match (mailed, mailed && app.desk.mails_encrypted(&said).await?) {
        (true, true) => (m::TRAVELS_ENCRYPTED.say(lang), "good"),
        (true, false) => (m::TRAVELS_ANNOUNCED.say(lang), "warn"),
        (false, _) => (m::TRAVELS_TRACK_ONLY.say(lang), "warn"),
    };
    let to = if received.answerable { reveal(&said.sender_address) } else { m::TRACK_PAGE.say(lang).to_owned() };
    let language = words::find(lang, &format!("triage-language-{}", received.language)).unwrap_or_else(|| received.language.clone());
    Ok(Travel { to, how: how.to_owned(), chip, language })
}

pub async fn show(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    page(&app, &seat, &id, Typed::default()).await
}

pub(super) async fn ended(app: &App, seat: &Seat, id: &str, fields: Fields, done: &str, outcome: Result<(), AskError>) -> Answer {
    match outcome {
        Ok(()) => Ok(on_to(&format!("/reports/{id}"), done)),
        Err(error) => page(app, seat, id, Typed::after(fields, error)?).await,
    }
}

pub async fn accept(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    match app.desk.accept(&seat.viewer, &report, fields.get("title")).await {
        Ok((_, number)) => Ok(on_to(&format!("/cases/{number}"), "accepted")),
        Err(error) => page(&app, &seat, &id, Typed::after(fields, error)?).await,
    }
}

pub async fn duplicate(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let typed = fields.trimmed("case_number");
    let number = if typed.is_empty() { fields.trimmed("case") } else { typed };
    let outcome = match number {
        "" => Err(Refusal::FieldNeeded { field: "case" }.into()),
        number => match app.desk.find(&seat.viewer, number).await {
            Ok(case) => app.desk.link_duplicate(&seat.viewer, &report, &case, fields.get("text")).await,
            Err(AskError::NotFound) => Err(Refusal::NotThere { thing: "case" }.into()),
            Err(other) => Err(other),
        },
    };
    ended(&app, &seat, &id, fields, "duplicate", outcome).await
}

pub async fn ask(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let outcome = app.desk.ask(&seat.viewer, &report, fields.get("text")).await;
    ended(&app, &seat, &id, fields, "asked", outcome).await
}

pub async fn release(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let outcome = app.desk.release(&seat.viewer, &report).await;
    ended(&app, &seat, &id, fields, "released", outcome).await
}

pub async fn reopen(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let outcome = app.desk.reopen_report(&seat.viewer, &report).await;
    ended(&app, &seat, &id, fields, "reopened", outcome).await
}

pub async fn attach(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    match app.desk.attach_claim(&seat.viewer, &report).await {
        Ok(number) => Ok(on_to(&format!("/reports/{number}"), "attached")),
        Err(error) => page(&app, &seat, &id, Typed::after(fields, error)?).await,
    }
}

pub async fn discard(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let outcome = app.desk.discard_claim(&seat.viewer, &report, fields.get("reason")).await;
    ended(&app, &seat, &id, fields, "discarded", outcome).await
}

pub async fn note(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let outcome = app.desk.note(&seat.viewer, &report, fields.get("text")).await;
    ended(&app, &seat, &id, fields, "noted", outcome).await
}

pub async fn message(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let outcome = app.desk.message_reporter(&seat.viewer, &report, MessageKind::Answer, fields.get("text")).await;
    ended(&app, &seat, &id, fields, "sent", outcome).await
}

pub async fn breach(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let report = stream(&app, &seat, &id).await?;
    let outcome = app.desk.explain_breach(&seat.viewer, &report, fields.trimmed("clock"), fields.get("reason")).await;
    ended(&app, &seat, &id, fields, "explained", outcome).await
}

/// A remark in the reader's language where it is one that has words, else as it was noted.
fn remark_shown(lang: Lang, remark: &str) -> String {
    match remark.strip_prefix(wardroom_app::intake::import_mail::SAME_MESSAGE_ID) {
        Some(earlier) => t::same_message_id(lang, reveal(earlier)),
        None => words::find(lang, &format!("triage-remark-{remark}")).unwrap_or_else(|| reveal(remark)),
    }
}
