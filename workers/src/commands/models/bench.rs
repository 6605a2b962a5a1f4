//! `guichet models bench`: the encoder and the tables that ship, then each model of the house, on the same pages.

use super::args::BenchArgs;
use super::measure::{HEADING, Measure, milliseconds, resident};
use super::{settings, stop};
use crate::interrupt::Interrupt;
use crate::larger::{shelf, vocabulary};
use crate::reading::{Event, read_all};
use crate::settings::Settings;
use crate::stop::Stop;
use crate::understanding::understood;
use crate::{clock, house, paths, second, topics};
use guichet_models::larger::{Larger, Purpose};
use guichet_pipeline::document::{Legibility, ReadPage};
use guichet_pipeline::encode::Encoder;
use guichet_pipeline::geometry::Rect;
use guichet_pipeline::mail::{Topics, clues_of};
use guichet_pipeline::output::Timings;
use guichet_pipeline::run::{Batch, Setting};
use guichet_pipeline::text::{Line, Origin, TextLayer, Word};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Words of a page that is made up: as many as stand on an avis d'échéance.
const WORDS: usize = 300;
/// Of them in a line.
const LINE: usize = 10;
/// What they are taken from.
const FRENCH: &str = "madame monsieur nous attestons que le contrat numéro HAB004512987 garantit les risques locatifs du \
    logement situé au 12 rue des Lilas 31000 Toulouse pour la période du 01/03/2026 au 28/02/2027 je vous signale une \
    fuite d'eau dans la salle de bain merci de votre réponse montant à payer 512,30 euros date de naissance quittance \
    loyer charges provision locataire assuré souscripteur";

/// What is measured on.
#[derive(Debug, Default)]
struct Sample {
    pages: Vec<ReadPage>,
    /// What each stage took of all files together, and of how many pages; nothing of pages that were made up.
    stages: Option<(Timings, u64)>,
}

/// Runs the command.
pub(super) fn run(asked: &BenchArgs) -> Result<(), Stop> {
    let settings = settings(&asked.place)?;
    let setting = Setting::new(house::rules(None)?, None, clock::today());
    let count = asked.pages as usize;
    let sample = match asked.paths.is_empty() {
        true => Sample { pages: (0..count).map(made_up).collect(), stages: None },
        false => read(&asked.paths, count, &settings, &setting)?,
    };
    if sample.pages.is_empty() {
        return Err(Stop::usage("aucune page lue sous les chemins donnés : donner des fichiers qui en ont"));
    }
    println!("{}", about(&sample));
    let recognition = sample.stages.map(|(spent, pages)| Duration::from_millis(spent.ocr) / pages.max(1) as u32);
    println!("{HEADING}");
    for measure in measures(&settings, &setting, &sample.pages)? {
        println!("{}", measure?.line(recognition));
    }
    println!("mémoire du processus : {} Mo", resident() / 1_000_000);
    Ok(())
}

/// Measures one model after the other, each gone before the next is loaded.
fn measures<'a>(
    settings: &'a Settings,
    setting: &'a Setting,
    pages: &'a [ReadPage],
) -> Result<impl Iterator<Item = Result<Measure, Stop>>, Stop> {
    let house = shelf(settings).all().map_err(stop)?;
    let encoder = || {
        let load = || second::encoder(&Settings::default());
        let ask = |encoder: &Option<Arc<dyn Encoder>>, page: usize| {
            encoder.as_ref().and_then(|encoder| encoder.view(&pages[page]));
        };
        Measure::of("encodeur du programme", pages.len(), load, ask)
    };
    let tables = || {
        let ask = |tables: &Option<Arc<dyn Topics>>, page: usize| {
            let text = pages[page].layer.text();
            let clues = clues_of(&text, "", "", &setting.lexicon.mail);
            tables.as_ref().and_then(|tables| tables.view(&clues, &text));
        };
        Measure::of("tables des courriers", pages.len(), topics::shipped, ask)
    };
    let larger = move |name: &str| {
        let vocabulary = vocabulary(&setting.lexicon.rules);
        let load = || shelf(settings).load(name, &vocabulary).map_err(stop);
        let ask = |model: &Larger, page: usize| {
            match model.manifest().purpose {
                Purpose::Letters => drop(model.text(&pages[page].layer.text())),
                _ => drop(model.page(&pages[page])),
            };
        };
        Measure::of(name, pages.len(), load, ask)
    };
    let shipped = [encoder(), tables()];
    Ok(shipped.into_iter().chain(house.into_iter().map(move |manifest| larger(&manifest.name))))
}

