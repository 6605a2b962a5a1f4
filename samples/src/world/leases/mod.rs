//! The register of leases: who holds which dwelling, with the odd cases of a real one (flat-shares, married names, parking
//! spaces, former tenants, homonyms, one tenant with two flats), and its CSV file.

mod maker;

use super::World;
use super::addresses::{self, AddressStyle};
use super::people::Person;
use super::places::{Place, mailbox, mobile};
use super::text::{plain, postal};
use crate::draw::Draw;
use guichet_pipeline::values::Date;
use maker::Maker;
use std::collections::BTreeSet;

/// What is let.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goods {
    /// A dwelling.
    Dwelling,
    /// A parking space.
    Parking,
    /// A shop.
    Shop,
}

/// What can be told of a paper that names a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its holders hold no other dwelling and nobody has their names.
    Single,
    /// Its holder has a homonym elsewhere: persons and address together tell them apart.
    Homonym,
    /// Its holder has another flat in the same building: the lease of that index.
    Double(usize),
    /// Not a dwelling that is let today.
    Other,
}

/// One lease.
#[derive(Clone, Debug, PartialEq)]
pub struct Lease {
    /// Its reference.
    pub reference: String,
    /// Who holds it, first the one whom the landlord writes to.
    pub holders: Vec<Person>,
    /// What is let.
    pub goods: Goods,
    /// Where.
    pub place: Place,
    /// Words instead of the unit: "PARKING 12".
    pub complement: Option<String>,
    /// First day.
    pub start: Date,
    /// Last day, if it ended.
    pub end: Option<Date>,
    /// What can be told of papers that name it.
    pub standing: Standing,
}

impl Lease {
    /// Tells whether its holders share without being a couple.
    pub fn is_shared(&self) -> bool {
        self.holders.len() > 2
    }
}

/// The register.
#[derive(Debug)]
pub struct Register {
    /// The leases.
    pub leases: Vec<Lease>,
    style: AddressStyle,
    plain_names: bool,
    draw: Draw,
}

/// Rows are drawn from streams of their own, far from those of papers.
const REGISTER_INDEX: u64 = u64::MAX;

impl Register {
    /// Draws a register of about `size` dwellings.
    pub fn draw(world: &World, seed: u64, size: usize, today: Date) -> Self {
        let mut draw = Draw::new(seed, REGISTER_INDEX, "register");
        let style = AddressStyle::register(&mut draw);
        let plain_names = draw.chance(0.75);
        let shape = draw.one(&["L-######", "####/####/##", "BX###-####-##", "#######", "@@@##-#####"]);
        let mut maker = Maker { world, draw, today, shape, names: BTreeSet::new(), references: BTreeSet::new() };
        let mut leases = maker.leases(size);
        maker::mark_homonyms(&mut leases);
        Self { leases, style, plain_names, draw: maker.draw }
    }

    /// Gives the register of a landlord who has these leases; `seed` draws how it writes them.
    pub fn of(leases: Vec<Lease>, seed: u64) -> Self {
        let mut draw = Draw::new(seed, REGISTER_INDEX, "register of");
        let style = AddressStyle::register(&mut draw);
        Self { leases, style, plain_names: draw.chance(0.75), draw }
    }

    /// Gives the leases of dwellings that are let today and have that standing.
    pub fn standing(&self, wanted: fn(Standing) -> bool) -> Vec<usize> {
        (0..self.leases.len()).filter(|&at| wanted(self.leases[at].standing)).collect()
    }

    /// Tells whether somebody of that name holds a lease.
    pub fn holds(&self, person: &Person) -> bool {
        let key = key(person);
        self.leases.iter().flat_map(|lease| &lease.holders).any(|holder| self::key(holder) == key)
    }

    /// Tells whether the register has a dwelling at that street and number.
    pub fn has_street(&self, place: &Place) -> bool {
        self.leases.iter().any(|lease| same_number(&lease.place, place))
    }

    /// Counts the dwellings let today at the street number of `place`.
    pub fn dwellings_at(&self, place: &Place) -> usize {
        let lets = |lease: &&Lease| lease.goods == Goods::Dwelling && lease.end.is_none();
        self.leases.iter().filter(lets).filter(|lease| same_number(&lease.place, place)).count()
    }

