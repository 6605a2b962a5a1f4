//! Amounts of money in euro cents (facts F.4).

use regex::Regex;
use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

/// An amount in cents, possibly negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub i64);

impl fmt::Display for Amount {
    /// Writes the catalogue's normal form: euros, point, two decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

/// An amount found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAmount {
    /// Its value.
    pub amount: Amount,
    /// Its bytes, sign and currency included.
    pub range: Range<usize>,
}

/// Digits in groups, maybe decimals, maybe a currency before or behind.
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    let space = r"[ \u{a0}\u{202f}\u{2009}]";
    let currency = r"(?:€|EUR\b|EUROS?\b|euros?\b)";
    let pattern = format!(
        r"(?P<open>\()?(?P<sign>[-−–]{space}?)?(?P<before>€{space}?)?(?P<whole>\d{{1,3}}(?:(?:{space}|\.)\d{{3}})+|\d+)(?:(?P<mark>[.,])(?P<decimals>\d{{1,3}}))?(?P<close>\))?(?P<currency>{space}?{currency}|{space}?[%‰])?"
    );
    Regex::new(&pattern).expect("the pattern is fixed")
});

/// Finds the amounts of a text, in its order. A bare number is an amount only with two decimals or a currency; a
/// percentage, a date or a code never is.
pub fn find_amounts(text: &str) -> Vec<FoundAmount> {
    AMOUNT.captures_iter(text).filter_map(|found| one(text, &found)).collect()
}

fn one(text: &str, found: &regex::Captures<'_>) -> Option<FoundAmount> {
    let all = found.get(0)?;
    let group = |name| found.name(name).map(|part| part.as_str());
    let currency =
        group("before").is_some() || group("currency").is_some_and(|mark| !mark.trim().starts_with(['%', '‰']));
    if group("currency").is_some() && !currency || glued(text, all.range()) {
        return None;
    }
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
    let mut whole = digits(group("whole")?);
    let decimals = group("decimals").unwrap_or_default();
    let cents = match decimals.len() {
        0 => 0,
        1 => decimals.parse::<i64>().ok()? * 10,
        2 => decimals.parse().ok()?,
        // "1.234 €" groups its thousands by a dot; without a currency nobody can tell.
        _ if currency && group("mark") == Some(".") => {
            whole.push_str(decimals);
            0
        }
        _ => return None,
    };
    if decimals.is_empty() && !currency {
        return None;
    }
    let amount = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)?;
    let in_brackets = group("open").is_some() && group("close").is_some();
    let negative =
        group("sign").is_some_and(|_| !text[..all.start()].ends_with(|c: char| c.is_alphanumeric())) || in_brackets;
    Some(FoundAmount { amount: Amount(if negative { -amount } else { amount }), range: all.range() })
}

/// Tells whether letters, digits or separators of a date or a code stick to the number.
fn glued(text: &str, range: Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    let next_digit = text[range.end..].chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | ',' | '_'))
        || after.is_some_and(|c| {
            c.is_alphanumeric() || matches!(c, '/' | '_') || matches!(c, '.' | ',' | '-') && next_digit
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_in_every_written_form() {
        let mut failures = Vec::new();
        for (text, expected) in [
            ("1 234,56 €", "1234.56"),
            ("1\u{a0}234,56\u{a0}€", "1234.56"),
            ("1\u{202f}234,56 EUR", "1234.56"),
            ("1.234,56", "1234.56"),
            ("1234,56 EUR", "1234.56"),
            ("1 234 €", "1234.00"),
            ("€ 1 234", "1234.00"),
            ("1234.56", "1234.56"),
            ("(123,45)", "-123.45"),
            ("-123,45", "-123.45"),
            ("− 12,00 €", "-12.00"),
            ("12 %", ""),
            ("20,00 %", ""),
            ("1.234 €", "1234.00"),
            ("1.234", ""),
            ("1234", ""),
            ("184,3 €", "184.30"),
            ("0,05 €", "0.05"),
            ("12 345 678,90 €", "12345678.90"),
            ("Prime annuelle : 184,36 € TTC", "184.36"),
            ("soit 15,36 euros par mois", "15.36"),
            ("le 01/09/2026", ""),
            ("01.09.2026", ""),
            ("01.09.26", ""),
            ("HAB 12,50A", ""),
            ("n° 2026-184,36-1", ""),
            ("entre 100,00 € et 250,50 €", "100.00 250.50"),
            ("total 596,50€.", "596.50"),
            ("capital de 25 000 euros", "25000.00"),
        ] {
            let got: Vec<String> = find_amounts(text).iter().map(|found| found.amount.to_string()).collect();
            if got.join(" ") != expected {
                failures.push(format!("{text:?}: {got:?} instead of {expected:?}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    proptest! {
        #[test]
        fn any_text_is_survived_and_ranges_lie_inside(text in "\\PC{0,60}") {
            for found in find_amounts(&text) {
                prop_assert!(text.get(found.range.clone()).is_some());
            }
        }

        #[test]
        fn what_is_printed_is_read_back(cents in 0i64..100_000_000) {
            let amount = Amount(cents);
            let printed = format!("{} €", amount.to_string().replace('.', ","));
            let found = find_amounts(&printed);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].amount, amount);
        }
    }
}
