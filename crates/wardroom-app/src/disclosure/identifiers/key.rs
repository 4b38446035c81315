//! The key of our user at the CVE service: sealed to the master key, one for each environment, so that a key for tests is never shown to the
//! real service. Deliberately no way to read it back.

use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::cve_service::{ApiKey, Quota};
use crate::ports::store::StoreTrouble;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardroom_domain::Refusal;
use wardroom_domain::people::{Act, Viewer};
use wardroom_seal::Sealed;

const KEY: &str = "cve_key:";
const QUOTA: &str = "cve_quota";
/// Longest key taken, in characters: those of the service have 36 or so.
const LONGEST: usize = 200;

/// The quota as the service last told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownQuota {
    pub environment: String,
    pub available: u64,
    pub at: Timestamp,
}

impl Desk {
    /// Keeps the key for the environment that is configured.
    pub async fn keep_cve_key(&self, viewer: &Viewer, key: &ApiKey) -> Asked<()> {
        viewer.demand(Act::KeepKeys)?;
        let register = self.cve_register().ok_or(Refusal::NotThere { thing: "[cve] configuration" })?;
        let key = key.trim();
        if key.is_empty() || key.len() > LONGEST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refusal::FieldWrong { field: "key", why: "one line of printable characters without spaces".to_owned() }.into());
        }
        let name = format!("{KEY}{}", register.environment);
        self.keep_sealed(&name, key.as_bytes()).await?;
        Ok(())
    }

    /// Whether a key is kept for the environment that is configured.
    pub async fn has_cve_key(&self) -> Result<bool, StoreTrouble> {
        Ok(self.cve_key().await?.is_some())
    }

    pub(super) async fn cve_key(&self) -> Result<Option<ApiKey>, StoreTrouble> {
        let Some(register) = self.cve_register() else { return Ok(None) };
        let name = format!("{KEY}{}", register.environment);
        let Some(bytes) = self.store.setting(&name).await? else { return Ok(None) };
        let plain = self
            .master()
            .open(&name, &Sealed::from_stored(bytes))
            .map_err(|_| StoreTrouble::new("the key for the CVE service does not open: is this the master key of this data directory?"))?;
        Ok(Some(String::from_utf8_lossy(&plain).into_owned().into()))
    }

    /// What was left when the service last said so.
    pub async fn known_quota(&self) -> Result<Option<KnownQuota>, StoreTrouble> {
        let known: Option<KnownQuota> = self.store.setting(QUOTA).await?.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let register = self.cve_register();
        Ok(known.filter(|known| register.is_some_and(|register| register.environment == known.environment)))
    }

    pub(super) async fn note_quota(&self, available: u64) -> Result<(), StoreTrouble> {
        let Some(register) = self.cve_register() else { return Ok(()) };
        let known = KnownQuota { environment: register.environment, available, at: self.now() };
        self.store.keep_setting(QUOTA, &serde_json::to_vec(&known).unwrap_or_default()).await
    }

    /// Asks the service for the quota. `None` where no service is configured or no key is kept.
    pub async fn ask_quota(&self, viewer: &Viewer) -> Asked<Option<Quota>> {
        viewer.demand(Act::AssignIds)?;
        let (Some(service), Some(key)) = (self.cve_service(), self.cve_key().await?) else { return Ok(None) };
        let quota = service.quota(&key).await.map_err(|trouble| StoreTrouble::new(trouble.to_string()))?;
        self.note_quota(quota.available).await?;
        Ok(Some(quota))
    }

    /// The ids the service holds for the organisation, with whether one of our cases has each.
    pub async fn ids_at_service(
        &self,
        viewer: &Viewer,
        state: Option<&str>,
    ) -> Asked<Option<Vec<(crate::ports::cve_service::ServiceId, bool)>>> {
        viewer.demand(Act::AssignIds)?;
        let (Some(service), Some(key)) = (self.cve_service(), self.cve_key().await?) else { return Ok(None) };
        let found = service.ids(&key, state, None).await.map_err(|trouble| StoreTrouble::new(trouble.to_string()))?;
        let mut ids = Vec::new();
        for one in found {
            let taken = self.store.seen(&self.taken_key(&one.id)).await?.is_some();
            ids.push((one, taken));
        }
        Ok(Some(ids))
    }
}
