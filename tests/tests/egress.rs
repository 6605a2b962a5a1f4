//! E1: the program sends nothing to anybody, whatever it is given to read; and the sink would have seen it.

use guichet_tests::egress::{CALL, SINK};
use guichet_tests::papers::{REGISTER, attestation};
use guichet_tests::watch::{Seen, put, text, watch};
use guichet_tests::{escape, mutate, traps};
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// The program with a traitor inside.
const HOSTILE: &str = env!("CARGO_BIN_EXE_guichet-hostile");

/// The program that ships, where `make` names it; else the same library with the traitor asleep.
fn program() -> OsString {
    std::env::var_os("GUICHET").unwrap_or_else(|| HOSTILE.into())
}

#[test]
fn nothing_leaves_while_good_and_bad_files_are_read() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let (seen, packets) = run(folder.path(), &program(), None);
    assert_eq!(seen.code, Some(0), "{}", seen.told);
    assert_eq!(seen.line("in/bon.pdf")["segments"][0]["decision"]["outcome"], "accept");
    assert_eq!(packets, Vec::<String>::new(), "packets left the machine");
    println!("{} files read, 0 packets", seen.lines.len());
}

#[test]
fn nothing_leaves_when_a_file_takes_a_reader_over() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let targets = [("tcp", format!("{SINK}:443")), ("udp", format!("{SINK}:53"))];
    for name in ["tcp", "udp", "nom", "icmp", "paquets_bruts", "netlink", "io_uring", "rejoindre_espace", "lancer"] {
        put(folder.path(), &format!("in/evasion-{name}.pdf"), &escape::file(name, &targets));
    }
    let (seen, packets) = run(folder.path(), HOSTILE.as_ref(), None);
    assert_eq!(seen.code, Some(0), "{}", seen.told);
    let message = seen.line("evasion-tcp.pdf")["error"]["message"].as_str().unwrap();
    assert_eq!(message, "tcp : refusé : EPERM", "the attempt was made");
    assert_eq!(packets, Vec::<String>::new(), "packets left the machine");
}

#[test]
fn the_sink_sees_a_planted_call() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let (seen, packets) = run(folder.path(), HOSTILE.as_ref(), Some(SINK));
    assert_eq!(seen.code, Some(0), "{}", seen.told);
    for expected in [format!("tcp {SINK}:443"), format!("udp {SINK}:53")] {
        assert!(packets.contains(&expected), "{expected} is not among {packets:?}");
    }
}

/// A good paper, and every file that is not what it says: some name an address to call.
fn fill(root: &Path) {
    put(root, "in/bon.pdf", &attestation("HAB4512987"));
    for trap in traps::lies() {
        put(root, &format!("in/piege-{}", trap.name), &trap.bytes);
    }
    for (at, (name, bytes)) in mutate::files(7, 50).iter().enumerate() {
        put(root, &format!("in/{at:02}-{name}"), bytes);
    }
}

/// Runs the program in a laboratory and gives what left it.
fn run(root: &Path, program: &std::ffi::OsStr, call: Option<&str>) -> (Seen, Vec<String>) {
    let register = put(root, "contrats.csv", REGISTER.as_bytes());
    let report = root.join("paquets.txt");
    let mut command = Command::new(HOSTILE);
    command.arg("laboratory").arg(&report).arg(program);
    command.args(["process", "--as-of", "2026-06-15", "--contracts", &text(&register), &text(&root.join("in"))]);
    match call {
        Some(home) => command.env(CALL, home),
        None => command.env_remove(CALL),
    };
    let seen = watch(command);
    let packets = std::fs::read_to_string(&report)
        .unwrap_or_else(|error| panic!("no laboratory ({error}), without which nothing is shown: {}", seen.told));
    (seen, packets.lines().map(str::to_owned).collect())
}
