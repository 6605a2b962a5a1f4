//! What a letter is about: the words of each category, added up.

use super::lexicon::{CategoryWords, MailLexicon, Weighted};
use super::parts::Parts;
use super::topics::TopicView;

/// A category with how sure the house is of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Category {
    pub(super) code: String,
    /// 0 to 1.
    pub(super) confidence: f32,
    /// The phrase that spoke loudest for it.
    pub(super) because: Option<String>,
}

/// The category that says "I do not know".
const UNKNOWN: &str = "autre";
/// Points under which nothing is known. Chosen on generated letters.
const LEAST_POINTS: f32 = 1.0;
/// How sharply points tell categories apart: fitted with the weights.
const SHARPNESS: f32 = 0.6;
/// The same beside a model, which knows most of what the points say: enough for a house to have its way with a phrase.
/// Chosen on letters of texts kept apart.
const BESIDE: f32 = 0.1;
/// With a model, a category under this chance is not known.
const LEAST_CHANCE: f32 = 0.2;
/// What a phrase of the sender is worth outside the text.
const OUTSIDE: f32 = 0.8;

/// Tells what a letter is about, by the words of the rules and a model of them if there is one.
pub(super) fn judge(parts: &Parts, lexicon: &MailLexicon, view: Option<&TopicView>) -> Category {
    let mut best: Vec<(f32, Option<&Weighted>)> = Vec::new();
    for category in &lexicon.categories {
        let mut points = 0.0;
        let mut loudest: Option<(f32, &Weighted)> = None;
        for weighted in &category.phrases {
            let (body, subject) = (parts.body.says(&weighted.phrase), parts.subject.says(&weighted.phrase));
            let outside = weighted.sender && !body && !subject && parts.sender.says(&weighted.phrase);
            let times = f32::from(u8::from(body)) + f32::from(u8::from(subject)) + if outside { OUTSIDE } else { 0.0 };
            let worth = weighted.weight * times;
            points += worth;
            if worth > loudest.map_or(0.0, |(most, _)| most) {
                loudest = Some((worth, weighted));
            }
        }
        best.push((points, loudest.map(|(_, weighted)| weighted)));
    }
    let most = best.iter().map(|(points, _)| *points).fold(f32::MIN, f32::max);
    let lean = |(category, (points, _)): (&CategoryWords, &(f32, Option<&Weighted>))| match view {
        Some(view) => BESIDE * points + view.category(&category.code).ln(),
        None => SHARPNESS * points,
    };
    let leans: Vec<f32> = lexicon.categories.iter().zip(&best).map(lean).collect();
    let strongest = leans.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = leans.iter().map(|lean| (lean - strongest).exp()).sum();
    let Some(at) = leans.iter().position(|lean| *lean >= strongest) else { return unknown(0.0) };
    let chance = 1.0 / sum;
    if view.is_none() && most < LEAST_POINTS || view.is_some() && chance < LEAST_CHANCE {
        return unknown(0.3 * chance);
    }
    let because = best[at].1.map(|weighted| weighted.written.clone());
    Category { code: lexicon.categories[at].code.clone(), confidence: chance.min(0.99), because }
}

fn unknown(confidence: f32) -> Category {
    Category { code: UNKNOWN.to_owned(), confidence, because: None }
}

#[cfg(test)]
mod tests {
    use super::super::parts::Texts;
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn letters_of_every_day() {
        let lexicon = MailLexicon::new(&Rules::embedded().unwrap().mail);
        struct Case(&'static str, &'static str, &'static str);
        for Case(subject, body, expected) in [
            Case("Préavis", "Je vous donne congé de mon logement et je rendrai les clés le 30 juin.", "conge"),
            Case("", "bonjour le chofage ne marche plus depuis mardi merci de passer", "reclamation_technique"),
            Case("", "Les voisins du dessus font du bruit toutes les nuits, musique à fond.", "trouble_voisinage"),
            Case("", "Je conteste la régularisation des charges de l'année dernière.", "contestation_charges"),
            Case("Quittance", "Merci de m'envoyer ma quittance de loyer de mars.", "demande_document"),
            Case("", "Je ne peux pas payer mon loyer ce mois-ci, je demande un échéancier.", "paiement_impaye"),
            Case("", "Vous trouverez ci-joint mon attestation d'assurance habitation.", "assurance"),
            Case(
                "",
                "Où en est ma demande de logement social ? Mon numéro unique est inchangé.",
                "suivi_demande_logement",
            ),
            Case("", "Ma mère est décédée le 3 mars. Nous viderons l'appartement.", "deces_locataire"),
            Case("", "Nous sommes cinq dans un T2, je demande une mutation.", "demande_mutation"),
            Case("", "Un grand merci à toute l'équipe pour votre gentillesse.", "remerciement"),
            Case("", "xyz", "autre"),
        ] {
            let judged = judge(&Parts::of(Texts { body, subject, sender: "" }), &lexicon, None);
            assert_eq!(judged.code, expected, "{subject}: {body}: {judged:?}");
        }
    }

    #[test]
    fn a_mayor_is_known_by_the_signature() {
        let lexicon = MailLexicon::new(&Rules::embedded().unwrap().mail);
        let body = "Les habitants de la rue m'ont fait part de leur inquiétude.";
        let judged = judge(
            &Parts::of(Texts { body, subject: "", sender: "Le maire, conseiller départemental" }),
            &lexicon,
            None,
        );
        assert_eq!(judged.code, "courrier_elu");
    }
}
