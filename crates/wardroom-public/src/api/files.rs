//! `POST …/self/files`: files for a report that was handed in before. A program names whole uploads by their tokens, or sends the
//! files themselves as a multipart form. What becomes of them is the house's (`add_files`), as for the track page.

use super::{code, typed, untracked};
use crate::facade::Facade;
use crate::face::{Face, allowed};
use crate::report::{excess_fault, is_multipart, read_form};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use wardroom_app::public_house::TrackError;
use wardroom_seal::{Token, TokenKind};
use wardroom_web::words::public as say;
use wardroom_web::{Caller, Faults, Lang, Problem, Tongue, time};

/// Most uploads named in one request.
const MOST: usize = 20;

/// The handler.
pub async fn add<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let lang = tongue.lang;
    let code = code(request.headers(), lang)?;
    // The code is tried before the body is read: files of strangers are worth no room.
    face.house.track(&code).await.map_err(|error| untracked(&face, caller, error))?;
    let uploads = match is_multipart(&request) {
        true => sent(request, &face, caller, lang).await?,
        false => named(request, lang).await?,
    };
    let at_uploads = |mut problem: Problem, code, word: wardroom_web::words::Word| {
        problem.faults.add_coded("uploads", code, word.say(lang));
        problem
    };
    match face.house.add_files(&code, &uploads).await {
        Ok(()) => Ok((StatusCode::CREATED, Json(json!({"received_at": time::utc(face.now())}))).into_response()),
        Err(TrackError::FileGone) => Err(at_uploads(Problem::not_found(), "unknown_value", say::REPORT_FAULT_FILE_GONE)),
        Err(TrackError::TooManyFiles) => Err(at_uploads(Problem::conflict(), "too_large", say::REPORT_FAULT_FILE_COUNT)),
        Err(error) => Err(untracked(&face, caller, error)),
    }
}

/// The files of a multipart form, and uploads it names; all of them whole.
async fn sent<F: Facade>(request: Request, face: &Face<F>, caller: Caller, lang: Lang) -> Result<Vec<Token>, Problem> {
    let mut sent = read_form(request, face, caller).await?;
    sent.put_aside(face).await?;
    let mut faults = Faults::default();
    for excess in &sent.form.excess {
        excess_fault(&mut faults, excess, &face.practice(lang), face.house.upload_limits().file_bytes);
    }
    let uploads = sent.uploads();
    if uploads.is_empty() && faults.is_empty() {
        faults.add_coded("files", "required", say::API_FAULT_REQUIRED.say(lang));
    }
    if faults.is_empty() { Ok(uploads) } else { Err(Problem::unprocessable(faults)) }
}

/// `{"uploads": ["wr_upl_…"]}`
async fn named(request: Request, lang: Lang) -> Result<Vec<Token>, Problem> {
    let (parts, body) = request.into_parts();
    let object = typed::read(&parts.headers, body, lang, &["uploads"]).await?;
    let names = match object.get("uploads") {
        Some(Value::Array(names)) if names.len() > MOST => {
            return Err(typed::fault("uploads", "too_large", say::REPORT_FAULT_FILE_COUNT.say(lang)));
        }
        Some(Value::Array(names)) if !names.is_empty() => names,
        None | Some(Value::Null | Value::Array(_)) => return Err(typed::fault("uploads", "required", say::API_FAULT_REQUIRED.say(lang))),
        Some(_) => return Err(typed::fault("uploads", "type", say::API_FAULT_LIST.say(lang))),
    };
    let mut uploads = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let at = format!("/uploads/{index}");
        let Some(text) = name.as_str() else { return Err(typed::fault(&at, "type", say::API_FAULT_TEXT.say(lang))) };
        // What is no token names nothing that is here, like a token of a file that was swept.
        let Ok(token) = Token::parse(TokenKind::Upload, text) else {
            let mut problem = Problem::not_found();
            problem.faults.add_coded(at, "unknown_value", say::REPORT_FAULT_FILE_GONE.say(lang));
            return Err(problem);
        };
        if !uploads.contains(&token) {
            uploads.push(token);
        }
    }
    Ok(uploads)
}
