//! A Dovecot of the tests' own: mailboxes as Maildirs, each with a user of its own. The way to it may be encrypted, from
//! STARTTLS on or, on a port of its own, from the first byte on.

use super::certificate::Certificate;
use super::free_port;
use super::guard::Guard;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, File};
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant, SystemTime};

/// Time to start, on a busy machine.
const START: Duration = Duration::from_secs(60);
/// Whose the mail is: `nobody`, in `nogroup`.
const OWNER: u32 = 65534;
/// Mailboxes that a server can have, and the password of all of them.
const USERS: u32 = 50;
const PASSWORD: &str = "un \"mot\" \\ de passe";
/// The user who has a token.
const TOKEN_USER: &str = "jeton@bailleur.example";
/// The key that signs tokens, and a token of that user, good until 2100.
const TOKEN_KEY: &str = "Z3VpY2hldC10ZXN0cy1ndWljaGV0LXRlc3RzLTIwMjY=";
const TOKEN: &str = concat!(
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.",
    "eyJzdWIiOiJqZXRvbkBiYWlsbGV1ci5leGFtcGxlIiwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDAwMDAwMDAsImV4cCI6NDEwMjQ0NDgwMH0.",
    "VYKsmF28Gr_hBE19y42_PMMNb9Mvpt7SkYwqr9cmISM"
);

/// A running server.
#[derive(Debug)]
pub struct Dovecot {
    guard: Guard,
    port: u16,
    encrypted_port: u16,
    certificate: Certificate,
    master: Mutex<Option<Child>>,
    users: AtomicU32,
}

/// A mailbox on it.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// The user whose mailbox it is.
    pub user: String,
    /// The password or the token.
    pub secret: String,
    folder: PathBuf,
}

impl Dovecot {
    /// Gives the server of this test program, started at the first call.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Dovecot> = OnceLock::new();
        SERVER.get_or_init(Self::start_new)
    }

    /// Starts a server of its own, for a test that stops it.
    ///
    /// # Panics
    /// When it does not start: it is started by root, as servers of mail are.
    pub fn start_new() -> Self {
        let guard = Guard::new("guichet-dovecot");
        let folder = guard.folder();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("it is ours");
        for name in ["run", "state", "mail"] {
            fs::create_dir(folder.join(name)).expect("the folder is ours");
        }
        chown(folder.join("mail"), Some(OWNER), Some(OWNER)).expect("root may give folders away");
        // All at once: within a second of the last look the server does not look for new ones.
        let users: String = (0..USERS).map(|number| format!("{}:{PASSWORD}\n", user(number))).collect();
        fs::write(folder.join("users"), users).expect("it is ours");
        let keys = folder.join("keys/default/HS256");
        fs::create_dir_all(&keys).expect("it is ours");
        fs::write(keys.join("default"), TOKEN_KEY).expect("it is ours");
        let oauth2 = format!(
            "introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={}/keys/\nusername_attribute = sub\n",
            folder.display()
        );
        fs::write(folder.join("oauth2"), oauth2).expect("it is ours");
        let certificate = Certificate::make(folder);
        let (port, encrypted_port) = (free_port(), free_port());
        fs::write(folder.join("conf"), settings(folder, &certificate, port, encrypted_port)).expect("it is ours");
        let (master, users) = (Mutex::default(), AtomicU32::new(0));
        let server = Self { guard, port, encrypted_port, certificate, master, users };
        server.start();
        server
    }

    /// Starts the server again.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&self) {
        let mut command = Command::new("dovecot");
        command.arg("-F").arg("-c").arg(self.guard.folder().join("conf")).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("dovecot is installed (.ci/setup servers)");
        self.guard.watch(child.id());
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = fs::read_to_string(self.guard.folder().join("log")).unwrap_or_default();
            assert!(started.elapsed() < START, "Dovecot does not start, as root: {log}");
            std::thread::sleep(Duration::from_millis(50));
        }
        *self.master.lock().expect("nobody panics with it") = Some(child);
    }

    /// Stops the server, as an update of its machine would; it starts again with [`Dovecot::start`].
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(&self) {
        let Some(mut child) = self.master.lock().expect("nobody panics with it").take() else { return };
        kill(Pid::from_raw(child.id() as i32), Signal::SIGTERM).expect("it is ours");
        child.wait().expect("it is ours");
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

    /// Makes an empty mailbox, opened by a password.
    ///
    /// # Panics
    /// When the disk refuses, or there are no more.
    pub fn mailbox(&self) -> Mailbox {
        let number = self.users.fetch_add(1, Ordering::Relaxed);
        assert!(number < USERS, "more users are needed than {USERS}");
        self.make(user(number), PASSWORD.to_owned())
    }

    /// Makes the empty mailbox that is opened by a token; there is one on a server.
    ///
    /// # Panics
    /// When the disk refuses.
    pub fn mailbox_by_token(&self) -> Mailbox {
        self.make(TOKEN_USER.to_owned(), TOKEN.to_owned())
    }

    fn make(&self, user: String, secret: String) -> Mailbox {
        let folder = self.guard.folder().join("mail").join(&user);
        for name in ["", "tmp", "new", "cur"] {
            fs::create_dir(folder.join(name)).expect("the folder is ours");
            chown(folder.join(name), Some(OWNER), Some(OWNER)).expect("root may give folders away");
        }
        Mailbox { user, secret, folder }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        if let Some(mut master) = self.master.lock().ok().and_then(|mut master| master.take()) {
            // Its children go with the guard.
            let _ = master.kill();
            let _ = master.wait();
        }
    }
}

