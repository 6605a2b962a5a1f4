//! The lessons, the vocabularies made from them, and which of them are taken at a step.

use super::config::{Config, Steps};
use super::loss::Known;
use super::words::was_recognised;
use crate::encoder::{Batch, Calibration, MOST_WORDS, PageNumbers, Plan, Printed, Spelling};
use crate::lessons::noise::harmed;
use crate::lessons::{self, Lesson};
use anyhow::{Context, Result, bail};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

/// A field on fewer words is not learnt.
const FEWEST_WORDS: usize = 40;
/// Lessons of about one length lie this near one another, sorted by length, as a share of all.
const ALIKE: f64 = 0.06;

/// What is learnt from, and what with.
#[derive(Debug)]
pub(super) struct School {
    /// Sorted by their number of words.
    pub(super) lessons: Vec<Lesson>,
    pub(super) plan: Plan,
    pub(super) spelling: Spelling,
    seed: u64,
}

impl School {
    /// Reads the lessons; makes the vocabularies, or takes those of a checkpoint.
    pub(super) fn open(config: &Config, kept: Option<(Plan, Spelling)>) -> Result<Self> {
        let mut lessons = read(&config.lessons)?;
        lessons.retain(|lesson| !lesson.words.is_empty());
        if lessons.is_empty() {
            bail!("no lessons to learn from");
        }
        lessons.sort_by_key(|lesson| lesson.words.len());
        let (plan, spelling) = match kept {
            Some(kept) => kept,
            None => (plan(config, &lessons), spelling(config, &lessons)?),
        };
        Ok(Self { lessons, plan, spelling, seed: config.seed })
    }

    /// Gives the lessons of a step, harmed anew.
    pub(super) fn lessons_of(&self, step: usize, steps: &Steps) -> Vec<Lesson> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ (step as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let middle = rng.random_range(0..self.lessons.len());
        let reach = ((self.lessons.len() as f64 * ALIKE) as usize).max(2);
        let (from, to) = (middle.saturating_sub(reach), (middle + reach).min(self.lessons.len()));
        let longest = self.lessons[to - 1].words.len().clamp(1, MOST_WORDS);
        let count = (steps.words / longest).max(1);
        let mut taken = Vec::new();
        for _ in 0..count {
            let lesson = &self.lessons[rng.random_range(from..to)];
            let strong = rng.random_bool(steps.harmed);
            taken.push(harmed(lesson, was_recognised(lesson) || !strong, &mut rng));
        }
        taken
    }

    /// Gives lessons as the network takes them, with what is known of them.
    pub(super) fn batch(&self, lessons: &[&Lesson]) -> candle_core::Result<(Batch, Known)> {
        let pages: Vec<PageNumbers> = lessons.iter().map(|lesson| numbers(lesson, &self.spelling)).collect();
        let tags = lessons.iter().map(|lesson| {
            lesson.words.iter().take(MOST_WORDS).map(|word| self.plan.tag(word.tag.as_deref())).collect()
        });
        let type_of = |lesson: &&Lesson| self.plan.types.iter().position(|code| *code == lesson.type_code);
        let known = Known {
            tags: tags.collect(),
            types: lessons.iter().map(|lesson| type_of(lesson).unwrap_or_default()).collect(),
            first: lessons.iter().map(|lesson| lesson.first).collect(),
        };
        Ok((Batch::new(&pages.iter().collect::<Vec<_>>())?, known))
    }
}

/// Reads files of lessons, one after the other.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<Lesson>> {
    let mut all = Vec::new();
    for path in paths {
        all.extend(lessons::read(path).with_context(|| format!("cannot read the lessons {}", path.display()))?);
    }
    Ok(all)
}

fn numbers(lesson: &Lesson, spelling: &Spelling) -> PageNumbers {
    let printed = lesson.words.iter();
    let printed = printed.map(|word| Printed { text: &word.text, rect: word.rect(), confidence: word.confidence });
    PageNumbers::new(&printed.collect::<Vec<_>>(), spelling)
}

fn plan(config: &Config, lessons: &[Lesson]) -> Plan {
    let mut types: Vec<String> = lessons.iter().map(|lesson| lesson.type_code.clone()).collect();
    types.sort();
    types.dedup();
    let mut fields: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in lessons.iter().flat_map(|lesson| &lesson.words).filter_map(|word| word.tag.as_deref()) {
        *fields.entry(&tag[2..]).or_default() += 1;
    }
    let often = fields.into_iter().filter(|(_, words)| *words >= FEWEST_WORDS);
    Plan {
        dimensions: config.network,
        hashed: config.words.hashed,
        types,
        fields: often.map(|(field, _)| field.to_owned()).collect(),
        calibration: Calibration::default(),
    }
}

fn spelling(config: &Config, lessons: &[Lesson]) -> Result<Spelling> {
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for word in lessons.iter().flat_map(|lesson| &lesson.words) {
        *counts.entry(&word.text).or_default() += 1;
    }
    let mut words: Vec<(String, u32)> = counts.into_iter().map(|(word, count)| (word.to_owned(), count)).collect();
    // The trainer breaks ties by order.
    words.sort();
    Spelling::learn(&words, config.words.pieces, config.words.hashed).map_err(|error| anyhow::anyhow!(error))
}
