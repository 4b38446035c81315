//! stub
use crate::cli::DemoArgs;
use crate::exits::{Done, OK};
pub async fn run(_: DemoArgs) -> Done { Ok(OK) }
