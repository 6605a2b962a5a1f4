//! Types told right, by type and by who told them.

use guichet_pipeline::document::ReadDocument;
use guichet_pipeline::encode::Encoder;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// The type of a paper, by its file and first page.
type Types = HashMap<(String, u64), String>;

/// Gives the type that the encoder alone gives each page, by file and page.
pub(super) fn by_encoder(encoder: &dyn Encoder, documents: &[(String, ReadDocument)]) -> Types {
    let pages = documents.iter().flat_map(|(source, read)| read.pages.iter().map(move |page| (source, page)));
    let told = pages.filter_map(|(source, page)| {
        let types = encoder.view(page)?.types;
        let (code, _) = types.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(((source.clone(), u64::from(page.number)), code))
    });
    told.collect()
}

/// Shows how many papers of each type are told right: by the rules, by the encoder from their first page, by both.
pub(super) fn tell(truth: &[Value], rules: &[Value], seen: &Types, both: &[Value]) {
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let (rules, both) = (types_of(rules), types_of(both));
    for line in truth {
        let source = line["source"].as_str().unwrap_or_default();
        for segment in line["segments"].as_array().into_iter().flatten() {
            let Some(page) = segment["pages"][0].as_u64() else { continue };
            let (place, right) = ((source.to_owned(), page), segment["type"].as_str().unwrap_or_default());
            let count = counts.entry(right).or_default();
            count[0] += 1;
            for (at, told) in [&rules, seen, &both].into_iter().enumerate() {
                count[at + 1] += usize::from(told.get(&place).is_some_and(|told| told == right));
            }
        }
    }
    println!("\ntypes justes : papiers, règles, encodeur seul, ensemble");
    for (code, [all, rules, encoder, both]) in counts {
        println!("    {code:<26} {all:>4} {rules:>4} {encoder:>4} {both:>4}");
    }
}

/// Gives the type of each paper by its file and first page.
fn types_of(lines: &[Value]) -> Types {
    let mut types = Types::new();
    for line in lines {
        for segment in line["segments"].as_array().into_iter().flatten() {
            let place = (line["source"].as_str(), segment["pages"][0].as_u64(), segment["type"].as_str());
            if let (Some(source), Some(page), Some(code)) = place {
                types.insert((source.to_owned(), page), code.to_owned());
            }
        }
    }
    types
}
