//! Signed mails with keys made here, and a DNS that is a map.

use super::super::arrival::{Arrival, MailDoor};
use super::gather;
use crate::ports::dns::{Dns, DnsTrouble};
use async_trait::async_trait;
use std::collections::HashMap;
use std::net::IpAddr;
use wardroom_domain::intake::MailEvidence;
use wardroom_domain::intake::evidence::Proof;
use wardroom_mail::keys::SecretKeys;
use wardroom_mail::trust::dkim_signing::{SigningKey, sign};
use wardroom_mail::{Limits, open_mail};

const NOW: i64 = 1_790_000_000;
const MAIL: &str = "From: Ada <ada@research.example>\r\nTo: psirt@vendor.example\r\nSubject: A  flaw\r\nMessage-ID: <1@research.example>\r\n\r\nThe lock opens.  \r\n\r\n";

#[derive(Default)]
struct Map {
    txt: HashMap<String, Vec<String>>,
    addresses: HashMap<String, Vec<IpAddr>>,
    mx: HashMap<String, Vec<String>>,
    silent: bool,
}

impl Map {
    fn with(mut self, name: &str, text: &str) -> Self {
        self.txt.entry(name.to_owned()).or_default().push(text.to_owned());
        self
    }
}

#[async_trait]
impl Dns for Map {
    async fn txt(&self, name: &str) -> Result<Vec<String>, DnsTrouble> {
        if self.silent { Err(DnsTrouble("silent".to_owned())) } else { Ok(self.txt.get(name).cloned().unwrap_or_default()) }
    }
    async fn addresses(&self, name: &str, like: IpAddr) -> Result<Vec<IpAddr>, DnsTrouble> {
        let all = self.addresses.get(name).cloned().unwrap_or_default();
        Ok(all.into_iter().filter(|one| one.is_ipv4() == like.is_ipv4()).collect())
    }
    async fn mx(&self, name: &str) -> Result<Vec<String>, DnsTrouble> {
        Ok(self.mx.get(name).cloned().unwrap_or_default())
    }
}

async fn evidence_of(dns: &Map, raw: &[u8], arrival: &Arrival) -> MailEvidence {
    let mail = open_mail(raw, &SecretKeys::default(), &[], NOW, &Limits::default());
    gather(Some(dns), &mail, arrival, jiff::Timestamp::from_second(NOW).unwrap()).await
}

fn by_file() -> Arrival {
    Arrival::by(MailDoor::Import)
}

#[tokio::test]
async fn both_kinds_of_keys_and_both_forms_pass_and_are_aligned() {
    for key in [SigningKey::ed25519([7; 32]), SigningKey::rsa(11)] {
        let dns = Map::default().with("sel._domainkey.research.example", &key.record());
        for canon in ["relaxed/relaxed", "simple/simple", "relaxed/simple"] {
            let raw = sign(MAIL, &key, "research.example", "sel", &format!("c={canon}; h=from:to:subject"));
            let found = evidence_of(&dns, raw.as_bytes(), &by_file()).await;
            assert_eq!((found.dkim[0].result, found.dkim[0].aligned), (Proof::Pass, true), "{canon}: {}", found.dkim[0].why);
            assert!(found.aligned_dkim());
            // A pipe takes the carriage returns away.
            let piped = raw.replace("\r\n", "\n");
            assert_eq!(evidence_of(&dns, piped.as_bytes(), &by_file()).await.dkim[0].result, Proof::Pass, "{canon} through a pipe");
        }
    }
}

#[tokio::test]
async fn what_was_changed_on_the_way_fails() {
    let key = SigningKey::ed25519([7; 32]);
    let dns = Map::default().with("sel._domainkey.research.example", &key.record());
    let raw = sign(MAIL, &key, "research.example", "sel", "c=relaxed/relaxed; h=from:subject:x-none");
    for (from, to, expected) in [
        ("The lock opens", "The lock holds", Proof::Fail),
        ("A  flaw", "No flaw", Proof::Fail),
        ("A  flaw", "A flaw", Proof::Pass),
        ("opens.  ", "opens.", Proof::Pass),
        ("Subject:", "X-None: added\r\nSubject:", Proof::Fail),
        ("ada@research.example>\r\nTo", "eve@research.example>\r\nTo", Proof::Fail),
    ] {
        let found = evidence_of(&dns, raw.replace(from, to).as_bytes(), &by_file()).await;
        assert_eq!(found.dkim[0].result, expected, "{to}: {}", found.dkim[0].why);
    }
}

