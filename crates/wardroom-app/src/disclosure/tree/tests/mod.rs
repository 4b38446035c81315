//! Tests of the public tree over a fixed world: one advisory in two versions, one withdrawn, one in Chinese alone, two keys.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails says so by panicking")]

mod files;
mod folder;
mod growing;
mod machines;

use super::standing::Standing;
use super::update::{Order, Outlet, Update};
use super::*;
use crate::house::TeamKey;
use crate::ports::pages::{List, PublicPages};
use crate::ports::store::StoreTrouble;
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use wardroom_domain::disclosure::*;
use wardroom_domain::facts::{AdvisoryFact, Fact};
use wardroom_domain::log::{Actor, Recorded, StreamId};
use wardroom_domain::profile::Profile;
use wardroom_domain::remediation::{ImpactStatus, PlanKind};
use wardroom_mail::keys::TeamSecret;

/// Stands in every place of the log that is not the content: it must be in no file.
const CANARY: &str = "yellow-canary-7731";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-11-21T12:00:00Z")
}

fn profile() -> Arc<Profile> {
    let value = json!({
        "schema": "psirt-profile/1", "id": "example", "org": {"name": {"en": "Example Works", "zh-CN": "示例公司"}},
        "intake": {"channels": [{"kind": "email"}], "languages": ["en", "zh-CN"], "fields": []},
        "clocks": [], "process": {"stages": []}, "disclosure": {}
    });
    Arc::new(Profile::from_value(&value).unwrap())
}

fn impact(product: &str, status: ImpactStatus, versions: &str, fixed_in: &str) -> AdvisoryImpact {
    let justification = if status == ImpactStatus::NotAffected { "vulnerable_code_not_present" } else { "" };
    AdvisoryImpact {
        product: product.into(),
        status,
        versions: versions.into(),
        fixed_in: fixed_in.into(),
        justification: justification.into(),
        hardware: Vec::new(),
    }
}

