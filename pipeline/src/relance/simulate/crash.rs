//! Deaths of the process that sends: just before a commit, and nothing of it is kept, or just after, and nothing but it is.

use super::dice::Dice;
use std::collections::BTreeMap;

/// What is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Commit {
    /// A batch: everything that is due, with the intent to send it.
    Decide,
    /// The bytes of a letter.
    Prepare,
    /// A letter is held, before its first byte leaves.
    Take,
    /// The last look puts a letter off.
    PutOff,
    /// The last look cancels it.
    Cancel,
    /// What came of sending.
    Receipt,
    /// What the receiver answered of a letter that was left in flight.
    Settle,
    /// An agent's word on a doubt.
    Judge,
}

impl Commit {
    /// All of them, in the order in which a letter meets them.
    pub const ALL: [Self; 8] =
        [Self::Decide, Self::Prepare, Self::Take, Self::PutOff, Self::Cancel, Self::Receipt, Self::Settle, Self::Judge];

    /// Gives what people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decide => "lot décidé",
            Self::Prepare => "lettre composée",
            Self::Take => "lettre prise, avant le premier octet",
            Self::PutOff => "remise à plus tard",
            Self::Cancel => "annulation",
            Self::Receipt => "reçu de l'envoi",
            Self::Settle => "réponse du destinataire",
            Self::Judge => "doute tranché par un agent",
        }
    }
}

/// On which side of a commit a process died.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Nothing of the commit is kept. Before a receipt the letter has left, and only its receiver knows.
    Before,
    /// The commit is kept, and whoever made it does not know.
    After,
}

/// The process is gone, with everything that it had not committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Died;

/// Commits, and the deaths around them.
#[derive(Clone, Debug)]
pub struct Crashes {
    permille: i32,
    dice: Dice,
    /// Commits that are kept.
    pub commits: u64,
    /// Deaths, by place.
    pub deaths: BTreeMap<(Commit, Side), u64>,
}

impl Crashes {
    /// Draws deaths from a seed, at so many of a thousand sides of commits.
    pub(super) fn new(seed: u64, permille: i32) -> Self {
        Self { permille, dice: Dice::new(seed), commits: 0, deaths: BTreeMap::new() }
    }

    /// Makes a commit, unless the process dies before it; gives what was written, unless it dies after.
    pub(super) fn around<T>(&mut self, commit: Commit, write: impl FnOnce() -> T) -> Result<T, Died> {
        self.pass(commit, Side::Before)?;
        let written = write();
        self.commits += 1;
        self.pass(commit, Side::After)?;
        Ok(written)
    }

    fn pass(&mut self, commit: Commit, side: Side) -> Result<(), Died> {
        if !self.dice.one_in_thousand(self.permille) {
            return Ok(());
        }
        *self.deaths.entry((commit, side)).or_default() += 1;
        Err(Died)
    }

    /// Gives all deaths.
    pub fn count(&self) -> u64 {
        self.deaths.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_death_before_keeps_nothing_and_one_after_keeps_the_commit() {
        let (mut kept, mut told) = (0_u64, 0_u64);
        let mut crashes = Crashes::new(3, 300);
        for _ in 0..1000 {
            told += u64::from(crashes.around(Commit::Take, || kept += 1).is_ok());
        }
        let died = |side: Side| crashes.deaths[&(Commit::Take, side)];
        assert_eq!((kept, crashes.commits), (1000 - died(Side::Before), kept));
        assert_eq!(told, kept - died(Side::After));
        assert!(died(Side::Before) > 200 && died(Side::After) > 100, "{:?}", crashes.deaths);
        assert_eq!(Crashes::new(3, 0).around(Commit::Take, || 7), Ok(7));
    }
}
