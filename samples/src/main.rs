//! `echantillons`: lists the designs, shows them, checks them, and writes corpora of papers with truth.

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use guichet_pipeline::values::Date;
use guichet_samples::alphabets;
use guichet_samples::check::{self, Example};
use guichet_samples::corpus::{Corpus, INBOX, Options};
use guichet_samples::damage::Kind;
use guichet_samples::design::{self, Design, Split};
use guichet_samples::dossier;
use guichet_samples::draft::Scene;
use guichet_samples::file::picture;
use guichet_samples::mail::dictionary::Fits;
use guichet_samples::mail::papers::{Office, Posted};
use guichet_samples::mail::record;
use guichet_samples::mail::texts::Library;
use guichet_samples::planche;
use guichet_samples::sending::SendError;
use guichet_samples::typeset::Press;
use guichet_samples::world::World;
use guichet_samples::world::families;
use guichet_samples::world::leases::{Lease, Register};
use rayon::prelude::*;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Typst lays deeply nested papers out by recursion.
const STACK_BYTES: usize = 32 << 20;

#[derive(Parser)]
#[command(name = "echantillons", about = "Fabrique des papiers inventés, avec leur vérité")]
struct Cli {
    /// Dossier des modèles de papiers
    #[arg(long, global = true, default_value = "samples/designs")]
    designs: PathBuf,
    /// Nombre de fils d'exécution (0 : autant que de cœurs)
    #[arg(long, global = true, default_value_t = 0)]
    threads: usize,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compte les modèles par type et par part
    Liste,
    /// Écrit une planche des pages de chaque modèle nommé, avec l'exemple puis des données tirées
    Planche(SheetArgs),
    /// Contrôle les modèles : compilation, pages, champs promis, mots qui se recouvrent
    Verifie(CheckArgs),
    /// Écrit un dossier de fichiers, son registre des baux et sa vérité
    Corpus(CorpusArgs),
    /// Écrit des dossiers de demande de logement : données déclarées, pièces, fautes plantées et constats attendus
    Dossiers(PostedArgs),
    /// Écrit des lettres sur papier (PDF, scans, photos), leur registre des baux et leur vérité
    Lettres(PostedArgs),
    /// Écrit des courriels (.eml), leur registre des baux et leur vérité
    Emls(PostedArgs),
    /// Écrit des lettres et des courriels en texte, une ligne JSON chacun, pour apprendre et mesurer
    Courriers(LettersArgs),
    /// Écrit les lettres des bandes de lecture optique, une planche par caractère, pour apprendre à les lire
    Alphabets {
        /// Dossier à écrire
        #[arg(long)]
        out: PathBuf,
    },
}

#[derive(Args)]
struct PostedArgs {
    /// Dossier à écrire
    #[arg(long)]
    out: PathBuf,
    /// Graine : la même donne les mêmes octets
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Nombre de fichiers
    #[arg(long, default_value_t = 100)]
    count: u64,
    /// Part des textes et des modèles : train, validation ou all
    #[arg(long, default_value = "all")]
    split: String,
    /// Date de référence : rien n'est écrit après elle
    #[arg(long, default_value = "2026-11-23")]
    as_of: String,
}

#[derive(Args)]
struct LettersArgs {
    /// Fichier à écrire
    #[arg(long)]
    out: PathBuf,
    /// Graine : la même donne les mêmes octets
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Nombre de textes
    #[arg(long, default_value_t = 1000)]
    count: u64,
    /// Part des textes : train, validation ou all
    #[arg(long, default_value = "all")]
    split: String,
    /// Date de référence : rien n'est écrit après elle
    #[arg(long, default_value = "2026-11-23")]
    as_of: String,
}

#[derive(Args)]
struct SheetArgs {
    /// Modèles : « attestation/f_coupon », ou un dossier « attestation »
    #[arg(required = true)]
    names: Vec<String>,
    /// Nombre de tirages après l'exemple
    #[arg(long, default_value_t = 5)]
    seeds: u64,
    /// Points par pouce
    #[arg(long, default_value_t = 50.0)]
    dpi: f32,
    /// Dossier des images
    #[arg(long, default_value = "/tmp/planches")]
    out: PathBuf,
}

#[derive(Args)]
struct CheckArgs {
    /// Modèles ou dossiers ; tous par défaut
    names: Vec<String>,
    /// Nombre de tirages après l'exemple
    #[arg(long, default_value_t = 4)]
    seeds: u64,
}

