//! What the house does when a moment of a confirmed plan has come: it looks at the clock, at the steady count and at everything two persons
//! agreed on, and either does exactly that or holds it, saying why. Never early: see `Confirmed::surely`. Once: the commit names the state of
//! the advisory it was decided on, so of two nodes one is told that it was too late.

use super::{plan_at, told_of_publications};
use crate::asked::{AskError, Asked};
use crate::communication::notices::{Notice, When, addressee_at, language_for};
use crate::disclosure::publish::Publishing;
use crate::house::Desk;
use crate::ports::store::{Commit, Effect, StoreTrouble};
use crate::reading::AdvisoryRecord;
use crate::record::Said;
use crate::worker::Worker;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use wardroom_domain::communication::Addressee;
use wardroom_domain::disclosure::{
    AdvisoryContent, Bilingual, LATEST_RELEASE_HOURS, Moment, Occasion, PlanEntry, PlanLanguage, PlanSaid, RELEASE, UPDATE, advance_mark,
    content_hash,
};
use wardroom_domain::facts::{AdvisoryFact, Fact};
use wardroom_domain::log::{Actor, StreamId};
use wardroom_domain::people::Viewer;
use wardroom_words::{Lang, say};

/// How many advisories are looked at in one step.
const AT_ONCE: u32 = 50;

/// What came of looking at a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// Its time has not come.
    Nothing,
    /// So many notices were handed to the outbox.
    Notices(usize),
    Published,
    /// Not done; why, as a code.
    Held(String),
}

impl Worker {
    /// Does what confirmed plans want done by now. Returns how many moments were reached. To be called often: how punctual a release is
    /// depends on it.
    pub async fn releases_once(&self) -> Result<usize, StoreTrouble> {
        let desk = &self.desk;
        let (mut reached, mut trouble) = (0, None);
        for advisory in desk.store.moments_due(desk.now(), AT_ONCE).await? {
            match desk.reach_moments(&advisory).await {
                Ok(Reached::Nothing) => {}
                Ok(Reached::Notices(count)) => {
                    tracing::info!(%advisory, count, "a moment of a disclosure plan was reached");
                    reached += 1;
                }
                Ok(Reached::Published) => {
                    tracing::info!(%advisory, "released at the instant two persons confirmed");
                    reached += 1;
                    // The outbox does it too; here it is done at once.
                    if let Err(why) = self.write_tree().await {
                        tracing::warn!(why, "the public tree could not be written after a release; it will be tried again");
                    }
                }
                Ok(Reached::Held(why)) => {
                    tracing::error!(%advisory, why, "a confirmed release did not take place: a person must look at its plan");
                    reached += 1;
                }
                // Another node or a person was quicker.
                Err(AskError::Busy | AskError::NotFound) => {}
                Err(AskError::Refused(refusal)) => tracing::warn!(%advisory, code = refusal.code(), "a moment could not be reached"),
                // One that cannot be read holds up none of the others.
                Err(AskError::Trouble(why)) => {
                    tracing::error!(%advisory, trouble = %why, "a moment of a disclosure plan could not be reached");
                    trouble.get_or_insert(why);
                }
            }
        }
        trouble.map_or(Ok(reached), Err)
    }
}

impl Desk {
    /// Does what the plan of one advisory wants done by now.
    pub async fn reach_moments(&self, advisory: &StreamId) -> Asked<Reached> {
        let (record, case, content) = self.ready(&Viewer::house(), advisory).await?;
        let Some((scheduled, confirmed)) = record.file.plan.standing() else { return Ok(Reached::Nothing) };
        let at = self.now();
        let steady = self.clock.steady();
        let surely = confirmed.surely(at, steady.as_ref().map(|one| (one.epoch.as_str(), one.millis)));
        let due: Vec<Moment> = confirmed.due(surely).into_iter().cloned().collect();
        if due.is_empty() {
            return Ok(Reached::Nothing);
        }
        let said = plan_at(&record, scheduled.said_at).filter(|said| said.hash() == scheduled.plan);
        let Some(said) = said.filter(|_| content_hash(&content) == scheduled.content) else {
            return self.hold(&record, "content_changed", at).await;
        };
        let reached = |one: &Moment| Said::bare(Fact::Advisory(AdvisoryFact::MomentReached { moment: one.id.clone(), planned: one.at }));
        let Some(release) = due.iter().find(|one| one.id == RELEASE) else {
            let effects = self.advance_notices(&record, &content, &said, &due, at);
            let count = effects.len();
            let append = self.advisory_append(Actor::House, &record, due.iter().map(reached).collect());
            self.store.commit(Commit { at, appends: vec![append], effects, ..Commit::default() }).await?;
            return Ok(Reached::Notices(count));
        };
        if surely.duration_since(release.at) > SignedDuration::from_hours(LATEST_RELEASE_HOURS) {
            return self.hold(&record, "late", at).await;
        }
        // An embargo that ends with the agreed instant ends with the release.
        let over = case.file.terms.as_ref().is_none_or(|terms| terms.ends_at <= release.at);
        let ended = [Lang::En, Lang::Zh].map(|lang| say(lang, "plan-embargo-ended"));
        let how = Publishing {
            at,
            actor: Actor::House,
            teller: Actor::try_from(scheduled.by.clone()).unwrap_or(Actor::House),
            end_embargo: if over { ended.join(" / ") } else { String::new() },
            before: vec![reached(release)],
            on_case: Vec::new(),
            occasion: Occasion::Released,
            said: Some(said),
        };
        match self.publication(&record, &case, content, how).await {
            Ok(commit) => {
                self.store.commit(commit).await?;
                Ok(Reached::Published)
            }
            Err(AskError::Refused(refusal)) => self.hold(&record, refusal.code(), at).await,
            Err(other) => Err(other),
        }
    }

