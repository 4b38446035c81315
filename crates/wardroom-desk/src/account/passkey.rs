//! Passkeys: WebAuthn ceremonies. Their state lives here in memory for five minutes; what is kept of a passkey goes sealed through the app.
//! A name that is not there gets a challenge too, one that nobody can answer.

use crate::stop::Stop;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use url::Url;
use wardroom_web::{Problem, secret};
use webauthn_rs::prelude::{
    AuthenticationResult, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Uuid,
    Webauthn, WebauthnBuilder,
};

/// What the browser sends back at sign-in.
pub type Response = PublicKeyCredential;
/// What the browser sends back when a passkey is made.
pub type Registration = RegisterPublicKeyCredential;

const CEREMONY_MINUTES: i64 = 5;
const MOST_CEREMONIES: usize = 2_000;
/// Most passkeys of one person.
pub const MOST_PASSKEYS: usize = 20;

enum State {
    SignIn { person: String, state: Box<PasskeyAuthentication> },
    Make { person: String, state: Box<PasskeyRegistration> },
}

/// The ceremonies under way.
pub struct Passkeys {
    webauthn: Option<Webauthn>,
    rp_id: String,
    waiting: Mutex<HashMap<String, (Timestamp, State)>>,
    /// Makes up credential ids for names that are not there, the same each time.
    pretence: String,
}

/// The start of a ceremony, as the page's script gets it.
#[derive(Serialize)]
pub struct Begun {
    pub ceremony: String,
    pub options: Value,
}

/// A passkey was used well.
pub struct Used {
    pub person: String,
    result: AuthenticationResult,
}

impl Used {
    /// The person's passkeys with the counter moved on; `None` when nothing changed.
    pub fn after_use(&self, kept: &[u8]) -> Option<Vec<u8>> {
        let mut passkeys = read(kept);
        let changed = passkeys.iter_mut().any(|passkey| passkey.update_credential(&self.result) == Some(true));
        if changed { serde_json::to_vec(&passkeys).ok() } else { None }
    }
}

/// The passkeys as kept; nothing when it cannot be read.
pub fn read(kept: &[u8]) -> Vec<Passkey> {
    serde_json::from_slice(kept).unwrap_or_default()
}

impl Passkeys {
    /// Passkeys belong to the host of the desk's address. An address without a name (127.0.0.1) can have none.
    pub fn new(desk_url: &str, team: &str) -> Passkeys {
        let origin = Url::parse(desk_url).ok();
        let rp_id = origin.as_ref().and_then(|url| url.domain().map(str::to_owned)).unwrap_or_default();
        let webauthn = origin
            .filter(|_| !rp_id.is_empty())
            .and_then(|origin| WebauthnBuilder::new(&rp_id, &origin).and_then(|builder| builder.rp_name(team).build()).ok());
        Passkeys { webauthn, rp_id, waiting: Mutex::default(), pretence: secret::token().unwrap_or_default() }
    }

    pub fn usable(&self) -> bool {
        self.webauthn.is_some()
    }

    fn webauthn(&self) -> Result<&Webauthn, Stop> {
        Ok(self.webauthn.as_ref().ok_or_else(Problem::unavailable)?)
    }

    fn keep(&self, state: State, now: Timestamp) -> Result<String, Stop> {
        let name = secret::token().map_err(|error| Problem::logged(&error))?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (until, _)| *until > now);
        if waiting.len() >= MOST_CEREMONIES {
            return Err(Problem::too_many(std::time::Duration::from_secs(60)).into());
        }
        let until = now.checked_add(SignedDuration::from_mins(CEREMONY_MINUTES)).unwrap_or(now);
        waiting.insert(name.clone(), (until, state));
        Ok(name)
    }

    fn take(&self, name: &str, now: Timestamp) -> Option<State> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(name).filter(|(until, _)| *until > now).map(|(_, state)| state)
    }

    /// Begins a sign-in. `kept` are the person's passkeys.
    pub fn begin_sign_in(&self, name: &str, person: &str, kept: Option<&[u8]>, now: Timestamp) -> Result<Begun, Stop> {
        let webauthn = self.webauthn()?;
        let passkeys = kept.map(read).unwrap_or_default();
        if passkeys.is_empty() {
            return self.pretend(name);
        }
        let (options, state) = webauthn.start_passkey_authentication(&passkeys).map_err(|error| Problem::logged(&error))?;
        let options = serde_json::to_value(options).map_err(|error| Problem::logged(&error))?;
        let ceremony = self.keep(State::SignIn { person: person.to_owned(), state: Box::new(state) }, now)?;
        Ok(Begun { ceremony, options })
    }

    /// A challenge for nobody, shaped like the others.
    fn pretend(&self, name: &str) -> Result<Begun, Stop> {
        let chance = || secret::token().map_err(|error| Stop::from(Problem::logged(&error)));
        let id = Sha256::new().chain_update(&self.pretence).chain_update(name.trim().to_lowercase()).finalize();
        let options = json!({ "publicKey": {
            "challenge": chance()?,
            "timeout": 300_000,
            "rpId": self.rp_id,
            "allowCredentials": [{ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(id) }],
            "userVerification": "required",
        }});
        Ok(Begun { ceremony: chance()?, options })
    }

    /// Ends a sign-in; `None` when anything of it is wrong.
    pub fn finish_sign_in(&self, ceremony: &str, answer: &Response, now: Timestamp) -> Option<Used> {
        let webauthn = self.webauthn.as_ref()?;
        let Some(State::SignIn { person, state }) = self.take(ceremony, now) else { return None };
        let result = webauthn.finish_passkey_authentication(answer, &state).ok()?;
        Some(Used { person, result })
    }

    /// Begins to make a passkey for a person.
    pub fn begin_making(&self, person: &str, name: &str, kept: &[Passkey], now: Timestamp) -> Result<Begun, Stop> {
        let webauthn = self.webauthn()?;
        let known = kept.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let (options, state) =
            webauthn.start_passkey_registration(user_id(person), name, name, Some(known)).map_err(|error| Problem::logged(&error))?;
        let options = serde_json::to_value(options).map_err(|error| Problem::logged(&error))?;
        let ceremony = self.keep(State::Make { person: person.to_owned(), state: Box::new(state) }, now)?;
        Ok(Begun { ceremony, options })
    }

    /// Ends the making of a passkey: it must be the same person's ceremony.
    pub fn finish_making(&self, person: &str, ceremony: &str, answer: &Registration, now: Timestamp) -> Option<Passkey> {
        let webauthn = self.webauthn.as_ref()?;
        let Some(State::Make { person: whose, state }) = self.take(ceremony, now) else { return None };
        if whose != person {
            return None;
        }
        webauthn.finish_passkey_registration(answer, &state).ok()
    }
}

/// A stable user handle that tells nothing: from the hash of the person's id.
fn user_id(person: &str) -> Uuid {
    let hash = Sha256::new().chain_update("passkey user").chain_update(person).finalize();
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(hash.iter()) {
        *to = *from;
    }
    Uuid::from_bytes(bytes)
}
