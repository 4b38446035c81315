//! Signing in: password and second factor, one-time link, session. A wrong name, a wrong password and a wrong code look the same.

use crate::asked::{AskError, Asked};
use crate::house::Desk;
use crate::ports::store::{AccessRow, Credentials, StoreTrouble};
use jiff::SignedDuration;
use wardroom_domain::Refusal;
use wardroom_domain::people::Viewer;
use wardroom_seal::{PasswordCheck, Sealed, Token, TokenKind, TotpSecret, hash_password, verify_password};

/// A session ends after this long, used or not.
pub const SESSION_HOURS: i64 = 12;
/// … and after this long without use.
pub const IDLE_MINUTES: i64 = 60;

/// Who is there, and by what.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub viewer: Viewer,
    pub person: String,
    pub access: AccessRow,
    /// Password and second factor (or a passkey) are set; until then only the account page opens.
    pub enrolled: bool,
}

impl Desk {
    /// Password plus TOTP code. `None` when anything of it is wrong.
    pub async fn sign_in(&self, name: &str, password: &str, code: &str) -> Result<Option<Token>, StoreTrouble> {
        let people = self.store.people().await?;
        let person = people.into_iter().find(|one| one.name.eq_ignore_ascii_case(name.trim()) && !one.disabled);
        let credentials = match &person {
            Some(person) => self.store.credentials(&person.person).await?.unwrap_or_default(),
            None => Credentials::default(),
        };
        // Argon2 runs even for a name that does not exist: the time tells nothing.
        let stored = credentials.password.clone();
        let password = password.to_owned();
        let check = tokio::task::spawn_blocking(move || verify_password(&password, stored.as_deref()))
            .await
            .map_err(|_| StoreTrouble::new("the password could not be checked"))?;
        let Some(person) = person else { return Ok(None) };
        if !matches!(check, PasswordCheck::Right | PasswordCheck::RightButOutdated) {
            return Ok(None);
        }
        let Some(secret) = self.totp_of(&person.person, &credentials) else { return Ok(None) };
        let now = u64::try_from(self.now().as_second()).unwrap_or_default();
        let Some(step) = secret.verify(code, now, credentials.totp_last_step) else { return Ok(None) };
        let used = Credentials { totp_last_step: Some(step), ..credentials };
        self.store.keep_credentials(&person.person, &used).await?;
        Ok(Some(self.open_session(&person.person).await?))
    }

    /// A session for somebody whose identity was proven just now (passkey, link).
    pub async fn open_session(&self, person: &str) -> Result<Token, StoreTrouble> {
        let token = self.by_chance(|chance| Token::make(TokenKind::Session, chance));
        let now = self.now();
        let access = AccessRow {
            digest: token.digest(),
            person: person.to_owned(),
            kind: "session".to_owned(),
            made_at: now,
            expires_at: now.checked_add(SignedDuration::from_hours(SESSION_HOURS)).unwrap_or(now),
            last_used_at: now,
            label: String::new(),
        };
        self.store.keep_access(&access).await?;
        Ok(token)
    }

    /// A one-time link: good once, for a day.
    pub async fn use_link(&self, text: &str) -> Result<Option<Token>, StoreTrouble> {
        let Ok(link) = Token::parse(TokenKind::SignInLink, text.trim()) else { return Ok(None) };
        let Some(row) = self.store.access(&link.digest()).await? else { return Ok(None) };
        if row.kind != "link" || row.expires_at <= self.now() || !self.store.drop_access(&link.digest()).await? {
            return Ok(None);
        }
        Ok(Some(self.open_session(&row.person).await?))
    }

    /// Who a session cookie belongs to.
    pub async fn by_session(&self, text: &str) -> Result<Option<SignedIn>, StoreTrouble> {
        let Ok(token) = Token::parse(TokenKind::Session, text) else { return Ok(None) };
        let now = self.now();
        let Some(row) = self.store.access(&token.digest()).await? else { return Ok(None) };
        let idle = row.last_used_at.checked_add(SignedDuration::from_mins(IDLE_MINUTES)).unwrap_or(now);
        if row.kind != "session" || row.expires_at <= now || idle <= now {
            self.store.drop_access(&row.digest).await?;
            return Ok(None);
        }
        // Once a minute is often enough to know that somebody is there.
        if row.last_used_at.checked_add(SignedDuration::from_mins(1)).is_ok_and(|next| next <= now) {
            self.store.touch_access(&row.digest, now).await?;
        }
        self.signed_in(row).await
    }

    pub async fn sign_out(&self, text: &str) -> Result<(), StoreTrouble> {
        if let Ok(token) = Token::parse(TokenKind::Session, text) {
            self.store.drop_access(&token.digest()).await?;
        }
        Ok(())
    }

    pub(super) async fn signed_in(&self, access: AccessRow) -> Result<Option<SignedIn>, StoreTrouble> {
        let people = self.store.people().await?;
        let Some(person) = people.into_iter().find(|one| one.person == access.person && !one.disabled) else {
            return Ok(None);
        };
        let credentials = self.store.credentials(&person.person).await?.unwrap_or_default();
        let enrolled = (credentials.password.is_some() && credentials.totp.is_some()) || credentials.passkeys.is_some();
        let viewer = Viewer::authenticated(person.person.clone(), person.name, person.roles);
        Ok(Some(SignedIn { viewer, person: person.person, access, enrolled }))
    }

    /// The viewer for a person named on the operator's own command line (who holds the data directory).
    pub async fn viewer_named(&self, id_or_name: &str) -> Asked<Viewer> {
        let person = self.person(id_or_name).await?;
        if person.disabled {
            return Err(Refusal::NotThere { thing: "person" }.into());
        }
        Ok(Viewer::authenticated(person.person, person.name, person.roles))
    }

    /// Sets the password of the person signed in.
    pub async fn set_password(&self, viewer: &Viewer, password: &str) -> Asked<()> {
        let person = viewer.person().ok_or(AskError::NotFound)?;
        let hashed = self
            .by_chance(|chance| hash_password(password, chance))
            .map_err(|fault| Refusal::FieldWrong { field: "password", why: fault.to_string() })?;
        let credentials = self.store.credentials(person).await?.unwrap_or_default();
        self.store.keep_credentials(person, &Credentials { password: Some(hashed), ..credentials }).await?;
        Ok(())
    }

    pub(super) fn totp_of(&self, person: &str, credentials: &Credentials) -> Option<TotpSecret> {
        let sealed = Sealed::from_stored(credentials.totp.clone()?);
        let plain = self.master().open(&format!("totp:{person}"), &sealed).ok()?;
        TotpSecret::from_bytes(&plain).ok()
    }
}
