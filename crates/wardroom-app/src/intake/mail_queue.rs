//! Who goes first at the mail doors while more mail comes than anybody wants: separate budgets, as at the gate of the form, so that junk from many
//! networks leaves honest mail through. Nothing is lost by it: what is handed over (LMTP) is answered "come again", which mail servers do for days;
//! what lies in a mailbox is read in a fair order instead of the order it came in.
//!
//! * **Known**: an answer to a mail of ours, by the token in it (`thread_token`); 20 an hour for each report, because whoever got a receipt has one.
//! * **Signed**: what looks signed or encrypted is opened before it is sent away, and comes in if a pinned key signed it.
//! * **First**: the network wrote nothing for an hour. **Further**: the others, together. **Turns**: one open turn for each network that was asked
//!   to come again, and whoever comes again after it is let in.
//! * Mail whose way is not known (no XFORWARD, no `Received` line with a public address) shares one large budget.
//!
//! Deliberately in memory and forgotten on restart, like the gate's; no sender is named, no address stored. Time is an argument (milliseconds).

use crate::house::Desk;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use wardroom_domain::budget::{Bucket, Rate, network};
use wardroom_mail::Way;

const HOUR: u64 = 3_600_000;
/// Mails about one report within an hour that are known by its token.
const KNOWN_HOURLY: u32 = 20;
/// How long a turn that has come up stays good: mail servers come again after an hour at the latest (RFC 5321 section 4.5.4.1 wants half of one).
const TURN_GOOD_FOR: u64 = 6 * HOUR;
/// Shortest time to a turn.
const TURN_AFTER: u64 = 60_000;
/// Between two turns.
const TURN_EVERY: u64 = 50;
/// Sources remembered before those of the last hour are all that is kept; four times as many are too many.
const SWEEP_AT: usize = 100_000;

/// The budgets. `Default` is what holds.
#[derive(Clone, Copy, Debug)]
pub struct Budgets {
    pub known: Rate,
    pub first: Rate,
    pub further: Rate,
    /// Of all mail whose way nobody knows.
    pub unnamed: Rate,
    /// Mails opened only to see whether a known key signed them.
    pub looks: Rate,
}

impl Default for Budgets {
    fn default() -> Budgets {
        Budgets {
            known: Rate { burst: 200, per_second: 5 },
            first: Rate { burst: 3_000, per_second: 50 },
            further: Rate { burst: 1_000, per_second: 5 },
            unnamed: Rate { burst: 20_000, per_second: 50 },
            looks: Rate { burst: 60, per_second: 2 },
        }
    }
}

/// What can be told of a mail from outside, for its place in the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The report it answers, by its token.
    pub known: Option<String>,
    /// Where it came from.
    pub network: Option<u128>,
}

/// Whoever counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Source {
    Network(u128),
    Report(String),
}

#[derive(Debug, Default)]
struct Seen {
    /// When the last one came in.
    entered: Option<u64>,
    /// The hour that is counted began, and how many came in since.
    since: u64,
    count: u32,
    /// When its open turn comes up.
    turn: Option<u64>,
}

impl Seen {
    fn within_the_hour(&self, now: u64) -> u32 {
        if now.saturating_sub(self.since) < HOUR { self.count } else { 0 }
    }

    fn came(&mut self, now: u64) {
        if now.saturating_sub(self.since) >= HOUR {
            (self.since, self.count) = (now, 0);
        }
        self.count = self.count.saturating_add(1);
        self.entered = Some(now);
    }
}

/// The queue.
#[derive(Debug)]
pub struct MailQueue(Mutex<State>);

#[derive(Debug)]
struct State {
    budgets: Budgets,
    known: Bucket,
    first: Bucket,
    further: Bucket,
    unnamed: Bucket,
    looks: Bucket,
    seen: HashMap<Source, Seen>,
    next_turn: u64,
    /// How often somebody was asked to come again.
    refused: u64,
}

