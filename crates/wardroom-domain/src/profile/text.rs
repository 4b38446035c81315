//! Text of a profile: one text for all, or one per language.
//! Deliberately not the message catalogues of the product: this is what the vendor wrote.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text, plain or by language tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum L10n {
    /// The same in every language.
    Plain(String),
    /// By language tag such as `en` or `zh-CN`; never empty in a checked profile.
    ByLanguage(BTreeMap<String, String>),
}

impl L10n {
    /// English and simplified Chinese.
    #[must_use]
    pub fn of(en: &str, zh: &str) -> L10n {
        L10n::ByLanguage([("en", en), ("zh-CN", zh)].map(|(tag, text)| (tag.to_owned(), text.to_owned())).into())
    }

    /// The text for a language: that tag, then its base language, then another variant of it, then English, then any.
    /// Empty only when there is no text at all.
    #[must_use]
    pub fn text(&self, language: &str) -> &str {
        let texts = match self {
            L10n::Plain(text) => return text,
            L10n::ByLanguage(texts) => texts,
        };
        let base = language.split('-').next().unwrap_or(language);
        let variant = || texts.iter().find(|(tag, _)| tag.split('-').next() == Some(base)).map(|(_, text)| text);
        texts
            .get(language)
            .or_else(|| texts.get(base))
            .or_else(|| texts.get("zh-CN").filter(|_| base == "zh"))
            .or_else(variant)
            .or_else(|| texts.get("en"))
            .or_else(|| texts.values().next())
            .map_or("", String::as_str)
    }
}

/// `^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`
pub(super) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let base = parts.next().unwrap_or_default();
    (2..=3).contains(&base.len())
        && base.chars().all(|c| c.is_ascii_lowercase())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_fall_back() {
        let both = L10n::of("Security", "安全");
        assert_eq!([both.text("en"), both.text("zh"), both.text("zh-CN"), both.text("zh-Hant")], ["Security", "安全", "安全", "安全"]);
        assert_eq!([both.text("de"), both.text("en-GB")], ["Security", "Security"]);
        let german: L10n = serde_json::from_str(r#"{"de": "Sicherheit"}"#).unwrap();
        assert_eq!(german.text("zh"), "Sicherheit");
        assert_eq!(L10n::Plain("PSIRT".into()).text("zh"), "PSIRT");
        assert_eq!(L10n::ByLanguage(BTreeMap::new()).text("en"), "");
    }

    #[test]
    fn language_tags() {
        for tag in ["en", "zh-CN", "zh-Hans-CN", "yue"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["", "e", "EN", "zh_CN", "zh-", "english", "zh-C"] {
            assert!(!is_language(tag), "{tag}");
        }
    }
}
