//! One command line of LMTP (RFC 2033, RFC 5321 section 4.1): bytes in, a command or the refusal out. Pure; whatever the bytes are.
//!
//! Deliberately strict: what Postfix, Exim, Sendmail and swaks never send is not guessed at.

/// Longest command line with its end: RFC 5321 section 4.5.3.1.4 and what SMTPUTF8, SIZE and XFORWARD add.
pub const LONGEST_LINE: usize = 2_048;
/// Longest path, RFC 5321 section 4.5.3.1.3.
const LONGEST_PATH: usize = 254;

/// A command, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Lhlo(String),
    Mail(Mail),
    /// The recipient's address.
    Rcpt(String),
    Data,
    Rset,
    Noop,
    Quit,
    Vrfy,
    Help,
    /// What the SMTP client before our peer was (Postfix' XFORWARD): name in upper case, decoded value.
    Xforward(Vec<(String, String)>),
}

/// `MAIL FROM`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Without brackets; empty for the null sender.
    pub from: String,
    /// What the client says the size is, in bytes.
    pub size: Option<u64>,
    pub smtputf8: bool,
}

/// A reply: code, enhanced status code (RFC 3463), words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal(pub &'static str);

const SYNTAX: Refusal = Refusal("501 5.5.4 the arguments cannot be understood");
const UNKNOWN: Refusal = Refusal("500 5.5.2 no such command");

/// Reads a line without its CRLF.
pub fn parse(line: &[u8]) -> Result<Command, Refusal> {
    let text = std::str::from_utf8(line).map_err(|_| Refusal("500 5.5.2 the line is not UTF-8"))?;
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return Err(Refusal("500 5.5.2 the line holds control characters"));
    }
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim_end();
    let bare = |command: Command| if rest.is_empty() { Ok(command) } else { Err(SYNTAX) };
    match verb.to_ascii_uppercase().as_str() {
        "LHLO" => name(rest).map(Command::Lhlo),
        "HELO" | "EHLO" => Err(Refusal("500 5.5.1 this is LMTP: say LHLO")),
        "MAIL" => mail(rest).map(Command::Mail),
        "RCPT" => recipient(rest).map(Command::Rcpt),
        "DATA" => bare(Command::Data),
        "RSET" => bare(Command::Rset),
        "NOOP" => Ok(Command::Noop),
        "QUIT" => bare(Command::Quit),
        "VRFY" => Ok(Command::Vrfy),
        "HELP" => Ok(Command::Help),
        "XFORWARD" => xforward(rest).map(Command::Xforward),
        _ => Err(UNKNOWN),
    }
}

fn name(rest: &str) -> Result<String, Refusal> {
    let plain = !rest.is_empty() && rest.len() <= 255 && !rest.contains(char::is_whitespace);
    if plain { Ok(rest.to_owned()) } else { Err(SYNTAX) }
}

fn mail(rest: &str) -> Result<Mail, Refusal> {
    let (path, parameters) = path(rest, "FROM:")?;
    let mut mail = Mail { from: path, ..Mail::default() };
    for parameter in parameters {
        let (key, value) = parameter.split_once('=').map_or((parameter, None), |(key, value)| (key, Some(value)));
        match (key.to_ascii_uppercase().as_str(), value) {
            ("SIZE", Some(size)) if size.len() <= 20 && size.bytes().all(|byte| byte.is_ascii_digit()) => {
                mail.size = Some(size.parse().unwrap_or(u64::MAX));
            }
            ("BODY", Some(body)) if body.eq_ignore_ascii_case("7BIT") || body.eq_ignore_ascii_case("8BITMIME") => {}
            ("SMTPUTF8", None) => mail.smtputf8 = true,
            ("SIZE" | "BODY" | "SMTPUTF8", _) => return Err(SYNTAX),
            _ => return Err(Refusal("555 5.5.4 a parameter is not supported")),
        }
    }
    if !mail.from.is_empty() && !is_mailbox(&mail.from) {
        return Err(Refusal("553 5.1.7 the sender's address cannot be understood"));
    }
    if !mail.from.is_ascii() && !mail.smtputf8 {
        return Err(Refusal("553 5.6.7 the address needs SMTPUTF8"));
    }
    Ok(mail)
}

fn recipient(rest: &str) -> Result<String, Refusal> {
    let (path, parameters) = path(rest, "TO:")?;
    if !parameters.is_empty() {
        return Err(Refusal("555 5.5.4 a parameter is not supported"));
    }
    if is_mailbox(&path) { Ok(path) } else { Err(Refusal("553 5.1.3 the recipient's address cannot be understood")) }
}

