//! Identity papers: `d.identite`, see `designs/identite/CONTRAT.md`. Numbers and zones have their right check digits.

mod permit;
mod zone;

use super::calendar::age;
use super::departments::{self, Department};
use super::household::Household;
use super::life::{Citizen, Life};
use super::{Base, numbers, written};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::people::Person;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// Share of papers that are a child's, where the household has one.
const CHILD_SHARE: f64 = 0.15;
/// Share of papers that had expired at the reference date.
const EXPIRED_SHARE: f64 = 0.18;

/// Who holds the papers, and when they are looked at.
#[derive(Clone, Copy)]
struct Holder<'a> {
    base: Base<'a>,
    person: &'a Person,
    rank: Option<usize>,
    department: Department,
}

/// Draws the facts of the family.
pub fn fill(base: Base<'_>, draw: &mut Draw) -> Value {
    let household = Household::of(base.world, base.people, base.today);
    // A child old enough to have had a paper of every kind.
    let child = household.children.iter().find(|child| age(child.born, base.today) >= 7);
    let child = child.filter(|_| draw.chance(CHILD_SHARE) && base.ask.rank.is_none());
    let rank = base.rank(draw);
    let (person, rank) = child.map_or((&base.people[rank], Some(rank)), |child| (child, None));
    let holder = Holder { base, person, rank, department: departments::of_insee(base.place.commune.insee) };
    let mut said = json!({
        "cni_ancienne": holder.blue_card(draw),
        "cni_nouvelle": holder.new_card(draw),
        "passeport": holder.passport(draw),
        "permis": holder.driving_licence(draw),
        "vitale": holder.health_card(draw),
    });
    permit::fill(holder, draw, &mut said);
    said
}

/// First and last day of a paper.
#[derive(Clone, Copy, Debug)]
struct Validity {
    issued: Date,
    expires: Date,
}

impl Validity {
    /// Draws a paper of that many years that is valid at `today`, or expired lately.
    fn draw(draw: &mut Draw, base: Base<'_>, months: i32, born: Date) -> Self {
        let (length, today) = (months * 30, base.today);
        let expired = base.is_old(EXPIRED_SHARE, draw);
        let back = if expired { length + draw.between(20, 900) } else { draw.between(5, length - 20) };
        let issued = today.add_days(-back).max(born.add_days(60));
        Self { issued, expires: issued.add_months(months).add_days(-1) }
    }
}