#[tokio::test]
async fn keys_that_do_not_count() {
    let key = SigningKey::ed25519([7; 32]);
    let raw = sign(MAIL, &key, "research.example", "sel", "c=relaxed/relaxed; h=from");
    let good = key.record();
    for (record, expected) in [
        (String::new(), Proof::PermError),
        ("v=DKIM1; k=ed25519; p=".to_owned(), Proof::PermError),
        (good.replace("k=ed25519", "k=rsa"), Proof::PermError),
        (good.replace("v=DKIM1", "v=DKIM1; h=sha1"), Proof::PermError),
        (good.replace("v=DKIM1", "v=DKIM1; s=web"), Proof::PermError),
        (SigningKey::ed25519([8; 32]).record(), Proof::Fail),
        (good.replace("v=DKIM1", "v=DKIM1; t=y:s; n=note"), Proof::Pass),
    ] {
        let dns = Map::default().with("sel._domainkey.research.example", &record);
        assert_eq!(evidence_of(&dns, raw.as_bytes(), &by_file()).await.dkim[0].result, expected, "{record}");
    }
    let silent = Map { silent: true, ..Map::default() };
    let found = evidence_of(&silent, raw.as_bytes(), &by_file()).await;
    assert_eq!((found.dkim[0].result, found.dmarc.result), (Proof::TempError, Proof::TempError));
    assert!(!found.aligned_dkim());
}

#[tokio::test]
async fn an_unsigned_end_an_old_signature_and_a_stranger_do_not_vouch() {
    let key = SigningKey::ed25519([7; 32]);
    let dns = Map::default().with("sel._domainkey.research.example", &key.record()).with("sel._domainkey.evil.example", &key.record());
    let partly = sign(MAIL, &key, "research.example", "sel", "c=relaxed/relaxed; h=from; l=5");
    let old = sign(MAIL, &key, "research.example", "sel", &format!("c=relaxed/relaxed; h=from; t={}; x={}", NOW - 90_000, NOW - 80_000));
    for (raw, what) in [(partly, "unsigned end"), (old, "expired")] {
        let found = evidence_of(&dns, raw.as_bytes(), &by_file()).await;
        assert_eq!(found.dkim[0].result, Proof::Policy, "{what}");
        assert!(!found.aligned_dkim());
    }
    let stranger = sign(MAIL, &key, "evil.example", "sel", "c=relaxed/relaxed; h=from");
    let found = evidence_of(&dns, stranger.as_bytes(), &by_file()).await;
    assert_eq!((found.dkim[0].result, found.dkim[0].aligned, found.aligned_dkim()), (Proof::Pass, false, false));
}

#[tokio::test]
async fn a_header_that_tells_the_result_is_not_believed() {
    let raw = format!(
        "Authentication-Results: mx.vendor.example; dkim=pass header.d=research.example; dmarc=pass\r\nReceived-SPF: pass\r\n{MAIL}"
    );
    let found = evidence_of(&Map::default().with("_dmarc.research.example", "v=DMARC1; p=reject"), raw.as_bytes(), &by_file()).await;
    assert!(found.dkim.is_empty() && found.spf.is_none());
    assert_eq!(found.dmarc.result, Proof::Neutral);
    let unasked = gather(
        None,
        &open_mail(raw.as_bytes(), &SecretKeys::default(), &[], NOW, &Limits::default()),
        &by_file(),
        jiff::Timestamp::from_second(NOW).unwrap(),
    )
    .await;
    assert!(!unasked.asked && !unasked.aligned_dkim());
}

