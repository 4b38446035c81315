//! The team: everybody sees who is there, an administrator adds, changes roles, disables, and makes one-time links. A link is shown once.

use crate::app::App;
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown_as};
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::{Path, State};
use wardroom_app::AskError;
use wardroom_domain::people::{Act, Role};
use wardroom_web::words::{self, desk as w};
use wardroom_web::{Choice, DeskFrame, Lang, Page};

struct PersonLine {
    id: String,
    name: String,
    roles: String,
    disabled: bool,
    me: bool,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "office/people.html")]
struct People {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    people: Vec<PersonLine>,
    choices: Vec<Choice>,
    /// (name, link): shown once, never again.
    link: Option<(String, String)>,
    may: bool,
}

fn choices(lang: Lang, chosen: &[Role]) -> Vec<Choice> {
    let label = |role: Role| words::say(lang, &format!("desk-role-{}", role.as_str()));
    let hint = |role: Role| words::say(lang, &format!("desk-role-hint-{}", role.as_str()));
    Role::ALL.into_iter().map(|role| Choice::new(role.as_str(), label(role), chosen.contains(&role)).hint(hint(role))).collect()
}

async fn page(app: &App, seat: &Seat, typed: Typed, link: Option<(String, String)>) -> Answer {
    let lang = seat.lang();
    let label = |role: &Role| words::say(lang, &format!("desk-role-{}", role.as_str()));
    let line = |one: wardroom_app::ports::store::PersonRow| PersonLine {
        roles: one.roles.iter().map(label).collect::<Vec<_>>().join(" · "),
        choices: choices(lang, &one.roles),
        me: one.person == seat.person,
        id: one.person,
        name: one.name,
        disabled: one.disabled,
    };
    let people = app.desk.people().await?.into_iter().map(line).collect();
    let shell = app.shell(seat, "people", w::NAV_PEOPLE.say(lang)).await;
    let status = typed.status();
    let page = shell.page.faulty(typed.is_faulty());
    shown_as(status, &People { page, frame: shell.frame, typed, people, choices: choices(lang, &[]), link, may: seat.may(Act::Administer) })
}

fn roles(fields: &Fields) -> Vec<Role> {
    fields.all("role").into_iter().filter_map(Role::parse).collect()
}

pub async fn show(State(app): State<App>, seat: Seat) -> Answer {
    page(&app, &seat, Typed::default(), None).await
}

/// Adds a person and shows the link that lets them in.
pub async fn add(State(app): State<App>, seat: Seat, fields: Fields) -> Answer {
    let added = app.desk.add_person(&seat.viewer, fields.get("name"), roles(&fields)).await;
    match added {
        Ok(person) => linked(&app, &seat, &person, fields).await,
        Err(error) => page(&app, &seat, Typed::after(fields, error)?, None).await,
    }
}

async fn linked(app: &App, seat: &Seat, person: &str, fields: Fields) -> Answer {
    match app.desk.sign_in_link(&seat.viewer, person).await {
        Ok(link) => {
            let name = app.desk.person(person).await?.name;
            page(app, seat, Typed::default(), Some((name, link))).await
        }
        Err(error) => page(app, seat, Typed::after(fields, error)?, None).await,
    }
}

async fn ended(app: &App, seat: &Seat, fields: Fields, done: &str, outcome: Result<(), AskError>) -> Answer {
    match outcome {
        Ok(()) => Ok(on_to("/people", done)),
        Err(error) => page(app, seat, Typed::after(fields, error)?, None).await,
    }
}

pub async fn set_roles(State(app): State<App>, seat: Seat, Path(person): Path<String>, fields: Fields) -> Answer {
    let outcome = app.desk.set_roles(&seat.viewer, &person, roles(&fields)).await;
    ended(&app, &seat, fields, "kept", outcome).await
}

pub async fn disable(State(app): State<App>, seat: Seat, Path(person): Path<String>, fields: Fields) -> Answer {
    let outcome = app.desk.disable_person(&seat.viewer, &person).await;
    ended(&app, &seat, fields, "disabled", outcome).await
}

pub async fn link(State(app): State<App>, seat: Seat, Path(person): Path<String>, fields: Fields) -> Answer {
    // A lost phone: everything they sign in with is forgotten, and the link lets them set it again.
    if fields.get("reset") == "1"
        && let Err(error) = app.desk.forget_credentials(&seat.viewer, &person).await
    {
        return page(&app, &seat, Typed::after(fields, error)?, None).await;
    }
    linked(&app, &seat, &person, fields).await
}
