//! Models small enough to be made in a test, with the names that Hugging Face gives their tensors.

use super::card::{Architecture, Task};
use candle_core::{Device, Tensor};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;

/// Numbers of tokens.
pub(super) const TOKENS: usize = 40;
/// The token before a text, and the one behind it.
pub(super) const BEGIN: u32 = 0;
pub(super) const END: u32 = 2;
const WIDTH: usize = 16;
const INNER: usize = 32;
const LAYERS: usize = 2;
/// Positions of a RoBERTa: 32 and the two before them.
const POSITIONS: usize = 34;
const WORDS: [&str; 12] =
    ["conge", "fuite", "bruit", "assurance", "contrat", "n°", "du", "au", "courrier", "elu", "juridique", "_"];

/// What a tiny model is to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tiny<'a> {
    pub(super) architecture: Architecture,
    pub(super) task: Task,
    pub(super) labels: &'a [&'a str],
    /// The label that it says of everything, by the bias alone; random weights otherwise.
    pub(super) says: Option<usize>,
}

impl Tiny<'_> {
    /// Writes its three files.
    pub(super) fn write(&self, folder: &Path) {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("config.json"), self.config().to_string()).unwrap();
        std::fs::write(folder.join("tokenizer.json"), tokenizer()).unwrap();
        candle_core::safetensors::save(&self.tensors(), folder.join("model.safetensors")).unwrap();
    }

    fn config(&self) -> Value {
        let class = match self.task {
            Task::Token => "TinyForTokenClassification",
            _ => "TinyForSequenceClassification",
        };
        let labels: HashMap<String, &str> =
            self.labels.iter().enumerate().map(|(at, label)| (at.to_string(), *label)).collect();
        let mut config = json!({
            "model_type": self.architecture.name(), "architectures": [class], "id2label": labels,
            "vocab_size": TOKENS, "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": 2,
            "intermediate_size": INNER, "pad_token_id": 1, "max_position_embeddings": POSITIONS, "layer_norm_eps": 1e-5,
        });
        let more = match self.architecture {
            Architecture::DebertaV2 => json!({
                "hidden_act": "gelu", "relative_attention": true, "position_buckets": 8, "pos_att_type": "p2c|c2p",
                "share_att_key": true, "norm_rel_ebd": "layer_norm", "position_biased_input": false,
                "type_vocab_size": 0, "pooler_hidden_size": WIDTH, "max_position_embeddings": 32,
            }),
            Architecture::Modernbert => json!({
                "global_attn_every_n_layers": 2, "local_attention": 8, "global_rope_theta": 160000.0,
                "local_rope_theta": 10000.0, "norm_eps": 1e-5, "classifier_pooling": "mean",
            }),
            _ => json!({ "hidden_act": "gelu" }),
        };
        more.as_object().unwrap().iter().for_each(|(key, value)| config[key] = value.clone());
        config
    }

    /// Gives its tensors.
    pub(super) fn tensors(&self) -> HashMap<String, Tensor> {
        let mut made = Made::default();
        match self.architecture {
            Architecture::DebertaV2 => deberta(&mut made),
            Architecture::Modernbert => modern(&mut made),
            _ => roberta(&mut made),
        }
        let last = match (self.architecture, self.task) {
            (Architecture::Modernbert, _) => {
                made.weight("head.dense", WIDTH, WIDTH);
                made.norm("head.norm", false);
                "classifier"
            }
            (_, Task::Token) => "classifier",
            (Architecture::DebertaV2, _) => {
                made.linear("pooler.dense", WIDTH, WIDTH);
                "classifier"
            }
            _ => {
                made.linear("classifier.dense", WIDTH, WIDTH);
                "classifier.out_proj"
            }
        };
        made.linear(last, self.labels.len(), WIDTH);
        if let Some(label) = self.says {
            let bias: Vec<f32> = (0..self.labels.len()).map(|at| if at == label { 20.0 } else { 0.0 }).collect();
            let zeros = vec![0.0; self.labels.len() * WIDTH];
            made.put(&format!("{last}.weight"), zeros, &[self.labels.len(), WIDTH]);
            made.put(&format!("{last}.bias"), bias, &[self.labels.len()]);
        }
        made.tensors
    }
}

fn roberta(made: &mut Made) {
    made.table("roberta.embeddings.word_embeddings", TOKENS);
    made.table("roberta.embeddings.position_embeddings", POSITIONS);
    made.table("roberta.embeddings.token_type_embeddings", 1);
    made.norm("roberta.embeddings.LayerNorm", true);
    layers(made, "roberta.encoder.layer", ["query", "key", "value"]);
}

