//! The header of the whole mail: who, to whom, when, and whether a program wrote it.

use super::{head, plain_line};
use crate::opened::{Address, Automatic, Warning};
use mail_parser::{HeaderName, HeaderValue, Message};

/// Longest subject, name or identifier kept, in characters.
const LINE: usize = 1_000;
/// Most fields looked at in which servers note the recipient.
const DELIVERED: usize = 10;
/// Most addresses or references kept of one field.
const LIST: usize = 200;

/// What the header says.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    pub(crate) from: Option<Address>,
    pub(crate) from_as_written: String,
    pub(crate) reply_to: Vec<Address>,
    pub(crate) to: Vec<Address>,
    pub(crate) cc: Vec<Address>,
    pub(crate) delivered_to: Vec<String>,
    pub(crate) subject: String,
    pub(crate) date: Option<i64>,
    pub(crate) message_id: Option<String>,
    pub(crate) in_reply_to: Option<String>,
    pub(crate) references: Vec<String>,
    pub(crate) automatic: Automatic,
    /// Address and key data (base64) of the Autocrypt fields.
    pub(crate) autocrypt: Vec<(String, String)>,
    /// The same of the Autocrypt-Gossip fields.
    pub(crate) gossip: Vec<(String, String)>,
    pub(crate) warnings: Vec<Warning>,
}

/// Reads a header block of at most `max` bytes.
pub(crate) fn read(block: &[u8], max: usize, max_received: usize) -> Envelope {
    let text = head::block_text(block, max);
    let fields = head::fields(&text);
    let mut envelope = Envelope::default();
    if block.len() > max {
        envelope.warnings.push(Warning::HeaderCut);
    }
    if fields.iter().filter(|(name, _)| name == "received").count() > max_received {
        envelope.warnings.push(Warning::MailLoop);
    }
    let Some(message) = head::parsed(&text) else {
        envelope.warnings.extend([Warning::NoHeader, Warning::SenderUnclear]);
        return envelope;
    };
    let written: Vec<&str> = fields.iter().filter(|(name, _)| name == "from").map(|(_, value)| value.trim()).collect();
    envelope.from_as_written = plain_line(&written.join(" | "), LINE);
    let senders = addresses(message.from());
    match (written.as_slice(), senders.as_slice()) {
        ([one], [sender]) if !message_from_is_group(&message) && is_one_address(one, &sender.address) => {
            envelope.from = Some(sender.clone());
        }
        _ => envelope.warnings.push(Warning::SenderUnclear),
    }
    envelope.reply_to = addresses(message.reply_to());
    envelope.to = addresses(message.to());
    envelope.cc = addresses(message.cc());
    let delivered = fields.iter().filter(|(name, _)| matches!(name.as_str(), "delivered-to" | "x-original-to"));
    envelope.delivered_to = delivered.take(DELIVERED).map(|(_, value)| plain_line(value.trim().trim_matches(['<', '>']), 320)).collect();
    envelope.subject = plain_line(message.subject().unwrap_or_default(), LINE);
    envelope.date = message.date().filter(|date| date.is_valid()).map(mail_parser::DateTime::to_timestamp);
    envelope.message_id = message.message_id().map(|id| plain_line(id, LINE));
    envelope.in_reply_to = identifiers(message.in_reply_to()).into_iter().next();
    envelope.references = identifiers(message.references());
    envelope.automatic = automatic(&fields, &message, envelope.from.as_ref());
    let keys = |field: &str, most: usize| -> Vec<(String, String)> {
        fields.iter().filter(|(name, _)| name == field).take(most).filter_map(|(_, value)| autocrypt(value)).collect()
    };
    envelope.autocrypt = keys("autocrypt", 5);
    envelope.gossip = keys("autocrypt-gossip", 20);
    envelope
}

fn addresses(field: Option<&mail_parser::Address<'_>>) -> Vec<Address> {
    let all = field.into_iter().flat_map(|list| list.iter());
    all.filter_map(|one| {
        let address = plain_line(one.address()?, 320);
        let name = one.name().map(|name| plain_line(name, 200)).filter(|name| !name.is_empty());
        (!address.is_empty()).then_some(Address { name, address })
    })
    .take(LIST)
    .collect()
}

