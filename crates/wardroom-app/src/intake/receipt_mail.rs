//! Mail to reporters: the receipt (automatic, no word of the submitter in it) and messages (a person's words; encrypted, or only announced).

use super::hand_in::Receipt;
use crate::communication::MessageMail;
use crate::house::Desk;
use crate::language;
use crate::ports::mailer::Outgoing;
use crate::ports::store::{Commit, Leased};
use crate::promises::Promise;
use crate::reading::ReportRecord;
use crate::record::Said;
use crate::worker::Worker;
use crate::worker::outbox::Undone;
use jiff::tz::TimeZone;
use wardroom_domain::facts::{Fact, ReportFact};
use wardroom_domain::intake::{MailEvidence, ReportWords, Signature};
use wardroom_domain::log::Actor;
use wardroom_domain::people::Viewer;
use wardroom_domain::triage::ReportState;
use wardroom_mail::compose::{ComposeFault, Outgoing as Letter, WrittenBy, compose};
use wardroom_mail::keys::ReporterCert;
use wardroom_mail::opened::Address;
use wardroom_seal::{draw, hex};
use wardroom_words::{Lang, say_with};

/// At most one receipt per address within this time: our answer must not be a weapon.
const RECEIPT_WINDOW_SECONDS: u32 = 86_400;

impl Worker {
    /// Sends the receipt of a report, once.
    pub(crate) async fn receipt_mail(&self, row: &Leased) -> Result<(), Undone> {
        let desk = &self.desk;
        let Some(report) = desk.report_record(&Viewer::house(), &row.stream).await? else {
            return Err(Undone::Never("the report is not there".to_owned()));
        };
        if already_mailed(&report) {
            return Ok(());
        }
        let Some(receipt) = desk.open_effect::<Receipt>(&row.key, row.payload.as_ref()) else {
            return Err(Undone::Never("the job's payload does not open".to_owned()));
        };
        let words = report.words();
        if report.file.received.automatic {
            return self.withhold(&report, "automatic").await;
        }
        if words.sender_address.is_empty() {
            return self.withhold(&report, "no_address").await;
        }
        desk.note_handed_in_key(&report, &words).await?;
        self.wait_for_turn(&report, &words, &row.key).await?;
        let address = words.sender_address.to_lowercase();
        let quota = format!("receipt:{}", hex(&desk.master().mac("receipt address", address.as_bytes())));
        if !desk.store.claim_quota(&quota, &row.key, desk.now(), RECEIPT_WINDOW_SECONDS).await? {
            return self.withhold(&report, "already_today").await;
        }
        let lang = language::reader(&report.file.received.language);
        let text = receipt_text(desk, lang, &report, &receipt);
        let subject = say_with(lang, "mail-receipt-subject", &[("report", report.number().into())]);
        let letter = self.letter(&report, &words, subject, text, WrittenBy::AutoReplied, &row.key);
        let cert = desk.reporter_cert(&words).await?;
        let mail = self.seal_letter(letter, cert.as_ref(), true).await?;
        self.send_mail(&mail).await?;
        self.note_sent(&report).await
    }

    /// The receipt's place in the row, while many go out.
    async fn wait_for_turn(&self, report: &ReportRecord, words: &ReportWords, job: &str) -> Result<(), Undone> {
        let desk = &self.desk;
        let proved = report.file.received.signature == Signature::Good || words.evidence.as_ref().is_some_and(MailEvidence::aligned_dkim);
        let Some(turn) = desk.receipt_pace.wait(job, proved, desk.queue_now()) else { return Ok(()) };
        desk.flood_seen("receipts wait for their turn").await;
        let turn = i64::try_from(turn).ok().and_then(|turn| jiff::Timestamp::from_millisecond(turn).ok()).unwrap_or(desk.now());
        Err(Undone::At(turn, "many receipts go out: this one waits for its turn".to_owned()))
    }

