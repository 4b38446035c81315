//! The key directory of a domain (WKD, draft-koch-openpgp-webkey-service) over HTTPS: the advanced method, and the direct one where the
//! name `openpgpkey.<domain>` does not exist.
//!
//! The address asked for is a stranger's, so the request must lead nowhere but to a public web server: names are looked up first, and only
//! public network addresses are connected to, by address, so that no second look-up can answer otherwise; redirects are not followed;
//! size and time are bounded. Deliberately its own few lines of HTTP: one GET, no cookies, no cache, no proxy.

use async_trait::async_trait;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;
use wardroom_app::ports::key_directory::{DirectoryTrouble, KeyDirectory};
use wardroom_mail::keys::wkd;

use crate::mail_server::{MailServer, MailServerFault};

/// Largest answer, header and key together, in bytes.
const LARGEST: u64 = 256 << 10;
/// For everything: names, connection, TLS, answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Network addresses of one name that are tried.
const TRIES: usize = 3;

/// Asks key directories on the internet.
#[derive(Clone)]
pub struct WebKeyDirectory {
    tls: Arc<ClientConfig>,
    /// Where every name leads in a test, which has no internet.
    everywhere: Option<SocketAddr>,
}

impl WebKeyDirectory {
    /// With the usual certificate authorities, and those in `trusted_pem` besides.
    pub fn new(trusted_pem: Option<Vec<u8>>) -> Result<WebKeyDirectory, MailServerFault> {
        let tls = MailServer { trusted_pem, ..MailServer::default() }.tls_client()?;
        Ok(WebKeyDirectory { tls, everywhere: None })
    }

    /// Every name leads to this address: for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn leading_to(self, address: SocketAddr) -> WebKeyDirectory {
        WebKeyDirectory { everywhere: Some(address), ..self }
    }

    async fn ask(&self, local: &str, domain: &str) -> Result<Option<Vec<u8>>, DirectoryTrouble> {
        let query: String = local.bytes().map(percent).collect();
        let advanced = format!("openpgpkey.{domain}");
        match self.reach(&advanced).await? {
            Some(addresses) => self.get(&advanced, &addresses, &format!("{}?l={query}", wkd::advanced_path(local, domain))).await,
            None => match self.reach(domain).await? {
                Some(addresses) => self.get(domain, &addresses, &format!("{}?l={query}", wkd::direct_path(local))).await,
                None => Ok(None),
            },
        }
    }

    /// The public network addresses of a name; none when there is no such name.
    async fn reach(&self, host: &str) -> Result<Option<Vec<SocketAddr>>, DirectoryTrouble> {
        if let Some(address) = self.everywhere {
            return Ok(Some(vec![address]));
        }
        let Ok(found) = tokio::net::lookup_host((host, 443)).await else { return Ok(None) };
        let found: Vec<SocketAddr> = found.collect();
        if found.iter().any(|address| !is_public(address.ip())) {
            return Err(DirectoryTrouble::Refused("its name leads into a private network".to_owned()));
        }
        Ok((!found.is_empty()).then_some(found))
    }

    async fn get(&self, host: &str, addresses: &[SocketAddr], path: &str) -> Result<Option<Vec<u8>>, DirectoryTrouble> {
        let later = |error: std::io::Error| DirectoryTrouble::Later(error.to_string());
        let name = ServerName::try_from(host.to_owned()).map_err(|_| DirectoryTrouble::NotAnAddress)?;
        let mut stream = None;
        for address in addresses.iter().take(TRIES) {
            if let Ok(connected) = TcpStream::connect(address).await {
                stream = Some(connected);
                break;
            }
        }
        let Some(stream) = stream else { return Err(DirectoryTrouble::Later("nobody listens there".to_owned())) };
        let mut stream = TlsConnector::from(self.tls.clone()).connect(name, stream).await.map_err(later)?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.map_err(later)?;
        let answer = read_bounded(&mut stream).await?;
        understand(&answer)
    }
}

#[async_trait]
impl KeyDirectory for WebKeyDirectory {
    async fn find(&self, address: &str) -> Result<Option<Vec<u8>>, DirectoryTrouble> {
        let (local, domain) = parts(address).ok_or(DirectoryTrouble::NotAnAddress)?;
        match timeout(PATIENCE, self.ask(local, &domain)).await {
            Ok(answer) => answer,
            Err(_) => Err(DirectoryTrouble::Later(format!("no answer within {} seconds", PATIENCE.as_secs()))),
        }
    }
}

/// Local part and domain, if the domain is a plain public name: letters, digits and hyphens, at least two labels, no bare number at the end.
fn parts(address: &str) -> Option<(&str, String)> {
    let (local, domain) = address.trim().rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let labels: Vec<&str> = domain.split('.').collect();
    let last_is_a_name = labels.last().is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_alphabetic()));
    let local_names = ["localhost", "local", "internal", "home", "lan", "intranet", "corp", "arpa", "onion", "test", "invalid"];
    let inside = labels.last().is_some_and(|last| local_names.contains(last));
    let sound = labels.len() >= 2 && labels.iter().all(|one| label(one)) && domain.len() <= 240 && last_is_a_name && !inside;
    let plain = !local.is_empty() && local.len() <= 64 && !local.chars().any(|c| c.is_control() || c.is_whitespace());
    (sound && plain).then_some((local, domain))
}

