//! Which language and colours this visitor wants: `?lang`, cookie, `Accept-Language`; `?theme`, cookie.
//! A wish in the address is remembered in a cookie, but links keep it too, so it works without cookies.

use crate::Lang;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use std::convert::Infallible;

/// The visitor's wishes, as an extractor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tongue {
    /// The language to answer in.
    pub lang: Lang,
    /// Whether the address itself names the language; then our links keep naming it.
    pub asked: bool,
    /// The path and query of this page without `lang`, for the switch.
    pub path: String,
    /// `light` or `dark` when the visitor overrides the system.
    pub theme: Option<&'static str>,
}

impl Tongue {
    /// Reads the wishes from an address and its headers.
    #[must_use]
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let query = uri.query().unwrap_or_default();
        let asked = value_of(query, "lang").and_then(Lang::from_tag);
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let lang = asked.unwrap_or_else(|| Lang::negotiate(None, cookie(headers, "lang"), accepted));
        let theme = value_of(query, "theme").or_else(|| cookie(headers, "theme")).and_then(theme);
        Self { lang, asked: asked.is_some(), path: without(uri, &["lang", "theme"]), theme }
    }
}

/// The value of one cookie.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
}

fn theme(wish: &str) -> Option<&'static str> {
    match wish {
        "light" => Some("light"),
        "dark" => Some("dark"),
        _ => None,
    }
}

fn value_of<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
}

fn without(uri: &Uri, names: &[&str]) -> String {
    let kept: Vec<&str> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !names.iter().any(|name| pair.split('=').next() == Some(name)))
        .collect();
    if kept.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), kept.join("&")) }
}

impl<S: Send + Sync> FromRequestParts<S> for Tongue {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.uri, &parts.headers))
    }
}

/// Middleware: remembers a language or theme asked for in the address, for a year.
pub async fn remember(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let lang = value_of(query, "lang").and_then(Lang::from_tag).map(Lang::code);
    let chosen = value_of(query, "theme");
    let colours = chosen.and_then(theme);
    let forget = chosen == Some("system");
    let mut response = next.run(request).await;
    for (name, value) in [("lang", lang), ("theme", colours)] {
        if let Some(value) = value {
            set_cookie(&mut response, &format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax"));
        }
    }
    if forget {
        set_cookie(&mut response, "theme=; Path=/; Max-Age=0; SameSite=Lax");
    }
    response
}

/// Adds a `Set-Cookie` header; a value that is no header text is left out.
pub fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_wins_and_the_switch_keeps_the_rest() {
        let uri: Uri = "/advisories?product=x&lang=zh&theme=dark".parse().unwrap_or_default();
        let tongue = Tongue::of(&uri, &HeaderMap::new());
        assert_eq!((tongue.lang, tongue.asked, tongue.theme), (Lang::Zh, true, Some("dark")));
        assert_eq!(tongue.path, "/advisories?product=x");
    }

    #[test]
    fn the_cookie_is_read_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; lang=zh; theme=none"));
        let tongue = Tongue::of(&Uri::from_static("/"), &headers);
        assert_eq!((tongue.lang, tongue.asked, tongue.theme), (Lang::Zh, false, None));
    }
}