fn message_from_is_group(message: &Message<'_>) -> bool {
    matches!(message.from(), Some(mail_parser::Address::Group(_)))
}

/// Whether a From field can be read in one way only. Mail programs disagree about the rest, and liars know it.
fn is_one_address(written: &str, address: &str) -> bool {
    let bare = without_quotes_and_comments(written);
    let inside = match (bare.matches('<').count(), bare.matches('>').count()) {
        (0, 0) => bare.trim(),
        (1, 1) => match bare.split_once('<').and_then(|(_, rest)| rest.split_once('>')) {
            Some((inside, after)) if after.trim().is_empty() => inside.trim(),
            _ => return false,
        },
        _ => return false,
    };
    let Some((local, domain)) = address.split_once('@') else {
        return false;
    };
    let plain =
        |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;:()[]\\\"@".contains(c));
    let mixed = |text: &str| {
        text.split('.')
            .any(|label| label.chars().any(|c| c.is_ascii_alphabetic()) && label.chars().any(|c| !c.is_ascii() && c.is_alphabetic()))
    };
    inside == address && plain(local) && plain(domain) && !mixed(local) && !mixed(domain) && !bare.contains([',', ';', '\0'])
}

fn without_quotes_and_comments(written: &str) -> String {
    let (mut out, mut quoted, mut depth, mut escaped) = (String::new(), false, 0_usize, false);
    for character in written.chars() {
        if escaped {
            escaped = false;
            continue;
        }
        match character {
            '\\' if quoted || depth > 0 => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            other if !quoted && depth == 0 => out.push(other),
            _ => {}
        }
    }
    out
}

fn identifiers(value: &HeaderValue<'_>) -> Vec<String> {
    let texts: Vec<&str> = match value {
        HeaderValue::Text(text) => vec![text.as_ref()],
        HeaderValue::TextList(list) => list.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    };
    texts.into_iter().map(|text| plain_line(text, LINE)).filter(|text| !text.is_empty()).take(LIST).collect()
}

/// Whether a program wrote the mail, or asks not to be answered by one (RFC 3834 section 2, RFC 2919, RFC 3464).
fn automatic(fields: &[(String, String)], message: &Message<'_>, from: Option<&Address>) -> Automatic {
    let value = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.trim().to_ascii_lowercase());
    let first_word = |text: String| text.split(|c: char| c == ';' || c == '(' || c.is_whitespace()).next().unwrap_or_default().to_owned();
    let local = from.and_then(|from| from.address.split('@').next()).unwrap_or_default().to_ascii_lowercase();
    let report = message.header(HeaderName::ContentType).and_then(|value| value.as_content_type()).is_some_and(|content| {
        content.ctype().eq_ignore_ascii_case("multipart") && content.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("report"))
    });
    if report
        || value("return-path").is_some_and(|path| path.replace(' ', "") == "<>")
        || matches!(local.as_str(), "mailer-daemon" | "postmaster")
        || value("x-failed-recipients").is_some()
    {
        return Automatic::Bounce;
    }
    let media = message.header(HeaderName::ContentType).and_then(|value| value.as_content_type());
    let calendar = media.is_some_and(|content| {
        content.ctype().eq_ignore_ascii_case("text") && content.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("calendar"))
    });
    if calendar || value("content-class").is_some_and(|class| class.contains("calendarmessage")) {
        return Automatic::AutoGenerated;
    }
    match value("auto-submitted").map(first_word).as_deref() {
        None | Some("no" | "") => {}
        Some("auto-replied") => return Automatic::AutoReply,
        Some(_) => return Automatic::AutoGenerated,
    }
    let replies = ["x-autoreply", "x-autorespond", "x-autoreply-from", "x-autoresponder", "x-mail-autoreply"];
    if replies.iter().any(|name| value(name).is_some_and(|value| value != "no")) {
        return Automatic::AutoReply;
    }
    let precedence = value("precedence").map(first_word).unwrap_or_default();
    if precedence == "auto_reply" || says_away(message.subject().unwrap_or_default()) {
        return Automatic::AutoReply;
    }
    let lists = [
        "list-id",
        "list-post",
        "list-unsubscribe",
        "list-help",
        "list-subscribe",
        "list-owner",
        "list-archive",
        "mailing-list",
        "x-mailing-list",
    ];
    if precedence == "list" || lists.iter().any(|name| value(name).is_some()) || is_list_robot(&local) {
        return Automatic::List;
    }
    if matches!(precedence.as_str(), "bulk" | "junk") {
        return Automatic::Bulk;
    }
    if is_no_reply(&local) || value("x-loop").is_some() {
        return Automatic::AutoGenerated;
    }
    match value("x-auto-response-suppress") {
        Some(suppress) if suppress != "none" => Automatic::Suppressed,
        _ => Automatic::No,
    }
}

