//! The recipient book: suppliers, customers and authorities who are told of advisories, and their accesses to what is shared. A token is shown once.

use crate::app::{App, in_groups};
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown_as};
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;
use wardroom_domain::Refusal;
use wardroom_domain::communication::Recipient;
use wardroom_domain::disclosure::{Level, PlanAudience};
use wardroom_domain::people::Act;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, desk as w, plan as t};
use wardroom_web::{Choice, DeskFrame, Moment, Page};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    edit: String,
}

struct Line {
    id: String,
    name: String,
    address: String,
    audience: String,
    language: String,
    advance: bool,
    key: String,
    key_chip: &'static str,
    /// Names of the levels of what they may read before it is public.
    levels: String,
}

/// An access of the one who is being changed.
struct AccessView {
    id: String,
    levels: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "office/recipients.html")]
struct View {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    lines: Vec<Line>,
    edited: Recipient,
    /// Agreed to secrecy, as it stands or as it was typed.
    advance: bool,
    audiences: Vec<Choice>,
    languages: Vec<Choice>,
    accesses: Vec<AccessView>,
    levels: Vec<(&'static str, &'static str)>,
    /// The token that was made just now, shown this once.
    made: Option<String>,
    may: bool,
}

const LISTS: [PlanAudience; 3] = [PlanAudience::Suppliers, PlanAudience::Customers, PlanAudience::Authorities];

/// Somebody who is not yet in the book.
fn nobody() -> Recipient {
    Recipient {
        id: String::new(),
        audience: PlanAudience::Customers,
        name: String::new(),
        address: String::new(),
        language: "en".to_owned(),
        advance: false,
        key: String::new(),
    }
}

fn names(levels: &[Level]) -> String {
    levels.iter().map(|one| one.name()).collect::<Vec<_>>().join(", ")
}

async fn page(app: &App, seat: &Seat, edit: &str, typed: Typed, made: Option<String>) -> Answer {
    let lang = seat.lang();
    let book = app.desk.recipients(&seat.viewer).await?;
    let edited = book.iter().find(|line| line.recipient.id == edit).map_or_else(nobody, |line| line.recipient.clone());
    let audience = typed.of("recipient", "audience", edited.audience.as_str()).to_owned();
    let accesses = app.desk.accesses(&seat.viewer).await?;
    let spoken = typed.of("recipient", "language", &edited.language).to_owned();
    let lines = book.into_iter().map(|line| {
        let (key, key_chip) = match (line.fingerprint.is_empty(), line.encryptable) {
            (true, _) => (t::BOOK_NO_KEY.say(lang).to_owned(), "warn"),
            (false, false) => (t::BOOK_KEY_UNUSABLE.say(lang).to_owned(), "critical"),
            (false, true) => (in_groups(&line.fingerprint), ""),
        };
        let id = line.recipient.id;
        Line {
            name: reveal(&line.recipient.name),
            address: reveal(&line.recipient.address),
            audience: words::say(lang, &format!("plan-audience-{}", line.recipient.audience.as_str())),
            language: words::say(lang, &format!("plan-language-{}", line.recipient.language)),
            advance: line.recipient.advance,
            key,
            key_chip,
            levels: {
                let mut levels: Vec<Level> = accesses.iter().filter(|one| one.recipient == id).flat_map(|one| one.levels.clone()).collect();
                levels.sort_unstable();
                levels.dedup();
                names(&levels)
            },
            id,
        }
    });
    let lines: Vec<Line> = lines.collect();
    let own = accesses.iter().filter(|one| !edited.id.is_empty() && one.recipient == edited.id);
    let own = own.map(|one| AccessView { id: one.id.clone(), levels: names(&one.levels), at: app.moment(seat, one.handed_out_at) });
    let own: Vec<AccessView> = own.collect();
    let advance = typed.ticks("recipient", "advance", "yes", edited.advance);
    let shell = app.shell(seat, "advisories", t::BOOK.say(lang)).await;
    let status = typed.status();
    let view = View {
        page: shell.page.faulty(typed.is_faulty()),
        frame: shell.frame,
        lines,
        edited,
        advance,
        audiences: LISTS
            .map(|one| Choice::new(one.as_str(), words::say(lang, &format!("plan-audience-{}", one.as_str())), one.as_str() == audience))
            .to_vec(),
        languages: ["en", "zh"].map(|one| Choice::new(one, words::say(lang, &format!("plan-language-{one}")), one == spoken)).to_vec(),
        accesses: own,
        levels: Level::GUARDED.map(|one| (one.as_str(), one.name())).to_vec(),
        made,
        may: seat.may(Act::PlanDisclosure),
        typed,
    };
    shown_as(status, &view)
}

pub async fn show(State(app): State<App>, seat: Seat, Query(asked): Query<Asked>) -> Answer {
    page(&app, &seat, &asked.edit, Typed::default(), None).await
}

pub async fn keep(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    let recipient = PlanAudience::parse(fields.trimmed("audience")).map(|audience| Recipient {
        id: fields.trimmed("id").to_owned(),
        audience,
        name: fields.trimmed("name").to_owned(),
        address: fields.trimmed("address").to_owned(),
        language: fields.trimmed("language").to_owned(),
        advance: fields.get("advance") == "yes",
        key: fields.get("key").replace("\r\n", "\n"),
    });
    let outcome = match recipient {
        Some(recipient) => app.desk.keep_recipient(&seat.viewer, recipient).await.map(|_| ()),
        None => Err(Refusal::FieldNeeded { field: "audience" }.into()),
    };
    match outcome {
        Ok(()) => Ok(on_to("/recipients", "recipient")),
        Err(error) => {
            let id = fields.trimmed("id").to_owned();
            page(&app, &seat, &id, Typed::after(fields, error)?, None).await
        }
    }
}

pub async fn remove(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    match app.desk.remove_recipient(&seat.viewer, fields.trimmed("id")).await {
        Ok(()) => Ok(on_to("/recipients", "removed")),
        Err(error) => page(&app, &seat, "", Typed::after(fields, error)?, None).await,
    }
}

pub async fn hand_out(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    let id = fields.trimmed("id").to_owned();
    let levels: Vec<Level> = Level::GUARDED.into_iter().filter(|level| fields.get(level.as_str()) == "yes").collect();
    match app.desk.hand_out_access(&seat.viewer, &id, &levels).await {
        Ok(access) => page(&app, &seat, &id, Typed::default(), Some(access.token.to_string())).await,
        Err(error) => page(&app, &seat, &id, Typed::after(fields, error)?, None).await,
    }
}

pub async fn withdraw(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    match app.desk.withdraw_access(&seat.viewer, fields.trimmed("access")).await {
        Ok(()) => Ok(on_to(&format!("/recipients?edit={}", fields.trimmed("id")), "access-withdrawn")),
        Err(error) => {
            let id = fields.trimmed("id").to_owned();
            page(&app, &seat, &id, Typed::after(fields, error)?, None).await
        }
    }
}