#[derive(Args)]
struct CorpusArgs {
    /// Dossier à écrire
    #[arg(long)]
    out: PathBuf,
    /// Graine : la même donne les mêmes octets
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Nombre de fichiers
    #[arg(long, default_value_t = 100)]
    count: usize,
    /// Part des modèles : train, validation ou all
    #[arg(long, default_value = "all")]
    split: String,
    /// Genres de fichiers (natif, scan, photo...) ; tous par défaut
    #[arg(long, value_delimiter = ',')]
    kinds: Vec<String>,
    /// Dossiers de modèles, ou « all » ; ceux des assurances par défaut
    #[arg(long, value_delimiter = ',')]
    families: Vec<String>,
    /// Date de référence
    #[arg(long, default_value = "2026-11-23")]
    as_of: String,
    /// Nombre de logements du registre
    #[arg(long)]
    leases: Option<usize>,
    /// Part de fichiers illisibles pour tout programme (vides, tronqués, bombes...)
    #[arg(long, default_value_t = 0.02)]
    bad_share: f64,
    /// N'écrit pas pages.jsonl, les mots et leurs champs pour l'apprentissage
    #[arg(long)]
    no_pages: bool,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    rayon::ThreadPoolBuilder::new().num_threads(cli.threads).stack_size(STACK_BYTES).build_global()?;
    match &cli.command {
        Command::Liste => list(&cli),
        Command::Planche(args) => sheets(&cli, args),
        Command::Verifie(args) => check(&cli, args),
        Command::Corpus(args) => corpus(&cli, args),
        Command::Dossiers(args) => dossiers(&cli, args),
        Command::Lettres(args) => posted(&cli, args, false),
        Command::Emls(args) => posted(&cli, args, true),
        Command::Courriers(args) => letters(args),
        Command::Alphabets { out } => alphabets(&cli, out),
    }
}

/// What designs are shown and checked with.
struct Studio {
    press: Press,
    world: World,
    register: Register,
    designs: Vec<Design>,
    example: Example,
    today: Date,
}

impl Studio {
    fn open(root: &Path) -> Result<Self> {
        let (press, world) = (Press::new(root)?, World::load());
        let designs = design::load(root)?;
        let example = Example::load(root).with_context(|| format!("cannot read the examples of {}", root.display()))?;
        let today = Date::new(2026, 11, 23).context("no such day")?;
        let register = Register::draw(&world, 1, 120, today);
        Ok(Self { press, world, register, designs, example, today })
    }

    fn scene(&self) -> Scene<'_> {
        Scene { world: &self.world, register: &self.register, designs: &self.designs, today: self.today }
    }

    /// Gives the designs that go by one of `names`, or all of them.
    fn named(&self, names: &[String]) -> Result<Vec<usize>> {
        let goes_by = |design: &Design, name: &str| {
            let name = name.trim_end_matches('/').trim_end_matches(".typ");
            design.name == name || design.family == name || name.ends_with(&format!("/{}", design.name))
        };
        if let Some(unknown) = names.iter().find(|name| !self.designs.iter().any(|design| goes_by(design, name))) {
            bail!("aucun modèle ni dossier « {unknown} »");
        }
        let wanted = |at: &usize| names.is_empty() || names.iter().any(|name| goes_by(&self.designs[*at], name));
        Ok((0..self.designs.len()).filter(wanted).collect())
    }
}

fn sheets(cli: &Cli, args: &SheetArgs) -> Result<()> {
    let studio = Studio::open(&cli.designs)?;
    std::fs::create_dir_all(&args.out)?;
    for at in studio.named(&args.names)? {
        let name = &studio.designs[at].name;
        let mut papers = Vec::new();
        for sheets in check::sheets(&studio.press, studio.scene(), at, &studio.example, args.seeds) {
            match sheets {
                Ok(sheets) => papers.push(sheets),
                Err(message) => eprintln!("{message}"),
            }
        }
        let path = args.out.join(format!("{}.png", name.replace('/', "_")));
        std::fs::write(&path, picture::png(&planche::sheet(&papers, args.dpi, 6))?)?;
        println!("{}", path.display());
    }
    Ok(())
}

