//! Faults of a dossier: what is missing, old, unreadable, foreign, changed, or declared otherwise than the pieces say.

use super::applicants::Applicants;
use super::pieces::{Forgery, ONE_SIDE, Piece, finding};
use crate::draw::Draw;
use crate::world::families::figures::{Cents, normal};
use serde_json::{Value, json};

/// Share of dossiers without any fault.
const SOUND_SHARE: f64 = 0.3;

/// A fault.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// A piece is not there; all three slips are.
    Missing { type_code: &'static str, rank: Option<usize> },
    /// What is wrong with the piece of a file.
    OfPiece { code: &'static str, file: String, type_code: &'static str, rank: Option<usize> },
    /// All slips of somebody are months old.
    OldSlips { rank: usize },
    /// The birth date declared is another.
    BirthDate { rank: usize },
    /// The income declared is another.
    Income { rank: usize },
    /// The address declared is another.
    Address,
    /// The number declared is malformed.
    Number,
}

/// Draws the faults of a dossier and bends its pieces.
pub(super) fn draw(applicants: &Applicants, pieces: &mut Pieces, draw: &mut Draw) -> Vec<Fault> {
    if draw.chance(SOUND_SHARE) {
        return Vec::new();
    }
    let count = *draw.weighted(&[(5.0, 1), (3.0, 2), (1.5, 3)]);
    let mut kinds: Vec<usize> = (0..KINDS.len()).collect();
    draw.shuffle(&mut kinds);
    let mut faults: Vec<Fault> = Vec::new();
    for kind in kinds {
        if faults.len() == count {
            break;
        }
        faults.extend(KINDS[kind](applicants, pieces, draw));
    }
    // An income can be told to be false beside slips of these months only.
    let told = |rank: usize| {
        let slip = |piece: &Piece| piece.type_code == "bulletin_salaire" && piece.rank == Some(rank);
        pieces.iter().any(|piece| slip(piece) && piece.ask.fresh == Some(true))
    };
    faults.retain(|fault| !matches!(fault, Fault::Income { rank } if !told(*rank)));
    faults
}

/// The pieces of a dossier, which a fault may take from or add to.
type Pieces = Vec<Piece>;
/// Bends the pieces; nothing where there is none to bend.
type Bend = fn(&Applicants, &mut Pieces, &mut Draw) -> Option<Fault>;

/// Every kind of fault; each gives nothing where the dossier has no such piece.
const KINDS: &[Bend] = &[
    missing,
    old,
    old_slips,
    unreadable,
    foreign,
    incomplete,
    forged,
    copied,
    |applicants, _, draw| Some(Fault::BirthDate { rank: draw.below(applicants.adults.len()) }),
    |_, pieces, _| {
        pieces
            .iter()
            .find(|piece| piece.type_code == "bulletin_salaire")
            .and_then(|piece| piece.rank)
            .map(|rank| Fault::Income { rank })
    },
    |applicants, _, _| (!applicants.hosted).then_some(Fault::Address),
    |_, _, _| Some(Fault::Number),
];

/// Pieces that are compulsory.
const COMPULSORY: &[&str] = &[
    "carte_identite",
    "passeport",
    "titre_sejour",
    "avis_imposition",
    "bulletin_salaire",
    "livret_famille",
    "attestation_hebergement",
    "quittance_loyer",
];

/// Gives a piece that stands alone in its file and that nothing was done to.
fn untouched(pieces: &[Piece], fits: impl Fn(&Piece) -> bool, draw: &mut Draw) -> Option<usize> {
    let free = |piece: &Piece| {
        !piece.empty
            && !piece.unreadable
            && !piece.first_page_only
            && piece.lease == 0
            && piece.forgery.is_none()
            && piece.copied_to.is_none()
            && piece.ask.fresh == Some(true)
            && piece.is_alone(pieces)
    };
    let at: Vec<usize> = (0..pieces.len()).filter(|at| free(&pieces[*at]) && fits(&pieces[*at])).collect();
    (!at.is_empty()).then(|| draw.one(&at))
}

fn of_piece(code: &'static str, piece: &Piece) -> Fault {
    Fault::OfPiece { code, file: piece.file.clone(), type_code: piece.type_code, rank: piece.rank }
}

