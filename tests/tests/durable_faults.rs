//! R1, R2, R3, R5, R10, R12, R15: whatever is killed, stopped, frozen, emptied or locked, every file that was handed in
//! comes out once. `GUICHET_FAULTS=full` strikes hundreds of times, `GUICHET_SEED` with other blows.

use guichet_tests::durable::Ground;
use guichet_tests::faults::{self, Plan};

/// The program with a scripted engine.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");
const SEED: u64 = 20261123;

fn strike(ground: Ground, short: Plan, full: Plan) {
    let seed = std::env::var("GUICHET_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    let plan = if std::env::var("GUICHET_FAULTS").is_ok_and(|asked| asked == "full") { full } else { short };
    let folder = tempfile::tempdir().expect("folders can be made");
    let verdict = faults::run(SCRIPTED, folder.path(), ground, Plan { seed, ..plan });
    println!("{verdict}");
    assert!(verdict.flaws().is_empty(), "{verdict}");
    assert!(verdict.struck.all_kills() >= plan.kills, "{verdict}");
}

#[test]
fn an_embedded_house_loses_nothing() {
    let plan = |kills, outages| Plan { seed: SEED, kills, outages };
    strike(Ground::Embedded, plan(25, 1), plan(400, 20));
}

#[test]
fn a_house_with_servers_loses_nothing() {
    let plan = |kills, outages| Plan { seed: SEED, kills, outages };
    strike(Ground::Servers, plan(20, 2), plan(400, 30));
}
