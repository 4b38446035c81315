//! As much of an HTTP/1.1 client as measuring takes: one connection, one request after the other, bodies of a stated length.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result, bail};

/// A connection that is kept.
pub struct Client {
    address: String,
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Connects to `127.0.0.1:8080` or `http://127.0.0.1:8080`.
    pub fn connect(address: &str) -> Result<Client> {
        let address = address.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let stream = TcpStream::connect(&address).with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Client { address, stream: BufReader::new(stream) })
    }

    /// Asks, and gives status and body. `headers` are whole lines.
    pub fn ask(&mut self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Result<(u16, Vec<u8>)> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n", self.address, body.len());
        for header in headers {
            request.push_str(header);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        self.stream.get_mut().write_all(&bytes)?;
        let status_line = self.line()?;
        let status = status_line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).context("no status")?;
        let mut length = None;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse::<usize>().ok();
            }
        }
        let Some(length) = length else { bail!("{path} answered {status} without a length") };
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, body))
    }

    /// A page that must be there.
    pub fn page(&mut self, path: &str, headers: &[&str]) -> Result<String> {
        match self.ask("GET", path, headers, b"")? {
            (200, body) => Ok(String::from_utf8_lossy(&body).into_owned()),
            (status, _) => bail!("{path} answered {status}"),
        }
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            bail!("the connection was closed");
        }
        Ok(line.trim_end().to_owned())
    }
}
