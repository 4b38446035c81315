//! Sealing, keys, receipt codes, passwords, tokens, the log's Merkle tree: the only place where secrets are made and opened.
//! Chance is an argument ([`Chance`]); time too. Deliberately no IO: where keys and sealed bytes lie is the caller's business.

pub mod attest;
mod blob;
mod boxes;
mod chance;
mod checkpoint;
mod crockford;
mod keys;
mod master;
pub mod merkle;
mod password;
mod peer;
mod receipt;
mod sealed;
mod sealer;
mod stream;
mod symmetric;
mod token;
mod totp;

pub use blob::{
    BLOB_HEADER, BlobFault, BlobKey, BlobMap, PIECE_BYTES, PIECE_OVERHEAD, Piece, SEALED_PIECE_BYTES, sealed_offset, whole_pieces,
};
pub use boxes::{OVERHEAD, open, seal};
pub use chance::{Chance, NoChance, SeededChance, SystemChance, draw};
pub use checkpoint::{Checkpoint, CheckpointFault, LogSigner, LogVerifier, sign_checkpoint, verify_checkpoint};
pub use keys::{KeyFault, PublicKey, SecretKey, hex};
pub use master::{MasterKey, NotAMasterKey};
pub use password::{LEAST_CHARACTERS, PasswordCheck, PasswordFault, hash_password, verify_password};
pub use peer::Peer;
pub use receipt::{CodeFault, CodeFaultKind, ReceiptCode};
pub use sealed::{Sealed, Unopened, place};
pub use sealer::Sealer;
pub use stream::StreamKey;
pub use symmetric::{open_with, seal_with};
pub use token::{NotAToken, Token, TokenKind, contains_token, same_secret};
pub use totp::{STEP_SECONDS, TotpFault, TotpSecret};
pub use zeroize::Zeroizing;
