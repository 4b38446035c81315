//! Knocks at our own doors as strangers do: HTTP for form and API, LMTP, a mailbox, a pipe of our own program, and the mail server.

use crate::config::Config;
use crate::data::{LISTEN, Opened};
use crate::exits::Exit;
use async_trait::async_trait;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use wardroom_adapters::lmtp::{Listen, client};
use wardroom_app::doors::{API, FORM, IMPORT, LMTP, MAILBOX, OUTGOING};
use wardroom_app::ports::mailbox::Mailbox;
use wardroom_app::ports::mailer::{Mailer, Outgoing};
use wardroom_app::ports::prober::{Knocked, Probe, Prober};

/// For one request over HTTP.
const PATIENCE: Duration = Duration::from_secs(30);

/// Knows where our doors are.
pub struct Knocker {
    /// `http://127.0.0.1:8080`
    public: String,
    mailboxes: Vec<Arc<dyn Mailbox>>,
    lmtp: Option<(Listen, String)>,
    mailer: Option<Arc<dyn Mailer>>,
    team: String,
    /// This program, and what tells it which data directory.
    program: PathBuf,
    arguments: Vec<String>,
    http: reqwest::Client,
}

impl Knocker {
    /// `public` is where the public face listens; absent: as configured.
    pub fn new(opened: &Opened, public: Option<String>, mailer: Arc<dyn Mailer>, config_file: Option<PathBuf>) -> Result<Knocker, Exit> {
        let config = &opened.config;
        let mailboxes = config.mail.imap.iter().map(|imap| crate::mail::mailbox(imap).map(|one| Arc::new(one) as Arc<dyn Mailbox>));
        let lmtp = crate::mail::lmtp(config)?.and_then(|(listen, rules, _)| Some((listen, rules.recipients.into_iter().next()?)));
        let mut arguments = vec!["--data".to_owned(), opened.directory.display().to_string()];
        if let Some(file) = config_file {
            arguments.extend(["--config".to_owned(), file.display().to_string()]);
        }
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).no_proxy().build();
        Ok(Knocker {
            public: public.unwrap_or_else(|| listening_at(config)),
            mailboxes: mailboxes.collect::<Result<_, _>>()?,
            lmtp,
            mailer: config.mail.smtp.is_some().then_some(mailer),
            team: opened.desk.addresses.mail.clone(),
            program: std::env::current_exe()?,
            arguments,
            http: http.map_err(|error| Exit::new(1, error.to_string()))?,
        })
    }

    /// The mailboxes it lays synthetic reports into.
    pub fn mailboxes(&self) -> &[Arc<dyn Mailbox>] {
        &self.mailboxes
    }

    async fn form(&self, probe: &Probe) -> Result<Knocked, String> {
        let page = self.http.get(format!("{}/report", self.public)).send().await.map_err(|error| unreachable(&error))?;
        let page = page.text().await.map_err(|error| unreachable(&error))?;
        let once = value_after(&page, "name=\"once\"").ok_or("the form's page has no form")?;
        let field = name_of(&page, "<textarea").ok_or("the form's page has no field for a description")?;
        let form = reqwest::multipart::Form::new().text("once", once).text(field, probe.text.clone()).text("kind", "unsure");
        let answer = self.http.post(format!("{}/report", self.public)).multipart(form).send().await.map_err(|error| unreachable(&error))?;
        match answer.status().as_u16() {
            303 => Ok(Knocked::Sent),
            other => Err(format!("the form answered {other}")),
        }
    }

    async fn api(&self, probe: &Probe) -> Result<Knocked, String> {
        let body = serde_json::json!({"title": "Wardroom self-test", "description": probe.text});
        let request = self.http.post(format!("{}/api/v1/reports", self.public)).json(&body);
        let answer = request.send().await.map_err(|error| unreachable(&error))?;
        if answer.status().is_success() { Ok(Knocked::Sent) } else { Err(format!("the API answered {}", answer.status().as_u16())) }
    }

    async fn import(&self, probe: &Probe) -> Result<Knocked, String> {
        let mut command = tokio::process::Command::new(&self.program);
        command.args(&self.arguments).args(["--json", "inbox", "import", "-"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| format!("the program cannot be started: {error}"))?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(&probe.mail).await.map_err(|error| format!("the program does not read: {error}"))?;
        }
        let status = child.wait().await.map_err(|error| format!("the program cannot be waited for: {error}"))?;
        if status.success() { Ok(Knocked::Sent) } else { Err(format!("the program ended with {status}")) }
    }

    async fn outgoing(&self, probe: &Probe) -> Result<Knocked, String> {
        let Some(mailer) = &self.mailer else { return Err("no outgoing mail is configured".to_owned()) };
        let mail = Outgoing { from: String::new(), to: self.team.clone(), raw: probe.mail.clone() };
        mailer.send(&mail).await.map_err(|trouble| trouble.to_string())?;
        // Where no mail comes in it cannot come back.
        Ok(if self.mailboxes.is_empty() && self.lmtp.is_none() { Knocked::Done } else { Knocked::Sent })
    }
}

