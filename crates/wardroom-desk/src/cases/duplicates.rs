//! Side by side (S3): a report or a case beside the earlier case that looks like it, aspect by aspect, with what both say marked. One walks through the candidates
//! with links (or `[` and `]`) and says what it is with plain forms; deliberately no form that decides by a key alone.

use super::page::stream as case_stream;
use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown_as};
use crate::seat::Seat;
use crate::stop::Answer;
use crate::triage::report::stream as report_stream;
use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use wardroom_app::AskError;
use wardroom_app::validation::beside::{Agreement, Beside, Side, Told, proposed};
use wardroom_domain::Refusal;
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::Act;
use wardroom_domain::text::language_tag;
use wardroom_domain::validation::{Corpus, PublicCandidate, Relation, Uniqueness};
use wardroom_web::text::reveal;
use wardroom_web::words::{self, desk as w, triage as t, validation as v};
use wardroom_web::{DeskFrame, Lang, Moment, Page};

/// Which candidate.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    with: String,
}

/// A piece of text, and whether the other side has it too.
struct Piece {
    text: String,
    shared: bool,
}

struct SideView {
    number: String,
    href: String,
    title: String,
    language: String,
    at: Moment,
    text: Vec<Piece>,
}

struct Row {
    name: String,
    mine: Vec<Piece>,
    theirs: Vec<Piece>,
    agreement: String,
    chip: &'static str,
}

/// A published record that looks alike.
pub struct PublicView {
    pub name: String,
    pub corpus: String,
    pub title: String,
    pub percent: String,
    pub reasons: String,
}

struct Link {
    number: String,
    percent: String,
    here: bool,
    /// Below what is proposed elsewhere: merely the nearest.
    weak: bool,
}

struct Said {
    number: String,
    relation: String,
}

#[derive(Template)]
#[template(path = "cases/duplicates.html")]
struct DuplicatesView {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    /// `/reports/R-…` or `/cases/C-…`.
    base: String,
    of_report: bool,
    mine: SideView,
    theirs: Option<SideView>,
    links: Vec<Link>,
    compared: Vec<String>,
    public: Vec<PublicView>,
    percent: String,
    reasons: Vec<(String, String, String)>,
    rows: Vec<Row>,
    passages: Vec<(String, String)>,
    previous: String,
    next: String,
    place: String,
    relation: String,
    said: Vec<Said>,
    /// Proposed wording for the reporter of a report that is linked.
    wording: String,
    wording_language: String,
    may_same: bool,
    may_judge: bool,
}

pub async fn of_report(State(app): State<App>, seat: Seat, Path(id): Path<String>, Query(asked): Query<Asked>) -> Answer {
    let stream = report_stream(&app, &seat, &id).await?;
    page(&app, &seat, &stream, &asked.with, Typed::default()).await
}

pub async fn of_case(State(app): State<App>, seat: Seat, Path(id): Path<String>, Query(asked): Query<Asked>) -> Answer {
    let stream = case_stream(&app, &seat, &id).await?;
    page(&app, &seat, &stream, &asked.with, Typed::default()).await
}

async fn page(app: &App, seat: &Seat, stream: &StreamId, with: &str, typed: Typed) -> Answer {
    let lang = seat.lang();
    let found = app.desk.beside(&seat.viewer, stream, with).await?;
    let of_report = stream.kind() == StreamKind::Report;
    let (nav, room) = if of_report { ("inbox", "reports") } else { ("cases", "cases") };
    let base = format!("/{room}/{}", found.mine.number);
    let here = found.facing.as_ref().map(|one| one.side.number.clone()).unwrap_or_default();
    let place = found.candidates.iter().position(|one| one.number == here);
    let at = |by: isize| {
        let number = place.and_then(|place| found.candidates.get(place.checked_add_signed(by)?)).map(|one| one.number.as_str());
        number.map(|number| format!("{base}/duplicates?with={number}")).unwrap_or_default()
    };
    let (wording, wording_language) = match of_report {
        true => {
            let language = app.desk.must_report(&seat.viewer, stream).await?.file.received.language;
            (app.desk.duplicate_wording(&language), language)
        }
        false => (String::new(), String::new()),
    };
    let shell = app.shell(seat, nav, &found.mine.number).await;
    let status = typed.status();
    let view = DuplicatesView {
        page: shell.page.faulty(typed.is_faulty()),
        frame: shell.frame,
        of_report,
        links: links(&found, &here),
        compared: found.corpora.iter().map(|one| corpus(lang, one)).collect(),
        public: found.public.iter().map(|one| public(lang, one)).collect(),
        percent: found.facing.as_ref().map(|one| percent(one.candidate.score)).unwrap_or_default(),
        reasons: reasons(lang, &found),
        rows: rows(lang, &found),
        passages: found.facing.iter().flat_map(|one| &one.passages).map(|(a, b)| (reveal(a), reveal(b))).collect(),
        previous: at(-1),
        next: at(1),
        place: place.map(|place| v::beside_of(lang, found.candidates.len(), place + 1)).unwrap_or_default(),
        relation: found.facing.as_ref().and_then(|one| one.relation).map(|one| relation(lang, one)).unwrap_or_default(),
        said: found.said.iter().map(|(number, said)| Said { number: number.clone(), relation: relation(lang, *said) }).collect(),
        may_same: found.open && seat.may(if of_report { Act::Triage } else { Act::Assess }),
        may_judge: seat.may(if of_report { Act::Triage } else { Act::Assess }),
        theirs: found.facing.as_ref().map(|one| side(app, seat, &one.side, "cases")),
        mine: side(app, seat, &found.mine, room),
        base,
        wording,
        wording_language,
        typed,
    };
    shown_as(status, &view)
}

