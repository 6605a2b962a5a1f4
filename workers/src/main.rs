//! The program `guichet`.

use std::process::ExitCode;

fn main() -> ExitCode {
    guichet_workers::run(std::env::args_os())
}