#[async_trait]
impl Prober for Knocker {
    fn doors(&self) -> Vec<String> {
        let mut doors: Vec<String> = self.mailboxes.iter().map(|mailbox| format!("{MAILBOX}{}", mailbox.name())).collect();
        doors.extend(self.lmtp.is_some().then(|| LMTP.to_owned()));
        doors.extend([IMPORT, FORM, API].map(str::to_owned));
        doors.extend(self.mailer.is_some().then(|| OUTGOING.to_owned()));
        doors
    }

    async fn knock(&self, probe: &Probe) -> Result<Knocked, String> {
        match probe.door.as_str() {
            FORM => self.form(probe).await,
            API => self.api(probe).await,
            IMPORT => self.import(probe).await,
            OUTGOING => self.outgoing(probe).await,
            LMTP => {
                let Some((listen, recipient)) = &self.lmtp else { return Err("LMTP is not configured".to_owned()) };
                client::deliver(listen, &self.team, recipient, &probe.mail).await.map(|_| Knocked::Sent)
            }
            door => {
                let named = |mailbox: &&Arc<dyn Mailbox>| door.strip_prefix(MAILBOX) == Some(mailbox.name().as_str());
                let Some(mailbox) = self.mailboxes.iter().find(named) else { return Err(format!("no door is called {door}")) };
                mailbox.lay_in(&probe.mail).await.map(|()| Knocked::Sent).map_err(|trouble| trouble.to_string())
            }
        }
    }
}

/// Where the public face can be reached from this machine, as configured.
fn listening_at(config: &Config) -> String {
    reachable(config.public.listen.as_deref().unwrap_or(LISTEN))
}

/// An address somebody listens on, as one can connect to it: everywhere is also here.
pub fn reachable(listen: &str) -> String {
    let at = listen.parse::<SocketAddr>().map(|mut at| {
        if at.ip().is_unspecified() {
            at.set_ip(if at.is_ipv4() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { IpAddr::V6(Ipv6Addr::LOCALHOST) });
        }
        at.to_string()
    });
    format!("http://{}", at.unwrap_or_else(|_| listen.to_owned()))
}

fn unreachable(error: &reqwest::Error) -> String {
    let why = if error.is_connect() { "nobody listens there" } else { "no whole answer" };
    format!("the public face cannot be reached: {why}")
}

/// The attribute `value` of the tag that holds `mark`.
fn value_after(page: &str, mark: &str) -> Option<String> {
    let rest = page.split_once(mark)?.1.split_once('>')?.0;
    Some(rest.split_once("value=\"")?.1.split_once('"')?.0.to_owned())
}

/// The attribute `name` of the first such tag.
fn name_of(page: &str, tag: &str) -> Option<String> {
    let inside = page.split_once(tag)?.1.split_once('>')?.0;
    Some(inside.split_once("name=\"")?.1.split_once('"')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_found_in_its_page() {
        let page = r#"<form><input type="hidden" name="once" value="abc"><textarea id="x" name="description" required></textarea>"#;
        assert_eq!(value_after(page, "name=\"once\"").as_deref(), Some("abc"));
        assert_eq!(name_of(page, "<textarea").as_deref(), Some("description"));
        assert_eq!((value_after("", "once"), name_of("<p>", "<textarea")), (None, None));
    }

    #[test]
    fn everywhere_is_also_here() {
        assert_eq!(reachable("0.0.0.0:8080"), "http://127.0.0.1:8080");
        assert_eq!(reachable("[::]:8080"), "http://[::1]:8080");
        assert_eq!(reachable("192.0.2.1:80"), "http://192.0.2.1:80");
        assert_eq!(reachable("localhost:80"), "http://localhost:80");
    }
}
