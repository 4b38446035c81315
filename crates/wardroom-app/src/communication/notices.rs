//! Notices of an advisory to the recipients of a disclosure plan: what they say, on which occasion, and the job that mails one.
//!
//! What is still secret travels encrypted or not at all: without a usable key the mail only says that there is something to fetch. Subjects
//! hold a number or nothing. A job that was overtaken says what holds now, or nothing: an advance notice whose plan no longer stands is not
//! sent, and whoever has not read version 1 when version 2 is public is told of version 2. When the next server has taken a mail, that is a
//! fact (`notified`), and those are the ones a correction goes to.
//!
//! Deliberately not here: when anything is said (`disclosure/plan`), and messages to reporters (`message`).

use crate::house::Desk;
use crate::language::reader;
use crate::ports::store::{Commit, CommitError, Effect, Leased};
use crate::reading::AdvisoryRecord;
use crate::record::Said;
use crate::worker::Worker;
use crate::worker::outbox::Undone;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use wardroom_domain::communication::Addressee;
use wardroom_domain::disclosure::{AdvisoryContent, Bilingual, Occasion, PlanLanguage};
use wardroom_domain::facts::{AdvisoryFact, Fact, Words};
use wardroom_domain::log::{Actor, StreamId};
use wardroom_domain::people::Viewer;
use wardroom_domain::remediation::ImpactStatus;
use wardroom_mail::compose::{Outgoing as Letter, WrittenBy};
use wardroom_mail::opened::Address;
use wardroom_words::{Lang, say, say_with};

/// Kind of the effect that mails one notice.
pub const NOTICE_MAIL: &str = "notice_mail";
/// How often recording a delivery is tried when others write to the advisory at the same time.
const TRIES: u32 = 12;

/// Two jobs of one advisory note one after the other: each must see what the first one noted.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// What a notice says and to whom; payload of [`NOTICE_MAIL`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub to: Addressee,
    /// `en` or `zh`.
    pub language: String,
    pub occasion: Occasion,
    pub version: u32,
    pub text: String,
    /// Of what is told before the publication: content and instant.
    #[serde(default)]
    pub mark: String,
    /// Hash of the confirmed plan it belongs to, when it is said before the publication.
    #[serde(default)]
    pub plan: String,
}

/// The instant people agreed on, and the zone they did it in.
#[derive(Clone, Copy)]
pub(crate) struct When<'a> {
    pub at: Timestamp,
    pub zone: &'a str,
}

impl When<'_> {
    /// `2026-12-04 10:00 (Asia/Shanghai, UTC+08)`
    pub fn told(&self) -> String {
        let zone = TimeZone::get(self.zone).unwrap_or(TimeZone::UTC);
        self.at.to_zoned(zone).strftime(&format!("%Y-%m-%d %H:%M ({}, UTC%:::z)", self.zone)).to_string()
    }
}

/// The language a row speaks to somebody in.
pub(crate) fn language_for(row: PlanLanguage, to: &Addressee) -> Lang {
    match row {
        PlanLanguage::Own => reader(&to.language),
        PlanLanguage::En => Lang::En,
        PlanLanguage::Zh => Lang::Zh,
    }
}

impl Desk {
    /// The subject of such a mail.
    pub(crate) fn notice_subject(&self, occasion: Occasion, lang: Lang, number: &str) -> String {
        let team = self.profile().team_name(lang.code());
        match occasion {
            // Not even the number: that there is an advisory is secret.
            Occasion::Advance | Occasion::Update | Occasion::Postponed => {
                say_with(lang, "mail-notice-subject-secret", &[("team", team.into())])
            }
            Occasion::Released | Occasion::Broken => say_with(lang, "mail-notice-subject", &[("number", number.into())]),
            Occasion::Correction => say_with(lang, "mail-notice-subject-correction", &[("number", number.into())]),
        }
    }

