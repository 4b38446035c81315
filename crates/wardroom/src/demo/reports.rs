//! The sample reports: encrypted mails by reporters with keys of their own, and forms, in English and Chinese.

use crate::data::Opened;
use crate::exits::Exit;
use wardroom_app::intake::hand_in::{HandIn, Receipt};
use wardroom_app::public_house::PublicHouse;
use wardroom_domain::intake::{Door, ReportKind};
use wardroom_domain::log::StreamId;
use wardroom_domain::people::Viewer;
use wardroom_mail::compose::{Outgoing, WrittenBy, compose};
use wardroom_mail::keys::{ReporterCert, TeamSecret};
use wardroom_mail::opened::Address;
use wardroom_seal::{SystemChance, draw, hex};

/// A reporter who writes mail.
pub struct Correspondent {
    name: &'static str,
    address: &'static str,
    key: TeamSecret,
}

fn unusable(fault: impl std::fmt::Display) -> Exit {
    Exit::new(1, format!("the sample mail could not be made: {fault}"))
}

impl Correspondent {
    pub fn new(world: &Opened, name: &'static str, address: &'static str) -> Result<Correspondent, Exit> {
        let made = world.desk.now().as_second() - 400 * 86_400;
        let key = TeamSecret::generate(&format!("{name} <{address}>"), made, None, &draw::<32>(&mut SystemChance)).map_err(unusable)?;
        Ok(Correspondent { name, address, key })
    }

    /// The team learns this reporter's key beforehand: the signature will be good.
    pub async fn introduce(&self, world: &Opened) -> Result<(), Exit> {
        Ok(world.desk.pin_reporter_key(&self.key.armored_public()).await?)
    }

    /// Writes to the team: signed, and encrypted to the key named.
    pub fn write(&self, world: &Opened, subject: &str, text: &str, language: &str, to: &str) -> Result<Vec<u8>, Exit> {
        let now = world.desk.now().as_second();
        let cert = ReporterCert::parse(to.as_bytes(), now).map_err(unusable)?;
        let seed = draw::<32>(&mut SystemChance);
        compose(&self.letter(now, subject, text, language, WrittenBy::Person), Some(&self.key), Some(&cert), &seed).map_err(unusable)
    }

    /// The same without any protection.
    pub fn write_plainly(&self, world: &Opened, subject: &str, text: &str, by: WrittenBy) -> Result<Vec<u8>, Exit> {
        let letter = self.letter(world.desk.now().as_second(), subject, text, "en", by);
        compose(&letter, None, None, &draw::<32>(&mut SystemChance)).map_err(unusable)
    }

    fn letter(&self, now: i64, subject: &str, text: &str, language: &str, by: WrittenBy) -> Outgoing {
        Outgoing {
            from: Address { name: Some(self.name.to_owned()), address: self.address.to_owned() },
            to: vec![Address { name: None, address: "psirt@halcyon.example".to_owned() }],
            subject: subject.to_owned(),
            text: text.to_owned(),
            message_id: format!("{}@mail.example", hex(&draw::<10>(&mut SystemChance))),
            date: now,
            in_reply_to: None,
            references: Vec::new(),
            reply_to: None,
            written_by: by,
            language: language.to_owned(),
        }
    }
}

/// The team's public key, as anybody finds it.
pub fn team_key(world: &Opened) -> Result<String, Exit> {
    let keys = world.desk.maker().keys;
    let key = keys.into_iter().find(|key| !key.retired).ok_or_else(|| Exit::new(1, "the sample team has no key"))?;
    Ok(key.public)
}

/// A mail arrives; the report it became.
pub async fn arrive(world: &Opened, raw: &[u8]) -> Result<StreamId, Exit> {
    let imported = world.desk.import_mail(world.opener.as_ref(), raw).await.map_err(unusable)?;
    world.worker()?.outbox_once().await?;
    Ok(world.desk.find(&Viewer::house(), &imported.report).await?)
}

/// What somebody types into the form.
pub struct Typed<'a> {
    pub kind: ReportKind,
    pub language: &'a str,
    pub title: &'a str,
    pub text: &'a str,
    pub fields: &'a [(&'a str, &'a str)],
    pub address: &'a str,
    pub credit: &'a str,
}

/// A form is sent; the report it became, and the receipt its sender keeps.
pub async fn send_form(world: &Opened, typed: Typed<'_>) -> Result<(StreamId, Receipt), Exit> {
    let fields = typed.fields.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect();
    let report = HandIn {
        door: Door::Form,
        kind: typed.kind,
        language: typed.language.to_owned(),
        title: typed.title.to_owned(),
        text: typed.text.to_owned(),
        fields,
        sender_name: String::new(),
        sender_address: typed.address.to_owned(),
        reporter_key: String::new(),
        credit: typed.credit.to_owned(),
        attachments: Vec::new(),
        uploads: Vec::new(),
        payload: Vec::new(),
        code: None,
        idempotency: None,
        original: None,
    };
    let receipt = PublicHouse::new(world.house.clone()).hand_in(report).await.map_err(unusable)?;
    world.worker()?.outbox_once().await?;
    Ok((world.desk.find(&Viewer::house(), &receipt.number).await?, receipt))
}
