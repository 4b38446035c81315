//! The product catalogue: what the maker makes. Public knowledge, so it stands clear in the log.

use serde::{Deserialize, Serialize};

/// One product (or product line) as customers know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Short stable id of our own, `[a-z0-9-]+`: `vx-200`.
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub family: String,
    /// CPE 2.3 formatted string, or empty.
    #[serde(default)]
    pub cpe: String,
    /// Package URL, or empty.
    #[serde(default)]
    pub purl: String,
    /// Known versions, oldest first.
    #[serde(default)]
    pub versions: Vec<String>,
    /// Last day of support, `YYYY-MM-DD`, or empty.
    #[serde(default)]
    pub supported_until: String,
}

/// What is wrong with a product that somebody typed in.
pub fn faults(product: &Product) -> Vec<(&'static str, &'static str)> {
    let mut faults = Vec::new();
    let id_ok = !product.id.is_empty()
        && product.id.len() <= 64
        && product.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !id_ok {
        faults.push(("id", "small letters, digits and dashes only, at most 64"));
    }
    if product.name.trim().is_empty() || product.name.chars().count() > 200 {
        faults.push(("name", "between 1 and 200 characters"));
    }
    if !product.cpe.is_empty() && !product.cpe.starts_with("cpe:2.3:") {
        faults.push(("cpe", "a CPE 2.3 formatted string begins with cpe:2.3:"));
    }
    if !product.purl.is_empty() && !product.purl.starts_with("pkg:") {
        faults.push(("purl", "a package URL begins with pkg:"));
    }
    if !product.supported_until.is_empty() && product.supported_until.parse::<jiff::civil::Date>().is_err() {
        faults.push(("supported_until", "a date like 2031-12-31"));
    }
    faults
}
