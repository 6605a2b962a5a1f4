//! Whether two signatures are of the same paper.

use super::Signature;
use super::fact::Agreement;

/// Identifying values that must agree at least: one alone stands on many papers of one person.
const LEAST_AGREEING: usize = 2;
/// Of the identifying values that either paper tells, the share that must agree: numerator, denominator. What one of
/// them does not tell counts as not agreeing, so that a bad photo is nobody's copy. Chosen so that an attestation on which
/// number and address were not read (three of five) is not enough; not measured yet.
const SHARE_AGREEING: (usize, usize) = (2, 3);
/// Likeness of the words under which values that agree stand on two different forms: a list of covers that comes after an
/// attestation is a paper of its own. Chosen low, as a word read wrong costs two pairs of words; not measured yet: the bin
/// `ressemblance` of the tests gives the likeness of true and of false pairs on papers whose truth is known.
pub const LEAST_LIKENESS: f32 = 0.15;

/// In what way two papers are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sameness {
    /// The same paper.
    Paper,
    /// The same contract, period and form under another name or for another dwelling.
    OtherHolder,
}

/// Two documents that show the same paper, and why that is believed.
#[derive(Clone, Debug, PartialEq)]
pub struct Resemblance {
    /// In what way.
    pub sameness: Sameness,
    /// The codes of the fields whose values agree.
    pub agreeing: Vec<String>,
    /// How much of their words they have in common, 0 to 1; `None` where one of them has too few.
    pub likeness: Option<f32>,
}

/// Compares two documents; `None` where they are not the same paper, or nobody can say. The order does not matter.
pub fn resemblance(one: &Signature, other: &Signature) -> Option<Resemblance> {
    let likeness = one.sketch.likeness(&other.sketch);
    if one.type_code != other.type_code || likeness.is_some_and(|likeness| likeness < LEAST_LIKENESS) {
        return None;
    }
    let compared = Compared::of(one, other);
    let sameness = compared.sameness()?;
    Some(Resemblance { sameness, agreeing: compared.same.into_iter().map(str::to_owned).collect(), likeness })
}

/// Fields of two papers, by how their values compare.
#[derive(Debug, Default)]
struct Compared<'a> {
    same: Vec<&'a str>,
    /// How many differ, and how many of these say whose the paper is.
    other: usize,
    other_whose: usize,
    /// How many are told by either.
    told: usize,
    /// Whether either says when, and whether both say the same.
    when_told: bool,
    when_same: bool,
    number_same: bool,
}

impl<'a> Compared<'a> {
    fn of(one: &'a Signature, other: &'a Signature) -> Self {
        let mut compared = Self::default();
        let only = other.facts.iter().filter(|(code, _)| !one.facts.contains_key(*code));
        for (_, fact) in only {
            compared.told += 1;
            compared.when_told |= fact.says_when();
        }
        for (code, fact) in &one.facts {
            compared.told += 1;
            compared.when_told |= fact.says_when();
            match other.facts.get(code).map(|theirs| fact.agreement(theirs)) {
                Some(Agreement::Same) => {
                    compared.same.push(code);
                    compared.when_same |= fact.says_when();
                    compared.number_same |= matches!(fact, super::Fact::Number(_));
                }
                Some(Agreement::Other) => {
                    compared.other += 1;
                    compared.other_whose += usize::from(fact.says_whose());
                }
                Some(Agreement::Unclear) | None => {}
            }
        }
        compared
    }

    fn sameness(&self) -> Option<Sameness> {
        if self.when_told && !self.when_same {
            return None;
        }
        let (numerator, denominator) = SHARE_AGREEING;
        let enough = self.same.len() >= LEAST_AGREEING && self.same.len() * denominator >= self.told * numerator;
        if self.other == 0 {
            return enough.then_some(Sameness::Paper);
        }
        let only_whose = self.other == self.other_whose;
        (only_whose && self.number_same && self.when_same).then_some(Sameness::OtherHolder)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Fact, Sketch};
    use super::*;
    use crate::values::{Address, Person};

    /// A paper in short: `numero_contrat=N:HAB1 date_debut=W:2026-01-01 assures=P:DURAND/Anne adresse=L:12 rue X`, parted
    /// by ` ; `.
    fn paper(type_code: &str, facts: &str, form: &str) -> Signature {
        let fact = |text: &str| {
            let (code, value) = text.split_once('=').unwrap();
            let (kind, value) = value.split_once(':').unwrap();
            let fact = match kind {
                "N" => Fact::Number(value.to_owned()),
                "W" => Fact::When(value.to_owned()),
                "A" => Fact::Amount(value.to_owned()),
                "P" => {
                    let (nom, prenom) = value.split_once('/').unwrap();
                    Fact::People(vec![Person { nom: nom.to_owned(), prenom: prenom.to_owned(), nom_usage: None }])
                }
                _ => Fact::Place(Address {
                    ligne: value.to_owned(),
                    complement: None,
                    code_postal: "31000".to_owned(),
                    commune: "TOULOUSE".to_owned(),
                }),
            };
            (code.to_owned(), fact)
        };
        let facts = facts.split(" ; ").filter(|text| !text.is_empty()).map(fact).collect();
        let words: Vec<String> = (0..80).map(|at| format!("{form}{at}")).collect();
        let sketch = Sketch::of(words.iter().map(String::as_str));
        Signature { type_code: type_code.to_owned(), facts, sketch }
    }

    struct Case {
        what: &'static str,
        one: Signature,
        other: Signature,
        expected: Option<Sameness>,
    }

    const HOME: &str = "attestation_habitation";
    const SLIP: &str = "bulletin_salaire";
    const WHOLE: &str = "numero_contrat=N:HAB004512987 ; assures=P:DURAND/Anne ; adresse_risque=L:12 rue des Lilas ; \
         date_debut=W:2026-01-01 ; date_fin=W:2026-12-31";

