//! One's own account: password, second factor, passkeys, sessions, tokens.

pub mod page;
pub mod passkey;
