//! The doors as people see them: what each did last, what waits, and whether its synthetic report came to its end.

use crate::app::App;
use crate::seat::Seat;
use wardroom_app::doors::{self, DoorState};
use wardroom_web::text::reveal;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{Lang, Moment};

/// One door.
pub struct DoorLine {
    pub label: String,
    /// `good`, `critical`, or `info` for a door nobody has used yet.
    pub chip: &'static str,
    pub state: String,
    pub at_risk: bool,
    pub success: Option<Moment>,
    pub failure: Option<Moment>,
    /// Why it failed last.
    pub reason: String,
    pub taken: u64,
    /// How many of them were our own, come back; empty for none.
    pub ignored: String,
    /// Empty where nobody can know.
    pub backlog: String,
    pub test: Option<TestLine>,
}

/// Its synthetic report.
pub struct TestLine {
    pub chip: &'static str,
    pub state: String,
    pub at: Moment,
    pub reason: String,
}

/// All of them; none when the store does not answer, which the page says itself.
pub async fn lines(app: &App, seat: &Seat) -> Vec<DoorLine> {
    let states = app.desk.door_states().await.unwrap_or_default();
    states.into_iter().map(|state| line(app, seat, state)).collect()
}

fn line(app: &App, seat: &Seat, door: DoorState) -> DoorLine {
    let lang = seat.lang();
    let (chip, state) = match (door.at_risk, door.success_at) {
        (Some(why), _) => ("critical", words::say(lang, &format!("desk-door-why-{}", why.as_str()))),
        (None, Some(_)) => ("good", w::HEALTH_OK.say(lang).to_owned()),
        (None, None) => ("info", w::DOOR_UNUSED.say(lang).to_owned()),
    };
    let test = door.test.as_ref().map(|test| {
        let (chip, key) = match (test.passed_at, &test.failed) {
            (Some(_), _) => ("good", "passed"),
            (None, Some(_)) => ("critical", "failed"),
            (None, None) => ("info", "sent"),
        };
        TestLine {
            chip,
            state: words::say(lang, &format!("desk-door-test-{key}")),
            at: app.moment(seat, test.passed_at.unwrap_or(test.sent_at)),
            reason: test.failed.as_deref().map(reveal).unwrap_or_default(),
        }
    });
    DoorLine {
        label: label(lang, &door.name),
        chip,
        state,
        at_risk: door.at_risk.is_some(),
        success: door.success_at.map(|at| app.moment(seat, at)),
        failure: door.failure_at.map(|at| app.moment(seat, at)),
        reason: if door.failure_at.is_some() && (door.failure_at > door.success_at) { reveal(&door.reason) } else { String::new() },
        taken: door.taken,
        ignored: if door.ignored == 0 { String::new() } else { w::door_ignored(lang, door.ignored.to_string()) },
        backlog: door.backlog.map(|waiting| waiting.to_string()).unwrap_or_default(),
        test,
    }
}

fn label(lang: Lang, name: &str) -> String {
    match name.strip_prefix(doors::MAILBOX) {
        Some(mailbox) => w::door_mailbox(lang, reveal(mailbox)),
        None => words::say(lang, &format!("desk-door-{name}")),
    }
}
