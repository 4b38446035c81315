//! People: signing in, sessions, tokens. Secrets lie beside the log, hashed or sealed.

mod second_factor;
mod sign_in;
mod token;

pub use sign_in::{SESSION_HOURS, SignedIn};
