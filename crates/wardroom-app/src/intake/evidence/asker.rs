//! Questions to DNS for one mail: at most so many, within so much time, each asked once.

use crate::ports::dns::{Dns, DnsTrouble};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Questions for one mail altogether: five signatures, SPF's ten with their addresses, three walks up a tree.
const QUESTIONS: usize = 60;
/// Time for one mail altogether.
const PATIENCE: Duration = Duration::from_secs(8);

pub(super) struct Asker<'d> {
    dns: &'d dyn Dns,
    until: Instant,
    asked: Mutex<(usize, HashMap<String, Vec<String>>)>,
}

impl<'d> Asker<'d> {
    pub(super) fn new(dns: &'d dyn Dns) -> Self {
        Asker { dns, until: Instant::now() + PATIENCE, asked: Mutex::default() }
    }

    pub(super) async fn txt(&self, name: &str) -> Result<Vec<String>, DnsTrouble> {
        if let Some(known) = self.asked.lock().unwrap_or_else(PoisonError::into_inner).1.get(name) {
            return Ok(known.clone());
        }
        let found = self.within(self.dns.txt(name)).await?;
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).1.insert(name.to_owned(), found.clone());
        Ok(found)
    }

    pub(super) async fn addresses(&self, name: &str, like: IpAddr) -> Result<Vec<IpAddr>, DnsTrouble> {
        self.within(self.dns.addresses(name, like)).await
    }

    pub(super) async fn mx(&self, name: &str) -> Result<Vec<String>, DnsTrouble> {
        self.within(self.dns.mx(name)).await
    }

    async fn within<T>(&self, question: impl Future<Output = Result<T, DnsTrouble>>) -> Result<T, DnsTrouble> {
        let number = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.0 += 1;
            asked.0
        };
        if number > QUESTIONS {
            return Err(DnsTrouble("too many questions for one mail".to_owned()));
        }
        timeout_at(self.until, question).await.unwrap_or_else(|_| Err(DnsTrouble("too slow".to_owned())))
    }
}
