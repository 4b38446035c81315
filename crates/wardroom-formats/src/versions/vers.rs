//! Version ranges as `vers` (the range notation beside package URLs), which CSAF 2.1 and CycloneDX use.
//!
//! Not here: the many types of vers. We write `intdot` for versions of numbers and dots, else `generic`.

use super::compare::Numbers;
use super::{Bound, Sign, Span, Spans, plain, sign};

/// Reads what stands behind `vers:`. Exclusions (`!=`) are not read.
pub(super) fn read(text: &str) -> Option<Spans> {
    let (_, constraints) = text.split_once('/')?;
    if constraints == "*" {
        return Some(Spans::All);
    }
    let mut spans: Vec<Span> = Vec::new();
    for part in constraints.split('|').map(str::trim) {
        let (sign, version) = sign(part).unwrap_or((Sign::Equal, part));
        let version = plain(&decoded(version))?;
        match (sign, spans.last_mut()) {
            // In vers a lower bound and the upper bound behind it are one stretch.
            (Sign::Less(included), Some(Span::Between { from: Some(_), to: to @ None })) => *to = Some(Bound { version, included }),
            (Sign::Less(included), _) => spans.push(Span::Between { from: None, to: Some(Bound { version, included }) }),
            (Sign::Greater(included), _) => spans.push(Span::Between { from: Some(Bound { version, included }), to: None }),
            (Sign::Equal, _) => spans.push(Span::One(version)),
        }
    }
    Some(Spans::These(spans))
}

/// The scheme all versions of the spans follow: `intdot`, or `generic` when one has more than numbers and dots. `3.01` is no `intdot`, which
/// would make `3.1` of it.
#[must_use]
pub fn scheme(spans: &[Span]) -> &'static str {
    let dotted = |version: &str| {
        version
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0')))
    };
    let all = |span: &Span| match span {
        Span::One(version) | Span::Like(version) => dotted(version),
        Span::Between { from, to } => [from, to].into_iter().flatten().all(|bound| dotted(&bound.version)),
    };
    if spans.iter().all(all) { "intdot" } else { "generic" }
}

/// The range as vers in its canonical form: constraints in the order of the versions. `None` when the text cannot be read for certain, when
/// it means every version or one alone (neither is a range), or when its stretches cannot be put in order.
#[must_use]
pub fn canonical_vers(text: &str) -> Option<String> {
    let Spans::These(spans) = super::read(text)? else { return None };
    if let [Span::One(_)] = spans.as_slice() {
        return None;
    }
    let scheme = scheme(&spans);
    let mut constraints: Vec<(String, String)> = Vec::new();
    for span in spans {
        match span {
            Span::One(version) => constraints.push((String::new(), version)),
            Span::Like(stem) => {
                let after = following(&stem)?;
                constraints.extend([(">=".to_owned(), stem), ("<".to_owned(), after)]);
            }
            Span::Between { from, to } => {
                let named = |bound: Option<Bound>, sign: &str| {
                    bound.map(|bound| (format!("{sign}{}", if bound.included { "=" } else { "" }), bound.version))
                };
                constraints.extend(named(from, ">").into_iter().chain(named(to, "<")));
            }
        }
    }
    if constraints.len() > 2 || scheme == "intdot" {
        // Each version may stand once, and they stand in their order (vers, "Normalized, canonical representation").
        let mut keyed = constraints.into_iter().map(|one| Some((Numbers::read(&one.1)?, one))).collect::<Option<Vec<_>>>()?;
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        if keyed.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
            return None;
        }
        constraints = keyed.into_iter().map(|(_, one)| one).collect();
    }
    // A lower bound that no upper one follows, or an upper one that none precedes, where others stand beside: nobody can tell what was meant,
    // and vers has no place for it.
    let signs: Vec<Option<char>> = constraints.iter().map(|(sign, _)| sign.chars().next()).collect();
    let odd = |pair: &[Option<char>]| matches!(pair, [Some('>'), Some('>') | None] | [Some('<') | None, Some('<')]);
    if signs.windows(2).any(odd) {
        return None;
    }
    let written: Vec<String> = constraints.into_iter().map(|(sign, version)| format!("{sign}{}", encoded(&version))).collect();
    Some(format!("vers:{scheme}/{}", written.join("|")))
}

/// The stem behind this one: `1.3` after `1.2`.
pub(crate) fn following(stem: &str) -> Option<String> {
    let (front, last) = stem.rsplit_once('.').map_or(("", stem), |(front, last)| (front, last));
    let next = last.parse::<u64>().ok()?.checked_add(1)?;
    Some(if front.is_empty() { next.to_string() } else { format!("{front}.{next}") })
}

pub(super) fn encoded(version: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~');
    version.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn decoded(version: &str) -> String {
    version.replace("%2B", "+").replace("%2b", "+").replace("%3A", ":").replace("%3a", ":")
}
