//! A JSON body. What is wrong with it is told by place, never by repeating it.

use crate::fields::LONGEST_FORM;
use crate::stop::Stop;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use wardroom_web::{Faults, Problem};

/// The parsed body; an empty one counts as `{}`.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Stop;

    async fn from_request(request: Request, _state: &S) -> Result<Body<T>, Stop> {
        let bytes = to_bytes(request.into_body(), LONGEST_FORM).await.map_err(|_| Problem::too_large())?;
        let text: &[u8] = if bytes.iter().all(u8::is_ascii_whitespace) { b"{}" } else { &bytes };
        // A list would be read member by member as if it were the object.
        if text.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            let mut faults = Faults::default();
            faults.add("body", "an object is wanted");
            return Err(Problem::unprocessable(faults).into());
        }
        serde_json::from_slice(text).map(Body).map_err(|error| {
            let mut faults = Faults::default();
            let what = match error.classify() {
                serde_json::error::Category::Data => "a field is missing, unknown or of the wrong type",
                serde_json::error::Category::Syntax | serde_json::error::Category::Eof | serde_json::error::Category::Io => "not JSON",
            };
            faults.add("body", format!("line {}, column {}: {what}", error.line(), error.column()));
            Problem::unprocessable(faults).into()
        })
    }
}
