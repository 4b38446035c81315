//! Products by version: an advisory says "VX-200, versions < 2.5, fixed in 2.5"; CSAF wants one product for "< 2.5" and one for "2.5",
//! each with its state. Ids are made of the catalogue's id and the versions, so they stay the same from one version of an advisory to the next.
//! Where only some revisions of the hardware are meant, the statement is about the product on each of them (a relationship in CSAF).

use super::words::Words;
use std::collections::BTreeMap;
use wardroom_domain::disclosure::{AdvisoryContent, AdvisoryImpact, AdvisoryRemediation, AdvisoryVulnerability};
use wardroom_domain::products::Marks as Plate;
use wardroom_domain::remediation::ImpactStatus;
use wardroom_formats::csaf;
use wardroom_formats::csaf::input::{FlagInput, Marks, ProductInput, RelationKind, RelationshipInput, StatusInput, Versions};
use wardroom_formats::csaf::model::{FileHash, FileHashes, FlagLabel};
use wardroom_formats::openvex::encoded;
use wardroom_formats::versions::is_all;

pub(super) struct Products {
    inputs: Vec<ProductInput>,
    relationships: Vec<RelationshipInput>,
}

impl Products {
    /// Every product with versions that any vulnerability names, in the order they are named.
    pub(super) fn of(content: &AdvisoryContent, vendor: &str, words: &Words) -> Products {
        let mut products = Products { inputs: Vec::new(), relationships: Vec::new() };
        for impact in content.vulnerabilities.iter().flat_map(|one| &one.impacts) {
            for (_, text) in states(impact) {
                products.define(content, vendor, &impact.product, text);
                for revision in &impact.hardware {
                    products.define_on(content, vendor, (&impact.product, text), revision, words);
                }
            }
        }
        // A product that is named but judged nowhere (a notice may do that) is meant as such.
        for product in &content.products {
            let judged = content.vulnerabilities.iter().flat_map(|one| &one.impacts).any(|impact| impact.product == product.id);
            if !judged {
                products.define(content, vendor, &product.id, "");
            }
        }
        products
    }

    fn define(&mut self, content: &AdvisoryContent, vendor: &str, product: &str, text: &str) {
        let id = id(product, text);
        if self.inputs.iter().any(|known| known.id == id) {
            return;
        }
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let known = content.products.iter().find(|one| one.id == product);
        let versions = versions(text);
        let exact = match &versions {
            Versions::Exact(version) => Some(version.as_str()),
            Versions::All | Versions::Range(_) => None,
        };
        self.inputs.push(ProductInput {
            id,
            vendor: known.and_then(|one| some(&one.vendor)).unwrap_or_else(|| vendor.to_owned()),
            family: known.and_then(|one| some(&one.family)),
            name: known.map_or_else(|| product.to_owned(), |one| one.name.clone()),
            cpe: known.and_then(|one| some(&one.cpe)).map(|cpe| exact.map_or_else(|| cpe.clone(), |version| cpe_of(&cpe, version))),
            purl: known.and_then(|one| some(&one.purl)).map(|purl| exact.map_or_else(|| purl.clone(), |version| purl_of(&purl, version))),
            marks: known.map(|one| marks(&one.marks, exact)).unwrap_or_default(),
            versions,
            full_name: None,
        });
    }

    /// The product on one revision of its hardware.
    fn define_on(&mut self, content: &AdvisoryContent, vendor: &str, of: (&str, &str), revision: &str, words: &Words) {
        let (product, text) = of;
        let (whole, hardware) = (id_on(product, text, revision), format!("{product}@{revision}"));
        if self.relationships.iter().any(|known| known.id == whole) {
            return;
        }
        let known = content.products.iter().find(|one| one.id == product);
        let name = known.map_or(product, |one| one.name.as_str());
        let maker = known.map(|one| one.vendor.trim()).filter(|maker| !maker.is_empty()).unwrap_or(vendor);
        if !self.inputs.iter().any(|known| known.id == hardware) {
            self.inputs.push(ProductInput {
                id: hardware.clone(),
                vendor: maker.to_owned(),
                family: known.map(|one| one.family.trim().to_owned()).filter(|family| !family.is_empty()),
                name: format!("{name} {}", words.hardware),
                versions: Versions::Exact(revision.to_owned()),
                full_name: None,
                cpe: None,
                purl: None,
                marks: known.map(|one| marks(&Plate { hashes: Vec::new(), ..one.marks.clone() }, None)).unwrap_or_default(),
            });
        }
        let product = id(product, text);
        let part = self.inputs.iter().find(|known| known.id == product).map(csaf::full_name).unwrap_or_default();
        self.relationships.push(RelationshipInput {
            id: whole,
            name: format!("{part} ({} {revision})", words.hardware),
            kind: RelationKind::InstalledOn,
            product,
            to: hardware,
            cpe: None,
            purl: None,
        });
    }

    pub(super) fn into_inputs(self) -> (Vec<ProductInput>, Vec<RelationshipInput>) {
        (self.inputs, self.relationships)
    }

    pub(super) fn status(&self, one: &AdvisoryVulnerability) -> StatusInput {
        let mut status = StatusInput::default();
        for impact in &one.impacts {
            for (state, text) in states(impact) {
                let list = match state {
                    ImpactStatus::Affected => &mut status.known_affected,
                    ImpactStatus::Fixed => &mut status.fixed,
                    ImpactStatus::NotAffected => &mut status.known_not_affected,
                    ImpactStatus::UnderInvestigation => &mut status.under_investigation,
                };
                for id in ids(impact, text) {
                    if !list.contains(&id) {
                        list.push(id);
                    }
                }
            }
        }
        status
    }

