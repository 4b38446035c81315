//! What a reader wants to see of the list: words, and one value for each of a few facets. It stands in the address, in one order, so that the
//! same wish has one address, one cached page and one feed.

use crate::report::urlencoded;
use wardroom_app::disclosure::tree::{Card, Remedy};
use wardroom_domain::disclosure::EndingKind;

/// Words looked for at most, and the longest text taken.
const WORDS: usize = 16;
const LONGEST: usize = 200;

/// A property by which advisories are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Facet {
    Severity,
    Status,
    Exploited,
    Year,
    Product,
    Kind,
    Language,
}

impl Facet {
    pub(crate) const ALL: [Facet; 7] =
        [Facet::Severity, Facet::Status, Facet::Exploited, Facet::Year, Facet::Product, Facet::Kind, Facet::Language];

    /// The name in the address.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Facet::Severity => "severity",
            Facet::Status => "status",
            Facet::Exploited => "exploited",
            Facet::Year => "year",
            Facet::Product => "product",
            Facet::Kind => "kind",
            Facet::Language => "language",
        }
    }

    /// What an advisory has of it.
    pub(crate) fn values(self, card: &Card) -> Vec<String> {
        let one = |text: &str| vec![text.to_owned()];
        match self {
            Facet::Severity => match card.worst.as_ref().map(|worst| worst.severity.to_lowercase()) {
                Some(word) if ["critical", "high", "medium", "low"].contains(&word.as_str()) => vec![word],
                Some(_) | None => one("none"),
            },
            Facet::Status => one(match (card.ended, card.remedy) {
                (Some(EndingKind::Withdrawn), _) => "withdrawn",
                (Some(EndingKind::Superseded), _) => "superseded",
                (None, Remedy::Fixed | Remedy::VendorFix) => "fixed",
                (None, Remedy::Mitigation | Remedy::Workaround) => "mitigated",
                (None, Remedy::FixPlanned) => "planned",
                (None, Remedy::UnderInvestigation) => "investigated",
                (None, Remedy::None) => "open",
            }),
            Facet::Exploited => one(card.exploitation.as_str()),
            Facet::Year => one(&card.first.to_zoned(jiff::tz::TimeZone::UTC).year().to_string()),
            Facet::Product => card.products.iter().map(|(id, _)| id.clone()).collect(),
            Facet::Kind => one(card.kind.as_str()),
            Facet::Language => [("en", card.languages.en), ("zh", card.languages.zh)]
                .into_iter()
                .filter(|(_, has)| *has)
                .map(|(lang, _)| lang.to_owned())
                .collect(),
        }
    }
}

/// A wish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// As typed, cut.
    pub(crate) text: String,
    /// In lower case.
    pub(crate) words: Vec<String>,
    /// At most one value of each, in the order of [`Facet::ALL`].
    pub(crate) chosen: Vec<(Facet, String)>,
}

impl Filter {
    /// From a query string; what is unknown in it is left out.
    pub(crate) fn read(query: &str) -> Filter {
        let pairs = urlencoded(query.as_bytes());
        let of = |name: &str| pairs.iter().find(|(key, value)| key == name && !value.trim().is_empty()).map(|(_, value)| value.trim());
        let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
        let text = wardroom_domain::text::half_width(&of("q").map(cut).unwrap_or_default()).into_owned();
        let words = text.split_whitespace().map(str::to_lowercase).take(WORDS).collect();
        let chosen = Facet::ALL.into_iter().filter_map(|facet| Some((facet, cut(of(facet.name())?)))).collect();
        Filter { text, words, chosen }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.chosen.is_empty()
    }

    pub(crate) fn value(&self, facet: Facet) -> Option<&str> {
        self.chosen.iter().find(|(of, _)| *of == facet).map(|(_, value)| value.as_str())
    }

    /// The same with this value, or without any where `value` is none.
    pub(crate) fn with(&self, facet: Facet, value: Option<&str>) -> Filter {
        let mut filter = self.clone();
        filter.chosen.retain(|(of, _)| *of != facet);
        filter.chosen.extend(value.map(|value| (facet, value.to_owned())));
        filter.chosen.sort();
        filter
    }

    /// The query string of this wish, without `?`; empty for everything.
    pub(crate) fn query(&self) -> String {
        let text = (!self.text.is_empty()).then(|| ("q", self.text.as_str()));
        let pairs = text.into_iter().chain(self.chosen.iter().map(|(facet, value)| (facet.name(), value.as_str())));
        pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
    }
}

/// A value as it stands in an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wish_has_one_address() {
        for (query, expected) in [
            ("", ""),
            ("q=&severity=", ""),
            ("lang=zh&utm=1", ""),
            ("year=2026&severity=high&q=a+B%26c", "q=a+B%26c&severity=high&year=2026"),
            ("severity=high&severity=low", "severity=high"),
            ("q=%EF%BC%A1%E6%BC%8F%E6%B4%9E", "q=A%E6%BC%8F%E6%B4%9E"),
        ] {
            let filter = Filter::read(query);
            assert_eq!(filter.query(), expected, "{query}");
            assert_eq!(Filter::read(&filter.query()), filter);
        }
        let filter = Filter::read("q=x&year=2026");
        assert_eq!(filter.with(Facet::Severity, Some("high")).query(), "q=x&severity=high&year=2026");
        assert_eq!(filter.with(Facet::Year, None).query(), "q=x");
    }
}
