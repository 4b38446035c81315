//! Reads a multipart form piece by piece, within limits, hashing the files as they pass. Nothing touches the disk:
//! what a reporter sends is confidential, so it stays in memory until it is sealed. What exceeds a limit is noted
//! and skipped, and the text fields stay, so that a form can come back with everything that was typed.

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use sha2::{Digest, Sha256};

/// How much is taken.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one text field.
    pub text_bytes: usize,
    /// Number of parts altogether.
    pub parts: usize,
    /// Number of files.
    pub files: usize,
    /// Bytes of one file.
    pub file_bytes: usize,
    /// Bytes of all files together.
    pub all_bytes: usize,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedFile {
    /// The form field it came in.
    pub field: String,
    /// The name the sender gave, without any directory; may be empty. Hostile: show it escaped, never use it as a path.
    pub name: String,
    /// The media type the sender claims; may be empty.
    pub media: String,
    /// The content.
    pub bytes: Vec<u8>,
    /// Its SHA-256 in lower-case hex.
    pub sha256: String,
}

/// What exceeded a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Excess {
    /// A text field was too long; its beginning is kept.
    Text { field: String },
    /// A file was too long and is left out.
    File { name: String },
    /// There were more files, or more bytes in them, than are taken at once; the named one is left out.
    Files { name: String },
}

/// A form, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upload {
    /// Name and text in the order sent.
    pub texts: Vec<(String, String)>,
    /// The files that fitted.
    pub files: Vec<UploadedFile>,
    /// What did not fit.
    pub excess: Vec<Excess>,
}

impl Upload {
    /// The first text of a name, or the empty string.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.texts.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text.as_str())
    }
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
}

impl From<Unreadable> for crate::Problem {
    fn from(trouble: Unreadable) -> Self {
        match trouble {
            Unreadable::TooLarge => Self::too_large(),
            Unreadable::Malformed => Self::bad_request(),
        }
    }
}

fn unreadable(error: &MultipartError) -> Unreadable {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Unreadable::TooLarge } else { Unreadable::Malformed }
}

/// Reads the form.
///
/// # Errors
/// The body is too large for the route or not well formed.
pub async fn read(mut form: Multipart, limits: &Limits) -> Result<Upload, Unreadable> {
    let mut upload = Upload::default();
    let mut parts = 0_usize;
    let mut total = 0_usize;
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        parts += 1;
        if parts > limits.parts {
            return Err(Unreadable::Malformed);
        }
        let Some(name) = field.name().map(|name| name.chars().take(100).collect::<String>()) else { continue };
        if field.file_name().is_some() {
            read_file(field, name, limits, &mut total, &mut upload).await?;
        } else {
            read_text(field, name, limits, &mut upload).await?;
        }
    }
    Ok(upload)
}

async fn read_text(mut field: Field<'_>, name: String, limits: &Limits, upload: &mut Upload) -> Result<(), Unreadable> {
    let mut bytes = Vec::new();
    let mut cut = false;
    while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
        let room = limits.text_bytes.saturating_sub(bytes.len());
        cut |= chunk.len() > room;
        bytes.extend(chunk.iter().take(room));
    }
    if cut {
        upload.excess.push(Excess::Text { field: name.clone() });
    }
    upload.texts.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    Ok(())
}

async fn read_file(
    mut field: Field<'_>,
    form_field: String,
    limits: &Limits,
    total: &mut usize,
    upload: &mut Upload,
) -> Result<(), Unreadable> {
    let name = base_name(field.file_name().unwrap_or_default());
    let media: String = field.content_type().unwrap_or_default().chars().take(100).collect();
    let mut bytes = Vec::new();
    let mut hash = Sha256::new();
    let mut excess = (upload.files.len() >= limits.files).then(|| Excess::Files { name: name.clone() });
    while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
        if excess.is_some() {
            continue;
        }
        if bytes.len() + chunk.len() > limits.file_bytes {
            excess = Some(Excess::File { name: name.clone() });
        } else if *total + bytes.len() + chunk.len() > limits.all_bytes {
            excess = Some(Excess::Files { name: name.clone() });
        } else {
            hash.update(&chunk);
            bytes.extend_from_slice(&chunk);
        }
    }
    let chosen = !(name.is_empty() && bytes.is_empty());
    match excess {
        // An empty file input sends one part without name and content: nobody chose a file.
        Some(excess) if chosen => upload.excess.push(excess),
        None if chosen => {
            *total += bytes.len();
            let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            upload.files.push(UploadedFile { field: form_field, name, media, bytes, sha256 });
        }
        Some(_) | None => {}
    }
    Ok(())
}

/// The last part of a path, whatever system it comes from, at most 200 characters, without control characters.
fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::extract::FromRequest as _;
    use axum::http::{Request, header};

    const LIMITS: Limits = Limits { text_bytes: 10, parts: 8, files: 2, file_bytes: 8, all_bytes: 12 };

    async fn read_parts(parts: &[(&str, Option<&str>, &str)]) -> Upload {
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
        match Multipart::from_request(request, &()).await {
            Ok(form) => read(form, &LIMITS).await.unwrap_or_default(),
            Err(_) => Upload::default(),
        }
    }

    #[tokio::test]
    async fn text_and_files_arrive_with_their_hash() {
        let upload = read_parts(&[("description", None, "漏洞"), ("files", Some("../../etc/x.txt"), "abc"), ("files", Some(""), "")]).await;
        assert_eq!(upload.text("description"), "漏洞");
        assert_eq!(upload.files.len(), 1);
        assert_eq!(upload.files[0].name, "x.txt");
        assert_eq!(upload.files[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(upload.excess.is_empty());
    }

    #[tokio::test]
    async fn what_is_too_much_is_named_and_the_text_stays() {
        let upload = read_parts(&[
            ("a", None, "0123456789012345"),
            ("f", Some("big"), "123456789"),
            ("f", Some("one"), "12345678"),
            ("f", Some("sum"), "12345"),
            ("f", Some("two"), "1234"),
            ("f", Some("three"), "1"),
            ("b", None, "kept"),
        ])
        .await;
        assert_eq!(upload.text("a"), "0123456789");
        assert_eq!(upload.text("b"), "kept");
        assert_eq!(upload.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(
            upload.excess,
            [
                Excess::Text { field: "a".into() },
                Excess::File { name: "big".into() },
                Excess::Files { name: "sum".into() },
                Excess::Files { name: "three".into() }
            ]
        );
    }
}
