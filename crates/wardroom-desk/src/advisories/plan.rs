//! The disclosure plan (S9, S10): who hears what and when, the checklist, and the two persons who let the house release it at one instant.
//! No key on the keyboard schedules, confirms or releases anything.

use super::page::stream;
use crate::app::App;
use crate::cases::acts::terms;
use crate::fields::{Fields, Typed};
use crate::frame::{on_to, shown_as};
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::extract::{Path, State};
use wardroom_app::AskError;
use wardroom_app::disclosure::plan::{BrokenOrder, ConfirmOrder, GateLine, PlanView, RowView, ScheduleOrder};
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::{
    Bilingual, DisclosurePlan, GateKind, GateState, PlanAudience, PlanChannel, PlanEntry, PlanLanguage, parse_offset, told_offset,
};
use wardroom_domain::people::Act;
use wardroom_web::text::reveal;
use wardroom_web::words::{self, communication as m, desk as w, disclosure as d, plan as t};
use wardroom_web::{Choice, DeskFrame, Lang, Moment, Page};

/// A row of "who hears what".
struct Row {
    audience: String,
    channel: String,
    language: String,
    offset: String,
    at: Moment,
    /// Name, and what is to be said of how it travels.
    people: Vec<(String, String)>,
    messages: Vec<(String, String, String, String)>,
    done: bool,
}

/// A row as it is written.
struct Input {
    id: String,
    audiences: Vec<Choice>,
    channels: Vec<Choice>,
    languages: Vec<Choice>,
    when: String,
    words_en: String,
    words_zh: String,
    has_words: bool,
}

struct Gate {
    id: String,
    what: String,
    state: String,
    chip: &'static str,
    found: Vec<String>,
    who: String,
    at: Option<Moment>,
    note: String,
    can_do: bool,
    can_waive: bool,
    can_open: bool,
}

#[derive(Template)]
#[template(path = "advisories/plan.html")]
struct View {
    page: Page,
    frame: DeskFrame,
    typed: Typed,
    number: String,
    case_number: String,
    version: u32,
    state: String,
    state_chip: &'static str,
    kept: bool,
    held: String,
    stale: bool,
    ahead: String,
    misinformed: String,
    version_note: String,
    release: String,
    release_at: Moment,
    now: String,
    day: String,
    time: String,
    zone: String,
    rows: Vec<Row>,
    inputs: Vec<Input>,
    own_gates: String,
    gates: Vec<Gate>,
    plan_hash: String,
    content_hash: String,
    scheduled_by: String,
    confirmed_by: String,
    can_plan: bool,
    can_schedule: bool,
    can_confirm: bool,
    is_first: bool,
    can_call_off: bool,
    can_break: bool,
}

fn row(app: &App, seat: &Seat, view: &RowView, is_correction: bool) -> Row {
    let lang = seat.lang();
    let entry = &view.entry;
    let travel = |encrypted: bool| match (entry.channel, encrypted) {
        (PlanChannel::Mail, false) if entry.is_advance() => t::UNENCRYPTED_SECRET.say(lang).to_owned(),
        (PlanChannel::Mail, false) => t::UNENCRYPTED.say(lang).to_owned(),
        _ => String::new(),
    };
    let people = match entry.audience {
        PlanAudience::Public => vec![(t::EVERYBODY.say(lang).to_owned(), String::new())],
        PlanAudience::Reporter => {
            let count: usize = view.people.first().and_then(|(count, _)| count.parse().ok()).unwrap_or_default();
            vec![(t::reporters(lang, count), String::new())]
        }
        _ => view.people.iter().map(|(name, encrypted)| (reveal(name), travel(*encrypted))).collect(),
    };
    let spoken = |code: &str| if code == "zh" { t::PREVIEW_IN_ZH.say(lang) } else { t::PREVIEW_IN_EN.say(lang) };
    Row {
        audience: match is_correction {
            true => t::CORRECTION_ROW.say(lang).to_owned(),
            false => words::say(lang, &format!("plan-audience-{}", entry.audience.as_str())),
        },
        channel: words::say(lang, &format!("plan-channel-{}", entry.channel.as_str())),
        language: words::say(lang, &format!("plan-language-{}", entry.language.as_str())),
        offset: told_offset(entry.offset_minutes),
        at: app.moment(seat, view.at),
        people,
        messages: view
            .messages
            .iter()
            .map(|one| {
                let tag = if one.language == "zh" { "zh-Hans" } else { "en" };
                (spoken(one.language).to_owned(), tag.to_owned(), one.subject.clone(), reveal(&one.text))
            })
            .collect(),
        done: view.done,
    }
}

