//! Machine-readable zones of French papers, with their check digits.

use crate::world::families::numbers::check_digit;
use crate::world::people::{Person, Sex};
use crate::world::text::postal;
use guichet_pipeline::values::Date;

/// Gives names as a zone has them: letters and fillers only.
fn letters(name: &str) -> String {
    postal(name).chars().filter(|c| *c != '\'').map(|c| if c.is_ascii_alphabetic() { c } else { '<' }).collect()
}

/// Cuts or fills to a length.
fn filled(text: &str, length: usize) -> String {
    let cut: String = text.chars().take(length).collect();
    format!("{cut:<<length$}")
}

fn short(day: Date) -> String {
    format!("{:02}{:02}{:02}", day.year().rem_euclid(100), day.month(), day.day())
}

fn sex(person: &Person) -> char {
    if person.sex == Sex::F { 'F' } else { 'M' }
}

fn keyed(text: &str) -> String {
    format!("{text}{}", check_digit(text))
}

fn first_names(person: &Person) -> String {
    person.first_names.iter().map(|name| letters(name)).collect::<Vec<_>>().join("<")
}

/// Gives the zone of the blue card: two lines of 36. `office` is six digits.
pub(super) fn blue_card(person: &Person, number: &str, office: &str) -> Vec<String> {
    let first = format!("IDFRA{}{office}", filled(&letters(&person.surname), 25));
    let names: Vec<String> = person.first_names.iter().map(|name| letters(name)).collect();
    let names = filled(&names.join("<<"), 14);
    let second = format!("{}{names}{}{}", keyed(number), keyed(&short(person.born)), sex(person));
    let key = check_digit(&format!("{first}{second}"));
    vec![first, format!("{second}{key}")]
}

/// Gives the zone of a card the size of a bank card: three lines of 30, beginning with `head`.
pub(super) fn small_card(person: &Person, head: &str, number: &str, expiry: Date, nationality: &str) -> Vec<String> {
    let first = filled(&format!("{head}{}", keyed(number)), 30);
    let second = format!(
        "{}{}{}{nationality}{}",
        keyed(&short(person.born)),
        sex(person),
        keyed(&short(expiry)),
        "<".repeat(11)
    );
    let key = check_digit(&format!("{}{}{}{}", &first[5..], &second[..7], &second[8..15], &second[18..29]));
    let third = filled(&format!("{}<<{}", letters(&person.surname), first_names(person)), 30);
    vec![first, format!("{second}{key}"), third]
}

/// Gives the zone of a passport: two lines of 44.
pub(super) fn passport(person: &Person, number: &str, expiry: Date) -> Vec<String> {
    let first = filled(&format!("P<FRA{}<<{}", letters(&person.surname), first_names(person)), 44);
    let second = format!(
        "{}FRA{}{}{}{}0",
        keyed(number),
        keyed(&short(person.born)),
        sex(person),
        keyed(&short(expiry)),
        "<".repeat(14)
    );
    let key = check_digit(&format!("{}{}{}", &second[..10], &second[13..20], &second[21..43]));
    vec![first, format!("{second}{key}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anais() -> Person {
        Person {
            sex: Sex::F,
            first_names: vec!["Anaïs".to_owned(), "Marie".to_owned()],
            surname: "LEFÈVRE".to_owned(),
            married: None,
            born: Date::new(1990, 4, 3).unwrap(),
        }
    }

    #[test]
    fn zones_are_those_that_were_worked_out_by_hand() {
        let expiry = Date::new(2035, 5, 4).unwrap();
        assert_eq!(
            blue_card(&anais(), "160331659342", "311013"),
            ["IDFRALEFEVRE<<<<<<<<<<<<<<<<<<311013", "1603316593427ANAIS<<MARIE<<9004034F7"]
        );
        assert_eq!(
            small_card(&anais(), "IDFRA", "Z51PT8K22", expiry, "FRA"),
            ["IDFRAZ51PT8K229<<<<<<<<<<<<<<<", "9004034F3505045FRA<<<<<<<<<<<4", "LEFEVRE<<ANAIS<MARIE<<<<<<<<<<"]
        );
        assert_eq!(
            passport(&anais(), "17CB18684", expiry),
            ["P<FRALEFEVRE<<ANAIS<MARIE<<<<<<<<<<<<<<<<<<<", "17CB186848FRA9004034F3505045<<<<<<<<<<<<<<06"]
        );
    }
}
