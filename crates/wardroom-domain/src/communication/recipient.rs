//! The recipient book: organisations outside that are told of advisories, and the people there who read for them.
//! Deliberately not facts: addresses must be changeable and forgettable, so they lie beside the log, sealed. The log knows ids only, and the
//! sealed words of a notice say to whom it went.

use crate::disclosure::PlanAudience;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// One entry of the book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// `to_…`; empty for one that is new.
    #[serde(default)]
    pub id: String,
    /// Suppliers, customers or authorities.
    pub audience: PlanAudience,
    pub name: String,
    pub address: String,
    /// `en` or `zh`.
    #[serde(default)]
    pub language: String,
    /// Agreed to secrecy: may be told before the publication.
    #[serde(default)]
    pub advance: bool,
    /// Armored OpenPGP certificate, or empty.
    #[serde(default)]
    pub key: String,
}

/// As much of a recipient as a plan and a notice need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    pub id: String,
    pub name: String,
    pub address: String,
    pub language: String,
}

impl Recipient {
    /// Without space around, the language one that we speak.
    #[must_use]
    pub fn tidied(mut self) -> Recipient {
        self.name = self.name.trim().to_owned();
        self.address = self.address.trim().to_owned();
        self.key = self.key.trim().to_owned();
        self.language = if self.language.trim().starts_with("zh") { "zh" } else { "en" }.to_owned();
        self
    }

    /// What makes it unusable, if anything does. Whether the key is one is for those who can read keys.
    pub fn check(&self) -> Result<(), Refusal> {
        let wrong = |field: &'static str, why: &str| Err(Refusal::FieldWrong { field, why: why.to_owned() });
        if self.name.is_empty() || self.name.chars().count() > 200 || self.name.chars().any(char::is_control) {
            return wrong("name", "between 1 and 200 printable characters");
        }
        let parts = self.address.split_once('@');
        let plain =
            self.address.is_ascii() && !self.address.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"()".contains(c));
        let whole = parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'));
        if !plain || !whole || self.address.len() > 254 {
            return wrong("address", "one mail address, like psirt@customer.example");
        }
        match self.audience {
            PlanAudience::Suppliers | PlanAudience::Customers | PlanAudience::Authorities => Ok(()),
            PlanAudience::Reporter | PlanAudience::Public => wrong("audience", "suppliers, customers or authorities"),
        }
    }

    pub fn addressee(&self) -> Addressee {
        Addressee { id: self.id.clone(), name: self.name.clone(), address: self.address.clone(), language: self.language.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_address() {
        let of = |address: &str| Recipient {
            id: String::new(),
            audience: PlanAudience::Customers,
            name: "Customer".into(),
            address: address.into(),
            language: "en".into(),
            advance: false,
            key: String::new(),
        };
        assert!(of("psirt@customer.example").check().is_ok());
        for bad in [
            "",
            "psirt",
            "a@b",
            "a@b.example,c@d.example",
            "a b@c.example",
            "a@b.example\r\nBcc: x@y.example",
            "<a@b.example>",
            "@b.example",
        ] {
            assert!(of(bad).check().is_err(), "{bad}");
        }
        assert!(Recipient { audience: PlanAudience::Public, ..of("a@b.example") }.check().is_err());
        assert_eq!(Recipient { language: "zh-CN".into(), ..of(" a@b.example ") }.tidied().language, "zh");
    }
}