    /// Writes the register as CSV (catalogue, section 3).
    ///
    /// # Errors
    /// Memory that cannot be written to.
    pub fn csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        out.write_record([
            "reference_contrat",
            "nom",
            "prenom",
            "nom_conjoint",
            "prenom_conjoint",
            "adresse",
            "complement",
            "code_postal",
            "commune",
            "date_effet",
            "date_fin_bail",
            "type_bien",
            "email",
            "telephone",
            "assurance_fin",
        ])?;
        let mut draw = self.draw.sister("csv");
        for lease in &self.leases {
            let written = addresses::write(&lease.place, &self.style, &mut draw);
            let complement = lease.complement.clone().or(written.complement).unwrap_or_default();
            let first = &lease.holders[0];
            let email = if draw.chance(0.7) { mailbox(first.first(), &first.surname) } else { String::new() };
            let telephone = if draw.chance(0.8) { mobile(&mut draw) } else { String::new() };
            let known_end = draw.between(-60, 330);
            let insured_until = if lease.goods == Goods::Dwelling && draw.chance(0.6) {
                lease.start.add_days(365 + known_end).to_string()
            } else {
                String::new()
            };
            // Persons beyond two stand in further rows.
            for pair in lease.holders.chunks(2) {
                let name = |at: usize| pair.get(at).map_or((String::new(), String::new()), |one| self.name(one));
                let ((nom, prenom), (nom_conjoint, prenom_conjoint)) = (name(0), name(1));
                let goods = match lease.goods {
                    Goods::Dwelling => "logement",
                    Goods::Parking => "parking",
                    Goods::Shop => "commerce",
                };
                let start = lease.start.to_string();
                let end = lease.end.map(|end| end.to_string()).unwrap_or_default();
                let row: [&str; 15] = [
                    &lease.reference,
                    &nom,
                    &prenom,
                    &nom_conjoint,
                    &prenom_conjoint,
                    &written.line,
                    &complement,
                    &written.postcode,
                    &written.commune,
                    &start,
                    &end,
                    goods,
                    &email,
                    &telephone,
                    &insured_until,
                ];
                out.write_record(row)?;
            }
        }
        out.into_inner().map_err(|error| error.into_error().into())
    }

    /// Gives a name as the register writes it: married women under either name.
    fn name(&self, person: &Person) -> (String, String) {
        let under_married = person.born.day().is_multiple_of(2);
        let nom = person.married.as_ref().filter(|_| under_married).unwrap_or(&person.surname);
        if self.plain_names { (postal(nom), plain(person.first())) } else { (nom.clone(), person.first().to_owned()) }
    }
}

fn same_number(one: &Place, other: &Place) -> bool {
    one.commune.insee == other.commune.insee && one.street.name == other.street.name && one.number == other.number
}

/// What makes two people the same for a register.
fn key(person: &Person) -> (String, String) {
    (postal(&person.surname), postal(person.first()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register() -> Register {
        Register::draw(&World::load(), 7, 600, Date::new(2026, 11, 23).unwrap())
    }

    #[test]
    fn the_register_has_its_odd_cases() {
        let register = register();
        let count = |wanted: fn(Standing) -> bool| register.standing(wanted).len();
        assert!(count(|standing| standing == Standing::Single) > 450);
        assert!(count(|standing| matches!(standing, Standing::Double(_))) >= 4);
        assert!(register.leases.iter().any(|lease| lease.goods == Goods::Parking));
        assert!(register.leases.iter().any(|lease| lease.end.is_some()));
        assert!(register.leases.iter().any(Lease::is_shared));
        for (at, lease) in register.leases.iter().enumerate() {
            if let Standing::Double(other) = lease.standing {
                assert_eq!(register.leases[other].holders, lease.holders);
                assert_eq!(register.leases[other].standing, Standing::Double(at));
                assert_eq!(register.leases[other].place.street, lease.place.street);
                assert_ne!(register.leases[other].place.unit.door, lease.place.unit.door);
            }
        }
    }

    #[test]
    fn single_holders_hold_one_dwelling() {
        let register = register();
        for at in register.standing(|standing| standing == Standing::Single) {
            for holder in &register.leases[at].holders {
                let others = register.leases.iter().enumerate().filter(|(other, lease)| {
                    *other != at
                        && lease.goods == Goods::Dwelling
                        && lease.end.is_none()
                        && lease.holders.contains(holder)
                });
                assert_eq!(others.count(), 0, "{holder:?}");
            }
        }
    }

    #[test]
    fn the_file_reads_back() {
        let bytes = register().csv().unwrap();
        let report = guichet_pipeline::register::Register::from_csv(&bytes, "contrats.csv").unwrap();
        assert!(report.bad_rows.is_empty(), "{:?}", &report.bad_rows[..report.bad_rows.len().min(5)]);
        assert!(report.register.leases().len() >= 600);
    }
}
