//! Residence permits, receipts of a demand, and prolongations.

use super::{Holder, Validity, card_number, zone};
use crate::draw::Draw;
use crate::world::dates::forms;
use crate::world::families::life::{Citizen, Life};
use crate::world::families::numbers;
use serde_json::{Value, json};

/// Kinds of permit with their years and motives.
const KINDS: &[(&str, &[i32], &[&str])] = &[
    (
        "Carte de séjour temporaire",
        &[1],
        &["vie privée et familiale", "salarié", "étudiant", "travailleur temporaire", "visiteur"],
    ),
    (
        "Carte de séjour pluriannuelle",
        &[2, 3, 4],
        &[
            "vie privée et familiale",
            "salarié",
            "étudiant",
            "bénéficiaire de la protection subsidiaire",
            "passeport talent",
        ],
    ),
    ("Carte de résident", &[10], &["réfugié", "résident de longue durée - UE", "toute profession en France"]),
    ("Certificat de résidence", &[1, 10], &["vie privée et familiale", "salarié", "étudiant"]),
];

/// Puts the three papers of a foreigner beside the others.
pub(super) fn fill(holder: Holder<'_>, draw: &mut Draw, said: &mut Value) {
    let mut fixed = Life::of(holder.person).draw("permit");
    let (category, years, motives) = fixed.one(KINDS);
    let (years, motive) = (fixed.one(years), fixed.one(motives));
    let code = holder.department.code.get(..2).unwrap_or("75");
    let foreigner =
        if fixed.chance(0.5) { fixed.pattern("99########") } else { fixed.pattern(&format!("{code}########")) };
    let common = |validity: Validity, draw: &mut Draw| {
        let mut common = holder.common(Citizen::Foreign, validity, draw);
        common["numero_etranger"] = numbers::code(&foreigner);
        common["categorie"] = category.into();
        common["mention"] = motive.into();
        common["lieu"] = format!("Préfecture {}", holder.department.of).into();
        common["ville"] = holder.base.place.commune.name.into();
        common
    };
    let validity = Validity::draw(draw, holder.base, years * 12, holder.person.born);
    let number = card_number(draw);
    let nationality = Life::of(holder.person).country().code;
    let mut card = common(validity, draw);
    card["numero"] = numbers::code(&number);
    card["mrz"] = json!(zone::small_card(holder.person, "IRFRA", &number, validity.expires, nationality));
    let remarks: &[&str] =
        &["Autorise son titulaire à travailler", "Le titulaire est dispensé d'autorisation de travail"];
    card["remarques"] = json!(&remarks[..draw.below(3)]);
    said["titre"] = card;
    for (key, shape) in [("recepisse", format!("{code} 0## #####")), ("prolongation", "32########".to_owned())] {
        let months = draw.one(&[3, 3, 6]);
        let validity = Validity::draw(draw, holder.base, months, holder.person.born);
        let mut receipt = common(validity, draw);
        let former = card_number(draw);
        receipt["numero"] = numbers::code(&draw.pattern(&shape));
        receipt["demande"] = (*draw.weighted(&[(2.0, "renouvellement"), (1.0, "premiere")])).into();
        receipt["travail"] = draw.chance(0.7).into();
        receipt["depot"] = forms(validity.issued.add_days(-draw.between(2, 40)));
        receipt["ancien_numero"] = numbers::code(&former);
        receipt["ancienne_expiration"] = forms(validity.issued.add_days(draw.between(-10, 20)));
        said[key] = receipt;
    }
}
