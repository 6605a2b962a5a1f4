//! Every architecture with every task, on tiny weights that are made here: what they say, and what is refused.

use super::tiny::Tiny;
use super::*;
use guichet_pipeline::document::Legibility;
use guichet_pipeline::encode::Encoder;
use guichet_pipeline::geometry::Rect;
use guichet_pipeline::mail::{Clue, TopicView, Topics};
use guichet_pipeline::text::{Line, Origin, TextLayer, Word};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

const ALL: [Architecture; 5] = [
    Architecture::Camembert,
    Architecture::Roberta,
    Architecture::XlmRoberta,
    Architecture::DebertaV2,
    Architecture::Modernbert,
];
const LETTERS: [&str; 3] = ["conge", "assurance", "autre"];
const FIELDS: [&str; 5] = ["O", "B-numero_contrat", "I-numero_contrat", "B-date_fin", "I-date_fin"];

/// A folder that goes away.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("larger-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn source(&self) -> PathBuf {
        self.0.join("source")
    }

    fn shelf(&self) -> Shelf {
        Shelf::new(&self.0.join("modeles"))
    }

    /// Registers a model as `m`, and loads it.
    fn added(&self, tiny: Tiny<'_>) -> Result<Larger, LargerError> {
        tiny.write(&self.source());
        self.shelf().add(&self.source(), "m", "EUPL-1.2", &vocabulary())?;
        self.shelf().load("m", &vocabulary())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn vocabulary() -> Vocabulary {
    let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    Vocabulary {
        categories: codes(&LETTERS),
        urgencies: codes(&["immediate", "normale"]),
        types: codes(&["rib", "passeport"]),
        fields: codes(&["numero_contrat", "date_fin"]),
    }
}

fn letters(architecture: Architecture, says: Option<usize>) -> Tiny<'static> {
    Tiny { architecture, task: Task::Sequence, labels: &LETTERS, says }
}

fn fields(architecture: Architecture, says: Option<usize>) -> Tiny<'static> {
    Tiny { architecture, task: Task::Token, labels: &FIELDS, says }
}

fn page(text: &str) -> ReadPage {
    let word = |(at, word): (usize, &str)| Word {
        text: word.to_owned(),
        rect: Rect::new(0.1, 0.01 * at as f32, 0.2, 0.01 * at as f32 + 0.005),
        confidence: 0.9,
    };
    let lines = text.split_whitespace().enumerate().filter_map(|each| Line::new(vec![word(each)])).collect();
    let layer = TextLayer { origin: Origin::Ocr, lines };
    let legibility = Legibility { confidence: 0.9, ink_covered: 1.0 };
    ReadPage::new(1, 0.7, layer, legibility)
}

#[test]
fn texts_of_any_length_have_chances_that_depend_on_them() {
    for architecture in ALL {
        let model = Place::new().added(letters(architecture, None)).unwrap();
        let long = "conge fuite bruit assurance contrat ".repeat(30);
        let told: Vec<_> = ["conge", "fuite bruit", &long].map(|text| model.text(text).unwrap()).to_vec();
        for chances in &told {
            let sum: f32 = chances.iter().map(|(_, chance)| chance).sum();
            assert!((sum - 1.0).abs() < 1e-4, "{architecture:?} {chances:?}");
        }
        assert_ne!(told[0], told[1], "{architecture:?}");
        assert_eq!(model.text("fuite bruit").unwrap(), told[1], "{architecture:?}");
        assert_eq!(model.text(""), None);
        assert_eq!(model.page(&page("conge")).unwrap().types, told[0]);
    }
}

#[test]
fn chances_are_those_of_the_formulas() {
    // The same weights through the published formulas, written once more in numpy with floats of 64 bits.
    let text = "conge fuite bruit assurance contrat n° du au conge fuite bruit contrat";
    for (architecture, expected) in [
        (Architecture::Camembert, [0.02171, 0.8722, 0.10609]),
        (Architecture::DebertaV2, [0.02556, 0.97443, 0.00001]),
        (Architecture::Modernbert, [0.00553, 0.13634, 0.85813]),
    ] {
        let told = Place::new().added(letters(architecture, None)).unwrap().text(text).unwrap();
        for ((_, chance), expected) in told.iter().zip(expected) {
            assert!((chance - expected).abs() < 2e-5, "{architecture:?} {told:?}");
        }
    }
}

