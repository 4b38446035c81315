//! Whether what somebody has is affected: advisories against a product in a version, or against the parts an SBOM lists, with the rule that
//! matched. One answer for the page, the API and the command line, for our own advisories and for CSAF documents of others.
//!
//! What cannot be said for certain is [`State::Unknown`]: a wrong "not affected" is the worst answer there is.
//! Not here: words (`wardroom-app`), and where advisories and lists of parts come from.

mod judge;
mod recognise;
pub mod sbom;
#[cfg(test)]
mod tests;

pub use recognise::{By, Inventory};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::csaf::input::{AdvisoryInput, ProductInput, RemediationInput, Remedy, Versions, VulnerabilityInput};
use crate::csaf::model::FlagLabel;
use crate::versions::{self, Span, Spans};

/// What somebody has, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// Who makes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vendor: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// A package URL.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purl: String,
    /// A CPE name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cpe: String,
    /// Hashes of its file, in hexadecimal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<String>,
}

/// What an advisory means for it, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has the flaw.
    Affected,
    /// The advisory names the product, but what it says leaves this version open.
    Unknown,
    /// The maker does not know yet.
    UnderInvestigation,
    /// It had the flaw; this version does not.
    Fixed,
    /// It never had it, or this version does not.
    NotAffected,
}

impl State {
    /// As machines read it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::Unknown => "unknown",
            Self::UnderInvestigation => "under_investigation",
            Self::Fixed => "fixed",
            Self::NotAffected => "not_affected",
        }
    }
}

/// Which statement of the advisory led to the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Rule {
    /// Every version is in this state.
    Every,
    /// The version is among these.
    Among {
        /// As the advisory writes them.
        versions: String,
    },
    /// The version is the fixed one, or a later one.
    FixedIn {
        /// The fixed version.
        fixed: String,
    },
    /// Only these are affected, and the version is none of them.
    Outside {
        /// As the advisory writes them.
        versions: String,
    },
    /// It depends on the version, which was not given.
    NeedsVersion {
        /// Those that are affected.
        versions: String,
    },
    /// The two cannot be compared for certain.
    CannotCompare {
        /// Those that are affected.
        versions: String,
    },
    /// The advisory says nothing about this version.
    NotNamed {
        /// Those it speaks of.
        versions: String,
    },
    /// It is so on this hardware or platform only.
    Only {
        /// Which versions are affected.
        versions: String,
        /// On what.
        on: String,
    },
}

impl Rule {
    /// As machines read it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Every => "every_version",
            Self::Among { .. } => "among",
            Self::FixedIn { .. } => "fixed_in",
            Self::Outside { .. } => "outside",
            Self::NeedsVersion { .. } => "needs_version",
            Self::CannotCompare { .. } => "cannot_compare",
            Self::NotNamed { .. } => "not_named",
            Self::Only { .. } => "only_on",
        }
    }

    /// The versions the advisory speaks of, as it writes them; empty for every version.
    #[must_use]
    pub fn versions(&self) -> &str {
        match self {
            Self::Every => "",
            Self::FixedIn { fixed } => fixed,
            Self::Among { versions }
            | Self::Outside { versions }
            | Self::NeedsVersion { versions }
            | Self::CannotCompare { versions }
            | Self::NotNamed { versions }
            | Self::Only { versions, .. } => versions,
        }
    }
}

/// What one vulnerability of an advisory means for a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The product as the advisory names it, without version.
    pub product: String,
    /// Place of the vulnerability in the advisory.
    pub vulnerability: usize,
    /// The answer.
    pub state: State,
    /// Why.
    pub rule: Rule,
    /// How the product was recognised.
    pub by: By,
    /// The name is exactly the one asked for, or something surer than a name told.
    pub exact: bool,
    /// The version that was compared; it may come from a package URL, a CPE name or the hash of a file.
    pub version: String,
    /// Why it is not affected, where the advisory says.
    pub reason: Option<FlagLabel>,
    /// Ids of the statements about this product, for [`remedies`].
    ids: Vec<String>,
}

/// What an advisory says of products, in the form in which questions are answered. Small: it may be kept for every advisory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statements {
    known: Vec<Known>,
}

/// One product with everything that is said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Known {
    vendor: String,
    /// Family and name as people read it.
    name: String,
    /// Everything it may be called, in lower case.
    called: String,
    /// Its whole names, stripped to letters and digits.
    names: Vec<String>,
    purls: Vec<String>,
    cpes: Vec<String>,
    /// (hash, version of the file)
    hashes: Vec<(String, String)>,
    says: Vec<Say>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Say {
    vulnerability: usize,
    state: State,
    versions: Versions,
    /// On this hardware or platform only.
    on: Option<String>,
    reason: Option<FlagLabel>,
    id: String,
}

