//! R6: a full disk loses nothing, and work goes on by itself when there is room again.

use std::process::Command;

/// The program with a scripted engine.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");

#[test]
fn a_full_disk_is_waited_for() {
    let rounds = if std::env::var("GUICHET_FAULTS").is_ok_and(|asked| asked == "full") { "20" } else { "3" };
    let output = Command::new(SCRIPTED).args(["full-disk", SCRIPTED, rounds]).output().expect("it starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    print!("{}", String::from_utf8_lossy(&output.stdout));
}
