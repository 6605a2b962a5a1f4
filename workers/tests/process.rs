//! `guichet process` from the outside: every file has its line, in the order of the paths, whatever is in it.

mod support;

use support::{REGISTER, attestation, file_lines, guichet, lines, pdf, put, run, told};

#[test]
fn every_file_has_its_line_in_path_order() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    put(root, "in/b-vide.pdf", b"");
    put(root, "in/a.pdf", &pdf(&[attestation("Julie MARTEL", "HAB4512987")]));
    put(root, "in/c.docx", b"PK\x03\x04 rien de lisible");
    put(root, "in/d-casse.pdf", b"%PDF-1.7\nrien");
    put(root, "in/.cache", b"");
    put(root, "in/sous/e.txt", b"bonjour");
    let input = root.join("in");
    let register = put(root, "contrats.csv", REGISTER.as_bytes());
    let output = run(&["process", "--contracts", &register, "--as-of", "2026-06-15", input.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));

    let lines = lines(&output);
    let names: Vec<&str> =
        lines.iter().map(|line| line["source"].as_str().unwrap().rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["a.pdf", "b-vide.pdf", "c.docx", "d-casse.pdf", "e.txt"]);
    assert_eq!(lines[0]["status"], "ok");
    assert_eq!(lines[0]["segments"][0]["type"], "attestation_habitation");
    assert_eq!(lines[0]["segments"][0]["decision"]["outcome"], "accept", "{}", lines[0]);
    assert_eq!(lines[0]["segments"][0]["decision"]["reference_contrat"], "L-1");
    let codes: Vec<&str> = lines[1..].iter().map(|line| line["error"]["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["fichier_vide", "format_inconnu", "fichier_corrompu", "format_inconnu"]);
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(lines[1]["sha256"], hash);

    let table = told(&output);
    assert!(table.contains("acceptée") && table.contains("5 fichier(s)"), "{table}");
    assert!(!table.contains('\u{1b}'), "no colours away from a terminal: {table}");
}

#[test]
fn long_documents_are_joined_in_page_order() {
    let folder = tempfile::tempdir().unwrap();
    let pages: Vec<String> = (1..=21)
        .map(|number| format!("{}feuillet {number}", attestation("Julie MARTEL", &format!("HAB45{number:05}"))))
        .collect();
    let path = put(folder.path(), "long.pdf", &pdf(&pages));
    let out = folder.path().join("r.jsonl");
    for jobs in ["1", "3"] {
        let output = run(&["process", "--jobs", jobs, "--out", out.to_str().unwrap(), &path]);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        assert!(output.stdout.is_empty());
        let lines = file_lines(&out);
        assert_eq!(lines[0]["pages"], 21);
        let segments = lines[0]["segments"].as_array().unwrap();
        let numbers: Vec<u64> = segments
            .iter()
            .flat_map(|one| one["pages"].as_array().unwrap())
            .map(|page| page.as_u64().unwrap())
            .collect();
        assert_eq!(numbers, (1..=21).collect::<Vec<u64>>(), "{jobs} children");
    }
}

#[test]
fn results_inside_the_folder_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "a.txt", b"bonjour");
    let out = folder.path().join("r.jsonl");
    for _ in 0..2 {
        let output = run(&["process", "--out", out.to_str().unwrap(), folder.path().to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(file_lines(&out).len(), 1);
    }
}

#[test]
fn what_must_be_mended_first_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let paper = put(root, "a.txt", b"bonjour");
    let empty = root.join("vide");
    std::fs::create_dir(&empty).unwrap();
    let empty = empty.to_str().unwrap();
    let gone = root.join("absent.pdf");
    let gone = gone.to_str().unwrap();
    let config = put(root, "c.toml", b"[lecture]\nenfant = 2\n");
    let no_engine = put(root, "e.toml", b"[ocr]\ntessdata = \"/nulle/part\"\n");
    let columns = put(root, "r.csv", b"reference,nom\nL-1,MARTEL\n");
    let rules = put(root, "rules/types/a.toml", b"[[type]]\ncode = \"x\"\nnom = \"x\"\n");
    let rules = rules.strip_suffix("/types/a.toml").unwrap();
    let cases: [(&[&str], i32, &str); 9] = [
        (&[gone], 2, "absent.pdf : fichier introuvable"),
        (&[empty], 2, "aucun fichier à lire"),
        (&["--out", "/nulle/part/r.jsonl", &paper], 2, "/nulle/part/r.jsonl : impossible d'y écrire"),
        (&["--config", &config, &paper], 2, "c.toml:2: clé inconnue « enfant »"),
        (&["--config", gone, &paper], 2, "absent.pdf : réglages illisibles"),
        (&["--contracts", &columns, &paper], 2, "r.csv:1: colonnes absentes"),
        (&["--as-of", "2026-13-01", &paper], 2, "valeur « 2026-13-01 » refusée pour --as-of"),
        (&["--rules", rules, &paper], 2, "types/a.toml:3: "),
        (&["--config", &no_engine, &paper], 3, "/nulle/part/fra.traineddata"),
    ];
    for (arguments, code, expected) in cases {
        let output = guichet(&["process"]).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", told(&output));
        assert!(told(&output).contains(expected), "{arguments:?}: {}", told(&output));
    }
}

#[test]
fn bad_rows_of_a_register_are_told_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let paper = put(folder.path(), "a.pdf", &pdf(&[attestation("Julie MARTEL", "HAB4512987")]));
    let bad: String = (0..7).map(|row| format!("B-{row};;Paul;1 rue Haute;69001;Lyon;;logement\n")).collect();
    let register = put(folder.path(), "r.csv", format!("{REGISTER}{bad}").as_bytes());
    let output = run(&["process", "--contracts", &register, "--as-of", "2026-06-15", &paper]);
    let told = told(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(told.matches("r.csv:").count(), 5, "{told}");
    assert!(told.contains("7 ligne(s) du registre laissée(s) de côté, 1 baux retenus"), "{told}");
    assert_eq!(lines(&output)[0]["segments"][0]["decision"]["reference_contrat"], "L-1");
}
