//! How a mail reached us: what a door knows beside the bytes. Claims of the delivering side, kept apart from what the message says of itself.
//! Deliberately no judgement: what an envelope is worth is decided where the mail is read.

use jiff::Timestamp;
use std::net::IpAddr;

/// The door a mail came through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailDoor {
    /// A mailbox that is fetched from, by its name (host and folder).
    Mailbox(String),
    /// Handed over by the mail server (LMTP, RFC 2033).
    Lmtp,
    /// Standard input or a file: `wardroom inbox import`.
    Import,
}

impl MailDoor {
    /// What `doctor` and the health page call it.
    pub fn name(&self) -> String {
        match self {
            MailDoor::Mailbox(name) => format!("mailbox:{name}"),
            MailDoor::Lmtp => "lmtp".to_owned(),
            MailDoor::Import => "import".to_owned(),
        }
    }
}

/// What is known of the way of one mail, besides its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub door: MailDoor,
    /// `MAIL FROM` of the envelope without brackets: `Some("")` is the null sender of bounces and other automatic mail
    /// (RFC 5321 section 4.5.5), `None` where the door does not know it.
    pub envelope_from: Option<String>,
    /// `RCPT TO` of the envelope, as far as known.
    pub recipients: Vec<String>,
    /// The SMTP client that handed the mail to the first server we trust, where the door was told (LMTP with XFORWARD); never from a header.
    pub peer: Option<IpAddr>,
    /// What that client called itself.
    pub helo: Option<String>,
    /// When the door had all bytes; absent: now.
    pub at: Option<Timestamp>,
}

impl Arrival {
    /// By this door, with nothing known of the envelope.
    pub fn by(door: MailDoor) -> Arrival {
        Arrival { door, envelope_from: None, recipients: Vec::new(), peer: None, helo: None, at: None }
    }

    /// The envelope says that nobody may be answered (RFC 3834 section 2, RFC 5321 section 4.5.5).
    pub fn is_from_nobody(&self) -> bool {
        self.envelope_from.as_deref() == Some("")
    }
}
