//! A mail about a report that is already there.
//!
//! It joins the report only with both: a proved sender (a good signature of the key known for that reporter, or an aligned DKIM pass by the known
//! address) and the token of one of our mails, in In-Reply-To, in References or in an address it was sent to. Everything else that claims a report or a case is kept as a report of its own, in quarantine,
//! beside what it claims. Delivery reports about our own mail are noted at the report and never answered. Nothing here reopens anything.

use super::arrival::Arrival;
use super::import_mail::{Coming, ImportError, Imported, Outcome, Read, signature_of, words_of};
use crate::communication::LONGEST;
use crate::house::Desk;
use crate::keys::ring::Standing;
use crate::ports::opener::{KnownKeys, Opener};
use crate::ports::store::{Commit, CommitError, StoreTrouble};
use crate::reading::ReportRecord;
use crate::record::Said;
use wardroom_domain::communication::{MessageKind, MessageWords};
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::intake::followed::{Claim, ClaimBy, FollowedUp, Returned, Vouched};
use wardroom_domain::intake::{AttachmentWords, Reading, Signature};
use wardroom_domain::log::{Actor, StreamId, StreamKind};
use wardroom_domain::people::Viewer;
use wardroom_mail::keys::KnownCert;
use wardroom_mail::opened::{OpenedMail, Signature as MailSignature};

/// Message ids, and addresses, looked at in one mail.
const REFERENCES: usize = 60;

/// What a mail says it belongs to.
#[derive(Default)]
pub(super) struct Marks {
    /// A report by the token of one of our mails.
    pub(super) token: Option<StreamId>,
    /// What it claims, by whatever.
    pub(super) claim: Option<Claim>,
    /// It bears the Message-ID of one of our own mails.
    pub(super) own: bool,
}

impl Desk {
    /// Looks for marks; a mark that leads nowhere is none.
    pub(super) async fn marks(&self, mail: &OpenedMail, arrival: &Arrival) -> Result<Marks, StoreTrouble> {
        let own = mail.message_id.as_deref().is_some_and(|id| self.is_our_message_id(id));
        let ids: Vec<&String> = mail.in_reply_to.iter().chain(mail.references.iter().rev()).take(REFERENCES).collect();
        let written = mail.to.iter().chain(&mail.cc).map(|one| &one.address);
        let addresses = arrival.recipients.iter().chain(&mail.delivered_to).chain(written).take(REFERENCES);
        let by_id = ids.iter().filter_map(|id| self.report_of_message_id(id));
        let by_address = addresses.filter_map(|address| self.report_of_address(address));
        let named: Vec<StreamId> = by_id.chain(by_address).collect();
        let mut token = None;
        for report in named {
            if !self.store.reporter_view(&report).await?.is_empty() {
                token = Some(report);
                break;
            }
        }
        let claim = match &token {
            Some(report) => Some(Claim { claimed: report.clone(), by: ClaimBy::Token }),
            None => match self.referenced(&ids).await? {
                Some(report) => Some(Claim { claimed: report, by: ClaimBy::Reference }),
                None => self.numbered(&mail.subject).await?.map(|claimed| Claim { claimed, by: ClaimBy::Number }),
            },
        };
        Ok(Marks { token, claim, own })
    }

    /// The number people know a claimed stream by.
    pub(super) async fn claimed_number(&self, claimed: &StreamId) -> Result<String, StoreTrouble> {
        let viewer = Viewer::house();
        Ok(match claimed.kind() {
            StreamKind::Case => self.case_record(&viewer, claimed).await?.map(|case| case.file.number),
            _ => self.report_record(&viewer, claimed).await?.map(|report| report.number().to_owned()),
        }
        .unwrap_or_default())
    }

    async fn referenced(&self, ids: &[&String]) -> Result<Option<StreamId>, StoreTrouble> {
        for id in ids {
            if let Some(report) = self.store.seen(&self.message_id_key(id.trim().trim_matches(['<', '>']))).await? {
                return Ok(Some(report));
            }
        }
        Ok(None)
    }

    /// The report or case whose number stands in a subject.
    async fn numbered(&self, subject: &str) -> Result<Option<StreamId>, StoreTrouble> {
        for number in numbers_in(subject).into_iter().take(3) {
            if let Some(stream) = self.store.by_number(&Viewer::house(), &number).await? {
                return Ok(Some(stream));
            }
        }
        Ok(None)
    }

