//! One-time passwords by time (RFC 6238): SHA-1, six digits, thirty seconds, because that is what authenticator apps do.
//! Deliberately keeps no state: the caller stores the step that was used, and hands it in the next time.

use totp_rs::{Algorithm, Builder, Secret, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::chance::{Chance, draw};

/// One step is this many seconds.
pub const STEP_SECONDS: u64 = 30;

/// The secret shared with an authenticator app. Store it sealed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret([u8; 20]);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// Why an authenticator could not be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TotpFault {
    /// A secret has 20 bytes.
    #[error("a one-time password secret has 20 bytes, this has {0}")]
    Length(usize),
    /// The issuer or the account name has a colon or is empty.
    #[error("issuer and account name of an authenticator entry must not be empty or contain a colon")]
    Name,
}

impl TotpSecret {
    /// A fresh secret (160 bits, RFC 4226 §4 R6).
    pub fn make(chance: &mut dyn Chance) -> TotpSecret {
        TotpSecret(draw(chance))
    }

    /// Takes the bytes of an opened secret.
    pub fn from_bytes(bytes: &[u8]) -> Result<TotpSecret, TotpFault> {
        bytes.try_into().map(TotpSecret).map_err(|_| TotpFault::Length(bytes.len()))
    }

    /// The bytes to seal.
    pub fn expose(&self) -> Zeroizing<[u8; 20]> {
        Zeroizing::new(self.0)
    }

    /// The secret in base32, for typing it into an app by hand.
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(Secret::from(self.0).to_base32())
    }

    /// Reads what `to_base32` wrote.
    pub fn from_base32(text: &str) -> Result<TotpSecret, TotpFault> {
        let secret = Secret::try_from_base32(text.trim()).map_err(|_| TotpFault::Length(0))?;
        TotpSecret::from_bytes(secret.as_ref())
    }

    /// The code an authenticator shows at `unix_seconds`: for tests and for samples, never for checking.
    pub fn code_at(&self, unix_seconds: u64) -> Zeroizing<String> {
        Zeroizing::new(self.totp().generate(unix_seconds).to_string())
    }

    /// The `otpauth://` link that a QR code shows.
    pub fn otpauth_url(&self, issuer: &str, account: &str) -> Result<Zeroizing<String>, TotpFault> {
        if issuer.trim().is_empty() || account.trim().is_empty() {
            return Err(TotpFault::Name);
        }
        let totp = self.builder().with_issuer(Some(issuer)).with_account_name(account).build().map_err(|_| TotpFault::Name)?;
        totp.to_url().map(Zeroizing::new).map_err(|_| TotpFault::Name)
    }

    /// Checks a code at `unix_seconds`, one step of clock difference allowed either way. Returns the step it belongs to,
    /// which the caller stores as `last_used_step`: a code of that step or an earlier one is never accepted again
    /// (RFC 6238 §5.2).
    pub fn verify(&self, code: &str, unix_seconds: u64, last_used_step: Option<u64>) -> Option<u64> {
        let digits: String = code.chars().filter(|typed| !typed.is_whitespace()).take(7).collect();
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let step = self.totp().check(&digits, unix_seconds)?;
        last_used_step.is_none_or(|used| step > used).then_some(step)
    }

    fn totp(&self) -> Totp {
        self.builder().build_noncompliant()
    }

    fn builder(&self) -> Builder {
        Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(1).with_step_duration(STEP_SECONDS).with_secret(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    fn rfc() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn agrees_with_rfc_6238_appendix_b() {
        // The appendix shows eight digits; six are their last six.
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")] {
            assert_eq!(rfc().verify(code, time, None), Some(time / 30));
        }
    }

    #[test]
    fn a_code_is_good_once_and_not_for_long() {
        let time = 1_111_111_109;
        let step = time / 30;
        assert_eq!(rfc().verify("081 804", time, Some(step - 1)), Some(step));
        assert_eq!(rfc().verify("081804", time, Some(step)), None);
        assert_eq!(rfc().verify("081804", time, Some(step + 1)), None);
        assert_eq!(rfc().verify("081804", time + 30, None), Some(step));
        assert_eq!(rfc().verify("081804", time - 30, None), Some(step));
        assert_eq!(rfc().verify("081804", time + 90, None), None);
        for bad in ["", "81804", "0818041", "08180a", "٠٨١٨٠٤"] {
            assert_eq!(rfc().verify(bad, time, None), None, "{bad}");
        }
    }

    #[test]
    fn the_link_names_issuer_and_account_and_carries_the_secret() {
        let secret = TotpSecret::make(&mut SeededChance::new(1));
        let link = secret.otpauth_url("Example PSIRT", "ana@example.org").unwrap();
        assert!(link.starts_with("otpauth://totp/Example%20PSIRT:ana%40example.org?secret="), "{}", *link);
        assert!(link.contains(secret.to_base32().as_str()));
        assert_eq!(secret.otpauth_url("a:b", "x").unwrap_err(), TotpFault::Name);
        assert_eq!(secret.otpauth_url("", "x").unwrap_err(), TotpFault::Name);
        assert!(TotpSecret::from_bytes(b"short").is_err());
    }
}
