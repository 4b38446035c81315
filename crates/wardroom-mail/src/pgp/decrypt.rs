//! Opening one OpenPGP message: find the key, check integrity, unwrap within bounds, judge the signatures.
//! Deliberately all or nothing: a fault releases no byte of the content.

use super::policy::{self, Cipher};
use super::verify::{self, Judges, Verdict};
use super::{Fault, contained, packets};
use crate::keys::SecretKeys;
use packets::Shape;
use pgp::composed::{DecryptionOptions, Edata, Esk, Message, PlainSessionKey, TheRing};
use pgp::packet::PublicKeyEncryptedSessionKey;
use pgp::types::{DecryptionKey, EskType, Password, PkeskVersion};
use std::io::{Cursor, Read};

/// A message opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) content: Vec<u8>,
    /// The file name its sender gave the content.
    pub(crate) file_name: Option<String>,
    /// None: it was not signed.
    pub(crate) verdict: Option<Verdict>,
    /// The key of ours of every layer, outermost first; none: it was not encrypted.
    pub(crate) keys: Vec<OurKey>,
    pub(crate) legacy_cipher: bool,
}

/// Which of our keys opened a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OurKey {
    pub(crate) fingerprint: String,
    pub(crate) retired: bool,
}

/// Everything opening needs to know.
pub(crate) struct Opening<'o> {
    pub(crate) keys: &'o SecretKeys,
    pub(crate) judges: Judges<'o>,
    pub(crate) max_bytes: usize,
    pub(crate) max_layers: usize,
}

/// Opens a binary OpenPGP message.
pub(crate) fn open(bytes: &[u8], opening: &Opening<'_>) -> Result<Opened, Fault> {
    match packets::survey(bytes)? {
        Shape::Encrypted | Shape::Readable => {}
        Shape::PublicKey | Shape::SecretKey | Shape::Signatures => return Err(Fault::Unsupported),
    }
    contained(|| opening.run(bytes)).unwrap_or(Err(Fault::Crashed))
}

/// The key ids a message names as its recipients, in upper-case hexadecimal; zeros: hidden.
pub(crate) fn recipients(bytes: &[u8]) -> Vec<String> {
    if !matches!(packets::survey(bytes), Ok(Shape::Encrypted)) {
        return Vec::new();
    }
    let read = contained(|| match Message::from_bytes(Cursor::new(bytes.to_vec())) {
        Ok(Message::Encrypted { esk, .. }) => esk.iter().filter_map(recipient).collect(),
        _ => Vec::new(),
    });
    read.unwrap_or_default()
}

fn recipient(esk: &Esk) -> Option<String> {
    let Esk::PublicKeyEncryptedSessionKey(esk) = esk else {
        return None;
    };
    match esk.fingerprint() {
        Ok(Some(fingerprint)) => Some(format!("{fingerprint:X}")),
        _ => esk.id().ok().map(|id| super::hexadecimal(id.as_ref())),
    }
}

