//! The two bundles, built once on first use, and the ways to ask them. Not a place for policy: which language a
//! visitor gets is `lang.rs`.

use crate::generated::{PLAIN, SOURCES_EN, SOURCES_ZH};
use crate::{Lang, Value};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::borrow::Cow;
use std::sync::OnceLock;

/// A sentence without variables. Saying it costs one array look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Word(usize);

impl Word {
    pub(crate) const fn at(index: usize) -> Self {
        Self(index)
    }

    /// The key in the catalogue, e.g. `public-report-title`.
    #[must_use]
    pub fn key(self) -> &'static str {
        PLAIN.get(self.0).copied().unwrap_or_default()
    }

    /// The sentence.
    #[must_use]
    pub fn say(self, lang: impl Into<Lang>) -> &'static str {
        tongue(lang.into()).plain.get(self.0).map_or("", String::as_str)
    }
}

/// One language, ready to speak.
struct Tongue {
    bundle: FluentBundle<FluentResource>,
    /// In the order of `PLAIN`.
    plain: Vec<String>,
}

fn tongue(lang: Lang) -> &'static Tongue {
    static EN: OnceLock<Tongue> = OnceLock::new();
    static ZH: OnceLock<Tongue> = OnceLock::new();
    match lang {
        Lang::En => EN.get_or_init(|| build(lang, SOURCES_EN)),
        Lang::Zh => ZH.get_or_init(|| build(lang, SOURCES_ZH)),
    }
}

fn build(lang: Lang, sources: &[&str]) -> Tongue {
    let locale = lang.html().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Isolation marks would land in mail subjects, CSAF and copied text; pages mark direction with <bdi> instead.
    bundle.set_use_isolating(false);
    for source in sources {
        // The build has parsed these very bytes and refused every fault, so there is nothing to report here.
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    let plain = PLAIN.iter().map(|key| lookup(&bundle, key, None).unwrap_or_default()).collect();
    Tongue { bundle, plain }
}

fn lookup(bundle: &FluentBundle<FluentResource>, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, args, &mut errors).into_owned())
}

/// The sentence of a key known only at run time, or `None`.
#[must_use]
pub fn find(lang: Lang, key: &str) -> Option<String> {
    lookup(&tongue(lang).bundle, key, None)
}

/// Like [`find`], with values for the sentence's variables.
#[must_use]
pub fn find_with(lang: Lang, key: &str, values: &[(&str, Value<'_>)]) -> Option<String> {
    let args: FluentArgs<'_> = values.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
    lookup(&tongue(lang).bundle, key, Some(&args))
}

/// The sentence of a key known only at run time; an unknown key speaks for itself, so that a person can report it.
#[must_use]
pub fn say(lang: Lang, key: &str) -> String {
    find(lang, key).unwrap_or_else(|| key.to_owned())
}

/// Like [`say`], with values for the sentence's variables: `say_with(lang, "mail-receipt-subject", &[("report", "R-2026-0001".into())])`.
#[must_use]
pub fn say_with(lang: Lang, key: &str, values: &[(&str, Value<'_>)]) -> String {
    find_with(lang, key, values).unwrap_or_else(|| key.to_owned())
}

/// What the generated functions call.
pub(crate) fn format(lang: Lang, key: &str, values: Vec<(&str, Value<'_>)>) -> String {
    say_with(lang, key, &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plain_sentence_is_said_in_both_languages() {
        for lang in Lang::ALL {
            for index in 0..PLAIN.len() {
                let word = Word::at(index);
                let text = word.say(lang);
                assert!(!text.trim().is_empty(), "{} is empty in {lang:?}", word.key());
                assert!(!text.contains("{$") && !text.contains("{ $"), "{} is not resolved in {lang:?}: {text}", word.key());
            }
        }
    }

    #[test]
    fn mitigation_is_never_called_a_fix_in_chinese() {
        for index in 0..PLAIN.len() {
            let word = Word::at(index);
            let (en, zh) = (word.say(Lang::En).to_lowercase(), word.say(Lang::Zh));
            if en.contains("mitigat") && !en.contains("fix") {
                assert!(!zh.contains("修复"), "{} says 修复 for mitigation: {zh}", word.key());
            }
            if en.contains("fix") && !en.contains("mitigat") {
                assert!(!zh.contains("缓解"), "{} says 缓解 for fix: {zh}", word.key());
            }
        }
    }

    #[test]
    fn an_unknown_key_speaks_for_itself() {
        assert_eq!(say(Lang::Zh, "no-such-key"), "no-such-key");
        assert_eq!(find(Lang::En, "no-such-key"), None);
    }
}
