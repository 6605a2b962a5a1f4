//! R16, R17, R18 and the relance part of R1: whatever is killed, cut, refused or restored, every reminder that was decided
//! is received once. `GUICHET_FAULTS=full` strikes hundreds of times, `GUICHET_SEED` with other blows.

use guichet_tests::durable::Ground;
use guichet_tests::sending::{self, Plan};

/// The program with a scripted engine.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");
const SEED: u64 = 20261123;

fn strike(ground: Ground, short: u32, full: u32) {
    let seed = std::env::var("GUICHET_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    let kills = if std::env::var("GUICHET_FAULTS").is_ok_and(|asked| asked == "full") { full } else { short };
    let folder = tempfile::tempdir().expect("folders can be made");
    let verdict = sending::run(SCRIPTED, folder.path(), ground, Plan { seed, kills, hurt: 30 });
    println!("{verdict}");
    assert!(verdict.flaws().is_empty(), "{verdict}");
    assert!(verdict.all_kills() >= kills, "{verdict}");
}

#[test]
fn an_embedded_house_sends_each_once() {
    strike(Ground::Embedded, 25, 400);
}

#[test]
fn a_house_with_servers_sends_each_once() {
    strike(Ground::Servers, 15, 200);
}
