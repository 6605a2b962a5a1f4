//! What a model is, as its `config.json` says (the layout of Hugging Face): architecture, task, labels, window.
//!
//! Whatever is not done here is refused by its key: a model that would load and say something else than it was taught is
//! worse than none.

use super::{LargerError, choice};
use candle_core::quantized::gguf_file::Content;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs::File;

/// The name of the configuration.
pub(super) const CONFIG: &str = "config.json";
/// Tokens of a window at most: what classifiers are taught on; attention over more costs their square.
const MOST_TOKENS: usize = 512;
/// Tokens of a window at least: less tells nothing of a letter.
const LEAST_TOKENS: usize = 16;

/// The architectures that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// A RoBERTa for French.
    Camembert,
    /// RoBERTa.
    Roberta,
    /// XLM-RoBERTa.
    XlmRoberta,
    /// DeBERTa of the second and third version.
    #[serde(rename = "deberta-v2")]
    DebertaV2,
    /// ModernBERT.
    Modernbert,
    /// Qwen of the third version, quantised, in a GGUF file.
    Qwen3,
}

impl Architecture {
    const ALL: [(&str, Self); 6] = [
        ("camembert", Self::Camembert),
        ("roberta", Self::Roberta),
        ("xlm-roberta", Self::XlmRoberta),
        ("deberta-v2", Self::DebertaV2),
        ("modernbert", Self::Modernbert),
        ("qwen3", Self::Qwen3),
    ];

    /// Gives the one of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, architecture)| architecture)
    }

    /// Gives its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, architecture)| *architecture == self).map_or("", |(name, _)| name)
    }

    /// Gives all names, for people.
    pub fn names() -> String {
        Self::ALL.map(|(name, _)| name).join(", ")
    }

    /// Tells whether it is a RoBERTa by another name.
    pub(super) fn is_roberta(self) -> bool {
        matches!(self, Self::Camembert | Self::Roberta | Self::XlmRoberta)
    }
}

/// What a model was taught to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// One label for a text.
    Sequence,
    /// One label for each token.
    Token,
    /// A code chosen by a generator that may say nothing else.
    Choice,
}

impl Task {
    /// Gives its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequence => "sequence",
            Self::Token => "token",
            Self::Choice => "choice",
        }
    }
}

/// What a model is.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Its architecture.
    pub architecture: Architecture,
    /// Its task.
    pub task: Task,
    /// Its labels, by their number.
    pub labels: Vec<String>,
    /// Tokens that it looks at in one go, special ones with them.
    pub window: usize,
    /// Tokens that it has numbers for.
    pub(super) tokens: usize,
    /// Width of its hidden states.
    pub(super) width: usize,
    /// Layers.
    pub(super) layers: usize,
    /// The configuration, with what older and newer writers leave out.
    pub(super) config: Value,
}

/// What is needed of the configuration whatever the architecture.
#[derive(Deserialize)]
struct Common {
    model_type: String,
    #[serde(default)]
    architectures: Vec<String>,
    #[serde(default)]
    id2label: BTreeMap<usize, String>,
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    max_position_embeddings: usize,
    pad_token_id: Option<usize>,
}

