//! The letters of `rules/letters`, as tenants get them. `UPDATE=1` accepts the texts of today: read the difference.

#![allow(clippy::unwrap_used)]

use guichet_letters::press::Press;
use guichet_letters::{batch, example, sheet, sms};
use guichet_pipeline::engines::{EngineError, Letters, Ocr};
use guichet_pipeline::read::{Limits, document};
use guichet_pipeline::relance::letter::{Letter, Report};
use guichet_pipeline::relance::reference::{self, ReplyCode};
use guichet_pipeline::text::Line;
use image::{GrayImage, ImageFormat, imageops};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// What is seen through the window of a DL envelope wherever the sheet lies in it, and what may be, in millimetres from the
/// left and the top: 100 × 35 mm, 20 mm from the right and the lower edge, with 10 and 11 mm of play.
const ALWAYS_SEEN: (f64, f64, f64, f64) = (100.0, 55.0, 190.0, 79.0);
const MAY_BE_SEEN: (f64, f64, f64, f64) = (90.0, 44.0, 200.0, 90.0);

fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/letters")
}

fn examples() -> (Press, Vec<Letter>) {
    (Press::new(&rules()).unwrap(), example::read(&rules()).unwrap())
}

fn named(id: &str) -> (Press, Letter) {
    let (press, letters) = examples();
    (press, letters.into_iter().find(|letter| letter.id == id).unwrap())
}

/// Blanks folded, so that a sentence is found wherever its lines end.
fn folded(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '\u{a0}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn every_letter_says_what_it_said() {
    let (press, letters) = examples();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut differing = Vec::new();
    for letter in &letters {
        let sheet = sheet::set(&press, letter).unwrap();
        let email = sheet.email.as_ref().map_or_else(|| "(jamais)\n".to_owned(), |email| email.text());
        let sms = sheet.sms.as_deref().unwrap_or("(jamais)");
        let said = format!(
            "{} page(s)\n{}\n=== courriel : {}\n{email}\n=== SMS\n{sms}\n",
            sheet.pages(),
            sheet.text(),
            sheet.subject
        );
        let path = golden.join(format!("{}.txt", letter.id));
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(&golden).unwrap();
            fs::write(&path, said).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != said {
            differing.push(letter.id.clone());
        }
    }
    assert!(differing.is_empty(), "{differing:?}: UPDATE=1 accepts them");
}

#[test]
fn the_formal_notice_says_all_that_the_law_asks_for() {
    let (press, letter) = named("mise_en_demeure");
    let sheet = sheet::set(&press, &letter).unwrap();
    let said = folded(&sheet.text());
    // Facts A.8, from loi 89-462, art. 7 g, and décret 2016-383.
    for (element, words) in [
        ("landlord", "Habitat des Deux Vallées, votre bailleur"),
        ("tenant and lease", "Mercedes SANCHEZ, titulaire du bail BX280-2608-85"),
        ("dwelling", "situé 12 rue des Lilas, BAT B - APPT 34, 31000 Toulouse"),
        ("duty", "d’assurer son logement contre les risques dont il répond"),
        ("its source", "loi n° 89-462 du 6 juillet 1989, article 7 g"),
        ("nothing received", "s’arrête au 9 octobre 2026"),
        ("formal words", "MISE EN DEMEURE"),
        ("demand", "nous vous mettons en demeure de nous remettre une attestation"),
        ("intention", "nous avons l’intention de souscrire une assurance pour votre compte"),
        ("delay", "dans ce délai d’un mois"),
        ("start of the delay", "la première présentation de cette lettre"),
        ("estimated premium", "estimée à 120,00 €"),
        ("increase and its cap", "augmentée de 10 % pour nos frais (10 % au plus, décret n° 2016-383 du 30 mars 2016)"),
        ("by twelfths", "par douzièmes, avec le loyer : 11,00 € par mois"),
        ("what is covered", "couvre seulement votre responsabilité de locataire"),
        ("copy of the contract", "une copie du contrat vous est remise"),
        ("its end", "dès que vous remettez une attestation, nous mettons fin à ce contrat"),
        ("waiver", "vaut renonciation de notre part à la clause résolutoire du bail pour défaut d’assurance"),
        ("how to put right", "par la poste, avec le talon"),
        ("social contact", "le service social vous répond"),
        ("date", "Toulouse, le 23 novembre 2026"),
        ("signature", "Camille Vasseur"),
        ("registered", "n° 1A 000 000 0001 2"),
    ] {
        assert!(said.contains(words), "{element}: « {words} » is not in\n{said}");
    }
    assert!(sheet.email.is_none() && sheet.sms.is_none(), "neither e-mail nor SMS ever replaces it");
}