/// Says what is measured on, and where files were read what each stage took of a page.
fn about(sample: &Sample) -> String {
    let mut words: Vec<usize> = sample.pages.iter().map(|page| page.layer.words().count()).collect();
    words.sort_unstable();
    let (pages, words) = (sample.pages.len(), words[words.len() / 2]);
    let made = if sample.stages.is_none() { ", inventées par le programme" } else { "" };
    let mut text = format!("{pages} page(s){made}, {words} mots en médiane ; un seul fil de calcul");
    if let Some((spent, pages)) = sample.stages {
        let Timings { read, ocr, classify, extract, check } = spent;
        let stages =
            [("lire", read), ("reconnaître", ocr), ("classer", classify), ("extraire", extract), ("contrôler", check)];
        let each = |(name, spent): (&str, u64)| {
            format!("{name} {}", milliseconds(Duration::from_millis(spent) / pages.max(1) as u32))
        };
        text.push_str(&format!("\npar page, étape par étape : {}", stages.map(each).join(", ")));
    }
    text
}

/// Reads the first pages of files, as `guichet process` does, with the models that ship.
fn read(given: &[PathBuf], count: usize, settings: &Settings, setting: &Setting) -> Result<Sample, Stop> {
    let files = paths::files(given, None)?;
    let interrupt = Interrupt::listen().map_err(|error| Stop::machine(format!("signaux : {error}")))?;
    let setting = Setting::clone(setting).with_encoder(second::encoder(settings)?).with_topics(topics::shipped()?);
    let mut batch = Batch::new(&setting, clock::stopwatch);
    let mut sample = Sample { pages: Vec::new(), stages: Some((Timings::default(), 0)) };
    // One reader: times of several beside one another are nobody's.
    read_all(&files, settings, 1, &interrupt, &mut |event| {
        let Event::Next(read) = event else { return Ok(()) };
        if sample.pages.len() >= count {
            return Ok(());
        }
        if let Ok(document) = &read.document {
            sample.pages.extend(document.pages.iter().filter(|page| page.layer.words().next().is_some()).cloned());
        }
        let name = files[read.index].to_string_lossy();
        let (result, _) = understood(&mut batch, &name, &read.sha256, read.document);
        if let Some((spent, pages)) = &mut sample.stages {
            *spent = added(*spent, result.timings_ms);
            *pages += u64::from(result.pages);
        }
        Ok(())
    })?;
    sample.pages.truncate(count);
    Ok(sample)
}

fn added(one: Timings, other: Timings) -> Timings {
    let Timings { read, ocr, classify, extract, check } = other;
    Timings {
        read: one.read + read,
        ocr: one.ocr + ocr,
        classify: one.classify + classify,
        extract: one.extract + extract,
        check: one.check + check,
    }
}

/// Makes up a page, the same for a number each time.
fn made_up(number: usize) -> ReadPage {
    let french: Vec<&str> = FRENCH.split_whitespace().collect();
    let word = |at: usize| {
        let text = french[(at * 7 + number * 13) % french.len()].to_owned();
        let (x, y) = (0.09 * (at % LINE) as f32 + 0.05, 0.03 * (at / LINE) as f32 + 0.03);
        Word { text, rect: Rect::new(x, y, x + 0.08, y + 0.015), confidence: 0.9 }
    };
    let rows = (0..WORDS / LINE).map(|row| (row * LINE..(row + 1) * LINE).map(word).collect::<Vec<Word>>());
    let layer = TextLayer { origin: Origin::Ocr, lines: rows.filter_map(Line::new).collect() };
    let legibility = Legibility { confidence: 0.9, ink_covered: 1.0 };
    ReadPage::new(number as u32 + 1, 0.707, layer, legibility)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_are_made_up_are_full_and_not_all_the_same() {
        let (one, two) = (made_up(0), made_up(1));
        assert_eq!(one.layer.words().count(), WORDS);
        assert_ne!(one.layer.text(), two.layer.text());
        assert_eq!(made_up(1), two);
        let sample = Sample { pages: vec![one, two], stages: Some((Timings { ocr: 900, ..Timings::default() }, 2)) };
        let said = about(&sample);
        assert!(said.starts_with("2 page(s), 300 mots") && said.contains("reconnaître 450 ms"), "{said}");
    }
}
