//! The service of the CVE program (CVE Services 2.x) as the use cases see it: ids reserved, records published, updated and rejected.
//!
//! What must never be mixed up is told apart here: an answer that says no, no answer where nothing can have happened, and no answer where the
//! service may have done it all the same ([`CveTrouble::Unknown`]).

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use zeroize::Zeroizing;

/// The secret of our user there. Shown by nothing.
pub type ApiKey = Zeroizing<String>;

/// Where we are registered. No secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Register {
    /// `production`, `test`, or the address of another service.
    pub environment: String,
    /// Short name of the organisation.
    pub org: String,
    /// Our user there: Wardroom's own, so that ids reserved in its name are ours.
    pub user: String,
}

impl Register {
    /// Ids of any other environment are no CVE ids.
    pub fn is_production(&self) -> bool {
        self.environment == "production"
    }
}

/// An id as the service knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceId {
    pub id: String,
    /// `RESERVED`, `PUBLISHED`, `REJECTED`.
    pub state: String,
    /// Who asked for it, where the service says so.
    pub requested_by: String,
    pub reserved_at: Option<Timestamp>,
}

/// How many ids the organisation may hold reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    pub limit: u64,
    pub reserved: u64,
    pub available: u64,
}

/// Why the service did not do it.
#[derive(Debug, Error)]
pub enum CveTrouble {
    /// It says no, and will say so again until something is changed.
    #[error("the CVE service refuses ({status} {code})")]
    Refused {
        status: u16,
        /// `EXCEEDED_ID_QUOTA`, `INVALID_JSON_SCHEMA`, …
        code: String,
        /// What it said besides: may quote the record.
        detail: String,
    },
    /// Organisation, user and key do not belong together.
    #[error("the CVE service does not know this organisation, user and key: keep the right key with `wardroom cve key`")]
    NotLetIn,
    /// Too many requests.
    #[error("the CVE service asks to wait")]
    Slower { seconds: u64 },
    /// Nothing was done.
    #[error("the CVE service is not reached: {0}")]
    Later(String),
    /// Whether it was done is not known.
    #[error("the CVE service did not answer: {0}")]
    Unknown(String),
}

/// The service.
#[async_trait]
pub trait CveService: Send + Sync {
    fn register(&self) -> &Register;
    /// One new id of this year. Gives the ids left of the quota, where the service says so.
    async fn reserve(&self, key: &ApiKey, year: i16) -> Result<(String, Option<u64>), CveTrouble>;
    /// The organisation's ids in a state, those reserved after an instant.
    async fn ids(&self, key: &ApiKey, state: Option<&str>, since: Option<Timestamp>) -> Result<Vec<ServiceId>, CveTrouble>;
    /// One id; `None`: there is none.
    async fn id(&self, key: &ApiKey, id: &str) -> Result<Option<ServiceId>, CveTrouble>;
    /// Publishes the first record of an id from its container; refused with `CVE_RECORD_EXISTS` where there is one.
    async fn publish(&self, key: &ApiKey, id: &str, cna: &Value) -> Result<(), CveTrouble>;
    /// Replaces the record of an id; refused with `CVE_RECORD_DNE` where there is none.
    async fn update(&self, key: &ApiKey, id: &str, cna: &Value) -> Result<(), CveTrouble>;
    /// Rejects an id, with the reason the world reads; `published`: it has a record, which becomes a rejected one.
    async fn reject(&self, key: &ApiKey, id: &str, reason: &str, published: bool) -> Result<(), CveTrouble>;
    async fn quota(&self, key: &ApiKey) -> Result<Quota, CveTrouble>;
    /// Whether an address of our own answers everybody (CNA rules 5.3.1, 5.3.3.1). Asked of what is public already, and of nothing else.
    async fn answers(&self, url: &str) -> Result<(), String>;
}
