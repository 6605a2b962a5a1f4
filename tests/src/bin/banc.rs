//! `make bench`: speed as a ratio within one run, and memory. Never a test: machines are noisy.
//!
//! Takes the program, a folder of scanned papers and a folder of born-digital PDFs; makes a long scanned PDF itself from one
//! of the scans.

use anyhow::{Context, Result, bail, ensure};
use guichet_tests::papers::{Pdf, page};
use guichet_tests::watch::{Seen, watch};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Pages of the long scanned PDF.
const LONG: usize = 300;
/// Width of its pages in pixels, 150 dots an inch, and their quality as JPEG: as copiers send long documents, and under
/// the limit for a file.
const LONG_WIDTH: u32 = 1240;
const LONG_QUALITY: u8 = 55;
/// What the whole job may take, as a share of recognition alone on the same pages in the same run.
const MOST_OVER_OCR: f64 = 1.2;
/// Born-digital pages a second a core.
const LEAST_DIGITAL: f64 = 25.0;
/// Megabytes of the program with its readers.
const MOST_MEGABYTES: f64 = 700.0;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [program, scans, digital] = &arguments[..] else { bail!("usage: banc PROGRAM SCANS DIGITAL") };
    let folder = tempfile::tempdir()?;
    let long = folder.path().join("long.pdf");
    std::fs::write(&long, long_scan(scans)?)?;

    let run = process(program, &["--jobs", "1"], scans);
    let (pages, ocr) = (sum(&run, "pages"), stage(&run, "ocr"));
    ensure!(ocr > 0.0, "no page of {} was recognised", scans.display());
    let ratio = run.took.as_secs_f64() / ocr;
    println!("pages numérisées           {pages:.0} en {:.1} s, dont Tesseract {ocr:.1} s", run.took.as_secs_f64());
    verdict("travail entier / Tesseract", ratio, MOST_OVER_OCR, ratio <= MOST_OVER_OCR);

    let run = process(program, &["--jobs", "1"], digital);
    let speed = sum(&run, "pages") / run.took.as_secs_f64();
    println!("pages nées numériques      {:.0} en {:.1} s", sum(&run, "pages"), run.took.as_secs_f64());
    verdict("pages par seconde et cœur", speed, LEAST_DIGITAL, speed >= LEAST_DIGITAL);

    let run = process(program, &[], &long);
    let read = run.lines.iter().all(|(_, line)| line["status"] == "ok") && sum(&run, "pages") == LONG as f64;
    ensure!(read, "the long PDF was not read: {}{}", run.out.chars().take(500).collect::<String>(), run.told);
    let megabytes = (run.peak() + run.child_peak * cores()) as f64 / 1e6;
    println!(
        "PDF numérisé de {LONG} pages  {:.1} s, {:.2} page(s) par seconde",
        run.took.as_secs_f64(),
        LONG as f64 / run.took.as_secs_f64()
    );
    println!("  parent {:.0} Mo, lecteur le plus gros {:.0} Mo", run.peak() as f64 / 1e6, run.child_peak as f64 / 1e6);
    verdict("mémoire en Mo, tous lecteurs", megabytes, MOST_MEGABYTES, megabytes < MOST_MEGABYTES);
    Ok(())
}

fn verdict(what: &str, measured: f64, bound: f64, kept: bool) {
    println!("{what:<28} {measured:.2} (borne {bound}) {}", if kept { "tenu" } else { "DÉPASSÉ" });
}

fn cores() -> u64 {
    std::thread::available_parallelism().map_or(1, usize::from) as u64
}

fn process(program: &Path, options: &[&str], input: &Path) -> Seen {
    let mut command = Command::new(program);
    command.arg("process").args(["--as-of", "2026-11-23"]).args(options).arg(input);
    watch(command)
}

fn sum(run: &Seen, key: &str) -> f64 {
    run.lines.iter().filter_map(|(_, line)| line[key].as_f64()).sum()
}

/// Gives the seconds of a stage over all lines.
fn stage(run: &Seen, name: &str) -> f64 {
    run.lines.iter().filter_map(|(_, line)| line["timings_ms"][name].as_f64()).sum::<f64>() / 1000.0
}

/// Makes a PDF of many pages, each the same scanned picture under an object of its own.
fn long_scan(scans: &Path) -> Result<Vec<u8>> {
    let picture = first_picture(scans)?;
    let grey = image::open(&picture).with_context(|| picture.display().to_string())?.into_luma8();
    let height = grey.height() * LONG_WIDTH / grey.width().max(1);
    let grey = image::imageops::resize(&grey, LONG_WIDTH, height, image::imageops::FilterType::Triangle);
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, LONG_QUALITY).encode_image(&grey)?;
    let mut pdf = Pdf::default();
    let tree = pdf.reserve();
    let mut pages = Vec::new();
    for _ in 0..LONG {
        let entries = format!(
            "/Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode",
            grey.width(),
            grey.height()
        );
        let image = pdf.stream(&entries, &jpeg);
        let resources = format!("/XObject << /I {image} 0 R >>");
        pages.push(page(
            &mut pdf,
            b"595 0 0 842 0 0 cm /I Do",
            "",
            &resources,
            &format!("/Parent {tree} 0 R /MediaBox [0 0 595 842]"),
        ));
    }
    let root = pdf.catalogue(&pages, tree);
    Ok(pdf.finish(root))
}

/// Gives the first scanned picture of a folder.
fn first_picture(folder: &Path) -> Result<PathBuf> {
    let mut waiting = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|ending| {
                ["jpg", "jpeg", "png", "tif", "tiff"].iter().any(|e| ending.eq_ignore_ascii_case(e))
            }) {
                found.push(path);
            }
        }
    }
    found.sort();
    found.into_iter().next().with_context(|| format!("no picture under {}", folder.display()))
}
