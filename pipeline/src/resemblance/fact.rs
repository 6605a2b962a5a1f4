//! One value that identifies a paper, and whether two of them are the same.

use crate::extract::Value;
use crate::rules::Kind;
use crate::values::address::{AddressKey, AddressLikeness, compare};
use crate::values::fold::folded_words;
use crate::values::person::{Likeness, full_name, near, same_person};
use crate::values::{Address, Person};
use serde::{Deserialize, Serialize};

/// Signs that a number has at least: shorter ones stand on many papers.
const LEAST_SIGNS: usize = 5;

/// A value that identifies a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// A day, a month or a year, as in ISO 8601.
    When(String),
    /// A number that somebody gave out: of a contract, an account, a card. Upper-case letters and digits.
    Number(String),
    /// Money, in its normal form.
    Amount(String),
    /// Persons.
    People(Vec<Person>),
    /// Words of a name whose other half is another field, folded.
    Names(Vec<String>),
    /// A dwelling.
    Place(Address),
}

/// How two values of one field compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    /// They are the same.
    Same,
    /// A sign or two apart: read wrong, or another.
    Unclear,
    /// They are not.
    Other,
}

impl Fact {
    /// Tells whether values of a kind identify papers.
    pub(super) fn is_of(kind: Kind) -> bool {
        match kind {
            Kind::Code | Kind::Persons | Kind::Person | Kind::Address | Kind::Amount | Kind::Month | Kind::Year => true,
            Kind::DateStart | Kind::DateEnd | Kind::DateIssue | Kind::Day => true,
            Kind::Surname | Kind::FirstNames => true,
            // Companies stand on thousands of papers; choices and counts have few values; texts are read with errors.
            Kind::Company | Kind::Broker | Kind::Choice | Kind::Set | Kind::Judged => false,
            Kind::Decimal | Kind::Count | Kind::Text => false,
        }
    }

    /// Takes a value of a kind; nothing where it says too little.
    pub(super) fn of(kind: Kind, value: &Value) -> Option<Self> {
        match (kind, value) {
            (_, Value::Date(day)) => Some(Self::When(day.to_string())),
            (_, Value::Month(month)) => Some(Self::When(month.to_string())),
            (Kind::Year, Value::Text(year)) => Some(Self::When(year.clone())),
            (Kind::Code, Value::Code(code)) => Some(Self::Number(code.clone())).filter(|_| code.len() >= LEAST_SIGNS),
            (_, Value::Amount(amount)) => Some(Self::Amount(amount.to_string())),
            (_, Value::Person(person)) => Some(Self::People(vec![person.clone()])),
            (_, Value::Persons(persons)) => Some(Self::People(persons.clone())).filter(|_| !persons.is_empty()),
            (Kind::Surname, Value::Text(name)) => Self::names(name),
            (Kind::FirstNames, Value::List(names)) => Self::names(&names.join(" ")),
            (_, Value::Address(address)) => Some(Self::Place(address.clone())),
            _ => None,
        }
    }

    fn names(text: &str) -> Option<Self> {
        let words = folded_words(text);
        (!words.is_empty()).then_some(Self::Names(words))
    }

    /// Tells whether it says when: the edition of a paper that comes again every month or every year.
    pub(super) fn says_when(&self) -> bool {
        matches!(self, Self::When(_))
    }

    /// Tells whether it says whose paper it is.
    pub(super) fn says_whose(&self) -> bool {
        matches!(self, Self::People(_) | Self::Names(_) | Self::Place(_))
    }

    /// Compares two values of one field.
    pub(super) fn agreement(&self, other: &Self) -> Agreement {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => numbers_agree(one, other),
            (Self::People(some), Self::People(others)) => {
                let same = |one: &Person| others.iter().any(|other| same_person(one, other) >= Likeness::Close);
                Agreement::if_same(some.iter().any(same))
            }
            (Self::Names(some), Self::Names(others)) => {
                Agreement::if_same(some.iter().any(|one| others.iter().any(|other| near(one, other))))
            }
            (Self::Place(one), Self::Place(other)) => {
                Agreement::if_same(compare(one, other) >= AddressLikeness::SameNoUnit)
            }
            (one, other) => Agreement::if_same(one == other),
        }
    }

    /// Gives what an index can find it by: texts that are equal wherever the value was read well.
    pub(super) fn marks(&self) -> Vec<String> {
        match self {
            Self::When(text) | Self::Amount(text) => vec![text.clone()],
            Self::Number(number) => vec![without_doubles(number)],
            Self::People(persons) => persons.iter().map(|person| sorted(folded_words(&full_name(person)))).collect(),
            Self::Names(words) => vec![sorted(words.clone())],
            Self::Place(address) => vec![AddressKey::new(address).entrance()],
        }
    }
}

