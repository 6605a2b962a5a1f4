//! A PostgreSQL server of the tests' own.

use super::free_port;
use super::guard::Guard;
use std::fs::File;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// Time to start, on a busy machine.
const START: Duration = Duration::from_secs(60);
/// The user that owns the databases.
const USER: &str = "guichet";

/// A running server.
#[derive(Debug)]
pub struct Postgres {
    guard: Guard,
    port: u16,
    server: Mutex<Option<Child>>,
    databases: AtomicU32,
}

impl Postgres {
    /// Gives the server of this test program, started at the first call.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Postgres> = OnceLock::new();
        SERVER.get_or_init(Self::start_new)
    }

    /// Starts a server of its own, for a test that stops it.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_new() -> Self {
        let guard = Guard::new("guichet-postgres");
        let data = guard.folder().join("data");
        std::fs::create_dir(&data).expect("the folder is ours");
        // PostgreSQL refuses to run as root.
        if let Some((user, group)) = owner() {
            std::fs::set_permissions(guard.folder(), std::fs::Permissions::from_mode(0o755)).expect("it is ours");
            chown(&data, Some(user), Some(group)).expect("root may give folders away");
        }
        let mut command = program("initdb");
        command.args(["-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-D"]).arg(&data);
        let output = command.output().expect("initdb is installed (.ci/setup servers)");
        assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
        let server = Self { guard, port: free_port(), server: Mutex::default(), databases: AtomicU32::new(0) };
        server.start();
        server
    }

    /// Starts the server again.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&self) {
        let started = Instant::now();
        let mut child = self.spawn();
        while !self.run_sql("postgres", "select 1") {
            assert!(started.elapsed() < START, "PostgreSQL does not start: {}", self.log());
            // Children of a server that was killed may still hold its memory: it refuses until they are gone.
            if child.try_wait().expect("it is ours").is_some() {
                child = self.spawn();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        *self.server.lock().expect("nobody panics with it") = Some(child);
    }

    fn spawn(&self) -> Child {
        let data = self.guard.folder().join("data");
        let log = File::options().create(true).append(true).open(self.guard.folder().join("log"));
        let mut command = program("postgres");
        command.arg("-D").arg(&data).arg("-k").arg(&data).args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        // Small: several may run beside each other.
        command.args(["-c", "shared_buffers=64MB", "-c", "max_connections=200"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log.expect("the folder is ours")).process_group(0);
        let child = command.spawn().expect("postgres is installed (.ci/setup servers)");
        self.guard.watch(child.id());
        child
    }

    /// Kills the server as a power cut would; it starts again with [`Postgres::start`].
    ///
    /// # Panics
    /// When it cannot be killed.
    pub fn kill(&self) {
        if let Some(mut child) = self.server.lock().expect("nobody panics with it").take() {
            child.kill().expect("it is ours");
            child.wait().expect("it is ours");
        }
    }

    /// Makes an empty database and gives its address.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn database(&self) -> String {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::Relaxed));
        assert!(self.run_sql("postgres", &format!("create database {name}")), "{}", self.log());
        format!("postgres://{USER}@127.0.0.1:{}/{name}", self.port)
    }

    fn run_sql(&self, database: &str, sql: &str) -> bool {
        let mut command = Command::new("psql");
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", USER, "-d", database, "-q", "-c", sql]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().expect("psql is installed (.ci/setup servers)").success()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.guard.folder().join("log")).unwrap_or_default()
    }
}

/// A program of the server, run by its own user where we are root.
fn program(name: &str) -> Command {
    let mut command = Command::new(folder().join(name));
    if let Some((user, group)) = owner() {
        command.uid(user).gid(group).current_dir("/");
    }
    command
}

/// Gives the folder of the newest server that is installed.
fn folder() -> PathBuf {
    let root = Path::new("/usr/lib/postgresql");
    let versions = std::fs::read_dir(root).expect("postgresql is installed (.ci/setup servers)");
    let newest = versions.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).max();
    root.join(newest.expect("postgresql is installed (.ci/setup servers)").to_string()).join("bin")
}

/// Gives the user and group of the server, where we are root.
fn owner() -> Option<(u32, u32)> {
    if !nix::unistd::geteuid().is_root() {
        return None;
    }
    let user = nix::unistd::User::from_name("postgres").ok().flatten();
    let user = user.expect("the package postgresql makes its user (.ci/setup servers)");
    Some((user.uid.as_raw(), user.gid.as_raw()))
}