fn percent(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    }
}

/// Whether an address is one of the public internet: not this machine, not a private or special network, however it is written.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    // Only the global unicast range, and of that neither documentation nor what tunnels lead elsewhere (6to4, Teredo, ORCHID).
    let [first, second, ..] = address.segments();
    let tunnel = first == 0x2002 || (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) || first == 0x3fff;
    (0x2000..0x4000).contains(&first) && !tunnel
}

async fn read_bounded(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, DirectoryTrouble> {
    let mut answer = Vec::new();
    let mut bounded = stream.take(LARGEST + 1);
    match bounded.read_to_end(&mut answer).await {
        Ok(_) => {}
        // Some servers end without the farewell of TLS; the length says whether all is there.
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof && !answer.is_empty() => {}
        Err(error) => return Err(DirectoryTrouble::Later(error.to_string())),
    }
    if answer.len() as u64 > LARGEST {
        return Err(DirectoryTrouble::Refused("its answer is too large".to_owned()));
    }
    Ok(answer)
}

/// Status, header and body of an answer.
fn understand(answer: &[u8]) -> Result<Option<Vec<u8>>, DirectoryTrouble> {
    let refused = |why: &str| DirectoryTrouble::Refused(why.to_owned());
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| refused("it does not speak HTTP"))?;
    let head = answer.get(..end).and_then(|head| std::str::from_utf8(head).ok()).ok_or_else(|| refused("it does not speak HTTP"))?;
    let body = answer.get(end + 4..).unwrap_or_default();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.")).and_then(|rest| rest.split(' ').nth(1));
    match status.and_then(|status| status.parse::<u16>().ok()) {
        Some(200) => {}
        Some(404 | 410) => return Ok(None),
        Some(300..=399) => return Err(refused("it leads elsewhere, and redirects are not followed")),
        Some(other) => return Err(DirectoryTrouble::Later(format!("status {other}"))),
        None => return Err(refused("it does not speak HTTP")),
    }
    let field = |name: &str| {
        head.split("\r\n")
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    };
    if field("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return dechunked(body).map(Some).ok_or_else(|| refused("its answer is cut short"));
    }
    if let Some(length) = field("content-length") {
        let length = length.parse::<usize>().map_err(|_| refused("it does not speak HTTP"))?;
        return body.get(..length).map(|body| Some(body.to_vec())).ok_or_else(|| refused("its answer is cut short"));
    }
    Ok(Some(body.to_vec()))
}

fn dechunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(body.get(..end)?).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        let from = end + 2;
        if size == 0 {
            return Some(whole);
        }
        let chunk = body.get(from..from.checked_add(size)?)?;
        whole.extend_from_slice(chunk);
        body = body.get(from + size..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_connected_to() {
        let parse = |text: &str| text.parse::<IpAddr>().unwrap();
        for inside in [
            "127.0.0.1",
            "127.8.9.1",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:0:53aa::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(parse(inside)), "{inside}");
        }
        for outside in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1", "::ffff:1.1.1.1"] {
            assert!(is_public(parse(outside)), "{outside}");
        }
    }

    #[test]
    fn addresses_that_lead_astray_are_not_asked_for() {
        for bad in [
            "ada",
            "ada@localhost",
            "ada@127.0.0.1",
            "ada@[::1]",
            "ada@a.b:8443",
            "ada@a..b",
            "@b.example",
            "ada@b.example/",
            "a da@b.example",
            "ada@b.example\r\nHost: x",
            "ada@x.internal",
            "ada@2130706433",
            "ada@0x7f.1",
            "ada@-a.example",
            "ada@fir\u{00e4}.example",
        ] {
            assert!(parts(bad).is_none(), "{bad:?}");
        }
        assert_eq!(parts("Ada.L@Research.Example"), Some(("Ada.L", "research.example".to_owned())));
        assert_eq!("a+b/ü".bytes().map(percent).collect::<String>(), "a%2Bb%2F%C3%BC");
    }

    #[test]
    fn answers_are_understood_or_refused() {
        let ok = |answer: &str| understand(answer.as_bytes()).ok().flatten();
        assert_eq!(ok("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nkey and more").as_deref(), Some(&b"key"[..]));
        assert_eq!(ok("HTTP/1.1 200 OK\r\n\r\nkey").as_deref(), Some(&b"key"[..]));
        assert_eq!(
            ok("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nke\r\n1;x=y\r\ny\r\n0\r\n\r\n").as_deref(),
            Some(&b"key"[..])
        );
        assert!(matches!(understand(b"HTTP/1.1 404 Not Found\r\n\r\n"), Ok(None)));
        for refused in [
            "HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nkey",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nkey",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nke",
            "SSH-2.0-OpenSSH\r\n\r\n",
            "nothing",
        ] {
            assert!(matches!(understand(refused.as_bytes()), Err(DirectoryTrouble::Refused(_))), "{refused}");
        }
        assert!(matches!(understand(b"HTTP/1.1 503 x\r\n\r\n"), Err(DirectoryTrouble::Later(_))));
    }
}
