//! `security.txt` (RFC 9116) from its fields.
//!
//! Not here: the cleartext signature around it, and reading foreign files.

use jiff::{SignedDuration, Timestamp};

use crate::csaf::document::instant;
use crate::uri;

/// The file lives less than this many days from its making ("RECOMMENDED … less than a year", section 2.5.5).
const MAX_LIFE_DAYS: i64 = 365;

/// The fields. Their order within a list is kept; for contacts it is the order of preference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityTxt {
    /// `mailto:`, `https:` or `tel:`; at least one.
    pub contact: Vec<String>,
    /// When to trust it no longer.
    pub expires: Timestamp,
    /// Keys: `https:`, `openpgp4fpr:` or `dns:`.
    pub encryption: Vec<String>,
    /// The page of thanks.
    pub acknowledgments: Vec<String>,
    /// Language tags, in no order of preference.
    pub preferred_languages: Vec<String>,
    /// The addresses of the file itself.
    pub canonical: Vec<String>,
    /// The disclosure policy.
    pub policy: Vec<String>,
    /// `provider-metadata.json`; the one under `/.well-known/csaf/` first (CSAF 2.0, 7.1.8).
    pub csaf: Vec<String>,
    /// Where our GCVE records are published (GCVE-BCP-03).
    pub gcve: Vec<String>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Section 2.5.3: MUST be present.
    #[error("Contact is missing: give a mailto:, https: or tel: address")]
    NoContact,
    /// A value has a scheme that does not fit, or is no URI; the text says what fits.
    #[error("{field} number {number} is no fitting address: use {fitting}")]
    Address {
        /// The field's name.
        field: &'static str,
        /// Its place in the list, from 1.
        number: usize,
        /// Which schemes fit.
        fitting: &'static str,
    },
    /// Not a language tag.
    #[error("Preferred-Languages number {0} is no language tag: write one like en or zh-CN")]
    Language(usize),
    /// The file would be stale at once.
    #[error("Expires lies in the past: choose a later day")]
    Expired,
    /// Too far away.
    #[error("Expires lies a year or more ahead: choose an earlier day")]
    TooLate,
}

const HTTPS: (&str, &[&str]) = ("https:", &[]);
const CONTACT: (&str, &[&str]) = ("mailto:, https: or tel:", &["mailto:", "tel:"]);
const ENCRYPTION: (&str, &[&str]) = ("https:, openpgp4fpr: or dns:", &["openpgp4fpr:", "dns:"]);

