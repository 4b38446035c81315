//! The gate in front of the addresses that take reports, asked before a body is read. What leads in later travels in the answer (JSON members
//! `work` and `turn`, for programs) and in a cookie (for browsers without script); a script on the page that says "later" does the work.
//! Behind an undeclared proxy everybody is the loopback address: there only the common limit counts, and the health page says so.

use crate::facade::Facade;
use crate::face::{Face, allowed};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use wardroom_seal::ReceiptCode;
use wardroom_web::caller::Proxy;
use wardroom_web::gate::Papers;
use wardroom_web::tongue::{cookie, set_cookie};
use wardroom_web::{Caller, Problem};

/// Cookie and header of the turn, header of the proof.
const TURN: &str = "wardroom-turn";
const PROOF: &str = "wardroom-proof";
/// Seconds between two notes about the proxy in front of us.
const PROXY_EVERY: i64 = 300;

/// Middleware.
pub async fn pass<F: Facade>(State(face): State<Arc<Face<F>>>, caller: Caller, request: Request, next: Next) -> Response {
    note_proxy(&face, Proxy::of(&request));
    if *request.method() != Method::POST || caller.0.is_loopback() {
        return next.run(request).await;
    }
    let now = u64::try_from(face.now().as_millisecond()).unwrap_or_default();
    let headers = request.headers();
    let papers = Papers { known: false, proof: paper(headers, PROOF), turn: paper(headers, TURN) };
    let Err(later) = face.gate.enter(caller.network(), &papers, now) else { return next.run(request).await };
    let knows = holds_a_code(&face, caller, headers).await;
    if knows && face.gate.enter(caller.network(), &Papers { known: true, ..papers }, now).is_ok() {
        return next.run(request).await;
    }
    let seconds = later.wait.as_secs() + 1;
    let turn = later.turn.clone();
    let mut response = Problem::later(later).into_response();
    set_cookie(&mut response, &format!("{TURN}={turn}; Path=/; SameSite=Strict; HttpOnly; Max-Age={}", seconds + 600));
    response
}

/// Tells the house about a proxy in front of us, once in a while.
fn note_proxy<F: Facade>(face: &Face<F>, proxy: Proxy) {
    let how = match proxy {
        Proxy::None => return,
        Proxy::Declared => Ok(()),
        Proxy::Undeclared(from) => Err(format!("requests come with X-Forwarded-For from {from}: name it in trusted_proxies")),
    };
    let (now, last) = (face.now().as_second(), face.proxy_noted.load(Ordering::Relaxed));
    let due = now.saturating_sub(last) >= PROXY_EVERY;
    if due && face.proxy_noted.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
        if let Err(why) = &how {
            tracing::warn!("{why}: until then floods are limited only as a whole");
        }
        face.house.proxy_seen(how);
    }
}

/// What is shown, in a header or a cookie.
fn paper<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).or_else(|| cookie(headers, name)).unwrap_or_default()
}

/// Whether a code that opens a report comes with the request. Guessing is slowed like everywhere else.
async fn holds_a_code<F: Facade>(face: &Face<F>, caller: Caller, headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Receipt "));
    let code = match given {
        Some(text) => ReceiptCode::parse(text.trim()).ok(),
        None => face.cookie::<String>(headers, crate::track::COOKIE).and_then(|text| ReceiptCode::parse(&text).ok()),
    };
    let Some(code) = code.filter(|_| allowed(&face.limits.track, caller).is_ok()) else { return false };
    match face.house.track(&code).await {
        Ok(_) => true,
        Err(_) => {
            // Counted; the answer is the same either way.
            let _slowed = allowed(&face.limits.unknown_codes, caller);
            false
        }
    }
}
