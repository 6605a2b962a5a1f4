//! Months as they are written in French: "octobre 2026", "10/2026", "oct. 26", or a period that stays inside one.

use super::Month;
use super::date_text::{find_periods, month_named};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// `octobre 2026`, `Oct. 2026`, `octobre 26`.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<m>[A-Za-zÀ-ÿ]{3,10})\.?[\s\-/']{1,3}(?P<y>20\d{2}|\d{2})").expect("the pattern is fixed")
});
/// `10/2026`, `10-2026`, `2026-10`, `10 / 26`.
static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<m>0?[1-9]|1[0-2])\s?[/\-.]\s?(?P<y>20\d{2})|(?P<y2>20\d{2})\s?[-/]\s?(?P<m2>0[1-9]|1[0-2])")
        .expect("the pattern is fixed")
});

/// Gives the months that a text names, in order. A period from the first to the last day of a month names it; the month of
/// a day ("le 5 octobre 2026") is none.
pub fn find_months(text: &str) -> Vec<(Month, Range<usize>)> {
    let mut found: Vec<(Month, Range<usize>)> = Vec::new();
    for period in find_periods(text) {
        let (start, end) = (Month::of(period.start), Month::of(period.end));
        if start == end {
            found.push((start, period.range));
        }
    }
    let inside = |found: &[(Month, Range<usize>)], range: &Range<usize>| {
        found.iter().any(|(_, other)| other.start < range.end && range.start < other.end)
    };
    for captures in NAMED.captures_iter(text) {
        let (Some(all), Some(name), Some(year)) = (captures.get(0), captures.name("m"), captures.name("y")) else {
            continue;
        };
        let Some(month) = month_named(name.as_str()) else { continue };
        let Ok(year) = year.as_str().parse::<i32>() else { continue };
        let year = if year < 100 { 2000 + year } else { year };
        let range = all.range();
        if !inside(&found, &range) && !after_a_day(&text[..range.start]) && stands_alone(text, &range) {
            found.push((Month { year, month }, range));
        }
    }
    for captures in NUMERIC.captures_iter(text) {
        let Some(all) = captures.get(0) else { continue };
        let part = |one: &str, other: &str| captures.name(one).or_else(|| captures.name(other));
        let number = |found: Option<regex::Match<'_>>| found.and_then(|found| found.as_str().parse::<i32>().ok());
        let (Some(month), Some(year)) = (number(part("m", "m2")), number(part("y", "y2"))) else { continue };
        let range = all.range();
        if !inside(&found, &range) && stands_alone(text, &range) {
            found.push((Month { year, month: month as u8 }, range));
        }
    }
    found.sort_by_key(|(_, range)| range.start);
    found
}

/// Tells whether what stands before a month is the number of a day.
fn after_a_day(before: &str) -> bool {
    let word = before.trim_end_matches([' ', '-', '/', '.', '\u{a0}']).rsplit([' ', '\n', '\u{a0}']).next();
    let word = word.unwrap_or_default().trim_end_matches("er");
    !word.is_empty() && word.len() <= 2 && word.chars().all(|c| c.is_ascii_digit())
}

/// Tells whether neither digits nor separators of a longer number stick to a range.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    let next_digit = text[range.end..].chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '.' | ','))
        && !after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '.' | ',') && next_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_in_every_written_form() {
        for (text, expected) in [
            ("Octobre 2026", "2026-10"),
            ("période : OCTOBRE 2026", "2026-10"),
            ("oct. 2026", "2026-10"),
            ("Sept 26", "2026-09"),
            ("10/2026", "2026-10"),
            ("2026-10", "2026-10"),
            ("du 01/10/2026 au 31/10/2026", "2026-10"),
            ("du 1er au 31 octobre 2026", "2026-10"),
            ("du 01/09/2026 au 31/10/2026", ""),
            ("le 5 octobre 2026", ""),
            ("05/10/2026", ""),
            ("n° 45-10/2026-7", ""),
            ("août 2026 et septembre 2026", "2026-08 2026-09"),
            ("loyer 2026", ""),
            ("13/2026", ""),
        ] {
            let got: Vec<String> = find_months(text).iter().map(|(month, _)| month.to_string()).collect();
            assert_eq!(got.join(" "), expected, "{text}");
        }
    }
}
