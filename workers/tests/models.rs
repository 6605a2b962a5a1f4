//! `guichet models` from the outside: a model that a house brings is registered, changes what is said of a letter, and is
//! refused as soon as a byte of it differs.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;
use std::process::Output;
use support::{attestation, guichet, lines, pdf, put, tiny, told};

/// A letter of which the tables and the rules are not sure what it is about.
const LETTER: &str = "From: Julie Martel <julie@exemple.example>\r\nTo: accueil@bailleur.example\r\nSubject: Bonjour\r\n\
    Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
    Bonjour,\r\nje reviens vers vous comme convenu. Dans l'attente de votre retour.\r\nJulie Martel\r\n";

/// A house whose settings are `settings`, with the letter and the model beside it.
struct House(tempfile::TempDir);

impl House {
    fn new() -> Self {
        let house = Self(tempfile::tempdir().unwrap());
        tiny::write(&house.0.path().join("source"), "publicite");
        put(house.0.path(), "lettre.eml", LETTER.as_bytes());
        put(house.0.path(), "papier.pdf", &pdf(&[attestation("Julie MARTEL", "HAB4512987")]));
        house.settings("");
        house
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    /// Writes the settings of the house, its models in a folder of their own.
    fn settings(&self, more: &str) {
        put(self.root(), "guichet.toml", format!("[modeles]\ndossier = \"modeles\"\n{more}").as_bytes());
    }

    fn run(&self, arguments: &[&str]) -> Output {
        guichet(arguments).args(["--config", "guichet.toml"]).current_dir(self.root()).output().unwrap()
    }

    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", told(&output));
        told(&output)
    }

    fn category(&self) -> String {
        let output = self.run(&["process", "--as-of", "2026-11-23", "lettre.eml"]);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        lines(&output)[0]["segments"][0]["fields"]["categorie"]["value"].as_str().unwrap().to_owned()
    }

    /// Turns a bit of a file of the registered model.
    fn harm(&self, name: &str) {
        let path = self.root().join("modeles/essai").join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(path, bytes).unwrap();
    }
}

#[test]
fn a_model_of_the_house_moves_the_category_until_a_byte_differs() {
    let house = House::new();
    let before = house.category();
    assert_ne!(before, "publicite");
    let said = house.done(&["models", "add", "source", "--name", "essai", "--licence", "MIT"]);
    assert!(said.contains("essai : camembert, dit la catégorie") && said.contains("courriers = \"essai\""), "{said}");
    assert_eq!(house.category(), before, "nothing changes before the settings name it");

    house.settings("courriers = \"essai\"\n");
    assert_eq!(house.category(), "publicite");
    let listed = house.done(&["models", "list"]);
    assert!(listed.starts_with("essai ") && listed.contains("MIT [courriers]"), "{listed}");
    assert!(house.done(&["models", "verify"]).contains("3 fichiers conformes"));
    let used = house.refused(&["models", "remove", "essai"]);
    assert!(used.contains("vider d'abord modeles.courriers"), "{used}");

    house.harm("model.safetensors");
    for arguments in [&["process", "lettre.eml"][..], &["models", "verify"], &["work", "--drain"]] {
        let said = house.refused(arguments);
        assert!(said.contains("poids refusés : model.safetensors n'est pas celui du manifeste"), "{said}");
    }
    house.settings("");
    house.done(&["models", "remove", "essai"]);
    assert_eq!(house.done(&["models", "list"]), "");
}

#[test]
fn what_cannot_be_used_is_refused_with_the_file_and_the_remedy() {
    let house = House::new();
    struct Case(&'static str, &'static str, &'static [&'static str]);
    let config = tiny::config(&["conge", "LABEL_1", "LABEL_2"]).to_string();
    put(house.root(), "sans-codes/config.json", config.as_bytes());
    put(house.root(), "sans-codes/tokenizer.json", b"{}");
    put(house.root(), "sans-codes/model.safetensors", b"");
    put(house.root(), "vide/LISEZMOI", b"");
    for Case(folder, name, expected) in [
        Case("sans-codes", "m", &["config.json", "LABEL_1, LABEL_2", "écrire dans id2label"]),
        Case("vide", "m", &["vide/config.json : absent", "model.safetensors"]),
        Case("nulle-part", "m", &["nulle-part : absent"]),
        Case("source", "à côté", &["« à côté »", "--name"]),
    ] {
        let said = house.refused(&["models", "add", folder, "--name", name]);
        assert!(expected.iter().all(|part| said.contains(part)), "{folder}: {said}");
    }
    house.done(&["models", "add", "source"]);
    assert!(house.refused(&["models", "add", "source"]).contains("il y a déjà un modèle « source »"));
    house.settings("pieces = \"source\"\n");
    let said = house.refused(&["process", "lettre.eml"]);
    assert!(said.contains("modeles.pieces = « source »") && said.contains("il faut ici"), "{said}");
    house.settings("courriers = \"autre\"\n");
    assert!(house.refused(&["doctor"]).contains("aucun modèle « autre »"));
}

#[test]
fn models_are_measured_beside_those_that_ship() {
    let house = House::new();
    house.done(&["models", "add", "source", "--name", "essai"]);
    let said = house.done(&["models", "bench", "--pages", "3"]);
    let names = ["encodeur du programme", "tables des courriers", "essai"];
    assert!(names.iter().all(|name| said.lines().any(|line| line.starts_with(name))), "{said}");
    assert!(said.starts_with("3 page(s), inventées par le programme, 300 mots"), "{said}");
    let said = house.done(&["models", "bench", "--pages", "3", "papier.pdf"]);
    assert!(said.contains("étape par étape : lire") && said.contains("essai"), "{said}");
}
