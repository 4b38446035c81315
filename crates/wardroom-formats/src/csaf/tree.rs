//! Builds the product tree: vendor, family, product, version.
//!
//! Not here: groups and relationships; our advisories name products one by one.

use super::input::{ProductInput, Versions};
use super::model::{Branch, BranchCategory, FullProductName, IdentificationHelper, ProductTree};

/// The tree of these products. Products with the same vendor, family and name share branches; the order is that of the input.
pub(super) fn render(products: &[ProductInput]) -> ProductTree {
    let mut branches = Vec::new();
    for product in products {
        let mut level = descend(&mut branches, BranchCategory::Vendor, &product.vendor);
        if let Some(family) = product.family.as_deref().filter(|family| !family.trim().is_empty()) {
            level = descend(level, BranchCategory::ProductFamily, family);
        }
        let (category, name) = match &product.versions {
            Versions::All => (BranchCategory::ProductName, product.name.as_str()),
            Versions::Exact(version) => (BranchCategory::ProductVersion, version.as_str()),
            Versions::Range(range) => (BranchCategory::ProductVersionRange, range.as_str()),
        };
        if product.versions != Versions::All {
            level = descend(level, BranchCategory::ProductName, &product.name);
        }
        level.push(Branch { branches: Vec::new(), category, name: name.trim().into(), product: Some(leaf(product)) });
    }
    ProductTree { branches, ..ProductTree::default() }
}

/// Vendor, name and versions in one line, as shown to people.
#[must_use]
pub fn full_name(product: &ProductInput) -> String {
    let (vendor, name) = (product.vendor.trim(), product.name.trim());
    match &product.versions {
        Versions::All => format!("{vendor} {name}"),
        Versions::Exact(version) | Versions::Range(version) => {
            format!("{vendor} {name} {}", version.trim())
        }
    }
}

/// The list below the branch of this name, which is made when it is not there. A branch that is a product has no list below.
fn descend<'a>(level: &'a mut Vec<Branch>, category: BranchCategory, name: &str) -> &'a mut Vec<Branch> {
    let name = name.trim();
    let is_it = |branch: &Branch| branch.category == category && branch.name == name && branch.product.is_none();
    let at = level.iter().position(is_it).unwrap_or_else(|| {
        level.push(Branch { branches: Vec::new(), category, name: name.into(), product: None });
        level.len() - 1
    });
    &mut level[at].branches
}

fn leaf(product: &ProductInput) -> FullProductName {
    let some = |value: &Option<String>| value.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let helper = IdentificationHelper { cpe: some(&product.cpe), purl: some(&product.purl), ..IdentificationHelper::default() };
    FullProductName {
        name: full_name(product),
        product_id: product.id.clone(),
        product_identification_helper: (helper != IdentificationHelper::default()).then_some(helper),
    }
}
