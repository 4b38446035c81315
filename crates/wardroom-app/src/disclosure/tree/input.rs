//! From the approved content to the one input of all formats. Nothing is judged here: what the content says is said, and the gate
//! (`gate.rs`) tells what a machine would refuse.
//!
//! Web addresses in documents for machines are https, because CSAF 2.0 (7.1.3), RFC 9116 (2.5) and provider metadata allow nothing else.

mod products;
mod words;

use jiff::Timestamp;
use products::Products;
use std::sync::Arc;
use wardroom_domain::disclosure::{
    AdvisoryContent, AdvisoryKind, AdvisoryRemediation, AdvisoryVulnerability, EndingKind, Level, Publication,
};
use wardroom_domain::profile::Profile;
use wardroom_domain::remediation::PlanKind;
use wardroom_formats::csaf::input::{
    AdvisoryInput, Category, Credit, GeneratorInput, NoteInput, PublisherInput, ReferenceInput, RemediationInput, Remedy, RevisionInput,
    ScoreInput, ThreatInput, Tlp, TrackingInput, VulnerabilityInput,
};
use wardroom_formats::csaf::model::{NoteCategory, PublisherCategory, ReferenceCategory, Status, ThreatCategory};
use wardroom_formats::cve::Issuer;
use wardroom_formats::rendering::Editions;
use wardroom_formats::{cwe, gcve, provider};
use words::Words;

/// The same address with https: a demonstration on this machine runs without TLS, but what machines read must name https addresses.
pub fn https_base(base_url: &str) -> String {
    let base = base_url.trim_end_matches('/');
    base.strip_prefix("http://").map_or_else(|| base.to_owned(), |rest| format!("https://{rest}"))
}

/// Who speaks, and from where.
#[derive(Clone, Debug)]
pub struct Voice {
    profile: Arc<Profile>,
    /// `https://…` without a slash at the end.
    pub base: String,
    /// Mail address of the team, or empty.
    address: String,
}

impl Voice {
    pub fn new(profile: Arc<Profile>, base_url: &str, address: &str) -> Voice {
        Voice { profile, base: https_base(base_url), address: address.to_owned() }
    }

    /// The team's organisation in the CVE program, where the profile names it.
    pub fn issuer(&self) -> Issuer {
        Issuer { org_id: self.profile.org.cve_org_id.clone(), short_name: self.profile.org.cve_short_name.clone() }
    }

    /// The publisher by its name in a language.
    pub fn publisher(&self, lang: &str) -> PublisherInput {
        PublisherInput {
            name: self.profile.team_name(lang),
            namespace: self.base.clone(),
            category: PublisherCategory::Vendor,
            contact: Some(if self.address.is_empty() { format!("{}/report", self.base) } else { self.address.clone() }),
            issuing_authority: None,
        }
    }
}

/// One version of an advisory as it is, or is about to be, public.
#[derive(Clone, Copy, Debug)]
pub struct Release<'a> {
    pub content: &'a AdvisoryContent,
    pub released_at: Timestamp,
    /// When it was shared before anything of it is public, each time, with this one; empty: this is, or would be, a publication.
    pub shared: &'a [Timestamp],
}

impl<'a> Release<'a> {
    pub fn of(publication: &'a Publication) -> Release<'a> {
        Release { content: &publication.content, released_at: publication.released_at, shared: &[] }
    }

    /// This content if it were handed to its readers at `at`: published, or shared where its label says so.
    pub fn at(content: &'a AdvisoryContent, at: &'a Timestamp) -> Release<'a> {
        let shared = if content.texts.level.is_clear() { &[][..] } else { std::slice::from_ref(at) };
        Release { content, released_at: *at, shared }
    }

    /// When the first version was released.
    pub fn first_released(&self) -> Timestamp {
        if let Some(first) = self.shared.first() {
            return *first;
        }
        self.content.revisions.first().map_or(self.released_at, |first| first.released_at)
    }

    /// Below the folder of its label (`.well-known/csaf/white/`): `2026/calterah-sa-2026-0001.json`.
    pub fn document_path(&self) -> String {
        provider::document_path(self.first_released(), &self.content.id)
    }
}

/// Our few words inside documents and feeds.
pub(super) fn words(lang: &str) -> &'static Words {
    Words::of(lang)
}

/// The language of the one machine document: English where there is an English title, else Chinese.
pub fn language_of(content: &AdvisoryContent) -> &'static str {
    if content.texts.title.en.trim().is_empty() && !content.texts.title.zh.trim().is_empty() { "zh-CN" } else { "en" }
}

/// The advisory as the formats want it: the machine document first, then each language.
pub fn editions(release: Release<'_>, voice: &Voice) -> Editions {
    let page = format!("{}/advisories/{}.html", voice.base, release.content.id);
    let languages = ["en", "zh-CN"].map(|lang| to_input(release, voice, lang)).to_vec();
    Editions::new(machine_input(release, voice), languages, &page, voice.issuer())
}

