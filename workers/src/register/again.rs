//! What a change of the register asks to be decided again, and nothing else.
//!
//! A paper whose last decision names a lease that changed or is gone; and, of those that were not simply accepted, a paper
//! on which a person, a dwelling or a reference of a new or changed lease was read. After the first register of an
//! installation: sources on which nothing was decided yet. An accepted paper whose lease did not change stays accepted.

use super::Reading;
use crate::clock::Moment;
use crate::interrupt::Interrupt;
use crate::store::{OpenChange, StandingPage, StandingPaper, Store, StoreError};
use guichet_pipeline::register::{Lease, Touched};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// Asks everything that open changes ask, with the register applied. Gives how many sources are understood again.
pub(super) async fn ask(store: &Store, reading: &Reading, halt: &Interrupt) -> Result<u64, StoreError> {
    let mut asked = 0;
    for change in store.open_register_changes().await? {
        asked += ask_of(store, reading, change, halt).await?;
    }
    Ok(asked)
}

async fn ask_of(store: &Store, reading: &Reading, mut change: OpenChange, halt: &Interrupt) -> Result<u64, StoreError> {
    let touched = touched(store, reading, &change).await?;
    let mut asked = 0;
    // Pages without any of them are passed over without a commit.
    let mut looked_to = change.clone();
    while !halt.asked() {
        let StandingPage { papers, seen_to } = store.standing_papers(&looked_to).await?;
        let sources = concerned(&papers, change.is_first, &touched);
        if let Some(last) = &seen_to
            && sources.is_empty()
        {
            looked_to.seen_to.clone_from(last);
            continue;
        }
        let count = sources.len() as u64;
        if !store.understand_again(&change, &sources, seen_to.as_deref(), Moment::now()).await? {
            // Another process goes on with it.
            return Ok(asked);
        }
        asked += count;
        let Some(last) = seen_to else { return Ok(asked) };
        change.seen_to = last;
        looked_to = change.clone();
    }
    Ok(asked)
}

/// Gives the leases that a change touched, as they are now.
async fn touched(store: &Store, reading: &Reading, change: &OpenChange) -> Result<Touched, StoreError> {
    let references: HashSet<String> = store.leases_of_change(&change.id).await?.into_iter().collect();
    let leases = reading.register.leases().iter().filter(|lease| references.contains(&lease.reference));
    Ok(Touched::new(leases.cloned().collect::<Vec<Lease>>()))
}

/// Gives the sources to understand again, with their traces.
fn concerned(papers: &[StandingPaper], is_first: bool, touched: &Touched) -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    for of_source in papers.chunk_by(|one, next| one.source == next.source) {
        let asked = if is_first {
            of_source.iter().all(|paper| paper.outcome.is_none())
        } else {
            of_source.iter().any(|paper| is_concerned(paper, touched))
        };
        if asked && let Some(first) = of_source.first() {
            sources.insert(first.source.clone(), first.trace.clone());
        }
    }
    sources
}

fn is_concerned(paper: &StandingPaper, touched: &Touched) -> bool {
    let is_settled = paper.outcome.as_deref() == Some("accept");
    paper.is_touched || !is_settled && touched.concerns(&values(&paper.fields))
}

/// Gives the values of printed fields.
fn values(fields: &str) -> Vec<Value> {
    let fields: BTreeMap<String, Value> = serde_json::from_str(fields).unwrap_or_default();
    fields.into_values().filter_map(|mut field| Some(field.get_mut("value")?.take())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use guichet_pipeline::register::Register;

    const DURAND: &str = r#"{"assures":{"value":[{"nom":"DURAND","prenom":"Anne"}]}}"#;
    const OTHER: &str = r#"{"assures":{"value":[{"nom":"PETIT","prenom":"Luc"}]},"montant":{"value":"12"}}"#;

    fn paper(source: &str, is_touched: bool, outcome: Option<&str>, fields: &str) -> StandingPaper {
        let (source, trace) = (source.to_owned(), format!("trace {source}"));
        StandingPaper { source, trace, is_touched, outcome: outcome.map(str::to_owned), fields: fields.to_owned() }
    }

    #[test]
    fn only_papers_of_touched_leases_are_asked() {
        let text = "reference_contrat;nom;prenom;adresse;code_postal;commune\nL-1;DURAND;Anne;1 RUE X;31000;T\n";
        let register = Register::from_csv(text.as_bytes(), "contrats.csv").unwrap().register;
        let touched = Touched::new(register.leases().to_vec());
        let papers = [
            paper("a", true, Some("accept"), DURAND),
            paper("b", false, Some("accept"), ""),
            paper("c", false, Some("review"), DURAND),
            paper("d", false, Some("review"), OTHER),
            paper("e", false, Some("accept"), ""),
            paper("e", false, Some("reject"), DURAND),
            paper("f", false, None, DURAND),
            paper("g", false, None, "{}"),
        ];
        let asked = |is_first| concerned(&papers, is_first, &touched).into_keys().collect::<Vec<String>>();
        assert_eq!(asked(false), ["a", "c", "e", "f"]);
        assert_eq!(asked(true), ["f", "g"], "the first register decides what was not decided");
        assert_eq!(concerned(&papers, false, &touched)["c"], "trace c");
    }
}
