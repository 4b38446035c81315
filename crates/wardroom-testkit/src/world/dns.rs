//! DNS as the story wants it: a map. Names that are not in it do not exist.

use async_trait::async_trait;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use wardroom_app::ports::dns::{Dns, DnsTrouble};

/// TXT records by name.
#[derive(Debug, Default)]
pub struct DnsMap {
    texts: Mutex<HashMap<String, Vec<String>>>,
}

impl DnsMap {
    /// From now on this name has this record too.
    pub fn publish(&self, name: &str, text: &str) {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default().push(text.to_owned());
    }
}

#[async_trait]
impl Dns for DnsMap {
    async fn txt(&self, name: &str) -> Result<Vec<String>, DnsTrouble> {
        Ok(self.texts.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned().unwrap_or_default())
    }

    async fn addresses(&self, _: &str, _: IpAddr) -> Result<Vec<IpAddr>, DnsTrouble> {
        Ok(Vec::new())
    }

    async fn mx(&self, _: &str) -> Result<Vec<String>, DnsTrouble> {
        Ok(Vec::new())
    }
}
