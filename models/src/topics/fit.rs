//! How the table is fitted: softmax regression over clues, kept small, every text weighing the same however often it varies.

use super::table::{Chances, Columns, Head, RARITY_STEPS, ROWS, Table, TableError, row, weighed};
use crate::chances;
use guichet_pipeline::mail::Clue;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Temperatures that are tried: the least, the factor from one to the next, how many.
const TEMPERATURES: (f32, f32, i32) = (0.3, 1.04, 60);

/// A letter to learn from.
#[derive(Clone, Debug)]
pub struct Example {
    /// The text that it varies.
    pub base: String,
    /// What stands in it.
    pub clues: Vec<Clue>,
    /// What is right of it, head by head.
    pub right: Vec<String>,
}

/// How to fit.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// What keeps weights small.
    pub decay: f32,
    /// Steps.
    pub steps: usize,
    /// A clue of fewer texts is not learnt.
    pub fewest_texts: usize,
    /// Whether a rare clue says more than a common one, as it does of a subject.
    pub rare_says_more: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { decay: 1e-5, steps: 500, fewest_texts: 2, rare_says_more: true }
    }
}

/// A letter as the fit takes it.
struct Row {
    clues: Vec<(usize, f32)>,
    right: Vec<usize>,
    weight: f32,
}

/// Fits a table on examples; temperatures on others, of other texts.
///
/// # Errors
/// When the table cannot be written, or there is nothing to learn from.
pub fn fit(examples: &[Example], apart: &[Example], settings: Settings) -> Result<Vec<u8>, TableError> {
    if examples.is_empty() {
        return Err(TableError::Unfit("no examples"));
    }
    let heads: Vec<Head> = (0..examples[0].right.len()).map(|head| head_of(examples, head)).collect();
    let rarities = rarities(examples, settings);
    let rows = rows(examples, &heads, &rarities);
    let widths: Vec<usize> = heads.iter().map(|head| head.codes.len()).collect();
    let (weights, start) = descend(&rows, &widths, settings);
    let most = weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
    let step = most.max(f32::MIN_POSITIVE) / 127.0;
    let small: Vec<i8> = weights.iter().map(|weight| (weight / step).round() as i8).collect();
    let mut columns = Columns { heads, step, start };
    let cool = Table::read(&Table::bytes(&columns, &small, &rarities)?)?;
    for (head, temperature) in temperatures(&cool, apart).into_iter().enumerate() {
        columns.heads[head].temperature = temperature;
    }
    Table::bytes(&columns, &small, &rarities)
}

fn head_of(examples: &[Example], head: usize) -> Head {
    let codes: BTreeSet<String> = examples.iter().filter_map(|example| example.right.get(head).cloned()).collect();
    Head { codes: codes.into_iter().collect(), temperature: 1.0 }
}

/// Gives how rare each clue is among texts, in steps; 0 for those of too few.
fn rarities(examples: &[Example], settings: Settings) -> Vec<u8> {
    let mut seen: HashMap<&str, HashSet<usize>> = HashMap::new();
    for example in examples {
        seen.entry(&example.base).or_default().extend(example.clues.iter().map(|clue| row(&clue.name)));
    }
    let mut texts = vec![0_usize; ROWS];
    seen.values().flatten().for_each(|&row| texts[row] += 1);
    let all = seen.len() as f32 + 1.0;
    let rarity = |&texts: &usize| match texts {
        texts if texts < settings.fewest_texts => 0,
        _ if !settings.rare_says_more => RARITY_STEPS as u8,
        texts => (RARITY_STEPS * (all / texts as f32).ln()).clamp(1.0, 255.0) as u8,
    };
    texts.iter().map(rarity).collect()
}

fn rows(examples: &[Example], heads: &[Head], rarities: &[u8]) -> Vec<Row> {
    let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
    examples.iter().for_each(|example| *texts.entry(&example.base).or_default() += 1);
    let at = |(head, code): (&Head, &String)| head.codes.iter().position(|known| known == code).unwrap_or_default();
    let share = 1.0 / texts.len() as f32;
    let row_of = |example: &Example| {
        let clues = example.clues.iter().map(|clue| (row(&clue.name), clue.worth));
        Row {
            clues: weighed(clues, |row| f32::from(rarities[row]) / RARITY_STEPS),
            right: heads.iter().zip(&example.right).map(at).collect(),
            weight: share / texts[example.base.as_str()] as f32,
        }
    };
    examples.iter().map(row_of).collect()
}

