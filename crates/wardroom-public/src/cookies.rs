//! How a receipt and a visit travel between two requests: in a cookie that only this server can open, for half an
//! hour. The code is in no URL, in no log and in no memory of ours; what lies in the browser's cookie store opens
//! nothing once the time is over or the server has started anew.
//!
//! Considered and not done: a table of sessions (state, and a list of codes in memory), the code itself in the cookie
//! (browsers write cookies to disk).

use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wardroom_seal::{Chance, Sealed, open_with, place, seal_with};
use wardroom_web::tongue::{cookie, set_cookie};

/// How long a receipt is shown and a visit lasts without a click, in seconds.
pub const LASTS_SECONDS: i64 = 30 * 60;
/// Longest cookie looked at, in characters.
const LONGEST: usize = 8_000;

/// Makes and opens the cookies of the public face.
pub struct Cookies {
    key: [u8; 32],
    secure: bool,
}

#[derive(Serialize, Deserialize)]
struct Kept<T> {
    until: i64,
    what: T,
}

impl Cookies {
    /// With a key of 32 random bytes; several nodes of one site share it. `secure` when the site is served by HTTPS:
    /// then the names carry `__Host-`.
    #[must_use]
    pub fn new(key: [u8; 32], secure: bool) -> Self {
        Self { key, secure }
    }

    fn name(&self, name: &str) -> String {
        if self.secure { format!("__Host-{name}") } else { name.to_owned() }
    }

    fn attributes(&self) -> &'static str {
        if self.secure { "Path=/; HttpOnly; SameSite=Strict; Secure" } else { "Path=/; HttpOnly; SameSite=Strict" }
    }

    /// Sets the cookie `name` to `what`, for [`LASTS_SECONDS`].
    pub fn keep<T: Serialize>(&self, response: &mut Response, name: &str, what: T, now: Timestamp, chance: &mut dyn Chance) {
        let kept = Kept { until: now.as_second().saturating_add(LASTS_SECONDS), what };
        let Ok(plain) = serde_json::to_vec(&kept) else { return };
        let sealed = seal_with(&self.key, &place(&["cookie", name]), &plain, chance);
        let text = URL_SAFE_NO_PAD.encode(sealed.as_bytes());
        set_cookie(response, &format!("{}={text}; Max-Age={LASTS_SECONDS}; {}", self.name(name), self.attributes()));
    }

    /// What the cookie holds, if it is ours and its time is not over.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self, headers: &HeaderMap, name: &str, now: Timestamp) -> Option<T> {
        let text = cookie(headers, &self.name(name)).filter(|text| text.len() <= LONGEST)?;
        let sealed = Sealed::from_stored(URL_SAFE_NO_PAD.decode(text).ok()?);
        let plain = open_with(&self.key, &place(&["cookie", name]), &sealed).ok()?;
        let kept: Kept<T> = serde_json::from_slice(&plain).ok()?;
        (now.as_second() < kept.until).then_some(kept.what)
    }

    /// Takes the cookie away.
    pub fn wipe(&self, response: &mut Response, name: &str) {
        set_cookie(response, &format!("{}=; Max-Age=0; {}", self.name(name), self.attributes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header;
    use wardroom_seal::SeededChance;

    fn kept(cookies: &Cookies, name: &str, now: Timestamp) -> HeaderMap {
        let mut response = Response::default();
        cookies.keep(&mut response, name, "7K3M5", now, &mut SeededChance::new(1));
        let set = response.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
        assert!(set.contains("HttpOnly; SameSite=Strict") && !set.contains("7K3M5"), "{set}");
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, set.split(';').next().unwrap().parse().unwrap());
        headers
    }

    #[test]
    fn it_opens_for_half_an_hour_and_for_nobody_else() {
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let later = |seconds: i64| Timestamp::from_second(now.as_second() + seconds).unwrap();
        let cookies = Cookies::new([7; 32], true);
        let headers = kept(&cookies, "visit", now);
        assert!(headers[header::COOKIE].to_str().unwrap().starts_with("__Host-visit="));
        assert_eq!(cookies.read::<String>(&headers, "visit", later(1799)).as_deref(), Some("7K3M5"));
        assert_eq!(cookies.read::<String>(&headers, "visit", later(1800)), None);
        assert_eq!(Cookies::new([8; 32], true).read::<String>(&headers, "visit", now), None);
        let mut renamed = HeaderMap::new();
        renamed.insert(header::COOKIE, headers[header::COOKIE].to_str().unwrap().replace("visit", "receipt").parse().unwrap());
        assert_eq!(cookies.read::<String>(&renamed, "receipt", now), None);
    }
}
