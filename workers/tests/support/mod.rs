//! Papers made by hand and runs of the program, for the tests of `guichet-workers`.

#![allow(dead_code, clippy::unwrap_used)]

pub(crate) mod tiny;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program with its arguments, away from any terminal.
pub(crate) fn guichet(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guichet"));
    command.args(arguments).env_remove("NO_COLOR");
    command
}

/// Runs the program.
pub(crate) fn run(arguments: &[&str]) -> Output {
    guichet(arguments).output().unwrap()
}

/// What the program printed on standard error.
pub(crate) fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The result lines on standard output.
pub(crate) fn lines(output: &Output) -> Vec<serde_json::Value> {
    json_lines(&String::from_utf8(output.stdout.clone()).unwrap())
}

/// The result lines of a file.
pub(crate) fn file_lines(path: &Path) -> Vec<serde_json::Value> {
    json_lines(&std::fs::read_to_string(path).unwrap())
}

fn json_lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Writes `bytes` under `folder` and gives the path as text.
pub(crate) fn put(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path: PathBuf = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A PDF with a text of its own: a page for each item, a line for each line of it. ASCII only.
pub(crate) fn pdf(pages: &[String]) -> Vec<u8> {
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned(), String::new()];
    objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned());
    let mut kids = Vec::new();
    for text in pages {
        let mut content = String::from("BT /F1 11 Tf 14 TL 60 780 Td\n");
        for line in text.lines() {
            let line = line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
            content.push_str(&format!("({line}) Tj T*\n"));
        }
        content.push_str("ET\n");
        objects.push(format!("<< /Length {} >>\nstream\n{content}endstream", content.len()));
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            objects.len()
        ));
        kids.push(format!("{} 0 R", objects.len()));
    }
    objects[1] = format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), kids.len());
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
    }
    let start = file.len();
    file.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1));
    for place in places {
        file.push_str(&format!("{place:010} 00000 n \n"));
    }
    file.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1));
    file.into_bytes()
}

/// An attestation for an invented tenant.
pub(crate) fn attestation(name: &str, number: &str) -> String {
    format!(
        "MAIF\nATTESTATION D'ASSURANCE HABITATION\nNous attestons que {name}\na souscrit un contrat d'assurance multirisque habitation\n\
         Contrat n. {number}\nAdresse du risque : 12 rue des Lilas 69003 LYON\nEn qualite de locataire\n\
         Garanties : risques locatifs, incendie, degats des eaux\nPeriode de validite : du 01/01/2026 au 31/12/2026\n\
         La presente attestation est delivree pour servir et valoir ce que de droit.\nFait le 05/01/2026\n"
    )
}

/// A register with one lease of the tenant of [`attestation`].
pub(crate) const REGISTER: &str = "reference_contrat;nom;prenom;adresse;code_postal;commune;date_effet;type_bien\n\
     L-1;MARTEL;Julie;12 rue des Lilas;69003;Lyon;2020-01-01;logement\n";