    /// Why products are not affected, one flag for each reason.
    pub(super) fn flags(&self, one: &AdvisoryVulnerability) -> Vec<FlagInput> {
        let mut by_reason: BTreeMap<&str, FlagInput> = BTreeMap::new();
        for impact in one.impacts.iter().filter(|impact| impact.status == ImpactStatus::NotAffected) {
            let Some(label) = label(&impact.justification) else { continue };
            let new = FlagInput { label, date: None, products: Vec::new(), groups: Vec::new() };
            let flag = by_reason.entry(&impact.justification).or_insert(new);
            flag.products.extend(ids(impact, &impact.versions));
        }
        by_reason.into_values().collect()
    }

    /// The products a remediation is for: of those it names (or of all) the affected ones, else the fixed, else the undecided.
    pub(super) fn remedied(&self, remediation: &AdvisoryRemediation, of: &AdvisoryVulnerability) -> Vec<String> {
        let meant = |impact: &&AdvisoryImpact| remediation.products.is_empty() || remediation.products.contains(&impact.product);
        let in_state = |wanted: ImpactStatus| {
            let mut ids = Vec::new();
            for impact in of.impacts.iter().filter(meant) {
                for (state, text) in states(impact) {
                    for id in self::ids(impact, text) {
                        if state == wanted && !ids.contains(&id) {
                            ids.push(id);
                        }
                    }
                }
            }
            ids
        };
        let order = [ImpactStatus::Affected, ImpactStatus::Fixed, ImpactStatus::UnderInvestigation];
        let found = order.into_iter().map(in_state).find(|ids| !ids.is_empty());
        // Named, but judged by no impact: the bare ids, so that the gate names them (6.1.1).
        found.unwrap_or_else(|| remediation.products.clone())
    }
}

/// What an impact says of which versions. A first fixed version makes the versions before it affected and itself fixed.
fn states(impact: &AdvisoryImpact) -> Vec<(ImpactStatus, &str)> {
    let (versions, fixed_in) = (impact.versions.trim(), impact.fixed_in.trim());
    match impact.status {
        ImpactStatus::Affected | ImpactStatus::Fixed if !fixed_in.is_empty() && versions != fixed_in => {
            // "Fixed, in 2.5" with no word on what was affected claims nothing about the rest.
            if impact.status == ImpactStatus::Fixed && versions.is_empty() {
                return vec![(ImpactStatus::Fixed, fixed_in)];
            }
            vec![(ImpactStatus::Affected, versions), (ImpactStatus::Fixed, fixed_in)]
        }
        other => vec![(other, versions)],
    }
}

fn versions(text: &str) -> Versions {
    if is_all(text) { Versions::All } else { Versions::read(text) }
}

/// The name with this version in it, where it left the version open: one that means every version must not say "fixed" of one.
fn cpe_of(cpe: &str, version: &str) -> String {
    let mut parts: Vec<&str> = cpe.split(':').collect();
    let plain = version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    match parts.get_mut(5) {
        // A colon inside a name is escaped; such a name is left as it is.
        Some(part) if *part == "*" && plain && !cpe.contains('\\') => *part = version,
        Some(_) | None => {}
    }
    parts.join(":")
}

/// The same for a package URL without a version.
fn purl_of(purl: &str, version: &str) -> String {
    if purl.contains(['@', '?', '#']) { purl.to_owned() } else { format!("{purl}@{}", encoded(version)) }
}

/// The ids a statement is about: the product, or the product on each revision of the hardware that is meant.
fn ids(impact: &AdvisoryImpact, text: &str) -> Vec<String> {
    if impact.hardware.is_empty() {
        return vec![id(&impact.product, text)];
    }
    impact.hardware.iter().map(|revision| id_on(&impact.product, text, revision)).collect()
}

/// Never the id of the hardware itself, which is the product's and the revision's.
fn id_on(product: &str, text: &str, revision: &str) -> String {
    format!("{}@{revision}", if is_all(text) { format!("{product}:*") } else { id(product, text) })
}

/// What helps to recognise the product; hashes are of one version's files, so they are told of that version alone.
fn marks(plate: &Plate, version: Option<&str>) -> Marks {
    let mut files: BTreeMap<&str, Vec<FileHash>> = BTreeMap::new();
    for hash in plate.hashes.iter().filter(|hash| Some(hash.version.as_str()) == version) {
        files.entry(&hash.file).or_default().push(FileHash { algorithm: hash.algorithm.clone(), value: hash.value.clone() });
    }
    Marks {
        hashes: files.into_iter().map(|(file, file_hashes)| FileHashes { file_hashes, filename: file.to_owned() }).collect(),
        model_numbers: plate.model_numbers.clone(),
        serial_numbers: plate.serial_numbers.clone(),
        skus: plate.skus.clone(),
        sbom_urls: Vec::new(),
    }
}

fn id(product: &str, text: &str) -> String {
    if is_all(text) { product.to_owned() } else { format!("{product}:{}", text.trim()) }
}

fn label(justification: &str) -> Option<FlagLabel> {
    match justification {
        "component_not_present" => Some(FlagLabel::ComponentNotPresent),
        "inline_mitigations_already_exist" => Some(FlagLabel::InlineMitigationsAlreadyExist),
        "vulnerable_code_cannot_be_controlled_by_adversary" => Some(FlagLabel::VulnerableCodeCannotBeControlledByAdversary),
        "vulnerable_code_not_in_execute_path" => Some(FlagLabel::VulnerableCodeNotInExecutePath),
        "vulnerable_code_not_present" => Some(FlagLabel::VulnerableCodeNotPresent),
        _ => None,
    }
}
