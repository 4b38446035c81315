//! Reads what people write about versions: `<2.3.5`, `2.0 - 2.3.4`, `1.x`, `>=2.0, <2.3`, `2.4 and earlier`, `vers:semver/>=2.0|<2.3`.
//! One reading for all: the reader's "am I affected?", CSAF 2.1, CVE, OSV and CycloneDX say the same of the same words.
//!
//! Whatever cannot be read for certain is not read: a wrong "not affected" is the worst answer there is.
//! Not here: the version schemes of package managers. Only versions made of numbers are compared.

mod compare;
mod vers;
mod vls;

pub use compare::{Among, among};
pub(crate) use vers::following;
pub use vers::{canonical_vers, scheme};
pub use vls::vls;

/// Longest text looked at, in bytes.
const LONGEST: usize = 500;

/// Words people write when they mean the product as such.
const ALL: [&str; 6] = ["all", "all versions", "any", "*", "所有版本", "全部版本"];

/// Which versions a text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spans {
    /// Every version.
    All,
    /// Those of any of these, in the order they were written.
    These(Vec<Span>),
}

/// One stretch of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// This version alone.
    One(String),
    /// All that begin with this, like `1` of `1.x`.
    Like(String),
    /// All between two bounds, of which one may be absent.
    Between {
        /// The lower bound.
        from: Option<Bound>,
        /// The upper bound.
        to: Option<Bound>,
    },
}

/// Where a stretch begins or ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// As written, without `v`.
    pub version: String,
    /// Whether this version belongs to the stretch.
    pub included: bool,
}

/// Whether a text means the product as such.
#[must_use]
pub fn is_all(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    text.is_empty() || ALL.contains(&text.as_str())
}

/// What the text means; `None` when it cannot be read for certain. An empty text means every version.
#[must_use]
pub fn read(text: &str) -> Option<Spans> {
    let text = text.trim();
    if is_all(text) {
        return Some(Spans::All);
    }
    if text.len() > LONGEST {
        return None;
    }
    if let Some(rest) = text.strip_prefix("vers:") {
        return vers::read(rest);
    }
    let mut spans = Vec::new();
    for alternative in alternatives(text) {
        spans.push(span(alternative.trim())?);
    }
    (!spans.is_empty()).then_some(Spans::These(spans))
}

/// `a, b` are two alternatives, unless they bound one range (`>=2.0, <2.3`).
fn alternatives(text: &str) -> Vec<&str> {
    let lists = text.split(['|', ';', '、', '，']);
    lists
        .flat_map(|list| {
            let bounds = list.split(',').all(|part| part.trim_start().starts_with(['<', '>', '≤', '≥']));
            if bounds { vec![list] } else { list.split(',').collect() }
        })
        .collect()
}

fn span(text: &str) -> Option<Span> {
    if text.starts_with(['<', '>', '≤', '≥', '=']) {
        return compared(text);
    }
    if let Some(stem) = text.strip_suffix(".x").or_else(|| text.strip_suffix(".*")) {
        return Some(Span::Like(plain(stem)?));
    }
    // Before the dash, because `prior to 2.5` has a ` to `, too.
    if let Some(span) = worded(text) {
        return Some(span);
    }
    if let Some((from, to)) =
        text.split_once(" - ").or_else(|| text.split_once(" to ")).or_else(|| text.split_once('–')).or_else(|| text.split_once('~'))
    {
        let bound = |text| Some(Bound { version: plain(text)?, included: true });
        return Some(Span::Between { from: Some(bound(from)?), to: Some(bound(to)?) });
    }
    plain(text).map(Span::One)
}

/// Bounds in words, where they leave no doubt whether the version itself is meant.
fn worded(text: &str) -> Option<Span> {
    // Of the same length as the text, so that what is found in one can be cut from the other.
    let lower = text.to_ascii_lowercase();
    let behind = |word: &str| lower.starts_with(word).then(|| text.get(word.len()..)).flatten();
    let before = |word: &str| lower.ends_with(word).then(|| text.get(..text.len().checked_sub(word.len())?)).flatten();
    let bound = |version: &str, included| Some(Bound { version: plain(version)?, included });
    if let Some(version) = ["before ", "prior to ", "earlier than ", "低于"].into_iter().find_map(behind) {
        return Some(Span::Between { from: None, to: Some(bound(version, false)?) });
    }
    if let Some(version) =
        [" and earlier", " and prior", " and below", "及以前", "及之前", "及更早版本", "及以下"].into_iter().find_map(before)
    {
        return Some(Span::Between { from: None, to: Some(bound(version, true)?) });
    }
    if let Some(version) = before("之前") {
        return Some(Span::Between { from: None, to: Some(bound(version, false)?) });
    }
    let from = [" and later", " and above", "及以上", "及以后", "及更高版本"].into_iter().find_map(before)?;
    Some(Span::Between { from: Some(bound(from, true)?), to: None })
}

/// `>=2.0, <2.3` or `>=2.0 <2.3` or one comparison.
fn compared(text: &str) -> Option<Span> {
    let (mut from, mut to, mut rest) = (None, None, text);
    while !rest.is_empty() {
        let (sign, behind) = sign(rest)?;
        let end = behind.find(['<', '>', '≤', '≥', ',']).unwrap_or(behind.len());
        let (version, more) = behind.split_at_checked(end)?;
        let version = plain(version)?;
        match sign {
            Sign::Equal if from.is_none() && to.is_none() && more.is_empty() => return Some(Span::One(version)),
            Sign::Less(included) if to.is_none() => to = Some(Bound { version, included }),
            Sign::Greater(included) if from.is_none() => from = Some(Bound { version, included }),
            Sign::Equal | Sign::Less(_) | Sign::Greater(_) => return None,
        }
        rest = more.trim_start_matches([',', ' ']);
    }
    Some(Span::Between { from, to })
}

/// A comparison; the flag says whether the version itself is meant.
enum Sign {
    Equal,
    Less(bool),
    Greater(bool),
}

fn sign(text: &str) -> Option<(Sign, &str)> {
    let signs = [("<=", Sign::Less(true)), (">=", Sign::Greater(true)), ("≤", Sign::Less(true)), ("≥", Sign::Greater(true))];
    let signs = signs.into_iter().chain([("<", Sign::Less(false)), (">", Sign::Greater(false)), ("=", Sign::Equal)]);
    signs.into_iter().find_map(|(word, sign)| text.strip_prefix(word).map(|rest| (sign, rest.trim_start())))
}

/// One version as it stands: no blanks, at least one digit.
fn plain(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = text.strip_prefix(['v', 'V']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(text);
    let ok = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | ':');
    (bare.chars().all(ok) && bare.contains(|c: char| c.is_ascii_digit())).then(|| bare.to_owned())
}

#[cfg(test)]
mod tests;
