//! Amounts in cents, and how one paper prints its numbers.

use crate::draw::Draw;
use crate::world::dates::number_words;
use serde_json::{Value, json};

/// An amount in cents.
pub type Cents = i64;

/// Divides, half of a unit rounded up.
pub fn rounded(number: i64, by: i64) -> i64 {
    (number + by / 2).div_euclid(by)
}

/// Gives `rate` hundredths of a percent of an amount.
pub fn share(base: Cents, rate: i64) -> Cents {
    rounded(base * rate, 10_000)
}

/// Gives the normal form of hundredths: `1534.20`.
pub fn normal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let size = hundredths.abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// Gives digits in groups of three.
pub fn grouped(number: i64, separator: &str) -> String {
    let digits = number.abs().to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    if number < 0 { format!("-{out}") } else { out }
}

/// How a paper prints its numbers.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    thousands: &'static str,
    decimal: &'static str,
    rate_decimals: usize,
}

impl Figures {
    /// Draws the habits of a paper.
    pub fn draw(draw: &mut Draw) -> Self {
        let (thousands, decimal) = *draw.weighted(&[
            (4.0, (" ", ",")),
            (4.0, ("\u{a0}", ",")),
            (2.0, ("\u{202f}", ",")),
            (1.0, (".", ",")),
            (2.0, ("", ",")),
            (1.0, ("", ".")),
            (0.7, (" ", ".")),
        ]);
        Self { thousands, decimal, rate_decimals: *draw.weighted(&[(6.0, 2), (2.0, 3), (2.0, 4)]) }
    }

    /// Draws the habits of a paper that prints the currency: a decimal comma always.
    pub fn french(draw: &mut Draw) -> Self {
        let thousands = *draw.weighted(&[(6.0, "\u{a0}"), (2.0, "\u{202f}"), (2.0, " "), (1.0, "")]);
        Self { thousands, decimal: ",", rate_decimals: 2 }
    }

    /// Gives an amount with its currency.
    pub fn euros(self, cents: Cents) -> Value {
        json!({"texte": format!("{}\u{a0}€", self.number(cents)), "valeur": normal(cents)})
    }

    /// Prints hundredths: `1 534,20`.
    pub fn number(self, hundredths: i64) -> String {
        let sign = if hundredths < 0 { "-" } else { "" };
        let size = hundredths.abs();
        format!("{sign}{}{}{:02}", grouped(size / 100, self.thousands), self.decimal, size % 100)
    }

    /// Gives an amount without its currency.
    pub fn amount(self, cents: Cents) -> Value {
        json!({"texte": self.number(cents), "valeur": normal(cents)})
    }

    /// Gives an amount that may be absent.
    pub fn maybe(self, cents: Option<Cents>) -> Value {
        cents.map_or(Value::Null, |cents| self.amount(cents))
    }

    /// Gives a rate of hundredths of a percent.
    pub fn rate(self, hundredths: i64) -> Value {
        let zeros = "0".repeat(self.rate_decimals - 2);
        json!({"texte": format!("{}{}{:02}{zeros}", hundredths / 100, self.decimal, hundredths % 100), "valeur": normal(hundredths)})
    }

    /// Gives a rate that may be absent.
    pub fn maybe_rate(self, hundredths: Option<i64>) -> Value {
        hundredths.map_or(Value::Null, |rate| self.rate(rate))
    }
}

/// Gives an amount in words: `trois cent quarante-quatre euros et soixante-treize centimes`.
pub fn in_words(cents: Cents) -> String {
    let (euros, rest) = ((cents / 100).unsigned_abs(), (cents % 100).unsigned_abs());
    let said = |count: u64, unit: &str| {
        let words = number_words(u32::try_from(count).unwrap_or(u32::MAX));
        format!("{words} {unit}{}", if count > 1 { "s" } else { "" })
    };
    match (euros, rest) {
        (euros, 0) => said(euros, "euro"),
        (0, rest) => said(rest, "centime"),
        (euros, rest) => format!("{} et {}", said(euros, "euro"), said(rest, "centime")),
    }
}

/// Gives an amount in whole euros as tax papers have it.
pub fn whole(euros: i64) -> Value {
    json!({"texte": grouped(euros, "\u{a0}"), "valeur": format!("{euros}.00"), "nombre": euros})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_rates_are_printed_and_normal() {
        let french = Figures { thousands: " ", decimal: ",", rate_decimals: 4 };
        assert_eq!(french.amount(-153_420), json!({"texte": "-1 534,20", "valeur": "-1534.20"}));
        assert_eq!(french.rate(690), json!({"texte": "6,9000", "valeur": "6.90"}));
        assert_eq!(share(231_992, 690), 16_007);
        assert_eq!(french.euros(12_345)["texte"], "123,45\u{a0}€");
        assert_eq!(in_words(34_473), "trois cent quarante-quatre euros et soixante-treize centimes");
        assert_eq!(in_words(100), "un euro");
        assert_eq!(rounded(-5, 10), 0);
        assert_eq!(whole(24_318)["texte"], "24\u{a0}318");
    }
}
