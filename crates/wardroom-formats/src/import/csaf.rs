//! A CSAF 2.0 document as an advisory.
//!
//! Not here: what the model has no words for; the caller keeps the difference.

use jiff::Timestamp;

use super::instant;
use crate::csaf::input::{
    AcknowledgmentInput, AdvisoryInput, Category, FlagInput, GeneratorInput, GroupInput, Marks, NoteInput, ProductInput, PublisherInput,
    ReferenceInput, RelationKind, RelationshipInput, RemediationInput, RevisionInput, ScoreInput, StatusInput, ThreatInput, Tlp,
    TrackingInput, Versions, VulnerabilityInput,
};
use crate::csaf::model::{
    Acknowledgment, Branch, BranchCategory, CsafDocument, FullProductName, Note, NoteCategory, ProductStatus, ProductTree, Reference,
    ReferenceCategory, TlpLabel, Tracking, Vulnerability,
};
use crate::cvss;

/// Deepest nesting of branches that is looked at.
const DEEPEST: usize = 64;

pub(super) fn read(document: &CsafDocument) -> AdvisoryInput {
    let head = &document.document;
    let distribution = head.distribution.as_ref();
    let label = distribution.and_then(|one| one.tlp.as_ref()).map(|tlp| tlp.label);
    let tree = document.product_tree.as_ref();
    let categories =
        [Category::Base, Category::SecurityIncidentResponse, Category::InformationalAdvisory, Category::SecurityAdvisory, Category::Vex];
    AdvisoryInput {
        lang: head.lang.clone().unwrap_or_default(),
        source_lang: head.source_lang.clone(),
        category: Some(categories.into_iter().find(|one| one.name() == head.category).unwrap_or(Category::Base)),
        title: head.title.clone(),
        tlp: match label {
            Some(TlpLabel::Green) => Tlp::Green,
            Some(TlpLabel::Amber) => Tlp::Amber,
            Some(TlpLabel::Red) => Tlp::Red,
            Some(TlpLabel::White) | None => Tlp::Clear,
        },
        distribution: distribution.and_then(|one| one.text.clone()),
        publisher: PublisherInput {
            name: head.publisher.name.clone(),
            namespace: head.publisher.namespace.clone(),
            category: head.publisher.category,
            contact: head.publisher.contact_details.clone(),
            issuing_authority: head.publisher.issuing_authority.clone(),
        },
        tracking: tracking(&head.tracking),
        notes: head.notes.iter().map(note).collect(),
        products: tree.map(products).unwrap_or_default(),
        relationships: tree.map(relationships).unwrap_or_default(),
        groups: tree.map(groups).unwrap_or_default(),
        vulnerabilities: document.vulnerabilities.iter().flatten().map(vulnerability).collect(),
        references: head.references.iter().map(reference).collect(),
        acknowledgments: head.acknowledgments.iter().map(acknowledgment).collect(),
    }
}

fn tracking(from: &Tracking) -> TrackingInput {
    let at = |text: &str| instant(text).unwrap_or_default();
    TrackingInput {
        id: from.id.clone(),
        aliases: from.aliases.clone(),
        version: from.version.clone(),
        status: from.status,
        initial_release: at(&from.initial_release_date),
        current_release: at(&from.current_release_date),
        revisions: from
            .revision_history
            .iter()
            .map(|one| RevisionInput {
                number: one.number.clone(),
                date: at(&one.date),
                summary: one.summary.clone(),
                legacy_version: one.legacy_version.clone(),
            })
            .collect(),
        generator: from.generator.as_ref().map(|one| GeneratorInput {
            engine: one.engine.name.clone(),
            version: one.engine.version.clone(),
            date: one.date.as_deref().and_then(instant),
        }),
    }
}

fn products(tree: &ProductTree) -> Vec<ProductInput> {
    let mut out = Vec::new();
    walk(&tree.branches, &mut Vec::new(), &mut out);
    let alone = |product: &FullProductName| self::product(product, &[]);
    out.extend(tree.full_product_names.iter().map(alone));
    out
}

fn walk<'a>(branches: &'a [Branch], path: &mut Vec<&'a Branch>, out: &mut Vec<ProductInput>) {
    if path.len() >= DEEPEST {
        return;
    }
    for branch in branches {
        path.push(branch);
        out.extend(branch.product.iter().map(|product| self::product(product, path)));
        walk(&branch.branches, path, out);
        path.pop();
    }
}

/// A product by the branches that lead to it.
fn product(leaf: &FullProductName, path: &[&Branch]) -> ProductInput {
    let named = |category: BranchCategory| path.iter().rev().find(|branch| branch.category == category).map(|branch| branch.name.clone());
    let versions = match path.last() {
        Some(last) if last.category == BranchCategory::ProductVersionRange => Versions::Range(last.name.clone()),
        Some(last) if last.category == BranchCategory::ProductName => Versions::All,
        Some(last) => Versions::Exact(last.name.clone()),
        None => Versions::All,
    };
    let helper = leaf.product_identification_helper.clone().unwrap_or_default();
    ProductInput {
        id: leaf.product_id.clone(),
        vendor: named(BranchCategory::Vendor).unwrap_or_default(),
        family: named(BranchCategory::ProductFamily),
        name: named(BranchCategory::ProductName).unwrap_or_else(|| leaf.name.clone()),
        versions,
        full_name: Some(leaf.name.clone()),
        cpe: helper.cpe,
        purl: helper.purl,
        marks: Marks {
            hashes: helper.hashes,
            model_numbers: helper.model_numbers,
            serial_numbers: helper.serial_numbers,
            skus: helper.skus,
            sbom_urls: helper.sbom_urls,
        },
    }
}