    /// Whether the sender is the reporter, proved. May have the mail opened once more with the key that came with the report.
    pub(super) async fn vouched(
        &self,
        opener: &dyn Opener,
        coming: &mut Coming<'_, '_>,
        read: &mut Read,
        report: &ReportRecord,
    ) -> Result<Option<Vouched>, ImportError> {
        let words = report.words();
        let Some(mail) = &read.opened else { return Ok(None) };
        if !matches!(read.reading, Reading::Clear | Reading::Decrypted) {
            // What nobody can read is answered as something new, so that its sender learns of it.
            return Ok(None);
        }
        let mut own_keys: Vec<String> = Vec::new();
        let now = self.known_reporter_keys().await?;
        let pinned = now.iter().filter_map(|armored| KnownCert::parse(armored.as_bytes()).ok());
        let of_reporter = |cert: &KnownCert| cert.addresses().iter().any(|one| one.eq_ignore_ascii_case(&words.sender_address));
        own_keys.extend(pinned.filter(of_reporter).map(|cert| cert.fingerprint()));
        let rejected: Vec<String> = (self.ring(&words.sender_address).await?.into_iter())
            .filter(|key| key.standing == Standing::Rejected)
            .map(|key| key.fingerprint)
            .collect();
        let allowed = |cert: &KnownCert| !rejected.iter().any(|one| one.eq_ignore_ascii_case(&cert.fingerprint()));
        let came = KnownCert::parse(words.reporter_key.as_bytes()).ok().filter(allowed);
        own_keys.extend(came.as_ref().map(KnownCert::fingerprint));
        if matches!(mail.signature, MailSignature::Unknown { .. }) && came.is_some() {
            let mut known = now.to_vec();
            known.push(words.reporter_key.clone());
            let evidence = read.evidence.take();
            *read = super::import_mail::read(opener, &coming.raw, &KnownKeys::new(known), coming.shelf).await?;
            read.evidence = evidence;
        }
        let Some(mail) = &read.opened else { return Ok(None) };
        if let MailSignature::Good { fingerprint } = &mail.signature
            && own_keys.iter().any(|own| own.eq_ignore_ascii_case(fingerprint))
        {
            return Ok(Some(Vouched::OpenPgp));
        }
        let known_address = !words.sender_address.is_empty()
            && mail.from.as_ref().is_some_and(|from| from.address.eq_ignore_ascii_case(&words.sender_address));
        let proved = read.evidence.as_ref().is_some_and(wardroom_domain::intake::MailEvidence::aligned_dkim);
        // A signature that is bad speaks against the sender, whatever the way of the mail proves.
        let bad = matches!(mail.signature, MailSignature::Bad { .. });
        Ok((known_address && proved && !bad).then_some(Vouched::Dkim))
    }

    /// Joins a vouched mail to its report.
    pub(super) async fn join(
        &self,
        coming: &mut Coming<'_, '_>,
        read: &mut Read,
        report: &StreamId,
        vouched: Vouched,
    ) -> Result<Imported, ImportError> {
        let at = coming.at;
        for _ in 0..5 {
            let Some(mail) = &read.opened else { break };
            let Some(record) = self.report_record(&Viewer::house(), report).await? else { break };
            let mut words = words_of(&coming.sha256, read, coming.glance);
            words.attachments.insert(0, own_bytes(&words.sha256, coming.len));
            let stream = &record.key.public;
            let mut kept = vec![match coming.shelf.whole(&mut coming.raw).await? {
                Some(laid) => laid.of_stream(self, stream),
                None => self.keep_bytes(stream, &coming.raw),
            }];
            kept.extend(mail.attachments.iter().enumerate().map(|(index, file)| match coming.shelf.file(index) {
                Some(laid) => laid.of_stream(self, stream),
                None => self.keep_bytes(stream, &file.bytes),
            }));
            let mut blobs = kept.iter().map(|one| one.blob.clone());
            let Some(original) = blobs.next() else { break };
            let head = FollowedUp {
                received_at: at,
                language: mail.language.clone(),
                reading: read.reading,
                signature: signature_of(&mail.signature),
                vouched,
                from: None,
                seen: coming.seen.clone(),
                original,
                attachments: blobs.collect(),
            };
            let signature = head.signature;
            let message = message_of(&mail.text, &mail.language);
            let said = vec![
                Said::with(Fact::Report(ReportFact::FollowedUp(Box::new(head))), Words::Report(Box::new(words))),
                Said::shared(Fact::Report(ReportFact::Message { message: MessageKind::FromReporter }), message),
            ];
            let small_blobs = self.settle_blobs(kept).await?;
            let append = self.following(&record.standing(), &Actor::Reporter, said, at);
            let seen = coming.seen.iter().map(|key| (key.clone(), report.clone())).collect();
            match self.store.commit(Commit { at, appends: vec![append], small_blobs, seen, ..Commit::default() }).await {
                Ok(_) => {
                    coming.shelf.taken();
                    return self.imported_at(&record, read, signature, Outcome::Threaded).await;
                }
                Err(CommitError::AlreadySeen { stream }) => {
                    if self.same_content(&coming.seen).await?.is_some() {
                        return self.imported_at(&record, read, signature, Outcome::DuplicateDelivery).await;
                    }
                    self.same_id_only(coming, read, &stream).await?;
                }
                Err(CommitError::Conflict { .. }) => {}
                Err(other) => return Err(StoreTrouble::new(other.to_string()).into()),
            }
        }
        Err(StoreTrouble::new("the report is being changed by others: try again").into())
    }

