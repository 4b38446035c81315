//! What the DKIM signatures of a mail claim, and the hashes they are about (RFC 6376 sections 3.4, 3.5, 3.7, 5.4, 6.1.1 to 6.1.3).
//! Deliberately without keys: the caller fetches them from DNS and asks [`super::dkim_key::check`].

use super::{domain, is_within, tags};
use crate::mime::split;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Signatures looked at in one mail; the rest of a mail with more is ignored (RFC 6376 section 6.1).
const SIGNATURES: usize = 5;
/// Fields named in one `h=`.
const FIELDS: usize = 200;

/// One signature, as far as the mail alone tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DkimClaim {
    /// `d=`, lower case: who takes responsibility.
    pub domain: String,
    /// `s=`
    pub selector: String,
    /// Domain of `i=`: that of `d=` or below it.
    pub identity: String,
    pub algorithm: Algorithm,
    /// `b=`, base64 without white space.
    pub signature: String,
    /// SHA-256 over the signed fields, lower-case hex: what the signature must be of.
    pub digest: String,
    /// The body is what was signed.
    pub body_matches: bool,
    /// `l=` leaves an end of the body unsigned: somebody may have added it.
    pub body_partly: bool,
    /// `t=` and `x=`, unix seconds.
    pub signed_at: Option<i64>,
    pub expires_at: Option<i64>,
    /// Why it cannot be valid whatever the key is; empty when it can.
    pub fault: String,
}

/// `a=`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    RsaSha256,
    Ed25519Sha256,
    /// Not to be believed (`rsa-sha1`, RFC 8301) or not known.
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Canon {
    Simple,
    Relaxed,
}

/// A field of the header, with its exact bytes.
struct Field<'h> {
    name: &'h [u8],
    /// After the colon, with folds, without the last line break.
    value: &'h [u8],
}

/// All claims of a mail, in order of appearance. `header_bytes` bounds the header block that is looked at.
pub(crate) fn claims(raw: &[u8], header_bytes: usize) -> Vec<DkimClaim> {
    let (block, body) = split::head_and_body(raw);
    let fields = fields(block.get(..header_bytes).unwrap_or(block));
    let signatures = fields.iter().enumerate().filter(|(_, field)| field.name.eq_ignore_ascii_case(b"dkim-signature"));
    signatures.take(SIGNATURES).filter_map(|(at, field)| claim(&fields, at, field, body)).collect()
}

fn fields(block: &[u8]) -> Vec<Field<'_>> {
    let mut starts: Vec<usize> = Vec::new();
    let mut offset = 0;
    for line in block.split_inclusive(|byte| *byte == b'\n') {
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            starts.push(offset);
        }
        offset += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([block.len()]);
    let whole = starts.iter().copied().zip(ends).filter_map(|(start, end)| block.get(start..end));
    whole
        .filter_map(|field| {
            let colon = field.iter().position(|byte| *byte == b':')?;
            let (name, rest) = field.split_at_checked(colon)?;
            let value = rest.strip_prefix(b":")?;
            let value = value.strip_suffix(b"\n").unwrap_or(value);
            Some(Field { name: name.trim_ascii_end(), value: value.strip_suffix(b"\r").unwrap_or(value) })
        })
        .collect()
}

