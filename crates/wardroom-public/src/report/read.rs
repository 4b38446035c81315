//! Reads the form, as multipart (what the page sends) or urlencoded (what `curl -d` sends). Small files stay in memory until
//! the report is recorded; larger ones stream into sealed uploads, so that a file of any size is never held whole.

use crate::facade::Facade;
use crate::face::Face;
use crate::uploads::{Counted, tokens};
use axum::extract::{FromRequest as _, Multipart, RawForm, Request};
use axum::http::header;
use bytes::Bytes;
use futures_util::StreamExt;
use std::sync::atomic::{AtomicBool, Ordering};
use wardroom_app::intake::armored_key;
use wardroom_app::public_house::{BrokeOff, NewFile, Source, Upload as Attachment, UploadError, Uploaded};
use wardroom_seal::Token;
use wardroom_web::upload::{self, FileBody, FileHead, Files, LeftOut, Limits, Unreadable, Upload};
use wardroom_web::{Caller, Problem};

/// Longest text field, in bytes; the house takes a description up to this.
const TEXT_BYTES: usize = 1024 * 1024;
/// All text fields together, in bytes.
const TEXTS_BYTES: usize = 3 * 1024 * 1024;
/// Largest request of a program.
pub const BODY_BYTES: usize = 64_000_000;
/// Most parts of a form.
const PARTS: usize = 300;
/// Files up to this stay in memory until the report is recorded with them.
const SMALL_BYTES: usize = 64 * 1024;
/// The field in which the reporter's own key may come as a file, and the one it stands in then.
const KEY_FILE: &str = "pgp_key_file";
const KEY: &str = "pgp_key";
/// Longest key, in bytes; one byte more is read, so that it is seen to be too long.
const KEY_BYTES: usize = 200_000;

/// A form with its files.
#[derive(Default)]
pub(crate) struct Sent {
    /// The texts, and what did not fit.
    pub(crate) form: Upload,
    /// Small files.
    pub(crate) small: Vec<Attachment>,
    /// Files that streamed in with this request.
    pub(crate) large: Vec<Token>,
}

impl Sent {
    pub(crate) fn text(&self, name: &str) -> &str {
        self.form.text(name)
    }

    /// Every upload the form names, and those that came with it, in this order.
    pub(crate) fn uploads(&self) -> Vec<Token> {
        let named = self.form.texts.iter().filter(|(name, _)| name == "upload").map(|(_, token)| token.as_str());
        let mut all = tokens(named);
        all.extend(self.large.iter().cloned());
        all
    }

    /// Makes uploads of the small files as well, so that the page can come back with all of them.
    pub(crate) async fn put_aside<F: Facade>(&mut self, face: &Face<F>) -> Result<(), Problem> {
        for file in std::mem::take(&mut self.small) {
            let head = NewFile { name: file.name.clone(), media_type: file.media_type.clone(), length: Some(file.bytes.len() as u64) };
            let name = file.name;
            let kept = async {
                let token = face.house.begin_upload(head).await?;
                if !file.bytes.is_empty() {
                    let mut source = futures_util::stream::iter([Ok(Bytes::from(file.bytes))]);
                    face.house.receive(&token, 0, &mut source).await?;
                }
                Ok(token)
            };
            match kept.await {
                Ok(token) => self.large.push(token),
                Err(UploadError::Trouble(trouble)) => return Err(Problem::stored(&trouble, trouble.full)),
                Err(_) => self.form.excess.push(upload::Excess::File { name, why: LeftOut::NoRoom }),
            }
        }
        Ok(())
    }

    /// The uploads that are whole, with what is known of them; the others are forgotten.
    pub(crate) async fn whole<F: Facade>(&self, face: &Face<F>) -> Vec<(Token, Uploaded)> {
        let mut files = Vec::new();
        for token in self.uploads() {
            if let Ok(progress) = face.house.upload(&token).await
                && let Some(whole) = progress.whole
            {
                files.push((token, whole));
            }
        }
        files
    }
}

/// Whether a request is multipart.
pub(crate) fn is_multipart(request: &Request) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|media| media.starts_with("multipart/form-data"))
}

/// The form, whichever way it was sent.
pub(crate) async fn form<F: Facade>(request: Request, face: &Face<F>, caller: Caller) -> Result<Sent, Problem> {
    if is_multipart(&request) {
        let parts = Multipart::from_request(wardroom_web::part_heads::readable(request), &()).await.map_err(|_| Problem::bad_request())?;
        let limits = Limits { text_bytes: TEXT_BYTES, texts_bytes: TEXTS_BYTES, parts: PARTS, files: face.house.upload_limits().files };
        let mut keep = Keep { face, caller, small: Vec::new(), large: Vec::new(), key: Vec::new() };
        let mut form = upload::read(parts, &limits, &mut keep).await?;
        // What was pasted is there to be seen; a file beside it changes nothing.
        if !keep.key.is_empty() && form.text(KEY).trim().is_empty() {
            form.set(KEY, key_as_text(&keep.key));
        }
        return Ok(Sent { form, small: keep.small, large: keep.large });
    }
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 4 * TEXTS_BYTES).await.map_err(|_| Problem::too_large())?;
    let request = Request::from_parts(parts, axum::body::Body::from(body));
    let RawForm(bytes) = RawForm::from_request(request, &()).await.map_err(|_| Problem::bad_request())?;
    Ok(Sent { form: Upload { texts: urlencoded(&bytes), ..Upload::default() }, ..Sent::default() })
}

/// Puts the files of one request where they belong.
struct Keep<'a, F> {
    face: &'a Face<F>,
    caller: Caller,
    small: Vec<Attachment>,
    large: Vec<Token>,
    /// The reporter's own key, as it came.
    key: Vec<u8>,
}