/// A corpus that was compared with, in words.
pub fn corpus(lang: Lang, one: &Corpus) -> String {
    match one.name.as_str() {
        "cases" => v::compared_cases(lang, one.records),
        "advisories" => v::compared_advisories(lang, one.records),
        name => v::compared_snapshot(lang, one.as_of.get(..10).unwrap_or_default(), name, one.records),
    }
}

/// A published record that looks alike, ready to be shown.
pub fn public(lang: Lang, one: &PublicCandidate) -> PublicView {
    let reasons = one.reasons.iter().filter(|reason| !reason.detail.is_empty() && reason.weight > 0.0).take(4);
    let told = |reason: &wardroom_domain::validation::Reason| {
        format!("{}: {}", words::say(lang, &format!("validation-facet-{}", reason.facet)), reveal(&reason.detail))
    };
    PublicView {
        name: reveal(&one.name),
        corpus: if one.corpus == "advisories" { v::CORPUS_ADVISORIES.say(lang).to_owned() } else { reveal(&one.corpus) },
        title: reveal(&one.title),
        percent: percent(one.score),
        reasons: reasons.map(told).collect::<Vec<_>>().join(" · "),
    }
}

fn percent(score: f64) -> String {
    format!("{:.0}", score * 100.0)
}

fn relation(lang: Lang, one: Relation) -> String {
    words::say(lang, &format!("validation-relation-{}", one.as_str()))
}

fn links(found: &Beside, here: &str) -> Vec<Link> {
    let link = |one: &wardroom_domain::validation::Candidate| Link {
        number: one.number.clone(),
        percent: percent(one.score),
        here: one.number == here,
        weak: !proposed(one.score),
    };
    found.candidates.iter().map(link).collect()
}

fn side(app: &App, seat: &Seat, one: &Side, room: &str) -> SideView {
    let whole: String = one.text.iter().map(|piece| piece.text.as_str()).collect();
    SideView {
        href: format!("/{room}/{}", one.number),
        title: if one.title.trim().is_empty() { t::NO_TITLE.say(seat.lang()).to_owned() } else { reveal(&one.title) },
        language: language_tag("", &format!("{} {whole}", one.title)),
        at: app.moment(seat, one.at),
        text: one.text.iter().map(|piece| Piece { text: reveal(&piece.text), shared: piece.shared }).collect(),
        number: one.number.clone(),
    }
}

/// Facet, what of it, and what it adds to the score.
fn reasons(lang: Lang, found: &Beside) -> Vec<(String, String, String)> {
    let all = found.facing.iter().flat_map(|one| &one.candidate.reasons);
    let shown = all.filter(|reason| (reason.weight * 100.0).round() != 0.0);
    shown
        .map(|reason| {
            let name = words::say(lang, &format!("validation-facet-{}", reason.facet));
            (name, reveal(&reason.detail), format!("{:+.0}", reason.weight * 100.0))
        })
        .collect()
}

fn rows(lang: Lang, found: &Beside) -> Vec<Row> {
    let pieces = |told: &[Told]| told.iter().map(|one| Piece { text: short(&reveal(&one.text)), shared: one.shared }).collect();
    let all = found.facing.iter().flat_map(|one| &one.rows);
    all.map(|row| Row {
        name: words::say(lang, &format!("validation-aspect-{}", row.aspect.as_str())),
        mine: pieces(&row.mine),
        theirs: pieces(&row.theirs),
        agreement: words::say(lang, &format!("validation-agreement-{}", row.agreement.as_str())),
        chip: match row.agreement {
            Agreement::Same => "good",
            Agreement::Overlaps => "info",
            Agreement::Differs => "warn",
            Agreement::Unknown => "neutral",
        },
    })
    .collect()
}

/// A value in a narrow column: a digest by its beginning, a long name cut.
fn short(value: &str) -> String {
    match value.char_indices().nth(48) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}

/// `POST /reports/{id}/judge` and `/cases/{id}/judge`: `with`, `relation`.
pub async fn judge_report(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let stream = report_stream(&app, &seat, &id).await?;
    judge(&app, &seat, &stream, &format!("/reports/{id}"), fields).await
}

pub async fn judge_case(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let stream = case_stream(&app, &seat, &id).await?;
    judge(&app, &seat, &stream, &format!("/cases/{id}"), fields).await
}

async fn judge(app: &App, seat: &Seat, stream: &StreamId, base: &str, fields: Fields) -> Answer {
    let with = fields.trimmed("with").to_owned();
    let outcome = match Relation::parse(fields.trimmed("relation")) {
        None => Err(Refusal::FieldNeeded { field: "relation" }.into()),
        Some(relation) => match app.desk.find(&seat.viewer, &with).await {
            Ok(case) => app.desk.judge(&seat.viewer, stream, &case, relation).await.map(|()| relation),
            Err(AskError::NotFound) => Err(Refusal::NotThere { thing: "case" }.into()),
            Err(error) => Err(error),
        },
    };
    match outcome {
        // What was set apart is out of the list: on to the next one.
        Ok(Relation::Different) => Ok(on_to(&format!("{base}/duplicates"), "judged")),
        Ok(Relation::Related | Relation::Open) => Ok(on_to(&format!("{base}/duplicates?with={with}"), "judged")),
        Err(error) => page(app, seat, stream, "", Typed::after(fields, error)?).await,
    }
}

/// What the check of a case ended with, for other pages.
pub fn verdict(lang: Lang, uniqueness: Option<&Uniqueness>) -> String {
    match uniqueness {
        Some(Uniqueness::Unique) => v::UNIQUE.say(lang).to_owned(),
        Some(Uniqueness::Duplicate { .. }) => v::DUPLICATE.say(lang).to_owned(),
        None => String::new(),
    }
}
