//! Codes (policy numbers, client numbers...) and the check digits that tell some of them apart (facts F.1).

/// Gives a code in the catalogue's normal form: upper case, letters and digits only.
pub fn normal(text: &str) -> String {
    super::fold::fold(text).chars().filter(|c| *c != ' ').collect()
}

/// Tells whether digits end in a Luhn check digit, as SIREN and SIRET do (ISO/IEC 7812-1).
pub fn luhn(digits: &str) -> bool {
    let values: Option<Vec<u32>> = digits.chars().map(|c| c.to_digit(10)).collect();
    let Some(values) = values.filter(|values| !values.is_empty()) else { return false };
    let sum: u32 = values
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &digit)| if i % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    sum.is_multiple_of(10)
}

/// Tells whether a folded code is an IBAN with the right key (ISO 13616, ISO 7064 mod 97-10).
pub fn is_iban(code: &str) -> bool {
    let shaped = (15..=34).contains(&code.len())
        && code.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
        && code[..2].chars().all(|c| c.is_ascii_uppercase())
        && code[2..4].chars().all(|c| c.is_ascii_digit());
    if !shaped {
        return false;
    }
    let turned = code[4..].chars().chain(code[..4].chars());
    let remainder = turned.fold(0u32, |left, c| {
        let value = c.to_digit(36).unwrap_or_default();
        if value < 10 { (left * 10 + value) % 97 } else { (left * 100 + value) % 97 }
    });
    remainder == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_form() {
        for (given, expected) in [("N° HAB 0045-12987 k", "NHAB004512987K"), ("é12", "E12"), ("", "")] {
            assert_eq!(normal(given), expected);
        }
    }

    #[test]
    fn luhn_keys() {
        for (digits, expected) in
            [("775709702", true), ("775709703", false), ("722057460", true), ("", false), ("12A", false)]
        {
            assert_eq!(luhn(digits), expected, "{digits}");
        }
    }

    #[test]
    fn iban_keys() {
        for (code, expected) in [
            ("FR1420041010050500013M02606", true),
            ("FR1420041010050500013M02607", false),
            ("FR14", false),
            ("HAB0045129870000", false),
        ] {
            assert_eq!(is_iban(code), expected, "{code}");
        }
    }
}
