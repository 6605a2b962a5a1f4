//! What the household declares: `dossier.json` of catalogue section 4.

use super::applicants::Applicants;
use super::pieces::Piece;
use crate::draw::Draw;
use crate::paper::Paper;
use crate::world::addresses::{self, AddressStyle};
use crate::world::families::life::{Activity, Life};
use crate::world::places::Place;
use crate::world::text::title;
use guichet_pipeline::values::Date;
use serde_json::{Value, json};

/// Gives the declared data; incomes, rent and number are those of the pieces.
pub(super) fn dossier(
    applicants: &Applicants,
    pieces: &[Piece],
    papers: &[Paper],
    today: Date,
    draw: &mut Draw,
) -> Value {
    let of = |type_code: &str, rank: Option<usize>| {
        let fits =
            |piece: &Piece| piece.type_code == type_code && piece.lease == 0 && (rank.is_none() || piece.rank == rank);
        pieces.iter().position(fits).map(|at| &papers[at].draft.data)
    };
    let number = of("attestation_enregistrement", None).map(|data| data["demande"]["numero_unique"]["valeur"].clone());
    let mut people: Vec<Value> = Vec::new();
    for rank in 0..applicants.adults.len() {
        people.push(adult(applicants, rank, &of));
    }
    for child in &applicants.children {
        people.push(json!({
            "id": format!("p{}", people.len() + 1),
            "role": "enfant",
            "nom": child.surname,
            "prenom": title(child.first()),
            "date_naissance": child.born.to_string(),
            "situation_professionnelle": "mineur",
        }));
    }
    let rent = of("quittance_loyer", None).map(|data| data["logement"]["loyer_libre"]["total"]["valeur"].clone());
    let commune = applicants.place.commune.insee;
    json!({
        "numero_unique": number,
        "date_reference": today.to_string(),
        "commune": commune,
        "zone": zone(commune),
        "financement": draw.weighted(&[(6.0, "PLUS"), (3.0, "PLAI"), (1.0, "PLS")]),
        "personnes": people,
        "logement_actuel": {
            "statut": if applicants.hosted { "heberge" } else { "locataire_prive" },
            "adresse": address(&applicants.place),
            "loyer": rent,
        },
    })
}

fn adult<'a>(applicants: &Applicants, rank: usize, of: &impl Fn(&str, Option<usize>) -> Option<&'a Value>) -> Value {
    let person = &applicants.adults[rank];
    let (life, who) = (Life::of(person), Some(rank));
    let value = |type_code: &str, path: &[&str]| {
        of(type_code, who)
            .map(|data| path.iter().fold(data, |at, key| &at[*key]).clone())
            .filter(|value| !value.is_null())
    };
    let activity = applicants.activity(rank);
    let income = match activity {
        Activity::Employed => {
            value("bulletin_salaire", &["paie", "prive", "net_a_payer", "valeur"]).map(|cents| ("salaire", cents))
        }
        Activity::Jobless => {
            value("attestation_france_travail", &["prestations", "france_travail", "montant", "valeur"])
                .map(|cents| ("chomage", cents))
        }
        Activity::Retired => {
            value("bulletin_pension", &["prestations", "pensions", "retraite", "montant_net", "valeur"])
                .map(|cents| ("retraite", cents))
        }
        Activity::Disabled => {
            value("bulletin_pension", &["prestations", "pensions", "invalidite", "montant_net", "valeur"])
                .map(|cents| ("invalidite", cents))
        }
        Activity::Student | Activity::Idle => None,
    };
    let mut incomes: Vec<Value> =
        income.iter().map(|(nature, cents)| json!({"nature": nature, "montant": cents})).collect();
    if rank == 0
        && let Some(total) = value("attestation_caf", &["prestations", "caf", "total", "valeur"])
    {
        incomes.push(json!({"nature": "prestations_familiales", "montant": total}));
    }
    let contract = value("contrat_travail", &["paie", "contrats", "attestation", "type_contrat", "valeur"]);
    let fixed_term = contract.is_some_and(|kind| kind == "cdd");
    let role = match (rank, applicants.couple) {
        (0, _) => "demandeur",
        (_, true) => "conjoint",
        (_, false) => "codemandeur",
    };
    json!({
        "id": Applicants::id(rank),
        "role": role,
        "nom": person.surname,
        "prenom": title(person.first()),
        "date_naissance": person.born.to_string(),
        "nationalite": if life.is_foreign() { life.country().short } else { "FR" },
        "situation_familiale": applicants.status,
        "situation_professionnelle": match activity {
            Activity::Employed if fixed_term => "cdd",
            Activity::Employed => "cdi",
            Activity::Jobless => "chomage",
            Activity::Retired => "retraite",
            Activity::Disabled => "invalidite",
            Activity::Student => "etudiant",
            Activity::Idle => "sans_activite",
        },
        "revenus_mensuels": incomes,
    })
}

/// Gives the address object of the catalogue.
fn address(place: &Place) -> Value {
    let written = addresses::write(place, &AddressStyle::default(), &mut Draw::new(0, 0, "declared"));
    json!({"ligne": written.line, "complement": written.complement, "code_postal": written.postcode, "commune": written.commune})
}

/// Gives the zone of a commune: towns of Île-de-France are tight.
fn zone(insee: &str) -> &'static str {
    match insee.get(..2) {
        Some("75" | "92" | "93" | "94") => "A",
        Some("77" | "78" | "91" | "95" | "06" | "13" | "69" | "31" | "33" | "34" | "44" | "59" | "67") => "B1",
        _ => "B2",
    }
}
