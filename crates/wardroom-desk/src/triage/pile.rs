//! Declining a pile of look-alikes: who is in it and why, one reason, its wording in each reporter's language, one act, and a way back.
//! Deliberately two steps without script: a look, then the act.

use super::report::stream;
use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::shown_as;
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::{RawQuery, State};
use std::collections::{BTreeMap, BTreeSet};
use wardroom_app::AskError;
use wardroom_app::triage::pile::{Alike, Closed, MOST, UNDO_WINDOW};
use wardroom_domain::Refusal;
use wardroom_domain::log::StreamId;
use wardroom_domain::triage::Disposition;
use wardroom_domain::triage::likeness::Likeness;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, desk as w, triage as t};
use wardroom_web::{Choice, DeskFrame, Moment, Page};

/// One report of the pile.
struct Line {
    number: String,
    title: String,
    language: String,
    sender: String,
    received: Moment,
    why: String,
    chosen: bool,
}

/// What reporters of one language read.
struct Wording {
    language: String,
    label: String,
    text: String,
}

#[derive(Template)]
#[template(path = "triage/pile.html")]
struct PilePage {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    lines: Vec<Line>,
    reasons: Vec<Choice>,
    reason: &'static str,
    spam: bool,
    wordings: Vec<Wording>,
    minutes: usize,
}

/// One report and what became of it.
struct Became {
    number: String,
    what: String,
    chip: &'static str,
}

#[derive(Template)]
#[template(path = "triage/pile_done.html")]
struct PileDone {
    page: Page,
    frame: DeskFrame,
    results: Vec<Became>,
    /// Numbers that can be taken back; empty after that was done.
    back: Vec<String>,
    minutes: usize,
}

fn minutes() -> usize {
    usize::try_from(UNDO_WINDOW.as_mins()).unwrap_or_default()
}

/// The reports named, in the order named, each once; then those that look like one of them.
async fn gather(app: &App, seat: &Seat, named: &[String], like: &str) -> Result<Vec<(Alike, bool)>, AskError> {
    let mut seen: BTreeSet<StreamId> = BTreeSet::new();
    let mut pile = Vec::new();
    if !like.is_empty() {
        let report = stream(app, seat, like).await?;
        for one in app.desk.pile_like(&seat.viewer, &report).await? {
            seen.insert(one.row.row.id.clone());
            // The same sender alone is no reason to decline somebody's other report: it is shown, and chosen by a person.
            let chosen = !matches!(one.likeness, Some(Likeness::SameSender));
            pile.push((one, chosen));
        }
    }
    let query = wardroom_app::ports::store::InboxQuery { limit: 2_000, ..Default::default() };
    for row in app.desk.inbox(&seat.viewer, &query).await? {
        if named.contains(&row.row.number) && seen.insert(row.row.id.clone()) {
            pile.push((Alike { row, likeness: None }, true));
        }
    }
    pile.truncate(MOST);
    Ok(pile)
}

async fn page(
    app: &App,
    seat: &Seat,
    pile: Vec<(Alike, bool)>,
    disposition: Disposition,
    typed: Typed,
    texts: &BTreeMap<String, String>,
) -> Answer {
    let lang = seat.lang();
    let languages: BTreeSet<String> = pile.iter().map(|(one, _)| one.row.row.language.clone()).collect();
    let wordings = languages.into_iter().map(|language| Wording {
        label: words::find(lang, &format!("triage-language-{language}")).unwrap_or_else(|| language.clone()),
        text: match texts.get(&language) {
            Some(text) => text.clone(),
            None if disposition == Disposition::Spam => String::new(),
            None => app.desk.decline_wording(disposition, &language),
        },
        language,
    });
    let label = |one: Disposition| words::say(lang, &format!("triage-disposition-{}", one.as_str()));
    let reasons = Disposition::DECLINE.into_iter().map(|one| Choice::new(one.as_str(), label(one), one == disposition));
    let shell = app.shell(seat, "inbox", t::PILE_TITLE.say(lang)).await;
    let status = typed.status();
    let view = PilePage {
        page: shell.page.faulty(typed.is_faulty()),
        frame: shell.frame,
        lines: pile.into_iter().map(|(one, chosen)| line(app, seat, one, chosen)).collect(),
        reasons: reasons.collect(),
        reason: disposition.as_str(),
        spam: disposition == Disposition::Spam,
        wordings: wordings.collect(),
        minutes: minutes(),
        typed,
    };
    shown_as(status, &view)
}

