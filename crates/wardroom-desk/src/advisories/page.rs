//! One advisory (S8): few texts are written here, the rest is projected from the case and shown locked with its source.

use super::sight::{Sight, sight};
use crate::app::App;
use crate::fields::Typed;
use crate::frame::shown_as;
use crate::seat::Seat;
use crate::stop::Answer;
use crate::timeline::{self, LineView};
use askama::Template;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use wardroom_app::AskError;
use wardroom_domain::disclosure::{AdvisoryAsk, AdvisoryState, AdvisoryTexts, Override, Told};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::Act;
use wardroom_formats::rendering::Format;
use wardroom_web::words::{self, desk as w, disclosure as d, remediation as r, validation as v};
use wardroom_web::{DeskFrame, Lang, Page};

/// Who may look at a disclosure plan.
const PLANNERS: [Act; 5] = [Act::PlanDisclosure, Act::PublishAdvisory, Act::ApproveAdvisory, Act::WriteAdvisory, Act::Audit];

#[derive(Deserialize, Default)]
pub struct Asked {
    /// `text`, `preview` or `history`.
    #[serde(default)]
    pub tab: String,
}

struct Missing {
    label: String,
    href: String,
}

#[derive(Template)]
#[template(path = "advisories/page.html")]
struct AdvisoryView {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    tab: &'static str,
    number: String,
    case_number: String,
    title: String,
    state: String,
    state_chip: &'static str,
    version: u32,
    hash: String,
    lacks: Vec<Missing>,
    approval_stands: bool,
    approval_stale: bool,
    texts: AdvisoryTexts,
    locked: Sight,
    /// Where it says something else than the case: what, and why.
    own: Vec<(String, String)>,
    sights: Vec<Sight>,
    timeline: Vec<LineView>,
    edit: bool,
    submit: bool,
    send_back: bool,
    approve: bool,
    publish: bool,
    revise: bool,
    withdraw: bool,
    supersede: bool,
    discard: bool,
    end_share: bool,
    /// The level it is shared at, and since when; empty: it is not.
    shared: String,
    /// Its label, where it is not for everybody.
    guarded: &'static str,
    is_writer: bool,
    /// There is a version in work, and the viewer may look at its plan.
    to_plan: bool,
    /// Its release waits for a second person.
    plan_waits: bool,
    plan_state: String,
    next: String,
    public_url: String,
    /// Name and title of each format there is.
    formats: Vec<(&'static str, &'static str)>,
}

/// The stream of an advisory named in the address.
pub async fn stream(app: &App, seat: &Seat, id: &str) -> Result<StreamId, AskError> {
    let stream = app.desk.find(&seat.viewer, id).await?;
    if stream.kind() == StreamKind::Advisory { Ok(stream) } else { Err(AskError::NotFound) }
}

pub async fn show(State(app): State<App>, seat: Seat, Path(id): Path<String>, Query(asked): Query<Asked>) -> Answer {
    page(&app, &seat, &id, &asked.tab, Typed::default()).await
}

