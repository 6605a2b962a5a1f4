//! Where people live: real communes, invented streets and buildings, dwellings with their building, stair, floor and door.
//!
//! How an address is written is another matter: `addresses`.

use super::text::slug;
use crate::draw::Draw;

const COMMUNES: &str = include_str!("data/communes.txt");
const WAYS: &str = include_str!("data/voies.txt");

/// A commune and its postal codes.
#[derive(Clone, Debug, PartialEq)]
pub struct Commune {
    /// INSEE code.
    pub insee: &'static str,
    /// Name as written.
    pub name: &'static str,
    /// Postal codes.
    pub postcodes: Vec<&'static str>,
}

/// A kind of way: "rue", and how it is shortened.
#[derive(Clone, Debug, PartialEq)]
pub struct WayKind {
    /// The word.
    pub word: &'static str,
    /// Abbreviations, the postal one first.
    pub short: Vec<&'static str>,
}

/// A street of a commune.
#[derive(Clone, Debug, PartialEq)]
pub struct Street {
    /// Its kind; `None` for a lieu-dit.
    pub kind: Option<WayKind>,
    /// Its name, with its article: "des Lilas".
    pub name: &'static str,
}

/// What stands after a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suffix {
    /// Second.
    Bis,
    /// Third.
    Ter,
    /// A letter.
    Letter(char),
}

/// What the door of a dwelling is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DoorKind {
    /// Appartement.
    Flat,
    /// Porte.
    Door,
    /// Lot.
    Lot,
    /// Logement.
    Dwelling,
}

/// Where in its building a dwelling is; a house has none of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unit {
    /// Name of the estate.
    pub residence: Option<&'static str>,
    /// Letter, number or name of the building.
    pub building: Option<String>,
    /// Stair or entrance.
    pub stair: Option<String>,
    /// Floor, 0 for the ground floor.
    pub floor: Option<u8>,
    /// Number on the door, and what it is called.
    pub door: Option<(DoorKind, String)>,
}

/// A dwelling's address.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// House number; a lieu-dit may have none.
    pub number: Option<(u32, Option<Suffix>)>,
    /// The street.
    pub street: Street,
    /// The unit.
    pub unit: Unit,
    /// The commune.
    pub commune: Commune,
    /// The postal code.
    pub postcode: &'static str,
}

/// The places that there are.
#[derive(Debug)]
pub struct Places {
    communes: Vec<Commune>,
    kinds: Vec<(f64, WayKind)>,
    names: Vec<&'static str>,
    hamlets: Vec<&'static str>,
    residences: Vec<&'static str>,
}

