//! A confirmed release that did not take place: the team is told at once by mail, and as long as nobody decides anew the health page and `doctor`
//! show it. The mail says where to look, and not why: that stands on the plan.

use crate::house::Desk;
use crate::ports::store::{Leased, StoreTrouble};
use crate::worker::Worker;
use crate::worker::outbox::Undone;
use wardroom_domain::people::Viewer;
use wardroom_words::{Lang, say, say_with};

/// The job that tells the team.
pub(crate) const HELD_MAIL: &str = "held_mail";

impl Worker {
    pub(crate) async fn held_mail(&self, row: &Leased) -> Result<(), Undone> {
        let desk = &self.desk;
        let Some(record) = desk.advisory_record(&Viewer::house(), &row.stream).await? else { return Ok(()) };
        let url = format!("{}/advisories/{}/plan", desk.addresses.desk_url, record.file.number);
        let both = [Lang::En, Lang::Zh].map(|lang| say_with(lang, "mail-held-text", &[("url", url.as_str().into())]));
        self.tell_team(&row.key, say(Lang::En, "mail-held-subject"), both.join("\n\n")).await
    }
}

impl Desk {
    /// Releases that were held and about which nobody decided since.
    pub(crate) async fn releases_held(&self) -> Result<u64, StoreTrouble> {
        let (viewer, mut held) = (Viewer::house(), 0);
        for row in self.store.advisories(&viewer).await?.into_iter().filter(|row| !row.state.is_public()) {
            let record = self.advisory_record(&viewer, &row.id).await?;
            held += u64::from(record.is_some_and(|record| record.file.plan.held.is_some()));
        }
        Ok(held)
    }
}
