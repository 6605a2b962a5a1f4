//! A house that sends: its database, a relay with a proxy before it, the folders of letters and SMS, a post room that
//! takes letters away.

use super::deliver::Sender;
use crate::durable::Ground;
use crate::durable::house::House;
use crate::servers::{Postfix, SmtpProxy};
use guichet_workers::blobs::hash;
use guichet_workers::clock::Moment;
use guichet_workers::notify::drop::file_name;
use guichet_workers::notify::mail::{Mail, bytes, message_id};
use guichet_workers::settings::Settings;
use guichet_workers::store::Place;
use guichet_workers::store::relances::{Batch, BusinessKey, Decided, Prepared, Relance};
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::Runtime;

/// The relay answers in milliseconds: a second is long.
const ANSWER_SECS: u64 = 1;
/// The least that goes with it.
const QUARANTINE_SECS: u64 = 4;
/// Who is written to by e-mail.
const TENANT: &str = "locataire@exemple.fr";
/// The channels, in turn.
const CHANNELS: [&str; 4] = ["courriel", "lettre", "courriel", "sms"];

/// A house that sends.
#[derive(Debug)]
pub struct SendingHouse {
    /// The processes.
    pub house: House,
    /// The relay: its Maildir is the outside ledger of e-mails.
    pub relay: Postfix,
    /// What stands before it.
    pub proxy: SmtpProxy,
    /// What this test itself opens of the house.
    pub sender: Sender,
    runtime: Runtime,
}

impl SendingHouse {
    /// Builds a house on a kind of ground under `root`.
    ///
    /// # Panics
    /// When it cannot be built.
    pub fn build(program: &str, root: &Path, ground: Ground, seed: u64) -> Self {
        let relay = Postfix::start_new();
        let slow = Duration::from_millis(ANSWER_SECS * 1000 + 500);
        let proxy = SmtpProxy::start(relay.port(), seed, slow);
        let place = root.join("house");
        fs::create_dir_all(&place).expect("folders can be made");
        let text = settings(&place, ground, &relay, &proxy);
        let house = House::build(program, &place, &text);
        let runtime = Runtime::new().expect("there are threads");
        let settings = Settings::parse("guichet.toml", &text).expect("they are settings");
        let sender = runtime.block_on(Sender::open(settings)).expect("the house opens");
        Self { house, relay, proxy, sender, runtime }
    }

    /// Runs something that waits.
    pub fn wait_for<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Opens the house of another over a copy of its database: what a restored backup comes to.
    ///
    /// # Panics
    /// When it does not open.
    pub fn restored(&self, copy: &Path) -> Sender {
        let text = fs::read_to_string(self.house.root().join("guichet.toml")).expect("it is ours");
        let mut settings = Settings::parse("guichet.toml", &text).expect("they are settings");
        settings.store = Place::new(format!("sqlite:{}", copy.display()));
        self.wait_for(Sender::open(settings)).expect("the house opens")
    }

    /// Decides and prepares reminders numbered from `first`, on every channel in turn, due on `day`; e-mails go to a tenant
    /// who exists.
    ///
    /// # Panics
    /// When the house refuses.
    pub fn prepare(&self, first: usize, count: usize, day: &str) -> usize {
        self.prepare_in(&self.sender, first..first + count, day, TENANT)
    }

    /// Does the same in a house that may be another one, with e-mails to an address.
    ///
    /// # Panics
    /// When the house refuses.
    pub fn prepare_in(&self, sender: &Sender, numbers: Range<usize>, day: &str, address: &str) -> usize {
        let decided: Vec<Decided> = numbers.map(|number| decided(number, day)).collect();
        let batch =
            Batch { day: day.to_owned(), author: "essai".to_owned(), rules: "r1".to_owned(), plan: "[]".to_owned() };
        self.wait_for(async {
            let store = &sender.dispatch.store;
            let (batch, new) = store.decide_relances(&batch, &decided, Moment::now()).await.expect("it decides");
            for relance in store.relances_of_batch(&batch).await.expect("it lists") {
                let body = body(&relance, address);
                let target = target(&relance, &hash(&body), address);
                let body = sender.dispatch.blobs.put("relance", &body).await.expect("it keeps bytes");
                let prepared = Prepared { body, target };
                store.relance_prepared(&relance.id, &prepared, Moment::now()).await.expect("it prepares");
            }
            new
        })
    }

