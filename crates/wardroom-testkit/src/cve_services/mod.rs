//! A local CVE Services 2.x with a memory of its own: the requests a CNA makes, in the order of checks, with the states, statuses and error
//! bodies of the real one (CVEProject/cve-services), and the official schema where the corpora are at hand.
//!
//! Faults come when a story orders them: a 500, a 503, a 429, an answer that is lost after the work was done, or before.
//! Deliberately not here: the secretariat's and ADPs' requests, users, and ids of years long past.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a story falls where it stands")]

mod answers;
mod ids;
mod records;
mod schema;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use wardroom_app::ports::clock::Clock;

pub use answers::no;

/// What goes wrong with the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 500 before anything was done.
    Error,
    /// 503 before anything was done.
    Unavailable,
    /// 429 with `Retry-After`.
    TooMany { seconds: u64 },
    /// It is done, and the connection breaks off.
    LostAnswer,
    /// It is done, and then a 500 is answered.
    ErrorAfter,
}

/// An organisation there.
#[derive(Clone, Debug)]
pub struct Org {
    pub short_name: &'static str,
    pub uuid: &'static str,
    /// User and key.
    pub users: Vec<(&'static str, &'static str)>,
    pub quota: u64,
    pub is_cna: bool,
}

/// One id as the service keeps it.
#[derive(Clone, Debug)]
pub struct KeptId {
    pub state: &'static str,
    pub year: i16,
    pub owner: String,
    pub requested_by: (String, String),
    pub reserved: Timestamp,
    pub modified: Timestamp,
}

/// A request that came, as far as a story looks at it.
#[derive(Clone, Debug)]
pub struct Came {
    pub method: String,
    pub path: String,
    pub body: String,
}

#[derive(Default)]
pub(crate) struct Kept {
    orgs: Vec<Org>,
    pub(crate) ids: BTreeMap<String, KeptId>,
    pub(crate) records: BTreeMap<String, Value>,
    top: u64,
    faults: VecDeque<Fault>,
    came: Vec<Came>,
}

/// The service.
#[derive(Clone)]
pub struct CveServer {
    kept: Arc<Mutex<Kept>>,
    clock: Arc<dyn Clock>,
    schema: Arc<schema::Schemas>,
    address: String,
}

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) org: Org,
    pub(crate) user: String,
}

impl CveServer {
    /// Listens on a free port of this machine.
    pub async fn start(clock: Arc<dyn Clock>, orgs: Vec<Org>) -> CveServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/api", listener.local_addr().unwrap());
        let kept = Arc::new(Mutex::new(Kept { orgs, top: 20_000, ..Kept::default() }));
        let server = CveServer { kept, clock, schema: Arc::new(schema::Schemas::load()), address };
        let router = router(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    /// `http://127.0.0.1:…/api`
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The next request meets this; several are met one after the other.
    pub fn will(&self, fault: Fault) {
        self.kept().faults.push_back(fault);
    }

    /// The quota of an organisation from now on.
    pub fn set_quota(&self, org: &str, quota: u64) {
        self.kept().orgs.iter_mut().filter(|one| one.short_name == org).for_each(|one| one.quota = quota);
    }

    /// Somebody with another tool reserves in a user's name.
    pub fn reserve_elsewhere(&self, org: &str, user: &str) -> String {
        let now = self.now();
        let mut kept = self.kept();
        ids::make(&mut kept, org, user, 2026, now)
    }

    pub fn ids(&self) -> BTreeMap<String, KeptId> {
        self.kept().ids.clone()
    }

    pub fn record(&self, id: &str) -> Option<Value> {
        self.kept().records.get(id).cloned()
    }

    /// All requests so far.
    pub fn came(&self) -> Vec<Came> {
        self.kept().came.clone()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn schema(&self) -> &schema::Schemas {
        &self.schema
    }

    /// Who the three headers name; else the answer.
    pub(crate) fn caller(&self, headers: &axum::http::HeaderMap) -> Result<Caller, Response> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        for name in ["CVE-API-ORG", "CVE-API-USER", "CVE-API-KEY"] {
            if header(name).is_empty() {
                return Err(no(400, "BAD_REQUEST", &format!("{name} header field required.")));
            }
        }
        let (org, user, key) = (header("CVE-API-ORG"), header("CVE-API-USER"), header("CVE-API-KEY"));
        let kept = self.kept();
        let found = kept.orgs.iter().find(|one| one.short_name == org && one.users.contains(&(user.as_str(), key.as_str())));
        match found {
            Some(org) => Ok(Caller { org: org.clone(), user }),
            None => Err(no(401, "UNAUTHORIZED", "Unauthorized")),
        }
    }

    /// The same of a CNA.
    pub(crate) fn cna(&self, headers: &axum::http::HeaderMap) -> Result<Caller, Response> {
        let caller = self.caller(headers)?;
        if caller.org.is_cna {
            return Ok(caller);
        }
        let message = "This function is currently only allowed to CNAs. This will change for many functions as more administrative roles are implemented.";
        Err(no(403, "CNA_ONLY", message))
    }
}

fn router(server: CveServer) -> Router {
    Router::new()
        .route("/api/health-check", get(|| async { StatusCode::OK }))
        .route("/api/cve-id", get(ids::list).post(ids::reserve))
        .route("/api/cve-id/{id}", get(ids::show))
        .route("/api/cve/{id}", get(records::show))
        .route("/api/cve/{id}/cna", post(records::create).put(records::replace))
        .route("/api/cve/{id}/reject", post(records::reject).put(records::reject_existing))
        .route("/api/org/{org}/id_quota", get(ids::quota))
        .layer(from_fn_with_state(server.clone(), meet))
        .with_state(server)
}

/// Writes the request down, and lets the fault that was ordered happen.
async fn meet(State(server): State<CveServer>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, 4 << 20).await.unwrap_or_default();
    let fault = {
        let mut kept = server.kept();
        kept.came.push(Came {
            method: parts.method.to_string(),
            path: parts.uri.to_string(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        });
        kept.faults.pop_front()
    };
    match fault {
        Some(Fault::Error) => return no(500, "INTERNAL_SERVER_ERROR", "Internal Server Error"),
        Some(Fault::Unavailable) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(Fault::TooMany { seconds }) => {
            let mut answer = no(429, "TOO_MANY_REQUESTS", "Too many requests. Please try again later.");
            answer.headers_mut().insert("retry-after", seconds.to_string().parse().unwrap());
            return answer;
        }
        Some(Fault::LostAnswer | Fault::ErrorAfter) | None => {}
    }
    let answer = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    match fault {
        Some(Fault::LostAnswer) => {
            let broken = futures_util::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("cut")) });
            Response::new(Body::from_stream(broken))
        }
        Some(Fault::ErrorAfter) => no(500, "INTERNAL_SERVER_ERROR", "Internal Server Error"),
        _ => answer,
    }
}
