//! `mesurer`: the rules alone and with the encoder, on one corpus, read once.

mod curves;
mod risk;
mod types;

use anyhow::{Context, Result};
use clap::Parser;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use guichet_models::Tesseract;
use guichet_models::diagram::{self, Reliability};
use guichet_models::encoder::CandleEncoder;
use guichet_models::encoder::weights::Weights;
use guichet_pipeline::document::ReadDocument;
use guichet_pipeline::encode::Encoder;
use guichet_pipeline::read::{Limits, document};
use guichet_pipeline::register::Register;
use guichet_pipeline::rules::{Rules, Trust};
use guichet_pipeline::run::{Batch, Setting};
use guichet_pipeline::score::{Report, score};
use guichet_pipeline::values::Date;
use serde_json::Value;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

#[derive(Parser)]
#[command(name = "mesurer", about = "Compare les règles seules aux règles avec l'encodeur")]
struct Cli {
    /// Dossier écrit par « echantillons corpus »
    #[arg(long)]
    corpus: PathBuf,
    /// Où garder ce qui a été lu, pour ne le lire qu'une fois (.jsonl.gz)
    #[arg(long)]
    cache: PathBuf,
    /// Dossier des poids
    #[arg(long, default_value = "models/weights/encodeur")]
    weights: PathBuf,
    /// Dossier des modèles de Tesseract
    #[arg(long, default_value = "/usr/share/tesseract-ocr/5/tessdata")]
    tessdata: PathBuf,
    /// Date de référence
    #[arg(long, default_value = "2026-11-23")]
    as_of: String,
    /// Champs lus autrement avec l'encodeur, à montrer
    #[arg(long, default_value_t = 0)]
    changes: usize,
    /// Où dessiner la fiabilité des confiances (.svg)
    #[arg(long)]
    diagram: Option<PathBuf>,
    /// Dossier où écrire les résultats des règles seules et avec l'encodeur, une ligne par fichier
    #[arg(long)]
    results: Option<PathBuf>,
    /// Ajuster les courbes de confiance (rules/trust.toml) et dire leur écart sur des modèles de papiers tenus à part
    #[arg(long)]
    curves: bool,
    /// Compter les acceptations à tort selon la sûreté demandée (rules/acceptance.toml) ; plusieurs corpus s'additionnent
    #[arg(long)]
    risk: bool,
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn stopwatch() -> u64 {
    START.elapsed().as_micros() as u64
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let truth = json_lines(&cli.corpus.join("truth.jsonl"))?;
    let documents = documents(&cli, &truth)?;
    let encoder: Arc<dyn Encoder> = Arc::new(CandleEncoder::new(Weights::load(&cli.weights)?));
    let pages: usize = documents.iter().map(|(_, read)| read.pages.len()).sum();
    let start = Instant::now();
    let seen = types::by_encoder(encoder.as_ref(), &documents);
    println!("{pages} pages, encodeur {:.1} ms par page", start.elapsed().as_secs_f64() * 1e3 / pages.max(1) as f64);
    let mut setting = setting(&cli)?;
    if cli.curves {
        setting.lexicon.rules.trust = Trust::default();
        let lines = results(&setting.with_encoder(Some(encoder)), &documents);
        return curves::tell(&lines, &truth, &documents);
    }
    if cli.risk {
        risk::tell(setting.with_encoder(Some(encoder)), &documents, &truth);
        return Ok(());
    }
    let alone_lines = results(&setting, &documents);
    let both_lines = results(&setting.with_encoder(Some(encoder)), &documents);
    let ways = [("règles", &alone_lines), ("règles et encodeur", &both_lines)];
    let measured = ways.map(|(name, lines)| {
        let report = score(lines, &truth);
        let reliability = reliability(&report, lines, &truth);
        println!("\n{name}\n{}", told(&report, &reliability));
        (report, reliability)
    });
    let [(alone, alone_trust), (both, both_trust)] = &measured;
    types::tell(&truth, &alone_lines, &seen, &both_lines);
    changes(alone, both, cli.changes);
    if let Some(path) = &cli.diagram {
        let drawn = diagram::svg(&[(ways[0].0, alone_trust), (ways[1].0, both_trust)]);
        std::fs::write(path, drawn).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if let Some(path) = &cli.results {
        std::fs::create_dir_all(path).with_context(|| format!("cannot write {}", path.display()))?;
        for (name, lines) in [("regles.jsonl", &alone_lines), ("ensemble.jsonl", &both_lines)] {
            let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
            std::fs::write(path.join(name), lines).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

fn setting(cli: &Cli) -> Result<Setting> {
    let register = std::fs::read(cli.corpus.join("contrats.csv"))?;
    let register = Register::from_csv(&register, "contrats.csv").map_err(anyhow::Error::msg)?.register;
    let today = Date::from_iso(&cli.as_of).with_context(|| format!("{} is no day", cli.as_of))?;
    Ok(Setting::new(Rules::embedded()?, Some(register), today))
}

fn results(setting: &Setting, documents: &[(String, ReadDocument)]) -> Vec<Value> {
    let mut batch = Batch::new(setting, stopwatch);
    let lines = documents.iter().map(|(source, read)| batch.source(source, "", Ok(read.clone())));
    lines.filter_map(|line| serde_json::to_value(line).ok()).collect()
}

/// Gives what was read of each file that could be.
fn documents(cli: &Cli, truth: &[Value]) -> Result<Vec<(String, ReadDocument)>> {
    if cli.cache.exists() {
        let lines = BufReader::new(GzDecoder::new(File::open(&cli.cache)?)).lines();
        return lines.map(|line| Ok(serde_json::from_str(&line?)?)).collect();
    }
    let mut ocr = Tesseract::new(&cli.tessdata, "fra")?;
    let mut out = GzEncoder::new(File::create(&cli.cache)?, Compression::default());
    let mut documents = Vec::new();
    let mut sources: Vec<&str> = truth.iter().filter_map(|line| line["source"].as_str()).collect();
    sources.sort_unstable();
    for source in sources {
        let bytes = std::fs::read(cli.corpus.join(source))?;
        let Ok(read) = document(&bytes, None, &Limits::default(), &mut ocr, stopwatch, &mut |_| ()) else { continue };
        serde_json::to_writer(&mut out, &(source, &read))?;
        out.write_all(b"\n")?;
        documents.push((source.to_owned(), read));
    }
    out.finish()?;
    Ok(documents)
}

fn told(report: &Report, reliability: &Reliability) -> String {
    let mut text = format!(
        "  acceptés à tort {} sur {}, acceptés sans relecture {:.3} de {}\n  types {:.4} de {}, champs F1 {:.4}, champs qui décident F1 {:.4}, ECE des champs {:.4}\n",
        report.false_accepts.len(),
        report.not_to_accept(),
        report.straight_through().rate(),
        report.straight_through().of,
        report.types.rate(),
        report.types.of,
        report.fields.f1(),
        report.deciding.f1(),
        reliability.error(),
    );
    for (field, counts) in &report.by_field {
        text.push_str(&format!("    {field:<26} P {:.3} R {:.3}\n", counts.precision(), counts.recall()));
    }
    text
}

/// Counts how often fields were right, by their confidence.
fn reliability(report: &Report, lines: &[Value], truth: &[Value]) -> Reliability {
    let missed = missed(report);
    let single: HashSet<&str> = single(truth).filter_map(|line| line["source"].as_str()).collect();
    let mut reliability = Reliability::default();
    for line in lines {
        let source = line["source"].as_str().unwrap_or_default();
        if !single.contains(source) {
            continue;
        }
        let segments = line["segments"].as_array().into_iter().flatten();
        for (name, field) in segments.filter_map(|segment| segment["fields"].as_object()).flatten() {
            let confidence = field["confidence"].as_f64().unwrap_or_default();
            reliability.count(confidence, !missed.contains(&(source, name.as_str())));
        }
    }
    reliability
}

/// Gives the files of one paper. What was missed is told by file and field: of the others nobody knows in which paper.
fn single(truth: &[Value]) -> impl Iterator<Item = &Value> {
    truth.iter().filter(|line| line["segments"].as_array().is_some_and(|segments| segments.len() == 1))
}

fn missed(report: &Report) -> HashSet<(&str, &str)> {
    report.misses.iter().map(|miss| (miss.source.as_str(), miss.what.as_str())).collect()
}

/// Shows what one way missed and the other did not.
fn changes(alone: &Report, both: &Report, most: usize) {
    for (name, here, there) in [("gagné", alone, both), ("perdu", both, alone)] {
        let lost = here
            .misses
            .iter()
            .filter(|miss| there.misses.iter().all(|other| (&other.source, &other.what) != (&miss.source, &miss.what)));
        for miss in lost.take(most) {
            println!("{name} {} | {} | {} | {}", miss.source, miss.what, miss.expected, miss.read);
        }
    }
}

fn json_lines(path: &Path) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}