    /// What it says.
    pub(crate) fn notice_text(&self, occasion: Occasion, lang: Lang, content: &AdvisoryContent, when: When<'_>, own: &Bilingual) -> String {
        let key = match occasion {
            Occasion::Advance => "mail-notice-advance",
            Occasion::Update => "mail-notice-update",
            Occasion::Postponed => "mail-notice-postponed",
            Occasion::Released => "mail-notice-released",
            Occasion::Broken => "mail-notice-broken",
            Occasion::Correction => "mail-notice-correction",
        };
        let parts = |more: &[(&'static str, String)]| {
            let mut parts = vec![
                ("number", content.id.clone()),
                ("when", when.told()),
                ("url", format!("{}/advisories/{}", self.addresses.public_url, content.id)),
                ("version", content.version.to_string()),
            ];
            parts.extend(more.iter().cloned());
            parts
        };
        let told = |key: &str, parts: Vec<(&'static str, String)>| {
            let values: Vec<_> = parts.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
            say_with(lang, key, &values)
        };
        let mut text = told(key, parts(&[]));
        if occasion != Occasion::Postponed {
            text = format!("{text}\n\n{}", self.summary_of(lang, content));
        }
        let change = content.texts.change.text(lang.code()).trim();
        if occasion == Occasion::Correction && !change.is_empty() {
            text = format!("{text}\n\n{}\n{change}", say(lang, "mail-notice-changed"));
        }
        let own = own.text(lang.code()).trim();
        if !own.is_empty() {
            text = format!("{text}\n\n{own}");
        }
        let team = self.profile().team_name(lang.code());
        let foot = say_with(lang, "mail-notice-foot", &[("team", team.into()), ("mail", self.addresses.mail.as_str().into())]);
        format!("{text}\n\n{foot}")
    }

    /// Title, severity, products, summary and what to do.
    fn summary_of(&self, lang: Lang, content: &AdvisoryContent) -> String {
        let code = lang.code();
        let mut lines = vec![content.texts.title.text(code).to_owned()];
        if let Some(worst) = content.worst() {
            let (version, score) = (format!("CVSS {}", worst.version), worst.score.to_string());
            let severity = say(lang, &format!("validation-severity-{}", worst.severity.to_lowercase()));
            let parts = [("scheme", version.as_str().into()), ("score", score.as_str().into()), ("severity", severity.into())];
            lines.push(say_with(lang, "mail-notice-severity", &parts));
        }
        let mut seen = BTreeSet::new();
        for impact in content.vulnerabilities.iter().flat_map(|one| &one.impacts).filter(|one| one.status == ImpactStatus::Affected) {
            let name = content.products.iter().find(|one| one.id == impact.product).map_or(impact.product.as_str(), |one| &one.name);
            let fixed = if impact.fixed_in.is_empty() { "no" } else { "yes" };
            let parts = [
                ("product", name.into()),
                ("versions", impact.versions_told().into()),
                ("fixed", fixed.into()),
                ("fix", impact.fixed_in.as_str().into()),
            ];
            let line = say_with(lang, "mail-notice-product", &parts);
            if seen.insert(line.clone()) {
                lines.push(line);
            }
        }
        for text in [&content.texts.summary, &content.texts.action] {
            if !text.is_empty() {
                lines.push(format!("\n{}", text.text(code)));
            }
        }
        lines.join("\n")
    }

    /// The job that mails a notice, from `at` on. `row` makes its key unique beside version and recipient.
    pub(crate) fn notice(&self, advisory: &StreamId, row: &str, notice: &Notice, at: Timestamp) -> Effect {
        let key = format!("notice:{advisory}:{}:{row}:{}", notice.version, notice.to.id);
        let payload = serde_json::to_vec(notice).unwrap_or_default();
        self.effect(key, NOTICE_MAIL, advisory, Some(&payload), at)
    }
}

/// The words of a delivery.
pub(crate) fn addressee_at(record: &AdvisoryRecord, said_at: u64) -> Option<Addressee> {
    let entry = record.entries.iter().find(|entry| entry.recorded.stream_seq == said_at)?;
    match &entry.words {
        Some(Words::Addressee(to)) => Some(to.clone()),
        _ => None,
    }
}

impl Worker {
    /// Mails one notice, unless it was overtaken.
    pub(crate) async fn notice_mail(&self, row: &Leased) -> Result<(), Undone> {
        let desk = &self.desk;
        let Some(mut notice) = desk.open_effect::<Notice>(&row.key, row.payload.as_ref()) else {
            return Err(Undone::Never("the job's payload does not open".to_owned()));
        };
        let house = Viewer::house();
        let Some(record) = desk.advisory_record(&house, &row.stream).await? else {
            return Err(Undone::Never("the advisory is not there".to_owned()));
        };
        let listed = desk.recipient(&notice.to.id).await?;
        let plan = &record.file.plan;
        if notice.occasion.needs_plan() {
            let stands = plan.standing().is_some_and(|(scheduled, _)| scheduled.plan == notice.plan);
            let told = plan
                .told_in_advance(notice.version)
                .get(notice.to.id.as_str())
                .is_some_and(|one| one.occasion.needs_plan() && one.mark == notice.mark);
            let same = |one: &wardroom_domain::communication::Recipient| one.advance && one.address == notice.to.address;
            if !stands || told || !listed.as_ref().is_some_and(same) {
                tracing::info!(job = row.id, "an advance notice is not sent: it was told already, or no longer holds");
                return Ok(());
            }
        } else if !notice.occasion.is_confidential() {
            if plan.told_of_publications().get(notice.to.id.as_str()).is_some_and(|one| one.version >= notice.version) {
                return Ok(());
            }
            if let Some(newest) = record.file.published.last().filter(|one| one.version > notice.version) {
                let when = When { at: newest.released_at, zone: "UTC" };
                notice.version = newest.version;
                notice.text = desk.notice_text(notice.occasion, reader(&notice.language), &newest.content, when, &Bilingual::default());
            }
        }
        let lang = reader(&notice.language);
        let cert = listed.as_ref().and_then(|one| desk.recipient_cert(one));
        if notice.occasion.is_confidential() && cert.is_none() {
            let parts = [("team", desk.profile().team_name(lang.code()).into()), ("mail", desk.addresses.mail.as_str().into())];
            notice.text = say_with(lang, "mail-notice-no-key", &parts);
        }
        let address = desk.addresses.mail.clone();
        let letter = Letter {
            from: Address { name: Some(desk.profile().team_name(lang.code())), address: address.clone() },
            reply_to: None,
            to: vec![Address { name: None, address: notice.to.address.clone() }],
            subject: desk.notice_subject(notice.occasion, lang, &record.file.number),
            text: notice.text.clone(),
            message_id: desk.house_message_id(&row.key),
            date: desk.now().as_second(),
            references: Vec::new(),
            in_reply_to: None,
            written_by: WrittenBy::AutoGenerated,
            language: lang.code().to_owned(),
        };
        let mail = self.seal_letter(letter, cert.as_ref(), false).await?;
        self.send_mail(&mail).await?;
        self.note_notified(record, &notice).await
    }

    async fn note_notified(&self, record: AdvisoryRecord, notice: &Notice) -> Result<(), Undone> {
        let desk = &self.desk;
        let _turn = TURN.lock().await;
        let house = Viewer::house();
        let fact = AdvisoryFact::Notified {
            version: notice.version,
            recipient: notice.to.id.clone(),
            occasion: notice.occasion,
            mark: notice.mark.clone(),
        };
        let mut record = record;
        for _ in 0..TRIES {
            let said = Said::with(Fact::Advisory(fact.clone()), Words::Addressee(notice.to.clone()));
            let append = desk.advisory_append(Actor::House, &record, vec![said]);
            match desk.store.commit(Commit { at: desk.now(), appends: vec![append], ..Commit::default() }).await {
                Ok(_) => return Ok(()),
                Err(CommitError::Conflict { .. }) => match desk.advisory_record(&house, &record.file.id).await? {
                    Some(fresh) => record = fresh,
                    None => break,
                },
                Err(error) => return Err(Undone::Later(error.to_string())),
            }
        }
        Err(Undone::Later("the advisory is being changed by others".to_owned()))
    }
}
