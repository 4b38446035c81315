//! Makes the header lines of multipart bodies readable: file names that strangers choose may hold control bytes, on which a strict parser would
//! refuse the whole form. They become underscores, in header lines only; content passes byte by byte.
//! Deliberately not a parser: what a part is, the parser behind it says.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use futures_util::StreamExt as _;

/// Longest boundary (RFC 2046 section 5.1.1), and the dashes around it.
const LONGEST_LINE: usize = 76;

/// The same request with readable part headers; any other request is left as it is.
#[must_use]
pub fn readable(request: Request) -> Request {
    let Some(boundary) = boundary(&request) else { return request };
    let (parts, body) = request.into_parts();
    let mut reader = Reader::new(&boundary);
    let body = body.into_data_stream().map(move |chunk| {
        chunk.map(|bytes| {
            let mut bytes = Vec::from(bytes);
            reader.pass(&mut bytes);
            axum::body::Bytes::from(bytes)
        })
    });
    Request::from_parts(parts, Body::from_stream(body))
}

fn boundary(request: &Request) -> Option<String> {
    let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (_, after) = kind.split_once("boundary=")?;
    let boundary = after.trim_start_matches('"').split(['"', ';']).next()?.trim();
    (!boundary.is_empty() && boundary.len() <= 70).then(|| boundary.to_owned())
}

/// Where in the body the next byte lies.
enum Place {
    /// In content; the beginning of the present line is kept, to see whether it is the boundary.
    Content,
    /// In the header of a part; how many bytes its present line has so far.
    Header(usize),
}

struct Reader {
    delimiter: Vec<u8>,
    line: Vec<u8>,
    place: Place,
}

impl Reader {
    fn new(boundary: &str) -> Reader {
        Reader { delimiter: format!("--{boundary}").into_bytes(), line: Vec::with_capacity(LONGEST_LINE), place: Place::Content }
    }

    fn pass(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            match self.place {
                Place::Content => self.content(*byte),
                Place::Header(length) => {
                    self.place = match *byte {
                        b'\n' if length == 0 => Place::Content,
                        b'\n' => Place::Header(0),
                        b'\r' => Place::Header(length),
                        _ => Place::Header(length + 1),
                    };
                    if byte.is_ascii_control() && !matches!(*byte, b'\n' | b'\r' | b'\t') {
                        *byte = b'_';
                    }
                }
            }
        }
    }

    fn content(&mut self, byte: u8) {
        if byte != b'\n' {
            if self.line.len() < LONGEST_LINE {
                self.line.push(byte);
            }
            return;
        }
        let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        if line.trim_ascii_end() == self.delimiter {
            self.place = Place::Header(0);
        }
        self.line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(body: &[u8], chunk: usize) -> Vec<u8> {
        let mut reader = Reader::new("X");
        let mut out = body.to_vec();
        out.chunks_mut(chunk).for_each(|chunk| reader.pass(chunk));
        out
    }

    #[test]
    fn only_header_lines_lose_control_bytes() {
        let body = b"--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\0b\x7f\"\r\n\r\nbytes \0\x7f --X\r\n--XX\r\n\0\r\n--X\r\nA: \x01\r\n\r\n\x01\r\n--X--\r\n\0";
        let wanted = b"--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a_b_\"\r\n\r\nbytes \0\x7f --X\r\n--XX\r\n\0\r\n--X\r\nA: _\r\n\r\n\x01\r\n--X--\r\n\0";
        for chunk in [1, 2, 3, 7, 1_000] {
            assert_eq!(passed(body, chunk), wanted, "in chunks of {chunk}");
        }
    }
}
