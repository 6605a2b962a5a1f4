//! The part `d.courrier` of the dictionary of the letter designs (`designs/courrier/CONTRAT.md`), and which designs fit.

use super::Letter;
use super::facts::Letterhead;
use super::grammar::{self, Mark, Run};
use super::texts::{Channel, Form, Heading, Signed};
use crate::design::Design;
use crate::draw::Draw;
use crate::world::addresses::{self, AddressStyle, Written};
use crate::world::dates;
use crate::world::people::{self, NameStyle, Person};
use crate::world::style;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CONVENIENT: &str = include_str!("../../designs/courrier/convient.toml");

/// Share of letters that carry no date.
const NO_DATE_SHARE: f64 = 1.0 / 15.0;

/// Which letters a design can carry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fit {
    canal: Vec<Channel>,
    de: Vec<String>,
    mots: Option<usize>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    facture: bool,
    #[serde(default)]
    entete: Vec<Heading>,
}

/// What each design of letters can carry.
#[derive(Debug)]
pub struct Fits(BTreeMap<String, Fit>);

impl Fits {
    /// Reads `convient.toml`.
    ///
    /// # Errors
    /// A mistake in it.
    pub fn load() -> Result<Self, Box<toml::de::Error>> {
        Ok(Self(toml::from_str(CONVENIENT)?))
    }

    /// Tells whether the table has that design.
    pub fn carries_any(&self, design: &Design) -> bool {
        self.0.contains_key(design.name.rsplit('/').next().unwrap_or_default())
    }

    /// Draws a design of the letter's part that can carry it; `None` if there is none.
    pub fn design(&self, letter: &Letter<'_>, designs: &[Design], draw: &mut Draw) -> Option<usize> {
        let base = letter.facts.base;
        let writer = letter.facts.letterhead.as_ref().map_or("particulier", |letterhead| letterhead.genre.as_str());
        let words: usize = letter.paragraphs.iter().map(|runs| grammar::text(runs).split_whitespace().count()).sum();
        let carries = |design: &&Design| {
            let name = design.name.rsplit('/').next().unwrap_or_default();
            let Some(fit) = self.0.get(name).filter(|_| design.family == "courrier") else { return false };
            design.front.split == base.split
                && fit.canal.contains(&letter.channel)
                && fit.de.iter().any(|genre| genre == writer)
                && fit.mots.is_none_or(|most| words <= most)
                && (fit.categories.is_empty() || fit.categories.contains(&base.category))
                && fit.facture == base.invoice
                && (fit.entete.is_empty() || fit.entete.contains(&base.heading))
        };
        let choices: Vec<(f64, usize)> = designs
            .iter()
            .enumerate()
            .filter(|(_, design)| carries(design))
            .map(|(at, design)| (design.front.poids, at))
            .collect();
        (!choices.is_empty()).then(|| *draw.weighted(&choices))
    }
}