/// `FROM:<path> parameter…`; nothing between the colon and the bracket (RFC 5321 section 3.3).
fn path<'a>(rest: &'a str, keyword: &str) -> Result<(String, Vec<&'a str>), Refusal> {
    let head = rest.get(..keyword.len()).filter(|head| head.eq_ignore_ascii_case(keyword)).ok_or(SYNTAX)?;
    let rest = rest.get(head.len()..).and_then(|rest| rest.strip_prefix('<')).ok_or(SYNTAX)?;
    let (path, after) = rest.rsplit_once('>').ok_or(SYNTAX)?;
    if !(after.is_empty() || after.starts_with(' ')) || path.len() > LONGEST_PATH {
        return Err(SYNTAX);
    }
    Ok((path.to_owned(), after.split_ascii_whitespace().collect()))
}

/// `local@domain`, RFC 5321 section 4.1.2 and RFC 6531; no source route. A quoted local part is kept as it stands.
fn is_mailbox(path: &str) -> bool {
    let Some((local, domain)) = path.rsplit_once('@') else { return false };
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    let plain = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "<>,;:\\\"()".contains(c));
    let local_fits =
        local.len() <= 64 && if quoted { !local.contains(['<', '>']) } else { plain(local) && !local.contains(['@', '[', ']']) };
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    local_fits
        && literal.map_or_else(|| plain(domain) && !domain.contains(['[', ']']), |inside| inside.len() <= 64 && !inside.contains(' '))
}

fn xforward(rest: &str) -> Result<Vec<(String, String)>, Refusal> {
    let mut pairs = Vec::new();
    for word in rest.split_ascii_whitespace().take(16) {
        let (key, value) = word.split_once('=').ok_or(SYNTAX)?;
        pairs.push((key.to_ascii_uppercase(), xtext(value).ok_or(SYNTAX)?));
    }
    if pairs.is_empty() { Err(SYNTAX) } else { Ok(pairs) }
}

/// RFC 3461 section 4: `+` and two hexadecimal digits.
fn xtext(text: &str) -> Option<String> {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'+' {
            out.push(*byte);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        out.push(u8::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?);
        rest = rest.get(2..)?;
    }
    String::from_utf8(out).ok().filter(|text| !text.chars().any(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mail_servers_say_is_understood() {
        let mail = |from: &str, size, smtputf8| Command::Mail(Mail { from: from.into(), size, smtputf8 });
        for (line, expected) in [
            ("LHLO mx.example.test", Command::Lhlo("mx.example.test".into())),
            ("lhlo [192.0.2.1]", Command::Lhlo("[192.0.2.1]".into())),
            ("MAIL FROM:<ana@research.example> SIZE=1234 BODY=8BITMIME", mail("ana@research.example", Some(1234), false)),
            ("mail from:<>", mail("", None, false)),
            ("MAIL FROM:<安@例.example> SMTPUTF8", mail("安@例.example", None, true)),
            ("MAIL FROM:<\"ana b\"@research.example>", mail("\"ana b\"@research.example", None, false)),
            ("RCPT TO:<psirt+token@vendor.example>", Command::Rcpt("psirt+token@vendor.example".into())),
            ("DATA", Command::Data),
            ("data ", Command::Data),
            ("NOOP whatever", Command::Noop),
            (
                "XFORWARD NAME=spike.porcupine.org ADDR=192.0.2.7 HELO=a+2Bb",
                Command::Xforward(vec![
                    ("NAME".into(), "spike.porcupine.org".into()),
                    ("ADDR".into(), "192.0.2.7".into()),
                    ("HELO".into(), "a+b".into()),
                ]),
            ),
        ] {
            assert_eq!(parse(line.as_bytes()), Ok(expected), "{line}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for line in [
            "",
            " ",
            "EHLO x",
            "LHLO",
            "LHLO a b",
            "MAIL",
            "MAIL FROM: <ana@research.example>",
            "MAIL FROM:ana@research.example",
            "MAIL FROM:<ana@research.example",
            "MAIL FROM:<ana@research.example>SIZE=1",
            "MAIL FROM:<ana@research.example> SIZE=-1",
            "MAIL FROM:<ana@research.example> SIZE=123456789012345678901",
            "MAIL FROM:<ana@research.example> RET=FULL",
            "MAIL FROM:<@a,@b:ana@research.example>",
            "MAIL FROM:<安@例.example>",
            "MAIL FROM:<a>b@c>",
            "RCPT TO:<>",
            "RCPT TO:<postmaster>",
            "RCPT TO:<psirt@vendor.example> NOTIFY=NEVER",
            "RCPT TO:<a b@vendor.example>",
            "DATA now",
            "QUIT now",
            "STARTTLS",
            "XFORWARD",
            "XFORWARD ADDR",
            "XFORWARD ADDR=+4",
            "XFORWARD ADDR=+0A",
        ] {
            assert!(parse(line.as_bytes()).is_err(), "{line}");
        }
        assert!(parse(b"NOOP \xff").is_err() && parse(b"NOOP a\rb").is_err() && parse(b"NOOP \0").is_err());
        let long = format!("MAIL FROM:<{}@research.example>", "a".repeat(65));
        assert!(parse(long.as_bytes()).is_err());
    }
}
