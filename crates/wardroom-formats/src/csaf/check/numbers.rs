//! Version numbers of documents: whole or semantic.

use std::cmp::Ordering;

/// A version number by `version_t` of the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Number {
    /// Like `3`.
    Whole(u64),
    /// Like `1.2.0-rc.1`; build metadata is dropped, because every rule ignores it.
    Semantic { parts: [u64; 3], pre: Option<String> },
}

impl Number {
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(whole) = digits(text) {
            return Some(Self::Whole(whole));
        }
        let rest = text.split_once('+').map_or(text, |(rest, _)| rest);
        let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
        let mut numbers = core.split('.').map(digits);
        let parts = [numbers.next()??, numbers.next()??, numbers.next()??];
        if numbers.next().is_some() || pre.is_some_and(|pre| pre.split('.').any(str::is_empty)) {
            return None;
        }
        Some(Self::Semantic { parts, pre: pre.map(str::to_owned) })
    }

    pub const fn major(&self) -> u64 {
        match self {
            Self::Whole(number) => *number,
            Self::Semantic { parts: [major, _, _], .. } => *major,
        }
    }

    pub const fn is_pre_release(&self) -> bool {
        matches!(self, Self::Semantic { pre: Some(_), .. })
    }

    pub const fn is_semantic(&self) -> bool {
        matches!(self, Self::Semantic { .. })
    }

    /// The number without its pre-release part.
    pub fn core(&self) -> Self {
        match self {
            Self::Whole(number) => Self::Whole(*number),
            Self::Semantic { parts, .. } => Self::Semantic { parts: *parts, pre: None },
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |number: &Self| match number {
            Self::Whole(whole) => [*whole, 0, 0],
            Self::Semantic { parts, .. } => *parts,
        };
        key(self).cmp(&key(other)).then_with(|| match (self.pre(), other.pre()) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(two)) => pre_releases(one, two),
        })
    }
}

impl Number {
    fn pre(&self) -> Option<&str> {
        match self {
            Self::Whole(_) => None,
            Self::Semantic { pre, .. } => pre.as_deref(),
        }
    }
}

/// Semantic versioning, rule 11: numbers below words, numbers by size, words by letters, fewer parts first.
fn pre_releases(one: &str, two: &str) -> Ordering {
    let key = |part: &str| digits(part).map_or_else(|| (1, 0, part.to_owned()), |number| (0, number, String::new()));
    one.split('.').map(key).cmp(two.split('.').map(key))
}

fn digits(text: &str) -> Option<u64> {
    let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    if plain { text.parse().ok() } else { None }
}