/// A row of the form as it stands or was typed, right or wrong.
#[derive(Clone, Default)]
struct Raw {
    id: String,
    audience: String,
    channel: String,
    language: String,
    when: String,
    words: Bilingual,
}

impl Raw {
    fn of(entry: &PlanEntry) -> Raw {
        Raw {
            id: entry.id.clone(),
            audience: entry.audience.as_str().to_owned(),
            channel: entry.channel.as_str().to_owned(),
            language: entry.language.as_str().to_owned(),
            when: told_offset(entry.offset_minutes),
            words: entry.words.clone(),
        }
    }

    /// All rows that were typed, in their order.
    fn typed(fields: &Fields) -> Vec<Raw> {
        let column = |name: &str| fields.all(name).into_iter().map(|text| text.trim().replace("\r\n", "\n")).collect::<Vec<_>>();
        let columns = ["row", "channel", "language", "when", "words_en", "words_zh"].map(column);
        let [ids, channels, languages, whens, english, chinese] = &columns;
        let at = |column: &[String], index: usize| column.get(index).cloned().unwrap_or_default();
        let row = |(index, audience): (usize, String)| Raw {
            id: at(ids, index),
            audience,
            channel: at(channels, index),
            language: at(languages, index),
            when: at(whens, index),
            words: Bilingual { en: at(english, index), zh: at(chinese, index) },
        };
        column("audience").into_iter().enumerate().map(row).collect()
    }

    fn is_empty(&self) -> bool {
        self.audience.is_empty() && self.when.is_empty() && self.words.is_empty()
    }
}

fn input(lang: Lang, raw: Raw) -> Input {
    let choices = |prefix: &str, all: Vec<&'static str>, chosen: &str| -> Vec<Choice> {
        let empty = (!all.contains(&chosen)).then(|| Choice::new("", "", true));
        let all = all.into_iter().map(|one| Choice::new(one, words::say(lang, &format!("plan-{prefix}-{one}")), chosen == one));
        empty.into_iter().chain(all).collect()
    };
    let or = |value: &str, usual: &'static str| if value.is_empty() { usual.to_owned() } else { value.to_owned() };
    let channel = or(&raw.channel, PlanChannel::Mail.as_str());
    let language = or(&raw.language, PlanLanguage::Own.as_str());
    Input {
        audiences: choices("audience", PlanAudience::ALL.iter().map(|one| one.as_str()).collect(), &raw.audience),
        channels: choices("channel", PlanChannel::ALL.iter().map(|one| one.as_str()).collect(), &channel),
        languages: choices("language", PlanLanguage::ALL.iter().map(|one| one.as_str()).collect(), &language),
        has_words: !raw.words.is_empty(),
        id: raw.id,
        when: raw.when,
        words_en: raw.words.en,
        words_zh: raw.words.zh,
    }
}

fn gate(app: &App, seat: &Seat, plan: &PlanView, line: &GateLine, may: bool) -> Gate {
    let lang = seat.lang();
    let what = match (line.own.as_str(), line.id.strip_prefix("hand-")) {
        ("", Some(entry)) => {
            let audience = plan.plan.entries.iter().find(|one| one.id == entry).map_or("", |one| one.audience.as_str());
            t::gate_hand(lang, words::say(lang, &format!("plan-audience-{audience}")))
        }
        ("", None) => words::say(lang, &format!("plan-gate-{}", line.id)),
        (own, _) => reveal(own),
    };
    let (word, chip) = match (line.kind, line.passed, line.state) {
        (_, _, GateState::Done) => ("done", "good"),
        (GateKind::Hard | GateKind::Soft, true, _) => ("passed", "good"),
        (_, _, GateState::Waived) => ("waived", "warn"),
        (GateKind::Manual, _, GateState::Open) => ("open", "warn"),
        (GateKind::Hard | GateKind::Soft, false, GateState::Open) => ("failed", "critical"),
    };
    let open = line.state == GateState::Open;
    Gate {
        what,
        state: words::say(lang, &format!("plan-gate-is-{word}")),
        chip,
        found: if line.is_closed() && line.kind != GateKind::Soft {
            Vec::new()
        } else {
            line.found.iter().map(|one| reveal(one)).collect()
        },
        who: line.by.clone(),
        at: line.at.map(|at| app.moment(seat, at)),
        note: reveal(&line.note),
        can_do: may && open && line.kind == GateKind::Manual,
        can_waive: may && open && (line.kind == GateKind::Manual || line.kind == GateKind::Soft && !line.passed),
        can_open: may && !open,
        id: line.id.clone(),
    }
}