impl Default for MailQueue {
    fn default() -> MailQueue {
        MailQueue::new(Budgets::default())
    }
}

impl MailQueue {
    pub fn new(budgets: Budgets) -> MailQueue {
        let state = State {
            known: Bucket::full(budgets.known),
            first: Bucket::full(budgets.first),
            further: Bucket::full(budgets.further),
            unnamed: Bucket::full(budgets.unnamed),
            looks: Bucket::full(budgets.looks),
            budgets,
            seen: HashMap::new(),
            next_turn: 0,
            refused: 0,
        };
        MailQueue(Mutex::new(state))
    }

    /// Begins anew with other budgets.
    pub fn set(&self, budgets: Budgets) {
        let fresh = MailQueue::new(budgets).0.into_inner().unwrap_or_else(PoisonError::into_inner);
        *self.state() = fresh;
    }

    /// Whether a mail that is handed over may come in now; otherwise its sender keeps it.
    pub fn enter(&self, origin: &Origin, now: u64) -> bool {
        let state = &mut *self.state();
        state.sweep(now);
        let entered = state.enters(origin, now);
        state.refused += u64::from(!entered);
        entered
    }

    /// Notes a mail that came in without asking.
    pub fn came(&self, origin: &Origin, now: u64) {
        let state = &mut *self.state();
        state.sweep(now);
        for source in origin.sources() {
            state.seen.entry(source).or_default().came(now);
        }
    }

    /// Whether a mail that was sent away may be opened, to see who signed it.
    pub fn may_look(&self, now: u64) -> bool {
        let state = &mut *self.state();
        state.looks.take(state.budgets.looks, now)
    }

    /// A mail that was counted as sent away came in after all.
    fn came_after_all(&self, origin: &Origin, now: u64) {
        self.came(origin, now);
        let mut state = self.state();
        state.refused = state.refused.saturating_sub(1);
    }

    /// How many were asked to come again since the start.
    pub fn refused(&self) -> u64 {
        self.state().refused
    }