fn content(id: &str, version: u32) -> AdvisoryContent {
    let product = |id: &str, name: &str| AdvisoryProduct {
        id: id.into(),
        name: name.into(),
        family: "Radar".into(),
        cpe: "cpe:2.3:o:example:vx_200:*:*:*:*:*:*:*:*".into(),
        purl: "pkg:generic/example/vx-200".into(),
        ..AdvisoryProduct::default()
    };
    let score = |version: &str, vector: &str, score| AdvisoryScore {
        version: version.into(),
        vector: vector.into(),
        score,
        severity: "critical".into(),
    };
    let remediation = |kind, en: &str, products: &[&str]| AdvisoryRemediation {
        kind,
        text: Bilingual::new(en, "请升级"),
        url: "https://www.example.com/download".into(),
        products: products.iter().map(|one| (*one).to_owned()).collect(),
        planned: false,
        since: None,
    };
    AdvisoryContent {
        id: id.into(),
        version,
        texts: AdvisoryTexts {
            kind: AdvisoryKind::Advisory,
            title: Bilingual::new("VX-200: <frames> & overflow", "VX-200：帧处理溢出"),
            summary: Bilingual::new("A crafted frame overwrites memory.", "特制的帧会覆写内存。"),
            action: Bilingual::new("Update to 2.5.0.", "请升级到 2.5.0。"),
            credits: vec!["Lin Xiao, Example Labs".into()],
            references: vec![("Release notes".into(), "https://www.example.com/notes".into())],
            change: Bilingual::new("", ""),
            ..AdvisoryTexts::default()
        },
        products: vec![product("vx-200", "VX-200"), product("vx-300", "VX-300"), product("vx-100", "VX-100")],
        vulnerabilities: vec![AdvisoryVulnerability {
            id: "V1".into(),
            cve: "CVE-2026-12345".into(),
            gcve: String::new(),
            tags: Vec::new(),
            title: "Overflow in the frame parser".into(),
            description: "The length field is trusted.".into(),
            cwe: "CWE-787".into(),
            scores: vec![
                score("3.1", "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.8),
                score("4.0", "CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 8.7),
            ],
            impacts: vec![
                impact("vx-200", ImpactStatus::Affected, "< 2.5.0", "2.5.0"),
                impact("vx-300", ImpactStatus::UnderInvestigation, "all", ""),
                impact("vx-100", ImpactStatus::NotAffected, "", ""),
            ],
            remediations: vec![
                remediation(PlanKind::Fix, "Update to 2.5.0.", &["vx-200"]),
                remediation(PlanKind::Workaround, "Filter.", &[]),
            ],
            ..AdvisoryVulnerability::default()
        }],
        exploitation: wardroom_domain::disclosure::Exploitation::NoneKnown,
        revisions: Vec::new(),
    }
}

/// The facts of one advisory: drafted, then published once for each instant, maybe withdrawn.
fn facts(id: &str, releases: &[&str], withdrawn: Option<&str>, change: impl Fn(&mut AdvisoryContent)) -> Vec<Recorded<Fact>> {
    let stream = StreamId::new(wardroom_domain::log::StreamKind::Advisory, id);
    let case = StreamId::new(wardroom_domain::log::StreamKind::Case, CANARY);
    let mut list = vec![("2026-01-01T00:00:00Z", AdvisoryFact::Drafted { number: id.into(), case })];
    let mut revisions: Vec<Revision> = Vec::new();
    for (version, (release, ends)) in (1..).zip(releases.iter().map(|at| (*at, false)).chain(withdrawn.map(|at| (at, true)))) {
        let mut content = content(id, version);
        change(&mut content);
        content.texts.ending = ends.then(|| Ending {
            kind: EndingKind::Withdrawn,
            reason: Bilingual::new("It was another product.", "并非本产品。"),
            by: Vec::new(),
        });
        content.revisions = revisions.clone();
        revisions.push(Revision { version, released_at: at(release), change: content.texts.change.clone() });
        let hash = content_hash(&content);
        list.push((release, AdvisoryFact::Submitted { hash: CANARY.into() }));
        list.push((release, AdvisoryFact::Published { hash, approved_by: format!("person:{CANARY}"), content: Box::new(content) }));
    }
    let record = |(place, (when, fact)): (usize, (&str, AdvisoryFact))| Recorded {
        seq: place as u64 + 1,
        stream: stream.clone(),
        stream_seq: place as u64 + 1,
        at: at(when),
        actor: Actor::Person(CANARY.into()),
        fact: Fact::Advisory(fact),
    };
    list.into_iter().enumerate().map(record).collect()
}

fn key(seed: u8, created: &str) -> TeamSecret {
    let created = at(created).as_second();
    TeamSecret::generate("Example PSIRT <psirt@example.com>", created, Some(created + 94_608_000), &[seed; 32]).unwrap()
}

/// Made between the first and the second release.
fn signer() -> TeamSecret {
    key(7, "2026-03-01T00:00:00Z")
}

fn card(key: &TeamSecret, retired: bool) -> PublicKeyCard {
    let team =
        TeamKey { fingerprint: key.fingerprint(), public: key.armored_public(), retired, retires_at: None, revoked: false, alarmed: None };
    key_card(&team, now()).unwrap()
}

fn all_facts() -> Vec<Recorded<Fact>> {
    let mut all = facts("EXAMPLE-SA-2026-0001", &["2026-02-01T08:00:00Z", "2026-04-01T08:00:00Z"], None, |_| {});
    all.extend(facts("EXAMPLE-SA-2026-0002", &["2026-05-01T08:00:00Z"], Some("2026-06-01T08:00:00Z"), |_| {}));
    all.extend(facts("EXAMPLE-SA-2026-0003", &["2026-07-01T08:00:00Z"], None, |content| {
        content.texts.title.en.clear();
        content.texts.summary.en.clear();
        content.vulnerabilities[0].cve = "CVE-2026-12346".into();
        content.vulnerabilities[0].cwe = "CWE-1357".into();
    }));
    // Drafted, never published.
    all.extend(facts("EXAMPLE-SA-2026-0004", &[], None, |_| {}));
    all
}

fn world_of(advisories: Vec<Arc<PublicAdvisory>>) -> PublicWorld {
    PublicWorld {
        gna: None,
        levels: Default::default(),
        profile: profile(),
        base_url: "https://psirt.example.com".into(),
        address: "psirt@example.com".into(),
        updated_at: at("2026-08-01T00:00:00Z"),
        keys: vec![card(&signer(), false), card(&key(8, "2025-03-01T00:00:00Z"), true)],
        advisories,
        through: 0,
    }
}

fn full() -> PublicWorld {
    world_of(published(&all_facts()))
}

/// Pages as small as can be.
struct Plain;

impl PublicPages for Plain {
    fn fixed(&self, _: &PublicWorld) -> Vec<(String, Vec<u8>)> {
        vec![("policy.html".into(), b"policy".to_vec())]
    }

    fn advisory(&self, _: &PublicWorld, one: &PublicAdvisory) -> Vec<(String, Vec<u8>)> {
        vec![(format!("advisories/{}.html", one.number), format!("<h1>{}</h1>", one.versions.len()).into_bytes())]
    }

    fn list(&self, _: &PublicWorld, list: &List) -> Vec<(String, Vec<u8>)> {
        let numbers = |cards: &[Card]| cards.iter().map(|card| format!("{} ", card.number)).collect::<String>();
        let (path, text) = match list {
            List::Front { newest } => ("index.html".into(), numbers(newest)),
            List::Newest { cards, total, pages } => ("advisories/index.html".into(), format!("{}{total} {pages}", numbers(cards))),
            List::Page { number, last, cards } => (format!("advisories/page-{number}.html"), format!("{}{last}", numbers(cards))),
            List::Thanks { only: None, years, former } => ("thanks.html".into(), format!("{years:?} {former:?}")),
            List::Thanks { only: Some(year), years, .. } => (format!("thanks-{year}.html"), format!("{years:?}")),
        };
        vec![(path, text.into_bytes())]
    }
}

/// A whole tree, in memory.
#[derive(Default)]
struct Built {
    files: BTreeMap<String, Vec<u8>>,
    /// Of signed files: what was signed.
    marks: BTreeMap<String, String>,
    troubles: Vec<String>,
    standing: Standing,
}

impl Outlet for Built {
    fn lay(&mut self, files: Vec<(String, Vec<u8>)>) -> Result<(), StoreTrouble> {
        self.files.extend(files);
        Ok(())
    }

    fn remove(&mut self, paths: Vec<String>) -> Result<(), StoreTrouble> {
        paths.iter().for_each(|path| drop(self.files.remove(path)));
        Ok(())
    }
}

fn update<'a>(world: &'a PublicWorld, signer: &'a TeamSecret) -> Update<'a> {
    Update { site: world, signer: Some(signer), pages: &Plain, now: now() }
}

fn whole(world: &PublicWorld) -> Order {
    Order { advisories: world.advisories.clone(), whole: true, through: 0 }
}

/// The tree of this world after what is built already.
fn built_on(mut built: Built, world: &PublicWorld, signer: &TeamSecret, order: &Order) -> Built {
    let (before, files) = (built.standing.clone(), built.files.clone());
    let stands = move |file: &standing::Line| files.get(&file.path).cloned();
    let update = update(world, signer);
    let outcome = update.run(&update.shape().unwrap(), &before, order, &stands, &mut built).unwrap();
    built.standing = outcome.standing;
    built.standing.generation = before.generation + 2;
    let signed = |file: &standing::Line| file.path.ends_with(".asc") || file.path.ends_with("security.txt");
    built.marks = built.standing.files().filter(|file| !file.mark.is_empty() && signed(file)).map(|file| (file.path, file.mark)).collect();
    built.troubles = outcome.troubles;
    built
}

fn built(world: &PublicWorld) -> Built {
    let built = built_on(Built::default(), world, &signer(), &whole(world));
    assert_eq!(built.troubles, Vec::<String>::new());
    built
}

/// Paths of files that are others in the second tree, or only there.
fn changes(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)).map(|(path, _)| path.clone()).collect()
}

fn text<'a>(built: &'a Built, path: &str) -> &'a str {
    let bytes = built.files.get(path).unwrap_or_else(|| panic!("{path} is not there: {:#?}", built.files.keys()));
    std::str::from_utf8(bytes).unwrap()
}