/// Steps down the loss with a momentum that grows (Nesterov 1983); letters are of length 1, so that a step of 2 never overshoots.
fn descend(rows: &[Row], widths: &[usize], settings: Settings) -> (Vec<f32>, Vec<f32>) {
    const RATE: f32 = 2.0;
    let width = widths.iter().sum::<usize>();
    let (mut weights, mut start) = (vec![0.0_f32; ROWS * width], vec![0.0_f32; width]);
    let (mut ahead, mut ahead_start) = (weights.clone(), start.clone());
    for step in 0..settings.steps {
        let mut slope = vec![0.0_f32; ROWS * width];
        let mut slope_start = vec![0.0_f32; width];
        for row in rows {
            let wrong = wrong(row, &ahead, &ahead_start, widths);
            for (at, worth) in &row.clues {
                let into = &mut slope[at * width..(at + 1) * width];
                into.iter_mut().zip(&wrong).for_each(|(slope, wrong)| *slope += worth * wrong);
            }
            slope_start.iter_mut().zip(&wrong).for_each(|(slope, wrong)| *slope += wrong);
        }
        let push = step as f32 / (step as f32 + 3.0);
        let advance = |old: &mut [f32], ahead: &mut [f32], slope: &[f32], decay: f32| {
            for ((old, ahead), slope) in old.iter_mut().zip(ahead.iter_mut()).zip(slope) {
                let new = *ahead - RATE * (slope + decay * *ahead);
                *ahead = new + push * (new - *old);
                *old = new;
            }
        };
        advance(&mut weights, &mut ahead, &slope, settings.decay);
        advance(&mut start, &mut ahead_start, &slope_start, 0.0);
    }
    (weights, start)
}

/// Gives how far the chances of each column are from what is right, weighted.
fn wrong(row: &Row, weights: &[f32], start: &[f32], widths: &[usize]) -> Vec<f32> {
    let width = start.len();
    let mut sums = start.to_vec();
    for (at, worth) in &row.clues {
        let weights = &weights[at * width..(at + 1) * width];
        sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += worth * weight);
    }
    let mut wrong: Vec<f32> = Vec::with_capacity(width);
    let mut rest = sums.as_slice();
    for (&width, &right) in widths.iter().zip(&row.right) {
        let (sums, others) = rest.split_at(width);
        rest = others;
        let off = |(at, chance): (usize, &f32)| row.weight * (chance - f32::from(u8::from(at == right)));
        wrong.extend(crate::chances(sums, 1.0).iter().enumerate().map(off));
    }
    wrong
}

/// Gives for each head the temperature under which what is right has the highest chance.
fn temperatures(table: &Table, apart: &[Example]) -> Vec<f32> {
    let told: Vec<(Vec<Chances>, &Example)> =
        apart.iter().filter_map(|example| Some((table.chances(&example.clues)?, example))).collect();
    let of_head = |head: usize| {
        // Chances of temperature 1, as scores again; a code that was never learnt tells nothing of any temperature.
        let told = told.iter().filter_map(|(heads, example)| {
            let right = heads[head].iter().position(|(code, _)| *code == example.right[head])?;
            let scores = heads[head].iter().map(|(_, chance)| chance.max(chances::LEAST_CHANCE).ln());
            Some((scores.collect::<Vec<f32>>(), right))
        });
        let told: Vec<(Vec<f32>, usize)> = told.collect();
        let (least, factor, count) = TEMPERATURES;
        let tried = (0..count).map(|at| least * factor.powi(at));
        chances::temperature(told.iter().map(|(scores, right)| (scores.as_slice(), *right)), tried)
    };
    (0..apart.first().map_or(0, |example| example.right.len())).map(of_head).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(base: &str, words: &[&str], category: &str) -> Example {
        let clues = words.iter().map(|word| Clue { name: format!("w:{word}"), worth: 1.0 }).collect();
        Example { base: base.to_owned(), clues, right: vec![category.to_owned(), "normale".to_owned()] }
    }

    #[test]
    fn what_was_learnt_is_told_of_letters_that_were_not() {
        let examples = [
            example("a", &["bonjour", "fuite", "robinet"], "technique"),
            example("b", &["bonjour", "fuite", "plafond"], "technique"),
            example("c", &["bonjour", "bruit", "voisin"], "voisinage"),
            example("d", &["bonjour", "bruit", "chien"], "voisinage"),
        ];
        let bytes = fit(&examples, &examples, Settings::default()).unwrap();
        assert_eq!(bytes, fit(&examples, &examples, Settings::default()).unwrap());
        let table = Table::read(&bytes).unwrap();
        let chances = table.chances(&example("e", &["fuite", "cave"], "").clues).unwrap();
        assert!(chances[0][0] == ("technique".to_owned(), chances[0][0].1) && chances[0][0].1 > 0.8, "{chances:?}");
        assert_eq!(table.chances(&example("f", &["jamais"], "").clues), None);
        assert!(Table::read(&bytes[..bytes.len() - 1]).is_err());
        assert!(fit(&[], &examples, Settings::default()).is_err());
    }
}