fn from(peer: &str, sender: &str) -> Arrival {
    Arrival { envelope_from: Some(sender.to_owned()), peer: peer.parse().ok(), helo: Some("mx.research.example".to_owned()), ..by_file() }
}

#[tokio::test]
async fn spf_speaks_for_the_client_the_door_saw() {
    let mut dns = Map::default()
        .with("research.example", "v=spf1 ip4:192.0.2.0/28 include:_spf.host.example mx a:%{l}.users.example/32 -all")
        .with("research.example", "some other text")
        .with("_spf.host.example", "v=spf1 ip6:2001:db8::/32 ?all")
        .with("soft.example", "v=spf1 ~all")
        .with("loop.example", "v=spf1 include:loop.example -all")
        .with("two.example", "v=spf1 -all")
        .with("two.example", "v=spf1 +all")
        .with("moved.example", "v=spf1 redirect=soft.example")
        .with("mx.research.example", "v=spf1 ip4:192.0.2.1 -all")
        .with("_dmarc.research.example", "v=DMARC1; p=reject");
    dns.mx.insert("research.example".to_owned(), vec!["mx1.research.example".to_owned()]);
    dns.addresses.insert("mx1.research.example".to_owned(), vec!["198.51.100.9".parse().unwrap()]);
    dns.addresses.insert("ada.users.example".to_owned(), vec!["203.0.113.5".parse().unwrap()]);
    for (peer, sender, expected) in [
        ("192.0.2.7", "ada@research.example", Proof::Pass),
        ("::ffff:192.0.2.7", "ada@research.example", Proof::Pass),
        ("2001:db8::5", "ada@research.example", Proof::Pass),
        ("198.51.100.9", "ada@research.example", Proof::Pass),
        ("203.0.113.5", "ada@research.example", Proof::Pass),
        ("203.0.113.6", "ada@research.example", Proof::Fail),
        ("203.0.113.6", "ada@soft.example", Proof::SoftFail),
        ("203.0.113.6", "ada@moved.example", Proof::SoftFail),
        ("203.0.113.6", "ada@loop.example", Proof::PermError),
        ("203.0.113.6", "ada@two.example", Proof::PermError),
        ("203.0.113.6", "ada@none.example", Proof::None),
        ("192.0.2.1", "", Proof::Pass),
    ] {
        let found = evidence_of(&dns, MAIL.as_bytes(), &from(peer, sender)).await;
        let spf = found.spf.clone().unwrap();
        assert_eq!(spf.result, expected, "{peer} {sender}: {}", spf.why);
        let own = sender.is_empty() || sender.ends_with("@research.example");
        assert_eq!(found.dmarc.result == Proof::Pass, own && expected == Proof::Pass, "{peer} {sender}");
    }
}

#[tokio::test]
async fn alignment_follows_the_organisation() {
    let key = SigningKey::ed25519([7; 32]);
    let mail = MAIL.replace("ada@research.example", "ada@mail.research.example");
    let raw = sign(&mail, &key, "research.example", "sel", "c=relaxed/relaxed; h=from");
    let keyed = || Map::default().with("sel._domainkey.research.example", &key.record());
    for (record, aligned, result) in [
        ("v=DMARC1; p=reject; sp=quarantine", true, Proof::Pass),
        ("v=DMARC1; p=reject; adkim=s", false, Proof::Neutral),
        ("v=DMARC1; p=reject; psd=y", false, Proof::Neutral),
    ] {
        let found = evidence_of(&keyed().with("_dmarc.research.example", record), raw.as_bytes(), &by_file()).await;
        assert_eq!((found.dkim[0].aligned, found.dmarc.result), (aligned, result), "{record}");
    }
    let found =
        evidence_of(&keyed().with("_dmarc.research.example", "v=DMARC1; p=reject; sp=quarantine"), raw.as_bytes(), &by_file()).await;
    assert_eq!(found.dmarc_wish, "quarantine");
    let without = evidence_of(&keyed(), raw.as_bytes(), &by_file()).await;
    assert_eq!((without.dkim[0].aligned, without.dmarc.result), (false, Proof::None), "without any record names must be equal");
}
