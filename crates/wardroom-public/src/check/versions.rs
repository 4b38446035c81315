//! Reads what advisories say about versions, as people write it (`<2.3.5`, `2.0 - 2.3.4`, `1.x`, `>=2.0, <2.3`,
//! `vers:semver/>=2.0|<2.3`), and says whether one version is meant. Whatever it cannot read for certain it leaves to
//! the reader: a wrong "not affected" is the worst answer there is.

use std::cmp::Ordering;

/// Whether a version is among those a text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Among {
    Yes,
    No,
    /// The text or the version is written in a way we do not compare.
    Unsure,
}

/// Longest text looked at.
const LONGEST: usize = 500;

/// Whether `version` is among `text`. An empty text means every version.
pub(crate) fn among(version: &str, text: &str) -> Among {
    let text = text.trim();
    if text.is_empty() || matches!(text.to_lowercase().as_str(), "*" | "all" | "all versions" | "any" | "所有版本" | "全部版本") {
        return Among::Yes;
    }
    let (Some(version), true) = (Numbers::read(version), text.len() <= LONGEST) else { return Among::Unsure };
    let mut any = false;
    for alternative in alternatives(text) {
        match meets(&version, alternative.trim()) {
            Some(true) => any = true,
            Some(false) => {}
            None => return Among::Unsure,
        }
    }
    if any { Among::Yes } else { Among::No }
}

/// `a, b` are two alternatives, unless they bound one range (`>=2.0, <2.3`). In vers a lower bound and the upper
/// bound behind it are one range.
fn alternatives(text: &str) -> Vec<String> {
    if let Some((_, rest)) = text.strip_prefix("vers:").and_then(|vers| vers.split_once('/')) {
        let mut ranges: Vec<String> = Vec::new();
        for part in rest.split('|').map(str::trim) {
            match ranges.last_mut() {
                Some(last) if part.starts_with('<') && last.starts_with('>') && !last.contains(',') => *last = format!("{last},{part}"),
                Some(_) | None => ranges.push(part.to_owned()),
            }
        }
        return ranges;
    }
    let lists = text.split(['|', ';', '、', '，']);
    lists
        .flat_map(|list| {
            let bounds = list.split(',').all(|part| part.trim_start().starts_with(['<', '>', '≤', '≥']));
            if bounds { vec![list.to_owned()] } else { list.split(',').map(str::to_owned).collect() }
        })
        .collect()
}

fn meets(version: &Numbers, text: &str) -> Option<bool> {
    if text.contains(',') {
        return text.split(',').map(|part| meets(version, part.trim())).try_fold(true, |all, one| one.map(|one| all && one));
    }
    for (sign, holds) in SIGNS {
        if let Some(rest) = text.strip_prefix(sign) {
            let (bound, more) = split_bound(rest.trim());
            let order = version.cmp(&Numbers::read(bound)?);
            let here = holds.contains(&order);
            return if more.is_empty() { Some(here) } else { meets(version, more).map(|rest| here && rest) };
        }
    }
    if let Some(stem) = text.strip_suffix(".x").or_else(|| text.strip_suffix(".*")) {
        return Some(version.begins_with(&Numbers::read(stem)?));
    }
    if let Some((from, to)) =
        text.split_once(" - ").or_else(|| text.split_once(" to ")).or_else(|| text.split_once('–')).or_else(|| text.split_once('~'))
    {
        let (from, to) = (Numbers::read(from)?, Numbers::read(to)?);
        return Some(*version >= from && *version <= to);
    }
    Numbers::read(text).map(|exact| *version == exact)
}

type Sign = (&'static str, &'static [Ordering]);
const SIGNS: [Sign; 7] = [
    ("<=", &[Ordering::Less, Ordering::Equal]),
    (">=", &[Ordering::Greater, Ordering::Equal]),
    ("≤", &[Ordering::Less, Ordering::Equal]),
    ("≥", &[Ordering::Greater, Ordering::Equal]),
    ("<", &[Ordering::Less]),
    (">", &[Ordering::Greater]),
    ("=", &[Ordering::Equal]),
];

/// `2.0 <2.3` is the bound `2.0` and one more comparison.
fn split_bound(text: &str) -> (&str, &str) {
    match text.find(['<', '>', '≤', '≥']) {
        Some(at) => (text.get(..at).unwrap_or(text).trim(), text.get(at..).unwrap_or_default()),
        None => (text, ""),
    }
}

/// A version of nothing but numbers: `2.3.1`, `v2.3.1`. Letters, dates with words and the like are not compared.
#[derive(Debug, Clone)]
struct Numbers(Vec<u64>);

impl Numbers {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        if text.len() > 60 {
            return None;
        }
        text.split(['.', '-', '_']).map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>().map(Self)
    }

    fn begins_with(&self, stem: &Self) -> bool {
        self.0.starts_with(&stem.0)
    }
}

/// `2.3` and `2.3.0` are the same version.
impl Ord for Numbers {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.0.len().max(other.0.len());
        let at = |numbers: &Self, index: usize| numbers.0.get(index).copied().unwrap_or(0);
        (0..length).map(|index| at(self, index).cmp(&at(other, index))).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Numbers {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Numbers {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(version: &str, text: &str, expected: Among) {
        assert_eq!(among(version, text), expected, "{version} among {text}");
    }

    #[test]
    fn the_usual_ways_to_write_versions() {
        check("2.3.1", "<=2.3.4", Among::Yes);
        check("2.3.5", "< 2.3.5", Among::No);
        check("2.3.4", "< 2.3.5", Among::Yes);
        check("2.3.10", "<2.3.5", Among::No);
        check("2.1", ">=2.0, <2.3", Among::Yes);
        check("2.3", ">=2.0 <2.3", Among::No);
        check("1.9", ">=2.0,<2.3", Among::No);
        check("2.3.4", "2.0 - 2.3.4", Among::Yes);
        check("1.7", "1.x", Among::Yes);
        check("2.7", "1.x", Among::No);
        check("v2.3", "2.3.0", Among::Yes);
        check("1.2", "1.1, 1.2, 1.3", Among::Yes);
        check("1.4", "1.1、1.2", Among::No);
        check("2.1", "vers:semver/>=2.0|<2.3", Among::Yes);
        check("2.4", "vers:semver/>=2.0|<2.3|>=3.0|<3.1", Among::No);
        check("3.0.5", "vers:semver/>=2.0|<2.3|>=3.0|<3.1", Among::Yes);
        check("7", "", Among::Yes);
        check("weird", "all versions", Among::Yes);
    }

    #[test]
    fn what_cannot_be_read_is_left_to_the_reader() {
        check("2.3.1-rc1", "<2.4", Among::Unsure);
        check("2.3", "before the spring release", Among::Unsure);
        check("2.3", "1.0, later builds", Among::Unsure);
        check("", "<2", Among::Unsure);
        check("2", &"<".repeat(1000), Among::Unsure);
        check("1", "<<1", Among::Unsure);
    }
}
