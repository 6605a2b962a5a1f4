//! The household that applies: who it is, where it lives, what it lives from.

use crate::draw::Draw;
use crate::world::World;
use crate::world::dwellings;
use crate::world::families::calendar::age;
use crate::world::families::household::Household;
use crate::world::families::life::{Activity, Life};
use crate::world::leases::{Goods, Lease, Standing};
use crate::world::people::{Person, Sex};
use crate::world::places::Place;
use guichet_pipeline::values::Date;

/// A household that applies.
#[derive(Clone, Debug)]
pub(super) struct Applicants {
    /// The adults, the applicant first.
    pub(super) adults: Vec<Person>,
    /// The children.
    pub(super) children: Vec<Person>,
    /// Where they live today.
    pub(super) place: Place,
    /// Whether somebody houses them.
    pub(super) hosted: bool,
    /// Whether the two are taxed together.
    pub(super) together: bool,
    /// Whether the two are a couple.
    pub(super) couple: bool,
    /// `celibataire`, `marie`...
    pub(super) status: &'static str,
    /// The reference date.
    pub(super) today: Date,
    /// Somebody of another household.
    stranger: (Person, Place),
}

impl Applicants {
    /// Draws a household.
    pub(super) fn draw(world: &World, today: Date, draw: &mut Draw) -> Self {
        let first = world.names.person(draw, today, 20, 72);
        let mut adults = vec![first];
        if draw.chance(0.4) {
            let first = &adults[0];
            let years = age(first.born, today);
            let (surname, origin) = world.names.surname(draw);
            let ages = ((years - 7).max(20), years + 6);
            let mut second = world.names.relative(draw, surname, &origin, today, ages);
            if second.sex == first.sex && draw.chance(0.92) {
                second.sex = if first.sex == Sex::F { Sex::M } else { Sex::F };
                second.first_names = vec![world.names.first_name(draw, &origin, second.sex)];
            }
            adults.push(second);
        }
        let commune = world.places.commune(draw);
        let place = dwellings::draw(&world.places, draw, &commune).remove(0);
        let other = world.names.person(draw, today, 24, 60);
        let elsewhere = world.places.house(draw);
        let household = Household::of(world, &adults, today);
        let (together, couple) = (household.is_taxed_together(), household.partner.is_some());
        let status = household.status();
        let children = household.children;
        let hosted = draw.chance(0.25);
        Self { adults, children, place, hosted, together, couple, status, today, stranger: (other, elsewhere) }
    }

    /// Gives the leases that the pieces are drawn on: the household's, and a stranger's.
    pub(super) fn leases(&self) -> Vec<Lease> {
        let lease = |holders: Vec<Person>, place: &Place| Lease {
            reference: String::new(),
            holders,
            goods: Goods::Dwelling,
            place: place.clone(),
            complement: None,
            start: Date::from_days(0),
            end: None,
            standing: Standing::Single,
        };
        vec![lease(self.adults.clone(), &self.place), lease(vec![self.stranger.0.clone()], &self.stranger.1)]
    }

    /// Gives the identifier of an adult: p1, p2.
    pub(super) fn id(rank: usize) -> String {
        format!("p{}", rank + 1)
    }

    /// Gives what an adult lives from.
    pub(super) fn activity(&self, rank: usize) -> Activity {
        Life::of(&self.adults[rank]).activity(self.today)
    }
}
