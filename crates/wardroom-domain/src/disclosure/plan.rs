//! The disclosure plan of one version of an advisory (S9, S10): who is told what, where, in which language and when, and the one instant at
//! which it becomes public. Its machine: kept → scheduled by one person → confirmed by another → released by the house at that instant.
//!
//! The confirmation binds to the plan's hash, the content's hash and the instant. Whatever changes one of them takes it back: `PlanFile::after`
//! is that rule, and nothing is released without a standing confirmation. All moments of a plan lie at or before the instant of publication;
//! what is to be said later follows from the publication and needs no permission of its own.
//!
//! Deliberately not here: what a message says (catalogue and `communication/notices` of the app), who the people are (the recipient book), and
//! the early sketch of who should hear of a case (`PlanLine`, kept with the case).

use super::Bilingual;
use crate::communication::Addressee;
use crate::facts::AdvisoryFact;
use crate::log::Recorded;
use crate::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Most rows of a plan.
pub const MOST_ENTRIES: usize = 40;
/// Longest own words of a row, in characters.
pub const LONGEST_WORDS: usize = 4_000;
/// Earliest and latest a row may lie before and after the publication, in minutes: 90 and 30 days.
pub const EARLIEST_MINUTES: i64 = -90 * 24 * 60;
pub const LATEST_MINUTES: i64 = 30 * 24 * 60;
/// Most manual gates of a plan's own.
const MOST_OWN_GATES: usize = 20;
/// How late a release may be and still happen by itself: later than that, people decide anew.
pub const LATEST_RELEASE_HOURS: i64 = 24;
/// The moment of publication itself.
pub const RELEASE: &str = "release";
/// Those who were told something else before are told what holds now.
pub const UPDATE: &str = "update";

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            pub fn parse(text: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}

named!(
    /// Who is told.
    PlanAudience { Reporter = "reporter", Suppliers = "suppliers", Customers = "customers", Authorities = "authorities", Public = "public" }
);
named!(
    /// By what.
    PlanChannel {
        /// The reporter's track page, and a mail that there is news.
        Track = "track",
        /// A mail to each recipient of the book.
        Mail = "mail",
        /// The public pages, documents and feeds.
        Web = "web",
        /// A person does it (a portal, a call); the plan has the words ready.
        Hand = "hand",
    }
);
named!(
    /// In which language.
    PlanLanguage {
        /// Each recipient's own.
        Own = "own",
        En = "en",
        Zh = "zh",
    }
);
named!(
    /// Where a gate stands because of a person.
    GateState { Open = "open", Done = "done", Waived = "waived" }
);
named!(
    /// Why a recipient was written to.
    Occasion {
        /// Before the publication, under embargo.
        Advance = "advance",
        /// What was said in advance has changed.
        Update = "update",
        /// The announced publication does not take place then.
        Postponed = "postponed",
        /// It is public.
        Released = "released",
        /// It became known before its time, and so is public earlier.
        Broken = "broken",
        /// A later version is public.
        Correction = "correction",
    }
);

impl Occasion {
    /// Only people who agreed to secrecy may read it yet.
    pub const fn is_confidential(self) -> bool {
        matches!(self, Occasion::Advance | Occasion::Update | Occasion::Postponed)
    }

    /// It holds only while the plan it belongs to stands.
    pub const fn needs_plan(self) -> bool {
        matches!(self, Occasion::Advance | Occasion::Update)
    }
}

/// One row of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanEntry {
    /// Short and unique within the plan; given by [`DisclosurePlan::tidied`] where it is empty.
    #[serde(default)]
    pub id: String,
    pub audience: PlanAudience,
    pub channel: PlanChannel,
    pub language: PlanLanguage,
    /// Minutes after the publication; negative: before it.
    #[serde(default)]
    pub offset_minutes: i64,
    /// Own words, put into the message.
    #[serde(default)]
    pub words: Bilingual,
}

impl PlanEntry {
    /// Its instant when the publication is at `release_at`.
    pub fn at(&self, release_at: Timestamp) -> Timestamp {
        let span = jiff::SignedDuration::from_mins(self.offset_minutes);
        release_at.checked_add(span).unwrap_or(release_at)
    }

    /// A mail before the publication.
    pub fn is_advance(&self) -> bool {
        self.channel == PlanChannel::Mail && self.offset_minutes < 0
    }

