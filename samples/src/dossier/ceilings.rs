//! The category of a household and its ceiling of 2026 (order of 29 July 1987, as amended for 2026).

use super::applicants::Applicants;
use super::pieces::Piece;
use crate::paper::Paper;
use crate::world::families::calendar::age;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// Ceilings of six categories and of each further person, in euros.
struct Row([i64; 6], i64);

const LOWEST: [Row; 3] = [
    Row([14_811, 24_140, 31_643, 34_637, 41_203, 46_369], 5_166),
    Row([14_811, 24_140, 29_018, 31_860, 37_719, 42_444], 4_727),
    Row([12_870, 18_753, 22_551, 25_092, 29_359, 33_086], 3_689),
];
const USUAL: [Row; 3] = [
    Row([26_920, 40_233, 52_740, 62_968, 74_919, 84_304], 9_394),
    Row([26_920, 40_233, 48_362, 57_930, 68_577, 77_171], 8_598),
    Row([23_403, 31_254, 37_584, 45_374, 53_376, 60_156], 6_710),
];
/// Communes beside Paris that share its ceilings.
const BESIDE_PARIS: &[&str] = &[
    "92012", "92024", "92040", "92044", "92046", "92049", "92051", "92062", "92064", "92073", "92075", "93001",
    "93006", "93045", "93061", "93048", "93055", "93066", "93070", "94018", "94033", "94037", "94041", "94042",
    "94043", "94052", "94067", "94069", "94080",
];

/// Gives what a dossier comes to; nothing where a notice is missing or was changed.
pub(super) fn situation(
    applicants: &Applicants,
    pieces: &[Piece],
    papers: &[Paper],
    declared: &Value,
    today: Date,
) -> Value {
    let rank = rank(applicants, today);
    let category = rank.min(6);
    let ceiling = ceiling(declared["financement"].as_str().unwrap_or("PLUS"), applicants.place.commune.insee, rank);
    let notices: Vec<(&Piece, &Paper)> = pieces
        .iter()
        .zip(papers)
        .filter(|(piece, _)| piece.type_code == "avis_imposition" && piece.lease == 0)
        .collect();
    let wanted = if applicants.together { 1 } else { applicants.adults.len() };
    let sound = |piece: &Piece| {
        piece.forgery.is_none()
            && !piece.empty
            && !piece.unreadable
            && piece.ask.fresh == Some(true)
            && !piece.first_page_only
    };
    let whole = notices.len() == wanted && notices.iter().all(|(piece, _)| sound(piece));
    let income: i64 =
        notices.iter().filter_map(|(_, paper)| paper.draft.data["impots"]["rfr"]["nombre"].as_i64()).sum();
    json!({
        "categorie": category,
        "rang": rank,
        "plafond": format!("{ceiling}.00"),
        "revenu_fiscal_reference": whole.then(|| format!("{income}.00")),
    })
}

/// Gives the rank of a household: alternatives are taken as a maximum.
fn rank(applicants: &Applicants, today: Date) -> usize {
    let (adults, children) = (applicants.adults.len(), applicants.children.len());
    let mut rank = adults + children;
    if adults == 1 && children > 0 {
        rank = rank.max(children + 2);
    }
    let years: i32 = applicants.adults.iter().map(|person| age(person.born, today)).sum();
    if adults == 2 && children == 0 && applicants.couple && years <= 55 {
        rank = rank.max(3);
    }
    rank
}

fn ceiling(product: &str, insee: &str, rank: usize) -> i64 {
    let region = insee.get(..2).unwrap_or_default();
    let zone = if region == "75" || BESIDE_PARIS.contains(&insee) {
        0
    } else if matches!(region, "77" | "78" | "91" | "92" | "93" | "94" | "95") {
        1
    } else {
        2
    };
    let Row(table, more) = if product == "PLAI" { &LOWEST[zone] } else { &USUAL[zone] };
    let beyond = i64::try_from(rank.saturating_sub(6)).unwrap_or(0);
    let euros = table[rank.clamp(1, 6) - 1] + beyond * more;
    // PLS is 1.3 times the usual one.
    if product == "PLS" { (euros * 13 + 5) / 10 } else { euros }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceilings_of_2026() {
        for (product, insee, rank, euros) in [
            ("PLUS", "31555", 3, 37_584),
            ("PLS", "31555", 2, 40_630),
            ("PLAI", "75113", 3, 31_643),
            ("PLUS", "77288", 1, 26_920),
            ("PLUS", "31555", 8, 60_156 + 2 * 6_710),
        ] {
            assert_eq!(ceiling(product, insee, rank), euros, "{product} {insee} {rank}");
        }
    }
}
