//! Bearer tokens: sessions, API tokens, one-time sign-in links. 256 random bits with a prefix that says what it is and a
//! checksum, so that a pasted one is recognised in text that is about to leave the house. Stored only as a digest.
//! Deliberately without expiry and rights: those are rows in the store.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::chance::{Chance, draw};
use crate::crockford::{from_values, letter, to_values, value};
use crate::keys::{SecretKey, hex};

const BODY_LETTERS: usize = 52;
const CHECK_LETTERS: usize = 6;

/// What a token is for. A token of one kind is never accepted as another: the kind is part of the digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A signed-in browser.
    Session,
    /// A program acting for a person: `wr_pat_…`.
    Api,
    /// A link that signs in once.
    SignInLink,
    /// A link that invites a participant once.
    Invitation,
    /// A file that is being handed over in pieces.
    Upload,
    /// Whoever has it reads what is shared at some levels: `wr_acc_…`.
    Access,
}

impl TokenKind {
    /// All kinds.
    pub const ALL: [TokenKind; 6] =
        [TokenKind::Session, TokenKind::Api, TokenKind::SignInLink, TokenKind::Invitation, TokenKind::Upload, TokenKind::Access];

    /// How the token's text begins.
    pub fn prefix(self) -> &'static str {
        match self {
            TokenKind::Session => "wr_ses_",
            TokenKind::Api => "wr_pat_",
            TokenKind::SignInLink => "wr_lnk_",
            TokenKind::Invitation => "wr_inv_",
            TokenKind::Upload => "wr_upl_",
            TokenKind::Access => "wr_acc_",
        }
    }
}

/// A secret that speaks for its bearer. `Display` writes it, for the one moment it is handed out; `Debug` does not.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Token {
    #[zeroize(skip)]
    kind: TokenKind,
    secret: [u8; 32],
}

/// Text that is no token of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token of this kind, or not all of it: copy it again from where it was shown")]
pub struct NotAToken;

impl Token {
    /// A fresh token.
    pub fn make(kind: TokenKind, chance: &mut dyn Chance) -> Token {
        Token { kind, secret: draw(chance) }
    }

    /// Reads a token's text, which must be exactly as it was written.
    pub fn parse(kind: TokenKind, text: &str) -> Result<Token, NotAToken> {
        let body = text.strip_prefix(kind.prefix()).ok_or(NotAToken)?;
        if body.len() != BODY_LETTERS + CHECK_LETTERS {
            return Err(NotAToken);
        }
        let values: Vec<u8> = body.chars().map(|typed| strict(typed).ok_or(NotAToken)).collect::<Result<_, _>>()?;
        let (data, check) = values.split_at_checked(BODY_LETTERS).ok_or(NotAToken)?;
        let secret = from_values(data).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).ok_or(NotAToken)?;
        let token = Token { kind, secret };
        if token.check() != check {
            return Err(NotAToken);
        }
        Ok(token)
    }

    /// What it is for.
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The name under which the store keeps it: SHA-256 over prefix and secret, in hexadecimal. With 256 random bits no
    /// slow hash is needed.
    pub fn digest(&self) -> String {
        hex(&Sha256::new().chain_update(self.kind.prefix()).chain_update(self.secret).finalize())
    }

    /// A value derived from this token for one purpose, such as the CSRF token of a session. It does not lead back.
    pub fn derived(&self, purpose: &str) -> String {
        hex(self.derived_bytes(purpose).as_ref())
    }

    /// The key pair of an access: what is sealed to its public half opens for whoever brings the token, and for nobody else.
    pub fn keypair(&self) -> SecretKey {
        #[expect(clippy::expect_used, reason = "32 bytes are always a secret key")]
        SecretKey::from_bytes(self.derived_bytes("x25519").as_ref()).expect("32 bytes")
    }

    /// The same as 32 bytes, for keys.
    pub(crate) fn derived_bytes(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("any length");
        mac.update(self.kind.prefix().as_bytes());
        mac.update(purpose.as_bytes());
        Zeroizing::new(mac.finalize().into_bytes().into())
    }

    fn check(&self) -> Vec<u8> {
        let digest = Sha256::new().chain_update("check").chain_update(self.kind.prefix()).chain_update(self.secret).finalize();
        to_values(&digest).into_iter().take(CHECK_LETTERS).collect()
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.prefix())?;
        to_values(&self.secret).iter().chain(&self.check()).try_for_each(|&value| write!(f, "{}", letter(value).to_ascii_lowercase()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({:?}, …)", self.kind)
    }
}

