//! Which language a text is in, roughly: enough to answer in it. Deliberately no statistics of letters: scripts and a
//! few frequent words.

/// Lower-case language code; English when nothing else is plain.
pub(crate) fn guess(text: &str) -> &'static str {
    let (mut letters, mut han, mut kana, mut hangul, mut cyrillic) = (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for character in text.chars().filter(|character| character.is_alphabetic()).take(20_000) {
        letters += 1;
        match character {
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' => han += 1,
            '\u{ac00}'..='\u{d7af}' => hangul += 1,
            '\u{0400}'..='\u{04ff}' => cyrillic += 1,
            _ => {}
        }
    }
    if kana * 10 > han && kana * 10 > letters {
        return "ja";
    }
    // one Chinese character says as much as several Latin letters
    if han * 8 > letters {
        return "zh";
    }
    if hangul * 5 > letters {
        return "ko";
    }
    if cyrillic * 2 > letters {
        return "ru";
    }
    by_frequent_words(text)
}

const FREQUENT: [(&str, &[&str]); 4] = [
    ("en", &["the", "and", "is", "of", "to", "in", "with", "this", "that", "for"]),
    ("de", &["der", "die", "das", "und", "ist", "nicht", "mit", "ein", "eine", "wir"]),
    ("fr", &["le", "la", "les", "et", "est", "une", "des", "dans", "avec", "vous"]),
    ("es", &["el", "los", "las", "una", "con", "para", "que", "del", "por", "es"]),
];

fn by_frequent_words(text: &str) -> &'static str {
    let mut counts = [0_usize; FREQUENT.len()];
    for word in text.split(|character: char| !character.is_alphabetic()).take(4_000) {
        let word = word.to_lowercase();
        for (count, (_, words)) in counts.iter_mut().zip(FREQUENT) {
            *count += usize::from(words.contains(&word.as_str()));
        }
    }
    let mut best = ("en", 0);
    for (count, (language, _)) in counts.into_iter().zip(FREQUENT) {
        if count > best.1 {
            best = (language, count);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::guess;

    #[test]
    fn languages_are_told_apart() {
        assert_eq!(guess("The update service accepts a firmware image"), "en");
        assert_eq!(guess("受影响产品：CAL60S244 模组，固件版本 1.8.0 及以前"), "zh");
        assert_eq!(guess("ファームウェアの署名が検証されません"), "ja");
        assert_eq!(guess("Der Dienst prüft die Signatur nicht und ist mit einem Fehler offen"), "de");
        assert_eq!(guess("Le service est ouvert et la signature est dans une image"), "fr");
        assert_eq!(guess(""), "en");
    }
}
