//! `bandes`: learns to tell the letters of machine-readable zones, and measures it on typefaces kept apart.

use anyhow::{Context, Result, bail};
use candle_core::{DType, Device, Tensor};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, VarBuilder, VarMap, loss};
use clap::Parser;
use guichet_models::zone::lessons::{Sheet, draw};
use guichet_models::zone::{HEIGHT, WIDTH, ZoneNet};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::{Path, PathBuf};

#[derive(Parser)]
#[command(name = "bandes", about = "Apprend à lire les lettres des bandes de lecture optique")]
struct Cli {
    /// Planches de « echantillons alphabets »
    #[arg(long)]
    sheets: PathBuf,
    /// Planches à part, pour mesurer seulement
    #[arg(long, value_delimiter = ',', default_value = "noto,noto-gras")]
    apart: Vec<String>,
    /// Planche dont une moitié des leçons est tirée : le caractère des papiers d'identité
    #[arg(long, default_value = "ocr-b")]
    usual: String,
    /// Pas de la descente
    #[arg(long, default_value_t = 4000)]
    steps: usize,
    /// Fenêtres par pas
    #[arg(long, default_value_t = 512)]
    windows: usize,
    /// Graine : la même donne les mêmes poids
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Fichier de poids à écrire
    #[arg(long)]
    out: PathBuf,
}

/// A sheet with its name.
type Named = (String, Sheet);

fn main() -> Result<()> {
    let cli = Cli::parse();
    let sheets = sheets(&cli.sheets)?;
    let (apart, known): (Vec<Named>, Vec<Named>) = sheets.into_iter().partition(|(name, _)| cli.apart.contains(name));
    let usual = known.iter().find(|(name, _)| *name == cli.usual);
    let usual = &usual.with_context(|| format!("no sheet {} in {}", cli.usual, cli.sheets.display()))?.1;
    let mut rng = ChaCha8Rng::seed_from_u64(cli.seed);
    let vars = VarMap::new();
    let net = ZoneNet::new(VarBuilder::from_varmap(&vars, DType::F32, &Device::Cpu))?;
    seeded(&vars, &mut rng)?;
    let mut adam = AdamW::new(vars.all_vars(), ParamsAdamW { weight_decay: 0.01, ..ParamsAdamW::default() })?;
    for step in 0..cli.steps {
        let part = step as f64 / cli.steps as f64;
        adam.set_learning_rate(0.002 * (0.02 + 0.98 * 0.5 * (1.0 + (std::f64::consts::PI * part).cos())));
        let (windows, right) = batch(cli.windows, &mut rng, |rng| match rng.random_bool(0.5) {
            true => usual,
            false => &known.choose(rng).expect("the usual sheet is known").1,
        })?;
        let wrong = loss::cross_entropy(&net.scores(&windows)?, &right)?;
        adam.backward_step(&wrong)?;
        if step % 200 == 0 || step + 1 == cli.steps {
            println!("pas {step}: {:.4}", wrong.to_scalar::<f32>()?);
        }
    }
    for (name, sheet) in known.iter().chain(&apart) {
        let mut rng = ChaCha8Rng::seed_from_u64(cli.seed ^ 0xA9A7);
        let (windows, right) = batch(4000, &mut rng, |_| sheet)?;
        let told = net.scores(&windows)?.argmax(1)?.to_dtype(DType::U32)?;
        let hits = told.eq(&right)?.to_dtype(DType::F32)?.mean_all()?.to_scalar::<f32>()?;
        let mark = if cli.apart.contains(name) { " (jamais vu)" } else { "" };
        println!("{name:<18} {hits:.4}{mark}");
    }
    write(&vars, &cli.out)
}

fn sheets(folder: &Path) -> Result<Vec<Named>> {
    let listed = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = listed.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.sort();
    let mut sheets = Vec::new();
    for path in paths {
        let picture = image::open(&path).with_context(|| format!("cannot read {}", path.display()))?.to_luma8();
        let Some(sheet) = Sheet::new(&picture) else { bail!("{} is no sheet of letters", path.display()) };
        sheets.push((path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), sheet));
    }
    Ok(sheets)
}

/// Draws the first weights again from the seed: candle's own chance has none.
fn seeded(vars: &VarMap, rng: &mut ChaCha8Rng) -> Result<()> {
    let data = vars.data().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut named: Vec<_> = data.iter().collect();
    named.sort_by_key(|(name, _)| name.as_str());
    for (_, var) in named {
        let inputs = var.dims().get(1).copied().unwrap_or(1);
        let reach = if var.rank() > 1 { (6.0 / inputs as f32).sqrt() } else { 0.0 };
        let drawn: Vec<f32> = (0..var.elem_count()).map(|_| reach * (2.0 * rng.random::<f32>() - 1.0)).collect();
        var.set(&Tensor::from_vec(drawn, var.dims(), &Device::Cpu)?)?;
    }
    Ok(())
}

/// Draws windows `[count, pixels]` and their classes `[count]`.
fn batch<'a>(
    count: usize,
    rng: &mut ChaCha8Rng,
    sheet: impl Fn(&mut ChaCha8Rng) -> &'a Sheet,
) -> Result<(Tensor, Tensor)> {
    let (mut pixels, mut right) = (Vec::with_capacity(count * HEIGHT * WIDTH), Vec::with_capacity(count));
    for _ in 0..count {
        let (window, class) = draw(sheet(rng), rng);
        pixels.extend(window);
        right.push(class as u32);
    }
    let windows = Tensor::from_vec(pixels, (count, HEIGHT * WIDTH), &Device::Cpu)?;
    Ok((windows, Tensor::from_vec(right, count, &Device::Cpu)?))
}

/// Writes the weights as half floats.
fn write(vars: &VarMap, out: &Path) -> Result<()> {
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let data = vars.data().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let halves = data.iter().map(|(name, var)| Ok((name.clone(), var.to_dtype(DType::F16)?)));
    let halves: std::collections::HashMap<String, Tensor> = halves.collect::<candle_core::Result<_>>()?;
    candle_core::safetensors::save(&halves, out).with_context(|| format!("cannot write {}", out.display()))
}
