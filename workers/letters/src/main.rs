//! `guichet-lettres`: letters as JSON on the standard input, files into a folder, the report as JSON on the standard output.
//!
//! It ends with 0 when every letter was set, 1 when some were not, 2 when nothing was written.

use anyhow::{Context, anyhow, bail};
use clap::Parser;
use guichet_letters::press::Press;
use guichet_letters::{batch, example, sheet};
use guichet_pipeline::relance::letter::Letter;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Compose les lettres aux locataires : JSON sur l'entrée standard, fichiers dans un dossier.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Dossier des modèles
    #[arg(long, default_value = "rules/letters")]
    rules: PathBuf,
    /// Dossier où écrire les fichiers
    #[arg(long, required_unless_present = "check", conflicts_with = "check")]
    out: Option<PathBuf>,
    /// Compose chaque modèle de ce dossier avec ses exemples inventés, et n'écrit rien
    #[arg(long, value_name = "DOSSIER")]
    check: Option<PathBuf>,
    /// Avec --check : y dessine aussi chaque page, pour la regarder
    #[arg(long, value_name = "DOSSIER", requires = "check")]
    png: Option<PathBuf>,
}

/// Dots an inch of the pages drawn by `--png`.
const DPI: f32 = 96.0;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match (&arguments.check, &arguments.out) {
        (Some(folder), _) => check(folder, arguments.png.as_deref()),
        (None, Some(out)) => set(&arguments.rules, out),
        (None, None) => Err(anyhow!("donner --out ou --check")),
    };
    done.unwrap_or_else(|error| {
        eprintln!("guichet-lettres : {error:#}");
        ExitCode::from(2)
    })
}

fn set(rules: &Path, out: &Path) -> anyhow::Result<ExitCode> {
    let mut json = String::new();
    std::io::stdin().read_to_string(&mut json).context("entrée standard")?;
    let letters = batch::read(&json).map_err(|message| anyhow!(message))?;
    let report = batch::run(&Press::new(rules)?, &letters, out).with_context(|| out.display().to_string())?;
    println!("{}", serde_json::to_string_pretty(&report)?);
    for fault in &report.template_faults {
        eprintln!("guichet-lettres : {fault}");
    }
    let failed = report.letters.iter().any(|letter| letter.fault.is_some());
    Ok(ExitCode::from(if report.template_faults.is_empty() { u8::from(failed) } else { 2 }))
}

fn check(folder: &Path, png: Option<&Path>) -> anyhow::Result<ExitCode> {
    let letters = example::read(folder).map_err(|message| anyhow!(message))?;
    let press = Press::new(folder)?;
    let mut wrong = 0;
    for letter in &letters {
        if let Err(error) = try_one(&press, letter, png) {
            eprintln!("guichet-lettres : {} : {error:#}", letter.id);
            wrong += 1;
        }
    }
    if wrong > 0 {
        bail!("{wrong} exemple(s) sur {} refusé(s)", letters.len());
    }
    Ok(ExitCode::SUCCESS)
}

fn try_one(press: &Press, letter: &Letter, png: Option<&Path>) -> anyhow::Result<()> {
    let sheet = sheet::set(press, letter)?;
    let pdf = sheet.pdf(press, letter)?;
    let sms = sheet.sms.as_deref().map_or(0, |text| text.chars().count());
    println!(
        "{:<28} {} page(s), {:>3} ko, SMS {sms:>3} : {}",
        letter.id,
        sheet.pages(),
        pdf.len() / 1024,
        sheet.subject
    );
    let Some(folder) = png else { return Ok(()) };
    std::fs::create_dir_all(folder)?;
    for page in 0..sheet.pages() {
        let path = folder.join(format!("{}-{}.png", letter.id, page + 1));
        sheet.pixels(page, DPI).save(&path).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
