//! How well the network does on designs it has not seen, and how far its chances can be believed.

use super::loss::Known;
use super::school::School;
use crate::chances;
use crate::encoder::words::{clues, joined, scores};
use crate::encoder::{Calibration, MOST_WORDS, Network, Plan, Way};
use crate::lessons::Lesson;
use crate::topics::Table;
use candle_core::{Result, Tensor};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Temperatures that are tried.
const TEMPERATURES: (f32, f32, i32) = (0.6, 1.04, 50);

/// Tenths of both that the table of words may count for.
const SHARES: u8 = 10;

/// Lessons of designs kept apart: temperatures come from half of the designs, the figures from the other half.
#[derive(Debug)]
pub(super) struct Halves<'a> {
    pub(super) tuning: Vec<&'a Lesson>,
    judging: Vec<&'a Lesson>,
}

impl<'a> Halves<'a> {
    /// Cuts the lessons whose types a plan knows.
    pub(super) fn of(lessons: &'a [Lesson], plan: &Plan) -> Self {
        let known = |lesson: &&Lesson| !lesson.words.is_empty() && plan.types.contains(&lesson.type_code);
        let even = |lesson: &&Lesson| lesson.design.bytes().map(u32::from).sum::<u32>() % 2 == 0;
        let (tuning, judging) = lessons.iter().filter(known).partition(even);
        Self { tuning, judging }
    }
}

/// Scores beside what is right.
#[derive(Clone, Debug, Default)]
struct Told {
    scores: Vec<Vec<f32>>,
    right: Vec<usize>,
}

impl Told {
    /// Gives the temperature under which what is right has the highest chance.
    fn temperature(&self) -> f32 {
        let (least, factor, count) = TEMPERATURES;
        let told = self.scores.iter().map(Vec::as_slice).zip(self.right.iter().copied());
        chances::temperature(told, (0..count).map(|at| least * factor.powi(at)))
    }

    /// Gives how much what is right surprises, on the whole.
    fn surprise(&self, temperature: f32) -> f32 {
        let chance = |(scores, right): (&Vec<f32>, &usize)| crate::chances(scores, temperature)[*right];
        self.scores.iter().zip(&self.right).map(chance).map(|chance| -chance.max(chances::LEAST_CHANCE).ln()).sum()
    }

    /// Gives the share that is right, and how far the chances are from it.
    fn quality(&self, temperature: f32) -> (f32, f32) {
        chances::quality(self.scores.iter().zip(&self.right).map(|(scores, right)| {
            let chances = crate::chances(scores, temperature);
            let best = best(&chances);
            (chances[best], best == *right)
        }))
    }
}

/// Measures on lessons of other designs.
pub(super) fn measure(
    network: &Network,
    school: &School,
    table: &Table,
    halves: &Halves<'_>,
) -> Result<(Calibration, String)> {
    let Seen { told: [tags, own, first], table: words } = seen(network, school, table, &halves.tuning)?;
    let (share, types) = best_share(&own, &words);
    let calibration =
        Calibration { tags: tags.temperature(), types: types.temperature(), first: first.temperature(), words: share };
    let tuned = [own.temperature(), words.temperature()];
    let Seen { told: [tags, own, first], table: words } = seen(network, school, table, &halves.judging)?;
    let types = together(&own, &words, share);
    let mut text = String::new();
    for (name, told, temperature) in [
        ("tags", &tags, calibration.tags),
        ("types", &types, calibration.types),
        ("- network", &own, tuned[0]),
        ("- words", &words, tuned[1]),
        ("first", &first, calibration.first),
    ] {
        let (right, off) = told.quality(temperature);
        let _ = writeln!(
            text,
            "{name:<9} right {right:.4} of {}, ECE {off:.4}, temperature {temperature:.2}",
            told.right.len()
        );
    }
    text.push_str(&by_field(&tags, school));
    Ok((calibration, text))
}

/// What is said of lessons: tags, types and first pages by the network, types by the table of words.
struct Seen {
    told: [Told; 3],
    table: Told,
}

