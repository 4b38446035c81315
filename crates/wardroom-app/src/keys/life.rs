//! The life of the team's keys: rotated with an overlap, retired, taken back, and watched before they end. A retired or revoked key still
//! decrypts what comes to it.
//!
//! Nothing here touches the public tree: each fact that shows there has the worker make it anew (`record_on_org`), and with it
//! security.txt, the key directory, the provider metadata and the key page.

use super::unusable;
use crate::asked::Asked;
use crate::disclosure::tree::key_card;
use crate::house::{Desk, TeamKey};
use crate::ports::store::{Leased, StoreTrouble};
use crate::worker::Worker;
use crate::worker::outbox::Undone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use wardroom_domain::Refusal;
use wardroom_domain::facts::{Fact, OrgFact};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_mail::keys::{Revocation, TeamSecret};
use wardroom_words::{Lang, say_with};

/// Days before the end of a key at which an alarm is given; 0: it has ended.
pub const ALARM_DAYS: [u16; 4] = [90, 30, 7, 0];
/// How long a former key is still offered after the fresh one, in days, unless another time is asked for.
pub const OVERLAP_DAYS: u16 = 30;
/// Longest overlap, in days.
const MOST_OVERLAP_DAYS: u16 = 365;

/// A key in front that ends soon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAlarm {
    pub fingerprint: String,
    pub ends_at: Timestamp,
    /// Which of [`ALARM_DAYS`] was passed last.
    pub days: u16,
}

impl Desk {
    /// Rotates: a fresh key in front, the former ones are offered after it for `overlap_days` more, and keep decrypting.
    pub async fn rotate_team_key(&self, viewer: &Viewer, user_id: &str, overlap_days: u16) -> Asked<String> {
        viewer.demand(Act::KeepKeys)?;
        if overlap_days > MOST_OVERLAP_DAYS {
            let why = format!("at most {MOST_OVERLAP_DAYS} days");
            return Err(Refusal::FieldWrong { field: "overlap", why }.into());
        }
        let former: Vec<TeamKey> = self.maker().keys.into_iter().filter(TeamKey::is_in_front).collect();
        let fresh = self.make_team_key(viewer, user_id).await?;
        let at = self.now().checked_add(SignedDuration::from_hours(24 * i64::from(overlap_days))).unwrap_or(self.now());
        let retired = |fingerprint| match overlap_days {
            0 => OrgFact::KeyRetired { fingerprint },
            _ => OrgFact::KeyRetiring { fingerprint, at },
        };
        let facts: Vec<Fact> = former.into_iter().map(|key| Fact::Org(retired(key.fingerprint))).collect();
        if !facts.is_empty() {
            self.record_on_org(viewer, facts).await?;
        }
        Ok(fresh)
    }

    /// The key is offered no more; it still decrypts. The only key in front is not retired: rotate instead.
    pub async fn retire_team_key(&self, viewer: &Viewer, fingerprint: &str) -> Asked<()> {
        viewer.demand(Act::KeepKeys)?;
        let key = self.team_key(fingerprint)?;
        if key.retired {
            return Err(Refusal::AlreadyDone.into());
        }
        let others = self.maker().keys.into_iter().any(|other| other.fingerprint != key.fingerprint && other.is_in_front());
        if !others {
            let why = "it is the only key in use: rotate first".to_owned();
            return Err(Refusal::FieldWrong { field: "key", why }.into());
        }
        self.record_on_org(viewer, vec![Fact::Org(OrgFact::KeyRetired { fingerprint: key.fingerprint })]).await
    }

    /// Takes the key back: its certificate is published with the revocation, and it is offered no more. It still decrypts.
    pub async fn revoke_team_key(&self, viewer: &Viewer, fingerprint: &str, why: Revocation) -> Asked<()> {
        viewer.demand(Act::KeepKeys)?;
        let key = self.team_key(fingerprint)?;
        if key.revoked {
            return Err(Refusal::AlreadyDone.into());
        }
        let Some(armored) = self.secret_of(&key.fingerprint).await? else {
            return Err(Refusal::NotThere { thing: "key" }.into());
        };
        let secret = TeamSecret::import(armored.as_bytes(), None).map_err(unusable)?;
        let revoked = secret.revoked(why, self.now().as_second()).map_err(unusable)?;
        let fact = OrgFact::KeyRevoked { fingerprint: key.fingerprint, public: revoked.armored_public(), why: why.as_str().to_owned() };
        self.record_on_org(viewer, vec![Fact::Org(fact)]).await
    }

