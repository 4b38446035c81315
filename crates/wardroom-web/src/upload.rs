//! Reads a multipart form piece by piece, within limits. Files are handed on while they come in, so that one of any size is
//! never held whole; where they go is the business of whoever reads ([`Files`]), and nothing here touches the disk.
//! What exceeds a limit is noted and passed over, and the text fields stay, so that a form can come back with everything
//! that was typed.

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use bytes::Bytes;
use std::future::Future;

/// How much is taken.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one text field.
    pub text_bytes: usize,
    /// Bytes of all text fields together.
    pub texts_bytes: usize,
    /// Number of parts altogether.
    pub parts: usize,
    /// Number of files.
    pub files: usize,
}

/// What is said of a file before its bytes come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileHead {
    /// The name of the form's field.
    pub field: String,
    /// The name the sender gave, without any directory; may be empty. Hostile: show it escaped, never use it as a path.
    pub name: String,
    /// The media type the sender claims; may be empty.
    pub media: String,
}

/// Why a file was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// It is larger than one file may be.
    TooLarge,
    /// There are more files than are taken at once.
    TooMany,
    /// This network has sent too much today.
    Network,
    /// The disk has no room for it now.
    NoRoom,
}

/// What exceeded a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Excess {
    /// A text field was too long; its beginning is kept.
    Text { field: String },
    /// A file was left out.
    File { name: String, why: LeftOut },
}

/// A form, read. The files are where the [`Files`] put them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upload {
    /// Name and text in the order sent.
    pub texts: Vec<(String, String)>,
    /// What did not fit.
    pub excess: Vec<Excess>,
}

impl Upload {
    /// The first text of a name, or the empty string.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.texts.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text.as_str())
    }

    /// Replaces all texts of a name by one.
    pub fn set(&mut self, name: &str, text: String) {
        self.texts.retain(|(key, _)| key != name);
        self.texts.push((name.to_owned(), text));
    }
}

/// The bytes of one file, as they come in.
pub struct FileBody<'a>(Field<'a>);

impl FileBody<'_> {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// The request broke off or is not well formed.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Unreadable> {
        self.0.chunk().await.map_err(|error| unreadable(&error))
    }
}

/// Where the files of a form go while they come in.
pub trait Files: Send {
    /// Takes one file. What it leaves unread is passed over.
    fn take(&mut self, head: FileHead, body: &mut FileBody<'_>) -> impl Future<Output = Result<Option<LeftOut>, Unreadable>> + Send;
}

/// Why a form could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The whole request was larger than the route takes; send less at once.
    #[error("the request is larger than this address takes")]
    TooLarge,
    /// The parts were not well formed, or there were too many.
    #[error("the form is not well-formed multipart")]
    Malformed,
    /// What was sent could not be kept.
    #[error("{0}")]
    Trouble(String),
}

impl From<Unreadable> for crate::Problem {
    fn from(trouble: Unreadable) -> Self {
        match trouble {
            Unreadable::TooLarge => Self::too_large(),
            Unreadable::Malformed => Self::bad_request(),
            Unreadable::Trouble(_) => Self::logged(&trouble),
        }
    }
}

fn unreadable(error: &MultipartError) -> Unreadable {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Unreadable::TooLarge } else { Unreadable::Malformed }
}

/// Reads the form.
///
/// # Errors
/// The body is too large for the route or not well formed, or a file could not be kept.
pub async fn read(mut form: Multipart, limits: &Limits, files: &mut impl Files) -> Result<Upload, Unreadable> {
    let mut upload = Upload::default();
    let (mut parts, mut texts, mut count) = (0_usize, 0_usize, 0_usize);
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        parts += 1;
        if parts > limits.parts {
            return Err(Unreadable::Malformed);
        }
        let Some(name) = field.name().map(|name| name.chars().take(100).collect::<String>()) else { continue };
        if field.file_name().is_some() {
            count += usize::from(read_file(field, name, limits, count, files, &mut upload).await?);
        } else {
            texts += read_text(field, name, limits, texts, &mut upload).await?;
        }
    }
    Ok(upload)
}

