//! Namespaces of a process's own: as root directly, as an ordinary user together with one in which it is root.

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getgid, getuid};
use std::fs;

/// Enters fresh namespaces. The process must have one thread only.
///
/// # Errors
/// When the machine does not permit it, in French.
pub fn leave(what: CloneFlags) -> Result<(), String> {
    let (user, group) = (getuid(), getgid());
    match unshare(what) {
        Ok(()) => return Ok(()),
        Err(Errno::EPERM) => {}
        Err(error) => return Err(format!("cette machine ne permet pas cet espace de noms ({error})")),
    }
    unshare(CloneFlags::CLONE_NEWUSER | what).map_err(|error| {
        format!("cette machine ne permet pas d'espace de noms à cet utilisateur ({error}) : le lancer en root")
    })?;
    for (path, text) in [
        ("/proc/self/setgroups", "deny".to_owned()),
        ("/proc/self/uid_map", format!("0 {user} 1")),
        ("/proc/self/gid_map", format!("0 {group} 1")),
    ] {
        fs::write(path, text).map_err(|error| format!("{path} : {error}"))?;
    }
    Ok(())
}
