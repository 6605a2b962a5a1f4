//! Home contracts: numbers in the shapes of each trade, the days that an attestation speaks of, amounts, products.

use super::insurers::{Insurer, Trade};
use crate::design::Period;
use crate::draw::Draw;
use guichet_pipeline::hash::fnv1a;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// Shapes of policy numbers by trade (`Draw::pattern`).
fn shapes(trade: Trade) -> &'static [&'static str] {
    match trade {
        Trade::Mutual => &[
            "#######@",
            "### ### ###",
            "########",
            "#######-@",
            "@## ### ###",
            "@@ #### ##### @",
            "#######@ ###",
            "#### #### @",
            "### #### ### @ ##",
            "M##.######",
        ],
        Trade::Agents => &[
            "##########",
            "########## 04",
            "@@ ### ### ###",
            "#.###.###.##",
            "####-#####-##",
            "00000########",
            "##/###/######",
            "### ###### #",
            "@######## / 000",
            "A########",
        ],
        Trade::Bank => &[
            "#########",
            "@@##########",
            "HAB #### #### ##",
            "#### #### #### #",
            "MH ########",
            "@@ ########",
            "#########@##",
            "##### ##### ###",
        ],
        Trade::Direct => {
            &["#########", "############", "DH-########", "3#########", "@@@-#######", "26########", "W ### ### ###"]
        }
        Trade::Insurtech => &[
            "@@@-####-#####",
            "FR-****-****",
            "***-***-***",
            "HAB-2026-######",
            "@@-********",
            "FRHOM########",
            "#######-#",
            "@@@@-@@##-####",
        ],
        Trade::Student => &["ETU########", "######@", "LOG-26-#####", "E### ### ###", "MRH########"],
    }
}

/// Draws a policy number: an insurer keeps to one or two shapes.
pub fn policy_number(insurer: &Insurer, draw: &mut Draw) -> String {
    let shapes = shapes(insurer.trade);
    let own = (fnv1a(insurer.brand.as_bytes()) % shapes.len() as u64) as usize;
    let shape = if draw.chance(0.7) { shapes[own] } else { shapes[(own + 1) % shapes.len()] };
    let number = draw.pattern(shape);
    // A number of zeros alone reads like a blank form.
    if number.chars().filter(|c| matches!(c, '1'..='9')).count() < 3 { number.replace('0', "7") } else { number }
}

/// Where the cover stands against the reference date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It covers that day.
    Current,
    /// It ended before.
    Ended,
    /// It begins after.
    Later,
}

/// The days of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// First day of the cover that the paper attests.
    pub start: Date,
    /// Last day covered.
    pub last: Date,
    /// First day of the contract, often years before.
    pub contract: Date,
    /// Day on which the paper was made.
    pub issued: Date,
}

/// Share of papers whose deciding day is the reference date itself or its neighbour.
const EDGE_SHARE: f64 = 0.09;

/// Draws the days of a paper.
pub fn days(draw: &mut Draw, today: Date, when: When, period: Period, trade: Trade) -> Days {
    let full_year = |start: Date| start.add_months(12).add_days(-1);
    let (start, last) = match when {
        When::Current => {
            let edge = draw.chance(EDGE_SHARE);
            let start = if edge && draw.chance(0.5) {
                today
            } else if edge {
                // The last day is the reference date.
                today.add_days(1).add_months(-12)
            } else {
                current_start(draw, today, trade)
            };
            (start, full_year(start))
        }
        When::Ended => {
            let back = if draw.chance(0.18) { 1 } else { draw.between(2, 500) };
            let last =
                if draw.chance(0.3) && back > 40 { month_end(today.add_days(-back)) } else { today.add_days(-back) };
            (last.add_days(1).add_months(-12), last)
        }
        When::Later => {
            let ahead = if draw.chance(0.2) { 1 } else { draw.between(2, 75) };
            let start = today.add_days(ahead);
            let next = Date::new(start.year(), start.month(), 1).unwrap_or(start).add_months(1);
            let start = if draw.chance(0.4) && ahead > 1 { next } else { start };
            (start, full_year(start))
        }
    };
    let last = match period {
        // "Valable un an" is a year to the day, whatever the start.
        Period::UnAn => full_year(start),
        // Some papers end on the anniversary itself, some attest a quarter only.
        _ if when == When::Current && start < today && draw.chance(0.05) => last.add_days(1),
        Period::Intervalle if when == When::Current && draw.chance(0.06) => {
            let quarter = start.add_months(3).add_days(-1);
            if quarter >= today { quarter } else { last }
        }
        _ => last,
    };
    let contract = if draw.chance(0.45) { start } else { start.add_months(-12 * draw.between(1, 11)) };
    Days { start, last, contract, issued: issued(draw, today, start, last) }
}

