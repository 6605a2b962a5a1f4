//! A Postfix of the tests' own: a relay that keeps everything for `exemple.fr` in one Maildir, with the log that it
//! really writes. `perdu.exemple` takes mail and sends it back; `refuse@exemple.fr` is refused. The way to it may be
//! encrypted, from STARTTLS on or, on a port of its own, from the first byte on.

use super::certificate::Certificate;
use super::free_port;
use super::guard::Guard;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Time to start, on a busy machine.
const START: Duration = Duration::from_secs(60);
const PROGRAMS: &str = "/usr/lib/postfix/sbin";
const SERVICES: &str = "cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
perdu unix - n n - - pipe
  user=nobody argv=/bin/false
";

/// A running relay.
#[derive(Debug)]
pub struct Postfix {
    guard: Guard,
    port: u16,
    encrypted_port: u16,
    certificate: Certificate,
    master: Option<Child>,
}

/// A message that arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// The whole message.
    pub bytes: Vec<u8>,
}

impl Postfix {
    /// Gives the relay of this test program, started at the first call.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Postfix> = OnceLock::new();
        SERVER.get_or_init(Self::start_new)
    }

    /// Starts a relay of its own.
    ///
    /// # Panics
    /// When it does not start: it is started by root, as relays are.
    pub fn start_new() -> Self {
        let guard = Guard::new("guichet-postfix");
        let certificate = Certificate::make(guard.folder());
        let (port, encrypted_port) = (free_port(), free_port());
        let mut postfix = Self { guard, port, encrypted_port, certificate, master: None };
        postfix.write_settings();
        let check = Command::new("postfix").arg("-c").arg(postfix.settings()).arg("check").output();
        let check = check.expect("postfix is installed (.ci/setup servers)");
        assert!(check.status.success(), "postfix check, as root: {}", String::from_utf8_lossy(&check.stderr));
        let mut command = Command::new(format!("{PROGRAMS}/master"));
        command.arg("-c").arg(postfix.settings()).arg("-d").process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("postfix is installed (.ci/setup servers)");
        postfix.guard.watch(child.id());
        postfix.master = Some(child);
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", postfix.port)).is_err() || !postfix.log().exists() {
            assert!(started.elapsed() < START, "Postfix does not start in {}", postfix.guard.folder().display());
            std::thread::sleep(Duration::from_millis(100));
        }
        postfix
    }

    /// Gives where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Gives where it listens encrypted from the first byte on.
    pub fn encrypted_port(&self) -> u16 {
        self.encrypted_port
    }

    /// Gives who vouches for it.
    pub fn authority(&self) -> &Path {
        &self.certificate.authority
    }

    /// Gives its log.
    pub fn log(&self) -> PathBuf {
        self.guard.folder().join("mail.log")
    }

    /// Gives every message that arrived.
    ///
    /// # Panics
    /// When a message bears no Message-ID.
    pub fn arrived(&self) -> Vec<Arrived> {
        let Ok(entries) = fs::read_dir(self.guard.folder().join("boites/tous/new")) else { return Vec::new() };
        let bytes = entries.flatten().filter_map(|entry| fs::read(entry.path()).ok());
        let arrived = bytes.map(|bytes| {
            let text = String::from_utf8_lossy(&bytes);
            let line = text.lines().find_map(|line| line.strip_prefix("Message-ID: <"));
            let message_id = line.expect("every message has one").trim_end_matches('>').to_owned();
            Arrived { message_id, bytes }
        });
        arrived.collect()
    }

    fn settings(&self) -> PathBuf {
        self.guard.folder().join("etc")
    }

    fn write_settings(&self) {
        let folder = self.guard.folder();
        let user = nix::unistd::User::from_name("postfix").ok().flatten();
        let user = user.expect("the package postfix makes its user (.ci/setup servers)");
        let (uid, gid) = (user.uid.as_raw(), user.gid.as_raw());
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("it is ours");
        for name in ["etc", "queue", "data", "boites"] {
            fs::create_dir(folder.join(name)).expect("the folder is ours");
        }
        for name in ["data", "boites"] {
            chown(folder.join(name), Some(uid), None).expect("root may give folders away");
        }
        let write = |name: &str, text: &str| fs::write(folder.join("etc").join(name), text).expect("it is ours");
        write("main.cf", &main_settings(folder, &self.certificate, uid, gid));
        let (port, encrypted) = (self.port, self.encrypted_port);
        let doors = format!(
            "127.0.0.1:{port} inet n - n - - smtpd\n\
             127.0.0.1:{encrypted} inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n"
        );
        write("master.cf", &(doors + SERVICES));
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        if let Some(mut master) = self.master.take() {
            // Its children go with the guard.
            let _ = master.kill();
            let _ = master.wait();
        }
    }
}

fn main_settings(folder: &Path, certificate: &Certificate, uid: u32, gid: u32) -> String {
    let root = folder.display();
    let (chain, key) = (certificate.certificate.display(), certificate.key.display());
    format!(
        "compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = {PROGRAMS}
mail_owner = postfix
setgid_group = postdrop
myhostname = relais.exemple
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = exemple.fr
virtual_mailbox_base = {root}/boites
virtual_mailbox_maps = static:tous/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
transport_maps = inline:{{ {{perdu.exemple = perdu:}} }}
default_transport = discard:
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{refuse@exemple.fr = 550 5.1.1 inconnu}} }} permit_mynetworks reject
smtpd_client_connection_count_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = {chain}
smtpd_tls_key_file = {key}
smtpd_tls_received_header = yes
maillog_file = {root}/mail.log
maillog_file_prefixes = {root}
in_flow_delay = 0
"
    )
}
