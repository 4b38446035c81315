//! SPF records: their terms and macros (RFC 7208 sections 4.5, 5, 6.1, 7). Deliberately no evaluation: that needs DNS, and is the caller's.

use super::domain;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Terms in one record; no honest one comes near.
const TERMS: usize = 100;

/// What a mechanism that matches says of the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qualifier {
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

/// How an address is compared: the first so many bits of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bits {
    pub v4: u8,
    pub v6: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mechanism {
    All,
    /// Domain with macros.
    Include(String),
    A(Option<String>, Bits),
    Mx(Option<String>, Bits),
    /// Not to be used (section 5.5): never matches here, and counts as a look-up.
    Ptr,
    Ip4(Ipv4Addr, u8),
    Ip6(Ipv6Addr, u8),
    Exists(String),
}

/// A record: its mechanisms in order, and where to go on when none matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub mechanisms: Vec<(Qualifier, Mechanism)>,
    pub redirect: Option<String>,
}

/// Whether a TXT record is an SPF record at all (section 4.5).
#[must_use]
pub fn is_record(text: &str) -> bool {
    text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("v=spf1")) && matches!(text.as_bytes().get(6), None | Some(b' '))
}

impl Record {
    /// Reads a record; `None` is a permanent error of its owner.
    #[must_use]
    pub fn parse(text: &str) -> Option<Record> {
        let mut record = Record { mechanisms: Vec::new(), redirect: None };
        for (number, term) in text.get(6..)?.split(' ').filter(|term| !term.is_empty()).enumerate() {
            if number >= TERMS {
                return None;
            }
            if let Some((name, value)) = modifier(term) {
                if name.eq_ignore_ascii_case("redirect") {
                    if record.redirect.is_some() || value.is_empty() {
                        return None;
                    }
                    record.redirect = Some(value.to_owned());
                }
                continue;
            }
            record.mechanisms.push(mechanism(term)?);
        }
        Some(record)
    }
}

/// `name=value`, where the equals sign comes before any colon or slash.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let proper =
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    proper.then_some((name, value))
}

fn mechanism(term: &str) -> Option<(Qualifier, Mechanism)> {
    let (qualifier, rest) = match term.as_bytes().first()? {
        b'+' => (Qualifier::Pass, term.get(1..)?),
        b'-' => (Qualifier::Fail, term.get(1..)?),
        b'~' => (Qualifier::SoftFail, term.get(1..)?),
        b'?' => (Qualifier::Neutral, term.get(1..)?),
        _ => (Qualifier::Pass, term),
    };
    let end = rest.find([':', '/']).unwrap_or(rest.len());
    let (name, after) = rest.split_at_checked(end)?;
    let value = after.strip_prefix(':');
    let name = name.to_ascii_lowercase();
    let kind = match (name.as_str(), value) {
        ("all", None) if after.is_empty() => Mechanism::All,
        ("include", Some(value)) => Mechanism::Include(value.to_owned()),
        ("exists", Some(value)) => Mechanism::Exists(value.to_owned()),
        ("a", _) => with_bits(value.unwrap_or(after)).map(|(domain, bits)| Mechanism::A(domain, bits))?,
        ("mx", _) => with_bits(value.unwrap_or(after)).map(|(domain, bits)| Mechanism::Mx(domain, bits))?,
        ("ptr", _) => Mechanism::Ptr,
        ("ip4", Some(value)) => {
            let (address, bits) = network(value, 32)?;
            Mechanism::Ip4(address.parse().ok()?, bits)
        }
        ("ip6", Some(value)) => {
            let (address, bits) = network(value, 128)?;
            Mechanism::Ip6(address.parse().ok()?, bits)
        }
        _ => return None,
    };
    Some((qualifier, kind))
}

fn network(text: &str, most: u8) -> Option<(&str, u8)> {
    match text.split_once('/') {
        Some((address, bits)) => Some((address, bits.parse().ok().filter(|bits| *bits <= most)?)),
        None => Some((text, most)),
    }
}

/// `domain/24//64`, each part optional.
fn with_bits(text: &str) -> Option<(Option<String>, Bits)> {
    let mut bits = Bits { v4: 32, v6: 128 };
    let (rest, six) = match text.split_once("//") {
        Some((rest, six)) => (rest, Some(six)),
        None => (text, None),
    };
    if let Some(six) = six {
        bits.v6 = six.parse().ok().filter(|bits| *bits <= 128)?;
    }
    // A slash inside of a macro's braces is a delimiter of that macro.
    let slash = rest.rfind('/').filter(|at| !rest.get(*at..).is_some_and(|end| end.contains('}')));
    let domain = match slash {
        Some(at) => {
            bits.v4 = rest.get(at + 1..)?.parse().ok().filter(|bits| *bits <= 32)?;
            rest.get(..at)?
        }
        None => rest,
    };
    Some(((!domain.is_empty()).then(|| domain.to_owned()), bits))
}

/// Whether two addresses of one kind begin with the same bits.
#[must_use]
pub fn same_network(one: IpAddr, other: IpAddr, bits: Bits) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits.v4.min(32))).unwrap_or(0);
            u32::from(one) & mask == u32::from(other) & mask
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits.v6.min(128))).unwrap_or(0);
            u128::from(one) & mask == u128::from(other) & mask
        }
        _ => false,
    }
}

/// What macros stand for.
#[derive(Debug, Clone)]
pub struct Sender {
    pub peer: IpAddr,
    /// `local@domain`
    pub address: String,
    pub helo: String,
}

