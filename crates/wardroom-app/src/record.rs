//! Recording: facts with their words sealed, clocks that stop or start because of them, effects, in one commit.
//! Deliberately not deciding anything: the machines of the domain did that before.

use crate::asked::{AskError, Asked};
use crate::house::{Desk, House};
use crate::ports::store::{Append, Commit, CommitError, Committed, Effect, NewFact, Series};
use crate::promises;
use crate::reading::{CaseRecord, ReportRecord};
use jiff::Timestamp;
use std::collections::BTreeMap;
use wardroom_domain::case::consequences;
use wardroom_domain::case::file::{Clock, Clocks, Milestones};
use wardroom_domain::communication::MessageKind;
use wardroom_domain::deadlines::{self, PauseCause};
use wardroom_domain::facts::{CaseFact, ClockMove, Fact, ReportFact, Words};
use wardroom_domain::log::{Actor, StreamId, StreamKind};
use wardroom_domain::people::Viewer;
use wardroom_seal::{PublicKey, Sealed, Sealer, StreamKey, place, seal};

/// How often one act steps behind the house's notes.
const MEETINGS: u32 = 8;

/// A fact and the words that belong to it.
#[derive(Clone, Debug)]
pub struct Said {
    pub fact: Fact,
    pub words: Option<Words>,
    /// The reporter reads these words too: they are sealed to the reporter's key as well.
    pub to_reporter: bool,
}

impl Said {
    pub fn bare(fact: Fact) -> Said {
        Said { fact, words: None, to_reporter: false }
    }

    pub fn with(fact: Fact, words: Words) -> Said {
        Said { fact, words: Some(words), to_reporter: false }
    }

    pub fn shared(fact: Fact, words: Words) -> Said {
        Said { fact, words: Some(words), to_reporter: true }
    }
}

/// The keys words of one stream are sealed to.
#[derive(Clone, Copy)]
pub struct SealTo<'a> {
    pub stream: &'a PublicKey,
    pub reporter: Option<&'a PublicKey>,
}

