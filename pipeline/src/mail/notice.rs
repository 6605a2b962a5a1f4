//! What follows from a congé: how long the notice runs, until when, and what an agent has to look at.
//!
//! Lengths and reasons are rules data with their law; the end of a lease is counted from month to month (facts D.5). A reason
//! that must be proved and is not, in the same sending, shortens nothing.

use super::fields::signers;
use super::letter::Letter;
use super::lexicon::{MailLexicon, Motive};
use super::sentence::sentences;
use crate::extract::Extraction;
use crate::register::{GoodsKind, Lease};
use crate::values::address::{AddressLikeness, compare};
use crate::values::fold::fold;
use crate::values::person::{Likeness, same_person};
use crate::values::{Date, Person};

/// The code that says that no reason is claimed.
pub(super) const NO_MOTIVE: &str = "aucun";
/// Months of a notice that a reason shortens.
const SHORT: u32 = 1;

/// What was computed of a congé; section 5 of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The day from which the notice runs.
    pub received: Date,
    /// Its months; `None` for a shop, which is not computed.
    pub months: Option<u32>,
    /// The reason that shortens it.
    pub motive: Option<String>,
    /// Whether the claimed reason must be proved.
    pub proof_needed: bool,
    /// Whether the proof is in the same sending.
    pub proof_enclosed: bool,
    /// The last day of the lease.
    pub end: Option<Date>,
    /// What an agent has to look at.
    pub points: Vec<&'static str>,
}

/// A paper in the same sending.
#[derive(Clone, Debug)]
pub(crate) struct Enclosed {
    /// Its type.
    pub(crate) type_code: String,
    /// What it says.
    pub(crate) text: String,
}

/// What is known beside the letter.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    /// The other papers of the sending.
    pub(crate) enclosed: Vec<Enclosed>,
    /// Whether there is a register to look in.
    pub(crate) has_register: bool,
    /// The lease that the letter names.
    pub(crate) lease: Option<&'a Lease>,
}

/// Gives the last day of a lease: `months` after the day of receipt, or the later day that the tenant asks for.
pub fn notice_end(received: Date, months: u32, asked: Option<Date>) -> Date {
    let earliest = received.add_months(i32::try_from(months).unwrap_or(i32::MAX));
    asked.map_or(earliest, |asked| asked.max(earliest))
}

/// Gives the first reason that a text claims.
pub(super) fn claimed<'a>(text: &str, lexicon: &'a MailLexicon) -> Option<&'a Motive> {
    let sentences = sentences(text);
    let claims = |motive: &&Motive| motive.said.stands_in(&sentences);
    let found: Vec<&Motive> = lexicon.motives.iter().filter(claims).collect();
    // Work found again after a loss says more than the loss; so does a reason of its own than a word of health or work.
    let newer = found.iter().find(|motive| motive.rule.code == "nouvel_emploi_apres_perte");
    newer.or(found.first()).copied()
}

/// Computes a congé.
pub(super) fn compute(
    letter: &Letter<'_>,
    extraction: &Extraction,
    known: &Known<'_>,
    lexicon: &MailLexicon,
    today: Date,
) -> Notice {
    let received = letter.header.and_then(|header| header.date).unwrap_or(today);
    let text = format!("{}.\n\n{}", letter.subject_text(), letter.body_text());
    let motive = extraction.code("motif_preavis_reduit").unwrap_or(NO_MOTIVE);
    let motive = lexicon.motives.iter().find(|known| known.rule.code == motive);
    let proof_needed = motive.is_some_and(|motive| motive.rule.proof);
    let proof_enclosed = proof_needed && motive.is_some_and(|motive| proves(motive, &known.enclosed));
    let retained = motive.filter(|_| !proof_needed || proof_enclosed);
    let words = &lexicon.notice;
    let months = match goods(&text, known.lease, lexicon) {
        GoodsKind::Shop => None,
        GoodsKind::Parking => Some(words.parking_months),
        GoodsKind::Dwelling if retained.is_some() => Some(SHORT),
        GoodsKind::Dwelling => Some(words.months),
    };
    let asked = extraction.date("date_depart");
    let earliest = months.map(|months| notice_end(received, months, None));
    let signed = signers(letter);
    let points = [
        ("cotitulaire_non_signataire", holder_missing(&text, &signed, known.lease, lexicon)),
        ("justificatif_manquant", proof_needed && !proof_enclosed),
        ("forme_non_conforme", letter.header.is_some() || !has_valid_form(letter, lexicon)),
        ("date_depart_anterieure", asked.zip(earliest).is_some_and(|(asked, earliest)| asked < earliest)),
        ("locataire_introuvable", known.has_register && known.lease.is_none()),
        ("signature_absente", signed.is_empty() && !is_signed_by_hand(letter, extraction)),
        ("adresse_differente", is_elsewhere(extraction, known.lease)),
    ];
    Notice {
        received,
        months,
        motive: retained.map(|motive| motive.rule.code.clone()),
        proof_needed,
        proof_enclosed,
        end: months.map(|months| notice_end(received, months, asked)),
        points: points.into_iter().filter_map(|(code, applies)| applies.then_some(code)).collect(),
    }
}

