//! What is said in one LMTP connection (RFC 2033): a line in, a reply out. Pure, so that every order of commands can be tried.
//!
//! No relaying, no look-ups, no login: recipients are the ones of the configuration, everything else is refused by name.

use super::command::{Command, Mail, Refusal, parse};
use std::net::IpAddr;
use std::sync::Arc;

/// Bad commands after which the connection is closed.
const MOST_ERRORS: u32 = 20;
/// Messages in one connection.
const MOST_MESSAGES: u32 = 1_000;

/// What is allowed here.
#[derive(Clone, Debug)]
pub struct Rules {
    /// What we call ourselves.
    pub host: String,
    /// Addresses mail is taken for; `local+anything@domain` counts as `local@domain`.
    pub recipients: Vec<String>,
    /// Largest message in bytes.
    pub largest: usize,
    /// Most recipients of one message (RFC 5321 section 4.5.3.1.8 wants at least 100).
    pub most_recipients: usize,
}

impl Rules {
    /// Whether mail for `address` is ours: ASCII case does not matter, and neither does a detail after a plus sign.
    pub fn is_ours(&self, address: &str) -> bool {
        let Some((local, domain)) = address.rsplit_once('@') else { return false };
        let plain = local.split('+').next().unwrap_or(local);
        self.recipients.iter().any(|ours| {
            let Some((ours, at)) = ours.rsplit_once('@') else { return false };
            at.eq_ignore_ascii_case(domain) && (ours.eq_ignore_ascii_case(local) || ours.eq_ignore_ascii_case(plain))
        })
    }
}

/// What to do after the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Continue,
    /// The content follows.
    Data,
    HangUp,
}

/// Sender and recipients of one message, and who handed it to our peer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    pub from: String,
    pub recipients: Vec<String>,
    pub client: Option<IpAddr>,
    pub helo: Option<String>,
}

/// One connection.
#[derive(Debug)]
pub struct Session {
    rules: Arc<Rules>,
    greeted: bool,
    mail: Option<Mail>,
    recipients: Vec<String>,
    client: Option<IpAddr>,
    helo: Option<String>,
    errors: u32,
    messages: u32,
}

impl Session {
    pub fn new(rules: Arc<Rules>) -> Session {
        Session { rules, greeted: false, mail: None, recipients: Vec::new(), client: None, helo: None, errors: 0, messages: 0 }
    }

    /// The first line.
    pub fn greeting(&self) -> String {
        format!("220 {} LMTP ready", self.rules.host)
    }

    /// Answers one line, given without its CRLF. The reply may have several lines and ends with none.
    pub fn line(&mut self, line: &[u8]) -> (String, Next) {
        let answer = match parse(line) {
            Ok(command) => self.obey(command),
            Err(refusal) => Err(refusal),
        };
        match answer {
            Ok(answer) => answer,
            Err(Refusal(words)) => self.refuse(words),
        }
    }

    /// A fault that is not in the words of a line.
    pub fn refuse(&mut self, words: &str) -> (String, Next) {
        self.errors += 1;
        if self.errors >= MOST_ERRORS {
            return ("421 4.7.0 too many errors".to_owned(), Next::HangUp);
        }
        (words.to_owned(), Next::Continue)
    }

    /// The envelope of the message whose content has come; the next one begins anew.
    pub fn take_envelope(&mut self) -> Envelope {
        let mail = self.mail.take().unwrap_or_default();
        // XFORWARD lasts for one message.
        Envelope { from: mail.from, recipients: std::mem::take(&mut self.recipients), client: self.client.take(), helo: self.helo.take() }
    }

    fn obey(&mut self, command: Command) -> Result<(String, Next), Refusal> {
        let say = |words: &str| Ok((words.to_owned(), Next::Continue));
        match command {
            Command::Lhlo(_) => {
                self.greeted = true;
                self.forget();
                Ok((self.offers(), Next::Continue))
            }
            Command::Mail(mail) => self.begin(mail),
            Command::Rcpt(address) => self.address(address),
            Command::Data if self.recipients.is_empty() => Err(Refusal("503 5.5.1 no valid recipient")),
            Command::Data => Ok(("354 end with CR LF . CR LF".to_owned(), Next::Data)),
            Command::Rset => {
                self.forget();
                say("250 2.0.0 forgotten")
            }
            Command::Noop => say("250 2.0.0 ok"),
            Command::Vrfy => say("252 2.5.0 send it and see"),
            Command::Help => say("214 2.0.0 RFC 2033"),
            Command::Quit => Ok(("221 2.0.0 bye".to_owned(), Next::HangUp)),
            Command::Xforward(pairs) => {
                if self.mail.is_some() {
                    return Err(Refusal("503 5.5.1 XFORWARD comes before MAIL"));
                }
                for (key, value) in pairs.into_iter().filter(|(_, value)| !value.eq_ignore_ascii_case("[UNAVAILABLE]")) {
                    match key.as_str() {
                        "ADDR" => self.client = value.trim_start_matches("IPV6:").trim_start_matches("IPv6:").parse().ok(),
                        "HELO" => self.helo = Some(value.chars().take(255).collect()),
                        _ => {}
                    }
                }
                say("250 2.0.0 noted")
            }
        }
    }

