//! The CVE program's service (CVE Services 2.x) over HTTPS: the port's requests, its three headers, and what its answers mean.
//!
//! A connection that never came about did nothing; one that broke off, or a 5xx, may have done it: the two are told apart, because reserving an
//! id twice costs an id. Answers are bounded in size and time and redirects are not followed, so that the key goes nowhere else.
//! Deliberately no retries and no memory: the outbox has both.

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use wardroom_app::ports::cve_service::{ApiKey, CveService, CveTrouble, Quota, Register, ServiceId};

/// The address of the service the world knows.
pub const PRODUCTION: &str = "https://cveawg.mitre.org/api";
/// The one for trying things: its ids are no CVE ids.
pub const TEST: &str = "https://cveawg-test.mitre.org/api";

/// For one request: reserving takes a lock there and may wait for others.
const PATIENCE: Duration = Duration::from_secs(60);
/// For the connection alone.
const CONNECT: Duration = Duration::from_secs(15);
/// Largest answer, in bytes: the service takes records up to 3.8 MB and gives them back.
const LARGEST: usize = 8 << 20;
/// Longest piece of an answer that is told to people, in characters.
const DETAIL: usize = 1_500;
/// Pages of a list that are read: 500 ids each.
const PAGES: u64 = 200;

/// Talks to one environment of the service.
pub struct CveServices {
    base: String,
    register: Register,
    client: reqwest::Client,
}

/// Why a service cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CveServicesFault {
    #[error("environment must be production, test, or an https:// address (http:// only on this machine), not {0:?}")]
    Environment(String),
    #[error("org and user are short names without spaces, as the CVE program gave them, not {0:?}")]
    Name(String),
    #[error("certificate is none in PEM")]
    Certificate,
    #[error("no HTTPS connection can be set up")]
    Client,
}

impl CveServices {
    /// `environment` is `production`, `test` or the address of another service; `trusted_pem` is trusted besides the usual authorities.
    pub fn new(environment: &str, org: &str, user: &str, trusted_pem: Option<&[u8]>) -> Result<CveServices, CveServicesFault> {
        let base = match environment {
            "production" => PRODUCTION.to_owned(),
            "test" => TEST.to_owned(),
            other => {
                let here = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|start| other.starts_with(start));
                if !other.starts_with("https://") && !here {
                    return Err(CveServicesFault::Environment(other.to_owned()));
                }
                other.trim_end_matches('/').to_owned()
            }
        };
        for name in [org, user] {
            if name.is_empty() || name.len() > 128 || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(CveServicesFault::Name(name.to_owned()));
            }
        }
        let mut builder = reqwest::Client::builder().timeout(PATIENCE).connect_timeout(CONNECT).redirect(reqwest::redirect::Policy::none());
        if let Some(pem) = trusted_pem {
            let trusted = reqwest::Certificate::from_pem(pem).map_err(|_| CveServicesFault::Certificate)?;
            builder = builder.add_root_certificate(trusted);
        }
        let client = builder.build().map_err(|_| CveServicesFault::Client)?;
        let register = Register { environment: environment.to_owned(), org: org.to_owned(), user: user.to_owned() };
        Ok(CveServices { base, register, client })
    }

    fn request(&self, method: Method, path: &str, key: &ApiKey) -> Result<RequestBuilder, CveTrouble> {
        let mut secret = reqwest::header::HeaderValue::from_str(key).map_err(|_| CveTrouble::NotLetIn)?;
        secret.set_sensitive(true);
        let request = self.client.request(method, format!("{}{path}", self.base));
        Ok(request.header("CVE-API-ORG", &self.register.org).header("CVE-API-USER", &self.register.user).header("CVE-API-KEY", secret))
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Answer, CveTrouble> {
        let response = request.send().await.map_err(|error| {
            // Before the connection stands nothing was sent.
            if error.is_connect() || error.is_builder() {
                CveTrouble::Later("no connection".to_owned())
            } else if error.is_timeout() {
                CveTrouble::Unknown("no answer in time".to_owned())
            } else {
                CveTrouble::Unknown("the connection broke off".to_owned())
            }
        })?;
        understand(response).await
    }

    async fn list_page(&self, key: &ApiKey, state: Option<&str>, since: Option<Timestamp>, page: u64) -> Result<List, CveTrouble> {
        let mut query = format!("?page={page}");
        if let Some(state) = state {
            query.push_str(&format!("&state={state}"));
        }
        if let Some(since) = since {
            query.push_str(&format!("&time_reserved.gt={}", since.strftime("%Y-%m-%dT%H:%M:%SZ")));
        }
        self.ask(self.request(Method::GET, &format!("/cve-id{query}"), key)?).await?.read()
    }
}

