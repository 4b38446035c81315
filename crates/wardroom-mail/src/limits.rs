//! How much a hostile mail may cost us. Deliberately not a policy on trust: see `pgp::policy`.

use serde::{Deserialize, Serialize};

/// The largest mail that is taken in, in bytes: what the most generous of the usual mail servers let through. Larger files go through the form.
pub const MAIL_BYTES: usize = 50 << 20;

/// Attachments taken out of one mail; the others are in its raw bytes. Nobody honest sends as many, and each becomes a file of its own.
pub const ATTACHMENTS: usize = 1_000;

/// Upper bounds for opening one mail. What lies beyond a bound is not parsed; the caller keeps the raw bytes anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Size of the raw mail in bytes; a larger one is read as far as its header.
    pub mail_bytes: usize,
    /// Size of one header block in bytes; the rest of the block is not read.
    pub header_bytes: usize,
    /// Sum of all decrypted and decompressed content of one mail, in bytes.
    pub opened_bytes: usize,
    /// Size of the readable text in bytes; the rest is cut and flagged.
    pub text_bytes: usize,
    /// Number of MIME parts.
    pub parts: usize,
    /// Depth of multiparts and of OpenPGP messages inside one another.
    pub nesting: usize,
    /// OpenPGP containers opened in one mail.
    pub openpgp_messages: usize,
    /// `Received` fields; more of them is a mail loop.
    pub received_fields: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mail_bytes: MAIL_BYTES,
            header_bytes: 1 << 20,
            opened_bytes: 64 << 20,
            text_bytes: 2 << 20,
            parts: 10_000,
            nesting: 8,
            openpgp_messages: 64,
            received_fields: 100,
        }
    }
}
