//! The program `guichet` with a scripted engine: its reading children answer what a scripted file says, after five
//! milliseconds, or do the harm that it asks for. `guichet-scripted full-disk PROGRAM ROUNDS` fills a disk under it;
//! `guichet-scripted relances-deliver` sends what is ready; `guichet-scripted --rules A --out B` stands for the typesetter.
//!
//! Everything else is the program that ships.

use guichet_tests::{full_disk, scripted, scripted_letters, sending};
use guichet_workers::reading::child;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("read-child") => {}
        Some("--rules") => return scripted_letters::run(&arguments[1..]),
        Some("relances-deliver") => return sending::deliver::run(),
        Some("full-disk") => return full_disk::scenario(&arguments[2..]),
        _ => return guichet_workers::run(std::env::args_os()),
    }
    let settings = arguments.get(2).map(String::as_str).unwrap_or_default();
    match child::run_with(settings, &mut |bytes, _| scripted::answer(bytes)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("{stop}");
            ExitCode::FAILURE
        }
    }
}