impl<F: Facade> Keep<'_, F> {
    async fn take_key(&mut self, body: &mut FileBody<'_>) -> Result<Option<LeftOut>, Unreadable> {
        while self.key.len() <= KEY_BYTES {
            let Some(bytes) = body.next().await? else { return Ok(None) };
            if !self.spend(bytes.len()) {
                return Ok(Some(LeftOut::Network));
            }
            let room = (KEY_BYTES + 1).saturating_sub(self.key.len());
            self.key.extend(bytes.iter().take(room));
        }
        Ok(None)
    }

    fn spend(&self, bytes: usize) -> bool {
        let limit = self.face.house.upload_limits().network_bytes;
        self.face.traffic.spend(self.caller, bytes as u64, self.face.now(), limit).is_ok()
    }

    async fn stream(&mut self, head: FileHead, first: Vec<u8>, body: &mut FileBody<'_>) -> Result<Option<LeftOut>, Unreadable> {
        let file = NewFile { name: head.name, media_type: head.media, length: None };
        let token = match self.face.house.begin_upload(file).await {
            Ok(token) => token,
            Err(error) => return left_out(error, false),
        };
        let over = AtomicBool::new(false);
        let rest = futures_util::stream::unfold(body, |body| async move {
            match body.next().await {
                Ok(Some(bytes)) => Some((Ok(bytes), body)),
                Ok(None) => None,
                Err(_) => Some((Err(BrokeOff), body)),
            }
        });
        let counted = Counted {
            inner: rest.boxed(),
            traffic: &self.face.traffic,
            caller: self.caller,
            now: self.face.now(),
            limit: self.face.house.upload_limits().network_bytes,
            over: &over,
        };
        let mut whole = futures_util::stream::iter([Ok(Bytes::from(first))]).chain(counted);
        let source: &mut Source<'_> = &mut whole;
        match self.face.house.receive(&token, 0, source).await {
            Ok(_) => {
                self.large.push(token);
                Ok(None)
            }
            Err(error) => {
                if let Err(error) = self.face.house.drop_upload(&token).await {
                    tracing::debug!(%error, "an upload that failed stays until it is swept");
                }
                left_out(error, over.load(Ordering::Relaxed))
            }
        }
    }
}

fn left_out(error: UploadError, over: bool) -> Result<Option<LeftOut>, Unreadable> {
    match error {
        UploadError::TooLarge { .. } => Ok(Some(LeftOut::TooLarge)),
        UploadError::NoRoom { .. } => Ok(Some(LeftOut::NoRoom)),
        UploadError::Interrupted if over => Ok(Some(LeftOut::Network)),
        UploadError::Interrupted => Err(Unreadable::Malformed),
        UploadError::Trouble(trouble) => Err(Unreadable::Trouble(trouble.to_string())),
        UploadError::Unknown | UploadError::Offset { .. } | UploadError::Busy => {
            Err(Unreadable::Trouble("a fresh upload was not there: try again".to_owned()))
        }
    }
}

impl<F: Facade> Files for Keep<'_, F> {
    async fn take(&mut self, head: FileHead, body: &mut FileBody<'_>) -> Result<Option<LeftOut>, Unreadable> {
        if head.field == KEY_FILE {
            return self.take_key(body).await;
        }
        let mut first = Vec::new();
        while first.len() <= SMALL_BYTES {
            let Some(bytes) = body.next().await? else {
                // An empty file input sends one part without name and content: nobody chose a file.
                if !(head.name.is_empty() && first.is_empty()) {
                    self.small.push(Attachment { name: head.name, media_type: head.media, bytes: first });
                }
                return Ok(None);
            };
            if !self.spend(bytes.len()) {
                return Ok(Some(LeftOut::Network));
            }
            first.extend_from_slice(&bytes);
        }
        self.stream(head, first, body).await
    }
}

/// A key as text. Binary exports get their armor (RFC 9580 section 4.2: the first bit of a packet is set); of what is binary and no public key
/// nothing goes on, and a secret key is named as what it is.
fn key_as_text(bytes: &[u8]) -> String {
    match bytes.first().copied() {
        Some(first) if first & 0x80 != 0 => armored_key(bytes).unwrap_or_else(|_| {
            // A secret key or subkey (packets 5 and 7), in the new and in the old format.
            let secret = matches!(first, 0xc5 | 0xc7 | 0x94..=0x97 | 0x9c..=0x9f);
            if secret { "-----BEGIN PGP PRIVATE KEY BLOCK-----" } else { "?" }.to_owned()
        }),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// `a=b&c=d+e%20f` as pairs; at most as many as a form may have. What is no UTF-8 is replaced.
pub(crate) fn urlencoded(bytes: &[u8]) -> Vec<(String, String)> {
    let pairs = bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).take(PARTS);
    pairs
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = pair.split_at(at);
            (decoded(name), decoded(value.get(1..).unwrap_or_default()))
        })
        .collect()
}

fn decoded(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let hex =
                    rest.as_slice().get(..2).and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok());
                match hex {
                    Some(value) => {
                        out.push(value);
                        rest.nth(1);
                    }
                    None => out.push(b'%'),
                }
            }
            other => out.push(*other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urlencoded_forms() {
        let pairs = urlencoded("description=%E6%BC%8F%E6%B4%9E+a%26b&x&y=100%&z=%zz".as_bytes());
        let own = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(pairs, [own("description", "漏洞 a&b"), own("x", ""), own("y", "100%"), own("z", "%zz")]);
    }
}
