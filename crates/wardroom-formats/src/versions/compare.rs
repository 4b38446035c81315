//! Whether one version is among those a text means.

use std::cmp::Ordering;

use super::{Bound, Span, Spans, read};

/// Whether a version is among those a text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// The text or the version is written in a way we do not compare.
    Unsure,
}

/// Whether `version` is among `text`. An empty text means every version.
#[must_use]
pub fn among(version: &str, text: &str) -> Among {
    let spans = match read(text) {
        Some(Spans::All) => return Among::Yes,
        Some(Spans::These(spans)) => spans,
        None => return Among::Unsure,
    };
    let Some(version) = Numbers::read(version) else { return Among::Unsure };
    let mut any = false;
    for span in &spans {
        match within(&version, span) {
            Some(within) => any |= within,
            None => return Among::Unsure,
        }
    }
    if any { Among::Yes } else { Among::No }
}

fn within(version: &Numbers, span: &Span) -> Option<bool> {
    match span {
        Span::One(one) => Some(*version == Numbers::read(one)?),
        Span::Like(stem) => Some(version.begins_with(&Numbers::read(stem)?)),
        Span::Between { from, to } => {
            let behind = beyond(version, from.as_ref(), Ordering::Greater)?;
            let before = beyond(version, to.as_ref(), Ordering::Less)?;
            Some(behind && before)
        }
    }
}

/// Whether the version lies on this side of the bound; without a bound it does.
fn beyond(version: &Numbers, bound: Option<&Bound>, side: Ordering) -> Option<bool> {
    let Some(bound) = bound else { return Some(true) };
    let order = version.cmp(&Numbers::read(&bound.version)?);
    Some(order == side || (bound.included && order.is_eq()))
}

/// A version of nothing but numbers: `2.3.1`, `v2.3.1`. Letters, dates with words and the like are not compared.
#[derive(Debug, Clone)]
pub(super) struct Numbers(Vec<u64>);

impl Numbers {
    pub(super) fn read(text: &str) -> Option<Self> {
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
