//! The receipt: shown for half an hour in the browser that sent the report, from a cookie only we can open. It is the
//! one page that shows the code.

use crate::facade::Facade;
use crate::face::{Face, allowed};
use crate::practice::promise_name;
use crate::track::{StepLine, step_lines};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use wardroom_app::promises::Promise;
use wardroom_app::public_house::{NoReceipt, Receipt};
use wardroom_seal::ReceiptCode;
use wardroom_web::qr::{self, Drawing};
use wardroom_web::words::{self, public as say};
use wardroom_web::{Caller, Lang, Moment, Page, Problem, Tongue, html};

/// The cookie that carries the receipt.
pub(crate) const COOKIE: &str = "receipt";

/// How long a receipt that is not whole yet is waited for.
const WAITS: [Duration; 4] = [Duration::ZERO, Duration::from_millis(600), Duration::from_millis(1_000), Duration::from_millis(1_500)];

struct Due {
    what: String,
    moment: Moment,
}

#[derive(Template)]
#[template(path = "receipt/receipt.html")]
struct ReceiptPage {
    page: Page,
    receipt: Receipt,
    number_line: String,
    received: Moment,
    due: Vec<Due>,
    steps: Vec<StepLine>,
    qr: Drawing,
}

#[derive(Template)]
#[template(path = "receipt/gone.html")]
struct Gone {
    page: Page,
}

/// `GET /receipt`
pub async fn show<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue, headers: HeaderMap) -> Response {
    let lang = tongue.lang;
    let Some(receipt) = face.cookie::<Receipt>(&headers, COOKIE) else {
        return html(&Gone { page: Page::new(&tongue, &face.site(), "track", say::RECEIPT_GONE_TITLE.say(lang)) });
    };
    let track = match ReceiptCode::parse(&receipt.code) {
        Ok(code) => face.house.track(&code).await.ok(),
        Err(_) => None,
    };
    // What the house says now knows which promises the receipt itself has kept.
    let (steps, promises) = track.map_or_else(|| (Vec::new(), receipt.promises.clone()), |track| (track.steps, track.promises));
    let link = format!("{}/track#{}", face.house.public_url(), receipt.code);
    html(&ReceiptPage {
        page: Page::new(&tongue, &face.site(), "report", say::RECEIPT_TITLE.say(lang)).script("draft.js"),
        number_line: say::track_number(lang, receipt.number.as_str()),
        received: Moment::in_zone(lang, receipt.received_at, &face.house.profile().zone(), face.now()),
        due: due(&promises, lang, face.now()),
        steps: step_lines(&face.house.profile(), &steps, lang),
        qr: qr::svg(&link),
        receipt,
    })
}

/// `GET /receipt.txt`: the same to keep.
pub async fn download<F: Facade>(State(face): State<Arc<Face<F>>>, tongue: Tongue, headers: HeaderMap) -> Response {
    let Some(receipt) = face.cookie::<Receipt>(&headers, COOKIE) else {
        return Problem::not_found().into_response();
    };
    let text = text(&receipt, face.house.public_url(), &face.house.profile().team_name(tongue.lang.code()), tongue.lang);
    // The number is ours, so it is safe in a header.
    let name = format!("attachment; filename=\"receipt-{}.txt\"", receipt.number);
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], text).into_response()
}

/// `GET /receipt/signed`: the signed receipt of the visit: of the track page, else of the form just sent.
pub async fn signed_file<F: Facade>(
    State(face): State<Arc<Face<F>>>,
    tongue: Tongue,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    allowed(&face.limits.track, caller)?;
    let fresh = face.cookie::<Receipt>(&headers, COOKIE).and_then(|receipt| ReceiptCode::parse(&receipt.code).ok());
    let Some(code) = crate::track::visit(&face, &headers).or(fresh) else { return Err(Problem::not_found()) };
    signed(&face, &code, caller, tongue.lang).await
}

/// The signed receipt as a download. What was handed in a moment ago waits for the log's next checkpoint, which is signed every
/// second; somebody else's waiting takes no thread.
pub(crate) async fn signed<F: Facade>(face: &Face<F>, code: &ReceiptCode, caller: Caller, lang: Lang) -> Result<Response, Problem> {
    for pause in WAITS {
        tokio::time::sleep(pause).await;
        match face.house.signed_receipt(code).await {
            Ok((number, file)) => {
                let headers = [
                    (header::CONTENT_TYPE, "application/json".to_owned()),
                    (header::CACHE_CONTROL, "no-store".to_owned()),
                    (header::CONTENT_DISPOSITION, format!("attachment; filename=\"wardroom-receipt-{number}.json\"")),
                ];
                return Ok((headers, file.to_text()).into_response());
            }
            Err(NoReceipt::NotYet | NoReceipt::Shorter { .. }) => {}
            Err(NoReceipt::TooOld) => return Err(Problem::not_found().detail(say::RECEIPT_TOO_OLD.say(lang))),
            Err(NoReceipt::Unknown) => return Err(allowed(&face.limits.unknown_codes, caller).err().unwrap_or_else(Problem::not_found)),
            Err(NoReceipt::Trouble(trouble)) => return Err(Problem::logged(&trouble)),
        }
    }
    let mut problem = Problem::unavailable().detail(say::RECEIPT_NOT_YET.say(lang));
    problem.retry_after = Some(Duration::from_secs(5));
    Err(problem)
}

fn due(promises: &[Promise], lang: Lang, now: jiff::Timestamp) -> Vec<Due> {
    let open = promises.iter().filter(|promise| promise.kept_at.is_none());
    open.map(|promise| Due { what: promise_name(lang, &promise.kind), moment: Moment::in_zone(lang, promise.due, &promise.zone, now) })
        .collect()
}

fn text(receipt: &Receipt, url: &str, team: &str, lang: Lang) -> String {
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    let mut lines = vec![
        say::RECEIPT_FILE_HEAD.say(lang).to_owned(),
        team.to_owned(),
        String::new(),
        format!("{}{colon}{}", say::RECEIPT_NUMBER.say(lang), receipt.number),
        format!("{}{colon}{}", say::RECEIPT_CODE.say(lang), receipt.code),
        format!("{}{colon}{url}/track", say::NAV_TRACK.say(lang)),
        format!("{}{colon}{}", say::RECEIPT_AT.say(lang), wardroom_web::time::utc(receipt.received_at)),
        format!("{}{colon}{}", say::RECEIPT_HASH.say(lang), receipt.sha256),
    ];
    for promise in receipt.promises.iter().filter(|promise| promise.kept_at.is_none()) {
        lines.push(say::receipt_due(lang, promise_name(lang, &promise.kind), wardroom_web::time::utc(promise.due)));
    }
    lines.push(String::new());
    lines.push(say::RECEIPT_FILE_KEEP.say(lang).to_owned());
    lines.push(say::RECEIPT_NOT_PROOF.say(lang).to_owned());
    lines.join("\r\n") + "\r\n"
}