/// Who may open what is sealed: the holder of a key, or of the key a sealer was made for.
#[derive(Clone, Copy)]
pub enum To<'a> {
    Key(&'a PublicKey),
    Sealer(&'a Sealer),
}

impl<'a> From<&'a PublicKey> for To<'a> {
    fn from(key: &'a PublicKey) -> To<'a> {
        To::Key(key)
    }
}

impl<'a> From<&'a Sealer> for To<'a> {
    fn from(sealer: &'a Sealer) -> To<'a> {
        To::Sealer(sealer)
    }
}

/// A stream that is about to begin, and what seals for it while it begins. Gone when the commit is handed in: who keeps it could open
/// what was sealed with it.
pub(crate) struct Founding {
    pub key: StreamKey,
    /// Seals words and bytes of the stream.
    pub words: Sealer,
    /// Seals to the desk.
    pub desk: Sealer,
}

impl House {
    /// Seals a fact's words for its place in the log.
    pub(crate) fn seal_said(&self, stream: &StreamId, to: SealTo<'_>, said: Said) -> NewFact {
        self.seal_words(stream, to.stream.into(), to.reporter, said)
    }

    fn seal_words(&self, stream: &StreamId, to: To<'_>, reporter: Option<&PublicKey>, said: Said) -> NewFact {
        let Said { fact, words, to_reporter } = said;
        let Some(words) = words else { return NewFact { fact, body: None, reporter_body: None } };
        let kind = fact.kind();
        let plain = serde_json::to_vec(&words).unwrap_or_default();
        let seal_to = |to: To<'_>, part: &str, plain: &[u8]| self.seal_to(to, &place(&["fact", stream.as_str(), &kind, part]), plain);
        let body = Some(seal_to(to, "body", &plain));
        let reporter_body = reporter.filter(|_| to_reporter).map(|key| seal_to(key.into(), "reporter", &plain));
        NewFact { fact, body, reporter_body }
    }

    /// Facts for a new stream with its own fresh key.
    pub(crate) fn founding(
        &self,
        stream: StreamId,
        actor: Actor,
        series: Option<Series>,
        reporter: Option<&PublicKey>,
        said: Vec<Said>,
    ) -> Append {
        let founding = self.begin_stream(&stream);
        self.founding_with(stream, &founding, actor, series, reporter, said)
    }

    /// The key of a new stream and what seals for it.
    pub(crate) fn begin_stream(&self, stream: &StreamId) -> Founding {
        self.by_chance(|chance| {
            let desk = Sealer::to(&self.desk_peer, chance);
            let (key, words) = StreamKey::begin(&desk, stream.as_str(), chance);
            Founding { key, words, desk }
        })
    }

    /// Like `founding`, with a key made before (because blobs were sealed to it already).
    pub(crate) fn founding_with(
        &self,
        stream: StreamId,
        founding: &Founding,
        actor: Actor,
        series: Option<Series>,
        reporter: Option<&PublicKey>,
        said: Vec<Said>,
    ) -> Append {
        let to = To::Sealer(&founding.words);
        let facts = said.into_iter().map(|said| self.seal_words(&stream, to, reporter, said)).collect();
        Append { stream, expected: 0, actor, key: Some(founding.key.clone()), series, facts }
    }

    /// Facts for a stream that exists; clocks of that stream stop and start because of them.
    pub(crate) fn following(&self, standing: &Standing<'_>, actor: &Actor, mut said: Vec<Said>, at: Timestamp) -> Append {
        let fresh: Vec<(Fact, Actor)> = said.iter().map(|one| (one.fact.clone(), actor.clone())).collect();
        for stop in consequences::stops(standing.clocks, standing.milestones, &fresh) {
            said.push(Said::bare(stopped(standing.stream.kind(), stop.clock, stop.by)));
        }
        for (fact, actor) in &fresh {
            for milestone in fact.milestones(actor) {
                let first = !standing.milestones.contains_key(&milestone);
                for start in promises::starts(&self.profile(), milestone, first, at, &standing.known) {
                    said.push(Said::bare(started(standing.stream.kind(), start)));
                }
            }
        }
        if fresh.iter().any(|(fact, _)| matches!(fact, Fact::Report(ReportFact::Message { message: MessageKind::FromReporter }))) {
            said.extend(self.answered(standing, at));
        }
        let facts = said.into_iter().map(|one| self.seal_said(standing.stream, standing.to, one)).collect();
        Append { stream: standing.stream.clone(), expected: standing.version, actor: actor.clone(), key: None, series: None, facts }
    }

    /// The clocks of a stream that waited for the reporter, who has answered: they run again. A clock that depends on the severity,
    /// which is not known here, is left to a person.
    fn answered(&self, standing: &Standing<'_>, at: Timestamp) -> Vec<Said> {
        let waiting = |clock: &&Clock| {
            let for_answer = clock.paused().is_some_and(|pause| pause.cause == PauseCause::AwaitingReporter);
            for_answer && clock.start.definition.as_deref().is_some_and(|def| !promises::asks_for_severity(def))
        };
        standing.clocks.0.iter().filter(waiting).filter_map(|clock| self.resumed(standing, clock, at)).collect()
    }

    /// A paused clock that runs again from `at` on.
    pub(crate) fn resumed(&self, standing: &Standing<'_>, clock: &Clock, at: Timestamp) -> Option<Said> {
        let mut after = clock.clone();
        after.pauses.last_mut()?.until = Some(at);
        let due = promises::due_now(&self.profile(), &after, &standing.known)?;
        Some(Said::bare(moved(standing.stream.kind(), clock, due, ClockMove::Resumed)))
    }

    /// The running clocks of a stream, but those `stopping`, whose due instant is another one with what is known now.
    fn moved_by_severity(&self, standing: &Standing<'_>, known: &deadlines::Facts, stopping: &[consequences::Stop]) -> Vec<Said> {
        let stays = |clock: &&Clock| !stopping.iter().any(|stop| stop.clock == clock.start.clock);
        let move_one = |clock: &Clock| {
            let due = promises::due_now(&self.profile(), clock, known)?;
            let other = due.0.due_utc != clock.start.due_at;
            other.then(|| Said::bare(moved(standing.stream.kind(), clock, due, ClockMove::Severity)))
        };
        standing.clocks.running().filter(stays).filter_map(move_one).collect()
    }

    /// An effect whose payload only the desk can open.
    pub(crate) fn effect(&self, key: String, kind: &str, stream: &StreamId, payload: Option<&[u8]>, at: Timestamp) -> Effect {
        self.effect_to(To::Key(&self.desk_public), key, kind, stream, payload, at)
    }

    /// The same beside a stream that begins: `founding.desk` seals to the desk.
    pub(crate) fn effect_to(
        &self,
        desk: To<'_>,
        key: String,
        kind: &str,
        stream: &StreamId,
        payload: Option<&[u8]>,
        at: Timestamp,
    ) -> Effect {
        let payload = payload.map(|plain| self.seal_to(desk, &place(&["effect", &key]), plain));
        Effect { key, kind: kind.to_owned(), stream: stream.clone(), payload, not_before: at }
    }

    pub(crate) fn seal_blob<'a>(&self, to: impl Into<To<'a>>, name: &str, bytes: &[u8]) -> Sealed {
        self.seal_to(to.into(), &place(&["blob", name]), bytes)
    }

    fn seal_to(&self, to: To<'_>, aad: &[u8], plain: &[u8]) -> Sealed {
        self.by_chance(|chance| match to {
            To::Key(key) => seal(key, aad, plain, chance),
            To::Sealer(sealer) => sealer.seal(aad, plain, chance),
        })
    }
}