    /// Sorts what waits in a mailbox: answers to us, then the first of each network, the second of each, and so on, those that came in within the
    /// hour counted; what nobody has looked at comes last. In each group the lowest number first.
    pub fn sort(&self, waiting: &mut Vec<(u32, Option<Origin>)>, now: u64) {
        waiting.sort_unstable_by_key(|(uid, _)| *uid);
        let state = self.state();
        let mut nth: HashMap<Source, u32> = HashMap::new();
        let mut place = |source: Source| {
            let before = nth.entry(source.clone()).or_default();
            let place = state.seen.get(&source).map_or(0, |seen| seen.within_the_hour(now)).saturating_add(*before);
            *before += 1;
            place
        };
        let mut placed: Vec<((u8, u32, u32), Option<Origin>)> = Vec::with_capacity(waiting.len());
        for (uid, origin) in waiting.drain(..) {
            let known = origin.as_ref().and_then(|origin| origin.known.clone());
            let known = known.map(|report| place(Source::Report(report))).filter(|place| *place < KNOWN_HOURLY);
            let (group, place) = match (known, &origin) {
                (Some(nth), _) => (0, nth),
                (None, Some(Origin { network: Some(network), .. })) => (1, place(Source::Network(*network))),
                (None, Some(_)) => (1, 0),
                (None, None) => (2, 0),
            };
            placed.push(((group, place, uid), origin));
        }
        drop(state);
        placed.sort_unstable_by_key(|(place, _)| *place);
        waiting.extend(placed.into_iter().map(|((_, _, uid), origin)| (uid, origin)));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Counters are as good after a panic as before.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Origin {
    fn sources(&self) -> impl Iterator<Item = Source> {
        self.known.clone().map(Source::Report).into_iter().chain(self.network.map(Source::Network))
    }
}

impl State {
    fn enters(&mut self, origin: &Origin, now: u64) -> bool {
        let budgets = self.budgets;
        if let Some(report) = &origin.known {
            let seen = self.seen.entry(Source::Report(report.clone())).or_default();
            if seen.within_the_hour(now) < KNOWN_HOURLY && self.known.take(budgets.known, now) {
                seen.came(now);
                return true;
            }
        }
        let Some(network) = origin.network else { return self.unnamed.take(budgets.unnamed, now) };
        let seen = self.seen.entry(Source::Network(network)).or_default();
        let fresh = seen.entered.is_none_or(|at| now.saturating_sub(at) >= HOUR);
        let mut enters = (fresh && self.first.take(budgets.first, now)) || self.further.take(budgets.further, now);
        if !enters {
            match seen.turn.filter(|due| now < due + TURN_GOOD_FOR) {
                Some(due) if due <= now => {
                    seen.turn = None;
                    enters = true;
                }
                Some(_) => {}
                None => {
                    let due = self.next_turn.max(now + TURN_AFTER);
                    self.next_turn = due + TURN_EVERY;
                    seen.turn = Some(due);
                }
            }
        }
        if enters {
            seen.came(now);
        }
        enters
    }

    fn sweep(&mut self, now: u64) {
        if self.seen.len() <= SWEEP_AT {
            return;
        }
        let young = |seen: &Seen| {
            seen.entered.is_some_and(|at| now.saturating_sub(at) < HOUR) || seen.turn.is_some_and(|due| now < due + TURN_GOOD_FOR)
        };
        self.seen.retain(|_, seen| young(seen));
        if self.seen.len() > SWEEP_AT * 4 {
            // More than there is room for: all of them count as new again, and the first budget bounds them together.
            self.seen.clear();
        }
    }
}

impl Desk {
    /// Where a mail stands in the queue. `client`: who handed it to the server that hands it to us, where the door was told.
    pub fn origin_of(&self, way: &Way, client: Option<std::net::IpAddr>) -> Origin {
        let by_id = way.answers.iter().find_map(|id| self.report_of_message_id(id));
        let known = by_id.or_else(|| way.tagged.iter().find_map(|address| self.report_of_address(address)));
        // A neighbour handed it over: who was before that, only the trace lines tell.
        let client = client.filter(|client| !is_near(*client)).or(way.client);
        Origin { known: known.map(|report| report.as_str().to_owned()), network: client.map(network) }
    }

    /// Milliseconds, as the queue counts.
    pub(crate) fn queue_now(&self) -> u64 {
        u64::try_from(self.now().as_millisecond()).unwrap_or_default()
    }

    /// A mail that was sent away is signed by a key a person pinned, and comes in for that.
    pub(crate) fn let_in_after_all(&self, origin: &Origin) {
        self.mail_queue.came_after_all(origin, self.queue_now());
    }
}

fn is_near(address: std::net::IpAddr) -> bool {
    match address.to_canonical() {
        std::net::IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        std::net::IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn from(network: u128) -> Origin {
        Origin { network: Some(network), known: None }
    }

    fn about(report: &str, network: u128) -> Origin {
        Origin { network: Some(network), known: Some(report.to_owned()) }
    }

    #[test]
    fn a_flood_from_many_networks_leaves_honest_mail_through() {
        let queue = MailQueue::default();
        let (mut junk_in, mut junk, mut at_once, mut later, mut all) = (0_u32, 0_u32, 0_u32, 0_u32, 0_u32);
        // What was asked to come again does so after 5 minutes, and then after twice as long, up to an hour: as mail servers do.
        let mut again: BTreeMap<u64, Vec<(Origin, u64)>> = BTreeMap::new();
        // Three hours of 100 junk mails a second from 20,000 networks. In the first twenty minutes an honest mail every second: a third of them
        // from networks that write four within the time, every tenth mail answers one of ours.
        for second in 0..10_800_u64 {
            let now = 1_000_000 + second * 1_000;
            for n in 0..100_u64 {
                junk += 1;
                junk_in += u32::from(queue.enter(&from(u128::from((second * 100 + n) % 20_000)), now));
            }
            let mut coming = again.remove(&second).unwrap_or_default();
            if second < 1_200 {
                all += 1;
                let network = 1_000_000 + u128::from(if second.is_multiple_of(3) { second % 100 } else { second });
                let origin = if second.is_multiple_of(10) { about(&format!("rep_{second}"), 3) } else { from(network) };
                coming.push((origin, 300));
            }
            for (origin, pause) in coming {
                match (queue.enter(&origin, now), pause) {
                    (true, 300) => at_once += 1,
                    (true, _) => later += 1,
                    (false, _) => again.entry(second + pause).or_default().push((origin, (pause * 2).min(3_600))),
                }
            }
        }
        assert!((at_once + later) * 100 >= all * 99, "{at_once} at once and {later} later of {all} honest mails came in");
        assert!(at_once * 10 >= all * 6, "{at_once} of {all} came in at the first try");
        assert!(junk_in * 2 < junk, "{junk_in} of {junk} junk mails came in");
        println!("honest: {at_once} at once, {later} later, of {all}; junk: {junk_in} of {junk}");
    }

    #[test]
    fn answers_to_us_have_a_budget_of_their_own_and_no_report_has_all_of_it() {
        let none = Rate { burst: 0, per_second: 0 };
        let queue = MailQueue::new(Budgets { first: none, further: none, ..Budgets::default() });
        let came = (0..100).filter(|_| queue.enter(&about("rep_1", 1), 10_000)).count();
        assert_eq!(came, 20, "whoever has a receipt has a token");
        assert!(queue.enter(&about("rep_2", 1), 10_000) && !queue.enter(&from(1), 10_000));
        assert!(queue.enter(&about("rep_1", 1), 10_000 + HOUR), "an hour later again");
    }

    #[test]
    fn who_was_sent_away_is_let_in_after_the_turn() {
        let none = Rate { burst: 0, per_second: 0 };
        let queue = MailQueue::new(Budgets { first: none, further: none, ..Budgets::default() });
        assert!(!queue.enter(&from(1), 10_000) && !queue.enter(&from(1), 20_000));
        assert_eq!(queue.refused(), 2);
        assert!(queue.enter(&from(1), 10_000 + TURN_AFTER), "asking again does not push the turn away");
        assert!(!queue.enter(&from(1), 10_001 + TURN_AFTER), "once");
        assert!(!queue.enter(&from(2), 10_000));
        assert!(!queue.enter(&from(2), 20_000 + 2 * TURN_AFTER + TURN_GOOD_FOR), "too late: it was given away");
    }

    #[test]
    fn a_mailbox_is_read_fairly() {
        let queue = MailQueue::default();
        let now = 10_000_000;
        // 5 came from network 1 within the hour.
        (0..5).for_each(|_| queue.came(&from(1), now - 1));
        let mut waiting: Vec<(u32, Option<Origin>)> = (0..100).map(|uid| (uid, Some(from(1)))).collect();
        waiting.extend((100..200).map(|uid| (uid, Some(from(2)))));
        waiting.extend([(200, None), (201, Some(from(3))), (202, Some(about("rep_1", 1))), (203, Some(Origin::default()))]);
        queue.sort(&mut waiting, now);
        let order: Vec<u32> = waiting.iter().map(|(uid, _)| *uid).collect();
        assert_eq!(order.get(..4), Some(&[202, 100, 201, 203][..]), "{order:?}");
        assert_eq!(order.last(), Some(&200), "nobody has looked at it yet");
        assert_eq!(order.len(), 204);
        assert_eq!(order.iter().position(|uid| *uid == 0), Some(4 + 4), "the sixth of network 1 with the sixth of network 2");
    }
}
