//! The days on which a dwelling is insured, joined over the accepted attestations of all its tenants.
//!
//! One holder insured is enough (catalogue, section 3), so the attestations of all of them count together. The end of a
//! contract cuts the attestations of its policy number that are not younger than it; an end that fits no number is told
//! apart, for an agent.

use super::{Attestation, LeaseFile, Settings, Termination};
use crate::values::Date;
use serde::{Deserialize, Serialize};

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

/// An attestation that a notice of termination cut short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// Segment of the attestation.
    pub attestation: String,
    /// Segment of the notice.
    pub termination: String,
    /// The last day covered that is left.
    pub last: Date,
}

/// What is known of the days insured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// Days insured, in order, joined where they touch.
    pub periods: Vec<Span>,
    /// Days between them.
    pub gaps: Vec<Span>,
    /// Days attested twice.
    pub overlaps: Vec<Span>,
    /// Attestations cut short.
    pub cuts: Vec<Cut>,
    /// Segments of notices that fit no attestation, while some cover that they may end goes on.
    pub unlinked: Vec<String>,
}

/// Joins what is attested.
pub fn cover(file: &LeaseFile, settings: &Settings) -> Cover {
    let mut cover = Cover { unlinked: unlinked(file, settings), ..Cover::default() };
    let mut spans: Vec<Span> = Vec::with_capacity(file.attestations.len() + 1);
    spans.extend(known_before(file));
    for attestation in &file.attestations {
        let mut last = attested_end(attestation, settings);
        let cutting = file.terminations.iter().filter(|notice| ends(notice, attestation));
        if let Some(notice) = cutting.min_by_key(|notice| notice.end).filter(|notice| notice.end < last) {
            last = notice.end;
            let (attestation, termination) = (attestation.segment.clone(), notice.segment.clone());
            cover.cuts.push(Cut { attestation, termination, last });
        }
        if last >= attestation.start {
            spans.push(Span { first: attestation.start, last });
        }
    }
    spans.sort_unstable();
    cover.join(&spans);
    cover
}

/// Gives the cover that the register knew of.
fn known_before(file: &LeaseFile) -> Option<Span> {
    let last = file.lease.cover_end?;
    let first = file.lease.start.filter(|start| *start <= last).unwrap_or_else(|| last.add_months(-12).add_days(1));
    Some(Span { first, last })
}

fn attested_end(attestation: &Attestation, settings: &Settings) -> Date {
    if attestation.tacit_renewal {
        attestation.end.add_months(i32::from(settings.tacit_renewal_months))
    } else {
        attestation.end
    }
}

/// Tells whether a notice ends the contract of an attestation: same policy, and the attestation is no younger.
fn ends(notice: &Termination, attestation: &Attestation) -> bool {
    let made = attestation.issued.unwrap_or(attestation.received);
    notice.policy.is_some() && notice.policy == attestation.policy && made <= notice.received
}

fn unlinked(file: &LeaseFile, settings: &Settings) -> Vec<String> {
    let fits = |notice: &Termination| {
        notice.policy.is_some() && file.attestations.iter().any(|one| one.policy == notice.policy)
    };
    let may_end = |notice: &Termination| {
        let at_stake = file.attestations.iter().any(|one| attested_end(one, settings) > notice.end);
        let answered = file.attestations.iter().any(|one| one.accepted > notice.received);
        at_stake && !answered
    };
    let unknown = file.terminations.iter().filter(|notice| !fits(notice) && may_end(notice));
    unknown.map(|notice| notice.segment.clone()).collect()
}

impl Cover {
    /// Joins spans in order.
    fn join(&mut self, spans: &[Span]) {
        for span in spans {
            let Some(open) = self.periods.last_mut() else {
                self.periods.push(*span);
                continue;
            };
            if span.first <= open.last {
                self.overlaps.push(Span { first: span.first, last: span.last.min(open.last) });
            }
            if span.first <= open.last.add_days(1) {
                open.last = open.last.max(span.last);
            } else {
                self.gaps.push(Span { first: open.last.add_days(1), last: span.first.add_days(-1) });
                self.periods.push(*span);
            }
        }
    }

    /// Gives the last day of the unbroken cover that holds a day; `None` if the day is not covered.
    pub fn last_day_from(&self, day: Date) -> Option<Date> {
        self.periods.iter().find(|span| span.first <= day && day <= span.last).map(|span| span.last)
    }

    /// Tells whether a day is covered.
    pub fn covers(&self, day: Date) -> bool {
        self.last_day_from(day).is_some()
    }

    /// Gives the last day covered before a day.
    pub fn last_day_before(&self, day: Date) -> Option<Date> {
        self.periods.iter().rev().find(|span| span.last < day).map(|span| span.last)
    }