impl Holder<'_> {
    fn persona(&self, citizen: Citizen) -> Value {
        Life::of(self.person).persona(self.base.world, self.rank, citizen)
    }

    /// What the papers of a holder have in common. The face is the same on all of them.
    fn common(&self, citizen: Citizen, validity: Validity, draw: &mut Draw) -> Value {
        let mut face = Life::of(self.person).draw("face");
        let portrait = json!({
            "peau": face.pick(&["#f2d6bd", "#e8c4a0", "#d9a77c", "#b07b52", "#8a5a3c", "#5e3b26"]),
            "cheveux": face.pick(&["#5b3a1e", "#1b1310", "#8b6b43", "#c9a15a", "#6d6d6d", "#2f2018"]),
            "coiffure": face.between(0, 3),
            "vetement": draw.pick(&["#2d3e57", "#7a1f3d", "#3f6b2b", "#444444", "#a3195b", "#e0d8c8"]),
        });
        let size = if age(self.person.born, validity.issued) > 16 { face.between(152, 193) } else { 128 };
        let older = draw.chance(0.25);
        let address =
            if older { written(&self.base.world.places.house(draw), draw) } else { self.base.shared["risque"].clone() };
        json!({
            "titulaire": self.persona(citizen),
            "portrait": portrait,
            "delivrance": forms(validity.issued),
            "expiration": forms(validity.expires),
            "taille": format!("{},{:02} m", size / 100, size % 100),
            "yeux": face.pick(&["Marron", "Bleu", "Vert", "Noisette", "Noir", "Gris"]),
            "adresse": address,
            "can": draw.pattern("######"),
            "cachet": null,
        })
    }

    fn blue_card(&self, draw: &mut Draw) -> Value {
        let born = self.person.born;
        let validity = if self.base.is_old(EXPIRED_SHARE, draw) {
            // Ten years printed, until 2013.
            issued_between(draw, (2008, 2013), born, 120)
        } else if age(born, self.base.today) > 24 {
            issued_between(draw, (2014, 2020), born, 180)
        } else {
            issued_between(draw, (2017, 2020), born, 120)
        };
        let code = self.department.code;
        let code = code.get(..2).unwrap_or(code);
        let number = format!(
            "{:02}{:02}{code}{}",
            validity.issued.year().rem_euclid(100),
            validity.issued.month(),
            draw.pattern("######")
        );
        let office = format!("{code}1{}", draw.pattern("0##"));
        let mut said = self.common(Citizen::French, validity, draw);
        said["mrz"] = json!(zone::blue_card(self.person, &number, &office));
        said["numero"] = numbers::code(&number);
        said["autorite"] = format!("Préfecture {} ({code})", self.department.of).into();
        said
    }

    fn new_card(&self, draw: &mut Draw) -> Value {
        let months = (self.base.today.year() - 2021) * 12 + i32::from(self.base.today.month()) - 9;
        let issued = self.base.today.add_days(-draw.between(5, months.max(1) * 30));
        let issued = issued.max(self.person.born.add_days(60));
        let validity = Validity { issued, expires: issued.add_months(120).add_days(-1) };
        let number = card_number(draw);
        let mut said = self.common(Citizen::French, validity, draw);
        said["mrz"] = json!(zone::small_card(self.person, "IDFRA", &number, validity.expires, "FRA"));
        said["numero"] = numbers::code(&number);
        said
    }

    fn passport(&self, draw: &mut Draw) -> Value {
        let months = if age(self.person.born, self.base.today) < 20 { 60 } else { 120 };
        let validity = Validity::draw(draw, self.base, months, self.person.born);
        let number = draw.pattern(&format!("{:02}@@#####", validity.issued.year().rem_euclid(100)));
        let mut said = self.common(Citizen::French, validity, draw);
        said["mrz"] = json!(zone::passport(self.person, &number, validity.expires));
        said["numero"] = numbers::code(&number);
        said["autorite"] = format!("Préfecture {}", self.department.of).into();
        said
    }

    fn driving_licence(&self, draw: &mut Draw) -> Value {
        let validity = Validity::draw(draw, self.base, 180, self.person.born);
        let mut categories = vec!["AM"];
        if draw.chance(0.2) {
            categories.push("A2");
        }
        categories.extend(["B1", "B"]);
        let mut said = self.common(Citizen::French, validity, draw);
        let code = self.department.code.get(..2).unwrap_or("75");
        said["numero"] = numbers::code(&draw.pattern(&format!("##{code}########")));
        said["obtention"] = forms(validity.issued.add_days(-draw.between(20, 2_000)));
        said["categories"] = json!(categories);
        said["prefecture"] = code.into();
        said
    }

    fn health_card(&self, draw: &mut Draw) -> Value {
        let validity = Validity::draw(draw, self.base, 180, self.person.born);
        let mut said = self.common(Citizen::French, validity, draw);
        said["nir"] = Life::of(self.person).nir(self.base.world).into();
        said["emission"] = forms(validity.issued);
        said["organisme"] = format!("CPAM {}", self.department.of.to_uppercase()).into();
        said
    }
}

/// Draws a paper issued in one of those years, after the holder's birth.
fn issued_between(draw: &mut Draw, years: (i32, i32), born: Date, months: i32) -> Validity {
    let year = draw.between(years.0, years.1);
    let start = Date::new(year, 1, 2).unwrap_or(born);
    let issued = start.add_days(draw.between(0, 360)).max(born.add_days(60));
    Validity { issued, expires: issued.add_months(months).add_days(-1) }
}

/// Draws the number of a card: nine characters, no vowels.
fn card_number(draw: &mut Draw) -> String {
    const HEADS: &[char] = &['D', 'F', 'K', 'L', 'N', 'P', 'R', 'T', 'V', 'X', 'Y', 'Z'];
    const REST: &[u8] = b"0123456789BCDFGHJKLMNPRTVWXYZ";
    let mut number = draw.one(HEADS).to_string();
    for _ in 0..8 {
        number.push(char::from(draw.one(REST)));
    }
    number
}
