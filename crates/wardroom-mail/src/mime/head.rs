//! The header block of one part: its fields as text, and what they say about the body.

use super::{charset, words};
use mail_parser::{Message, MessageParser, MimeHeaders};

/// What a part's header says about its body.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// `text/plain`, lower case.
    pub(crate) media_type: String,
    pub(crate) charset: Option<String>,
    pub(crate) boundary: Option<String>,
    pub(crate) protocol: Option<String>,
    pub(crate) report_type: Option<String>,
    pub(crate) protected_headers: bool,
    /// The text begins with a copy of protected fields, for old mail programs (RFC 9788 section 5.3).
    pub(crate) legacy_display: bool,
    pub(crate) attachment: bool,
    pub(crate) name: Option<String>,
    pub(crate) transfer_encoding: String,
    /// Decoded subject, where a part has one: protected header fields.
    pub(crate) subject: Option<String>,
}

/// The block as valid text that ends with an empty line, cut at `max` bytes.
pub(crate) fn block_text(block: &[u8], max: usize) -> String {
    let mut text = words::join(&charset::header_text(block.get(..max).unwrap_or(block)));
    text.push_str("\r\n\r\n");
    text
}

/// Reads the fields with `mail-parser`; none when there is no field at all.
pub(crate) fn parsed(text: &str) -> Option<Message<'_>> {
    MessageParser::default().parse_headers(text)
}

/// Name in lower case and unfolded value of every field, in order.
pub(crate) fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push_str(line);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim_start().to_owned()));
        }
    }
    fields
}

impl Head {
    /// Reads a block; a part without a content type is plain text (RFC 2045 section 5.2).
    pub(crate) fn read(block: &[u8], max: usize, default_type: &str) -> Self {
        let text = block_text(block, max);
        let mut head = Self { media_type: default_type.to_owned(), ..Self::default() };
        let Some(message) = parsed(&text) else {
            return head;
        };
        if let Some(content) = message.content_type() {
            let attribute = |name| content.attribute(name).map(str::to_owned);
            head.media_type = match content.subtype() {
                Some(subtype) => format!("{}/{}", content.ctype(), subtype).to_ascii_lowercase(),
                None => default_type.to_owned(),
            };
            head.charset = attribute("charset");
            head.boundary = attribute("boundary").filter(|boundary| !boundary.is_empty());
            head.protocol = attribute("protocol").map(|protocol| protocol.to_ascii_lowercase());
            head.report_type = attribute("report-type");
            head.legacy_display = attribute("hp-legacy-display").as_deref() == Some("1");
            head.protected_headers = content.has_attribute("protected-headers") || content.has_attribute("hp");
        }
        head.attachment = message.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
        head.name = message.attachment_name().map(str::to_owned);
        head.transfer_encoding = message.content_transfer_encoding().unwrap_or_default().trim().to_owned();
        head.subject = message.subject().map(str::to_owned);
        head
    }

    pub(crate) fn is_multipart(&self) -> bool {
        self.media_type.starts_with("multipart/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_unfolded() {
        let found = fields("A: 1\r\nSubject: x\r\n\ty\r\nno colon\r\n\r\n");
        assert_eq!(found, [("a".into(), "1".into()), ("subject".into(), "x\ty".into())]);
    }

    #[test]
    fn names_in_every_encoding() {
        for (block, expected) in [
            ("Content-Disposition: attachment; filename*=UTF-8''%E5%9B%BA%E4%BB%B6.bin\r\n", "固件.bin"),
            ("Content-Disposition: attachment; filename*0=\"long-\"; filename*1=\"name.txt\"\r\n", "long-name.txt"),
            ("Content-Disposition: attachment; filename=\"=?gb2312?B?ucy8/g==?=.bin\"\r\n", "固件.bin"),
            ("Content-Disposition: attachment; filename*=gb18030''%B9%CC%BC%FE.bin\r\n", "固件.bin"),
            ("Content-Disposition: attachment; filename*0*=utf-8''%E5%9B%BA; filename*1*=%E4%BB%B6.bin\r\n", "固件.bin"),
            ("Content-Type: application/pdf; name=plain.pdf\r\n", "plain.pdf"),
        ] {
            assert_eq!(Head::read(block.as_bytes(), 9_999, "text/plain").name.as_deref(), Some(expected), "{block}");
        }
    }

    #[test]
    fn a_part_without_fields_is_plain_text() {
        assert_eq!(Head::read(b"", 100, "text/plain").media_type, "text/plain");
        assert_eq!(Head::read(b"Content-Type: garbage\r\n", 100, "text/plain").media_type, "text/plain");
    }
}
