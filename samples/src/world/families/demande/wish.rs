//! The present dwelling, why it is to be left, and what is looked for.

use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::Base;
use crate::world::families::figures::{Cents, Figures};
use crate::world::families::life::Life;
use crate::world::people::{self, NameStyle};
use serde_json::{Value, json};

const REASONS: &[&str] = &[
    "sans logement propre",
    "logement trop petit",
    "logement trop grand",
    "loyer trop élevé",
    "logement non décent ou insalubre",
    "rapprochement du lieu de travail",
    "rapprochement de la famille",
    "divorce ou séparation",
    "décohabitation",
    "naissance attendue",
    "santé",
    "handicap",
    "procédure d'expulsion",
    "logement repris ou mis en vente",
    "problèmes d'environnement ou de voisinage",
];
const TYPES: &[&str] = &["Chambre", "T1", "T2", "T3", "T4", "T5", "T6 et plus"];

/// Puts these beside the rest; `count` persons are to be housed.
pub(super) fn fill(base: Base<'_>, count: usize, draw: &mut Draw, said: &mut Value) {
    let figures = Figures::french(draw);
    let mut fixed = Life::of(&base.people[0]).draw("dwelling");
    let status = *fixed.weighted(&[
        (4.0, "locataire_prive"),
        (3.0, "locataire_hlm"),
        (3.0, "heberge"),
        (0.5, "proprietaire"),
        (1.0, "structure"),
        (0.5, "sans_domicile"),
    ]);
    let rents = status.starts_with("locataire");
    let flat = base.place.unit.door.is_some();
    let kind = TYPES[1 + fixed.below(4)];
    let owner = people::forms(&base.world.names.person(&mut fixed, base.today, 35, 80), None, NameStyle::default());
    let landlord = if status == "locataire_hlm" {
        base.shared["bailleur"]["nom"].clone()
    } else {
        owner["civ_prenom_nom"].clone()
    };
    said["logement"] = json!({
        "statut": status,
        "genre": if flat { "appartement" } else { "maison" },
        "type": kind,
        "surface": fixed.between(18, 96).to_string(),
        "loyer": rents.then(|| figures.euros(100 * Cents::from(fixed.between(290, 940)))),
        "depuis": (status != "sans_domicile").then(|| forms(base.today.add_months(-fixed.between(3, 140)))),
        "bailleur": if rents { landlord } else { Value::Null },
        "personnes": (count + usize::from(status == "heberge") * 2).to_string(),
    });
    let mut reasons = REASONS.to_vec();
    draw.shuffle(&mut reasons);
    reasons.truncate(1 + draw.below(3));
    said["motifs"] = json!(reasons);
    let wanted = (count + 1).clamp(1, TYPES.len() - 1);
    let types: Vec<&str> = if draw.chance(0.4) && wanted + 1 < TYPES.len() {
        vec![TYPES[wanted], TYPES[wanted + 1]]
    } else {
        vec![TYPES[wanted]]
    };
    let mut communes = vec![base.place.commune.name.to_uppercase()];
    for _ in 0..draw.between(0, 5) {
        communes.push(base.world.places.commune(draw).name.to_uppercase());
    }
    said["recherche"] = json!({
        "genre": draw.pick(&["appartement", "maison", "indifferent"]),
        "types": types,
        "loyer_max": figures.euros(1_000 * Cents::from(draw.between(38, 98))),
        "communes": communes,
        "rez_de_chaussee": draw.chance(0.2),
        "ascenseur": draw.chance(0.4),
        "stationnement": draw.chance(0.5),
        "colocation": draw.chance(0.05),
        "etage_max": null,
    });
}
