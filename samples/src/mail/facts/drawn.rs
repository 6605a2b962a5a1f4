//! What is drawn of a letter before its text is filled: when and how it is written, by whom, about which dwelling.

use crate::draw::Draw;
use crate::mail::grammar;
use crate::mail::texts::{Author, Base, Gender, Library, Register, Season};
use crate::world::World;
use crate::world::addresses::{AddressStyle, UnitDetail};
use crate::world::people::{Person, Sex};
use crate::world::places::{Commune, DoorKind, Place, mobile, telephone};
use crate::world::text::slug;
use guichet_pipeline::values::Date;

/// Towns of the first list of the décret of 2013, where one month is enough without a proof.
const TENSE: &[&str] = &["06088", "13055", "31555", "33063", "34172", "44109", "59350", "67482", "69383", "75113"];

/// When letters are written.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The last day.
    pub today: Date,
    /// How many days before it the first one lies.
    pub days: i32,
}

impl Span {
    /// Gives the year and a half before `today`.
    pub fn long(today: Date) -> Self {
        Self { today, days: 540 }
    }
}

/// How a letter writes names of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameForm {
    FirstLast,
    FirstCapitals,
    CapitalsFirst,
    LastFirst,
    Small,
}

pub(super) fn sex(gender: Gender) -> Sex {
    match gender {
        Gender::F => Sex::F,
        Gender::M => Sex::M,
    }
}

pub(super) fn person(world: &World, draw: &mut Draw, today: Date, gender: Option<Sex>, ages: (i32, i32)) -> Person {
    let (surname, origin) = world.names.surname(draw);
    let mut person = world.names.relative(draw, surname, &origin, today, ages);
    if let Some(gender) = gender.filter(|gender| *gender != person.sex) {
        person.sex = gender;
        person.first_names = vec![world.names.first_name(draw, &origin, gender)];
    }
    person
}

/// Gives the kind of body whose paper somebody writes on, where the text does not say.
pub(super) fn house(author: Author) -> Option<&'static str> {
    Some(match author {
        Author::TravailleurSocial => "departement",
        Author::Avocat => "avocat",
        Author::Notaire => "notaire",
        Author::Elu => "mairie",
        Author::Association => "association",
        _ => return None,
    })
}

/// Who stands in a text.
pub(super) struct People<'a> {
    pub(super) world: &'a World,
    pub(super) base: &'a Base,
    pub(super) date: Date,
}

impl People<'_> {
    pub(super) fn sender(&mut self, draw: &mut Draw) -> Person {
        person(self.world, draw, self.date, self.base.gender.map(sex), (20, 82))
    }

    /// Gives the holders: the sender and whoever signs or lives with them, or the tenant that somebody else writes about.
    pub(super) fn holders(&mut self, sender: &Person, draw: &mut Draw) -> Vec<Person> {
        let genders = &self.base.genders;
        let mut holders = if self.base.author == Author::Locataire {
            vec![sender.clone()]
        } else {
            let dead = self.base.category == "deces_locataire";
            let gender = genders.get(if dead { "defunt" } else { "locataire" }).map(|gender| sex(*gender));
            let ages =
                if matches!(self.base.author, Author::Famille | Author::Mandataire) { (60, 92) } else { (22, 88) };
            let mut tenant = person(self.world, draw, self.date, gender, ages);
            if self.base.author == Author::Famille && draw.chance(0.6) {
                tenant.surname.clone_from(&sender.surname);
            }
            vec![tenant]
        };
        while holders.len() < self.base.count {
            let gender = genders.get("cosignataire").or(genders.get("conjoint")).map(|gender| sex(*gender));
            let opposite = if holders[0].sex == Sex::F { Sex::M } else { Sex::F };
            let gender = gender.or((self.base.count == 2).then_some(opposite));
            let mut other = person(self.world, draw, self.date, gender, (20, 75));
            if self.base.count == 2 && draw.chance(0.5) {
                other.surname.clone_from(&holders[0].surname);
            }
            holders.push(other);
        }
        holders
    }
}

pub(super) fn town(world: &World, tense: bool, draw: &mut Draw) -> Commune {
    loop {
        let commune = world.places.commune(draw);
        if !tense || TENSE.contains(&commune.insee) {
            return commune;
        }
    }
}

