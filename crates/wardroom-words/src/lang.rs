//! The two languages of the interface, and how a visitor's wish becomes one of them. Not the language of a
//! report: reporters write in whatever they like and case data keeps its own tag.

use serde::{Deserialize, Serialize};

/// A language the interface speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English, the fallback.
    #[default]
    En,
    /// 简体中文.
    Zh,
}

impl Lang {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// `en` or `zh`: in `?lang=`, in cookies, in file names, in profiles.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The BCP 47 tag for `<html lang>`.
    #[must_use]
    pub const fn html(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-Hans",
        }
    }

    /// The language's own name, for the switch.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Zh => "简体中文",
        }
    }

    /// The one the visitor is not reading.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::En,
        }
    }

    /// Reads any BCP 47 tag by its first part: `zh-CN`, `zh_Hans`, `EN-gb`. Traditional Chinese readers get
    /// 简体中文 rather than English, because it is the nearer of the two.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        match first.as_str() {
            "en" => Some(Self::En),
            "zh" | "cmn" => Some(Self::Zh),
            _ => None,
        }
    }

    /// The wish that counts: `?lang`, else the cookie, else the best of `Accept-Language`, else English.
    #[must_use]
    pub fn negotiate(query: Option<&str>, cookie: Option<&str>, accept_language: Option<&str>) -> Self {
        query
            .and_then(Self::from_tag)
            .or_else(|| cookie.and_then(Self::from_tag))
            .or_else(|| accept_language.and_then(best_accepted))
            .unwrap_or_default()
    }
}

/// Templates hand out references; this lets a sentence take either.
impl From<&Self> for Lang {
    fn from(lang: &Self) -> Self {
        *lang
    }
}

/// The spoken language with the highest quality; the first wins a tie (RFC 9110 §12.5.4). Looks at 16 at most.
fn best_accepted(header: &str) -> Option<Lang> {
    let mut best: Option<(Lang, f32)> = None;
    for range in header.split(',').take(16) {
        let mut parts = range.split(';');
        let Some(lang) = parts.next().and_then(Lang::from_tag) else { continue };
        let quality = parts
            .find_map(|part| part.trim().strip_prefix("q=").map(str::trim).map(str::parse::<f32>))
            .map_or(1.0, |parsed| parsed.unwrap_or(0.0));
        if quality > 0.0 && best.is_none_or(|(_, known)| quality > known) {
            best = Some((lang, quality));
        }
    }
    best.map(|(lang, _)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_beats_the_cookie_beats_the_browser() {
        assert_eq!(Lang::negotiate(Some("zh"), Some("en"), Some("en")), Lang::Zh);
        assert_eq!(Lang::negotiate(Some("xx"), Some("zh"), Some("en")), Lang::Zh);
        assert_eq!(Lang::negotiate(None, None, Some("de, zh-TW;q=0.7, en;q=0.3")), Lang::Zh);
        assert_eq!(Lang::negotiate(None, None, Some("zh;q=0, en;q=0.1")), Lang::En);
        assert_eq!(Lang::negotiate(None, None, Some("fr")), Lang::En);
    }
}
