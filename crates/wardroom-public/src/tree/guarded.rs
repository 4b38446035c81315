//! What is shared and not public (CSAF 2.0, 7.1.5): the documents and feed of a guarded level, for whoever brings the token of an access, as a bearer
//! token or as the password of Basic authentication. It lies in no file and in no tree: the house opens it while the request lasts.
//! Without a token, with a wrong one, or at a level nobody ever shared anything at, the answer is the same.

use super::served::media;
use crate::facade::Facade;
use crate::face::{Face, allowed};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;
use wardroom_app::public_house::NoAccess;
use wardroom_domain::disclosure::Level;
use wardroom_seal::{Token, TokenKind};
use wardroom_web::words::disclosure as d;
use wardroom_web::{Caller, Problem, Tongue};

/// `GET /.well-known/csaf/{amber}/…`
pub async fn file<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    method: Method,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let path = uri.path().trim_start_matches('/');
    let folder = path.strip_prefix(".well-known/csaf/").and_then(|below| below.split('/').next()).unwrap_or_default();
    let Some(level) = Level::of_folder(folder) else { return Err(Problem::not_found()) };
    let Some(token) = token(&headers) else { return Ok(closed(&tongue)) };
    match face.house.shared_file(&token, level, path).await {
        Ok(Some(file)) => {
            let length = HeaderValue::from(file.0.len());
            let body = if method == Method::HEAD { Body::empty() } else { Body::from(file.0) };
            let mut response = Response::new(body);
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media(path)));
            headers.insert(header::CONTENT_LENGTH, length);
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            headers.insert(header::VARY, HeaderValue::from_static("Authorization"));
            Ok(response)
        }
        Ok(None) => Err(Problem::not_found()),
        Err(NoAccess::Closed) => {
            // Guessing is hopeless; asking on and on is slowed down like wrong codes are.
            allowed(&face.limits.unknown_codes, caller)?;
            Ok(closed(&tongue))
        }
        Err(NoAccess::Store(why)) => Err(Problem::logged(&why)),
    }
}

fn token(headers: &HeaderMap) -> Option<Token> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, value) = given.split_once(' ')?;
    let text = if scheme.eq_ignore_ascii_case("bearer") {
        value.trim().to_owned()
    } else if scheme.eq_ignore_ascii_case("basic") {
        let pair = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
        pair.split_once(':')?.1.to_owned()
    } else {
        return None;
    };
    Token::parse(TokenKind::Access, text.trim()).ok()
}

fn closed(tongue: &Tongue) -> Response {
    let headers = [
        (header::WWW_AUTHENTICATE, "Basic realm=\"CSAF\", charset=\"UTF-8\""),
        (header::CONTENT_TYPE, "text/plain; charset=utf-8; problem=access"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::UNAUTHORIZED, headers, format!("{}\n", d::ACCESS_NEEDED.say(tongue.lang))).into_response()
}
