//! Delivery reports about our own mail (RFC 3464, RFC 3462): which mail, and what became of it. Deliberately no trust: whoever knows the mail's
//! id decides what the report is worth.

use crate::mime::{head, split};
use crate::opened::Returned;

/// Bytes looked at of either part.
const PART: usize = 64 << 10;
/// Characters of the explanation kept.
const TOLD: usize = 1_000;

/// Reads a `message/delivery-status` and, where it is there, the header of the mail that came back.
pub(super) fn read(status: &[u8], mail: Option<&[u8]>) -> Option<Returned> {
    let text = head::block_text(status, PART);
    // Groups of fields, one for the report and one for each recipient, with empty lines between.
    let groups: Vec<Vec<(String, String)>> = text.replace("\r\n", "\n").split("\n\n").map(head::fields).collect();
    let value = |group: &[(String, String)], name: &str| {
        group.iter().find(|(field, _)| field == name).map(|(_, value)| crate::mime::plain_line(value, 300))
    };
    let recipients: Vec<_> = groups.iter().filter(|group| value(group, "action").is_some()).collect();
    let action = |group: &[(String, String)]| value(group, "action").unwrap_or_default().to_ascii_lowercase();
    let worst = recipients.iter().find(|group| action(group) == "failed").or(recipients.first())?;
    let action = action(worst);
    if !matches!(action.as_str(), "failed" | "delayed") {
        return None;
    }
    let status = value(worst, "status").unwrap_or_default();
    let status = status.split_whitespace().next().unwrap_or_default();
    let proper = status.len() <= 12 && status.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let told = [value(worst, "final-recipient"), value(worst, "diagnostic-code")].into_iter().flatten().collect::<Vec<_>>().join("\n");
    Some(Returned {
        message_id: mail.and_then(message_id),
        failed: action == "failed",
        status: if proper { status.to_owned() } else { String::new() },
        told: told.chars().take(TOLD).collect(),
    })
}

fn message_id(mail: &[u8]) -> Option<String> {
    let (block, _) = split::head_and_body(mail.get(..PART).unwrap_or(mail));
    let text = head::block_text(block, PART);
    let fields = head::fields(&text);
    let id = fields.iter().find(|(name, _)| name == "message-id").map(|(_, value)| crate::mime::plain_line(value, 1_000))?;
    Some(id.trim_matches(['<', '>']).to_owned()).filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_and_delays_are_read_and_successes_are_not() {
        let status = |action: &str| {
            format!(
                "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: {action}\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n no such user\r\n"
            )
        };
        let mail = b"Subject: x\r\nMessage-ID: <abc.def@vendor.example>\r\n\r\nbody";
        let failed = read(status("failed").as_bytes(), Some(mail)).unwrap();
        assert_eq!((failed.failed, failed.status.as_str(), failed.message_id.as_deref()), (true, "5.1.1", Some("abc.def@vendor.example")));
        assert!(failed.told.contains("no such user"), "{}", failed.told);
        assert!(!read(status("delayed").as_bytes(), None).unwrap().failed);
        assert!(read(status("delivered").as_bytes(), Some(mail)).is_none());
        assert!(read(b"nonsense", Some(mail)).is_none() && read(b"", None).is_none());
    }
}