/// The page on one tab, with what was typed in a form that was refused.
pub async fn page(app: &App, seat: &Seat, id: &str, tab: &str, typed: Typed) -> Answer {
    let lang = seat.lang();
    let advisory = stream(app, seat, id).await?;
    let found = app.desk.advisory_page(&seat.viewer, &advisory).await?;
    let file = &found.record.file;
    let tab = ["preview", "history"].into_iter().find(|one| *one == tab).unwrap_or("text");
    let mut shell = app.shell(seat, "advisories", &file.number).await;
    let ends = found.embargo_ends.map(|at| app.moment(seat, at));
    shell.frame.band = crate::cases::band(app, seat, found.embargo, ends, &[]).await;
    shell.frame.band_href = format!("/cases/{}?tab=embargo", found.case_number);
    let (state, state_chip) = super::list::state(lang, file.state);
    let offered = |ask: AdvisoryAsk| found.offered.contains(&ask);
    let missing = |code: &&'static str| Missing {
        label: words::say(lang, &format!("disclosure-lacks-{code}")),
        href: place_of(code, &found.case_number, &file.number),
    };
    let status = typed.status();
    let view = AdvisoryView {
        page: shell.page.faulty(typed.is_faulty()),
        frame: shell.frame,
        tab,
        number: file.number.clone(),
        case_number: found.case_number.clone(),
        title: found.content.texts.title.text(lang.code()).to_owned(),
        state,
        state_chip,
        version: match file.state {
            state if state.is_public() => file.versions(),
            _ => found.content.version,
        },
        hash: found.hash.clone(),
        lacks: found.lacks.iter().map(missing).collect(),
        approval_stands: found.approval_stands,
        approval_stale: file.state == AdvisoryState::Approved && !found.approval_stands,
        texts: found.content.texts.clone(),
        locked: sight(lang, &found.content),
        own: found
            .overrides
            .iter()
            .filter(|one| !one.off && !one.reason.is_empty())
            .map(|one| (own_name(lang, one), one.reason.clone()))
            .collect(),
        sights: if tab == "preview" { Lang::ALL.into_iter().map(|lang| sight(lang, &found.content)).collect() } else { Vec::new() },
        timeline: timeline::lines(app, seat, &found.timeline, None),
        edit: offered(AdvisoryAsk::Edit),
        submit: offered(AdvisoryAsk::Submit),
        send_back: offered(AdvisoryAsk::SendBack),
        approve: offered(AdvisoryAsk::Approve),
        publish: offered(AdvisoryAsk::Publish),
        revise: offered(AdvisoryAsk::Revise),
        withdraw: offered(AdvisoryAsk::Withdraw),
        supersede: offered(AdvisoryAsk::Supersede),
        discard: offered(AdvisoryAsk::Discard),
        end_share: offered(AdvisoryAsk::EndShare),
        shared: match &file.shared {
            Some(share) => d::shared_since(lang, share.level.name(), app.moment(seat, share.at).absolute),
            None => String::new(),
        },
        guarded: if found.content.texts.level.is_clear() { "" } else { found.content.texts.level.name() },
        is_writer: found.is_writer,
        to_plan: !file.state.is_public() && PLANNERS.into_iter().any(|act| seat.may(act)),
        plan_waits: file.plan.scheduled.is_some() && file.plan.confirmed.is_none(),
        plan_state: match (&file.plan.scheduled, &file.plan.confirmed, &file.plan.held) {
            (_, _, Some(_)) => words::plan::HELD.say(lang).to_owned(),
            (Some(_), Some(_), _) => words::plan::STATE_CONFIRMED.say(lang).to_owned(),
            (Some(_), None, _) => words::plan::STATE_SCHEDULED.say(lang).to_owned(),
            (None, ..) => String::new(),
        },
        next: words::say(lang, &format!("disclosure-next-{}", file.state.as_str())),
        public_url: if file.published.is_empty() {
            String::new()
        } else {
            format!("{}/advisories/{}", app.desk.addresses.public_url, file.number)
        },
        formats: Format::ALL.into_iter().map(|format| (format.name(), format.title())).collect(),
        typed,
    };
    shown_as(status, &view)
}

/// `V1 Description`
fn own_name(lang: Lang, one: &Override) -> String {
    let word = match one.told {
        Told::Title => d::TITLE,
        Told::Description => d::OWN_DESCRIPTION,
        Told::Cwe => d::OWN_CWE,
    };
    format!("{} {}", one.vulnerability, word.say(lang))
}

/// Where something missing is filled in.
fn place_of(code: &str, case: &str, number: &str) -> String {
    let tab = match code {
        "vulnerability" | "description" => "vulnerabilities",
        "product" | "impact" | "justification" => "products",
        "score" => "scoring",
        "remediation" => "remediation",
        _ => return format!("/advisories/{number}/edit"),
    };
    format!("/cases/{case}?tab={tab}")
}
