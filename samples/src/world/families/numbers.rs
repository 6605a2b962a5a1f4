//! Numbers with keys: SIRET, social security, bank accounts, tax numbers.

use crate::draw::Draw;
use crate::world::insurers::siren;
use serde_json::{Value, json};

/// Completes the digits of `head` with a Luhn key.
fn with_luhn_key(head: &str) -> String {
    let sum: u32 = head
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    format!("{head}{}", (10 - sum % 10) % 10)
}

/// Draws a SIREN and a SIRET of it, digits only.
pub fn siret(draw: &mut Draw) -> (String, String) {
    let siren = siren(draw);
    let siret = with_luhn_key(&format!("{siren}{}", draw.pattern("000#")));
    (siren, siret)
}

/// Prints a SIREN in threes.
pub fn siren_text(siren: &str) -> String {
    spaced(siren, &[3, 3, 3])
}

/// Gives a code as printed in groups of those sizes; the rest stands at the end.
pub fn spaced(code: &str, sizes: &[usize]) -> String {
    let mut groups = Vec::new();
    let mut rest = code;
    for &size in sizes {
        let (head, tail) = rest.split_at(size.min(rest.len()));
        groups.push(head);
        rest = tail;
    }
    groups.push(rest);
    groups.retain(|group| !group.is_empty());
    groups.join(" ")
}

/// Gives the object of a code printed as `text`.
pub fn code(text: &str) -> Value {
    let value: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    json!({"texte": text, "valeur": value.to_uppercase()})
}

/// Gives a social security number with its key, from its 13 characters.
pub fn nir(head: &str) -> String {
    let digits = head.replace("2A", "19").replace("2B", "18");
    let key = 97 - digits.parse::<u64>().unwrap_or(0) % 97;
    format!("{} {key:02}", spaced(head, &[1, 2, 2, 2, 3, 3]))
}

/// Draws a tax number: the last three digits are the first ten modulo 511.
pub fn tax_number(draw: &mut Draw) -> Value {
    let head = format!("{}{}", draw.between(0, 3), draw.pattern("#########"));
    let key = head.parse::<u64>().unwrap_or(0) % 511;
    code(&spaced(&format!("{head}{key:03}"), &[2, 2, 3, 3, 3]))
}

/// A French bank account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Bank, five digits.
    pub bank: String,
    /// Branch, five digits.
    pub branch: String,
    /// Account, eleven characters.
    pub account: String,
    /// Its key, two digits.
    pub key: String,
}

impl Account {
    /// Draws an account of a bank.
    pub fn draw(draw: &mut Draw, bank: &str) -> Self {
        let (branch, account) = (draw.pattern("0####"), draw.pattern_of(&["###########", "########@##"]));
        let number = |text: &str| -> u64 {
            text.chars().fold(0, |sum, c| sum * 10 + u64::from(c.to_digit(10).unwrap_or_else(|| letter(c))))
        };
        let key = 97 - (89 * number(bank) + 15 * number(&branch) + 3 * number(&account)) % 97;
        Self { bank: bank.to_owned(), branch, account, key: format!("{key:02}") }
    }

    /// Gives the IBAN, without spaces.
    pub fn iban(&self) -> String {
        let national = format!("{}{}{}{}", self.bank, self.branch, self.account, self.key);
        let rest = format!("{national}FR00").chars().fold(0u64, |rest, c| {
            let value = u64::from(c.to_digit(36).unwrap_or(0));
            (rest * if value > 9 { 100 } else { 10 } + value) % 97
        });
        format!("FR{:02}{national}", 98 - rest)
    }
}

/// Gives the digit that stands for a letter in the key of an account.
fn letter(c: char) -> u32 {
    let at = u32::from(c).saturating_sub(u32::from('A'));
    match at {
        0..=8 => at + 1,
        9..=17 => at - 8,
        _ => at - 16,
    }
}

/// Gives the check digit of a machine-readable zone: weights 7, 3, 1.
pub fn check_digit(text: &str) -> char {
    let sum: u32 =
        text.chars().zip([7, 3, 1].into_iter().cycle()).map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight).sum();
    char::from_digit(sum % 10, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use guichet_pipeline::values::code::{is_iban, luhn};

    #[test]
    fn keys_are_right() {
        let mut draw = Draw::new(4, 0, "keys");
        for _ in 0..50 {
            let (siren, siret) = siret(&mut draw);
            assert!(luhn(&siren) && luhn(&siret) && siret.len() == 14, "{siret}");
            let iban = Account::draw(&mut draw, "17419").iban();
            assert!(is_iban(&iban) && iban.len() == 27, "{iban}");
        }
        let known =
            Account { bank: "20949".into(), branch: "05687".into(), account: "24000348559".into(), key: "88".into() };
        assert_eq!(known.iban(), "FR7620949056872400034855988");
        assert_eq!(nir("2900431555652"), "2 90 04 31 555 652 16");
        assert_eq!(check_digit("Z51PT8K22"), '9');
        assert_eq!(letter('S'), 2);
    }
}
