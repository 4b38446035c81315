//! Asking DNS about a sender. Off unless the operator names a resolver: no packet leaves for anybody else.

use async_trait::async_trait;
use std::net::IpAddr;
use thiserror::Error;

/// No answer now. An answer that there is nothing is no trouble, but an empty list.
#[derive(Debug, Error)]
#[error("DNS did not answer: {0}")]
pub struct DnsTrouble(pub String);

/// A resolver. Names are lower-case ASCII without a final dot; answers are bounded by the adapter.
#[async_trait]
pub trait Dns: Send + Sync {
    /// TXT records, each with its strings joined.
    async fn txt(&self, name: &str) -> Result<Vec<String>, DnsTrouble>;
    /// A or AAAA records, as the kind of `like`.
    async fn addresses(&self, name: &str, like: IpAddr) -> Result<Vec<IpAddr>, DnsTrouble>;
    /// Hosts of MX records, best first.
    async fn mx(&self, name: &str) -> Result<Vec<String>, DnsTrouble>;
}
