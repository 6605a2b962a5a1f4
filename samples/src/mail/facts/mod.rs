//! The facts of one letter: who writes, about which dwelling, when; and what each slot of a text prints of them.
//!
//! A slot that comes twice prints the same. What a field prints and its normal form are made here together, so that the
//! truth is what stands in the text.

mod drawn;
mod slots;

pub use drawn::Span;
pub use slots::SLOTS;

use super::grammar::{Mark, Run};
use super::texts::{Author, Base, Library};
use crate::design::Split;
use crate::draw::Draw;
use crate::world::World;
use crate::world::addresses::{self, Written};
use crate::world::dates;
use crate::world::dwellings;
use crate::world::families::calendar::{first_of, last_of};
use crate::world::people::{Person, Sex};
use crate::world::places::{Commune, Place};
use crate::world::text::{code, plain, slug, title};
use drawn::{
    NameForm, People, address_style, date_form, house, mailbox, name_form, person, phone, said_of_place, sex, town,
    written_on,
};
use guichet_pipeline::values::Date;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A body's letterhead.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "what a letterhead prints")]
pub struct Letterhead {
    pub genre: String,
    pub name: String,
    pub subtitle: String,
    pub service: Option<String>,
    pub motto: Option<String>,
    pub mention: Option<String>,
    pub telephone: String,
    pub email: String,
    pub site: String,
    pub siret: String,
    pub address: Written,
}

/// What is true of one letter.
#[derive(Debug)]
pub struct Facts<'a> {
    /// Lexicons.
    pub world: &'a World,
    /// Texts and words.
    pub library: &'a Library,
    /// Its text.
    pub base: &'a Base,
    /// The day it was written.
    pub date: Date,
    /// Who signs.
    pub sender: Person,
    /// Who holds the lease, first the sender where it is a holder.
    pub holders: Vec<Person>,
    /// The dwelling.
    pub place: Place,
    /// How the letter writes its address.
    pub written: Written,
    /// First day of the lease.
    pub lease_start: Date,
    /// The lease's number as printed.
    pub reference: String,
    /// The landlord.
    pub landlord: String,
    /// The landlord's mailbox.
    pub landlord_box: String,
    /// The sender's number, as printed.
    pub telephone: String,
    /// The sender's mailbox.
    pub email: String,
    /// The reason of a congé.
    pub motive: &'a str,
    /// The day of departure that `{date_depart}` prints.
    pub leaves: Date,
    /// The letterhead of a body.
    pub letterhead: Option<Letterhead>,
    /// The form in which the letter writes dates.
    pub date_form: &'static str,
    form: NameForm,
    /// Names have lost their accents.
    plain_names: bool,
    new_town: Commune,
    printed: BTreeMap<String, Vec<Run>>,
    draw: Draw,
}

impl<'a> Facts<'a> {
    /// Draws the facts of a letter written within `span`.
    pub fn draw(world: &'a World, library: &'a Library, base: &'a Base, span: Span, draw: &Draw) -> Self {
        let mut draw = draw.sister("facts");
        let date = written_on(base, span, &mut draw);
        let tense = base.motives.iter().any(|motive| motive == "zone_tendue");
        let commune = town(world, tense, &mut draw);
        let mut place = dwellings::draw(&world.places, &mut draw, &commune).swap_remove(0);
        said_of_place(world, base, &mut place, &mut draw);
        let style = address_style(base.register, &mut draw);
        let written = addresses::write(&place, &style, &mut draw);
        let mut people = People { world, base, date };
        let sender = people.sender(&mut draw);
        let holders = people.holders(&sender, &mut draw);
        let landlord = match base.split {
            Split::Train => draw.pick(&library.lexicon.bailleurs).clone(),
            Split::Validation => draw.pick(&library.lexicon.bailleurs_validation).clone(),
        };
        let [low, high] = base.leaves_in_months;
        let leaves = date.add_days(draw.between(low * 30 + 2, (high * 30).max(low * 30 + 12)));
        let leaves = if draw.chance(0.4) { last_of(leaves) } else { leaves };
        let motive = if base.motives.is_empty() { "aucun" } else { draw.pick(&base.motives).as_str() };
        let lease_start = date.add_days(-draw.between(200, 5200));
        let shape = draw.one(&["L-######", "####/####/##", "BX###-####-##", "#######", "@@@##-#####", "LOC #####"]);
        let mut facts = Self {
            world,
            library,
            base,
            date,
            telephone: phone(&mut draw, place.postcode),
            email: mailbox(library, &sender, &mut draw),
            landlord_box: format!("{}@{}.example", draw.one(&["contact", "accueil", "locataires"]), slug(&landlord)),
            landlord,
            reference: draw.pattern(shape),
            lease_start: if draw.chance(0.5) { first_of(lease_start) } else { lease_start },
            motive,
            leaves,
            letterhead: None,
            date_form: date_form(base.register, &mut draw),
            form: name_form(base.register, &mut draw),
            plain_names: draw.chance(0.15),
            new_town: world.places.commune(&mut draw),
            printed: BTreeMap::new(),
            sender,
            holders,
            place,
            written,
            draw,
        };
        facts.letterhead = base.organism.as_deref().or(house(base.author)).and_then(|genre| facts.letterhead(genre));
        facts
    }

