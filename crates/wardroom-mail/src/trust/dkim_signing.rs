//! Not for sending: signs mails in tests, of this crate and of others, with keys made there. That the verifier agrees with the world is shown by
//! the example of RFC 8463 below, not by this.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "only tests call it")]

use super::dkim::{self, hex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use rand::SeedableRng;
use rsa::pkcs8::EncodePublicKey;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};

/// A key of either kind.
pub enum SigningKey {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    Rsa(Box<RsaPrivateKey>),
}

impl SigningKey {
    #[must_use]
    pub fn ed25519(seed: [u8; 32]) -> Self {
        SigningKey::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// 1024 bits, the shortest that counts: made quickly.
    #[must_use]
    pub fn rsa(seed: u64) -> Self {
        let mut rng = rand::rngs::StdRng::seed_from_u64(seed);
        SigningKey::Rsa(Box::new(RsaPrivateKey::new(&mut rng, 1_024).expect("a key")))
    }

    /// The TXT record that publishes it.
    #[must_use]
    pub fn record(&self) -> String {
        match self {
            SigningKey::Ed25519(key) => format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(key.verifying_key().as_bytes())),
            SigningKey::Rsa(key) => {
                format!(
                    "v=DKIM1; k=rsa; p={}",
                    STANDARD.encode(key.to_public_key().to_public_key_der().expect("its public half").as_bytes())
                )
            }
        }
    }

    fn sign(&self, digest: &[u8]) -> Vec<u8> {
        match self {
            SigningKey::Ed25519(key) => key.sign(digest).to_bytes().to_vec(),
            SigningKey::Rsa(key) => {
                let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: Box::new(super::dkim_key::SHA256_PREFIX) };
                key.sign(scheme, digest).expect("a signature")
            }
        }
    }
}

/// The mail with a signature in front. `more` are the tags `c`, `h` and any others.
#[must_use]
pub fn sign(mail: &str, key: &SigningKey, domain: &str, selector: &str, more: &str) -> String {
    let algorithm = match key {
        SigningKey::Ed25519(_) => "ed25519-sha256",
        SigningKey::Rsa(_) => "rsa-sha256",
    };
    let (_, body) = mail.split_once("\r\n\r\n").expect("a body");
    let bh = STANDARD.encode(dkim::body_digest(body.as_bytes(), more));
    let unsigned = format!("DKIM-Signature: v=1; a={algorithm}; d={domain}; s={selector}; {more};\r\n\tbh={bh};\r\n\tb=");
    let claim = dkim::claims(format!("{unsigned}\r\n{mail}").as_bytes(), 1 << 20).remove(0);
    let digest: Vec<u8> =
        claim.digest.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
    debug_assert_eq!(hex(&digest), claim.digest);
    format!("{unsigned}{}\r\n{mail}", STANDARD.encode(key.sign(&digest)))
}

#[cfg(test)]
mod tests {
    use super::super::dkim_key::{Judged, check};
    use super::dkim::claims;

    /// RFC 8463 appendix A.3, with the keys of A.2.
    const EXAMPLE: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n subject : date : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\nDKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n date : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\nFrom: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\nSubject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\nMessage-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\nHi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";

    #[test]
    fn the_example_of_the_rfc_is_right() {
        let found = claims(EXAMPLE.as_bytes(), 9_999);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|claim| claim.body_matches && claim.fault.is_empty()), "{found:?}");
        let key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=".to_owned();
        assert_eq!(check(&found[0], &[key.clone()], 1_528_637_999), Judged::Pass);
        let rsa = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB".to_owned();
        assert_eq!(check(&found[1], &[rsa], 1_528_637_999), Judged::Pass);
        let changed = EXAMPLE.replace("dinner", "supper");
        assert!(matches!(check(&claims(changed.as_bytes(), 9_999)[0], &[key], 1_528_637_999), Judged::Fail(_)));
    }
}
