//! What the track page shows, worded for one reader: state, who owes whom what, the profile's own steps, the messages.

use crate::practice::{StageLine, promise_name};
use jiff::Timestamp;
use wardroom_app::public_house::{Step, Track, TrackCredit, TrackDate, TrackMessage};
use wardroom_domain::communication::{DateState, MessageKind, Side};
use wardroom_domain::profile::Profile;
use wardroom_domain::triage::ReportState;
use wardroom_web::words::{self, Word, public as say};
use wardroom_web::{Lang, Moment, text, time};

/// A step as a list shows it.
pub(crate) struct StepLine {
    pub(crate) label: String,
    pub(crate) note: &'static str,
    /// `done`, `now` or `next`.
    pub(crate) state: &'static str,
}

/// A message as the timeline shows it.
pub(crate) struct MessageLine {
    pub(crate) who: String,
    pub(crate) at: Moment,
    pub(crate) text: String,
    pub(crate) side: &'static str,
    pub(crate) tag: String,
    pub(crate) language: String,
}

/// The page.
pub(crate) struct View {
    pub(crate) number: String,
    pub(crate) state: &'static str,
    pub(crate) received: Moment,
    pub(crate) we_owe: Vec<String>,
    pub(crate) you_owe: &'static str,
    pub(crate) late: bool,
    pub(crate) steps: Vec<StepLine>,
    pub(crate) messages: Vec<MessageLine>,
    pub(crate) nothing_yet: String,
    pub(crate) outcome: String,
    pub(crate) advisories: Vec<String>,
    pub(crate) may_withdraw: bool,
    pub(crate) files: Vec<AddedFile>,
    pub(crate) dates: Vec<DateLine>,
    pub(crate) may_answer_date: bool,
    pub(crate) open: bool,
    pub(crate) zone: String,
    /// How the reporter will be named, in a sentence.
    pub(crate) credit_now: String,
    pub(crate) credit_name: String,
    pub(crate) credit_shown: Option<String>,
    pub(crate) credit_agreed: Option<bool>,
    pub(crate) news: String,
}

/// A file added after the report.
pub(crate) struct AddedFile {
    pub(crate) name: String,
    pub(crate) size: String,
    pub(crate) sha256: String,
    pub(crate) at: Moment,
}

/// A proposed date as the list shows it.
pub(crate) struct DateLine {
    pub(crate) who: String,
    pub(crate) at: Moment,
    pub(crate) state: &'static str,
    pub(crate) reason: String,
    pub(crate) answer: String,
}

impl View {
    pub(crate) fn of(track: &Track, profile: &Profile, lang: Lang, now: Timestamp) -> Self {
        let open = is_open(track.state);
        let moment = |at| Moment::in_zone(lang, at, &profile.zone(), now);
        let late = open && track.promises.iter().any(|promise| promise.kept_at.is_none() && promise.late);
        let waited = now.as_second().saturating_sub(track.received_at.as_second()).max(0).unsigned_abs();
        Self {
            number: track.number.clone(),
            state: public_state(track).1.say(lang),
            received: moment(track.received_at),
            we_owe: if open { we_owe(track, lang, now) } else { Vec::new() },
            you_owe: if open && track.you_owe { say::TRACK_YOU_ANSWER.say(lang) } else { say::TRACK_NOTHING.say(lang) },
            late,
            steps: step_lines(profile, &track.steps, lang),
            messages: track.messages.iter().map(|message| message_line(message, profile, lang, moment(message.at))).collect(),
            nothing_yet: say::track_talk_empty(lang, time::span(lang, waited)),
            outcome: track.disposition.map(|end| words::say(lang, &format!("triage-disposition-{}", end.as_str()))).unwrap_or_default(),
            advisories: track.advisories.clone(),
            files: track
                .files
                .iter()
                .map(|file| AddedFile {
                    name: text::reveal(&file.name),
                    size: text::size(lang, file.length),
                    sha256: file.sha256.clone(),
                    at: moment(file.at),
                })
                .collect(),
            may_withdraw: track.follow_up.may_withdraw,
            dates: track.follow_up.dates.iter().map(|date| date_line(date, profile, lang, now)).collect(),
            may_answer_date: track.follow_up.may_answer_date,
            open,
            zone: profile.zone(),
            credit_now: credit_now(&track.follow_up.credit, lang),
            credit_name: track.follow_up.credit.name.clone().unwrap_or_default(),
            credit_shown: track.follow_up.credit.shown.as_deref().map(text::reveal),
            credit_agreed: track.follow_up.credit.agreed,
            news: track.follow_up.news.clone().unwrap_or_default(),
        }
    }
}