    /// Gives the first day after a day on which cover begins.
    pub fn next_start(&self, day: Date) -> Option<Date> {
        self.periods.iter().find(|span| span.first > day).map(|span| span.first)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{attestation, date, file};
    use super::*;

    fn spans(spans: &[Span]) -> String {
        let texts: Vec<String> = spans.iter().map(|span| format!("{}..{}", span.first, span.last)).collect();
        texts.join(" ")
    }

    fn covered(attestations: &[(&str, &str, &str)], notices: &[(&str, &str, &str)], months: u8) -> Cover {
        let mut file = file("L-1");
        for (policy, start, end) in attestations {
            let mut one = attestation(start, end);
            one.policy = Some((*policy).to_owned());
            one.tacit_renewal = true;
            file.attestations.push(one);
        }
        for (policy, end, received) in notices {
            let policy = Some((*policy).to_owned()).filter(|text| !text.is_empty());
            file.terminations.push(Termination {
                segment: "t".to_owned(),
                policy,
                end: date(end),
                received: date(received),
            });
        }
        cover(&file, &Settings { tacit_renewal_months: months, ..Settings::default() })
    }

    #[test]
    fn attestations_are_joined_and_cut() {
        struct Case {
            name: &'static str,
            attestations: &'static [(&'static str, &'static str, &'static str)],
            notices: &'static [(&'static str, &'static str, &'static str)],
            months: u8,
            periods: &'static str,
            gaps: &'static str,
            overlaps: &'static str,
        }
        let two = &[("A", "2026-01-01", "2026-03-31"), ("B", "2026-04-01", "2026-12-31")];
        let apart = &[("A", "2026-01-01", "2026-03-31"), ("B", "2026-05-01", "2026-12-31")];
        let over = &[("A", "2026-01-01", "2026-06-30"), ("B", "2026-04-01", "2026-05-31")];
        let one = &[("A", "2026-01-01", "2026-12-31")];
        let cases = [
            Case {
                name: "adjacent days join",
                attestations: two,
                notices: &[],
                months: 0,
                periods: "2026-01-01..2026-12-31",
                gaps: "",
                overlaps: "",
            },
            Case {
                name: "a gap stays",
                attestations: apart,
                notices: &[],
                months: 0,
                periods: "2026-01-01..2026-03-31 2026-05-01..2026-12-31",
                gaps: "2026-04-01..2026-04-30",
                overlaps: "",
            },
            Case {
                name: "an overlap shortens nothing",
                attestations: over,
                notices: &[],
                months: 0,
                periods: "2026-01-01..2026-06-30",
                gaps: "",
                overlaps: "2026-04-01..2026-05-31",
            },
            Case {
                name: "a notice cuts its policy",
                attestations: one,
                notices: &[("A", "2026-08-15", "2026-07-01")],
                months: 0,
                periods: "2026-01-01..2026-08-15",
                gaps: "",
                overlaps: "",
            },
            Case {
                name: "a notice older than the paper cuts nothing",
                attestations: one,
                notices: &[("A", "2026-08-15", "2025-07-01")],
                months: 0,
                periods: "2026-01-01..2026-12-31",
                gaps: "",
                overlaps: "",
            },
            Case {
                name: "another policy is not cut",
                attestations: one,
                notices: &[("Z", "2026-08-15", "2026-07-01")],
                months: 0,
                periods: "2026-01-01..2026-12-31",
                gaps: "",
                overlaps: "",
            },
            Case {
                name: "tacit renewal by setting",
                attestations: one,
                notices: &[],
                months: 2,
                periods: "2026-01-01..2027-02-28",
                gaps: "",
                overlaps: "",
            },
            Case {
                name: "a contract ended before it began",
                attestations: one,
                notices: &[("A", "2025-12-15", "2026-01-10")],
                months: 0,
                periods: "",
                gaps: "",
                overlaps: "",
            },
        ];
        let mut failures = Vec::new();
        for case in cases {
            let got = covered(case.attestations, case.notices, case.months);
            let texts = [spans(&got.periods), spans(&got.gaps), spans(&got.overlaps)];
            if texts != [case.periods, case.gaps, case.overlaps] {
                failures.push(format!("{}: {texts:?}", case.name));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn a_notice_that_fits_no_policy_is_for_an_agent() {
        let one = [("A", "2026-01-01", "2026-12-31")];
        assert_eq!(covered(&one, &[("Z", "2026-08-15", "2026-07-01")], 0).unlinked, ["t"]);
        assert_eq!(covered(&one, &[("", "2026-08-15", "2026-07-01")], 0).unlinked, ["t"]);
        assert!(covered(&one, &[("A", "2026-08-15", "2026-07-01")], 0).unlinked.is_empty());
        assert!(
            covered(&one, &[("", "2027-08-15", "2026-07-01")], 0).unlinked.is_empty(),
            "it ends nothing that we hold"
        );
    }
}