#[test]
fn words_have_chances_that_depend_on_their_neighbours() {
    for architecture in ALL {
        let model = Place::new().added(fields(architecture, None)).unwrap();
        let said = |text: &str| model.page(&page(text)).unwrap();
        let view = said("contrat n° zzz du conge");
        assert_eq!(*view.fields, ["numero_contrat".to_owned(), "date_fin".to_owned()]);
        assert_eq!(view.words.len(), 5);
        assert!(view.words.iter().all(|word| word.chances.iter().sum::<f32>() <= 1.0001), "{view:?}");
        assert_ne!(said("fuite n° zzz du conge").words[1], view.words[1], "{architecture:?}");
        assert_eq!(said("contrat n° zzz du conge"), view);
        let long = "contrat n° zzz du conge ".repeat(20);
        let words = said(&long).words;
        assert!(words.len() == 100 && words.iter().all(|word| word.chances.iter().sum::<f32>() > 0.0), "{words:?}");
        assert_eq!(model.page(&page("")), None);
        assert_eq!(model.text("conge"), None);
    }
}

#[test]
fn weights_of_zero_say_what_the_bias_says() {
    // Of three labels, one with a bias of 20: exp(20) against 1 and 1.
    for architecture in ALL {
        let model = Place::new().added(letters(architecture, Some(1))).unwrap();
        let told = model.text("conge fuite").unwrap();
        assert_eq!(told[1].0, "assurance");
        assert!((told[1].1 - 1.0).abs() < 1e-6, "{architecture:?} {told:?}");
        let model = Place::new().added(fields(architecture, Some(3))).unwrap();
        let view = model.page(&page("contrat du")).unwrap();
        assert!(view.words.iter().all(|word| word.chances[1] > 0.999 && word.opens), "{architecture:?} {view:?}");
    }
}

#[test]
fn a_temperature_softens_chances_and_stays_what_it_was() {
    let place = Place::new();
    let tiny = letters(Architecture::Camembert, Some(1));
    tiny.write(&place.source());
    fs::write(place.source().join("calibration.toml"), "temperature = 20.0\n").unwrap();
    let model = place.added(tiny).unwrap();
    // exp(20 / 20) against 1 and 1.
    let expected = std::f32::consts::E / (std::f32::consts::E + 2.0);
    assert!((model.text("conge").unwrap()[1].1 - expected).abs() < 1e-5);

    let other = Place::new();
    other.added(tiny).unwrap();
    fs::write(other.0.join("modeles/m/calibration.toml"), "temperature = 2.0\n").unwrap();
    let error = other.shelf().load("m", &vocabulary()).unwrap_err();
    assert!(matches!(&error, LargerError::Unlisted { name } if name == "calibration.toml"), "{error}");
}

#[test]
fn categories_and_levels_of_urgency_are_two_questions() {
    let labels = ["conge", "immediate", "assurance", "normale"];
    let tiny = Tiny { labels: &labels, ..letters(Architecture::Roberta, None) };
    let told = Place::new().added(tiny).unwrap().text("fuite bruit").unwrap();
    let sum = |codes: [&str; 2]| -> f32 {
        told.iter().filter(|(code, _)| codes.contains(&code.as_str())).map(|(_, chance)| chance).sum()
    };
    assert!((sum(["conge", "assurance"]) - 1.0).abs() < 1e-5 && (sum(["immediate", "normale"]) - 1.0).abs() < 1e-5);
}

#[test]
fn weights_in_several_files_are_the_same_model() {
    let place = Place::new();
    let tiny = letters(Architecture::DebertaV2, None);
    let whole = place.added(tiny).unwrap().text("conge").unwrap();
    let (mut one, mut two) = (std::collections::HashMap::new(), std::collections::HashMap::new());
    let mut map = serde_json::Map::new();
    for (at, (name, tensor)) in tiny.tensors().into_iter().enumerate() {
        let (file, into) = if at % 2 == 0 { ("a.safetensors", &mut one) } else { ("b.safetensors", &mut two) };
        map.insert(name.clone(), file.into());
        into.insert(name, tensor);
    }
    let source = place.source();
    fs::remove_file(source.join("model.safetensors")).unwrap();
    candle_core::safetensors::save(&one, source.join("a.safetensors")).unwrap();
    candle_core::safetensors::save(&two, source.join("b.safetensors")).unwrap();
    let index = |map: &serde_json::Map<String, serde_json::Value>| {
        fs::write(source.join("model.safetensors.index.json"), serde_json::json!({ "weight_map": map }).to_string())
    };
    index(&map).unwrap();
    place.shelf().add(&source, "sharded", "", &vocabulary()).unwrap();
    assert_eq!(place.shelf().load("sharded", &vocabulary()).unwrap().text("conge").unwrap(), whole);
    map.insert("x".to_owned(), "../secret.safetensors".into());
    index(&map).unwrap();
    let error = place.shelf().add(&source, "escaping", "", &vocabulary()).unwrap_err().to_string();
    assert!(error.contains("index.json") && error.contains("secret"), "{error}");
}

