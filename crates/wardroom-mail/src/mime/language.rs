//! Which language a text is in, roughly: enough to answer in it. Deliberately no statistics of letters: scripts and a few frequent words, over
//! what a person wrote; code, logs, addresses, quoted lines and keys say nothing about who reads the answer.

/// Characters looked at.
const MOST: usize = 40_000;

/// Lower-case language code; English when nothing else is plain.
pub(crate) fn guess(text: &str) -> &'static str {
    let start = text.char_indices().nth(MOST).and_then(|(at, _)| text.get(..at)).unwrap_or(text);
    let written = prose(start, true);
    if has_letters(&written) {
        return of(&written);
    }
    // Only quotes and code: then those are all there is to go by.
    let quoted = prose(start, false);
    if has_letters(&quoted) { of(&quoted) } else { of(start) }
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

fn of(text: &str) -> &'static str {
    let (mut latin, mut han, mut kana, mut hangul, mut cyrillic, mut others) = (0_usize, 0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for character in text.chars().filter(|character| character.is_alphabetic()) {
        match character {
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' => han += 1,
            '\u{ac00}'..='\u{d7af}' => hangul += 1,
            '\u{0400}'..='\u{04ff}' => cyrillic += 1,
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => latin += 1,
            _ => others += 1,
        }
    }
    let letters = latin + han + kana + hangul + cyrillic + others;
    if kana > 0 && kana * 10 > han && kana * 10 > letters {
        return "ja";
    }
    // One Chinese character says as much as several Latin letters; names and terms of the trade stay Latin in any text.
    let few = |most: usize| frequent(text).1 <= most;
    if han * 6 > letters || han >= 4 && han * 14 > letters && few(3) || han >= 2 && han * 16 > letters && few(0) {
        return "zh";
    }
    if hangul * 5 > letters {
        return "ko";
    }
    if cyrillic * 2 > letters {
        return "ru";
    }
    frequent(text).0
}

/// What a person wrote: without blocks of code, keys, long tokens and addresses; without quoted lines and a signature if `own`.
fn prose(text: &str, own: bool) -> String {
    let mut out = String::new();
    let (mut fenced, mut armored) = (false, false);
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        if trimmed.starts_with("-----BEGIN ") {
            armored = true;
        }
        let skip = fenced || armored || own && trimmed.starts_with('>') || is_code(trimmed);
        if trimmed.starts_with("-----END ") {
            armored = false;
        }
        if own && line.trim_end() == "--" {
            break;
        }
        if skip {
            continue;
        }
        for word in trimmed.split_whitespace().filter(|word| !is_token(word)) {
            out.push_str(word);
            out.push(' ');
        }
        out.push('\n');
    }
    out
}

/// A line of a program, a log, a trace, a header or a dump: more signs than sentences have.
fn is_code(line: &str) -> bool {
    if !line.is_ascii() {
        // Comments in a program may be prose; a sentence with one call in it is.
        let wide = line.chars().filter(|character| !character.is_ascii()).count();
        return wide < 3 && signs(line) * 5 > line.len();
    }
    let starts = ["at ", "#include", "import ", "GET ", "POST ", "HTTP/", "$ ", "# ", "0x"];
    starts.iter().any(|start| line.starts_with(start)) && signs(line) * 8 > line.len() || line.len() > 3 && signs(line) * 5 > line.len()
}

fn signs(line: &str) -> usize {
    line.bytes().filter(|byte| b"{}[]();=<>/\\|&^%$#@_*+:\"'`~0123456789".contains(byte)).count()
}

/// Addresses, paths, hashes, base64: words nobody says.
fn is_token(word: &str) -> bool {
    let ascii = word.is_ascii();
    word.contains("://") || ascii && (word.contains('@') || word.len() > 24 || word.matches(['/', '\\', '_', '.']).count() > 1)
}

const FREQUENT: [(&str, &[&str]); 6] = [
    ("en", &["the", "and", "is", "of", "to", "in", "with", "this", "that", "for", "a", "it", "can", "we", "you", "are"]),
    ("de", &["der", "die", "das", "und", "ist", "nicht", "mit", "ein", "eine", "wir", "ich", "von", "auf", "sich", "dem", "den"]),
    ("fr", &["le", "la", "les", "et", "est", "une", "des", "dans", "avec", "vous", "un", "du", "pour", "pas", "nous", "je"]),
    ("es", &["el", "los", "las", "una", "con", "para", "que", "del", "por", "es", "un", "se", "no", "hay", "puede", "y"]),
    ("it", &["il", "gli", "una", "con", "per", "che", "del", "della", "sono", "non", "è", "nel", "di", "un", "lo", "si"]),
    ("pt", &["o", "os", "uma", "com", "para", "que", "do", "da", "não", "em", "um", "é", "se", "ao", "no", "na"]),
];

/// The language with the most frequent words, and how many of them there were.
fn frequent(text: &str) -> (&'static str, usize) {
    let mut counts = [0_usize; FREQUENT.len()];
    for word in text.split(|character: char| !character.is_alphabetic()).take(6_000) {
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
    // One word is a coincidence.
    if best.1 < 2 { ("en", best.1) } else { best }
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
        assert_eq!(guess("El servicio no verifica la firma y se puede instalar una imagen"), "es");
        assert_eq!(guess(""), "en");
    }

    #[test]
    fn what_a_person_wrote_counts_and_not_what_surrounds_it() {
        let log = "Jan 01 00:00:01 gateway updated[233]: error code=0x7f31 /usr/bin/updated --check 10.0.0.1:8443\n".repeat(40);
        assert_eq!(guess(&format!("你好，\n固件升级接口没有校验签名，请看日志：\n{log}")), "zh");
        let code = "```c\nint main(void) { return verify(image, len) == 0; }\nmemcpy(dst, src, n);\n```\n".repeat(20);
        assert_eq!(guess(&format!("升级程序存在溢出\n{code}")), "zh");
        assert_eq!(guess("Please see below.\n\n> 固件升级接口没有校验签名，攻击者可以写入任意固件。\n> 请尽快处理。\n"), "en");
        assert_eq!(
            guess("已收到，谢谢。\n\n> The update service accepts a firmware image without a signature and that is a flaw.\n"),
            "zh"
        );
        assert_eq!(guess("> 只有引用\n"), "zh");
        let key = format!("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{}\n-----END PGP PUBLIC KEY BLOCK-----\n", "mQINBGQabc".repeat(200));
        assert_eq!(guess(&format!("附上公钥。\n{key}")), "zh");
    }

    #[test]
    fn mixed_and_short_text() {
        assert_eq!(guess("VX-200 gateway firmware update RCE 漏洞"), "zh");
        assert_eq!(guess("漏洞报告"), "zh");
        assert_eq!(guess("漏洞回報：韌體更新介面未驗證簽章"), "zh");
        assert_eq!(guess("XSS"), "en");
        assert_eq!(
            guess("The product is called 网关 in China and the flaw is in the update service of it, with all versions affected."),
            "en"
        );
        assert_eq!(guess("使用 curl 访问 https://gateway.example/upgrade?file=../../etc/passwd 即可"), "zh");
    }
}
