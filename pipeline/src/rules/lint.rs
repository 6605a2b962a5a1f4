//! What parses and links and is still wrong: labels claimed twice, examples that do not come out.

use super::Rules;
use std::collections::{BTreeMap, BTreeSet};

impl Rules {
    /// Gives one line for each thing that a rule writer should mend; empty when all is well.
    pub fn lint(&self) -> Vec<String> {
        let mut complaints = self.doubled_labels();
        for check in &self.checks {
            complaints.extend(crate::check::lint(check));
        }
        complaints.extend(super::relance_page::lint(&self.relances));
        complaints.extend(crate::run::lint_examples(self));
        complaints
    }

    /// A label that two fields claim with the same strength helps neither.
    fn doubled_labels(&self) -> Vec<String> {
        let mut complaints = BTreeSet::new();
        for rule in &self.types {
            let mut owners: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
            for field in
                self.fields_of(rule).map(|at| &self.fields[at]).filter(|field| rule.fields.contains(&field.code))
            {
                for label in &field.labels.strong {
                    owners.entry(crate::values::fold::fold(label)).or_default().insert(&field.code);
                }
            }
            let doubled = owners.into_iter().filter(|(_, codes)| codes.len() > 1);
            let told = doubled.map(|(label, codes)| {
                let codes: Vec<&str> = codes.into_iter().collect();
                format!("label \"{label}\" is claimed by {} of {}", codes.join(" and "), rule.code)
            });
            complaints.extend(told);
        }
        complaints.into_iter().collect()
    }
}

/// Gives the known word nearest to `wanted`, if one is near.
pub(super) fn closest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let ranked = known.map(|word| (strsim::damerau_levenshtein(wanted, word), word));
    ranked.min().filter(|(distance, _)| *distance <= 3).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_have_no_complaints() {
        let rules = Rules::embedded().unwrap();
        assert_eq!(rules.lint(), Vec::<String>::new());
    }

    #[test]
    fn a_far_word_is_no_hint() {
        assert_eq!(closest("date_fn", ["date_debut", "date_fin"].into_iter()), Some("date_fin"));
        assert_eq!(closest("montant", ["date_debut"].into_iter()), None);
    }
}
