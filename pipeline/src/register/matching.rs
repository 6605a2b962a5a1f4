//! Which lease a paper belongs to, by its persons and its address (facts F.9).
//!
//! Persons and address are both compared: one alone never makes a match. A paper that names no flat is not different; one
//! that names another flat is.

use super::{GoodsKind, Lease, Register, name_key};
use crate::values::address::{AddressKey, AddressLikeness, compare_keys};
use crate::values::person::{Likeness, index_words, same_person};
use crate::values::{Address, Date, Person};
use std::collections::BTreeSet;

/// What the register says of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MatchOutcome {
    /// One lease, by persons and address; or by the only one of the two that the paper gives.
    Found {
        /// Its reference.
        reference: String,
    },
    /// Several leases match equally well.
    Ambiguous {
        /// Their references, sorted.
        references: Vec<String>,
    },
    /// The address is that of a lease, the persons are others.
    NameDiffers {
        /// Its reference.
        reference: String,
    },
    /// The persons hold a lease, the address is another.
    AddressDiffers {
        /// Its reference.
        reference: String,
    },
    /// Nothing matches.
    NotFound,
}

impl MatchOutcome {
    /// Gives the references it speaks of.
    pub fn leases(&self) -> Vec<String> {
        match self {
            Self::Found { reference } | Self::NameDiffers { reference } | Self::AddressDiffers { reference } => {
                vec![reference.clone()]
            }
            Self::Ambiguous { references } => references.clone(),
            Self::NotFound => Vec::new(),
        }
    }

    /// Gives an outcome by the word that examples of rules use.
    pub fn example(word: &str) -> Option<Self> {
        let reference = "L-1".to_owned();
        Some(match word {
            "found" => Self::Found { reference },
            "name" => Self::NameDiffers { reference },
            "address" => Self::AddressDiffers { reference },
            "ambiguous" => Self::Ambiguous { references: vec![reference, "L-2".to_owned()] },
            "none" => Self::NotFound,
            _ => return None,
        })
    }
}

/// A lease that has something in common with the paper.
#[derive(Clone, Copy, Debug)]
struct Candidate<'a> {
    lease: &'a Lease,
    name: Likeness,
    place: AddressLikeness,
}

/// Finds the lease of the persons (any of them is enough) at the address. Leases that ended before `today` do not count.
pub fn find(register: &Register, persons: &[Person], address: Option<&Address>, today: Date) -> MatchOutcome {
    let key = address.map(AddressKey::new);
    let candidates = candidates(register, persons, key.as_ref(), today);
    match (persons.is_empty(), &key) {
        (true, None) => MatchOutcome::NotFound,
        (true, Some(_)) => only(best_places(&candidates)).unwrap_or(MatchOutcome::NotFound),
        (false, None) => only(best_names(&candidates)).unwrap_or(MatchOutcome::NotFound),
        (false, Some(_)) => both(&candidates, persons),
    }
}

/// Finds the lease of a paper that answers a letter to some leases: where several match equally well, the one that was
/// written to is looked at alone, its persons and its address both. An answer makes no match by itself.
pub fn find_answering(
    register: &Register,
    persons: &[Person],
    address: Option<&Address>,
    today: Date,
    answers: &[String],
) -> MatchOutcome {
    let found = find(register, persons, address, today);
    let MatchOutcome::Ambiguous { references } = &found else { return found };
    let written_to = register
        .leases()
        .iter()
        .filter(|lease| answers.contains(&lease.reference) && references.contains(&lease.reference));
    match find(&Register::new(written_to.cloned().collect()), persons, address, today) {
        MatchOutcome::NotFound => found,
        nearer => nearer,
    }
}

/// Gives the only lease, or all of them as ambiguous, or nothing.
fn only(candidates: Vec<Candidate<'_>>) -> Option<MatchOutcome> {
    let references: BTreeSet<&str> = candidates.iter().map(|candidate| candidate.lease.reference.as_str()).collect();
    match references.len() {
        0 => None,
        1 => references.first().map(|reference| MatchOutcome::Found { reference: (*reference).to_owned() }),
        _ => Some(MatchOutcome::Ambiguous { references: references.into_iter().map(str::to_owned).collect() }),
    }
}

