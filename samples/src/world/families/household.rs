//! The household behind the papers: who lives with whom, and which children they have; the same in all its papers.

use super::calendar::age;
use super::life::Life;
use crate::world::World;
use crate::world::people::{Person, Sex};
use guichet_pipeline::values::Date;

/// What two adults are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bond {
    /// Married.
    Married,
    /// In a civil partnership.
    Partners,
    /// Living together.
    Together,
    /// Sharing a flat.
    Flatmates,
}

/// What somebody without a partner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alone {
    /// Never married.
    Single,
    /// Divorced.
    Divorced,
    /// Widowed.
    Widowed,
    /// Separated.
    Separated,
}

/// A household.
#[derive(Clone, Debug)]
pub struct Household<'a> {
    /// The first adult.
    pub first: &'a Person,
    /// The partner, if there is one.
    pub partner: Option<&'a Person>,
    /// What the two are to each other, when there are two.
    pub bond: Option<Bond>,
    /// What the first is, without a partner.
    pub alone: Alone,
    /// The children under 18, eldest first.
    pub children: Vec<Person>,
}

impl<'a> Household<'a> {
    /// Gives the household of these adults, of whom the first two may be a couple.
    pub fn of(world: &World, adults: &'a [Person], today: Date) -> Self {
        let first = &adults[0];
        let mut draw = Life::of(first).draw("household");
        let married = adults.iter().any(|one| one.married.is_some());
        let bond = (adults.len() == 2).then(|| {
            let drawn = *draw.weighted(&[
                (4.0, Bond::Married),
                (3.0, Bond::Partners),
                (3.0, Bond::Together),
                (1.0, Bond::Flatmates),
            ]);
            if married { Bond::Married } else { drawn }
        });
        let old = age(first.born, today);
        let mut alone = *draw.weighted(&[(6.0, Alone::Single), (3.0, Alone::Divorced), (0.7, Alone::Separated)]);
        if married {
            alone = Alone::Divorced;
        }
        if old > 60 && draw.chance(0.4) {
            alone = Alone::Widowed;
        } else if old < 24 {
            alone = Alone::Single;
        }
        let partner = adults.get(1).filter(|_| bond.is_some_and(|bond| bond != Bond::Flatmates));
        let with_children = adults.len() < 3 && (partner.is_some() || bond.is_none());
        let children = if with_children { children(world, first, partner, today) } else { Vec::new() };
        Self { first, partner, bond, alone, children }
    }

    /// Gives the code of the situation that the first adult declares.
    pub fn status(&self) -> &'static str {
        match (self.bond, self.alone) {
            (Some(Bond::Married), _) => "marie",
            (Some(Bond::Partners), _) => "pacse",
            (Some(Bond::Together), _) => "concubin",
            (_, Alone::Single) => "celibataire",
            (_, Alone::Divorced) => "divorce",
            (_, Alone::Widowed) => "veuf",
            (_, Alone::Separated) => "separe",
        }
    }

    /// Tells whether there are two adults who declare their taxes together.
    pub fn is_taxed_together(&self) -> bool {
        self.bond.is_some_and(|bond| matches!(bond, Bond::Married | Bond::Partners))
    }
}

/// Draws the children: born when their parents were 20 to 42, and not grown up.
fn children(world: &World, first: &Person, partner: Option<&Person>, today: Date) -> Vec<Person> {
    let mut draw = Life::of(first).draw("children");
    let youngest = partner.map_or(first.born, |partner| partner.born.max(first.born));
    let eldest = partner.map_or(first.born, |partner| partner.born.min(first.born));
    let (most, least) = (age(youngest, today) - 20, age(eldest, today) - 42);
    let wanted = *draw.weighted(&[(3.5, 0), (3.0, 1), (3.0, 2), (1.5, 3), (0.6, 4), (0.2, 5)]);
    // Partners of very different ages may have no year in which both could be parents.
    if most < least.max(0) || least > 17 {
        return Vec::new();
    }
    let father = [Some(first), partner].into_iter().flatten().find(|one| one.sex == Sex::M);
    let surname = father.unwrap_or(first).surname.clone();
    let mut children: Vec<Person> = Vec::new();
    for _ in 0..wanted {
        let ages = (least.max(0), most.clamp(0, 17));
        let child = world.names.relative(&mut draw, surname.clone(), "france", today, ages);
        let too_near = |other: &Person| (other.born.to_days() - child.born.to_days()).abs() < 300;
        let same_name = |other: &Person| other.first() == child.first();
        if age(child.born, today) < 18 && !children.iter().any(|other| too_near(other) || same_name(other)) {
            children.push(child);
        }
    }
    children.sort_by_key(|child| child.born);
    children
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Draw;

    #[test]
    fn children_are_younger_than_their_parents_and_the_same_each_time() {
        let (world, today) = (World::load(), Date::new(2026, 11, 23).unwrap());
        let mut some = 0;
        for index in 0..200 {
            let mut draw = Draw::new(5, index, "household");
            let adults: Vec<Person> =
                (0..1 + index % 2).map(|_| world.names.person(&mut draw, today, 19, 80)).collect();
            let household = Household::of(&world, &adults, today);
            for child in &household.children {
                some += 1;
                assert!(age(child.born, today) < 18 && age(adults[0].born, child.born) >= 15, "{child:?}");
            }
            assert_eq!(household.children, Household::of(&world, &adults, today).children);
            assert!(household.partner.is_some() || !household.is_taxed_together());
        }
        assert!(some > 60, "{some}");
    }
}