#[async_trait]
impl CveService for CveServices {
    fn register(&self) -> &Register {
        &self.register
    }

    async fn reserve(&self, key: &ApiKey, year: i16) -> Result<(String, Option<u64>), CveTrouble> {
        let path = format!("/cve-id?amount=1&batch_type=sequential&cve_year={year}&short_name={}", self.register.org);
        let answer = self.ask(self.request(Method::POST, &path, key)?).await?;
        let reserved: Reserved = answer.read()?;
        let id = reserved.cve_ids.into_iter().map(|one| one.cve_id).next().filter(|id| is_id(id));
        // It said yes without a name: the id is found in the list.
        let id = id.ok_or_else(|| CveTrouble::Unknown("the answer names no id".to_owned()))?;
        Ok((id, reserved.meta.and_then(|meta| meta.remaining_quota).and_then(|left| u64::try_from(left).ok())))
    }

    async fn ids(&self, key: &ApiKey, state: Option<&str>, since: Option<Timestamp>) -> Result<Vec<ServiceId>, CveTrouble> {
        let mut ids = Vec::new();
        for page in 1..=PAGES {
            let list = self.list_page(key, state, since, page).await?;
            ids.extend(list.cve_ids.into_iter().filter(|one| is_id(&one.cve_id)).map(ServiceId::from));
            if list.next_page.is_none() {
                break;
            }
        }
        Ok(ids)
    }

    async fn id(&self, key: &ApiKey, id: &str) -> Result<Option<ServiceId>, CveTrouble> {
        match self.ask(self.request(Method::GET, &format!("/cve-id/{id}"), key)?).await {
            Ok(answer) => Ok(Some(ServiceId::from(answer.read::<Told>()?))),
            Err(CveTrouble::Refused { status: 404, .. }) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    async fn publish(&self, key: &ApiKey, id: &str, cna: &Value) -> Result<(), CveTrouble> {
        let request = self.request(Method::POST, &format!("/cve/{id}/cna"), key)?.json(&json!({ "cnaContainer": cna }));
        self.ask(request).await.map(drop)
    }

    async fn update(&self, key: &ApiKey, id: &str, cna: &Value) -> Result<(), CveTrouble> {
        let request = self.request(Method::PUT, &format!("/cve/{id}/cna"), key)?.json(&json!({ "cnaContainer": cna }));
        self.ask(request).await.map(drop)
    }

    async fn reject(&self, key: &ApiKey, id: &str, reason: &str, published: bool) -> Result<(), CveTrouble> {
        let method = if published { Method::PUT } else { Method::POST };
        let body = json!({ "cnaContainer": { "rejectedReasons": [{ "lang": "en", "value": reason }] } });
        self.ask(self.request(method, &format!("/cve/{id}/reject"), key)?.json(&body)).await.map(drop)
    }

    async fn quota(&self, key: &ApiKey) -> Result<Quota, CveTrouble> {
        let told: ToldQuota = self.ask(self.request(Method::GET, &format!("/org/{}/id_quota", self.register.org), key)?).await?.read()?;
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        Ok(Quota { limit: count(told.id_quota), reserved: count(told.total_reserved), available: count(told.available) })
    }

    async fn answers(&self, url: &str) -> Result<(), String> {
        let response = self.client.get(url).send().await.map_err(|_| "no connection".to_owned())?;
        match response.status() {
            StatusCode::OK => Ok(()),
            status => Err(format!("it answers {}", status.as_u16())),
        }
    }
}

/// A good answer's body.
struct Answer(Vec<u8>);

impl Answer {
    /// The service did it; what it told of it cannot be read.
    fn read<T: for<'de> Deserialize<'de>>(&self) -> Result<T, CveTrouble> {
        serde_json::from_slice(&self.0).map_err(|_| CveTrouble::Unknown("the answer has another shape than we know".to_owned()))
    }
}

async fn understand(mut response: Response) -> Result<Answer, CveTrouble> {
    let status = response.status();
    let wait =
        ["retry-after", "ratelimit-reset"].iter().find_map(|name| response.headers().get(*name)?.to_str().ok()?.trim().parse::<u64>().ok());
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() <= LARGEST => bytes.extend_from_slice(&chunk),
            Ok(Some(_)) => return Err(CveTrouble::Unknown("the answer is too long".to_owned())),
            Ok(None) => break,
            Err(_) => return Err(CveTrouble::Unknown("the answer broke off".to_owned())),
        }
    }
    if status.is_success() {
        return Ok(Answer(bytes));
    }
    let no: No = serde_json::from_slice(&bytes).unwrap_or_default();
    Err(match status.as_u16() {
        401 => CveTrouble::NotLetIn,
        429 => CveTrouble::Slower { seconds: wait.unwrap_or(60) },
        503 if no.error.is_empty() => CveTrouble::Later("it is not available (503)".to_owned()),
        500..=599 => CveTrouble::Unknown(format!("it answers {}", status.as_u16())),
        300..=399 => CveTrouble::Later("it leads elsewhere: is the address in [cve] right?".to_owned()),
        number if no.error.is_empty() => CveTrouble::Refused { status: number, code: format!("HTTP_{number}"), detail: String::new() },
        number => CveTrouble::Refused { status: number, code: code_of(&no.error), detail: no.told() },
    })
}