fn both(candidates: &[Candidate<'_>], persons: &[Person]) -> MatchOutcome {
    let named: Vec<Candidate<'_>> = candidates.iter().filter(|c| c.name > Likeness::Different).copied().collect();
    let there: Vec<Candidate<'_>> = named.iter().filter(|c| c.place >= AddressLikeness::SameNoUnit).copied().collect();
    if let Some(found) = only(best_places(&best_names(&there))) {
        return found;
    }
    // The persons hold a lease elsewhere. A neighbour's homonym is nearer than one in another town.
    if !named.is_empty() {
        let nearest = named.iter().map(|c| c.place).max().unwrap_or(AddressLikeness::Different);
        let nearest: Vec<Candidate<'_>> = named.iter().filter(|c| c.place == nearest).copied().collect();
        return match only(best_names(&nearest)) {
            Some(MatchOutcome::Found { reference }) => MatchOutcome::AddressDiffers { reference },
            Some(other) => other,
            None => MatchOutcome::NotFound,
        };
    }
    let there: Vec<Candidate<'_>> =
        candidates.iter().filter(|c| c.place >= AddressLikeness::SameNoUnit).copied().collect();
    let same_surname: Vec<Candidate<'_>> = there.iter().filter(|c| shares_surname(c.lease, persons)).copied().collect();
    match only(best_places(if same_surname.is_empty() { &there } else { &same_surname })) {
        Some(MatchOutcome::Found { reference }) => MatchOutcome::NameDiffers { reference },
        Some(other) => other,
        None => MatchOutcome::NotFound,
    }
}

fn best_names<'a>(candidates: &[Candidate<'a>]) -> Vec<Candidate<'a>> {
    let best = candidates.iter().map(|c| c.name).max().unwrap_or(Likeness::Different);
    candidates.iter().filter(|c| c.name == best && best > Likeness::Different).copied().collect()
}

/// Keeps the nearest dwellings; where a dwelling and its parking space stand at one address, the dwelling.
fn best_places<'a>(candidates: &[Candidate<'a>]) -> Vec<Candidate<'a>> {
    let dwellings: Vec<Candidate<'a>> =
        candidates.iter().filter(|c| c.lease.kind == GoodsKind::Dwelling).copied().collect();
    let pool = if dwellings.is_empty() { candidates.to_vec() } else { dwellings };
    let best = pool.iter().map(|c| c.place).max().unwrap_or(AddressLikeness::Different);
    pool.into_iter().filter(|c| c.place == best && best >= AddressLikeness::SameNoUnit).collect()
}

fn shares_surname(lease: &Lease, persons: &[Person]) -> bool {
    let words: BTreeSet<String> = persons.iter().flat_map(index_words).collect();
    lease.parties.iter().flat_map(index_words).any(|word| words.contains(&word))
}

