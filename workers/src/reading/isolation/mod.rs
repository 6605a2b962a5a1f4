//! The walls around a child that reads: it puts them up itself, after its models are loaded and before the first byte from
//! outside, and nothing takes them down again.
//!
//! Four layers, each enough against what the others may miss: namespaces of its own (no network interface, no power
//! over this machine's users), no file at all (Landlock), some thirty system calls of three hundred (seccomp), no
//! privileges. What a kernel lacks is data: the parent says it once, `guichet doctor` at length.

mod calls;
mod files;
mod namespaces;

use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::close;
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
use serde::{Deserialize, Serialize};
use std::io;
use std::time::Instant;

/// Descriptors that a child keeps: its socket, nowhere, and what it prints.
const STANDARD: i32 = 2;

/// One layer, with a few French words: how far it goes, or why it is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// It stands.
    Up(String),
    /// The kernel refused it.
    Missing(String),
}

/// What stands around a child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Isolation {
    /// Namespaces of its own: no network.
    pub namespaces: Layer,
    /// No file can be opened.
    pub files: Layer,
    /// System calls by list.
    pub calls: Layer,
    /// No capabilities, and none to come.
    pub privileges: Layer,
    /// Microseconds that all this took.
    pub setup_us: u64,
}

impl Isolation {
    /// What is known of a child that has not said anything yet: nothing stands.
    pub(super) fn unknown() -> Self {
        let unknown = || Layer::Missing("inconnu".to_owned());
        Self { namespaces: unknown(), files: unknown(), calls: unknown(), privileges: unknown(), setup_us: 0 }
    }

    /// Gives the layers with what people call them.
    pub fn layers(&self) -> [(&'static str, &Layer); 4] {
        let Self { namespaces, files, calls, privileges, setup_us: _ } = self;
        [("réseau", namespaces), ("fichiers", files), ("appels système", calls), ("privilèges", privileges)]
    }

    /// Says which layers are missing and why; `None` when all stand.
    pub fn lacks(&self) -> Option<String> {
        let missing = self.layers().into_iter().filter_map(|(name, layer)| match layer {
            Layer::Up(_) => None,
            Layer::Missing(why) => Some(format!("{name} ({why})")),
        });
        let missing: Vec<String> = missing.collect();
        (!missing.is_empty()).then(|| missing.join(", "))
    }
}

/// Puts the walls up around this process, which must have one thread.
pub(super) fn enter() -> Isolation {
    let start = Instant::now();
    // In this order: each layer needs calls that a later one forbids.
    let namespaces = namespaces::enter();
    let files = files::enter();
    let privileges = drop_privileges();
    // Whoever waits for nothing would not notice that its parent was killed. Forgotten when privileges change: so here.
    let _ = set_pdeathsig(Signal::SIGKILL);
    let calls = calls::enter();
    Isolation { namespaces, files, calls, privileges, setup_us: start.elapsed().as_micros() as u64 }
}

fn drop_privileges() -> Layer {
    let none = CapabilitySet::empty();
    let dropped = nix::sys::prctl::set_no_new_privs().map_err(io::Error::from).and_then(|()| {
        let sets = CapabilitySets { effective: none, permitted: none, inheritable: none };
        set_capabilities(None, sets).map_err(io::Error::from)
    });
    match dropped {
        Ok(()) => Layer::Up("aucun, et aucun à venir".to_owned()),
        Err(error) => Layer::Missing(error.to_string()),
    }
}

/// Closes what the parent of the parent left open: a shell, a service manager or a library that did not mark its files.
pub(super) fn close_inherited() -> io::Result<()> {
    let mut open = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let name = entry?.file_name();
        open.extend(name.to_string_lossy().parse::<i32>().ok().filter(|&number| number > STANDARD));
    }
    for number in open {
        // The folder itself was among them and is closed already.
        let _ = close(number);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_once_each() {
        let up = || Layer::Up(String::new());
        let whole = Isolation { namespaces: up(), files: up(), calls: up(), privileges: up(), setup_us: 1 };
        assert_eq!(whole.lacks(), None);
        let files = Layer::Missing("noyau sans Landlock".to_owned());
        let namespaces = Layer::Missing("refusé".to_owned());
        let poor = Isolation { namespaces, files, ..whole };
        assert_eq!(poor.lacks().unwrap(), "réseau (refusé), fichiers (noyau sans Landlock)");
    }
}
