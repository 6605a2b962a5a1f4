//! The hand-written texts of `textes/` and the words that vary them, read once.
//!
//! Everything is compiled in: a mistake in a file (an unknown key, bracket or slot) is told with its file when the
//! library is loaded, and a test loads it.

use super::facts::SLOTS;
use super::grammar::{self, GrammarError, Node};
use crate::design::Split;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The files of base texts of one folder, by name.
macro_rules! shelf {
    ($folder:literal) => {
        shelf!(
            $folder:
            "adaptation_handicap", "assurance", "autorisation_travaux", "autre", "changement_situation", "conge",
            "contestation_charges", "courrier_elu", "courrier_juridique", "courrier_organisme", "deces_locataire",
            "demande_document", "demande_mutation", "enquete_sls_ops", "facture_fournisseur", "insatisfaction",
            "paiement_impaye", "publicite", "reclamation_technique", "remerciement", "suivi_demande_logement",
            "trouble_voisinage"
        )
    };
    ($folder:literal: $($category:literal),*) => {
        &[$((concat!($folder, $category), include_str!(concat!("../../textes/", $folder, $category, ".toml")))),*]
    };
}

/// The files of base texts: with places that vary, short, plain, whole letters.
const SHELVES: [&[(&str, &str)]; 4] = [shelf!(""), shelf!("brefs/"), shelf!("simples/"), shelf!("entiers/")];

/// How a person writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// Careful.
    Formel,
    /// Of every day.
    Courant,
    /// As to somebody known.
    Familier,
    /// With trouble.
    Maladroit,
    /// As offices do.
    Administratif,
    /// Short forms.
    Sms,
}

/// How a text comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// On paper.
    Lettre,
    /// As an e-mail.
    Email,
    /// Either.
    Both,
}

/// Who writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum Author {
    #[default]
    Locataire,
    Famille,
    TravailleurSocial,
    Mandataire,
    Avocat,
    Notaire,
    Elu,
    Organisme,
    Association,
    Entreprise,
    Voisin,
    Candidat,
    AncienLocataire,
}

impl Author {
    /// Tells whether a private person writes in an own matter.
    pub fn is_private(self) -> bool {
        matches!(self, Self::Locataire | Self::Famille | Self::Voisin | Self::Candidat | Self::AncienLocataire)
    }
}

/// How much stands above the text of a letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heading {
    /// Sender, landlord, date, subject.
    #[default]
    Complet,
    /// Name and date.
    Court,
    /// Nothing.
    Aucun,
}

/// Who signs a congé.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signed {
    /// One of the holders, or somebody for them.
    Un,
    /// All of them.
    #[default]
    Tous,
    /// Nobody.
    Aucun,
}

/// How a congé is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Registered.
    Lrar,
    /// As any letter.
    #[default]
    Simple,
    /// By e-mail.
    Email,
    /// By hand, against receipt.
    Remise,
}

/// What a congé ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goods {
    /// A dwelling.
    #[default]
    Logement,
    /// A parking space.
    Parking,
    /// A shop.
    Commerce,
}

/// A woman or a man, where a text fits only one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the letters say it")]
pub enum Gender {
    F,
    M,
}

/// When a letter must have been written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// November to March.
    Hiver,
    /// May to September.
    Ete,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawText {
    id: String,
    categorie: String,
    urgence: String,
    registre: Register,
    canal: Channel,
    split: Split,
    #[serde(default)]
    objet: Vec<String>,
    corps: String,
    #[serde(default)]
    auteur: Author,
    genre: Option<Gender>,
    #[serde(default = "one")]
    nombre: usize,
    #[serde(default)]
    accord: BTreeMap<String, Gender>,
    saison: Option<Season>,
    #[serde(default)]
    bornes: BTreeMap<String, [i32; 2]>,
    secondaire: Option<String>,
    piege: Option<String>,
    #[serde(default)]
    entete: Heading,
    #[serde(default)]
    anonyme: bool,
    organisme: Option<String>,
    #[serde(default)]
    facture: bool,
    motif_preavis_reduit: Option<String>,
    #[serde(default)]
    motifs: Vec<String>,
    #[serde(default)]
    preuve: Vec<String>,
    #[serde(default)]
    preuve_annoncee: bool,
    #[serde(default)]
    signe_par: Signed,
    #[serde(default)]
    form: Form,
    #[serde(default)]
    bien: Goods,
    #[serde(default = "one_to_four")]
    depart_mois: [i32; 2],
}

fn one() -> usize {
    1
}

fn one_to_four() -> [i32; 2] {
    [1, 4]
}