fn missing(_: &Applicants, pieces: &mut Pieces, draw: &mut Draw) -> Option<Fault> {
    let at = untouched(pieces, |piece| COMPULSORY.contains(&piece.type_code), draw)?;
    let (type_code, rank) = (pieces[at].type_code, pieces[at].rank);
    pieces.retain(|piece| piece.type_code != type_code || piece.rank != rank);
    Some(Fault::Missing { type_code, rank })
}

fn old(_: &Applicants, pieces: &mut Pieces, draw: &mut Draw) -> Option<Fault> {
    const CAN: &[&str] =
        &["titre_sejour", "passeport", "avis_imposition", "attestation_hebergement", "quittance_loyer"];
    let at = untouched(pieces, |piece| CAN.contains(&piece.type_code), draw)?;
    let piece = &mut pieces[at];
    piece.ask.fresh = Some(false);
    match piece.type_code {
        "avis_imposition" => piece.ask.back = Some(3),
        "quittance_loyer" => piece.ask.back = Some(9),
        _ => {}
    }
    Some(of_piece("piece_perimee", piece))
}

fn old_slips(_: &Applicants, pieces: &mut Pieces, draw: &mut Draw) -> Option<Fault> {
    let at = untouched(pieces, |piece| piece.type_code == "bulletin_salaire", draw)?;
    let rank = pieces[at].rank?;
    let of_person = |piece: &&mut Piece| piece.type_code == "bulletin_salaire" && piece.rank == Some(rank);
    for piece in pieces.iter_mut().filter(of_person) {
        piece.ask.back = piece.ask.back.map(|back| back + 7);
        piece.ask.fresh = Some(false);
    }
    Some(Fault::OldSlips { rank })
}

fn unreadable(_: &Applicants, pieces: &mut Pieces, draw: &mut Draw) -> Option<Fault> {
    let at = untouched(pieces, |_| true, draw)?;
    let piece = &mut pieces[at];
    if draw.chance(0.5) {
        piece.empty = true;
    } else {
        piece.unreadable = true;
    }
    Some(of_piece("piece_illisible", piece))
}

fn foreign(_: &Applicants, pieces: &mut Pieces, draw: &mut Draw) -> Option<Fault> {
    let at = untouched(pieces, |piece| matches!(piece.type_code, "bulletin_salaire" | "carte_identite"), draw)?;
    let piece = pieces[at].of_stranger();
    let fault = of_piece("piece_tiers", &piece);
    pieces.push(piece);
    Some(fault)
}

fn incomplete(_: &Applicants, pieces: &mut Pieces, draw: &mut Draw) -> Option<Fault> {
    let at = untouched(pieces, |piece| matches!(piece.type_code, "carte_identite" | "avis_imposition"), draw)?;
    let piece = &mut pieces[at];
    if piece.type_code == "carte_identite" {
        piece.only(ONE_SIDE);
    } else {
        piece.only(&["avis_deux_pages"]);
        piece.first_page_only = true;
    }
    Some(of_piece("piece_incomplete", piece))
}

fn forged(_: &Applicants, pieces: &mut Pieces, draw: &mut Draw) -> Option<Fault> {
    let way = |piece: &Piece| match piece.type_code {
        "avis_imposition" => Some(Forgery::Income),
        "bulletin_salaire" => Some(Forgery::Pay),
        "carte_identite" | "passeport" => Some(Forgery::Zone),
        _ => None,
    };
    let at = untouched(pieces, |piece| way(piece).is_some(), draw)?;
    pieces[at].forgery = way(&pieces[at]);
    Some(of_piece("alteration_suspectee", &pieces[at]))
}

fn copied(_: &Applicants, pieces: &mut Pieces, draw: &mut Draw) -> Option<Fault> {
    let at = untouched(pieces, |_| true, draw)?;
    let copy = format!("{} (1).pdf", pieces[at].file.trim_end_matches(".pdf"));
    pieces[at].copied_to = Some(copy.clone());
    let mut fault = of_piece("doublon", &pieces[at]);
    if let Fault::OfPiece { file, .. } = &mut fault {
        *file = copy;
    }
    Some(fault)
}

