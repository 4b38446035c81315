//! Making a directory with many cases: the same facts the use cases record, committed many at a time. Each case has its report, with
//! sealed words, original, running clocks, a receipt and the decision; all cases are open and all clocks run, the worst for the lists.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use wardroom_app::House;
use wardroom_app::ports::store::{Append, Commit, NewFact, Series, Store};
use wardroom_app::promises;
use wardroom_domain::facts::{CaseFact, Fact, ReportFact, Words};
use wardroom_domain::intake::{BlobRef, Door, Reading, Received, ReportKind, ReportWords, Signature};
use wardroom_domain::log::{Actor, StreamId, StreamKind};
use wardroom_domain::profile::Milestone;
use wardroom_domain::triage::Decision;
use wardroom_domain::validation::VulnerabilityWords;
use wardroom_seal::{Sealed, StreamKey, SystemChance, draw, hex, place, seal};

use crate::beside::house::{Opened, text};

/// Cases in one commit.
const TOGETHER: u64 = 8;
/// Commits on their way at the same time: as many as share one sync, and a few more being sealed.
const CLIENTS: u64 = 12;
/// Length of a description.
const TEXT: usize = 400;

/// Makes `cases` accepted reports with their cases, and `waiting` more reports nobody has decided on.
pub async fn make(opened: &Opened, cases: u64, waiting: u64, person: &str) -> Result<()> {
    let next = Arc::new(AtomicU64::new(0));
    let all = cases + waiting;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let (store, house, next, person) = (opened.store.clone(), opened.house.clone(), next.clone(), person.to_owned());
        tasks.spawn(async move {
            loop {
                let first = next.fetch_add(TOGETHER, Ordering::SeqCst);
                if first >= all {
                    return Ok::<_, anyhow::Error>(());
                }
                if first % 10_000 == 0 && first > 0 {
                    println!("… {first} of {all}");
                }
                let mut maker = Maker { house: &house, at: an_hour_ago(&house, first, all), commit: Commit::default() };
                for number in first..all.min(first + TOGETHER) {
                    maker.report(number, (number < cases).then_some(person.as_str()));
                }
                store.commit(Commit { at: maker.at, ..maker.commit }).await?;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

/// Spread over the last hour, so that no promise is broken while it is measured.
fn an_hour_ago(house: &House, number: u64, all: u64) -> Timestamp {
    let part = i64::try_from(3_600_000 * number / all.max(1)).unwrap_or_default();
    house.now().checked_sub(SignedDuration::from_millis(3_600_000 - part)).unwrap_or_default()
}

/// Gathers one commit.
struct Maker<'h> {
    house: &'h House,
    at: Timestamp,
    commit: Commit,
}

impl Maker<'_> {
    fn report(&mut self, number: u64, accepted_by: Option<&str>) {
        let (stream, key) = self.stream(StreamKind::Report);
        let words = words(number);
        let original = self.blob(&key, words.text.as_bytes());
        let received = received(self.at, original);
        let received = Fact::Report(ReportFact::Received(Box::new(received)));
        let mut facts = vec![sealed(&key, &stream, received, Words::Report(Box::new(words.clone())))];
        facts.extend(self.clocks(Milestone::ReportReceived).map(|start| bare(Fact::Report(ReportFact::ClockStarted(start)))));
        facts.push(bare(Fact::Report(ReportFact::ReceiptSent { by: "page".to_owned() })));
        let expected = facts.len() as u64;
        let series = Some(Series::Report { year: 2026 });
        self.commit.appends.push(Append { stream: stream.clone(), expected: 0, actor: Actor::Reporter, key: Some(key), series, facts });
        if let Some(person) = accepted_by {
            let case = self.case(&stream, &words, person);
            let facts = vec![bare(Fact::Report(ReportFact::Decided(Decision::Accepted { case })))];
            let actor = Actor::Person(person.to_owned());
            self.commit.appends.push(Append { stream, expected, actor, key: None, series: None, facts });
        }
    }

    fn case(&mut self, report: &StreamId, words: &ReportWords, person: &str) -> StreamId {
        let (stream, key) = self.stream(StreamKind::Case);
        let about = VulnerabilityWords { title: words.title.clone(), description: words.text.clone(), ..VulnerabilityWords::default() };
        let about = Words::Vulnerability(about);
        let opened = Fact::Case(CaseFact::Opened { number: String::new(), report: report.clone() });
        let kept = Fact::Case(CaseFact::VulnerabilityKept { vulnerability: "V1".to_owned() });
        let mut facts = vec![
            sealed(&key, &stream, opened, about.clone()),
            bare(Fact::Case(CaseFact::OwnerSet { person: person.to_owned() })),
            sealed(&key, &stream, kept, about),
        ];
        facts.extend(self.clocks(Milestone::AnalysisStarted).map(|start| bare(Fact::Case(CaseFact::ClockStarted(start)))));
        let (actor, series) = (Actor::Person(person.to_owned()), Some(Series::Case { year: 2026 }));
        self.commit.appends.push(Append { stream: stream.clone(), expected: 0, actor, key: Some(key), series, facts });
        stream
    }

    fn stream(&self, kind: StreamKind) -> (StreamId, StreamKey) {
        let stream = StreamId::new(kind, &hex(&draw::<16>(&mut SystemChance)));
        let key = StreamKey::make(&self.house.desk_public, stream.as_str(), &mut SystemChance);
        (stream, key)
    }

    fn clocks(&self, milestone: Milestone) -> impl Iterator<Item = wardroom_domain::facts::ClockStart> + use<> {
        let known = promises::of_report(wardroom_domain::intake::Door::Form, wardroom_domain::intake::ReportKind::ProductVulnerability);
        promises::starts(&self.house.profile(), milestone, true, self.at, &known).into_iter()
    }

    fn blob(&mut self, key: &StreamKey, bytes: &[u8]) -> BlobRef {
        let name = hex(&draw::<16>(&mut SystemChance));
        let sealed = seal(&key.public, &place(&["blob", &name]), bytes, &mut SystemChance);
        let sealed_sha256 = hex(&Sha256::digest(sealed.as_bytes()));
        let blob = BlobRef { name: name.clone(), sealed_len: sealed.len() as u64, sealed_sha256, key: None };
        self.commit.small_blobs.push((name, sealed));
        blob
    }
}

fn bare(fact: Fact) -> NewFact {
    NewFact { fact, body: None, reporter_body: None }
}

fn sealed(key: &StreamKey, stream: &StreamId, fact: Fact, words: Words) -> NewFact {
    let plain = serde_json::to_vec(&words).unwrap_or_default();
    let body: Sealed = seal(&key.public, &place(&["fact", stream.as_str(), &fact.kind(), "body"]), &plain, &mut SystemChance);
    NewFact { fact, body: Some(body), reporter_body: None }
}

fn words(number: u64) -> ReportWords {
    let text = text(number, TEXT);
    let title = format!("Unsigned firmware is taken over the network ({number})");
    let sha256 = hex(&Sha256::digest(text.as_bytes()));
    ReportWords { title, text, sha256, sender_name: "Mara Lindqvist".to_owned(), ..ReportWords::default() }
}

fn received(at: Timestamp, original: BlobRef) -> Received {
    Received {
        number: String::new(),
        door: Door::Form,
        kind: ReportKind::ProductVulnerability,
        language: "en".to_owned(),
        received_at: at,
        sent_at: None,
        reading: Reading::Clear,
        signature: Signature::None,
        automatic: false,
        answerable: false,
        has_key: false,
        reporter_public: hex(&draw::<32>(&mut SystemChance)),
        lookup: hex(&draw::<16>(&mut SystemChance)),
        seen: Vec::new(),
        original,
        attachments: Vec::new(),
        quarantined: false,
        claims: None,
    }
}