/// One text of the folder (its keys are told in `textes/README.md`).
#[derive(Debug)]
#[allow(missing_docs, reason = "the keys of textes/README.md")]
pub struct Base {
    pub id: String,
    pub category: String,
    pub urgency: String,
    pub register: Register,
    pub channel: Channel,
    pub split: Split,
    pub subjects: Vec<Vec<Node>>,
    pub body: Vec<Node>,
    pub author: Author,
    pub gender: Option<Gender>,
    pub count: usize,
    pub genders: BTreeMap<String, Gender>,
    pub season: Option<Season>,
    pub bounds: BTreeMap<String, [i32; 2]>,
    pub second: Option<String>,
    pub trap: Option<String>,
    pub heading: Heading,
    pub anonymous: bool,
    pub organism: Option<String>,
    pub invoice: bool,
    pub motives: Vec<String>,
    pub proofs: Vec<String>,
    pub signed: Signed,
    pub form: Form,
    pub goods: Goods,
    pub leaves_in_months: [i32; 2],
}

impl Base {
    fn parse(raw: RawText) -> Result<Self, GrammarError> {
        // The code alone decides: a proof that is only announced is not among the enclosed ones.
        let proofs = if raw.preuve_annoncee { Vec::new() } else { raw.preuve };
        let motives = match raw.motif_preavis_reduit {
            Some(code) => vec![code],
            None => raw.motifs,
        };
        Ok(Self {
            subjects: raw.objet.iter().map(|text| grammar::parse(text)).collect::<Result<_, _>>()?,
            body: grammar::parse(&raw.corps)?,
            id: raw.id,
            category: raw.categorie,
            urgency: raw.urgence,
            register: raw.registre,
            channel: raw.canal,
            split: raw.split,
            author: raw.auteur,
            gender: raw.genre,
            count: raw.nombre,
            genders: raw.accord,
            season: raw.saison,
            bounds: raw.bornes,
            second: raw.secondaire,
            trap: raw.piege,
            heading: raw.entete,
            anonymous: raw.anonyme,
            organism: raw.organisme,
            invoice: raw.facture,
            motives,
            proofs,
            signed: raw.signe_par,
            form: raw.form,
            goods: raw.bien,
            leaves_in_months: raw.depart_mois,
        })
    }
}

/// A kind of body that writes, and what its letterhead may print.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys of textes/organismes.toml")]
pub struct Body {
    pub genre: String,
    pub noms: Vec<String>,
    pub sous_titres: Vec<String>,
    pub services: Vec<String>,
    pub devises: Vec<String>,
    pub mentions: Vec<String>,
    pub domaine: String,
}

/// Names and words of `textes/lexique.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys of textes/lexique.toml")]
pub struct Lexicon {
    pub employeurs: Vec<String>,
    pub entreprises: Vec<String>,
    pub quartiers: Vec<String>,
    pub tribunaux: Vec<String>,
    pub bailleurs: Vec<String>,
    pub bailleurs_validation: Vec<String>,
    pub services: Vec<String>,
    pub attentions: Vec<String>,
    pub durees: Vec<String>,
    pub messageries: Vec<String>,
}

/// A proof of a reason, by code and in the words of people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// A type of the catalogue, or a word of `textes/README.md`.
    pub code: String,
    /// How people name it.
    pub mots: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMotive {
    code: String,
    phrases: Vec<String>,
    pieces: Vec<Proof>,
}

/// A reason of a short notice.
#[derive(Debug)]
pub struct Motive {
    /// Its code.
    pub code: String,
    /// Noun groups for `{motif}`.
    pub phrases: Vec<Vec<Node>>,
    /// Its proofs.
    pub proofs: Vec<Proof>,
}

/// Misspellings, of `textes/fautes.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the tables of textes/fautes.toml")]
pub struct Faults {
    pub orthographe: BTreeMap<String, Vec<String>>,
    pub phonetique: BTreeMap<String, Vec<String>>,
    pub abreviations: BTreeMap<String, Vec<String>>,
    pub administratives: BTreeMap<String, Vec<String>>,
    pub groupes: BTreeMap<String, Vec<String>>,
    pub terminaisons: BTreeMap<String, Vec<String>>,
}

/// A way to say something, and other ways.
#[derive(Debug)]
pub struct Turn {
    /// The phrase looked for, lower case.
    pub phrase: String,
    /// What may stand in its place.
    pub others: Vec<String>,
    /// Only in mail of this channel.
    pub channel: Option<Channel>,
    /// Not after one of these words.
    pub not_after: Vec<String>,
}

/// Last formulas that may stand for each other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys of textes/tournures.toml")]
pub struct Closings {
    pub registres: Vec<Register>,
    pub mots: Vec<String>,
}

