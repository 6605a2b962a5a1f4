//! The arithmetic of the income tax, in whole euros: deductions, parts, scale, relief.

use crate::world::families::figures::rounded;

/// The tables of the income of a year.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// Upper ends of the bands, and the percentages of the five bands are 0, 11, 30, 41 and 45.
    bands: [i64; 4],
    /// Relief of a single person and of a couple.
    relief: (i64, i64),
    /// Least and most that is deducted from wages.
    deduction: (i64, i64),
    /// Least a person and most a household that is taken off pensions.
    pension: (i64, i64),
}

/// Gives the tables of a year; years before 2023 are read with those of 2023.
pub(super) fn of_year(year: i32) -> Scale {
    match year {
        ..=2023 => Scale {
            bands: [11_294, 28_797, 82_341, 177_106],
            relief: (873, 1_444),
            deduction: (495, 14_171),
            pension: (442, 4_321),
        },
        2024 => Scale {
            bands: [11_497, 29_315, 83_823, 180_294],
            relief: (889, 1_470),
            deduction: (504, 14_426),
            pension: (450, 4_399),
        },
        _ => Scale {
            bands: [11_600, 29_579, 84_577, 181_917],
            relief: (897, 1_483),
            deduction: (509, 14_555),
            pension: (454, 4_439),
        },
    }
}

const RATES: [i64; 5] = [0, 11, 30, 41, 45];

impl Scale {
    /// Gives what is deducted from wages.
    pub(super) fn deduction(self, wages: i64) -> i64 {
        let (least, most) = self.deduction;
        rounded(wages, 10).clamp(least, most).min(wages)
    }

    /// Gives what is taken off each pension of a household.
    pub(super) fn pension_deductions(self, pensions: &[i64]) -> Vec<i64> {
        let mut left = self.pension.1;
        let mut deduct = |pension: i64| {
            let off = rounded(pension, 10).max(self.pension.0).min(pension).min(left);
            left -= off;
            off
        };
        pensions.iter().map(|pension| deduct(*pension)).collect()
    }

    /// Gives the tax of an income on `parts` quarters of a part, before relief.
    pub(super) fn gross_tax(self, income: i64, quarters: i64) -> i64 {
        // Tax of the quotient times the parts: every limit is multiplied by the parts.
        let limit = |band: i64| band * quarters;
        let income = income * 4;
        let mut tax = 0;
        let mut from = 0;
        for (at, rate) in RATES.iter().enumerate() {
            let to = self.bands.get(at).map_or(i64::MAX, |band| limit(*band));
            tax += (income.min(to) - from).max(0) * rate;
            from = to;
        }
        rounded(tax, 400)
    }

    /// Gives the relief of a small tax.
    pub(super) fn relief(self, tax: i64, couple: bool) -> i64 {
        let most = if couple { self.relief.1 } else { self.relief.0 };
        rounded(most * 10_000 - 4_525 * tax, 10_000).clamp(0, tax)
    }
}

/// Gives the quarters of a part of a household; `alone` is a parent who lives alone with the children.
pub(super) fn quarters(couple: bool, keeps_two: bool, children: i64, shared: i64, alone: bool) -> i64 {
    let mut quarters = if couple || keeps_two { 8 } else { 4 };
    for at in 0..children {
        let whole = if at < 2 { 2 } else { 4 };
        quarters += if at < shared { whole / 2 } else { whole };
    }
    if alone && children > 0 && !keeps_two { quarters + 2 } else { quarters }
}

/// Prints quarters of a part: `2,5`.
pub(super) fn parts_text(quarters: i64) -> String {
    let hundredths = quarters * 25;
    let text = format!("{},{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches(',').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_couple_of_2024_with_two_children() {
        let scale = of_year(2024);
        assert_eq!(scale.deduction(23_623), 2_362);
        assert_eq!(scale.deduction(300), 300);
        assert_eq!(scale.pension_deductions(&[3_200, 3_200]), [450, 450]);
        let quarters = quarters(true, false, 2, 0, false);
        assert_eq!((quarters, parts_text(quarters)), (12, "3".to_owned()));
        let tax = scale.gross_tax(44_557, quarters);
        assert_eq!(tax, 1_107);
        assert_eq!(scale.relief(tax, true), 969);
        assert_eq!(scale.relief(5_000, true), 0);
    }

    #[test]
    fn parts_of_households() {
        for (couple, keeps, children, shared, alone, expected) in [
            (false, false, 0, 0, false, "1"),
            (false, false, 1, 0, true, "2"),
            (false, false, 2, 2, false, "1,5"),
            (true, false, 3, 0, false, "4"),
            (false, true, 1, 0, true, "2,5"),
            (false, false, 1, 1, false, "1,25"),
        ] {
            assert_eq!(parts_text(quarters(couple, keeps, children, shared, alone)), expected);
        }
    }
}
