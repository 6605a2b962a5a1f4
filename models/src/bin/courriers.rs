//! `courriers`: learns to tell letters from papers, and what letters are about; measures both on what it has not seen.

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use guichet_models::chances::quality;
use guichet_models::lessons;
use guichet_models::topics::fit::{Example, Settings, fit};
use guichet_models::topics::{LETTER, MailTables, PAPER, Table};
use guichet_pipeline::mail::{MailLexicon, Topics, about, clues_of, clues_of_page};
use guichet_pipeline::rules::Rules;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

#[derive(Parser)]
#[command(
    name = "courriers",
    about = "Apprend à reconnaître les courriers et leur sujet, et le mesure sur d'autres textes"
)]
struct Cli {
    #[command(subcommand)]
    learn: Learn,
    /// Ce qui tient les poids petits
    #[arg(long, default_value_t = Settings::default().decay, global = true)]
    decay: f32,
    /// Pas de la descente
    #[arg(long, default_value_t = Settings::default().steps, global = true)]
    steps: usize,
}

#[derive(Subcommand)]
enum Learn {
    /// De quoi parle une lettre, et à quel point elle est urgente
    Sujets {
        #[command(flatten)]
        letters: Letters,
    },
    /// Si une page est une lettre
    Lettres {
        #[command(flatten)]
        letters: Letters,
        /// Leçons sur des pages de papiers (« lecons »), à apprendre
        #[arg(long, required = true)]
        pages: Vec<PathBuf>,
        /// Leçons sur des pages d'autres modèles
        #[arg(long, required = true)]
        other_pages: Vec<PathBuf>,
    },
}

#[derive(clap::Args)]
struct Letters {
    /// Lettres à apprendre (« echantillons courriers --split train »)
    #[arg(long)]
    train: PathBuf,
    /// Lettres d'autres textes (« --split validation ») : une moitié règle les températures, l'autre mesure
    #[arg(long)]
    validation: PathBuf,
    /// Fichier de poids à écrire
    #[arg(long)]
    out: PathBuf,
}

/// A line of `echantillons courriers`.
#[derive(Deserialize)]
struct Line {
    texte: String,
    objet: Option<String>,
    de: Option<String>,
    categorie: String,
    urgence: String,
    base: String,
}

impl Line {
    fn subject(&self) -> &str {
        self.objet.as_deref().unwrap_or_default()
    }

    fn sender(&self) -> &str {
        self.de.as_deref().unwrap_or_default()
    }
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let settings = Settings { decay: cli.decay, steps: cli.steps, ..Settings::default() };
    match &cli.learn {
        Learn::Sujets { letters } => topics(letters, settings),
        Learn::Lettres { letters, pages, other_pages } => {
            letters_and_papers(letters, pages, other_pages, Settings { rare_says_more: false, ..settings })
        }
    }
}

/// A design weighs as so many texts.
const PAGES_OF_A_DESIGN: usize = 24;

fn topics(letters: &Letters, settings: Settings) -> Result<()> {
    let lexicon = MailLexicon::new(&Rules::embedded()?.mail);
    let (train, validation) = (lines(&letters.train)?, lines(&letters.validation)?);
    let (tuning, judging): (Vec<Line>, Vec<Line>) = validation.into_iter().partition(|line| is_for_tuning(&line.base));
    let example = |line: &Line| Example {
        base: line.base.clone(),
        clues: clues_of(&line.texte, line.subject(), line.sender(), &lexicon),
        right: vec![line.categorie.clone(), line.urgence.clone()],
    };
    let examples = |lines: &[Line]| lines.iter().map(example).collect::<Vec<Example>>();
    let bytes = fit(&examples(&train), &examples(&tuning), settings)?;
    write(&letters.out, &bytes, train.len())?;
    let tables = MailTables::new(Table::read(&bytes)?, Table::read(&bytes)?);
    println!("lettres d'autres textes, {} pour régler, {} pour mesurer", tuning.len(), judging.len());
    tell("réglage", &tuning, &lexicon, &tables);
    tell("mesure", &judging, &lexicon, &tables);
    Ok(())
}

