//! Looking a reporter's key up in the key directory of their domain: only where the operator allowed it, only by a person's order, and for
//! a case under embargo only with a consent that is written down first: the domain learns that we ask. What is found is a candidate.

use crate::asked::{AskError, Asked};
use crate::house::Desk;
use crate::ports::key_directory::{DirectoryTrouble, KeyDirectory};
use crate::ports::opener::{KnownKeys, OpenTrouble, Opener};
use crate::ports::store::StoreTrouble;
use crate::reading::ReportRecord;
use crate::record::Said;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wardroom_domain::Refusal;
use wardroom_domain::communication::EmbargoState;
use wardroom_domain::facts::{Fact, ReportFact, Words};
use wardroom_domain::intake::ReportWords;
use wardroom_domain::log::StreamId;
use wardroom_domain::people::{Act, Viewer};
use wardroom_mail::keys::KnownCert;

/// What a look-up needs of the outside world.
#[derive(Clone, Copy)]
pub struct LookUp<'l> {
    pub directory: &'l dyn KeyDirectory,
    /// A stranger's bytes are first read in the child process.
    pub opener: &'l dyn Opener,
}

/// The field of a report by which its reporter agrees that the domain of the address is asked for the key.
pub const CONSENT_FIELD: &str = "key_lookup";
/// What is written down when that is the consent.
const BY_THE_REPORTER: &str = "the reporter, with the report";

/// Whether the reporter agreed already.
fn consents(words: &ReportWords) -> bool {
    words.fields.iter().any(|(id, value)| id == CONSENT_FIELD && value == "yes")
}

impl Desk {
    /// Asks for the key of the report's address. `consent` is needed while an embargo stands or is proposed: whose, and when they gave it.
    /// Gives the fingerprint of what was found; it waits in the ring for a person to pin it.
    pub async fn look_up_key(&self, viewer: &Viewer, report: &StreamId, consent: &str, by: LookUp<'_>) -> Asked<Option<String>> {
        viewer.demand(Act::Triage)?;
        let record = self.must_report(viewer, report).await?;
        let words = record.words();
        let address = words.sender_address.trim().to_lowercase();
        if address.is_empty() {
            return Err(wrong("this report has no mail address"));
        }
        let consent = match consent.trim() {
            "" if consents(&words) => BY_THE_REPORTER,
            given => given,
        };
        if self.is_embargoed(&record).await? && consent.is_empty() {
            return Err(Refusal::FieldNeeded { field: "consent" }.into());
        }
        // Written down before the question leaves the house.
        let fact = Fact::Report(ReportFact::KeyDecided { decision: "looked_up".to_owned() });
        let said = vec![Said::with(fact, Words::Text(consent.to_owned()))];
        self.record_on_report(viewer, &record, said, Vec::new()).await?;
        let found = by.directory.find(&address).await.map_err(|trouble| match trouble {
            DirectoryTrouble::Later(why) => AskError::from(StoreTrouble::new(format!("key directory: {why}"))),
            DirectoryTrouble::NotAnAddress | DirectoryTrouble::Refused(_) => wrong(&trouble.to_string()),
        })?;
        let Some(bytes) = found else { return Ok(None) };
        let Some(cert) = self.read_certificate(&address, &bytes, by.opener).await? else {
            return Err(wrong("what the key directory sent is no usable key for this address"));
        };
        self.note_directory_key(&record, &words, &cert).await?;
        Ok(Some(cert.fingerprint()))
    }

    /// Whether a look-up for this report needs a consent.
    pub async fn look_up_needs_consent(&self, viewer: &Viewer, report: &StreamId) -> Asked<bool> {
        let record = self.must_report(viewer, report).await?;
        Ok(self.is_embargoed(&record).await? && !consents(&record.words()))
    }

    async fn is_embargoed(&self, record: &ReportRecord) -> Result<bool, StoreTrouble> {
        let Some(case) = &record.file.case else { return Ok(false) };
        let case = self.case_record(&Viewer::house(), case).await?;
        Ok(case.is_some_and(|case| match case.file.embargo {
            EmbargoState::Proposed | EmbargoState::Active | EmbargoState::Revising => true,
            EmbargoState::None | EmbargoState::Exited => false,
        }))
    }

    /// The first certificate in the bytes that names the address, surveyed in the child process.
    async fn read_certificate(&self, address: &str, bytes: &[u8], opener: &dyn Opener) -> Asked<Option<KnownCert>> {
        let encoded = STANDARD.encode(bytes);
        let lines: Vec<&str> = encoded.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let mail = format!(
            "From: {address}\r\nMIME-Version: 1.0\r\nContent-Type: application/pgp-keys\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            lines.join("\r\n")
        );
        let opened = match opener.open(mail.as_bytes(), &KnownKeys::none()).await {
            Ok(opened) => opened,
            Err(OpenTrouble::Poison(_)) => return Ok(None),
            Err(OpenTrouble::NoParser(why)) => return Err(StoreTrouble::new(why).into()),
            Err(OpenTrouble::Shelf(trouble)) => return Err(trouble.into()),
        };
        let certs = opened.keys.iter().filter_map(|key| KnownCert::parse(key.armored.as_bytes()).ok());
        Ok(certs.into_iter().find(|cert| cert.addresses().iter().any(|one| one == address)))
    }
}

fn wrong(why: &str) -> AskError {
    Refusal::FieldWrong { field: "key", why: why.to_owned() }.into()
}
