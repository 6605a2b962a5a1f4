//! The table of words that tells types beside the network, fitted on the same lessons.

use crate::encoder::words::clues;
use crate::lessons::Lesson;
use crate::lessons::noise::harmed;
use crate::topics::TableError;
use crate::topics::fit::{Example, Settings, fit};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// A design weighs as so many texts: its pages differ.
const PAGES_OF_A_DESIGN: usize = 24;
/// Steps of the descent; at twice as many, figures on other designs are the same.
const STEPS: usize = 250;
/// What keeps weights small.
const DECAY: f32 = 1e-5;

/// Fits a table on lessons, its temperature on lessons of other designs; pages that were never recognised are learnt once more as
/// recognition would have hurt them.
pub(super) fn fitted(lessons: &[Lesson], apart: &[&Lesson], seed: u64) -> Result<Vec<u8>, TableError> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut turns: BTreeMap<&str, usize> = BTreeMap::new();
    let mut examples = Vec::new();
    for lesson in lessons {
        let turn = turns.entry(&lesson.design).or_default();
        *turn += 1;
        examples.push(example(lesson, *turn));
        if !was_recognised(lesson) {
            examples.push(example(&harmed(lesson, false, &mut rng), *turn));
        }
    }
    let apart: Vec<Example> = apart.iter().map(|lesson| example(lesson, 0)).collect();
    let settings = Settings { decay: DECAY, steps: STEPS, rare_says_more: false, ..Settings::default() };
    fit(&examples, &apart, settings)
}

/// Tells whether a page was read from pixels.
pub(super) fn was_recognised(lesson: &Lesson) -> bool {
    lesson.words.iter().any(|word| word.confidence < 1.0)
}

fn example(lesson: &Lesson, turn: usize) -> Example {
    Example {
        base: format!("{} {}", lesson.design, turn % PAGES_OF_A_DESIGN),
        clues: clues(lesson.words.iter().map(|word| word.text.as_str())),
        right: vec![lesson.type_code.clone()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::weights::Weights;
    use crate::encoder::weights::tests::small;
    use crate::encoder::words::scores;
    use crate::lessons::LessonWord;
    use crate::topics::Table;

    fn lesson(design: &str, type_code: &str, text: &str) -> Lesson {
        let word =
            |text: &str| LessonWord { text: text.to_owned(), edges: [0.1, 0.1, 0.2, 0.2], confidence: 1.0, tag: None };
        Lesson {
            design: design.to_owned(),
            kind: "natif".to_owned(),
            type_code: type_code.to_owned(),
            first: true,
            words: text.split(' ').map(word).collect(),
        }
    }

    #[test]
    fn words_tell_the_type_of_a_page_of_another_design() {
        let lessons = [
            lesson("a", "attestation_habitation", "nous attestons que le logement est garanti contre le vol"),
            lesson("b", "attestation_habitation", "attestons que ce logement est garanti contre incendie"),
            lesson("c", "quittance_loyer", "reçu le loyer et les charges du logement pour le mois"),
            lesson("d", "quittance_loyer", "loyer et charges du mois reçu du locataire"),
        ];
        let table = Table::read(&fitted(&lessons, &[&lessons[0]], 1).unwrap()).unwrap();
        let folder = small("words");
        let plan = Weights::load(&folder).unwrap().plan;
        std::fs::remove_dir_all(&folder).unwrap();
        let scores = |text: &str| scores(&table, &plan, &clues(text.split(' ')));
        let [attestation, receipt] = scores("loyer et charges reçu")[..] else { panic!("two types") };
        assert!(receipt > attestation + 1.0, "{receipt} {attestation}");
        let [attestation, receipt] = scores("jamais vu")[..] else { panic!("two types") };
        assert_eq!(attestation, receipt);
    }
}
