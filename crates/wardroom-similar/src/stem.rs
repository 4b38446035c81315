//! A small stemmer for English: enough that "sanitized", "sanitization" and "sanitise" meet. Deliberately not Porter's: it never
//! needs to be right about language, only the same on both sides.

/// The stem of a lower-case ASCII word; anything else comes back as it is.
pub fn stem(word: &str) -> String {
    let mut word = word.to_owned();
    if word.len() <= 3 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word;
    }
    plural(&mut word);
    for (tail, least) in [("ing", 3), ("ed", 3)] {
        if let Some(rest) = word.strip_suffix(tail)
            && rest.len() >= least
            && rest.bytes().any(vowel)
        {
            word = undouble(rest);
            break;
        }
    }
    for (tail, put, least) in [
        ("ization", "iz", 3),
        ("isation", "iz", 3),
        ("ation", "", 4),
        ("ition", "it", 4),
        ("ion", "", 4),
        ("ally", "", 4),
        ("ly", "", 4),
        ("ment", "", 5),
        ("ness", "", 4),
        ("ible", "", 4),
        ("able", "", 4),
        ("ise", "iz", 4),
        ("ate", "", 4),
        ("al", "", 5),
        ("e", "", 3),
    ] {
        if let Some(rest) = word.strip_suffix(tail)
            && rest.len() >= least
        {
            return format!("{rest}{put}");
        }
    }
    if word.len() > 5
        && let Some(rest) = word.strip_suffix("at")
    {
        return rest.to_owned();
    }
    if word.len() > 5
        && let Some(rest) = word.strip_suffix("is")
    {
        return format!("{rest}iz");
    }
    word
}

fn plural(word: &mut String) {
    if word.ends_with("ies") && word.len() > 4 {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if word.ends_with("sses") || word.ends_with("xes") {
        word.truncate(word.len() - 2);
    } else if word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is") {
        word.truncate(word.len() - 1);
    }
}

fn vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

fn undouble(word: &str) -> String {
    let bytes = word.as_bytes();
    match bytes {
        [.., a, b] if a == b && !vowel(*a) && !matches!(a, b'l' | b's' | b'z') => word[..word.len() - 1].to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn forms_of_one_word_meet() {
        for family in [
            &["sanitized", "sanitize", "sanitizing", "sanitization", "sanitise", "sanitised"][..],
            &["execute", "executes", "executed", "execution", "executing"],
            &["inject", "injects", "injection", "injected"],
            &["traversal", "traverse", "traversing"],
            &["library", "libraries"],
            &["validate", "validation", "validated", "validating"],
            &["authenticate", "authentication", "authenticated"],
            &["stop", "stops", "stopped", "stopping"],
        ] {
            let first = stem(family[0]);
            for word in family {
                assert_eq!(stem(word), first, "{word}");
            }
        }
        assert_eq!(stem("class"), "class");
        assert_eq!(stem("漏洞"), "漏洞");
        assert_eq!(stem("v1.2"), "v1.2");
    }
}
