//! Files that arrive in pieces, for the form's script, the track page and programs (`/api/v1/uploads`). After the IETF's
//! resumable uploads draft (draft-ietf-httpbis-resumable-upload): POST begins, PATCH goes on from `Upload-Offset`, HEAD or GET
//! tells how far it is, DELETE removes. Unlike there, the address is the same for all and the upload is named by its secret
//! token in `Authorization: Upload …`, because addresses end up in logs.
//! It survives a restart of either side; what a report or message names by its token becomes part of it.

use crate::api::typed;
use crate::facade::Facade;
use crate::face::{Face, allowed};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};
use jiff::Timestamp;
use serde_json::json;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::Semaphore;
use wardroom_app::public_house::{BrokeOff, NewFile, Progress, UploadError, UploadLimits, plain_name};
use wardroom_seal::{Token, TokenKind};
use wardroom_web::problem::UPLOAD_OFFSET;
use wardroom_web::words::public as say;
use wardroom_web::{Caller, Lang, Problem, Tongue, text};

const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
/// Files written at the same time; each holds one piece in memory.
const AT_ONCE: usize = 128;
const DAY_SECONDS: i64 = 86_400;
/// So many networks are remembered; then those of yesterday are forgotten.
const MOST_NETWORKS: usize = 50_000;

/// What each network sent today, and how many files are being written now. In memory, forgotten on restart.
pub struct Traffic {
    sent: Mutex<HashMap<u128, (i64, u64)>>,
    slots: Semaphore,
}

impl Default for Traffic {
    fn default() -> Self {
        Self { sent: Mutex::default(), slots: Semaphore::new(AT_ONCE) }
    }
}

impl Traffic {
    /// Counts bytes of a network.
    ///
    /// # Errors
    /// The day's budget is used up; the time until the next day.
    pub(crate) fn spend(&self, caller: Caller, bytes: u64, now: Timestamp, limit: u64) -> Result<(), Duration> {
        // Behind a proxy nobody declared, everybody is the loopback address: then only the common limits count.
        if caller.0.is_loopback() {
            return Ok(());
        }
        let day = now.as_second().div_euclid(DAY_SECONDS);
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.len() > MOST_NETWORKS {
            sent.retain(|_, (then, _)| *then == day);
        }
        let entry = sent.entry(caller.network()).or_insert((day, 0));
        if entry.0 != day {
            *entry = (day, 0);
        }
        if entry.1.saturating_add(bytes) > limit {
            let left = (day + 1).saturating_mul(DAY_SECONDS).saturating_sub(now.as_second());
            return Err(Duration::from_secs(left.max(1).unsigned_abs()));
        }
        entry.1 += bytes;
        Ok(())
    }
}

/// Counts bytes while they pass, and ends the stream when the network's budget does.
pub(crate) struct Counted<'a, S> {
    pub(crate) inner: S,
    pub(crate) traffic: &'a Traffic,
    pub(crate) caller: Caller,
    pub(crate) now: Timestamp,
    pub(crate) limit: u64,
    pub(crate) over: &'a AtomicBool,
}

impl<S: Stream<Item = Result<Bytes, BrokeOff>> + Unpin> Stream for Counted<'_, S> {
    type Item = Result<Bytes, BrokeOff>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.inner.poll_next_unpin(context);
        if let Poll::Ready(Some(Ok(bytes))) = &polled
            && self.traffic.spend(self.caller, bytes.len() as u64, self.now, self.limit).is_err()
        {
            self.over.store(true, Ordering::Relaxed);
            return Poll::Ready(Some(Err(BrokeOff)));
        }
        polled
    }
}

/// `POST /api/v1/uploads` with `{"name": …, "media_type": …, "length": …}`
pub async fn begin<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    allowed(&face.limits.uploads, caller)?;
    let (lang, limits) = (tongue.lang, face.house.upload_limits());
    let begin = typed::read(&headers, body, lang, &["name", "media_type", "length"]).await?;
    let Some(length) = typed::count(&begin, "length") else {
        return Err(typed::fault("length", "required", say::API_FAULT_UPLOAD.say(lang)));
    };
    let (name, media_type) = (typed::text(&begin, "name", lang)?, typed::text(&begin, "media_type", lang)?);
    let file = NewFile { name: plain_name(&name), media_type, length: Some(length) };
    let token = face.house.begin_upload(file).await.map_err(|error| refused(error, lang, limits))?;
    let progress = face.house.upload(&token).await.map_err(|error| refused(error, lang, limits))?;
    let mut response = (StatusCode::CREATED, Json(told(&progress, Some(&token)))).into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/api/v1/uploads/self"));
    Ok(marked(response, &progress))
}

/// `GET` and `HEAD /api/v1/uploads/self`
pub async fn look<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue, headers: HeaderMap) -> Result<Response, Problem> {
    let token = token(&headers)?;
    let progress = face.house.upload(&token).await.map_err(|error| refused(error, tongue.lang, face.house.upload_limits()))?;
    Ok(marked(Json(told(&progress, None)).into_response(), &progress))
}

