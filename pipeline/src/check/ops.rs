//! The operators: one function each, from facts to a verdict.

use super::{Facts, Outcome, Verdict};
use crate::extract::Value;
use crate::register::MatchOutcome;
use crate::rules::Family;
use crate::values::fold::fold;
use crate::values::{Address, Person};
use regex::Regex;
use std::sync::LazyLock;

/// Below this share of legible page nothing that was read counts. Chosen on generated blurred and dark photos.
pub(crate) const LEAST_LEGIBILITY: f32 = 0.45;

/// Words by which an insurer says that a contract is ended, suspended or about to be.
static TERMINATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(CONTRAT|GARANTIES?|POLICE|ADHESION|COUVERTURE|ASSURANCE)( [A-Z0-9]+){0,14} (EST|SONT|A ETE|ONT ETE|SERA|SERONT|ETE) (DONC |AINSI |DESORMAIS |ACTUELLEMENT |DEFINITIVEMENT )*(RESILIEE?S?|SUSPENDUE?S?|ANNULEE?S?|SANS EFFET)",
        r"|(CONTRAT|POLICE|ADHESION)( [A-Z0-9]+){0,4} (RESILIEE?|SUSPENDUE?|ANNULEE?)\b",
        r"|(CONTRAT|GARANTIES?|POLICE|COUVERTURE)( [A-Z0-9]+){0,10} (A PRIS FIN|ONT PRIS FIN|PRENDRA FIN|PRENDRONT FIN|CESSERA|CESSERONT|A CESSE|ONT CESSE|NE SONT PLUS ACQUISES|N EST PLUS EN VIGUEUR|NE PRODUIT PLUS)",
        // Conditions say when any termination would: only one that has a day is one.
        r"|RESILIATION( [A-Z0-9]+){0,6} (A PRIS EFFET|(PREND|PRENDRA) EFFET( [A-Z]+){0,3} (LE|AU|DU) [0-9])",
        r"|(STATUT|ETAT|SITUATION)( DU CONTRAT)? (RESILIE|SUSPENDU|ANNULE|EN COURS DE RESILIATION)",
        r"|(GARANTIES?|COUVERTURE) (SUSPENDUE?S?|RESILIEE?S?)",
        r"|(DATE|MOTIF) DE (LA )?RESILIATION|EN COURS DE RESILIATION|RESILIEE? (LE|DEPUIS|AU|A COMPTER|A EFFET)|SUSPENDUE?S? (DEPUIS|A COMPTER|LE|POUR)",
    ))
    .expect("the pattern is fixed")
});
/// Sentences that only say what would end a contract one day.
static CONDITIONAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(SAUF|SI|EN CAS DE|SOUS RESERVE|TANT QUE|NI|N EST PAS|NON|N A PAS|N ONT PAS|AUCUNE|NE SONT PAS|AVANT|POURRA|POURRAIT|PEUT|PEUVENT|EVENTUELLE|DES LORS QUE|LORSQUE)\b").expect("the pattern is fixed")
});
/// Words before a match in which a condition counts.
const CONDITION_WINDOW: usize = 45;

/// Runs the operator of that name.
pub(super) fn run(operator: &str, facts: &Facts<'_>) -> Verdict {
    match operator {
        "home_attestation" => home_attestation(facts),
        "insurance_paper" => insurance_paper(facts),
        "not_ended" => not_ended(facts),
        "started" => started(facts),
        "not_terminated" => not_terminated(facts),
        "tenant_cover" => tenant_cover(facts),
        "tenant_quality" => tenant_quality(facts),
        "lease_found" => lease_found(facts),
        "same_holder" => same_holder(facts),
        "same_dwelling" => same_dwelling(facts),
        "fields_present" => fields_present(facts),
        "legible" => legible(facts),
        "sure" => sure(facts),
        "untouched" => untouched(facts),
        "first_seen" => first_seen(facts),
        "single_lease" => single_lease(facts),
        other => unreachable!("operator {other} was linked when the rules were loaded"),
    }
}

fn is_attestation(facts: &Facts<'_>) -> bool {
    facts.type_code == "attestation_habitation"
}

fn is_legible(facts: &Facts<'_>) -> bool {
    facts.legibility >= LEAST_LEGIBILITY
}

fn home_attestation(facts: &Facts<'_>) -> Verdict {
    let outcome = match facts.family {
        Family::HomeInsurance if is_attestation(facts) => Outcome::Pass,
        Family::HomeInsurance | Family::OtherInsurance => Outcome::Fail,
        _ => Outcome::Inconclusive,
    };
    Verdict::new(outcome).with("type", facts.type_name)
}

fn insurance_paper(facts: &Facts<'_>) -> Verdict {
    let outcome = match facts.family {
        Family::HomeInsurance | Family::OtherInsurance => Outcome::Pass,
        _ if !is_legible(facts) => Outcome::Inconclusive,
        Family::Piece | Family::Mail | Family::Other => Outcome::Fail,
    };
    Verdict::new(outcome).with("type", facts.type_name)
}