    /// Sends a person's message: encrypted when the reporter's key is known, else a notice without content.
    pub(crate) async fn message_mail(&self, row: &Leased) -> Result<(), Undone> {
        let desk = &self.desk;
        let Some(report) = desk.report_record(&Viewer::house(), &row.stream).await? else {
            return Err(Undone::Never("the report is not there".to_owned()));
        };
        let Some(message) = desk.open_effect::<MessageMail>(&row.key, row.payload.as_ref()) else {
            return Err(Undone::Never("the job's payload does not open".to_owned()));
        };
        if message.while_declined && report.file.state != ReportState::Declined {
            return Ok(());
        }
        let words = report.words();
        if words.sender_address.is_empty() {
            return Ok(());
        }
        desk.note_handed_in_key(&report, &words).await?;
        let lang = language::reader(&report.file.received.language);
        let number = report.number();
        let track = format!("{}/track", desk.addresses.public_url);
        let subject = say_with(lang, "mail-message-subject", &[("report", number.into())]);
        let Some(cert) = desk.reporter_cert(&words).await? else {
            // Words in clear never travel: only that there are some.
            return self.tell_news(&row.stream, &row.key, message.at.unwrap_or_else(|| desk.now())).await;
        };
        let foot = say_with(lang, "mail-message-foot", &[("report", number.into()), ("url", track.as_str().into())]);
        let text = format!("{}\n\n{foot}", message.text);
        let letter = self.letter(&report, &words, subject, text, WrittenBy::Person, &row.key);
        let mail = self.seal_letter(letter, Some(&cert), false).await?;
        self.send_mail(&mail).await?;
        Ok(())
    }

    pub(crate) fn letter(
        &self,
        report: &ReportRecord,
        words: &ReportWords,
        subject: String,
        text: String,
        by: WrittenBy,
        key: &str,
    ) -> Letter {
        let desk = &self.desk;
        let address = desk.addresses.mail.clone();
        let answered = (!words.message_id.is_empty()).then(|| words.message_id.trim_matches(['<', '>']).to_owned());
        Letter {
            from: Address { name: Some(desk.profile().team_name("en")), address },
            reply_to: desk.answer_address(&report.file.id).map(|address| Address { name: None, address }),
            to: vec![Address { name: None, address: words.sender_address.clone() }],
            subject,
            text,
            message_id: desk.message_id(report, key),
            date: desk.now().as_second(),
            references: answered.iter().cloned().collect(),
            in_reply_to: answered,
            written_by: by,
            language: language::reader(&report.file.received.language).code().to_owned(),
        }
    }

    /// Signs a letter and encrypts it to `cert`. Whoever asks decides what may travel without: nothing that was confided.
    pub(crate) async fn seal_letter(&self, mut letter: Letter, cert: Option<&ReporterCert>, null_sender: bool) -> Result<Outgoing, Undone> {
        let signer = self.desk.signing_key().await?;
        let seed = self.desk.by_chance(|chance| draw::<32>(chance));
        let composed = compose(&letter, signer.as_ref(), cert, &seed);
        let raw = match composed {
            Ok(raw) => raw,
            // A key of ours that cannot sign today can tomorrow, when it was replaced: the reporter must still get the mail.
            Err(fault @ ComposeFault::Sign(_)) => return Err(Undone::Later(fault.to_string())),
            // A message id a sender made up need not be one that can be written: answer without naming it.
            Err(_) if letter.in_reply_to.is_some() => {
                letter.in_reply_to = None;
                letter.references.clear();
                compose(&letter, signer.as_ref(), cert, &seed).map_err(|fault| Undone::Never(fault.to_string()))?
            }
            Err(fault) => return Err(Undone::Never(fault.to_string())),
        };
        let from = if null_sender { String::new() } else { self.desk.addresses.mail.clone() };
        let to = letter.to.into_iter().next().map(|address| address.address).unwrap_or_default();
        Ok(Outgoing { from, to, raw })
    }

    async fn withhold(&self, report: &ReportRecord, why: &str) -> Result<(), Undone> {
        self.note(report, ReportFact::ReceiptWithheld { why: why.to_owned() }).await
    }