fn alphabets(cli: &Cli, out: &Path) -> Result<()> {
    let press = Press::new(&cli.designs)?;
    std::fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    for (name, face) in alphabets::FACES {
        let path = out.join(format!("{name}.png"));
        alphabets::sheet(&press, face)?.save(&path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("{} planches dans {}", alphabets::FACES.len(), out.display());
    Ok(())
}

fn check(cli: &Cli, args: &CheckArgs) -> Result<()> {
    let studio = Studio::open(&cli.designs)?;
    let chosen = studio.named(&args.names)?;
    let found: Vec<(usize, Vec<String>)> = chosen
        .par_iter()
        .map(|&at| (at, check::problems(&studio.press, studio.scene(), at, &studio.example, args.seeds)))
        .collect();
    let mut count = 0;
    for (at, problems) in &found {
        for problem in problems {
            println!("{}: {problem}", studio.designs[*at].name);
            count += 1;
        }
    }
    println!("{} modèles, {count} défauts", chosen.len());
    if count > 0 {
        bail!("des modèles sont à corriger");
    }
    Ok(())
}

fn list(cli: &Cli) -> Result<()> {
    let designs = design::load(&cli.designs)?;
    let mut counts = std::collections::BTreeMap::<(&str, &str), (usize, usize)>::new();
    for design in &designs {
        let count = counts.entry((&design.family, &design.front.type_code)).or_default();
        match design.front.split {
            Split::Train => count.0 += 1,
            Split::Validation => count.1 += 1,
        }
    }
    println!("{:<14} {:<32} {:>6} {:>11}", "dossier", "type", "train", "validation");
    for ((family, type_code), (train, validation)) in counts {
        println!("{family:<14} {type_code:<32} {train:>6} {validation:>11}");
    }
    println!("{} modèles", designs.len());
    Ok(())
}

fn corpus(cli: &Cli, args: &CorpusArgs) -> Result<()> {
    let options = options(args)?;
    let press = Press::new(&cli.designs)?;
    let world = World::load();
    let designs = design::load(&cli.designs)?;
    let corpus = Corpus::plan(&press, &world, &designs, &options)?;
    let inbox = args.out.join(INBOX);
    if inbox.exists() {
        bail!("{} existe déjà : choisir un autre dossier", inbox.display());
    }
    std::fs::create_dir_all(&inbox).with_context(|| format!("cannot create {}", inbox.display()))?;
    std::fs::write(args.out.join("contrats.csv"), corpus.register_csv()?)?;
    let mut truth = BufWriter::new(std::fs::File::create(args.out.join("truth.jsonl"))?);
    let mut pages = match args.no_pages {
        true => None,
        false => Some(BufWriter::new(std::fs::File::create(args.out.join("pages.jsonl"))?)),
    };
    let mut count = 0;
    corpus.make(|file| -> Result<()> {
        let path = inbox.join(&file.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, &file.bytes).with_context(|| format!("cannot write {}", path.display()))?;
        writeln!(truth, "{}", file.truth)?;
        if let Some(pages) = &mut pages {
            for page in &file.pages {
                writeln!(pages, "{}", serde_json::to_string(page)?)?;
            }
        }
        count += 1;
        Ok(())
    })?;
    truth.flush()?;
    if let Some(pages) = &mut pages {
        pages.flush()?;
    }
    println!("{count} fichiers dans {}", inbox.display());
    Ok(())
}

fn dossiers(cli: &Cli, args: &PostedArgs) -> Result<()> {
    let (split, today) = (split(&args.split)?, day(&args.as_of)?);
    let (press, world, designs) = (Press::new(&cli.designs)?, World::load(), design::load(&cli.designs)?);
    let office = dossier::Office { press: &press, world: &world, designs: &designs, split, today, seed: args.seed };
    let truths = args.out.join("verite");
    if truths.exists() {
        bail!("{} existe déjà : choisir un autre dossier", truths.display());
    }
    std::fs::create_dir_all(&truths).with_context(|| format!("cannot create {}", truths.display()))?;
    (0..args.count).into_par_iter().try_for_each(|index| -> Result<()> {
        let folder = office.folder(index).with_context(|| format!("cannot make dossier {index}"))?;
        let at = args.out.join("dossiers").join(&folder.name);
        std::fs::create_dir_all(&at)?;
        std::fs::write(at.join("dossier.json"), serde_json::to_string_pretty(&folder.declared)?)?;
        for (name, bytes) in &folder.files {
            std::fs::write(at.join(name), bytes).with_context(|| format!("cannot write {name}"))?;
        }
        let truth = truths.join(format!("{}.json", folder.name));
        Ok(std::fs::write(truth, serde_json::to_string_pretty(&folder.truth)?)?)
    })?;
    println!("{} dossiers dans {}", args.count, args.out.join("dossiers").display());
    Ok(())
}

/// How many files of letters are made before they are written out: pictures are large.
const POSTED_AT_ONCE: u64 = 48;

fn posted(cli: &Cli, args: &PostedArgs, electronic: bool) -> Result<()> {
    let (split, today) = (split(&args.split)?, day(&args.as_of)?);
    let (press, world) = (Press::new(&cli.designs)?, World::load());
    let (library, designs) = (Library::load().context("cannot read the texts")?, design::load(&cli.designs)?);
    let fits = Fits::load().context("cannot read convient.toml")?;
    let (press, world, library, designs, fits) = (&press, &world, &library, &designs[..], &fits);
    let office = Office { press, world, library, designs, fits, today, seed: args.seed, split };
    let mut truth = Folder::create(&args.out)?;
    let mut pages = match electronic {
        true => None,
        false => Some(BufWriter::new(std::fs::File::create(args.out.join("pages.jsonl"))?)),
    };
    let make = |index| if electronic { office.email(index) } else { office.post(index) };
    let mut leases = Vec::new();
    for from in (0..args.count).step_by(POSTED_AT_ONCE as usize) {
        let to = args.count.min(from + POSTED_AT_ONCE);
        let made: Vec<Result<Posted, SendError>> = (from..to).into_par_iter().map(make).collect();
        for posted in made {
            let posted = posted.context("cannot make a letter")?;
            truth.write(&posted.made.path, &posted.made.bytes, &posted.made.truth)?;
            if let Some(pages) = &mut pages {
                for page in &posted.made.pages {
                    writeln!(pages, "{}", serde_json::to_string(page)?)?;
                }
            }
            leases.extend(posted.leases);
        }
    }
    if let Some(pages) = &mut pages {
        pages.flush()?;
    }
    truth.close(leases, args.seed)
}

/// A folder with an inbox, the truth of its files and a register.
struct Folder {
    out: PathBuf,
    truth: BufWriter<std::fs::File>,
    count: usize,
}

impl Folder {
    fn create(out: &Path) -> Result<Self> {
        let inbox = out.join(INBOX);
        if inbox.exists() {
            bail!("{} existe déjà : choisir un autre dossier", inbox.display());
        }
        std::fs::create_dir_all(&inbox).with_context(|| format!("cannot create {}", inbox.display()))?;
        let truth = BufWriter::new(std::fs::File::create(out.join("truth.jsonl"))?);
        Ok(Self { out: out.to_owned(), truth, count: 0 })
    }

    fn write(&mut self, path: &str, bytes: &[u8], truth: &serde_json::Value) -> Result<()> {
        let path = self.out.join(INBOX).join(path);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        writeln!(self.truth, "{truth}")?;
        self.count += 1;
        Ok(())
    }

    fn close(mut self, leases: Vec<Lease>, seed: u64) -> Result<()> {
        self.truth.flush()?;
        std::fs::write(self.out.join("contrats.csv"), Register::of(leases, seed).csv()?)?;
        println!("{} fichiers dans {}", self.count, self.out.join(INBOX).display());
        Ok(())
    }
}

/// How many letters are made before they are written out.
const LETTERS_AT_ONCE: u64 = 2048;

fn letters(args: &LettersArgs) -> Result<()> {
    let (split, today) = (split(&args.split)?, day(&args.as_of)?);
    let (world, library) = (World::load(), Library::load().context("cannot read the texts")?);
    let mut out = BufWriter::new(
        std::fs::File::create(&args.out).with_context(|| format!("cannot create {}", args.out.display()))?,
    );
    let mut from = 0;
    while from < args.count {
        let to = args.count.min(from + LETTERS_AT_ONCE);
        let lines: Vec<String> = (from..to)
            .into_par_iter()
            .map(|index| record::line(&world, &library, split, today, args.seed, index).to_string())
            .collect();
        for line in lines {
            writeln!(out, "{line}")?;
        }
        from = to;
    }
    out.flush()?;
    println!("{} textes dans {}", args.count, args.out.display());
    Ok(())
}

fn split(word: &str) -> Result<Option<Split>> {
    match word {
        "train" => Ok(Some(Split::Train)),
        "validation" => Ok(Some(Split::Validation)),
        "all" => Ok(None),
        other => bail!("part « {other} » inconnue : train, validation ou all"),
    }
}

fn day(text: &str) -> Result<Date> {
    Date::from_iso(text).with_context(|| format!("« {text} » n'est pas une date (2026-11-23)"))
}

fn options(args: &CorpusArgs) -> Result<Options> {
    let split = split(&args.split)?;
    let mut kinds = Vec::new();
    for word in &args.kinds {
        let Some(kind) = Kind::from_word(word) else {
            let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
            bail!("genre « {word} » inconnu : {}", known.join(", "));
        };
        kinds.push(kind);
    }
    if kinds.is_empty() {
        kinds = Kind::ALL.to_vec();
    }
    let families = if args.families.is_empty() {
        families::INSURANCE.iter().map(|family| (*family).to_owned()).collect()
    } else if args.families.iter().any(|family| family == "all") {
        families::all().into_iter().map(str::to_owned).collect()
    } else {
        args.families.clone()
    };
    if let Some(unknown) = families.iter().find(|family| !families::is_known(family)) {
        bail!("le dossier « {unknown} » n'a pas encore de données : voir samples/src/world/families/mod.rs");
    }
    let as_of = day(&args.as_of)?;
    let CorpusArgs { seed, count, leases, bad_share, .. } = *args;
    Ok(Options { seed, count, split, kinds, families, as_of, leases, bad_share })
}
