//! Insurers and brokers: half of them real names with invented papers, half invented altogether.

use super::addresses::{self, AddressStyle};
use super::places::{Places, telephone};
use super::text::slug;
use crate::design::Split;
use crate::draw::Draw;
use serde_json::{Value, json};

const TABLE: &str = include_str!("data/assureurs.txt");

/// How an insurer sells, which shapes its numbers and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trade {
    /// A mutual company without intermediaries.
    Mutual,
    /// A company with agents.
    Agents,
    /// A bank.
    Bank,
    /// Direct, on the web.
    Direct,
    /// A young company on the web.
    Insurtech,
    /// For students.
    Student,
}

/// An insurer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insurer {
    /// How it sells.
    pub trade: Trade,
    /// What the logo says.
    pub brand: &'static str,
    /// The company in full.
    pub company: &'static str,
    /// Its legal form.
    pub form: &'static str,
    /// City of its seat.
    pub city: &'static str,
    /// Postal code of its seat.
    pub postcode: &'static str,
    /// SIREN, if it is a real one.
    pub siren: Option<&'static str>,
}

/// The insurers and brokers that there are.
#[derive(Debug)]
pub struct Insurers {
    real: Vec<Insurer>,
    invented: Vec<Insurer>,
    /// Invented ones that no training paper carries.
    kept_apart: Vec<Insurer>,
    brokers: Vec<&'static str>,
}

impl Insurers {
    /// Reads the table.
    pub fn load() -> Self {
        let mut table = Self { real: Vec::new(), invented: Vec::new(), kept_apart: Vec::new(), brokers: Vec::new() };
        let mut section = "";
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with('[') {
                section = line;
                continue;
            }
            let words: Vec<&'static str> = line.split('|').collect();
            let list = match section {
                "[courtiers]" => {
                    table.brokers.extend(words);
                    continue;
                }
                "[reels]" => &mut table.real,
                "[inventes]" => &mut table.invented,
                _ => &mut table.kept_apart,
            };
            list.extend(insurer(&words));
        }
        table
    }

    /// Draws an insurer for a paper of that split, of that trade if one is wanted.
    pub fn insurer(&self, draw: &mut Draw, split: Split, trade: Option<Trade>) -> Insurer {
        let list = match split {
            Split::Validation if draw.chance(0.3) => &self.kept_apart,
            _ if draw.chance(0.55) => &self.real,
            _ => &self.invented,
        };
        let of_trade: Vec<&Insurer> = list.iter().filter(|one| trade.is_none_or(|trade| one.trade == trade)).collect();
        if of_trade.is_empty() { draw.pick(list).clone() } else { (draw.one(&of_trade)).clone() }
    }

    /// Gives the insurer object of the designs.
    pub fn json(&self, insurer: &Insurer, places: &Places, draw: &mut Draw) -> Value {
        let street = places.street(draw);
        let kind = street.kind.as_ref().map_or("place", |kind| kind.word);
        let slug = slug(insurer.brand);
        let siren = insurer.siren.map_or_else(|| siren(draw), str::to_owned);
        let digits = |from: usize, to: usize| siren.get(from..to).unwrap_or_default();
        json!({
            "marque": insurer.brand,
            "societe": insurer.company,
            "adresse": {
                "complement": draw.chance(0.2).then(|| draw.pattern("CS #####")),
                "ligne": format!("{} {kind} {}", draw.between(1, 240), street.name),
                "cp": insurer.postcode,
                "commune": insurer.city,
            },
            "telephone": if draw.chance(0.6) { telephone(draw, insurer.postcode) } else { draw.pattern("09 69 39 ## ##") },
            "site": format!("www.{slug}.example"),
            "email": format!("{}@{slug}.example", draw.pick(&["contact", "attestation", "service.client", "gestion"])),
            "siren": format!("{} {} {}", digits(0, 3), digits(3, 6), digits(6, 9)),
            "rcs": insurer.city,
            "capital": format!("{} {:03} 000 €", draw.between(1, 480), draw.between(0, 999)),
            "forme": insurer.form,
        })
    }

    /// Gives the broker object of the designs.
    pub fn broker(&self, places: &Places, draw: &mut Draw) -> Value {
        let name = draw.pick(&self.brokers);
        let orias = draw.pattern("## ### ###");
        office(name, places, draw, Some(orias))
    }

    /// Gives the agency object of the designs.
    pub fn agency(&self, insurer: &Insurer, places: &Places, draw: &mut Draw) -> Value {
        let place = places.house(draw);
        let commune = place.commune.name;
        let name = match insurer.trade {
            Trade::Mutual => {
                format!("{} {commune}", draw.pick(&["Agence", "Délégation de", "Bureau de", "Point d'accueil"]))
            }
            Trade::Bank => format!("{} {commune}", draw.pick(&["Caisse locale de", "Agence", "Centre de contact"])),
            _ => format!("{} {commune}", draw.pick(&["Agence", "Cabinet", "Agence générale"])),
        };
        let mut agency = office(&name, places, draw, None);
        agency["adresse"] = written(&place, draw);
        agency
    }
}

fn office(name: &str, places: &Places, draw: &mut Draw, orias: Option<String>) -> Value {
    let place = places.house(draw);
    let mut office = json!({
        "nom": name,
        "adresse": written(&place, draw),
        "telephone": telephone(draw, place.postcode),
    });
    if let Some(orias) = orias {
        office["orias"] = orias.into();
    }
    office
}

fn written(place: &super::places::Place, draw: &mut Draw) -> Value {
    let style = AddressStyle { complement_first: false, ..AddressStyle::default() };
    addresses::write(place, &style, draw).json()
}

fn insurer(words: &[&'static str]) -> Option<Insurer> {
    let [trade, brand, company, form, city, postcode, siren] = *words else { return None };
    let trade = match trade {
        "mutuelle" => Trade::Mutual,
        "agents" => Trade::Agents,
        "banque" => Trade::Bank,
        "direct" => Trade::Direct,
        "insurtech" => Trade::Insurtech,
        _ => Trade::Student,
    };
    let siren = Some(siren).filter(|siren| *siren != "-");
    Some(Insurer { trade, brand, company, form, city, postcode, siren })
}

/// Draws a SIREN whose Luhn key is right.
pub fn siren(draw: &mut Draw) -> String {
    let head = draw.pattern("########");
    let sum: u32 = head
        .chars()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(at, digit)| if at % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    format!("{head}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let table = Insurers::load();
        assert!(table.real.len() >= 30 && table.invented.len() >= 30 && table.kept_apart.len() >= 8);
        assert!(table.brokers.len() >= 40);
    }

    #[test]
    fn invented_numbers_pass_luhn() {
        let mut draw = Draw::new(3, 0, "siren");
        for _ in 0..20 {
            let siren = siren(&mut draw);
            let sum: u32 = siren
                .chars()
                .rev()
                .filter_map(|c| c.to_digit(10))
                .enumerate()
                .map(|(at, digit)| if at % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
                .sum();
            assert_eq!(sum % 10, 0, "{siren}");
        }
    }
}
