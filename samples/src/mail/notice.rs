//! What follows from a congé (catalogue, section 5), from what the text was made to say.

use super::Letter;
use super::texts::{Channel, Form, Goods, Signed};
use serde_json::{Value, json};

/// What the register of leases says of the writer of a congé.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// The lease is there, under that name and address; also said where there is no register.
    Lease,
    /// Nobody of that name, nothing at that address.
    Nobody,
    /// The person holds another dwelling.
    Elsewhere,
}

/// Reasons that need no proof.
const FREE: &[&str] = &["aucun", "zone_tendue"];

/// Gives the `conge` object; `None` for other letters.
pub fn conge(letter: &Letter<'_>, known: Known) -> Option<Value> {
    let facts = &letter.facts;
    let base = facts.base;
    if !facts.is_notice() {
        return None;
    }
    let needs_proof = !FREE.contains(&facts.motive);
    let proven = needs_proof && !letter.proofs.is_empty();
    let retained = (facts.motive != "aucun" && (!needs_proof || proven)).then_some(facts.motive);
    let months = match base.goods {
        Goods::Commerce => None,
        Goods::Parking => Some(1),
        Goods::Logement if retained.is_some() => Some(1),
        Goods::Logement => Some(3),
    };
    let asked = letter.prints("date_depart").then_some(facts.leaves);
    let shortest = months.map(|months| letter.received.add_months(months));
    // A tenant may stay longer than the law asks for; then the lease ends on the day that is announced.
    let end = shortest.map(|end| asked.map_or(end, |asked| asked.max(end)));
    let email = letter.channel == Channel::Email;
    let irregular = email || matches!(base.form, Form::Simple | Form::Email);
    let points: Vec<&str> = [
        ("cotitulaire_non_signataire", base.count > 1 && base.signed == Signed::Un),
        ("justificatif_manquant", needs_proof && !proven),
        ("forme_non_conforme", irregular),
        ("date_depart_anterieure", asked.zip(shortest).is_some_and(|(asked, end)| asked < end)),
        ("locataire_introuvable", known == Known::Nobody),
        ("signature_absente", base.signed == Signed::Aucun),
        ("adresse_differente", known == Known::Elsewhere),
    ]
    .into_iter()
    .filter_map(|(code, applies)| applies.then_some(code))
    .collect();
    Some(json!({
        "date_reception": letter.received.to_string(),
        "duree_mois": months,
        "motif_retenu": retained,
        "justificatif_requis": needs_proof,
        "justificatif_present": proven,
        "date_fin_bail": end.map(|end| end.to_string()),
        "points": points,
    }))
}
