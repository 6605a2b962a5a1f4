//! The encoder as the pipeline knows it: a page in, chances out.

use super::batch::Batch;
use super::network::Way;
use super::page::{PageNumbers, Printed};
use super::weights::{Manifest, Weights};
use super::words;
use crate::chances;
use guichet_pipeline::document::ReadPage;
use guichet_pipeline::encode::{Encoder, PageView, WordView};
use std::sync::Arc;

/// A network with what it takes to ask it.
#[derive(Debug)]
pub struct CandleEncoder {
    weights: Weights,
    fields: Arc<[String]>,
}

impl CandleEncoder {
    /// Makes weights ready to be asked.
    pub fn new(weights: Weights) -> Self {
        let fields = weights.plan.fields.as_slice().into();
        Self { weights, fields }
    }

    /// Gives what came with the weights.
    pub fn manifest(&self) -> &Manifest {
        &self.weights.manifest
    }

    fn said(&self, page: &ReadPage) -> candle_core::Result<PageView> {
        let Weights { plan, spelling, network, types, .. } = &self.weights;
        let printed = page.layer.words();
        let printed: Vec<Printed<'_>> =
            printed.map(|word| Printed { text: &word.text, rect: word.rect, confidence: word.confidence }).collect();
        let numbers = PageNumbers::new(&printed, spelling);
        let said = network.forward(&Batch::new(&[&numbers])?, Way::Use)?;
        let clues = words::clues(page.layer.words().map(|word| word.text.as_str()));
        let own = said.types.to_vec2::<f32>()?.swap_remove(0);
        let types = words::joined(&own, &words::scores(types, plan, &clues), plan.calibration.words);
        let types = chances(&types, plan.calibration.types);
        let first = said.first.to_vec1::<f32>()?[0] / plan.calibration.first;
        let words = said.tags.to_vec3::<f32>()?.swap_remove(0);
        Ok(PageView {
            types: plan.types.iter().cloned().zip(types).collect(),
            first: 1.0 / (1.0 + (-first).exp()),
            fields: Arc::clone(&self.fields),
            words: words.iter().take(numbers.words.len()).map(|scores| self.word(scores)).collect(),
        })
    }

    fn word(&self, scores: &[f32]) -> WordView {
        let plan = &self.weights.plan;
        let tags = chances(scores, plan.calibration.tags);
        let fields: Vec<f32> = (0..plan.fields.len()).map(|field| tags[1 + 2 * field] + tags[2 + 2 * field]).collect();
        let best = (0..fields.len()).max_by(|&a, &b| fields[a].total_cmp(&fields[b])).unwrap_or_default();
        let opens = !fields.is_empty() && tags[1 + 2 * best] > tags[2 + 2 * best];
        WordView { chances: fields, opens }
    }
}

impl Encoder for CandleEncoder {
    fn view(&self, page: &ReadPage) -> Option<PageView> {
        page.layer.words().next()?;
        self.said(page).ok()
    }

    fn version(&self) -> String {
        let files = self.weights.manifest.files.iter();
        files.map(|file| file.sha256.as_str()).collect::<Vec<&str>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::weights::tests::small;
    use guichet_pipeline::document::Legibility;
    use guichet_pipeline::geometry::Rect;
    use guichet_pipeline::text::{Line, Origin, TextLayer, Word};

    fn page(words: usize) -> ReadPage {
        let word = |at: usize| {
            let (x, y) = (0.1 * (at % 8) as f32, 0.02 * (at / 8) as f32);
            Word { text: format!("contrat{at}"), rect: Rect::new(x, y, x + 0.08, y + 0.01), confidence: 0.9 }
        };
        let lines = (0..words).filter_map(|at| Line::new(vec![word(at)])).collect();
        let legibility = Legibility { confidence: 0.9, ink_covered: 1.0 };
        let layer = TextLayer { origin: Origin::Ocr, lines };
        ReadPage::new(1, 0.7, layer, legibility)
    }

    #[test]
    fn chances_are_chances_and_the_same_each_time() {
        let folder = small("engine");
        let encoder = CandleEncoder::new(Weights::load(&folder).unwrap());
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(encoder.view(&page(0)), None);
        let view = encoder.view(&page(600)).unwrap();
        assert_eq!(view.words.len(), crate::encoder::MOST_WORDS);
        assert!((view.types.iter().map(|(_, chance)| chance).sum::<f32>() - 1.0).abs() < 1e-4);
        for word in &view.words {
            assert!(word.chances.iter().sum::<f32>() <= 1.0001, "{word:?}");
        }
        assert_eq!(encoder.view(&page(600)).unwrap(), view);
    }
}
