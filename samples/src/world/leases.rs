//! The register of leases: who holds which dwelling, with the odd cases of a real one (flat-shares, married names, parking
//! spaces, former tenants, homonyms, one tenant with two flats), and its CSV file.

use super::addresses::{self, AddressStyle};
use super::dwellings;
use super::people::{Person, Sex};
use super::places::{Commune, Place, mailbox, mobile};
use super::text::{plain, postal};
use super::{World, places};
use crate::draw::Draw;
use guichet_pipeline::values::Date;
use std::collections::{BTreeMap, BTreeSet};

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
        let shape = *draw.pick(&["L-######", "####/####/##", "BX###-####-##", "#######", "@@@##-#####"]);
        let mut maker = Maker { world, draw, today, shape, names: BTreeSet::new(), references: BTreeSet::new() };
        let mut leases = maker.leases(size);
        mark_homonyms(&mut leases);
        Self { leases, style, plain_names, draw: maker.draw }
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
        let same = |other: &Place| {
            other.commune.insee == place.commune.insee
                && other.street.name == place.street.name
                && other.number == place.number
        };
        self.leases.iter().any(|lease| same(&lease.place))
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
        let under_married = person.born.day() % 2 == 0;
        let nom = person.married.as_ref().filter(|_| under_married).unwrap_or(&person.surname);
        if self.plain_names { (postal(nom), plain(person.first())) } else { (nom.clone(), person.first().to_owned()) }
    }
}

/// What makes two people the same for a register.
fn key(person: &Person) -> (String, String) {
    (postal(&person.surname), postal(person.first()))
}

/// Marks the leases whose holders have, by marriage or by chance, the names of others.
fn mark_homonyms(leases: &mut [Lease]) {
    let names = |lease: &Lease| -> BTreeSet<(String, String)> {
        let married = |one: &Person| one.married.as_ref().map(|name| (postal(name), postal(one.first())));
        lease.holders.iter().flat_map(|one| [Some(key(one)), married(one)]).flatten().collect()
    };
    let lets = |lease: &Lease| lease.goods == Goods::Dwelling && lease.end.is_none();
    let mut seen: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, lease) in leases.iter().enumerate().filter(|(_, lease)| lets(lease)) {
        for name in names(lease) {
            seen.entry(name).or_default().push(at);
        }
    }
    for places in seen.values().filter(|places| places.len() > 1) {
        for &at in places {
            if leases[at].standing == Standing::Single {
                leases[at].standing = Standing::Homonym;
            }
        }
    }
}

struct Maker<'a> {
    world: &'a World,
    draw: Draw,
    today: Date,
    shape: &'static str,
    names: BTreeSet<(String, String)>,
    references: BTreeSet<String>,
}