impl Opening<'_> {
    fn run(&self, bytes: &[u8]) -> Result<Opened, Fault> {
        let mut message = Message::from_bytes(Cursor::new(bytes.to_vec())).map_err(|_| Fault::Damaged)?;
        let mut keys = Vec::new();
        let mut compressed = 0;
        let mut legacy_cipher = false;
        loop {
            message = match message {
                Message::Encrypted { .. } => {
                    if keys.len() >= self.max_layers {
                        return Err(Fault::Limit);
                    }
                    let (session_key, key) = self.session_key(&message)?;
                    legacy_cipher |= cipher_of(&message, &session_key)? == Cipher::Legacy;
                    keys.push(key);
                    let ring = TheRing { session_keys: vec![session_key], decrypt_options: self.options(), ..TheRing::default() };
                    message.decrypt_the_ring(ring, true).map_err(|_| Fault::Damaged)?.0
                }
                Message::Compressed { .. } => {
                    compressed += 1;
                    decompress(message, compressed)?
                }
                Message::Signed { .. } => match innermost(&message) {
                    Innermost::Literal => break,
                    Innermost::Compressed => {
                        compressed += 1;
                        decompress(message, compressed)?
                    }
                    Innermost::Encrypted => return Err(Fault::Unsupported),
                    Innermost::TooDeep => return Err(Fault::Limit),
                },
                Message::Literal { .. } => break,
            };
        }
        let content = self.read(&mut message)?;
        let file_name = file_name(&message);
        Ok(Opened { content, file_name, verdict: self.verdict(&message)?, keys, legacy_cipher })
    }

    fn options(&self) -> DecryptionOptions {
        policy::decryption(self.max_bytes)
    }

    fn read(&self, message: &mut Message<'_>) -> Result<Vec<u8>, Fault> {
        let mut content = Vec::new();
        let limit = u64::try_from(self.max_bytes).unwrap_or(u64::MAX).saturating_add(1);
        message.take(limit).read_to_end(&mut content).map_err(|_| Fault::Damaged)?;
        if content.len() > self.max_bytes {
            return Err(Fault::Limit);
        }
        Ok(content)
    }

    /// The session key, from the key the message names; hidden recipients are tried afterwards.
    fn session_key(&self, message: &Message<'_>) -> Result<(PlainSessionKey, OurKey), Fault> {
        let Message::Encrypted { esk, .. } = message else {
            return Err(Fault::Unsupported);
        };
        let public: Vec<&PublicKeyEncryptedSessionKey> = esk
            .iter()
            .filter_map(|esk| match esk {
                Esk::PublicKeyEncryptedSessionKey(esk) => Some(esk),
                Esk::SymKeyEncryptedSessionKey(_) => None,
            })
            .take(policy::PUBLIC_SESSION_KEYS)
            .collect();
        let mut named = false;
        for hidden in [false, true] {
            for esk in public.iter().filter(|esk| is_hidden(esk) == hidden) {
                for held in self.keys.held() {
                    let primary = std::iter::once(&held.key.primary_key as &dyn DecryptionKey);
                    let subkeys = held.key.secret_subkeys.iter().map(|subkey| &subkey.key as &dyn DecryptionKey);
                    for key in primary.chain(subkeys).filter(|key| is_for(esk, *key)) {
                        named |= !hidden;
                        if let Some(session_key) = try_key(esk, key) {
                            let key = OurKey { fingerprint: held.fingerprint.clone(), retired: held.retired };
                            return Ok((session_key, key));
                        }
                    }
                }
            }
        }
        Err(if named { Fault::Damaged } else { Fault::NoKey })
    }

    fn verdict(&self, message: &Message<'_>) -> Result<Option<Verdict>, Fault> {
        let mut verdicts = Vec::new();
        let mut current = message;
        while let Message::Signed { reader, .. } = current {
            if reader.num_signatures() > policy::SIGNATURES {
                return Err(Fault::Limit);
            }
            for index in 0..reader.num_signatures() {
                let Some(signature) = reader.signature(index) else {
                    verdicts.push(Verdict::Bad { reason: verify::BadSignature::Unreadable, fingerprint: None });
                    continue;
                };
                verdicts.push(self.judges.judge(signature, |key| current.verify_nested_explicit(index, key).is_ok()));
            }
            current = reader.get_ref();
        }
        Ok(Verdict::best(verdicts))
    }
}

fn is_hidden(esk: &PublicKeyEncryptedSessionKey) -> bool {
    match esk.version() {
        PkeskVersion::V6 => matches!(esk.fingerprint(), Ok(None)),
        _ => esk.id().is_ok_and(pgp::types::KeyId::is_wildcard),
    }
}

fn is_for(esk: &PublicKeyEncryptedSessionKey, key: &dyn DecryptionKey) -> bool {
    if esk.algorithm().ok() != Some(key.algorithm()) {
        return false;
    }
    is_hidden(esk)
        || match esk.fingerprint() {
            Ok(Some(fingerprint)) => *fingerprint == key.fingerprint(),
            _ => esk.id().is_ok_and(|id| *id == key.legacy_key_id()),
        }
}

fn try_key(esk: &PublicKeyEncryptedSessionKey, key: &dyn DecryptionKey) -> Option<PlainSessionKey> {
    let kind = match esk.version() {
        PkeskVersion::V3 => EskType::V3_4,
        PkeskVersion::V6 => EskType::V6,
        PkeskVersion::Other(_) => return None,
    };
    key.decrypt(&Password::empty(), esk.values().ok()?, kind).ok()?.ok()
}

/// What the rules say to the session cipher; where the container names it, it is AES by its own rules.
fn cipher_of(message: &Message<'_>, session_key: &PlainSessionKey) -> Result<Cipher, Fault> {
    if let Message::Encrypted { edata: Edata::SymEncryptedData { .. }, .. } = message {
        return Err(Fault::NoIntegrity);
    }
    match session_key.sym_algorithm().map_or(Cipher::Fine, policy::cipher) {
        Cipher::Refused => Err(Fault::Unsupported),
        other => Ok(other),
    }
}

fn decompress(message: Message<'_>, layers: usize) -> Result<Message<'_>, Fault> {
    if layers > policy::COMPRESSION_LAYERS {
        return Err(Fault::Limit);
    }
    message.decompress().map_err(|_| Fault::Damaged)
}

enum Innermost {
    Literal,
    Compressed,
    Encrypted,
    TooDeep,
}

fn innermost(message: &Message<'_>) -> Innermost {
    let mut current = message;
    for _ in 0..policy::SIGNATURES {
        current = match current {
            Message::Signed { reader, .. } => {
                if reader.num_signatures() > policy::SIGNATURES {
                    return Innermost::TooDeep;
                }
                reader.get_ref()
            }
            Message::Literal { .. } => return Innermost::Literal,
            Message::Compressed { .. } => return Innermost::Compressed,
            Message::Encrypted { .. } => return Innermost::Encrypted,
        };
    }
    Innermost::TooDeep
}

fn file_name(message: &Message<'_>) -> Option<String> {
    let header = message.literal_data_header()?;
    let name = String::from_utf8_lossy(header.file_name()).into_owned();
    (!name.is_empty()).then_some(name)
}
