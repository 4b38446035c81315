//! API tokens: a person's rights, for a program, until a day.

use super::SignedIn;
use crate::asked::Asked;
use crate::house::Desk;
use crate::ports::store::{AccessRow, StoreTrouble};
use jiff::SignedDuration;
use wardroom_domain::Refusal;
use wardroom_domain::people::{Act, Viewer};
use wardroom_seal::{Token, TokenKind};

impl Desk {
    /// Makes a token for a person: one's own, or anybody's for an administrator. Shown once.
    pub async fn make_token(&self, viewer: &Viewer, person: &str, label: &str, days: u16) -> Asked<Token> {
        let row = self.person(person).await?;
        if viewer.person() != Some(row.person.as_str()) {
            viewer.demand(Act::Administer)?;
        }
        if days == 0 || days > 366 {
            return Err(Refusal::FieldWrong { field: "days", why: "between 1 and 366".to_owned() }.into());
        }
        let token = self.by_chance(|chance| Token::make(TokenKind::Api, chance));
        let now = self.now();
        let access = AccessRow {
            digest: token.digest(),
            person: row.person,
            kind: "token".to_owned(),
            made_at: now,
            expires_at: now.checked_add(SignedDuration::from_hours(i64::from(days) * 24)).unwrap_or(now),
            last_used_at: now,
            label: label.trim().chars().take(80).collect(),
        };
        self.store.keep_access(&access).await?;
        Ok(token)
    }

    /// Who a bearer token belongs to.
    pub async fn by_token(&self, text: &str) -> Result<Option<SignedIn>, StoreTrouble> {
        let Ok(token) = Token::parse(TokenKind::Api, text) else { return Ok(None) };
        let Some(row) = self.store.access(&token.digest()).await? else { return Ok(None) };
        if row.kind != "token" || row.expires_at <= self.now() {
            return Ok(None);
        }
        self.signed_in(row).await
    }

    /// The tokens and sessions of the person signed in (digests, never secrets).
    pub async fn my_access(&self, viewer: &Viewer) -> Result<Vec<AccessRow>, StoreTrouble> {
        match viewer.person() {
            Some(person) => self.store.access_of(person).await,
            None => Ok(Vec::new()),
        }
    }

    /// Ends one of one's own sessions or tokens.
    pub async fn end_access(&self, viewer: &Viewer, digest: &str) -> Asked<()> {
        let mine = self.my_access(viewer).await?;
        if mine.iter().any(|row| row.digest == digest) {
            self.store.drop_access(digest).await?;
        }
        Ok(())
    }
}