    /// A mail with or after the publication.
    pub fn is_release_mail(&self) -> bool {
        self.channel == PlanChannel::Mail && self.offset_minutes >= 0
    }
}

/// The plan as people write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisclosurePlan {
    /// The one instant of publication.
    pub release_at: Timestamp,
    /// IANA zone in which people agreed on it.
    pub zone: String,
    #[serde(default)]
    pub entries: Vec<PlanEntry>,
    /// Manual gates of this plan alone, in words.
    #[serde(default)]
    pub own_gates: Vec<String>,
}

impl DisclosurePlan {
    /// A plan to begin with: the two rows that every publication has.
    pub fn new(release_at: Timestamp, zone: &str) -> DisclosurePlan {
        DisclosurePlan { release_at, zone: zone.to_owned(), entries: Vec::new(), own_gates: Vec::new() }.tidied()
    }

    /// With the rows of the public and of the reporters, which no publication leaves out, with ids everywhere, in the order of instants.
    #[must_use]
    pub fn tidied(mut self) -> DisclosurePlan {
        let always = [(PlanAudience::Public, PlanChannel::Web), (PlanAudience::Reporter, PlanChannel::Track)];
        for (audience, channel) in always {
            if !self.entries.iter().any(|one| one.audience == audience) {
                let (id, language) = (String::new(), PlanLanguage::Own);
                self.entries.push(PlanEntry { id, audience, channel, language, offset_minutes: 0, words: Bilingual::default() });
            }
        }
        self.entries.sort_by_key(|one| one.offset_minutes);
        let mut next = 1;
        for index in 0..self.entries.len() {
            let taken = |id: &str, entries: &[PlanEntry]| entries.iter().any(|one| one.id == id);
            while self.entries.get(index).is_some_and(|one| one.id.is_empty()) {
                let id = format!("n{next}");
                next += 1;
                if !taken(&id, &self.entries)
                    && let Some(entry) = self.entries.get_mut(index)
                {
                    entry.id = id;
                }
            }
        }
        self.own_gates = self.own_gates.iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
        self.own_gates.dedup();
        self
    }

    /// What makes it unusable, if anything does.
    pub fn check(&self) -> Result<(), Refusal> {
        let wrong = |field: &'static str, why: &str| Err(Refusal::FieldWrong { field, why: why.to_owned() });
        if jiff::tz::TimeZone::get(&self.zone).is_err() {
            return wrong("zone", "a zone is written like Asia/Shanghai or UTC");
        }
        if self.entries.len() > MOST_ENTRIES || self.own_gates.len() > MOST_OWN_GATES {
            return wrong("entries", "at most 40 rows and 20 gates of its own");
        }
        if self.own_gates.iter().any(|text| text.chars().count() > 300) {
            return wrong("own_gates", "a gate is a sentence of at most 300 characters");
        }
        for (index, entry) in self.entries.iter().enumerate() {
            let odd = |c: char| !c.is_ascii_alphanumeric() && c != '-';
            if entry.id.len() > 20 || entry.id.contains(odd) || [RELEASE, UPDATE].contains(&entry.id.as_str()) {
                return wrong("id", "letters and digits, at most 20");
            }
            if self.entries.iter().take(index).any(|other| other.id == entry.id) {
                return wrong("id", "each row has another one");
            }
            let fits = match entry.audience {
                PlanAudience::Public => entry.channel == PlanChannel::Web,
                PlanAudience::Reporter => entry.channel == PlanChannel::Track,
                PlanAudience::Suppliers | PlanAudience::Customers | PlanAudience::Authorities => {
                    matches!(entry.channel, PlanChannel::Mail | PlanChannel::Hand)
                }
            };
            if !fits {
                return wrong("channel", "the public reads the web, reporters their track page; all others are told by mail or by hand");
            }
            let at_release = matches!(entry.audience, PlanAudience::Public | PlanAudience::Reporter);
            if at_release && entry.offset_minutes != 0 {
                return wrong("when", "the public and the reporters are told with the publication");
            }
            if !(EARLIEST_MINUTES..=LATEST_MINUTES).contains(&entry.offset_minutes) {
                return wrong("when", "at most 90 days before and 30 days after the publication");
            }
            if [&entry.words.en, &entry.words.zh].iter().any(|text| text.chars().count() > LONGEST_WORDS) {
                return wrong("words", "longer than 4000 characters");
            }
        }
        Ok(())
    }

