//! A CamemBERT of three files that says one category of every letter: weights of zero under a bias.

use super::put;
use guichet_pipeline::rules::Rules;
use serde_json::{Map, Value, json};
use std::path::Path;

const WIDTH: usize = 16;
const INNER: usize = 32;
const TOKENS: usize = 8;
const POSITIONS: usize = 66;

/// Writes the model into `folder`, with the categories of the rules as its labels.
pub(crate) fn write(folder: &Path, category: &str) {
    let rules = Rules::embedded().unwrap();
    let labels: Vec<&str> = rules.mail.categories.iter().map(|category| category.code.as_str()).collect();
    put(folder, "config.json", config(&labels).to_string().as_bytes());
    put(folder, "tokenizer.json", tokenizer().to_string().as_bytes());
    let says = labels.iter().position(|label| *label == category).unwrap();
    put(folder, "model.safetensors", &safetensors(&tensors(labels.len(), says)));
}

/// Gives its configuration.
pub(crate) fn config(labels: &[&str]) -> Value {
    let labels: Map<String, Value> =
        labels.iter().enumerate().map(|(at, label)| (at.to_string(), json!(label))).collect();
    json!({
        "model_type": "camembert", "architectures": ["CamembertForSequenceClassification"], "id2label": labels,
        "vocab_size": TOKENS, "hidden_size": WIDTH, "num_hidden_layers": 1, "num_attention_heads": 2,
        "intermediate_size": INNER, "pad_token_id": 1, "max_position_embeddings": POSITIONS, "layer_norm_eps": 1e-5,
        "hidden_act": "gelu",
    })
}

fn tokenizer() -> Value {
    let token = |name: &str| json!({"SpecialToken": {"id": name, "type_id": 0}});
    let known = |name: &str, id: u32| json!({"id": name, "ids": [id], "tokens": [name]});
    let text = json!({"Sequence": {"id": "A", "type_id": 0}});
    let more = json!({"Sequence": {"id": "B", "type_id": 0}});
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": {"type": "TemplateProcessing", "single": [token("<s>"), text, token("</s>")],
            "pair": [token("<s>"), text, token("</s>"), more, token("</s>")],
            "special_tokens": {"<s>": known("<s>", 0), "</s>": known("</s>", 2)}},
        "decoder": null,
        "model": {"type": "WordLevel", "vocab": {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}, "unk_token": "<unk>"},
    })
}

type Named = (String, Vec<usize>, f32);

/// Gives names, shapes and the value that fills each; the last bias apart all weights are nothing.
fn tensors(labels: usize, says: usize) -> (Vec<Named>, Vec<f32>) {
    let mut all: Vec<Named> = Vec::new();
    let mut linear = |name: &str, out: usize, inner: usize| {
        all.push((format!("{name}.weight"), vec![out, inner], 0.0));
        all.push((format!("{name}.bias"), vec![out], 0.0));
    };
    let layer = "roberta.encoder.layer.0";
    for name in ["self.query", "self.key", "self.value", "output.dense"] {
        linear(&format!("{layer}.attention.{name}"), WIDTH, WIDTH);
    }
    linear(&format!("{layer}.intermediate.dense"), INNER, WIDTH);
    linear(&format!("{layer}.output.dense"), WIDTH, INNER);
    linear("classifier.dense", WIDTH, WIDTH);
    for (name, rows) in [("word", TOKENS), ("position", POSITIONS), ("token_type", 1)] {
        all.push((format!("roberta.embeddings.{name}_embeddings.weight"), vec![rows, WIDTH], 0.5));
    }
    for name in ["roberta.embeddings".to_owned(), format!("{layer}.attention.output"), format!("{layer}.output")] {
        all.push((format!("{name}.LayerNorm.weight"), vec![WIDTH], 1.0));
        all.push((format!("{name}.LayerNorm.bias"), vec![WIDTH], 0.0));
    }
    all.push(("classifier.out_proj.weight".to_owned(), vec![labels, WIDTH], 0.0));
    (all, (0..labels).map(|at| if at == says { 20.0 } else { 0.0 }).collect())
}

/// Gives the bytes of a safetensors file: the length of the header, the header, the floats.
fn safetensors((filled, bias): &(Vec<Named>, Vec<f32>)) -> Vec<u8> {
    let mut header = Map::new();
    let mut data: Vec<u8> = Vec::new();
    let mut push = |name: &str, shape: &[usize], values: &mut dyn Iterator<Item = f32>| {
        let begin = data.len();
        data.extend(values.flat_map(f32::to_le_bytes));
        header.insert(name.to_owned(), json!({"dtype": "F32", "shape": shape, "data_offsets": [begin, data.len()]}));
    };
    for (name, shape, value) in filled {
        push(name, shape, &mut std::iter::repeat_n(*value, shape.iter().product()));
    }
    push("classifier.out_proj.bias", &[bias.len()], &mut bias.iter().copied());
    let mut header = Value::Object(header).to_string();
    header.extend(std::iter::repeat_n(' ', (8 - header.len() % 8) % 8));
    [(header.len() as u64).to_le_bytes().as_slice(), header.as_bytes(), &data].concat()
}
