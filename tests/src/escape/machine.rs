//! After the machine: privileges, kernel interfaces, limits, code of its own.

use super::{Attempt, Attempted, End, Targets, io_result, nix_result};
use guichet_pipeline::document::FaultCode;
use io_uring::IoUring;
use linux_keyutils::{KeyRing, KeyRingIdentifier};
use memmap2::MmapMut;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, CpuSet, sched_setaffinity, setns, unshare};
use nix::sys::personality::{self, Persona};
use nix::sys::prctl;
use nix::unistd::{self, Pid, Uid};
use rlimit::{INFINITY, Resource, setrlimit};
use std::ffi::CStr;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

const fn refused(name: &'static str, run: fn(&Targets) -> Attempted) -> Attempt {
    Attempt { name, end: End::Refused, run }
}

const fn killed(name: &'static str, run: fn(&Targets) -> Attempted) -> Attempt {
    Attempt { name, end: End::Killed, run }
}

const fn stopped(name: &'static str, code: FaultCode, run: fn(&Targets) -> Attempted) -> Attempt {
    Attempt { name, end: End::Stopped(code), run }
}

/// No path, file system or options.
const NOTHING: Option<&CStr> = None;

pub(super) const ATTEMPTS: &[Attempt] = &[
    killed("io_uring", |_| io_result(IoUring::new(8))),
    killed("trousseau", |_| {
        let ring = KeyRing::from_special_id(KeyRingIdentifier::Session, true).map_err(|error| format!("{error:?}"))?;
        ring.add_key("guichet", b"x").map(|_| "fait".to_owned()).map_err(|error| format!("{error:?}"))
    }),
    killed("monter", |_| nix_result(mount(NOTHING, c"/tmp", Some(c"tmpfs"), MsFlags::empty(), NOTHING))),
    killed("demonter", |_| nix_result(umount2(c"/tmp", MntFlags::MNT_DETACH))),
    killed("racine", |_| nix_result(unistd::chroot(c"/tmp"))),
    killed("pivot", |_| nix_result(unistd::pivot_root(c"/tmp", c"/tmp"))),
    killed("espace_de_noms", |_| nix_result(unshare(CloneFlags::CLONE_NEWUSER))),
    killed("rejoindre_espace", |_| nix_result(setns(std::io::stdin(), CloneFlags::CLONE_NEWNET))),
    killed("module", |_| nix_result(nix::kmod::init_module(b"x", c""))),
    killed("retirer_module", |_| nix_result(nix::kmod::delete_module(c"x", nix::kmod::DeleteModuleFlags::O_NONBLOCK))),
    killed("redemarrage", |_| nix_result(nix::sys::reboot::set_cad_enabled(false))),
    refused("nom_de_machine", |_| nix_result(unistd::sethostname("evasion"))),
    refused("devenir_root", |_| nix_result(unistd::setuid(Uid::from_raw(0)))),
    refused("personnalite", |_| nix_result(personality::set(Persona::ADDR_NO_RANDOMIZE))),
    refused("processeur", |_| nix_result(sched_setaffinity(Pid::from_raw(0), &CpuSet::new()))),
    refused("nom_de_processus", |_| nix_result(prctl::set_name(c"systemd"))),
    refused("privileges_a_venir", |_| nix_result(prctl::get_no_new_privs())),
    refused("plus_de_memoire", |_| io_result(setrlimit(Resource::AS, INFINITY, INFINITY))),
    refused("plus_de_fichiers", |_| io_result(setrlimit(Resource::NOFILE, 4096, 4096))),
    refused("ecrire_a_nouveau", |_| io_result(setrlimit(Resource::FSIZE, INFINITY, INFINITY))),
    refused("code_a_soi", |_| io_result(MmapMut::map_anon(4096).and_then(MmapMut::make_exec))),
    stopped("memoire", FaultCode::TropVolumineux, |_| {
        // Not touched: what counts is what is asked for, and filling it takes the time of another attempt.
        let mut all: Vec<Vec<u8>> = Vec::new();
        loop {
            all.push(black_box(Vec::with_capacity(64 * 1024 * 1024)));
        }
    }),
    stopped("calculer", FaultCode::DelaiDepasse, |_| spin()),
    stopped("calculer_sourd", FaultCode::DelaiDepasse, |_| {
        // Whoever has taken a child over can be deaf to the signal of its limit; not to its parent.
        let heard = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(signal_hook::consts::SIGXCPU, heard).map_err(|error| error.to_string())?;
        spin()
    }),
    stopped("calculer_sans_limite", FaultCode::DelaiDepasse, |_| {
        setrlimit(Resource::CPU, INFINITY, INFINITY).map_err(|error| error.to_string())?;
        spin()
    }),
    stopped("dormir", FaultCode::DelaiDepasse, |_| {
        std::thread::sleep(Duration::from_secs(3600));
        Ok("dormi".to_owned())
    }),
    stopped("pile", FaultCode::FichierCorrompu, |_| Ok(deep(1).to_string())),
    stopped("paniquer", FaultCode::FichierCorrompu, |_| panic!("the parser found M. MARTEL, 12 rue des Lilas")),
];

fn spin() -> ! {
    let mut count = 0u64;
    loop {
        count = black_box(count + 1);
    }
}

fn deep(depth: u64) -> u64 {
    let local = black_box([depth; 512]);
    if black_box(depth) == 0 { 0 } else { deep(depth + 1) + local[511] }
}
