//! The program `guichet` with a traitor inside: its reading children try to break out where a file tells them to, and
//! its parent calls home where the environment tells it to. `guichet-hostile traps FOLDER SEED` writes the traps.
//!
//! Everything else is the program that ships, so what holds here holds there. Nothing of this is compiled into it.

use guichet_tests::watch::put;
use guichet_tests::{egress, escape, traps};
use guichet_workers::reading::child;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("read-child") => {
            let settings = arguments.get(2).map(String::as_str).unwrap_or_default();
            match child::run_with(settings, &mut escape::asked) {
                Ok(()) => ExitCode::SUCCESS,
                Err(stop) => {
                    eprintln!("{stop}");
                    ExitCode::FAILURE
                }
            }
        }
        Some("traps") => {
            let [folder, seed] = [2, 3].map(|at| arguments.get(at).cloned().unwrap_or_default());
            let seed = seed.parse().unwrap_or(1);
            for trap in [traps::pdfs(seed), traps::pictures(seed), traps::lies()].concat() {
                put(folder.as_ref(), &trap.name, &trap.bytes);
            }
            ExitCode::SUCCESS
        }
        Some("laboratory") => egress::laboratory(&arguments[2..]),
        _ => {
            egress::call_home();
            guichet_workers::run(std::env::args_os())
        }
    }
}
