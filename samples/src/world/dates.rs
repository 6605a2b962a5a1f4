//! Days in every form in which French papers write them: the date object of the designs.

use guichet_pipeline::values::Date;
use serde_json::{Value, json};

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SHORT_MONTHS: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

/// Gives the date object `{iso, num, court, point, tiret, long, abrege, mots}`.
pub fn forms(date: Date) -> Value {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let short_year = year.rem_euclid(100);
    let ordinal = if day == 1 { "1er".to_owned() } else { day.to_string() };
    json!({
        "iso": date.to_string(),
        "num": format!("{day:02}/{month:02}/{year}"),
        "court": format!("{day:02}/{month:02}/{short_year:02}"),
        "point": format!("{day:02}.{month:02}.{year}"),
        "tiret": format!("{day:02}-{month:02}-{year}"),
        "long": format!("{ordinal} {} {year}", month_name(month)),
        "abrege": format!("{ordinal} {} {year}", SHORT_MONTHS[usize::from(month) - 1]),
        "mots": in_words(date),
    })
}

/// Gives the name of a month, 1 to 12.
pub fn month_name(month: u8) -> &'static str {
    MONTHS[usize::from(month) - 1]
}

/// Gives the day in words: "premier septembre deux mille vingt-six".
pub fn in_words(date: Date) -> String {
    let day = if date.day() == 1 { "premier".to_owned() } else { number_words(u32::from(date.day())) };
    format!("{day} {} {}", month_name(date.month()), year_words(date.year()))
}

/// Acts write years before 2000 with "mil".
fn year_words(year: i32) -> String {
    match u32::try_from(year) {
        Ok(year @ 1100..=1999) => {
            let (hundreds, rest) = (year / 100 % 10, year % 100);
            let hundreds = if hundreds == 1 { "cent".to_owned() } else { format!("{} cent", number_words(hundreds)) };
            let rest = if rest == 0 { String::new() } else { format!(" {}", number_words(rest)) };
            format!("mil {hundreds}{rest}")
        }
        Ok(year) => number_words(year),
        Err(_) => year.to_string(),
    }
}

/// Gives a number below 10,000 in words.
pub fn number_words(number: u32) -> String {
    const UNITS: [&str; 20] = [
        "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
        "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
    ];
    const TENS: [&str; 7] = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante"];
    match number {
        0..=19 => UNITS[number as usize].to_owned(),
        20..=69 => {
            let ten = TENS[(number / 10) as usize];
            match number % 10 {
                0 => ten.to_owned(),
                1 => format!("{ten} et un"),
                unit => format!("{ten}-{}", UNITS[unit as usize]),
            }
        }
        71 => "soixante et onze".to_owned(),
        70..=79 => format!("soixante-{}", number_words(number - 60)),
        80 => "quatre-vingts".to_owned(),
        81..=99 => format!("quatre-vingt-{}", number_words(number - 80)),
        100..=999 => {
            let (hundreds, rest) = (number / 100, number % 100);
            let head = if hundreds == 1 { "cent".to_owned() } else { format!("{} cent", UNITS[hundreds as usize]) };
            match rest {
                0 if hundreds > 1 => format!("{head}s"),
                0 => head,
                rest => format!("{head} {}", number_words(rest)),
            }
        }
        _ => {
            let (thousands, rest) = (number / 1000, number % 1000);
            let head = if thousands == 1 { "mille".to_owned() } else { format!("{} mille", number_words(thousands)) };
            if rest == 0 { head } else { format!("{head} {}", number_words(rest)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_every_form() {
        let got = forms(Date::new(2026, 9, 1).unwrap());
        let expected = json!({"iso": "2026-09-01", "num": "01/09/2026", "court": "01/09/26", "point": "01.09.2026",
            "tiret": "01-09-2026", "long": "1er septembre 2026", "abrege": "1er sept. 2026",
            "mots": "premier septembre deux mille vingt-six"});
        assert_eq!(got, expected);
    }

    #[test]
    fn numbers_in_words() {
        for (number, words) in [
            (21, "vingt et un"),
            (31, "trente et un"),
            (71, "soixante et onze"),
            (77, "soixante-dix-sept"),
            (80, "quatre-vingts"),
            (91, "quatre-vingt-onze"),
            (200, "deux cents"),
            (2027, "deux mille vingt-sept"),
        ] {
            assert_eq!(number_words(number), words);
        }
        assert_eq!(in_words(Date::new(1990, 4, 3).unwrap()), "trois avril mil neuf cent quatre-vingt-dix");
    }
}
