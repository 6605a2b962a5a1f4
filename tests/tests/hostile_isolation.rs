//! What stands around a reader is shown by `guichet doctor`; what a kernel does not give is told, never silently left out.

use guichet_tests::papers::attestation;
use guichet_tests::watch::{put, text};
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_guichet-hostile");

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs a line of shell where no further namespace may be made, as in many containers.
fn without_namespaces(line: &str) -> Output {
    let forbid = "echo 0 > /proc/sys/user/max_user_namespaces && echo 0 > /proc/sys/user/max_net_namespaces";
    let run = Command::new("unshare")
        .args(["--user", "--map-root-user", "sh", "-c", &format!("{forbid} && exec {line}")])
        .output();
    let output = run.expect("unshare is part of util-linux");
    assert!(!told(&output).contains("unshare:"), "no namespace to forbid others in: {}", told(&output));
    output
}

#[test]
fn every_wall_stands_here() {
    let output = Command::new(PROGRAM).arg("doctor").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.matches(" oui ").count(), 4, "{said}");
    for part in ["Tesseract 5.", "fra.traineddata", "sha256", "300 pages", "mise en place"] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
}

#[test]
fn a_missing_wall_is_told_and_read_without() {
    let folder = tempfile::tempdir().unwrap();
    let paper = text(&put(folder.path(), "a.pdf", &attestation("HAB4512987")));
    let doctor = without_namespaces(&format!("{PROGRAM} doctor"));
    assert_eq!(doctor.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("réseau         NON"), "{:?}", doctor.stdout);
    assert!(told(&doctor).contains("user.max_user_namespaces"), "the remedy: {}", told(&doctor));

    // Two children, one warning.
    let read = without_namespaces(&format!("{PROGRAM} process --jobs 2 {paper} {paper}"));
    assert_eq!(read.status.code(), Some(0), "{}", told(&read));
    assert!(String::from_utf8_lossy(&read.stdout).contains("\"status\":\"ok\""));
    assert_eq!(told(&read).matches("isolation de la lecture incomplète : réseau").count(), 1, "{}", told(&read));
}

#[test]
fn nothing_is_read_where_a_demanded_wall_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let paper = text(&put(folder.path(), "a.pdf", &attestation("HAB4512987")));
    let config = text(&put(folder.path(), "c.toml", b"[lecture]\nisolation_exigee = true\n"));
    let refused = without_namespaces(&format!("{PROGRAM} process --config {config} {paper}"));
    assert_eq!(refused.status.code(), Some(3), "{}", told(&refused));
    assert!(refused.stdout.is_empty());
    assert!(told(&refused).contains("isolation_exigee"), "{}", told(&refused));
    let whole = Command::new(PROGRAM).args(["process", "--config", &config, &paper]).output().unwrap();
    assert_eq!(whole.status.code(), Some(0), "{}", told(&whole));
}