/// Tells whether one of the enclosed papers proves a reason.
fn proves(motive: &Motive, enclosed: &[Enclosed]) -> bool {
    enclosed.iter().any(|paper| {
        let text = format!(" {} ", fold(&paper.text));
        let said = |words: &String| text.contains(&format!(" {} ", fold(words)));
        motive.rule.documents.contains(&paper.type_code) || motive.rule.proof_words.iter().any(said)
    })
}

/// Tells what is given back: what the register says, else what the letter says.
fn goods(text: &str, lease: Option<&Lease>, lexicon: &MailLexicon) -> GoodsKind {
    if let Some(lease) = lease {
        return lease.kind;
    }
    let sentences = sentences(text);
    if lexicon.notice.shop.stands_in(&sentences) {
        GoodsKind::Shop
    } else if lexicon.notice.parking.stands_in(&sentences) {
        GoodsKind::Parking
    } else {
        GoodsKind::Dwelling
    }
}

/// Tells whether a holder of the lease does not sign: by the register, else by what the letter says.
fn holder_missing(text: &str, signed: &[Person], lease: Option<&Lease>, lexicon: &MailLexicon) -> bool {
    let signs = |party: &Person| signed.iter().any(|person| same_person(person, party) > Likeness::Different);
    match lease {
        Some(lease) if lease.parties.len() > 1 => !lease.parties.iter().all(signs) && lease.parties.iter().any(signs),
        Some(_) => false,
        None => signed.len() < 2 && lexicon.notice.alone.stands_in(&sentences(text)),
    }
}

/// Tells whether the paper names a form that the law accepts, anywhere on it.
fn has_valid_form(letter: &Letter<'_>, lexicon: &MailLexicon) -> bool {
    let all: Vec<usize> = (0..letter.sheet.cells.len()).collect();
    lexicon.notice.valid_forms.stands_in(&sentences(&letter.snippet(&all).text))
}

/// Under an e-mail the sender's name counts as signed.
fn is_signed_by_hand(letter: &Letter<'_>, extraction: &Extraction) -> bool {
    letter.header.is_some() && extraction.value("expediteur").is_some()
}

fn is_elsewhere(extraction: &Extraction, lease: Option<&Lease>) -> bool {
    let address = extraction.address("adresse_logement");
    address.zip(lease).is_some_and(|(address, lease)| compare(address, &lease.address) < AddressLikeness::SameNoUnit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn leases_end_from_month_to_month() {
        // The dated cases of facts D.5 and H.
        for (received, months, asked, expected) in [
            ("2026-09-05", 1, None, "2026-10-05"),
            ("2026-09-05", 3, None, "2026-12-05"),
            ("2027-01-30", 1, None, "2027-02-28"),
            ("2028-01-30", 1, None, "2028-02-29"),
            ("2027-01-31", 1, None, "2027-02-28"),
            ("2026-11-30", 3, None, "2027-02-28"),
            ("2027-11-29", 3, None, "2028-02-29"),
            ("2027-02-28", 3, None, "2027-05-28"),
            ("2027-03-31", 1, None, "2027-04-30"),
            ("2027-05-31", 3, None, "2027-08-31"),
            ("2027-02-01", 1, None, "2027-03-01"),
            ("2026-12-31", 2, None, "2027-02-28"),
            ("2026-09-05", 1, Some("2026-11-15"), "2026-11-15"),
            ("2026-09-05", 3, Some("2026-10-01"), "2026-12-05"),
        ] {
            let day = |text: &str| Date::from_iso(text).unwrap();
            assert_eq!(notice_end(day(received), months, asked.map(day)), day(expected), "{received} + {months}");
        }
    }

    #[test]
    fn reasons_that_letters_claim() {
        let lexicon = MailLexicon::new(&Rules::embedded().unwrap().mail);
        for (text, expected) in [
            ("Mon employeur me mute à Nantes, ma mutation professionnelle est jointe.", "mutation_professionnelle"),
            ("Je viens d'être licencié.", "perte_emploi"),
            ("Après huit mois de chômage j'ai retrouvé un emploi.", "nouvel_emploi_apres_perte"),
            ("J'ai décroché mon premier emploi.", "premier_emploi"),
            ("Mon état de santé m'oblige à partir.", "etat_de_sante"),
            ("Je touche le RSA.", "rsa"),
            ("Je perçois l'AAH.", "aah"),
            ("Le juge m'a accordé une ordonnance de protection.", "violences"),
            ("On vient de m'attribuer un logement social.", "attribution_logement_social"),
            ("Le logement est en zone tendue.", "zone_tendue"),
            ("J'ai acheté une maison.", "aucun"),
        ] {
            let found = claimed(text, &lexicon).map_or(NO_MOTIVE, |motive| motive.rule.code.as_str());
            assert_eq!(found, expected, "{text}");
        }
    }
}