    #[test]
    fn papers_are_the_same_or_are_not() {
        let home = |facts: &str| paper(HOME, facts, "a");
        let slip = |facts: &str| paper(SLIP, facts, "a");
        let cases = [
            Case { what: "read whole twice", one: home(WHOLE), other: home(WHOLE), expected: Some(Sameness::Paper) },
            Case {
                what: "one value not read",
                one: home(WHOLE),
                other: home(&WHOLE.replace(" ; date_fin=W:2026-12-31", "")),
                expected: Some(Sameness::Paper),
            },
            Case {
                what: "letters of the name read wrong",
                one: home(WHOLE),
                other: home(&WHOLE.replace("DURAND", "DURANO")),
                expected: Some(Sameness::Paper),
            },
            Case {
                what: "a digit of the number read wrong",
                one: home(WHOLE),
                other: home(&WHOLE.replace("987 ;", "981 ;")),
                expected: Some(Sameness::Paper),
            },
            Case {
                what: "next year's",
                one: home(WHOLE),
                other: home(&WHOLE.replace("2026-", "2027-")),
                expected: None,
            },
            Case {
                what: "the renewed period overlaps in no day but has the same end read",
                one: home(WHOLE),
                other: home(&WHOLE.replace("2026-01-01", "2025-01-01")),
                expected: None,
            },
            Case {
                what: "days not read: it may be next year's",
                one: home(WHOLE),
                other: home(
                    "numero_contrat=N:HAB004512987 ; assures=P:DURAND/Anne ; adresse_risque=L:12 rue des Lilas",
                ),
                expected: None,
            },
            Case {
                what: "only the days were read",
                one: home(WHOLE),
                other: home("date_debut=W:2026-01-01 ; date_fin=W:2026-12-31"),
                expected: None,
            },
            Case {
                what: "another tenant of the same insurer",
                one: home(WHOLE),
                other: home(
                    "numero_contrat=N:HAB118800321 ; assures=P:MARTIN/Luc ; adresse_risque=L:3 rue Pasteur ; \
                     date_debut=W:2026-01-01 ; date_fin=W:2026-12-31",
                ),
                expected: None,
            },
            Case {
                what: "another contract of the same tenant",
                one: home(WHOLE),
                other: home(&WHOLE.replace("HAB004512987", "MRH77120045")),
                expected: None,
            },
            Case {
                what: "the name of another tenant on the same paper",
                one: home(WHOLE),
                other: home(&WHOLE.replace("DURAND/Anne", "MARTIN/Luc")),
                expected: Some(Sameness::OtherHolder),
            },
            Case {
                what: "another dwelling on the same paper",
                one: home(WHOLE),
                other: home(&WHOLE.replace("12 rue des Lilas", "3 rue Pasteur")),
                expected: Some(Sameness::OtherHolder),
            },
            Case {
                what: "the same values on another form",
                one: home(WHOLE),
                other: paper(HOME, WHOLE, "b"),
                expected: None,
            },
            Case {
                what: "another type",
                one: home(WHOLE),
                other: paper("avis_echeance_assurance", WHOLE, "a"),
                expected: None,
            },
            Case {
                what: "a pay slip twice",
                one: slip("salarie=P:DURAND/Anne ; periode=W:2026-02 ; net_a_payer=A:1534.20"),
                other: slip("salarie=P:DURAND/Anne ; periode=W:2026-02 ; net_a_payer=A:1534.20"),
                expected: Some(Sameness::Paper),
            },
            Case {
                what: "the next month at the same pay",
                one: slip("salarie=P:DURAND/Anne ; periode=W:2026-02 ; net_a_payer=A:1534.20"),
                other: slip("salarie=P:DURAND/Anne ; periode=W:2026-03 ; net_a_payer=A:1534.20"),
                expected: None,
            },
            Case {
                what: "a month not read: it may be any",
                one: slip("salarie=P:DURAND/Anne ; periode=W:2026-02 ; net_a_payer=A:1534.20"),
                other: slip("salarie=P:DURAND/Anne ; net_a_payer=A:1534.20"),
                expected: None,
            },
            Case {
                what: "bank details, which have no day",
                one: paper("rib", "titulaire=P:DURAND/Anne ; iban=N:FR7630006000011234567890189", "a"),
                other: paper("rib", "titulaire=P:DURAND/Anne ; iban=N:FR7630006000011234567890189", "a"),
                expected: Some(Sameness::Paper),
            },
            Case { what: "nothing read", one: home(""), other: home(""), expected: None },
        ];
        for Case { what, one, other, expected } in cases {
            let sameness = |one, other| resemblance(one, other).map(|found| found.sameness);
            assert_eq!(sameness(&one, &other), expected, "{what}");
            assert_eq!(sameness(&other, &one), expected, "{what}, the other way round");
        }
    }

    #[test]
    fn it_says_why() {
        let (one, other) = (paper(HOME, WHOLE, "a"), paper(HOME, &WHOLE.replace("DURAND", "DURANO"), "a"));
        let found = resemblance(&one, &other).unwrap();
        assert_eq!(found.agreeing, ["adresse_risque", "assures", "date_debut", "date_fin", "numero_contrat"]);
        assert_eq!(found.likeness, Some(1.0));
    }

    #[test]
    fn papers_that_are_the_same_share_a_key() {
        let (one, other) = (paper(HOME, WHOLE, "a"), paper(HOME, &WHOLE.replace("987 ;", "981 ;"), "a"));
        assert!(resemblance(&one, &other).is_some() && !one.keys().is_disjoint(&other.keys()));
    }
}
