//! Two advisories that the tests of this crate share.

use jiff::Timestamp;

use crate::csaf::input::{
    AcknowledgmentInput, AdvisoryInput, CreditRole, ExploitedInput, FlagInput, GeneratorInput, GroupInput, Marks, NoteInput, ProductInput,
    PublisherInput, ReferenceInput, RelationKind, RelationshipInput, RemediationInput, Remedy, RevisionInput, ScoreInput, StatusInput,
    ThreatInput, Tlp, TrackingInput, Versions, VulnerabilityInput,
};
use crate::csaf::model::{
    FileHash, FileHashes, FlagLabel, NoteCategory, PublisherCategory, ReferenceCategory, RestartRequired, Status, ThreatCategory,
};

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn product(id: &str, versions: Versions) -> ProductInput {
    ProductInput {
        id: id.into(),
        vendor: "Example Works".into(),
        family: Some("Gateways".into()),
        name: "Gate 7".into(),
        versions,
        full_name: None,
        marks: Marks::default(),
        cpe: Some("cpe:2.3:o:example_works:gate_7_firmware:*:*:*:*:*:*:*:*".into()),
        purl: Some("pkg:generic/example-works/gate-7@2.3.5".into()),
    }
}

pub(crate) fn advisory() -> AdvisoryInput {
    let note = |category, title: &str, text: &str| NoteInput { category, title: Some(title.into()), text: text.into(), audience: None };
    AdvisoryInput {
        lang: "en".into(),
        source_lang: None,
        relationships: Vec::new(),
        groups: Vec::new(),
        category: None,
        title: "Gate 7: command injection in the <ping> page & more".into(),
        tlp: Tlp::Clear,
        distribution: None,
        publisher: PublisherInput {
            name: "Example Works PSIRT".into(),
            namespace: "https://psirt.example.com".into(),
            category: PublisherCategory::Vendor,
            contact: Some("psirt@example.com".into()),
            issuing_authority: None,
        },
        tracking: TrackingInput {
            id: "EX-SA-2026-001".into(),
            aliases: vec!["EX-2026-7".into()],
            version: "2".into(),
            status: Status::Final,
            initial_release: at("2026-03-01T08:00:00Z"),
            current_release: at("2026-03-05T10:30:00Z"),
            revisions: vec![
                RevisionInput {
                    number: "1".into(),
                    date: at("2026-03-01T08:00:00Z"),
                    summary: "First version.".into(),
                    legacy_version: None,
                },
                RevisionInput {
                    number: "2".into(),
                    date: at("2026-03-05T10:30:00Z"),
                    summary: "Fix for 2.x.".into(),
                    legacy_version: None,
                },
            ],
            generator: Some(GeneratorInput {
                engine: "Wardroom".into(),
                version: Some("0.1.0".into()),
                date: Some(at("2026-03-05T10:30:00Z")),
            }),
        },
        notes: vec![
            note(NoteCategory::Summary, "Summary", "An attacker on the network can run commands.\nUpdate to 2.3.5."),
            note(NoteCategory::Details, "Details", "The ping page hands its field to a shell."),
        ],
        products: vec![
            product("P1", Versions::Range("<2.3.5".into())),
            product("P2", Versions::Exact("2.3.5".into())),
            ProductInput { name: "Gate 5".into(), cpe: None, purl: None, ..product("P3", Versions::All) },
        ],
        vulnerabilities: vec![vulnerability()],
        references: vec![ReferenceInput {
            category: ReferenceCategory::Own,
            summary: "This advisory".into(),
            url: "https://psirt.example.com/advisories/EX-SA-2026-001.html".into(),
            tags: Vec::new(),
        }],
        acknowledgments: Vec::new(),
    }
}

