//! How many bytes of reports may be in memory at once. Small reports always pass; large ones share a budget, so that a
//! flood of uploads is answered with "come back in a minute" instead of taking the house down.

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tokio::sync::Semaphore;
use wardroom_web::Problem;

/// Requests up to this many bytes need no share of the budget.
const SMALL_BYTES: u64 = 256 * 1024;
const UNIT_BYTES: u64 = 64 * 1024;

/// The budget.
pub struct Budget {
    units: Semaphore,
    /// What a request without a stated length may use at most.
    largest_bytes: u64,
}

impl Budget {
    /// `all_bytes` for everybody together, `largest_bytes` for one request.
    #[must_use]
    pub fn new(all_bytes: usize, largest_bytes: usize) -> Arc<Self> {
        let units = usize::try_from(UNIT_BYTES).map_or(1, |unit| all_bytes / unit).max(1);
        Arc::new(Self { units: Semaphore::new(units), largest_bytes: largest_bytes as u64 })
    }
}

/// What a form whose files stream through may hold in memory: its texts and one piece of a file.
const STREAMED_BYTES: u64 = 4 * 1024 * 1024;

/// Middleware around the forms: however large the files are, only so much of a request is in memory.
pub async fn streamed(State(budget): State<Arc<Budget>>, request: Request, next: Next) -> Response {
    let stated =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<u64>().ok());
    let bytes = stated.unwrap_or(STREAMED_BYTES).min(STREAMED_BYTES);
    if bytes <= SMALL_BYTES || request.method() == axum::http::Method::GET {
        return next.run(request).await;
    }
    match budget.units.try_acquire_many(u32::try_from(bytes.div_ceil(UNIT_BYTES)).unwrap_or(u32::MAX)) {
        Ok(_share) => next.run(request).await,
        Err(_) => Problem::unavailable().into_response(),
    }
}

/// Middleware around the addresses that take reports whole.
pub async fn within(State(budget): State<Arc<Budget>>, request: Request, next: Next) -> Response {
    let stated =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<u64>().ok());
    let bytes = stated.unwrap_or(budget.largest_bytes).min(budget.largest_bytes);
    if bytes <= SMALL_BYTES {
        return next.run(request).await;
    }
    let units = u32::try_from(bytes.div_ceil(UNIT_BYTES)).unwrap_or(u32::MAX);
    match budget.units.try_acquire_many(units) {
        Ok(_share) => next.run(request).await,
        Err(_) => Problem::unavailable().into_response(),
    }
}
