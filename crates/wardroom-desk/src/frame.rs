//! The frame around every page of the desk: navigation for the roles of the viewer, counts, the line about what was done.

use crate::app::App;
use crate::seat::Seat;
use crate::stop::Answer;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use wardroom_domain::people::Act;
use wardroom_web::redirect::see_other;
use wardroom_web::words::{self, desk as w};
use wardroom_web::{DeskFrame, Moment, NavItem, Page, html};

/// What the layout needs.
pub struct Shell {
    pub page: Page,
    pub frame: DeskFrame,
}

impl App {
    /// The frame of a page. `title` ends up in the browser's history: numbers, never the title of a case.
    pub async fn shell(&self, seat: &Seat, here: &'static str, title: &str) -> Shell {
        let page = Page::new(&seat.tongue, &self.site(), here, title).script("desk.js");
        let done = words::find(seat.lang(), &format!("desk-done-{}", seat.done)).unwrap_or_default();
        let roles: Vec<String> =
            seat.viewer.roles().iter().map(|role| words::say(seat.lang(), &format!("desk-role-{}", role.as_str()))).collect();
        let frame = DeskFrame {
            nav: if seat.enrolled { self.nav(seat).await } else { Vec::new() },
            person: seat.viewer.name().to_owned(),
            role: few(seat.lang(), &roles),
            csrf: seat.csrf.clone(),
            done: if seat.done.is_empty() { String::new() } else { done },
            ..DeskFrame::default()
        };
        Shell { page, frame }
    }

    async fn nav(&self, seat: &Seat) -> Vec<NavItem> {
        let waiting = match seat.may(Act::ReadInbox) {
            // A count that cannot be had is no reason to show no page.
            true => self.desk.store.inbox_counts(&seat.viewer).await.unwrap_or_default(),
            false => Vec::new(),
        };
        let count = waiting.iter().filter(|(state, _)| state.is_waiting()).map(|(_, count)| count).sum();
        let all: [(&'static str, words::Word, &'static str, bool, u64); 12] = [
            ("inbox", w::NAV_INBOX, "inbox", seat.may(Act::ReadInbox), count),
            ("cases", w::NAV_CASES, "case", true, 0),
            ("advisories", w::NAV_ADVISORIES, "advisory", true, 0),
            ("products", w::NAV_PRODUCTS, "product", true, 0),
            ("health", w::NAV_HEALTH, "check", true, 0),
            ("jobs", w::NAV_JOBS, "clock", seat.may(Act::Audit) || seat.may(Act::Coordinate), 0),
            ("audit", w::NAV_AUDIT, "log", seat.may(Act::Audit), 0),
            ("people", w::NAV_PEOPLE, "people", true, 0),
            ("keys", w::NAV_KEYS, "key", true, 0),
            ("profile", w::NAV_PROFILE, "legal", true, 0),
            ("tokens", w::NAV_TOKENS, "lock", true, 0),
            ("help", w::NAV_HELP, "help", true, 0),
        ];
        all.into_iter()
            .filter(|(_, _, _, shown, _)| *shown)
            .map(|(id, label, icon, _, count)| NavItem {
                id,
                href: format!("/{id}"),
                label: label.say(seat.lang()).to_owned(),
                icon,
                count,
            })
            .collect()
    }

    /// An instant in the maker's zone, seen from now.
    pub fn moment(&self, seat: &Seat, at: Timestamp) -> Moment {
        Moment::in_zone(seat.lang(), at, &self.desk.profile().zone(), self.desk.now())
    }
}

/// The first roles by name, the rest as a number: the bar is narrow.
fn few(lang: wardroom_web::Lang, roles: &[String]) -> String {
    let named = roles.iter().take(2).cloned().collect::<Vec<_>>().join(" · ");
    match roles.len() {
        0..=2 => named,
        all => format!("{named} {}", w::more_roles(lang, all - 2)),
    }
}

/// A finished page.
pub fn shown<T: Template>(template: &T) -> Answer {
    Ok(html(template))
}

/// A finished page with the status of what became of its form.
pub fn shown_as<T: Template>(status: StatusCode, template: &T) -> Answer {
    let mut response = html(template);
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    Ok(response)
}

/// After a form that was carried out: on to `path`, which says what was done (`desk-done-<done>`).
pub fn on_to(path: &str, done: &str) -> Response {
    let (path, fragment) = path.split_once('#').map_or((path, String::new()), |(path, place)| (path, format!("#{place}")));
    let join = if path.contains('?') { '&' } else { '?' };
    see_other(&format!("{path}{join}done={done}{fragment}")).into_response()
}
