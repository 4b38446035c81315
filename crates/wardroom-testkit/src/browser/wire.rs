//! The WebDriver protocol: JSON over HTTP/1.1 to a chromedriver on this machine.
//!
//! Not an HTTP client: one request a connection, a body of known length, no TLS, no redirects.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longer than any step of a journey may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// How to reach one chromedriver.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wire {
    pub port: u16,
}

impl Wire {
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.ask("GET", path, "").await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask("POST", path, &body.to_string()).await
    }

    pub async fn delete(&self, path: &str) -> Result<Value> {
        self.ask("DELETE", path, "").await
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> Result<Value> {
        let answer = tokio::time::timeout(PATIENCE, self.exchange(method, path, body)).await;
        let answer = answer.with_context(|| format!("the browser did not answer {path} within {PATIENCE:?}"))??;
        let mut answer: Value = serde_json::from_slice(&answer).context("cannot read what the browser answered")?;
        let value = answer.get_mut("value").map(Value::take).unwrap_or_default();
        if let Some(error) = value.get("error").and_then(Value::as_str) {
            let message = value.get("message").and_then(Value::as_str).unwrap_or_default();
            bail!("{error}: {}", message.lines().next().unwrap_or_default());
        }
        Ok(value)
    }

    async fn exchange(&self, method: &str, path: &str, body: &str) -> Result<Vec<u8>> {
        let port = self.port;
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.context("cannot reach chromedriver")?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.context("cannot ask chromedriver")?;
        read_body(&mut stream).await
    }
}

/// Reads to the end of the body; the header says how long it is.
async fn read_body(stream: &mut TcpStream) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(start) = end_of_header(&bytes) {
            let header = String::from_utf8_lossy(&bytes[..start]).into_owned();
            let length = content_length(&header).context("chromedriver named no length")?;
            if bytes.len() >= start + length {
                return Ok(bytes[start..start + length].to_vec());
            }
        }
        if stream.read_buf(&mut bytes).await.context("cannot hear chromedriver")? == 0 {
            bail!("chromedriver hung up");
        }
    }
}

fn end_of_header(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn content_length(header: &str) -> Option<usize> {
    let fields = header.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.next()?.1.trim().parse().ok()
}
