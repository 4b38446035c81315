//! Builds the product tree: vendor, family, product, version; then what comes of two products, and groups.

use std::borrow::Cow;

use super::input::{AdvisoryInput, GroupInput, ProductInput, RelationshipInput, Versions};
use super::model::{Branch, BranchCategory, FullProductName, IdentificationHelper, ProductGroup, ProductTree, Relationship};
use crate::versions;

/// The tree of an advisory's products. Products with the same vendor, family and name share branches; the order is that of the input.
pub(super) fn render(advisory: &AdvisoryInput) -> ProductTree {
    let (mut branches, mut full_product_names) = (Vec::new(), Vec::new());
    for product in &advisory.products {
        let family = product.family.as_deref().is_some_and(|family| !family.trim().is_empty());
        let maker = !product.vendor.trim().is_empty();
        // A name is all that is known of it.
        if !maker && !family && product.versions == Versions::All {
            full_product_names.push(leaf(product));
            continue;
        }
        let mut level = &mut branches;
        if maker {
            level = descend(level, BranchCategory::Vendor, &product.vendor);
        }
        if let Some(family) = product.family.as_deref().filter(|family| !family.trim().is_empty()) {
            level = descend(level, BranchCategory::ProductFamily, family);
        }
        let (category, name) = match &product.versions {
            Versions::All => (BranchCategory::ProductName, Cow::Borrowed(product.name.as_str())),
            Versions::Exact(version) => (BranchCategory::ProductVersion, version.as_str().into()),
            Versions::Range(range) if range.starts_with("vers:") => (BranchCategory::ProductVersionRange, range.as_str().into()),
            Versions::Range(range) => match range_branch(range) {
                Some((category, name)) => (category, name.into()),
                None => (BranchCategory::ProductVersionRange, range.as_str().into()),
            },
        };
        if product.versions != Versions::All {
            level = descend(level, BranchCategory::ProductName, &product.name);
        }
        level.push(Branch { branches: Vec::new(), category, name: name.trim().into(), product: Some(leaf(product)) });
    }
    ProductTree {
        branches,
        full_product_names,
        product_groups: advisory.groups.iter().map(group).collect(),
        relationships: advisory.relationships.iter().map(relationship).collect(),
    }
}

/// How machines are told a range: as vers, or as comparisons of versions whose order nobody can tell (CSAF 2.0 3.1.2.3.2; 2.1 6.1.50). One
/// version alone is no range (2.1 6.1.59). `None`: words in which there is no comparison.
pub(super) fn range_branch(range: &str) -> Option<(BranchCategory, String)> {
    if let Some(versions::Spans::These(spans)) = versions::read(range)
        && let [versions::Span::One(version)] = spans.as_slice()
    {
        return Some((BranchCategory::ProductVersion, version.clone()));
    }
    let range = versions::canonical_vers(range).or_else(|| versions::vls(range))?;
    Some((BranchCategory::ProductVersionRange, range))
}

fn group(input: &GroupInput) -> ProductGroup {
    ProductGroup { group_id: input.id.clone(), product_ids: input.products.clone(), summary: some(&input.summary) }
}

fn relationship(input: &RelationshipInput) -> Relationship {
    let helper = IdentificationHelper { cpe: some(&input.cpe), purl: some(&input.purl), ..IdentificationHelper::default() };
    Relationship {
        category: input.kind.word().to_owned(),
        full_product_name: FullProductName {
            name: input.name.trim().to_owned(),
            product_id: input.id.clone(),
            product_identification_helper: (helper != IdentificationHelper::default()).then_some(helper),
        },
        product_reference: input.product.clone(),
        relates_to_product_reference: input.to.clone(),
    }
}

/// Vendor, name and versions in one line, as shown to people.
#[must_use]
pub fn full_name(product: &ProductInput) -> String {
    if let Some(name) = some(&product.full_name) {
        return name;
    }
    let parts = [product.vendor.trim(), product.name.trim(), product.versions.text().trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
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
    let marks = &product.marks;
    let helper = IdentificationHelper {
        cpe: some(&product.cpe),
        hashes: marks.hashes.clone(),
        model_numbers: marks.model_numbers.clone(),
        purl: some(&product.purl),
        sbom_urls: marks.sbom_urls.clone(),
        serial_numbers: marks.serial_numbers.clone(),
        skus: marks.skus.clone(),
    };
    FullProductName {
        name: full_name(product),
        product_id: product.id.clone(),
        product_identification_helper: (helper != IdentificationHelper::default()).then_some(helper),
    }
}

fn some(value: &Option<String>) -> Option<String> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