impl Places {
    /// Reads the lexicons.
    pub fn load() -> Self {
        let mut communes = Vec::new();
        for line in COMMUNES.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&'static str> = line.split(' ').collect();
            let codes = words.iter().rev().take_while(|word| word.len() == 5 && is_number(word)).count();
            let insee = words[0];
            // What stands between the first word and the codes.
            let name = &line[insee.len() + 1..line.len() - codes * 6];
            communes.push(Commune { insee, name, postcodes: words[words.len() - codes..].to_vec() });
        }
        let mut places =
            Self { communes, kinds: Vec::new(), names: Vec::new(), hamlets: Vec::new(), residences: Vec::new() };
        let mut section = "";
        for line in WAYS.lines().filter(|line| !line.starts_with('#')) {
            match (section, line) {
                (_, head) if head.starts_with('[') => section = head,
                ("[genres]", line) => {
                    let (weight, words) = line.split_once(' ').unwrap_or(("1", line));
                    let mut words = words.split('|');
                    let kind = WayKind { word: words.next().unwrap_or_default(), short: words.collect() };
                    places.kinds.push((weight.parse().unwrap_or(1.0), kind));
                }
                ("[noms]", line) => places.names.extend(line.split('|')),
                ("[lieux-dits]", line) => places.hamlets.extend(line.split('|')),
                (_, line) => places.residences.extend(line.split('|')),
            }
        }
        places
    }

    /// Draws a commune.
    pub fn commune(&self, draw: &mut Draw) -> Commune {
        draw.pick(&self.communes).clone()
    }

    /// Draws a street.
    pub fn street(&self, draw: &mut Draw) -> Street {
        if draw.chance(0.03) {
            return Street { kind: None, name: draw.one(&self.hamlets) };
        }
        Street { kind: Some(draw.weighted(&self.kinds).clone()), name: draw.one(&self.names) }
    }

    /// Draws the name of an estate.
    pub fn residence(&self, draw: &mut Draw) -> &'static str {
        draw.one(&self.residences)
    }

    /// Draws the address of a house or of a lone office: no unit.
    pub fn house(&self, draw: &mut Draw) -> Place {
        let commune = self.commune(draw);
        self.house_in(draw, &commune)
    }

    /// Draws an address without unit in that commune.
    pub fn house_in(&self, draw: &mut Draw, commune: &Commune) -> Place {
        let street = self.street(draw);
        let number = house_number(draw, &street);
        let postcode = draw.pick(&commune.postcodes);
        Place { number, street, unit: Unit::default(), commune: commune.clone(), postcode }
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Draws a house number: small ones are frequent; a lieu-dit often has none.
pub fn house_number(draw: &mut Draw, street: &Street) -> Option<(u32, Option<Suffix>)> {
    if street.kind.is_none() && draw.chance(0.6) {
        return None;
    }
    let number = match draw.below(10) {
        0..=5 => draw.between(1, 60),
        6..=8 => draw.between(1, 180),
        _ => draw.between(100, 1480),
    };
    let suffix = match draw.below(25) {
        0 | 1 => Some(Suffix::Bis),
        2 => Some(Suffix::Ter),
        3 => Some(Suffix::Letter(draw.one(&['A', 'B', 'C', 'D']))),
        _ => None,
    };
    Some((number.unsigned_abs(), suffix))
}

/// Gives a telephone number of that department, from the ranges kept for fiction.
pub fn telephone(draw: &mut Draw, postcode: &str) -> String {
    let head = match postcode.get(..2).unwrap_or_default() {
        "75" | "77" | "78" | "91" | "92" | "93" | "94" | "95" => "01 99 00",
        "14" | "18" | "22" | "27" | "28" | "29" | "35" | "36" | "37" | "41" | "44" | "45" | "49" | "50" | "53"
        | "56" | "61" | "72" | "76" | "85" | "97" => "02 61 91",
        "02" | "08" | "10" | "21" | "25" | "39" | "51" | "52" | "54" | "55" | "57" | "58" | "59" | "60" | "62"
        | "67" | "68" | "70" | "71" | "80" | "88" | "89" | "90" => "03 53 01",
        "09" | "12" | "16" | "17" | "19" | "23" | "24" | "31" | "32" | "33" | "40" | "46" | "47" | "64" | "65"
        | "79" | "81" | "82" | "86" | "87" => "05 36 49",
        _ => "04 65 71",
    };
    draw.pattern(&format!("{head} ## ##"))
}

/// Gives a mobile number, from the range kept for fiction.
pub fn mobile(draw: &mut Draw) -> String {
    draw.pattern("06 39 98 ## ##")
}

/// Gives a mailbox that cannot exist.
pub fn mailbox(first: &str, surname: &str) -> String {
    format!("{}.{}@courriel.example", slug(first), slug(surname))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn communes_of_every_department_group_are_there() {
        let places = Places::load();
        assert!(places.communes.len() >= 300, "{}", places.communes.len());
        let of = |insee: &str| places.communes.iter().find(|commune| commune.insee == insee).unwrap();
        assert_eq!(of("31555").postcodes.len(), 6);
        assert_eq!(of("75113").name, "Paris");
        assert_eq!(of("51649").name, "Vitry-le-François");
        assert_eq!(of("2A004").postcodes, ["20000", "20090"]);
        for commune in &places.communes {
            assert!(!commune.postcodes.is_empty() && !commune.name.is_empty(), "{commune:?}");
            // Corsica's postal codes begin with 20, its INSEE codes with 2A and 2B.
            let same = commune.insee[..2] == commune.postcodes[0][..2];
            assert!(same || commune.insee.starts_with("2A") || commune.insee.starts_with("2B"), "{commune:?}");
        }
        assert!(places.names.len() >= 180 && places.kinds.len() >= 30);
    }
}