#[test]
fn what_does_not_fit_is_refused_and_leaves_nothing() {
    struct Case(&'static str, fn(&Path), &'static str);
    let cases = [
        Case(
            "tensor",
            |folder| rewritten(folder, |tensors| drop(tensors.remove("classifier.dense.bias"))),
            "classifier.dense.bias",
        ),
        Case(
            "shape",
            |folder| {
                rewritten(folder, |tensors| {
                    let narrow = tensors["classifier.dense.weight"].narrow(0, 0, 8).unwrap();
                    tensors.insert("classifier.dense.weight".to_owned(), narrow);
                })
            },
            "model.safetensors does not fit config.json: shape mismatch",
        ),
        Case(
            "weights",
            |folder| fs::remove_file(folder.join("model.safetensors")).unwrap(),
            "model.safetensors is missing",
        ),
        Case(
            "tokenizer",
            |folder| fs::remove_file(folder.join("tokenizer.json")).unwrap(),
            "tokenizer.json is missing",
        ),
        Case("config", |folder| fs::write(folder.join("config.json"), "{").unwrap(), "config.json does not parse"),
        Case(
            "pickle",
            |folder| fs::write(folder.join("model.safetensors"), "PK").unwrap(),
            "model.safetensors does not parse",
        ),
        Case(
            "temperature",
            |folder| fs::write(folder.join("calibration.toml"), "temperature = 0.0").unwrap(),
            "calibration.toml does not parse: temperature is 0",
        ),
    ];
    for Case(name, harm, expected) in cases {
        let place = Place::new();
        letters(Architecture::Camembert, None).write(&place.source());
        harm(&place.source());
        let error = place.shelf().add(&place.source(), "m", "", &vocabulary()).unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
        let left = fs::read_dir(place.0.join("modeles")).map(|entries| entries.count()).unwrap_or_default();
        assert_eq!(left, 0, "{name}");
    }
    let labels = ["conge", "LABEL_1"];
    let unknown = Place::new().added(Tiny { labels: &labels, ..letters(Architecture::Camembert, None) });
    assert!(unknown.unwrap_err().to_string().contains("unknown to the rules (letters): LABEL_1"));
    let lost = Place::new();
    modern_without_norm(&lost.source());
    let error = lost.shelf().add(&lost.source(), "m", "", &vocabulary()).unwrap_err().to_string();
    assert!(error.contains("cannot find tensor model.layers.1.attn_norm.weight"), "{error}");
}

fn rewritten(folder: &Path, change: fn(&mut std::collections::HashMap<String, candle_core::Tensor>)) {
    let mut tensors = letters(Architecture::Camembert, None).tensors();
    change(&mut tensors);
    candle_core::safetensors::save(&tensors, folder.join("model.safetensors")).unwrap();
}

fn modern_without_norm(folder: &Path) {
    let tiny = letters(Architecture::Modernbert, None);
    tiny.write(folder);
    let mut tensors = tiny.tensors();
    tensors.remove("model.layers.1.attn_norm.weight").unwrap();
    candle_core::safetensors::save(&tensors, folder.join("model.safetensors")).unwrap();
}

#[test]
fn a_model_is_listed_proven_refused_when_a_byte_differs_and_removed() {
    let place = Place::new();
    let model = place.added(letters(Architecture::Camembert, None)).unwrap();
    let shelf = place.shelf();
    assert_eq!(shelf.all().unwrap(), [model.manifest().clone()]);
    assert_eq!((model.manifest().purpose, model.manifest().files.len()), (Purpose::Letters, 3));
    let again = shelf.add(&place.source(), "m", "", &vocabulary()).unwrap_err();
    assert!(matches!(again, LargerError::Taken { .. }), "{again}");
    for name in ["config.json", "model.safetensors", "tokenizer.json"] {
        let path = place.0.join("modeles/m").join(name);
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        *bad.last_mut().unwrap() ^= 1;
        fs::write(&path, bad).unwrap();
        for error in [shelf.verify("m").unwrap_err(), shelf.load("m", &vocabulary()).unwrap_err()] {
            assert!(matches!(&error, LargerError::Hash { name: of, .. } if of == name), "{error}");
        }
        fs::write(&path, good).unwrap();
    }
    shelf.verify("m").unwrap();
    let fewer = Vocabulary { categories: vec!["conge".to_owned()], ..vocabulary() };
    assert!(matches!(shelf.load("m", &fewer), Err(LargerError::Labels { .. })));
    shelf.remove("m").unwrap();
    assert_eq!(shelf.all().unwrap(), []);
    assert!(matches!(shelf.remove("m"), Err(LargerError::Absent { .. })));
    for name in ["", "..", "a/b", ".m", "é"] {
        assert!(matches!(shelf.load(name, &vocabulary()), Err(LargerError::Name { .. })), "{name}");
    }
}

