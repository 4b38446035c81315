//! Accesses to what is shared and not public: a token for somebody of the recipient book, for some levels. The token is shown once; kept is the
//! public half of the key pair that follows from it, sealed beside the log, so that shelves can be sealed to it (`disclosure/shared.rs`).
//! That one was handed out, for which levels, and withdrawn, are facts without words.

use crate::asked::Asked;
use crate::communication::recipients::demand_one;
use crate::house::Desk;
use crate::ports::store::StoreTrouble;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardroom_domain::Refusal;
use wardroom_domain::disclosure::Level;
use wardroom_domain::facts::{Fact, OrgFact};
use wardroom_domain::people::{Act, Viewer};
use wardroom_seal::{Sealed, Token, TokenKind};

const ACCESS: &str = "access:";
/// Most accesses one recipient has at a time.
const MOST_EACH: usize = 10;

/// An access as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Access {
    pub(crate) id: String,
    pub(crate) recipient: String,
    pub(crate) levels: Vec<Level>,
    /// Under which name its holder finds the shelf's key.
    pub(crate) place: String,
    /// X25519, 32 bytes.
    pub(crate) public: Vec<u8>,
    pub(crate) handed_out_at: Timestamp,
}

/// An access as the page shows it.
#[derive(Clone, Debug)]
pub struct AccessLine {
    pub id: String,
    pub recipient: String,
    pub levels: Vec<Level>,
    pub handed_out_at: Timestamp,
}

/// One that was handed out just now.
#[derive(Debug)]
pub struct NewAccess {
    pub id: String,
    /// Shown this once.
    pub token: Token,
}

/// What is sealed to an access, and nothing else that is sealed to the same key.
pub(crate) fn place_of(token: &Token) -> String {
    token.derived("shelf")
}

impl Desk {
    /// The accesses that stand, the newest first.
    pub async fn accesses(&self, viewer: &Viewer) -> Asked<Vec<AccessLine>> {
        demand_one(viewer, &[Act::PlanDisclosure, Act::PublishAdvisory, Act::ApproveAdvisory])?;
        let line = |one: Access| AccessLine { id: one.id, recipient: one.recipient, levels: one.levels, handed_out_at: one.handed_out_at };
        let mut lines: Vec<AccessLine> = self.access_book().await?.into_iter().map(line).collect();
        lines.sort_by(|one, other| (other.handed_out_at, &other.id).cmp(&(one.handed_out_at, &one.id)));
        Ok(lines)
    }

    /// Hands an access out to somebody of the book who agreed to secrecy.
    pub async fn hand_out_access(&self, viewer: &Viewer, recipient: &str, levels: &[Level]) -> Asked<NewAccess> {
        viewer.demand(Act::PlanDisclosure)?;
        let Some(to) = self.recipient(recipient).await? else { return Err(Refusal::NotThere { thing: "recipient" }.into()) };
        if !to.advance {
            return Err(Refusal::FieldWrong { field: "recipient", why: "they have not agreed to secrecy".to_owned() }.into());
        }
        let levels: Vec<Level> = Level::GUARDED.into_iter().filter(|level| levels.contains(level)).collect();
        if levels.is_empty() {
            return Err(Refusal::FieldNeeded { field: "levels" }.into());
        }
        if self.accesses_of(recipient).await?.len() >= MOST_EACH {
            return Err(Refusal::FieldWrong { field: "recipient", why: "they have ten accesses: withdraw one first".to_owned() }.into());
        }
        let token = self.by_chance(|chance| Token::make(TokenKind::Access, chance));
        let access = Access {
            id: format!("acc_{}", self.random_name()),
            recipient: recipient.to_owned(),
            levels: levels.clone(),
            place: place_of(&token),
            public: token.keypair().public().to_bytes().to_vec(),
            handed_out_at: self.now(),
        };
        self.write_access(&access.id, &serde_json::to_vec(&access).unwrap_or_default()).await?;
        let fact = OrgFact::AccessHandedOut { access: access.id.clone(), recipient: recipient.to_owned(), levels };
        self.record_on_org_with(viewer, vec![Fact::Org(fact)], vec![self.shelves_anew(access.id.clone())]).await?;
        Ok(NewAccess { id: access.id, token })
    }

    /// Takes an access back: from the next moment it opens nothing.
    pub async fn withdraw_access(&self, viewer: &Viewer, id: &str) -> Asked<()> {
        viewer.demand(Act::PlanDisclosure)?;
        if self.access(id).await?.is_none() {
            return Err(Refusal::NotThere { thing: "access" }.into());
        }
        self.write_access(id, b"").await?;
        let fact = OrgFact::AccessWithdrawn { access: id.to_owned() };
        self.record_on_org_with(viewer, vec![Fact::Org(fact)], vec![self.shelves_anew(format!("{id}:back"))]).await
    }

    /// Ids of those that somebody of the book has.
    pub(crate) async fn accesses_of(&self, recipient: &str) -> Result<Vec<String>, StoreTrouble> {
        Ok(self.access_book().await?.into_iter().filter(|one| one.recipient == recipient).map(|one| one.id).collect())
    }

    pub(crate) async fn access_book(&self) -> Result<Vec<Access>, StoreTrouble> {
        let mut book = Vec::new();
        for name in self.store.setting_names(ACCESS).await? {
            book.extend(self.access(name.strip_prefix(ACCESS).unwrap_or_default()).await?);
        }
        Ok(book)
    }

    async fn write_access(&self, id: &str, plain: &[u8]) -> Result<(), StoreTrouble> {
        let name = format!("{ACCESS}{id}");
        self.keep_sealed(&name, plain).await
    }

    async fn access(&self, id: &str) -> Result<Option<Access>, StoreTrouble> {
        let name = format!("{ACCESS}{id}");
        let Some(bytes) = self.store.setting(&name).await? else { return Ok(None) };
        let plain = self.master().open(&name, &Sealed::from_stored(bytes));
        let plain = plain.map_err(|_| StoreTrouble::new("an access does not open: is this the master key of this data directory?"))?;
        if plain.is_empty() {
            return Ok(None);
        }
        serde_json::from_slice(&plain).map(Some).map_err(|_| StoreTrouble::new("an access is damaged: run `wardroom verify`"))
    }
}
