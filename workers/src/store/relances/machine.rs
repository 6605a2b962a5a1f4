//! The states of a reminder and the moves between them, as `deploy/relances.md` publishes them.
//!
//! Invariant: nothing leads from [`State::InFlight`] back to [`State::Ready`] but the proof that nothing was received.

use std::fmt;
use std::str::FromStr;

/// Where a reminder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is due, and why is written; its bytes are not made yet.
    Decided,
    /// Its bytes are kept; nothing has left.
    Ready,
    /// Somebody holds it and may have begun to send.
    InFlight,
    /// Its receiver has it: the relay, the post room.
    HandedOver,
    /// It is known to have arrived.
    Delivered,
    /// It is known not to have arrived.
    Undelivered,
    /// It will not leave.
    Cancelled,
    /// A breaker holds it back until a person opens.
    Withheld,
    /// Nobody can say whether it left: a person settles it.
    Doubt,
}

impl State {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Decided,
        Self::Ready,
        Self::InFlight,
        Self::HandedOver,
        Self::Delivered,
        Self::Undelivered,
        Self::Cancelled,
        Self::Withheld,
        Self::Doubt,
    ];

    /// Gives the word of the database and of the page.
    pub fn code(self) -> &'static str {
        match self {
            Self::Decided => "decidee",
            Self::Ready => "prete",
            Self::InFlight => "en_cours",
            Self::HandedOver => "remise",
            Self::Delivered => "acheminee",
            Self::Undelivered => "non_distribuee",
            Self::Cancelled => "annulee",
            Self::Withheld => "retenue",
            Self::Doubt => "doute",
        }
    }

    /// Tells whether nothing more is to be done: what the completeness query counts as an end.
    pub fn is_end(self) -> bool {
        matches!(self, Self::HandedOver | Self::Delivered | Self::Undelivered | Self::Cancelled | Self::Doubt)
    }
}

impl fmt::Display for State {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.code())
    }
}

impl FromStr for State {
    type Err = String;

    fn from_str(code: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|state| state.code() == code).ok_or_else(|| format!("no such state: \"{code}\""))
    }
}

/// What makes a reminder move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Its bytes are kept.
    Prepare,
    /// The last look found it still due, and it is held.
    Take,
    /// Its receiver says that it has it.
    Receive,
    /// It is proved that the receiver does not have it, and another attempt may be made.
    ProveAbsent,
    /// The receiver refuses it for good.
    Refuse,
    /// Nobody can say.
    Doubt,
    /// It arrived.
    Deliver,
    /// It came back.
    Return,
    /// It is not due any more.
    Cancel,
    /// A breaker tripped.
    Withhold,
    /// A person opened.
    Release,
    /// It had been cancelled, and is due again: under the same key, for another attempt.
    Revive,
}

/// Every move there is: from where, by what, to where.
pub const MOVES: &[(State, Move, State)] = &[
    (State::Decided, Move::Prepare, State::Ready),
    (State::Ready, Move::Take, State::InFlight),
    (State::InFlight, Move::Receive, State::HandedOver),
    (State::InFlight, Move::ProveAbsent, State::Ready),
    (State::InFlight, Move::Refuse, State::Undelivered),
    (State::InFlight, Move::Doubt, State::Doubt),
    (State::Doubt, Move::Receive, State::HandedOver),
    (State::Doubt, Move::ProveAbsent, State::Ready),
    // Asked about before it left again, after a restored backup.
    (State::Ready, Move::Receive, State::HandedOver),
    (State::Ready, Move::Doubt, State::Doubt),
    (State::HandedOver, Move::Deliver, State::Delivered),
    (State::HandedOver, Move::Return, State::Undelivered),
    // A bounce may come after what looked like an arrival, and a lost receipt after what looked like a bounce.
    (State::Delivered, Move::Return, State::Undelivered),
    (State::Decided, Move::Cancel, State::Cancelled),
    (State::Ready, Move::Cancel, State::Cancelled),
    (State::Withheld, Move::Cancel, State::Cancelled),
    (State::Decided, Move::Withhold, State::Withheld),
    (State::Ready, Move::Withhold, State::Withheld),
    (State::Withheld, Move::Release, State::Decided),
    (State::Withheld, Move::Release, State::Ready),
    // Nothing of it ever left: only what had not left can be cancelled.
    (State::Cancelled, Move::Revive, State::Decided),
];

impl Move {
    /// Gives the states from which this move leads to `to`, as an SQL list of quoted codes.
    pub(super) fn sources(self, to: State) -> String {
        let from = MOVES.iter().filter(|(_, by, end)| *by == self && *end == to);
        let codes: Vec<String> = from.map(|(from, _, _)| format!("'{from}'")).collect();
        codes.join(", ")
    }

    /// Gives the event of the journal.
    pub(super) fn event(self) -> &'static str {
        match self {
            Self::Prepare => "relance.prepared",
            Self::Take => "relance.started",
            Self::Receive => "relance.handed_over",
            Self::ProveAbsent => "relance.not_received",
            Self::Refuse => "relance.refused",
            Self::Doubt => "relance.doubtful",
            Self::Deliver => "relance.delivered",
            Self::Return => "relance.undelivered",
            Self::Cancel => "relance.cancelled",
            Self::Withhold => "relance.withheld",
            Self::Release => "relance.released",
            Self::Revive => "relance.revived",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn nothing_leads_back_from_sending_without_proof() {
        // Every way out of sending, and every way on from there that is no proof of absence.
        let mut reached: BTreeSet<State> = BTreeSet::from([State::InFlight]);
        loop {
            let more: Vec<State> = MOVES
                .iter()
                .filter(|(from, by, to)| reached.contains(from) && *by != Move::ProveAbsent && !reached.contains(to))
                .map(|(_, _, to)| *to)
                .collect();
            if more.is_empty() {
                break;
            }
            reached.extend(more);
        }
        assert!(!reached.contains(&State::Ready) && !reached.contains(&State::Decided), "{reached:?}");
    }

    #[test]
    fn codes_are_read_back_and_every_state_is_reached() {
        for state in State::ALL {
            assert_eq!(state.code().parse::<State>(), Ok(state));
            assert!(state == State::Decided || MOVES.iter().any(|(_, _, to)| *to == state), "{state}");
            let leaves = MOVES.iter().any(|(from, _, _)| *from == state);
            assert!(leaves || state == State::Undelivered, "{state}");
        }
        assert!("parti".parse::<State>().is_err());
    }

    #[test]
    fn the_page_publishes_every_move() {
        let page = include_str!("../../../../deploy/relances.md");
        let missing: Vec<String> = MOVES
            .iter()
            .map(|(from, _, to)| format!("| `{}` | `{}` |", from.code(), to.code()))
            .filter(|row| !page.contains(row))
            .collect();
        assert_eq!(missing, Vec::<String>::new());
    }
}