/// The text, unsigned, as of `now`.
///
/// # Errors
/// All faults at once.
pub fn render(fields: &SecurityTxt, now: Timestamp) -> Result<String, Vec<Fault>> {
    let mut faults = Vec::new();
    if fields.contact.is_empty() {
        faults.push(Fault::NoContact);
    }
    if fields.expires <= now {
        faults.push(Fault::Expired);
    }
    if fields.expires.duration_since(now) >= SignedDuration::from_hours(24 * MAX_LIFE_DAYS) {
        faults.push(Fault::TooLate);
    }
    for (at, tag) in fields.preferred_languages.iter().enumerate() {
        if !is_language(tag) {
            faults.push(Fault::Language(at + 1));
        }
    }
    let mut out = String::new();
    lines(&mut out, &mut faults, "Contact", &fields.contact, CONTACT);
    out.push_str(&format!("Expires: {}\n", instant(fields.expires)));
    lines(&mut out, &mut faults, "Encryption", &fields.encryption, ENCRYPTION);
    lines(&mut out, &mut faults, "Acknowledgments", &fields.acknowledgments, HTTPS);
    if !fields.preferred_languages.is_empty() {
        out.push_str(&format!("Preferred-Languages: {}\n", fields.preferred_languages.join(", ")));
    }
    lines(&mut out, &mut faults, "Canonical", &fields.canonical, HTTPS);
    lines(&mut out, &mut faults, "Policy", &fields.policy, HTTPS);
    lines(&mut out, &mut faults, "CSAF", &fields.csaf, HTTPS);
    lines(&mut out, &mut faults, "GCVE", &fields.gcve, HTTPS);
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

fn lines(out: &mut String, faults: &mut Vec<Fault>, field: &'static str, values: &[String], (fitting, schemes): (&'static str, &[&str])) {
    for (at, value) in values.iter().enumerate() {
        let other = schemes.iter().any(|scheme| value.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
        // Section 2.5: a web address MUST begin with "https://". Control characters and spaces are no part of a URI.
        if uri::is_https(value) || (other && uri::is_absolute(value)) {
            out.push_str(&format!("{field}: {value}\n"));
            continue;
        }
        faults.push(Fault::Address { field, number: at + 1, fitting });
    }
}

fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=8).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::at;

    fn fields() -> SecurityTxt {
        let one = |text: &str| vec![text.to_owned()];
        SecurityTxt {
            contact: vec!["https://psirt.example.com/report".into(), "mailto:psirt@example.com".into()],
            expires: at("2026-09-01T00:00:00Z"),
            encryption: one("https://psirt.example.com/pgp-key.asc"),
            acknowledgments: one("https://psirt.example.com/thanks"),
            preferred_languages: vec!["en".into(), "zh".into()],
            canonical: one("https://psirt.example.com/.well-known/security.txt"),
            policy: one("https://psirt.example.com/policy"),
            csaf: one("https://psirt.example.com/.well-known/csaf/provider-metadata.json"),
            gcve: Vec::new(),
        }
    }

    #[test]
    fn the_file_has_one_field_a_line() {
        assert_eq!(
            render(&fields(), at("2026-03-01T00:00:00Z")).unwrap(),
            "Contact: https://psirt.example.com/report
Contact: mailto:psirt@example.com
Expires: 2026-09-01T00:00:00Z
Encryption: https://psirt.example.com/pgp-key.asc
Acknowledgments: https://psirt.example.com/thanks
Preferred-Languages: en, zh
Canonical: https://psirt.example.com/.well-known/security.txt
Policy: https://psirt.example.com/policy
CSAF: https://psirt.example.com/.well-known/csaf/provider-metadata.json
"
        );
    }

    #[test]
    fn faults_are_told_all_at_once() {
        let now = at("2026-03-01T00:00:00Z");
        let address = |field, number, fitting| Fault::Address { field, number, fitting };
        type Spoil = fn(&mut SecurityTxt);
        let table: [(Spoil, Vec<Fault>); 9] = [
            (|f| f.contact.clear(), vec![Fault::NoContact]),
            (|f| f.contact[1] = "psirt@example.com".into(), vec![address("Contact", 2, CONTACT.0)]),
            (|f| f.contact[0] = "http://example.com".into(), vec![address("Contact", 1, CONTACT.0)]),
            (|f| f.contact[1] = "mailto:a@b\nContact: mailto:evil@c".into(), vec![address("Contact", 2, CONTACT.0)]),
            (|f| f.csaf[0] = "mailto:a@b".into(), vec![address("CSAF", 1, HTTPS.0)]),
            (|f| f.encryption[0] = "openpgp4fpr:".into(), vec![address("Encryption", 1, ENCRYPTION.0)]),
            (|f| f.expires = at("2026-03-01T00:00:00Z"), vec![Fault::Expired]),
            (|f| f.expires = at("2027-03-01T00:00:00Z"), vec![Fault::TooLate]),
            (
                |f| {
                    f.preferred_languages[1] = "zh, de\n".into();
                    f.policy[0].clear();
                },
                vec![Fault::Language(2), address("Policy", 1, HTTPS.0)],
            ),
        ];
        for (spoil, expected) in table {
            let mut spoiled = fields();
            spoil(&mut spoiled);
            assert_eq!(render(&spoiled, now), Err(expected));
        }
    }
}
