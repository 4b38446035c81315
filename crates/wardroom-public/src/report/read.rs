//! Reads the form, as multipart (what the page sends) or urlencoded (what `curl -d` sends).

use axum::extract::{FromRequest as _, Multipart, RawForm, Request};
use axum::http::header;
use wardroom_web::Problem;
use wardroom_web::upload::{self, Limits, Upload};

/// Most files in one go.
pub(crate) const FILES: usize = 20;
/// Largest file, in bytes.
pub(crate) const FILE_BYTES: usize = 20_000_000;
/// All files together, in bytes.
const ALL_BYTES: usize = 40_000_000;
/// Longest text field, in bytes; the house takes a description up to this.
const TEXT_BYTES: usize = 1024 * 1024;
/// Largest request: what the limits above allow to be told apart and worded, and a little more.
pub const BODY_BYTES: usize = 64_000_000;

pub(crate) const LIMITS: Limits = Limits { text_bytes: TEXT_BYTES, parts: 120, files: FILES, file_bytes: FILE_BYTES, all_bytes: ALL_BYTES };

/// Whether a request is multipart.
pub(crate) fn is_multipart(request: &Request) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|media| media.starts_with("multipart/form-data"))
}

/// The form, whichever way it was sent.
pub(crate) async fn form(request: Request) -> Result<Upload, Problem> {
    if is_multipart(&request) {
        let parts = Multipart::from_request(request, &()).await.map_err(|_| Problem::bad_request())?;
        return Ok(upload::read(parts, &LIMITS).await?);
    }
    let RawForm(bytes) = RawForm::from_request(request, &()).await.map_err(|rejection| {
        use axum::response::IntoResponse as _;
        if rejection.into_response().status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            Problem::too_large()
        } else {
            Problem::bad_request()
        }
    })?;
    Ok(Upload { texts: urlencoded(&bytes), ..Upload::default() })
}

/// `a=b&c=d+e%20f` as pairs; at most as many as a form may have. What is no UTF-8 is replaced.
pub(crate) fn urlencoded(bytes: &[u8]) -> Vec<(String, String)> {
    let pairs = bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).take(LIMITS.parts);
    pairs
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = pair.split_at(at);
            (decoded(name), decoded(value.get(1..).unwrap_or_default()))
        })
        .collect()
}

fn decoded(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let hex =
                    rest.as_slice().get(..2).and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok());
                match hex {
                    Some(value) => {
                        out.push(value);
                        rest.nth(1);
                    }
                    None => out.push(b'%'),
                }
            }
            other => out.push(*other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urlencoded_forms() {
        let pairs = urlencoded("description=%E6%BC%8F%E6%B4%9E+a%26b&x&y=100%&z=%zz".as_bytes());
        let own = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(pairs, [own("description", "漏洞 a&b"), own("x", ""), own("y", "100%"), own("z", "%zz")]);
    }
}
