//! An advisory of nobody, which has something of everything: what is made of it tells whether this program, for this maker, still makes files
//! as it did. So a new version, another address or another name has everything made anew, and nothing else has.

use super::making::Pen;
use super::part::Maker;
use super::world::{PublicAdvisory, published};
use crate::ports::pages::{List, ThanksYear};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use wardroom_domain::disclosure::{
    AdvisoryContent, AdvisoryImpact, AdvisoryKind, AdvisoryProduct, AdvisoryRemediation, AdvisoryScore, AdvisoryTexts,
    AdvisoryVulnerability, Bilingual, Ending, EndingKind, Exploitation, Revision,
};
use wardroom_domain::facts::{AdvisoryFact, Fact};
use wardroom_domain::log::{Actor, Recorded, StreamId, StreamKind};
use wardroom_domain::products::Marks;
use wardroom_domain::remediation::{ImpactStatus, PlanKind};
use wardroom_seal::hex;

/// How files are made: prints of the sample's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Of an advisory's own files.
    pub(super) parts: String,
    /// Of the lists.
    pub(super) lists: String,
}

impl Shape {
    pub(super) fn of(maker: &Maker<'_>) -> Shape {
        let mut parts = Sha256::new();
        let mut lists = Sha256::new();
        // The key is part of it, the act of signing is not.
        let signer = maker.pen.signer.map(|key| format!("{} {}", key.fingerprint(), key.created())).unwrap_or_default();
        parts.update(format!("{signer}\n{}\n{}\n{:?}\n", maker.newer, maker.site.address, maker.site.gna));
        lists.update(format!("{}\n{}\n{}\n", maker.newer, super::lists::PAGE, maker.site.base_url));
        let unsigned = Maker { pen: Pen { signer: None, ..maker.pen }, ..*maker };
        let own = ["CVE-2000-0001".to_owned()].into();
        for advisory in sample() {
            if let Some((part, files)) = unsigned.make(&advisory, String::new(), &own) {
                files.iter().for_each(|(path, made)| parts.update(format!("{path} {}\n", hex(&made.hash))));
                parts.update(format!("{}\n{}\n{}\n{}\n", part.entry, part.entry21, part.card, part.gcve));
            }
        }
        let cards: Vec<_> = sample().iter().filter_map(|advisory| super::card::Card::of(advisory)).collect();
        let years = vec![ThanksYear { year: 2000, thanked: vec![("X-SA-2000-0001".into(), vec!["A".into()])] }];
        for list in [
            List::Front { newest: cards.clone() },
            List::Front { newest: Vec::new() },
            List::Newest { cards: cards.clone(), total: 2, pages: 2 },
            List::Newest { cards: Vec::new(), total: 0, pages: 0 },
            List::Page { number: 2, last: false, cards },
            List::Thanks { only: None, years: Vec::new(), former: vec![1999] },
            List::Thanks { only: Some(2000), years, former: Vec::new() },
        ] {
            for (path, bytes) in maker.pages.list(maker.site, &list) {
                lists.update(path);
                lists.update(Sha256::digest(bytes));
            }
        }
        let team = ["en", "zh-CN"].map(|lang| (maker.site.profile.team_name(lang), maker.site.profile.org_name(lang)));
        lists.update(format!("{team:?}\n{}", maker.site.profile.id));
        let feeds = super::lists::sample(maker.site);
        lists.update(feeds);
        let short = |digest: Sha256| hex(&digest.finalize()[..16]);
        Shape { parts: short(parts), lists: short(lists) }
    }

    /// As the journal holds it.
    pub(super) fn text(&self) -> String {
        format!("{} {}", self.parts, self.lists)
    }
}

/// One in two versions, and one that was taken back.
pub(super) fn sample() -> Vec<Arc<PublicAdvisory>> {
    let mut facts = recorded("X-SA-2000-0001", AdvisoryKind::Advisory, false);
    facts.extend(recorded("X-SA-2000-0002", AdvisoryKind::Notice, true));
    published(&facts)
}

