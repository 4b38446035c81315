//! DMARC records, organisational domains by walking the DNS tree, and alignment (RFC 7489; section 4.10 of its successor, which needs no
//! public suffix list).

use super::{domain, is_within, tags};

/// What the owner of a domain asks for (`p=`, `sp=`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    None,
    Quarantine,
    Reject,
}

impl Wish {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Wish::None => "none",
            Wish::Quarantine => "quarantine",
            Wish::Reject => "reject",
        }
    }

    fn parse(text: &str) -> Option<Wish> {
        [Wish::None, Wish::Quarantine, Wish::Reject].into_iter().find(|wish| text.eq_ignore_ascii_case(wish.as_str()))
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub wish: Wish,
    pub subdomains: Option<Wish>,
    pub strict_dkim: bool,
    pub strict_spf: bool,
    /// `psd=y` and `psd=n`.
    pub public_suffix: Option<bool>,
}

impl Record {
    /// The one DMARC record among TXT records; several are none.
    #[must_use]
    pub fn among(records: &[String]) -> Option<Record> {
        let mut found = records.iter().filter_map(|record| Record::parse(record));
        let one = found.next()?;
        found.next().is_none().then_some(one)
    }

    fn parse(text: &str) -> Option<Record> {
        let tags = tags::read(text)?;
        let find = |name: &str| tags::find(&tags, name);
        if tags.first() != Some(&("v", "DMARC1")) {
            return None;
        }
        let strict = |name: &str| find(name).is_some_and(|mode| mode.eq_ignore_ascii_case("s"));
        Some(Record {
            // A record without a policy that can be read asks for nothing.
            wish: find("p").and_then(Wish::parse).unwrap_or(Wish::None),
            subdomains: find("sp").and_then(Wish::parse),
            strict_dkim: strict("adkim"),
            strict_spf: strict("aspf"),
            public_suffix: match find("psd") {
                Some("y") => Some(true),
                Some("n") => Some(false),
                _ => None,
            },
        })
    }
}

/// The domains to ask, in order, each as `_dmarc.<domain>`: the domain itself, then upwards, never more than eight.
#[must_use]
pub fn walk(name: &str) -> Vec<String> {
    let Some(name) = domain(name) else { return Vec::new() };
    let labels: Vec<&str> = name.split('.').collect();
    let mut asked = vec![name.clone()];
    let longest = if labels.len() > 8 { 7 } else { labels.len().saturating_sub(1) };
    for count in (1..=longest).rev() {
        asked.push(labels.get(labels.len() - count..).unwrap_or_default().join("."));
    }
    asked
}

/// The organisational domain of `name`, from the records found on its [`walk`].
#[must_use]
pub fn organisation(name: &str, found: &[(String, Record)]) -> String {
    for (place, record) in found {
        match record.public_suffix {
            Some(false) => return place.clone(),
            Some(true) if !place.eq_ignore_ascii_case(name) => {
                let below = name.len().checked_sub(place.len() + 1).and_then(|end| name.get(..end)).unwrap_or_default();
                let label = below.rsplit('.').next().unwrap_or_default();
                return format!("{label}.{place}").to_ascii_lowercase();
            }
            _ => {}
        }
    }
    found.last().map_or_else(|| name.to_ascii_lowercase(), |(place, _)| place.clone())
}

/// Whether a domain that was proved belongs to the author's: equal, or under the same organisation unless the owner wants it strict.
#[must_use]
pub fn aligned(author: &str, proved: &str, author_organisation: &str, proved_organisation: &str, strict: bool) -> bool {
    author.eq_ignore_ascii_case(proved)
        || !strict
            && author_organisation.eq_ignore_ascii_case(proved_organisation)
            && is_within(author, author_organisation)
            && is_within(proved, proved_organisation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> Record {
        Record::parse(text).unwrap()
    }

    #[test]
    fn the_walk_goes_up_and_ends() {
        assert_eq!(walk("mail.a.example"), ["mail.a.example", "a.example", "example"]);
        assert_eq!(walk("a.b.c.d.e.f.g.h.i.example").len(), 8);
        assert_eq!(walk("a.b.c.d.e.f.g.h.i.example")[1], "e.f.g.h.i.example".replacen("e.f", "d.e.f", 1));
        assert!(walk("").is_empty());
    }

    #[test]
    fn organisations() {
        let found = |list: &[(&str, &str)]| list.iter().map(|(name, text)| ((*name).to_owned(), record(text))).collect::<Vec<_>>();
        assert_eq!(organisation("mail.a.example", &[]), "mail.a.example");
        assert_eq!(
            organisation("mail.a.example", &found(&[("mail.a.example", "v=DMARC1"), ("a.example", "v=DMARC1; p=reject")])),
            "a.example"
        );
        assert_eq!(organisation("x.a.co.example", &found(&[("co.example", "v=DMARC1; psd=y")])), "a.co.example");
        assert_eq!(organisation("x.a.example", &found(&[("x.a.example", "v=DMARC1; psd=n"), ("a.example", "v=DMARC1")])), "x.a.example");
    }

    #[test]
    fn records_and_alignment() {
        let one = record("v=DMARC1; p=reject; sp=none; adkim=s");
        assert_eq!((one.wish, one.subdomains, one.strict_dkim, one.strict_spf), (Wish::Reject, Some(Wish::None), true, false));
        assert!(Record::parse("p=reject; v=DMARC1").is_none() && Record::parse("v=spf1 -all").is_none());
        assert!(Record::among(&["v=DMARC1; p=none".into(), "v=DMARC1; p=reject".into()]).is_none());
        assert!(aligned("a.example", "mail.a.example", "a.example", "a.example", false));
        assert!(!aligned("a.example", "mail.a.example", "a.example", "a.example", true));
        assert!(!aligned("a.example", "b.example", "a.example", "b.example", false));
    }
}