impl Fault {
    /// Bends what is declared.
    pub(super) fn declare(&self, declared: &mut Value, draw: &mut Draw) {
        match self {
            Self::BirthDate { rank } => {
                let born = declared["personnes"][*rank]["date_naissance"].as_str().unwrap_or_default().to_owned();
                let other =
                    guichet_pipeline::values::Date::from_iso(&born).map(|day| day.add_days(draw.between(20, 900)));
                declared["personnes"][*rank]["date_naissance"] = other.map(|day| day.to_string()).into();
            }
            Self::Income { rank } => {
                let amount = &mut declared["personnes"][*rank]["revenus_mensuels"][0]["montant"];
                let more = super::cents(amount).unwrap_or(0) * Cents::from(draw.between(140, 180)) / 100;
                *amount = normal(more).into();
            }
            Self::Address => {
                declared["logement_actuel"]["adresse"]["ligne"] =
                    format!("{} rue des Peupliers", draw.between(100, 190)).into();
            }
            Self::Number => {
                let number = declared["numero_unique"].as_str().unwrap_or_default().to_owned();
                declared["numero_unique"] = number.get(..number.len().saturating_sub(4)).unwrap_or_default().into();
            }
            Self::Missing { .. } | Self::OfPiece { .. } | Self::OldSlips { .. } => {}
        }
    }

    /// Gives what must be found.
    pub(super) fn findings(&self, pieces: &[Piece]) -> Vec<Value> {
        match self {
            Self::Missing { type_code, rank } => {
                let identity: &[&str] = &["carte_identite", "passeport", "titre_sejour"];
                let others: &[&str] = if identity.contains(type_code) { identity } else { &[] };
                vec![json!({"code": "piece_manquante", "personne": rank.map(Applicants::id), "type_piece": type_code, "ou_type_piece": others, "fichier": null})]
            }
            Self::OfPiece { code, file, type_code, rank } => {
                let person = rank.filter(|_| *code != "piece_tiers").map(Applicants::id);
                vec![json!({"code": code, "personne": person, "type_piece": type_code, "fichier": file})]
            }
            // The days of a slip that cannot be read are not known.
            Self::OldSlips { rank } => pieces
                .iter()
                .filter(|piece| piece.type_code == "bulletin_salaire" && piece.lease == 0 && piece.rank == Some(*rank))
                .filter(|piece| !piece.empty && !piece.unreadable)
                .map(|piece| finding("piece_perimee", piece, piece.rank))
                .collect(),
            Self::BirthDate { rank } => {
                vec![json!({"code": "identite_incoherente", "personne": Applicants::id(*rank), "type_piece": null, "fichier": null})]
            }
            Self::Income { rank } => {
                vec![json!({"code": "revenu_incoherent", "personne": Applicants::id(*rank), "type_piece": null, "fichier": null})]
            }
            Self::Address => pieces
                .iter()
                .filter(|piece| piece.type_code == "quittance_loyer")
                .map(|piece| json!({"code": "adresse_incoherente", "personne": null, "type_piece": piece.type_code, "ou_type_piece": ["bail"], "fichier": null}))
                .collect(),
            Self::Number => {
                vec![json!({"code": "numero_unique_invalide", "personne": null, "type_piece": null, "fichier": null})]
            }
        }
    }

    /// Gives what may be found on the way.
    pub(super) fn tolerated(&self, pieces: &[Piece]) -> Vec<Value> {
        match self {
            // What cannot be read, or is out of date, is as good as missing.
            Self::OfPiece {
                code: "piece_illisible" | "piece_perimee" | "piece_incomplete", type_code, rank, ..
            } => {
                vec![
                    json!({"code": "piece_manquante", "personne": rank.map(Applicants::id), "type_piece": type_code, "fichier": null}),
                ]
            }
            Self::OfPiece { code: "alteration_suspectee" | "piece_tiers", .. } => {
                let codes = ["revenu_incoherent", "identite_incoherente"];
                codes
                    .iter()
                    .map(|code| json!({"code": code, "personne": null, "type_piece": null, "fichier": null}))
                    .collect()
            }
            Self::OldSlips { rank } => {
                vec![
                    json!({"code": "piece_manquante", "personne": Applicants::id(*rank), "type_piece": "bulletin_salaire", "fichier": null}),
                ]
            }
            Self::Address => pieces
                .iter()
                .filter(|piece| piece.type_code == "bail")
                .map(|piece| finding("adresse_incoherente", piece, None))
                .collect(),
            _ => Vec::new(),
        }
    }
}
