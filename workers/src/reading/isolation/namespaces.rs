//! Namespaces of its own: an empty network, and users, messages and names that are nobody else's.

use super::Layer;
use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};

/// Leaves the network of the machine; with a user namespace where it may be had, so that root is root nowhere.
pub(super) fn enter() -> Layer {
    let apart = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWIPC | CloneFlags::CLONE_NEWUTS;
    // Without a privilege of its own, a process gets the others only together with a user namespace.
    if unshare(CloneFlags::CLONE_NEWUSER | apart).is_ok() {
        return Layer::Up("réseau vide, utilisateur sans droits".to_owned());
    }
    match unshare(apart) {
        Ok(()) => Layer::Up("réseau vide".to_owned()),
        Err(error) => Layer::Missing(why(error).to_owned()),
    }
}

fn why(error: Errno) -> &'static str {
    match error {
        Errno::EPERM => "espaces de noms interdits à cet utilisateur",
        Errno::ENOSPC | Errno::EUSERS => "espaces de noms épuisés ou désactivés sur cette machine",
        Errno::EINVAL | Errno::ENOSYS => "noyau sans espaces de noms",
        _ => "espaces de noms refusés",
    }
}