impl Agreement {
    fn if_same(same: bool) -> Self {
        if same { Self::Same } else { Self::Other }
    }
}

/// A number of which a part, or all but a sign or two, is the same may be the same.
fn numbers_agree(one: &str, other: &str) -> Agreement {
    let (one, other) = (without_doubles(one), without_doubles(other));
    if one == other {
        Agreement::Same
    } else if near(&one, &other) || one.contains(&other) || other.contains(&one) {
        Agreement::Unclear
    } else {
        Agreement::Other
    }
}

/// Puts digits for the letters that recognisers take them for.
fn without_doubles(number: &str) -> String {
    let digit = |sign: char| match sign {
        'O' | 'Q' => '0',
        'I' | 'L' => '1',
        'S' => '5',
        'B' => '8',
        'Z' => '2',
        other => other,
    };
    number.chars().map(digit).collect()
}

fn sorted(mut words: Vec<String>) -> String {
    words.sort();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Fact {
        Fact::Number(text.to_owned())
    }

    fn people(names: &[(&str, &str)]) -> Fact {
        let person = |(nom, prenom): &(&str, &str)| Person {
            nom: (*nom).to_owned(),
            prenom: (*prenom).to_owned(),
            nom_usage: None,
        };
        Fact::People(names.iter().map(person).collect())
    }

    fn place(ligne: &str, complement: Option<&str>) -> Fact {
        Fact::Place(Address {
            ligne: ligne.to_owned(),
            complement: complement.map(str::to_owned),
            code_postal: "31000".to_owned(),
            commune: "TOULOUSE".to_owned(),
        })
    }

    #[test]
    fn values_agree_or_do_not() {
        use Agreement::{Other, Same, Unclear};
        let when = |text: &str| Fact::When(text.to_owned());
        let names = |words: &[&str]| Fact::Names(words.iter().map(|word| (*word).to_owned()).collect());
        let cases = [
            (when("2026-01-01"), when("2026-01-01"), Same),
            (when("2026-01-01"), when("2027-01-01"), Other),
            (number("HAB004512987"), number("HABOO45I2987"), Same),
            (number("HAB004512987"), number("HAB004512981"), Unclear),
            (number("HAB004512987"), number("4512987"), Unclear),
            (number("HAB004512987"), number("MRH77120045"), Other),
            (Fact::Amount("1534.20".to_owned()), Fact::Amount("1534.20".to_owned()), Same),
            (Fact::Amount("1534.20".to_owned()), Fact::Amount("1534.00".to_owned()), Other),
            (people(&[("LEFÈVRE", "Anaïs")]), people(&[("LEFEVRE", "Anais")]), Same),
            (people(&[("LEFÈVRE", "Anaïs")]), people(&[("LEFÈVRE", "Marc")]), Other),
            (people(&[("DURAND", "Anne"), ("MARTIN", "Luc")]), people(&[("MARTIN", "Luc")]), Same),
            (names(&["DURAND"]), names(&["DURANO"]), Same),
            (names(&["DURAND"]), names(&["MARTIN"]), Other),
            (place("12 rue des Lilas", None), place("12 R DES LILAS", Some("apt 14")), Same),
            (place("12 rue des Lilas", Some("apt 15")), place("12 rue des Lilas", Some("apt 14")), Other),
            (place("12 rue des Lilas", None), place("14 rue des Lilas", None), Other),
        ];
        for (one, other, expected) in cases {
            assert_eq!(one.agreement(&other), expected, "{one:?} {other:?}");
            assert_eq!(other.agreement(&one), expected, "{other:?} {one:?}");
        }
    }
}
