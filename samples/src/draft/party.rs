//! Who is insured and where, and how the situation bends that: strangers, relatives, other doors, other streets.

use super::Scene;
use crate::draw::Draw;
use crate::scenario::Twist;
use crate::world::addresses::UnitDetail;
use crate::world::assurance::Hand;
use crate::world::dwellings;
use crate::world::leases::{Lease, Register};
use crate::world::people::Person;
use crate::world::places::{Place, Unit};

/// Who is insured, where, and how that is written.
#[derive(Clone, Debug)]
pub(super) struct Party {
    pub(super) insured: Vec<Person>,
    pub(super) shared: bool,
    pub(super) place: Place,
    pub(super) hand: Hand,
}

impl Party {
    /// The tenants as an insurer knows them: all of them, or one.
    pub(super) fn tenant(lease: &Lease, draw: &mut Draw) -> Self {
        let mut insured = lease.holders.clone();
        if insured.len() > 1 && draw.chance(0.4) {
            let kept = if draw.chance(0.75) { 0 } else { draw.below(insured.len()) };
            insured = vec![insured.swap_remove(kept)];
        } else if insured.len() > 1 && draw.chance(0.2) {
            insured.reverse();
        }
        let hand = Hand::draw(draw);
        let place = lease.place.clone();
        Self { insured, shared: lease.is_shared(), place, hand }
    }

    /// Makes it odd.
    pub(super) fn twist(&mut self, scene: Scene<'_>, twist: Twist, lease: usize, draw: &mut Draw) {
        let (world, register) = (scene.world, scene.register);
        let commune = self.place.commune.clone();
        match twist {
            Twist::Unknown => {
                self.insured = strangers(scene, draw);
                self.place = unknown_place(draw, register, |draw| {
                    let anywhere = world.places.commune(draw);
                    dwellings::draw(&world.places, draw, &anywhere).remove(0)
                });
            }
            Twist::OtherName => {
                self.insured = strangers(scene, draw);
                self.hand.addresses.detail = UnitDetail::Full;
            }
            Twist::Relative => {
                let surname = register.leases[lease].holders[0].surname.clone();
                self.insured = vec![draw_until(draw, |draw| {
                    let relative = world.names.relative(draw, surname.clone(), "france", scene.today, (18, 70));
                    (!register.holds(&relative)).then_some(relative)
                })];
                self.hand.addresses.detail = UnitDetail::Full;
            }
            Twist::OtherFlat => {
                if let Some(unit) = dwellings::other_door(&self.place.unit, draw) {
                    self.place.unit = unit;
                }
                self.hand.addresses.detail = UnitDetail::Full;
            }
            Twist::OtherNumber => {
                let place = self.place.clone();
                self.place = unknown_place(draw, register, |draw| {
                    let shift = u32::try_from(draw.between(2, 30)).unwrap_or(2);
                    let number = place.number.map_or(0, |(number, _)| number) + shift;
                    Place { number: Some((number, None)), ..place.clone() }
                });
            }
            Twist::OtherStreet => {
                self.place = unknown_place(draw, register, |draw| world.places.house_in(draw, &commune));
            }
            Twist::OtherTown => {
                self.place = unknown_place(draw, register, |draw| {
                    let other = draw_until(draw, |draw| {
                        let other = world.places.commune(draw);
                        (other.insee != commune.insee).then_some(other)
                    });
                    dwellings::draw(&world.places, draw, &other).remove(0)
                });
            }
            Twist::Double => {
                let unit = Unit { residence: self.place.unit.residence, ..Unit::default() };
                self.place.unit = unit;
            }
            _ => {}
        }
    }
}

/// Draws one or two people who hold no lease.
pub(super) fn strangers(scene: Scene<'_>, draw: &mut Draw) -> Vec<Person> {
    let count = *draw.weighted(&[(3.0, 1), (1.0, 2)]);
    (0..count)
        .map(|_| {
            draw_until(draw, |draw| {
                let stranger = scene.world.names.person(draw, scene.today, 19, 80);
                (!scene.register.holds(&stranger)).then_some(stranger)
            })
        })
        .collect()
}

fn unknown_place(draw: &mut Draw, register: &Register, mut next: impl FnMut(&mut Draw) -> Place) -> Place {
    draw_until(draw, |draw| Some(next(draw)).filter(|place| !register.has_street(place)))
}

/// Draws until something fits. Names and streets are so many that it soon does.
fn draw_until<T>(draw: &mut Draw, mut next: impl FnMut(&mut Draw) -> Option<T>) -> T {
    loop {
        if let Some(found) = next(draw) {
            return found;
        }
    }
}