fn stopped(kind: StreamKind, clock: String, by: wardroom_domain::profile::Milestone) -> Fact {
    match kind {
        StreamKind::Report => Fact::Report(ReportFact::ClockStopped { clock, by }),
        StreamKind::Org | StreamKind::Case | StreamKind::Advisory => Fact::Case(CaseFact::ClockStopped { clock, by }),
    }
}

fn started(kind: StreamKind, start: wardroom_domain::facts::ClockStart) -> Fact {
    match kind {
        StreamKind::Report => Fact::Report(ReportFact::ClockStarted(start)),
        StreamKind::Org | StreamKind::Case | StreamKind::Advisory => Fact::Case(CaseFact::ClockStarted(start)),
    }
}

/// The fact that moves a clock of a stream of that kind.
pub(crate) fn moved(kind: StreamKind, clock: &Clock, (due, basis): (deadlines::Due, String), moved: ClockMove) -> Fact {
    let (clock, due_at, provisional) = (clock.start.clock.clone(), due.due_utc, due.provisional);
    match kind {
        StreamKind::Report => Fact::Report(ReportFact::ClockMoved { clock, due_at, provisional, basis, moved }),
        StreamKind::Org | StreamKind::Case | StreamKind::Advisory => {
            Fact::Case(CaseFact::ClockMoved { clock, due_at, provisional, basis, moved })
        }
    }
}

/// A stream as it stands, with what recording on it needs.
pub struct Standing<'a> {
    pub stream: &'a StreamId,
    pub version: u64,
    pub clocks: &'a Clocks,
    pub milestones: &'a Milestones,
    /// What clock definitions may depend on.
    pub known: deadlines::Facts,
    pub to: SealTo<'a>,
}

impl ReportRecord {
    pub fn standing(&self) -> Standing<'_> {
        Standing {
            stream: &self.file.id,
            version: self.file.version,
            clocks: &self.file.clocks,
            milestones: &self.file.milestones,
            known: promises::of_report(self.file.received.door, self.file.received.kind),
            to: SealTo { stream: &self.key.public, reporter: self.reporter_key.as_ref() },
        }
    }
}

impl CaseRecord {
    /// What clock definitions may depend on: the highest severity we gave, by the newest CVSS version of each vulnerability.
    pub fn known(&self) -> deadlines::Facts {
        self.known_with(&[])
    }

    /// The same after `said` is recorded.
    fn known_with(&self, said: &[Said]) -> deadlines::Facts {
        let mut scores: BTreeMap<(&str, &str), Option<&Words>> = BTreeMap::new();
        for one in &self.file.vulnerabilities {
            scores.extend(one.scores.iter().map(|(version, at)| ((one.id.as_str(), version.as_str()), self.words_at(*at))));
        }
        let mut exploited = self.file.attacks_seen;
        for one in said {
            match &one.fact {
                Fact::Case(CaseFact::Scored { vulnerability, version }) => {
                    scores.insert((vulnerability, version), one.words.as_ref());
                }
                Fact::Case(CaseFact::AttacksSeen) => exploited = true,
                _ => {}
            }
        }
        // In order of the key: what comes later for the same vulnerability is the newer version of CVSS.
        let newest: BTreeMap<&str, Option<&Words>> = scores.into_iter().map(|((of, _), words)| (of, words)).collect();
        let named = newest.into_values().filter_map(|words| match words {
            Some(Words::Score(score)) => deadlines::Severity::named(&score.severity),
            _ => None,
        });
        let severity = named.max().map(|severity| severity.as_str().to_owned());
        deadlines::Facts { severity, exploited, kinds: Vec::new() }
    }