/// `{"error":"INVALID_JSON_SCHEMA","message":"…","details":…}`
#[derive(Debug, Default, Deserialize)]
struct No {
    #[serde(default)]
    error: String,
    #[serde(default)]
    message: String,
    details: Option<Value>,
}

impl No {
    /// The message, and of details the first places with what is wrong there.
    fn told(&self) -> String {
        let mut told = self.message.trim().to_owned();
        let list = match &self.details {
            Some(Value::Array(list)) => list.as_slice(),
            Some(Value::Object(members)) => members.get("errors").and_then(Value::as_array).map_or(&[][..], Vec::as_slice),
            _ => &[],
        };
        for one in list.iter().take(5) {
            let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
            let place = if text("instancePath").is_empty() { text("param") } else { text("instancePath") };
            let what = if text("message").is_empty() { text("msg") } else { text("message") };
            told.push_str(&format!("\n{place} {what}"));
        }
        told.chars().filter(|c| *c == '\n' || !c.is_control()).take(DETAIL).collect()
    }
}

fn code_of(error: &str) -> String {
    error.chars().filter(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '_').take(60).collect()
}

/// `CVE-2026-1234`, and nothing that could lead elsewhere in an address.
fn is_id(id: &str) -> bool {
    id.strip_prefix("CVE-").is_some_and(|rest| rest.len() <= 24 && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
}

#[derive(Deserialize)]
struct Reserved {
    cve_ids: Vec<Told>,
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    remaining_quota: Option<i64>,
}

#[derive(Deserialize)]
struct List {
    cve_ids: Vec<Told>,
    #[serde(rename = "nextPage")]
    next_page: Option<u64>,
}

#[derive(Deserialize)]
struct Told {
    cve_id: String,
    #[serde(default)]
    state: String,
    requested_by: Option<RequestedBy>,
    reserved: Option<Timestamp>,
}

#[derive(Deserialize)]
struct RequestedBy {
    #[serde(default)]
    user: String,
}

#[derive(Deserialize)]
struct ToldQuota {
    id_quota: i64,
    total_reserved: i64,
    available: i64,
}

impl From<Told> for ServiceId {
    fn from(told: Told) -> ServiceId {
        let requested_by = told.requested_by.map(|by| by.user).unwrap_or_default();
        ServiceId { id: told.cve_id, state: told.state, requested_by, reserved_at: told.reserved }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_named_or_is_a_safe_address() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        for good in ["production", "test", "https://cve.example/api", "http://127.0.0.1:7000/api/"] {
            let service = CveServices::new(good, "vendor", "psirt@vendor.example", None).unwrap();
            assert!(!service.base.ends_with('/') && service.register.environment == good);
        }
        for bad in ["prod", "", "http://cve.example/api", "ftp://x"] {
            assert!(matches!(CveServices::new(bad, "vendor", "u", None), Err(CveServicesFault::Environment(_))), "{bad}");
        }
        assert!(CveServices::new("test", "two words", "u", None).is_err());
    }

    #[test]
    fn a_refusal_is_told_with_its_places() {
        let no: No =
            serde_json::from_value(json!({"error": "INVALID_JSON_SCHEMA", "message": "CVE cnaContainer JSON schema validation FAILED.",
            "details": {"errors": [{"instancePath": "/cnaContainer/references/0", "message": "must have required property 'url'"}]}}))
            .unwrap();
        assert_eq!(
            no.told(),
            "CVE cnaContainer JSON schema validation FAILED.\n/cnaContainer/references/0 must have required property 'url'"
        );
        let bad: No = serde_json::from_value(json!({"error": "BAD_INPUT", "message": "Parameters were invalid",
            "details": [{"msg": "datePublic cannot be a future date", "param": "cnaContainer.datePublic", "location": "body"}]}))
        .unwrap();
        assert!(bad.told().ends_with("cnaContainer.datePublic datePublic cannot be a future date"));
        assert_eq!(code_of("UNAUTHORIZED<script>"), "UNAUTHORIZED");
        assert!(is_id("CVE-2026-0001") && !is_id("CVE-2026-1/../x") && !is_id("GCVE-1"));
    }
}
