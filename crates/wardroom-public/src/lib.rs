//! The face to the world: policy, report form, receipt, track page, advisories, feeds.
//!
//! It sees the narrow facade [`Facade`] and what is cleared ([`tree::Snapshot`]), nothing else: it can hand in, it
//! cannot read what others handed in. [`router`] makes the service; [`tree::pages`] makes the HTML files of the public
//! tree, so that `publish --out` writes the bytes that are served.

#![allow(clippy::result_large_err, reason = "a problem is made once for a refused request and moved up to the router")]

pub mod advisories;
mod api;
mod budget;
mod check;
mod cookies;
mod facade;
mod face;
mod feeds;
mod gate;
pub mod home;
pub mod pgp;
pub mod policy;
pub mod practice;
mod receipt;
mod report;
pub mod thanks;
mod track;
pub mod tree;
mod uploads;

pub use cookies::Cookies;
pub use facade::Facade;
pub use face::{Face, Limits};

use advisories::filter::Filter;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use face::allowed;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use wardroom_web::{Caller, Problem, Tongue, assets, headers, problem, same_site, tongue};

/// Largest body of the addresses that take a code or a message, in bytes.
const SMALL_BODY: usize = 512 * 1024;

/// The service of the public face. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`.
pub fn router<F: Facade>(face: Arc<Face<F>>) -> Router {
    let tree = Arc::clone(&face.tree);
    let site = face.site();
    let gate = middleware::from_fn_with_state(Arc::clone(&face), gate::pass::<F>);
    let reports = Router::new()
        .route("/report", get(report::show::<F>).post(report::submit::<F>).layer(gate.clone()))
        .route("/report/code", post(report::code::keep::<F>))
        .route("/report/step", get(report::first_step).post(report::step::<F>))
        .route("/track/message", post(track::write::<F>))
        .route("/api/v1/reports/self/files", post(api::files::add::<F>))
        .layer(middleware::from_fn_with_state(Arc::clone(&face.budget), budget::streamed))
        // Files of any size stream through; what is kept of a request in memory is limited where it is read.
        .layer(DefaultBodyLimit::disable());
    let files = Router::new()
        .route("/api/v1/uploads", post(uploads::begin::<F>))
        .route("/api/v1/uploads/self", get(uploads::look::<F>).patch(uploads::go_on::<F>).delete(uploads::remove::<F>))
        .layer(DefaultBodyLimit::disable());
    let programs = Router::new()
        .route("/api/v1/reports", post(api::report::<F>))
        .layer(DefaultBodyLimit::max(report::BODY_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&face.budget), budget::within))
        .layer(gate);
    let documents = Router::new()
        .route("/api/v1/validate", post(api::validate::validate::<F>))
        .layer(DefaultBodyLimit::max(api::validate::BODY_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&face.budget), budget::within));
    let lists_of_parts = Router::new()
        .route("/check", get(check::<F>).post(check::submit::<F>))
        .route("/api/v1/check/sbom", post(api::check::sbom::<F>))
        .layer(DefaultBodyLimit::max(check::BODY_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&face.budget), budget::within));
    let rest = Router::new()
        .route("/api/v1/check", get(api::check::ask::<F>).post(api::check::submit::<F>))
        .route("/receipt", get(receipt::show::<F>))
        .route("/receipt.txt", get(receipt::download::<F>))
        .route("/receipt/signed", get(receipt::signed_file::<F>))
        .route("/track/date", post(track::acts::date::<F>))
        .route("/track/credit", post(track::acts::credit::<F>))
        .route("/track/news", post(track::acts::news::<F>))
        .route("/track", get(track::show::<F>).post(track::open::<F>))
        .route("/report/known", get(report::alike::known::<F>))
        .route("/report/forget", post(report::code::forget::<F>))
        .route("/track/withdraw", post(track::acts::withdraw::<F>))
        .route("/track/leave", post(track::leave::<F>))
        .route("/advisories", get(list::<F>))
        .route("/advisories/", get(list::<F>))
        .route("/advisories/{number}/diff", get(diff::<F>))
        .route("/feeds/{name}", get(feed::<F>))
        .route("/feeds", get(feeds_page::<F>))
        .route("/problems", get(problems::<F>))
        .route("/api/v1/reports/self", get(api::look::<F>))
        .route("/api/v1/reports/self/messages", post(api::write::<F>))
        .route("/api/v1/reports/self/dates", post(api::follow::dates::<F>))
        .route("/api/v1/reports/self/credit", post(api::follow::credit::<F>))
        .route("/api/v1/reports/self/news", post(api::follow::news::<F>))
        .route("/api/v1/reports/self/withdraw", post(api::follow::withdraw::<F>))
        .route("/api/v1/reports/self/receipt", get(api::follow::receipt::<F>))
        .route("/api/v1/reports/self/receipt/consistency", get(api::follow::consistency::<F>))
        .route("/api/v1/openapi.json", get(api::openapi))
        .route("/api/v1/tests", get(api::validate::tests::<F>))
        .route("/pgp/test", get(pgp::readable::show).post(pgp::readable::send::<F>))
        .route("/api/v1/pgp-test", post(pgp::readable::program::<F>))
        .route("/.well-known/csaf/green/{*path}", get(tree::guarded::file::<F>))
        .route("/.well-known/csaf/amber/{*path}", get(tree::guarded::file::<F>))
        .route("/.well-known/csaf/amber-strict/{*path}", get(tree::guarded::file::<F>))
        .route("/assets/{name}", get(assets::serve))
        .route("/assets/{folder}/{name}", get(assets::serve_library))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready::<F>))
        .layer(DefaultBodyLimit::max(SMALL_BODY));
    let listings = Router::new()
        .route("/.well-known/csaf/", get(tree::listing::root))
        .route("/.well-known/csaf/{*below}", get(tree::listing::below))
        .with_state(Arc::clone(&tree));
    reports
        .merge(files)
        .merge(programs)
        .merge(documents)
        .merge(lists_of_parts)
        .merge(rest)
        .fallback(|| async { Problem::not_found() })
        .with_state(face)
        .merge(listings)
        .layer(CatchPanicLayer::custom(|_| Problem::logged(&"a handler panicked").into_response()))
        .layer(middleware::from_fn(same_site::only))
        .layer(middleware::from_fn_with_state(site, problem::dress))
        .layer(middleware::from_fn(tongue::remember))
        .layer(middleware::from_fn(headers::secure))
        .layer(middleware::from_fn_with_state(tree, tree::first))
}