/// Gives the whole dictionary of a letter in that design.
pub fn dictionary(letter: &mut Letter<'_>, design: &Design, draw: &Draw) -> Value {
    let mut draw = draw.sister("dictionary");
    let base = letter.facts.base;
    let full = base.heading == Heading::Complet;
    let letterhead = letter.facts.letterhead.clone();
    let dated = letter.channel == Channel::Email || base.heading != Heading::Aucun && !draw.chance(NO_DATE_SHARE);
    let subject = letter.subject.as_ref().map(|runs| grammar::text(runs));
    let own_reference = letter.facts.lives_there() && !letter.prints("reference_contrat") && draw.chance(0.25);
    let contact = letter.has_sender() && letterhead.is_none() && full;
    let adresse = address(letter, contact);
    let organisme = letterhead.as_ref().map_or(Value::Null, organism);
    let destinataire = landlord(letter, &mut draw);
    let telephone = field(&letter.facts.telephone_run(), contact && draw.chance(0.5));
    let email = field(&letter.facts.email_run(), contact && draw.chance(0.4));
    let references = match own_reference && full {
        true => {
            let label = draw.one(&["Contrat de location", "N° de contrat", "Réf. locataire", "Bail n°"]);
            let mut run = run(&letter.facts.reference_run());
            run["libelle"] = label.into();
            json!([run])
        }
        false => json!([]),
    };
    let notice = letter.facts.is_notice();
    let mentions: Vec<&str> = match base.form {
        Form::Lrar if notice => vec!["Lettre recommandée avec avis de réception"],
        Form::Remise if notice => vec!["Remise en main propre contre récépissé"],
        _ => Vec::new(),
    };
    let registered = notice && base.form == Form::Lrar && draw.chance(0.4);
    let stamped = ["courrier/lettre_tampon_recu", "courrier/formulaire_bailleur"].contains(&design.name.as_str());
    let hand = base.signed != Signed::Aucun && letter.channel == Channel::Lettre && letter.has_sender();
    let courrier = json!({
        "categorie": base.category,
        "urgence": base.urgency,
        "canal": if letter.channel == Channel::Email { "email" } else { "lettre" },
        "registre": null,
        "auteur": null,
        "forme": null,
        "signataires": signers(letter, &letterhead),
        "adresse": adresse,
        "telephone": telephone,
        "email": email,
        "organisme": organisme,
        "destinataire": destinataire,
        "lieu": draw.chance(0.75).then_some(letter.facts.place.commune.name),
        "date": if dated { dates::forms(letter.facts.date) } else { Value::Null },
        "objet": subject.map(|text| json!({"texte": text, "champ": "objet", "valeur": text})),
        "references": references,
        "mentions": mentions,
        "recommande": registered.then(|| draw.pattern("1A ### ### #### #")),
        "corps": body(letter),
        "paraphe": hand,
        "pieces_jointes": [],
        "copies": [],
        "courriel": courriel(letter, &letterhead, &mut draw),
        "tampon": stamped.then(|| json!({"date": dates::forms(letter.received), "service": "Courrier arrivé", "numero": draw.pattern("2026-#####")})),
        "facture": if base.invoice { invoice(letter, &mut draw) } else { Value::Null },
    });
    json!({
        "meta": {"titre": draw.pick(&["Courrier", "Lettre", "Document", "Sans titre"]), "auteur": ""},
        "style": style::style(&mut draw),
        "v": style::variants(&mut draw),
        "courrier": courrier,
    })
}

/// Gives a run as the designs take it.
fn run(run: &Run) -> Value {
    let mark = |mark: &Mark| json!({"champ": mark.field, "partie": mark.part, "rang": mark.rank, "valeur": mark.value});
    let mut value = match run.marks.first() {
        Some(first) => mark(first),
        None => json!({"champ": null}),
    };
    value["texte"] = run.text.replace('’', "'").into();
    if run.marks.len() > 1 {
        value["aussi"] = run.marks[1..].iter().map(mark).collect();
    }
    value
}

fn field(of: &Run, given: bool) -> Value {
    if given { run(of) } else { Value::Null }
}

fn body(letter: &Letter<'_>) -> Value {
    let last = letter.paragraphs.len() - 1;
    let paragraph = |(at, runs): (usize, &Vec<Run>)| {
        let text = grammar::text(runs);
        let words = text.split_whitespace().count();
        let signs = runs.iter().flat_map(|run| &run.marks).any(|mark| mark.field == "expediteur");
        let genre = if at == 0 && words <= 6 && text.ends_with([',', '!']) {
            "appel"
        } else if at == last && signs && words <= 16 {
            "signature"
        } else {
            "texte"
        };
        json!({"genre": genre, "runs": runs.iter().map(run).collect::<Vec<_>>()})
    };
    letter.paragraphs.iter().enumerate().map(paragraph).collect()
}

/// Gives who the sender's block names; a body's letter names the person who signs it.
fn signers(letter: &Letter<'_>, letterhead: &Option<Letterhead>) -> Value {
    let facts = &letter.facts;
    let signs = letter.has_sender() && facts.base.heading != Heading::Aucun;
    if !signs || facts.base.invoice || letterhead.is_some() && !letter.prints("expediteur") {
        return json!([]);
    }
    let style = NameStyle { plain: facts.has_plain_names(), ..NameStyle::default() };
    let named = |person: &Person, fields: Value| {
        let mut forms = people::forms(person, None, style);
        forms["champs"] = fields;
        forms
    };
    let holder = facts.is_notice() && facts.lives_there();
    let mut fields = vec![json!({"champ": "expediteur", "rang": null})];
    if holder {
        fields.push(json!({"champ": "locataires", "rang": 0}));
    }
    let mut signers = vec![named(&facts.sender, fields.into())];
    if holder && facts.base.signed == Signed::Tous {
        for (at, other) in facts.holders.iter().enumerate().skip(1) {
            signers.push(named(other, json!([{"champ": "locataires", "rang": at}])));
        }
    }
    signers.into()
}