fn line(app: &App, seat: &Seat, one: Alike, chosen: bool) -> Line {
    let lang = seat.lang();
    let why = match one.likeness {
        None => String::new(),
        Some(Likeness::SameFile) => t::PILE_SAME_FILE.say(lang).to_owned(),
        Some(Likeness::SameSender) => t::PILE_SAME_SENDER.say(lang).to_owned(),
        Some(Likeness::SameWords(shared)) => t::pile_same_words(lang, format!("{:.0}", shared * 100.0).as_str()),
    };
    let words = &one.row.words;
    let sender = if words.sender_address.is_empty() { &words.sender_name } else { &words.sender_address };
    Line {
        number: one.row.row.number.clone(),
        title: if words.title.trim().is_empty() { t::NO_TITLE.say(lang).to_owned() } else { reveal(&words.title) },
        language: one.row.row.language.clone(),
        sender: if sender.is_empty() { t::ANONYMOUS.say(lang).to_owned() } else { reveal(sender) },
        received: app.moment(seat, one.row.row.received_at),
        why,
        chosen,
    }
}

/// `GET /inbox/pile?like=…` or `?id=…&id=…`, with `reason=…`
pub async fn show(State(app): State<App>, seat: Seat, RawQuery(query): RawQuery) -> Answer {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let named: Vec<String> = asked.all("id").into_iter().map(str::to_owned).collect();
    let pile = gather(&app, &seat, &named, asked.trimmed("like")).await?;
    let disposition = reason(&asked).unwrap_or(Disposition::NotAVulnerability);
    page(&app, &seat, pile, disposition, Typed::default(), &BTreeMap::new()).await
}

fn reason(fields: &Fields) -> Result<Disposition, Refusal> {
    let found = Disposition::parse(fields.get("reason")).filter(|one| Disposition::DECLINE.contains(one));
    found.ok_or(Refusal::FieldNeeded { field: "reason" })
}

/// The reports a form names; a number that is none of this viewer's is left out.
async fn streams(app: &App, seat: &Seat, fields: &Fields) -> Result<Vec<StreamId>, AskError> {
    let mut found = Vec::new();
    for number in fields.all("id") {
        match stream(app, seat, number).await {
            Ok(stream) => found.push(stream),
            Err(AskError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// `POST /inbox/pile`
pub async fn send(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    let disposition = reason(&fields)?;
    let texts: BTreeMap<String, String> =
        fields.0.iter().filter_map(|(name, value)| Some((name.strip_prefix("text-")?.to_owned(), value.clone()))).collect();
    let chosen = streams(&app, &seat, &fields).await?;
    let refused = match chosen.is_empty() {
        true => Refusal::FieldNeeded { field: "reports" }.into(),
        false => match app.desk.decline_pile(&seat.viewer, &chosen, disposition, &texts).await {
            Ok(closed) => {
                let back = closed.iter().filter(|one| one.refused.is_none()).map(|one| one.number.clone()).collect();
                return done(&app, &seat, closed, back).await;
            }
            Err(error) => error,
        },
    };
    let named: Vec<String> = fields.all("id").into_iter().map(str::to_owned).collect();
    let pile = gather(&app, &seat, &named, "").await?;
    page(&app, &seat, pile, disposition, Typed::after(fields, refused)?, &texts).await
}

/// `POST /inbox/pile/undo`
pub async fn undo(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    let reports = streams(&app, &seat, &fields).await?;
    let opened = app.desk.reopen_pile(&seat.viewer, &reports).await?;
    done(&app, &seat, opened, Vec::new()).await
}

async fn done(app: &App, seat: &Seat, all: Vec<Closed>, back: Vec<String>) -> Answer {
    let lang = seat.lang();
    let declined = !back.is_empty();
    let results = all.into_iter().map(|one| {
        let (what, chip) = match (&one.refused, declined, one.mailed) {
            (Some(why), _, _) => (why.clone(), "warning"),
            (None, true, true) => (t::PILE_DECLINED_MAILED.say(lang).to_owned(), "neutral"),
            (None, true, false) => (t::PILE_DECLINED.say(lang).to_owned(), "neutral"),
            (None, false, _) => (t::PILE_REOPENED.say(lang).to_owned(), "info"),
        };
        Became { number: one.number, what, chip }
    });
    let results = results.collect();
    let shell = app.shell(seat, "inbox", t::PILE_TITLE.say(lang)).await;
    crate::frame::shown(&PileDone { page: shell.page, frame: shell.frame, results, back, minutes: minutes() })
}