/// `GET /advisories`, with or without a filter. What was drawn before is answered without counting.
async fn list<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let filter = Filter::read(&query);
    let page = Query::of(RawQuery(Some(query))).text("page").and_then(|page| page.parse().ok()).unwrap_or(1_usize).clamp(1, 100_000);
    let snapshot = face.tree.now();
    let key = format!("{} {page} {}", tongue.lang.code(), filter.query());
    let served = match snapshot.drawn(&key) {
        Some(served) => served,
        None => {
            allowed(&face.limits.pages, caller)?;
            let text = advisories::filtered(&snapshot.world, &snapshot.shelf, tongue.lang, &filter, page);
            snapshot.draw(key, "advisories.html", text.into_bytes())
        }
    };
    Ok(tree::answer(&served, &method, &headers))
}

/// `GET /feeds/advisories.atom?severity=high` and the like: "subscribe to this filter". Without a filter it is a file of the tree.
async fn feed<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    caller: Caller,
    method: Method,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let path = uri.path().trim_start_matches('/');
    let filter = Filter::read(uri.query().unwrap_or_default());
    let snapshot = face.tree.now();
    let key = format!("{path} {}", filter.query());
    let served = match snapshot.drawn(&key) {
        Some(served) => served,
        None => {
            allowed(&face.limits.pages, caller)?;
            let Some(text) = advisories::feed(&snapshot.world, &snapshot.shelf, path, &filter) else { return Err(Problem::not_found()) };
            snapshot.draw(key, path, text.map_err(|why| Problem::logged(&why))?.into_bytes())
        }
    };
    Ok(tree::answer(&served, &method, &headers))
}

/// `GET /advisories/{number}/diff?from=1&to=2`: what became another between two versions.
async fn diff<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    method: Method,
    headers: HeaderMap,
    Path(number): Path<String>,
    query: RawQuery,
) -> Result<Response, Problem> {
    let query = Query::of(query);
    let version = |name: &str| query.text(name).and_then(|version| version.parse().ok());
    let snapshot = face.tree.now();
    let Some(entry) = snapshot.shelf.entries().iter().find(|entry| entry.card.number == number) else { return Err(Problem::not_found()) };
    let Some((from, to)) = advisories::difference::wanted(entry, version("from"), version("to")) else { return Err(Problem::not_found()) };
    let key = format!("diff {} {number} {from} {to}", tongue.lang.code());
    let served = match snapshot.drawn(&key) {
        Some(served) => served,
        None => {
            allowed(&face.limits.pages, caller)?;
            let text = advisories::difference::render(&snapshot.world, entry, tongue.lang, from, to).ok_or_else(Problem::not_found)?;
            snapshot.draw(key, "diff.html", text.into_bytes())
        }
    };
    Ok(tree::answer(&served, &method, &headers))
}

/// `GET /check`
async fn check<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue, caller: Caller, query: RawQuery) -> Result<Response, Problem> {
    allowed(&face.limits.pages, caller)?;
    let query = Query::of(query);
    Ok(check::render(&face.tree.now(), &tongue, query.text("product"), query.text("version").unwrap_or_default()))
}

/// `GET /feeds`
async fn feeds_page<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue) -> Response {
    feeds::render(&face.world(), &tongue)
}

/// `GET /problems`: what the `type` of a problem document leads to.
async fn problems<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue) -> Response {
    problem::explained(&tongue, &face.site(), Vec::new())
}

/// `GET /readyz`: 200 when the store answers, else 503.
async fn ready<F: Facade>(State(face): State<Arc<Face<F>>>, uri: Uri) -> Response {
    if face.house.ready().await {
        return "ready\n".into_response();
    }
    tracing::warn!(path = uri.path(), "the store does not answer");
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(axum::http::header::CONTENT_TYPE, "text/plain; charset=utf-8; problem=store")],
        "the store does not answer\n",
    )
        .into_response()
}

/// A query string, read.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(RawQuery(query): RawQuery) -> Self {
        Self(report::urlencoded(query.unwrap_or_default().as_bytes()))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
