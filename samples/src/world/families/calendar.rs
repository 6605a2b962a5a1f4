//! Months as papers write them, and the days that hang on them.

use crate::world::dates::{forms, month_name};
use crate::world::text::{postal, title};
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

const SHORT: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

/// Gives the first day of the month that lies `back` months before that of `day`.
pub fn month_before(day: Date, back: i32) -> Date {
    first_of(day).add_months(-back)
}

/// Gives the first day of the month of `day`.
pub fn first_of(day: Date) -> Date {
    day.add_days(1 - i32::from(day.day()))
}

/// Gives the last day of the month of `day`.
pub fn last_of(day: Date) -> Date {
    first_of(day).add_months(1).add_days(-1)
}

/// Gives the month object of the designs; its capitals have no accents.
pub fn month(first: Date) -> Value {
    let name = month_name(first.month());
    let (year, number) = (first.year(), first.month());
    let (start, end) = (forms(first), forms(last_of(first)));
    json!({
        "valeur": format!("{year}-{number:02}"),
        "texte": format!("{name} {year}"),
        "titre": format!("{} {year}", title(name)),
        "majuscules": format!("{} {year}", postal(name)),
        "num": format!("{number:02}/{year}"),
        "court": format!("{number:02}/{:02}", year.rem_euclid(100)),
        "abrege": format!("{} {year}", SHORT[usize::from(number) - 1]),
        "debut": start,
        "fin": end,
        "premier": start,
        "dernier": end,
    })
}

/// Gives the day of the week, 0 for Monday.
pub fn weekday(day: Date) -> i32 {
    // Day 0 is 1970-01-01, a Thursday.
    (day.to_days() + 3).rem_euclid(7)
}

/// Gives the ISO number of the week of `day`.
pub fn week(day: Date) -> i32 {
    let thursday = day.add_days(3 - weekday(day));
    let january = thursday.add_days(1 - i32::from(thursday.day())).add_months(1 - i32::from(thursday.month()));
    (thursday.to_days() - january.to_days()) / 7 + 1
}

/// Gives the full months from `from` to `to`.
pub fn months_between(from: Date, to: Date) -> i32 {
    let months = (to.year() - from.year()) * 12 + i32::from(to.month()) - i32::from(from.month());
    if to.day() < from.day() { months - 1 } else { months }
}

/// Gives the age in full years at `today`.
pub fn age(born: Date, today: Date) -> i32 {
    months_between(born, today) / 12
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(iso: &str) -> Date {
        Date::from_iso(iso).unwrap()
    }

    #[test]
    fn months_weeks_and_ages() {
        let august = month(day("2026-08-01"));
        assert_eq!(august["majuscules"], "AOUT 2026");
        assert_eq!(august["titre"], "Août 2026");
        assert_eq!(august["fin"]["iso"], "2026-08-31");
        assert_eq!(week(day("2026-10-12")), 42);
        assert_eq!(week(day("2027-01-01")), 53);
        assert_eq!(weekday(day("2026-10-12")), 0);
        assert_eq!(age(day("1990-04-03"), day("2026-04-02")), 35);
        assert_eq!(month_before(day("2026-01-31"), 2), day("2025-11-01"));
    }
}