/// Gives the share of the table under which what is right surprises least, and what both then say together.
fn best_share(own: &Told, words: &Told) -> (f32, Told) {
    let shares = (0..=SHARES).map(|tenths| f32::from(tenths) / f32::from(SHARES));
    let tried = shares.map(|share| (share, together(own, words, share)));
    let surprise = |(_, told): &(f32, Told)| told.surprise(told.temperature());
    let best = tried.min_by(|a, b| surprise(a).total_cmp(&surprise(b)));
    best.unwrap_or_else(|| (0.0, own.clone()))
}

fn together(own: &Told, words: &Told, share: f32) -> Told {
    let scores = own.scores.iter().zip(&words.scores).map(|(own, words)| joined(own, words, share));
    Told { scores: scores.collect(), right: own.right.clone() }
}

/// Gives what is said of lessons beside what is known.
fn seen(network: &Network, school: &School, table: &Table, lessons: &[&Lesson]) -> Result<Seen> {
    let mut by_words = Told::default();
    let mut all = [Told::default(), Told::default(), Told::default()];
    let mut sorted = lessons.to_vec();
    sorted.sort_by_key(|lesson| lesson.words.len());
    for lessons in sorted.chunks(4) {
        let (batch, known) = school.batch(lessons)?;
        let said = network.forward(&batch, Way::Use)?;
        let tags: Vec<Vec<Vec<f32>>> = said.tags.to_vec3()?;
        let Known { tags: right, types, first } = known;
        for ((scores, right), lesson) in tags.into_iter().zip(right).zip(lessons) {
            all[0].scores.extend(scores.into_iter().take(lesson.words.len().min(MOST_WORDS)));
            all[0].right.extend(right);
        }
        by_words.right.extend(&types);
        by_words.scores.extend(lessons.iter().map(|lesson| {
            let words = lesson.words.iter().map(|word| word.text.as_str());
            scores(table, &school.plan, &clues(words))
        }));
        add_pages(&mut all, &said.types, &said.first, types, first)?;
    }
    Ok(Seen { told: all, table: by_words })
}

fn add_pages(all: &mut [Told; 3], types: &Tensor, first: &Tensor, right: Vec<usize>, firsts: Vec<bool>) -> Result<()> {
    all[1].scores.extend(types.to_vec2::<f32>()?);
    all[1].right.extend(right);
    // Two scores whose difference is the one score.
    all[2].scores.extend(first.to_vec1::<f32>()?.into_iter().map(|score| vec![0.0, score]));
    all[2].right.extend(firsts.into_iter().map(usize::from));
    Ok(())
}

/// Gives for each field how many of its words are found, and how many of those found are its own.
fn by_field(tags: &Told, school: &School) -> String {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let field = |tag: usize| school.plan.meaning(tag).map(|(field, _)| field);
    for (scores, right) in tags.scores.iter().zip(&tags.right) {
        let (found, right) = (field(best(scores)), field(*right));
        if let Some(right) = right {
            counts.entry(right).or_default()[0] += 1;
        }
        if let Some(found) = found {
            counts.entry(found).or_default()[1] += 1;
            if right == Some(found) {
                counts.entry(found).or_default()[2] += 1;
            }
        }
    }
    let mut text = String::new();
    for (field, [there, found, both]) in counts {
        let share = |of: usize| both as f32 / of.max(1) as f32;
        let _ = writeln!(text, "  {field:<26} P {:.3} R {:.3} of {there} words", share(found), share(there));
    }
    text
}

fn best(values: &[f32]) -> usize {
    (0..values.len()).max_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_that_boast_are_cooled() {
        let boasting = Told { scores: vec![vec![6.0, 0.0]; 10], right: [vec![0; 7], vec![1; 3]].concat() };
        let temperature = boasting.temperature();
        assert!(temperature > 2.0, "{temperature}");
        let (right, off) = boasting.quality(temperature);
        assert!((right - 0.7).abs() < 1e-6 && off < boasting.quality(1.0).1, "{off}");
    }
}
