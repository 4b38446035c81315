//! Web Key Directory: where a program looks for the key of an address (draft-koch-openpgp-webkey-service, section 3.1).
//! Deliberately no requests: names and paths only.

use pgp::crypto::hash::HashAlgorithm;

const ALPHABET: &[u8; 32] = b"ybndrfg8ejkmcpqxot1uwisza345h769";

/// The name of a key in the directory: z-base-32 of the SHA-1 of the lower-cased local part.
///
/// SHA-1 names a file here and protects nothing.
#[must_use]
pub fn local_hash(local_part: &str) -> String {
    let lower: String = local_part.chars().map(|character| character.to_ascii_lowercase()).collect();
    z_base_32(&sha1(lower.as_bytes()))
}

/// Path below `https://<domain>`, for the direct method.
#[must_use]
pub fn direct_path(local_part: &str) -> String {
    format!("/.well-known/openpgpkey/hu/{}", local_hash(local_part))
}

/// Path below `https://openpgpkey.<domain>`, for the advanced method.
#[must_use]
pub fn advanced_path(local_part: &str, domain: &str) -> String {
    format!("/.well-known/openpgpkey/{}/hu/{}", domain.to_ascii_lowercase(), local_hash(local_part))
}

fn z_base_32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            push_symbol(&mut out, bits >> count);
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        push_symbol(&mut out, bits << (5 - count));
    }
    out
}

fn push_symbol(out: &mut String, bits: u32) {
    if let Some(symbol) = ALPHABET.get((bits & 31) as usize) {
        out.push(char::from(*symbol));
    }
}

fn sha1(bytes: &[u8]) -> Vec<u8> {
    HashAlgorithm::Sha1.digest(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_of_the_specification() {
        assert_eq!(local_hash("Joe.Doe"), "iy9q119eutrkn8s1mk4r39qejnbu3n5q");
        assert_eq!(direct_path("Joe.Doe"), "/.well-known/openpgpkey/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q");
        assert_eq!(advanced_path("Joe.Doe", "Example.ORG"), "/.well-known/openpgpkey/example.org/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q");
    }
}