fn claim(fields: &[Field<'_>], at: usize, field: &Field<'_>, body: &[u8]) -> Option<DkimClaim> {
    let text = std::str::from_utf8(field.value).ok()?;
    let tags = tags::read(text)?;
    let find = |name: &str| tags::find(&tags, name);
    let signer = domain(find("d")?)?;
    let selector = domain(find("s")?)?;
    let (head_canon, body_canon) = canons(find("c").unwrap_or("simple/simple"));
    let algorithm = match find("a").unwrap_or_default() {
        "rsa-sha256" => Algorithm::RsaSha256,
        "ed25519-sha256" => Algorithm::Ed25519Sha256,
        _ => Algorithm::Other,
    };
    let identity = find("i").map_or(Some(signer.clone()), |identity| domain(identity.rsplit('@').next()?));
    let signed: Vec<&str> = find("h").unwrap_or_default().split(':').map(str::trim).take(FIELDS + 1).collect();
    let limit = match find("l").map(str::parse::<u64>) {
        Some(Ok(limit)) => Some(limit),
        Some(Err(_)) => return Some(broken(signer, selector, "l= is no number")),
        None => None,
    };
    let (hash, length) = body_hash(body, body_canon, limit);
    let number = |name: &str| find(name).and_then(|value| value.parse::<i64>().ok());
    let fault = match () {
        () if find("v") != Some("1") => "the version is not 1",
        () if algorithm == Algorithm::Other => "the algorithm is not one that may be believed",
        () if !signed.iter().any(|name| name.eq_ignore_ascii_case("from")) => "the From field is not signed",
        () if signed.len() > FIELDS => "too many signed fields",
        () if identity.as_deref().is_none_or(|identity| !is_within(identity, &signer)) => "i= is not within d=",
        () if find("q").is_some_and(|query| !query.split(':').any(|one| one.trim().starts_with("dns/txt"))) => "the key is not in DNS",
        () if limit.is_some_and(|limit| limit > length) => "l= is longer than the body",
        () if head_canon.is_none() || body_canon.is_none() => "the canonicalisation is not known",
        () => "",
    };
    let digest = head_hash(fields, at, &signed, head_canon.unwrap_or(Canon::Simple));
    Some(DkimClaim {
        identity: identity.unwrap_or_else(|| signer.clone()),
        domain: signer,
        selector,
        algorithm,
        signature: find("b").unwrap_or_default().split_ascii_whitespace().collect(),
        digest: hex(&digest),
        body_matches: find("bh").and_then(tags::base64).is_some_and(|claimed| claimed == hash),
        body_partly: limit.is_some_and(|limit| limit < length),
        signed_at: number("t"),
        expires_at: number("x"),
        fault: fault.to_owned(),
    })
}

fn broken(domain: String, selector: String, fault: &str) -> DkimClaim {
    DkimClaim {
        identity: domain.clone(),
        domain,
        selector,
        algorithm: Algorithm::Other,
        signature: String::new(),
        digest: String::new(),
        body_matches: false,
        body_partly: false,
        signed_at: None,
        expires_at: None,
        fault: fault.to_owned(),
    }
}

/// `c=`: header, then body; a body's that is not said is simple.
fn canons(text: &str) -> (Option<Canon>, Option<Canon>) {
    let one = |word: &str| match word.trim() {
        "simple" => Some(Canon::Simple),
        "relaxed" => Some(Canon::Relaxed),
        _ => None,
    };
    let (head, body) = text.split_once('/').unwrap_or((text, "simple"));
    (one(head), one(body))
}

/// The body's hash under the tags `c=` and `l=` of a signature.
pub(super) fn body_digest(body: &[u8], tags_text: &str) -> Vec<u8> {
    let tags = tags::read(tags_text).unwrap_or_default();
    let (_, canon) = canons(tags::find(&tags, "c").unwrap_or("simple"));
    body_hash(body, canon, tags::find(&tags, "l").and_then(|limit| limit.parse().ok())).0
}

/// Hash of the body, up to `limit` bytes, and the length of the whole in canonical form. Lines may end with LF alone, as pipes leave them.
fn body_hash(body: &[u8], canon: Option<Canon>, limit: Option<u64>) -> (Vec<u8>, u64) {
    let relaxed = canon == Some(Canon::Relaxed);
    let mut hasher = Sha256::new();
    let (mut length, mut empty_lines) = (0_u64, 0_u64);
    let mut feed = |bytes: &[u8], length: &mut u64| {
        let left = limit.map_or(u64::MAX, |limit| limit.saturating_sub(*length));
        let take = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        hasher.update(bytes.get(..take).unwrap_or_default());
        *length += bytes.len() as u64;
    };
    let mut squeezed = Vec::new();
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        if relaxed {
            squeeze(line, &mut squeezed);
            line = &squeezed;
        }
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut empty_lines) {
            feed(b"\r\n", &mut length);
        }
        feed(line, &mut length);
        feed(b"\r\n", &mut length);
    }
    if length == 0 && !relaxed {
        feed(b"\r\n", &mut length);
    }
    (hasher.finalize().to_vec(), length)
}

/// Runs of white space become one blank, none at the end.
fn squeeze(line: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut blank = false;
    for byte in line {
        if matches!(byte, b' ' | b'\t') {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push(b' ');
        }
        out.push(*byte);
    }
}

