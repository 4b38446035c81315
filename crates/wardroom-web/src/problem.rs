//! What a visitor reads when something does not work: a page in words, or RFC 9457 JSON for programs.
//!
//! A handler returns a [`Problem`]; the middleware [`dress`] gives it its page, because only there the visitor's
//! language and the site are known. Bare errors of the framework (404, 405, 413, 415, 422) are dressed as well.
//! A problem never carries confidential text.

use crate::gate::Later;
use crate::words::Word;
use crate::words::{self, common as say};
use crate::{Faults, Lang, Page, Site, Tongue, time};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;

/// Where a file that arrives in pieces goes on (draft-ietf-httpbis-resumable-upload).
pub const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");

/// One problem.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable code, e.g. `not-found`; part of the JSON `type`.
    pub code: &'static str,
    /// What happened.
    pub title: Word,
    /// Why, and what to do.
    pub text: Word,
    /// One more sentence in the visitor's language, e.g. a refusal's; may be empty.
    pub detail: String,
    /// What is wrong with single fields.
    pub faults: Faults,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// What leads in while a flood comes down.
    pub later: Option<Later>,
    /// Of a file that arrives in pieces: where to go on.
    pub offset: Option<u64>,
    /// Of 401: the scheme that is wanted (RFC 9110 §11.6.1); may be empty.
    pub scheme: &'static str,
    /// The number under which the cause stands in the log; may be empty.
    pub reference: String,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, title: Word, text: Word) -> Self {
        Self {
            status,
            code,
            title,
            text,
            detail: String::new(),
            faults: Faults::default(),
            retry_after: None,
            later: None,
            offset: None,
            scheme: "",
            reference: String::new(),
        }
    }

    /// 404: not there, or not yours to see.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", say::PROBLEM_NOT_FOUND_TITLE, say::PROBLEM_NOT_FOUND_TEXT)
    }

    /// 400: not readable.
    #[must_use]
    pub fn bad_request() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", say::PROBLEM_BAD_REQUEST_TITLE, say::PROBLEM_BAD_REQUEST_TEXT)
    }

    /// 401: a sign-in or a receipt code is needed.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", say::PROBLEM_UNAUTHORIZED_TITLE, say::PROBLEM_UNAUTHORIZED_TEXT)
    }

    /// 403: the account may not.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", say::PROBLEM_FORBIDDEN_TITLE, say::PROBLEM_FORBIDDEN_TEXT)
    }

    /// 403: the form came from another site.
    #[must_use]
    pub fn cross_site() -> Self {
        Self::new(StatusCode::FORBIDDEN, "cross-site", say::PROBLEM_CROSS_SITE_TITLE, say::PROBLEM_CROSS_SITE_TEXT)
    }

    /// 405.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", say::PROBLEM_METHOD_TITLE, say::PROBLEM_METHOD_TEXT)
    }

    /// 409 or 412: somebody was faster.
    #[must_use]
    pub fn conflict() -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", say::PROBLEM_CONFLICT_TITLE, say::PROBLEM_CONFLICT_TEXT)
    }

    /// 413.
    #[must_use]
    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", say::PROBLEM_TOO_LARGE_TITLE, say::PROBLEM_TOO_LARGE_TEXT)
    }

    /// 400: JSON that is not JSON, too deep, not UTF-8, or with a name twice. Say where in the detail.
    #[must_use]
    pub fn malformed() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", say::PROBLEM_MALFORMED_TITLE, say::PROBLEM_MALFORMED_TEXT)
    }

    /// 415: a body of a kind this address does not take.
    #[must_use]
    pub fn unsupported_media() -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", say::PROBLEM_MEDIA_TITLE, say::PROBLEM_MEDIA_TEXT)
    }

    /// 422: the Idempotency-Key was used for something else.
    #[must_use]
    pub fn key_reused() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", say::PROBLEM_KEY_REUSED_TITLE, say::PROBLEM_KEY_REUSED_TEXT)
    }

    /// 409: a request with the same Idempotency-Key is being worked on.
    #[must_use]
    pub fn in_flight() -> Self {
        let mut problem = Self::new(StatusCode::CONFLICT, "in-flight", say::PROBLEM_IN_FLIGHT_TITLE, say::PROBLEM_IN_FLIGHT_TEXT);
        problem.retry_after = Some(Duration::from_secs(1));
        problem
    }

    /// 422, with what is wrong.
    #[must_use]
    pub fn unprocessable(faults: Faults) -> Self {
        let mut problem =
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", say::PROBLEM_UNPROCESSABLE_TITLE, say::PROBLEM_UNPROCESSABLE_TEXT);
        problem.faults = faults;
        problem
    }

    /// 429, with the time to wait.
    #[must_use]
    pub fn too_many(wait: Duration) -> Self {
        let mut problem =
            Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", say::PROBLEM_TOO_MANY_TITLE, say::PROBLEM_TOO_MANY_TEXT);
        problem.retry_after = Some(wait);
        problem
    }

    /// 429 while a flood comes down: what leads in, and when.
    #[must_use]
    pub fn later(later: Later) -> Self {
        let mut problem = Self::busy();
        problem.retry_after = Some(later.wait);
        problem.later = Some(later);
        problem
    }

    fn busy() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", say::PROBLEM_BUSY_TITLE, say::PROBLEM_BUSY_TEXT)
    }

    /// 500: ours. Log the cause with [`Problem::reference`] where it is handled.
    #[must_use]
    pub fn trouble() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "trouble", say::PROBLEM_TROUBLE_TITLE, say::PROBLEM_TROUBLE_TEXT)
    }

    /// 500 that logs its cause once and shows the visitor the number under which it is logged. The cause must not
    /// hold confidential text.
    pub fn logged(cause: &dyn std::fmt::Display) -> Self {
        let reference = fresh_reference();
        tracing::error!(reference, %cause, "a request failed");
        let mut problem = Self::trouble();
        problem.reference = reference;
        problem
    }

    /// 507: there is no room to keep it.
    #[must_use]
    pub fn full() -> Self {
        Self::new(StatusCode::INSUFFICIENT_STORAGE, "full", say::PROBLEM_FULL_TITLE, say::PROBLEM_FULL_TEXT)
    }

    /// Trouble with what is stored, logged once: 507 where there is no room, else 500.
    pub fn stored(cause: &dyn std::fmt::Display, full: bool) -> Self {
        let logged = Self::logged(cause);
        if full { Self { reference: logged.reference, ..Self::full() } } else { logged }
    }

    /// 503: this part rests.
    #[must_use]
    pub fn unavailable() -> Self {
        let mut problem =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", say::PROBLEM_UNAVAILABLE_TITLE, say::PROBLEM_UNAVAILABLE_TEXT);
        problem.retry_after = Some(Duration::from_secs(60));
        problem
    }

    /// Adds a sentence.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::unauthorized(),
            StatusCode::FORBIDDEN => Self::forbidden(),
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Self::method_not_allowed(),
            StatusCode::CONFLICT => Self::conflict(),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::unsupported_media(),
            StatusCode::UNPROCESSABLE_ENTITY => Self::unprocessable(Faults::default()),
            StatusCode::TOO_MANY_REQUESTS => Self::too_many(Duration::from_secs(60)),
            StatusCode::SERVICE_UNAVAILABLE => Self::unavailable(),
            other if other.is_server_error() => Self::trouble(),
            other => {
                let mut problem = Self::bad_request();
                problem.status = other;
                problem
            }
        }
    }

    /// Every kind of problem the house itself makes, for the page that explains them. Refusals of the rules have codes of their own.
    #[must_use]
    pub fn kinds() -> Vec<Self> {
        vec![
            Self::bad_request(),
            Self::malformed(),
            Self::unauthorized(),
            Self::forbidden(),
            Self::cross_site(),
            Self::not_found(),
            Self::method_not_allowed(),
            Self::conflict(),
            Self::in_flight(),
            Self::too_large(),
            Self::unsupported_media(),
            Self::unprocessable(Faults::default()),
            Self::key_reused(),
            Self::too_many(Duration::from_secs(60)),
            Self::busy(),
            Self::trouble(),
            Self::full(),
            Self::unavailable(),
        ]
    }

    /// `base_url`: of the public pages, where `/problems` explains each kind in both languages.
    fn json(&self, lang: Lang, base_url: &str, trace: &str) -> Response {
        let mut detail = self.text.say(lang).to_owned();
        if !self.detail.is_empty() {
            detail.push(' ');
            detail.push_str(&self.detail);
        }
        let mut body = serde_json::json!({
            "type": format!("{base_url}/problems#{}", self.code),
            "title": self.title.say(lang),
            "status": self.status.as_u16(),
            "detail": detail,
            "code": self.code,
        });
        if let Some(object) = body.as_object_mut() {
            if !self.faults.is_empty() {
                let errors: Vec<_> = self
                    .faults
                    .all()
                    .iter()
                    .map(|fault| serde_json::json!({"pointer": pointer(&fault.field), "code": fault.code, "detail": fault.text}))
                    .collect();
                object.insert("errors".into(), errors.into());
            }
            if let Some(wait) = self.retry_after {
                object.insert("retry_after".into(), wait.as_secs().max(1).into());
            }
            if let Some(offset) = self.offset {
                object.insert("offset".into(), offset.into());
            }
            if let Some(later) = &self.later {
                object.insert(
                    "work".into(),
                    serde_json::json!({"challenge": later.work, "bits": later.bits, "send_as": "Wardroom-Proof: challenge:nonce"}),
                );
                object.insert("turn".into(), serde_json::json!({"ticket": later.turn, "send_as": "Wardroom-Turn: ticket"}));
            }
            object.insert("trace_id".into(), trace.into());
        }
        let headers = [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::CONTENT_LANGUAGE, lang.code()),
            (header::VARY, "accept-language"),
        ];
        (headers, body.to_string()).into_response()
    }
}