/// Where an added sentence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// After the greeting.
    Debut,
    /// Before the last formula.
    Fin,
}

/// A sentence that says nothing of the matter.
#[derive(Debug)]
pub struct Addition {
    /// Where it stands.
    pub spot: Spot,
    /// In which registers.
    pub registers: Vec<Register>,
    /// Only in mail of this channel.
    pub channel: Option<Channel>,
    /// What it says.
    pub text: Vec<Node>,
}

/// A sentence with words of danger that mean none.
#[derive(Debug)]
pub struct Aside {
    /// Which texts it may stand in.
    pub split: Split,
    /// What it says.
    pub text: Vec<Node>,
}

/// What stands around the text of an e-mail.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the tables of textes/fils.toml")]
pub struct Threads {
    pub reponse: Vec<Reply>,
    pub transmission: Vec<Note>,
    pub pied: Vec<Footer>,
}

/// A message of the landlord that is answered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys of textes/fils.toml")]
pub struct Reply {
    pub split: Split,
    pub texte: String,
}

/// What somebody writes above a message that is passed on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys of textes/fils.toml")]
pub struct Note {
    pub texte: String,
}

/// Whose e-mails end with a footer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum Whose {
    Particulier,
    Organisme,
}

/// A footer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys of textes/fils.toml")]
pub struct Footer {
    pub qui: Whose,
    pub texte: String,
}

/// All texts and words.
#[derive(Debug)]
pub struct Library {
    /// The base texts, in the order of the files.
    pub bases: Vec<Base>,
    /// Categories, sorted.
    pub categories: Vec<String>,
    /// Kinds of bodies.
    pub bodies: Vec<Body>,
    /// Names and words.
    pub lexicon: Lexicon,
    /// Reasons of a short notice.
    pub motives: Vec<Motive>,
    /// Misspellings.
    pub faults: Faults,
    /// Ways to say the same, longest phrase first.
    pub turns: Vec<Turn>,
    /// First lines by register.
    pub openings: BTreeMap<Register, Vec<String>>,
    /// Last formulas.
    pub closings: Vec<Closings>,
    /// Sentences that may be added.
    pub additions: Vec<Addition>,
    /// Sentences with harmless words of danger.
    pub asides: Vec<Aside>,
    /// What stands around e-mails.
    pub threads: Threads,
}

/// Why the texts could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// A file is no TOML, or has keys that it should not have.
    #[error("cannot read {file}.toml")]
    File {
        /// Its name.
        file: String,
        /// Why.
        source: Box<toml::de::Error>,
    },
    /// A template is malformed.
    #[error("cannot parse text \"{id}\"")]
    Template {
        /// Its text.
        id: String,
        /// Why.
        source: GrammarError,
    },
    /// A slot that nothing fills.
    #[error("text \"{id}\" has an unknown slot \"{slot}\"")]
    Slot {
        /// Its text.
        id: String,
        /// Its name.
        slot: String,
    },
    /// Two texts go by one name.
    #[error("two texts are called \"{id}\"")]
    Twice {
        /// Their name.
        id: String,
    },
}

impl Library {
    /// Reads everything.
    ///
    /// # Errors
    /// A mistake in one of the files.
    pub fn load() -> Result<Self, TextError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Texts {
            texte: Vec<RawText>,
        }
        let mut bases = Vec::new();
        let mut ids = BTreeSet::new();
        for (file, text) in SHELVES.into_iter().flatten() {
            let texts: Texts = read(file, text)?;
            for raw in texts.texte {
                let id = raw.id.clone();
                if !ids.insert(id.clone()) {
                    return Err(TextError::Twice { id });
                }
                let base = Base::parse(raw).map_err(|source| TextError::Template { id: id.clone(), source })?;
                for template in base.subjects.iter().chain([&base.body]) {
                    known(&id, template)?;
                }
                bases.push(base);
            }
        }
        let categories: BTreeSet<String> = bases.iter().map(|base: &Base| base.category.clone()).collect();
        let (turns, openings, closings, additions) = turns()?;
        Ok(Self {
            bases,
            categories: categories.into_iter().collect(),
            bodies: bodies()?,
            lexicon: read("lexique", include_str!("../../textes/lexique.toml"))?,
            motives: motives()?,
            faults: read("fautes", include_str!("../../textes/fautes.toml"))?,
            turns,
            openings,
            closings,
            additions,
            asides: asides()?,
            threads: read("fils", include_str!("../../textes/fils.toml"))?,
        })
    }
}

fn read<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, TextError> {
    toml::from_str(text).map_err(|source| TextError::File { file: file.to_owned(), source: Box::new(source) })
}

