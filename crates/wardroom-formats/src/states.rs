//! The products of one vulnerability, product by product: what CVE, OSV and CycloneDX ask, where CSAF asks state by state.

use crate::csaf::input::{AdvisoryInput, ProductInput, StatusInput, VulnerabilityInput};

/// How a product stands to a vulnerability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Affected,
    Fixed,
    NotAffected,
    Unknown,
}

impl State {
    pub(crate) const ALL: [Self; 4] = [Self::Affected, Self::Fixed, Self::NotAffected, Self::Unknown];

    /// The ids in this state.
    pub(crate) fn ids(self, status: &StatusInput) -> Vec<&str> {
        match self {
            Self::Affected => status.affected(),
            Self::Fixed => status.all_fixed(),
            Self::NotAffected => status.known_not_affected.iter().map(String::as_str).collect(),
            Self::Unknown => status.under_investigation.iter().map(String::as_str).collect(),
        }
    }
}

/// One version, range or combination of a product, with its state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stand<'a> {
    pub(crate) state: State,
    pub(crate) product: &'a ProductInput,
    /// What it is on or in, where the statement is about a combination.
    pub(crate) platform: Option<&'a ProductInput>,
}

/// Everything said of one product of one maker.
#[derive(Debug, Clone)]
pub(crate) struct Line<'a> {
    pub(crate) vendor: &'a str,
    pub(crate) name: &'a str,
    pub(crate) stands: Vec<Stand<'a>>,
}

/// The products of a vulnerability in the order of the advisory's products; what comes of two stands behind them.
pub(crate) fn lines<'a>(advisory: &'a AdvisoryInput, vulnerability: &'a VulnerabilityInput) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    let stated: Vec<(State, Vec<&str>)> = State::ALL.into_iter().map(|state| (state, state.ids(&vulnerability.status))).collect();
    let ids = advisory.products.iter().map(|one| one.id.as_str()).chain(advisory.relationships.iter().map(|one| one.id.as_str()));
    for id in ids {
        let Some((state, _)) = stated.iter().find(|(_, ids)| ids.contains(&id)) else { continue };
        let Some(stand) = stand(advisory, *state, id) else { continue };
        let (vendor, name) = (stand.product.vendor.trim(), stand.product.name.trim());
        match lines.iter_mut().find(|line| (line.vendor, line.name) == (vendor, name)) {
            Some(line) => line.stands.push(stand),
            None => lines.push(Line { vendor, name, stands: vec![stand] }),
        }
    }
    lines
}

fn stand<'a>(advisory: &'a AdvisoryInput, state: State, id: &str) -> Option<Stand<'a>> {
    let relation = advisory.relationships.iter().find(|one| one.id == id);
    let platform = relation.and_then(|one| advisory.products.iter().find(|product| product.id == one.to));
    Some(Stand { state, product: advisory.product(id)?, platform })
}