/// Gives the dwelling the floor, building, door and estate that its text speaks of.
pub(super) fn said_of_place(world: &World, base: &Base, place: &mut Place, draw: &mut Draw) {
    let slots = grammar::slots(&base.body);
    let unit = &mut place.unit;
    if slots.contains(&"etage") && unit.floor.is_none_or(|floor| floor == 0) {
        unit.floor = u8::try_from(draw.between(1, 7)).ok();
    }
    if slots.contains(&"batiment") && unit.building.is_none() {
        unit.building = Some(draw.one(&["A", "B", "C", "D", "2", "4"]).to_owned());
    }
    if slots.contains(&"porte") && unit.door.is_none() {
        unit.door = Some((DoorKind::Flat, draw.between(1, 64).to_string()));
    }
    if slots.contains(&"residence") && unit.residence.is_none() {
        unit.residence = Some(world.places.residence(draw));
    }
    // A letter that names its place of work by street needs a number to be found by.
    if place.number.is_none() && place.street.kind.is_some() {
        place.number = Some((draw.between(1, 90).unsigned_abs(), None));
    }
}

pub(super) fn address_style(register: Register, draw: &mut Draw) -> AddressStyle {
    let office = matches!(register, Register::Formel | Register::Administratif);
    AddressStyle {
        postal: draw.chance(0.05),
        plain: !office && draw.chance(0.1),
        commune: *draw.weighted(&[(2.0, 0), (1.0, 1), (7.0, 2)]),
        separator: *draw.weighted(&[(5.0, 0), (2.0, 1), (1.0, 2)]),
        detail: *draw.weighted(&[(6.0, UnitDetail::Full), (2.0, UnitDetail::Part), (3.0, UnitDetail::None)]),
        ..AddressStyle::draw(draw)
    }
}

pub(super) fn name_form(register: Register, draw: &mut Draw) -> NameForm {
    let sloppy = matches!(register, Register::Sms | Register::Maladroit);
    let small = if sloppy { 2.5 } else { 0.0 };
    *draw.weighted(&[
        (5.0, NameForm::FirstLast),
        (2.5, NameForm::FirstCapitals),
        (1.2, NameForm::CapitalsFirst),
        (if sloppy { 1.5 } else { 0.4 }, NameForm::LastFirst),
        (small, NameForm::Small),
    ])
}

/// Forms of dates of those who write in haste, and of the others.
const HASTY_DATES: &[(f64, &str)] = &[(4.0, "num"), (3.0, "long"), (2.0, "court"), (0.6, "point"), (0.6, "tiret")];
const CAREFUL_DATES: &[(f64, &str)] = &[(6.0, "long"), (3.0, "num"), (0.5, "point"), (0.5, "abrege"), (0.3, "court")];

pub(super) fn date_form(register: Register, draw: &mut Draw) -> &'static str {
    let hasty = matches!(register, Register::Sms | Register::Maladroit | Register::Familier);
    let forms = if hasty { HASTY_DATES } else { CAREFUL_DATES };
    draw.weighted::<&'static str>(forms)
}

/// Draws a day of the span, more often a recent one, in the season of the text.
pub(super) fn written_on(base: &Base, span: Span, draw: &mut Draw) -> Date {
    let mut days = span.days;
    loop {
        let far = if draw.chance(0.5) { days.min(120) } else { days };
        let date = span.today.add_days(-draw.between(0, far));
        // A short span may lie outside of the season.
        days = (days + 5).min(540);
        let fits = match base.season {
            Some(Season::Hiver) => matches!(date.month(), 11 | 12 | 1..=3),
            Some(Season::Ete) => matches!(date.month(), 5..=9),
            None => true,
        };
        if fits {
            return date;
        }
    }
}

pub(super) fn phone(draw: &mut Draw, postcode: &str) -> String {
    let number = if draw.chance(0.78) { mobile(draw) } else { telephone(draw, postcode) };
    match draw.below(10) {
        0..=4 => number,
        5 | 6 => number.replace(' ', "."),
        7 | 8 => number.replace(' ', ""),
        _ => number.replace(' ', "-"),
    }
}

pub(super) fn mailbox(library: &Library, person: &Person, draw: &mut Draw) -> String {
    let (first, last) = (slug(person.first()), slug(&person.surname));
    let host = draw.pick(&library.lexicon.messageries).clone();
    let initial = first.get(..1).unwrap_or_default();
    let name = match draw.below(6) {
        0 | 1 => format!("{first}.{last}"),
        2 => format!("{last}.{first}"),
        3 => format!("{initial}{last}"),
        4 => format!("{first}{last}"),
        _ => format!("{first}{}", draw.pattern("##")),
    };
    format!("{name}@{host}")
}
