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

#[cfg(test)]
mod tests {
    use super::{half_width, language_tag};

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
