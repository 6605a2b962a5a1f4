//! Days of the calendar, without time.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A day of the Gregorian calendar; only real days exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// Builds a date; `None` if there is no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let real = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        real.then_some(Self { year, month, day })
    }

    /// Reads `YYYY-MM-DD`.
    pub fn from_iso(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Reads a day as tables are exported: `YYYY-MM-DD` or `DD/MM/YYYY`.
    pub fn from_table(text: &str) -> Option<Self> {
        let french = || {
            let parts: Vec<&str> = text.split('/').collect();
            let [day, month, year] = parts[..] else { return None };
            Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        };
        Self::from_iso(text).or_else(french)
    }

    /// Gives the year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// Gives the month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// Gives the day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// Gives the day `days` later (or earlier, if negative).
    pub fn add_days(self, days: i32) -> Self {
        Self::from_days(self.to_days() + days)
    }

    /// Gives the same day of the month `months` later, or the last day of that month if it has none
    /// (from quantième to quantième, facts D.5).
    pub fn add_months(self, months: i32) -> Self {
        let index = self.year * 12 + i32::from(self.month) - 1 + months;
        let (year, month) = (index.div_euclid(12), index.rem_euclid(12) as u8 + 1);
        Self { year, month, day: self.day.min(days_in_month(year, month)) }
    }

    /// Gives the days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
    pub fn to_days(self) -> i32 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted_month = (i32::from(self.month) + 9) % 12;
        let day_of_year = (153 * shifted_month + 2) / 5 + i32::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// Gives the date that is `days` after 1970-01-01.
    pub fn from_days(days: i32) -> Self {
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u8;
        let month = (if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 }) as u8;
        let year = era * 400 + year_of_era + i32::from(month <= 2);
        Self { year, month, day }
    }
}

impl Date {
    /// Gives the day as French readers write it: `31/12/2026`.
    pub fn in_french(self) -> String {
        format!("{:02}/{:02}/{:04}", self.day, self.month, self.year)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::from_iso(&text).ok_or_else(|| format!("not a date of the form YYYY-MM-DD: \"{text}\""))
    }
}

/// A month of a year, written `YYYY-MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
}

impl Month {
    /// Gives the month of a day.
    pub fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        Date::from_iso(text).unwrap()
    }

    #[test]
    fn months_go_from_quantieme_to_quantieme() {
        for (from, months, expected) in [
            ("2028-01-30", 1, "2028-02-29"),
            ("2026-09-05", 3, "2026-12-05"),
            ("2026-12-31", 2, "2027-02-28"),
            ("2026-03-31", -1, "2026-02-28"),
            ("2026-11-23", 12, "2027-11-23"),
        ] {
            assert_eq!(date(from).add_months(months), date(expected), "{from} + {months}");
        }
    }

    #[test]
    fn only_real_days_exist() {
        assert_eq!(Date::new(2026, 4, 31), None);
        assert_eq!(Date::new(2026, 2, 29), None);
        assert!(Date::new(2028, 2, 29).is_some());
        assert_eq!(date("1970-01-01").to_days(), 0);
        assert_eq!(date("2026-12-31").add_days(1), date("2027-01-01"));
    }

    proptest! {
        #[test]
        fn days_count_both_ways(days in -200_000i32..200_000) {
            prop_assert_eq!(Date::from_days(days).to_days(), days);
            prop_assert!(Date::from_days(days) < Date::from_days(days + 1));
        }

        #[test]
        fn months_keep_order(days in -100_000i32..100_000, months in -600i32..600) {
            let (a, b) = (Date::from_days(days), Date::from_days(days + 1));
            prop_assert!(a.add_months(months) <= b.add_months(months));
        }
    }
}
