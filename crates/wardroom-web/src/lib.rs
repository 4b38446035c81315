//! What both faces share: layout, forms, language, problem pages, assets, limits.
//!
//! It knows axum, askama and the catalogues, and deliberately nothing of cases, reports or the store: the two
//! faces bring their own views.
//!
//! How a face uses it:
//! - `askama.toml` beside its `Cargo.toml`: `[general] dirs = ["src", "../wardroom-web/templates"]`; a page template
//!   lies beside its handler, begins with `{% extends "desk.html" %}` (or `public.html`, `bare.html`) and
//!   `{% import "components.html" as c %}`, fills `{% block main %}`, and speaks with
//!   `{{ words::desk::INBOX_TITLE.say(page.lang) }}`; the module with the struct says `use wardroom_web::words;`.
//! - the struct has `page: Page` (and `frame: DeskFrame` for `desk.html`); [`html`] makes the response.
//! - the router wears, from inside out: [`problem::dress`], [`tongue::remember`], [`same_site::only`],
//!   [`headers::secure`]; and `/assets/{name}` goes to [`assets::serve`].

pub mod assets;
pub mod caller;
pub mod forms;
pub mod gate;
pub mod headers;
pub mod kinds;
pub mod limits;
pub mod page;
pub mod part_heads;
pub mod problem;
pub mod qr;
pub mod redirect;
pub mod same_site;
pub mod secret;
pub mod text;
pub mod time;
pub mod tongue;
pub mod upload;

pub use caller::Caller;
pub use forms::{Choice, Fault, Faults};
pub use kinds::kind_word;
pub use page::{DeskFrame, NavItem, Page, Site, html};
pub use problem::Problem;
pub use time::Moment;
pub use tongue::Tongue;
pub use wardroom_words::{self as words, Lang};
