//! A RabbitMQ node of the tests' own.

use super::free_port;
use super::guard::Guard;
use std::fs::File;
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// Time to start, on a busy machine.
const START: Duration = Duration::from_secs(120);
const FOLDER: &str = "/usr/lib/rabbitmq/bin";

/// A running node.
#[derive(Debug)]
pub struct Rabbit {
    guard: Guard,
    port: u16,
    distribution: u16,
    names: u16,
    server: Mutex<Option<Child>>,
    houses: Mutex<u32>,
}

impl Rabbit {
    /// Gives the node of this test program, started at the first call.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Rabbit> = OnceLock::new();
        SERVER.get_or_init(Self::start_new)
    }

    /// Starts a node of its own, for a test that stops it.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_new() -> Self {
        let guard = Guard::new("guichet-rabbit");
        for folder in ["home", "log"] {
            std::fs::create_dir(guard.folder().join(folder)).expect("the folder is ours");
        }
        let (port, distribution, names) = (free_port(), free_port(), free_port());
        let settings = format!(
            "listeners.tcp.1 = 127.0.0.1:{port}\nlog.file.level = warning\ndisk_free_limit.absolute = 50MB\n\
             vm_memory_high_watermark.absolute = 1GB\n"
        );
        let files = [
            ("rabbitmq.conf", settings.as_str()),
            ("advanced.config", "[{kernel, [{inet_dist_use_interface, {127,0,0,1}}]}].\n"),
            ("enabled_plugins", "[].\n"),
            // The daemon of names leaves every group of processes.
            ("farewell", &format!("ERL_EPMD_PORT={names} epmd -kill\n")),
        ];
        for (name, text) in files {
            std::fs::write(guard.folder().join(name), text).expect("the folder is ours");
        }
        let (server, houses) = (Mutex::default(), Mutex::default());
        let node = Self { guard, port, distribution, names, server, houses };
        node.start();
        node
    }

    /// Starts the node again; gives how long it took.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&self) -> Duration {
        let log = File::options().create(true).append(true).open(self.guard.folder().join("out"));
        let log = log.expect("the folder is ours");
        let mut command = self.program("rabbitmq-server");
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("it is open")).stderr(log).process_group(0);
        let child = command.spawn().expect("rabbitmq-server is installed (.ci/setup servers)");
        self.guard.watch(child.id());
        *self.server.lock().expect("nobody panics with it") = Some(child);
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(started.elapsed() < START, "RabbitMQ does not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(100));
        }
        started.elapsed()
    }

    /// Kills the node as a power cut would; it starts again with [`Rabbit::start`].
    ///
    /// # Panics
    /// When it cannot be killed.
    pub fn kill(&self) {
        if let Some(mut child) = self.server.lock().expect("nobody panics with it").take() {
            let group = nix::unistd::Pid::from_raw(child.id() as i32);
            nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL).expect("it is ours");
            child.wait().expect("it is ours");
        }
    }

    /// Kills the node and forgets everything that it kept.
    ///
    /// # Panics
    /// When its data cannot be removed.
    pub fn wipe(&self) {
        self.kill();
        let data = self.guard.folder().join("mnesia");
        std::fs::remove_dir_all(data).expect("it is ours");
    }

    /// Makes an empty virtual host and gives its address.
    ///
    /// # Panics
    /// When the node refuses.
    pub fn house(&self) -> String {
        let mut houses = self.houses.lock().expect("nobody panics with it");
        *houses += 1;
        let name = format!("h{houses}");
        self.make_house(&name);
        self.address(&name)
    }

    /// Makes a virtual host again, after [`Rabbit::wipe`].
    ///
    /// # Panics
    /// When the node refuses.
    pub fn make_house(&self, name: &str) {
        self.control(&["add_vhost", name]);
        self.control(&["set_permissions", "-p", name, "guest", ".*", ".*", ".*"]);
    }

    /// Gives the address of a virtual host.
    pub fn address(&self, name: &str) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/{name}", self.port)
    }

    /// Asks the node's own tool for something, and gives what it says.
    ///
    /// # Panics
    /// When it refuses.
    pub fn control(&self, arguments: &[&str]) -> String {
        let started = Instant::now();
        loop {
            let output = self.program("rabbitmqctl").arg("-q").args(arguments).output().expect("it is installed");
            if output.status.success() {
                return String::from_utf8_lossy(&output.stdout).into_owned();
            }
            // The port may be open before the node answers its tools.
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(started.elapsed() < START, "rabbitmqctl {arguments:?}: {told}");
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    fn program(&self, name: &str) -> Command {
        let folder = self.guard.folder();
        let mut command = Command::new(format!("{FOLDER}/{name}"));
        command
            .env("HOME", folder.join("home"))
            .env("RABBITMQ_NODENAME", format!("guichet{}@localhost", self.port))
            .env("RABBITMQ_DIST_PORT", self.distribution.to_string())
            .env("ERL_EPMD_PORT", self.names.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_MNESIA_BASE", folder.join("mnesia"))
            .env("RABBITMQ_LOG_BASE", folder.join("log"))
            .env("RABBITMQ_CONFIG_FILE", folder.join("rabbitmq.conf"))
            .env("RABBITMQ_ADVANCED_CONFIG_FILE", folder.join("advanced.config"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.join("enabled_plugins"))
            .env("RABBITMQ_PID_FILE", folder.join("pid"))
            .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
            .current_dir(folder);
        command
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.guard.folder().join("out")).unwrap_or_default()
    }
}