fn date_line(date: &TrackDate, profile: &Profile, lang: Lang, now: Timestamp) -> DateLine {
    let who = match date.by {
        Side::Team => say::track_us(lang, profile.team_name(lang.code())),
        Side::Reporter => say::TRACK_YOU.say(lang).to_owned(),
    };
    let state = match date.state {
        DateState::Open => say::TRACK_DATE_OPEN.say(lang),
        DateState::Accepted => say::TRACK_DATE_ACCEPTED.say(lang),
        DateState::Declined => say::TRACK_DATE_DECLINED.say(lang),
    };
    let at = Moment::in_zone(lang, date.ends_at, &date.zone, now);
    DateLine { who, at, state, reason: text::reveal(&date.reason), answer: text::reveal(&date.answer) }
}

fn credit_now(credit: &TrackCredit, lang: Lang) -> String {
    match (&credit.name, credit.anonymous) {
        (_, true) => say::TRACK_CREDIT_ANONYMOUS.say(lang).to_owned(),
        (Some(name), false) => say::track_credit_as(lang, text::reveal(name)),
        (None, false) => say::TRACK_CREDIT_AS_REPORTED.say(lang).to_owned(),
    }
}

fn is_open(state: ReportState) -> bool {
    match state {
        ReportState::Quarantined | ReportState::Opened | ReportState::Asked | ReportState::Linked => true,
        ReportState::Declined | ReportState::Withdrawn => false,
    }
}

/// The few states the outside sees, by code (for programs) and word (for people). That a report lies in quarantine is
/// ours to know.
pub(crate) fn public_state(track: &Track) -> (&'static str, Word) {
    match track.state {
        ReportState::Declined => ("closed", say::TRACK_STATE_DECLINED),
        ReportState::Withdrawn => ("withdrawn", say::TRACK_STATE_WITHDRAWN),
        ReportState::Asked => ("waiting_for_you", say::TRACK_STATE_ASKED),
        ReportState::Quarantined | ReportState::Opened | ReportState::Linked if track.you_owe => {
            ("waiting_for_you", say::TRACK_STATE_ASKED)
        }
        ReportState::Linked if !track.advisories.is_empty() => ("published", say::TRACK_STATE_PUBLISHED),
        ReportState::Linked => ("working", say::TRACK_STATE_WORKING),
        ReportState::Quarantined | ReportState::Opened => ("received", say::TRACK_STATE_RECEIVED),
    }
}

fn we_owe(track: &Track, lang: Lang, now: Timestamp) -> Vec<String> {
    let mut lines = Vec::new();
    for promise in track.promises.iter().filter(|promise| promise.kept_at.is_none()) {
        let what = promise_name(lang, &promise.kind);
        if promise.paused.is_some() {
            lines.push(say::track_owe_paused(lang, what));
            continue;
        }
        let when = Moment::in_zone(lang, promise.due, &promise.zone, now).line(lang);
        lines.push(if promise.late { say::track_owe_late(lang, what, when) } else { say::track_owe_promise(lang, what, when) });
    }
    // What answers the report itself stands above, as a promise.
    let wrote_again = !track.messages.is_empty() || !track.files.is_empty();
    if track.we_owe && (wrote_again || lines.is_empty()) {
        lines.push(say::TRACK_OWE_ANSWER.say(lang).to_owned());
    }
    lines
}

/// The steps in the profile's words; the first that is not done is the present one.
pub(crate) fn step_lines(profile: &Profile, steps: &[Step], lang: Lang) -> Vec<StepLine> {
    let present = steps.iter().position(|step| !step.done);
    let line = |(place, step): (usize, &Step)| {
        let stage = profile.process.stages.get(step.stage)?;
        let stage = StageLine { label: stage.label.text(lang.code()).to_owned(), optional: step.optional };
        let (state, note) = match (step.done, present == Some(place)) {
            (true, _) => ("done", say::TRACK_STEP_DONE.say(lang)),
            (false, true) => ("now", say::TRACK_STEP_NOW.say(lang)),
            (false, false) => ("next", stage.note(lang)),
        };
        Some(StepLine { label: stage.label, note, state })
    };
    steps.iter().enumerate().filter_map(line).collect()
}

fn message_line(message: &TrackMessage, profile: &Profile, lang: Lang, at: Moment) -> MessageLine {
    let tag = match message.kind {
        MessageKind::Question => say::TRACK_QUESTION.say(lang),
        MessageKind::Outcome => say::TRACK_KIND_OUTCOME.say(lang),
        MessageKind::Answer | MessageKind::FromReporter => "",
    };
    let who = if message.from_team { say::track_us(lang, profile.team_name(lang.code())) } else { say::TRACK_YOU.say(lang).to_owned() };
    MessageLine {
        who,
        at,
        text: text::reveal(&message.text),
        side: if message.from_team { "us" } else { "you" },
        tag: tag.to_owned(),
        language: wardroom_domain::text::language_tag(&message.language, &message.text),
    }
}