    /// The moments at which the house acts, the earliest first; the publication is the last.
    pub fn moments(&self, now: Timestamp, corrects: bool, is_first: bool) -> Vec<Moment> {
        let mut moments: Vec<Moment> = Vec::new();
        if corrects {
            moments.push(Moment { id: UPDATE.to_owned(), at: now });
        }
        if is_first {
            let advance = self.entries.iter().filter(|one| one.is_advance());
            moments.extend(advance.map(|one| Moment { id: one.id.clone(), at: one.at(self.release_at).max(now) }));
        }
        moments.push(Moment { id: RELEASE.to_owned(), at: self.release_at });
        moments.sort_by_key(|one| one.at);
        moments
    }
}

/// Something the house does at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Id of a row, [`RELEASE`] or [`UPDATE`].
    pub id: String,
    pub at: Timestamp,
}

/// The sealed words of a plan. `addressees` is who each row goes to, as it stood when the first person scheduled it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSaid {
    pub plan: DisclosurePlan,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub addressees: BTreeMap<String, Vec<Addressee>>,
}

impl PlanSaid {
    /// SHA-256 over plan and addressees, lower-case hex: what two persons agree on.
    pub fn hash(&self) -> String {
        // As with contents: serialising plain structs cannot fail.
        let json = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What somebody was told in advance, so that the same is not said twice and another thing is.
pub fn advance_mark(content: &str, release_at: Timestamp) -> String {
    let digest = Sha256::digest(format!("{content}|{}", release_at.as_millisecond()));
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The id of a manual gate in a plan's own words.
pub fn own_gate_id(text: &str) -> String {
    let digest = Sha256::digest(text.trim());
    format!("own-{}", digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// What a gate looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GateKind {
    /// The house checks it; nobody can waive it.
    Hard,
    /// The house checks it; a person can waive it with a reason.
    Soft,
    /// A person checks it.
    Manual,
}

/// Gates every plan has: id and kind, in the order of the page.
pub const GATES: [(&str, GateKind); 14] = [
    ("approved", GateKind::Hard),
    ("csaf", GateKind::Hard),
    ("cna", GateKind::Hard),
    ("embargo", GateKind::Hard),
    ("signing", GateKind::Soft),
    ("ids", GateKind::Soft),
    ("products", GateKind::Soft),
    ("translations", GateKind::Soft),
    ("credit", GateKind::Soft),
    ("keys", GateKind::Soft),
    ("downloads", GateKind::Manual),
    ("support", GateKind::Manual),
    ("legal", GateKind::Manual),
    ("parties", GateKind::Manual),
];

/// The kind of a gate by its id; `None` when there is none of it.
pub fn gate_kind(id: &str, plan: &DisclosurePlan) -> Option<GateKind> {
    let own = plan.own_gates.iter().any(|text| own_gate_id(text) == id);
    let by_hand = |entry: &PlanEntry| entry.channel == PlanChannel::Hand && entry.offset_minutes < 0 && hand_gate_id(&entry.id) == id;
    let by_hand = plan.entries.iter().any(by_hand);
    let known = GATES.iter().find(|(known, _)| *known == id).map(|(_, kind)| *kind);
    known.or((own || by_hand).then_some(GateKind::Manual))
}

/// The gate of a row that a person carries out.
pub fn hand_gate_id(entry: &str) -> String {
    format!("hand-{entry}")
}

/// What a person said of a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateMark {
    pub to: GateState,
    /// As in `Actor`.
    pub by: String,
    pub at: Timestamp,
    /// `stream_seq` of the fact whose words are the note.
    pub said_at: u64,
}

/// The first person's act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduled {
    pub by: String,
    pub at: Timestamp,
    /// Hash of [`PlanSaid`].
    pub plan: String,
    /// Hash of the content.
    pub content: String,
    pub release_at: Timestamp,
    pub zone: String,
    /// `stream_seq` of the fact whose words are the [`PlanSaid`].
    pub said_at: u64,
}

/// The second person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    pub by: String,
    pub at: Timestamp,
    /// The steady count when it was confirmed, and what it counts from; empty where the machine has none.
    pub epoch: String,
    pub steady_ms: u64,
    /// What is still to be done, the earliest first.
    pub moments: Vec<Moment>,
}

impl Confirmed {
    /// The latest instant of which we are sure that it has come. A wall clock that was set forward since does not count, because the steady
    /// count did not go with it; one that was set back is believed. `steady`: what the count is called and how far it is.
    pub fn surely(&self, wall: Timestamp, steady: Option<(&str, u64)>) -> Timestamp {
        let Some((_, millis)) = steady.filter(|(epoch, _)| !epoch.is_empty() && *epoch == self.epoch) else { return wall };
        let passed = i64::try_from(millis.saturating_sub(self.steady_ms)).unwrap_or(i64::MAX);
        let counted = self.at.checked_add(jiff::SignedDuration::from_millis(passed)).unwrap_or(wall);
        wall.min(counted)
    }

