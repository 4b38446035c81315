//! SPF (RFC 7208 section 4): may this client send for the domain of the envelope's sender? Only where a door knows both.

use super::asker::Asker;
use crate::intake::arrival::Arrival;
use std::net::IpAddr;
use std::pin::Pin;
use wardroom_domain::intake::evidence::{Proof, Proved};
use wardroom_mail::trust;
use wardroom_mail::trust::spf::{Bits, Mechanism, Qualifier, Record, Sender, expand, is_record, same_network};

/// Terms that ask DNS (section 4.6.4).
const LOOKUPS: u32 = 10;
/// Questions that find nothing (section 4.6.4).
const VOID: u32 = 2;
/// Hosts of one MX (section 4.6.4).
const HOSTS: usize = 10;

/// Why evaluation ends.
enum Stop {
    Temporary(String),
    Permanent(&'static str),
}

struct Evaluation<'e> {
    asker: &'e Asker<'e>,
    sender: Sender,
    lookups: u32,
    void: u32,
}

/// The result for the envelope's sender; for the null sender, for the name the client gave itself (section 2.4).
pub(super) async fn check(asker: &Asker<'_>, peer: IpAddr, arrival: &Arrival) -> Proved {
    let peer = peer.to_canonical();
    let helo = arrival.helo.clone().unwrap_or_default();
    let address = match arrival.envelope_from.as_deref() {
        Some(address) if !address.is_empty() => address.to_owned(),
        _ => format!("postmaster@{helo}"),
    };
    let Some(domain) = address.rsplit('@').next().and_then(trust::domain) else {
        return Proved { result: Proof::None, why: "the envelope names no domain".to_owned(), ..Proved::default() };
    };
    let mut evaluation = Evaluation { asker, sender: Sender { peer, address, helo }, lookups: 0, void: 0 };
    let (result, why) = match evaluation.host(&domain).await {
        Ok(None) => (Proof::None, "the domain has no SPF record".to_owned()),
        Ok(Some(Qualifier::Pass)) => (Proof::Pass, String::new()),
        Ok(Some(Qualifier::Fail)) => (Proof::Fail, "the domain says that this client may not send for it".to_owned()),
        Ok(Some(Qualifier::SoftFail)) => (Proof::SoftFail, "the domain says that this client probably may not send for it".to_owned()),
        Ok(Some(Qualifier::Neutral)) => (Proof::Neutral, "the domain says nothing about this client".to_owned()),
        Err(Stop::Temporary(why)) => (Proof::TempError, why),
        Err(Stop::Permanent(why)) => (Proof::PermError, why.to_owned()),
    };
    Proved { result, domain, aligned: false, why }
}

impl Evaluation<'_> {
    /// `check_host` (section 4): `None` when there is no record.
    fn host<'s>(&'s mut self, domain: &'s str) -> Pin<Box<dyn Future<Output = Result<Option<Qualifier>, Stop>> + Send + 's>> {
        Box::pin(async move {
            let records = self.asker.txt(domain).await.map_err(|trouble| Stop::Temporary(trouble.to_string()))?;
            let mut records = records.iter().filter(|record| is_record(record));
            let Some(text) = records.next() else { return Ok(None) };
            if records.next().is_some() {
                return Err(Stop::Permanent("the domain has several SPF records"));
            }
            let record = Record::parse(text).ok_or(Stop::Permanent("the SPF record cannot be read"))?;
            for (qualifier, mechanism) in &record.mechanisms {
                if self.matches(mechanism, domain).await? {
                    return Ok(Some(*qualifier));
                }
            }
            let Some(target) = &record.redirect else { return Ok(Some(Qualifier::Neutral)) };
            self.lookup()?;
            let target = expand(target, &self.sender, domain).ok_or(Stop::Permanent("redirect names no domain"))?;
            match self.host(&target).await? {
                Some(qualifier) => Ok(Some(qualifier)),
                None => Err(Stop::Permanent("redirect leads to no record")),
            }
        })
    }

    async fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Stop> {
        let peer = self.sender.peer;
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip4(address, bits) => Ok(same_network(peer, IpAddr::V4(*address), Bits { v4: *bits, v6: 128 })),
            Mechanism::Ip6(address, bits) => Ok(same_network(peer, IpAddr::V6(*address), Bits { v4: 32, v6: *bits })),
            Mechanism::Ptr => self.lookup().map(|()| false),
            Mechanism::Include(target) => {
                self.lookup()?;
                let target = expand(target, &self.sender, domain).ok_or(Stop::Permanent("include names no domain"))?;
                match self.host(&target).await? {
                    Some(qualifier) => Ok(qualifier == Qualifier::Pass),
                    None => Err(Stop::Permanent("include leads to no record")),
                }
            }
            Mechanism::A(target, bits) => {
                self.lookup()?;
                let name = self.target(target.as_deref(), domain)?;
                let found = self.addresses(&name, peer).await?;
                Ok(found.into_iter().any(|address| same_network(peer, address, *bits)))
            }
            Mechanism::Mx(target, bits) => {
                self.lookup()?;
                let name = self.target(target.as_deref(), domain)?;
                let hosts = self.asker.mx(&name).await.map_err(|trouble| Stop::Temporary(trouble.to_string()))?;
                self.found(hosts.len())?;
                if hosts.len() > HOSTS {
                    return Err(Stop::Permanent("too many mail servers"));
                }
                for host in hosts {
                    let found = self.asker.addresses(&host, peer).await.map_err(|trouble| Stop::Temporary(trouble.to_string()))?;
                    if found.into_iter().any(|address| same_network(peer, address, *bits)) {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Mechanism::Exists(target) => {
                self.lookup()?;
                let name = self.target(Some(target), domain)?;
                // An A record, whatever the kind of the client's address (section 5.7).
                let found = self.addresses(&name, IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED)).await?;
                Ok(!found.is_empty())
            }
        }
    }

    fn target(&self, target: Option<&str>, domain: &str) -> Result<String, Stop> {
        match target {
            None => Ok(domain.to_owned()),
            Some(target) => expand(target, &self.sender, domain).ok_or(Stop::Permanent("a term names no domain")),
        }
    }

    async fn addresses(&mut self, name: &str, like: IpAddr) -> Result<Vec<IpAddr>, Stop> {
        let found = self.asker.addresses(name, like).await.map_err(|trouble| Stop::Temporary(trouble.to_string()))?;
        self.found(found.len())?;
        Ok(found)
    }

    fn lookup(&mut self) -> Result<(), Stop> {
        self.lookups += 1;
        if self.lookups > LOOKUPS { Err(Stop::Permanent("more than ten look-ups")) } else { Ok(()) }
    }

    fn found(&mut self, count: usize) -> Result<(), Stop> {
        self.void += u32::from(count == 0);
        if self.void > VOID { Err(Stop::Permanent("more than two look-ups that find nothing")) } else { Ok(()) }
    }
}