fn not_ended(facts: &Facts<'_>) -> Verdict {
    let Some(end) = facts.extraction.date("date_fin").filter(|_| is_attestation(facts)) else {
        return Verdict::new(Outcome::Inconclusive);
    };
    let outcome = if end < facts.today { Outcome::Fail } else { Outcome::Pass };
    Verdict::new(outcome).with("date_fin", end.in_french()).with("today", facts.today.in_french())
}

fn started(facts: &Facts<'_>) -> Verdict {
    let Some(start) = facts.extraction.date("date_debut").filter(|_| is_attestation(facts)) else {
        return Verdict::new(Outcome::Inconclusive);
    };
    let outcome = if start > facts.today { Outcome::Fail } else { Outcome::Pass };
    Verdict::new(outcome).with("date_debut", start.in_french()).with("today", facts.today.in_french())
}

fn not_terminated(facts: &Facts<'_>) -> Verdict {
    if facts.type_code == "resiliation_assurance" {
        return Verdict::new(Outcome::Fail).with("words", "courrier de résiliation");
    }
    if !is_attestation(facts) {
        return Verdict::new(Outcome::Inconclusive);
    }
    match termination(facts.text) {
        Some(words) => Verdict::new(Outcome::Fail).with("words", words),
        None => Verdict::new(Outcome::Pass),
    }
}

/// Gives the words that say that the contract is ended, if the text has some that no condition weakens.
fn termination(text: &str) -> Option<String> {
    for sentence in sentences(text) {
        let folded = fold(&sentence);
        for found in TERMINATED.find_iter(&folded) {
            let from = found.start().saturating_sub(CONDITION_WINDOW);
            let before = &folded[from..found.end()];
            if !CONDITIONAL.is_match(before) {
                return Some(found.as_str().to_lowercase());
            }
        }
    }
    None
}

/// Cuts a text where a sentence ends: at a full stop or a semicolon, and before a line that starts with a capital.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = vec![String::new()];
    for line in text.lines() {
        let starts = line.trim_start().starts_with(char::is_uppercase);
        if starts {
            sentences.push(String::new());
        }
        let mut parts = line.split_inclusive(['.', ';']).peekable();
        while let Some(part) = parts.next() {
            if let Some(last) = sentences.last_mut() {
                last.push_str(part);
                last.push(' ');
            }
            if parts.peek().is_some() {
                sentences.push(String::new());
            }
        }
    }
    sentences
}

fn tenant_cover(facts: &Facts<'_>) -> Verdict {
    let Some(covers) = facts.extraction.set("garanties").filter(|_| is_attestation(facts)) else {
        return Verdict::new(Outcome::Inconclusive);
    };
    let has = |code: &str| covers.contains(code);
    let enough = has("risques_locatifs") || has("incendie") && has("degat_des_eaux");
    let listed: Vec<String> = covers.iter().map(|code| facts.name(code)).collect();
    Verdict::new(if enough { Outcome::Pass } else { Outcome::Fail }).with("garanties", listed.join(", "))
}

fn tenant_quality(facts: &Facts<'_>) -> Verdict {
    let Some(quality) = facts.extraction.code("qualite_occupant").filter(|_| is_attestation(facts)) else {
        return Verdict::new(Outcome::Inconclusive);
    };
    let outcome = if quality.starts_with("proprietaire") { Outcome::Fail } else { Outcome::Pass };
    Verdict::new(outcome).with("qualite", facts.name(quality))
}

/// Only papers of a home contract, and legible ones, are looked for in the register.
fn matched<'a>(facts: &Facts<'a>) -> Option<&'a MatchOutcome> {
    let concerned = facts.family == Family::HomeInsurance && is_legible(facts);
    facts.matching.filter(|_| concerned)
}

fn lease_found(facts: &Facts<'_>) -> Verdict {
    let Some(matching) = matched(facts) else { return Verdict::new(Outcome::Inconclusive) };
    match matching {
        MatchOutcome::NotFound => Verdict::new(Outcome::Fail)
            .with("persons", persons(facts.extraction.persons("assures")))
            .with("address", address(facts.extraction.address("adresse_risque"))),
        _ => Verdict::new(Outcome::Pass).with("lease", matching.leases().join(", ")),
    }
}

fn same_holder(facts: &Facts<'_>) -> Verdict {
    match matched(facts) {
        Some(MatchOutcome::NameDiffers { reference, .. }) => Verdict::new(Outcome::Fail)
            .with("lease", reference.clone())
            .with("persons", persons(facts.extraction.persons("assures"))),
        Some(MatchOutcome::NotFound) | None => Verdict::new(Outcome::Inconclusive),
        Some(matching) => Verdict::new(Outcome::Pass).with("lease", matching.leases().join(", ")),
    }
}

