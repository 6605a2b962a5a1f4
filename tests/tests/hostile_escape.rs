//! B10: attempts to break out, made inside a reading child behind its walls, one file each, good papers in between.
//!
//! Each must end as written beside it; and what it was after, looked at from outside, must be untouched.

use guichet_pipeline::document::FaultCode;
use guichet_tests::escape::{self, Attempt, End};
use guichet_tests::papers::{REGISTER, attestation};
use guichet_tests::watch::{Seen, put, text, watch};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The fewest attempts that the plan asks for.
const FEWEST: usize = 40;
/// Seconds for a page, so that attempts to last are not waited for long.
const PAGE_SECONDS: u64 = 1;

/// A file that the program is started with, as careless service managers do.
const INHERITED: u32 = 57;

const CANARY: &str = "ce fichier ne doit pas changer";

#[test]
fn every_attempt_is_refused_and_its_neighbours_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let canary = put(root, "temoin/canari.txt", CANARY.as_bytes());
    let outside = canary.parent().unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let unix = UnixListener::bind(outside.join("prise.sock")).unwrap();
    tcp.set_nonblocking(true).unwrap();
    udp.set_nonblocking(true).unwrap();
    unix.set_nonblocking(true).unwrap();

    let targets = [
        ("canary", text(&canary)),
        ("folder", text(outside)),
        ("socket", text(&outside.join("prise.sock"))),
        ("tcp", tcp.local_addr().unwrap().to_string()),
        ("udp", udp.local_addr().unwrap().to_string()),
        ("inherited", INHERITED.to_string()),
        // Whoever is told its number can aim at it without reading /proc.
        ("parent", std::process::id().to_string()),
    ];
    let attempts = escape::all();
    assert!(attempts.len() >= FEWEST, "{} attempts", attempts.len());
    for (at, attempt) in attempts.iter().enumerate() {
        put(root, &format!("in/{at:03}-a-{}.pdf", attempt.name), &escape::file(attempt.name, &targets));
        put(root, &format!("in/{at:03}-b-bon.pdf"), &attestation(&format!("HAB45{at:05}")));
    }

    let seen = run(root, &canary);
    assert_eq!(seen.code, Some(0), "{}", seen.told);
    assert_eq!(seen.lines.len(), 2 * attempts.len());
    let mut wrong: Vec<String> = attempts.iter().enumerate().filter_map(|(at, one)| judge(&seen, at, one)).collect();
    for (at, attempt) in attempts.iter().enumerate() {
        let line = seen.line(&format!("{at:03}-b-bon.pdf"));
        if line["segments"][0]["decision"]["outcome"] != "accept" {
            wrong.push(format!("the good paper after {}: {line}", attempt.name));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());

    assert_eq!(std::fs::read_to_string(&canary).unwrap(), CANARY);
    let names: Vec<String> = std::fs::read_dir(outside)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "canari.txt" && name != "prise.sock")
        .collect();
    assert_eq!(names, Vec::<String>::new(), "made outside");
    for path in ["/tmp/guichet-evasion", "/dev/shm/guichet-evasion"] {
        assert!(!Path::new(path).exists(), "{path} was made");
    }
    assert!(tcp.accept().is_err(), "somebody called by TCP");
    assert!(udp.recv(&mut [0; 16]).is_err(), "somebody called by UDP");
    assert!(unix.accept().is_err(), "somebody called by a socket");
    assert_eq!(seen.left, Vec::<i32>::new(), "children left behind");
    assert_eq!(seen.leaks(), Vec::<&str>::new());
    assert!(!seen.out.contains("MARTEL, 12 rue"), "the words of a panic are in a line");
    assert!(seen.peak() < 200 * 1024 * 1024, "the parent took {} bytes", seen.peak());
    println!(
        "{} of {} attempts refused in {:.0?}; parent at most {} MB, child at most {} MB",
        attempts.len(),
        attempts.len(),
        seen.took,
        seen.peak() / 1_000_000,
        seen.child_peak / 1_000_000
    );
}

fn run(root: &Path, canary: &Path) -> Seen {
    let register = put(root, "contrats.csv", REGISTER.as_bytes());
    let config = put(root, "c.toml", format!("[lecture]\ndelai_page_s = {PAGE_SECONDS}\n").as_bytes());
    let mut command = Command::new("bash");
    command.args(["-c", &format!("exec {INHERITED}< \"$1\"; shift; exec \"$@\""), "bash"]).arg(canary);
    command.arg(env!("CARGO_BIN_EXE_guichet-hostile"));
    command.args(["process", "--as-of", "2026-06-15", "--jobs", "1"]);
    command.arg("--contracts").arg(register).arg("--config").arg(config).arg(root.join("in"));
    watch(command)
}

/// Says what is wrong with the end of an attempt.
fn judge(seen: &Seen, at: usize, attempt: &Attempt) -> Option<String> {
    let line = seen.line(&format!("{at:03}-a-{}.pdf", attempt.name));
    let (code, message) = (&line["error"]["code"], line["error"]["message"].as_str().unwrap_or_default());
    let name = attempt.name;
    let right = match attempt.end {
        End::Refused => {
            message.starts_with(&format!("{name} : refusé : "))
                && ["EPERM", "EBADF"].iter().any(|error| message.contains(error))
        }
        End::Killed => message.contains("a tenté de sortir de la lecture"),
        End::Stopped(expected) => code == &code_name(expected),
        End::Harmless => message.starts_with(&format!("{name} : refusé")),
    };
    let took = took(seen, at, name);
    println!(
        "{name:<32} {:<12} {took:>8.1?}  {message}",
        format!("{:?}", attempt.end).chars().take(12).collect::<String>()
    );
    if !right {
        return Some(format!("{name} must end {:?}: {line}", attempt.end));
    }
    // By the clock a page has three times its seconds; a child that has closed its socket is given five to end.
    let patience = Duration::from_secs(3 * PAGE_SECONDS + 8);
    (took > patience).then(|| format!("{name} took {took:.1?}"))
}

fn code_name(code: FaultCode) -> serde_json::Value {
    serde_json::to_value(code).expect("codes are words")
}

/// Gives the time between the line before and the line of an attempt.
fn took(seen: &Seen, at: usize, name: &str) -> Duration {
    let end = format!("{at:03}-a-{name}.pdf");
    let mut before = Duration::ZERO;
    for (time, line) in &seen.lines {
        if line["source"].as_str().is_some_and(|path| path.ends_with(&end)) {
            return time.saturating_sub(before);
        }
        before = *time;
    }
    panic!("{name} has no line")
}