    /// Tells whether the fields of a congé are wanted.
    pub fn is_notice(&self) -> bool {
        self.base.category == "conge"
    }

    /// Tells whether that slot was printed, for slots that are no person.
    pub fn has_printed(&self, slot: &str) -> bool {
        self.printed.contains_key(slot)
    }

    /// Prints a slot, after `before`.
    pub fn print(&mut self, slot: &str, before: &str) -> Vec<Run> {
        match slot {
            "e" => return if self.sender.sex == Sex::F { vec![Run::words("e")] } else { Vec::new() },
            "expediteur" => return self.signature(before),
            "locataire" => return self.tenant(before),
            "conjoint" | "defunt" | "cosignataire" => {
                let person = self.other(slot);
                return vec![self.holder_run(&person, self.named(&person))];
            }
            "locataires" => return self.tenants(),
            _ => {}
        }
        if let Some(known) = self.printed.get(slot) {
            return known.clone();
        }
        let runs = self.value(slot);
        self.printed.insert(slot.to_owned(), runs.clone());
        runs
    }

    /// Prints the one who signs, with a civility at times where none stands before.
    fn signature(&mut self, before: &str) -> Vec<Run> {
        let name = self.named(&self.sender);
        let alone = before.is_empty() || before.ends_with('\n');
        let mut runs = Vec::new();
        if alone && !is_civility(before) && self.base.author.is_private() && self.draw.chance(0.1) {
            runs.push(Run::value(format!("{} ", civility(&self.sender))));
        }
        runs.push(self.sender_run(name));
        runs
    }

    /// Gives the sender's name as the fields that it is.
    pub fn sender_run(&self, name: String) -> Run {
        let value = self.person_value(&self.sender);
        let mut run = Run::field(name, "expediteur", value.clone());
        if self.is_notice() && self.base.author == Author::Locataire {
            run.marks.push(Mark { field: "locataires", value, part: None, rank: Some(0) });
        }
        run
    }

    /// Gives the name of a holder of the lease: a field of a congé.
    pub fn holder_run(&self, person: &Person, name: String) -> Run {
        match self.holders.iter().position(|holder| holder == person) {
            Some(rank) if self.is_notice() => {
                let mark = Mark { field: "locataires", value: self.person_value(person), part: None, rank: Some(rank) };
                Run { text: name, fixed: true, marks: vec![mark] }
            }
            _ => Run::value(name),
        }
    }

    /// Prints a tenant who does not write.
    fn tenant(&mut self, before: &str) -> Vec<Run> {
        let person = match self.base.author {
            Author::Locataire => self.other("locataire"),
            _ => self.holders[0].clone(),
        };
        let name = self.named(&person);
        let run = self.holder_run(&person, name);
        if is_civility(before) { vec![run] } else { vec![Run::value(format!("{} ", civility(&person))), run] }
    }

    /// Prints all holders.
    fn tenants(&mut self) -> Vec<Run> {
        let mut runs = Vec::new();
        let holders = self.holders.clone();
        for (at, holder) in holders.iter().enumerate() {
            if at > 0 {
                runs.push(Run::value(if at + 1 == holders.len() { " et " } else { ", " }));
            }
            let name = self.named(holder);
            runs.push(if at == 0 && self.base.author == Author::Locataire {
                self.sender_run(name)
            } else {
                self.holder_run(holder, name)
            });
        }
        runs
    }

