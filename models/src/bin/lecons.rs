//! `lecons`: reads the files of a corpus the way the house reads, and writes the lessons that training takes.

use anyhow::{Context, Result};
use clap::Parser;
use guichet_models::Tesseract;
use guichet_models::lessons::record::PageRecord;
use guichet_models::lessons::{Writer, align};
use guichet_pipeline::read::{Limits, document};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Instant;

#[derive(Parser)]
#[command(name = "lecons", about = "Lit un corpus fabriqué et en fait des leçons pour l'encodeur")]
struct Cli {
    /// Dossier écrit par « echantillons corpus », avec pages.jsonl
    #[arg(long)]
    corpus: PathBuf,
    /// Fichier de leçons à écrire (.jsonl.gz)
    #[arg(long)]
    out: PathBuf,
    /// Dossier des modèles de Tesseract
    #[arg(long, default_value = "/usr/share/tesseract-ocr/5/tessdata")]
    tessdata: PathBuf,
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn main() -> Result<()> {
    let cli = Cli::parse();
    let mut ocr = Tesseract::new(&cli.tessdata, "fra")?;
    let records = records(&cli.corpus.join("pages.jsonl"))?;
    let mut writer = Writer::create(&cli.out).with_context(|| format!("cannot write {}", cli.out.display()))?;
    let (mut pages, mut unread) = (0, 0);
    for (source, records) in records {
        let path = cli.corpus.join(&source);
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let stopwatch = || START.elapsed().as_micros() as u64;
        let Ok(read) = document(&bytes, None, &Limits::default(), &mut ocr, stopwatch, &mut |_| ()) else {
            unread += 1;
            continue;
        };
        for record in &records {
            let Some(page) = read.pages.iter().find(|page| page.number == record.page) else { continue };
            writer.write(&align::lesson(record, page))?;
            pages += 1;
        }
    }
    writer.close()?;
    println!("{pages} pages dans {}, {unread} fichiers non lus", cli.out.display());
    Ok(())
}

/// Gives the pages of each file.
fn records(path: &Path) -> Result<BTreeMap<String, Vec<PageRecord>>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut by_source: BTreeMap<String, Vec<PageRecord>> = BTreeMap::new();
    for line in BufReader::new(file).lines() {
        let record: PageRecord = serde_json::from_str(&line?)?;
        by_source.entry(record.source.clone()).or_default().push(record);
    }
    Ok(by_source)
}