/// Returns how many bytes were kept.
async fn read_text(mut field: Field<'_>, name: String, limits: &Limits, before: usize, upload: &mut Upload) -> Result<usize, Unreadable> {
    let most = limits.text_bytes.min(limits.texts_bytes.saturating_sub(before));
    let mut bytes = Vec::new();
    let mut cut = false;
    while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
        let room = most.saturating_sub(bytes.len());
        cut |= chunk.len() > room;
        bytes.extend(chunk.iter().take(room));
    }
    if cut {
        upload.excess.push(Excess::Text { field: name.clone() });
    }
    upload.texts.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    Ok(bytes.len())
}

/// Returns whether there was a file that was taken.
async fn read_file(
    field: Field<'_>,
    of_field: String,
    limits: &Limits,
    count: usize,
    files: &mut impl Files,
    upload: &mut Upload,
) -> Result<bool, Unreadable> {
    let head = FileHead {
        field: of_field,
        name: base_name(field.file_name().unwrap_or_default()),
        media: field.content_type().unwrap_or_default().chars().take(100).collect(),
    };
    let mut body = FileBody(field);
    let name = head.name.clone();
    let left_out = if count >= limits.files { Some(LeftOut::TooMany) } else { files.take(head, &mut body).await? };
    let mut rest = 0;
    while let Some(chunk) = body.next().await? {
        rest += chunk.len();
    }
    let Some(why) = left_out else { return Ok(true) };
    // An empty file input sends one part without name and content: nobody chose a file.
    if !name.is_empty() || rest > 0 || why != LeftOut::TooMany {
        upload.excess.push(Excess::File { name, why });
    }
    Ok(false)
}

/// The last part of a path, whatever system it comes from, at most 200 characters, without control characters.
fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    if last.trim_matches(['.', ' ']).is_empty() {
        // A name that means a folder is none.
        return String::new();
    }
    last.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::extract::FromRequest as _;
    use axum::http::{Request, header};

    const LIMITS: Limits = Limits { text_bytes: 10, texts_bytes: 16, parts: 9, files: 2 };

    /// Takes files of up to eight bytes.
    #[derive(Default)]
    struct Small(Vec<(String, Vec<u8>)>);

    impl Files for Small {
        async fn take(&mut self, head: FileHead, body: &mut FileBody<'_>) -> Result<Option<LeftOut>, Unreadable> {
            let mut bytes = Vec::new();
            while let Some(chunk) = body.next().await? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > 8 {
                    return Ok(Some(LeftOut::TooLarge));
                }
            }
            self.0.push((head.name, bytes));
            Ok(None)
        }
    }

    async fn read_parts(parts: &[(&str, Option<&str>, &str)]) -> (Upload, Small) {
        let mut body = String::new();
        for (name, file, content) in parts {
            let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
            body.push_str(&format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n"));
        }
        body.push_str("--X--\r\n");
        let request = Request::builder()
            .method("POST")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=X")
            .body(Body::from(body))
            .unwrap_or_default();
        let mut files = Small::default();
        match Multipart::from_request(request, &()).await {
            Ok(form) => (read(form, &LIMITS, &mut files).await.unwrap_or_default(), files),
            Err(_) => (Upload::default(), files),
        }
    }

    #[tokio::test]
    async fn text_and_files_arrive_under_plain_names() {
        let (upload, files) = read_parts(&[("description", None, "漏洞"), ("files", Some("../../etc/x.txt"), "abc")]).await;
        assert_eq!(upload.text("description"), "漏洞");
        assert_eq!(files.0, [("x.txt".to_owned(), b"abc".to_vec())]);
        assert!(upload.excess.is_empty());
    }

    #[tokio::test]
    async fn what_is_too_much_is_named_and_the_text_stays() {
        let (upload, files) = read_parts(&[
            ("a", None, "0123456789012345"),
            ("f", Some("big"), "123456789"),
            ("f", Some("one"), "12345678"),
            ("f", Some("two"), "1234"),
            ("f", Some("three"), "1"),
            ("f", Some(""), ""),
            ("b", None, "kept"),
            ("c", None, "cut off"),
        ])
        .await;
        assert_eq!((upload.text("a"), upload.text("b"), upload.text("c")), ("0123456789", "kept", "cu"));
        assert_eq!(files.0.iter().map(|file| file.0.as_str()).collect::<Vec<_>>(), ["one", "two"]);
        let file = |name: &str, why| Excess::File { name: name.to_owned(), why };
        let text = |field: &str| Excess::Text { field: field.to_owned() };
        assert_eq!(upload.excess, [text("a"), file("big", LeftOut::TooLarge), file("three", LeftOut::TooMany), text("c")]);
    }
}