#[test]
fn a_letter_that_lacks_what_its_template_needs_is_told_and_stops_no_other() {
    let (press, notice) = named("mise_en_demeure");
    let mut bare = notice.clone();
    bare.id = "sans-recommande".to_owned();
    bare.registered = None;
    let mut nameless = notice.clone();
    nameless.id = "../ailleurs".to_owned();
    let mut crowded = notice.clone();
    crowded.id = "sept-lignes".to_owned();
    crowded.recipient = vec!["X".to_owned(); 7];
    let mut unprintable = notice.clone();
    unprintable.id = "sans-glyphe".to_owned();
    unprintable.tenants[0].prenom = "明子".to_owned();
    let out = tempfile::tempdir().unwrap();
    let twice = notice.clone();
    let report = batch::run(&press, &[bare, nameless, crowded, unprintable, notice, twice], out.path()).unwrap();
    let faults: Vec<String> = report.letters.iter().map(|letter| letter.fault.clone().unwrap_or_default()).collect();
    for (fault, expected) in faults.iter().zip(["« registered »", "no file name", "7 lines", "明", "", "sert déjà"])
    {
        assert!(fault.contains(expected) && fault.is_empty() == expected.is_empty(), "{expected}: {fault}");
    }
    let mut files: Vec<_> = fs::read_dir(out.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["mise_en_demeure.pdf"]);
}

#[test]
fn only_the_address_is_seen_through_the_window() {
    let (press, letters) = examples();
    for letter in &letters {
        let sheet = sheet::set(&press, letter).unwrap();
        let mut seen = Vec::new();
        for run in sheet.printed().iter().filter(|run| run.page == 0) {
            let (x, y) = run.at_mm;
            // Ascenders reach three quarters of the size above the base line, descenders a quarter below.
            let area = (x, y - 0.75 * run.size_mm, x + run.width_mm, y + 0.25 * run.size_mm);
            let beside = area.2 <= MAY_BE_SEEN.0 || area.0 >= MAY_BE_SEEN.2;
            if beside || area.3 <= MAY_BE_SEEN.1 || area.1 >= MAY_BE_SEEN.3 {
                continue;
            }
            let (left, top, right, bottom) = ALWAYS_SEEN;
            let whole = area.0 >= left && area.1 >= top && area.2 <= right && area.3 <= bottom;
            assert!(whole, "{}: « {} » at {area:?} is cut by the window", letter.id, run.text);
            seen.push(run.text.clone());
        }
        let to = if letter.template == "dossier_commandement" { &letter.landlord.officer } else { &letter.recipient };
        assert_eq!(folded(&seen.join(" ")), folded(&to.join(" ").replace('\'', "’")), "{}", letter.id);
    }
}

#[test]
fn the_widest_six_lines_fit_the_window() {
    let (press, mut letter) = named("relance");
    letter.recipient = vec!["W".repeat(38); 6];
    let sheet = sheet::set(&press, &letter).unwrap();
    let lines: Vec<_> = sheet.printed().into_iter().filter(|run| run.text.starts_with("WWW")).collect();
    assert_eq!(lines.len(), 6);
    for line in lines {
        assert!(line.at_mm.0 >= ALWAYS_SEEN.0 && line.at_mm.0 + line.width_mm <= ALWAYS_SEEN.2, "{line:?}");
        assert!(line.at_mm.1 - 0.75 * line.size_mm >= ALWAYS_SEEN.1 && line.at_mm.1 <= ALWAYS_SEEN.3, "{line:?}");
    }
}

