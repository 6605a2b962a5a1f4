//! A generator that may say nothing but a code: Qwen of the third version, quantised.
//!
//! The grammar is a tree of the tokens of the codes. Where several go on, the chances of their next tokens are taken from the
//! network and normalised over those that the grammar allows; the chance of a code is the product along its way, so that
//! those of all codes sum to one. A way that is all but impossible is not followed: what is left of it is shared evenly.
//! Free text, as a summary would be, is never asked of it.

use super::LargerError;
use super::files::{Proven, TOKENIZER};
use crate::chances;
use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::{Device, Result, Tensor};
use candle_transformers::models::quantized_qwen3::ModelWeights;
use std::fmt::{self, Debug, Formatter};
use std::sync::Mutex;
use tokenizers::Tokenizer;

/// Tokens of a letter that are looked at: each costs as much as a word of an answer, and the first say what it is about.
const MOST_TOKENS: usize = 600;
/// Under this chance a way is not followed.
const FOLLOWED: f32 = 0.02;
/// What ends an answer.
const END: &str = "<|im_end|>";
/// The metadata that names the architecture.
const ARCHITECTURE: &str = "general.architecture";

/// A network with its grammar.
pub(super) struct Chooser {
    network: Mutex<ModelWeights>,
    tokenizer: Tokenizer,
    before: Vec<u32>,
    after: Vec<u32>,
    grammar: Grammar,
    temperature: f32,
}

impl Debug for Chooser {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chooser").field("grammar", &self.grammar).finish_non_exhaustive()
    }
}

impl Chooser {
    /// Loads the network of a GGUF file, that is to choose among codes.
    pub(super) fn open(
        files: &Proven<'_>,
        name: &str,
        codes: &[String],
        temperature: f32,
    ) -> std::result::Result<Self, LargerError> {
        let refused = LargerError::parse(TOKENIZER);
        let mut tokenizer = Tokenizer::from_bytes(files.bytes(TOKENIZER)?).map_err(|error| refused(&error))?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| refused(&error))?;
        let end = tokenizer.token_to_id(END).ok_or_else(|| refused(&format!("it has no {END}")))?;
        let tokens = |text: &str| -> std::result::Result<Vec<u32>, LargerError> {
            Ok(tokenizer.encode(text, false).map_err(|error| refused(&error))?.get_ids().to_vec())
        };
        let before = tokens(&format!(
            "<|im_start|>system\nTu classes les courriers que reçoit un bailleur social. Réponds par un seul de ces codes, \
             sans rien d'autre : {}.{END}\n<|im_start|>user\n",
            codes.join(", ")
        ))?;
        let after = tokens(&format!("{END}\n<|im_start|>assistant\n<think>\n\n</think>\n\n"))?;
        let ways = codes.iter().map(|code| tokens(code).map(|way| [way, vec![end]].concat()));
        let ways: Vec<Vec<u32>> = ways.collect::<std::result::Result<_, LargerError>>()?;
        let grammar = Grammar::new(&ways).ok_or_else(|| refused(&"it spells two codes alike"))?;
        tokenizer.set_encode_special_tokens(true);
        let network = Mutex::new(network(files, name)?);
        Ok(Self { network, tokenizer, before, after, grammar, temperature })
    }

    /// Gives the chance of each code, by its number; nothing for an empty text.
    pub(super) fn chances(&self, text: &str) -> Result<Option<Vec<f32>>> {
        let said = self.tokenizer.encode(text, false).map_err(|error| candle_core::Error::Msg(error.to_string()))?;
        let said = &said.get_ids()[..said.len().min(MOST_TOKENS)];
        if said.is_empty() {
            return Ok(None);
        }
        let prompt = [self.before.as_slice(), said, &self.after].concat();
        let mut network = self.network.lock().unwrap_or_else(|broken| broken.into_inner());
        let mut kept: Vec<u32> = Vec::new();
        let mut ask = |way: &[u32]| -> Result<Vec<f32>> {
            let wanted = [prompt.as_slice(), way].concat();
            // What goes on from the last question need not be read again.
            let known = if !kept.is_empty() && wanted.starts_with(&kept) { kept.len() } else { 0 };
            if known == 0 {
                network.clear_kv_cache();
            }
            let input = Tensor::new(&wanted[known..], &Device::Cpu)?.unsqueeze(0)?;
            let scores = network.forward(&input, known)?.flatten_all()?.to_vec1()?;
            kept = wanted;
            Ok(scores)
        };
        self.grammar.chances(self.temperature, &mut ask).map(Some)
    }
}

/// Tells whether a GGUF file is one of a network that is known.
pub(super) fn look(content: &Content, name: &str) -> std::result::Result<(), LargerError> {
    let found = content.metadata.get(ARCHITECTURE).and_then(|value| value.to_string().ok());
    match found.map(String::as_str) {
        Some("qwen3") => Ok(()),
        other => Err(LargerError::Architecture { file: name.to_owned(), found: other.unwrap_or_default().to_owned() }),
    }
}