fn deberta(made: &mut Made) {
    made.table("deberta.embeddings.word_embeddings", TOKENS);
    made.norm("deberta.embeddings.LayerNorm", true);
    made.table("deberta.encoder.rel_embeddings", 16);
    made.norm("deberta.encoder.LayerNorm", true);
    layers(made, "deberta.encoder.layer", ["query_proj", "key_proj", "value_proj"]);
}

fn layers(made: &mut Made, under: &str, asked: [&str; 3]) {
    for layer in 0..LAYERS {
        for name in asked {
            made.linear(&format!("{under}.{layer}.attention.self.{name}"), WIDTH, WIDTH);
        }
        made.linear(&format!("{under}.{layer}.attention.output.dense"), WIDTH, WIDTH);
        made.norm(&format!("{under}.{layer}.attention.output.LayerNorm"), true);
        made.linear(&format!("{under}.{layer}.intermediate.dense"), INNER, WIDTH);
        made.linear(&format!("{under}.{layer}.output.dense"), WIDTH, INNER);
        made.norm(&format!("{under}.{layer}.output.LayerNorm"), true);
    }
}

fn modern(made: &mut Made) {
    made.table("model.embeddings.tok_embeddings", TOKENS);
    made.norm("model.embeddings.norm", false);
    made.norm("model.final_norm", false);
    for layer in 0..LAYERS {
        let under = format!("model.layers.{layer}");
        made.weight(&format!("{under}.attn.Wqkv"), 3 * WIDTH, WIDTH);
        made.weight(&format!("{under}.attn.Wo"), WIDTH, WIDTH);
        made.weight(&format!("{under}.mlp.Wi"), 2 * INNER, WIDTH);
        made.weight(&format!("{under}.mlp.Wo"), WIDTH, INNER);
        made.norm(&format!("{under}.mlp_norm"), false);
        if layer > 0 {
            made.norm(&format!("{under}.attn_norm"), false);
        }
    }
}

/// Gives the number of a word.
pub(super) fn token(word: &str) -> usize {
    4 + WORDS.iter().position(|known| *known == word).unwrap()
}

/// Writes the two files of a quantised Qwen: random, or saying of everything that tokens have these scores.
pub(super) fn qwen(folder: &Path, architecture: &str, says: Option<&[(&str, f32)]>) {
    let (width, head) = (32, 16);
    let mut made = Made::default();
    for (name, rows, inner) in [
        ("token_embd", TOKENS, width),
        ("output", TOKENS, width),
        ("blk.0.attn_q", 2 * head, width),
        ("blk.0.attn_k", head, width),
        ("blk.0.attn_v", head, width),
        ("blk.0.attn_output", width, 2 * head),
        ("blk.0.ffn_gate", 64, width),
        ("blk.0.ffn_up", 64, width),
        ("blk.0.ffn_down", width, 64),
    ] {
        made.weight(name, rows, inner);
    }
    for (name, size) in [
        ("output_norm", width),
        ("blk.0.attn_norm", width),
        ("blk.0.ffn_norm", width),
        ("blk.0.attn_q_norm", head),
        ("blk.0.attn_k_norm", head),
    ] {
        made.put(&format!("{name}.weight"), vec![1.0; size], &[size]);
    }
    if let Some(says) = says {
        // Every token is a row of ones that nothing changes on its way: the scores are the sums of the last rows.
        made.put("token_embd.weight", vec![1.0; TOKENS * width], &[TOKENS, width]);
        made.put("blk.0.attn_output.weight", vec![0.0; width * 2 * head], &[width, 2 * head]);
        made.put("blk.0.ffn_down.weight", vec![0.0; width * 64], &[width, 64]);
        let score = |at: usize| says.iter().find(|(word, _)| token(word) == at).map_or(0.0, |(_, score)| *score);
        let rows = (0..TOKENS * width).map(|at| score(at / width) / width as f32).collect();
        made.put("output.weight", rows, &[TOKENS, width]);
    }
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("tokenizer.json"), tokenizer()).unwrap();
    write_gguf(&folder.join("tiny.gguf"), architecture, &made.tensors, width as u32, head as u32);
}

