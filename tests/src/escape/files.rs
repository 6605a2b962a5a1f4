//! After files: to read the machine's, to write, change or remove what is there.

use super::{Attempt, Attempted, End, Targets, io_result, nix_result};
use nix::sys::stat::Mode;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::{PermissionsExt, symlink};

const fn refused(name: &'static str, run: fn(&Targets) -> Attempted) -> Attempt {
    Attempt { name, end: End::Refused, run }
}

pub(super) const ATTEMPTS: &[Attempt] = &[
    refused("lire_passwd", |_| io_result(fs::read("/etc/passwd"))),
    refused("lire_temoin", |t| io_result(fs::read(t.get("canary")))),
    refused("lire_modeles", |_| io_result(fs::read_dir("/usr/share/tesseract-ocr"))),
    refused("lire_racine", |_| io_result(fs::read_dir("/"))),
    refused("lire_soi", |_| io_result(fs::read("/proc/self/maps"))),
    refused("ecrire_soi", |_| io_result(OpenOptions::new().write(true).open("/proc/self/mem"))),
    refused("lire_environnement_parent", |t| io_result(fs::read(format!("/proc/{}/environ", t.get("parent"))))),
    refused("lire_memoire_parent", |t| io_result(fs::File::open(format!("/proc/{}/mem", t.get("parent"))))),
    refused("lire_ligne_init", |_| io_result(fs::read("/proc/1/cmdline"))),
    refused("lister_processus", |_| io_result(fs::read_dir("/proc"))),
    refused("exister", |t| io_result(fs::metadata(t.get("canary")))),
    refused("creer", |t| io_result(fs::write(format!("{}/cree", t.get("folder")), "x"))),
    refused("creer_tmp", |_| io_result(fs::write("/tmp/guichet-evasion", "x"))),
    refused("creer_memoire_partagee", |_| io_result(fs::write("/dev/shm/guichet-evasion", "x"))),
    refused("ajouter", |t| io_result(OpenOptions::new().append(true).open(t.get("canary")))),
    refused("couper", |t| nix_result(nix::unistd::truncate(t.get("canary"), 0))),
    refused("supprimer", |t| io_result(fs::remove_file(t.get("canary")))),
    refused("renommer", |t| io_result(fs::rename(t.get("canary"), format!("{}/autre", t.get("folder"))))),
    refused("lien", |t| io_result(fs::hard_link(t.get("canary"), format!("{}/lien", t.get("folder"))))),
    refused("lien_symbolique", |t| io_result(symlink("/etc/shadow", format!("{}/symlien", t.get("folder"))))),
    refused("droits", |t| io_result(fs::set_permissions(t.get("canary"), fs::Permissions::from_mode(0o777)))),
    refused("dossier", |t| io_result(fs::create_dir(format!("{}/dossier", t.get("folder"))))),
    refused("tube", |t| nix_result(nix::unistd::mkfifo(&*format!("{}/tube", t.get("folder")), Mode::S_IRWXU))),
    refused("changer_de_dossier", |_| io_result(std::env::set_current_dir("/"))),
    refused("surveiller", |_| nix_result(nix::sys::inotify::Inotify::init(nix::sys::inotify::InitFlags::empty()))),
    refused("fichier_en_memoire", |_| {
        nix_result(nix::sys::memfd::memfd_create(c"x", nix::sys::memfd::MFdFlags::empty()))
    }),
    refused("terminal", |_| io_result(OpenOptions::new().write(true).open("/dev/tty"))),
    // To close a file one must have it: what the program was started with is no longer there.
    refused("descripteur_herite", |t| nix_result(nix::unistd::close(t.number("inherited")))),
    refused("sortie_standard", |_| nix_result(nix::sys::termios::tcgetattr(std::io::stdin()))),
];