fn recorded(id: &str, kind: AdvisoryKind, withdrawn: bool) -> Vec<Recorded<Fact>> {
    let stream = StreamId::new(StreamKind::Advisory, id);
    let instant = |day: i64| Timestamp::from_second(946_684_800 + day * 86_400).unwrap_or_default();
    let mut list = vec![AdvisoryFact::Drafted { number: id.to_owned(), case: StreamId::new(StreamKind::Case, "sample") }];
    for version in 1..=2 {
        let mut content = content(id, kind, version);
        content.texts.ending = (withdrawn && version == 2).then(|| Ending {
            kind: EndingKind::Superseded,
            reason: Bilingual::new("Another says it now.", "已由其他公告说明。"),
            by: vec!["X-SA-2000-0001".to_owned()],
        });
        if version == 2 {
            content.revisions = vec![Revision { version: 1, released_at: instant(1), change: content.texts.change.clone() }];
        }
        let hash = format!("sample-{version}");
        list.push(AdvisoryFact::Published { hash, approved_by: String::new(), content: Box::new(content) });
    }
    let record = |(place, fact): (i64, AdvisoryFact)| Recorded {
        seq: place.unsigned_abs() + 1,
        stream: stream.clone(),
        stream_seq: place.unsigned_abs() + 1,
        at: instant(place),
        actor: Actor::Person("sample".into()),
        fact: Fact::Advisory(fact),
    };
    (0..).zip(list).map(record).collect()
}

fn content(id: &str, kind: AdvisoryKind, version: u32) -> AdvisoryContent {
    let both = |text: &str| Bilingual::new(text, &format!("{text}（中）"));
    let product = |id: &str| AdvisoryProduct {
        id: id.to_owned(),
        name: format!("Sample {id} <&>"),
        family: "Family".to_owned(),
        cpe: "cpe:2.3:o:example:sample:*:*:*:*:*:*:*:*".to_owned(),
        purl: "pkg:generic/example/sample".to_owned(),
        vendor: String::new(),
        marks: Marks { skus: vec!["SKU".to_owned()], ..Marks::default() },
    };
    let impact = |product: &str, status, versions: &str, fixed_in: &str, hardware: &[&str]| AdvisoryImpact {
        product: product.to_owned(),
        status,
        versions: versions.to_owned(),
        fixed_in: fixed_in.to_owned(),
        justification: if status == ImpactStatus::NotAffected { "vulnerable_code_not_present".to_owned() } else { String::new() },
        hardware: hardware.iter().map(|one| (*one).to_owned()).collect(),
    };
    let remediation = |kind, planned, products: &[&str]| AdvisoryRemediation {
        kind,
        text: both("Do this."),
        url: "https://example.com/fix".to_owned(),
        products: products.iter().map(|one| (*one).to_owned()).collect(),
        planned,
        since: Timestamp::from_second(946_684_800).ok(),
    };
    let score = |version: &str, vector: &str, score, severity: &str| AdvisoryScore {
        version: version.to_owned(),
        vector: vector.to_owned(),
        score,
        severity: severity.to_owned(),
    };
    AdvisoryContent {
        id: id.to_owned(),
        version,
        texts: AdvisoryTexts {
            kind,
            title: both("Sample: <frames> & overflow"),
            summary: both("A frame overwrites memory."),
            action: both("Update."),
            until: both("At once."),
            credits: vec!["Somebody".to_owned()],
            references: vec![("Notes".to_owned(), "https://example.com/notes".to_owned())],
            change: both("Changed."),
            ..AdvisoryTexts::default()
        },
        products: vec![product("a"), product("b"), product("c"), product("d")],
        vulnerabilities: vec![AdvisoryVulnerability {
            id: "V1".to_owned(),
            cve: "CVE-2000-0001".to_owned(),
            gcve: "GCVE-1-2000-0001".to_owned(),
            title: "Overflow".to_owned(),
            description: "The length is trusted.".to_owned(),
            cwe: "CWE-787".to_owned(),
            scores: vec![
                score("3.1", "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.8, "high"),
                score("4.0", "CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 8.7, "high"),
            ],
            impacts: vec![
                impact("a", ImpactStatus::Affected, "< 2.5.0", "2.5.0", &["A"]),
                impact("b", ImpactStatus::UnderInvestigation, "all", "", &[]),
                impact("c", ImpactStatus::NotAffected, "", "", &[]),
                impact("d", ImpactStatus::Fixed, "1.x", "2.0", &[]),
            ],
            remediations: vec![
                remediation(PlanKind::Fix, false, &["a"]),
                remediation(PlanKind::Fix, true, &["b"]),
                remediation(PlanKind::Workaround, false, &[]),
                remediation(PlanKind::Mitigation, false, &[]),
                remediation(PlanKind::NonePlanned, false, &["d"]),
            ],
            ..AdvisoryVulnerability::default()
        }],
        exploitation: Exploitation::Attacked,
        revisions: Vec::new(),
    }
}
