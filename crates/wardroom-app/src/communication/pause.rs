//! Pauses: a clock stands still while we wait for somebody else (domain §2.11 rule 6). A person pauses with a cause the profile allows and a
//! reason; the reporter's answer ends a pause that waited for it by itself.
//! Deliberately impossible for receipts, embargo ends, laws and rules: `deadlines::may_pause` refuses.

use super::message::checked;
use crate::asked::Asked;
use crate::house::Desk;
use crate::promises;
use crate::record::{Said, Standing, moved};
use wardroom_domain::Refusal;
use wardroom_domain::case::file::Clock;
use wardroom_domain::deadlines::{Facts, Pause, PauseCause, may_pause};
use wardroom_domain::facts::{ClockMove, Words};
use wardroom_domain::log::{StreamId, StreamKind};
use wardroom_domain::people::{Act, Viewer};

impl Desk {
    /// Pauses a running clock of a report or a case. Until it runs again it is due at the end of the longest pause the profile allows.
    ///
    /// # Errors
    /// No such running clock, one that is paused already, a cause that its definition does not list, no reason.
    pub async fn pause_clock(&self, viewer: &Viewer, stream: &StreamId, clock: &str, cause: &str, reason: &str) -> Asked<()> {
        viewer.demand(Act::Triage)?;
        let cause = PauseCause::ALL.iter().copied().find(|one| one.as_str() == cause);
        let cause = cause.ok_or(Refusal::FieldNeeded { field: "cause" })?;
        let reason = checked(reason).map_err(|_| Refusal::ReasonNeeded)?.to_owned();
        self.on_clock(viewer, stream, clock, |standing, clock| {
            let wrong = |why: String| Refusal::FieldWrong { field: "clock", why };
            if clock.paused().is_some() {
                return Err(wrong("it is paused already".to_owned()));
            }
            let def = clock.start.definition.as_deref().ok_or_else(|| wrong("its definition lists nothing it may wait for".to_owned()))?;
            may_pause(def, cause).map_err(|fault| wrong(fault.to_string()))?;
            let mut after = clock.clone();
            after.pauses.push(Pause { from: self.now(), until: None, cause, reason: String::new() });
            let due = promises::due_now(&self.profile(), &after, &standing.known);
            let due = due.ok_or_else(|| wrong("its due instant cannot be computed".to_owned()))?;
            let fact = moved(standing.stream.kind(), clock, due, ClockMove::Paused { cause });
            Ok(Said::with(fact, Words::Text(reason)))
        })
        .await
    }

    /// Lets a paused clock run again.
    ///
    /// # Errors
    /// No such clock, or it is not paused.
    pub async fn resume_clock(&self, viewer: &Viewer, stream: &StreamId, clock: &str) -> Asked<()> {
        viewer.demand(Act::Triage)?;
        self.on_clock(viewer, stream, clock, |standing, clock| match clock.paused() {
            Some(_) => self.resumed(standing, clock, self.now()).ok_or(Refusal::NotThere { thing: "clock" }),
            None => Err(Refusal::FieldWrong { field: "clock", why: "it is not paused".to_owned() }),
        })
        .await
    }

    async fn on_clock(
        &self,
        viewer: &Viewer,
        stream: &StreamId,
        clock: &str,
        act: impl FnOnce(&Standing<'_>, &Clock) -> Result<Said, Refusal>,
    ) -> Asked<()> {
        let missing = Refusal::NotThere { thing: "clock" };
        let running = |one: &&Clock| one.start.clock == clock && one.running();
        if stream.kind() == StreamKind::Report {
            let record = self.must_report(viewer, stream).await?;
            let mut standing = record.standing();
            if let Some(case) = &record.file.case
                && let Some(case) = self.case_record(&Viewer::house(), case).await?
            {
                let known = case.known();
                standing.known = Facts { kinds: standing.known.kinds, ..known };
            }
            let said = act(&standing, record.file.clocks.0.iter().rev().find(running).ok_or(missing)?)?;
            self.record_on_report(viewer, &record, vec![said], Vec::new()).await?;
        } else {
            let record = self.must_case(viewer, stream).await?;
            let said = act(&record.standing(), record.file.clocks.0.iter().rev().find(running).ok_or(missing)?)?;
            self.record_on_case(viewer, &record, vec![said], Vec::new()).await?;
        }
        Ok(())
    }
}