impl Maker<'_> {
    fn leases(&mut self, size: usize) -> Vec<Lease> {
        let mut leases: Vec<Lease> = Vec::new();
        // A landlord has most of its dwellings in a few towns.
        let towns: Vec<Commune> =
            (0..(size / 12).clamp(3, 40)).map(|_| self.world.places.commune(&mut self.draw)).collect();
        while leases.len() < size {
            let commune = self.draw.pick(&towns).clone();
            let dwellings = dwellings::draw(&self.world.places, &mut self.draw, &commune);
            self.building(dwellings, &mut leases);
        }
        leases
    }

    /// Lets the dwellings that stand together; neighbours have other surnames.
    fn building(&mut self, dwellings: Vec<Place>, leases: &mut Vec<Lease>) {
        let mut surnames = BTreeSet::new();
        let several = dwellings.len() > 1;
        for place in dwellings {
            let mut holders = self.household(&mut surnames);
            let mut standing = Standing::Single;
            let before = leases.len().checked_sub(1);
            if let Some(before) = before.filter(|&at| several && leases[at].place.number == place.number)
                && leases[before].standing == Standing::Single
                && leases[before].place.street == place.street
                && self.draw.chance(0.05)
            {
                // The same tenant rents the next flat as well.
                holders = leases[before].holders.clone();
                standing = Standing::Double(before);
                leases[before].standing = Standing::Double(leases.len());
            } else if let Some(before) = before.filter(|_| self.draw.chance(0.012))
                && leases[before].standing == Standing::Single
                && leases[before].place.commune.insee != place.commune.insee
            {
                holders = vec![leases[before].holders[0].clone()];
                standing = Standing::Homonym;
                leases[before].standing = Standing::Homonym;
            }
            let lease = self.lease(holders, place, standing);
            self.around(&lease, leases);
            leases.push(lease);
        }
    }

    /// Adds what may stand beside a dwelling: a former tenant, a parking space, a shop.
    fn around(&mut self, lease: &Lease, leases: &mut Vec<Lease>) {
        // What stands between two flats of one tenant would move their indices.
        if lease.standing != Standing::Single {
            return;
        }
        if self.draw.chance(0.05) {
            let mut surnames = BTreeSet::new();
            let holders = self.household(&mut surnames);
            let end = lease.start.add_days(-self.draw.between(3, 60));
            let start = end.add_days(-self.draw.between(300, 3000));
            let former = Lease { start, end: Some(end), ..self.lease(holders, lease.place.clone(), Standing::Other) };
            leases.push(former);
        }
        if self.draw.chance(0.07) {
            let complement = self.draw.pattern_of(&["PARKING ##", "BOX #", "GARAGE ##"]);
            let unit = places::Unit::default();
            let place = Place { unit, ..lease.place.clone() };
            let parking = self.lease(lease.holders.clone(), place, Standing::Other);
            leases.push(Lease { goods: Goods::Parking, complement: Some(complement), ..parking });
        }
        if self.draw.chance(0.006) {
            let name = *self.draw.pick(&[
                "BOULANGERIE DU PORT",
                "PRESSING EXPRESS",
                "SARL OPTIQUE DU CENTRE",
                "PHARMACIE DES LILAS",
            ]);
            let mut holder = lease.holders[0].clone();
            name.clone_into(&mut holder.surname);
            holder.first_names = vec![String::new()];
            let place = Place { unit: places::Unit::default(), ..lease.place.clone() };
            let shop = self.lease(vec![holder], place, Standing::Other);
            leases.push(Lease { goods: Goods::Shop, complement: Some("RDC LOCAL COMMERCIAL".to_owned()), ..shop });
        }
    }

    fn lease(&mut self, holders: Vec<Person>, place: Place, standing: Standing) -> Lease {
        let reference = loop {
            let reference = self.draw.pattern(self.shape);
            if self.references.insert(reference.clone()) {
                break reference;
            }
        };
        let start = self.today.add_days(-self.draw.between(40, 5200));
        let start =
            if self.draw.chance(0.5) { Date::new(start.year(), start.month(), 1).unwrap_or(start) } else { start };
        Lease { reference, holders, goods: Goods::Dwelling, place, complement: None, start, end: None, standing }
    }

    /// Draws who holds a lease together.
    fn household(&mut self, surnames: &mut BTreeSet<String>) -> Vec<Person> {
        let first = self.person(surnames, (19, 88));
        match self.draw.below(20) {
            0..=9 => vec![first],
            10..=16 => {
                let mut second = self.person(surnames, (19, 80));
                let other = if first.sex == Sex::F { Sex::M } else { Sex::F };
                if second.sex != other && self.draw.chance(0.92) {
                    second.sex = other;
                    second.first_names = vec![self.world.names.first_name(&mut self.draw, "france", other)];
                }
                let mut couple = vec![first, second];
                self.marry(&mut couple);
                couple
            }
            _ => {
                let mut sharers = vec![first];
                for _ in 0..self.draw.between(1, 3) {
                    sharers.push(self.person(surnames, (18, 34)));
                }
                sharers
            }
        }
    }

    /// Half of the couples have one name, and half of those wives are known by both.
    fn marry(&mut self, couple: &mut [Person]) {
        let Some(husband) = couple.iter().find(|one| one.sex == Sex::M).map(|one| one.surname.clone()) else { return };
        let Some(wife) = couple.iter_mut().find(|one| one.sex == Sex::F) else { return };
        match self.draw.below(4) {
            0 => wife.married = Some(husband),
            1 => wife.surname = husband,
            _ => {}
        }
    }

    /// Draws a person whose name is new in the register, and whose surname is new in the building.
    fn person(&mut self, surnames: &mut BTreeSet<String>, ages: (i32, i32)) -> Person {
        loop {
            let person = self.world.names.person(&mut self.draw, self.today, ages.0, ages.1);
            if !surnames.contains(&person.surname) && self.names.insert(key(&person)) {
                surnames.insert(person.surname.clone());
                return person;
            }
        }
    }
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