fn letters_and_papers(letters: &Letters, pages: &[PathBuf], other: &[PathBuf], settings: Settings) -> Result<()> {
    let rules = Rules::embedded()?;
    let mail = &rules.mail_rule().context("the rules have no type for letters")?.code;
    let gathered = |lines: &Path, pages: &[PathBuf]| -> Result<Vec<Example>> {
        let mut all = Vec::new();
        for line in self::lines(lines)? {
            let clues = clues_of_page(&format!("{}\n\n{}", line.subject(), line.texte));
            all.push(Example { base: line.base, clues, right: vec![LETTER.to_owned()] });
        }
        for path in pages {
            let read = lessons::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            for (at, lesson) in read.into_iter().enumerate() {
                let words: Vec<&str> = lesson.words.iter().map(|word| word.text.as_str()).collect();
                let right = if lesson.type_code == *mail { LETTER } else { PAPER };
                let clues = clues_of_page(&words.join(" "));
                // A design has more to teach than one text: its pages differ.
                let base = format!("{} {}", lesson.design, at % PAGES_OF_A_DESIGN);
                all.push(Example { base, clues, right: vec![right.to_owned()] });
            }
        }
        Ok(all)
    };
    let train = gathered(&letters.train, pages)?;
    let (tuning, judging): (Vec<Example>, Vec<Example>) = gathered(&letters.validation, other)?
        .into_iter()
        .partition(|example| is_for_tuning(example.base.split(' ').next().unwrap_or_default()));
    let bytes = fit(&train, &tuning, settings)?;
    write(&letters.out, &bytes, train.len())?;
    let tables = MailTables::new(Table::read(&bytes)?, Table::read(&bytes)?);
    for right in [LETTER, PAPER] {
        let told = judging.iter().filter(|example| example.right[0] == right);
        let chances: Vec<f32> = told.filter_map(|example| tables.letter(&example.clues)).collect();
        let over = |least: f32| chances.iter().filter(|chance| **chance >= least).count();
        println!(
            "{right:<7} {} pages, lettre à 0,5 et plus : {}, à 0,9 : {}, à 0,97 : {}",
            chances.len(),
            over(0.5),
            over(0.9),
            over(0.97)
        );
    }
    Ok(())
}

/// Half of the texts and designs kept apart set temperatures, the other half measures.
fn is_for_tuning(base: &str) -> bool {
    base.bytes().map(u32::from).sum::<u32>() % 2 == 0
}

fn write(path: &Path, bytes: &[u8], examples: usize) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{examples} exemples, {} octets, sha256 {}", bytes.len(), Table::read(bytes)?.sha256());
    Ok(())
}

fn lines(path: &Path) -> Result<Vec<Line>> {
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let parsed = BufReader::new(file)
        .lines()
        .enumerate()
        .map(|(at, line)| serde_json::from_str(&line?).with_context(|| format!("{}, line {}", path.display(), at + 1)));
    parsed.collect()
}

/// Tells how often rules, model and both are right, and how far the chances of both can be believed.
fn tell(name: &str, lines: &[Line], lexicon: &MailLexicon, tables: &MailTables) {
    let mut right = [0_usize; 2];
    let mut missed: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut told: Vec<(f32, bool)> = Vec::new();
    for line in lines {
        let (body, subject, sender) = (line.texte.as_str(), line.subject(), line.sender());
        let view = tables.view(&clues_of(body, subject, sender, lexicon), body);
        let best = view.and_then(|view| view.categories.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)));
        let (rules, _) = about(body, subject, sender, lexicon, None);
        let (both, chance) = about(body, subject, sender, lexicon, Some(tables));
        right[0] += usize::from(rules == line.categorie);
        right[1] += usize::from(best.is_some_and(|(code, _)| code == line.categorie));
        told.push((chance, both == line.categorie));
        if both != line.categorie {
            *missed.entry((&line.categorie, both)).or_default() += 1;
        }
    }
    let all = lines.len().max(1) as f32;
    let [rules, model] = right.map(|right| right as f32 / all);
    let mean = told.iter().map(|(chance, _)| chance).sum::<f32>() / all;
    let (both, off) = quality(told.into_iter());
    println!("{name:<8} règles {rules:.3}, modèle {model:.3}, ensemble {both:.3}, confiance {mean:.3}, ECE {off:.3}");
    let mut missed: Vec<_> = missed.into_iter().collect();
    missed.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for ((right, told), count) in missed.into_iter().take(12) {
        println!("  {count:>4} {right} → {told}");
    }
}
