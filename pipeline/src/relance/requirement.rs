//! What a lease owes, and from which day.
//!
//! The period owed is known by its first day without cover: it stays the same until that day is covered, so that what was
//! sent for it is found again.

use super::{Cover, House, LeaseFile, SuspensionKind};
use crate::register::GoodsKind;
use crate::rules::Ladder;
use crate::values::Date;

/// Whether a lease owes an attestation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// It does, or will.
    Owed(Owed),
    /// It does not.
    NotRequired {
        /// Why, in one French sentence.
        why: String,
    },
    /// Neither register nor settings say since when.
    NoFirstDay,
}

/// The attestation that a lease owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owed {
    /// First day without cover.
    pub from: Date,
    /// Last day without cover, where a later cover is known.
    pub until: Option<Date>,
    /// Whether the day before was covered: if not, nothing was ever received.
    pub known_before: bool,
}

impl Owed {
    /// Gives the day from which the ladder counts: the last day of cover.
    pub fn cover_end(&self) -> Date {
        self.from.add_days(-1)
    }

    /// Gives the period as it stands in keys.
    pub fn period(&self) -> String {
        self.from.to_string()
    }
}

/// Gives the last day of a lease, by the register or by a congé.
pub fn lease_end(file: &LeaseFile) -> Option<Date> {
    let notice = file.situation.notice.as_ref().map(|notice| notice.ends);
    match (file.lease.end, notice) {
        (Some(register), Some(notice)) => Some(register.min(notice)),
        (register, notice) => register.or(notice),
    }
}

/// Says why goods without a ladder owe nothing.
pub(super) fn not_for_goods(house: &House, goods: GoodsKind) -> String {
    let rule = house.rules.goods.iter().find(|rule| rule.goods == goods);
    rule.map_or_else(|| "Aucune échelle n'est prévue pour ce type de bien.".to_owned(), |rule| rule.why.clone())
}

/// Gives what a lease owes on a day.
pub fn requirement(
    file: &LeaseFile,
    cover: &Cover,
    house: &House,
    ladder: Option<&Ladder>,
    today: Date,
) -> Requirement {
    let not = |why: String| Requirement::NotRequired { why };
    if ladder.is_none() {
        return not(not_for_goods(house, file.lease.kind));
    }
    let end = lease_end(file);
    if let Some(end) = end.filter(|end| *end < today) {
        return not(format!("Le bail a pris fin le {}.", end.in_french()));
    }
    if let Some(exemption) = file.suspended(SuspensionKind::Exemption, today) {
        let until = exemption.until.map(|day| format!(" jusqu'au {}", day.in_french())).unwrap_or_default();
        return not(format!("Dispense{until} : {}.", exemption.reason));
    }
    let Some(first) = file.lease.start.max(house.settings.first_day) else { return Requirement::NoFirstDay };
    let owed = owed_from(first.max(after_exemptions(file, today).unwrap_or(first)), cover, today);
    match end.filter(|end| owed.from > *end) {
        Some(end) => not(format!("Le logement est couvert jusqu'à la fin du bail, le {}.", end.in_french())),
        None => Requirement::Owed(owed),
    }
}

/// Gives the day after the last exemption that is over.
fn after_exemptions(file: &LeaseFile, today: Date) -> Option<Date> {
    let over = file.suspensions.iter().filter(|one| one.kind == SuspensionKind::Exemption);
    over.filter_map(|one| one.until).filter(|until| *until < today).max().map(|until| until.add_days(1))
}

fn owed_from(first: Date, cover: &Cover, today: Date) -> Owed {
    let day = today.max(first);
    let from = match cover.last_day_from(day) {
        Some(last) => last.add_days(1),
        None => cover.last_day_before(day).map_or(first, |last| last.add_days(1).max(first)),
    };
    let until = cover.next_start(from).map(|start| start.add_days(-1));
    Owed { from, until, known_before: cover.covers(from.add_days(-1)) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{attestation, date, file, house};
    use super::super::{Suspension, cover};
    use super::*;

    fn owed(file: &LeaseFile, today: &str) -> Requirement {
        let house = house();
        let cover = cover(file, &house.settings);
        requirement(file, &cover, &house, house.rules.ladder(file.lease.kind), date(today))
    }

    fn from(file: &LeaseFile, today: &str) -> String {
        match owed(file, today) {
            Requirement::Owed(owed) => format!("{} {:?}", owed.from, owed.until.map(|day| day.to_string())),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_period_is_the_first_day_without_cover() {
        let mut file = file("L-1");
        assert_eq!(from(&file, "2026-06-01"), "2020-01-01 None");
        file.attestations = vec![attestation("2026-01-01", "2026-03-31"), attestation("2026-05-01", "2026-12-31")];
        for (today, expected) in [
            ("2026-03-31", "2026-04-01 Some(\"2026-04-30\")"),
            ("2026-04-15", "2026-04-01 Some(\"2026-04-30\")"),
            ("2026-05-01", "2027-01-01 None"),
            ("2027-02-01", "2027-01-01 None"),
        ] {
            assert_eq!(from(&file, today), expected, "{today}");
        }
    }

    #[test]
    fn an_exemption_that_is_over_starts_a_new_period() {
        let mut file = file("L-1");
        let reason = "hébergement provisoire".to_owned();
        let until = Some(date("2026-06-30"));
        file.suspensions.push(Suspension { kind: SuspensionKind::Exemption, reason, from: date("2026-01-01"), until });
        assert!(matches!(owed(&file, "2026-06-30"), Requirement::NotRequired { why } if why.contains("30/06/2026")));
        assert_eq!(from(&file, "2026-07-01"), "2026-07-01 None");
    }
}
