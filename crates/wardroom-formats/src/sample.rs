//! Two advisories that the tests of this crate share.

use jiff::Timestamp;

use crate::csaf::input::{
    AcknowledgmentInput, AdvisoryInput, GeneratorInput, NoteInput, ProductInput, PublisherInput, ReferenceInput, RemediationInput,
    RevisionInput, ScoreInput, StatusInput, ThreatInput, Tlp, TrackingInput, Versions, VulnerabilityInput,
};
use crate::csaf::model::{NoteCategory, PublisherCategory, ReferenceCategory, RemediationCategory, Status, ThreatCategory};

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
        cpe: Some("cpe:2.3:o:example_works:gate_7_firmware:*:*:*:*:*:*:*:*".into()),
        purl: Some("pkg:generic/example-works/gate-7@2.3.5".into()),
    }
}

pub(crate) fn advisory() -> AdvisoryInput {
    let note = |category, title: &str, text: &str| NoteInput { category, title: Some(title.into()), text: text.into() };
    AdvisoryInput {
        lang: "en".into(),
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
                RevisionInput { number: "1".into(), date: at("2026-03-01T08:00:00Z"), summary: "First version.".into() },
                RevisionInput { number: "2".into(), date: at("2026-03-05T10:30:00Z"), summary: "Fix for 2.x.".into() },
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
        }],
        acknowledgments: Vec::new(),
    }
}

fn vulnerability() -> VulnerabilityInput {
    VulnerabilityInput {
        cve: Some("CVE-2026-12345".into()),
        ids: vec![("Example Works".into(), "C-2026-7".into())],
        title: Some("Command injection in ping".into()),
        cwe: Some(("CWE-78".into(), "Improper Neutralization of Special Elements used in an OS Command ('OS Command Injection')".into())),
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
            category: RemediationCategory::VendorFix,
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
        }],
        acknowledgments: vec![AcknowledgmentInput {
            names: vec!["林晓".into()],
            organization: Some("Example Labs".into()),
            summary: Some("found and reported it".into()),
            urls: Vec::new(),
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
    });
    notice
}
