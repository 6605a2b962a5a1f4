//! A house run by the program itself, in processes that are started, killed and stopped like those of a landlord.

use guichet_workers::store::{ArrivalRow, Place, SourceRow, Store};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// How often to look whether a process has ended.
const LOOK: Duration = Duration::from_millis(10);

/// A house in a folder of its own.
#[derive(Clone, Debug)]
pub struct House {
    program: PathBuf,
    root: PathBuf,
    /// The file of the authorities that its processes trust, where it is not the machine's.
    trusted: Option<PathBuf>,
}

impl House {
    /// Builds a house under `root` whose settings are `settings`.
    ///
    /// # Panics
    /// When the disk refuses.
    pub fn build(program: &str, root: &Path, settings: &str) -> Self {
        fs::create_dir_all(root).expect("folders can be made");
        fs::write(root.join("guichet.toml"), settings).expect("files can be written");
        Self { program: PathBuf::from(program), root: root.to_owned(), trusted: None }
    }

    /// Gives the same house on a machine that trusts one authority.
    pub fn trusting(&self, authority: &Path) -> Self {
        Self { trusted: Some(authority.to_owned()), ..self.clone() }
    }

    /// Gives its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Gives where the workers of this house print what they do.
    pub fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).args(["--config", "guichet.toml"]).current_dir(&self.root).stdin(Stdio::null());
        if let Some(trusted) = &self.trusted {
            command.env("SSL_CERT_FILE", trusted);
        }
        command
    }

    /// Runs the program to its end, killing itself at `crash` if there is one.
    ///
    /// # Panics
    /// When it does not start.
    pub fn run(&self, arguments: &[&str], crash: Option<&str>) -> Output {
        let mut command = self.command(arguments);
        if let Some(crash) = crash {
            command.env("GUICHET_CRASH", crash);
        }
        command.output().expect("the program starts")
    }

    /// Runs the program and gives what it printed.
    ///
    /// # Panics
    /// When it does not end well.
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments, None);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {told}\n{}", self.end_of_log());
        String::from_utf8(output.stdout).expect("it prints UTF-8")
    }

    /// Gives the result lines.
    ///
    /// # Panics
    /// When there are none to be had.
    pub fn results(&self) -> Vec<Value> {
        let lines = self.done(&["results"]);
        lines.lines().map(|line| serde_json::from_str(line).expect("lines are JSON")).collect()
    }

    /// Gives every source in the database of the default settings, with its arrivals.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn sources(&self) -> Vec<(SourceRow, Vec<ArrivalRow>)> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
        runtime.block_on(async {
            let place = Place::new(format!("sqlite:{}/data/guichet.db", self.root.display()));
            let store = Store::open(&place, false).await.expect("the database opens");
            let mut all = Vec::new();
            for source in store.sources_after("", 1000).await.expect("sources are listed") {
                let arrivals = store.arrivals(&source.id).await.expect("arrivals are listed");
                all.push((source, arrivals));
            }
            store.close().await;
            all
        })
    }

    /// Starts the program in the background; what it prints goes to the log.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&self, arguments: &[&str], crash: Option<&str>) -> Worker {
        let log = File::options().create(true).append(true).open(self.log()).expect("files can be made");
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(log);
        if let Some(crash) = crash {
            command.env("GUICHET_CRASH", crash);
        }
        Worker { child: command.spawn().expect("the program starts") }
    }

    /// Gives the last lines of the log, for people.
    pub fn end_of_log(&self) -> String {
        let log = fs::read(self.log()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log).into_owned();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// Gives the processes that live in this house: workers and their readers.
    pub fn processes(&self) -> Vec<i32> {
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let lives_here = |pid: &i32| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == self.root);
        pids.filter(lives_here).collect()
    }

    /// Waits until nobody lives here any more, and gives whoever does all the same.
    pub fn left_behind(&self, patience: Duration) -> Vec<i32> {
        let started = Instant::now();
        loop {
            let left = self.processes();
            if left.is_empty() || started.elapsed() > patience {
                return left;
            }
            std::thread::sleep(LOOK);
        }
    }
}

/// A process of a house; dropped, it is killed.
#[derive(Debug)]
pub struct Worker {
    child: Child,
}

impl Worker {
    /// Gives its number.
    pub fn id(&self) -> i32 {
        self.child.id() as i32
    }

    /// Gives how it ended, if it has.
    ///
    /// # Panics
    /// When the system does not say.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("it is ours")
    }

    /// Waits for its end, at most so long.
    pub fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let started = Instant::now();
        loop {
            match self.ended() {
                None if started.elapsed() < patience => std::thread::sleep(LOOK),
                ended => return ended,
            }
        }
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        // One that has ended meanwhile hears nothing.
        let _ = kill(Pid::from_raw(self.id()), signal);
    }

    /// Kills it as the kernel would when memory runs out, and tells whether it was still alive.
    ///
    /// # Panics
    /// When the system does not say how it ended.
    pub fn kill(&mut self) -> bool {
        let _ = self.child.kill();
        self.child.wait().expect("it is ours").signal() == Some(Signal::SIGKILL as i32)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
