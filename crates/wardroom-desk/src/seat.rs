//! `Seat`: the evidence that the asker is signed in (or holds a token) and may open this route. Only `doors::admit` makes one.

use crate::stop::Stop;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use wardroom_domain::people::{Act, Viewer};
use wardroom_web::{Lang, Problem, Tongue};

/// Who sits at the desk for this request.
#[derive(Clone, Debug)]
pub struct Seat {
    pub viewer: Viewer,
    pub person: String,
    pub tongue: Tongue,
    /// The session's CSRF token; empty for programs, which send no cookies.
    pub csrf: String,
    /// Digest of the session or token, to recognise it in lists.
    pub digest: String,
    /// Password and second factor, or a passkey, are set.
    pub enrolled: bool,
    /// What was done just now, as a key after `desk-done-`; may be empty.
    pub done: String,
}

impl Seat {
    pub fn lang(&self) -> Lang {
        self.tongue.lang
    }

    pub fn may(&self, act: Act) -> bool {
        self.viewer.may(act)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Seat {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Seat, Stop> {
        parts.extensions.get::<Seat>().cloned().ok_or_else(|| Problem::unauthorized().into())
    }
}