fn write_gguf(path: &Path, architecture: &str, tensors: &HashMap<String, Tensor>, width: u32, head: u32) {
    use candle_core::quantized::gguf_file::{Value, write};
    use candle_core::quantized::{GgmlDType, QTensor};
    let numbers = [
        ("attention.head_count", Value::U32(2)),
        ("attention.head_count_kv", Value::U32(1)),
        ("attention.key_length", Value::U32(head)),
        ("block_count", Value::U32(1)),
        ("embedding_length", Value::U32(width)),
        ("context_length", Value::U32(2048)),
        ("attention.layer_norm_rms_epsilon", Value::F32(1e-6)),
        ("rope.freq_base", Value::F32(10_000.0)),
    ];
    let numbers = numbers.map(|(name, value)| (format!("qwen3.{name}"), value));
    let named = Value::String(architecture.to_owned());
    let mut metadata: Vec<(&str, &Value)> = vec![("general.architecture", &named)];
    metadata.extend(numbers.iter().map(|(name, value)| (name.as_str(), value)));
    let quantised = |tensor: &Tensor| QTensor::quantize(tensor, GgmlDType::F32).unwrap();
    let tensors: Vec<(&str, QTensor)> =
        tensors.iter().map(|(name, tensor)| (name.as_str(), quantised(tensor))).collect();
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (*name, tensor)).collect();
    write(&mut std::fs::File::create(path).unwrap(), &metadata, &tensors).unwrap();
}

/// Tensors of numbers that look random and are the same each time.
#[derive(Default)]
struct Made {
    tensors: HashMap<String, Tensor>,
    state: u32,
}

impl Made {
    fn put(&mut self, name: &str, values: Vec<f32>, shape: &[usize]) {
        self.tensors.insert(name.to_owned(), Tensor::from_vec(values, shape, &Device::Cpu).unwrap());
    }

    fn random(&mut self, name: &str, shape: &[usize]) {
        let values = (0..shape.iter().product::<usize>()).map(|_| {
            self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (self.state >> 8) as f32 / (1 << 23) as f32 - 1.0
        });
        let values: Vec<f32> = values.collect();
        self.put(name, values, shape);
    }

    fn table(&mut self, name: &str, rows: usize) {
        self.random(&format!("{name}.weight"), &[rows, WIDTH]);
    }

    fn weight(&mut self, name: &str, out: usize, inner: usize) {
        self.random(&format!("{name}.weight"), &[out, inner]);
    }

    fn linear(&mut self, name: &str, out: usize, inner: usize) {
        self.weight(name, out, inner);
        self.random(&format!("{name}.bias"), &[out]);
    }

    fn norm(&mut self, name: &str, bias: bool) {
        self.put(&format!("{name}.weight"), vec![1.0; WIDTH], &[WIDTH]);
        if bias {
            self.put(&format!("{name}.bias"), vec![0.0; WIDTH], &[WIDTH]);
        }
    }
}

/// Gives a tokenizer of whole words between a token that begins and one that ends.
pub(super) fn tokenizer() -> Vec<u8> {
    let special = [("<s>", BEGIN), ("<pad>", 1), ("</s>", END), ("<unk>", 3), ("<|im_start|>", 30), ("<|im_end|>", 31)];
    let words = WORDS.iter().enumerate().map(|(at, word)| (*word, 4 + at as u32));
    let last = std::iter::once(("zzz", TOKENS as u32 - 1));
    let vocab: HashMap<&str, u32> = special.into_iter().chain(words).chain(last).collect();
    let added: Vec<Value> = special
        .iter()
        .map(|(content, id)| {
            json!({"id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true})
        })
        .collect();
    let token = |name: &str| json!({"SpecialToken": {"id": name, "type_id": 0}});
    let known = |name: &str, id: u32| json!({"id": name, "ids": [id], "tokens": [name]});
    let json = json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": added, "normalizer": null,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"},
            {"type": "Split", "pattern": {"String": "_"}, "behavior": "Isolated", "invert": false}]},
        "post_processor": {"type": "TemplateProcessing",
            "single": [token("<s>"), {"Sequence": {"id": "A", "type_id": 0}}, token("</s>")],
            "pair": [token("<s>"), {"Sequence": {"id": "A", "type_id": 0}}, token("</s>"),
                {"Sequence": {"id": "B", "type_id": 0}}, token("</s>")],
            "special_tokens": {"<s>": known("<s>", BEGIN), "</s>": known("</s>", END)}},
        "decoder": null,
        "model": {"type": "WordLevel", "vocab": vocab, "unk_token": "<unk>"},
    });
    json.to_string().into_bytes()
}
