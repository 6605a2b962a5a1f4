//! What was received outside beside what the house says of it.

use super::house::SendingHouse;
use crate::servers::Cut;
use guichet_workers::blobs::hash;
use guichet_workers::store::relances::State;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The end of a campaign.
#[derive(Debug, Default)]
pub struct Verdict {
    title: String,
    /// Senders killed, by place.
    pub kills: BTreeMap<String, u32>,
    /// Conversations hurt, by what was done.
    pub cuts: BTreeMap<Cut, u32>,
    /// Reminders decided.
    pub relances: usize,
    /// Received more than once.
    pub doubles: Vec<String>,
    /// Said to have been handed over, or not ended at all, and never received.
    pub missed: Vec<String>,
    /// Received, and the house does not know.
    pub unknown: Vec<String>,
    /// In doubt.
    pub doubts: Vec<String>,
    /// Letters whose bytes are not those of their name.
    pub torn: Vec<String>,
    /// What is wrong with the journal.
    pub journal: Vec<String>,
}

impl Verdict {
    /// Gives how many senders were killed.
    pub fn all_kills(&self) -> u32 {
        self.kills.values().sum()
    }

    /// Gives what must not be, in words.
    pub fn flaws(&self) -> Vec<String> {
        let lists = [
            ("received twice", &self.doubles),
            ("missed", &self.missed),
            ("received and not known", &self.unknown),
            ("in doubt, the relay's log being whole", &self.doubts),
            ("torn", &self.torn),
            ("flaws of the journal", &self.journal),
        ];
        let full = lists.iter().filter(|(_, list)| !list.is_empty());
        full.map(|(name, list)| format!("{} {name}: {:?}", list.len(), &list[..list.len().min(5)])).collect()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "{}", self.title)?;
        let all = self.all_kills();
        let list = |counts: Vec<String>| counts.join(", ");
        writeln!(to, "  {all} killed ({})", list(self.kills.iter().map(|(at, n)| format!("{at} {n}")).collect()))?;
        let ambiguous: u32 = self.cuts.iter().filter(|(cut, _)| cut.is_ambiguous()).map(|(_, n)| n).sum();
        let cuts = list(self.cuts.iter().map(|(cut, n)| format!("{cut:?} {n}")).collect());
        writeln!(
            to,
            "  {} conversations hurt, {ambiguous} of them ambiguous ({cuts})",
            self.cuts.values().sum::<u32>()
        )?;
        writeln!(to, "  {} reminders", self.relances)?;
        let bound = |n: usize| 3.0 / n.max(1) as f64;
        let (of_relances, of_kills) = (bound(self.relances), bound(all as usize));
        for (name, list) in [("doubles", &self.doubles), ("missed", &self.missed), ("doubts", &self.doubts)] {
            let count = list.len();
            writeln!(
                to,
                "  {count} {name} (0 means: under {of_relances:.5} a reminder, {of_kills:.4} a kill, at 95 %)"
            )?;
        }
        write!(to, "  {}", if self.flaws().is_empty() { "all holds".to_owned() } else { self.flaws().join("\n  ") })
    }
}

/// Compares.
pub(super) fn of(house: &SendingHouse, kills: BTreeMap<String, u32>, title: String) -> Verdict {
    let mut verdict = Verdict { title, kills, cuts: house.proxy.cuts(), ..Verdict::default() };
    let received = house.received();
    let mut known = BTreeSet::new();
    for relance in house.relances() {
        verdict.relances += 1;
        let name = relance.message_id.clone().unwrap_or_else(|| relance.reference.clone());
        let times = received.get(&name).copied().unwrap_or_default();
        let told = format!("{} {} {} x{times}", relance.reference, relance.key.channel, relance.state);
        let handed_over = matches!(relance.state, State::HandedOver | State::Delivered);
        match (times, handed_over) {
            (1, true) => {}
            (0, false) if relance.state == State::Cancelled => {}
            (2.., _) => verdict.doubles.push(told),
            (0, _) => verdict.missed.push(told),
            (1, false) => verdict.unknown.push(told),
        }
        if relance.state == State::Doubt {
            verdict.doubts.push(format!("{} {:?}", relance.reference, relance.reason));
        }
        known.insert(name);
    }
    let strangers = received.keys().filter(|name| !known.contains(*name));
    verdict.unknown.extend(strangers.map(|name| format!("{name}: no such reminder")));
    for path in house.dropped() {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let whole = std::fs::read(&path).is_ok_and(|bytes| name.ends_with(&hash(&bytes)[..16]));
        if !whole {
            verdict.torn.push(name);
        }
    }
    let verified = house.wait_for(house.sender.dispatch.store.verify_journal(None)).expect("the database answers");
    verdict.journal.extend(verified.flaw.map(|flaw| format!("{flaw:?}")));
    verdict
}
