//! The pieces that a situation calls for: which paper, whose, of when, and in which file it comes.

use super::applicants::Applicants;
use crate::draw::Draw;
use crate::world::families::Ask;
use crate::world::families::figures::{Cents, normal, whole};
use crate::world::families::life::{Activity, Life};
use serde_json::{Value, json};

/// How somebody changed a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forgery {
    /// The reference income is lower than its own arithmetic.
    Income,
    /// More is paid than the slip adds up to.
    Pay,
    /// A digit of the machine-readable zone.
    Zone,
}

/// A piece of a dossier.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Folder of its design.
    pub(super) family: &'static str,
    /// Its type.
    pub(super) type_code: &'static str,
    /// Names of the designs that show it, beginnings with a star; all if empty.
    designs: &'static [&'static str],
    /// Which of the two households: 0, or 1 for the stranger's.
    pub(super) lease: usize,
    /// Whose it is.
    pub(super) rank: Option<usize>,
    /// What is asked of it.
    pub(super) ask: Ask,
    /// Its file.
    pub(super) file: String,
    /// Another file with the same bytes.
    pub(super) copied_to: Option<String>,
    /// Whether its file has no bytes.
    pub(super) empty: bool,
    /// Whether it is too bad a photo.
    pub(super) unreadable: bool,
    /// Whether only its first page was sent.
    pub(super) first_page_only: bool,
    /// What was changed.
    pub(super) forgery: Option<Forgery>,
}

impl Piece {
    fn new(family: &'static str, type_code: &'static str, rank: Option<usize>, stem: &str) -> Self {
        Self {
            family,
            type_code,
            designs: &[],
            lease: 0,
            rank,
            ask: Ask { rank, back: None, fresh: Some(true) },
            file: format!("{stem}.pdf"),
            copied_to: None,
            empty: false,
            unreadable: false,
            first_page_only: false,
            forgery: None,
        }
    }

    fn of(self, designs: &'static [&'static str]) -> Self {
        Self { designs, ..self }
    }

    fn back(mut self, back: i32) -> Self {
        self.ask.back = Some(back);
        self
    }

    /// Shows it in designs of those names only.
    pub(super) fn only(&mut self, designs: &'static [&'static str]) {
        self.designs = designs;
    }

    /// Tells whether a design shows it.
    pub(super) fn shows(&self, design: &str) -> bool {
        let name = design.rsplit('/').next().unwrap_or(design);
        let named = |wanted: &&str| wanted.strip_suffix('*').map_or(name == *wanted, |head| name.starts_with(head));
        self.designs.is_empty() || self.designs.iter().any(named)
    }

    /// Tells whether it comes alone in its file.
    pub(super) fn is_alone(&self, pieces: &[Self]) -> bool {
        pieces.iter().filter(|other| other.file == self.file).count() == 1
    }

    /// Gives the stranger's piece of the same kind.
    pub(super) fn of_stranger(&self) -> Self {
        let file = format!("{}_2.pdf", self.file.trim_end_matches(".pdf"));
        Self { lease: 1, rank: None, ask: Ask { rank: Some(0), ..self.ask }, file, ..self.clone() }
    }

    /// Changes what the data say.
    pub(super) fn forge(&self, data: &mut Value, draw: &mut Draw) {
        match self.forgery {
            None => {}
            Some(Forgery::Income) => {
                let income = data["impots"]["rfr"]["nombre"].as_i64().unwrap_or(0);
                data["impots"]["rfr"] = whole((income - i64::from(draw.between(3_000, 9_000))).max(0));
            }
            Some(Forgery::Pay) => {
                let slip = &mut data["paie"]["prive"];
                let paid = super::cents(&slip["net_a_payer"]["valeur"]).unwrap_or(0);
                let more = paid + 100 * Cents::from(draw.between(250, 700));
                slip["net_a_payer"] = json!({"texte": normal(more).replace('.', ","), "valeur": normal(more)});
            }
            Some(Forgery::Zone) => {
                for key in ["cni_nouvelle", "cni_ancienne", "passeport"] {
                    if let Some(line) = data["identite"][key]["mrz"].get_mut(1) {
                        let text = line.as_str().unwrap_or_default();
                        // The first digit of the line: a birth year, or a number; its key is wrong then.
                        let digit = text.chars().next().and_then(|c| c.to_digit(10)).unwrap_or(0);
                        *line = format!("{}{}", (digit + 3) % 10, text.get(1..).unwrap_or_default()).into();
                    }
                }
            }
        }
    }

    /// Gives the piece for whoever looks at the truth.
    pub(super) fn json(&self) -> Value {
        let person = self.rank.filter(|_| self.lease == 0).map(Applicants::id);
        json!({"fichier": self.file, "type": self.type_code, "personne": person})
    }
}

/// Pay slips of a company's employee.
const SLIPS: &[&str] = &[
    "b_association",
    "b_clarifie",
    "b_dense_groupe",
    "b_deux_pages",
    "b_grille_codes",
    "b_machine_a_ecrire",
    "b_paysage",
    "b_web_cartes",
];
/// Both sides of a card.
const CARDS: &[&str] =
    &["cni_2021_recto_verso", "cni_2021_deux_photos", "cni_bleue_recto_verso", "cni_bleue_certifiee"];
