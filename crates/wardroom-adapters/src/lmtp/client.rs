//! Hands one message to an LMTP server: for the synthetic report through our own listener, and for tests. Deliberately no mail program.

use super::server::Listen;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

/// For each reply.
const PATIENCE: Duration = Duration::from_secs(60);

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Delivers `raw` to one recipient; gives the server's last reply.
pub async fn deliver(to: &Listen, from: &str, recipient: &str, raw: &[u8]) -> Result<String, String> {
    let connecting = async {
        Ok::<Box<dyn Wire>, std::io::Error>(match to {
            Listen::Tcp(at) => Box::new(TcpStream::connect(at).await?),
            Listen::Unix(path, _) => Box::new(UnixStream::connect(path).await?),
        })
    };
    let wire = timeout(PATIENCE, connecting).await.map_err(|_| "LMTP: no answer".to_owned())?;
    let mut wire = BufReader::new(wire.map_err(|error| format!("LMTP: {error}"))?);
    expect(&mut wire, "", '2').await?;
    expect(&mut wire, "LHLO localhost\r\n", '2').await?;
    expect(&mut wire, &format!("MAIL FROM:<{from}>\r\n"), '2').await?;
    expect(&mut wire, &format!("RCPT TO:<{recipient}>\r\n"), '2').await?;
    expect(&mut wire, "DATA\r\n", '3').await?;
    wire.write_all(&stuffed(raw)).await.map_err(|error| format!("LMTP: {error}"))?;
    let reply = expect(&mut wire, "", '2').await?;
    expect(&mut wire, "QUIT\r\n", '2').await?;
    Ok(reply)
}

async fn expect(wire: &mut BufReader<Box<dyn Wire>>, say: &str, class: char) -> Result<String, String> {
    let talking = async {
        wire.write_all(say.as_bytes()).await?;
        wire.flush().await?;
        loop {
            let mut line = String::new();
            if wire.read_line(&mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok::<String, std::io::Error>(line.trim_end().to_owned());
            }
        }
    };
    let reply = timeout(PATIENCE, talking).await.map_err(|_| "LMTP: no answer".to_owned())?;
    let reply = reply.map_err(|error| format!("LMTP: {error}"))?;
    if reply.starts_with(class) { Ok(reply) } else { Err(format!("LMTP: the server refused: {reply}")) }
}

/// With CRLF at every line's end, dots doubled, and the end.
fn stuffed(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + 64);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(text);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}
