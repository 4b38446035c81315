//! DNS through the one resolver that the operator named, over UDP and TCP, with a time limit for each question. Deliberately without the
//! system's settings, without its hosts file and without going to anybody else: what is not named here gets no packet.

use async_trait::async_trait;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use wardroom_app::ports::dns::{Dns, DnsTrouble};

/// For one question, repetition included.
const PATIENCE: Duration = Duration::from_secs(2);
/// Answers taken of one question.
const ANSWERS: usize = 50;
/// Bytes of one TXT record.
const TEXT: usize = 8_192;

/// A resolver by its address, usually one on this machine.
pub struct NamedResolver {
    resolver: TokioResolver,
}

impl NamedResolver {
    /// Asks at this address from now on; nothing is sent yet.
    pub fn new(server: SocketAddr) -> Result<NamedResolver, String> {
        let mut named = NameServerConfig::udp_and_tcp(server.ip());
        named.connections.iter_mut().for_each(|connection| connection.port = server.port());
        let config = ResolverConfig::from_name_servers(vec![named]);
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        let options = builder.options_mut();
        options.timeout = PATIENCE;
        options.attempts = 1;
        options.use_hosts_file = ResolveHosts::Never;
        options.cache_size = 1_000;
        let resolver = builder.build().map_err(|error| error.to_string())?;
        Ok(NamedResolver { resolver })
    }
}

/// That there is nothing is an answer.
fn answers(found: Result<Lookup, NetError>) -> Result<Vec<RData>, DnsTrouble> {
    match found {
        Ok(lookup) => Ok(lookup.answers().iter().take(ANSWERS).map(|record| record.data.clone()).collect()),
        Err(error) if error.is_no_records_found() || error.is_nx_domain() => Ok(Vec::new()),
        Err(error) => Err(DnsTrouble(error.to_string())),
    }
}

fn absolute(name: &str) -> String {
    format!("{name}.")
}

#[async_trait]
impl Dns for NamedResolver {
    async fn txt(&self, name: &str) -> Result<Vec<String>, DnsTrouble> {
        let found = answers(self.resolver.txt_lookup(absolute(name)).await)?;
        let texts = found.into_iter().filter_map(|data| match data {
            RData::TXT(text) => {
                let joined: Vec<u8> = text.txt_data.iter().flat_map(|part| part.iter().copied()).take(TEXT).collect();
                String::from_utf8(joined).ok()
            }
            _ => None,
        });
        Ok(texts.collect())
    }

    async fn addresses(&self, name: &str, like: IpAddr) -> Result<Vec<IpAddr>, DnsTrouble> {
        let found =
            if like.is_ipv4() { self.resolver.ipv4_lookup(absolute(name)).await } else { self.resolver.ipv6_lookup(absolute(name)).await };
        let addresses = answers(found)?.into_iter().filter_map(|data| match data {
            RData::A(address) => Some(IpAddr::V4(address.0)),
            RData::AAAA(address) => Some(IpAddr::V6(address.0)),
            _ => None,
        });
        Ok(addresses.collect())
    }

    async fn mx(&self, name: &str) -> Result<Vec<String>, DnsTrouble> {
        let found = answers(self.resolver.mx_lookup(absolute(name)).await)?;
        let mut hosts: Vec<(u16, String)> = found
            .into_iter()
            .filter_map(|data| match data {
                RData::MX(mx) => Some((mx.preference, mx.exchange.to_ascii().trim_end_matches('.').to_ascii_lowercase())),
                _ => None,
            })
            .collect();
        hosts.sort();
        Ok(hosts.into_iter().map(|(_, host)| host).filter(|host| !host.is_empty()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::UdpSocket;

    /// Answers one question with one TXT record of two strings, or with "no such name".
    async fn serve(socket: UdpSocket) {
        let mut buffer = [0; 512];
        loop {
            let Ok((length, from)) = socket.recv_from(&mut buffer).await else { return };
            let asked = &buffer[..length];
            let exists = asked.windows(4).any(|window| window == b"\x03yes");
            // The question ends after its name, type and class.
            let end = 12 + asked[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
            let mut answer = asked[..end].to_vec();
            answer[2] = 0x81;
            answer[3] = if exists { 0x80 } else { 0x83 };
            answer[6..12].copy_from_slice(&[0, u8::from(exists), 0, 0, 0, 0]);
            if exists {
                answer.extend_from_slice(&[0xc0, 0x0c, 0, 16, 0, 1, 0, 0, 0, 60, 0, 8]);
                answer.extend_from_slice(b"\x03v=D\x03KIM");
            }
            socket.send_to(&answer, from).await.unwrap();
        }
    }

    #[tokio::test]
    async fn the_named_resolver_is_asked_and_silence_is_trouble() {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let resolver = NamedResolver::new(socket.local_addr().unwrap()).unwrap();
        let server = tokio::spawn(serve(socket));
        assert_eq!(resolver.txt("yes.example").await.unwrap(), ["v=DKIM"]);
        assert!(resolver.txt("not.example").await.unwrap().is_empty());
        server.abort();
        let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let resolver = NamedResolver::new(silent.local_addr().unwrap()).unwrap();
        assert!(resolver.txt("yes.example").await.is_err());
    }
}
