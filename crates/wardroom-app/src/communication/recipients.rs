//! The recipient book at work: who of the suppliers, customers and authorities is told of advisories. Sealed to the master key, one row each,
//! beside the log; that somebody was written in or removed is a fact without words.
//!
//! Removing somebody ends what is sent before a publication. Whoever was told of a published version still hears of the next one: the sealed
//! words of that notice say where it went.

use crate::asked::Asked;
use crate::house::Desk;
use crate::keys::unusable;
use crate::ports::store::StoreTrouble;
use wardroom_domain::Refusal;
use wardroom_domain::communication::Recipient;
use wardroom_domain::facts::{Fact, OrgFact};
use wardroom_domain::people::{Act, Viewer};
use wardroom_mail::keys::{KnownCert, ReporterCert};
use wardroom_seal::Sealed;

const BOOK: &str = "recipient:";
/// Most recipients of the book.
const MOST: usize = 2_000;
/// Who may look into it: those who plan, and the two who release.
const READERS: [Act; 3] = [Act::PlanDisclosure, Act::PublishAdvisory, Act::ApproveAdvisory];

/// A recipient as the page shows it.
#[derive(Clone, Debug)]
pub struct RecipientLine {
    pub recipient: Recipient,
    /// Fingerprint of the key, upper-case hex; empty without one.
    pub fingerprint: String,
    /// Mail to them can be encrypted now.
    pub encryptable: bool,
}

/// Refuses whoever has none of these rights.
pub(crate) fn demand_one(viewer: &Viewer, acts: &[Act]) -> Result<(), Refusal> {
    match acts.first() {
        Some(first) if !acts.iter().any(|act| viewer.may(*act)) => Err(Refusal::NotYourRole { act: *first }),
        _ => Ok(()),
    }
}

impl Desk {
    /// The book, by audience and name.
    pub async fn recipients(&self, viewer: &Viewer) -> Asked<Vec<RecipientLine>> {
        demand_one(viewer, &READERS)?;
        let line = |recipient: Recipient| RecipientLine {
            fingerprint: KnownCert::parse(recipient.key.as_bytes()).map(|cert| cert.fingerprint()).unwrap_or_default(),
            encryptable: self.recipient_cert(&recipient).is_some(),
            recipient,
        };
        Ok(self.recipient_book().await?.into_iter().map(line).collect())
    }

    /// Writes somebody in, or changes what stands there. Returns the id.
    pub async fn keep_recipient(&self, viewer: &Viewer, recipient: Recipient) -> Asked<String> {
        viewer.demand(Act::PlanDisclosure)?;
        let mut recipient = recipient.tidied();
        recipient.check()?;
        if !recipient.key.is_empty() {
            let cert = KnownCert::parse_sound(recipient.key.as_bytes(), self.now().as_second()).map_err(unusable)?;
            recipient.key = cert.armored();
        }
        let book = self.recipient_book().await?;
        let same = |one: &&Recipient| {
            one.id != recipient.id && one.audience == recipient.audience && one.address.eq_ignore_ascii_case(&recipient.address)
        };
        if book.iter().find(same).is_some() {
            return Err(Refusal::FieldWrong { field: "address", why: "it stands in this list already".to_owned() }.into());
        }
        if recipient.id.is_empty() {
            if book.len() >= MOST {
                return Err(Refusal::FieldWrong { field: "name", why: "the book is full".to_owned() }.into());
            }
            recipient.id = format!("to_{}", self.random_name());
        } else if !book.iter().any(|one| one.id == recipient.id) {
            return Err(Refusal::NotThere { thing: "recipient" }.into());
        }
        let plain = serde_json::to_vec(&recipient).unwrap_or_default();
        self.write_recipient(&recipient.id, &plain).await?;
        let fact = OrgFact::RecipientKept { recipient: recipient.id.clone(), audience: recipient.audience };
        let shelves = self.shelves_anew(format!("kept:{}", self.random_name()));
        self.record_on_org_with(viewer, vec![Fact::Org(fact)], vec![shelves]).await?;
        Ok(recipient.id)
    }

    /// Takes somebody out of the book.
    pub async fn remove_recipient(&self, viewer: &Viewer, id: &str) -> Asked<()> {
        viewer.demand(Act::PlanDisclosure)?;
        if self.recipient(id).await?.is_none() {
            return Err(Refusal::NotThere { thing: "recipient" }.into());
        }
        self.write_recipient(id, b"").await?;
        // An access belongs to somebody of the book.
        for access in self.accesses_of(id).await? {
            self.withdraw_access(viewer, &access).await?;
        }
        let fact = OrgFact::RecipientRemoved { recipient: id.to_owned() };
        self.record_on_org(viewer, vec![Fact::Org(fact)]).await
    }

    async fn write_recipient(&self, id: &str, plain: &[u8]) -> Result<(), StoreTrouble> {
        let name = format!("{BOOK}{id}");
        self.keep_sealed(&name, plain).await
    }

    pub(crate) async fn recipient_book(&self) -> Result<Vec<Recipient>, StoreTrouble> {
        let mut book = Vec::new();
        for name in self.store.setting_names(BOOK).await? {
            book.extend(self.recipient(name.strip_prefix(BOOK).unwrap_or_default()).await?);
        }
        book.sort_by(|one, other| (one.audience, &one.name, &one.id).cmp(&(other.audience, &other.name, &other.id)));
        Ok(book)
    }

    /// One of the book; `None` when there is none of this id, or no longer.
    pub(crate) async fn recipient(&self, id: &str) -> Result<Option<Recipient>, StoreTrouble> {
        let name = format!("{BOOK}{id}");
        let Some(bytes) = self.store.setting(&name).await? else { return Ok(None) };
        let plain = self.master().open(&name, &Sealed::from_stored(bytes));
        let plain = plain.map_err(|_| StoreTrouble::new("a recipient does not open: is this the master key of this data directory?"))?;
        if plain.is_empty() {
            return Ok(None);
        }
        serde_json::from_slice(&plain).map(Some).map_err(|_| StoreTrouble::new("a recipient is damaged: run `wardroom verify`"))
    }

    /// The key a mail to them is encrypted to now.
    pub(crate) fn recipient_cert(&self, recipient: &Recipient) -> Option<ReporterCert> {
        ReporterCert::parse(recipient.key.as_bytes(), self.now().as_second()).ok()
    }
}