fn address(letter: &mut Letter<'_>, given: bool) -> Value {
    if !given {
        return Value::Null;
    }
    let lives = letter.facts.lives_there();
    let mut value = if lives { letter.facts.written.json() } else { letter.facts.own_address().json() };
    value["champ"] = if lives { "adresse_logement".into() } else { Value::Null };
    value
}

fn plain_address(written: &Written) -> Value {
    json!({"complement": written.complement, "ligne": written.line, "cp": written.postcode, "commune": written.commune})
}

fn organism(letterhead: &Letterhead) -> Value {
    let Letterhead { genre, name, subtitle, service, motto, mention, telephone, email, site, siret, address } =
        letterhead;
    json!({
        "genre": genre,
        "nom": name,
        "sous_titre": subtitle,
        "service": service,
        "devise": motto,
        "adresse": plain_address(address),
        "telephone": telephone,
        "email": email,
        "site": site,
        "siret": siret,
        "legal": mention,
    })
}

fn landlord(letter: &Letter<'_>, draw: &mut Draw) -> Value {
    let facts = &letter.facts;
    let lexicon = &facts.library.lexicon;
    let place = facts.world.places.house_in(draw, &facts.place.commune);
    let written = addresses::write(&place, &AddressStyle::default(), draw);
    json!({
        "nom": facts.landlord,
        "service": draw.chance(0.6).then(|| draw.pick(&lexicon.services)),
        "attention": draw.chance(0.3).then(|| draw.pick(&lexicon.attentions)),
        "adresse": plain_address(&written),
    })
}

/// What firms put on invoices, with a price in cents and a unit.
const WORKS: &[(&str, i64, &str)] = &[
    ("Déplacement", 4200, "forf."),
    ("Main-d'œuvre", 4600, "h"),
    ("Remplacement d'un mitigeur", 9850, "u"),
    ("Recherche de fuite", 14500, "forf."),
    ("Nettoyage des parties communes", 31200, "mois"),
    ("Serrure trois points, pose comprise", 23900, "u"),
    ("Peinture acrylique, deux couches", 1850, "m²"),
    ("Évacuation d'encombrants", 6400, "m³"),
    ("Visite de maintenance", 11800, "u"),
    ("Contrôle de l'éclairage de secours", 7300, "u"),
];

/// Draws the table of an invoice; its totals add up.
fn invoice(letter: &mut Letter<'_>, draw: &mut Draw) -> Value {
    let money = |cents: i64| format!("{},{:02}", cents / 100, cents % 100);
    let mut works = WORKS.to_vec();
    draw.shuffle(&mut works);
    works.truncate(1 + draw.below(5));
    let mut net = 0;
    let mut lines = Vec::new();
    for (name, price, unit) in works {
        let count = if unit == "forf." { 1 } else { i64::from(draw.between(1, 8)) };
        net += count * price;
        lines.push(json!({"designation": name, "quantite": count.to_string(), "unite": unit, "prix": money(price), "total": money(count * price)}));
    }
    let (rate, share) = draw.one(&[("10 %", 10), ("20 %", 20)]);
    let tax = (net * share + 50) / 100;
    let date = letter.facts.date;
    json!({
        "titre": draw.pick(&["Facture", "FACTURE", "Facture de travaux"]),
        "numero": grammar::text(&letter.facts.print("numero_facture", "")),
        "lignes": lines,
        "total_ht": format!("{} €", money(net)),
        "taux_tva": rate,
        "tva": format!("{} €", money(tax)),
        "total_ttc": format!("{} €", money(net + tax)),
        "echeance": dates::forms(date.add_days(30)),
        "iban": draw.pattern("FR76 #### #### #### #### #### ###"),
        "bic": draw.pattern("@@@@FRPP###"),
        "penalites": "Pénalités de retard : trois fois le taux d'intérêt légal. Indemnité forfaitaire de recouvrement : 40 €.",
    })
}

fn courriel(letter: &Letter<'_>, letterhead: &Option<Letterhead>, draw: &mut Draw) -> Value {
    let facts = &letter.facts;
    let (from, name) = match letterhead {
        Some(letterhead) => (letterhead.email.clone(), letterhead.name.clone()),
        None => (facts.email.clone(), facts.named(&facts.sender)),
    };
    json!({
        "de": from,
        "nom": name,
        "a": facts.landlord_box,
        "a_nom": facts.landlord,
        "cc": null,
        "heure": format!("{:02}:{:02}", draw.between(6, 23), draw.between(0, 59)),
        "prefixe": draw.one(&["", "", "", "Re : "]),
        "fichiers": [],
        "note": null,
    })
}
