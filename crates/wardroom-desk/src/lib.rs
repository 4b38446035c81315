//! The face to the team: pages and a JSON API behind sign-in. Every page works without script.
//!
//! Deliberately no rules here: what may be done stands in the domain's tables, what happens in the app's use cases. A handler takes
//! evidence (`seat`), parses (`fields`), calls the app, renders. Newcomers start at `doors` (the table of routes and rights) and
//! `rooms` (which route leads where).

mod account;
mod advisories;
mod api;
mod app;
mod cases;
mod clocks;
mod doors;
mod entrance;
mod fields;
mod frame;
mod office;
mod rooms;
mod seat;
mod stop;
mod timeline;
mod triage;

pub use app::DeskSettings;
pub use doors::{Need, Row};

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use wardroom_app::Desk;
use wardroom_web::{assets, headers, problem, same_site, tongue};

/// The desk's router, complete with sign-in, headers and problem pages. The listener gives it `ConnectInfo<SocketAddr>`.
pub fn router(desk: Desk, settings: DeskSettings) -> Router {
    let app = app::App::new(desk, settings);
    let site = app.site();
    let proxies = app.settings.proxies.clone();
    rooms::all(&app)
        .into_router()
        .with_state(app)
        .route("/assets/{name}", axum::routing::get(assets::serve))
        .layer(CatchPanicLayer::custom(stop::after_panic))
        .layer(from_fn(stop::word))
        .layer(from_fn_with_state(site, problem::dress))
        .layer(from_fn(tongue::remember))
        .layer(from_fn(same_site::only))
        .layer(from_fn(headers::secure))
        .layer(axum::Extension(proxies))
}

/// The API's description for a table of routes.
pub fn openapi(table: &[Row]) -> serde_json::Value {
    api::openapi::describe(table)
}

/// A disclosure plan as the API and the command line tell it.
pub fn plan_shape(view: &wardroom_app::disclosure::plan::PlanView) -> serde_json::Value {
    api::plan::shape(view)
}

/// The operations the description knows: (method, path).
pub fn described_requests() -> Vec<(&'static str, &'static str)> {
    api::openapi::described().collect()
}

/// Which route needs what, in the order of the addresses: the snapshot of rights and the API description are made from it.
pub fn routes(desk: Desk, settings: DeskSettings) -> Vec<Row> {
    rooms::all(&app::App::new(desk, settings)).into_table()
}