    async fn hold(&self, record: &AdvisoryRecord, why: &str, at: Timestamp) -> Asked<Reached> {
        let fact = Fact::Advisory(AdvisoryFact::ReleaseHeld { why: why.to_owned() });
        let append = self.advisory_append(Actor::House, record, vec![Said::bare(fact)]);
        let told = self.effect(format!("held:{}:{}", record.file.id, record.file.version), super::HELD_MAIL, &record.file.id, None, at);
        self.store.commit(Commit { at, appends: vec![append], effects: vec![told], ..Commit::default() }).await?;
        Ok(Reached::Held(why.to_owned()))
    }

    /// The notices of rows before the publication that are due, and what those are told who heard something else before. Nobody twice.
    fn advance_notices(
        &self,
        record: &AdvisoryRecord,
        content: &AdvisoryContent,
        said: &PlanSaid,
        due: &[Moment],
        at: Timestamp,
    ) -> Vec<Effect> {
        let plan = &said.plan;
        let mark = advance_mark(&content_hash(content), plan.release_at);
        let told = record.file.plan.told_in_advance(content.version);
        let current = |id: &str| told.get(id).is_some_and(|one| one.mark == mark && one.occasion != Occasion::Postponed);
        let mut effects = Vec::new();
        let mut seen = BTreeSet::new();
        let mut tell = |to: Addressee, occasion, row: &str, language, own: &Bilingual| {
            if current(&to.id) || !seen.insert(to.id.clone()) {
                return;
            }
            let lang = language_for(language, &to);
            let when = When { at: plan.release_at, zone: &plan.zone };
            let text = self.notice_text(occasion, lang, content, when, own);
            let language = lang.code().to_owned();
            let notice = Notice { to, language, occasion, version: content.version, text, mark: mark.clone(), plan: said.hash() };
            let row = format!("{row}-{}", notice.plan.get(..16).unwrap_or_default());
            effects.push(self.notice(&record.file.id, &row, &notice, at));
        };
        if due.iter().any(|one| one.id == UPDATE) {
            for one in told.values() {
                if let Some(to) = addressee_at(record, one.said_at) {
                    tell(to, Occasion::Update, UPDATE, PlanLanguage::Own, &Bilingual::default());
                }
            }
        }
        for entry in plan.entries.iter().filter(|entry| entry.is_advance() && due.iter().any(|one| one.id == entry.id)) {
            for to in said.addressees.get(&entry.id).into_iter().flatten() {
                let occasion = if told.contains_key(to.id.as_str()) { Occasion::Update } else { Occasion::Advance };
                tell(to.clone(), occasion, &entry.id, entry.language, &entry.words);
            }
        }
        effects
    }

    /// The notices that go with a publication: of a first version the rows of its plan, of a later one a correction to exactly those who were
    /// told of a former one. `also`: who else must hear, because they were told of an instant that is not to come any more.
    pub(in crate::disclosure) fn release_notices(
        &self,
        record: &AdvisoryRecord,
        content: &AdvisoryContent,
        said: Option<&PlanSaid>,
        occasion: Occasion,
        at: Timestamp,
    ) -> Vec<Effect> {
        let zone = said.map_or_else(|| self.profile().zone(), |said| said.plan.zone.clone());
        let mut effects = Vec::new();
        let mut seen = BTreeSet::new();
        let mut tell = |to: Addressee, occasion, row: &str, language, own: &Bilingual, from: Timestamp| {
            if !seen.insert(to.id.clone()) {
                return;
            }
            let lang = language_for(language, &to);
            let text = self.notice_text(occasion, lang, content, When { at, zone: &zone }, own);
            let (mark, plan, language) = (String::new(), String::new(), lang.code().to_owned());
            let notice = Notice { to, language, occasion, version: content.version, text, mark, plan };
            effects.push(self.notice(&record.file.id, row, &notice, from));
        };
        if !record.file.published.is_empty() {
            for to in told_of_publications(record).into_values() {
                tell(to, Occasion::Correction, RELEASE, PlanLanguage::Own, &Bilingual::default(), at);
            }
            return effects;
        }
        if let Some(said) = said {
            for entry in said.plan.entries.iter().filter(|entry| entry.is_release_mail()) {
                let later = SignedDuration::from_mins(entry.offset_minutes);
                // When it is known already nobody waits for his turn.
                let from = if occasion == Occasion::Broken { at } else { at.checked_add(later).unwrap_or(at) };
                for to in said.addressees.get(&entry.id).into_iter().flatten() {
                    tell(to.clone(), occasion, &entry.id, entry.language, &entry.words, from);
                }
            }
        }
        if occasion == Occasion::Broken {
            for one in record.file.plan.told_in_advance(content.version).values() {
                if let Some(to) = addressee_at(record, one.said_at) {
                    tell(to, occasion, RELEASE, PlanLanguage::Own, &Bilingual::default(), at);
                }
            }
        }
        effects
    }

    /// Own words of the row that speaks to an audience.
    pub(in crate::disclosure) fn words_for(said: Option<&PlanSaid>, which: impl Fn(&PlanEntry) -> bool) -> Bilingual {
        let entry = said.and_then(|said| said.plan.entries.iter().find(|entry| which(entry)));
        entry.map(|entry| entry.words.clone()).unwrap_or_default()
    }
}