    /// Gives a person of that role, the same each time.
    fn other(&mut self, role: &str) -> Person {
        let holder = match role {
            "cosignataire" | "conjoint" => self.holders.get(1),
            "defunt" if self.base.author != Author::Locataire => self.holders.first(),
            _ => None,
        };
        if let Some(holder) = holder {
            return holder.clone();
        }
        let gender = self.base.genders.get(role).map(|gender| sex(*gender));
        let opposite = if self.sender.sex == Sex::F { Sex::M } else { Sex::F };
        let gender = if role == "conjoint" { gender.or(Some(opposite)) } else { gender };
        // A stream of its own, so that each mention gives the same person.
        let mut draw = self.draw.sister(role);
        let ages = if role == "defunt" { (60, 95) } else { (25, 80) };
        let mut person = person(self.world, &mut draw, self.date, gender, ages);
        if matches!(role, "conjoint" | "defunt") && draw.chance(0.5) {
            person.surname.clone_from(&self.sender.surname);
        }
        person
    }

    /// Gives a person's name as this letter writes names.
    pub fn named(&self, person: &Person) -> String {
        let (first, last) = (self.kept(person.first()), self.kept(&person.surname));
        match self.form {
            NameForm::FirstLast => format!("{first} {}", title(&last)),
            NameForm::FirstCapitals => format!("{first} {last}"),
            NameForm::CapitalsFirst => format!("{last} {first}"),
            NameForm::LastFirst => format!("{} {first}", title(&last)),
            NameForm::Small => format!("{first} {last}").to_lowercase(),
        }
    }

    fn kept(&self, name: &str) -> String {
        if self.plain_names { plain(name) } else { name.to_owned() }
    }

    /// Tells whether the letter writes names without accents.
    pub fn has_plain_names(&self) -> bool {
        self.plain_names
    }

    /// Gives the normal form of a person as the letter writes it.
    pub fn person_value(&self, person: &Person) -> Value {
        json!({"nom": self.kept(&person.surname), "prenom": self.kept(person.first())})
    }

    /// Gives a day as this letter writes days.
    pub fn day(&self, date: Date) -> String {
        let forms = dates::forms(date);
        forms[self.date_form].as_str().unwrap_or_default().to_owned()
    }

    /// Gives the dwelling's address in one line, as a field.
    pub fn dwelling(&self) -> Vec<Run> {
        address_runs(&self.written, Some("adresse_logement"))
    }

    /// Gives the lease's number as a field.
    pub fn reference_run(&self) -> Run {
        Run::field(&self.reference, "reference_contrat", json!(code(&self.reference)))
    }

    /// Gives the sender's number: a field of a congé.
    pub fn telephone_run(&self) -> Run {
        match self.is_notice() {
            true => Run::field(&self.telephone, "telephone", json!(code(&self.telephone))),
            false => Run::value(&self.telephone),
        }
    }

    /// Gives the sender's mailbox: a field of a congé.
    pub fn email_run(&self) -> Run {
        match self.is_notice() {
            true => Run::field(&self.email, "email", json!(self.email)),
            false => Run::value(&self.email),
        }
    }
}

/// Gives an address in one line, part by part, as the field named or as none.
pub fn address_runs(written: &Written, field: Option<&'static str>) -> Vec<Run> {
    let value = json!({"ligne": written.line, "complement": written.complement, "code_postal": written.postcode, "commune": written.commune});
    let part = |text: String, part: &'static str| Run {
        text,
        fixed: true,
        marks: field
            .map(|field| Mark { field, value: value.clone(), part: Some(part), rank: None })
            .into_iter()
            .collect(),
    };
    let mut runs = vec![part(written.line.clone(), "ligne"), Run::value(", ")];
    if let Some(complement) = &written.complement {
        runs.push(part(complement.clone(), "complement"));
        runs.push(Run::value(", "));
    }
    runs.push(part(format!("{} {}", written.postcode, written.commune), "ville"));
    runs
}

/// Tells whether a civility stands at the end of `before`.
fn is_civility(before: &str) -> bool {
    let word = before.trim_end().rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    before.ends_with(' ')
        && ["Madame", "Monsieur", "M.", "Mme", "Mr", "madame", "monsieur", "mme", "mr"].contains(&word)
}

/// Gives the short civility of a person.
pub fn civility(person: &Person) -> &'static str {
    match person.sex {
        Sex::F => "Mme",
        Sex::M => "M.",
    }
}
