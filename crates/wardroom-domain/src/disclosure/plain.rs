//! What is published is plain: no control characters, which no feed can carry, and no signs that turn the direction of what is read.
//! Deliberately not an escape: each format escapes for itself.

use super::AdvisoryContent;
use serde_json::Value;

impl AdvisoryContent {
    /// The same content without characters that are no text. Line breaks and tabs stay.
    #[must_use]
    pub fn plain(self) -> AdvisoryContent {
        // Through JSON, so that a field added later cannot be forgotten.
        match serde_json::to_value(&self) {
            Ok(mut value) => {
                clean(&mut value);
                serde_json::from_value(value).unwrap_or(self)
            }
            Err(_) => self,
        }
    }
}

fn clean(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(is_text),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_text(c: char) -> bool {
    matches!(c, '\n' | '\t')
        || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
}

#[cfg(test)]
mod tests {
    use crate::disclosure::{AdvisoryContent, AdvisoryTexts, Bilingual};

    #[test]
    fn what_is_no_text_is_gone_and_the_rest_stays() {
        let texts = AdvisoryTexts {
            title: Bilingual::new("a\0b\u{b}c\u{1b}[2J\u{202e}d\r\ne\tf 漏洞", ""),
            credits: vec!["K\u{7f}im".to_owned()],
            ..AdvisoryTexts::default()
        };
        let plain = AdvisoryContent { texts, ..AdvisoryContent::default() }.plain();
        assert_eq!(plain.texts.title.en, "abc[2Jd\ne\tf 漏洞");
        assert_eq!(plain.texts.credits, ["Kim"]);
        assert_eq!(plain.clone().plain(), plain);
    }
}