/// A domain with its macros filled in (section 7); `None` when it is none.
#[must_use]
pub fn expand(text: &str, sender: &Sender, current: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let mut characters = after.chars();
        match characters.next()? {
            '%' => out.push('%'),
            '_' => out.push(' '),
            '-' => out.push_str("%20"),
            '{' => {
                let (inside, _) = characters.as_str().split_once('}')?;
                out.push_str(&one_macro(inside, sender, current)?);
                rest = characters.as_str().get(inside.len() + 1..)?;
                continue;
            }
            _ => return None,
        }
        rest = characters.as_str();
        if out.len() > 2_000 {
            return None;
        }
    }
    out.push_str(rest);
    // Too long a name loses labels at its left (section 7.3).
    while out.len() > 253 {
        out = out.split_once('.')?.1.to_owned();
    }
    domain(&out)
}

fn one_macro(inside: &str, sender: &Sender, current: &str) -> Option<String> {
    let (local, author) = sender.address.rsplit_once('@').unwrap_or(("postmaster", sender.address.as_str()));
    let mut characters = inside.chars();
    let value = match characters.next()?.to_ascii_lowercase() {
        's' => sender.address.clone(),
        'l' => local.to_owned(),
        'o' => author.to_owned(),
        'd' => current.to_owned(),
        'i' => dotted(sender.peer),
        // Validated names of the client are not looked for (section 7.2 advises against).
        'p' => "unknown".to_owned(),
        'v' => if sender.peer.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
        'h' => sender.helo.clone(),
        _ => return None,
    };
    let rest = characters.as_str();
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let mut delimiters = rest.get(digits.len()..)?;
    let reverse = delimiters.starts_with(['r', 'R']);
    if reverse {
        delimiters = delimiters.get(1..)?;
    }
    if !delimiters.chars().all(|c| ".-+,/_=".contains(c)) {
        return None;
    }
    let mut parts: Vec<&str> = value.split(|c| if delimiters.is_empty() { c == '.' } else { delimiters.contains(c) }).collect();
    if reverse {
        parts.reverse();
    }
    if !digits.is_empty() {
        let keep: usize = digits.parse().ok().filter(|keep| *keep > 0)?;
        parts.drain(..parts.len().saturating_sub(keep));
    }
    Some(parts.join("."))
}

fn dotted(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let nibbles: Vec<String> = address.octets().iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|n| format!("{n:x}")).collect();
            nibbles.join(".")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms() {
        let record =
            Record::parse("v=spf1 +mx a:colo.example/28 -ip4:192.0.2.0/24 ip6:2001:db8::/32 ?include:%{d}.example ~all exp=x.example")
                .unwrap();
        let kinds: Vec<_> = record.mechanisms.iter().map(|(qualifier, _)| *qualifier).collect();
        use Qualifier::{Fail, Neutral, Pass, SoftFail};
        assert_eq!(kinds, [Pass, Pass, Fail, Pass, Neutral, SoftFail]);
        assert_eq!(record.mechanisms[1].1, Mechanism::A(Some("colo.example".into()), Bits { v4: 28, v6: 128 }));
        assert_eq!(Record::parse("v=spf1 a/24//64").unwrap().mechanisms[0].1, Mechanism::A(None, Bits { v4: 24, v6: 64 }));
        assert_eq!(Record::parse("v=spf1 redirect=_spf.example").unwrap().redirect.as_deref(), Some("_spf.example"));
        for bad in ["v=spf1 nonsense", "v=spf1 ip4:1.2.3", "v=spf1 ip4:1.2.3.4/33", "v=spf1 redirect=a.b redirect=c.d", "v=spf1 include"] {
            assert!(Record::parse(bad).is_none(), "{bad}");
        }
        assert!(is_record("v=spf1") && is_record("V=spf1 all") && !is_record("v=spf10 all"));
    }

    /// The examples of RFC 7208 section 7.4.
    #[test]
    fn macros_of_the_rfc() {
        let sender =
            Sender { peer: "192.0.2.3".parse().unwrap(), address: "strong-bad@email.example.com".into(), helo: "h.example".into() };
        for (text, expected) in [
            ("%{d}", "email.example.com"),
            ("%{d4}", "email.example.com"),
            ("%{d2}", "example.com"),
            ("%{d1}", "com"),
            ("%{dr}", "com.example.email"),
            ("%{d2r}", "example.email"),
            ("%{l}", "strong-bad"),
            ("%{l-}", "strong.bad"),
            ("%{lr-}", "bad.strong"),
            ("%{l1r-}", "strong"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ] {
            assert_eq!(expand(text, &sender, "email.example.com").as_deref(), Some(expected), "{text}");
        }
        for bad in ["%{x}", "%{d", "%z", "%{d0}", "%{d!}"] {
            assert_eq!(expand(bad, &sender, "email.example.com"), None, "{bad}");
        }
    }

    #[test]
    fn networks() {
        let bits = |v4, v6| Bits { v4, v6 };
        assert!(same_network("192.0.2.77".parse().unwrap(), "192.0.2.1".parse().unwrap(), bits(24, 0)));
        assert!(!same_network("192.0.3.77".parse().unwrap(), "192.0.2.1".parse().unwrap(), bits(24, 0)));
        assert!(same_network("192.0.3.77".parse().unwrap(), "8.0.2.1".parse().unwrap(), bits(0, 0)));
        assert!(!same_network("2001:db8::1".parse().unwrap(), "192.0.2.1".parse().unwrap(), bits(0, 0)));
        assert!(same_network("2001:db8::1".parse().unwrap(), "2001:db8:ffff::".parse().unwrap(), bits(0, 32)));
    }
}