impl Statements {
    /// What this advisory says.
    #[must_use]
    pub fn of(advisory: &AdvisoryInput) -> Self {
        let mut products: BTreeMap<(String, String), Known> = BTreeMap::new();
        let by_id: BTreeMap<&str, &ProductInput> = advisory.products.iter().map(|one| (one.id.as_str(), one)).collect();
        let relations: BTreeMap<&str, _> = advisory.relationships.iter().map(|one| (one.id.as_str(), one)).collect();
        for (place, vulnerability) in advisory.vulnerabilities.iter().enumerate() {
            for (state, id) in stated(vulnerability) {
                let relation = relations.get(id);
                let Some(product) = by_id.get(relation.map_or(id, |one| one.product.as_str())) else { continue };
                let on = relation.map(|one| by_id.get(one.to.as_str()).map_or_else(|| one.to.clone(), |to| platform(to)));
                let reason = vulnerability.flags.iter().find(|flag| flag.products.iter().any(|one| one == id)).map(|flag| flag.label);
                let key = (product.vendor.to_lowercase(), recognise::shown(product).to_lowercase());
                let known = products.entry(key).or_insert_with(|| Known::of(product));
                known.learn(product);
                known.says.push(Say { vulnerability: place, state, versions: meant(&product.versions), on, reason, id: id.to_owned() });
            }
        }
        Self { known: products.into_values().collect() }
    }

    /// What it says of a product somebody typed in: every word of the name must occur. Worst first.
    #[must_use]
    pub fn answer(&self, thing: &Thing) -> Vec<Answer> {
        let mut answers: Vec<Answer> = self
            .known
            .iter()
            .filter_map(|known| Some((known, known.recognise(thing)?)))
            .flat_map(|(known, by)| known.judge(thing, by))
            .collect();
        answers.sort_by(|a, b| (a.state, &a.product, a.vulnerability).cmp(&(b.state, &b.product, b.vulnerability)));
        answers
    }

    /// What it says of the parts of an inventory: place of the part, and the answer.
    #[must_use]
    pub fn answer_all(&self, inventory: &Inventory) -> Vec<(usize, Answer)> {
        let mut answers = Vec::new();
        for known in &self.known {
            for (place, by) in inventory.find(known) {
                let Some(thing) = inventory.things().get(place) else { continue };
                answers.extend(known.judge(thing, by).into_iter().map(|answer| (place, answer)));
            }
        }
        answers
    }
}

/// `1.x` looks like one version and means many.
fn meant(versions: &Versions) -> Versions {
    match versions {
        Versions::Exact(text) if !matches!(versions::read(text), None | Some(Spans::All)) && !is_one(text) => Versions::Range(text.clone()),
        Versions::All | Versions::Exact(_) | Versions::Range(_) => versions.clone(),
    }
}

fn is_one(text: &str) -> bool {
    matches!(versions::read(text), Some(Spans::These(spans)) if matches!(spans.as_slice(), [Span::One(_)]))
}

/// The platform of a relationship in a word: a revision of the hardware, or the product's name.
fn platform(to: &ProductInput) -> String {
    match &to.versions {
        Versions::Exact(revision) => format!("{} {revision}", to.name),
        Versions::All | Versions::Range(_) => to.full_name.clone().unwrap_or_else(|| to.name.clone()),
    }
}

/// Every product id with its state.
fn stated(of: &VulnerabilityInput) -> Vec<(State, &str)> {
    fn strs(ids: &[String]) -> Vec<&str> {
        ids.iter().map(String::as_str).collect()
    }
    let status = &of.status;
    let lists = [
        (State::Affected, status.affected()),
        (State::Fixed, status.all_fixed()),
        (State::NotAffected, strs(&status.known_not_affected)),
        (State::UnderInvestigation, strs(&status.under_investigation)),
    ];
    lists.into_iter().flat_map(|(state, ids)| ids.into_iter().map(move |id| (state, id))).collect()
}

/// What an advisory advises where this is the answer: what helps most first. Nothing where nothing has to be done.
#[must_use]
pub fn remedies<'a>(advisory: &'a AdvisoryInput, answer: &Answer) -> Vec<&'a RemediationInput> {
    if matches!(answer.state, State::Fixed | State::NotAffected) {
        return Vec::new();
    }
    let Some(vulnerability) = advisory.vulnerabilities.get(answer.vulnerability) else { return Vec::new() };
    let groups = |one: &RemediationInput| {
        let members = advisory.groups.iter().filter(|group| one.groups.contains(&group.id)).flat_map(|group| &group.products);
        members.into_iter().any(|id| answer.ids.contains(id))
    };
    let meant = |one: &&RemediationInput| {
        (one.products.is_empty() && one.groups.is_empty()) || one.products.iter().any(|id| answer.ids.contains(id)) || groups(one)
    };
    let mut found: Vec<&RemediationInput> = vulnerability.remediations.iter().filter(meant).collect();
    found.sort_by_key(|one| match one.kind {
        Remedy::VendorFix | Remedy::OptionalPatch => 0,
        Remedy::Mitigation => 1,
        Remedy::Workaround => 2,
        Remedy::FixPlanned => 3,
        Remedy::NoneAvailable => 4,
        Remedy::NoFixPlanned => 5,
    });
    found
}
