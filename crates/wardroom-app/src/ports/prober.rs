//! Knocking at our own doors from the outside: what carries a synthetic report to the place where strangers hand theirs in.

use async_trait::async_trait;

/// A synthetic report for one door.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The door's name, as `doctor` shows it.
    pub door: String,
    /// The whole text, with the line by which it is known at the end of the way.
    pub text: String,
    /// The same as a mail, for the doors mails come through; encrypted to the team where it has a key.
    pub mail: Vec<u8>,
}

/// How far a knock proves something by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knocked {
    /// It is on its way and must come to its end.
    Sent,
    /// Nothing more can come of it: the door worked.
    Done,
}

/// Knocks.
#[async_trait]
pub trait Prober: Send + Sync {
    /// The doors it can knock at.
    fn doors(&self) -> Vec<String>;
    /// Hands the synthetic report in. The reason of a failure is shown to the team.
    async fn knock(&self, probe: &Probe) -> Result<Knocked, String>;
}
