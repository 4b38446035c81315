//! Forms are accepted from our own pages only. There is no token and so nothing that expires while somebody
//! writes: the browser says where the form was (`Sec-Fetch-Site`, else `Origin`).
//!
//! A request that says neither comes from no browser of the last years, or from a plain-HTTP page, where
//! `Referrer-Policy: no-referrer` makes the browser send `Origin: null`. It is let through: every cookie we set is
//! `SameSite=Strict`, so a foreign form would arrive as a stranger's.

use crate::problem::Problem;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Middleware: refuses state-changing requests sent by another site with 403.
pub async fn only(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_ours(request.headers()) {
        return next.run(request).await;
    }
    Problem::cross_site().into_response()
}

fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN.as_str()), text(header::HOST.as_str())) {
        (None | Some("null"), _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, theirs)| theirs.eq_ignore_ascii_case(host)),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(pairs: &[(&'static str, &'static str)], expected: bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        assert_eq!(is_ours(&headers), expected, "{pairs:?}");
    }

    #[test]
    fn a_foreign_form_is_refused() {
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("origin", "https://psirt.example"), ("host", "psirt.example")], true);
        check(&[("origin", "https://evil.example"), ("host", "psirt.example")], false);
        check(&[("origin", "https://psirt.example:8443"), ("host", "psirt.example")], false);
        check(&[("origin", "null"), ("host", "psirt.example")], true);
        check(&[("host", "psirt.example")], true);
    }
}