/// The advisory as machines read it: in the language it has, under the one name the team has in the provider metadata (7.1.7).
pub(super) fn machine_input(release: Release<'_>, voice: &Voice) -> AdvisoryInput {
    AdvisoryInput { publisher: voice.publisher("en"), ..to_input(release, voice, language_of(release.content)) }
}

/// The advisory in one language (`en` or `zh-CN`); texts that are not translated come in the language they have.
pub fn to_input(release: Release<'_>, voice: &Voice, lang: &str) -> AdvisoryInput {
    let content = release.content;
    let words = Words::of(lang);
    let products = Products::of(content, &voice.profile.org_name(lang), words);
    let title = content.texts.title.text(lang).trim();
    let mut vulnerabilities: Vec<VulnerabilityInput> =
        content.vulnerabilities.iter().map(|one| vulnerability(one, &products, words, lang)).collect();
    if let ([only], Some(told)) = (vulnerabilities.as_mut_slice(), words.exploitation(content.exploitation)) {
        let products = only.status.affected().into_iter().map(str::to_owned).collect();
        let category = ThreatCategory::ExploitStatus;
        only.threats.push(ThreatInput { category, details: told.to_owned(), date: None, products, groups: Vec::new() });
    }
    let (products, relationships) = products.into_inputs();
    AdvisoryInput {
        lang: lang.to_owned(),
        source_lang: (lang != language_of(content)).then(|| language_of(content).to_owned()),
        // Said, not left to what the content suffices for: what a security advisory lacks must stand in the way.
        category: Some(match content.ended() {
            Some(EndingKind::Withdrawn) => Category::Withdrawn,
            Some(EndingKind::Superseded) => Category::Superseded,
            None => match content.texts.kind {
                AdvisoryKind::Incident => Category::SecurityIncidentResponse,
                AdvisoryKind::Information => Category::InformationalAdvisory,
                AdvisoryKind::Advisory | AdvisoryKind::Notice if content.vulnerabilities.is_empty() => Category::InformationalAdvisory,
                AdvisoryKind::Advisory | AdvisoryKind::Notice => Category::SecurityAdvisory,
            },
        }),
        groups: Vec::new(),
        // CSAF 2.0 has no word for a document that was taken back, so the title says it, as readers see titles first.
        title: content.ended().map_or_else(|| title.to_owned(), |kind| format!("{}{title}", words.ended(kind).mark)),
        tlp: match content.texts.level {
            Level::Clear => Tlp::Clear,
            Level::Green => Tlp::Green,
            Level::Amber => Tlp::Amber,
            Level::AmberStrict => Tlp::AmberStrict,
        },
        distribution: None,
        publisher: voice.publisher(lang),
        tracking: tracking(release, words, lang),
        notes: notes(release, words, lang),
        vulnerabilities,
        products,
        relationships,
        references: references(release, voice, words),
        acknowledgments: content.texts.credits.iter().map(|line| Credit::read(line).acknowledgment(lang)).collect(),
    }
}

fn tracking(release: Release<'_>, words: &Words, lang: &str) -> TrackingInput {
    let content = release.content;
    let line = |version: u32, date: Timestamp, summary: &str| RevisionInput {
        number: version.to_string(),
        date,
        summary: if summary.trim().is_empty() { words.version(version) } else { summary.trim().to_owned() },
        legacy_version: None,
    };
    let revisions: Vec<RevisionInput> = if release.shared.is_empty() {
        let now = line(content.version, release.released_at, content.texts.change.text(lang));
        content.revisions.iter().map(|one| line(one.version, one.released_at, one.change.text(lang))).chain([now]).collect()
    } else {
        // What is told before the publication is a draft, and its numbers are gone from the history of what is published (6.1.18).
        let number = |place: u32| RevisionInput { number: format!("0.{place}.0"), ..line(0, Timestamp::default(), words.shared) };
        (1_u32..).zip(release.shared).map(|(place, at)| RevisionInput { date: *at, ..number(place) }).collect()
    };
    TrackingInput {
        id: content.id.clone(),
        aliases: Vec::new(),
        version: revisions.last().map(|last| last.number.clone()).unwrap_or_default(),
        // An early notice is not the last word.
        status: match content.texts.kind {
            _ if !release.shared.is_empty() => Status::Draft,
            AdvisoryKind::Notice => Status::Interim,
            AdvisoryKind::Advisory | AdvisoryKind::Incident | AdvisoryKind::Information => Status::Final,
        },
        initial_release: release.first_released(),
        current_release: release.released_at,
        revisions,
        generator: Some(GeneratorInput {
            engine: "Wardroom".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            date: Some(release.released_at),
        }),
    }
}