    async fn note_sent(&self, report: &ReportRecord) -> Result<(), Undone> {
        self.note(report, ReportFact::ReceiptSent { by: "mail".to_owned() }).await
    }

    pub(crate) async fn note(&self, report: &ReportRecord, fact: ReportFact) -> Result<(), Undone> {
        let desk = &self.desk;
        let mut fresh = None;
        for _ in 0..5 {
            let report = fresh.as_ref().unwrap_or(report);
            let at = desk.now();
            let append = desk.following(&report.standing(), &Actor::House, vec![Said::bare(Fact::Report(fact.clone()))], at);
            match desk.store.commit(Commit { at, appends: vec![append], ..Commit::default() }).await {
                Ok(_) => return Ok(()),
                Err(crate::ports::store::CommitError::Conflict { .. }) => {
                    fresh = desk.report_record(&Viewer::house(), &report.file.id).await?;
                }
                Err(error) => return Err(Undone::Later(error.to_string())),
            }
        }
        Err(Undone::Later("the report is being changed by others".to_owned()))
    }
}

impl Desk {
    /// The Message-ID of a job's mail, without angle brackets: the report's token, and the job. The same job has the same one, so that a
    /// repetition after a crash is recognised by its receiver.
    pub(crate) fn message_id(&self, report: &ReportRecord, job: &str) -> String {
        let domain = self.addresses.mail.rsplit('@').next().unwrap_or("localhost");
        let unique = hex(&self.master().mac("message id", job.as_bytes()).as_slice()[..16]);
        match self.thread_token(&report.file.id) {
            Some(token) => format!("{token}.{unique}@{domain}"),
            None => format!("{unique}@{domain}"),
        }
    }
}

fn already_mailed(report: &ReportRecord) -> bool {
    report.entries.iter().any(|entry| matches!(&entry.recorded.fact, Fact::Report(ReportFact::ReceiptSent { by }) if by == "mail"))
}

/// The text of a receipt: numbers, instants, our own words. Nothing a submitter wrote is in it.
fn receipt_text(desk: &Desk, lang: Lang, report: &ReportRecord, receipt: &Receipt) -> String {
    let received = when(&receipt.received_at, &desk.profile().zone());
    let promised: Vec<String> = receipt.promises.iter().map(|promise| promise_line(lang, promise)).collect();
    let unreadable = match report.file.received.reading {
        wardroom_domain::intake::Reading::Clear | wardroom_domain::intake::Reading::Decrypted => "no",
        wardroom_domain::intake::Reading::DecryptionFailed | wardroom_domain::intake::Reading::Unreadable => "yes",
        // Not opened yet: the receipt does not claim anything about it.
        wardroom_domain::intake::Reading::Sealed => "no",
    };
    let fingerprint = desk.maker().keys.iter().find(|key| !key.retired).map(|key| key.fingerprint.clone()).unwrap_or_default();
    say_with(
        lang,
        "mail-receipt-text",
        &[
            ("team", desk.profile().team_name(lang.code()).into()),
            ("report", report.number().into()),
            ("code", receipt.code.as_str().into()),
            ("received", received.into()),
            ("sha256", receipt.sha256.as_str().into()),
            ("promises", promised.join("\n").into()),
            ("unreadable", unreadable.into()),
            ("url", format!("{}/track", desk.addresses.public_url).into()),
            ("fingerprint", fingerprint.into()),
        ],
    )
}

fn promise_line(lang: Lang, promise: &Promise) -> String {
    let due = when(&promise.due, &promise.zone);
    let known =
        wardroom_words::find_with(lang, &format!("mail-promise-{}", promise.kind.replace('_', "-")), &[("due", due.as_str().into())]);
    known.unwrap_or_else(|| format!("- {}: {due}", promise.kind))
}

/// `2026-11-23 09:00 (Asia/Shanghai)`
fn when(at: &jiff::Timestamp, zone: &str) -> String {
    let tz = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    format!("{} ({zone})", at.to_zoned(tz).strftime("%Y-%m-%d %H:%M"))
}
