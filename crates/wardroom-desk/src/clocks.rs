//! Clocks and instants as the desk shows them.

use crate::app::App;
use crate::seat::Seat;
use wardroom_app::ports::store::NearestClock;
use wardroom_app::promises::Promise;
use wardroom_domain::log::StreamId;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{Lang, Moment};

/// Less than this left, in seconds: time to hurry.
const SOON_SECONDS: i64 = 4 * 3_600;

/// A clock, ready to be shown.
pub struct ClockView {
    pub name: String,
    pub due: Moment,
    /// Class of its box: nothing, `soon`, `late`.
    pub class: &'static str,
    /// `kept`, `late`, … in words.
    pub state: String,
    /// Class of the chip around `state`.
    pub chip: &'static str,
    pub basis: String,
    /// The clock's id when a reason for its breach is wanted; else empty.
    pub unexplained: String,
    /// The stream the clock belongs to.
    pub stream: String,
    /// The clock's id.
    pub id: String,
    /// It stands still.
    pub paused: bool,
    /// What it may be paused for: code and words.
    pub pausable: Vec<(String, String)>,
}

/// The name of a clock of the profile.
pub fn name_of(lang: Lang, id: &str) -> String {
    words::find(lang, &format!("desk-clock-{id}")).unwrap_or_else(|| id.replace('_', " "))
}

/// How the due instant came about, in words: stored as `1 business_days, next_open, Asia/Shanghai`. What is not known stays as it is.
fn in_words(lang: Lang, basis: &str) -> String {
    let mut parts = basis.split(", ");
    let (Some(limit), Some(start), Some(zone), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return basis.to_owned();
    };
    let span = match limit.rsplit_once(' ') {
        Some((count, "elapsed")) => match count.parse::<jiff::Span>().ok().and_then(|span| span.total(jiff::Unit::Second).ok()) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limits are positive and far below 2^53 seconds")]
            Some(seconds) if seconds >= 0.0 => wardroom_web::time::span(lang, seconds as u64),
            _ => limit.to_owned(),
        },
        Some((count, unit)) => {
            let count: u64 = count.trim_start_matches(['P', 'T']).trim_end_matches(char::is_alphabetic).parse().unwrap_or(0);
            let key = format!("duration-{}", unit.replace('_', "-").replace("calendar-", ""));
            words::find_with(lang, &key, &[("count", count.into())]).filter(|_| count > 0).unwrap_or_else(|| limit.to_owned())
        }
        None => limit.to_owned(),
    };
    let start = words::find(lang, &format!("desk-start-{start}")).unwrap_or_else(|| start.to_owned());
    let join = if lang == Lang::Zh { "，" } else { ", " };
    [span, start, zone.to_owned()].join(join)
}

/// A promise of a stream. `explained` says that its breach has a reason.
pub fn of_promise(app: &App, seat: &Seat, stream: &StreamId, promise: &Promise, breached: bool, explained: bool) -> ClockView {
    let lang = seat.lang();
    let left = promise.due.as_second() - app.desk.now().as_second();
    let cause = |code: &str| words::say(lang, &format!("desk-pause-{code}"));
    let (class, state, chip) = match (promise.kept_at.is_some(), promise.late) {
        (false, false) if promise.paused.is_some() => ("", promise.paused.as_deref().map(cause).unwrap_or_default(), "info"),
        (true, false) => ("kept", w::CLOCK_KEPT.say(lang).to_owned(), "good"),
        (true, true) => ("late", w::CLOCK_KEPT_LATE.say(lang).to_owned(), "high"),
        (false, true) => ("late", w::CLOCK_LATE.say(lang).to_owned(), "critical"),
        (false, false) if left < SOON_SECONDS => ("soon", w::CLOCK_SOON.say(lang).to_owned(), "warn"),
        (false, false) => ("", String::new(), "neutral"),
    };
    let mut basis = format!("{} · {}", words::say(lang, &format!("desk-force-{}", promise.force)), in_words(lang, &promise.basis));
    if promise.provisional {
        basis.push_str(" · ");
        basis.push_str(w::CLOCK_PROVISIONAL.say(lang));
    }
    ClockView {
        name: name_of(lang, &promise.kind),
        due: Moment::in_zone(lang, promise.due, &promise.zone, app.desk.now()),
        class,
        state,
        chip,
        basis,
        unexplained: if breached && !explained { promise.kind.clone() } else { String::new() },
        stream: stream.to_string(),
        id: promise.kind.clone(),
        paused: promise.paused.is_some(),
        pausable: promise.pausable.iter().map(|code| (code.clone(), cause(code))).collect(),
    }
}

/// The nearest clock of a list row.
pub fn of_row(app: &App, seat: &Seat, nearest: &NearestClock) -> ClockView {
    let lang = seat.lang();
    let left = nearest.due_at.as_second() - app.desk.now().as_second();
    let (class, state, chip) = match left {
        left if left < 0 => ("late", w::CLOCK_LATE.say(lang).to_owned(), "critical"),
        left if left < SOON_SECONDS => ("soon", w::CLOCK_SOON.say(lang).to_owned(), "warn"),
        _ => ("", String::new(), "neutral"),
    };
    ClockView {
        name: name_of(lang, &nearest.clock),
        due: app.moment(seat, nearest.due_at),
        class,
        state,
        chip,
        basis: String::new(),
        unexplained: String::new(),
        stream: String::new(),
        id: nearest.clock.clone(),
        paused: false,
        pausable: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_basis_is_said_in_words_and_never_lost() {
        assert_eq!(
            in_words(Lang::En, "1 business_days, next_open, Asia/Shanghai"),
            "1 business day, counted from opening hours, Asia/Shanghai"
        );
        assert_eq!(in_words(Lang::Zh, "1 business_days, next_open, Asia/Shanghai"), "1 个工作日，自上班时间起算，Asia/Shanghai");
        assert_eq!(in_words(Lang::En, "PT10M elapsed, immediate, UTC"), "10 min, counted at once, UTC");
        assert_eq!(in_words(Lang::En, "PT48H elapsed, immediate, UTC"), "2 d, counted at once, UTC");
        assert_eq!(in_words(Lang::En, "something else"), "something else");
    }
}
