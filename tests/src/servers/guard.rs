//! Who cleans up after a test program that was killed: a shell that waits for the end of its standard input.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Kills what is named in the file `pids` of its folder, runs the file `farewell` for what hides from that, then removes
/// the folder.
const SCRIPT: &str = r#"trap '' INT TERM HUP
while read -r line; do :; done
for pid in $(cat "$1/pids" 2>/dev/null); do kill -9 "-$pid" "$pid" 2>/dev/null; done
sleep 0.2
[ -f "$1/farewell" ] && sh "$1/farewell" >/dev/null 2>&1
rm -rf "$1""#;

/// A folder that lives as long as this test program.
#[derive(Debug)]
pub(super) struct Guard {
    folder: PathBuf,
    shell: Child,
}

impl Guard {
    /// Makes a folder and starts the shell that removes it.
    pub(super) fn new(name: &str) -> Self {
        let folder = tempfile::Builder::new().prefix(name).tempdir().expect("folders can be made").keep();
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "guard"]).arg(&folder);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let shell = command.spawn().expect("there is a shell");
        Self { folder, shell }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Has a process, and its group, killed at the end.
    pub(super) fn watch(&self, pid: u32) {
        let path = self.folder.join("pids");
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let written = file.and_then(|mut file| writeln!(file, "{pid}"));
        written.expect("the folder is ours");
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // It ends within a second of the end of its input.
        let _ = self.shell.wait();
    }
}