/// The codes that a generator chooses among.
fn choosing() -> Vocabulary {
    let categories = ["conge", "courrier_elu", "courrier_juridique"].map(str::to_owned).to_vec();
    Vocabulary { categories, ..vocabulary() }
}

fn generator(place: &Place, says: Option<&[(&str, f32)]>) -> Larger {
    tiny::qwen(&place.source(), "qwen3", says);
    place.shelf().add(&place.source(), "q", "", &choosing()).unwrap();
    place.shelf().load("q", &choosing()).unwrap()
}

#[test]
fn a_generator_says_nothing_but_codes() {
    let place = Place::new();
    let model = generator(&place, Some(&[("conge", 3.0_f32.ln()), ("juridique", 4.0_f32.ln()), ("fuite", 50.0)]));
    assert_eq!((model.manifest().task, model.manifest().purpose), (Task::Choice, Purpose::Letters));
    let told = model.text("conge fuite").unwrap();
    for ((code, chance), (expected, right)) in
        told.iter().zip([("conge", 0.75), ("courrier_elu", 0.25 * 0.2), ("courrier_juridique", 0.25 * 0.8)])
    {
        assert!(code == expected && (chance - right).abs() < 1e-4, "{told:?}");
    }
    assert_eq!(model.text(""), None);
    assert!(model.manifest().version().ends_with("courrier_juridique"));

    let place = Place::new();
    let model = generator(&place, None);
    let (one, two) = (model.text("conge fuite").unwrap(), model.text("bruit").unwrap());
    assert_ne!(one, two);
    assert_eq!(model.text("conge fuite").unwrap(), one);
    assert!((one.iter().map(|(_, chance)| chance).sum::<f32>() - 1.0).abs() < 1e-4, "{one:?}");

    tiny::qwen(&place.source(), "qwen2", None);
    let error = place.shelf().add(&place.source(), "other", "", &choosing()).unwrap_err().to_string();
    assert!(error.starts_with("tiny.gguf: unknown architecture \"qwen2\""), "{error}");
    // `autre` and a word it does not know are the same to this tokenizer.
    tiny::qwen(&place.source(), "qwen3", None);
    let alike = Vocabulary { categories: vec!["autre".to_owned(), "publicite".to_owned()], ..vocabulary() };
    let error = place.shelf().add(&place.source(), "alike", "", &alike).unwrap_err().to_string();
    assert!(error.contains("tokenizer.json") && error.contains("two codes alike"), "{error}");
}

/// Tables that always say the same.
#[derive(Debug)]
struct Tables;

impl Topics for Tables {
    fn letter(&self, _: &[Clue]) -> Option<f32> {
        Some(0.7)
    }

    fn view(&self, _: &[Clue], _: &str) -> Option<TopicView> {
        let chances = [("conge", 0.9_f32), ("assurance", 0.1)].map(|(code, chance)| (code.to_owned(), chance));
        Some(TopicView { categories: chances.to_vec(), urgencies: vec![("normale".to_owned(), 1.0)] })
    }

    fn version(&self) -> String {
        "tables".to_owned()
    }
}

#[test]
fn a_sure_model_moves_the_category_and_counts_in_the_version() {
    let place = Place::new();
    let model = place.added(letters(Architecture::XlmRoberta, Some(1))).unwrap();
    let hash = model.manifest().files[0].sha256.clone();
    let both = LettersBeside::new(Arc::new(Tables), model, vocabulary().urgencies);
    let view = both.view(&[], "conge fuite").unwrap();
    let best = view.categories.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert_eq!(best.0, "assurance", "{view:?}");
    assert_eq!(view.urgencies, [("normale".to_owned(), 1.0)]);
    assert_eq!(both.view(&[], ""), Tables.view(&[], ""));
    assert_eq!(both.letter(&[]), Some(0.7));
    assert!(both.version().starts_with("tables ") && both.version().contains(&hash));
}

#[test]
fn a_model_of_words_reads_pages_alone_or_beside() {
    let model = Place::new().added(fields(Architecture::Camembert, Some(3))).unwrap();
    let alone = PagesBeside::new(None, model);
    let view = alone.view(&page("contrat du conge")).unwrap();
    assert!(view.types.is_empty() && view.words.len() == 3, "{view:?}");
    assert_eq!(alone.view(&page("")), None);
}
