//! The facts of one letter: who writes, about which dwelling, when; and what each slot of a text prints of them.
//!
//! A slot that comes twice prints the same. What a field prints and its normal form are made here together, so that the
//! truth is what stands in the text.

use super::grammar::{self, Mark, Run};
use super::texts::{Author, Base, Body, Gender, Library, Register, Season};
use crate::design::Split;
use crate::draw::Draw;
use crate::world::World;
use crate::world::addresses::{self, AddressStyle, UnitDetail, Written};
use crate::world::dates;
use crate::world::dwellings;
use crate::world::people::{Person, Sex};
use crate::world::places::{Commune, DoorKind, Place, mobile, telephone};
use crate::world::text::{code, plain, slug, title};
use guichet_pipeline::values::Date;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Every slot that a text may have.
pub const SLOTS: &[&str] = &[
    "adresse_expediteur",
    "adresse_logement",
    "adresse_voisine",
    "age",
    "age_enfant",
    "annee",
    "annee_bail",
    "assureur",
    "avocat",
    "bailleur",
    "batiment",
    "commissaire",
    "conjoint",
    "cosignataire",
    "date_bail",
    "date_courrier",
    "date_deces",
    "date_depart",
    "date_evenement",
    "date_naissance",
    "date_passee",
    "date_passee2",
    "defunt",
    "duree",
    "e",
    "elu",
    "email",
    "employeur",
    "enfant",
    "enfant2",
    "entreprise",
    "etage",
    "expediteur",
    "gardien",
    "heure",
    "iban",
    "interlocuteur",
    "jour",
    "locataire",
    "locataires",
    "loyer",
    "medecin",
    "mensualite",
    "mois",
    "mois_annee",
    "mois_prochain",
    "montant",
    "montant2",
    "motif",
    "nb_enfants",
    "nb_jours",
    "nb_mois",
    "nb_personnes",
    "notaire",
    "nouvelle_adresse",
    "numero_allocataire",
    "numero_commande",
    "numero_compteur",
    "numero_demande",
    "numero_dossier",
    "numero_facture",
    "numero_lrar",
    "numero_police",
    "numero_rg",
    "numero_unique",
    "organisme",
    "porte",
    "pourcentage",
    "prenom",
    "quartier",
    "reference_contrat",
    "residence",
    "siret",
    "surface",
    "telephone",
    "temperature",
    "travailleur_social",
    "tribunal",
    "ville",
    "ville_nouvelle",
    "voisin",
];

/// Towns of the first list of the décret of 2013, where one month is enough without a proof.
const TENSE: &[&str] = &["06088", "13055", "31555", "33063", "34172", "44109", "59350", "67482", "69383", "75113"];

const DAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

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
enum NameForm {
    FirstLast,
    FirstCapitals,
    CapitalsFirst,
    LastFirst,
    Small,
}

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
        let leaves = if draw.chance(0.4) { end_of_month(leaves) } else { leaves };
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
            lease_start: if draw.chance(0.5) { first_of_month(lease_start) } else { lease_start },
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

    fn value(&mut self, slot: &str) -> Vec<Run> {
        let text = match slot {
            "adresse_logement" => return self.dwelling(),
            "nouvelle_adresse" => {
                let written = self.house_in(&self.new_town.clone());
                return address_runs(&written, self.is_notice().then_some("nouvelle_adresse"));
            }
            "adresse_expediteur" => return address_runs(&self.own_address(), None),
            "adresse_voisine" => return address_runs(&self.neighbour(), None),
            "reference_contrat" => return vec![self.reference_run()],
            "telephone" => return vec![self.telephone_run()],
            "email" => return vec![self.email_run()],
            "date_courrier" => {
                return vec![Run::field(self.day(self.date), "date_courrier", json!(self.date.to_string()))];
            }
            "date_depart" if self.is_notice() => {
                return vec![Run::field(self.day(self.leaves), "date_depart", json!(self.leaves.to_string()))];
            }
            "motif" => return self.motive_runs(),
            "prenom" => self.kept(self.sender.first()),
            "date_depart" | "date_evenement" | "date_passee" | "date_passee2" | "date_deces" | "date_bail"
            | "date_naissance" => self.some_day(slot),
            "annee" | "annee_bail" | "mois" | "mois_prochain" | "mois_annee" | "jour" | "heure" | "duree" => {
                self.time(slot)
            }
            slot if slot.starts_with("numero_") || matches!(slot, "siret" | "iban") => self.number(slot),
            "montant" | "montant2" | "loyer" | "mensualite" => self.money(slot),
            "nb_jours" | "nb_mois" | "nb_personnes" | "nb_enfants" | "age" | "age_enfant" | "surface"
            | "temperature" | "pourcentage" => self.count(slot).to_string(),
            "enfant" | "enfant2" => {
                let gender = self.base.genders.get(slot).map(|gender| sex(*gender));
                person(self.world, &mut self.draw, self.date, gender, (1, 17)).first().to_owned()
            }
            "gardien" | "voisin" | "interlocuteur" | "medecin" | "travailleur_social" | "notaire" | "avocat"
            | "commissaire" | "elu" => self.official(slot),
            _ => self.name(slot),
        };
        vec![Run::value(text)]
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

    fn motive_runs(&mut self) -> Vec<Run> {
        let Some(motive) = self.library.motives.iter().find(|motive| motive.code == self.motive) else {
            return Vec::new();
        };
        let phrase = self.draw.pick(&motive.phrases);
        let mut draw = self.draw.sister("motive");
        let runs = grammar::expand(phrase, &mut draw, &mut |slot, before| self.print(slot, before));
        vec![Run::field(grammar::text(&runs), "motif_preavis_reduit", json!(self.motive))]
    }

    fn some_day(&mut self, slot: &str) -> String {
        let day = match slot {
            "date_evenement" => self.date.add_days(self.draw.between(5, 42)),
            "date_passee" => self.date.add_days(-self.draw.between(3, 44)),
            "date_passee2" => self.date.add_days(-self.draw.between(46, 100)),
            "date_deces" => self.date.add_days(-self.draw.between(3, 58)),
            "date_bail" => self.lease_start,
            "date_naissance" if self.base.author == Author::Candidat => self.sender.born,
            "date_naissance" => self.date.add_days(-self.draw.between(4, 90)),
            _ => self.leaves,
        };
        // Nobody writes the year of last week, in running text.
        let recent = matches!(slot, "date_evenement" | "date_passee") && self.date_form == "long";
        if recent && self.draw.chance(0.35) {
            let day_number = if day.day() == 1 { "1er".to_owned() } else { day.day().to_string() };
            return format!("{day_number} {}", dates::month_name(day.month()));
        }
        self.day(day)
    }

    fn time(&mut self, slot: &str) -> String {
        let month = |date: Date| dates::month_name(date.month());
        match slot {
            "annee" => (self.date.year() - 1).to_string(),
            "annee_bail" => self.lease_start.year().to_string(),
            "mois" => month(self.date.add_days(-self.draw.between(20, 70))).to_owned(),
            "mois_prochain" => month(first_of_month(self.date).add_months(1)).to_owned(),
            "mois_annee" => {
                let day = first_of_month(self.date).add_months(-self.draw.between(2, 18));
                format!("{} {}", month(day), day.year())
            }
            "jour" => self.draw.one(&DAYS[..6]).to_owned(),
            "heure" => {
                let (hour, minute) = (self.draw.between(7, 23), self.draw.one(&[0, 15, 30, 30, 45]));
                match (minute, self.draw.chance(0.6)) {
                    (0, true) => format!("{hour}h"),
                    (0, false) => format!("{hour} h"),
                    (minute, true) => format!("{hour}h{minute:02}"),
                    (minute, false) => format!("{hour} h {minute:02}"),
                }
            }
            _ => self.draw.pick(&self.library.lexicon.durees).clone(),
        }
    }

    fn number(&mut self, slot: &str) -> String {
        let year = self.date.year();
        let shape = match slot {
            "numero_demande" => self.draw.one(&["DI-######", "INT######", "######", "AAAA-#####", "OT ######"]),
            "numero_lrar" => self.draw.one(&["1A ### ### #### #", "2C ### ### #### #", "1A##########"]),
            "numero_unique" => self.draw.one(&["0##0#2#######@####", "#310#2#######@####"]),
            "numero_allocataire" => self.draw.one(&["#######", "### ####", "#######@"]),
            "numero_facture" => self.draw.one(&["FA-AAAA-####", "F######", "AAAA/####", "FC AAAA####", "##-####"]),
            "numero_police" => self.draw.one(&["MRH ########", "@@#########", "#########@", "####-######"]),
            "numero_commande" => self.draw.one(&["BC-AAAA-####", "CDE ######", "45########", "AAAA-#####"]),
            "numero_rg" => self.draw.one(&["AA/0####", "11-AA-000###", "AA/00###"]),
            "numero_compteur" => self.draw.one(&["########", "##############", "D##@@######"]),
            "siret" => self.draw.one(&["### ### ### 000##", "#########000##"]),
            "iban" => self.draw.one(&["FR76 #### #### #### #### #### ###", "FR76#######################"]),
            _ => self.draw.one(&["AAAA-####", "D#####", "AA/####", "DOS-######", "##.####"]),
        };
        let shape = shape.replace("AAAA", &year.to_string()).replace("AA", &format!("{:02}", year % 100));
        self.draw.pattern(&shape)
    }

    fn money(&mut self, slot: &str) -> String {
        let [low, high] = self.base.bounds.get(slot).copied().unwrap_or(match slot {
            "loyer" => [310, 820],
            "mensualite" => [30, 120],
            _ => [60, 1900],
        });
        let euros = self.draw.between(low, high);
        let cents = self.draw.between(0, 99);
        let round = slot == "mensualite" || self.draw.chance(0.3);
        let (unit, space) = (self.draw.one(&["€", "€", "€", "euros", "EUR"]), self.draw.one(&[" ", " ", ""]));
        let space = if unit == "€" { space } else { " " };
        let whole = match euros {
            1000.. if self.draw.chance(0.6) => format!("{} {:03}", euros / 1000, euros % 1000),
            _ => euros.to_string(),
        };
        if round { format!("{whole}{space}{unit}") } else { format!("{whole},{cents:02}{space}{unit}") }
    }

    fn count(&mut self, slot: &str) -> i32 {
        let [low, high] = self.base.bounds.get(slot).copied().unwrap_or(match slot {
            "nb_jours" => [2, 20],
            "nb_mois" => [2, 12],
            "nb_personnes" => [2, 7],
            "nb_enfants" => [2, 5],
            "age" => [65, 90],
            "age_enfant" => [2, 16],
            "surface" => [22, 98],
            "temperature" => [12, 17],
            _ => [10, 60],
        });
        self.draw.between(low, high)
    }

    /// Gives somebody by civility or title and surname.
    fn official(&mut self, slot: &str) -> String {
        let gender = self.base.genders.get(slot).map(|gender| sex(*gender));
        let person = person(self.world, &mut self.draw, self.date, gender, (28, 62));
        let name = title(&person.surname);
        match slot {
            "medecin" => format!("Dr {name}"),
            "notaire" | "avocat" | "commissaire" => format!("Maître {name}"),
            _ => format!("{} {name}", civility(&person)),
        }
    }

    fn name(&mut self, slot: &str) -> String {
        let lexicon = &self.library.lexicon;
        match slot {
            "bailleur" => self.landlord.clone(),
            "organisme" => match &self.letterhead {
                Some(letterhead) => letterhead.name.clone(),
                None => {
                    let genre = self.draw.one(&["association", "ccas", "departement"]);
                    self.letterhead(genre).map(|letterhead| letterhead.name).unwrap_or_default()
                }
            },
            "entreprise" => self.draw.pick(&lexicon.entreprises).clone(),
            "employeur" => self.draw.pick(&lexicon.employeurs).clone(),
            "assureur" => {
                let insurer = self.world.insurers.insurer(&mut self.draw, self.base.split, None);
                insurer.brand.to_owned()
            }
            "tribunal" => {
                let template = self.draw.pick(&lexicon.tribunaux);
                self.filled(template)
            }
            "residence" => match self.place.unit.residence {
                Some(residence) => residence.to_owned(),
                None => self.world.places.residence(&mut self.draw).to_owned(),
            },
            "quartier" => self.draw.pick(&lexicon.quartiers).clone(),
            "ville" => self.place.commune.name.to_owned(),
            "ville_nouvelle" => self.new_town.name.to_owned(),
            "batiment" => {
                self.place.unit.building.clone().unwrap_or_else(|| self.draw.one(&["A", "B", "C"]).to_owned())
            }
            "porte" => match &self.place.unit.door {
                Some((_, number)) => number.clone(),
                None => self.draw.between(1, 64).to_string(),
            },
            _ => match self.place.unit.floor {
                Some(1) => "1er".to_owned(),
                Some(floor) if floor > 1 => format!("{floor}{}", self.draw.one(&["e", "ème"])),
                _ => format!("{}e", self.draw.between(2, 6)),
            },
        }
    }

    /// Fills the slots of a short template, as a name that is no field.
    fn filled(&mut self, template: &str) -> String {
        let Ok(nodes) = grammar::parse(template) else { return template.to_owned() };
        let mut draw = self.draw.sister(template);
        grammar::text(&grammar::expand(&nodes, &mut draw, &mut |slot, before| self.print(slot, before)))
    }

    /// Draws the letterhead of a body of that kind; a firm is called as in the text.
    fn letterhead(&mut self, genre: &str) -> Option<Letterhead> {
        let body: &'a Body = self.library.bodies.iter().find(|body| body.genre == genre)?;
        let slots = grammar::slots(&self.base.body);
        let name = match genre {
            "entreprise" if slots.contains(&"entreprise") => grammar::text(&self.print("entreprise", "")),
            "assureur" if slots.contains(&"assureur") => grammar::text(&self.print("assureur", "")),
            _ => {
                let template = self.draw.pick(&body.noms);
                self.filled(template)
            }
        };
        let some = |draw: &mut Draw, list: &'a [String], share: f64| {
            (!list.is_empty() && draw.chance(share)).then(|| draw.pick(list).clone())
        };
        let subtitle = self.draw.pick(&body.sous_titres);
        let subtitle = self.filled(subtitle);
        let service = some(&mut self.draw, &body.services, 0.5);
        let motto = some(&mut self.draw, &body.devises, 0.6);
        let mention = some(&mut self.draw, &body.mentions, 0.5).map(|pattern| self.draw.pattern(&pattern));
        let commune = self.place.commune.clone();
        let site = format!("{}-{}.example", body.domaine, slug(&commune.name.to_lowercase()));
        let telephone = telephone(&mut self.draw, self.place.postcode);
        let address = self.house_in(&commune);
        let siret = self.draw.pattern("### ### ### 000##");
        let email = format!("{}@{site}", self.draw.one(&["contact", "accueil", "secretariat", "courrier"]));
        let genre = genre.to_owned();
        Some(Letterhead { genre, name, subtitle, service, motto, mention, telephone, email, site, siret, address })
    }

    fn house_in(&mut self, commune: &Commune) -> Written {
        let place = self.world.places.house_in(&mut self.draw, commune);
        let style = address_style(self.base.register, &mut self.draw);
        addresses::write(&place, &style, &mut self.draw)
    }

    /// Gives the address of a sender who does not live in the dwelling, the same each time.
    pub fn own_address(&mut self) -> Written {
        let mut draw = self.draw.sister("own address");
        let commune = if draw.chance(0.5) { self.place.commune.clone() } else { self.world.places.commune(&mut draw) };
        let place = self.world.places.house_in(&mut draw, &commune);
        let style = address_style(self.base.register, &mut draw);
        addresses::write(&place, &style, &mut draw)
    }

    /// Gives another flat of the building, or the house beside.
    fn neighbour(&mut self) -> Written {
        let mut place = self.place.clone();
        match dwellings::other_door(&place.unit, &mut self.draw) {
            Some(unit) => place.unit = unit,
            None => place.number = Some((place.number.map_or(3, |(number, _)| number + 2), None)),
        }
        let style = address_style(self.base.register, &mut self.draw);
        addresses::write(&place, &style, &mut self.draw)
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

fn sex(gender: Gender) -> Sex {
    match gender {
        Gender::F => Sex::F,
        Gender::M => Sex::M,
    }
}

fn person(world: &World, draw: &mut Draw, today: Date, gender: Option<Sex>, ages: (i32, i32)) -> Person {
    let (surname, origin) = world.names.surname(draw);
    let mut person = world.names.relative(draw, surname, &origin, today, ages);
    if let Some(gender) = gender.filter(|gender| *gender != person.sex) {
        person.sex = gender;
        person.first_names = vec![world.names.first_name(draw, &origin, gender)];
    }
    person
}

/// Gives the kind of body whose paper somebody writes on, where the text does not say.
fn house(author: Author) -> Option<&'static str> {
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
struct People<'a> {
    world: &'a World,
    base: &'a Base,
    date: Date,
}

