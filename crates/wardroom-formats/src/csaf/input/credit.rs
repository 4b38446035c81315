//! What people write about whom to thank, one line each: `Rin of the Lab | finder | https://rin.example`. Role and address may be left out.
//! One reading for all: pages, CSAF, CVE and OSV say the same of the same line.
//!
//! Not here: who is thanked; that is agreed with the people named.

use super::{AcknowledgmentInput, CreditRole};

/// A line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit<'a> {
    /// As they wish to be named. Empty only where the line is.
    pub name: &'a str,
    /// What they did; absent: not said.
    pub role: Option<CreditRole>,
    /// Their page.
    pub url: Option<&'a str>,
}

impl<'a> Credit<'a> {
    /// Reads a line. What stands behind `|` and is neither a role nor an https address belongs to the name.
    #[must_use]
    pub fn read(line: &'a str) -> Self {
        let mut credit = Self { name: line.trim(), role: None, url: None };
        while let Some((before, last)) = credit.name.rsplit_once('|') {
            let last = last.trim();
            if before.trim().is_empty() {
                break;
            } else if let Some(role) = CreditRole::read(last).filter(|_| credit.role.is_none()) {
                credit.role = Some(role);
            } else if last.starts_with("https://") && credit.url.is_none() {
                credit.url = Some(last);
            } else {
                break;
            }
            credit.name = before.trim();
        }
        credit
    }

    /// The line as readers see it, in `en` or `zh`: `Rin of the Lab (finder)`.
    #[must_use]
    pub fn shown(&self, lang: &str) -> String {
        match self.role {
            Some(role) if lang.starts_with("zh") => format!("{}（{}）", self.name, role.in_words(lang)),
            Some(role) => format!("{} ({})", self.name, role.in_words(lang)),
            None => self.name.to_owned(),
        }
    }

    /// The same for the formats. CSAF has no roles: there the summary says it.
    #[must_use]
    pub fn acknowledgment(&self, lang: &str) -> AcknowledgmentInput {
        AcknowledgmentInput {
            names: vec![self.name.to_owned()],
            organization: None,
            summary: self.role.map(|role| role.in_words(lang).to_owned()),
            urls: self.url.map(str::to_owned).into_iter().collect(),
            role: self.role,
        }
    }
}

impl CreditRole {
    /// The role of a word in English or Chinese.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase().replace('_', " ");
        Self::ALL.into_iter().find(|role| role.word() == word || role.in_words("zh") == word)
    }

    /// The word in a language: `en` or `zh`.
    #[must_use]
    pub fn in_words(self, lang: &str) -> &'static str {
        if !lang.starts_with("zh") {
            return self.word();
        }
        match self {
            Self::Finder => "发现者",
            Self::Reporter => "报告者",
            Self::Analyst => "分析者",
            Self::Coordinator => "协调者",
            Self::RemediationDeveloper => "修复开发者",
            Self::RemediationReviewer => "修复评审者",
            Self::RemediationVerifier => "修复验证者",
            Self::Tool => "工具",
            Self::Sponsor => "资助者",
            Self::Other => "其他",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name_with_role_and_page() {
        let read = |line| {
            let Credit { name, role, url } = Credit::read(line);
            (name, role, url)
        };
        for (line, expected) in [
            ("Rin of the Lab", ("Rin of the Lab", None, None)),
            ("Rin | finder", ("Rin", Some(CreditRole::Finder), None)),
            ("Rin|https://rin.example|Remediation_Developer", ("Rin", Some(CreditRole::RemediationDeveloper), Some("https://rin.example"))),
            ("王敏 | 协调者", ("王敏", Some(CreditRole::Coordinator), None)),
            // What is no role is part of the name, and so is what would leave none.
            ("A | B", ("A | B", None, None)),
            ("A | finder | finder", ("A | finder", Some(CreditRole::Finder), None)),
            ("| finder", ("| finder", None, None)),
            ("Rin | http://rin.example", ("Rin | http://rin.example", None, None)),
            ("", ("", None, None)),
        ] {
            assert_eq!(read(line), expected, "{line}");
        }
        assert_eq!(Credit::read("Rin | finder").shown("en"), "Rin (finder)");
        assert_eq!(Credit::read("Rin | finder").shown("zh-CN"), "Rin（发现者）");
    }
}