    /// Notes a delivery report about one of our mails at the report it is about. `None`: it is about none of ours.
    pub(super) async fn note_returned(&self, coming: &mut Coming<'_, '_>, read: &Read) -> Result<Option<Imported>, ImportError> {
        let at = coming.at;
        let Some(returned) = read.opened.as_ref().and_then(|mail| mail.returned.as_ref()) else { return Ok(None) };
        let Some(id) = returned.message_id.as_deref() else { return Ok(None) };
        let Some(report) = self.report_of_message_id(id) else { return Ok(None) };
        for _ in 0..5 {
            let Some(record) = self.report_record(&Viewer::house(), &report).await? else { return Ok(None) };
            let kept = match coming.shelf.whole(&mut coming.raw).await? {
                Some(laid) => laid.of_stream(self, &record.key.public),
                None => self.keep_bytes(&record.key.public, &coming.raw),
            };
            let what = if same_id(id, &self.message_id(&record, &format!("receipt:{report}"))) { "receipt" } else { "message" };
            let head = Returned {
                what: what.to_owned(),
                failed: returned.failed,
                status: returned.status.clone(),
                seen: coming.seen.clone(),
                original: kept.blob.clone(),
            };
            let said = Said::with(Fact::Report(ReportFact::Undelivered(Box::new(head))), Words::Text(returned.told.clone()));
            let small_blobs = self.settle_blobs(vec![kept]).await?;
            let append = self.following(&record.standing(), &Actor::House, vec![said], at);
            let noted = coming.seen.iter().map(|key| (key.clone(), report.clone())).collect();
            match self.store.commit(Commit { at, appends: vec![append], small_blobs, seen: noted, ..Commit::default() }).await {
                Ok(_) => {
                    coming.shelf.taken();
                    return self.imported_at(&record, read, Signature::None, Outcome::AutoReply).await.map(Some);
                }
                Err(CommitError::AlreadySeen { .. }) => {
                    return self.imported_at(&record, read, Signature::None, Outcome::DuplicateDelivery).await.map(Some);
                }
                Err(CommitError::Conflict { .. }) => {}
                Err(other) => return Err(StoreTrouble::new(other.to_string()).into()),
            }
        }
        Err(StoreTrouble::new("the report is being changed by others: try again").into())
    }

    async fn imported_at(
        &self,
        record: &ReportRecord,
        read: &Read,
        signature: Signature,
        outcome: Outcome,
    ) -> Result<Imported, ImportError> {
        let case = match &record.file.case {
            Some(case) => self.case_record(&Viewer::house(), case).await?.map(|case| case.file.number),
            None => None,
        };
        Ok(Imported {
            report: record.number().to_owned(),
            case,
            decrypted: read.reading == Reading::Decrypted,
            signature: signature.as_str(),
            language: read.opened.as_ref().map(|mail| mail.language.clone()).unwrap_or_default(),
            outcome,
        })
    }
}

/// The words of a follow-up as the conversation shows them.
pub(crate) fn message_of(text: &str, language: &str) -> Words {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    Words::Message(MessageWords { text: text.get(..end).unwrap_or(text).to_owned(), language: language.to_owned() })
}

/// The bytes of a follow-up as the first of its files.
pub(crate) fn own_bytes(sha256: &str, len: usize) -> AttachmentWords {
    AttachmentWords {
        name: "follow-up.eml".to_owned(),
        media_type: "message/rfc822".to_owned(),
        len: len as u64,
        sha256: sha256.to_owned(),
    }
}

fn same_id(one: &str, other: &str) -> bool {
    let bare = |id: &str| id.trim().trim_matches(['<', '>']).to_ascii_lowercase();
    bare(one) == bare(other)
}

/// Numbers of reports and cases in a line, full-width forms included: `R-2026-0001`.
fn numbers_in(line: &str) -> Vec<String> {
    let line = wardroom_domain::text::half_width(line).to_ascii_uppercase();
    let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let number = |word: &str| {
        let mut parts = word.split('-');
        let (kind, year, running) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |text: &str, least: usize| (least..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        (matches!(kind, "R" | "C") && digits(year, 4) && year.len() == 4 && digits(running, 4)).then(|| format!("{kind}-{year}-{running}"))
    };
    words.filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_however_they_are_written() {
        assert_eq!(numbers_in("Re: [R-2026-0001] more"), ["R-2026-0001"]);
        assert_eq!(numbers_in("回复：Ｒ－２０２６－０００１，c-2026-12345"), ["R-2026-0001", "C-2026-12345"]);
        assert!(numbers_in("CVE-2026-0001 R-26-0001 R-2026-01 AR-2026-0001 X-R-2026-0001").is_empty());
    }
}