    /// A key of ours by its fingerprint, however it is written, or by the end of it (16 digits or more).
    pub fn team_key(&self, fingerprint: &str) -> Asked<TeamKey> {
        let wanted: String = fingerprint.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        let mut found = self.maker().keys.into_iter().filter(|key| wanted.len() >= 16 && key.fingerprint.ends_with(&wanted));
        match (found.next(), found.next()) {
            (Some(key), None) => Ok(key),
            _ => Err(Refusal::NotThere { thing: "key" }.into()),
        }
    }

    /// The keys in front that end within 90 days or have ended.
    pub fn key_alarms(&self) -> Vec<KeyAlarm> {
        let now = self.now();
        let front = self.maker().keys.into_iter().filter(TeamKey::is_in_front);
        front.filter_map(|key| alarm(&key, now)).collect()
    }
}

fn alarm(key: &TeamKey, now: Timestamp) -> Option<KeyAlarm> {
    let ends_at = key_card(key, now)?.expires_at?;
    let left = ends_at.as_second() - now.as_second();
    let days = ALARM_DAYS.into_iter().rev().find(|days| left <= i64::from(*days) * 86_400)?;
    Some(KeyAlarm { fingerprint: key.fingerprint.clone(), ends_at, days })
}

impl Worker {
    /// Retires keys whose overlap is over, and gives the alarms that are due: once each. Returns how many facts that made.
    pub async fn keys_once(&self) -> Result<usize, StoreTrouble> {
        let desk = &self.desk;
        desk.refresh().await?;
        let now = desk.now();
        let house = Viewer::house();
        let mut made = 0;
        for key in desk.maker().keys.into_iter().filter(|key| !key.retired) {
            if key.retires_at.is_some_and(|at| at <= now) {
                let fact = Fact::Org(OrgFact::KeyRetired { fingerprint: key.fingerprint.clone() });
                desk.record_on_org(&house, vec![fact]).await.map_err(|error| StoreTrouble::new(error.to_string()))?;
                made += 1;
            }
        }
        for alarm in desk.key_alarms() {
            let given = desk.maker().keys.into_iter().find(|key| key.fingerprint == alarm.fingerprint).and_then(|key| key.alarmed);
            if given.is_some_and(|given| given <= alarm.days) {
                continue;
            }
            let name = format!("key_alarm:{}:{}", alarm.fingerprint, alarm.days);
            let payload = serde_json::to_vec(&alarm).unwrap_or_default();
            let effect = desk.effect(name, "key_alarm_mail", &StreamId::org(), Some(&payload), now);
            let fact = Fact::Org(OrgFact::KeyExpiring { fingerprint: alarm.fingerprint, days: alarm.days });
            let recorded = desk.record_on_org_with(&house, vec![fact], vec![effect]).await;
            recorded.map_err(|error| StoreTrouble::new(error.to_string()))?;
            made += 1;
        }
        Ok(made)
    }

    /// Tells the team by mail that a key ends: to the team's own address, signed while that still works.
    pub(crate) async fn key_alarm_mail(&self, row: &Leased) -> Result<(), Undone> {
        let desk = &self.desk;
        let Some(alarm) = desk.open_effect::<KeyAlarm>(&row.key, row.payload.as_ref()) else {
            return Err(Undone::Never("the job's payload does not open".to_owned()));
        };
        let lang = Lang::En;
        let day = alarm.ends_at.strftime("%Y-%m-%d").to_string();
        let ended = if alarm.days == 0 { "yes" } else { "no" };
        let parts = [
            ("fingerprint", alarm.fingerprint.as_str().into()),
            ("day", day.as_str().into()),
            ("ended", ended.into()),
            ("url", format!("{}/keys", desk.addresses.desk_url).into()),
        ];
        let both = [Lang::En, Lang::Zh].map(|lang| say_with(lang, "mail-key-alarm-text", &parts));
        self.tell_team(&row.key, say_with(lang, "mail-key-alarm-subject", &parts), both.join("\n\n")).await
    }
}