/// Parses a template of a file other than those of base texts.
fn template(file: &str, text: &str) -> Result<Vec<Node>, TextError> {
    let nodes = grammar::parse(text).map_err(|source| TextError::Template { id: file.to_owned(), source })?;
    known(file, &nodes)?;
    Ok(nodes)
}

fn known(id: &str, nodes: &[Node]) -> Result<(), TextError> {
    match grammar::slots(nodes).into_iter().find(|slot| !SLOTS.contains(slot)) {
        Some(slot) => Err(TextError::Slot { id: id.to_owned(), slot: slot.to_owned() }),
        None => Ok(()),
    }
}

fn bodies() -> Result<Vec<Body>, TextError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        corps: Vec<Body>,
    }
    Ok(read::<File>("organismes", include_str!("../../textes/organismes.toml"))?.corps)
}

fn motives() -> Result<Vec<Motive>, TextError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        motif: Vec<RawMotive>,
    }
    let file: File = read("motifs", include_str!("../../textes/motifs.toml"))?;
    let parsed = |raw: RawMotive| -> Result<Motive, TextError> {
        let phrases = raw.phrases.iter().map(|phrase| template("motifs", phrase)).collect::<Result<_, _>>()?;
        Ok(Motive { code: raw.code, phrases, proofs: raw.pieces })
    };
    file.motif.into_iter().map(parsed).collect()
}

fn asides() -> Result<Vec<Aside>, TextError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Raw {
        split: Split,
        texte: String,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        incise: Vec<Raw>,
    }
    let file: File = read("incises", include_str!("../../textes/incises.toml"))?;
    let parsed = |raw: Raw| Ok(Aside { split: raw.split, text: template("incises", &raw.texte)? });
    file.incise.into_iter().map(parsed).collect()
}

type Turns = (Vec<Turn>, BTreeMap<Register, Vec<String>>, Vec<Closings>, Vec<Addition>);

fn turns() -> Result<Turns, TextError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Group {
        mots: Vec<String>,
        canal: Option<Channel>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Replacement {
        de: String,
        vers: Vec<String>,
        #[serde(default)]
        sauf_apres: Vec<String>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct RawAddition {
        place: Spot,
        registres: Vec<Register>,
        canal: Option<Channel>,
        texte: String,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        tournure: Vec<Group>,
        remplace: Vec<Replacement>,
        ouvertures: BTreeMap<Register, Vec<String>>,
        fermetures: Vec<Closings>,
        ajout: Vec<RawAddition>,
    }
    let file: File = read("tournures", include_str!("../../textes/tournures.toml"))?;
    let mut turns = Vec::new();
    for Group { mots, canal } in file.tournure {
        for phrase in &mots {
            let others = mots.iter().filter(|other| *other != phrase).cloned().collect();
            turns.push(Turn { phrase: phrase.to_lowercase(), others, channel: canal, not_after: Vec::new() });
        }
    }
    for Replacement { de, vers, sauf_apres } in file.remplace {
        turns.push(Turn { phrase: de.to_lowercase(), others: vers, channel: None, not_after: sauf_apres });
    }
    turns.sort_by_key(|turn| std::cmp::Reverse(turn.phrase.len()));
    let mut additions = Vec::new();
    for RawAddition { place, registres, canal, texte } in file.ajout {
        let text = template("tournures", &texte)?;
        additions.push(Addition { spot: place, registers: registres, channel: canal, text });
    }
    Ok((turns, file.ouvertures, file.fermetures, additions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_well_formed() {
        let library =
            Library::load().unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)));
        assert!(library.bases.len() >= 700, "{}", library.bases.len());
        assert_eq!(library.categories.len(), 22);
        for category in &library.categories {
            for split in [Split::Train, Split::Validation] {
                let count =
                    library.bases.iter().filter(|base| &base.category == category && base.split == split).count();
                assert!(count >= 5, "{category} {split:?}: {count}");
            }
        }
        for base in &library.bases {
            assert!(["immediate", "24h", "normale", "faible"].contains(&base.urgency.as_str()), "{}", base.id);
            if let Some(genre) = &base.organism {
                assert!(library.bodies.iter().any(|body| &body.genre == genre), "{}: {genre}", base.id);
            }
            if base.category == "conge" {
                assert!(!base.motives.is_empty(), "{}: no reason, not even \"aucun\"", base.id);
            }
            for motive in base.motives.iter().filter(|_| base.motives.len() > 1) {
                assert!(library.motives.iter().any(|known| &known.code == motive), "{}: {motive}", base.id);
            }
        }
    }
}