/// `PATCH /api/v1/uploads/self` with `Upload-Offset: …` and the bytes from there on.
pub async fn go_on<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let token = token(&headers)?;
    let limits = face.house.upload_limits();
    let number =
        |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).and_then(|text| text.trim().parse::<u64>().ok());
    let Some(offset) = number(&UPLOAD_OFFSET) else {
        return Err(Problem::bad_request().detail(say::API_FAULT_OFFSET.say(tongue.lang)));
    };
    let Ok(_slot) = face.traffic.slots.try_acquire() else { return Err(Problem::unavailable()) };
    let over = AtomicBool::new(false);
    let inner = body.into_data_stream().map(|part| part.map_err(|_| BrokeOff));
    let mut source = Counted { inner, traffic: &face.traffic, caller, now: face.now(), limit: limits.network_bytes, over: &over };
    match face.house.receive(&token, offset, &mut source).await {
        Ok(progress) => Ok(marked(Json(told(&progress, None)).into_response(), &progress)),
        Err(UploadError::Interrupted) if over.load(Ordering::Relaxed) => Err(network_full(&face, caller, tongue.lang)),
        Err(UploadError::Offset { at }) => Err(elsewhere(at, tongue.lang)),
        Err(error) => Err(refused(error, tongue.lang, limits)),
    }
}

/// `DELETE /api/v1/uploads/self`
pub async fn remove<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue, headers: HeaderMap) -> Result<Response, Problem> {
    let token = token(&headers)?;
    match face.house.drop_upload(&token).await {
        Ok(()) | Err(UploadError::Unknown) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(error) => Err(refused(error, tongue.lang, face.house.upload_limits())),
    }
}

/// The tokens a form or program names, in order, each once. What is no token of ours is left out.
pub(crate) fn tokens<'a>(typed: impl IntoIterator<Item = &'a str>) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for text in typed {
        if let Ok(token) = Token::parse(TokenKind::Upload, text.trim())
            && !tokens.contains(&token)
        {
            tokens.push(token);
        }
    }
    tokens
}

/// 409 with the place to go on from, as header and in the problem.
fn elsewhere(at: u64, lang: Lang) -> Problem {
    let mut problem = Problem::conflict().detail(say::api_fault_offset_at(lang, at));
    problem.offset = Some(at);
    problem
}

/// 413 with the limit named, and when there is room again.
fn network_full<F: Facade>(face: &Face<F>, caller: Caller, lang: Lang) -> Problem {
    let limit = face.house.upload_limits().network_bytes;
    let wait = face.traffic.spend(caller, limit, face.now(), limit).err();
    let mut problem = Problem::too_large().detail(say::api_fault_network(lang, text::size(lang, limit)));
    problem.retry_after = wait;
    problem
}

fn refused(error: UploadError, lang: Lang, limits: UploadLimits) -> Problem {
    match error {
        UploadError::Unknown => Problem::not_found(),
        UploadError::TooLarge { limit } => {
            Problem::too_large().detail(say::api_fault_file(lang, text::size(lang, limit.min(limits.file_bytes))))
        }
        UploadError::NoRoom { limit } => {
            let mut problem = Problem::unavailable().detail(say::api_fault_room(lang, text::size(lang, limit)));
            problem.status = StatusCode::INSUFFICIENT_STORAGE;
            problem
        }
        UploadError::Offset { .. } | UploadError::Busy => Problem::conflict(),
        UploadError::Interrupted => Problem::bad_request(),
        UploadError::Trouble(trouble) => Problem::stored(&trouble, trouble.full),
    }
}

fn token(headers: &HeaderMap) -> Result<Token, Problem> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|text| text.split_once(' '));
    let token = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("upload")).map(|(_, token)| token.trim());
    token
        .and_then(|token| Token::parse(TokenKind::Upload, token).ok())
        .ok_or_else(|| Problem { scheme: "Upload", ..Problem::unauthorized() })
}

fn told(progress: &Progress, token: Option<&Token>) -> serde_json::Value {
    let mut told = json!({
        "offset": progress.offset,
        "length": progress.length,
        "complete": progress.whole.is_some(),
        "sha256": progress.whole.as_ref().map(|whole| whole.sha256.as_str()),
    });
    if let (Some(token), Some(told)) = (token, told.as_object_mut()) {
        told.insert("upload".to_owned(), token.to_string().into());
    }
    told
}

fn marked(mut response: Response, progress: &Progress) -> Response {
    let headers = response.headers_mut();
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(progress.offset));
    if let Some(length) = progress.length {
        headers.insert(LENGTH, HeaderValue::from(length));
    }
    headers.insert(COMPLETE, HeaderValue::from_static(if progress.whole.is_some() { "?1" } else { "?0" }));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    #[test]
    fn a_network_has_a_budget_for_each_day() {
        let traffic = Traffic::default();
        let caller = |network| Caller(IpAddr::V4(Ipv4Addr::new(192, 0, network, 7)));
        let now: Timestamp = "2026-11-21T23:00:00Z".parse().unwrap();
        assert!(traffic.spend(caller(1), 60, now, 100).is_ok());
        let wait = traffic.spend(caller(1), 41, now, 100).unwrap_err();
        assert_eq!(wait, Duration::from_secs(3_600));
        assert!(traffic.spend(caller(1), 40, now, 100).is_ok() && traffic.spend(caller(2), 100, now, 100).is_ok());
        let tomorrow: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        assert!(traffic.spend(caller(1), 100, tomorrow, 100).is_ok());
        assert!(traffic.spend(Caller(IpAddr::V4(Ipv4Addr::LOCALHOST)), 1_000, now, 100).is_ok());
    }

    #[test]
    fn tokens_are_read_once_each_and_nonsense_is_left_out() {
        let token = Token::make(TokenKind::Upload, &mut wardroom_seal::SeededChance::new(1));
        let other = Token::make(TokenKind::Session, &mut wardroom_seal::SeededChance::new(1));
        let (one, two) = (token.to_string(), other.to_string());
        assert_eq!(tokens([one.as_str(), "", "x", two.as_str(), one.as_str()]), [token]);
    }
}