impl Mailbox {
    /// Brings a message, whole, as if it had come at this moment.
    ///
    /// # Panics
    /// When the disk refuses.
    pub fn deliver(&self, name: &str, message: &[u8], came: SystemTime) {
        let half = self.folder.join("tmp").join(name);
        let mut file = File::create(&half).expect("the folder is ours");
        file.write_all(message).and_then(|()| file.set_modified(came)).expect("the disk has room");
        chown(&half, Some(OWNER), Some(OWNER)).expect("root may give files away");
        fs::rename(&half, self.folder.join("new").join(name)).expect("the folder is ours");
    }

    /// Gives the names of the messages in a folder, as the disk has them: `INBOX`, or a name in the server's own writing.
    pub fn messages(&self, folder: &str) -> Vec<String> {
        let folder = if folder == "INBOX" { self.folder.clone() } else { self.folder.join(format!(".{folder}")) };
        let entries = ["new", "cur"].map(|name| fs::read_dir(folder.join(name)));
        let entries = entries.into_iter().flatten().flatten().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Loses all numbers and marks of the inbox, as moving to another server does. The server is stopped meanwhile.
    ///
    /// # Panics
    /// When the disk refuses.
    pub fn lose_numbers(&self) {
        for entry in fs::read_dir(&self.folder).expect("it is ours").flatten() {
            if entry.file_name().to_string_lossy().starts_with("dovecot") {
                fs::remove_file(entry.path()).expect("it is ours");
            }
        }
        for name in self.messages("INBOX") {
            let bare = name.split(":2,").next().unwrap_or_default();
            let (from, to) = (self.folder.join("cur").join(&name), self.folder.join("cur").join(format!("{bare}:2,")));
            fs::rename(from, to).expect("all were seen");
        }
    }
}

fn user(number: u32) -> String {
    format!("u{number}@bailleur.example")
}

fn settings(folder: &Path, certificate: &Certificate, port: u16, encrypted_port: u16) -> String {
    let root = folder.display();
    let (chain, key) = (certificate.certificate.display(), certificate.key.display());
    format!(
        "base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{chain}
ssl_key = <{key}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain xoauth2
first_valid_uid = 1
mail_location = maildir:{root}/mail/%u
namespace {{
  inbox = yes
}}
passdb {{
  driver = passwd-file
  args = scheme=plain {root}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {root}/oauth2
}}
userdb {{
  driver = static
  args = uid={OWNER} gid={OWNER} home={root}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {encrypted_port}
    ssl = yes
  }}
}}
"
    )
}
