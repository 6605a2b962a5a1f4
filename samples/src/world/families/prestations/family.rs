//! What the family funds pay: rights of a month, what goes to the landlord, what is withheld.

use super::{Office, bodies};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::calendar::month;
use crate::world::families::figures::{Cents, grouped};
use crate::world::families::household::{Alone, Bond, Household};
use crate::world::families::life::Life;
use crate::world::families::numbers;
use crate::world::people::Sex;
use serde_json::{Value, json};

/// A right: short and long wordings, least and most in cents, whether it needs children, whether it is for housing.
struct Right {
    names: &'static [&'static str],
    range: (i32, i32),
    children: usize,
    housing: bool,
}

const RIGHTS: &[Right] = &[
    Right {
        names: &["Allocations familiales", "Allocations familiales avec conditions de ressources"],
        range: (7_400, 52_000),
        children: 2,
        housing: false,
    },
    Right {
        names: &["Complément familial", "Complément familial majoré"],
        range: (19_300, 29_000),
        children: 3,
        housing: false,
    },
    Right { names: &["Allocation de soutien familial"], range: (19_900, 39_900), children: 1, housing: false },
    Right {
        names: &["Prime d'activité", "Prime d'activité majorée"],
        range: (4_200, 52_000),
        children: 0,
        housing: false,
    },
    Right {
        names: &["Revenu de solidarité active", "Rsa socle", "Revenu de solidarité active (Rsa) majoré"],
        range: (32_000, 96_000),
        children: 0,
        housing: false,
    },
    Right {
        names: &["Paje - allocation de base", "Prestation d'accueil du jeune enfant"],
        range: (9_800, 19_700),
        children: 1,
        housing: false,
    },
    Right {
        names: &["Allocation d'éducation de l'enfant handicapé (AEEH)"],
        range: (14_900, 28_000),
        children: 1,
        housing: false,
    },
    Right {
        names: &["Allocation aux adultes handicapés", "AAH"],
        range: (38_000, 103_300),
        children: 0,
        housing: false,
    },
    Right { names: &["Aide personnalisée au logement", "Apl"], range: (8_200, 42_000), children: 0, housing: true },
    Right {
        names: &["Allocation de logement familiale", "Allocation de logement sociale"],
        range: (8_200, 51_000),
        children: 0,
        housing: true,
    },
];

/// What a fund pays in a month.
#[derive(Clone, Debug)]
struct Row {
    nature: String,
    amount: Cents,
    to_landlord: bool,
    arrears: bool,
}

/// Gives the file of somebody at a fund of farmers, or at the family fund.
pub(super) fn file(office: Office<'_>, farmers: bool, draw: &mut Draw) -> Value {
    let (base, person) = (office.base, office.person);
    let life = Life::of(person);
    let mut fixed = life.draw("family file");
    let household = Household::of(base.world, base.people, base.today);
    let children =
        if std::ptr::eq(household.first, person) || household.partner.is_some() { household.children.len() } else { 0 };
    let mut rows = rows(&mut fixed, children);
    if draw.chance(0.12) {
        let nature = format!("Rappel {}", rows[0].nature.to_lowercase());
        let amount = Cents::from(draw.between(2_000, 40_000));
        rows.push(Row { nature, amount, to_landlord: false, arrears: true });
    }
    let total: Cents = rows.iter().filter(|row| !row.to_landlord).map(|row| row.amount).sum();
    let withheld = draw.chance(0.2).then(|| (total / 5).min(Cents::from(draw.between(2_000, 9_000))));
    let entitled: Cents = rows.iter().map(|row| row.amount).sum();
    let amount = |cents: Cents| office.figures.amount(cents);
    let shown: Vec<Value> = rows
        .iter()
        .map(|row| {
            let of = if row.arrears { office.month.add_months(-1) } else { office.month };
            json!({"nature": row.nature, "montant": amount(row.amount), "tiers": row.to_landlord, "mois": month(of)})
        })
        .collect();
    let number = if farmers {
        // Printed with its key or without.
        let mut printed = life.nir(base.world);
        if draw.chance(0.5) {
            printed.truncate(printed.len() - 3);
        }
        numbers::code(&printed)
    } else {
        let head = fixed.pattern("#######");
        let text = match draw.below(10) {
            0 | 1 => head,
            2..=5 => fixed.pattern(&format!("{head} @")),
            _ => fixed.pattern(&format!("{head}@")),
        };
        numbers::code(&text)
    };
    let paid = office.month.add_months(1).add_days(4);
    let partner = household
        .partner
        .filter(|partner| *partner != person)
        .and_then(|partner| base.people.iter().position(|one| one == partner));
    let little: Vec<Value> = household
        .children
        .iter()
        .take(5)
        .map(|child| json!({"prenom": child.first(), "naissance": forms(child.born)}))
        .collect();
    let body =
        if farmers { bodies::farmers_fund(office, &mut fixed) } else { bodies::family_fund(office, true, &mut fixed) };
    json!({
        "organisme": body,
        "numero": number,
        "periode": month(office.month),
        "prestations": shown,
        "retenues": withheld.map(|cents| json!({"libelle": draw.pick(&["Remboursement d'un indu de prime d'activité", "Retenue sur prestations", "Récupération d'un trop-perçu"]), "montant": amount(cents)})).into_iter().collect::<Vec<_>>(),
        "droits": amount(entitled),
        "total": amount(total - withheld.unwrap_or(0)),
        "quotient": grouped(i64::from(fixed.between(180, 1_690)), " "),
        "quotient_mois": month(office.month.add_months(1)),
        "parts": draw.pick(&["2", "2,5", "3", "3,5", "4"]),
        "conjoint": partner.map(|rank| base.shared["assures"][rank].clone()),
        "enfants": little,
        "situation": situation(&household, person.sex),
        "date_versement": forms(paid),
        "date_emission": forms(paid.add_days(draw.between(0, 18)).min(base.today)),
        "code": draw.pattern("@@##-####"),
    })
}

/// Draws 1 to 5 rights that the household may have; one at least is paid to the person.
fn rows(draw: &mut Draw, children: usize) -> Vec<Row> {
    let mut possible: Vec<&Right> = RIGHTS.iter().filter(|right| right.children <= children).collect();
    draw.shuffle(&mut possible);
    let housed = draw.chance(0.5);
    let mut rows: Vec<Row> = Vec::new();
    let mut aided = false;
    let count = *draw.weighted(&[(2.0, 1), (3.0, 2), (3.0, 3), (1.5, 4), (0.6, 5)]);
    for right in possible {
        if rows.len() == count || right.housing && aided {
            continue;
        }
        aided |= right.housing;
        let amount = Cents::from(draw.between(right.range.0, right.range.1));
        let nature = draw.one(right.names).to_owned();
        rows.push(Row { nature, amount, to_landlord: right.housing && housed, arrears: false });
    }
    if rows.iter().all(|row| row.to_landlord) {
        let amount = Cents::from(draw.between(4_200, 52_000));
        rows.insert(0, Row { nature: "Prime d'activité".to_owned(), amount, to_landlord: false, arrears: false });
    }
    rows
}

fn situation(household: &Household<'_>, sex: Sex) -> &'static str {
    let female = sex == Sex::F;
    match (household.bond, household.alone) {
        (Some(Bond::Married), _) => "Mariés",
        (Some(Bond::Partners | Bond::Together), _) => "Vie maritale",
        (_, Alone::Divorced) if female => "Divorcée",
        (_, Alone::Divorced) => "Divorcé",
        (_, Alone::Separated) if female => "Séparée",
        (_, Alone::Separated) => "Séparé",
        _ => "Célibataire",
    }
}
