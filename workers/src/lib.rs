//! The program's outside: files, child processes, the terminal, settings. It thinks nothing; `guichet-pipeline` does.
//!
//! [`run`] is the whole program. [`reading`] reads sources in child processes; [`process`] strings paths, reading, the
//! pipeline and the results together; the other commands stand beside it, one module each.

mod api;
pub mod blobs;
mod cli;
pub mod clock;
mod commands;
mod crash;
mod doctor;
mod explain;
mod house;
mod intake;
pub mod interrupt;
pub mod job;
mod larger;
pub mod meters;
pub mod notify;
pub mod paths;
pub mod process;
pub mod queue;
pub mod reading;
pub mod register;
pub mod relances;
mod results;
mod rules_check;
pub mod runner;
mod score;
mod second;
pub mod settings;
pub mod stop;
pub mod store;
mod terminal;
mod topics;
mod understanding;
mod words;

use cli::{Command, RulesCommand};
use std::ffi::OsString;
use std::process::ExitCode;
use stop::{Exit, Stop};

/// Runs the program with its arguments, the first being its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = match cli::parse(arguments) {
        Ok(command) => command,
        Err(exit) => return exit.into(),
    };
    understanding::silence_panics();
    match dispatch(command) {
        Ok(()) => Exit::Done.into(),
        Err(Stop { exit, message }) => {
            if !message.is_empty() {
                eprintln!("guichet : {message}");
            }
            exit.into()
        }
    }
}

fn dispatch(command: Command) -> Result<(), Stop> {
    match command {
        Command::Process(asked) => process::run(&asked),
        Command::Explain(asked) => explain::run(&asked),
        Command::Score(asked) => score::run(&asked),
        Command::Doctor(asked) => doctor::run(asked.config.as_deref()),
        Command::Serve(asked) => commands::serve(&asked),
        Command::Work(asked) => commands::work(&asked),
        Command::Add(asked) => commands::add(&asked),
        Command::Results(asked) => commands::results(&asked),
        Command::Queue { command } => commands::queue(&command),
        Command::Requeue(asked) => commands::requeue(&asked),
        Command::Register { command } => commands::register(&command),
        Command::Audit { command } => commands::audit(&command),
        Command::Backup(asked) => commands::backup(&asked),
        Command::Keys { command } => commands::keys(&command),
        Command::Tokens { command } => commands::tokens(&command),
        Command::Relances { command } => commands::relances::run(&command),
        Command::Simulate(asked) => commands::simulate(&asked),
        Command::Models { command } => commands::models::run(&command),
        Command::Rules { command: RulesCommand::Check { folder } } => rules_check::run(folder.as_deref()),
        Command::ReadChild { settings } => reading::child::run(&settings),
    }
}
