//! What is public and may be the same: the maker's own advisories, and imported snapshots of CVE records and OSV documents. An index beside the one of cases, for everybody of the
//! team alike: nothing of it is confidential, so its words lie in clear in the database and are imported anew when they are lost. It compares; it is deliberately no mirror: what a
//! report is not compared by (scores, references, ranges in full) is not kept.

use super::candidates::{LEAST, reason, rounded};
use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::{PublicRow, SnapshotRow, StoreTrouble};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock};
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::AdvisoryContent;
use wardroom_domain::facts::{AdvisoryFact, Fact};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_domain::validation::{Corpus, PublicCandidate};
use wardroom_formats::records::Record;
use wardroom_similar::{Described, Index};

/// The corpus of the maker's own published advisories.
pub const ADVISORIES: &str = "advisories";
/// Records of all snapshots together that are compared with: what an index of them takes, some 2.5 KiB each, must fit beside the cases.
pub const MOST: usize = 400_000;
/// Records that one question reads before it is answered; the rest is read at start.
const AT_ONCE: usize = 4_000;
const IN_ONE_GO: u32 = 500;

/// What was read of public records, in memory.
#[derive(Default)]
pub struct Shelf {
    known: RwLock<Known>,
    turn: tokio::sync::Mutex<Reading>,
}

#[derive(Default)]
struct Known {
    index: Index,
    about: HashMap<String, About>,
    counts: BTreeMap<String, u64>,
}

struct About {
    name: String,
    corpus: String,
    title: String,
}

#[derive(Default)]
struct Reading {
    /// Place in the changes of records.
    records: u64,
    /// Place in the log, for advisories.
    advisories: u64,
}

/// A record as it is kept: the words it is compared by.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Said {
    title: String,
    text: String,
    vendor: String,
    products: Vec<String>,
    versions: Vec<String>,
    weaknesses: Vec<String>,
    identifiers: Vec<String>,
}

impl Said {
    fn described(self) -> Described {
        Described {
            title: self.title,
            text: self.text,
            vendor: self.vendor,
            products: self.products,
            versions: self.versions,
            weaknesses: self.weaknesses,
            identifiers: self.identifiers,
            ..Described::default()
        }
    }
}

impl Known {
    fn put(&mut self, corpus: &str, name: &str, key: String, what: Described) {
        if !self.about.contains_key(&key) {
            *self.counts.entry(corpus.to_owned()).or_default() += 1;
        }
        self.about.insert(key.clone(), About { name: name.to_owned(), corpus: corpus.to_owned(), title: what.title.clone() });
        self.index.put(&key, what);
    }

    fn remove(&mut self, key: &str) {
        self.index.remove(key);
        if let Some(about) = self.about.remove(key)
            && let Some(count) = self.counts.get_mut(&about.corpus)
        {
            *count = count.saturating_sub(1);
        }
    }
}