/// One side of it.
pub(super) const ONE_SIDE: &[&str] = &["cni_2021_recto", "cni_bleue_recto"];

/// Gives the pieces of a household that sends all it must.
pub(super) fn wanted(applicants: &Applicants, draw: &mut Draw) -> Vec<Piece> {
    let mut pieces = vec![Piece::new("demande", "attestation_enregistrement", None, "attestation_enregistrement")];
    for rank in 0..applicants.adults.len() {
        of_adult(applicants, rank, draw, &mut pieces);
    }
    if applicants.together {
        // One notice for both.
        pieces.retain(|piece| piece.type_code != "avis_imposition" || piece.rank == Some(0));
    }
    if !applicants.children.is_empty() || applicants.status == "marie" {
        pieces.push(Piece::new("etat_civil", "livret_famille", None, "livret_famille"));
    }
    if applicants.status == "divorce" {
        let judgment = Piece::new("etat_civil", "jugement", Some(0), "jugement_divorce");
        pieces.push(judgment.of(&["jugement_divorce"]));
    }
    if applicants.children.len() > 1 {
        pieces.push(Piece::new("prestations", "attestation_caf", Some(0), "attestation_caf").of(&["caf*"]).back(1));
    }
    if applicants.hosted {
        pieces.push(Piece::new("logement", "attestation_hebergement", None, "hebergement"));
    } else {
        pieces.push(Piece::new("logement", "bail", None, "bail").of(&["bail_prive*", "bail_meuble"]));
        pieces.push(Piece::new("logement", "quittance_loyer", None, "quittance").back(1).of(PRIVATE_RENTS));
    }
    if draw.chance(0.3) {
        bundle(&mut pieces, draw);
    }
    pieces
}

/// Receipts of a private owner.
const PRIVATE_RENTS: &[&str] =
    &["quittance_agence_tableau", "quittance_preimprimee", "quittance_proprietaire_lettre", "quittance_sci_a5"];

fn of_adult(applicants: &Applicants, rank: usize, draw: &mut Draw, pieces: &mut Vec<Piece>) {
    let who = Some(rank);
    let name = |stem: &str| if applicants.adults.len() > 1 { format!("{stem}_{}", rank + 1) } else { stem.to_owned() };
    let mut add = |piece: Piece| pieces.push(piece);
    if Life::of(&applicants.adults[rank]).is_foreign() {
        add(Piece::new("identite", "titre_sejour", who, &name("titre_sejour")).of(&["titre_recto_verso"]));
    } else if draw.chance(0.3) {
        add(Piece::new("identite", "passeport", who, &name("passeport")));
    } else {
        add(Piece::new("identite", "carte_identite", who, &name("cni")).of(CARDS));
    }
    // In a year N the tax notice of the incomes of N-2 is asked for, which came in N-1.
    add(Piece::new("impots", "avis_imposition", who, &name("avis_imposition")).back(1).of(&[
        "avis_deux_pages",
        "avis_une_page",
        "avis_ancien",
    ]));
    match applicants.activity(rank) {
        Activity::Employed => {
            for back in 1..=3 {
                let stem = name(&format!("bulletin_{back}"));
                add(Piece::new("paie", "bulletin_salaire", who, &stem).of(SLIPS).back(back));
            }
            add(Piece::new("paie", "contrat_travail", who, &name("attestation_employeur")).of(&["c_attestation*"]));
        }
        Activity::Jobless => {
            add(Piece::new("prestations", "attestation_france_travail", who, &name("france_travail")).back(1));
        }
        Activity::Retired => {
            add(Piece::new("prestations", "bulletin_pension", who, &name("pension")).of(&["pension_carsat*"]).back(1))
        }
        Activity::Disabled => add(Piece::new("prestations", "bulletin_pension", who, &name("pension"))
            .of(&["pension_invalidite_paiement"])
            .back(1)),
        Activity::Student => add(Piece::new("logement", "certificat_scolarite", who, &name("certificat_scolarite"))
            .of(&["scolarite_universite"])),
        Activity::Idle => {}
    }
}

/// Puts a few pieces into one file.
fn bundle(pieces: &mut [Piece], draw: &mut Draw) {
    let count = (2 + draw.below(4)).min(pieces.len());
    let mut at: Vec<usize> = (0..pieces.len()).collect();
    draw.shuffle(&mut at);
    for at in at.into_iter().take(count) {
        "dossier.pdf".clone_into(&mut pieces[at].file);
    }
}

/// Gives what may be said of sound pieces without being wrong.
pub(super) fn tolerated(pieces: &[Piece]) -> Vec<Value> {
    // What the family fund pays is only in part what is declared as family benefits.
    let caf = pieces.iter().filter(|piece| piece.type_code == "attestation_caf");
    caf.map(|piece| finding("revenu_incoherent", piece, piece.rank)).collect()
}

/// Gives a finding on a piece.
pub(super) fn finding(code: &str, piece: &Piece, rank: Option<usize>) -> Value {
    json!({
        "code": code,
        "personne": rank.filter(|_| piece.lease == 0).map(Applicants::id),
        "type_piece": piece.type_code,
        "fichier": piece.file,
    })
}
