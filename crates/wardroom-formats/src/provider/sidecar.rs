//! Hash files beside documents (7.1.18).

use sha2::{Digest, Sha256, Sha512};

/// The two hashes of a file, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digests {
    /// SHA-256, 64 digits.
    pub sha256: String,
    /// SHA-512, 128 digits.
    pub sha512: String,
}

/// Hashes the bytes of a file.
#[must_use]
pub fn digests(bytes: &[u8]) -> Digests {
    Digests { sha256: hex(&Sha256::digest(bytes)), sha512: hex(&Sha512::digest(bytes)) }
}

/// The text of a hash file, as `sha256sum --check` reads it: the hash, two spaces, the name without folder.
#[must_use]
pub fn sidecar(hex_digest: &str, file_name: &str) -> String {
    format!("{hex_digest}  {file_name}\n")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
