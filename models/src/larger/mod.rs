//! Larger open models, by choice: a folder with a CamemBERT, RoBERTa, XLM-RoBERTa, DeBERTa-v2 or ModernBERT classifier,
//! fine-tuned by the house or somebody it trusts, or a quantised Qwen, used through the traits of the models that ship.
//!
//! Goes in: files on a disk; nothing is fetched. Comes out: chances of categories, types or fields whose codes the rules
//! know. A model is loaded by its manifest only, and refused when a byte differs. It knows no rules: whoever asks gives
//! their codes ([`Vocabulary`]).

mod backbone;
mod card;
mod choice;
mod error;
mod files;
mod head;
mod letters;
mod pages;
mod shelf;
mod tagger;
mod tensors;
mod text;
#[cfg(test)]
mod tiny;
mod vocabulary;
mod windows;

pub use card::{Architecture, Card, Task};
pub use error::LargerError;
pub use files::LargerManifest;
pub use letters::LettersBeside;
pub use pages::PagesBeside;
pub use shelf::Shelf;
pub use vocabulary::{Purpose, Vocabulary};

use backbone::Backbone;
use choice::Chooser;
use files::Proven;
use guichet_pipeline::document::ReadPage;
use guichet_pipeline::encode::WordView;
use head::Head;
use std::path::Path;
use std::sync::Arc;
use tagger::Tagger;
use text::TextClassifier;
use windows::Windows;

/// What a model is asked before it is believed to work.
const SENTENCE: &str =
    "Bonjour, je vous signale une fuite d'eau dans la salle de bain de mon logement depuis hier soir.";

/// A larger model that is ready.
#[derive(Debug)]
pub struct Larger {
    manifest: LargerManifest,
    labels: Vec<String>,
    engine: Engine,
}

#[derive(Debug)]
enum Engine {
    Text(TextClassifier),
    Words(Tagger),
    Choice(Chooser),
}

impl Larger {
    /// Loads a registered model, whose labels have to be codes of the rules still.
    ///
    /// # Errors
    /// A file that is not that of the manifest, or that does not fit the others.
    pub fn load(folder: &Path, vocabulary: &Vocabulary) -> Result<Self, LargerError> {
        let manifest = LargerManifest::read(folder)?;
        let files = Proven::new(folder, &manifest)?;
        if let Some(name) = files.ending(".gguf").pop() {
            vocabulary.purpose(Task::Choice, &manifest.labels)?;
            let chooser = Chooser::open(&files, name, &manifest.labels, files::temperature(&files)?)?;
            return Ok(Self { labels: manifest.labels.clone(), engine: Engine::Choice(chooser), manifest });
        }
        let card = Card::parse(&files.bytes(card::CONFIG)?)?;
        let purpose = vocabulary.purpose(card.task, &card.labels)?;
        let temperature = files::temperature(&files)?;
        let windows = Windows::open(&files.bytes(files::TOKENIZER)?, card.window, card.tokens)?;
        let from = tensors::open(&files, &card)?;
        let unfit = tensors::unfit(&files);
        let backbone = Backbone::new(&card, &from, &unfit)?;
        let head = Head::new(&card, &from).map_err(|error| unfit(&error))?;
        let engine = match purpose {
            Purpose::Fields => Engine::Words(Tagger::new(windows, backbone, head, temperature, &card.labels)),
            _ => {
                let groups = groups(&card.labels, &vocabulary.urgencies);
                Engine::Text(TextClassifier { windows, backbone, head, temperature, groups })
            }
        };
        drop(unfit);
        Ok(Self { labels: card.labels, manifest, engine })
    }

    /// Gives what came with it.
    pub fn manifest(&self) -> &LargerManifest {
        &self.manifest
    }

    /// Asks it a sentence that is built in.
    ///
    /// # Errors
    /// When it gives no chances, or such as are none.
    pub fn prove(&self) -> Result<(), LargerError> {
        let why = |error: candle_core::Error| LargerError::Unproved { why: error.to_string() };
        let words: Vec<&str> = SENTENCE.split_whitespace().collect();
        let told: Option<Vec<f32>> = match &self.engine {
            Engine::Text(model) => model.chances(SENTENCE).map_err(why)?,
            Engine::Choice(model) => model.chances(SENTENCE).map_err(why)?,
            Engine::Words(model) => {
                let words = model.words(&words).map_err(why)?;
                words.map(|words| words.into_iter().flat_map(|word| word.chances).collect())
            }
        };
        let told =
            told.ok_or_else(|| LargerError::Unproved { why: "it knows no word of a French sentence".to_owned() })?;
        match told.iter().all(|chance| (0.0..=1.001).contains(chance)) {
            true => Ok(()),
            false => Err(LargerError::Unproved { why: "its chances are no numbers from 0 to 1".to_owned() }),
        }
    }

    /// Gives the chance of each label of a text; nothing where no word of it is known, or it tells words.
    pub fn text(&self, text: &str) -> Option<Vec<(String, f32)>> {
        let chances = match &self.engine {
            Engine::Text(model) => model.chances(text),
            Engine::Choice(model) => model.chances(text),
            Engine::Words(_) => Ok(None),
        };
        let chances = chances.ok()??;
        Some(self.labels.iter().cloned().zip(chances).collect())
    }

    /// Gives its fields and what it says of the words of a page; nothing where it tells texts.
    fn words(&self, page: &ReadPage) -> Option<(Arc<[String]>, Vec<WordView>)> {
        let Engine::Words(model) = &self.engine else { return None };
        let words: Vec<&str> = page.layer.words().map(|word| word.text.as_str()).collect();
        Some((Arc::clone(model.fields()), model.words(&words).ok()??))
    }
}

/// Gives the labels of which one is right: levels of urgency are a question of their own.
fn groups(labels: &[String], urgencies: &[String]) -> Vec<Vec<usize>> {
    let (levels, others): (Vec<usize>, Vec<usize>) = (0..labels.len()).partition(|&at| urgencies.contains(&labels[at]));
    [others, levels].into_iter().filter(|group| !group.is_empty()).collect()
}

#[cfg(test)]
mod tests;
