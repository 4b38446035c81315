//! Who is read first when more messages wait in a folder than one look takes: the headers of some of them, remembered from look to look.
//! Deliberately no judgement of its own: who stands where says the line it is given.

use crate::imap::{Opened, trouble};
use futures_util::TryStreamExt;
use std::collections::BTreeMap;
use wardroom_app::intake::mail_queue::Origin;
use wardroom_app::ports::mailbox::{Line, MailboxTrouble};

/// Headers read in one look; half of them of the oldest, half of the newest messages nobody has looked at.
const LOOKED_AT: usize = 1_000;
/// Headers read with one command.
const AT_ONCE: usize = 100;
/// Most of a header that is read, in bytes.
const HEADER: usize = 8 << 10;
/// Messages remembered; what waits beyond is read when those in front of it are gone.
const REMEMBERED: usize = 50_000;

/// What was learnt of waiting messages.
#[derive(Default)]
pub struct Waits {
    validity: u32,
    origins: BTreeMap<u32, Origin>,
}

impl Waits {
    /// Puts the messages in the order in which they are to be read.
    pub(crate) async fn order(&mut self, opened: &mut Opened, uids: &mut Vec<u32>, line: &dyn Line) -> Result<(), MailboxTrouble> {
        if self.validity != opened.validity {
            *self = Waits { validity: opened.validity, origins: BTreeMap::new() };
        }
        uids.sort_unstable();
        self.origins.retain(|uid, _| uids.binary_search(uid).is_ok());
        for some in self.to_look_at(uids).chunks(AT_ONCE) {
            for (uid, header) in headers(opened, some).await? {
                self.origins.insert(uid, line.origin(&header));
            }
        }
        let mut waiting: Vec<(u32, Option<Origin>)> = uids.iter().map(|uid| (*uid, self.origins.get(uid).cloned())).collect();
        line.sort(&mut waiting);
        *uids = waiting.into_iter().map(|(uid, _)| uid).collect();
        Ok(())
    }

    fn to_look_at(&self, sorted: &[u32]) -> Vec<u32> {
        let room = LOOKED_AT.min(REMEMBERED.saturating_sub(self.origins.len()));
        let mut unknown: Vec<u32> = sorted.iter().copied().filter(|uid| !self.origins.contains_key(uid)).collect();
        if unknown.len() > room {
            unknown.drain(room / 2..unknown.len() - (room - room / 2));
        }
        unknown
    }
}

/// UID and header of messages.
async fn headers(opened: &mut Opened, uids: &[u32]) -> Result<Vec<(u32, Vec<u8>)>, MailboxTrouble> {
    let set: Vec<String> = uids.iter().map(u32::to_string).collect();
    let fields = "FROM TO CC DELIVERED-TO X-ORIGINAL-TO RECEIVED IN-REPLY-TO REFERENCES";
    let what = format!("(UID BODY.PEEK[HEADER.FIELDS ({fields})]<0.{HEADER}>)");
    let mut found = opened.session.uid_fetch(set.join(","), what).await.map_err(|error| trouble("headers", &error))?;
    let mut headers = Vec::new();
    while let Some(message) = found.try_next().await.map_err(|error| trouble("headers", &error))? {
        if let (Some(uid), Some(header)) = (message.uid, message.header())
            && uids.contains(&uid)
        {
            headers.push((uid, header.to_vec()));
        }
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_and_the_newest_are_looked_at_first() {
        let mut waits = Waits::default();
        let all: Vec<u32> = (1..=10_000).collect();
        let first = waits.to_look_at(&all);
        assert_eq!((first.len(), first.first(), first.last()), (1_000, Some(&1), Some(&10_000)));
        waits.origins.extend(first.into_iter().map(|uid| (uid, Origin::default())));
        let second = waits.to_look_at(&all);
        assert_eq!((second.len(), second.first(), second.last()), (1_000, Some(&501), Some(&9_500)));
        waits.origins.extend((1..=u32::try_from(REMEMBERED).unwrap()).map(|uid| (uid, Origin::default())));
        assert!(waits.to_look_at(&(1..=100_000).collect::<Vec<_>>()).is_empty(), "no more than can be remembered");
        assert_eq!(Waits::default().to_look_at(&[7, 8]), [7, 8]);
    }
}
