//! How well the same paper is known when it comes again, on papers whose truth is known: what the thresholds of
//! `pipeline::resemblance` are to be measured by.
//!
//! `ressemblance DATABASE TRUTH...` compares every document of a house (`guichet add`, `guichet work --drain`) with every
//! other, as the house does, and tells what it linked by what `echantillons corpus` wrote about them. Two files of the same
//! type and the same values are one paper: make the same corpus in several kinds (`--kinds natif`, `--kinds photo`), and
//! again as of a year or a month later for papers that only look the same.

use anyhow::{Context, Result, bail};
use guichet_pipeline::resemblance::{Signature, resemblance};
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyPoolOptions;
use std::collections::{BTreeMap, HashMap};

/// A document with its truth.
struct Paper {
    source: String,
    signature: Signature,
    truth: Value,
}

/// How two different papers are alike: what makes them hard to tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pair {
    Same,
    SameNumber,
    SamePerson,
    SameInsurer,
    SameType,
}

/// What came of the pairs of a kind.
#[derive(Default)]
struct Tally {
    pairs: usize,
    linked: usize,
    without_key: usize,
    likeness: Vec<f32>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [database, truths @ ..] = &arguments[..] else { bail!("usage: ressemblance DATABASE TRUTH...") };
    let papers = papers(database, &truth(truths)?).await?;
    println!("{} documents dont le type est bien lu", papers.len());
    let mut tallies: BTreeMap<Pair, Tally> = BTreeMap::new();
    let mut missed: BTreeMap<String, usize> = BTreeMap::new();
    for (at, one) in papers.iter().enumerate() {
        for other in papers[at + 1..].iter().filter(|other| other.source != one.source) {
            let Some(pair) = pair(&one.truth, &other.truth) else { continue };
            let tally = tallies.entry(pair).or_default();
            let found = resemblance(&one.signature, &other.signature);
            let key = !one.signature.keys().is_disjoint(&other.signature.keys());
            tally.pairs += 1;
            tally.linked += usize::from(found.is_some() && key);
            tally.without_key += usize::from(found.is_some() && !key);
            tally.likeness.extend(one.signature.sketch.likeness(&other.signature.sketch));
            if found.is_none() && pair == Pair::Same {
                *missed.entry(why(one, other)).or_default() += 1;
            }
            if found.is_some() && pair != Pair::Same {
                println!("à tort ({pair:?}) : {} et {}", one.source, other.source);
            }
        }
    }
    println!(
        "{:<12} {:>7} {:>7} {:>9}   part commune des mots : 1 %, 5 %, 50 %, 95 %, 99 %",
        "paires", "nombre", "liées", "sans clé"
    );
    for (pair, tally) in &mut tallies {
        tally.likeness.sort_by(f32::total_cmp);
        let share =
            |percent: usize| tally.likeness.get(tally.likeness.len() * percent / 100).copied().unwrap_or_default();
        let shares: Vec<String> = [1, 5, 50, 95, 99].map(|percent| format!("{:.2}", share(percent))).into();
        println!(
            "{:<12} {:>7} {:>7} {:>9}   {}",
            format!("{pair:?}"),
            tally.pairs,
            tally.linked,
            tally.without_key,
            shares.join(" ")
        );
    }
    println!("papiers non reconnus, par ce qui a manqué :");
    for (why, count) in missed {
        println!("{count:>5}  {why}");
    }
    Ok(())
}

/// Says what keeps two readings of one paper apart.
fn why(one: &Paper, other: &Paper) -> String {
    let (some, others) = (&one.signature.facts, &other.signature.facts);
    let differ = some.iter().filter(|(code, fact)| others.get(*code).is_some_and(|theirs| theirs != *fact));
    let alone = some
        .keys()
        .filter(|code| !others.contains_key(*code))
        .chain(others.keys().filter(|code| !some.contains_key(*code)));
    let list = |codes: Vec<&str>| codes.join(" ");
    format!(
        "{} : autres [{}] lus d'un côté [{}]",
        one.signature.type_code,
        list(differ.map(|(code, _)| code.as_str()).collect()),
        list(alone.map(String::as_str).collect())
    )
}

fn pair(one: &Value, other: &Value) -> Option<Pair> {
    if one["type"] != other["type"] {
        return None;
    }
    let (some, others) = (&one["fields"], &other["fields"]);
    let same = |codes: &[&str]| codes.iter().any(|code| !some[*code].is_null() && some[*code] == others[*code]);
    Some(if some == others {
        Pair::Same
    } else if same(&["numero_contrat", "numero_document", "iban", "numero_allocataire"]) {
        Pair::SameNumber
    } else if same(&["assures", "salarie", "locataires", "declarants", "allocataire", "titulaire", "personne"]) {
        Pair::SamePerson
    } else if same(&["assureur"]) {
        Pair::SameInsurer
    } else {
        Pair::SameType
    })
}

/// Gives the truth of each file that holds one document, by the end of its path.
fn truth(paths: &[String]) -> Result<HashMap<String, Value>> {
    let mut all = HashMap::new();
    for path in paths {
        let folder = path.trim_end_matches("truth.jsonl");
        for line in std::fs::read_to_string(path).with_context(|| path.clone())?.lines() {
            let line: Value = serde_json::from_str(line)?;
            if let Some([segment]) = line["segments"].as_array().map(Vec::as_slice) {
                all.insert(format!("{folder}{}", line["source"].as_str().unwrap_or_default()), segment.clone());
            }
        }
    }
    Ok(all)
}

/// Gives the documents of a house that have a truth and whose type was read right.
async fn papers(database: &str, truth: &HashMap<String, Value>) -> Result<Vec<Paper>> {
    sqlx::any::install_default_drivers();
    let pool = AnyPoolOptions::new().connect(database).await?;
    let rows = sqlx::query(
        "select signatures.body, (select name from arrivals where arrivals.source = signatures.source limit 1) as name \
         from signatures",
    );
    let mut papers = Vec::new();
    for row in rows.fetch_all(&pool).await? {
        let (body, source): (String, String) = (row.try_get("body")?, row.try_get("name")?);
        let signature: Signature = serde_json::from_str(&body)?;
        let Some(truth) = truth.get(&source).filter(|truth| truth["type"] == signature.type_code.as_str()) else {
            continue;
        };
        papers.push(Paper { source, signature, truth: truth.clone() });
    }
    Ok(papers)
}
