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
}

/// The name of a clock of the profile.
pub fn name_of(lang: Lang, id: &str) -> String {
    words::find(lang, &format!("desk-clock-{id}")).unwrap_or_else(|| id.replace('_', " "))
}

/// A promise of a stream. `explained` says that its breach has a reason.
pub fn of_promise(app: &App, seat: &Seat, stream: &StreamId, promise: &Promise, breached: bool, explained: bool) -> ClockView {
    let lang = seat.lang();
    let left = promise.due.as_second() - app.desk.now().as_second();
    let (class, state, chip) = match (promise.kept_at.is_some(), promise.late) {
        (true, false) => ("kept", w::CLOCK_KEPT.say(lang).to_owned(), "good"),
        (true, true) => ("late", w::CLOCK_KEPT_LATE.say(lang).to_owned(), "high"),
        (false, true) => ("late", w::CLOCK_LATE.say(lang).to_owned(), "critical"),
        (false, false) if left < SOON_SECONDS => ("soon", w::CLOCK_SOON.say(lang).to_owned(), "warn"),
        (false, false) => ("", String::new(), "neutral"),
    };
    let mut basis = format!("{} · {}", words::say(lang, &format!("desk-force-{}", promise.force)), promise.basis);
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
    }
}
