//! A typesetter that sets nothing: the answers of `guichet-lettres`, with words in place of pages. Tests of sending run on
//! it, so that they build without Typst; the letters themselves have tests of their own.

use guichet_pipeline::relance::letter::{Letter, Outcome, Report, SetLetter, WrittenFile};
use guichet_workers::blobs::hash;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// A town whose letters cannot be set.
pub const REFUSED: &str = "NULLE-PART";

/// Answers as the typesetter would: `--rules DOSSIER --out DOSSIER`, letters on the standard input.
///
/// # Panics
/// When it is not called as the program calls it.
pub fn run(arguments: &[String]) -> ExitCode {
    let out = arguments.iter().position(|argument| argument == "--out").expect("a folder is given");
    let folder = Path::new(&arguments[out + 1]);
    let mut json = String::new();
    std::io::stdin().read_to_string(&mut json).expect("letters are given");
    let letters: Vec<Letter> = serde_json::from_str(&json).expect("they are letters");
    let letters = letters.iter().map(|letter| outcome(letter, folder)).collect();
    let report = Report { letters, template_faults: Vec::new() };
    println!("{}", serde_json::to_string(&report).expect("it is plain data"));
    ExitCode::SUCCESS
}

fn outcome(letter: &Letter, folder: &Path) -> Outcome {
    if let Err(fault) = letter.check() {
        return Outcome { id: letter.id.clone(), set: None, fault: Some(fault.to_string()) };
    }
    if letter.lease.address.commune == REFUSED {
        let fault = Some("cette commune n'existe pas : corriger le registre".to_owned());
        return Outcome { id: letter.id.clone(), set: None, fault };
    }
    let policy = letter.on_behalf.as_ref().and_then(|contract| contract.policy.as_deref()).unwrap_or_default();
    let monthly = letter.premium.map(|premium| premium.monthly_cents().to_string()).unwrap_or_default();
    let words = format!("{} {} {} {policy} {monthly}", letter.template, letter.lease.reference, letter.reference);
    let write = |ending: &str, text: String| {
        let name = format!("{}.{ending}", letter.id);
        std::fs::write(folder.join(&name), &text).expect("the folder is there");
        WrittenFile { name, bytes: text.len(), sha256: hash(text.as_bytes()) }
    };
    let set = SetLetter {
        subject: format!("Votre attestation d'assurance ({})", letter.template),
        pdf: write("pdf", format!("%PDF-1.7 {words}")),
        pages: 1,
        text: Some(write("txt", format!("Bonjour, {words}"))),
        html: Some(write("html", format!("<p>Bonjour, {words}</p>"))),
        sms: Some(format!("Attestation attendue, ref {}", letter.reference)),
    };
    Outcome { id: letter.id.clone(), set: Some(set), fault: None }
}
