//! Text as people type it with a Chinese or Japanese keyboard: full-width letters, digits and signs for ASCII.
//! Deliberately only that part of NFKC: nothing else of a name, a number or an address may change.

use std::borrow::Cow;

/// Full-width forms (U+FF01 to U+FF5E), the ideographic space and full stop, and the many dashes, in their ASCII form.
/// For numbers, codes and addresses; never for prose.
pub fn half_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(half).collect())
}

fn half(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        '\u{3000}' | '\u{a0}' | '\u{2007}' | '\u{202f}' => ' ',
        '\u{3002}' | '\u{ff61}' => '.',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff70}' | '\u{30fc}' => '-',
        other => other,
    }
}

/// Characters that only one of the two scripts has, in order of how often a report uses them.
const TRADITIONAL: &str = "體驗證碼設備網絡權執這個為會請說對於從來時間問題無線連結開啟檔案資訊應擊漏韌簽書錄許後嗎們過還發現軟觸樣樞";
const SIMPLIFIED: &str = "体验证码设备网络权执这个为会请说对于从来时间问题无线连结开启档案资讯应击固签书录许后吗们过还发现软触样枢";

/// The language tag of a text known to be in `language`: Chinese with its script where that can be told (`zh-Hant`, `zh-Hans`), so that a
/// browser takes the right glyphs; any other language as it is.
pub fn language_tag(language: &str, text: &str) -> String {
    if language != "zh" {
        return language.to_owned();
    }
    let (mut traditional, mut simplified) = (0_u32, 0_u32);
    for character in text.chars().take(20_000) {
        let (one, other) = (TRADITIONAL.contains(character), SIMPLIFIED.contains(character));
        traditional += u32::from(one && !other);
        simplified += u32::from(other && !one);
    }
    match traditional.cmp(&simplified) {
        std::cmp::Ordering::Greater => "zh-Hant".to_owned(),
        std::cmp::Ordering::Less => "zh-Hans".to_owned(),
        std::cmp::Ordering::Equal => "zh".to_owned(),
    }
}

/// Short words that English alone uses so often.
const ENGLISH: [&str; 12] = ["the", "and", "with", "this", "from", "when", "which", "after", "into", "not", "is", "of"];

/// The language tag of a text of which nothing is known, where its letters tell: Chinese with its script, Japanese, Korean, English by its
/// common words. Empty where they do not: a wrong tag is worse than none. Names and numbers have none.
pub fn guess_tag(text: &str) -> &'static str {
    let (mut han, mut kana, mut hangul, mut letters) = (0_u32, 0_u32, 0_u32, 0_u32);
    for character in text.chars().take(5_000) {
        match character {
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{ac00}'..='\u{d7af}' => hangul += 1,
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' => han += 1,
            other if other.is_alphabetic() => letters += 1,
            _ => {}
        }
    }
    let east = han + kana + hangul;
    // A Han character says about as much as three letters.
    if east > 0 && east * 3 >= letters {
        return match (kana > 0 && kana * 5 >= han, hangul > han) {
            (true, _) => "ja",
            (_, true) => "ko",
            _ => match language_tag("zh", text).as_str() {
                "zh-Hans" => "zh-Hans",
                "zh-Hant" => "zh-Hant",
                _ => "zh",
            },
        };
    }
    let common =
        text.split(|c: char| !c.is_alphanumeric()).take(400).filter(|word| ENGLISH.iter().any(|one| one.eq_ignore_ascii_case(word)));
    if common.take(2).count() == 2 { "en" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::{guess_tag, half_width, language_tag};

    #[test]
    fn letters_tell_a_language_or_nothing() {
        assert_eq!(guess_tag("固件升级接口未验证签名"), "zh-Hans");
        assert_eq!(guess_tag("韌體更新介面未驗證簽章"), "zh-Hant");
        assert_eq!(guess_tag("ALPS-Pro 固件 v2.3.1 存在溢出"), "zh-Hans");
        assert_eq!(guess_tag("張偉"), "zh");
        assert_eq!(guess_tag("ファームウェアの署名が検証されない"), "ja");
        assert_eq!(guess_tag("펌웨어 서명이 확인되지 않음"), "ko");
        assert_eq!(guess_tag("The update service takes unsigned images from the network"), "en");
        for nothing in ["", "R-2026-0001", "Ada Lovelace", "capture.bin", "Der Dienst nimmt Abbilder an", "CVE-2026-1234"] {
            assert_eq!(guess_tag(nothing), "", "{nothing}");
        }
    }

    #[test]
    fn chinese_keeps_its_script() {
        assert_eq!(language_tag("zh", "韌體更新介面未驗證簽章，請處理這個問題"), "zh-Hant");
        assert_eq!(language_tag("zh", "固件升级接口未验证签名，请处理这个问题"), "zh-Hans");
        assert_eq!(language_tag("zh", "中文"), "zh");
        assert_eq!(language_tag("en", "這個"), "en");
    }

    #[test]
    fn full_width_is_understood() {
        assert_eq!(half_width("Ｒ－２０２６－０００１"), "R-2026-0001");
        assert_eq!(half_width("ada＠research。example"), "ada@research.example");
        assert_eq!(half_width("7K3M5—Q9XWA"), "7K3M5-Q9XWA");
        assert_eq!(half_width("固件"), "固件");
    }
}