async fn page(app: &App, seat: &Seat, id: &str, typed: Typed) -> Answer {
    let lang = seat.lang();
    let advisory = stream(app, seat, id).await?;
    let found = app.desk.disclosure_plan(&seat.viewer, &advisory).await?;
    let sight = app.desk.advisory_page(&seat.viewer, &advisory).await?;
    let file = &found.record.file;
    let mut shell = app.shell(seat, "advisories", &file.number).await;
    let ends = sight.embargo_ends.map(|at| app.moment(seat, at));
    shell.frame.band = crate::cases::band(app, seat, sight.embargo, ends, &[]).await;
    shell.frame.band_href = format!("/cases/{}?tab=embargo", found.case_number);
    let (state, state_chip) = match (&file.plan.confirmed, &file.plan.scheduled, found.kept) {
        (Some(_), ..) => (t::STATE_CONFIRMED, "good"),
        (None, Some(_), _) => (t::STATE_SCHEDULED, "warn"),
        (None, None, true) => (t::STATE_KEPT, "neutral"),
        (None, None, false) => (t::STATE_NONE, "neutral"),
    };
    let may_act = [Act::PlanDisclosure, Act::PublishAdvisory, Act::ApproveAdvisory].into_iter().any(|act| seat.may(act));
    let may_confirm = seat.may(Act::PublishAdvisory) || seat.may(Act::ApproveAdvisory);
    let public = file.state.is_public();
    let zone = jiff::tz::TimeZone::get(&found.plan.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let wall = found.plan.release_at.to_zoned(zone);
    let in_zone = |at| Moment::in_zone(lang, at, &found.plan.zone, app.desk.now());
    // What was typed is shown as it was typed, also where it was refused; and one empty row.
    let mut entries: Vec<Raw> =
        if typed.is("plan") { Raw::typed(typed.fields()) } else { found.plan.entries.iter().map(Raw::of).collect() };
    entries.retain(|row| !row.is_empty());
    entries.push(Raw::default());
    let status = typed.status();
    let view = View {
        page: shell.page.faulty(typed.is_faulty()),
        frame: shell.frame,
        number: file.number.clone(),
        case_number: found.case_number.clone(),
        version: found.version,
        state: state.say(lang).to_owned(),
        state_chip,
        kept: found.kept,
        held: file.plan.held.as_ref().map(|(why, _)| words::say(lang, &format!("plan-held-{why}"))).unwrap_or_default(),
        stale: found.stale,
        ahead: found.ahead.map(|ahead| t::ahead(lang, ahead.as_secs().to_string())).unwrap_or_default(),
        misinformed: if found.misinformed > 0 { t::misinformed(lang, found.misinformed) } else { String::new() },
        version_note: if found.correction.is_some() { t::version_note(lang, found.version.to_string()) } else { String::new() },
        // With seconds: an instant is an instant.
        release: format!("{} {}, UTC{}", wall.strftime("%Y-%m-%d %H:%M:%S"), found.plan.zone, wall.strftime("%:z")),
        release_at: in_zone(found.plan.release_at),
        now: in_zone(app.desk.now()).absolute,
        day: wall.strftime("%Y-%m-%d").to_string(),
        time: wall.strftime("%H:%M").to_string(),
        zone: found.plan.zone.clone(),
        rows: found
            .rows
            .iter()
            .map(|one| row(app, seat, one, false))
            .chain(found.correction.as_ref().map(|one| row(app, seat, one, true)))
            .collect(),
        inputs: entries.into_iter().map(|entry| input(lang, entry)).collect(),
        own_gates: found.plan.own_gates.join("\n"),
        gates: found.gates.iter().map(|line| gate(app, seat, &found, line, may_act && !public)).collect(),
        plan_hash: found.plan_hash.clone(),
        content_hash: found.content_hash.clone(),
        scheduled_by: found.scheduled_by.clone(),
        confirmed_by: found.confirmed_by.clone(),
        can_plan: seat.may(Act::PlanDisclosure) && !public,
        can_schedule: seat.may(Act::PublishAdvisory) && found.kept && file.plan.scheduled.is_none() && !public,
        can_confirm: may_confirm && file.plan.scheduled.is_some() && file.plan.confirmed.is_none(),
        is_first: found.is_first,
        can_call_off: may_act && (file.plan.scheduled.is_some() || found.misinformed > 0),
        can_break: seat.may(Act::PublishAdvisory) && file.state == wardroom_domain::disclosure::AdvisoryState::Approved,
        typed,
    };
    shown_as(status, &view)
}

pub async fn show(State(app): State<App>, seat: Seat, Path(id): Path<String>) -> Answer {
    page(&app, &seat, &id, Typed::default()).await
}

async fn ended(app: &App, seat: &Seat, id: &str, fields: Fields, done: &str, outcome: Result<(), AskError>) -> Answer {
    match outcome {
        Ok(()) => Ok(on_to(&format!("/advisories/{id}/plan"), done)),
        Err(error) => page(app, seat, id, Typed::after(fields, error)?).await,
    }
}

/// The plan as typed.
fn written(fields: &Fields) -> Result<DisclosurePlan, Refusal> {
    let instant = terms(fields.trimmed("day"), fields.trimmed("time"), fields.trimmed("zone"))?;
    let wrong = |field: &'static str, why: &str| Refusal::FieldWrong { field, why: why.to_owned() };
    let mut plan = DisclosurePlan { release_at: instant.ends_at, zone: instant.zone, entries: Vec::new(), own_gates: Vec::new() };
    for row in Raw::typed(fields).into_iter().filter(|row| !row.audience.is_empty()) {
        plan.entries.push(PlanEntry {
            id: row.id,
            audience: PlanAudience::parse(&row.audience).ok_or_else(|| wrong("audience", "one of the list"))?,
            channel: PlanChannel::parse(&row.channel).ok_or_else(|| wrong("channel", "one of the list"))?,
            language: PlanLanguage::parse(&row.language).ok_or_else(|| wrong("language", "one of the list"))?,
            offset_minutes: parse_offset(&row.when).ok_or_else(|| wrong("when", "write it like T-3d, T or T+1h"))?,
            words: row.words,
        });
    }
    plan.own_gates = fields.get("own_gates").lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    Ok(plan)
}

pub async fn keep(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    if fields.get("do") == "more" {
        return page(&app, &seat, &id, Typed::kept(fields)).await;
    }
    let outcome = match written(&fields) {
        Ok(plan) => app.desk.keep_disclosure_plan(&seat.viewer, &advisory, plan).await,
        Err(refusal) => Err(refusal.into()),
    };
    ended(&app, &seat, &id, fields, "plan-kept", outcome).await
}

pub async fn gate_moved(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let outcome = match GateState::parse(fields.trimmed("do")) {
        Some(to) => app.desk.move_gate(&seat.viewer, &advisory, fields.trimmed("gate"), to, fields.get("note")).await,
        None => Err(Refusal::FieldNeeded { field: "do" }.into()),
    };
    ended(&app, &seat, &id, fields, "gate", outcome).await
}

/// Schedules what the page showed: the hashes come from it.
pub async fn schedule(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let order = ScheduleOrder { plan: fields.trimmed("plan").to_owned(), content: fields.trimmed("content").to_owned() };
    let outcome = app.desk.schedule_release(&seat.viewer, &advisory, &order).await;
    ended(&app, &seat, &id, fields, "scheduled", outcome).await
}

pub async fn confirm(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let order = ConfirmOrder {
        plan: fields.trimmed("plan").to_owned(),
        content: fields.trimmed("content").to_owned(),
        confirm: fields.trimmed("confirm").to_owned(),
    };
    let outcome = app.desk.confirm_release(&seat.viewer, &advisory, &order).await;
    ended(&app, &seat, &id, fields, "confirmed", outcome).await
}

pub async fn call_off(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let outcome = app.desk.abort_release(&seat.viewer, &advisory, fields.get("reason")).await;
    ended(&app, &seat, &id, fields, "called-off", outcome).await
}

pub async fn broken(State(app): State<App>, seat: Seat, Path(id): Path<String>, fields: Fields) -> Answer {
    let advisory = stream(&app, &seat, &id).await?;
    let order = BrokenOrder { evidence: fields.get("evidence").to_owned(), confirm: fields.trimmed("confirm").to_owned() };
    match app.desk.embargo_broken(&seat.viewer, &advisory, &order).await {
        Ok(_) => Ok(on_to(&format!("/advisories/{id}"), "published")),
        Err(error) => page(&app, &seat, &id, Typed::after(fields, error)?).await,
    }
}