    /// The moments that have come.
    pub fn due(&self, surely: Timestamp) -> Vec<&Moment> {
        self.moments.iter().filter(|one| one.at <= surely).collect()
    }
}

/// Somebody of the book who was written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub version: u32,
    pub recipient: String,
    pub occasion: Occasion,
    pub mark: String,
    /// `stream_seq` of the fact whose words are the [`Addressee`].
    pub said_at: u64,
}

/// The plan of the version in work, folded from heads; and who was told, of all versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanFile {
    /// `stream_seq` of the newest plan's words.
    pub kept_at: Option<u64>,
    pub scheduled: Option<Scheduled>,
    pub confirmed: Option<Confirmed>,
    pub gates: BTreeMap<String, GateMark>,
    /// Why the last confirmed release did not take place.
    pub held: Option<(String, Timestamp)>,
    pub told: Vec<Told>,
}

impl PlanFile {
    /// What the plan is after one more fact of its advisory. Cannot fail: facts are past.
    pub fn after(&mut self, recorded: &Recorded<crate::facts::Fact>, fact: &AdvisoryFact) {
        match fact {
            AdvisoryFact::Published { .. } | AdvisoryFact::Discarded | AdvisoryFact::RevisionBegun { .. } => {
                *self = PlanFile { told: std::mem::take(&mut self.told), ..PlanFile::default() };
            }
            AdvisoryFact::Edited { .. } | AdvisoryFact::SentBack | AdvisoryFact::ReleaseAborted => self.take_back(),
            AdvisoryFact::PlanKept { .. } => {
                self.take_back();
                self.kept_at = Some(recorded.stream_seq);
                self.held = None;
            }
            AdvisoryFact::ReleaseScheduled { plan, content, release_at, zone } => {
                self.take_back();
                self.held = None;
                self.scheduled = Some(Scheduled {
                    by: String::from(recorded.actor.clone()),
                    at: recorded.at,
                    plan: plan.clone(),
                    content: content.clone(),
                    release_at: *release_at,
                    zone: zone.clone(),
                    said_at: recorded.stream_seq,
                });
            }
            AdvisoryFact::ReleaseConfirmed { moments, epoch, steady_ms, .. } => {
                self.confirmed = Some(Confirmed {
                    by: String::from(recorded.actor.clone()),
                    at: recorded.at,
                    epoch: epoch.clone(),
                    steady_ms: *steady_ms,
                    moments: moments.clone(),
                });
            }
            AdvisoryFact::ReleaseHeld { why } => {
                self.take_back();
                self.held = Some((why.clone(), recorded.at));
            }
            AdvisoryFact::MomentReached { moment, .. } => {
                if let Some(confirmed) = &mut self.confirmed {
                    confirmed.moments.retain(|one| one.id != *moment);
                }
            }
            AdvisoryFact::GateMoved { gate, to } => {
                if *to == GateState::Open {
                    self.gates.remove(gate);
                    self.take_back();
                } else {
                    let by = String::from(recorded.actor.clone());
                    let mark = GateMark { to: *to, by, at: recorded.at, said_at: recorded.stream_seq };
                    self.gates.insert(gate.clone(), mark);
                }
            }
            AdvisoryFact::Notified { version, recipient, occasion, mark } => self.told.push(Told {
                version: *version,
                recipient: recipient.clone(),
                occasion: *occasion,
                mark: mark.clone(),
                said_at: recorded.stream_seq,
            }),
            AdvisoryFact::Drafted { .. }
            | AdvisoryFact::Submitted { .. }
            | AdvisoryFact::Approved { .. }
            | AdvisoryFact::Shared { .. }
            | AdvisoryFact::ShareEnded => {}
        }
    }

    fn take_back(&mut self) {
        (self.scheduled, self.confirmed) = (None, None);
    }

