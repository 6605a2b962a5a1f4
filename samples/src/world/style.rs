//! The looks of a paper: font, size, margins, colour, habits of writing, and the variant integers of the designs.

use crate::draw::Draw;
use serde_json::{Map, Value, json};

/// Fonts of printed papers; the first are what offices have, the rest what brands buy.
const FONTS: &[(f64, &str)] = &[
    (14.0, "Liberation Sans"),
    (7.0, "Liberation Serif"),
    (8.0, "Carlito"),
    (3.0, "Caladea"),
    (5.0, "DejaVu Sans"),
    (1.5, "DejaVu Serif"),
    (5.0, "Lato"),
    (6.0, "Open Sans"),
    (6.0, "Roboto"),
    (3.0, "Nimbus Sans"),
    (2.5, "Nimbus Roman"),
    (1.0, "Linux Libertine O"),
    (1.0, "Linux Biolinum O"),
    (1.5, "FreeSans"),
    (1.0, "FreeSerif"),
    (1.5, "Roboto Condensed"),
    (1.0, "Liberation Sans Narrow"),
    (2.0, "Noto Sans"),
    (1.0, "Noto Serif"),
    (1.0, "URW Gothic"),
    (0.7, "URW Bookman"),
    (0.8, "P052"),
    (0.7, "C059"),
    (0.8, "Liberation Mono"),
    (0.5, "Nimbus Mono PS"),
];
const COLOURS: &[&str] = &[
    "#0a5c8f", "#00008f", "#c8102e", "#e4002b", "#007a33", "#5b2c83", "#f08300", "#1d3c6e", "#2e7d6b", "#b5121b",
    "#00a3ad", "#444444", "#7a1f3d", "#0b7a75", "#d4006a", "#1b1b1b", "#3f6b2b", "#8c5a2b", "#006eb7", "#a3195b",
];
/// Forms of dates.
const DATES: &[(f64, &str)] = &[
    (55.0, "num"),
    (24.0, "long"),
    (5.0, "court"),
    (5.0, "point"),
    (3.0, "tiret"),
    (4.0, "abrege"),
    (1.0, "iso"),
    (1.0, "mots"),
];
/// Forms of names.
const NAMES: &[(f64, &str)] = &[
    (28.0, "civ_prenom_nom"),
    (20.0, "civ_nom_prenom"),
    (14.0, "nom_prenom"),
    (10.0, "prenom_nom"),
    (9.0, "majuscules"),
    (9.0, "civ_majuscules"),
    (6.0, "titre"),
];
const SIGNERS: &[&str] = &[
    "La responsable du service contrats",
    "Le directeur général",
    "Le Directeur Général Délégué",
    "Le service clients",
    "Pour la société, le directeur",
    "Votre agent général",
    "La directrice des opérations",
    "Le président du directoire",
    "P/o le directeur",
    "Le gestionnaire",
    "Direction de la relation sociétaires",
    "L'assureur, par délégation",
];

/// Draws the style object of the designs.
pub fn style(draw: &mut Draw) -> Value {
    let tenths = |number: f32, scale: f32| f64::from((number * scale).round() / scale);
    json!({
        "police": draw.weighted(FONTS),
        "taille": tenths(draw.real(9.0, 11.4), 2.0),
        "interligne": tenths(draw.real(0.5, 0.78), 100.0),
        "marge": draw.between(14, 26),
        "accent": draw.pick(COLOURS),
        "date": draw.weighted(DATES),
        "nom": draw.weighted(NAMES),
    })
}

/// Draws the variant integers `a` to `h`.
pub fn variants(draw: &mut Draw) -> Value {
    let mut variants = Map::new();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        variants.insert(name.to_owned(), draw.between(0, 9999).into());
    }
    variants.into()
}

/// Draws who signs.
pub fn signer(draw: &mut Draw) -> &'static str {
    draw.one(SIGNERS)
}
