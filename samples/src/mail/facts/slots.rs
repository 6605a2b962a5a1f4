//! What each slot of a text prints.

use super::drawn::{address_style, person, sex};
use super::{Facts, Letterhead, address_runs, civility};
use crate::draw::Draw;
use crate::mail::grammar::{self, Run};
use crate::mail::texts::{Author, Body};
use crate::world::addresses::{self, Written};
use crate::world::dates;
use crate::world::dwellings;
use crate::world::families::calendar::first_of;
use crate::world::places::{Commune, telephone};
use crate::world::text::{slug, title};
use guichet_pipeline::values::Date;
use serde_json::json;

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

const DAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

impl<'a> Facts<'a> {
    /// Gives what a slot prints the first time.
    pub(super) fn value(&mut self, slot: &str) -> Vec<Run> {
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
            "mois_prochain" => month(first_of(self.date).add_months(1)).to_owned(),
            "mois_annee" => {
                let day = first_of(self.date).add_months(-self.draw.between(2, 18));
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
    pub(super) fn letterhead(&mut self, genre: &str) -> Option<Letterhead> {
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