/// The number under which a request stands in the log.
fn fresh_reference() -> String {
    let mut bytes = [0_u8; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => format!("{:08x}", u32::from_be_bytes(bytes)),
        Err(_) => String::from("00000000"),
    }
}

/// RFC 6901: a field's name as a pointer; what already is one stays, and the whole body is the empty pointer.
fn pointer(field: &str) -> String {
    if field.is_empty() || field.starts_with('/') {
        return field.to_owned();
    }
    format!("/{}", field.replace('~', "~0").replace('/', "~1"))
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if !self.scheme.is_empty()
            && let Ok(value) = HeaderValue::from_str(&format!("{} realm=\"wardroom\"", self.scheme))
        {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        if let Some(offset) = self.offset {
            response.headers_mut().insert(UPLOAD_OFFSET, HeaderValue::from(offset));
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    page: Page,
    problem: Problem,
    wait: String,
}

#[derive(Template)]
#[template(path = "problems.html")]
struct ProblemsPage {
    page: Page,
    kinds: Vec<Problem>,
    refusals: Vec<&'static str>,
}

/// The page that the `type` of every problem leads to. `refusals`: further codes that shall resolve there.
#[must_use]
pub fn explained(tongue: &Tongue, site: &Arc<Site>, refusals: Vec<&'static str>) -> Response {
    let page = Page::new(tongue, site, "", words::public::PROBLEMS_TITLE.say(tongue.lang));
    crate::html(&ProblemsPage { page, kinds: Problem::kinds(), refusals })
}

/// Middleware (`from_fn_with_state(site, dress)`): gives every problem its page or its JSON. Put it outside of what
/// may fail and inside of [`crate::headers::secure`].
pub async fn dress(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let tongue = Tongue::of(request.uri(), request.headers());
    let json = wants_json(request.uri().path(), request.headers());
    let asked = json.then(|| (request.method().clone(), request.uri().path().to_owned()));
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        None if is_bare(response.headers()) => Problem::of_status(status),
        None => return response,
    };
    let mut dressed = match asked {
        Some((method, path)) => {
            let trace = if problem.reference.is_empty() { fresh_reference() } else { problem.reference.clone() };
            // What a program asks us about later; floods are counted elsewhere and would only fill the log.
            if status != StatusCode::TOO_MANY_REQUESTS && status.is_client_error() {
                tracing::info!(trace, %method, path = path.escape_debug().to_string(), status = status.as_u16(), code = problem.code, "refused");
            }
            problem.json(tongue.lang, &site.base_url, &trace)
        }
        None => page(&problem, &tongue, &site),
    };
    *dressed.status_mut() = status;
    if let Some(wait) = problem.retry_after {
        dressed.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    for name in [header::ALLOW, header::SET_COOKIE, header::WWW_AUTHENTICATE, UPLOAD_OFFSET] {
        for value in response.headers().get_all(&name) {
            dressed.headers_mut().append(name.clone(), value.clone());
        }
    }
    dressed
}

fn page(problem: &Problem, tongue: &Tongue, site: &Arc<Site>) -> Response {
    let wait = problem
        .retry_after
        .map_or_else(String::new, |wait| say::problem_retry_after(tongue.lang, time::span(tongue.lang, wait.as_secs().max(1))));
    let page = Page::new(tongue, site, "", problem.title.say(tongue.lang)).faulty(true);
    let page = if problem.later.is_some() { page.script("work.js") } else { page };
    match (ProblemPage { page, problem: problem.clone(), wait }).render() {
        Ok(text) => Html(text).into_response(),
        Err(_) => problem.text.say(tongue.lang).into_response(),
    }
}

/// Whether the asker is a program.
#[must_use]
pub fn wants_json(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    path.starts_with("/api/") || path == "/metrics" || (accept.contains("json") && !accept.contains("text/html"))
}

fn is_bare(headers: &HeaderMap) -> bool {
    match headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) {
        None => true,
        Some(media) => media.starts_with("text/plain"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower::ServiceExt as _;

    async fn ask(path: &str, accept: &'static str) -> (StatusCode, HeaderMap, String) {
        let app = Router::new()
            .route("/slow", get(|| async { Problem::too_many(Duration::from_secs(125)) }))
            .layer(middleware::from_fn_with_state(Arc::new(Site::default()), dress));
        let request = Request::builder().uri(path).header(header::ACCEPT, accept).body(Body::empty()).unwrap_or_default();
        let response = app.oneshot(request).await.unwrap_or_default();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_default();
        (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
    }

    #[tokio::test]
    async fn people_get_a_page_and_programs_get_json() {
        let (status, headers, text) = ask("/slow?lang=zh", "text/html").await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(headers.get(header::RETRY_AFTER), Some(&HeaderValue::from(125_u64)));
        assert!(text.contains("lang=\"zh-Hans\"") && text.contains("2 分钟"), "{text}");
        let (_, headers, text) = ask("/slow", "application/json").await;
        assert_eq!(headers.get(header::CONTENT_TYPE), Some(&HeaderValue::from_static("application/problem+json")));
        assert!(text.contains("\"retry_after\":125"), "{text}");
    }

    #[tokio::test]
    async fn what_the_framework_refuses_is_dressed_too() {
        let (status, _, text) = ask("/nowhere", "text/html").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(text.contains(say::PROBLEM_NOT_FOUND_TITLE.say(Lang::En)), "{text}");
        let (status, _, text) = ask("/api/v1/nowhere", "*/*").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(text.contains("\"type\":\"/problems#not-found\""), "{text}");
    }
}