/// SHA-256 over the signed fields, from the bottom up where a name occurs more than once, and the signature's own field without `b=`.
fn head_hash(fields: &[Field<'_>], own: usize, signed: &[&str], canon: Canon) -> Vec<u8> {
    let mut hasher = Sha256::new();
    let mut used = vec![false; fields.len()];
    for name in signed.iter().take(FIELDS) {
        let found = fields
            .iter()
            .enumerate()
            .rev()
            .find(|(at, field)| used.get(*at) == Some(&false) && *at != own && field.name.eq_ignore_ascii_case(name.as_bytes()));
        // A name without a field signs that there is none (section 5.4.2).
        if let Some((at, field)) = found {
            if let Some(mark) = used.get_mut(at) {
                *mark = true;
            }
            hasher.update(canonical_field(field.name, field.value, canon));
            hasher.update(b"\r\n");
        }
    }
    if let Some(field) = fields.get(own) {
        hasher.update(canonical_field(field.name, &without_signature(field.value), canon));
    }
    hasher.finalize().to_vec()
}

fn canonical_field(name: &[u8], value: &[u8], canon: Canon) -> Vec<u8> {
    match canon {
        Canon::Simple => {
            let mut out = [name, b":"].concat();
            for line in value.split_inclusive(|byte| *byte == b'\n') {
                match line.strip_suffix(b"\n") {
                    Some(line) => {
                        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
                        out.extend_from_slice(b"\r\n");
                    }
                    None => out.extend_from_slice(line),
                }
            }
            out
        }
        Canon::Relaxed => {
            let flat: Vec<u8> = value.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
            let mut squeezed = Vec::new();
            squeeze(&flat, &mut squeezed);
            [name.to_ascii_lowercase().as_slice(), b":", squeezed.trim_ascii_start()].concat()
        }
    }
}

/// The field with the value of `b=` taken out.
fn without_signature(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for (number, part) in value.split(|byte| *byte == b';').enumerate() {
        if number > 0 {
            out.push(b';');
        }
        let equals = part.iter().position(|byte| *byte == b'=');
        match equals.and_then(|at| part.split_at_checked(at + 1)) {
            Some((name, _)) if name.trim_ascii() == b"b=" || name.trim_ascii().strip_suffix(b"=").map(<[u8]>::trim_ascii) == Some(b"b") => {
                out.extend_from_slice(name);
            }
            _ => out.extend_from_slice(part),
        }
    }
    out
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6376 section 3.4.5, with the white space of the RFC.
    #[test]
    fn canonical_forms_of_the_rfc() {
        assert_eq!(canonical_field(b"A", b" X", Canon::Relaxed), b"a:X");
        assert_eq!(canonical_field(b"B ".trim_ascii_end(), b" Y\t\r\n\tZ  ", Canon::Relaxed), b"b:Y Z");
        assert_eq!(canonical_field(b"A", b" X", Canon::Simple), b"A: X");
        let body = b" C \r\nD \t E\r\n\r\n\r\n";
        assert_eq!(body_hash(body, Some(Canon::Relaxed), None).0, Sha256::digest(b" C\r\nD E\r\n").to_vec());
        assert_eq!(body_hash(body, Some(Canon::Simple), None).0, Sha256::digest(b" C \r\nD \t E\r\n").to_vec());
        assert_eq!(body_hash(b"", Some(Canon::Simple), None).0, Sha256::digest(b"\r\n").to_vec());
        assert_eq!(body_hash(b"\n\n", Some(Canon::Relaxed), None).0, Sha256::digest(b"").to_vec());
        assert_eq!(body_hash(b"abc", Some(Canon::Simple), Some(2)), (Sha256::digest(b"ab").to_vec(), 5));
    }

    #[test]
    fn the_signature_is_taken_out_wherever_it_stands() {
        assert_eq!(without_signature(b" v=1; b=abc\r\n def; bh=xx"), b" v=1; b=; bh=xx");
        assert_eq!(without_signature(b"v=1; bh=b=; b =x"), b"v=1; bh=b=; b =");
    }

    #[test]
    fn what_cannot_be_valid_says_why() {
        let of = |fields: &str| claims(format!("DKIM-Signature: {fields}\r\nFrom: a@b.example\r\n\r\nx\r\n").as_bytes(), 9_999);
        let good = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=b.example; s=k; h=from; bh=YQ==; b=YQ==";
        assert_eq!(of(good)[0].fault, "");
        for (wrong, right) in
            [("v=1", "v=2"), ("rsa-sha256", "rsa-sha1"), ("h=from", "h=to"), ("s=k", "s=k; i=@c.example"), ("s=k", "s=k; l=99")]
        {
            assert!(!of(&good.replace(wrong, right))[0].fault.is_empty(), "{right}");
        }
        assert!(of("nonsense").is_empty());
        assert!(of(&good.replace("d=b.example", "d=b..example")).is_empty());
    }
}
