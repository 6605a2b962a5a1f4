//! A landlord's office: a register, a relay, a folder for letters, and `guichet` run in it as agents run it.

use crate::durable::house::House;
use crate::scripted::{Script, file};
use crate::servers::Postfix;
use guichet_pipeline::relance::{House as Calendar, Settings};
use guichet_pipeline::rules::Rules;
use guichet_pipeline::values::Date;
use guichet_workers::clock;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const HEADER: &str = "reference_contrat;nom;prenom;nom_conjoint;prenom_conjoint;adresse;complement;code_postal;commune;date_effet;date_fin_bail;type_bien;email;telephone;assurance_fin";

/// A house with a register, on a day on which batches leave.
#[derive(Debug)]
pub struct Office {
    /// The processes.
    pub house: House,
    /// What e-mails arrive at.
    pub relay: Postfix,
    /// The day as of which commands run.
    pub day: Date,
    folder: tempfile::TempDir,
}

impl Office {
    /// Builds it with leases (reference, name, town, e-mail) whose cover ended so many days ago; `program` reads, sets
    /// letters and is `guichet`.
    ///
    /// # Panics
    /// When it cannot be built.
    pub fn new(program: &str, leases: &[(&str, &str, &str, &str)], ended: i32) -> Self {
        let folder = tempfile::tempdir().expect("folders can be made");
        let relay = Postfix::start_new();
        let day = calendar().next_working(clock::today());
        let place = folder.path().join("maison");
        fs::create_dir_all(&place).expect("folders can be made");
        let house = House::build(program, &place, &settings(program, &place, &relay));
        let office = Self { house, relay, day, folder };
        let rows = leases.iter().enumerate().map(|(at, (reference, name, town, email))| {
            let (number, end) = (at + 1, day.add_days(-ended));
            format!("{reference};{name};Anne;;;{number} RUE HAUTE;;31000;{town};2020-01-01;;logement;{email};0612345678;{end}")
        });
        office.register(&rows.collect::<Vec<String>>());
        office
    }

    /// Writes the register: rows without their heading.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn register(&self, rows: &[String]) {
        let text = format!("{HEADER}\n{}\n", rows.join("\n"));
        fs::write(self.folder.path().join("maison/contrats.csv"), text).expect("files can be written");
    }

    /// Runs `guichet relances`; gives its exit status and what it says.
    pub fn asked(&self, command: &str, more: &[&str]) -> (Option<i32>, String) {
        let day = self.day.to_string();
        let mut arguments = vec!["relances", command];
        if ["due", "send", "deliver", "missing"].contains(&command) {
            arguments.extend(["--contracts", "contrats.csv", "--as-of", day.as_str()]);
        }
        arguments.extend(more);
        let output = self.house.run(&arguments, None);
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), told)
    }

    /// Runs `guichet relances`, which must succeed; gives what it says.
    ///
    /// # Panics
    /// When it fails.
    pub fn done(&self, command: &str, more: &[&str]) -> String {
        let (code, told) = self.asked(command, more);
        assert_eq!(code, Some(0), "{command} {more:?}: {told}");
        told
    }

    /// Lets days pass, to the next on which batches leave.
    pub fn later(&mut self, days: i32) {
        self.day = calendar().next_working(self.day.add_days(days));
    }

    /// Writes the register again, the cover of a lease ending on another day.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn cover_until(&self, lease: &str, end: Date) {
        let path = self.house.root().join("contrats.csv");
        let text = fs::read_to_string(&path).expect("it is ours");
        let rows = text.lines().skip(1).map(|row| match row.rsplit_once(';') {
            Some((front, _)) if row.starts_with(&format!("{lease};")) => format!("{front};{end}"),
            _ => row.to_owned(),
        });
        self.register(&rows.collect::<Vec<String>>());
    }

    /// Hands in a paper with these lines and has it read and understood; gives its result line.
    ///
    /// # Panics
    /// When it is not done, or gives no result.
    pub fn understood(&self, name: &str, lines: &str) -> Value {
        fs::write(self.house.root().join(name), file(Script::Good, lines)).expect("files can be written");
        self.house.done(&["add", name]);
        let day = self.day.to_string();
        self.house.done(&["work", "--jobs", "1", "--drain", "--contracts", "contrats.csv", "--as-of", &day]);
        let results = self.house.results();
        let own = results.into_iter().find(|result| result["source"].as_str().is_some_and(|it| it.ends_with(name)));
        own.expect("each file has its result")
    }

    /// Gives the files in a folder of the house, sorted.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.house.root().join(folder)) else { return Vec::new() };
        let names = entries.flatten().filter(|entry| entry.path().is_file());
        let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| !name.starts_with('.')).collect::<BTreeSet<String>>().into_iter().collect()
    }

    /// Gives what stands in the letters for the post room.
    ///
    /// # Panics
    /// When one cannot be read.
    pub fn letters(&self) -> Vec<String> {
        let names = self.files("courrier").into_iter().filter(|name| name.ends_with(".pdf"));
        let read = |name| fs::read_to_string(self.house.root().join("courrier").join(name)).expect("it is ours");
        names.map(read).collect()
    }

    /// Waits until so many e-mails have arrived.
    ///
    /// # Panics
    /// When others have, or none do in time.
    pub fn arrived(&self, count: usize) {
        let started = Instant::now();
        while self.relay.arrived().len() < count && started.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(self.relay.arrived().len(), count);
    }
}

fn calendar() -> Calendar {
    let rules = Rules::embedded().expect("the rules are in the program").relances;
    Calendar { settings: Settings::default(), rules }
}

fn settings(program: &str, place: &Path, relay: &Postfix) -> String {
    let root = place.display();
    let templates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../rules/letters");
    format!(
        "store = \"sqlite:{root}/guichet.db\"\nqueue = \"local:\"\nblobs = \"file:{root}/blobs\"\nkey = \"file:{root}/cle\"
[relances]
bailleur = \"essai\"
lettres = \"{program}\"
modeles = \"{}\"
courrier = \"{root}/courrier\"
sms = \"{root}/sms\"
temoin = \"{root}/temoin\"
quarantaine_s = 4
[courriel]
relais = \"127.0.0.1:{}\"
expediteur = \"Habitat <assurances@bailleur.exemple>\"
journal = \"{}\"
delai_s = 1
heure_debut = 0
heure_fin = 24
",
        templates.display(),
        relay.port(),
        relay.log().display(),
    )
}