impl Card {
    /// Reads a configuration.
    ///
    /// # Errors
    /// What is wrong with it, by its key.
    pub fn parse(bytes: &[u8]) -> Result<Self, LargerError> {
        let refused = LargerError::parse(CONFIG);
        let mut config: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| refused(&error))?;
        let common: Common = serde_json::from_value(Value::Object(config.clone())).map_err(|error| refused(&error))?;
        let architecture = Architecture::named(&common.model_type).filter(|found| *found != Architecture::Qwen3);
        let architecture = architecture
            .ok_or(LargerError::Architecture { file: CONFIG.to_owned(), found: common.model_type.clone() })?;
        let task = task(&common.architectures)?;
        fill(&mut config, architecture);
        check(&config, &common, architecture)?;
        let labels = labels(common.id2label)?;
        let positions = match architecture.is_roberta() {
            // The first position stands behind the number of the padding token.
            true => common.max_position_embeddings.saturating_sub(common.pad_token_id.unwrap_or(1) + 1),
            false => common.max_position_embeddings,
        };
        let window = positions.min(MOST_TOKENS);
        if window < LEAST_TOKENS {
            return Err(unsupported("max_position_embeddings", &json!(common.max_position_embeddings), "16 or more"));
        }
        let (tokens, width, layers) = (common.vocab_size, common.hidden_size, common.num_hidden_layers);
        Ok(Self { architecture, task, labels, window, tokens, width, layers, config: Value::Object(config) })
    }

    /// Gives the card of a generator that is to choose among codes.
    ///
    /// # Errors
    /// When the file is no GGUF file, or of an architecture that is not known.
    pub(super) fn of_gguf(file: &mut File, name: &str, labels: Vec<String>) -> Result<Self, LargerError> {
        let content = Content::read(file).map_err(|error| LargerError::parse(name)(&error))?;
        choice::look(&content, name)?;
        let (architecture, task) = (Architecture::Qwen3, Task::Choice);
        Ok(Self { architecture, task, labels, window: 0, tokens: 0, width: 0, layers: 0, config: Value::Null })
    }

    /// Gives the configuration as candle wants it.
    pub(super) fn as_config<T: serde::de::DeserializeOwned>(&self) -> Result<T, LargerError> {
        serde_json::from_value(self.config.clone()).map_err(|error| LargerError::parse(CONFIG)(&error))
    }
}

fn task(architectures: &[String]) -> Result<Task, LargerError> {
    let ends = |end: &str| architectures.iter().any(|name| name.ends_with(end));
    if ends("ForSequenceClassification") {
        Ok(Task::Sequence)
    } else if ends("ForTokenClassification") {
        Ok(Task::Token)
    } else {
        Err(LargerError::Task { found: architectures.join(", ") })
    }
}

/// Gives labels whose numbers have no gap.
fn labels(named: BTreeMap<usize, String>) -> Result<Vec<String>, LargerError> {
    let gapless = named.keys().copied().eq(0..named.len());
    if named.len() < 2 || !gapless {
        let found = json!(named.len());
        return Err(unsupported("id2label", &found, "two labels or more, numbered from 0 without a gap"));
    }
    Ok(named.into_values().collect())
}

/// Writes what some writers of configurations leave out, with the values that `transformers` takes for it.
fn fill(config: &mut Map<String, Value>, architecture: Architecture) {
    let rope = |kind: &str| config.get("rope_parameters").and_then(|all| all.get(kind)?.get("rope_theta")).cloned();
    let (global, local) = (rope("full_attention"), rope("sliding_attention"));
    let norm = config.get("norm_eps").cloned();
    let defaults: Vec<(&str, Value)> = match architecture {
        Architecture::DebertaV2 => vec![
            ("initializer_range", json!(0.02)),
            ("max_relative_positions", json!(-1)),
            ("hidden_dropout_prob", json!(0.0)),
            ("attention_probs_dropout_prob", json!(0.0)),
            ("type_vocab_size", json!(0)),
            ("pooler_hidden_act", json!("gelu")),
        ],
        Architecture::Modernbert => vec![
            ("layer_norm_eps", norm.unwrap_or(json!(1e-5))),
            ("global_rope_theta", global.unwrap_or(json!(160_000.0))),
            ("local_rope_theta", local.unwrap_or(json!(10_000.0))),
            ("classifier_pooling", json!("cls")),
        ],
        _ => vec![
            ("position_embedding_type", json!("absolute")),
            ("type_vocab_size", json!(1)),
            ("hidden_dropout_prob", json!(0.0)),
            ("attention_probs_dropout_prob", json!(0.0)),
            ("pad_token_id", json!(1)),
        ],
    };
    for (key, value) in defaults {
        let given = config.entry(key).or_insert(Value::Null);
        if given.is_null() {
            *given = value;
        }
    }
}

