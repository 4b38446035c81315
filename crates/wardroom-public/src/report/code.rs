//! Code before content: "save and get my code". What was typed so far is kept under a fresh receipt code, sealed with what
//! follows from the code; the code is shown, and the report is handed in under it. Works without script.

use super::read;
use crate::facade::Facade;
use crate::face::{Face, allowed};
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use wardroom_app::public_house::DraftError;
use wardroom_seal::{ReceiptCode, SystemChance};
use wardroom_web::redirect::see_other;
use wardroom_web::upload::Upload;
use wardroom_web::words::public as say;
use wardroom_web::{Caller, Problem, Tongue};

/// The cookie that carries the code from one page to the next.
pub(crate) const COOKIE: &str = "draft";

/// `POST /report/code`
pub async fn keep<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    allowed(&face.limits.reports, caller)?;
    let mut sent = read::form(request, &face, caller).await?;
    sent.put_aside(&face).await?;
    let code = ReceiptCode::parse(sent.text("code")).unwrap_or_else(|_| face.house.fresh_code());
    let uploads: Vec<String> = sent.uploads().iter().map(ToString::to_string).collect();
    let mut texts = std::mem::take(&mut sent.form.texts);
    texts.retain(|(name, text)| {
        !matches!(name.as_str(), "code" | "upload" | "website" | "step" | "go" | "began" | "encrypt-here") && !text.is_empty()
    });
    texts.extend(uploads.into_iter().map(|token| ("upload".to_owned(), token)));
    match face.house.keep_draft(&code, texts).await {
        Ok(()) => {
            let mut response = see_other(&tongue_path(&tongue, "/report?kept=1")).into_response();
            carry(&face, &mut response, &code)?;
            Ok(response)
        }
        Err(DraftError::HandedIn) => Ok(see_other(&tongue_path(&tongue, "/track")).into_response()),
        Err(DraftError::TooLong) => Err(Problem::too_large().detail(say::REPORT_FAULT_LONG.say(tongue.lang))),
        Err(DraftError::NoRoom) => Err(Problem::unavailable()),
        Err(DraftError::Trouble(trouble)) => Err(Problem::stored(&trouble, trouble.full)),
    }
}

/// `POST /report/forget`: the draft is removed here, and its code from this browser.
pub async fn forget<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let typed = Upload { texts: super::urlencoded(&body), ..Upload::default() };
    let code = ReceiptCode::parse(typed.text("code")).ok().or_else(|| carried(&face, &headers));
    if let Some(code) = code {
        face.house.drop_draft(&code).await.map_err(|trouble| Problem::stored(&trouble, trouble.full))?;
    }
    let mut response = see_other(&tongue_path(&tongue, "/report")).into_response();
    face.cookies.wipe(&mut response, COOKIE);
    Ok(response)
}

/// The code this browser came with.
pub(crate) fn carried<F: Facade>(face: &Face<F>, headers: &HeaderMap) -> Option<ReceiptCode> {
    ReceiptCode::parse(&face.cookie::<String>(headers, COOKIE)?).ok()
}

/// Gives the browser the code for the next half hour.
pub(crate) fn carry<F: Facade>(face: &Face<F>, response: &mut Response, code: &ReceiptCode) -> Result<(), Problem> {
    let mut chance = SystemChance::probe().map_err(|error| Problem::logged(&error))?;
    face.cookies.keep(response, COOKIE, code.to_string(), face.now(), &mut chance);
    Ok(())
}

fn tongue_path(tongue: &Tongue, path: &str) -> String {
    if !tongue.asked {
        return path.to_owned();
    }
    let join = if path.contains('?') { '&' } else { '?' };
    format!("{path}{join}lang={}", tongue.lang.code())
}