    /// The standing release: scheduled by one person and confirmed by another.
    pub fn standing(&self) -> Option<(&Scheduled, &Confirmed)> {
        self.scheduled.as_ref().zip(self.confirmed.as_ref())
    }

    /// May this person confirm exactly this?
    pub fn check_confirmation(&self, plan: &str, content: &str, person: &str) -> Result<&Scheduled, Refusal> {
        let state = if self.confirmed.is_some() { "confirmed" } else { "planned" };
        let not_now = Refusal::NotFromHere { thing: "plan", ask: "confirm", state };
        let scheduled = self.scheduled.as_ref().filter(|_| self.confirmed.is_none()).ok_or(not_now)?;
        if scheduled.by == person {
            return Err(Refusal::SecondPersonNeeded);
        }
        if scheduled.plan != plan || scheduled.content != content {
            return Err(Refusal::ApprovalStale);
        }
        Ok(scheduled)
    }

    /// Who was told of a published version, each once with the newest.
    pub fn told_of_publications(&self) -> BTreeMap<&str, &Told> {
        let public = self.told.iter().filter(|one| !one.occasion.is_confidential());
        public.map(|one| (one.recipient.as_str(), one)).collect()
    }

    /// Who was told in advance of this version, each once with what they heard last.
    pub fn told_in_advance(&self, version: u32) -> BTreeMap<&str, &Told> {
        let ahead = |one: &&Told| one.version == version && one.occasion.is_confidential();
        self.told.iter().filter(ahead).map(|one| (one.recipient.as_str(), one)).collect()
    }
}

/// Reads a time before or after the publication: `T`, `T-72h`, `T+1 h`, `-3d`, `T-90min`, `立即`. `None` when it is none.
pub fn parse_offset(text: &str) -> Option<i64> {
    let folded: String = crate::text::half_width(text).chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let folded = folded.replace(['−', '–'], "-");
    let rest = folded.strip_prefix("t0").or_else(|| folded.strip_prefix('t')).unwrap_or(&folded);
    if rest.is_empty() {
        return folded.starts_with('t').then_some(0);
    }
    let (sign, rest) = match (rest.strip_prefix('-'), rest.strip_prefix('+')) {
        (Some(rest), _) => (-1, rest),
        (_, Some(rest)) => (1, rest),
        _ => return (rest == "0").then_some(0),
    };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = rest.split_at_checked(digits)?;
    let minutes = match unit {
        "m" | "min" | "分" | "分钟" => 1,
        "h" | "小时" | "" => 60,
        "d" | "天" | "日" => 24 * 60,
        "w" | "周" => 7 * 24 * 60,
        _ => return None,
    };
    let number: i64 = number.parse().ok()?;
    number.checked_mul(minutes)?.checked_mul(sign)
}

