//! The headers every response carries. Pages hold no inline style or script, so the policy needs no exception and no nonce: `'self'`
//! is as strict here, because nothing a stranger sent is ever answered as a script or style from our origin (downloads are
//! `application/octet-stream` with `nosniff`), and pages without a nonce can be files with a checksum, made once.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// The content security policy of every page.
pub const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
    object-src 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const FIXED: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
];

/// Middleware: sets what the handler has not set itself. Responses nobody marked cacheable are not stored.
pub async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    put(response.headers_mut());
    response
}

/// Adds to `headers` what a response must carry and does not carry yet.
pub fn put(headers: &mut HeaderMap) {
    for (name, value) in FIXED {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_may_be_stricter_but_nothing_is_left_out() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        put(&mut headers);
        assert_eq!(headers.get(header::CONTENT_SECURITY_POLICY), Some(&HeaderValue::from_static("sandbox")));
        assert_eq!(headers.get("cross-origin-opener-policy"), Some(&HeaderValue::from_static("same-origin")));
        assert_eq!(headers.get(header::CACHE_CONTROL), Some(&HeaderValue::from_static("no-store")));
        assert!(!CSP.contains("unsafe"));
    }
}
