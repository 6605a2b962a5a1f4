//! Drawing the leases of a landlord: households into dwellings, and what stands beside them.

use super::{Goods, Lease, Standing, key};
use crate::draw::Draw;
use crate::world::World;
use crate::world::dwellings;
use crate::world::people::{Person, Sex};
use crate::world::places::{self, Commune, Place};
use crate::world::text::postal;
use guichet_pipeline::values::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Marks the leases whose holders have, by marriage or by chance, the names of others.
pub(super) fn mark_homonyms(leases: &mut [Lease]) {
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

/// Makes leases, one building after the other.
pub(super) struct Maker<'a> {
    pub(super) world: &'a World,
    pub(super) draw: Draw,
    pub(super) today: Date,
    pub(super) shape: &'static str,
    pub(super) names: BTreeSet<(String, String)>,
    pub(super) references: BTreeSet<String>,
}

impl Maker<'_> {
    /// Makes about `size` dwellings with what stands beside them.
    pub(super) fn leases(&mut self, size: usize) -> Vec<Lease> {
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
            let name = self.draw.one(&[
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
