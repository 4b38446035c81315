//! Where a request comes from, as a network rather than a person: the socket's address, or what a trusted proxy
//! says about it. It is for rate limits only; it is never stored and never logged.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The caller's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller(pub IpAddr);

/// Proxies whose `X-Forwarded-For` is believed. Put an `Arc<TrustedProxies>` into the request extensions
/// (`axum::Extension`); without it no header is believed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<(IpAddr, u8)>);

impl TrustedProxies {
    /// Reads `10.0.0.0/8` or `::1` entries.
    ///
    /// # Errors
    /// The entry that is no address or network.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut networks = Vec::new();
        for entry in entries {
            let (address, length) = entry.split_once('/').map_or((entry, None), |(a, l)| (a, Some(l)));
            let address: IpAddr = address.parse().map_err(|_| format!("{entry:?} is no address or network"))?;
            let full: u8 = if address.is_ipv4() { 32 } else { 128 };
            let length = match length {
                None => full,
                Some(text) => {
                    text.parse().ok().filter(|n| *n <= full).ok_or_else(|| format!("{entry:?} has no prefix length of 0 to {full}"))?
                }
            };
            networks.push((address, length));
        }
        Ok(Self(networks))
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|(network, length)| bits(*network, *length) == bits(address, *length) && network.is_ipv4() == address.is_ipv4())
    }

    /// The rightmost address that is not one of ours.
    fn caller(&self, socket: IpAddr, forwarded: Option<&str>) -> IpAddr {
        if !self.contains(socket) {
            return socket;
        }
        let mut found = socket;
        for part in forwarded.unwrap_or_default().rsplit(',').take(16) {
            let Ok(address) = part.trim().parse::<IpAddr>() else { break };
            found = address;
            if !self.contains(address) {
                break;
            }
        }
        found
    }
}

fn bits(address: IpAddr, length: u8) -> u128 {
    let (value, full): (u128, u32) = match address.to_canonical() {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)), 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    };
    let drop = full.saturating_sub(u32::from(length));
    value.checked_shr(drop).unwrap_or(0)
}

impl Caller {
    /// The network a limit counts: an IPv4 /24, an IPv6 /64.
    #[must_use]
    pub fn network(self) -> u128 {
        wardroom_domain::budget::network(self.0)
    }
}

/// What a request tells about a proxy in front of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// It came directly, or from somewhere in the world that only says so.
    None,
    /// From an address that is believed.
    Declared,
    /// With `X-Forwarded-For` from this neighbour, whom nobody declared.
    Undeclared(IpAddr),
}

impl Proxy {
    /// Looks at a request. Only a neighbour (loopback, a private or link-local network) is taken for a proxy: anybody else can send
    /// the header as well, and means nothing by it.
    #[must_use]
    pub fn of<B>(request: &axum::http::Request<B>) -> Proxy {
        let socket = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        let Some(socket) = socket.filter(|_| request.headers().contains_key("x-forwarded-for")) else { return Proxy::None };
        let declared = request.extensions().get::<Arc<TrustedProxies>>().is_some_and(|trusted| trusted.contains(socket));
        match (declared, is_neighbour(socket)) {
            (true, _) => Proxy::Declared,
            (false, true) => Proxy::Undeclared(socket),
            (false, false) => Proxy::None,
        }
    }
}

fn is_neighbour(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let socket = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
        let forwarded = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let address = parts.extensions.get::<Arc<TrustedProxies>>().map_or(socket, |trusted| trusted.caller(socket, forwarded));
        Ok(Self(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let trusted = TrustedProxies::parse(["10.0.0.0/8", "::1"]).unwrap_or_default();
        assert_eq!(trusted.caller(ip("203.0.113.9"), Some("1.2.3.4")), ip("203.0.113.9"));
        assert_eq!(trusted.caller(ip("10.1.2.3"), Some("6.6.6.6, 198.51.100.7, 10.9.9.9")), ip("198.51.100.7"));
        assert_eq!(trusted.caller(ip("10.1.2.3"), Some("rubbish")), ip("10.1.2.3"));
        assert_eq!(trusted.caller(ip("10.1.2.3"), None), ip("10.1.2.3"));
        assert!(TrustedProxies::parse(["10.0.0.0/40"]).is_err());
    }

    #[test]
    fn a_proxy_nobody_declared_is_noticed_and_a_stranger_who_only_says_so_is_not() {
        let request = |from: &str, forwarded: bool, trusted: &[&str]| {
            let mut request = axum::http::Request::new(());
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(ip(from), 4)));
            request.extensions_mut().insert(Arc::new(TrustedProxies::parse(trusted.iter().copied()).unwrap_or_default()));
            if forwarded {
                request.headers_mut().insert("x-forwarded-for", axum::http::HeaderValue::from_static("203.0.113.9"));
            }
            Proxy::of(&request)
        };
        assert_eq!(request("127.0.0.1", true, &[]), Proxy::Undeclared(ip("127.0.0.1")));
        assert_eq!(request("10.1.2.3", true, &["127.0.0.1"]), Proxy::Undeclared(ip("10.1.2.3")));
        assert_eq!(request("10.1.2.3", true, &["10.0.0.0/8"]), Proxy::Declared);
        assert_eq!(request("198.51.100.1", true, &[]), Proxy::None);
        assert_eq!(request("127.0.0.1", false, &[]), Proxy::None);
    }

    #[test]
    fn neighbours_in_one_network_count_together() {
        assert_eq!(Caller(ip("2001:db8::1")).network(), Caller(ip("2001:db8::ffff")).network());
        assert_ne!(Caller(ip("2001:db8::1")).network(), Caller(ip("2001:db8:0:1::1")).network());
        assert_eq!(Caller(ip("1.2.3.4")).network(), Caller(ip("1.2.3.5")).network());
        assert_ne!(Caller(ip("1.2.3.4")).network(), Caller(ip("1.2.4.4")).network());
    }
}