fn vulnerability() -> VulnerabilityInput {
    VulnerabilityInput {
        cve: Some("CVE-2026-12345".into()),
        ids: vec![("Example Works".into(), "C-2026-7".into())],
        title: Some("Command injection in ping".into()),
        cwes: vec![("CWE-78".into(), "Improper Neutralization of Special Elements used in an OS Command ('OS Command Injection')".into())],
        description: "The field \"host\" reaches a shell.".into(),
        discovered: Some(at("2026-01-05T00:00:00Z")),
        released: Some(at("2026-03-01T08:00:00Z")),
        status: StatusInput {
            known_affected: vec!["P1".into()],
            fixed: vec!["P2".into()],
            known_not_affected: vec!["P3".into()],
            recommended: vec!["P2".into()],
            ..StatusInput::default()
        },
        remediations: vec![RemediationInput {
            kind: Remedy::VendorFix,
            groups: Vec::new(),
            entitlements: Vec::new(),
            restart: None,
            details: "Update to 2.3.5.".into(),
            url: Some("https://www.example.com/download".into()),
            date: Some(at("2026-03-01T08:00:00Z")),
            products: Vec::new(),
        }],
        scores: vec![
            ScoreInput { vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P".into(), products: Vec::new() },
            ScoreInput { vector: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N".into(), products: vec!["P1".into()] },
        ],
        threats: vec![ThreatInput {
            category: ThreatCategory::Impact,
            details: "Full control of the gateway.".into(),
            date: None,
            products: vec!["P1".into()],
            groups: Vec::new(),
        }],
        acknowledgments: vec![AcknowledgmentInput {
            names: vec!["林晓".into()],
            organization: Some("Example Labs".into()),
            summary: Some("found and reported it".into()),
            urls: Vec::new(),
            role: Some(CreditRole::Finder),
        }],
        ..VulnerabilityInput::default()
    }
}

/// An informational advisory in Chinese.
pub(crate) fn notice() -> AdvisoryInput {
    let mut notice = advisory();
    notice.lang = "zh-CN".into();
    notice.title = "安全通告：默认口令".into();
    notice.tlp = Tlp::AmberStrict;
    notice.tracking.id = "EX-SN-2026/002".into();
    notice.vulnerabilities.clear();
    notice.products.clear();
    notice.references.push(ReferenceInput {
        category: ReferenceCategory::External,
        summary: "加固指南".into(),
        url: "https://www.example.com/hardening".into(),
        tags: Vec::new(),
    });
    notice
}

/// Everything the model can say: several products and makers, hardware, marks, groups, states, weaknesses, remedies, dates, two flaws.
pub(crate) fn rich() -> AdvisoryInput {
    let mut rich = advisory();
    rich.tracking.id = "EX-SA-2026-003".into();
    let file = FileHashes {
        file_hashes: vec![FileHash { algorithm: "sha256".into(), value: "ab".repeat(32) }],
        filename: "gate7-2.3.5.bin".into(),
    };
    rich.products[1].marks = Marks { hashes: vec![file], skus: vec!["G7-EU".into()], ..Marks::default() };
    let hardware = ProductInput {
        id: "H1".into(),
        family: None,
        name: "Gate 7 hardware".into(),
        cpe: Some("cpe:2.3:h:example_works:gate_7:b:*:*:*:*:*:*:*".into()),
        purl: None,
        marks: Marks { model_numbers: vec!["G7-B-*".into()], serial_numbers: vec!["7B????".into()], ..Marks::default() },
        ..product("H1", Versions::Exact("B".into()))
    };
    let library = ProductInput {
        vendor: "Other Works".into(),
        family: None,
        name: "frames".into(),
        cpe: None,
        purl: Some("pkg:cargo/frames".into()),
        ..product("L1", Versions::Range(">=1.0.0, <1.4.2".into()))
    };
    rich.products.extend([hardware, library, ProductInput { purl: None, ..product("P4", Versions::Range("2.0 - 2.2, 2.4.x".into())) }]);
    rich.products.push(ProductInput { name: "Gate 9".into(), ..product("P5", Versions::Range("builds before the spring release".into())) });
    rich.products.push(ProductInput { name: "Gate 9".into(), ..product("P6", Versions::Range("> 1.0, <= 1.9".into())) });
    rich.relationships = vec![RelationshipInput {
        id: "P1H1".into(),
        name: "Example Works Gate 7 <2.3.5 on hardware revision B".into(),
        kind: RelationKind::InstalledOn,
        product: "P1".into(),
        to: "H1".into(),
        cpe: None,
        purl: None,
    }];
    rich.groups = vec![GroupInput { id: "G1".into(), products: vec!["P4".into(), "P6".into()], summary: Some("the old ones".into()) }];
    let one = &mut rich.vulnerabilities[0];
    one.cwes.push(("CWE-20".into(), "Improper Input Validation".into()));
    one.status.known_affected = ["P1H1", "L1", "P4", "P6"].map(String::from).to_vec();
    one.status.under_investigation = vec!["P5".into()];
    one.status.recommended.clear();
    one.exploited =
        vec![ExploitedInput { exploited: at("2026-02-20T00:00:00Z"), learned: at("2026-02-21T09:00:00Z"), products: Vec::new() }];
    one.timeline = vec![(at("2026-01-06T08:00:00Z"), "Reported.".into())];
    one.flags = vec![FlagInput { label: FlagLabel::VulnerableCodeNotPresent, date: None, products: vec!["P3".into()], groups: Vec::new() }];
    one.scores[0].products = vec!["P1H1".into()];
    one.scores[1].products = vec!["P4".into()];
    one.threats[0].products = vec!["P1H1".into()];
    one.threats.push(ThreatInput {
        category: ThreatCategory::ExploitStatus,
        details: "Attacks were seen.".into(),
        date: Some(at("2026-02-21T09:00:00Z")),
        products: Vec::new(),
        groups: vec!["G1".into()],
    });
    one.remediations[0].restart = Some(RestartRequired { category: "machine".into(), details: None });
    one.remediations[0].products = vec!["P1H1".into(), "L1".into()];
    let fix = one.remediations[0].clone();
    one.remediations.push(RemediationInput {
        kind: Remedy::FixPlanned,
        details: "A fix comes in May.".into(),
        url: None,
        restart: None,
        products: Vec::new(),
        groups: vec!["G1".into()],
        ..fix
    });
    one.references.push(ReferenceInput {
        category: ReferenceCategory::External,
        summary: "The finder's page".into(),
        url: "https://labs.example.com/gate7".into(),
        tags: Vec::new(),
    });
    rich.vulnerabilities.push(VulnerabilityInput {
        cve: Some("CVE-2026-12346".into()),
        description: "The frame parser reads beyond the frame.".into(),
        status: StatusInput { known_affected: vec!["L1".into()], ..StatusInput::default() },
        scores: vec![ScoreInput { vector: "AV:N/AC:L/Au:N/C:P/I:N/A:N".into(), products: Vec::new() }],
        remediations: vec![RemediationInput {
            kind: Remedy::NoFixPlanned,
            details: "The library is not kept any more.".into(),
            url: None,
            date: None,
            products: Vec::new(),
            groups: Vec::new(),
            entitlements: Vec::new(),
            restart: None,
        }],
        ..VulnerabilityInput::default()
    });
    rich
}