    fn offers(&self) -> String {
        format!(
            "250-{}\r\n250-PIPELINING\r\n250-SIZE {}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE\r\n\
             250 ENHANCEDSTATUSCODES",
            self.rules.host, self.rules.largest
        )
    }

    fn begin(&mut self, mail: Mail) -> Result<(String, Next), Refusal> {
        if !self.greeted {
            return Err(Refusal("503 5.5.1 say LHLO first"));
        }
        if self.mail.is_some() {
            return Err(Refusal("503 5.5.1 one sender only"));
        }
        if mail.size.is_some_and(|size| size > self.rules.largest as u64) {
            return Err(Refusal("552 5.3.4 larger than we take"));
        }
        self.messages += 1;
        if self.messages > MOST_MESSAGES {
            return Ok(("421 4.7.0 connect again for more".to_owned(), Next::HangUp));
        }
        self.mail = Some(mail);
        Ok(("250 2.1.0 ok".to_owned(), Next::Continue))
    }

    fn address(&mut self, address: String) -> Result<(String, Next), Refusal> {
        let Some(mail) = &self.mail else { return Err(Refusal("503 5.5.1 say MAIL first")) };
        if !address.is_ascii() && !mail.smtputf8 {
            return Err(Refusal("553 5.6.7 the address needs SMTPUTF8"));
        }
        if !self.rules.is_ours(&address) {
            return Err(Refusal("550 5.1.1 no such mailbox here"));
        }
        if self.recipients.len() >= self.rules.most_recipients {
            return Err(Refusal("452 4.5.3 too many recipients"));
        }
        self.recipients.push(address);
        Ok(("250 2.1.5 ok".to_owned(), Next::Continue))
    }

    fn forget(&mut self) {
        self.mail = None;
        self.recipients.clear();
        (self.client, self.helo) = (None, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        let rules = Rules {
            host: "psirt.vendor.example".into(),
            recipients: vec!["psirt@vendor.example".into()],
            largest: 1_000,
            most_recipients: 2,
        };
        Session::new(Arc::new(rules))
    }

    /// The codes of the replies to these lines.
    fn codes(session: &mut Session, lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| session.line(line.as_bytes()).0.chars().take(3).collect()).collect()
    }

    #[test]
    fn a_message_in_order() {
        let mut session = session();
        let said = codes(
            &mut session,
            &["LHLO mx", "XFORWARD ADDR=192.0.2.7 HELO=evil", "MAIL FROM:<ana@research.example>", "RCPT TO:<PSIRT@Vendor.example>"],
        );
        assert_eq!(said, ["250", "250", "250", "250"]);
        assert_eq!(codes(&mut session, &["RCPT TO:<psirt+abc@vendor.example>", "RCPT TO:<psirt@vendor.example>"]), ["250", "452"]);
        assert_eq!(session.line(b"DATA").1, Next::Data);
        let envelope = session.take_envelope();
        assert_eq!((envelope.from.as_str(), envelope.recipients.len()), ("ana@research.example", 2));
        assert_eq!((envelope.client, envelope.helo.as_deref()), ("192.0.2.7".parse().ok(), Some("evil")));
        assert_eq!(codes(&mut session, &["DATA", "MAIL FROM:<>", "QUIT"]), ["503", "250", "221"]);
        assert_eq!(session.take_envelope().client, None, "for one message");
    }

    #[test]
    fn what_is_out_of_order_or_not_ours_is_refused() {
        let mut session = session();
        assert_eq!(
            codes(&mut session, &["MAIL FROM:<>", "RCPT TO:<psirt@vendor.example>", "DATA", "EHLO mx"]),
            ["503", "503", "503", "500"]
        );
        assert_eq!(
            codes(&mut session, &["LHLO mx", "MAIL FROM:<> SIZE=1001", "MAIL FROM:<> SIZE=1000", "MAIL FROM:<>"]),
            ["250", "552", "250", "503"]
        );
        for other in
            ["root@vendor.example", "psirt@other.example", "psirt@vendor.example.evil", "xpsirt@vendor.example", "+psirt@vendor.example"]
        {
            assert_eq!(codes(&mut session, &[&format!("RCPT TO:<{other}>")]), ["550"], "{other}");
        }
        assert_eq!(codes(&mut session, &["DATA", "XFORWARD ADDR=192.0.2.1", "RSET", "DATA"]), ["503", "503", "250", "503"]);
    }

    #[test]
    fn somebody_who_only_errs_is_sent_away() {
        let mut session = session();
        let hung_up = (0..100).position(|_| session.line(b"GET / HTTP/1.1").1 == Next::HangUp);
        assert_eq!(hung_up, Some(MOST_ERRORS as usize - 1));
    }
}
