//! What runs behind the requests: the outbox, the deadline watch, mailbox polling. Every piece is one step (`once`) that stories call
//! directly and the binary calls in a loop.

mod checkpoint;
pub mod deadlines;
pub mod mail_in;
pub mod mail_out;
pub mod mailbox;
pub mod outbox;
pub mod sweep;

use crate::house::Desk;
use crate::ports::mailer::Mailer;
use crate::ports::opener::Opener;
use crate::ports::prober::Prober;
use std::sync::Arc;

/// The worker and what it needs of the outside world.
#[derive(Clone)]
pub struct Worker {
    pub desk: Desk,
    pub mailer: Arc<dyn Mailer>,
    pub opener: Arc<dyn Opener>,
    pub tree: Arc<crate::disclosure::tree::TreeWriter>,
    /// Knocks at the doors for synthetic reports; `None` where nobody can.
    pub prober: Option<Arc<dyn Prober>>,
}