#[test]
fn an_sms_is_one_message_for_any_tenant() {
    let (press, letters) = examples();
    for mut letter in letters {
        letter.landlord.short_name = "Vingt lettres ici ôê".to_owned();
        let sheet = sheet::set(&press, &letter).unwrap();
        if let Some(text) = sheet.sms {
            let septets = sms::septets(&text).unwrap();
            assert!(septets <= sms::ONE_MESSAGE, "{}: {septets}", letter.id);
        }
    }
}

#[test]
fn too_long_an_sms_is_told() {
    let (press, mut letter) = named("derniere_relance");
    letter.landlord.short_name = "Office public de l'habitat de la métropole".to_owned();
    let error = sheet::set(&press, &letter).unwrap_err().to_string();
    assert!(error.contains("un message en prend 160"), "{error}");
}

#[test]
fn the_same_letters_give_the_same_bytes() {
    let (press, letters) = examples();
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = batch::run(&press, &letters, one.path()).unwrap();
    // Another press, another order: neither caches nor threads leave a trace.
    let backwards: Vec<Letter> = letters.iter().rev().cloned().collect();
    let mut second = batch::run(&Press::new(&rules()).unwrap(), &backwards, two.path()).unwrap();
    second.letters.reverse();
    assert_eq!(first, second);
    for letter in first.letters {
        let name = letter.set.unwrap().pdf.name;
        assert_eq!(fs::read(one.path().join(&name)).unwrap(), fs::read(two.path().join(&name)).unwrap(), "{name}");
    }
}

#[test]
fn a_batch_of_hundreds_is_set() {
    let (press, letters) = examples();
    let out = tempfile::tempdir().unwrap();
    let many: Vec<Letter> =
        (0..300).map(|at| Letter { id: format!("lettre-{at}"), ..letters[at % letters.len()].clone() }).collect();
    let report = batch::run(&press, &many, out.path()).unwrap();
    assert_eq!(report.letters.iter().filter(|letter| letter.set.is_some()).count(), 300);
}

#[test]
fn the_pdf_says_it_is_pdf_a_2b_of_the_letters_day() {
    let (press, letter) = named("relance");
    let pdf = sheet::set(&press, &letter).unwrap().pdf(&press, &letter).unwrap();
    let text = String::from_utf8_lossy(&pdf);
    for needed in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>B</pdfaid:conformance>",
        "<xmp:CreateDate>2026-11-23",
        "/GTS_PDFA1",
        "/DestOutputProfile",
        "/MarkInfo",
    ] {
        assert!(text.contains(needed), "{needed} is absent");
    }
    assert!(!text.contains("/Encrypt") && !text.contains("/JavaScript"));
}

#[test]
fn an_email_loads_nothing_and_hides_nothing() {
    let (press, mut letter) = named("refus");
    letter.refused.as_mut().unwrap().reasons = vec!["<script>alert(1)</script> & l'autre.".to_owned()];
    let sheet = sheet::set(&press, &letter).unwrap();
    let (html, text) = (sheet.email.as_ref().unwrap().html(&sheet.subject), sheet.email.unwrap().text());
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; l’autre."), "{html}");
    assert!(!html.contains("<script") && !html.contains("src=") && !html.contains("http"), "{html}");
    assert!(text.contains("<script>alert(1)</script> & l’autre."), "{text}");
    assert!(html.contains("<strong>8\u{a0}décembre\u{a0}2026</strong>"), "{html}");
    let found = reference::find(&text);
    assert!(found.iter().all(|found| found.code == letter.reference && !found.repaired) && !found.is_empty(), "{text}");
}

#[test]
fn the_code_is_found_on_the_letter() {
    let (press, letters) = examples();
    for letter in letters {
        let codes = reference::find(&sheet::set(&press, &letter).unwrap().text());
        let own = codes.iter().filter(|found| found.code == letter.reference && !found.repaired).count();
        assert!(own > 0 && own == codes.len(), "{}: {codes:?}", letter.id);
    }
}

/// Recognises nothing: what is known of a page then was not read.
struct Blind;

impl Ocr for Blind {
    fn recognise(&mut self, _: &GrayImage) -> Result<Vec<Line>, EngineError> {
        Ok(Vec::new())
    }

    fn zone_letters(&mut self, _: &GrayImage) -> Result<Vec<Letters>, EngineError> {
        Ok(Vec::new())
    }
}