fn network(files: &Proven<'_>, name: &str) -> std::result::Result<ModelWeights, LargerError> {
    let refused = LargerError::parse(name);
    let mut file = files.file(name)?;
    let mut content = Content::read(&mut file).map_err(|error| refused(&error))?;
    look(&content, name)?;
    // Without this candle turns positions in halves of floats, which are wrong by a quarter of a turn after 500 tokens.
    content.metadata.insert("general.dtype".to_owned(), Value::U32(0));
    ModelWeights::from_gguf(content, &mut file, &Device::Cpu).map_err(|error| refused(&error))
}

/// A tree of tokens; node 0 is the root.
#[derive(Clone, Debug)]
struct Grammar {
    nodes: Vec<Node>,
    codes: usize,
}

#[derive(Clone, Debug, Default)]
struct Node {
    next: Vec<(u32, usize)>,
    /// The codes that can still be said.
    codes: Vec<usize>,
}

impl Grammar {
    /// Builds the tree of ways, each ended by a token of its own; nothing where two are the same.
    fn new(ways: &[Vec<u32>]) -> Option<Self> {
        let mut nodes = vec![Node { next: Vec::new(), codes: (0..ways.len()).collect() }];
        for (code, way) in ways.iter().enumerate() {
            let mut at = 0;
            for &token in way {
                let known = nodes[at].next.iter().find(|(known, _)| *known == token).map(|(_, node)| *node);
                let node = known.unwrap_or(nodes.len());
                if known.is_none() {
                    nodes[at].next.push((token, node));
                    nodes.push(Node::default());
                }
                nodes[node].codes.push(code);
                at = node;
            }
            if nodes[at].codes.len() > 1 {
                return None;
            }
        }
        Some(Self { nodes, codes: ways.len() })
    }

    /// Gives the chance of each code; `ask` gives the scores of all tokens after some.
    fn chances(&self, temperature: f32, ask: &mut dyn FnMut(&[u32]) -> Result<Vec<f32>>) -> Result<Vec<f32>> {
        let mut told = vec![0.0; self.codes];
        self.follow(0, 1.0, &mut Vec::new(), temperature, ask, &mut told)?;
        Ok(told)
    }

    fn follow(
        &self,
        at: usize,
        chance: f32,
        way: &mut Vec<u32>,
        temperature: f32,
        ask: &mut dyn FnMut(&[u32]) -> Result<Vec<f32>>,
        told: &mut [f32],
    ) -> Result<()> {
        let Node { next, codes } = &self.nodes[at];
        if codes.len() == 1 || chance < FOLLOWED {
            codes.iter().for_each(|&code| told[code] = chance / codes.len() as f32);
            return Ok(());
        }
        let mut ways: Vec<(u32, usize, f32)> = match next.as_slice() {
            [(token, node)] => vec![(*token, *node, 1.0)],
            several => {
                let scores = ask(way)?;
                let score = |token: u32| scores.get(token as usize).copied().unwrap_or(f32::NEG_INFINITY);
                let scores: Vec<f32> = several.iter().map(|(token, _)| score(*token)).collect();
                let chances = chances(&scores, temperature);
                several.iter().zip(chances).map(|(&(token, node), chance)| (token, node, chance)).collect()
            }
        };
        // The likeliest first: it goes on from what was just read.
        ways.sort_by(|a, b| b.2.total_cmp(&a.2));
        for (token, node, share) in ways {
            way.push(token);
            self.follow(node, chance * share, way, temperature, ask, told)?;
            way.pop();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_of_a_code_is_the_product_along_its_way() {
        // 0: [1 2 9], 1: [1 3 9], 2: [4 9]; token 9 ends.
        let grammar = Grammar::new(&[vec![1, 2, 9], vec![1, 3, 9], vec![4, 9]]).unwrap();
        let mut asked: Vec<Vec<u32>> = Vec::new();
        let mut ask = |way: &[u32]| -> Result<Vec<f32>> {
            asked.push(way.to_vec());
            let mut scores = vec![50.0; 10];
            for (token, score) in [(1, 3.0_f32.ln()), (4, 0.0), (2, 0.0), (3, 4.0_f32.ln())] {
                scores[token] = score;
            }
            Ok(scores)
        };
        let chances = grammar.chances(1.0, &mut ask).unwrap();
        // 3 to 1 at the root, then 1 to 4; the score of 50 of tokens that the grammar forbids counts for nothing.
        for (chance, expected) in chances.iter().zip([0.75 * 0.2, 0.75 * 0.8, 0.25]) {
            assert!((chance - expected).abs() < 1e-6, "{chances:?}");
        }
        assert_eq!(asked, [vec![], vec![1]]);
    }

    #[test]
    fn what_is_all_but_impossible_is_not_asked_about() {
        let grammar = Grammar::new(&[vec![1, 2, 9], vec![1, 3, 9], vec![4, 9]]).unwrap();
        let mut count = 0;
        let mut ask = |_: &[u32]| -> Result<Vec<f32>> {
            count += 1;
            Ok(vec![0.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0, 0.0])
        };
        let chances = grammar.chances(1.0, &mut ask).unwrap();
        assert!((chances.iter().sum::<f32>() - 1.0).abs() < 1e-6 && chances[0] == chances[1] && chances[2] > 0.99);
        assert_eq!(count, 1);
        assert!(Grammar::new(&[vec![1, 9], vec![1, 9]]).is_none());
    }
}