/// An advisory as it is compared.
fn of_advisory(content: &AdvisoryContent) -> Described {
    let both = |texts: [&str; 2]| texts.into_iter().filter(|text| !text.trim().is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let mut text = both([&content.texts.summary.en, &content.texts.summary.zh]);
    for one in &content.vulnerabilities {
        text.extend(both([&one.title, &one.description]));
        text.extend(both([&one.title_zh, &one.description_zh]));
    }
    let of = |pick: fn(&wardroom_domain::disclosure::AdvisoryVulnerability) -> &String| {
        content.vulnerabilities.iter().map(pick).filter(|one| !one.is_empty()).cloned().collect::<Vec<String>>()
    };
    let title = if content.texts.title.en.is_empty() { &content.texts.title.zh } else { &content.texts.title.en };
    Described {
        title: title.clone(),
        text: text.join("\n"),
        products: content.products.iter().map(|product| product.name.clone()).collect(),
        weaknesses: of(|one| &one.cwe),
        identifiers: [of(|one| &one.cve), of(|one| &one.gcve), vec![content.id.clone()]].concat(),
        ..Described::default()
    }
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: u64,
    pub changed: u64,
    /// Known already, and saying the same.
    pub same: u64,
}

impl Desk {
    /// The best public records, best first, and everything that was compared with. `except`: the case's own advisory.
    pub async fn public_candidates(
        &self,
        _viewer: &Viewer,
        what: &Described,
        except: Option<&StreamId>,
        top: usize,
    ) -> Asked<(Vec<PublicCandidate>, Vec<Corpus>)> {
        self.read_public(AT_ONCE).await?;
        let snapshots = self.store.snapshots().await?;
        let known = self.memory().public.known.read().unwrap_or_else(PoisonError::into_inner);
        let except = except.map_or("", StreamId::as_str);
        let found = known.index.query(what, top, &|key| key != except).into_iter().filter(|one| one.score >= LEAST);
        let candidates = found.filter_map(|one| {
            let about = known.about.get(&one.id)?;
            let reasons = one.reasons.iter().map(reason).collect();
            Some(PublicCandidate {
                name: about.name.clone(),
                corpus: about.corpus.clone(),
                title: about.title.clone(),
                score: rounded(one.score),
                reasons,
            })
        });
        let candidates = candidates.collect();
        let own = known.counts.get(ADVISORIES).copied().unwrap_or_default() - u64::from(known.index.contains(except));
        let mut corpora = vec![Corpus { name: ADVISORIES.to_owned(), records: own, as_of: String::new() }];
        corpora.extend(snapshots.into_iter().map(|one| Corpus {
            records: known.counts.get(&one.name).copied().unwrap_or_default(),
            as_of: one.imported_at.to_string(),
            name: one.name,
        }));
        Ok((candidates, corpora))
    }

    /// Reads all public records into the index: for the start, and for commands.
    pub async fn keep_public(&self) -> Result<(), StoreTrouble> {
        while self.read_public(AT_ONCE).await? {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Brings the index up to what is kept now, by at most `most` records; true when there is more.
    async fn read_public(&self, most: usize) -> Result<bool, StoreTrouble> {
        let mut reading = self.memory().public.turn.lock().await;
        let facts = self.store.published_after(reading.advisories).await?;
        if let Some(last) = facts.iter().map(|fact| fact.seq).max() {
            let mut newest: BTreeMap<&StreamId, &AdvisoryContent> = BTreeMap::new();
            for fact in &facts {
                if let Fact::Advisory(AdvisoryFact::Published { content, .. }) = &fact.fact {
                    newest.insert(&fact.stream, content);
                }
            }
            let mut known = self.memory().public.known.write().unwrap_or_else(PoisonError::into_inner);
            for (stream, content) in newest {
                known.put(ADVISORIES, &content.id, stream.to_string(), of_advisory(content));
            }
            reading.advisories = last.max(reading.advisories);
        }
        let mut read = 0;
        while read < most {
            let changes = self.store.public_records_after(reading.records, IN_ONE_GO).await?;
            let Some((last, ..)) = changes.last() else { return Ok(false) };
            reading.records = *last;
            read += changes.len();
            let mut known = self.memory().public.known.write().unwrap_or_else(PoisonError::into_inner);
            for (_, snapshot, row) in changes {
                // No name of a stream has this character.
                let key = format!("{snapshot}\u{1f}{}", row.name);
                match serde_json::from_slice::<Said>(&row.said) {
                    Ok(said) if known.about.contains_key(&key) || known.index.len() < MOST => {
                        known.put(&snapshot, &row.name, key, said.described());
                    }
                    // Forgotten, or more than fit.
                    Ok(_) | Err(_) => known.remove(&key),
                }
            }
        }
        Ok(true)
    }

    /// Keeps records under the name of a snapshot; what says the same already is left alone, what is not among them stays.
    pub async fn keep_records(&self, viewer: &Viewer, snapshot: &str, records: &[Record]) -> Asked<Imported> {
        viewer.demand(Act::Administer)?;
        named(snapshot)?;
        let rows: Vec<PublicRow> = records.iter().map(row).collect();
        let (added, changed) = self.store.keep_public_records(snapshot, &rows).await?;
        Ok(Imported { added, changed, same: (rows.len() as u64).saturating_sub(added + changed) })
    }

    /// Notes where a snapshot came from, after its records were kept.
    pub async fn note_snapshot(&self, viewer: &Viewer, snapshot: &str, source: &str) -> Asked<()> {
        viewer.demand(Act::Administer)?;
        named(snapshot)?;
        let source: String = source.chars().take(300).collect();
        let row = SnapshotRow {
            name: snapshot.to_owned(),
            source,
            imported_at: self.now(),
            imported_by: viewer.person().unwrap_or("house").to_owned(),
        };
        Ok(self.store.keep_snapshot(&row).await?)
    }

    /// Forgets a snapshot; how many records it had.
    pub async fn forget_snapshot(&self, viewer: &Viewer, snapshot: &str) -> Asked<u64> {
        viewer.demand(Act::Administer)?;
        if !self.store.snapshots().await?.iter().any(|one| one.name == snapshot) {
            return Err(Refusal::NotThere { thing: "snapshot" }.into());
        }
        Ok(self.store.forget_public_records(snapshot).await?)
    }

    /// What reports are compared with beside cases: corpus, where it came from.
    pub async fn corpora(&self, viewer: &Viewer) -> Asked<Vec<(Corpus, Option<SnapshotRow>)>> {
        let (_, corpora) = self.public_candidates(viewer, &Described::default(), None, 1).await?;
        let snapshots = self.store.snapshots().await?;
        let of = |corpus: &Corpus| snapshots.iter().find(|one| one.name == corpus.name).cloned();
        Ok(corpora.into_iter().map(|corpus| (corpus.clone(), of(&corpus))).collect())
    }
}

fn named(snapshot: &str) -> Result<(), Refusal> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let taken = ["cases", ADVISORIES].contains(&snapshot);
    match !snapshot.is_empty() && snapshot.len() <= 40 && snapshot.chars().all(plain) && !taken {
        true => Ok(()),
        false => Err(Refusal::FieldWrong {
            field: "name",
            why: "a snapshot's name has 1 to 40 small letters, digits and hyphens, and is neither cases nor advisories".to_owned(),
        }),
    }
}

fn row(record: &Record) -> PublicRow {
    let said = Said {
        title: record.title.clone(),
        text: record.text.clone(),
        vendor: record.vendor.clone(),
        products: record.products.clone(),
        versions: record.versions.clone(),
        weaknesses: record.weaknesses.clone(),
        identifiers: record.identifiers.clone(),
    };
    // Plain strings and lists cannot fail to be written.
    let said = serde_json::to_vec(&said).unwrap_or_default();
    let digest = Sha256::digest(&said).iter().map(|byte| format!("{byte:02x}")).collect();
    PublicRow { name: record.name.clone(), digest, said }
}