    pub fn standing(&self) -> Standing<'_> {
        Standing {
            stream: &self.file.id,
            version: self.file.version,
            clocks: &self.file.clocks,
            milestones: &self.file.milestones,
            known: self.known(),
            to: SealTo { stream: &self.key.public, reporter: None },
        }
    }
}

impl Desk {
    /// Facts on a case, plus the stops they cause on the clocks of its reports.
    pub(crate) async fn record_on_case(
        &self,
        viewer: &Viewer,
        case: &CaseRecord,
        said: Vec<Said>,
        effects: Vec<Effect>,
    ) -> Asked<Committed> {
        let appends = self.case_appends(viewer, case, said).await?;
        self.commit_decided(Commit { at: self.now(), appends, effects, ..Commit::default() }).await
    }

    /// The appends of `record_on_case`, for use cases that commit more beside them.
    pub(crate) async fn case_appends(&self, viewer: &Viewer, case: &CaseRecord, said: Vec<Said>) -> Asked<Vec<Append>> {
        let at = self.now();
        let actor = viewer.actor();
        let fresh: Vec<(Fact, Actor)> = said.iter().map(|one| (one.fact.clone(), actor.clone())).collect();
        let before = case.standing();
        let known = case.known_with(&said);
        let news = known != before.known;
        let mut said = said;
        if news {
            let stops = consequences::stops(before.clocks, before.milestones, &fresh);
            said.extend(self.moved_by_severity(&before, &known, &stops));
        }
        let standing = Standing { known: known.clone(), ..before };
        let mut appends = vec![self.following(&standing, &actor, said, at)];
        if !news && fresh.iter().all(|(fact, actor)| fact.milestones(actor).is_empty()) {
            return Ok(appends);
        }
        for report in &case.file.reports {
            let Some(report) = self.report_record(&Viewer::house(), report).await? else { continue };
            let standing = report.standing();
            let stops = consequences::stops(standing.clocks, standing.milestones, &fresh);
            let known = deadlines::Facts { kinds: standing.known.kinds.clone(), ..known.clone() };
            let mut said = if news { self.moved_by_severity(&standing, &known, &stops) } else { Vec::new() };
            said.extend(stops.into_iter().map(|stop| Said::bare(stopped(StreamKind::Report, stop.clock, stop.by))));
            if !said.is_empty() {
                appends.push(self.following(&standing, &Actor::House, said, at));
            }
        }
        Ok(appends)
    }

    /// Facts on a report alone.
    pub(crate) async fn record_on_report(
        &self,
        viewer: &Viewer,
        report: &ReportRecord,
        said: Vec<Said>,
        effects: Vec<Effect>,
    ) -> Asked<Committed> {
        let at = self.now();
        let append = self.following(&report.standing(), &viewer.actor(), said, at);
        self.commit_decided(Commit { at, appends: vec![append], effects, ..Commit::default() }).await
    }

    /// Commits what a person decided on the streams as they stood. The house works beside people (a receipt goes out, a clock runs over): who
    /// meets only such notes is not told that somebody was quicker; the decision goes behind them. Anything else that came between is a
    /// conflict, and the person looks again.
    pub(crate) async fn commit_decided(&self, mut commit: Commit) -> Asked<Committed> {
        for _ in 0..MEETINGS {
            let stream = match self.store.commit(commit.clone()).await {
                Err(CommitError::Conflict { stream }) => stream,
                other => return Ok(other?),
            };
            let Some(append) = commit.appends.iter_mut().find(|append| append.stream == stream) else { return Err(AskError::Busy) };
            let stored = self.store.stream(&Viewer::house(), &stream).await?;
            let mut between = stored.iter().map(|one| &one.recorded).filter(|one| one.stream_seq > append.expected).peekable();
            let only_notes = between.peek().is_some() && between.all(|one| one.actor == Actor::House && one.fact.is_bookkeeping());
            if !only_notes {
                return Err(AskError::Busy);
            }
            append.expected = stored.last().map_or(0, |one| one.recorded.stream_seq);
        }
        Err(AskError::Busy)
    }
}
