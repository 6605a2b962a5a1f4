//! After processes: to start programs, to become many, to look into, signal or kill others.

use super::{Attempt, Attempted, End, Targets, io_refusal, io_result, nix_result};
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::uio::{RemoteIoVec, process_vm_readv, process_vm_writev};
use nix::sys::{ptrace, wait};
use nix::unistd::Pid;
use std::io::{IoSlice, IoSliceMut};
use std::os::unix::process::CommandExt;
use std::process::Command;

const fn refused(name: &'static str, run: fn(&Targets) -> Attempted) -> Attempt {
    Attempt { name, end: End::Refused, run }
}

const fn killed(name: &'static str, run: fn(&Targets) -> Attempted) -> Attempt {
    Attempt { name, end: End::Killed, run }
}

fn parent(targets: &Targets) -> Pid {
    Pid::from_raw(targets.number("parent"))
}

pub(super) const ATTEMPTS: &[Attempt] = &[
    refused("lancer", |_| io_result(Command::new("/bin/true").spawn())),
    killed("devenir", |_| Err(io_refusal(&Command::new("/bin/true").exec()))),
    refused("se_multiplier", |_| {
        let mut last = Err("aucun essai".to_owned());
        for _ in 0..1000 {
            last = io_result(Command::new("/bin/sleep").arg("60").spawn());
        }
        last
    }),
    refused("fils", |_| {
        let mut threads = Vec::new();
        for _ in 0..1000 {
            threads.push(std::thread::Builder::new().spawn(|| ()).map_err(|error| io_refusal(&error))?);
        }
        Ok(format!("{} fils", threads.len()))
    }),
    killed("suivre_parent", |t| nix_result(ptrace::attach(parent(t)))),
    killed("etre_suivi", |_| nix_result(ptrace::traceme())),
    killed("lire_memoire", |t| {
        let mut byte = [0];
        let remote = [RemoteIoVec { base: 0x1000, len: 1 }];
        nix_result(process_vm_readv(parent(t), &mut [IoSliceMut::new(&mut byte)], &remote))
    }),
    killed("ecrire_memoire", |t| {
        let remote = [RemoteIoVec { base: 0x1000, len: 1 }];
        nix_result(process_vm_writev(parent(t), &[IoSlice::new(b"x")], &remote))
    }),
    refused("tuer_parent", |t| nix_result(kill(parent(t), Signal::SIGKILL))),
    refused("interroger_parent", |t| nix_result(kill(parent(t), None))),
    refused("tuer_tous", |_| nix_result(kill(Pid::from_raw(-1), Signal::SIGTERM))),
    refused("tuer_groupe", |t| nix_result(killpg(parent(t), Signal::SIGTERM))),
    refused("arreter_parent", |t| nix_result(kill(parent(t), Signal::SIGSTOP))),
    refused("attendre", |_| nix_result(wait::waitpid(None, Some(wait::WaitPidFlag::WNOHANG)))),
    refused("changer_de_groupe", |_| nix_result(nix::unistd::setpgid(Pid::from_raw(0), Pid::from_raw(0)))),
];