fn candidates<'a>(
    register: &'a Register,
    persons: &[Person],
    key: Option<&AddressKey>,
    today: Date,
) -> Vec<Candidate<'a>> {
    let mut numbers: BTreeSet<u32> = BTreeSet::new();
    for person in persons {
        // First names too: a form may have swapped the two.
        let swapped = Person { nom: person.prenom.clone(), ..Person::default() };
        for word in index_words(person).into_iter().chain(index_words(&swapped)) {
            numbers.extend(register.by_name.get(&name_key(&word)).into_iter().flatten());
        }
    }
    if let Some(key) = key {
        for word in key.index_words() {
            numbers.extend(register.by_street.get(&word).into_iter().flatten());
        }
    }
    let of = |number: u32| {
        let lease = &register.leases[number as usize];
        let pairs = lease.parties.iter().flat_map(|party| persons.iter().map(move |person| same_person(person, party)));
        let name = pairs.max().unwrap_or(Likeness::Different);
        let place = key.map_or(AddressLikeness::Different, |key| compare_keys(key, &register.keys[number as usize]));
        Candidate { lease, name, place }
    };
    let open = |candidate: &Candidate<'_>| candidate.lease.end.is_none_or(|end| end >= today);
    let mut candidates: Vec<Candidate<'a>> = numbers.into_iter().map(of).filter(open).collect();
    // A home contract is about the dwelling, not about the parking space of the same tenant.
    let houses = |c: &Candidate<'_>| c.lease.kind == GoodsKind::Dwelling && c.name > Likeness::Different;
    if candidates.iter().any(houses) {
        candidates.retain(|c| c.lease.kind == GoodsKind::Dwelling);
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(nom: &str, prenom: &str) -> Person {
        Person { nom: nom.to_owned(), prenom: prenom.to_owned(), nom_usage: None }
    }

    fn address(ligne: &str, complement: &str) -> Address {
        let complement = Some(complement.to_owned()).filter(|text| !text.is_empty());
        Address { ligne: ligne.to_owned(), complement, code_postal: "31000".to_owned(), commune: "TOULOUSE".to_owned() }
    }

    fn lease(reference: &str, parties: &[Person], ligne: &str, complement: &str) -> Lease {
        let reference = reference.to_owned();
        Lease {
            reference,
            parties: parties.to_vec(),
            address: address(ligne, complement),
            start: None,
            end: None,
            kind: GoodsKind::Dwelling,
            email: None,
            phone: None,
            cover_end: None,
        }
    }

    fn register() -> Register {
        let couple = [person("LEFEVRE", "Anais"), person("TRAORE", "Mamadou")];
        let mut left = lease("L-OLD", &[person("ROCHE", "Paul")], "3 RUE BASSE", "");
        left.end = Date::from_iso("2025-12-31");
        let mut parking = lease("P-1", &couple, "12 RUE DES LILAS", "");
        parking.kind = GoodsKind::Parking;
        Register::new(vec![
            lease("L-1", &couple, "12 RUE DES LILAS", "BAT C APT 14"),
            parking,
            lease("L-2", &[person("PETIT", "Jean")], "12 RUE DES LILAS", "BAT C APT 15"),
            lease("L-3", &[person("MARTIN", "Luc")], "5 AV VICTOR HUGO", "APT 1"),
            lease("L-4", &[person("MARTIN", "Luc")], "5 AV VICTOR HUGO", "APT 2"),
            lease("L-5", &[person("MARTIN", "Eve")], "9 RUE BASSE", ""),
            left,
            lease("L-6", &[person("ROCHE", "Paul")], "40 RUE HAUTE", "APT 9"),
            lease("L-7", &[person("SOW", "Awa")], "8 RUE HAUTE", ""),
            lease("L-8", &[person("SOW", "Awa")], "80 RUE HAUTE", ""),
        ])
    }

    #[test]
    fn papers_find_their_lease() {
        let register = register();
        let today = Date::from_iso("2026-11-23").unwrap();
        let mut failures = Vec::new();
        for (persons, place, expected) in [
            (vec![("LEFÈVRE", "Anaïs")], ("12 rue des Lilas", "Bât. C, apt 14"), "found L-1"),
            (vec![("LEFEVRE", "Anais")], ("12 r. des Lilas", ""), "found L-1"),
            (vec![("INCONNU", "Zed"), ("TRAORÉ", "Mamadou")], ("12 rue des Lilas", ""), "found L-1"),
            (vec![("LEFÈVRE", "Anaïs")], ("12 rue des Lilas", "apt 15"), "address L-1"),
            (vec![("LEFÈVRE", "Anaïs")], ("14 rue des Lilas", "apt 14"), "address L-1"),
            (vec![("LEFÈVRE", "Anaïs")], ("1 place du Marché", ""), "address L-1"),
            (vec![("LEFÈVRE", "Léo")], ("12 rue des Lilas", "Bât C apt 14"), "name L-1"),
            (vec![("LEFÈVRE", "Léo")], ("12 rue des Lilas", ""), "name L-1"),
            (vec![("AUTRE", "Zoé")], ("12 rue des Lilas", "apt 15"), "name L-2"),
            (vec![("AUTRE", "Zoé")], ("12 rue des Lilas", ""), "ambiguous L-1,L-2"),
            (vec![("AUTRE", "Zoé")], ("1 place du Marché", ""), "none "),
            (vec![("MARTIN", "Luc")], ("5 avenue Victor Hugo", "apt 2"), "found L-4"),
            (vec![("MARTIN", "Luc")], ("5 avenue Victor Hugo", ""), "ambiguous L-3,L-4"),
            (vec![("MARTIN", "Eve")], ("5 avenue Victor Hugo", "apt 2"), "address L-5"),
            (vec![("ROCHE", "Paul")], ("3 rue Basse", ""), "address L-6"),
            (vec![("SOW", "Awa")], ("8 rue Haute", ""), "found L-7"),
            (vec![("SOW", "Awa")], ("1 place du Marché", ""), "ambiguous L-7,L-8"),
            (vec![("SOW", "Awa")], ("88 rue Haute", ""), "ambiguous L-7,L-8"),
            (vec![("Anaïs", "LEFÈVRE")], ("12 rue des Lilas", "apt 14"), "found L-1"),
            (vec![("LEFEURE", "Anais")], ("12 rue des Lilas", "apt 14"), "found L-1"),
            (vec![("LEFÈVRE", "Anaïs")], ("", ""), "found L-1"),
            (vec![], ("9 rue Basse", ""), "found L-5"),
            (vec![], ("", ""), "none "),
        ] {
            let persons: Vec<Person> = persons.iter().map(|(nom, prenom)| person(nom, prenom)).collect();
            let place = Some(address(place.0, place.1)).filter(|place| !place.ligne.is_empty());
            let outcome = find(&register, &persons, place.as_ref(), today);
            let word = match &outcome {
                MatchOutcome::Found { .. } => "found",
                MatchOutcome::Ambiguous { .. } => "ambiguous",
                MatchOutcome::NameDiffers { .. } => "name",
                MatchOutcome::AddressDiffers { .. } => "address",
                MatchOutcome::NotFound => "none",
            };
            let got = format!("{word} {}", outcome.leases().join(","));
            if got != expected {
                failures.push(format!("{persons:?} at {place:?}: {got} instead of {expected}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }

    #[test]
    fn an_answer_tells_equal_leases_apart_and_nothing_else() {
        let register = register();
        let today = Date::from_iso("2026-11-23").unwrap();
        let mut failures = Vec::new();
        for (who, place, answers, expected) in [
            (("MARTIN", "Luc"), "5 avenue Victor Hugo", vec!["L-4"], "Found L-4"),
            (("MARTIN", "Luc"), "5 avenue Victor Hugo", vec!["L-3", "L-4"], "Ambiguous L-3,L-4"),
            (("MARTIN", "Luc"), "5 avenue Victor Hugo", vec!["L-7"], "Ambiguous L-3,L-4"),
            (("MARTIN", "Luc"), "5 avenue Victor Hugo", vec!["L-99"], "Ambiguous L-3,L-4"),
            // Persons and address are still compared: neither becomes right by an answer.
            (("SOW", "Awa"), "1 place du Marché", vec!["L-7"], "AddressDiffers L-7"),
            (("AUTRE", "Zoé"), "12 rue des Lilas", vec!["L-2"], "NameDiffers L-2"),
            (("AUTRE", "Zoé"), "1 place du Marché", vec!["L-2"], "NotFound "),
            (("SOW", "Awa"), "8 rue Haute", vec!["L-8"], "Found L-7"),
        ] {
            let answers: Vec<String> = answers.into_iter().map(str::to_owned).collect();
            let persons = [person(who.0, who.1)];
            let outcome = find_answering(&register, &persons, Some(&address(place, "")), today, &answers);
            let name = format!("{outcome:?}");
            let name = name.split([' ', '{']).next().unwrap_or_default();
            let got = format!("{name} {}", outcome.leases().join(","));
            if got != expected {
                failures.push(format!("{who:?} at {place}, answering {answers:?}: {got} instead of {expected}"));
            }
        }
        assert!(failures.is_empty(), "{failures:#?}");
    }
}
