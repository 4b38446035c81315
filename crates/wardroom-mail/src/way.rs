//! Where a mail came from and what it says it belongs to, seen from outside: for deciding who goes first while too much comes.
//!
//! The same bounded pass over header lines as the glance: no parser, nothing decoded. Deliberately no evidence: an address in a `Received`
//! line decides about nothing but a place in the queue.

use crate::glance::fields;
use std::net::{IpAddr, Ipv6Addr};

/// `Received` lines looked at, from the top.
const HOPS: usize = 10;
/// Message ids and addresses looked at.
const MARKS: usize = 60;
/// Bytes searched for a sign of a signature.
const SEARCHED: usize = 64 * 1024;

/// The way of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Way {
    /// Who handed it to the first server in the world that is not ours: the first public address from the top of the `Received` lines (RFC 5321
    /// section 4.4). Lines below it are written by strangers.
    pub client: Option<IpAddr>,
    /// Message ids it answers (In-Reply-To, References), the nearest first, without brackets.
    pub answers: Vec<String>,
    /// Addresses it was sent or delivered to that hold a plus sign.
    pub tagged: Vec<String>,
    /// Something in it looks signed or encrypted: reading it may tell who wrote it.
    pub sealed: bool,
}

/// Looks at the header lines of `raw`, which may be the header alone.
#[must_use]
pub fn way(raw: &[u8]) -> Way {
    let (fields, _) = fields(raw);
    let of = |name: &'static str| fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str());
    let client = of("received").take(HOPS).find_map(client_in);
    let ids = |text: &str| text.split(['<', '>', ' ', '\t', ',']).filter(|id| id.contains('@')).map(str::to_owned).collect::<Vec<_>>();
    let mut answers: Vec<String> = of("in-reply-to").flat_map(ids).collect();
    let references: Vec<String> = of("references").flat_map(ids).collect();
    answers.extend(references.into_iter().rev());
    answers.truncate(MARKS);
    let addressed = ["delivered-to", "x-original-to", "to", "cc"].into_iter().flat_map(of);
    let words = addressed.flat_map(|value| value.split(['<', '>', ' ', '\t', ',', ';', ':', '"', '(', ')']));
    let tagged = words.filter(|word| word.contains('+') && word.contains('@')).take(MARKS).map(str::to_owned).collect();
    Way { client, answers, tagged, sealed: looks_sealed(raw.get(..SEARCHED).unwrap_or(raw)) }
}

/// The public address of the client in a trace line: `from name (name [192.0.2.1]) by …`.
fn client_in(line: &str) -> Option<IpAddr> {
    let from = line.strip_prefix("from ").map(|rest| rest.split(" by ").next().unwrap_or(rest))?;
    from.split('[').skip(1).filter_map(|rest| rest.split(']').next()).find_map(|text| {
        let bare = text.get(..5).filter(|tag| tag.eq_ignore_ascii_case("ipv6:")).map_or(text, |tag| text.get(tag.len()..).unwrap_or(""));
        bare.trim().parse::<IpAddr>().ok().filter(|address| is_public(address.to_canonical()))
    })
}

/// Not this machine, not a house of somebody's own.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let shared = first == 100 && (64..128).contains(&second);
            !(v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified() || v4.is_broadcast() || shared)
        }
        IpAddr::V6(v6) => !(v6.is_loopback() || v6.is_unspecified() || is_local(v6)),
    }
}

/// fc00::/7 and fe80::/10.
fn is_local(v6: Ipv6Addr) -> bool {
    let [first, ..] = v6.segments();
    first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80
}

fn looks_sealed(bytes: &[u8]) -> bool {
    let signs: [&[u8]; 4] = [b"-----begin pgp ", b"multipart/signed", b"multipart/encrypted", b"application/pgp-"];
    signs.iter().any(|sign| bytes.windows(sign.len()).any(|part| part.eq_ignore_ascii_case(sign)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(lines: &str) -> Option<String> {
        way(format!("{lines}From: a@b.example\r\n\r\nx").as_bytes()).client.map(|one| one.to_string())
    }

    #[test]
    fn the_first_public_address_from_the_top_is_the_client() {
        let edge = "Received: from mx (mx.far.example [198.51.100.7])\r\n\tby in.vendor.example with ESMTPS; now\r\n";
        let inner = "Received: from in.vendor.example (in [10.0.0.3]) by store.vendor.example with LMTP; now\r\n";
        let forged = "Received: from honest.example ([203.0.113.1]) by mx.far.example; then\r\n";
        assert_eq!(client(edge).as_deref(), Some("198.51.100.7"));
        assert_eq!(client(&format!("{inner}{edge}{forged}")).as_deref(), Some("198.51.100.7"));
        assert_eq!(client("Received: from a (b [IPv6:2001:db8::7]) by c\r\n").as_deref(), Some("2001:db8::7"));
        // What is said after "by" is about ourselves, and a name with brackets in it is no address.
        assert_eq!(client("Received: by here with SMTP id [198.51.100.9]\r\n"), None);
        assert_eq!(client("Received: from [x] (y) by z [198.51.100.9]\r\n"), None);
        for own in ["127.0.0.1", "::1", "192.168.1.1", "fd00::1", "fe80::1", "100.64.0.1", "::ffff:10.0.0.1", "999.1.1.1", ""] {
            assert_eq!(client(&format!("Received: from a ([{own}]) by b\r\n")), None, "{own}");
        }
    }

    #[test]
    fn marks_are_found_in_a_header_alone() {
        let seen = way(b"In-Reply-To: <near@v.example>\r\nReferences: <far@v.example>\r\n <nearer@v.example>\r\nTo: Team <psirt+abc@v.example>, x@y.example\r\nDelivered-To: psirt+def@v.example\r\n");
        assert_eq!(seen.answers, ["near@v.example", "nearer@v.example", "far@v.example"]);
        assert_eq!(seen.tagged, ["psirt+def@v.example", "psirt+abc@v.example"]);
        assert!(!seen.sealed);
        assert!(way(b"Content-Type: Multipart/Signed; protocol=x\r\n\r\n").sealed);
        assert!(way(b"Subject: x\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n").sealed);
        for odd in [&b""[..], b"\xff", b"Received: from [", b"Received: from ", b"References: <<<@>>>"] {
            assert!(way(odd).client.is_none());
        }
    }
}