/// Gives the codes that are seen on a picture of which no word is read.
fn seen(page: &GrayImage) -> Vec<ReplyCode> {
    let mut bytes = Vec::new();
    page.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    let read = document(&bytes, None, &Limits::default(), &mut Blind, || 0, &mut |_| ()).unwrap();
    read.pages.into_iter().flat_map(|page| page.replies).collect()
}

#[test]
fn a_letter_that_comes_back_is_known_without_being_read() {
    let (press, letters) = examples();
    let mut known_again = 0;
    for letter in letters {
        let sheet = sheet::set(&press, &letter).unwrap();
        // Files for a bailiff or an insurer ask the tenant for nothing, and have no stub.
        if !sheet.text().contains("Talon à joindre") {
            continue;
        }
        known_again += 1;
        let pages: Vec<GrayImage> =
            (0..sheet.pages()).map(|index| imageops::grayscale(&sheet.pixels(index, 200.0))).collect();
        let known = |change: fn(&GrayImage) -> GrayImage| pages.iter().flat_map(|page| seen(&change(page))).collect();
        let states: [(&str, Vec<ReplyCode>); 3] = [
            ("flat", known(GrayImage::clone)),
            ("on its head", known(imageops::rotate180)),
            ("smeared", known(|page| imageops::blur(page, 1.4))),
        ];
        for (state, codes) in states {
            assert_eq!(codes, [letter.reference], "{}, {state}", letter.id);
        }
    }
    assert!(known_again >= 5, "{known_again} letters have a stub");
}

/// Copies the templates with `name` changed, and sets the examples that use it.
fn with_mistake(name: &str, change: impl Fn(String) -> String) -> (Report, usize) {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(rules()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let text = fs::read_to_string(&path).unwrap();
            let file = path.file_name().unwrap();
            fs::write(folder.path().join(file), if file == name { change(text) } else { text }).unwrap();
        }
    }
    let out = folder.path().join("sortie");
    let letters = example::read(folder.path()).unwrap();
    let report = batch::run(&Press::new(folder.path()).unwrap(), &letters, &out).unwrap();
    (report, fs::read_dir(&out).map_or(0, Iterator::count))
}

#[test]
fn a_template_with_a_mistake_writes_nothing() {
    struct Case {
        file: &'static str,
        change: fn(String) -> String,
        said: &'static [&'static str],
    }
    let cases = [
        Case {
            file: "rappel.typ",
            change: |text| text.replace("#croisement", "#croissement"),
            said: &["rappel.typ:", "unknown variable: croissement"],
        },
        Case {
            file: "refus.typ",
            change: |text| text.replace("parbreak()\n  for", "parbreak(\n  for"),
            said: &["refus.typ:14 : unclosed delimiter"],
        },
        Case {
            file: "lib.typ",
            change: |text| text.replace("\"DejaVu Sans\"", "\"Garamond Maison\""),
            said: &["lib.typ:", "garamond maison"],
        },
        Case { file: "rappel.typ", change: |_| "Bonjour".to_owned(), said: &["rappel.typ", "`lettre`"] },
        Case {
            file: "rappel.typ",
            change: |text| text.replace("#croisement", "#table[a]"),
            said: &["rappel.typ", "le courriel contient « table »"],
        },
    ];
    for Case { file, change, said } in cases {
        let (report, written) = with_mistake(file, change);
        assert_eq!((report.letters.len(), written), (0, 0), "{file}");
        for words in said {
            assert!(report.template_faults[0].contains(words), "{words}: {:?}", report.template_faults);
        }
    }
}

#[test]
fn a_template_without_an_example_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["bailleur.toml", "exemples.toml"] {
        fs::copy(rules().join(file), folder.path().join(file)).unwrap();
    }
    fs::write(folder.path().join("nouvelle.typ"), "").unwrap();
    assert!(example::read(folder.path()).unwrap_err().ends_with("aucun exemple pour nouvelle : en ajouter un"));
}

#[test]
fn what_is_no_letter_is_refused_with_its_place() {
    for (json, said) in [("{", "ligne 1, colonne 1"), ("[{\"id\": \"a\",\n\"modele\": 1}]", "ligne 2"), ("", "ligne 1")]
    {
        let error = batch::read(json).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
    assert_eq!(batch::read("[]").unwrap(), []);
}