fn current_start(draw: &mut Draw, today: Date, trade: Trade) -> Date {
    if trade == Trade::Student && draw.chance(0.7) {
        let year = if today.month() >= 9 { today.year() } else { today.year() - 1 };
        return Date::new(year, 9, 1).unwrap_or(today);
    }
    match draw.below(10) {
        0 => Date::new(today.year(), 1, 1).unwrap_or(today),
        1..=4 => {
            let month = today.add_months(-draw.between(0, 11));
            let first = Date::new(month.year(), month.month(), 1).unwrap_or(month);
            // The first of this month, or of the one twelve months ago, may lie a day too far.
            if first.add_months(12).add_days(-1) < today { first.add_months(1) } else { first }
        }
        _ => today.add_days(-draw.between(1, 363)),
    }
}

fn month_end(date: Date) -> Date {
    Date::new(date.year(), date.month(), 1).unwrap_or(date).add_days(-1)
}

/// A paper is made around the start of its period, or when it is asked for; never after the reference date.
fn issued(draw: &mut Draw, today: Date, start: Date, last: Date) -> Date {
    let near_start = start.add_days(draw.between(-40, 12));
    let issued = if draw.chance(0.6) || last < today { near_start } else { today.add_days(-draw.between(0, 25)) };
    let issued = if issued > last { last.add_days(-draw.between(1, 30)) } else { issued };
    if issued > today { today.add_days(-draw.between(0, 6)) } else { issued }
}

const PRODUCTS: &[&str] = &[
    "Formule Habitation Sereine",
    "Multirisque habitation",
    "MRH Essentiel",
    "Contrat Locataire",
    "Habitation Confort",
    "Pack Logement",
    "Formule Éco",
    "Mon Logement",
    "Assurance Habitation Jeune Locataire",
    "Domicile Plus",
    "Contrat Résidence principale",
    "Toit & Moi",
    "Privilège Habitat",
    "Formule 2 - Locataire",
    "Offre Studio",
    "Garantie Habitat Intégrale",
    "Risques locatifs seuls",
    "Clé de Toit",
    "Habitat Initial",
    "Formule Tranquillité",
];

/// Draws the name of a product.
pub fn product(draw: &mut Draw) -> &'static str {
    draw.one(PRODUCTS)
}

/// Gives an amount of `cents` as the designs take it: "1 184,36 €".
pub fn amount(cents: i64) -> Value {
    json!({"texte": format!("{} €", figures(cents)), "valeur": format!("{}.{:02}", cents / 100, cents % 100)})
}

/// Gives an amount without its cents when there are none: "25 000 €".
pub fn round_amount(euros: i64) -> Value {
    let figures = figures(euros * 100);
    json!({"texte": format!("{} €", figures.trim_end_matches(",00")), "valeur": format!("{euros}.00")})
}

fn figures(cents: i64) -> String {
    let euros = (cents / 100).to_string();
    let mut grouped = String::new();
    for (at, digit) in euros.chars().enumerate() {
        if at > 0 && (euros.len() - at).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    format!("{grouped},{:02}", cents % 100)
}

/// Draws the amounts of a contract and of the rent.
pub fn amounts(draw: &mut Draw) -> Value {
    let premium = i64::from(draw.between(7_800, 46_000));
    let rent = i64::from(draw.between(21_000, 98_000));
    let charges = i64::from(draw.between(2_500, 21_000));
    json!({
        "prime": amount(premium),
        "mensuel": amount(premium / 12),
        "capital": round_amount(i64::from(draw.between(3, 60)) * 1_000),
        "franchise": round_amount(i64::from(draw.one(&[75, 100, 120, 130, 150, 200, 250, 300]))),
        "loyer": amount(rent),
        "charges": amount(charges),
        "total": amount(rent + charges),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        Date::new(2026, 11, 23).unwrap()
    }

    #[test]
    fn days_are_where_they_are_wanted() {
        let mut draw = Draw::new(9, 0, "days");
        let mut on_the_edge = 0;
        for i in 0..3000 {
            let when = [When::Current, When::Ended, When::Later][i % 3];
            let period = [Period::Intervalle, Period::ZeroHeure, Period::UnAn][i / 3 % 3];
            let trade = [Trade::Mutual, Trade::Student][i / 9 % 2];
            let days = days(&mut draw, today(), when, period, trade);
            let said = format!("{when:?} {period:?} {days:?}");
            assert!(days.start < days.last && days.contract <= days.start, "{said}");
            assert!(days.issued <= today() && days.issued <= days.last, "{said}");
            match when {
                When::Current => assert!(days.start <= today() && today() <= days.last, "{said}"),
                When::Ended => assert!(days.last < today(), "{said}"),
                When::Later => assert!(days.start > today(), "{said}"),
            }
            if period == Period::UnAn {
                assert_eq!(days.last, days.start.add_months(12).add_days(-1), "{said}");
            }
            on_the_edge +=
                usize::from(days.last == today() || days.last.add_days(1) == today() || days.start == today());
        }
        assert!(on_the_edge > 100, "{on_the_edge}");
    }

    #[test]
    fn amounts_are_written_in_french() {
        assert_eq!(amount(118_436)["texte"], "1\u{a0}184,36 €");
        assert_eq!(amount(118_436)["valeur"], "1184.36");
        assert_eq!(round_amount(25_000)["texte"], "25\u{a0}000 €");
        assert_eq!(round_amount(25_000)["valeur"], "25000.00");
    }
}