fn notes(release: Release<'_>, words: &Words, lang: &str) -> Vec<NoteInput> {
    let texts = &release.content.texts;
    let note =
        |category, title: &str, text: &str| NoteInput { category, title: Some(title.to_owned()), text: text.to_owned(), audience: None };
    let mut notes = Vec::new();
    if let Some(ending) = &texts.ending {
        // As the profiles of CSAF 2.1 want it (6.1.27.14, .17 and .18).
        notes.push(note(NoteCategory::Description, words.ended(ending.kind).title, ending.reason.text(lang).trim()));
    }
    if !texts.summary.is_empty() {
        notes.push(note(NoteCategory::Summary, words.summary, texts.summary.text(lang)));
    }
    if !texts.action.is_empty() {
        notes.push(note(NoteCategory::General, words.action, texts.action.text(lang)));
    }
    if !texts.until.is_empty() {
        notes.push(note(NoteCategory::General, words.until, texts.until.text(lang)));
    }
    // Of several vulnerabilities it is not known which one is meant.
    if let Some(told) = words.exploitation(release.content.exploitation).filter(|_| release.content.vulnerabilities.len() > 1) {
        notes.push(note(NoteCategory::General, words.exploited, told));
    }
    let ours = lang.split('-').next().unwrap_or(lang);
    if texts.outdated.iter().any(|one| one.ends_with(ours)) {
        notes.push(note(NoteCategory::Other, words.older_title, words.older));
    }
    notes
}

fn references(release: Release<'_>, voice: &Voice, words: &Words) -> Vec<ReferenceInput> {
    let of = |category, summary: &str, url: String| ReferenceInput { category, summary: summary.to_owned(), url, tags: Vec::new() };
    let texts = &release.content.texts;
    // Where no vulnerability is told, the profiles want a reference out of the document (6.1.27.2): its page is one.
    let page = if texts.kind.tells_vulnerabilities() { ReferenceCategory::Own } else { ReferenceCategory::External };
    let folder = texts.level.folder();
    let document = format!("{}/.well-known/csaf/{folder}/{}", voice.base, release.document_path());
    // What is not for everybody has no page; who may read it further stands at FIRST.
    let beside = if release.shared.is_empty() {
        of(page, words.this_page, format!("{}/advisories/{}.html", voice.base, release.content.id))
    } else {
        of(ReferenceCategory::External, texts.level.name(), "https://www.first.org/tlp/".to_owned())
    };
    let mut references = vec![of(ReferenceCategory::Own, words.this_document, document), beside];
    // As the profile of superseded documents wants it (6.1.27.19).
    references.extend(texts.ending.iter().flat_map(|ending| &ending.by).map(|number| ReferenceInput {
        category: ReferenceCategory::External,
        summary: words.successor.to_owned(),
        url: format!("{}/advisories/{number}.html", voice.base),
        tags: Vec::new(),
    }));
    references.extend(texts.references.iter().map(|(summary, url)| ReferenceInput {
        category: ReferenceCategory::External,
        summary: summary.clone(),
        url: url.clone(),
        tags: Vec::new(),
    }));
    references
}

fn vulnerability(one: &AdvisoryVulnerability, products: &Products, words: &Words, lang: &str) -> VulnerabilityInput {
    let text = |value: &str| Some(value.trim().to_owned()).filter(|value| !value.is_empty());
    let weakness = cwe::Id::parse(one.cwe.trim()).ok();
    let known = weakness.and_then(|id| id.name().map(|name| (id.to_string(), name.to_owned())));
    // A weakness must be named exactly as MITRE does (6.1.11); one whose name we do not know is told in words.
    let told = known.is_none().then(|| text(&one.cwe)).flatten();
    VulnerabilityInput {
        cve: text(&one.cve),
        ids: text(&one.gcve).map(|id| (gcve::SYSTEM.to_owned(), id)).into_iter().collect(),
        cna_tags: one.tags.clone(),
        title: text(one.title_in(lang)),
        notes: told
            .map(|text| NoteInput { category: NoteCategory::Details, title: Some(words.weakness.to_owned()), text, audience: None })
            .into_iter()
            .collect(),
        cwes: known.into_iter().collect(),
        description: one.description_in(lang).to_owned(),
        status: products.status(one),
        flags: products.flags(one),
        remediations: one.remediations.iter().map(|remediation| self::remediation(remediation, one, products, lang)).collect(),
        scores: one.scores.iter().map(|score| ScoreInput { vector: score.vector.clone(), products: Vec::new() }).collect(),
        ..VulnerabilityInput::default()
    }
}

fn remediation(one: &AdvisoryRemediation, of: &AdvisoryVulnerability, products: &Products, lang: &str) -> RemediationInput {
    RemediationInput {
        kind: match one.kind {
            PlanKind::Fix if one.planned => Remedy::FixPlanned,
            PlanKind::Fix => Remedy::VendorFix,
            PlanKind::Mitigation => Remedy::Mitigation,
            PlanKind::Workaround => Remedy::Workaround,
            PlanKind::NonePlanned => Remedy::NoFixPlanned,
        },
        details: one.text.text(lang).to_owned(),
        url: Some(one.url.trim().to_owned()).filter(|url| !url.is_empty()),
        date: one.since,
        products: products.remedied(one, of),
        groups: Vec::new(),
        entitlements: Vec::new(),
        restart: None,
    }
}