/// Refuses what candle would panic on, or pass over.
fn check(config: &Map<String, Value>, common: &Common, architecture: Architecture) -> Result<(), LargerError> {
    let (width, heads) = (common.hidden_size, common.num_attention_heads);
    if heads == 0 || !width.is_multiple_of(heads) || !(width / heads).is_multiple_of(2) {
        return Err(unsupported("num_attention_heads", &json!(heads), "a number of heads of even width"));
    }
    let single = [json!("single_label_classification"), Value::Null];
    let mut wanted: Vec<(&'static str, Vec<Value>, &'static str)> =
        vec![("problem_type", single.to_vec(), "single_label_classification")];
    let no = || vec![json!(false), Value::Null];
    match architecture {
        Architecture::DebertaV2 => {
            wanted.push(("conv_kernel_size", vec![json!(0), Value::Null], "0 (no convolution)"));
            wanted.push(("pooler_hidden_act", vec![json!("gelu")], "gelu"));
        }
        Architecture::Modernbert => {
            for key in ["attention_bias", "mlp_bias", "norm_bias", "classifier_bias"] {
                wanted.push((key, no(), "false"));
            }
            for key in ["hidden_activation", "classifier_activation"] {
                wanted.push((key, vec![json!("gelu"), Value::Null], "gelu"));
            }
            wanted.push(("classifier_pooling", vec![json!("cls"), json!("mean")], "cls or mean"));
        }
        _ => wanted.push(("position_embedding_type", vec![json!("absolute")], "absolute")),
    }
    for (key, allowed, expected) in wanted {
        let found = config.get(key).unwrap_or(&Value::Null);
        if !allowed.contains(found) {
            return Err(unsupported(key, found, expected));
        }
    }
    if architecture == Architecture::Modernbert && config.get("global_attn_every_n_layers") == Some(&json!(0)) {
        return Err(unsupported("global_attn_every_n_layers", &json!(0), "1 or more"));
    }
    Ok(())
}

fn unsupported(key: &'static str, found: &Value, expected: &'static str) -> LargerError {
    LargerError::Unsupported { key, found: found.to_string(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(model_type: &str, class: &str, more: Value) -> Vec<u8> {
        let mut config = json!({
            "model_type": model_type, "architectures": [class], "id2label": {"0": "conge", "1": "assurance"},
            "vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
            "max_position_embeddings": 514, "pad_token_id": 1,
        });
        for (key, value) in more.as_object().unwrap() {
            config[key] = value.clone();
        }
        serde_json::to_vec(&config).unwrap()
    }

    #[test]
    fn what_a_configuration_says() {
        let card = Card::parse(&config("camembert", "CamembertForSequenceClassification", json!({}))).unwrap();
        assert_eq!((card.architecture, card.task, card.window), (Architecture::Camembert, Task::Sequence, 512));
        assert_eq!(card.labels, ["conge", "assurance"]);
        let short = json!({ "max_position_embeddings": 34, "pad_token_id": 1 });
        let card = Card::parse(&config("xlm-roberta", "XLMRobertaForTokenClassification", short.clone())).unwrap();
        assert_eq!((card.task, card.window), (Task::Token, 32));
        let card = Card::parse(&config("modernbert", "ModernBertForTokenClassification", short)).unwrap();
        assert_eq!(card.window, 34);
    }

    #[test]
    fn what_is_not_done_here_is_refused_by_its_key() {
        struct Case(&'static str, &'static str, Value, &'static str);
        for Case(model_type, class, more, expected) in [
            Case("bert", "BertForSequenceClassification", json!({}), "unknown architecture \"bert\""),
            Case("qwen3", "Qwen3ForCausalLM", json!({}), "unknown architecture \"qwen3\""),
            Case("camembert", "CamembertForMaskedLM", json!({}), "is no classifier"),
            Case("deberta-v2", "DebertaV2ForTokenClassification", json!({"conv_kernel_size": 3}), "conv_kernel_size"),
            Case("modernbert", "ModernBertForSequenceClassification", json!({"mlp_bias": true}), "mlp_bias is true"),
            Case(
                "roberta",
                "RobertaForSequenceClassification",
                json!({"problem_type": "multi_label_classification"}),
                "problem_type",
            ),
            Case("roberta", "RobertaForSequenceClassification", json!({"id2label": {"0": "a", "2": "b"}}), "id2label"),
            Case(
                "roberta",
                "RobertaForSequenceClassification",
                json!({"num_attention_heads": 0}),
                "num_attention_heads",
            ),
            Case("roberta", "RobertaForSequenceClassification", json!({"max_position_embeddings": 9}), "16 or more"),
        ] {
            let error = Card::parse(&config(model_type, class, more)).unwrap_err().to_string();
            assert!(error.starts_with("config.json: ") && error.contains(expected), "{error}");
        }
        assert!(Card::parse(b"{").unwrap_err().to_string().contains("config.json does not parse"));
    }
}