impl People<'_> {
    fn sender(&mut self, draw: &mut Draw) -> Person {
        person(self.world, draw, self.date, self.base.gender.map(sex), (20, 82))
    }

    /// Gives the holders: the sender and whoever signs or lives with them, or the tenant that somebody else writes about.
    fn holders(&mut self, sender: &Person, draw: &mut Draw) -> Vec<Person> {
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

fn town(world: &World, tense: bool, draw: &mut Draw) -> Commune {
    loop {
        let commune = world.places.commune(draw);
        if !tense || TENSE.contains(&commune.insee) {
            return commune;
        }
    }
}

/// Gives the dwelling the floor, building, door and estate that its text speaks of.
fn said_of_place(world: &World, base: &Base, place: &mut Place, draw: &mut Draw) {
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

fn address_style(register: Register, draw: &mut Draw) -> AddressStyle {
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

fn name_form(register: Register, draw: &mut Draw) -> NameForm {
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

fn date_form(register: Register, draw: &mut Draw) -> &'static str {
    let hasty = matches!(register, Register::Sms | Register::Maladroit | Register::Familier);
    let forms = if hasty { HASTY_DATES } else { CAREFUL_DATES };
    draw.weighted::<&'static str>(forms)
}

/// Draws a day of the span, more often a recent one, in the season of the text.
fn written_on(base: &Base, span: Span, draw: &mut Draw) -> Date {
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

fn first_of_month(date: Date) -> Date {
    Date::new(date.year(), date.month(), 1).unwrap_or(date)
}

fn end_of_month(date: Date) -> Date {
    first_of_month(date).add_months(1).add_days(-1)
}

fn phone(draw: &mut Draw, postcode: &str) -> String {
    let number = if draw.chance(0.78) { mobile(draw) } else { telephone(draw, postcode) };
    match draw.below(10) {
        0..=4 => number,
        5 | 6 => number.replace(' ', "."),
        7 | 8 => number.replace(' ', ""),
        _ => number.replace(' ', "-"),
    }
}

fn mailbox(library: &Library, person: &Person, draw: &mut Draw) -> String {
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