    /// Has what is sent from now on go to the relay by an encrypted way: `starttls` or `tls`.
    ///
    /// # Panics
    /// When the disk refuses.
    pub fn encrypt(&self, encryption: &str) {
        let port = if encryption == "tls" { self.relay.encrypted_port() } else { self.relay.port() };
        let path = self.house.root().join("guichet.toml");
        let text = fs::read_to_string(&path).expect("it is ours");
        let other = |line: &str| !line.starts_with("relais = ") && !line.starts_with("chiffrement = ");
        let kept: Vec<&str> = text.lines().filter(|line| other(line)).collect();
        let way = format!("[courriel]\nrelais = \"127.0.0.1:{port}\"\nchiffrement = \"{encryption}\"");
        fs::write(&path, kept.join("\n").replace("[courriel]", &way)).expect("it is ours");
    }

    /// Gives every reminder.
    ///
    /// # Panics
    /// When the database does not answer.
    pub fn relances(&self) -> Vec<Relance> {
        self.wait_for(self.sender.dispatch.store.relances_in(None, i64::MAX)).expect("the database answers")
    }

    /// Gives, by what identifies each, how often it was received outside: by the relay, by the post room.
    pub fn received(&self) -> BTreeMap<String, u32> {
        let mut received = BTreeMap::new();
        for arrived in self.relay.arrived() {
            *received.entry(arrived.message_id).or_default() += 1;
        }
        for path in self.dropped() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with("bordereau") {
                continue;
            }
            let reference = name.split('-').next().unwrap_or_default();
            *received.entry(reference.to_owned()).or_default() += 1;
        }
        received
    }

    /// Gives every letter and SMS that was put, taken or not.
    pub fn dropped(&self) -> Vec<PathBuf> {
        let folders = ["courrier", "courrier/pris", "sms", "sms/pris"].map(|name| self.house.root().join(name));
        let entries = folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
        let whole = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            path.is_file() && !name.starts_with('.') && !name.ends_with(".part")
        };
        entries.map(|entry| entry.path()).filter(whole).collect()
    }

    /// The post room takes what lies there.
    pub fn take_letters(&self) {
        for path in self.dropped() {
            let Some(folder) = path.parent().filter(|folder| !folder.ends_with("pris")) else { continue };
            let _ = fs::rename(&path, folder.join("pris").join(path.file_name().unwrap_or_default()));
        }
    }
}

fn settings(place: &Path, ground: Ground, relay: &Postfix, proxy: &SmtpProxy) -> String {
    let store = ground.database(place).address().expect("no file is named");
    let root = place.display();
    format!(
        "store = \"{store}\"
queue = \"local:\"
blobs = \"file:{root}/blobs\"
key = \"file:{root}/cle\"
[relances]
courrier = \"{root}/courrier\"
sms = \"{root}/sms\"
temoin = \"{root}/temoin\"
plafond_jour = 1000000
quarantaine_s = {QUARANTINE_SECS}
[courriel]
relais = \"{}\"
expediteur = \"Habitat d'Ici <assurances@bailleur.exemple>\"
journal = \"{}\"
delai_s = {ANSWER_SECS}
heure_debut = 0
heure_fin = 24
",
        proxy.address(),
        relay.log().display(),
    )
}

/// Gives the reminder with a number.
pub fn decided(number: usize, day: &str) -> Decided {
    let channel = CHANNELS[number % CHANNELS.len()];
    let key = BusinessKey {
        landlord: "essai".to_owned(),
        lease: format!("L-{number:05}"),
        obligation: "assurance".to_owned(),
        period: "2026-11-23".to_owned(),
        step: "rappel".to_owned(),
        channel: channel.to_owned(),
    };
    Decided {
        due_day: day.to_owned(),
        legal: false,
        approved_by: None,
        reference: format!("R{number:05}"),
        message_id: (channel == "courriel").then(|| message_id("secret", &key.text(), "bailleur.exemple")),
        decision: "{}".to_owned(),
        due_at: Moment::now(),
        key,
    }
}

/// Gives the bytes of a reminder: of an e-mail with lone dots in it, which SMTP has to double.
fn body(relance: &Relance, address: &str) -> Vec<u8> {
    let Some(id) = &relance.message_id else { return format!("lettre {}", relance.reference).into_bytes() };
    let letter = vec![b'.'; 3000];
    let mail = Mail {
        from: "Habitat d'Ici <assurances@bailleur.exemple>",
        reply_to: "",
        to: address,
        subject: &format!("Relance {}", relance.reference),
        text: "Bonjour,\n.\n..\nÀ bientôt",
        html: "<p>Bonjour</p>\n.\n",
        pdf: Some(("lettre.pdf", &letter)),
        message_id: id,
        at: relance.created_at,
    };
    bytes(&mail).expect("its addresses are good")
}

fn target(relance: &Relance, hash: &str, address: &str) -> String {
    let channel = relance.key.channel.as_str();
    match channel {
        "courriel" => address.to_owned(),
        "sms" => file_name(&relance.reference, channel, hash, "csv"),
        _ => file_name(&relance.reference, channel, hash, "pdf"),
    }
}
