//! Memory that runs out: processes in a control group of the kernel, which kills when the group has used its share up.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the first version of control groups counts memory, and where the second has everything.
const FIRST: &str = "/sys/fs/cgroup/memory";
const SECOND: &str = "/sys/fs/cgroup";

/// A control group that may use so much memory and no more; dropped, it is gone.
#[derive(Debug)]
pub struct Group {
    folder: PathBuf,
    /// The file that counts kills.
    counts: &'static str,
}

impl Group {
    /// Makes a group whose processes may use `bytes` together.
    ///
    /// # Errors
    /// When this machine gives none, in words.
    pub fn new(bytes: u64) -> Result<Self, String> {
        let first = Path::new(FIRST).join("memory.limit_in_bytes").exists();
        let (root, limit, counts) = match first {
            true => (FIRST, "memory.limit_in_bytes", "memory.oom_control"),
            false => (SECOND, "memory.max", "memory.events"),
        };
        let folder = Path::new(root).join(format!("guichet-essai-{}", std::process::id()));
        let told = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir(&folder).map_err(told)?;
        let group = Self { folder: folder.clone(), counts };
        fs::write(folder.join(limit), bytes.to_string()).map_err(told)?;
        Ok(group)
    }

    /// Takes a process in; what it starts afterwards is in too.
    ///
    /// # Panics
    /// When the kernel refuses.
    pub fn take_in(&self, process: i32) {
        fs::write(self.folder.join("cgroup.procs"), process.to_string()).expect("the group is ours");
    }

    /// Gives how many processes the kernel has killed here.
    ///
    /// # Panics
    /// When the kernel does not say.
    pub fn kills(&self) -> u64 {
        let counts = fs::read_to_string(self.folder.join(self.counts)).expect("the group is ours");
        let kills = counts.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok());
        kills.expect("kernels count kills since 4.13")
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // It can be removed once its last process is gone.
        for _ in 0..100 {
            if fs::remove_dir(&self.folder).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}