/// Writes it: `T`, `T-3d`, `T+90min`.
pub fn told_offset(minutes: i64) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    match minutes.unsigned_abs() {
        0 => "T".to_owned(),
        days if days % (24 * 60) == 0 => format!("T{sign}{}d", days / (24 * 60)),
        hours if hours % 60 == 0 => format!("T{sign}{}h", hours / 60),
        rest => format!("T{sign}{rest}min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn entry(audience: PlanAudience, channel: PlanChannel, offset_minutes: i64) -> PlanEntry {
        PlanEntry { id: String::new(), audience, channel, language: PlanLanguage::Own, offset_minutes, words: Bilingual::default() }
    }

    fn confirmed() -> Confirmed {
        let moments =
            vec![Moment { id: "n1".into(), at: at("2026-12-01T10:00:00Z") }, Moment { id: RELEASE.into(), at: at("2026-12-04T10:00:00Z") }];
        Confirmed { by: "person:b".into(), at: at("2026-11-30T10:00:00Z"), epoch: "boot".into(), steady_ms: 5_000, moments }
    }

    #[test]
    fn a_clock_set_forward_does_not_bring_the_instant_nearer() {
        let one = confirmed();
        let hour = 3_600_000;
        // The wall clock jumped a month ahead; one hour has passed.
        assert_eq!(one.surely(at("2027-01-01T00:00:00Z"), Some(("boot", 5_000 + hour))), at("2026-11-30T11:00:00Z"));
        // It was set back: what it says holds.
        assert_eq!(one.surely(at("2026-11-29T00:00:00Z"), Some(("boot", 5_000 + hour))), at("2026-11-29T00:00:00Z"));
        // The machine was started anew: there is only the wall clock.
        assert_eq!(one.surely(at("2026-12-02T00:00:00Z"), Some(("other", 7))), at("2026-12-02T00:00:00Z"));
        assert_eq!(one.surely(at("2026-12-02T00:00:00Z"), None), at("2026-12-02T00:00:00Z"));
        let due = |now| one.due(at(now)).iter().map(|moment| moment.id.clone()).collect::<Vec<_>>();
        assert!(due("2026-12-01T09:59:59.999Z").is_empty());
        assert_eq!(due("2026-12-01T10:00:00Z"), ["n1"]);
        assert_eq!(due("2026-12-04T10:00:00Z"), ["n1", RELEASE]);
    }

    #[test]
    fn every_plan_tells_the_public_and_the_reporters() {
        let plan = DisclosurePlan::new(at("2026-12-04T10:00:00Z"), "Asia/Shanghai");
        assert_eq!(plan.entries.len(), 2);
        plan.check().unwrap();
        let mut more = plan.clone();
        more.entries.push(entry(PlanAudience::Customers, PlanChannel::Mail, -72 * 60));
        let more = more.tidied();
        more.check().unwrap();
        assert_eq!(more.entries.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["n3", "n1", "n2"]);
        let moments = more.moments(at("2026-11-30T10:00:00Z"), false, true);
        assert_eq!(moments.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["n3", RELEASE]);
        assert_eq!(moments[0].at, at("2026-12-01T10:00:00Z"));
        // What is past when it is confirmed is done at once, and a later version has no advance notices.
        assert_eq!(more.moments(at("2026-12-03T00:00:00Z"), true, true)[1].at, at("2026-12-03T00:00:00Z"));
        assert_eq!(more.moments(at("2026-11-30T10:00:00Z"), false, false).len(), 1);
    }

    #[test]
    fn rows_that_make_no_sense_are_refused() {
        let with = |entry: PlanEntry| {
            let mut plan = DisclosurePlan::new(at("2026-12-04T10:00:00Z"), "UTC");
            plan.entries.push(entry);
            plan.tidied().check()
        };
        assert!(with(entry(PlanAudience::Public, PlanChannel::Mail, 0)).is_err());
        assert!(with(entry(PlanAudience::Public, PlanChannel::Web, -60)).is_err());
        assert!(with(entry(PlanAudience::Customers, PlanChannel::Web, 0)).is_err());
        assert!(with(entry(PlanAudience::Customers, PlanChannel::Mail, EARLIEST_MINUTES - 1)).is_err());
        assert!(with(entry(PlanAudience::Authorities, PlanChannel::Hand, -60)).is_ok());
        assert!(DisclosurePlan::new(at("2026-12-04T10:00:00Z"), "Mars/Olympus").check().is_err());
    }

    #[test]
    fn the_hash_is_of_plan_instant_and_people() {
        let plan = DisclosurePlan::new(at("2026-12-04T10:00:00Z"), "UTC");
        let said = PlanSaid { plan: plan.clone(), addressees: BTreeMap::new() };
        let later = PlanSaid { plan: DisclosurePlan { release_at: at("2026-12-04T10:00:01Z"), ..plan.clone() }, ..said.clone() };
        let people = BTreeMap::from([("n1".to_owned(), vec![Addressee::default()])]);
        assert_ne!(said.hash(), later.hash());
        assert_ne!(said.hash(), PlanSaid { plan, addressees: people }.hash());
        assert_eq!(serde_json::from_str::<PlanSaid>(&serde_json::to_string(&said).unwrap()).unwrap(), said);
    }

    #[test]
    fn offsets_are_read_as_people_write_them() {
        let read = [
            ("T", Some(0)),
            ("t0", Some(0)),
            ("T-72h", Some(-4_320)),
            ("T - 72 h", Some(-4_320)),
            ("T−3d", Some(-4_320)),
            ("Ｔ－３天", Some(-4_320)),
            ("T+90min", Some(90)),
            ("+1h", Some(60)),
            ("-2w", Some(-20_160)),
            ("tomorrow", None),
            ("T-", None),
            ("72", None),
            ("", None),
            ("T-9999999999999999999d", None),
        ];
        for (text, expected) in read {
            assert_eq!(parse_offset(text), expected, "{text}");
        }
        for minutes in [0, -4_320, 90, 60, -1, 20_160] {
            assert_eq!(parse_offset(&told_offset(minutes)), Some(minutes));
        }
    }
}
