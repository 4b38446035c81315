//! Health: every promise-bearing thing with a light.

use crate::app::App;
use crate::fields::Fields;
use crate::frame::{on_to, shown};
use crate::office::door_lines::{self, DoorLine};
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::State;
use wardroom_app::ports::store::{CaseQuery, InboxQuery, NearestClock, StoreTrouble};
use wardroom_domain::case::CaseState;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::triage::ReportState;
use wardroom_web::words::{self, cna as n, desk as w};
use wardroom_web::{DeskFrame, Page};

/// How many rows are counted; lists come nearest due first, so what is late is among them.
const MOST_COUNTED: u32 = 10_000;

struct Light {
    label: String,
    /// `good`, `warn`, `critical`.
    chip: &'static str,
    state: String,
    href: &'static str,
}

#[derive(Template)]
#[template(path = "office/health.html")]
struct HealthView {
    page: Page,
    frame: DeskFrame,
    lights: Vec<Light>,
    doors: Vec<DoorLine>,
    may_test: bool,
    facts: u64,
    public_url: String,
    desk_url: String,
    mail: String,
}

pub async fn show(State(app): State<App>, seat: Seat) -> Answer {
    let lang = seat.lang();
    let health = app.desk.health().await?;
    let overdue = overdue(&app).await?;
    let light = |key: &str, chip: &'static str, state: String, href: &'static str| Light {
        label: words::say(lang, &format!("desk-light-{key}")),
        chip,
        state,
        href,
    };
    let doors = door_lines::lines(&app, &seat).await;
    let mail = match doors.iter().filter(|door| door.at_risk).count() {
        0 => light("doors", "good", w::health_doors_count(lang, doors.len()), "#doors"),
        failing => light("doors", "critical", w::health_failing_count(lang, failing), "#doors"),
    };
    let ends = health.key_alarms.iter().map(|alarm| alarm.days).min();
    let key = match (health.active_keys.is_empty(), ends) {
        (true, _) => light("key", "critical", w::HEALTH_NO_KEY.say(lang).to_owned(), "/keys"),
        (false, Some(0)) => light("key", "critical", w::HEALTH_KEY_ENDED.say(lang).to_owned(), "/keys"),
        (false, Some(days)) => {
            let chip = if days <= 7 { "critical" } else { "warn" };
            light("key", chip, w::health_key_within(lang, i64::from(days)), "/keys")
        }
        (false, None) => light("key", "good", w::HEALTH_OK.say(lang).to_owned(), "/keys"),
    };
    let lights = vec![
        mail,
        key,
        light("overdue", if overdue == 0 { "good" } else { "critical" }, w::health_overdue_count(lang, overdue), "/inbox"),
        light(
            "failed",
            if health.jobs_failed == 0 { "good" } else { "critical" },
            w::health_failed_count(lang, health.jobs_failed),
            "/jobs",
        ),
        light(
            "releases",
            if health.releases_held == 0 { "good" } else { "critical" },
            w::health_releases_held(lang, health.releases_held),
            "/advisories",
        ),
        light(
            "identifiers",
            if health.identifiers_in_trouble == 0 { "good" } else { "critical" },
            match health.identifiers_in_trouble {
                0 => n::LIGHT_GOOD.say(lang).to_owned(),
                count => n::light_count(lang, count.to_string()),
            },
            "/identifiers",
        ),
        light(
            "waiting",
            if health.jobs_waiting < 100 { "good" } else { "warn" },
            w::health_waiting_count(lang, health.jobs_waiting),
            "/jobs",
        ),
        light(
            "https",
            if app.is_secure() { "good" } else { "warn" },
            if app.is_secure() { w::HEALTH_OK.say(lang) } else { w::HEALTH_NO_HTTPS.say(lang) }.to_owned(),
            "",
        ),
    ];
    let shell = app.shell(&seat, "health", w::NAV_HEALTH.say(lang)).await;
    let addresses = &app.desk.addresses;
    shown(&HealthView {
        page: shell.page,
        frame: shell.frame,
        lights,
        doors,
        may_test: seat.may(Act::Coordinate) || seat.may(Act::Administer),
        facts: health.facts,
        public_url: addresses.public_url.clone(),
        desk_url: addresses.desk_url.clone(),
        mail: addresses.mail.clone(),
    })
}

/// Asks the worker for a synthetic report through every door.
pub async fn self_test(State(app): State<App>, _seat: Seat, _fields: Fields) -> Answer {
    let key = format!("asked:{}", app.desk.random_name());
    app.desk.ask_self_test(&key).await?;
    Ok(on_to("/health", "self-test-asked"))
}

/// Reports and cases whose nearest running clock is past its due instant. Counted for the house: how many, never which.
pub async fn overdue(app: &App) -> Result<u64, StoreTrouble> {
    let (house, now) = (Viewer::house(), app.desk.now());
    let late = |nearest: &Option<NearestClock>| nearest.as_ref().is_some_and(|clock| clock.due_at < now);
    let reports = InboxQuery { states: ReportState::ALL.to_vec(), limit: MOST_COUNTED, offset: 0 };
    let cases = CaseQuery { states: CaseState::ALL.to_vec(), limit: MOST_COUNTED, offset: 0 };
    let reports = app.desk.store.inbox(&house, &reports).await?.iter().filter(|row| late(&row.nearest)).count();
    let cases = app.desk.store.cases(&house, &cases).await?.iter().filter(|row| late(&row.nearest)).count();
    Ok((reports + cases) as u64)
}