fn relationships(tree: &ProductTree) -> Vec<RelationshipInput> {
    let relation = |one: &crate::csaf::model::Relationship| {
        let whole = &one.full_product_name;
        let helper = whole.product_identification_helper.clone().unwrap_or_default();
        RelationshipInput {
            id: whole.product_id.clone(),
            name: whole.name.clone(),
            kind: RelationKind::parse(&one.category).unwrap_or(RelationKind::InstalledWith),
            product: one.product_reference.clone(),
            to: one.relates_to_product_reference.clone(),
            cpe: helper.cpe,
            purl: helper.purl,
        }
    };
    tree.relationships.iter().map(relation).collect()
}

fn groups(tree: &ProductTree) -> Vec<GroupInput> {
    let group = |one: &crate::csaf::model::ProductGroup| GroupInput {
        id: one.group_id.clone(),
        products: one.product_ids.clone(),
        summary: one.summary.clone(),
    };
    tree.product_groups.iter().map(group).collect()
}

fn vulnerability(from: &Vulnerability) -> VulnerabilityInput {
    let at = |text: &Option<String>| -> Option<Timestamp> { text.as_deref().and_then(instant) };
    // Our rendering puts the description first, without a title.
    let first =
        from.notes.first().filter(|note| note.category == NoteCategory::Description && note.title.is_none() && note.audience.is_none());
    let notes = from.notes.iter().skip(usize::from(first.is_some()));
    let vector = |score: &crate::csaf::model::Score| {
        let object = score.cvss_v3.as_ref().or(score.cvss_v2.as_ref())?;
        object.vector_string.clone().filter(|vector| cvss::score(vector).is_ok())
    };
    VulnerabilityInput {
        cna_tags: Vec::new(),
        cve: from.cve.clone(),
        ids: from.ids.iter().map(|id| (id.system_name.clone(), id.text.clone())).collect(),
        title: from.title.clone(),
        cwes: from.cwe.iter().map(|cwe| (cwe.id.clone(), cwe.name.clone())).collect(),
        description: first.map(|note| note.text.clone()).unwrap_or_default(),
        notes: notes.map(note).collect(),
        discovered: at(&from.discovery_date),
        released: at(&from.release_date),
        exploited: Vec::new(),
        timeline: Vec::new(),
        involvements: from.involvements.clone(),
        status: from.product_status.as_ref().map(status).unwrap_or_default(),
        flags: from
            .flags
            .iter()
            .map(|one| FlagInput {
                label: one.label,
                date: at(&one.date),
                products: one.product_ids.clone(),
                groups: one.group_ids.clone(),
            })
            .collect(),
        remediations: from
            .remediations
            .iter()
            .map(|one| RemediationInput {
                kind: one.category.into(),
                details: one.details.clone(),
                url: one.url.clone(),
                date: at(&one.date),
                products: one.product_ids.clone(),
                groups: one.group_ids.clone(),
                entitlements: one.entitlements.clone(),
                restart: one.restart_required.clone(),
            })
            .collect(),
        scores: from
            .scores
            .iter()
            .filter_map(|score| Some(ScoreInput { vector: vector(score)?, products: score.products.clone() }))
            .collect(),
        threats: from
            .threats
            .iter()
            .map(|one| ThreatInput {
                category: one.category,
                details: one.details.clone(),
                date: at(&one.date),
                products: one.product_ids.clone(),
                groups: one.group_ids.clone(),
            })
            .collect(),
        references: from.references.iter().map(reference).collect(),
        acknowledgments: from.acknowledgments.iter().map(acknowledgment).collect(),
    }
}

fn status(from: &ProductStatus) -> StatusInput {
    StatusInput {
        known_affected: from.known_affected.clone(),
        first_affected: from.first_affected.clone(),
        last_affected: from.last_affected.clone(),
        fixed: from.fixed.clone(),
        first_fixed: from.first_fixed.clone(),
        known_not_affected: from.known_not_affected.clone(),
        under_investigation: from.under_investigation.clone(),
        recommended: from.recommended.clone(),
    }
}

fn note(from: &Note) -> NoteInput {
    NoteInput { category: from.category, title: from.title.clone(), text: from.text.clone(), audience: from.audience.clone() }
}

fn reference(from: &Reference) -> ReferenceInput {
    ReferenceInput {
        category: from.category.unwrap_or(ReferenceCategory::External),
        summary: from.summary.clone(),
        url: from.url.clone(),
        tags: Vec::new(),
    }
}

fn acknowledgment(from: &Acknowledgment) -> AcknowledgmentInput {
    AcknowledgmentInput {
        names: from.names.clone(),
        organization: from.organization.clone(),
        summary: from.summary.clone(),
        urls: from.urls.clone(),
        role: None,
    }
}
