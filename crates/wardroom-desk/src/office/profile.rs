//! The profile in force: what the maker promises, and how that is measured.

use crate::app::App;
use crate::clocks::name_of;
use crate::frame::shown;
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::State;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{DeskFrame, Page};

struct ClockLine {
    id: String,
    name: String,
    limit: String,
    anchor: String,
    stop: String,
    force: String,
    calendar: String,
}

struct StageLine {
    label: String,
    done_when: String,
    optional: bool,
}

#[derive(Template)]
#[template(path = "office/profile.html")]
struct ProfileView {
    page: Page,
    frame: DeskFrame,
    id: String,
    org: String,
    team: String,
    zone: String,
    clocks: Vec<ClockLine>,
    stages: Vec<StageLine>,
    channels: Vec<(String, String)>,
    languages: String,
    longest: String,
}

pub async fn show(State(app): State<App>, seat: Seat) -> Answer {
    let lang = seat.lang();
    let profile = app.desk.profile();
    let clock = |def: &wardroom_domain::deadlines::ClockDef| ClockLine {
        name: name_of(lang, &def.id),
        limit: def.limit.as_ref().map(|limit| format!("{limit} {}", def.unit)).unwrap_or_default(),
        anchor: def.anchor.as_ref().map(ToString::to_string).unwrap_or_default(),
        stop: def.stop.as_ref().map(ToString::to_string).unwrap_or_default(),
        force: words::say(lang, &format!("desk-force-{}", def.force().as_str())),
        calendar: def.calendar_name().to_owned(),
        id: def.id.clone(),
    };
    let stage = |stage: &wardroom_domain::profile::Stage| StageLine {
        label: stage.label.text(lang.code()).to_owned(),
        done_when: stage.done_when.to_string(),
        optional: stage.optional,
    };
    let channel = |one: &wardroom_domain::profile::Channel| {
        (words::say(lang, &format!("intake-channel-{}", one.kind.as_str())), one.address.clone().unwrap_or_default())
    };
    let shell = app.shell(&seat, "profile", w::NAV_PROFILE.say(lang)).await;
    shown(&ProfileView {
        page: shell.page,
        frame: shell.frame,
        id: profile.id.clone(),
        org: profile.org_name(lang.code()),
        team: profile.team_name(lang.code()),
        zone: profile.zone(),
        clocks: profile.clocks.iter().map(clock).collect(),
        stages: profile.process.stages.iter().map(stage).collect(),
        channels: profile.intake.channels.iter().map(channel).collect(),
        languages: profile.intake.languages.join(", "),
        longest: profile.longest_embargo_days().map(|days| words::common::duration_days(lang, days)).unwrap_or_default(),
    })
}
