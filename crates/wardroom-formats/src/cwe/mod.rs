//! CWE ids, and what MITRE called each weakness in which release of its list.
//!
//! The table is data (`weaknesses.tsv`): the releases in their order, then for each weakness and each name it had, newest first, the first and
//! the last release with that name, and what the newest release says about mapping to it. A test of `wardroom-check` holds it against
//! the lists that the CSAF engine carries, and writes it anew.
//!
//! Not here: descriptions, and the relations between weaknesses.

use std::fmt;
use std::sync::LazyLock;

/// The number of a weakness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(u32);

/// Why a text is no CWE id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no CWE id: write CWE and the number, like CWE-79")]
pub struct NoId;

impl Id {
    /// Reads `CWE-<n>`, n from 1 to 999999 without leading zeros (`^CWE-[1-9]\d{0,5}$` of the CSAF schema).
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, NoId> {
        let digits = text.strip_prefix("CWE-").ok_or(NoId)?;
        let plain = (1..=6).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !plain {
            return Err(NoId);
        }
        digits.parse().map(Self).map_err(|_| NoId)
    }

    /// The bare number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// What the newest release that lists it calls it.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        TABLE.of(self).first().map(|one| one.name)
    }

    /// The newest release that lists it. CSAF 2.1 wants it told beside the name.
    #[must_use]
    pub fn release(self) -> Option<&'static str> {
        TABLE.of(self).first().and_then(|one| TABLE.releases.get(one.to).copied())
    }

    /// The newest release in which it had this name.
    #[must_use]
    pub fn called_so_in(self, name: &str) -> Option<&'static str> {
        TABLE.of(self).iter().find(|one| one.name == name).and_then(|one| TABLE.releases.get(one.to).copied())
    }

    /// What a release calls it; `None` when the release does not list it, or is none.
    #[must_use]
    pub fn name_in(self, release: &str) -> Option<&'static str> {
        let at = TABLE.releases.iter().position(|one| *one == release)?;
        TABLE.of(self).iter().find(|one| (one.from..=one.to).contains(&at)).map(|one| one.name)
    }

    /// Whether vulnerabilities are to be mapped to it, as the newest release says.
    #[must_use]
    pub fn usage(self) -> Option<Usage> {
        TABLE.of(self).first().and_then(|one| one.usage)
    }

    /// Whether a vulnerability should be mapped to something narrower: MITRE discourages or prohibits it, or it is no weakness at all but a
    /// category or a view, which the lists leave out. A number above all we know is of a newer release, and no fault.
    #[must_use]
    pub fn is_too_wide(self) -> bool {
        match self.usage() {
            Some(usage) => matches!(usage, Usage::Discouraged | Usage::Prohibited),
            None => self.name().is_none() && TABLE.rows.last().is_some_and(|last| self.0 < last.id),
        }
    }
}

/// What MITRE says about mapping a vulnerability to a weakness (MappingNotes/Usage, CWE schema 7.0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    Allowed,
    AllowedWithReview,
    Discouraged,
    Prohibited,
}

impl Usage {
    /// As MITRE writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Usage> {
        match text {
            "Allowed" => Some(Usage::Allowed),
            "Allowed-with-Review" => Some(Usage::AllowedWithReview),
            "Discouraged" => Some(Usage::Discouraged),
            "Prohibited" => Some(Usage::Prohibited),
            _ => None,
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CWE-{}", self.0)
    }
}

/// The id with MITRE's name for it, for people: `CWE-306 Missing Authentication for Critical Function`; without one, as it stands.
#[must_use]
pub fn with_name(id: &str) -> String {
    match Id::parse(id).ok().and_then(Id::name) {
        Some(name) => format!("{id} {name}"),
        None => id.to_owned(),
    }
}

/// The newest release we know.
#[must_use]
pub fn newest_release() -> &'static str {
    TABLE.releases.last().copied().unwrap_or_default()
}

/// Whether MITRE published a list of this number.
#[must_use]
pub fn is_release(release: &str) -> bool {
    TABLE.releases.contains(&release)
}

/// The weaknesses by number, with their newest names; for a list to choose from.
pub fn known() -> impl Iterator<Item = (Id, &'static str)> {
    TABLE.rows.chunk_by(|a, b| a.id == b.id).filter_map(|names| names.first()).map(|one| (Id(one.id), one.name))
}

/// A name of a weakness, and the releases that gave it.
struct Row {
    id: u32,
    /// Places in [`Table::releases`], both included.
    from: usize,
    to: usize,
    usage: Option<Usage>,
    name: &'static str,
}

struct Table {
    /// In the order they were published.
    releases: Vec<&'static str>,
    /// By id; the newest name of an id first.
    rows: Vec<Row>,
}

impl Table {
    fn of(&self, id: Id) -> &[Row] {
        let from = self.rows.partition_point(|row| row.id < id.0);
        let to = self.rows.partition_point(|row| row.id <= id.0);
        self.rows.get(from..to).unwrap_or_default()
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut lines = include_str!("weaknesses.tsv").lines();
    let releases: Vec<&'static str> = lines.next().unwrap_or_default().split('\t').collect();
    let place = |release: &str| releases.iter().position(|one| *one == release);
    let row = |line: &'static str| {
        let mut cells = line.splitn(5, '\t');
        let id = cells.next()?.parse().ok()?;
        let (from, to) = (place(cells.next()?)?, place(cells.next()?)?);
        Some(Row { id, from, to, usage: Usage::parse(cells.next()?), name: cells.next()? })
    };
    let rows = lines.filter_map(row).collect();
    Table { releases, rows }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_one_form() {
        for (text, expected) in [
            ("CWE-79", Some(79)),
            ("CWE-999999", Some(999_999)),
            ("CWE-0", None),
            ("CWE-079", None),
            ("CWE-1000000", None),
            ("cwe-79", None),
            ("CWE-", None),
            ("CWE-7٩", None),
            (" CWE-79", None),
        ] {
            assert_eq!(Id::parse(text).ok().map(Id::number), expected, "{text}");
        }
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = include_str!("weaknesses.tsv").lines().count();
        assert_eq!(TABLE.rows.len(), lines - 1);
        assert!(TABLE.rows.windows(2).all(|pair| pair[0].id < pair[1].id || (pair[0].id == pair[1].id && pair[0].from > pair[1].to)));
        assert!(known().all(|(id, name)| id.name() == Some(name)) && known().count() > 900);
    }

    #[test]
    fn names_are_those_of_their_release() {
        let id = Id::parse("CWE-79").unwrap();
        let now = "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')";
        assert_eq!(id.name(), Some(now));
        assert_eq!(id.name_in("1.0"), Some("Failure to Sanitize Directives in a Web Page (aka 'Cross-site scripting' (XSS))"));
        assert_eq!((id.name_in("0.9"), id.called_so_in("XSS")), (None, None));
        assert_eq!(id.called_so_in(now), id.release());
        assert_eq!(id.usage(), Some(Usage::Allowed));
        assert_eq!(Id::parse("CWE-20").unwrap().usage(), Some(Usage::Discouraged));
        assert_eq!(with_name("CWE-306"), "CWE-306 Missing Authentication for Critical Function");
        assert_eq!(with_name("CWE-264"), "CWE-264");
        for (text, wide) in
            [("CWE-20", true), ("CWE-264", true), ("CWE-1000", true), ("CWE-787", false), ("CWE-347", false), ("CWE-999999", false)]
        {
            assert_eq!(Id::parse(text).unwrap().is_too_wide(), wide, "{text}");
        }
        assert_eq!((Id(1).name(), Id(999_999).name()), (None, None));
    }
}
