//! `train`: trains the encoder as a `train.toml` says, from an empty folder or from where it stopped.

use anyhow::{Context, Result, bail};
use clap::Parser;
use guichet_models::train::{self, Config};
use std::path::PathBuf;
use std::process::Command;

#[derive(Parser)]
#[command(name = "train", about = "Entraîne l'encodeur sur des papiers fabriqués")]
struct Cli {
    /// Réglages de l'entraînement
    #[arg(long, default_value = "models/train.toml")]
    config: PathBuf,
    /// Écrit les poids du dernier point de reprise, sans plus apprendre
    #[arg(long)]
    write: bool,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let text = std::fs::read_to_string(&cli.config).with_context(|| format!("cannot read {}", cli.config.display()))?;
    let config: Config = toml::from_str(&text).with_context(|| format!("in {}", cli.config.display()))?;
    prepare(&config)?;
    train::run(&config, &commit(), cli.write)
}

/// Makes the lessons that are not there.
fn prepare(config: &Config) -> Result<()> {
    for preparation in config.prepare.iter().filter(|preparation| !preparation.makes.exists()) {
        for words in &preparation.commands {
            let [program, arguments @ ..] = &words[..] else { continue };
            println!("{}", words.join(" "));
            let status = Command::new(program).args(arguments).status();
            let status = status.with_context(|| format!("cannot start {program}"))?;
            if !status.success() {
                bail!("{} ended with {status}", words.join(" "));
            }
        }
    }
    Ok(())
}

/// Gives the commit that is checked out.
fn commit() -> String {
    let said = Command::new("git").args(["rev-parse", "HEAD"]).output();
    let said = said.ok().filter(|said| said.status.success());
    said.map_or_else(|| "inconnu".to_owned(), |said| String::from_utf8_lossy(&said.stdout).trim().to_owned())
}