fn same_dwelling(facts: &Facts<'_>) -> Verdict {
    match matched(facts) {
        Some(MatchOutcome::AddressDiffers { reference, .. }) => Verdict::new(Outcome::Fail)
            .with("lease", reference.clone())
            .with("persons", persons(facts.extraction.persons("assures")))
            .with("address", address(facts.extraction.address("adresse_risque"))),
        Some(MatchOutcome::NotFound) | None => Verdict::new(Outcome::Inconclusive),
        Some(matching) => Verdict::new(Outcome::Pass).with("lease", matching.leases().join(", ")),
    }
}

fn single_lease(facts: &Facts<'_>) -> Verdict {
    match matched(facts) {
        Some(MatchOutcome::Ambiguous { references }) => {
            Verdict::new(Outcome::Fail).with("leases", references.join(", "))
        }
        Some(_) => Verdict::new(Outcome::Pass),
        None => Verdict::new(Outcome::Inconclusive),
    }
}

fn fields_present(facts: &Facts<'_>) -> Verdict {
    if !is_attestation(facts) || !is_legible(facts) {
        return Verdict::new(Outcome::Inconclusive);
    }
    let missing: Vec<String> = facts
        .deciding
        .iter()
        .filter(|code| match facts.extraction.value(code) {
            None => true,
            Some(Value::Persons(persons)) => persons.is_empty(),
            Some(_) => false,
        })
        .map(|code| facts.name(code))
        .collect();
    let outcome = if missing.is_empty() { Outcome::Pass } else { Outcome::Fail };
    Verdict::new(outcome).with("missing", missing.join(", "))
}

fn legible(facts: &Facts<'_>) -> Verdict {
    Verdict::new(if is_legible(facts) { Outcome::Pass } else { Outcome::Fail })
}

/// A paper is accepted only where its type is at least this sure: one of another kind may carry every word of an attestation.
const SURE_TYPE: f32 = 0.75;

fn sure(facts: &Facts<'_>) -> Verdict {
    let Some((field, sureness)) =
        facts.sureness.weakest.as_ref().filter(|_| is_attestation(facts) && is_legible(facts))
    else {
        return Verdict::new(Outcome::Inconclusive);
    };
    let (unsure, passes) = match facts.type_confidence < SURE_TYPE {
        true => ("type", false),
        false => (field.as_str(), *sureness >= facts.threshold),
    };
    Verdict::new(if passes { Outcome::Pass } else { Outcome::Fail }).with("unsure", facts.name(unsure))
}

fn untouched(facts: &Facts<'_>) -> Verdict {
    if facts.family == Family::Mail || facts.family == Family::Other {
        return Verdict::new(Outcome::Inconclusive);
    }
    if facts.signs.is_empty() {
        return Verdict::new(Outcome::Pass);
    }
    let signs: Vec<&str> = facts.signs.iter().map(|sign| sign.message.as_str()).collect();
    Verdict::new(Outcome::Fail).with("signs", signs.join(" "))
}

fn first_seen(facts: &Facts<'_>) -> Verdict {
    match facts.duplicate {
        Some(source) => Verdict::new(Outcome::Fail).with("duplicate", source),
        None => Verdict::new(Outcome::Pass),
    }
}

fn persons(persons: &[Person]) -> String {
    if persons.is_empty() {
        return "personne de nommé".to_owned();
    }
    let names: Vec<String> = persons.iter().map(Person::to_string).collect();
    names.join(" et ")
}

fn address(address: Option<&Address>) -> String {
    address.map_or_else(|| "adresse non lue".to_owned(), Address::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_end_a_contract() {
        struct Case(&'static str, bool);
        for Case(text, expected) in [
            Case("Votre contrat n° 123 est résilié depuis le 3 mars", true),
            Case("Les garanties de ce contrat sont suspendues pour non-paiement", true),
            Case("le contrat a pris fin le 1er mai", true),
            Case("Statut du contrat : résilié", true),
            Case("La résiliation prend effet un mois après la réception de la demande.", false),
            Case("La résiliation prendra effet le 3 mars 2026", true),
            Case("sauf résiliation du contrat par l'une des parties", false),
            Case("Le contrat est renouvelé tacitement sauf si le contrat est résilié", false),
            Case(
                "la présente attestation est valable sous réserve que le contrat ne soit pas suspendu ou résilié",
                false,
            ),
            Case("à ce jour, le contrat n'est pas résilié ni suspendu", false),
            Case("le contrat est en vigueur", false),
            Case("box n° 51 non garanti à ce jour\nContrat annulé le 28/08/2026 pour défaut de signature.", true),
            Case("à ce jour, le contrat n'est\npas résilié.", false),
        ] {
            assert_eq!(termination(text).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn every_listed_operator_runs() {
        let owned = super::super::facts::OwnedFacts::from_example(&std::collections::BTreeMap::new()).unwrap();
        for operator in super::super::OPERATORS {
            let _ = run(operator, &owned.facts()).outcome;
        }
    }
}