fn says_away(subject: &str) -> bool {
    let subject = subject.trim().to_lowercase();
    let starts = [
        "automatic reply",
        "auto reply",
        "auto-reply",
        "autoreply",
        "auto:",
        "out of office",
        "out of the office",
        "automatische antwort",
        "abwesenheit",
        "réponse automatique",
        "respuesta automática",
        "自动回复",
        "自動回覆",
        "自动答复",
        "不在办公室",
        "自動応答",
    ];
    starts.iter().any(|start| subject.starts_with(start))
}

pub(crate) fn is_list_robot(local: &str) -> bool {
    matches!(local, "majordomo" | "listserv" | "mailman" | "sympa")
        || local.starts_with("owner-")
        || ["-request", "-owner", "-bounces"].iter().any(|end| local.ends_with(end))
}

pub(crate) fn is_no_reply(local: &str) -> bool {
    let letters: String = local.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    matches!(letters.as_str(), "noreply" | "donotreply")
}

/// Address and key data of an Autocrypt field; none when it carries an attribute we do not know and must therefore heed (level 1, section
/// 2.1.1: only those that begin with an underscore may be passed over).
fn autocrypt(value: &str) -> Option<(String, String)> {
    let (mut address, mut data) = (None, None);
    for pair in value.split(';').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        match name.trim() {
            "addr" if address.is_none() => address = Some(value.trim().to_lowercase()),
            "keydata" if data.is_none() => data = Some(value.replace(char::is_whitespace, "")),
            "prefer-encrypt" => {}
            other if other.starts_with('_') => {}
            _ => return None,
        }
    }
    Some((address?, data?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn automatic_of(fields: &str) -> Automatic {
        read(format!("From: a@b.example\r\n{fields}\r\n").as_bytes(), 9_999, 10).automatic
    }

    #[test]
    fn programs_are_recognised() {
        for (fields, expected) in [
            ("Subject: hello", Automatic::No),
            ("Auto-Submitted: No", Automatic::No),
            ("Auto-Submitted: auto-replied; owner=x", Automatic::AutoReply),
            ("Auto-Submitted: auto-generated", Automatic::AutoGenerated),
            ("Return-Path: <>", Automatic::Bounce),
            ("Return-Path: <a@b.example>", Automatic::No),
            ("Content-Type: multipart/report; report-type=delivery-status; boundary=x", Automatic::Bounce),
            ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", Automatic::Bounce),
            ("Return-Path: < >", Automatic::Bounce),
            ("X-Failed-Recipients: a@b.example", Automatic::Bounce),
            ("Content-Type: text/calendar; method=REPLY", Automatic::AutoGenerated),
            ("Content-Class: urn:content-classes:calendarmessage", Automatic::AutoGenerated),
            ("Auto-Submitted: auto-notified", Automatic::AutoGenerated),
            ("Precedence: auto_reply", Automatic::AutoReply),
            ("X-Autorespond: Away", Automatic::AutoReply),
            ("Subject: Out of office: back on Monday", Automatic::AutoReply),
            ("Subject: the out of office reply leaks data", Automatic::No),
            ("List-Help: <mailto:x@b.example>", Automatic::List),
            ("List-Owner: <mailto:x@b.example>", Automatic::List),
            ("X-Loop: b.example", Automatic::AutoGenerated),
            ("X-Auto-Response-Suppress: None", Automatic::No),
            ("X-Auto-Response-Suppress: OOF, AutoReply", Automatic::Suppressed),
            ("Precedence: first-class", Automatic::No),
            ("Precedence: list", Automatic::List),
            ("Precedence: junk", Automatic::Bulk),
            ("List-Id: <x.example>", Automatic::List),
            ("X-Autoreply: yes", Automatic::AutoReply),
            ("X-Auto-Response-Suppress: All", Automatic::Suppressed),
            ("Subject: =?utf-8?b?6Ieq5Yqo5Zue5aSN77ya5Zue5aSN?=", Automatic::AutoReply),
        ] {
            assert_eq!(automatic_of(fields), expected, "{fields}");
        }
    }

    #[test]
    fn autocrypt_fields_with_unknown_duties_are_passed_over() {
        let keys = |fields: &str| read(format!("From: a@b.example\r\n{fields}\r\n").as_bytes(), 9_999, 10).autocrypt;
        let one = vec![("a@b.example".to_owned(), "QUJD".to_owned())];
        assert_eq!(keys("Autocrypt: addr=A@b.example; prefer-encrypt=mutual; keydata=QU\r\n JD"), one);
        assert_eq!(keys("Autocrypt: addr=a@b.example; _new=1; keydata=QUJD"), one);
        assert!(keys("Autocrypt: addr=a@b.example; critical=1; keydata=QUJD").is_empty());
        assert!(keys("Autocrypt: addr=a@b.example; addr=c@d.example; keydata=QUJD").is_empty());
        assert!(keys("Autocrypt: keydata=QUJD").is_empty());
    }

    #[test]
    fn subjects_and_names_survive_every_character_set() {
        let subject = |block: &[u8]| read(&[b"From: a@b.example\r\n", block, b"\r\n"].concat(), 9_999, 10).subject;
        for (block, expected) in [
            (&b"Subject: =?utf-8?B?5Zs=?=\r\n =?utf-8?B?uuS7tg==?= VX-200"[..], "固件 VX-200"),
            (b"Subject: =?utf-8?Q?=E5=9B?= =?utf-8?Q?=BA=E4=BB=B6?=", "固件"),
            (b"Subject: =?gb18030?B?ucy8/g==?=", "固件"),
            (b"Subject: =?gb2312?B?ucy8/g==?=", "固件"),
            (b"Subject: =?big5?B?trSnuQ==?=", "韌完"),
            (b"Subject: =?iso-2022-jp?B?GyRCNEQ2LRsoQg==?=", "環境"),
            ("Subject: 固件漏洞".as_bytes(), "固件漏洞"),
            (b"Subject: plain =?nonsense?B?!!?= text", "plain =?nonsense?B?!!?= text"),
        ] {
            assert_eq!(subject(block), expected, "{}", String::from_utf8_lossy(block));
        }
        let (raw, _, _) = encoding_rs::GB18030.encode("Subject: 雷达固件升级接口没有校验签名");
        assert_eq!(subject(&raw), "雷达固件升级接口没有校验签名", "raw eight bits");
        let name = read("From: =?utf-8?B?6ZmI?= =?utf-8?B?56uL?= <chenli@sec.example>\r\n".as_bytes(), 9_999, 10).from.unwrap().name;
        assert_eq!(name.as_deref(), Some("陈立"));
    }

    fn sender_of(from: &str) -> Option<String> {
        read(format!("{from}\r\nSubject: x\r\n").as_bytes(), 9_999, 10).from.map(|from| from.address)
    }

    #[test]
    fn a_sender_that_can_be_read_two_ways_is_no_sender() {
        for good in [
            "From: ada@researcher.example",
            "From: Ada <ada@researcher.example>",
            "From: \"psirt@vendor.example, <x>\" <ada@researcher.example>",
            "From: =?utf-8?q?T=C3=A9a?= <ada@researcher.example>",
            "From: ada@researcher.example (Ada)",
        ] {
            assert_eq!(sender_of(good).as_deref(), Some("ada@researcher.example"), "{good}");
        }
        for bad in [
            "From: <ada@researcher.example> x@evil.example",
            "From: group: ada@researcher.example, x@evil.example;",
            "From: @a,@b:ada@researcher.example",
            "From: ",
            "From: \u{430}da@researcher.example",
            "From: a@evil.example\r\nFrom: ada@researcher.example",
            "From: ada@researcher.example, x@evil.example",
            "From: <ada@researcher.example><x@evil.example>",
            "X-From: ada@researcher.example",
        ] {
            assert_eq!(sender_of(bad), None, "{bad}");
        }
    }
}
