//! How far confidences are off, and the curves that mend it (`rules/trust.toml`).

use super::{missed, single};
use anyhow::Result;
use guichet_models::curve;
use guichet_models::diagram::Reliability;
use guichet_pipeline::document::ReadDocument;
use guichet_pipeline::rules::{Curve, Trust};
use guichet_pipeline::score::score;
use guichet_pipeline::text::Origin;
use serde_json::Value;
use std::collections::HashMap;

/// A field that was told: how surely, from what text, whether it was right, in which fold its design is.
struct ToldField {
    sureness: f32,
    origin: Origin,
    right: bool,
    fold: u32,
}

/// Designs are cut into so many folds: what is told of the designs of one is judged by curves fitted on those of the others.
const FOLDS: u32 = 5;

/// Says how far confidences are off without and with curves, on designs that the curves were not fitted on; then gives the
/// curves fitted on all.
pub(super) fn tell(lines: &[Value], truth: &[Value], documents: &[(String, ReadDocument)]) -> Result<()> {
    let told = told_fields(lines, truth, documents);
    let [mut before, mut after] = [Reliability::default(), Reliability::default()];
    for fold in 0..FOLDS {
        let (trust, _) = fitted(told.iter().filter(|field| field.fold != fold))?;
        for field in told.iter().filter(|field| field.fold == fold) {
            before.count(field.sureness.into(), field.right);
            after.count(trust.of_field(field.sureness, field.origin).into(), field.right);
        }
    }
    println!("{} champs : écart {:.4} sans courbes, {:.4} avec", told.len(), before.error(), after.error());
    println!("{}", fitted(told.iter())?.1);
    Ok(())
}

/// Fits curves; gives them as they stand in the rules too.
fn fitted<'a>(told: impl Iterator<Item = &'a ToldField> + Clone) -> Result<(Trust, String)> {
    let of = |origin: Origin| {
        let told = told.clone().filter(|field| field.origin == origin);
        curve::fit(&told.map(|field| (field.sureness, field.right)).collect::<Vec<_>>())
    };
    let written = |points: &[[f32; 2]]| {
        let points: Vec<String> = points.iter().map(|[at, share]| format!("[{at:.3}, {share:.3}]")).collect();
        format!("[{}]", points.join(", "))
    };
    let (native, recognised) = (of(Origin::Native), of(Origin::Ocr));
    let text = format!("native = {}\nrecognised = {}", written(&native), written(&recognised));
    let curve = |points| Curve::try_from(points).map_err(anyhow::Error::msg);
    Ok((Trust { native: curve(native)?, recognised: curve(recognised)? }, text))
}

fn told_fields(lines: &[Value], truth: &[Value], documents: &[(String, ReadDocument)]) -> Vec<ToldField> {
    let report = score(lines, truth);
    let missed = missed(&report);
    let designs: HashMap<&str, &str> =
        single(truth).filter_map(|line| Some((line["source"].as_str()?, line["template"].as_str()?))).collect();
    let origins: HashMap<(&str, u64), Origin> = documents
        .iter()
        .flat_map(|(source, read)| {
            read.pages.iter().map(|page| ((source.as_str(), u64::from(page.number)), page.layer.origin))
        })
        .collect();
    let mut told = Vec::new();
    for line in lines {
        let source = line["source"].as_str().unwrap_or_default();
        let Some(design) = designs.get(source) else { continue };
        let fold = design.bytes().map(u32::from).sum::<u32>() % FOLDS;
        let segments =
            line["segments"].as_array().into_iter().flatten().filter(|segment| segment["type"] != "courrier");
        for (name, field) in segments.filter_map(|segment| segment["fields"].as_object()).flatten() {
            let page = field["page"].as_u64().unwrap_or_default();
            let Some(origin) = origins.get(&(source, page)).copied() else { continue };
            let sureness = field["confidence"].as_f64().unwrap_or_default() as f32;
            told.push(ToldField { sureness, origin, right: !missed.contains(&(source, name.as_str())), fold });
        }
    }
    told
}