/// Whether `text` contains a whole token of any kind: such text must not leave the house in a comment or a mail.
pub fn contains_token(text: &str) -> bool {
    TokenKind::ALL.into_iter().any(|kind| {
        text.match_indices(kind.prefix()).any(|(at, prefix)| {
            let end = at + prefix.len() + BODY_LETTERS + CHECK_LETTERS;
            text.get(at..end).is_some_and(|piece| Token::parse(kind, piece).is_ok())
        })
    })
}

/// Compares two secrets of equal length in the same time wherever they differ, for CSRF tokens and the like.
pub fn same_secret(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && std::hint::black_box(one.iter().zip(other).fold(0, |seen, (a, b)| seen | (a ^ b))) == 0
}

/// Only the characters as written: lower case, without the forgiveness of receipt codes, so that one token has one text.
fn strict(typed: char) -> Option<u8> {
    value(typed).filter(|&value| letter(value).to_ascii_lowercase() == typed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    #[test]
    fn every_kind_reads_its_own_text_and_no_other() {
        for kind in TokenKind::ALL {
            let token = Token::make(kind, &mut SeededChance::new(1));
            let text = token.to_string();
            assert!(text.starts_with(kind.prefix()) && text.is_ascii() && text.len() == 65);
            for other in TokenKind::ALL {
                assert_eq!(Token::parse(other, &text).is_ok(), other == kind);
                let twin = Token::make(other, &mut SeededChance::new(1));
                assert_eq!(twin.digest() == token.digest(), other == kind);
                assert_eq!(twin.derived("csrf") == token.derived("csrf"), other == kind);
            }
            assert_eq!(Token::parse(kind, &text).unwrap(), token);
        }
    }

    #[test]
    fn changed_and_cut_text_is_no_token() {
        let text = Token::make(TokenKind::Api, &mut SeededChance::new(2)).to_string();
        for at in 7..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
            assert_eq!(Token::parse(TokenKind::Api, &String::from_utf8(bytes).unwrap()), Err(NotAToken), "{at}");
            assert_eq!(Token::parse(TokenKind::Api, &text[..at]), Err(NotAToken));
        }
        for bad in [text.to_uppercase(), format!("{text} "), format!("wr_pat_{}", "漢".repeat(58)), String::new()] {
            assert_eq!(Token::parse(TokenKind::Api, &bad), Err(NotAToken));
        }
    }

    #[test]
    fn a_token_is_found_in_text_and_its_beginning_is_not_enough() {
        let text = Token::make(TokenKind::Session, &mut SeededChance::new(3)).to_string();
        assert!(contains_token(&format!("curl -H 'Cookie: s={text}' …")));
        assert!(!contains_token(
            "tokens begin with wr_pat_ and wr_ses_漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字"
        ));
        assert!(!contains_token(&text[..60]));
    }

    #[test]
    fn what_is_stored_and_derived_does_not_contain_the_secret() {
        let token = Token::make(TokenKind::Session, &mut SeededChance::new(4));
        assert_eq!(token.digest().len(), 64);
        assert_ne!(token.derived("csrf"), token.derived("other"));
        assert!(!token.digest().contains(&hex(&token.secret[..4])));
        assert_eq!(format!("{token:?}"), "Token(Session, …)");
        assert!(same_secret(b"abc", b"abc") && !same_secret(b"abc", b"abd") && !same_secret(b"abc", b"ab"));
    }
}
