//! The watched mailbox, on a real server: each message is taken in once, then moved or marked, whatever breaks in between.

#![allow(clippy::unwrap_used)]

use guichet_tests::durable::house::{House, Worker};
use guichet_tests::mails::with_paper;
use guichet_tests::papers::attestation;
use guichet_tests::servers::{Dovecot, Mailbox};
use nix::sys::signal::Signal;
use std::fs;
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempDir;

/// The program with a scripted engine: mail is read as it ships.
const SCRIPTED: &str = env!("CARGO_BIN_EXE_guichet-scripted");
const PATIENCE: Duration = Duration::from_secs(60);
/// Folders as the server writes them.
const TAKEN: &str = "Guichet.Trait&AOk-";
const REFUSED: &str = "Guichet.Refus&AOk-";

struct Post {
    house: House,
    mailbox: Mailbox,
    /// Removed at the end.
    _root: TempDir,
}

impl Post {
    /// Builds a house that watches a mailbox of its own; `settings` are more keys of it.
    fn new(server: &Dovecot, settings: &str) -> Self {
        Self::of(server, server.mailbox(), &format!("mot_de_passe = \"file:secret\"\n{settings}"))
    }

    fn of(server: &Dovecot, mailbox: Mailbox, settings: &str) -> Self {
        let way = format!("port = {}\nchiffrement = \"aucun\"\n{settings}", server.port());
        Self::by(mailbox, &way)
    }

    fn by(mailbox: Mailbox, settings: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let settings = format!(
            "[limites]\noctets_max = 60000\n[encodeur]\nactif = false\n[travail]\nbail_s = 2\n[[boites]]\nhote = \"127.0.0.1\"\n\
             utilisateur = \"{}\"\nintervalle_s = 1\n{settings}",
            mailbox.user
        );
        fs::write(root.path().join("secret"), format!("{}\n", mailbox.secret)).unwrap();
        Self { house: House::build(SCRIPTED, root.path(), &settings), mailbox, _root: root }
    }

    fn serve(&self, crash: Option<&str>) -> Worker {
        self.house.start(&["serve", "--as-of", "2026-11-23"], crash)
    }

    fn deliver(&self, name: &str) -> Vec<u8> {
        let message = with_paper("Julie Martel <julie.martel@courriel.example>", name, &attestation("HAB4598765"));
        self.mailbox.deliver(name, &message, SystemTime::now());
        message
    }

    fn log(&self) -> String {
        fs::read_to_string(self.house.log()).unwrap_or_default()
    }

    fn wait(&self, what: &str, is: impl Fn() -> bool) {
        let started = Instant::now();
        while !is() {
            assert!(started.elapsed() < PATIENCE, "{what}: {}", self.house.end_of_log());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn wait_for_taken(&self, count: usize) {
        self.wait("they are moved", || self.mailbox.messages(TAKEN).len() == count);
        self.wait("they are read", || self.house.results().len() == count);
    }
}

#[test]
fn a_message_with_a_paper_is_taken_in_once_and_moved() {
    let post = Post::new(Dovecot::shared(), "");
    let message = with_paper("Julie Martel <julie.martel@courriel.example>", "Bonjour", &attestation("HAB4598765"));
    let came = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    post.mailbox.deliver("un", &message, came);
    let mut worker = post.serve(None);
    post.wait_for_taken(1);
    // One that comes while the program waits is heard of as well.
    post.deliver("deux");
    post.wait_for_taken(2);
    assert!(post.mailbox.messages("INBOX").is_empty());

    let sources = post.house.sources();
    let (source, arrivals) = &sources[0];
    // Mail travels with both line ends; Dovecot keeps what it was given.
    assert_eq!(source.sha256, guichet_workers::blobs::hash(&message), "the message is kept as it came");
    assert_eq!(arrivals.len(), 1);
    assert_eq!(arrivals[0].channel, "mail");
    assert_eq!(arrivals[0].sender.as_deref(), Some("julie.martel@courriel.example"));
    assert_eq!(arrivals[0].received_at.0, 1_795_000_000_000_000, "it came when the server had it");
    let result = &post.house.results()[0];
    assert!(result.to_string().contains("HAB4598765"), "the paper was read: {result}");

    worker.signal(Signal::SIGTERM);
    assert_eq!(worker.wait(PATIENCE).and_then(|status| status.code()), Some(0), "{}", post.house.end_of_log());
    assert!(!post.log().contains("julie"), "logs hold no senders: {}", post.log());
}

#[test]
fn the_way_to_the_mailbox_is_encrypted_and_its_certificate_is_checked() {
    let server = Dovecot::shared();
    for (encryption, port) in [("tls", server.encrypted_port()), ("starttls", server.port())] {
        let way = format!("port = {port}\nchiffrement = \"{encryption}\"\nmot_de_passe = \"file:secret\"\n");
        let post = Post::by(server.mailbox(), &way);
        post.deliver("un");
        let doctor = post.house.run(&["doctor"], None);
        let told = String::from_utf8_lossy(&doctor.stderr).into_owned();
        assert!(told.contains("connexion chiffrée impossible"), "nobody vouches for the server: {told}");
        assert_eq!(post.mailbox.messages("INBOX").len(), 1);
        let trusting = post.house.trusting(server.authority());
        let _worker = trusting.start(&["serve", "--as-of", "2026-11-23"], None);
        post.wait_for_taken(1);
    }
}

#[test]
fn a_kill_between_taking_in_and_moving_repeats_nothing() {
    let post = Post::new(Dovecot::shared(), "");
    for name in ["un", "deux", "trois"] {
        post.deliver(name);
    }
    for crash in ["mail_taken:1", "mail_settled:1", "mail_taken:1"] {
        let mut worker = post.serve(Some(crash));
        assert!(worker.wait(PATIENCE).is_some(), "it dies where it is told to: {}", post.house.end_of_log());
    }
    let _worker = post.serve(None);
    post.wait_for_taken(3);
    let sources = post.house.sources();
    assert_eq!(sources.len(), 3);
    assert!(sources.iter().all(|(_, arrivals)| arrivals.len() == 1), "{sources:?}");
}

#[test]
fn a_wrong_password_is_said_and_loses_nothing() {
    let post = Post::new(Dovecot::shared(), "");
    fs::write(post.house.root().join("secret"), "faux\n").unwrap();
    post.deliver("un");
    let mut worker = post.serve(None);
    post.wait("it is said", || post.log().contains("le serveur refuse l'utilisateur"));
    assert!(post.log().contains("corriger utilisateur, mot_de_passe ou jeton") && !post.log().contains("faux"));
    let doctor = post.house.run(&["doctor"], None);
    let told = String::from_utf8_lossy(&doctor.stderr).into_owned() + &String::from_utf8_lossy(&doctor.stdout);
    assert!(told.contains("le serveur refuse l'utilisateur") && doctor.status.code() == Some(3), "{told}");
    worker.signal(Signal::SIGTERM);
    assert_eq!(worker.wait(PATIENCE).and_then(|status| status.code()), Some(0), "it stops while it waits");

    fs::write(post.house.root().join("secret"), &post.mailbox.secret).unwrap();
    let told = String::from_utf8(post.house.run(&["doctor"], None).stdout).unwrap();
    assert!(told.contains("1 message(s), dont 1 à prendre"), "{told}");
    let _worker = post.serve(None);
    post.wait_for_taken(1);
}

#[test]
fn a_token_opens_a_mailbox_as_well() {
    let server = Dovecot::shared();
    let post = Post::of(server, server.mailbox_by_token(), "jeton = \"file:secret\"\n");
    post.deliver("un");
    let _worker = post.serve(None);
    post.wait_for_taken(1);
}

#[test]
fn a_server_that_goes_and_comes_is_waited_for() {
    let server = Dovecot::start_new();
    let post = Post::new(&server, "");
    post.deliver("un");
    let _worker = post.serve(None);
    post.wait_for_taken(1);
    server.stop();
    post.deliver("deux");
    post.wait("it is said", || post.log().contains("connexion impossible"));
    server.start();
    post.wait_for_taken(2);
    assert_eq!(post.house.sources().len(), 2);
}

#[test]
fn what_is_too_large_goes_to_people() {
    let post = Post::new(Dovecot::shared(), "");
    post.mailbox.deliver("gros", &with_paper("a@b.example", "Bonjour", &[7; 60_000]), SystemTime::now());
    post.deliver("un");
    let _worker = post.serve(None);
    post.wait_for_taken(1);
    post.wait("it is put aside", || post.mailbox.messages(REFUSED).len() == 1);
    assert!(post.log().contains("la limite est de 60000 (limites.octets_max) : rangé dans Guichet/Refusé"));
    assert!(post.mailbox.messages("INBOX").is_empty());
    assert_eq!(post.house.sources().len(), 1);
}

#[test]
fn messages_that_stay_are_marked_and_known_under_other_numbers() {
    let server = Dovecot::start_new();
    let post = Post::new(&server, "apres = \"marquer\"\n");
    for name in ["un", "deux"] {
        post.deliver(name);
    }
    // Killed before it could mark, it knows them again.
    let mut worker = post.serve(Some("mail_taken:2"));
    assert!(worker.wait(PATIENCE).is_some(), "it dies where it is told to: {}", post.house.end_of_log());
    let marked = || post.mailbox.messages("INBOX").iter().filter(|name| name.ends_with(":2,a")).count();
    let mut worker = post.serve(None);
    post.wait("both are marked", || marked() == 2);
    post.wait("both are read", || post.house.results().len() == 2);
    assert!(post.house.sources().iter().all(|(_, arrivals)| arrivals.len() == 1));
    worker.kill();

    server.stop();
    post.mailbox.lose_numbers();
    server.start();
    assert_eq!(marked(), 0);
    let _worker = post.serve(None);
    post.wait("both are marked again", || marked() == 2);
    assert_eq!(post.house.sources().len(), 2, "the same bytes are the same source");
}
